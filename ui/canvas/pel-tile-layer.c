/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-tile-layer.h"

#include <math.h>
#include <string.h>

#define TILE 256
#define MAX_BYTES (96u << 20)
#define MAX_IN_FLIGHT 3

typedef struct
{
  gint x, y;           /* which tile; the key */
  GBytes *bytes;       /* NULL: transparent */
  gint width, height;  /* of the bytes */
  GdkTexture *texture; /* made from them when first shown, or: */
  cairo_surface_t *surface;
  PelRect dirty;     /* scaled pixels; empty when up to date */
  PelRect pending;   /* what was dirty when the worker got it */
  guint serial;      /* grows when a reply that is on its way must not be taken */
  gboolean composed; /* at least once */
  gboolean in_flight;
  guint64 used; /* the snapshot that last showed it */
} Tile;

struct _PelTileLayer
{
  GObject parent_instance;

  const PelTileSource *source;
  gint margin;
  gpointer scene;
  guint width, height;
  double scale;

  GHashTable *tiles;    /* Tile by itself */
  GHashTable *previous; /* at the scale before, while they stand in */
  double previous_scale;
  gsize bytes;
  GdkTexture *base;
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

static guint
tile_hash (gconstpointer key)
{
  const Tile *tile = key;

  return (guint)tile->x * 73856093u ^ (guint)tile->y * 19349663u;
}

static gboolean
tile_equal (gconstpointer a, gconstpointer b)
{
  const Tile *ta = a;
  const Tile *tb = b;

  return ta->x == tb->x && ta->y == tb->y;
}

static void
forget_pixels (Tile *tile)
{
  g_clear_object (&tile->texture);
  g_clear_pointer (&tile->surface, cairo_surface_destroy);
  g_clear_pointer (&tile->bytes, g_bytes_unref);
}

static void
tile_free (gpointer data)
{
  Tile *tile = data;

  forget_pixels (tile);
  g_free (tile);
}

static GHashTable *
tile_table_new (void)
{
  return g_hash_table_new_full (tile_hash, tile_equal, NULL, tile_free);
}

static gsize
tile_get_bytes (const Tile *tile)
{
  return tile->bytes ? g_bytes_get_size (tile->bytes) : 0;
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

static Tile *
find_tile (PelTileLayer *self, gint x, gint y)
{
  Tile key = { .x = x, .y = y };

  return g_hash_table_lookup (self->tiles, &key);
}

static Tile *
ensure_tile (PelTileLayer *self, gint x, gint y)
{
  Tile *tile = find_tile (self, x, y);

  if (!tile)
    {
      tile = g_new0 (Tile, 1);
      tile->x = x;
      tile->y = y;
      tile->dirty = get_tile_area (self, x, y);
      g_hash_table_add (self->tiles, tile);
    }
  return tile;
}

static void
take_pixels (PelTileLayer *self, Tile *tile, const PelRect *area, GBytes *bytes)
{
  self->bytes -= tile_get_bytes (tile);
  forget_pixels (tile);
  tile->bytes = bytes;
  tile->width = area->width;
  tile->height = area->height;
  self->bytes += tile_get_bytes (tile);
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
        if (!((Tile *)key)->in_flight)
          oldest = MIN (oldest, ((Tile *)key)->used);
      if (oldest >= self->frame)
        break;
      g_hash_table_iter_init (&iter, self->tiles);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        {
          Tile *tile = key;

          if (tile->used == oldest && !tile->in_flight)
            {
              self->bytes -= tile_get_bytes (tile);
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

static void
compose_in_worker (GTask *task, gpointer source_object, gpointer data, GCancellable *cancellable)
{
  Job *job = data;

  job->pixels = g_new (guint32, (gsize)job->area.width * job->area.height);
  job->opaque =
      job->source->draw (job->scene, job->scale, &job->area, job->pixels, job->area.width);
  g_task_return_boolean (task, TRUE);
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
      Tile *tile = find_tile (self, job->tile_x, job->tile_y);

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
send_tile (PelTileLayer *self, Tile *tile)
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
  g_task_run_in_thread (task, compose_in_worker);
}

static void
compose_now (PelTileLayer *self, Tile *tile)
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
      Tile *tile = key;
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
      Tile *tile = key;
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
  g_set_object (&self->base, base);
}

static void
unref_bytes (gpointer bytes)
{
  g_bytes_unref (bytes);
}

static cairo_surface_t *
get_surface (PelTileLayer *self, Tile *tile)
{
  static const cairo_user_data_key_t key;

  if (!tile->surface)
    {
      tile->surface = cairo_image_surface_create_for_data (
          (guchar *)g_bytes_get_data (tile->bytes, NULL),
          self->source->is_opaque ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32, tile->width,
          tile->height, tile->width * 4);
      cairo_surface_set_user_data (tile->surface, &key, g_bytes_ref (tile->bytes), unref_bytes);
    }
  return tile->surface;
}

static void
append_tile (PelTileLayer *self,
             GtkSnapshot *snapshot,
             Tile *tile,
             double x,
             double y,
             double factor)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float)x, (float)y, (float)(tile->width * factor),
                                               (float)(tile->height * factor));
  cairo_t *cr;

  if (!tile->bytes)
    return;
  if (self->target == PEL_TILE_TARGET_TEXTURES)
    {
      if (!tile->texture)
        tile->texture = gdk_memory_texture_new (tile->width, tile->height, GDK_MEMORY_DEFAULT,
                                                tile->bytes, (gsize)tile->width * 4);
      gtk_snapshot_append_texture (snapshot, tile->texture, &bounds);
      return;
    }
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_translate (cr, x, y);
  cairo_scale (cr, factor, factor);
  cairo_set_source_surface (cr, get_surface (self, tile), 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_rectangle (cr, 0, 0, tile->width, tile->height);
  cairo_fill (cr);
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
    gtk_snapshot_append_texture (
        snapshot, self->base,
        &GRAPHENE_RECT_INIT ((float)(-visible->x / device_scale),
                             (float)(-visible->y / device_scale),
                             (float)(self->width * self->scale / device_scale),
                             (float)(self->height * self->scale / device_scale)));
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
            Tile key = { .x = x, .y = y };
            Tile *tile = g_hash_table_lookup (self->previous, &key);

            if (tile)
              append_tile (self, snapshot, tile, (x * TILE * factor - visible->x) / device_scale,
                           (y * TILE * factor - visible->y) / device_scale, factor / device_scale);
          }
    }
  gtk_snapshot_pop (snapshot);
}

