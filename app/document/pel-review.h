/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-document-types.h"
#include "engine/measure/pel-doubt.h"

G_BEGIN_DECLS

/**
 * PelReviewState:
 * @PEL_REVIEW_STATE_WAITING: the user has not said anything
 * @PEL_REVIEW_STATE_ACCEPTED: the mask has a cell there that the user drew, corrected or agreed to
 * @PEL_REVIEW_STATE_REJECTED: the user said that it is no cell
 */
typedef enum
{
  PEL_REVIEW_STATE_WAITING,
  PEL_REVIEW_STATE_ACCEPTED,
  PEL_REVIEW_STATE_REJECTED,
} PelReviewState;

/**
 * PelReviewCell:
 * @label: its number in the prediction or, where not @predicted, in the mask
 * @predicted: whether the prediction has it; else it came into the mask from an earlier one
 * @mask_label: the cell of the mask that stands for it, 0 for none
 * @covered: whether the mask shows it already
 * @state: what the user said
 * @record: the label of the record that rejects it, 0 for none
 * @doubt: how much it deserves a look, and why
 * @confidence: along its edge; not a number where it is not known
 * @agreement: intersection over union with another prediction; not a number without one
 * @diameter: equivalent diameter in pixels
 * @x, @y: its middle, pixel i covering i to i + 1 around i
 * @bounds: its pixels
 * @inner_x, @inner_y: a pixel of it
 * @size: its number of pixels
 *
 * One cell of the review queue.
 */
typedef struct
{
  guint32 label;
  gboolean predicted;
  guint32 mask_label;
  gboolean covered;
  PelReviewState state;
  guint32 record;
  PelDoubt doubt;
  double confidence;
  double agreement;
  double diameter;
  double x, y;
  PelRect bounds;
  gint32 inner_x, inner_y;
  guint32 size;
} PelReviewCell;

#define PEL_TYPE_REVIEW (pel_review_get_type ())
G_DECLARE_FINAL_TYPE (PelReview, pel_review, PEL, REVIEW, GObject)

/**
 * PelReview:
 *
 * The review queue of one image: predicted cells, and cells that models gave to the mask, in order
 * of doubt. It follows prediction and mask by itself, a moment after they change, compared in a
 * worker; nothing is done before somebody has asked for a cell. Verdicts are steps of the image's
 * history and are stored with the mask. Main thread only.
 *
 * Properties: `current` (index of the cell in question, -1 for none), `updating`. Signal: `changed`
 * when cells or their states are others.
 */

guint pel_review_get_n_cells (PelReview *self);
guint pel_review_get_n_waiting (PelReview *self);
/* (transfer none): a cell, the most doubtful first; valid until the next `changed` */
const PelReviewCell *pel_review_get_cell (PelReview *self, guint index);
/* Whether the cells are being compared anew. */
gboolean pel_review_get_updating (PelReview *self);
/* (transfer none) (nullable): the model whose prediction this one was compared with */
const char *pel_review_get_other_model (PelReview *self);

gint pel_review_get_current (PelReview *self);
/* -1 for none */
void pel_review_set_current (PelReview *self, gint index);
/* Whether a predicted cell is shown otherwise already, or is none: its edge is not drawn. */
gboolean pel_review_is_hidden (PelReview *self, guint32 predicted_label);
/* The index of a cell by its number in the prediction or in the mask, or -1. */
gint pel_review_find (PelReview *self, guint32 label, gboolean predicted);

/**
 * pel_review_step:
 * @self: a queue
 * @by: 1 for the next, -1 for the one before
 *
 * Goes to the next cell that waits, in order of doubt; at the end to the first.
 *
 * Returns: %FALSE where none waits
 */
gboolean pel_review_step (PelReview *self, int by);

/**
 * pel_review_accept:
 * @self: a queue
 * @index: a cell
 *
 * Takes the cell into the mask, or marks the mask's as agreed to, as one undo step. What was
 * rejected may be accepted later.
 *
 * Returns: whether anything changed
 */
gboolean pel_review_accept (PelReview *self, guint index);

/**
 * pel_review_reject:
 * @self: a queue
 * @index: a cell
 *
 * Remembers that it is no cell, and takes it out of the mask unless the user drew it there. One
 * undo step.
 *
 * Returns: whether anything changed
 */
gboolean pel_review_reject (PelReview *self, guint index);

G_END_DECLS
