/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-learning-curve.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/core/pel-error.h"

#define SHUFFLE_STREAM 0x6c656172u
#define FEWEST_TOTAL 4
#define FEWEST_TO_TRAIN 2
#define HOLD_OUT 0.25
#define CHOSEN_SIZES 4
/* Seconds that a trial should have at least, where the plan is chosen by the time there is. */
#define GOOD_RUN 60.0
#define SHORT_RUN 40.0
#define CHOSEN_REPEATS 3
#define MOST_CHOSEN_REPEATS 5

struct PelLearningCurve
{
  PelLearningOptions options;
  PelDataset *dataset;
  PelModel *init;
  PelPool *pool;
  guint *fixed; /* images marked for validation */
  guint n_fixed;
  guint *free; /* the others that count */
  guint n_free;
  guint n_held_out;
  guint sizes[PEL_LEARNING_MAX_SIZES];
  guint n_sizes;
  guint n_repeats;
  double run_limit_s;
  char *key;
  GArray *runs; /* PelLearningRun */
};

void
pel_learning_options_init (PelLearningOptions *options)
{
  g_return_if_fail (options != NULL);
  *options = (PelLearningOptions){ .hold_out = HOLD_OUT };
  pel_train_config_init_preset (&options->config, PEL_PRESET_QUICK);
}

static gboolean
divide_images (PelLearningCurve *self, GError **error)
{
  guint n = pel_dataset_get_n_samples (self->dataset);
  self->fixed = g_new (guint, MAX (n, 1));
  self->free = g_new (guint, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      const PelSample *sample = pel_dataset_get_sample (self->dataset, i);
      if (!pel_sample_counts (sample))
        continue;
      if (sample->validation)
        self->fixed[self->n_fixed++] = i;
      else
        self->free[self->n_free++] = i;
    }
  if (self->n_fixed > 0 ? self->n_free >= FEWEST_TO_TRAIN : self->n_free >= FEWEST_TOTAL)
    {
      double share = self->options.hold_out > 0.0 ? self->options.hold_out : HOLD_OUT;
      double held = floor (share * self->n_free + 0.5);
      self->n_held_out = self->n_fixed;
      if (self->n_fixed == 0)
        self->n_held_out = (guint)CLAMP (held, 1.0, (double)(self->n_free - FEWEST_TO_TRAIN));
      return TRUE;
    }
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES,
               ngettext ("A learning curve needs four annotated images, or two besides those held "
                         "out, and there is %u to train on; annotate more images.",
                         "A learning curve needs four annotated images, or two besides those held "
                         "out, and there are %u to train on; annotate more images.",
                         self->n_free),
               self->n_free);
  return FALSE;
}

static gint
compare_sizes (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *)a, y = *(const guint *)b;
  return (x > y) - (x < y);
}

/* All there are, half of them, and so on. */
static void
halve_sizes (PelLearningCurve *self, guint most, guint n_sizes)
{
  self->n_sizes = 0;
  for (guint size = most; size >= FEWEST_TO_TRAIN && self->n_sizes < n_sizes; size /= 2)
    self->sizes[self->n_sizes++] = size;
}

static gboolean
plan_sizes (PelLearningCurve *self, GError **error)
{
  const PelLearningOptions *options = &self->options;
  guint most = self->n_free - (self->n_fixed > 0 ? 0 : self->n_held_out);
  if (options->n_sizes > PEL_LEARNING_MAX_SIZES || options->repeats > PEL_LEARNING_MAX_REPEATS)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   _ ("A learning curve has up to %u points of up to %u repeats; ask for fewer."),
                   PEL_LEARNING_MAX_SIZES, PEL_LEARNING_MAX_REPEATS);
      return FALSE;
    }
  for (guint i = 0; i < options->n_sizes; i++)
    {
      if (options->sizes[i] < 1 || options->sizes[i] > most)
        {
          g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                       /* Translators: three numbers of images */
                       _ ("A learning curve cannot train on %u images: %u are held out, which "
                          "leaves 1 to %u."),
                       options->sizes[i], self->n_held_out, most);
          return FALSE;
        }
      self->sizes[self->n_sizes++] = options->sizes[i];
    }

  double seconds = options->time_limit_s;
  guint wanted = options->repeats > 0 ? options->repeats : 2;
  if (options->n_sizes == 0)
    {
      halve_sizes (self, most, CHOSEN_SIZES);
      /* A smaller number says less than enough time for the larger ones. */
      for (guint n = self->n_sizes; n > 2 && seconds > 0.0 && seconds / (n * wanted) < SHORT_RUN;)
        halve_sizes (self, most, --n);
    }
  qsort (self->sizes, self->n_sizes, sizeof (guint), compare_sizes);
  guint n_different = 0;
  for (guint i = 0; i < self->n_sizes; i++)
    if (i == 0 || self->sizes[i] != self->sizes[i - 1])
      self->sizes[n_different++] = self->sizes[i];
  self->n_sizes = n_different;

  self->n_repeats = options->repeats > 0 ? options->repeats : CHOSEN_REPEATS;
  if (options->repeats == 0 && seconds > 0.0)
    self->n_repeats = (guint)CLAMP (floor (seconds / (self->n_sizes * GOOD_RUN)), 2.0,
                                    (double)MOST_CHOSEN_REPEATS);
  self->run_limit_s = seconds > 0.0 ? seconds / (self->n_sizes * self->n_repeats) : 0.0;
  return TRUE;
}

