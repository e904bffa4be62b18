/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelReviewPage:
 *
 * The inspector while reviewing: predict with a model, cut its probabilities into cells by other
 * thresholds at once, look at the cells, and accept them into the mask.
 */
#define PEL_TYPE_REVIEW_PAGE (pel_review_page_get_type ())
G_DECLARE_FINAL_TYPE (PelReviewPage, pel_review_page, PEL, REVIEW_PAGE, GtkWidget)

GtkWidget *pel_review_page_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_review_page_set_workspace (PelReviewPage *self, PelWorkspace *workspace);
/* Shows the predicted image that would teach the model most. */
void pel_review_page_go_to_uncertain (PelReviewPage *self);

G_END_DECLS
