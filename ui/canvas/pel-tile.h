/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "engine/core/pel-rect.h"
#include "ui/canvas/pel-tile-layer.h"

G_BEGIN_DECLS

/* A tile of one layer, at one scale. Main thread only. */
typedef struct
{
  gint x, y;           /* which tile; the key */
  GBytes *bytes;       /* NULL: transparent */
  gint width, height;  /* of the bytes */
  GdkTexture *texture; /* made from them when first shown, or: */
  cairo_surface_t *surface;
  GskRenderNode *node; /* paints the surface in widget pixels */
  double node_scale;
  guint64 stamp;     /* of the bytes; 0 without any */
  PelRect dirty;     /* scaled pixels; empty when up to date */
  PelRect pending;   /* what was dirty when the worker got it */
  guint serial;      /* grows when a reply that is on its way must not be taken */
  gboolean composed; /* at least once */
  gboolean in_flight;
  guint64 used; /* the snapshot that last showed it */
} PelTile;

/* By its place alone. */
guint pel_tile_hash (gconstpointer key);
gboolean pel_tile_equal (gconstpointer a, gconstpointer b);
void pel_tile_free (gpointer tile);

void pel_tile_forget_pixels (PelTile *tile);
gsize pel_tile_get_bytes (const PelTile *tile);

/* (transfer none): the pixels of a tile that has some */
cairo_surface_t *pel_tile_get_surface (PelTile *tile, gboolean is_opaque);

/* Appends a tile, which may be transparent, with its upper left at @x, @y of the widget; the same
 * node as before where nothing changed, so that the window draws nothing anew. */
void pel_tile_append (PelTile *tile,
                      gboolean is_opaque,
                      PelTileTarget target,
                      GtkSnapshot *snapshot,
                      double x,
                      double y,
                      double device_scale);

/* Appends one of another scale: @factor widget pixels for each of its own. */
void pel_tile_append_stretched (PelTile *tile,
                                gboolean is_opaque,
                                PelTileTarget target,
                                GtkSnapshot *snapshot,
                                double x,
                                double y,
                                double factor);

/* A node that paints an image surface of device pixels as it is, its upper left at the origin. */
GskRenderNode *pel_tile_node_new (cairo_surface_t *surface,
                                  gint width,
                                  gint height,
                                  double device_scale) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
