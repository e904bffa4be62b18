/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-cell-polygons.h"

#include <glib/gi18n-lib.h>

#include "engine/segment/pel-label-index.h"
#include "engine/segment/pel-tracer.h"

struct PelCellPolygons
{
  GArray *cells;   /* PelPolygonCell */
  GArray *rings;   /* PelCornerRing */
  GArray *corners; /* gint32 */
};

/* Where the ring under way has been, and the corners of it that are not yet part of a loop. */
typedef struct
{
  PelCellPolygons *polygons;
  PelPolygonCell *cell;
  GArray *path;        /* guint64: a corner */
  GHashTable *visited; /* corner → 1 + its place in the path */
  GArray *loops;       /* PelCornerRing of one ring, holes marked */
} Splitter;

static guint64
corner_key (gint32 x, gint32 y)
{
  return (guint64)(guint32)x << 32 | (guint32)y;
}

/* Twice the area that a closed path encloses; positive clockwise, with y downwards. */
static gint64
get_area (const guint64 *path, gsize n)
{
  gint64 sum = 0;

  for (gsize i = 0; i < n; i++)
    {
      guint64 a = path[i], b = path[i + 1 < n ? i + 1 : 0];

      sum += (gint64)(gint32)(a >> 32) * (gint32)b - (gint64)(gint32)(b >> 32) * (gint32)a;
    }
  return sum;
}

/* Takes the end of the path as a ring of its own. */
static void
cut_loop (Splitter *self, guint from)
{
  const guint64 *path = &g_array_index (self->path, guint64, from);
  gsize n = self->path->len - from;
  PelCornerRing ring = { self->polygons->corners->len / 2, n, get_area (path, n) < 0 };

  for (gsize i = 0; i < n; i++)
    {
      gint32 xy[2] = { (gint32)(path[i] >> 32), (gint32)path[i] };

      g_array_append_vals (self->polygons->corners, xy, 2);
      g_hash_table_remove (self->visited, &path[i]);
    }
  g_array_append_val (self->loops, ring);
  g_array_set_size (self->path, from);
}

static void
take_ring (Splitter *self, const double *xy, gsize n)
{
  g_array_set_size (self->loops, 0);
  for (gsize i = 0; i < n; i++)
    {
      guint64 key = corner_key ((gint32)xy[2 * i], (gint32)xy[2 * i + 1]);
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->visited, &key));

      if (place > 0)
        cut_loop (self, place - 1);
      g_array_append_val (self->path, key);
      g_hash_table_insert (self->visited, g_memdup2 (&key, sizeof key),
                           GUINT_TO_POINTER (self->path->len));
    }
  cut_loop (self, 0);

  /* The outer loop goes before the holes that touch it. */
  for (guint holes = 0; holes < 2; holes++)
    for (guint i = 0; i < self->loops->len; i++)
      {
        PelCornerRing *loop = &g_array_index (self->loops, PelCornerRing, i);

        if (loop->is_hole != (gboolean)holes)
          continue;
        g_array_append_val (self->polygons->rings, *loop);
        self->cell->n_rings++;
        self->cell->n_polygons += !loop->is_hole;
      }
}

static void
take_cell (Splitter *self, const PelLabelEntry *entry, const PelTracer *tracer)
{
  gsize n_points, n_rings, start = 0;
  const double *points = pel_tracer_get_points (tracer, &n_points);
  const gsize *ends = pel_tracer_get_ring_ends (tracer, &n_rings);
  PelPolygonCell cell = { .label = entry->label,
                          .n_pixels = entry->n_pixels,
                          .bounds = entry->bounds,
                          .first_ring = self->polygons->rings->len };

  self->cell = &cell;
  for (gsize i = 0; i < n_rings; start = ends[i++])
    take_ring (self, points + 2 * start, ends[i] - start);
  g_array_append_val (self->polygons->cells, cell);
}

PelCellPolygons *
pel_cell_polygons_new (const PelLabels *labels, GCancellable *cancellable, GError **error)
{
  g_autoptr (PelLabelIndex) index = pel_label_index_new (labels, NULL, 0, cancellable, error);
  g_autoptr (PelCellPolygons) self = NULL;
  g_autoptr (PelTracer) tracer = NULL;
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) loops = g_array_new (FALSE, FALSE, sizeof (PelCornerRing));
  g_autoptr (GHashTable) visited =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  const PelLabelEntry *entries;
  guint n;

  if (index == NULL)
    return NULL;
  self = g_new0 (PelCellPolygons, 1);
  self->cells = g_array_new (FALSE, FALSE, sizeof (PelPolygonCell));
  self->rings = g_array_new (FALSE, FALSE, sizeof (PelCornerRing));
  self->corners = g_array_new (FALSE, FALSE, sizeof (gint32));
  tracer = pel_tracer_new (labels, NULL);
  entries = pel_label_index_get_entries (index, &n);
  Splitter splitter = { .polygons = self, .path = path, .visited = visited, .loops = loops };
  for (guint i = 0; i < n; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !pel_tracer_trace (tracer, &entries[i], PEL_TRACER_PIXEL_EDGES, error))
        return NULL;
      take_cell (&splitter, &entries[i], tracer);
    }
  return g_steal_pointer (&self);
}

void
pel_cell_polygons_free (PelCellPolygons *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->cells);
  g_array_unref (self->rings);
  g_array_unref (self->corners);
  g_free (self);
}

const PelPolygonCell *
pel_cell_polygons_get_cells (const PelCellPolygons *self, guint *n_cells)
{
  *n_cells = self->cells->len;
  return (const PelPolygonCell *)(gconstpointer)self->cells->data;
}

const PelCornerRing *
pel_cell_polygons_get_rings (const PelCellPolygons *self, const PelPolygonCell *cell)
{
  return &g_array_index (self->rings, PelCornerRing, cell->first_ring);
}

const gint32 *
pel_cell_polygons_get_corners (const PelCellPolygons *self, const PelCornerRing *ring)
{
  return &g_array_index (self->corners, gint32, 2 * ring->first_corner);
}
