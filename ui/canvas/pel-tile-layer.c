/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-tile-layer.h"

#include <math.h>
#include <string.h>

#include "app/document/pel-task.h"
#include "ui/canvas/pel-tile.h"

#define TILE PEL_TILE_SIDE
#define MAX_BYTES (96u << 20)
#define MAX_IN_FLIGHT 3

struct _PelTileLayer
{
  GObject parent_instance;

  const PelTileSource *source;
  gint margin;
  gpointer scene;
  guint width, height;
  double scale;

  GHashTable *tiles;    /* PelTile by itself */
  GHashTable *previous; /* at the scale before, while they stand in */
  double previous_scale;
  gsize bytes;
  GdkTexture *base;
  cairo_surface_t *base_surface; /* its pixels, once they were needed */
  PelTileTarget target;
  PelRect seen;  /* scaled pixels on show in the last snapshot */
  guint64 epoch; /* grows when all tiles are dropped; results of older ones are not taken */
  guint64 frame;
  guint n_in_flight;
  gboolean settled;
};

typedef struct
{
  const PelTileSource *source;
  gpointer scene;
  double scale;
  PelRect area;
  gint tile_x, tile_y;
  guint64 epoch;
  guint serial;
  guint32 *pixels;
  gboolean opaque;
} Job;

typedef struct
{
  GWeakRef layer;
} Reply;

static guint ready_signal;

G_DEFINE_FINAL_TYPE (PelTileLayer, pel_tile_layer, G_TYPE_OBJECT)

static GHashTable *
tile_table_new (void)
{
  return g_hash_table_new_full (pel_tile_hash, pel_tile_equal, NULL, pel_tile_free);
}

static void
get_scaled_size (PelTileLayer *self, gint *width, gint *height)
{
  *width = (gint)MAX (lround (self->width * self->scale), 1);
  *height = (gint)MAX (lround (self->height * self->scale), 1);
}

static PelRect
get_tile_area (PelTileLayer *self, gint x, gint y)
{
  PelRect all = { 0, 0, 0, 0 };
  PelRect area = { x * TILE, y * TILE, TILE, TILE };

  get_scaled_size (self, &all.width, &all.height);
  pel_rect_intersect (&area, &all, &area);
  return area;
}

static PelTile *
find_tile (PelTileLayer *self, gint x, gint y)
{
  PelTile key = { .x = x, .y = y };

  return g_hash_table_lookup (self->tiles, &key);
}

static PelTile *
ensure_tile (PelTileLayer *self, gint x, gint y)
{
  PelTile *tile = find_tile (self, x, y);

  if (!tile)
    {
      tile = g_new0 (PelTile, 1);
      tile->x = x;
      tile->y = y;
      tile->dirty = get_tile_area (self, x, y);
      g_hash_table_add (self->tiles, tile);
    }
  return tile;
}

static void
take_pixels (PelTileLayer *self, PelTile *tile, const PelRect *area, GBytes *bytes)
{
  static guint64 last_stamp = 0; /* of all layers; main thread only */

  self->bytes -= pel_tile_get_bytes (tile);
  pel_tile_forget_pixels (tile);
  tile->bytes = bytes;
  tile->stamp = bytes ? ++last_stamp : 0;
  tile->width = area->width;
  tile->height = area->height;
  self->bytes += pel_tile_get_bytes (tile);
  tile->composed = TRUE;
}

static void
drop_all (PelTileLayer *self)
{
  g_hash_table_remove_all (self->tiles);
  g_clear_pointer (&self->previous, g_hash_table_unref);
  self->bytes = 0;
  self->epoch++;
  self->settled = FALSE;
}

static void
evict (PelTileLayer *self)
{
  GHashTableIter iter;
  gpointer key;

  /* Age by age, the oldest first, until the budget is kept; what is on show stays. */
  while (self->bytes > MAX_BYTES)
    {
      guint64 oldest = self->frame;

      g_hash_table_iter_init (&iter, self->tiles);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        if (!((PelTile *)key)->in_flight)
          oldest = MIN (oldest, ((PelTile *)key)->used);
      if (oldest >= self->frame)
        break;
      g_hash_table_iter_init (&iter, self->tiles);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        {
          PelTile *tile = key;

          if (tile->used == oldest && !tile->in_flight)
            {
              self->bytes -= pel_tile_get_bytes (tile);
              g_hash_table_iter_remove (&iter);
            }
        }
    }
}

