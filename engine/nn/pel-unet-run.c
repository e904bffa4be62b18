/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-unet-private.h"

gboolean
pel_unet_forward (PelUnet *self, const PelTensor *input, PelTensor *scores)
{
  const PelUnetSteps *steps = self->steps;
  PelShape expected = self->input;

  expected.c = self->config.out_channels;
  g_return_val_if_fail (self->planned, FALSE);
  g_return_val_if_fail (pel_shape_equal (input->shape, self->input), FALSE);
  g_return_val_if_fail (pel_shape_equal (scores->shape, expected), FALSE);

  self->forwarded = FALSE;
  self->seen = *input;
  for (guint level = 0; level <= self->config.depth; level++)
    {
      guint unit = pel_unet_get_down_unit (level);

      if (!steps->forward_unit (self, unit) || !steps->forward_unit (self, unit + 1))
        return FALSE;
      if (level < self->config.depth && !steps->forward_pool (self, level))
        return FALSE;
    }
  for (guint level = self->config.depth; level-- > 0;)
    {
      guint unit = pel_unet_get_up_unit (self, level);

      if (!steps->forward_up (self, level) || !steps->forward_unit (self, unit) ||
          !steps->forward_unit (self, unit + 1))
        return FALSE;
    }

  if (!steps->forward_head (self, scores->data))
    return FALSE;
  self->forwarded = TRUE;
  return TRUE;
}

gboolean
pel_unet_backward (PelUnet *self, const PelTensor *d_scores)
{
  const PelUnetSteps *steps = self->steps;
  PelShape expected = self->input;

  expected.c = self->config.out_channels;
  g_return_val_if_fail (self->planned && self->forwarded, FALSE);
  g_return_val_if_fail (self->phase == PEL_PHASE_TRAIN, FALSE);
  g_return_val_if_fail (pel_shape_equal (d_scores->shape, expected), FALSE);

  if (!steps->backward_head (self, d_scores->data))
    return FALSE;

  for (guint level = 0; level < self->config.depth; level++)
    {
      guint unit = pel_unet_get_up_unit (self, level);

      if (!steps->backward_unit (self, unit + 1) || !steps->backward_unit (self, unit) ||
          !steps->backward_up (self, level))
        return FALSE;
    }
  for (guint level = self->config.depth + 1; level-- > 0;)
    {
      guint unit = pel_unet_get_down_unit (level);

      if (level < self->config.depth && !steps->backward_pool (self, level))
        return FALSE;
      if (!steps->backward_unit (self, unit + 1) || !steps->backward_unit (self, unit))
        return FALSE;
    }
  return TRUE;
}