static gint
get_distance (const Tile *tile, const PelRect *seen)
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
      Tile *best = NULL;

      for (gint y = self->seen.y / TILE; y <= (self->seen.y + self->seen.height - 1) / TILE; y++)
        for (gint x = self->seen.x / TILE; x <= (self->seen.x + self->seen.width - 1) / TILE; x++)
          {
            Tile *tile = find_tile (self, x, y);

            if (tile && !tile->in_flight && tile->dirty.width > 0 &&
                (!best || get_distance (tile, &self->seen) < get_distance (best, &self->seen)))
              best = tile;
          }
      if (!best)
        break;
      send_tile (self, best);
    }
}

void
pel_tile_layer_snapshot (PelTileLayer *self,
                         GtkSnapshot *snapshot,
                         const PelRect *visible,
                         double device_scale)
{
  PelRect all = { 0, 0, 0, 0 };
  gint x0, y0, x1, y1;

  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  self->frame++;
  self->settled = TRUE;
  self->seen.width = 0;
  if (!self->scene)
    return;
  get_scaled_size (self, &all.width, &all.height);
  if (!pel_rect_intersect (visible, &all, &self->seen))
    return;

  x0 = self->seen.x / TILE;
  y0 = self->seen.y / TILE;
  x1 = (self->seen.x + self->seen.width - 1) / TILE;
  y1 = (self->seen.y + self->seen.height - 1) / TILE;
  for (gint y = y0; y <= y1; y++)
    for (gint x = x0; x <= x1; x++)
      {
        Tile *tile = ensure_tile (self, x, y);

        tile->used = self->frame;
        if (tile->in_flight || tile->dirty.width > 0)
          self->settled = FALSE;
        if (!tile->composed)
          {
            PelRect area = get_tile_area (self, x, y);

            append_stand_in (self, snapshot, &area, visible, device_scale);
          }
        else
          append_tile (self, snapshot, tile, (x * TILE - visible->x) / device_scale,
                       (y * TILE - visible->y) / device_scale, 1 / device_scale);
      }
  if (self->settled)
    g_clear_pointer (&self->previous, g_hash_table_unref);
  send_wanted (self);
  evict (self);
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
