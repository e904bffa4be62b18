/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "ui/keys/pel-key-map.h"

G_BEGIN_DECLS

#define PEL_TYPE_KEYS_WINDOW (pel_keys_window_get_type ())
G_DECLARE_FINAL_TYPE (PelKeysWindow, pel_keys_window, PEL, KEYS_WINDOW, AdwWindow)

/**
 * PelKeysWindow:
 *
 * Every command with its key, to be searched; a row asks for another key, says whom it is taken
 * from, and sets it back. All of it can be undone from the message that tells of it.
 */

/* @parent: (nullable) */
GtkWidget *pel_keys_window_new (PelKeyMap *map, GtkWindow *parent) G_GNUC_WARN_UNUSED_RESULT;

/* What is typed into the search. */
void pel_keys_window_set_search (PelKeysWindow *self, const char *text);

/**
 * pel_key_dialog_new:
 * @map: the keys
 * @command: who gets one
 * @parent: (nullable): the window that asks
 *
 * A dialog that waits for a key to be pressed, and gives it to the command once that is confirmed.
 *
 * Returns: (transfer none): the dialog, not shown yet
 */
GtkWidget *pel_key_dialog_new (PelKeyMap *map, const PelCommand *command, GtkWindow *parent);
/* As if a key were pressed while the dialog waits for one; FALSE where it does not, or it is none.
 */
gboolean pel_key_dialog_press (GtkWidget *dialog, guint keyval, GdkModifierType state);

G_END_DECLS
