/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelQualityWindow:
 *
 * How good a model is on images held out from training, and where it is wrong: figures as the
 * command `evaluate` gives them, and a list of errors that are marked on the picture; choosing one
 * goes there.
 */
#define PEL_TYPE_QUALITY_WINDOW (pel_quality_window_get_type ())
G_DECLARE_FINAL_TYPE (PelQualityWindow, pel_quality_window, PEL, QUALITY_WINDOW, AdwWindow)

/* Tests the model in use at once. @canvas: gets the marks, for as long as the window is open */
GtkWidget *pel_quality_window_new (PelWorkspace *workspace, PelCanvas *canvas, GtkWindow *parent)
    G_GNUC_WARN_UNUSED_RESULT;
/* "running", "result" or "problem" */
const char *pel_quality_window_get_page (PelQualityWindow *self);
/* Errors listed at present. */
guint pel_quality_window_get_n_errors (PelQualityWindow *self);
/* Only errors of one kind: 0 for all, else 1 + a PelCellErrorKind. */
void pel_quality_window_set_filter (PelQualityWindow *self, guint filter);
/* Goes to a listed error. */
void pel_quality_window_show_error (PelQualityWindow *self, guint row);

G_END_DECLS
