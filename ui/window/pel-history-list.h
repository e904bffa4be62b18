/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-undo.h"

G_BEGIN_DECLS

/**
 * PelHistoryList:
 *
 * The steps of an image, the newest first, to jump in: choosing one undoes or redoes up to it. The
 * way there is gone in slices, so that the window stays alive.
 *
 * Signals: "chosen" (), when a step was chosen; "failed" (const char *message), when a step on the
 * way could not be read back.
 */
#define PEL_TYPE_HISTORY_LIST (pel_history_list_get_type ())
G_DECLARE_FINAL_TYPE (PelHistoryList, pel_history_list, PEL, HISTORY_LIST, GtkWidget)

GtkWidget *pel_history_list_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* @undo: (nullable): whose steps; they are read anew at each call, and where the list is on show
 * the one where the image is gets the focus */
void pel_history_list_set_undo (PelHistoryList *self, PelUndo *undo);

/* Goes there, @position steps being done then; any way begun before ends. */
void pel_history_list_go_to (PelHistoryList *self, guint position);
/* Whether it is still on its way. */
gboolean pel_history_list_is_going (PelHistoryList *self);

G_END_DECLS
