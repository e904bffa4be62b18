/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/keys/pel-key-map.h"

G_BEGIN_DECLS

/**
 * pel_key_tooltips_add:
 * @widget: a widget, with its tooltip or to be given one
 * @command: what it does
 *
 * Adds the command's key to the tooltip, and follows when it changes. Readers of the screen are
 * told as well.
 */
void pel_key_tooltips_add (GtkWidget *widget, const PelCommand *command);
/* The same for a widget and all in it whose action is a command's. */
void pel_key_tooltips_add_all (GtkWidget *widget);
/* Gives a widget of the above another tooltip; the key follows. */
void pel_key_tooltips_set_text (GtkWidget *widget, const char *text);

G_END_DECLS
