/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelReviewer:
 *
 * Walks the user through the review queue of the image on show: selects the cell in question and
 * lets the view glide to it, takes Enter and Delete on the picture as verdicts about it, and takes
 * it into the mask as soon as a tool sets about to correct it. What is selected on the picture is
 * in question, and the other way round.
 */
#define PEL_TYPE_REVIEWER (pel_reviewer_get_type ())
G_DECLARE_FINAL_TYPE (PelReviewer, pel_reviewer, PEL, REVIEWER, GObject)

/**
 * pel_reviewer_new:
 * @workspace: what is worked on
 * @canvas: where it is seen
 * @view: the widget around @canvas, which gets the keys
 * @actions: gets `review-next`, `review-previous`, `review-accept`, `review-reject` and
 *   `complete-part`
 *
 * Returns: (transfer full): a reviewer
 */
PelReviewer *pel_reviewer_new (PelWorkspace *workspace,
                               PelCanvas *canvas,
                               GtkWidget *view,
                               GActionMap *actions) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the user reviews: after a verdict the next cell comes into view. */
void pel_reviewer_set_active (PelReviewer *self, gboolean active);
/* Lets go of everything; the widgets may be gone afterwards. */
void pel_reviewer_stop (PelReviewer *self);

G_END_DECLS
