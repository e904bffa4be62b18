/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-evaluation.h"

#include <math.h>

#include "engine/measure/pel-cell-pair-private.h"
#include "engine/measure/pel-rand-score.h"
#include "engine/segment/pel-components.h"

#define THRESHOLD_50 0
#define THRESHOLD_75 5

/* What is counted, of one image or of several. */
typedef struct
{
  guint n_images;
  double dice, iou; /* sums over images */
  guint64 n_pixels, n_agreeing;
  guint n_truth, n_predicted;
  guint n_matched[PEL_N_AP_THRESHOLDS];
  double diameter_error; /* sum over the cells matched at 0.5 */
  double rand;           /* sum over images */
  guint n_rand;
  guint n_errors[PEL_N_CELL_ERROR_KINDS];
} Counts;

struct PelEvaluation
{
  Counts total;
  GArray *images; /* PelScores */
};

PelEvaluation *
pel_evaluation_new (void)
{
  PelEvaluation *self = g_new0 (PelEvaluation, 1);

  self->images = g_array_new (FALSE, FALSE, sizeof (PelScores));
  return self;
}

void
pel_evaluation_free (PelEvaluation *self)
{
  if (!self)
    return;
  for (guint i = 0; i < self->images->len; i++)
    g_free ((char *)g_array_index (self->images, PelScores, i).name);
  g_array_unref (self->images);
  g_free (self);
}

/* ---- counting ---- */

static void
count_foreground (const PelCellPair *pair, Counts *counts)
{
  guint64 n_predicted = 0, n_truth = 0, n_both = 0;

  for (gsize i = 0; i < pair->n_pixels; i++)
    {
      n_predicted += pair->predicted[i] != 0;
      n_truth += pair->truth[i] != 0;
      n_both += pair->predicted[i] != 0 && pair->truth[i] != 0;
    }
  guint64 n_either = n_predicted + n_truth - n_both;
  counts->dice = n_either > 0 ? 2 * (double)n_both / (double)(n_predicted + n_truth) : 1;
  counts->iou = n_either > 0 ? (double)n_both / (double)n_either : 1;
  counts->n_pixels = pair->n_known;
  counts->n_agreeing = pair->n_known - (n_either - n_both);
}

/* Matches the cells and says what is wrong with the others. */
static void
count_cells (const PelCellPair *pair, Counts *counts)
{
  counts->n_predicted = pair->n_predicted;
  counts->n_truth = pair->n_truth;
  for (guint i = 0; i < PEL_N_AP_THRESHOLDS; i++)
    {
      g_autofree guint32 *partner = pel_cell_pair_match (pair, 50 + 5 * i, &counts->n_matched[i]);

      if (i != THRESHOLD_50)
        continue;
      /* Diameters go with the square root of the area. */
      for (guint32 t = 1; t <= pair->n_truth; t++)
        if (partner[t] != 0)
          {
            double ratio = (double)pair->predicted_sizes[partner[t]] / (double)pair->truth_sizes[t];
            counts->diameter_error += fabs (sqrt (ratio) - 1);
          }
      g_array_unref (pel_cell_pair_find (pair, partner, counts->n_errors));
    }
}

/* Renumbers the planes by 4-connected parts of their foreground. */
static gboolean
split_foreground (PelCellPair *pair, guint32 *plane, guint32 *n_parts, GError **error)
{
  for (gsize i = 0; i < pair->n_pixels; i++)
    plane[i] = plane[i] != 0;
  return pel_components_plane (plane, pair->width, pair->height, PEL_CONNECTIVITY_4, plane, n_parts,
                               error);
}

static gboolean
count_rand (PelCellPair *pair, Counts *counts, GError **error)
{
  guint32 n_predicted, n_truth;

  if (!split_foreground (pair, pair->predicted, &n_predicted, error) ||
      !split_foreground (pair, pair->truth, &n_truth, error))
    return FALSE;
  if (n_truth == 0)
    return TRUE;
  counts->rand = pel_rand_score (pair->predicted, pair->truth, pair->n_pixels);
  counts->n_rand = 1;
  return TRUE;
}

/* ---- scores ---- */

static double
average_precision (const Counts *counts, guint threshold)
{
  guint all = counts->n_truth + counts->n_predicted - counts->n_matched[threshold];

  return all > 0 ? (double)counts->n_matched[threshold] / all : 1;
}

static double
share (double part, double all)
{
  return all > 0 ? part / all : (double)NAN;
}

