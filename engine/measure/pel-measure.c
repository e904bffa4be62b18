/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-measure.h"

#include <math.h>
#include <stdatomic.h>
#include <glib/gi18n-lib.h>

#include "engine/measure/pel-cell-figures.h"
#include "engine/measure/pel-cell-table-private.h"
#include "engine/measure/pel-medial-outline.h"
#include "engine/measure/pel-peer-figures.h"
#include "engine/measure/pel-quantity-private.h"
#include "engine/segment/pel-grow.h"
#include "engine/segment/pel-tracer.h"

#define WIDE_LEVEL 0.25f
#define NARROW_LEVEL 0.75f
#define MAX_GROWTH 16
#define CONFIDENCE_DISTANCE 2.0
#define CELLS_PER_ITEM 32

/* What one thread works with. */
typedef struct
{
  PelTracer *tracer;       /* of the labels */
  PelTracer *grown_tracer; /* of the grown labels */
  PelFiguresScratch scratch;
  PelPeerScratch peer;
  PelMedialScratch *medial;
  GArray *middles; /* double */
  float *row;
} Worker;

typedef struct
{
  PelImage *image;
  const float *probability;
  gint width, height;
  PelMeasureOptions options;
  float level;
  const PelLabelEntry *entries;
  guint n_entries;
  PelLabelIndex *grown; /* NULL where nothing is measured from the map */
  PelCellTable *table;
  Worker *workers;
  guint n_workers;
  GCancellable *cancellable;
  atomic_bool out_of_memory;
} Job;

/* One shape in pixels and, where there is a calibration, in µm. */
typedef struct
{
  PelCellFigures px, um;
} Shape;

const char *
pel_label_origin_get_name (PelLabelOrigin origin)
{
  switch (origin)
    {
    case PEL_LABEL_ORIGIN_HAND:
      return "hand";
    case PEL_LABEL_ORIGIN_MODEL:
      return "model";
    case PEL_LABEL_ORIGIN_CORRECTED:
      return "corrected";
    case PEL_LABEL_ORIGIN_UNKNOWN:
    default:
      return "";
    }
}

static PelLabelOrigin
origin_of (const Job *job, guint32 label)
{
  if (job->options.origins && label < job->options.n_origins)
    return (PelLabelOrigin)job->options.origins[label];
  return job->options.default_origin;
}

/* Whether the cell comes from the probability map: the model's surety of its edge can be told. */
static gboolean
has_map (const Job *job, guint32 label)
{
  PelLabelOrigin origin = origin_of (job, label);

  return job->probability && origin != PEL_LABEL_ORIGIN_HAND &&
         origin != PEL_LABEL_ORIGIN_CORRECTED;
}

/* Other programs know labels only. */
static gboolean
is_measured_from_map (const Job *job, guint32 label)
{
  return job->options.definitions == PEL_DEFINITIONS_PELLICLE && has_map (job, label);
}

/* ---- shapes ---- */

/* The caliper diameters of what the tracer found. */
static gboolean
measure_hull (const Job *job, Worker *worker, const PelTracer *tracer, Shape *shape)
{
  gsize n_points;
  const double *points = pel_tracer_get_points (tracer, &n_points);

  return pel_cell_figures_set_hull (&shape->px, job->table->values_um ? &shape->um : NULL, points,
                                    n_points, job->table->um_x, job->table->um_y, &worker->scratch);
}

/* The ring around the largest area. */
static const double *
largest_ring (const PelTracer *tracer, gsize *n_points)
{
  gsize n_all, n_rings, start = 0, first = 0, end = 0;
  const double *xy = pel_tracer_get_points (tracer, &n_all);
  const gsize *ring_ends = pel_tracer_get_ring_ends (tracer, &n_rings);
  double largest = 0;

  for (gsize ring = 0; ring < n_rings; start = ring_ends[ring++])
    {
      const double *o = xy + 2 * start;
      double area = 0;

      for (gsize i = start + 1; i + 1 < ring_ends[ring]; i++)
        area += (xy[2 * i] - o[0]) * (xy[2 * i + 3] - o[1]) -
                (xy[2 * i + 2] - o[0]) * (xy[2 * i + 1] - o[1]);
      if (area <= largest)
        continue;
      largest = area;
      first = start;
      end = ring_ends[ring];
    }
  *n_points = end - first;
  return xy + 2 * first;
}

