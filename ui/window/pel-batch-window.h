/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelBatchWindow:
 *
 * Predicts, measures and exports folders that are not in the project: what, with which model, where
 * to, and then how far it is and what came of it. Closing it leaves the work running; it is in the
 * main window's status bar then.
 */
#define PEL_TYPE_BATCH_WINDOW (pel_batch_window_get_type ())
G_DECLARE_FINAL_TYPE (PelBatchWindow, pel_batch_window, PEL, BATCH_WINDOW, AdwWindow)

GtkWidget *pel_batch_window_new (PelWorkspace *workspace, GtkWindow *parent)
    G_GNUC_WARN_UNUSED_RESULT;
/* What choosers do; for tests and drops. */
void pel_batch_window_add_input (PelBatchWindow *self, const char *path);
void pel_batch_window_set_out (PelBatchWindow *self, const char *path);
gboolean pel_batch_window_get_can_start (PelBatchWindow *self);
void pel_batch_window_start (PelBatchWindow *self);
/* "setup", "running" or "done" */
const char *pel_batch_window_get_page (PelBatchWindow *self);

G_END_DECLS
