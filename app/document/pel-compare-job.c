/* SPDX-License-Identifier: MIT */
#include "app/document/pel-compare-job.h"

#include <math.h>
#include <stdlib.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-job-private.h"
#include "engine/infer/pel-predict.h"
#include "engine/measure/pel-evaluation.h"

/* Written by the thread, read by the main thread once the job has ended. */
typedef struct
{
  PelImage *image;
  PelLabels *truth;
  char *paths[2];
  PelContourSet *outlines[2];
  PelCompareSide sides[2];
} CompareWork;

struct _PelCompareJob
{
  PelJob parent_instance;

  CompareWork work;
};

G_DEFINE_FINAL_TYPE (PelCompareJob, pel_compare_job, PEL_TYPE_JOB)

typedef struct
{
  PelJobContext *context;
  guint side;
} Progress;

static void
tell_progress (double fraction, gpointer data)
{
  Progress *progress = data;

  pel_job_context_report (progress->context, CLAMP (0.5 * (progress->side + fraction), 0, 1), -1,
                          progress->side == 0 ? _ ("first model") : _ ("second model"));
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double d = *(const double *)a - *(const double *)b;

  return (d > 0) - (d < 0);
}

/* From the cells' pixels. */
static double
median_diameter (const PelLabels *labels, guint *n_cells)
{
  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels);
  g_autofree guint32 *row = g_new (guint32, width);
  g_autoptr (GArray) areas = g_array_new (FALSE, TRUE, sizeof (double));
  double *values;
  guint n = 0;

  for (guint y = 0; y < height; y++)
    {
      PelRect line = { 0, (gint)y, (gint)width, 1 };

      pel_labels_read (labels, &line, row, width);
      for (guint x = 0; x < width; x++)
        {
          if (row[x] >= areas->len)
            g_array_set_size (areas, row[x] + 1);
          g_array_index (areas, double, row[x]) += 1;
        }
    }
  values = (double *)areas->data;
  /* Predicted cells are numbered from 1 without gaps. */
  n = areas->len > 0 ? areas->len - 1 : 0;
  *n_cells = n;
  if (n == 0)
    return NAN;
  qsort (values + 1, n, sizeof *values, compare_doubles);
  return 2.0 * sqrt (values[1 + n / 2] / G_PI);
}

static gboolean
judge (CompareWork *work, const PelPrediction *prediction, PelCompareSide *side, GError **error)
{
  g_autoptr (PelEvaluation) evaluation = NULL;
  PelScores scores;

  side->ap50 = side->dice = NAN;
  if (work->truth == NULL)
    return TRUE;
  evaluation = pel_evaluation_new ();
  if (!pel_evaluation_add (evaluation, "", prediction->labels, work->truth, error))
    return FALSE;
  pel_evaluation_get_total (evaluation, &scores);
  side->ap50 = scores.ap50;
  side->dice = scores.dice;
  return TRUE;
}

static gboolean
look (PelJobContext *context, CompareWork *work, guint index, PelPool *pool, GError **error)
{
  PelCompareSide *side = &work->sides[index];
  Progress progress = { context, index };
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (PelModel) model = pel_model_load (work->paths[index], error);
  g_autoptr (PelPrediction) prediction = NULL;
  PelContourOptions trace = { 0 };

  if (model == NULL)
    {
      g_prefix_error (error, "%s: ", work->paths[index]);
      return FALSE;
    }
  prediction = pel_predict_image (model, work->image, NULL, pool, context->cancellable,
                                  tell_progress, &progress, error);
  if (prediction == NULL)
    return FALSE;
  trace.level = (float)prediction->threshold;
  side->seconds = (double)(g_get_monotonic_time () - begun) / 1e6;
  work->outlines[index] = pel_contours_trace (prediction->labels, prediction->foreground, &trace,
                                              context->cancellable, error);
  if (work->outlines[index] == NULL)
    return FALSE;
  side->outlines = work->outlines[index];
  side->diameter = median_diameter (prediction->labels, &side->n_cells);
  return judge (work, prediction, side, error);
}

static void
compare_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  CompareWork *work = data;

  for (guint i = 0; i < 2; i++)
    if (!look (context, work, i, pool, error))
      return;
}

static void
pel_compare_job_finalize (GObject *object)
{
  CompareWork *work = &PEL_COMPARE_JOB (object)->work;

  pel_image_unref (work->image);
  g_clear_pointer (&work->truth, pel_labels_unref);
  for (guint i = 0; i < 2; i++)
    {
      g_free (work->paths[i]);
      g_clear_pointer (&work->outlines[i], pel_contour_set_unref);
    }
  G_OBJECT_CLASS (pel_compare_job_parent_class)->finalize (object);
}

static void
pel_compare_job_class_init (PelCompareJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_compare_job_finalize;
  PEL_JOB_CLASS (klass)->work = compare_in_thread;
  PEL_JOB_CLASS (klass)->leaves_nothing = TRUE;
}

static void
pel_compare_job_init (PelCompareJob *self)
{
  pel_job_set_work (PEL_JOB (self), &self->work);
  pel_job_set_title (PEL_JOB (self), _ ("Comparing two models"));
}

PelCompareJob *
pel_compare_job_new (PelImage *image,
                     PelLabels *truth,
                     const char *first_path,
                     const char *second_path)
{
  g_return_val_if_fail (image != NULL && first_path != NULL && second_path != NULL, NULL);

  PelCompareJob *self = g_object_new (PEL_TYPE_COMPARE_JOB, NULL);

  self->work.image = pel_image_ref (image);
  self->work.truth = truth != NULL ? pel_labels_ref (truth) : NULL;
  self->work.paths[0] = g_strdup (first_path);
  self->work.paths[1] = g_strdup (second_path);
  return self;
}

gboolean
pel_compare_job_get_side (PelCompareJob *self, guint side, PelCompareSide *result)
{
  g_return_val_if_fail (PEL_IS_COMPARE_JOB (self), FALSE);
  g_return_val_if_fail (side < 2 && result != NULL, FALSE);

  if (pel_job_get_state (PEL_JOB (self)) != PEL_JOB_STATE_DONE)
    return FALSE;
  *result = self->work.sides[side];
  return TRUE;
}