/* Length and widths along the centre line. */
static void
measure_medial (const Job *job,
                Worker *worker,
                const PelTracer *tracer,
                gboolean is_pixel_edges,
                Shape *shape)
{
  const PelCellTable *table = job->table;
  gsize n_points;
  const double *points = largest_ring (tracer, &n_points);

  is_pixel_edges =
      is_pixel_edges && pel_medial_outline_from_edges (points, n_points, worker->middles);
  if (is_pixel_edges)
    {
      points = (const double *)(gconstpointer)worker->middles->data;
      n_points = worker->middles->len / 2;
    }
  pel_medial_measure (worker->medial, points, n_points, 1, 1, is_pixel_edges, &shape->px.medial);
  if (!table->values_um)
    return;
  if (table->um_x != table->um_y)
    pel_medial_measure (worker->medial, points, n_points, table->um_x, table->um_y, is_pixel_edges,
                        &shape->um.medial);
  else
    shape->um.medial = (PelMedial){ shape->px.medial.length * table->um_x,
                                    shape->px.medial.mean_width * table->um_x,
                                    shape->px.medial.max_width * table->um_x };
}

static gboolean
measure_contour (const Job *job, Worker *worker, const PelTracer *tracer, Shape *shape)
{
  gsize n_points, n_rings;
  const double *points = pel_tracer_get_points (tracer, &n_points);
  const gsize *ring_ends = pel_tracer_get_ring_ends (tracer, &n_rings);
  const PelCellTable *table = job->table;

  pel_cell_figures_set_rings (&shape->px, points, ring_ends, n_rings, 1, 1);
  if (table->values_um)
    pel_cell_figures_set_rings (&shape->um, points, ring_ends, n_rings, table->um_x, table->um_y);
  return measure_hull (job, worker, tracer, shape);
}

/* From the label's pixels, whose edges the tracer follows. */
static gboolean
measure_pixels (const Job *job, Worker *worker, const PelLabelEntry *entry, Shape *shape)
{
  const PelCellTable *table = job->table;

  if (!pel_tracer_trace (worker->tracer, entry, PEL_TRACER_PIXEL_EDGES, NULL))
    return FALSE;
  pel_cell_figures_set_pixels (&shape->px, entry, 1, 1);
  if (table->values_um)
    pel_cell_figures_set_pixels (&shape->um, entry, table->um_x, table->um_y);
  return measure_hull (job, worker, worker->tracer, shape) &&
         pel_peer_figures_set (&shape->px, table->definitions, entry, 1, 1, &worker->peer) &&
         (!table->values_um || pel_peer_figures_set (&shape->um, table->definitions, entry,
                                                     table->um_x, table->um_y, &worker->peer));
}

/* The shape of the grown label at another probability. */
static gboolean
measure_level (const Job *job, Worker *worker, guint32 label, float level, Shape *shape)
{
  const PelLabelEntry *entry = pel_label_index_find (job->grown, label);

  *shape = (Shape){ 0 };
  return pel_tracer_trace (worker->grown_tracer, entry, level, NULL) &&
         measure_contour (job, worker, worker->grown_tracer, shape);
}

/* ---- edge confidence ---- */

/* The probability at a point, linear between pixel centres; FALSE outside of the image. */
static gboolean
sample (const Job *job, double x, double y, double *p)
{
  if (!(x >= 0 && y >= 0 && x <= job->width && y <= job->height))
    return FALSE;
  x = CLAMP (x - 0.5, 0, job->width - 1);
  y = CLAMP (y - 0.5, 0, job->height - 1);
  gint ix = (gint)x, iy = (gint)y;
  gint jx = MIN (ix + 1, job->width - 1), jy = MIN (iy + 1, job->height - 1);
  const float *top = job->probability + (gsize)iy * (gsize)job->width;
  const float *bottom = job->probability + (gsize)jy * (gsize)job->width;
  double fx = x - ix, fy = y - iy;
  double above = (1 - fx) * (double)top[ix] + fx * (double)top[jx];
  double below = (1 - fx) * (double)bottom[ix] + fx * (double)bottom[jx];

  *p = (1 - fy) * above + fy * below;
  return isfinite (*p);
}