static void
job_free (gpointer data)
{
  Job *job = data;

  job->source->unref (job->scene);
  g_free (job->pixels);
  g_free (job);
}

static void send_wanted (PelTileLayer *self);

static gboolean
compose_in_worker (gpointer data, GCancellable *cancellable, GError **error)
{
  Job *job = data;

  job->pixels = g_new (guint32, (gsize)job->area.width * job->area.height);
  job->opaque =
      job->source->draw (job->scene, job->scale, &job->area, job->pixels, job->area.width);
  return TRUE;
}

static void
on_composed (GObject *source_object, GAsyncResult *result, gpointer data)
{
  Reply *reply = data;
  PelTileLayer *self = g_weak_ref_get (&reply->layer);
  Job *job = g_task_get_task_data (G_TASK (result));

  g_weak_ref_clear (&reply->layer);
  g_free (reply);
  if (!self)
    return;
  self->n_in_flight--;
  if (job->epoch == self->epoch)
    {
      PelTile *tile = find_tile (self, job->tile_x, job->tile_y);

      /* Gone means evicted meanwhile. Dirty again means that a newer scene came while the worker
       * had the old one: shown all the same, and made anew. */
      if (tile)
        tile->in_flight = FALSE;
      if (tile && tile->serial == job->serial)
        {
          if (job->opaque)
            take_pixels (self, tile, &job->area,
                         g_bytes_new_take (g_steal_pointer (&job->pixels),
                                           sizeof (guint32) * job->area.width * job->area.height));
          else
            take_pixels (self, tile, &job->area, NULL);
        }
    }
  send_wanted (self);
  g_signal_emit (self, ready_signal, 0);
  g_object_unref (self);
}

static void
send_tile (PelTileLayer *self, PelTile *tile)
{
  Job *job = g_new0 (Job, 1);
  Reply *reply = g_new0 (Reply, 1);
  g_autoptr (GTask) task = NULL;

  job->source = self->source;
  job->scene = self->source->ref (self->scene);
  job->scale = self->scale;
  job->area = get_tile_area (self, tile->x, tile->y);
  job->tile_x = tile->x;
  job->tile_y = tile->y;
  job->epoch = self->epoch;
  job->serial = tile->serial;
  tile->in_flight = TRUE;
  tile->pending = tile->dirty;
  tile->dirty.width = 0;
  self->n_in_flight++;

  g_weak_ref_init (&reply->layer, self);
  task = g_task_new (NULL, NULL, on_composed, reply);
  g_task_set_task_data (task, job, job_free);
  g_task_set_priority (task, G_PRIORITY_DEFAULT);
  pel_task_run (task, compose_in_worker);
}

static void
compose_now (PelTileLayer *self, PelTile *tile)
{
  PelRect area = get_tile_area (self, tile->x, tile->y);
  gsize size = sizeof (guint32) * area.width * area.height;
  guint32 *pixels = g_malloc (size);
  PelRect dirty = tile->composed ? tile->dirty : area;
  gboolean opaque;

  if (tile->in_flight)
    {
      /* The reply will be older than this. */
      pel_rect_union (&dirty, &tile->pending, &dirty);
      tile->serial++;
    }
  if (tile->bytes)
    memcpy (pixels, g_bytes_get_data (tile->bytes, NULL), size);
  else
    memset (pixels, 0, size);
  opaque = self->source->draw (self->scene, self->scale, &dirty,
                               pixels + (gsize)(dirty.y - area.y) * area.width + dirty.x - area.x,
                               area.width);
  tile->dirty.width = 0;
  if (opaque || tile->bytes)
    take_pixels (self, tile, &area, g_bytes_new_take (pixels, size));
  else
    {
      take_pixels (self, tile, &area, NULL);
      g_free (pixels);
    }
}

static void
pel_tile_layer_finalize (GObject *object)
{
  PelTileLayer *self = PEL_TILE_LAYER (object);

  g_hash_table_unref (self->tiles);
  g_clear_pointer (&self->previous, g_hash_table_unref);
  g_clear_object (&self->base);
  g_clear_pointer (&self->base_surface, cairo_surface_destroy);
  if (self->scene)
    self->source->unref (self->scene);
  G_OBJECT_CLASS (pel_tile_layer_parent_class)->finalize (object);
}

