/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-error-scale.h"

#include <math.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"
#include "engine/measure/pel-measure.h"
#include "engine/measure/pel-overlaps.h"

#define COVERAGE 0.68
#define FEWEST_CELLS 20
/* Factors beyond these are no factors. */
#define LEAST_FACTOR 1e-3
#define LARGEST_FACTOR 1e3

static const PelQuantityId diameters[PEL_N_ERRORS] = {
  PEL_QUANTITY_EQUIVALENT_DIAMETER, PEL_QUANTITY_MAJOR_AXIS, PEL_QUANTITY_MINOR_AXIS,
  PEL_QUANTITY_MAX_FERET,           PEL_QUANTITY_MIN_FERET,
};

typedef struct
{
  double off, half_way;
} Pair;

struct PelErrorCalibration
{
  GArray *pairs[PEL_N_ERRORS]; /* Pair */
};

PelQuantityId
pel_error_scale_get_quantity (guint index)
{
  g_return_val_if_fail (index < PEL_N_ERRORS, PEL_QUANTITY_EQUIVALENT_DIAMETER);
  return diameters[index];
}

double
pel_error_scale_apply (const PelErrorScale *self,
                       PelQuantityId error_id,
                       double half_way,
                       double um_per_px)
{
  if (self->n_cells == 0 || !isfinite (half_way))
    return half_way;
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    {
      if (diameters[i] == pel_quantity_get (error_id)->error_of)
        return self->factors[i] * MAX (half_way, PEL_ERROR_LEAST * um_per_px);
    }
  return half_way;
}

gboolean
pel_error_scale_equal (const PelErrorScale *a, const PelErrorScale *b)
{
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    {
      if (a->factors[i] != b->factors[i])
        return FALSE;
    }
  return a->n_cells == b->n_cells;
}

void
pel_error_scale_add_json (const PelErrorScale *self, JsonBuilder *builder, const char *name)
{
  if (self->n_cells == 0)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "cells");
  json_builder_add_int_value (builder, self->n_cells);
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    {
      json_builder_set_member_name (builder, pel_quantity_get (diameters[i])->name);
      json_builder_add_double_value (builder, self->factors[i]);
    }
  json_builder_end_object (builder);
}

static double
read_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return 0;
  return json_node_get_double (node);
}

void
pel_error_scale_read_json (PelErrorScale *self, JsonObject *object, const char *name)
{
  const PelErrorScale none = PEL_ERROR_SCALE_NONE;
  JsonNode *node = json_object_get_member (object, name);
  PelErrorScale read = none;
  double n_cells;

  *self = none;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  object = json_node_get_object (node);
  n_cells = read_number (object, "cells");
  if (!(n_cells >= 1 && n_cells <= 4e9))
    return;
  read.n_cells = (guint)n_cells;
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    {
      read.factors[i] = read_number (object, pel_quantity_get (diameters[i])->name);
      if (!(read.factors[i] >= LEAST_FACTOR && read.factors[i] <= LARGEST_FACTOR))
        return;
    }
  *self = read;
}

PelErrorCalibration *
pel_error_calibration_new (void)
{
  PelErrorCalibration *self = g_new (PelErrorCalibration, 1);

  for (guint i = 0; i < PEL_N_ERRORS; i++)
    self->pairs[i] = g_array_new (FALSE, FALSE, sizeof (Pair));
  return self;
}

void
pel_error_calibration_free (PelErrorCalibration *self)
{
  if (!self)
    return;
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    g_array_unref (self->pairs[i]);
  g_free (self);
}

/* The label at each pixel as its row in the table of cells, from 1. */
static void
number_rows (const PelCellTable *table, guint32 *plane, gsize n, guint64 *sizes)
{
  for (gsize i = 0; i < n; i++)
    {
      plane[i] = plane[i] != 0 ? (guint32)(pel_cell_table_find (table, plane[i]) + 1) : 0;
      sizes[plane[i]]++;
    }
}

static void
add_pair (PelErrorCalibration *self,
          const PelCellTable *found,
          guint found_row,
          const PelCellTable *truth,
          guint truth_row)
{
  PelQuantityId error_id;

  if (pel_cell_table_get (found, found_row, PEL_QUANTITY_TOUCHES_BORDER) != 0 ||
      pel_cell_table_get (truth, truth_row, PEL_QUANTITY_TOUCHES_BORDER) != 0)
    return;
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    {
      Pair pair = { pel_cell_table_get (found, found_row, diameters[i]) -
                        pel_cell_table_get (truth, truth_row, diameters[i]),
                    NAN };

      if (pel_quantity_get_error (diameters[i], &error_id))
        pair.half_way = pel_cell_table_get (found, found_row, error_id);
      if (isfinite (pair.off) && isfinite (pair.half_way))
        g_array_append_val (self->pairs[i], pair);
    }
}

