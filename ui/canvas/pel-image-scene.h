/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-pyramid.h"
#include "ui/canvas/pel-tile-layer.h"

G_BEGIN_DECLS

/**
 * PelImageScene:
 *
 * An image and its contrast, for a tile layer. Immutable and atomically counted.
 */
typedef struct PelImageScene PelImageScene;

PelImageScene *pel_image_scene_new (PelPyramid *pyramid, const PelChannelDisplay *display)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_image_scene_new_together:
 * @pyramids: (array length=n): channels of one image
 * @displays: (array length=n): how each is shown; its colour must be set
 * @n: how many; at least 1
 *
 * Several channels at once: each is grey as it would be alone, in its colour, and the colours are
 * added as light is.
 *
 * Returns: (transfer full): the scene
 */
PelImageScene *pel_image_scene_new_together (PelPyramid *const *pyramids,
                                             const PelChannelDisplay *displays,
                                             guint n) G_GNUC_WARN_UNUSED_RESULT;
PelImageScene *pel_image_scene_ref (PelImageScene *self);
void pel_image_scene_unref (PelImageScene *self);

/**
 * pel_image_scene_draw_small:
 * @max_size: of the longer side
 *
 * Draws the whole image small; any thread.
 *
 * Returns: (transfer full): a picture that fits into @max_size squared
 */
GdkTexture *pel_image_scene_draw_small (PelImageScene *self, guint max_size)
    G_GNUC_WARN_UNUSED_RESULT;

/* The functions to give to pel_tile_layer_new(). */
extern const PelTileSource pel_image_tile_source;

G_END_DECLS
