/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/keys/pel-key-map.h"

G_BEGIN_DECLS

/* (transfer none): a window that lists the keys in force; it shows none where a command has none */
GtkShortcutsWindow *pel_shortcuts_window_new (PelKeyMap *map);

/**
 * pel_shortcuts_install:
 * @widget: the part of a window that has the picture
 * @map: the keys
 * @canvas: whether for keys that act only while the picture has the focus; otherwise for those that
 *   come before the part of the window that has it
 *
 * Lets keys of commands that are actions work, those in force at any time. Works also where there
 * is no application to look accelerators up in.
 */
void pel_shortcuts_install (GtkWidget *widget, PelKeyMap *map, gboolean canvas);
/* The rest of them, wherever the focus is. */
void pel_shortcuts_install_application (GtkApplication *application, PelKeyMap *map);

/**
 * pel_shortcuts_install_side:
 * @window: a window beside the one that has the picture, such as the list of models
 *
 * Lets the keys that every window of a program has work in this one as well: its own key closes
 * it, and those that quit, list the keys and change them act on the window it lies before. It has
 * none of the others, such as the one that takes back a step of a picture that is not looked at.
 * The keys are those of the display, as they are at any time.
 */
void pel_shortcuts_install_side (GtkWindow *window);

G_END_DECLS
