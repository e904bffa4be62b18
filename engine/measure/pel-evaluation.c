/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-evaluation.h"

#include <math.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"
#include "engine/measure/pel-overlaps.h"
#include "engine/segment/pel-components.h"

#define N_THRESHOLDS 10 /* IoU 0.50, 0.55, … 0.95 */
#define THRESHOLD_50 0
#define THRESHOLD_75 5

/* What is counted, of one image or of several. */
typedef struct
{
  guint n_images;
  double dice, iou; /* sums over images */
  guint64 n_pixels, n_agreeing;
  guint n_truth, n_predicted;
  guint n_matched[N_THRESHOLDS];
  double diameter_error; /* sum over the cells matched at 0.5 */
  double rand;           /* sum over images */
  guint n_rand;
} Counts;

struct PelEvaluation
{
  Counts total;
  GArray *images; /* PelScores */
};

/* Two planes of numbered regions. */
typedef struct
{
  guint width, height;
  gsize n_pixels;
  guint32 *predicted, *truth;
} Pair;

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

static guint64 *
count_sizes (const guint32 *plane, gsize n_pixels, guint32 n_regions)
{
  guint64 *sizes = g_new0 (guint64, (gsize)n_regions + 1);

  for (gsize i = 0; i < n_pixels; i++)
    sizes[plane[i]]++;
  return sizes;
}

static void
count_foreground (const Pair *pair, Counts *counts)
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
  counts->n_pixels = pair->n_pixels;
  counts->n_agreeing = pair->n_pixels - (n_either - n_both);
}

/* Renumbers the planes by their labels and matches the cells. */
static void
count_cells (Pair *pair, Counts *counts)
{
  guint32 n_predicted, n_truth;

  pel_number_regions (pair->predicted, pair->n_pixels, &n_predicted);
  pel_number_regions (pair->truth, pair->n_pixels, &n_truth);
  counts->n_predicted = n_predicted;
  counts->n_truth = n_truth;

  g_autofree guint64 *predicted_sizes = count_sizes (pair->predicted, pair->n_pixels, n_predicted);
  g_autofree guint64 *truth_sizes = count_sizes (pair->truth, pair->n_pixels, n_truth);
  g_autofree guint32 *partner = g_new (guint32, (gsize)n_truth + 1);
  g_autoptr (GArray) overlaps = pel_overlaps_count (pair->predicted, pair->truth, pair->n_pixels);
  for (guint i = 0; i < N_THRESHOLDS; i++)
    {
      counts->n_matched[i] = pel_overlaps_match (overlaps, predicted_sizes, n_predicted,
                                                 truth_sizes, n_truth, 50 + 5 * i, partner);
      if (i != THRESHOLD_50)
        continue;
      /* Diameters go with the square root of the area. */
      for (guint32 t = 1; t <= n_truth; t++)
        {
          if (partner[t] != 0)
            counts->diameter_error +=
                fabs (sqrt ((double)predicted_sizes[partner[t]] / (double)truth_sizes[t]) - 1);
        }
    }
}

/* Renumbers the planes by 4-connected parts of their foreground. */
static gboolean
split_foreground (Pair *pair, guint32 *plane, guint32 *n_parts, GError **error)
{
  for (gsize i = 0; i < pair->n_pixels; i++)
    plane[i] = plane[i] != 0;
  return pel_components_plane (plane, pair->width, pair->height, PEL_CONNECTIVITY_4, plane, n_parts,
                               error);
}

