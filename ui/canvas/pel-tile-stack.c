/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-tile-stack.h"

#include <string.h>

#include "ui/canvas/pel-tile.h"

/* How many tiles a frame may put together; the others wait for the next one. */
#define MAX_MERGES 6
/* Tiles out of view that are kept. */
#define MAX_SPARE 24

#define N_PARTS (PEL_TILE_STACK_MAX_LAYERS + 1)

/* What a tile consists of: another number in a place where a layer's pixels are other ones. The
 * last place is for the tags. */
typedef struct
{
  guint64 stamps[N_PARTS];
} Parts;

typedef struct
{
  gint x, y;  /* the key, as in PelTile */
  Parts seen; /* in the frame before */
  Parts merged;
  GskRenderNode *node; /* NULL until merged */
  double node_scale;
  guint64 used;
} Merged;

struct PelTileStack
{
  GHashTable *tiles;
  guint64 frame;
  guint n_merged;
};

typedef struct
{
  PelTileLayer *const *layers;
  guint n_layers;
  PelCellMarks *const *marks;
  guint n_marks;
  GtkWidget *widget;
  PelRect origin; /* of the nodes, in device pixels of the picture: where the first tile is */
  gint device_scale;
} Frame;

static guint
merged_hash (gconstpointer key)
{
  const Merged *tile = key;

  return (guint)tile->x * 73856093u ^ (guint)tile->y * 19349663u;
}

static gboolean
merged_equal (gconstpointer a, gconstpointer b)
{
  const Merged *ta = a;
  const Merged *tb = b;

  return ta->x == tb->x && ta->y == tb->y;
}

static void
merged_free (gpointer data)
{
  Merged *tile = data;

  g_clear_pointer (&tile->node, gsk_render_node_unref);
  g_free (tile);
}

PelTileStack *
pel_tile_stack_new (void)
{
  PelTileStack *self = g_new0 (PelTileStack, 1);

  self->tiles = g_hash_table_new_full (merged_hash, merged_equal, NULL, merged_free);
  return self;
}

void
pel_tile_stack_free (PelTileStack *self)
{
  g_hash_table_unref (self->tiles);
  g_free (self);
}

static Merged *
ensure_tile (PelTileStack *self, gint x, gint y)
{
  Merged key = { .x = x, .y = y };
  Merged *tile = g_hash_table_lookup (self->tiles, &key);

  if (!tile)
    {
      tile = g_new0 (Merged, 1);
      tile->x = x;
      tile->y = y;
      g_hash_table_add (self->tiles, tile);
    }
  return tile;
}

/* Whether every layer has its pixels; those of the lowest one tell the tile's size. */
static gboolean
look_at_parts (const Frame *frame, gint x, gint y, Parts *parts, cairo_surface_t **surfaces)
{
  for (guint i = 0; i < frame->n_layers; i++)
    {
      PelTileState state =
          pel_tile_layer_look (frame->layers[i], x, y, &parts->stamps[i], &surfaces[i]);

      if (state == PEL_TILE_STATE_MISSING || (i == 0 && state == PEL_TILE_STATE_EMPTY))
        return FALSE;
      if (state == PEL_TILE_STATE_EMPTY)
        surfaces[i] = NULL;
    }
  return TRUE;
}

/* The tags of a tile, in device pixels from its upper left. */
static void
draw_tags (const Frame *frame, cairo_t *cr, gint x, gint y, gint width, gint height)
{
  PelRect area = { x * PEL_TILE_SIDE, y * PEL_TILE_SIDE, width, height };

  for (guint i = 0; i < frame->n_marks; i++)
    pel_cell_marks_draw_area (frame->marks[i], frame->widget, cr, &area, frame->device_scale);
}

static void
merge (const Frame *frame, Merged *tile, const Parts *parts, cairo_surface_t *const *surfaces)
{
  const gint width = cairo_image_surface_get_width (surfaces[0]);
  const gint height = cairo_image_surface_get_height (surfaces[0]);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);

  for (guint i = 0; i < frame->n_layers; i++)
    if (surfaces[i])
      {
        cairo_set_source_surface (cr, surfaces[i], 0, 0);
        cairo_paint (cr);
      }
  if (parts->stamps[N_PARTS - 1] != 0)
    draw_tags (frame, cr, tile->x, tile->y, width, height);
  cairo_destroy (cr);
  g_clear_pointer (&tile->node, gsk_render_node_unref);
  tile->node = pel_tile_node_new (surface, width, height, frame->device_scale);
  tile->node_scale = frame->device_scale;
  tile->merged = *parts;
  cairo_surface_destroy (surface);
}

static void
append_merged (const Frame *frame, GtkSnapshot *snapshot, const Merged *tile)
{
  const double scale = frame->device_scale;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot,
      &GRAPHENE_POINT_INIT ((float)((tile->x * PEL_TILE_SIDE - frame->origin.x) / scale),
                            (float)((tile->y * PEL_TILE_SIDE - frame->origin.y) / scale)));
  gtk_snapshot_append_node (snapshot, tile->node);
  gtk_snapshot_restore (snapshot);
}