static gboolean
match (PelErrorCalibration *self,
       const PelLabels *found_labels,
       const PelCellTable *found,
       const PelLabels *truth_labels,
       const PelCellTable *truth,
       guint32 *planes,
       gsize n)
{
  const PelRect all = { 0, 0, (gint)pel_labels_get_width (found_labels),
                        (gint)pel_labels_get_height (found_labels) };
  guint n_found = pel_cell_table_get_n_cells (found), n_truth = pel_cell_table_get_n_cells (truth);
  g_autofree guint64 *found_sizes = g_try_new0 (guint64, (gsize)n_found + 1);
  g_autofree guint64 *truth_sizes = g_try_new0 (guint64, (gsize)n_truth + 1);
  g_autofree guint32 *partner = g_try_new0 (guint32, (gsize)n_truth + 1);

  if (!found_sizes || !truth_sizes || !partner)
    return FALSE;
  pel_labels_read (found_labels, &all, planes, (gsize)all.width);
  pel_labels_read (truth_labels, &all, planes + n, (gsize)all.width);
  number_rows (found, planes, n, found_sizes);
  number_rows (truth, planes + n, n, truth_sizes);
  g_autoptr (GArray) overlaps = pel_overlaps_count (planes, planes + n, n);
  pel_overlaps_match (overlaps, found_sizes, n_found, truth_sizes, n_truth, 50, partner);
  for (guint i = 1; i <= n_truth; i++)
    {
      if (partner[i] > 0)
        add_pair (self, found, partner[i] - 1, truth, i - 1);
    }
  return TRUE;
}

gboolean
pel_error_calibration_add (PelErrorCalibration *self,
                           const PelLabels *found,
                           const float *probability,
                           double threshold,
                           const PelLabels *truth,
                           PelPool *pool,
                           GCancellable *cancellable,
                           GError **error)
{
  const gsize n = (gsize)pel_labels_get_width (found) * pel_labels_get_height (found);
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  const PelRect all = { 0, 0, (gint)pel_labels_get_width (found),
                        (gint)pel_labels_get_height (found) };
  guint32 *planes = pel_try_alloc (n, 2 * sizeof (guint32), error);
  float *sharp = planes ? pel_try_alloc (n, sizeof (float), error) : NULL;
  gboolean good = FALSE;

  if (sharp)
    {
      pel_labels_read (truth, &all, planes, (gsize)all.width);
      for (gsize i = 0; i < n; i++)
        sharp[i] = planes[i] != 0 ? 1 : 0;
      g_autoptr (PelCellTable) true_table =
          pel_measure_cells (truth, NULL, sharp, &options, pool, cancellable, error);
      options.threshold = (float)threshold;
      g_autoptr (PelCellTable) found_table =
          true_table
              ? pel_measure_cells (found, NULL, probability, &options, pool, cancellable, error)
              : NULL;
      good = found_table != NULL;
      if (good && !match (self, found, found_table, truth, true_table, planes, n))
        {
          g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                               _ ("there is not enough memory to measure the cells"));
          good = FALSE;
        }
    }
  pel_aligned_free (planes);
  pel_aligned_free (sharp);
  return good;
}

guint
pel_error_calibration_get_n_cells (const PelErrorCalibration *self)
{
  return self->pairs[0]->len;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

void
pel_error_calibration_finish (const PelErrorCalibration *self, PelErrorScale *scale)
{
  const PelErrorScale none = PEL_ERROR_SCALE_NONE;
  guint n = self->pairs[0]->len;
  g_autofree double *ratios = g_new (double, MAX (n, 1));

  *scale = none;
  if (n < FEWEST_CELLS)
    return;
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    {
      guint n_pairs = MIN (self->pairs[i]->len, n);

      if (n_pairs < FEWEST_CELLS)
        {
          *scale = none;
          return;
        }
      for (guint k = 0; k < n_pairs; k++)
        {
          const Pair *pair = &g_array_index (self->pairs[i], Pair, k);

          ratios[k] = fabs (pair->off) / MAX (pair->half_way, PEL_ERROR_LEAST);
        }
      qsort (ratios, n_pairs, sizeof *ratios, compare_doubles);
      guint rank = (guint)ceil (COVERAGE * (n_pairs + 1.0));
      scale->factors[i] = CLAMP (ratios[MIN (rank, n_pairs) - 1], LEAST_FACTOR, LARGEST_FACTOR);
    }
  scale->n_cells = n;
}

double
pel_error_calibration_get_coverage (const PelErrorCalibration *self,
                                    const PelErrorScale *scale,
                                    guint index)
{
  PelQuantityId error_id;
  guint n_held = 0;

  g_return_val_if_fail (index < PEL_N_ERRORS, (double)NAN);
  if (self->pairs[index]->len == 0 || !pel_quantity_get_error (diameters[index], &error_id))
    return (double)NAN;
  for (guint k = 0; k < self->pairs[index]->len; k++)
    {
      const Pair *pair = &g_array_index (self->pairs[index], Pair, k);

      n_held += fabs (pair->off) <= pel_error_scale_apply (scale, error_id, pair->half_way, 1);
    }
  return (double)n_held / self->pairs[index]->len;
}
