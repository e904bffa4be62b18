/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/canvas/pel-tile-layer.h"
#include "ui/canvas/pel-turn.h"

G_BEGIN_DECLS

/**
 * PelTilePlace:
 * @width: of the image, in image pixels
 * @height: the same
 * @scale: device pixels per image pixel
 * @degrees: by how much the image is turned clockwise
 * @turn: how it lies in the picture
 *
 * How a layer of tiles lies.
 */
typedef struct
{
  guint width, height;
  double scale;
  double degrees;
  PelTurn turn;
} PelTilePlace;

/* @turn follows from the others. */
void pel_tile_place_init (PelTilePlace *self,
                          guint width,
                          guint height,
                          double scale,
                          double degrees);

/**
 * PelTileStandIn:
 *
 * Something blurred where a layer lacks a tile: a small picture of the whole image, and over it the
 * tiles of another scale or angle, stretched and turned. Main thread only.
 */
typedef struct
{
  GdkTexture *base;              /* (nullable) */
  cairo_surface_t *base_surface; /* its pixels, once they were needed */
  GHashTable *tiles;             /* (nullable): of PelTile */
  PelTilePlace place;            /* of @tiles */
  guint32 *mosaic;     /* (nullable): those on show and around, as one, at half the size */
  PelRect mosaic_area; /* in their picture, in pixels of the mosaic */
} PelTileStandIn;

/* As at the beginning, where it is all 0. */
void pel_tile_stand_in_clear (PelTileStandIn *self);
void pel_tile_stand_in_clear_tiles (PelTileStandIn *self);
/* @base: (nullable) */
void pel_tile_stand_in_set_base (PelTileStandIn *self, GdkTexture *base);

/**
 * pel_tile_stand_in_append:
 * @place: how the image lies now
 * @is_opaque: whether the tiles are
 * @target: how they are handed to the renderer
 * @snapshot: in widget pixels, with the upper left corner of @visible at the origin
 * @area: of the picture, where something shall stand in
 * @visible: of the picture
 * @device_scale: device pixels per widget pixel
 */
void pel_tile_stand_in_append (PelTileStandIn *self,
                               const PelTilePlace *place,
                               gboolean is_opaque,
                               PelTileTarget target,
                               GtkSnapshot *snapshot,
                               const PelRect *area,
                               const PelRect *visible,
                               double device_scale);

G_END_DECLS
