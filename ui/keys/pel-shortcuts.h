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

G_END_DECLS