static void
score (const Counts *counts, const char *name, PelScores *scores)
{
  const double n_matched = counts->n_matched[THRESHOLD_50];

  *scores = (PelScores){ .name = name,
                         .n_images = counts->n_images,
                         .n_truth = counts->n_truth,
                         .n_predicted = counts->n_predicted,
                         .n_matched = counts->n_matched[THRESHOLD_50] };
  scores->dice = share (counts->dice, counts->n_images);
  scores->iou = share (counts->iou, counts->n_images);
  scores->pixel_accuracy = share ((double)counts->n_agreeing, (double)counts->n_pixels);
  scores->ap50 = average_precision (counts, THRESHOLD_50);
  scores->ap75 = average_precision (counts, THRESHOLD_75);
  for (guint i = 0; i < PEL_N_AP_THRESHOLDS; i++)
    {
      scores->ap[i] = average_precision (counts, i);
      scores->ap50_95 += scores->ap[i];
    }
  scores->ap50_95 /= PEL_N_AP_THRESHOLDS;
  scores->f1_50 = 1;
  if (counts->n_truth + counts->n_predicted > 0)
    scores->f1_50 = 2 * n_matched / ((double)counts->n_truth + counts->n_predicted);
  scores->precision_50 = share (n_matched, counts->n_predicted);
  scores->recall_50 = share (n_matched, counts->n_truth);
  scores->diameter_mape = share (100 * counts->diameter_error, n_matched);
  scores->rand_foreground = share (counts->rand, counts->n_rand);
  scores->n_missed = counts->n_errors[PEL_CELL_ERROR_MISSED];
  scores->n_false = counts->n_errors[PEL_CELL_ERROR_FALSE];
  scores->n_merged = counts->n_errors[PEL_CELL_ERROR_MERGED];
  scores->n_split = counts->n_errors[PEL_CELL_ERROR_SPLIT];
  scores->n_inexact = counts->n_errors[PEL_CELL_ERROR_INEXACT];
  if (counts->n_images > 0)
    return;
  scores->ap50 = scores->ap75 = scores->ap50_95 = scores->f1_50 = (double)NAN;
  for (guint i = 0; i < PEL_N_AP_THRESHOLDS; i++)
    scores->ap[i] = (double)NAN;
}

static void
add_counts (Counts *total, const Counts *counts)
{
  total->n_images += counts->n_images;
  total->dice += counts->dice;
  total->iou += counts->iou;
  total->n_pixels += counts->n_pixels;
  total->n_agreeing += counts->n_agreeing;
  total->n_truth += counts->n_truth;
  total->n_predicted += counts->n_predicted;
  for (guint i = 0; i < PEL_N_AP_THRESHOLDS; i++)
    total->n_matched[i] += counts->n_matched[i];
  total->diameter_error += counts->diameter_error;
  total->rand += counts->rand;
  total->n_rand += counts->n_rand;
  for (guint i = 0; i < PEL_N_CELL_ERROR_KINDS; i++)
    total->n_errors[i] += counts->n_errors[i];
}

/* ---- images ---- */

gboolean
pel_evaluation_add (PelEvaluation *self,
                    const char *name,
                    const PelLabels *prediction,
                    const PelLabels *truth,
                    GError **error)
{
  return pel_evaluation_add_known (self, name, prediction, truth, NULL, error);
}

gboolean
pel_evaluation_add_known (PelEvaluation *self,
                          const char *name,
                          const PelLabels *prediction,
                          const PelLabels *truth,
                          const guint8 *known,
                          GError **error)
{
  g_auto (PelCellPair) pair = { 0 };
  Counts counts = { .n_images = 1 };
  PelScores scores;

  g_return_val_if_fail (self != NULL && prediction != NULL && truth != NULL, FALSE);
  if (!pel_cell_pair_init (&pair, prediction, truth, known, error))
    return FALSE;
  count_foreground (&pair, &counts);
  count_cells (&pair, &counts);
  /* Last, because it numbers the planes anew. */
  if (!count_rand (&pair, &counts, error))
    return FALSE;
  add_counts (&self->total, &counts);
  score (&counts, g_strdup (name ? name : ""), &scores);
  g_array_append_val (self->images, scores);
  return TRUE;
}

void
pel_evaluation_append (PelEvaluation *self, const PelEvaluation *other)
{
  g_return_if_fail (self != NULL && other != NULL && self != other);
  add_counts (&self->total, &other->total);
  for (guint i = 0; i < other->images->len; i++)
    {
      PelScores scores = g_array_index (other->images, PelScores, i);

      scores.name = g_strdup (scores.name);
      g_array_append_val (self->images, scores);
    }
}

void
pel_evaluation_get_total (const PelEvaluation *self, PelScores *scores)
{
  score (&self->total, NULL, scores);
}

const PelScores *
pel_evaluation_get_images (const PelEvaluation *self, guint *n_images)
{
  *n_images = self->images->len;
  return (const PelScores *)(gconstpointer)self->images->data;
}
