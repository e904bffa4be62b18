/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-tile-layer.h"

#include <math.h>
#include <string.h>

#include "app/document/pel-task.h"
#include "ui/canvas/pel-tile-stand-in.h"
#include "ui/canvas/pel-tile.h"
#include "ui/canvas/pel-turn.h"

#define TILE PEL_TILE_SIDE
#define MAX_BYTES (96u << 20)
#define MAX_IN_FLIGHT 3

struct _PelTileLayer
{
  GObject parent_instance;

  const PelTileSource *source;
  gint margin;
  gpointer scene;
  PelTilePlace place;

  GHashTable *tiles; /* PelTile by itself */
  PelTileStandIn stand_in;
  gsize bytes;
  PelTileTarget target;
  PelRect seen;  /* scaled pixels on show in the last snapshot */
  guint64 epoch; /* grows when all tiles are dropped; results of older ones are not taken */
  guint64 frame;
  guint n_in_flight;
  gboolean settled;
  gboolean held;
};

typedef struct
{
  const PelTileSource *source;
  gpointer scene;
  PelTilePlace place;
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

/* As one more tile of the picture, or a part of it. */
static gboolean
draw (const PelTileSource *source,
      gconstpointer scene,
      const PelTilePlace *place,
      const PelRect *area,
      guint32 *out,
      gsize stride)
{
  return pel_turn_draw (&place->turn, source, scene, place->scale,
                        (gint)MAX (lround (place->width * place->scale), 1),
                        (gint)MAX (lround (place->height * place->scale), 1), area, out, stride);
}

static PelRect
get_tile_area (PelTileLayer *self, gint x, gint y)
{
  PelRect all = { 0, 0, self->place.turn.width, self->place.turn.height };
  PelRect area = { x * TILE, y * TILE, TILE, TILE };

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
  pel_tile_stand_in_clear_tiles (&self->stand_in);
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
      draw (job->source, job->scene, &job->place, &job->area, job->pixels, (gsize)job->area.width);
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
  job->place = self->place;
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
  opaque =
      draw (self->source, self->scene, &self->place, &dirty,
            pixels + (gsize)(dirty.y - area.y) * area.width + dirty.x - area.x, (gsize)area.width);
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
  pel_tile_stand_in_clear (&self->stand_in);
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
  pel_tile_place_init (&self->place, 0, 0, 1, 0);
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
  pel_tile_place_init (&self->place, width, height, self->place.scale, self->place.degrees);
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
      const gint x = (gint)floor (area->x * self->place.scale);
      const gint y = (gint)floor (area->y * self->place.scale);
      const PelRect scaled = {
        x,
        y,
        (gint)ceil (((double)area->x + area->width) * self->place.scale) - x,
        (gint)ceil (((double)area->y + area->height) * self->place.scale) - y,
      };

      pel_turn_get_bounds (&self->place.turn, &scaled, &changed);
      changed.x -= self->margin;
      changed.y -= self->margin;
      changed.width += 2 * self->margin;
      changed.height += 2 * self->margin;
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
pel_tile_layer_set_scale (PelTileLayer *self, double scale, double degrees)
{
  gboolean useful;

  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  g_return_if_fail (scale > 0);
  if (self->place.scale == scale && self->place.degrees == degrees)
    return;
  /* The tiles on show stand in for the new ones; if these were not all there yet, the ones they
   * had to replace are still the better picture. */
  useful = self->settled || !self->stand_in.tiles;
  if (useful)
    {
      pel_tile_stand_in_clear_tiles (&self->stand_in);
      self->stand_in.tiles = g_steal_pointer (&self->tiles);
      self->stand_in.place = self->place;
      self->tiles = tile_table_new ();
    }
  else
    g_hash_table_remove_all (self->tiles);
  pel_tile_place_init (&self->place, self->place.width, self->place.height, scale, degrees);
  self->bytes = 0;
  self->epoch++;
  self->settled = FALSE;
}

void
pel_tile_layer_set_held (PelTileLayer *self, gboolean held)
{
  g_return_if_fail (PEL_IS_TILE_LAYER (self));
  self->held = held;
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
  pel_tile_stand_in_set_base (&self->stand_in, base);
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
  if (!self->scene || self->seen.width <= 0 || self->held)
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
  PelRect all = { 0, 0, self->place.turn.width, self->place.turn.height };
  PelRect part;

  g_return_val_if_fail (PEL_IS_TILE_LAYER (self), FALSE);
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
  PelRect all = { 0, 0, self->place.turn.width, self->place.turn.height };

  g_return_val_if_fail (PEL_IS_TILE_LAYER (self), FALSE);
  self->frame++;
  self->settled = TRUE;
  self->seen.width = 0;
  *tiles = (PelRect){ 0, 0, 0, 0 };
  if (!self->scene)
    return FALSE;
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

      /* What is turned in each frame should be no more than is seen. */
      if (!pel_turn_is_upright (&self->place.turn))
        pel_rect_intersect (&area, &self->seen, &area);
      pel_tile_stand_in_append (&self->stand_in, &self->place, self->source->is_opaque,
                                self->target, snapshot, &area, visible, device_scale);
    }
}

void
pel_tile_layer_end (PelTileLayer *self)
{
  if (self->settled)
    pel_tile_stand_in_clear_tiles (&self->stand_in);
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
