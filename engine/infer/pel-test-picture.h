/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-pool.h"
#include "engine/train/pel-model.h"

/* A picture to try a network with, and what the network makes of it. */

/**
 * PelTestPicture:
 * @raw: grey values as a camera gives them, (1, channels, height, width)
 * @prepared: the same as the network takes them
 * @probabilities: what it makes of them, (1, outputs, height, width)
 *
 * One owner.
 */
typedef struct
{
  PelTensor raw, prepared, probabilities;
} PelTestPicture;

/**
 * pel_test_picture_init:
 * @self: (out): the picture
 * @model: a model, whose network this plans anew and then unplans
 * @width: a multiple of what the network's sides must be
 * @height: likewise
 * @pool: who computes
 * @error: return location for a `GError`
 *
 * Draws blurred cells of about the size that the model knows, bright on dark, with noise, always
 * the same ones; prepares them as the model's images are prepared, and runs the network. The
 * percentiles that it is prepared by fall between equal values, so that every definition of a
 * percentile gives the same.
 *
 * Returns: `FALSE` with @error set
 */
gboolean pel_test_picture_init (PelTestPicture *self,
                                PelModel *model,
                                guint width,
                                guint height,
                                PelPool *pool,
                                GError **error);
void pel_test_picture_clear (PelTestPicture *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelTestPicture, pel_test_picture_clear)

/**
 * pel_test_picture_to_png:
 * @self: a picture
 * @side: of the square that each half is drawn into, in pixels
 *
 * Returns: (transfer full): a PNG of twice as many columns as rows: what the network sees, and
 *   beside it the probability of lying in a cell
 */
GByteArray *pel_test_picture_to_png (const PelTestPicture *self, guint side)
    G_GNUC_WARN_UNUSED_RESULT;