static void
pel_tile_layer_class_init (PelTileLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_tile_layer_finalize;
  ready_signal = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void
pel_tile_layer_init (PelTileLayer *self)
{
  self->tiles = tile_table_new ();
  self->scale = 1;
}

PelTileLayer *
pel_tile_layer_new (const PelTileSource *source, gint margin)
{
  PelTileLayer *self = g_object_new (PEL_TYPE_TILE_LAYER, NULL);

  self->source = source;
  self->margin = margin;
  return self;
}

static void
take_scene (PelTileLayer *self, gpointer scene)
{
  gpointer old = self->scene;

  self->scene = scene ? self->source->ref (scene) : NULL;
  if (old)
    self->source->unref (old);
}

void
pel_tile_layer_set_scene (PelTileLayer *self, gpointer scene, guint width, guint height)
{
  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  take_scene (self, scene);
  self->width = width;
  self->height = height;
  drop_all (self);
}

void
pel_tile_layer_update_scene (PelTileLayer *self, gpointer scene, const PelRect *area)
{
  GHashTableIter iter;
  gpointer key;
  PelRect changed = { 0, 0, G_MAXINT, G_MAXINT };

  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  g_return_if_fail (scene);
  take_scene (self, scene);
  if (area)
    {
      changed.x = (gint)floor (area->x * self->scale) - self->margin;
      changed.y = (gint)floor (area->y * self->scale) - self->margin;
      changed.width =
          (gint)ceil (((double)area->x + area->width) * self->scale) + self->margin - changed.x;
      changed.height =
          (gint)ceil (((double)area->y + area->height) * self->scale) + self->margin - changed.y;
    }
  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      PelTile *tile = key;
      PelRect part = get_tile_area (self, tile->x, tile->y);

      if (pel_rect_intersect (&part, &changed, &part))
        pel_rect_union (&tile->dirty, &part, &tile->dirty);
    }
  self->settled = FALSE;
}

void
pel_tile_layer_set_scale (PelTileLayer *self, double scale)
{
  gboolean useful;

  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  g_return_if_fail (scale > 0);
  if (self->scale == scale)
    return;
  /* The tiles on show stand in for the new ones; if these were not all there yet, the ones they
   * had to replace are still the better picture. */
  useful = self->settled || !self->previous;
  if (useful)
    {
      g_clear_pointer (&self->previous, g_hash_table_unref);
      self->previous = g_steal_pointer (&self->tiles);
      self->previous_scale = self->scale;
      self->tiles = tile_table_new ();
    }
  else
    g_hash_table_remove_all (self->tiles);
  self->scale = scale;
  self->bytes = 0;
  self->epoch++;
  self->settled = FALSE;
}

void
pel_tile_layer_refresh (PelTileLayer *self, const PelRect *visible, gint64 budget_us)
{
  gint64 end = g_get_monotonic_time () + budget_us;
  GHashTableIter iter;
  gpointer key;

  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  if (!self->scene)
    return;
  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      PelTile *tile = key;
      PelRect part;

      if (!tile->composed || tile->dirty.width <= 0 ||
          !pel_rect_intersect (&tile->dirty, visible, &part))
        continue;
      compose_now (self, tile);
      if (g_get_monotonic_time () > end)
        break;
    }
}

void
pel_tile_layer_set_target (PelTileLayer *self, PelTileTarget target)
{
  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  self->target = target;
}

void
pel_tile_layer_set_base (PelTileLayer *self, GdkTexture *base)
{
  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  if (g_set_object (&self->base, base))
    g_clear_pointer (&self->base_surface, cairo_surface_destroy);
}

/* The software renderer would convert a texture anew for each tile that lacks. */
static cairo_surface_t *
get_base_surface (PelTileLayer *self)
{
  if (!self->base_surface)
    {
      self->base_surface =
          cairo_image_surface_create (CAIRO_FORMAT_ARGB32, gdk_texture_get_width (self->base),
                                      gdk_texture_get_height (self->base));
      gdk_texture_download (self->base, cairo_image_surface_get_data (self->base_surface),
                            (gsize)cairo_image_surface_get_stride (self->base_surface));
      cairo_surface_mark_dirty (self->base_surface);
    }
  return self->base_surface;
}

