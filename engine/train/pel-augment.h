/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/core/pel-random.h"
#include "engine/core/pel-rect.h"

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

#define PEL_WARP_MAX_GRID 8

/**
 * PelWarp:
 * @size: side of the patch
 * @cx: where the patch's centre lies in the image, in pixel-edge coordinates (pixel i covers
 *   [i, i+1))
 * @cy: the same, down
 * @xx: image x for patch x
 * @xy: image x for patch y
 * @yx: image y for patch x
 * @yy: image y for patch y
 * @grid: points along each side of the displacement grid; 0 for none
 * @dx: displacements in image pixels, row by row
 * @dy: the same, down
 *
 * One map from a patch to the image: flips, turns, scale and elastic deformation together, so
 * that pixels are sampled once. The patch's pixel centre (x + 0.5, y + 0.5) is taken from
 * centre + matrix · (offset from the patch's middle) + displacement, the displacement being
 * bicubic (Keys 1981, a = -1/2) between grid points that span the patch edge to edge.
 */
typedef struct
{
  guint size;
  double cx, cy;
  double xx, xy, yx, yy;
  guint grid;
  double dx[PEL_WARP_MAX_GRID * PEL_WARP_MAX_GRID];
  double dy[PEL_WARP_MAX_GRID * PEL_WARP_MAX_GRID];
} PelWarp;

/**
 * pel_warp_init:
 * @warp: (out): a map that only moves: the patch lies around (@cx, @cy)
 * @size: side of the patch
 * @cx: centre in the image, pixel-edge coordinates
 * @cy: centre in the image
 */
void pel_warp_init (PelWarp *warp, guint size, double cx, double cy);

/**
 * pel_warp_randomise:
 * @warp: a map made by pel_warp_init()
 * @config: how strongly
 * @random: source; the same draws are made whatever @config holds
 *
 * Makes the geometric changes of @config part of @warp.
 */
void pel_warp_randomise (PelWarp *warp, const PelAugmentConfig *config, PelRandom *random);

/**
 * pel_warp_get_source:
 * @warp: a map
 * @rect: (out): every image pixel that sampling the patch may touch; may reach outside the image
 */
void pel_warp_get_source (const PelWarp *warp, PelRect *rect);

/**
 * pel_warp_sample:
 * @warp: a map
 * @source: values of @area, row by row
 * @area: what @source holds, from pel_warp_get_source() or larger
 * @out: (out): the patch, size x size
 *
 * Samples grey values bilinearly. Where every pixel falls on a pixel centre (flips and right
 * angles alone) values are copied exactly.
 */
void pel_warp_sample (const PelWarp *warp, const float *source, const PelRect *area, float *out);

/**
 * pel_warp_sample_labels:
 * @warp: a map
 * @source: labels of @area, row by row
 * @area: what @source holds
 * @out: (out): the patch, size x size
 *
 * Takes the nearest pixel's label.
 */
void pel_warp_sample_labels (const PelWarp *warp,
                             const guint32 *source,
                             const PelRect *area,
                             guint32 *out);

/**
 * pel_augment_intensity:
 * @config: how strongly
 * @random: source; draws do not depend on the pixels
 * @data: (inout): one channel of a patch, normalised to about 0..1
 * @scratch: @size x @size values to work in
 * @size: side of the patch
 *
 * Changes contrast, brightness, gamma, sharpness, noise and sign.
 */
void pel_augment_intensity (const PelAugmentConfig *config,
                            PelRandom *random,
                            float *data,
                            float *scratch,
                            guint size);

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
