/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-rect.h"
#include "engine/image/pel-image.h"
#include "ui/canvas/pel-outlines.h"

G_BEGIN_DECLS

/**
 * PelPreviewScene:
 *
 * What a network under training would predict of a part of an image, for a tile layer: a veil as
 * dense as the probability of lying in a cell, and over it the cells' edges as a prediction shows
 * them. Immutable and atomically counted.
 */
typedef struct PelPreviewScene PelPreviewScene;

/**
 * pel_preview_scene_new:
 * @probability: of the foreground, one F32 channel as large as @area; a reference is taken
 * @area: which part of the image, in its pixels
 * @outlines: of the cells there, in pixels of the image; a reference is
 *   taken
 * @device_scale: device pixels per widget pixel
 *
 * Returns: (transfer full): the scene
 */
PelPreviewScene *pel_preview_scene_new (PelImage *probability,
                                        const PelRect *area,
                                        PelOutlines *outlines,
                                        gint device_scale) G_GNUC_WARN_UNUSED_RESULT;
PelPreviewScene *pel_preview_scene_ref (PelPreviewScene *self);
void pel_preview_scene_unref (PelPreviewScene *self);

extern const PelTileSource pel_preview_tile_source;

G_END_DECLS
