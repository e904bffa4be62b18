/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "ui/canvas/pel-canvas.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelQualityView:
 *
 * How good a model is on images held out from training, and where it is wrong: figures as the
 * command `evaluate` gives them, and a list of errors that are marked on the picture; choosing one
 * goes there. It stands beside the picture, in place of the mode's page.
 *
 * Signal: `closed` when it is to go: by its button, by Esc, or with the project.
 */
#define PEL_TYPE_QUALITY_VIEW (pel_quality_view_get_type ())
G_DECLARE_FINAL_TYPE (PelQualityView, pel_quality_view, PEL, QUALITY_VIEW, AdwBin)

/* Tests the model in use at once. @canvas: gets the marks, until the view is disposed of */
GtkWidget *pel_quality_view_new (PelWorkspace *workspace, PelCanvas *canvas)
    G_GNUC_WARN_UNUSED_RESULT;
/* Tells that it is to go. */
void pel_quality_view_close (PelQualityView *self);
void pel_quality_view_focus (PelQualityView *self);
const char *pel_quality_view_get_title (PelQualityView *self);
/* "running", "result" or "problem" */
const char *pel_quality_view_get_page (PelQualityView *self);
/* Errors listed at present. */
guint pel_quality_view_get_n_errors (PelQualityView *self);
/* Only errors of one kind: 0 for all, else 1 + a PelCellErrorKind. */
void pel_quality_view_set_filter (PelQualityView *self, guint filter);
/* Goes to a listed error. */
void pel_quality_view_show_error (PelQualityView *self, guint row);

G_END_DECLS
