/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-contour.h"

#include <math.h>
#include <stdatomic.h>
#include <glib/gi18n-lib.h>

#include "engine/segment/pel-tracer.h"

struct PelContourSet
{
  atomic_uint refs;
  GArray *cells;  /* PelContourCell */
  GArray *rings;  /* PelContourRing */
  GArray *points; /* float */
};

static PelContourSet *
set_new (void)
{
  PelContourSet *self = g_new (PelContourSet, 1);

  atomic_init (&self->refs, 1);
  self->cells = g_array_new (FALSE, FALSE, sizeof (PelContourCell));
  self->rings = g_array_new (FALSE, FALSE, sizeof (PelContourRing));
  self->points = g_array_new (FALSE, FALSE, sizeof (float));
  return self;
}

/* Takes over what the tracer found; FALSE where the set would grow beyond what an index holds. */
static gboolean
set_add (PelContourSet *self, guint32 label, const PelTracer *tracer)
{
  gsize n_points, n_rings, start = 0;
  const double *points = pel_tracer_get_points (tracer, &n_points);
  const gsize *ring_ends = pel_tracer_get_ring_ends (tracer, &n_rings);
  guint first_point = self->points->len / 2;
  PelContourCell cell = {
    label, self->rings->len, (guint)n_rings, { INFINITY, INFINITY, -INFINITY, -INFINITY }
  };

  if (n_points > G_MAXINT / 2 - first_point)
    return FALSE;
  for (gsize i = 0; i < n_rings; start = ring_ends[i++])
    {
      PelContourRing ring = { first_point + (guint)start, (guint)(ring_ends[i] - start) };

      g_array_append_val (self->rings, ring);
    }
  for (gsize i = 0; i < n_points; i++)
    {
      float xy[2] = { (float)points[2 * i], (float)points[2 * i + 1] };

      g_array_append_vals (self->points, xy, 2);
      cell.bounds[0] = MIN (cell.bounds[0], xy[0]);
      cell.bounds[1] = MIN (cell.bounds[1], xy[1]);
      cell.bounds[2] = MAX (cell.bounds[2], xy[0]);
      cell.bounds[3] = MAX (cell.bounds[3], xy[1]);
    }
  if (n_points == 0)
    cell.bounds[0] = cell.bounds[1] = cell.bounds[2] = cell.bounds[3] = 0;
  g_array_append_val (self->cells, cell);
  return TRUE;
}

static gboolean
trace_all (PelContourSet *self,
           PelTracer *tracer,
           const PelLabelIndex *index,
           float level,
           GCancellable *cancellable,
           GError **error)
{
  guint n;
  const PelLabelEntry *entries = pel_label_index_get_entries (index, &n);

  for (guint i = 0; i < n; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !pel_tracer_trace (tracer, &entries[i], level, error))
        return FALSE;
      if (!set_add (self, entries[i].label, tracer))
        {
          g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                               _ ("the outlines of the cells have too many points"));
          return FALSE;
        }
    }
  return TRUE;
}

PelContourSet *
pel_contours_trace (const PelLabels *labels,
                    const float *probability,
                    const PelContourOptions *options,
                    GCancellable *cancellable,
                    GError **error)
{
  const PelContourOptions defaults = { 0.5f, NULL, 0 };
  float level = PEL_TRACER_PIXEL_EDGES;

  g_return_val_if_fail (labels != NULL, NULL);
  if (!options)
    options = &defaults;
  if (probability)
    level = CLAMP (options->level, 1e-6f, 1 - 1e-6f);

  g_autoptr (PelLabelIndex) index =
      pel_label_index_new (labels, options->area, options->label, cancellable, error);
  if (!index)
    return NULL;
  g_autoptr (PelTracer) tracer = pel_tracer_new (labels, probability);
  g_autoptr (PelContourSet) self = set_new ();
  if (!trace_all (self, tracer, index, level, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

PelContourSet *
pel_contour_set_ref (const PelContourSet *self)
{
  PelContourSet *counted = (PelContourSet *)self;

  atomic_fetch_add_explicit (&counted->refs, 1, memory_order_relaxed);
  return counted;
}

void
pel_contour_set_unref (PelContourSet *self)
{
  if (!self || atomic_fetch_sub_explicit (&self->refs, 1, memory_order_acq_rel) != 1)
    return;
  g_array_unref (self->cells);
  g_array_unref (self->rings);
  g_array_unref (self->points);
  g_free (self);
}

const PelContourCell *
pel_contour_set_get_cells (const PelContourSet *self, guint *n_cells)
{
  *n_cells = self->cells->len;
  return (const PelContourCell *)(gconstpointer)self->cells->data;
}

const PelContourCell *
pel_contour_set_find (const PelContourSet *self, guint32 label)
{
  guint low = 0, high = self->cells->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->cells, PelContourCell, middle).label < label)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == self->cells->len || g_array_index (self->cells, PelContourCell, low).label != label)
    return NULL;
  return &g_array_index (self->cells, PelContourCell, low);
}

const PelContourRing *
pel_contour_set_get_rings (const PelContourSet *self)
{
  return (const PelContourRing *)(gconstpointer)self->rings->data;
}

const float *
pel_contour_set_get_points (const PelContourSet *self)
{
  return (const float *)(gconstpointer)self->points->data;
}