static void
add_to_key (GChecksum *sum, const char *text)
{
  g_checksum_update (sum, (const guchar *)text, -1);
  g_checksum_update (sum, (const guchar *)"\n", 1);
}

static void
make_key (PelLearningCurve *self)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *config = pel_train_config_to_json (&self->options.config);
  g_autofree char *plan = g_strdup_printf ("%u %u %.0f %d", self->n_held_out, self->n_repeats,
                                           self->options.time_limit_s, self->init != NULL);
  add_to_key (sum, config);
  add_to_key (sum, plan);
  for (guint i = 0; i < self->n_sizes; i++)
    {
      g_autofree char *size = g_strdup_printf ("%u", self->sizes[i]);
      add_to_key (sum, size);
    }
  for (guint i = 0; i < pel_dataset_get_n_samples (self->dataset); i++)
    {
      const PelSample *sample = pel_dataset_get_sample (self->dataset, i);
      g_autofree char *facts = g_strdup_printf (
          "%u %u %u %d %d", sample->n_cells, pel_image_get_width (sample->image),
          pel_image_get_height (sample->image), sample->complete, sample->validation);
      add_to_key (sum, sample->name);
      add_to_key (sum, facts);
    }
  self->key = g_strndup (g_checksum_get_string (sum), 16);
}

PelLearningCurve *
pel_learning_curve_new (PelDataset *dataset,
                        const PelLearningOptions *options,
                        PelModel *init,
                        PelPool *pool,
                        GError **error)
{
  g_return_val_if_fail (dataset != NULL && options != NULL && pool != NULL, NULL);
  g_autoptr (PelLearningCurve) self = g_new0 (PelLearningCurve, 1);
  self->options = *options;
  self->dataset = pel_dataset_ref (dataset);
  self->init = init;
  self->pool = pool;
  self->runs = g_array_new (FALSE, FALSE, sizeof (PelLearningRun));
  if (self->options.started_us <= 0)
    self->options.started_us = g_get_monotonic_time ();
  /* What the key is made of must not hang on when it was made. */
  self->options.config.started_us = 0;
  PelTrainConfig config = options->config;
  if (options->time_limit_s > 0.0)
    pel_train_config_set_time_limit (&config, options->time_limit_s);
  if (!pel_train_config_check (&config, error) || !divide_images (self, error) ||
      !plan_sizes (self, error))
    return NULL;
  self->options.sizes = NULL;
  make_key (self);
  return g_steal_pointer (&self);
}

void
pel_learning_curve_free (PelLearningCurve *self)
{
  if (self == NULL)
    return;
  pel_dataset_unref (self->dataset);
  g_free (self->fixed);
  g_free (self->free);
  g_free (self->key);
  g_clear_pointer (&self->runs, g_array_unref);
  g_free (self);
}

const guint *
pel_learning_curve_get_sizes (const PelLearningCurve *self, guint *n_sizes)
{
  g_return_val_if_fail (self != NULL && n_sizes != NULL, NULL);
  *n_sizes = self->n_sizes;
  return self->sizes;
}

guint
pel_learning_curve_get_n_repeats (const PelLearningCurve *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_repeats;
}

guint
pel_learning_curve_get_n_held_out (const PelLearningCurve *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_held_out;
}

double
pel_learning_curve_get_run_limit (const PelLearningCurve *self)
{
  g_return_val_if_fail (self != NULL, 0.0);
  return self->run_limit_s;
}

PelTask
pel_learning_curve_get_task (const PelLearningCurve *self)
{
  g_return_val_if_fail (self != NULL, PEL_TASK_CELLS);
  return self->options.config.task;
}

const char *
pel_learning_curve_get_key (const PelLearningCurve *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->key;
}

static gboolean
has_run (const PelLearningCurve *self, guint n_images, guint repeat)
{
  for (guint i = 0; i < self->runs->len; i++)
    {
      const PelLearningRun *run = &g_array_index (self->runs, PelLearningRun, i);
      if (run->n_images == n_images && run->repeat == repeat)
        return TRUE;
    }
  return FALSE;
}

gboolean
pel_learning_curve_add_run (PelLearningCurve *self, const PelLearningRun *run)
{
  g_return_val_if_fail (self != NULL && run != NULL, FALSE);
  gboolean is_planned = FALSE;
  for (guint i = 0; i < self->n_sizes; i++)
    is_planned = is_planned || self->sizes[i] == run->n_images;
  if (!is_planned || run->repeat >= self->n_repeats || has_run (self, run->n_images, run->repeat))
    return FALSE;
  g_array_append_val (self->runs, *run);
  return TRUE;
}

