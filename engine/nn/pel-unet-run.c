/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-unet-private.h"

static gboolean
run_op (PelUnet *self, const PelUnetOp *op, float *scores, const float *d_scores)
{
  const PelUnetSteps *steps = self->steps;

  switch (op->kind)
    {
    case PEL_UNET_FORWARD_UNIT:
      return steps->forward_unit (self, op->index, FALSE);
    case PEL_UNET_FORWARD_POOL:
      return steps->forward_pool (self, op->index);
    case PEL_UNET_FORWARD_UP:
      return steps->forward_up (self, op->index);
    case PEL_UNET_FORWARD_HEAD:
      return steps->forward_head (self, scores);
    case PEL_UNET_UNIT_AGAIN:
      return steps->forward_unit (self, op->index, TRUE);
    case PEL_UNET_BACKWARD_HEAD:
      return steps->backward_head (self, d_scores);
    case PEL_UNET_BACKWARD_NORM:
      return steps->backward_norm (self, op->index);
    case PEL_UNET_BACKWARD_WEIGHT:
      return steps->backward_weight (self, op->index);
    case PEL_UNET_BACKWARD_INPUT:
      return steps->backward_input (self, op->index);
    case PEL_UNET_BACKWARD_POOL:
      return steps->backward_pool (self, op->index);
    case PEL_UNET_BACKWARD_UP:
      return steps->backward_up (self, op->index);
    default:
      g_assert_not_reached ();
    }
}

static gboolean
run_ops (PelUnet *self, guint first, guint end, float *scores, const float *d_scores)
{
  for (guint i = first; i < end; i++)
    {
      pel_unet_point (self->schedule, i);
      if (!run_op (self, &self->schedule->ops[i], scores, d_scores))
        return FALSE;
    }
  return TRUE;
}

gboolean
pel_unet_forward (PelUnet *self, const PelTensor *input, PelTensor *scores)
{
  PelShape expected = self->input;

  expected.c = self->config.out_channels;
  g_return_val_if_fail (self->planned, FALSE);
  g_return_val_if_fail (pel_shape_equal (input->shape, self->input), FALSE);
  g_return_val_if_fail (pel_shape_equal (scores->shape, expected), FALSE);

  self->seen = *input;
  self->forwarded = run_ops (self, 0, self->schedule->n_forward, scores->data, NULL);
  return self->forwarded;
}

gboolean
pel_unet_backward (PelUnet *self, const PelTensor *d_scores)
{
  PelShape expected = self->input;

  expected.c = self->config.out_channels;
  g_return_val_if_fail (self->planned && self->forwarded, FALSE);
  g_return_val_if_fail (self->phase == PEL_PHASE_TRAIN, FALSE);
  g_return_val_if_fail (pel_shape_equal (d_scores->shape, expected), FALSE);

  return run_ops (self, self->schedule->n_forward, self->schedule->n_ops, NULL, d_scores->data);
}
