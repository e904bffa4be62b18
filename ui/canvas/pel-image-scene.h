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
