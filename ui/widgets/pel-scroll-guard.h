/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * pel_scroll_guard_add:
 * @root: a widget; it and everything below it that is there by now
 *
 * Makes scales and number fields leave the wheel to the page around them. A page that is rolled by
 * would else change the value under the pointer, unseen. Keys, dragging and buttons act as before.
 * Main thread.
 */
void pel_scroll_guard_add (GtkWidget *root);

G_END_DECLS
