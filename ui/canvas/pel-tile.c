/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-tile.h"

guint
pel_tile_hash (gconstpointer key)
{
  const PelTile *tile = key;

  return (guint)tile->x * 73856093u ^ (guint)tile->y * 19349663u;
}

gboolean
pel_tile_equal (gconstpointer a, gconstpointer b)
{
  const PelTile *ta = a;
  const PelTile *tb = b;

  return ta->x == tb->x && ta->y == tb->y;
}

void
pel_tile_forget_pixels (PelTile *tile)
{
  g_clear_object (&tile->texture);
  g_clear_pointer (&tile->surface, cairo_surface_destroy);
  g_clear_pointer (&tile->node, gsk_render_node_unref);
  g_clear_pointer (&tile->bytes, g_bytes_unref);
}

void
pel_tile_free (gpointer data)
{
  PelTile *tile = data;

  pel_tile_forget_pixels (tile);
  g_free (tile);
}

gsize
pel_tile_get_bytes (const PelTile *tile)
{
  return tile->bytes ? g_bytes_get_size (tile->bytes) : 0;
}

static void
unref_bytes (gpointer bytes)
{
  g_bytes_unref (bytes);
}

cairo_surface_t *
pel_tile_get_surface (PelTile *tile, gboolean is_opaque)
{
  static const cairo_user_data_key_t key;

  if (!tile->surface)
    {
      tile->surface =
          cairo_image_surface_create_for_data ((guchar *)g_bytes_get_data (tile->bytes, NULL),
                                               is_opaque ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32,
                                               tile->width, tile->height, tile->width * 4);
      cairo_surface_set_user_data (tile->surface, &key, g_bytes_ref (tile->bytes), unref_bytes);
    }
  return tile->surface;
}

/* The surface, its edges continued: nothing of what is under it shines through between tiles. */
static void
paint_surface (cairo_t *cr, cairo_surface_t *surface, gint width, gint height)
{
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
}

GskRenderNode *
pel_tile_node_new (cairo_surface_t *surface, gint width, gint height, double device_scale)
{
  GskRenderNode *node = gsk_cairo_node_new (
      &GRAPHENE_RECT_INIT (0, 0, (float)(width / device_scale), (float)(height / device_scale)));
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  cairo_scale (cr, 1 / device_scale, 1 / device_scale);
  paint_surface (cr, surface, width, height);
  cairo_destroy (cr);
  return node;
}

/* The same node as in the frame before where nothing changed, so that nothing is drawn anew. */
static GskRenderNode *
get_node (PelTile *tile, gboolean is_opaque, double device_scale)
{
  if (tile->node && tile->node_scale != device_scale)
    g_clear_pointer (&tile->node, gsk_render_node_unref);
  if (!tile->node)
    tile->node = pel_tile_node_new (pel_tile_get_surface (tile, is_opaque), tile->width,
                                    tile->height, device_scale);
  tile->node_scale = device_scale;
  return tile->node;
}

static void
append_texture (GtkSnapshot *snapshot, PelTile *tile, double x, double y, double factor)
{
  if (!tile->texture)
    tile->texture = gdk_memory_texture_new (tile->width, tile->height, GDK_MEMORY_DEFAULT,
                                            tile->bytes, (gsize)tile->width * 4);
  gtk_snapshot_append_texture (snapshot, tile->texture,
                               &GRAPHENE_RECT_INIT ((float)x, (float)y,
                                                    (float)(tile->width * factor),
                                                    (float)(tile->height * factor)));
}

void
pel_tile_append_stretched (PelTile *tile,
                           gboolean is_opaque,
                           PelTileTarget target,
                           GtkSnapshot *snapshot,
                           double x,
                           double y,
                           double factor)
{
  cairo_t *cr;

  if (!tile->bytes)
    return;
  if (target == PEL_TILE_TARGET_TEXTURES)
    {
      append_texture (snapshot, tile, x, y, factor);
      return;
    }
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT ((float)x, (float)y,
                                                                 (float)(tile->width * factor),
                                                                 (float)(tile->height * factor)));
  cairo_translate (cr, x, y);
  cairo_scale (cr, factor, factor);
  paint_surface (cr, pel_tile_get_surface (tile, is_opaque), tile->width, tile->height);
  cairo_destroy (cr);
}

void
pel_tile_append (PelTile *tile,
                 gboolean is_opaque,
                 PelTileTarget target,
                 GtkSnapshot *snapshot,
                 double x,
                 double y,
                 double device_scale)
{
  if (!tile->bytes)
    return;
  if (target == PEL_TILE_TARGET_TEXTURES)
    {
      append_texture (snapshot, tile, x, y, 1 / device_scale);
      return;
    }
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gtk_snapshot_append_node (snapshot, get_node (tile, is_opaque, device_scale));
  gtk_snapshot_restore (snapshot);
}
