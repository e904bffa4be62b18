/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/core/pel-rect.h"
#include "engine/image/pel-image.h"
#include "engine/train/pel-train-config.h"

/**
 * PelNormalisation:
 * @low_percentile: of an image's values, becomes 0
 * @high_percentile: of an image's values, becomes 1
 * @polarity: %PEL_POLARITY_KEEP or %PEL_POLARITY_AUTO
 * @in_channels: channels of the network's input. 1 takes @channel; more take the image's first
 *   ones, except that 3 see @channel thrice where it is not -1, and luminance thrice where the
 * image has fewer channels, or (with percentiles) one hue from dark to bright
 * @channel: the channel that a one-channel network sees; -1 is luminance
 * @scaling: how values are brought into range; the percentiles count for %PEL_SCALING_PERCENTILES
 * alone
 * @factor: of %PEL_SCALING_FIXED
 * @offset: of %PEL_SCALING_FIXED, added after the factor
 *
 * How grey values reach the network, stored in the model so that prediction does exactly what
 * training did.
 */
typedef struct
{
  double low_percentile;
  double high_percentile;
  PelPolarity polarity;
  guint in_channels;
  gint channel;
  PelScaling scaling;
  double factor, offset;
} PelNormalisation;

#define PEL_MAX_IN_CHANNELS 16

/**
 * PelImageScale:
 * @channels: the image's channel behind each input of the network; -1 is luminance
 * @offset: subtracted from a channel's values
 * @factor: then multiplied by
 * @turned: whether the image was judged dark on bright and 1 - value is meant
 * @least: results are not below this
 * @most: nor above this: with percentiles -1 and 2, so that a few saturated pixels do no harm
 *
 * A normalisation measured on one image.
 */
typedef struct
{
  gint channels[PEL_MAX_IN_CHANNELS];
  float offset[PEL_MAX_IN_CHANNELS];
  float factor[PEL_MAX_IN_CHANNELS];
  gboolean turned;
  float least, most;
} PelImageScale;

/**
 * pel_normalisation_measure:
 * @self: a normalisation
 * @image: an image
 * @scale: (out): for pel_normalisation_read()
 * @error: return location for a `GError`
 *
 * Measures percentiles of each channel, and with %PEL_POLARITY_AUTO judges whether the background
 * is bright: cells are taken to be the minority, so the bulk of the pixels (the median) lies near
 * the background's end of the range. No label is needed, so training and prediction agree.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_SHAPE` set where the image has fewer channels than
 *   the network, or `PEL_ENGINE_ERROR_BAD_FILE` where it holds no finite value
 */
gboolean pel_normalisation_measure (const PelNormalisation *self,
                                    PelImage *image,
                                    PelImageScale *scale,
                                    GError **error);

/**
 * pel_normalisation_read:
 * @self: a normalisation
 * @image: an image
 * @scale: what pel_normalisation_measure() told about it
 * @channel: input of the network, from 0
 * @area: pixels to read; those outside the image are mirrored at its edge
 * @out: (out): area's width x height values, row by row
 */
void pel_normalisation_read (const PelNormalisation *self,
                             PelImage *image,
                             const PelImageScale *scale,
                             guint channel,
                             const PelRect *area,
                             float *out);

/**
 * pel_mirror:
 * @i: an index, also outside
 * @n: length, at least 1
 *
 * Returns: the index in 0..n-1 that @i falls on when the row is mirrored at its ends, the last
 *   pixel not repeated
 */
gint pel_mirror (gint i, gint n);
