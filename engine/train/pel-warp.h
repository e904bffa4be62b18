/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/core/pel-random.h"
#include "engine/core/pel-rect.h"
#include "engine/train/pel-augment.h"

/* Points along each side of a displacement grid, at most. */
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
 * @random: source
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
 * @source: values of @area, row by row, plane after plane
 * @area: what each plane of @source holds, from pel_warp_get_source() or larger
 * @n_planes: how many there are, such as the channels of an image
 * @out: (out): the patch, size x size, plane after plane
 *
 * Samples values bilinearly. Where every pixel falls on a pixel centre (flips and right
 * angles alone) values are copied exactly.
 */
void pel_warp_sample (const PelWarp *warp,
                      const float *source,
                      const PelRect *area,
                      guint n_planes,
                      float *out);

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
 * pel_warp_sample_flows:
 * @warp: a map
 * @labels: labels of @area, row by row; 0 and %G_MAXUINT32 have no flow
 * @down: directions of @area in any unit, row by row, such as pel_flow_field_read() gives
 * @right: the same, to the right
 * @area: what the three hold
 * @out: (out): unit vectors of the patch: size x size values down, then as many to the right
 *
 * Samples directions bilinearly among the neighbours of the label that pel_warp_sample_labels()
 * takes, and changes them as the map changes the patch: what falls along a direction in the image
 * falls along the transposed Jacobian matrix times it in the patch.
 */
void pel_warp_sample_flows (const PelWarp *warp,
                            const guint32 *labels,
                            const gint8 *down,
                            const gint8 *right,
                            const PelRect *area,
                            float *out);