static void
append_layers (const Frame *frame, GtkSnapshot *snapshot, gint x, gint y, gboolean tagged)
{
  const double scale = frame->device_scale;
  graphene_rect_t area;
  cairo_t *cr;

  for (guint i = 0; i < frame->n_layers; i++)
    pel_tile_layer_append (frame->layers[i], snapshot, x, y, &frame->origin, scale);
  if (!tagged)
    return;
  graphene_rect_init (&area, (float)((x * PEL_TILE_SIDE - frame->origin.x) / scale),
                      (float)((y * PEL_TILE_SIDE - frame->origin.y) / scale),
                      (float)(PEL_TILE_SIDE / scale), (float)(PEL_TILE_SIDE / scale));
  cr = gtk_snapshot_append_cairo (snapshot, &area);
  cairo_translate (cr, (double)area.origin.x, (double)area.origin.y);
  cairo_scale (cr, 1 / scale, 1 / scale);
  draw_tags (frame, cr, x, y, PEL_TILE_SIDE, PEL_TILE_SIDE);
  cairo_destroy (cr);
}

static void
append_tile (PelTileStack *self,
             const Frame *frame,
             GtkSnapshot *snapshot,
             gint x,
             gint y,
             guint64 tags,
             guint *n_merges)
{
  Merged *tile = ensure_tile (self, x, y);
  cairo_surface_t *surfaces[PEL_TILE_STACK_MAX_LAYERS] = { NULL };
  Parts parts = { { 0 } };
  gboolean whole = look_at_parts (frame, x, y, &parts, surfaces);
  gboolean current;

  parts.stamps[N_PARTS - 1] = tags;
  current = tile->node && tile->node_scale == frame->device_scale &&
            memcmp (&tile->merged, &parts, sizeof parts) == 0;
  /* What was the same a frame ago will be so in the next one, most likely. */
  if (whole && !current && *n_merges < MAX_MERGES &&
      memcmp (&tile->seen, &parts, sizeof parts) == 0)
    {
      merge (frame, tile, &parts, surfaces);
      current = TRUE;
      (*n_merges)++;
    }
  tile->seen = parts;
  tile->used = self->frame;
  if (whole && current)
    {
      append_merged (frame, snapshot, tile);
      self->n_merged++;
    }
  else
    append_layers (frame, snapshot, x, y, tags != 0);
}

static gint
compare_age (gconstpointer a, gconstpointer b)
{
  const Merged *ta = *(Merged *const *)a;
  const Merged *tb = *(Merged *const *)b;

  return (ta->used < tb->used) - (ta->used > tb->used);
}

/* Lets the oldest go. */
static void
evict (PelTileStack *self, guint n_visible)
{
  g_autoptr (GPtrArray) all = NULL;
  GHashTableIter iter;
  gpointer key;

  if (g_hash_table_size (self->tiles) <= n_visible + MAX_SPARE)
    return;
  all = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (all, key);
  g_ptr_array_sort (all, compare_age);
  for (guint i = n_visible + MAX_SPARE / 2; i < all->len; i++)
    g_hash_table_remove (self->tiles, g_ptr_array_index (all, i));
}

void
pel_tile_stack_snapshot (PelTileStack *self,
                         PelTileLayer *const *layers,
                         guint n_layers,
                         PelCellMarks *const *marks,
                         guint n_marks,
                         GtkWidget *widget,
                         GtkSnapshot *snapshot,
                         const PelRect *visible,
                         gint device_scale)
{
  Frame frame = { layers, n_layers, marks, n_marks, widget, *visible, device_scale };
  GtkSnapshot *inner;
  g_autoptr (GskRenderNode) node = NULL;
  PelRect tiles = { 0, 0, 0, 0 };
  PelRect others;
  g_autofree guint64 *tags = NULL;
  guint n_merges = 0;

  g_return_if_fail (n_layers > 0 && n_layers <= PEL_TILE_STACK_MAX_LAYERS);
  g_return_if_fail (n_marks <= PEL_TILE_STACK_MAX_MARKS);
  self->frame++;
  self->n_merged = 0;
  for (guint i = 0; i < n_layers; i++)
    pel_tile_layer_begin (layers[i], visible, i == 0 ? &tiles : &others);
  tags = g_new0 (guint64, MAX (tiles.width * tiles.height, 1));
  for (guint i = 0; i < n_marks; i++)
    pel_cell_marks_stamp_tiles (marks[i], &tiles, PEL_TILE_SIDE, device_scale, tags);
  frame.origin.x = tiles.x * PEL_TILE_SIDE;
  frame.origin.y = tiles.y * PEL_TILE_SIDE;
  inner = gtk_snapshot_new ();
  for (gint y = 0; y < tiles.height; y++)
    for (gint x = 0; x < tiles.width; x++)
      append_tile (self, &frame, inner, tiles.x + x, tiles.y + y, tags[y * tiles.width + x],
                   &n_merges);
  for (guint i = 0; i < n_layers; i++)
    pel_tile_layer_end (layers[i]);
  node = gtk_snapshot_free_to_node (inner);
  if (node)
    {
      /* All under one translation: where the picture was moved, the window sees that at a glance
       * instead of looking for what each tile could have been before. */
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (
          snapshot,
          &GRAPHENE_POINT_INIT ((float)((frame.origin.x - visible->x) / (double)device_scale),
                                (float)((frame.origin.y - visible->y) / (double)device_scale)));
      gtk_snapshot_append_node (snapshot, node);
      gtk_snapshot_restore (snapshot);
    }
  evict (self, (guint)(tiles.width * tiles.height));
}

guint
pel_tile_stack_get_n_merged (PelTileStack *self)
{
  return self->n_merged;
}