static void
append_base (PelTileLayer *self,
             GtkSnapshot *snapshot,
             const PelRect *area,
             const PelRect *visible,
             double device_scale)
{
  const double width = self->width * self->scale / device_scale;
  const double height = self->height * self->scale / device_scale;
  const double x = -visible->x / device_scale;
  const double y = -visible->y / device_scale;
  cairo_t *cr;

  if (self->target == PEL_TILE_TARGET_TEXTURES)
    {
      gtk_snapshot_append_texture (
          snapshot, self->base,
          &GRAPHENE_RECT_INIT ((float)x, (float)y, (float)width, (float)height));
      return;
    }
  cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (
                    (float)(x + area->x / device_scale), (float)(y + area->y / device_scale),
                    (float)(area->width / device_scale), (float)(area->height / device_scale)));
  cairo_translate (cr, x, y);
  cairo_scale (cr, width / gdk_texture_get_width (self->base),
               height / gdk_texture_get_height (self->base));
  cairo_set_source_surface (cr, get_base_surface (self), 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_paint (cr);
  cairo_destroy (cr);
}

/* Something blurred where a tile is missing: the whole image, and the tiles of the last scale. */
static void
append_stand_in (PelTileLayer *self,
                 GtkSnapshot *snapshot,
                 const PelRect *area,
                 const PelRect *visible,
                 double device_scale)
{
  double factor = self->previous ? self->scale / self->previous_scale : 1;
  gint x0, y0, x1, y1;

  if (!self->base && !self->previous)
    return;
  gtk_snapshot_push_clip (snapshot,
                          &GRAPHENE_RECT_INIT ((float)((area->x - visible->x) / device_scale),
                                               (float)((area->y - visible->y) / device_scale),
                                               (float)(area->width / device_scale),
                                               (float)(area->height / device_scale)));
  if (self->base)
    append_base (self, snapshot, area, visible, device_scale);
  if (self->previous)
    {
      x0 = (gint)floor (area->x / factor / TILE);
      y0 = (gint)floor (area->y / factor / TILE);
      x1 = (gint)floor ((area->x + area->width) / factor / TILE);
      y1 = (gint)floor ((area->y + area->height) / factor / TILE);
      if ((gint64)(x1 - x0 + 1) * (y1 - y0 + 1) > (gint64)g_hash_table_size (self->previous))
        x1 = x0 - 1; /* far smaller now: the base does */
      for (gint y = y0; y <= y1; y++)
        for (gint x = x0; x <= x1; x++)
          {
            PelTile key = { .x = x, .y = y };
            PelTile *tile = g_hash_table_lookup (self->previous, &key);

            if (tile)
              pel_tile_append_stretched (tile, self->source->is_opaque, self->target, snapshot,
                                         (x * TILE * factor - visible->x) / device_scale,
                                         (y * TILE * factor - visible->y) / device_scale,
                                         factor / device_scale);
          }
    }
  gtk_snapshot_pop (snapshot);
}

static gint
get_distance (const PelTile *tile, const PelRect *seen)
{
  return ABS (tile->x * TILE + TILE / 2 - seen->x - seen->width / 2) +
         ABS (tile->y * TILE + TILE / 2 - seen->y - seen->height / 2);
}

/* Gives the workers what the view lacks, the middle first. */
static void
send_wanted (PelTileLayer *self)
{
  if (!self->scene || self->seen.width <= 0)
    return;
  while (self->n_in_flight < MAX_IN_FLIGHT)
    {
      PelTile *best = NULL;

      for (gint y = self->seen.y / TILE; y <= (self->seen.y + self->seen.height - 1) / TILE; y++)
        for (gint x = self->seen.x / TILE; x <= (self->seen.x + self->seen.width - 1) / TILE; x++)
          {
            PelTile *tile = find_tile (self, x, y);

            if (tile && !tile->in_flight && tile->dirty.width > 0 &&
                (!best || get_distance (tile, &self->seen) < get_distance (best, &self->seen)))
              best = tile;
          }
      if (!best)
        break;
      send_tile (self, best);
    }
}

