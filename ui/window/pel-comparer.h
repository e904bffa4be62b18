/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelComparer:
 *
 * Compares two models on the image on show: the one's edges left of a divider that can be dragged,
 * the other's right of it, and their figures in a table. Follows the image; nothing is written.
 * Main thread only.
 */
#define PEL_TYPE_COMPARER (pel_comparer_get_type ())
G_DECLARE_FINAL_TYPE (PelComparer, pel_comparer, PEL, COMPARER, GObject)

/* @overlay: over the canvas; the divider and the table are laid on it */
PelComparer *pel_comparer_new (PelWorkspace *workspace, PelCanvas *canvas, GtkOverlay *overlay)
    G_GNUC_WARN_UNUSED_RESULT;

/* Compares the model in use, or else another one, with @model. */
void pel_comparer_start (PelComparer *self, PelModelEntry *model);
/* Compares these two; which model is in use stays as it is. */
void pel_comparer_start_pair (PelComparer *self, PelModelEntry *left, PelModelEntry *right);
void pel_comparer_stop (PelComparer *self);
gboolean pel_comparer_get_active (PelComparer *self);
/* Lets go of everything; the window is about to close. */
void pel_comparer_close (PelComparer *self);

G_END_DECLS