static gboolean
make_run (PelLearningCurve *self,
          PelTrialSeries *series,
          const guint *train,
          const guint *test,
          guint size,
          guint repeat,
          GError **error)
{
  PelLearningRun run = { .n_images = size, .repeat = repeat, .n_held_out = self->n_held_out };
  g_autoptr (PelEvaluation) evaluation =
      pel_trial_run (series, train, size, test, self->n_held_out,
                     self->options.config.seed + repeat, &run.n_cells, error);
  PelScores scores;
  if (evaluation == NULL)
    return FALSE;
  pel_evaluation_get_total (evaluation, &scores);
  run.ap50 = scores.ap50;
  run.ap75 = scores.ap75;
  run.dice = scores.dice;
  run.diameter_mape = scores.diameter_mape;
  run.seconds = (double)(g_get_monotonic_time () - series->started_us) / 1e6;
  g_array_append_val (self->runs, run);
  pel_trial_report_done (series);
  return TRUE;
}

gboolean
pel_learning_curve_run (PelLearningCurve *self,
                        GCancellable *cancellable,
                        PelTrialFunc func,
                        gpointer data,
                        GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  PelTrialSeries series = { .dataset = self->dataset,
                            .config = &self->options.config,
                            .init = self->init,
                            .pool = self->pool,
                            .run_limit_s = self->run_limit_s,
                            .n_runs = self->n_sizes * self->n_repeats,
                            .n_done = self->runs->len,
                            .cancellable = cancellable,
                            .func = func,
                            .data = data };
  /* Reading the images took a part of the time. */
  if (self->run_limit_s > 0.0 && self->options.started_us > 0)
    {
      double spent = (double)(g_get_monotonic_time () - self->options.started_us) / 1e6;
      series.run_limit_s = MAX (self->run_limit_s - spent / series.n_runs, 1.0);
      self->options.started_us = 0; /* of a later call nothing was spent before it */
    }
  g_autofree guint *order = g_new (guint, self->n_free);
  for (guint repeat = 0; repeat < self->n_repeats; repeat++)
    {
      memcpy (order, self->free, self->n_free * sizeof (guint));
      pel_trial_shuffle (order, self->n_free, self->options.config.seed, SHUFFLE_STREAM + repeat);
      const guint *test = self->n_fixed > 0 ? self->fixed : order;
      const guint *train = self->n_fixed > 0 ? order : order + self->n_held_out;
      for (guint i = self->n_sizes; i > 0; i--)
        if (!has_run (self, self->sizes[i - 1], repeat) &&
            !make_run (self, &series, train, test, self->sizes[i - 1], repeat, error))
          return FALSE;
    }
  return TRUE;
}

const PelLearningRun *
pel_learning_curve_get_runs (const PelLearningCurve *self, guint *n_runs)
{
  g_return_val_if_fail (self != NULL && n_runs != NULL, NULL);
  *n_runs = self->runs->len;
  return (const PelLearningRun *)(const void *)self->runs->data;
}

static void
spread_of (const PelLearningCurve *self, guint size, gsize offset, PelSpread *spread)
{
  g_autofree double *values = g_new (double, self->runs->len + 1);
  guint n = 0;
  for (guint i = 0; i < self->runs->len; i++)
    {
      const PelLearningRun *run = &g_array_index (self->runs, PelLearningRun, i);
      if (run->n_images == size)
        values[n++] = G_STRUCT_MEMBER (double, run, offset);
    }
  pel_spread_init (spread, values, n);
}

PelLearningPoint *
pel_learning_curve_get_points (const PelLearningCurve *self, guint *n_points)
{
  g_return_val_if_fail (self != NULL && n_points != NULL, NULL);
  PelLearningPoint *points = g_new0 (PelLearningPoint, MAX (self->n_sizes, 1));
  *n_points = 0;
  for (guint i = 0; i < self->n_sizes; i++)
    {
      PelLearningPoint *point = &points[*n_points];
      guint n_runs = 0;
      *point = (PelLearningPoint){ .n_images = self->sizes[i] };
      for (guint k = 0; k < self->runs->len; k++)
        {
          const PelLearningRun *run = &g_array_index (self->runs, PelLearningRun, k);
          if (run->n_images != point->n_images)
            continue;
          n_runs++;
          point->n_cells += (run->n_cells - point->n_cells) / n_runs;
        }
      if (n_runs == 0)
        continue;
      spread_of (self, point->n_images, G_STRUCT_OFFSET (PelLearningRun, ap50), &point->ap50);
      spread_of (self, point->n_images, G_STRUCT_OFFSET (PelLearningRun, ap75), &point->ap75);
      spread_of (self, point->n_images, G_STRUCT_OFFSET (PelLearningRun, dice), &point->dice);
      spread_of (self, point->n_images, G_STRUCT_OFFSET (PelLearningRun, diameter_mape),
                 &point->diameter_mape);
      ++*n_points;
    }
  return points;
}