static gboolean
count_rand (Pair *pair, Counts *counts, GError **error)
{
  guint32 n_predicted, n_truth;
  double joint = 0, by_predicted = 0, by_truth = 0;

  if (!split_foreground (pair, pair->predicted, &n_predicted, error) ||
      !split_foreground (pair, pair->truth, &n_truth, error))
    return FALSE;
  if (n_truth == 0)
    return TRUE;

  g_autofree double *predicted_sums = g_new0 (double, (gsize)n_predicted + 1);
  g_autofree double *truth_sums = g_new0 (double, (gsize)n_truth + 1);
  g_autoptr (GArray) overlaps = pel_overlaps_count (pair->predicted, pair->truth, pair->n_pixels);
  for (guint i = 0; i < overlaps->len; i++)
    {
      const PelOverlap *o = &g_array_index (overlaps, PelOverlap, i);
      double n = (double)o->n_pixels;

      if (o->truth == 0)
        continue;
      truth_sums[o->truth] += n;
      if (o->predicted == 0)
        {
          joint += n; /* n regions of one pixel */
          by_predicted += n;
          continue;
        }
      joint += n * n;
      predicted_sums[o->predicted] += n;
    }
  for (guint32 i = 1; i <= n_predicted; i++)
    by_predicted += predicted_sums[i] * predicted_sums[i];
  for (guint32 i = 1; i <= n_truth; i++)
    by_truth += truth_sums[i] * truth_sums[i];
  counts->rand = 2 * joint / (by_predicted + by_truth);
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
  for (guint i = 0; i < N_THRESHOLDS; i++)
    scores->ap50_95 += average_precision (counts, i);
  scores->ap50_95 /= N_THRESHOLDS;
  scores->f1_50 = 1;
  if (counts->n_truth + counts->n_predicted > 0)
    scores->f1_50 = 2 * n_matched / ((double)counts->n_truth + counts->n_predicted);
  scores->precision_50 = share (n_matched, counts->n_predicted);
  scores->recall_50 = share (n_matched, counts->n_truth);
  scores->diameter_mape = share (100 * counts->diameter_error, n_matched);
  scores->rand_foreground = share (counts->rand, counts->n_rand);
  if (counts->n_images == 0)
    scores->ap50 = scores->ap75 = scores->ap50_95 = scores->f1_50 = (double)NAN;
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
  for (guint i = 0; i < N_THRESHOLDS; i++)
    total->n_matched[i] += counts->n_matched[i];
  total->diameter_error += counts->diameter_error;
  total->rand += counts->rand;
  total->n_rand += counts->n_rand;
}

/* ---- images ---- */

static gboolean
check_sizes (const PelLabels *prediction, const PelLabels *truth, GError **error)
{
  guint width = pel_labels_get_width (prediction), height = pel_labels_get_height (prediction);

  if (width == pel_labels_get_width (truth) && height == pel_labels_get_height (truth))
    return TRUE;
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
               /* Translators: width and height of the prediction, then of the truth */
               _ ("the prediction has %u x %u pixels but the truth has %u x %u; compare labels of "
                  "the same image"),
               width, height, pel_labels_get_width (truth), pel_labels_get_height (truth));
  return FALSE;
}

gboolean
pel_evaluation_add (PelEvaluation *self,
                    const char *name,
                    const PelLabels *prediction,
                    const PelLabels *truth,
                    GError **error)
{
  Counts counts = { .n_images = 1 };
  PelScores scores;
  gboolean ok = FALSE;

  g_return_val_if_fail (self != NULL && prediction != NULL && truth != NULL, FALSE);
  if (!check_sizes (prediction, truth, error))
    return FALSE;

  Pair pair = { pel_labels_get_width (truth), pel_labels_get_height (truth) };
  const PelRect all = { 0, 0, (gint)pair.width, (gint)pair.height };
  pair.n_pixels = (gsize)pair.width * pair.height;
  pair.predicted = pel_try_alloc (pair.n_pixels, sizeof (guint32), error);
  pair.truth = pair.predicted ? pel_try_alloc (pair.n_pixels, sizeof (guint32), error) : NULL;
  if (pair.truth)
    {
      pel_labels_read (prediction, &all, pair.predicted, pair.width);
      pel_labels_read (truth, &all, pair.truth, pair.width);
      count_foreground (&pair, &counts);
      count_cells (&pair, &counts);
      ok = count_rand (&pair, &counts, error);
    }
  pel_aligned_free (pair.predicted);
  pel_aligned_free (pair.truth);
  if (ok)
    {
      add_counts (&self->total, &counts);
      score (&counts, g_strdup (name ? name : ""), &scores);
      g_array_append_val (self->images, scores);
    }
  return ok;
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