static double
edge_confidence (const Job *job, const PelTracer *tracer)
{
  gsize n_points, n_rings, start = 0;
  const double *xy = pel_tracer_get_points (tracer, &n_points);
  const gsize *ring_ends = pel_tracer_get_ring_ends (tracer, &n_rings);
  double sum = 0, weight = 0;

  for (gsize ring = 0; ring < n_rings; start = ring_ends[ring++])
    {
      for (gsize i = start; i < ring_ends[ring]; i++)
        {
          const double *a = xy + 2 * i;
          const double *b = xy + 2 * (i + 1 < ring_ends[ring] ? i + 1 : start);
          double dx = b[0] - a[0], dy = b[1] - a[1], length = sqrt (dx * dx + dy * dy);

          for (gint side = -1; side <= 1 && length > 0; side += 2)
            {
              double reach = side * CONFIDENCE_DISTANCE / length, p;

              if (!sample (job, (a[0] + b[0]) / 2 - dy * reach, (a[1] + b[1]) / 2 + dx * reach, &p))
                continue;
              sum += length * (1 - 2 * CLAMP (MIN (p, 1 - p), 0, 0.5));
              weight += length;
            }
        }
    }
  return weight > 0 ? sum / weight : (double)NAN;
}

/* ---- intensities ---- */

static void
measure_intensity (const Job *job, Worker *worker, const PelLabelEntry *entry, PelCellFigures *f)
{
  double first = NAN, sum = 0, squares = 0;
  guint64 n = 0;

  f->intensity_mean = f->intensity_sd = f->intensity_min = f->intensity_max = NAN;
  if (!job->image)
    return;
  for (guint i = 0; i < entry->n_runs; i++)
    {
      const PelLabelRun *run = &entry->runs[i];
      const PelRect rect = { run->x0, run->y, run->x1 - run->x0, 1 };

      pel_image_read_float (job->image, job->options.channel, &rect, worker->row,
                            (gsize)rect.width);
      for (gint x = 0; x < rect.width; x++)
        {
          double value = (double)worker->row[x];

          if (!isfinite (value))
            continue;
          if (n++ == 0)
            first = f->intensity_min = f->intensity_max = value;
          /* About the first value, so that a bright and flat cell keeps its digits. */
          sum += value - first;
          squares += (value - first) * (value - first);
          f->intensity_min = MIN (f->intensity_min, value);
          f->intensity_max = MAX (f->intensity_max, value);
        }
    }
  if (n == 0)
    return;
  double mean = sum / (double)n, variance = MAX (0, squares / (double)n - mean * mean);
  if (job->options.definitions == PEL_DEFINITIONS_IMAGEJ && n > 1)
    variance *= (double)n / (double)(n - 1);
  f->intensity_mean = first + mean;
  f->intensity_sd = sqrt (variance);
}

/* ---- cells ---- */

static void
fill_row (const Job *job, guint row, const Shape *shape)
{
  const PelQuantity *quantities = pel_quantities_get (NULL);
  double *px = job->table->values + (gsize)row * PEL_N_QUANTITIES;
  double *um = job->table->values_um ? job->table->values_um + (gsize)row * PEL_N_QUANTITIES : NULL;
  gboolean is_square = !um || job->table->um_x == job->table->um_y;

  for (guint i = 0; i < PEL_N_QUANTITIES; i++)
    {
      gboolean in_um = !is_square && pel_quantity_follows_pixel_shape (quantities[i].id);

      px[i] = quantities[i].compute (in_um ? &shape->um : &shape->px);
      if (um)
        um[i] = quantities[i].column_um ? quantities[i].compute (&shape->um) : (double)NAN;
      if (job->options.error_scale && quantities[i].error_of != quantities[i].id)
        {
          const PelErrorScale *scale = job->options.error_scale;

          px[i] = pel_error_scale_apply (scale, quantities[i].id, px[i], 1);
          if (um)
            um[i] = pel_error_scale_apply (scale, quantities[i].id, um[i],
                                           sqrt (job->table->um_x * job->table->um_y));
        }
    }
}

