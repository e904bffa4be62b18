/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelQueueView:
 *
 * The cell in question, why it is, and what can be said about it; how many cells of the image were
 * looked at, and what to do when all were.
 */
#define PEL_TYPE_QUEUE_VIEW (pel_queue_view_get_type ())
G_DECLARE_FINAL_TYPE (PelQueueView, pel_queue_view, PEL, QUEUE_VIEW, GtkWidget)

void pel_queue_view_set_workspace (PelQueueView *self, PelWorkspace *workspace);

G_END_DECLS
