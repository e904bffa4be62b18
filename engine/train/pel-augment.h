/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/core/pel-random.h"

/**
 * PelAugmentConfig:
 * @flips: mirror and turn by right angles, all eight ways alike; no pixel is resampled by it
 * @rotation: turn by up to this many degrees either way
 * @scale: enlarge or shrink by up to this factor (1 for none), evenly on a log scale
 * @elastic: standard deviation, in pixels of a 512 pixel patch, of the displacements at the
 *   points of the coarse grid; it shrinks and grows with the patch. 10 is the U-Net paper's
 * @elastic_grid: points along each side of the grid; the U-Net paper has 3
 * @warp_share: share of the patches that are turned, scaled and deformed; the others keep their
 *   pixels sharp and are flipped only
 * @brightness: added, evenly from minus to plus this; images run from 0 to 1
 * @contrast: contrast about the mean is multiplied by up to this factor, or divided by it
 * @gamma: values are raised to a power of up to this, or down to its inverse
 * @blur: standard deviation of the blur, in pixels, evenly from 0 up to this
 * @blur_share: share of the patches that are blurred
 * @noise: standard deviation of the noise, evenly from 0 up to this
 * @noise_share: share of the patches that get noise
 * @invert_share: share of the patches that are turned to their negative
 *
 * How strongly training patches are changed at random. All zero (and factors of 1) changes
 * nothing.
 */
typedef struct
{
  gboolean flips;
  double rotation;
  double scale;
  double elastic;
  guint elastic_grid;
  double warp_share;
  double brightness;
  double contrast;
  double gamma;
  double blur;
  double blur_share;
  double noise;
  double noise_share;
  double invert_share;
} PelAugmentConfig;

/**
 * pel_augment_intensity:
 * @config: how strongly
 * @random: source; how much is drawn does not depend on the pixels
 * @data: (inout): a patch, channel by channel, normalised to about 0..1
 * @scratch: @size x @size values to work in
 * @size: side of the patch
 * @n_channels: channels in @data; each is changed on its own, but all are blurred alike, and all
 *   are turned to their negative or none
 *
 * Changes gamma, contrast, brightness, sharpness, noise and sign, in this order.
 */
void pel_augment_intensity (const PelAugmentConfig *config,
                            PelRandom *random,
                            float *data,
                            float *scratch,
                            guint size,
                            guint n_channels);

/**
 * pel_augment_blur:
 * @data: (inout): an image
 * @scratch: as many values, to work in
 * @width: columns
 * @height: rows
 * @sigma: standard deviation in pixels; up to 8
 *
 * Gaussian blur, cut off at three standard deviations, edges repeated.
 */
void pel_augment_blur (float *data, float *scratch, guint width, guint height, double sigma);