static gboolean
measure_cell (const Job *job, Worker *worker, guint row)
{
  const PelLabelEntry *entry = &job->entries[row];
  Shape shape = { 0 }, wide, narrow;
  gsize n_rings = 0;

  shape.px.edge_confidence = NAN;
  if (has_map (job, entry->label))
    {
      if (!pel_tracer_trace (worker->tracer, entry, job->level, NULL) ||
          !measure_contour (job, worker, worker->tracer, &shape))
        return FALSE;
      pel_tracer_get_ring_ends (worker->tracer, &n_rings);
      if (shape.px.area < job->options.least_agreement * (double)entry->n_pixels)
        n_rings = 0;
    }
  if (n_rings > 0)
    shape.px.edge_confidence = edge_confidence (job, worker->tracer);
  if (!is_measured_from_map (job, entry->label))
    n_rings = 0;
  if (n_rings > 0)
    {
      measure_medial (job, worker, worker->tracer, FALSE, &shape);
      if (!measure_level (job, worker, entry->label, WIDE_LEVEL, &wide) ||
          !measure_level (job, worker, entry->label, NARROW_LEVEL, &narrow))
        return FALSE;
      shape.px.wide = &wide.px;
      shape.px.narrow = &narrow.px;
      shape.um.wide = &wide.um;
      shape.um.narrow = &narrow.um;
    }
  else if (!measure_pixels (job, worker, entry, &shape))
    {
      return FALSE;
    }
  if (n_rings == 0)
    measure_medial (job, worker, worker->tracer, TRUE, &shape);
  shape.px.n_pieces = pel_tracer_get_n_pieces (worker->tracer);
  shape.px.touches_border = entry->bounds.x == 0 || entry->bounds.y == 0 ||
                            entry->bounds.x + entry->bounds.width == job->width ||
                            entry->bounds.y + entry->bounds.height == job->height;
  measure_intensity (job, worker, entry, &shape.px);
  job->table->rows[row] =
      (PelCellRow){ entry->label, origin_of (job, entry->label), entry->bounds };
  fill_row (job, row, &shape);
  return TRUE;
}

static void
measure_item (guint item, guint worker, gpointer data)
{
  Job *job = data;
  guint start = item * CELLS_PER_ITEM, end = MIN (start + CELLS_PER_ITEM, job->n_entries);

  for (guint row = start; row < end; row++)
    {
      if (g_cancellable_is_cancelled (job->cancellable) ||
          atomic_load_explicit (&job->out_of_memory, memory_order_relaxed))
        return;
      if (!measure_cell (job, &job->workers[worker], row))
        atomic_store_explicit (&job->out_of_memory, TRUE, memory_order_relaxed);
    }
}

static void
set_no_memory (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                       _ ("there is not enough memory to measure the cells"));
}

static gboolean
run (Job *job, PelPool *pool, GError **error)
{
  guint n_items = (job->n_entries + CELLS_PER_ITEM - 1) / CELLS_PER_ITEM;

  if (pool)
    {
      pel_pool_run (pool, n_items, measure_item, job, job->cancellable);
    }
  else
    {
      for (guint i = 0; i < n_items; i++)
        measure_item (i, 0, job);
    }
  if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
    return FALSE;
  if (atomic_load (&job->out_of_memory))
    {
      set_no_memory (error);
      return FALSE;
    }
  return TRUE;
}

