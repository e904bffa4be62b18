/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-image.h"
#include "ui/canvas/pel-tone-map.h"

G_BEGIN_DECLS

/**
 * PelPyramid:
 *
 * One channel of an image (or its three colours) with halved copies of it, so that drawing costs
 * what the screen has pixels and not what the image has. Atomically counted. One worker builds it
 * while any thread draws from the levels that are there.
 */
typedef struct PelPyramid PelPyramid;

/**
 * pel_pyramid_new:
 * @image: the pixels; held, not copied
 * @channel: the channel to show, or -1 for an RGB image in colour and the first channel of others
 *
 * Returns: (transfer full): a pyramid of the image itself alone, ready for drawing
 */
PelPyramid *pel_pyramid_new (PelImage *image, gint channel) G_GNUC_WARN_UNUSED_RESULT;
PelPyramid *pel_pyramid_ref (PelPyramid *self);
void pel_pyramid_unref (PelPyramid *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelPyramid, pel_pyramid_unref)

/**
 * pel_pyramid_measure:
 *
 * Finds out what auto levels are; to be called once, from a worker, before anybody asks.
 */
void pel_pyramid_measure (PelPyramid *self);

/**
 * pel_pyramid_build:
 * @cancellable: (nullable): polled row by row
 *
 * Makes the halved copies, each published as soon as it is there; to be called once, from a
 * worker. Where memory is short it stops early, and drawing picks single pixels instead.
 */
void pel_pyramid_build (PelPyramid *self, GCancellable *cancellable);

PelImage *pel_pyramid_get_image (const PelPyramid *self);
PelToneKind pel_pyramid_get_tone_kind (const PelPyramid *self);

/**
 * pel_pyramid_get_auto_levels:
 * @low: (out): sample to show black
 * @high: (out): sample to show white
 *
 * After pel_pyramid_measure(): the 0.2 and 99.8 percentiles, or the whole range of RGB.
 */
void pel_pyramid_get_auto_levels (const PelPyramid *self, double *low, double *high);

/**
 * pel_pyramid_draw:
 * @tones: of the pyramid's kind
 * @scale: output pixels per image pixel
 * @area: output pixels to fill, within the scaled image
 * @out: (out): native-endian 0xffRRGGBB, row by row
 * @stride: pixels from one row of @out to the next
 *
 * Above 1:1 each output pixel shows the image pixel under its centre; below, the nearest finer
 * level is interpolated.
 */
void pel_pyramid_draw (const PelPyramid *self,
                       const PelToneMap *tones,
                       double scale,
                       const PelRect *area,
                       guint32 *out,
                       gsize stride);

G_END_DECLS
