/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/keys/pel-command.h"

G_BEGIN_DECLS

#define PEL_TYPE_KEY_MAP (pel_key_map_get_type ())
G_DECLARE_FINAL_TYPE (PelKeyMap, pel_key_map, PEL, KEY_MAP, GObject)

/**
 * PelKeyMap:
 *
 * Which keys the commands have: those of the table, and what the user made of them. Main thread
 * only. Signal: `changed`, after any command has other keys.
 *
 * A key belongs to one command. Where the user's keys take one that another command has at first,
 * that command goes without it.
 */
PelKeyMap *pel_key_map_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer none): the one that the widgets of a display share; it lives as long as the display */
PelKeyMap *pel_key_map_get_for_display (GdkDisplay *display);

/* (transfer none) (array zero-terminated=1): accelerators in force, the one to show first */
const char *const *pel_key_map_get_keys (PelKeyMap *self, const PelCommand *command);
/* (transfer full) (nullable): the first of them for people, such as "Ctrl+Z"; NULL without one */
char *pel_key_map_get_label (PelKeyMap *self, const PelCommand *command) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the user gave it other keys than it has at first. */
gboolean pel_key_map_is_changed (PelKeyMap *self, const PelCommand *command);

/* (nullable): what a key does, whichever part of the window has the focus. Keys of the number pad
 * count as the others; Shift is of no account where the layout needs it to type a sign. */
const PelCommand *pel_key_map_find (PelKeyMap *self, guint keyval, GdkModifierType state);

/**
 * pel_key_map_check:
 * @self: a key map
 * @command: who shall have it
 * @keyval: a key
 * @state: what is held with it
 *
 * Returns: (transfer full) (nullable): a sentence that says why the key cannot be given to any
 *   command, or %NULL where it can
 */
char *pel_key_map_check (PelKeyMap *self,
                         const PelCommand *command,
                         guint keyval,
                         GdkModifierType state) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable): another command that has the key now */
const PelCommand *pel_key_map_find_owner (PelKeyMap *self,
                                          const PelCommand *command,
                                          guint keyval,
                                          GdkModifierType state);

/* The command has this key and no other; another one that had it loses it. */
void pel_key_map_set_key (PelKeyMap *self,
                          const PelCommand *command,
                          guint keyval,
                          GdkModifierType state);
/* The command has no key. */
void pel_key_map_clear_key (PelKeyMap *self, const PelCommand *command);
/* As it was at first: one command, and whoever has its keys since loses them, or with NULL all. */
void pel_key_map_reset (PelKeyMap *self, const PelCommand *command);

/* (transfer full): what the user changed, to be given back by pel_key_map_restore() */
GKeyFile *pel_key_map_save (PelKeyMap *self) G_GNUC_WARN_UNUSED_RESULT;
/* FALSE, and nothing changed, where that is no such thing. */
gboolean pel_key_map_restore (PelKeyMap *self, GKeyFile *keys, GError **error);

/**
 * pel_key_map_use_file:
 * @self: a key map without a file
 * @path: where the user's keys are kept; need not exist
 * @error: return location for a `GError`
 *
 * Reads the file, and from then on writes it a moment after each change, in a thread and as a
 * whole. A file that cannot be understood is set aside under another name, which @error tells.
 *
 * Returns: %FALSE where there is a file and it could not be used
 */
gboolean pel_key_map_use_file (PelKeyMap *self, const char *path, GError **error);
/* Waits until the file holds all changes. FALSE where it could not be written. */
gboolean pel_key_map_flush (PelKeyMap *self, GError **error);

G_END_DECLS