gboolean
pel_tile_layer_covers (PelTileLayer *self, const PelRect *visible)
{
  PelRect all = { 0, 0, 0, 0 };
  PelRect part;

  g_return_val_if_fail (PEL_IS_TILE_LAYER (self), FALSE);
  get_scaled_size (self, &all.width, &all.height);
  if (!self->scene || !pel_rect_intersect (visible, &all, &part) || part.width != visible->width ||
      part.height != visible->height)
    return FALSE;
  for (gint y = part.y / TILE; y <= (part.y + part.height - 1) / TILE; y++)
    for (gint x = part.x / TILE; x <= (part.x + part.width - 1) / TILE; x++)
      {
        const PelTile *tile = find_tile (self, x, y);

        if (!tile || !tile->bytes)
          return FALSE;
      }
  return TRUE;
}

gboolean
pel_tile_layer_begin (PelTileLayer *self, const PelRect *visible, PelRect *tiles)
{
  PelRect all = { 0, 0, 0, 0 };

  g_return_val_if_fail (PEL_IS_TILE_LAYER (self), FALSE);
  self->frame++;
  self->settled = TRUE;
  self->seen.width = 0;
  *tiles = (PelRect){ 0, 0, 0, 0 };
  if (!self->scene)
    return FALSE;
  get_scaled_size (self, &all.width, &all.height);
  if (!pel_rect_intersect (visible, &all, &self->seen))
    return FALSE;

  tiles->x = self->seen.x / TILE;
  tiles->y = self->seen.y / TILE;
  tiles->width = (self->seen.x + self->seen.width - 1) / TILE + 1 - tiles->x;
  tiles->height = (self->seen.y + self->seen.height - 1) / TILE + 1 - tiles->y;
  for (gint y = tiles->y; y < tiles->y + tiles->height; y++)
    for (gint x = tiles->x; x < tiles->x + tiles->width; x++)
      {
        PelTile *tile = ensure_tile (self, x, y);

        tile->used = self->frame;
        if (tile->in_flight || tile->dirty.width > 0)
          self->settled = FALSE;
      }
  return TRUE;
}

PelTileState
pel_tile_layer_look (PelTileLayer *self, gint x, gint y, guint64 *stamp, cairo_surface_t **surface)
{
  PelTile *tile = find_tile (self, x, y);

  *stamp = 0;
  if (!self->scene)
    return PEL_TILE_STATE_EMPTY;
  if (!tile || !tile->composed)
    return PEL_TILE_STATE_MISSING;
  if (!tile->bytes)
    return PEL_TILE_STATE_EMPTY;
  *stamp = tile->stamp;
  if (surface)
    *surface = pel_tile_get_surface (tile, self->source->is_opaque);
  return PEL_TILE_STATE_DRAWN;
}

void
pel_tile_layer_append (PelTileLayer *self,
                       GtkSnapshot *snapshot,
                       gint x,
                       gint y,
                       const PelRect *visible,
                       double device_scale)
{
  PelTile *tile = find_tile (self, x, y);

  if (tile && tile->composed)
    pel_tile_append (tile, self->source->is_opaque, self->target, snapshot,
                     (x * TILE - visible->x) / device_scale, (y * TILE - visible->y) / device_scale,
                     device_scale);
  else if (tile)
    {
      PelRect area = get_tile_area (self, x, y);

      append_stand_in (self, snapshot, &area, visible, device_scale);
    }
}

void
pel_tile_layer_end (PelTileLayer *self)
{
  if (self->settled)
    g_clear_pointer (&self->previous, g_hash_table_unref);
  send_wanted (self);
  evict (self);
}

void
pel_tile_layer_snapshot (PelTileLayer *self,
                         GtkSnapshot *snapshot,
                         const PelRect *visible,
                         double device_scale)
{
  PelRect tiles;

  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  if (!pel_tile_layer_begin (self, visible, &tiles))
    return;
  for (gint y = tiles.y; y < tiles.y + tiles.height; y++)
    for (gint x = tiles.x; x < tiles.x + tiles.width; x++)
      pel_tile_layer_append (self, snapshot, x, y, visible, device_scale);
  pel_tile_layer_end (self);
}

gboolean
pel_tile_layer_is_settled (PelTileLayer *self)
{
  g_return_val_if_fail (PEL_IS_TILE_LAYER (self), TRUE);
  return self->settled;
}

gsize
pel_tile_layer_get_bytes (PelTileLayer *self)
{
  g_return_val_if_fail (PEL_IS_TILE_LAYER (self), 0);
  return self->bytes;
}
