/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelCellProposal:
 *
 * The outline of a cell as the image or the model has it, and larger and smaller ones. Immutable
 * but for its count; the work on it is done in threads.
 */
typedef struct PelCellProposal PelCellProposal;

/**
 * PelProposalStep:
 * @PEL_PROPOSAL_LARGER: the next outline outside of the last
 * @PEL_PROPOSAL_SMALLER: the next one inside of it
 *
 * How to go on from a proposal.
 */
typedef enum
{
  PEL_PROPOSAL_LARGER,
  PEL_PROPOSAL_SMALLER,
} PelProposalStep;

void pel_cell_proposal_unref (PelCellProposal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCellProposal, pel_cell_proposal_unref)

/**
 * pel_cell_proposal_async:
 * @tool: a tool with a document
 * @x: a point within the cell, in image pixels
 * @y: the same
 * @label: the cell it would become; other cells are not entered while they are protected
 * @callback: called on the main thread
 * @data: for @callback
 *
 * Uses the model's probabilities where there are some and the prediction is shown, else brightness
 * at the scale of the zoom.
 */
void pel_cell_proposal_async (PelTool *tool,
                              double x,
                              double y,
                              guint32 label,
                              GAsyncReadyCallback callback,
                              gpointer data);
/* The same from another proposal, which stays as it is. */
void pel_cell_proposal_step_async (PelCellProposal *self,
                                   PelTool *tool,
                                   PelProposalStep step,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
/* (transfer full) (nullable): %NULL without an error where there is nothing to propose */
PelCellProposal *pel_cell_proposal_finish (GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none): @n pairs, corners of the outline in image pixels */
const double *pel_cell_proposal_get_outline (PelCellProposal *self, guint *n);
gboolean pel_cell_proposal_holds (PelCellProposal *self, double x, double y);
gboolean pel_cell_proposal_is_from_model (PelCellProposal *self);

G_END_DECLS
