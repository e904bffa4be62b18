/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "engine/core/pel-rect.h"
#include "ui/canvas/pel-tile-source.h"

G_BEGIN_DECLS

/* Device pixels of a side. */
#define PEL_TILE_SIDE 256

/**
 * PelTileTarget:
 * @PEL_TILE_TARGET_TEXTURES: textures, which a renderer on the GPU uploads once
 * @PEL_TILE_TARGET_SURFACES: image surfaces, which the software renderer paints as they are; it
 *   would convert every texture anew in each frame
 */
typedef enum
{
  PEL_TILE_TARGET_TEXTURES,
  PEL_TILE_TARGET_SURFACES,
} PelTileTarget;

/**
 * PelTileLayer:
 *
 * One layer of the picture as textures of 256x256 device pixels, composed at exactly the scale and
 * the angle at which they are shown: nothing is filtered while it is drawn, edges between tiles
 * cannot be seen, and a software renderer only copies. Scaled pixels are those of the turned
 * picture. Missing tiles are composed in workers, those in the middle of the
 * view first; until they are there the tiles of the previous scale and angle stand in, stretched
 * and turned. Nothing waits in a queue: what to compose next is decided when a worker is free, so
 * work that is outdated is never begun. Main thread only.
 *
 * Signal "ready" (): a composed tile arrived.
 */
#define PEL_TYPE_TILE_LAYER (pel_tile_layer_get_type ())
G_DECLARE_FINAL_TYPE (PelTileLayer, pel_tile_layer, PEL, TILE_LAYER, GObject)

/* @margin: device pixels by which a change reaches beyond the image pixels that changed. */
PelTileLayer *pel_tile_layer_new (const PelTileSource *source, gint margin)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_tile_layer_set_scene:
 * @scene: (nullable): what to draw from now on; a reference is taken
 * @width: of the image, in image pixels
 * @height: of the image
 *
 * Shows another scene; drops every tile.
 */
void pel_tile_layer_set_scene (PelTileLayer *self, gpointer scene, guint width, guint height);

/**
 * pel_tile_layer_update_scene:
 * @scene: of the same size as before
 * @area: (nullable): the image pixels that differ, or %NULL for all
 *
 * As pel_tile_layer_set_scene(), but the tiles stay on show until their successors are ready.
 */
void pel_tile_layer_update_scene (PelTileLayer *self, gpointer scene, const PelRect *area);

/* @scale: device pixels per image pixel; @degrees: by how much the image is turned clockwise */
void pel_tile_layer_set_scale (PelTileLayer *self, double scale, double degrees);

/* While it is held no tile is begun: what is about to be outdated would only cost time. */
void pel_tile_layer_set_held (PelTileLayer *self, gboolean held);

/**
 * pel_tile_layer_refresh:
 * @visible: scaled pixels
 * @budget_us: how long it may take
 *
 * Brings tiles that went out of date within @visible up to date at once, so that paint is under
 * the brush in the next frame; what exceeds the budget is left to the workers.
 */
void pel_tile_layer_refresh (PelTileLayer *self, const PelRect *visible, gint64 budget_us);

/* How tiles are handed to the renderer; both look the same. */
void pel_tile_layer_set_target (PelTileLayer *self, PelTileTarget target);

/**
 * pel_tile_layer_set_base:
 * @base: (nullable): a small picture of the whole image
 *
 * What is shown stretched where there is no tile yet.
 */
void pel_tile_layer_set_base (PelTileLayer *self, GdkTexture *base);

/**
 * pel_tile_layer_snapshot:
 * @snapshot: in widget pixels, with the upper left corner of @visible at the origin
 * @visible: scaled pixels to show; may reach beyond the image
 * @device_scale: device pixels per widget pixel
 *
 * Appends the visible tiles and has the missing ones made.
 */
void pel_tile_layer_snapshot (PelTileLayer *self,
                              GtkSnapshot *snapshot,
                              const PelRect *visible,
                              double device_scale);

/**
 * PelTileState:
 * @PEL_TILE_STATE_MISSING: never composed; something blurred stands in
 * @PEL_TILE_STATE_EMPTY: nothing but transparency
 * @PEL_TILE_STATE_DRAWN: it has pixels
 */
typedef enum
{
  PEL_TILE_STATE_MISSING,
  PEL_TILE_STATE_EMPTY,
  PEL_TILE_STATE_DRAWN,
} PelTileState;

/**
 * pel_tile_layer_begin:
 * @visible: scaled pixels to show; may reach beyond the image
 * @tiles: (out): which tiles these are, counted from the upper left
 *
 * What pel_tile_layer_snapshot() does, for somebody who goes from tile to tile of several layers:
 * begin, then look at or append each tile, then end.
 *
 * Returns: %FALSE where nothing of the layer is in view; @tiles is empty then
 */
gboolean pel_tile_layer_begin (PelTileLayer *self, const PelRect *visible, PelRect *tiles);

/* Whether there are pixels, up to date or not, for all of @visible. */
gboolean pel_tile_layer_covers (PelTileLayer *self, const PelRect *visible);

/**
 * pel_tile_layer_look:
 * @stamp: (out): another number for other pixels; 0 unless it has any
 * @surface: (out) (transfer none) (optional): they
 *
 * Returns: what there is of a tile that pel_tile_layer_begin() named
 */
PelTileState pel_tile_layer_look (PelTileLayer *self,
                                  gint x,
                                  gint y,
                                  guint64 *stamp,
                                  cairo_surface_t **surface);
void pel_tile_layer_append (PelTileLayer *self,
                            GtkSnapshot *snapshot,
                            gint x,
                            gint y,
                            const PelRect *visible,
                            double device_scale);
void pel_tile_layer_end (PelTileLayer *self);

/* Whether every tile of the last snapshot was there and up to date. */
gboolean pel_tile_layer_is_settled (PelTileLayer *self);
gsize pel_tile_layer_get_bytes (PelTileLayer *self);

G_END_DECLS