static gboolean
make_workers (Job *job, const PelLabels *labels, const PelLabels *grown, PelPool *pool)
{
  job->n_workers = pool ? pel_pool_get_n_threads (pool) : 1;
  job->workers = g_new0 (Worker, job->n_workers);
  for (guint i = 0; i < job->n_workers; i++)
    {
      job->workers[i].tracer = pel_tracer_new (labels, job->probability);
      if (grown)
        job->workers[i].grown_tracer = pel_tracer_new (grown, job->probability);
      job->workers[i].row = g_try_new (float, (gsize)job->width);
      job->workers[i].medial = pel_medial_scratch_new ();
      job->workers[i].middles = g_array_new (FALSE, FALSE, sizeof (double));
      if (!job->workers[i].row || !job->workers[i].medial)
        return FALSE;
    }
  return TRUE;
}

static void
free_workers (Job *job)
{
  for (guint i = 0; i < job->n_workers; i++)
    {
      pel_tracer_free (job->workers[i].tracer);
      pel_tracer_free (job->workers[i].grown_tracer);
      pel_figures_scratch_clear (&job->workers[i].scratch);
      pel_peer_scratch_clear (&job->workers[i].peer);
      pel_medial_scratch_free (job->workers[i].medial);
      g_clear_pointer (&job->workers[i].middles, g_array_unref);
      g_free (job->workers[i].row);
    }
  g_free (job->workers);
}

static gboolean
check_size (const Job *job, GError **error)
{
  guint width, height;

  if (!job->image)
    return TRUE;
  width = pel_image_get_width (job->image);
  height = pel_image_get_height (job->image);
  if (width == (guint)job->width && height == (guint)job->height)
    return TRUE;
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
               /* Translators: width and height of the labels, then of the image */
               _ ("the labels have %d x %d pixels but the image has %u x %u; use the labels that "
                  "were made for this image"),
               job->width, job->height, width, height);
  return FALSE;
}

/* Measures what the index lists; grown labels are found where some cell needs them. */
static gboolean
measure (Job *job, const PelLabels *labels, PelPool *pool, GError **error)
{
  g_autoptr (PelLabels) grown = NULL;
  gboolean needs_map = FALSE, ok;

  for (guint i = 0; i < job->n_entries && !needs_map; i++)
    needs_map = is_measured_from_map (job, job->entries[i].label);
  if (needs_map)
    {
      grown = pel_labels_grow (labels, job->probability, WIDE_LEVEL, MAX_GROWTH, job->cancellable,
                               error);
      if (!grown)
        return FALSE;
      job->grown = pel_label_index_new (grown, NULL, 0, job->cancellable, error);
      if (!job->grown)
        return FALSE;
    }
  ok = make_workers (job, labels, grown, pool);
  if (!ok)
    set_no_memory (error);
  ok = ok && run (job, pool, error);
  free_workers (job);
  pel_label_index_free (job->grown);
  return ok;
}

PelCellTable *
pel_measure_cells (const PelLabels *labels,
                   PelImage *image,
                   const float *probability,
                   const PelMeasureOptions *options,
                   PelPool *pool,
                   GCancellable *cancellable,
                   GError **error)
{
  const PelMeasureOptions defaults = PEL_MEASURE_OPTIONS_DEFAULT;
  Job job = { image, probability };

  g_return_val_if_fail (labels != NULL, NULL);
  job.width = (gint)pel_labels_get_width (labels);
  job.height = (gint)pel_labels_get_height (labels);
  job.options = options ? *options : defaults;
  job.level = CLAMP (job.options.threshold, 1e-6f, 1 - 1e-6f);
  job.cancellable = cancellable;
  atomic_init (&job.out_of_memory, FALSE);
  if (!check_size (&job, error))
    return NULL;

  g_autoptr (PelLabelIndex) index = pel_label_index_new (labels, NULL, 0, cancellable, error);
  if (!index)
    return NULL;
  job.entries = pel_label_index_get_entries (index, &job.n_entries);
  g_autoptr (PelCellTable) table =
      pel_cell_table_new (job.n_entries, job.options.um_x, job.options.um_y, error);
  if (!table)
    return NULL;
  job.table = table;
  table->definitions = job.options.definitions;
  if (!measure (&job, labels, pool, error))
    return NULL;
  return g_steal_pointer (&table);
}
