/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-scores.h"
#include "app/cli/pel-cli-train-options.h"
#include "app/cli/pel-cli-trials.h"
#include "engine/pel-engine.h"

#include <glib/gi18n-lib.h>

#define USUAL_FOLDS 5

typedef struct
{
  PelCliTrainOptions shared;
  gint folds;
  gboolean json, quiet;
} Options;

typedef struct
{
  const Options *options;
  PelTrainConfig config;
  gint64 started_us;
  PelModel *init;
  GPtrArray *items; /* of the project, or NULL */
  PelCliWork *work;
  PelCrossValidation *validation;
  gboolean stopped; /* by Ctrl-C, with something to tell */
} Folds;

static void
on_progress (const PelTrialProgress *progress, gpointer data)
{
  Folds *folds = data;
  PelScores scores;

  pel_cli_report_trial (folds->work, progress);
  if (!progress->run_done)
    return;
  pel_cross_validation_get_fold (folds->validation, progress->run, &scores);
  /* Translators: the number of a fold, of how many, its images, and its scores */
  pel_cli_work_say (folds->work, _ ("Fold %u of %u, images: %u, Dice %.3f, AP50 %.3f"),
                    progress->run + 1, progress->n_runs, scores.n_images, scores.dice, scores.ap50);
}

static gboolean
validate (PelCliWork *work, gpointer data, GError **error)
{
  Folds *folds = data;
  const Options *options = folds->options;
  g_autoptr (PelDataset) dataset = NULL;
  PelDatasetCounts counts;
  gboolean done = FALSE;
  PelPool *pool;

  folds->work = work;
  dataset = pel_cli_load_data (&options->shared, folds->items, &folds->config, work, error);
  if (dataset == NULL)
    return FALSE;
  pel_dataset_get_counts (dataset, &counts);
  guint n_folds = (guint)options->folds;
  if (n_folds == 0)
    n_folds = CLAMP (counts.images, 2, USUAL_FOLDS);
  pool = pel_pool_new ((guint)options->shared.threads);
  folds->validation =
      pel_cross_validation_new (dataset, &folds->config, n_folds, options->shared.time_limit,
                                folds->started_us, folds->init, pool, error);
  if (folds->validation != NULL)
    {
      g_autoptr (GError) problem = NULL;

      done = pel_cross_validation_run (folds->validation, pel_cli_work_get_cancellable (work),
                                       on_progress, folds, &problem);
      if (!done && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
          pel_cross_validation_get_n_done (folds->validation) > 0)
        done = folds->stopped = TRUE;
      if (problem != NULL && !done)
        g_propagate_error (error, g_steal_pointer (&problem));
    }
  pel_pool_free (pool);
  return done;
}

/* One figure over the folds. */
static void
spread_of (const Folds *folds, gsize offset, PelSpread *spread)
{
  guint n = pel_cross_validation_get_n_done (folds->validation);
  double values[PEL_MAX_FOLDS];

  for (guint i = 0; i < n; i++)
    {
      PelScores scores;

      pel_cross_validation_get_fold (folds->validation, i, &scores);
      values[i] = G_STRUCT_MEMBER (double, &scores, offset);
    }
  pel_spread_init (spread, values, n);
}

static void
print_json (gconstpointer data)
{
  const Folds *folds = data;
  g_autoptr (PelCliJson) json = pel_cli_json_new ();
  const PelEvaluation *evaluation = pel_cross_validation_get_evaluation (folds->validation);
  guint n_done = pel_cross_validation_get_n_done (folds->validation);
  PelScores total;

  pel_evaluation_get_total (evaluation, &total);
  pel_cli_json_begin_object (json, NULL);
  pel_cli_json_add_boolean (json, "finished", !folds->stopped);
  pel_cli_json_add_int (json, "images", total.n_images);
  pel_cli_add_scores (json, &total);
  pel_cli_json_begin_array (json, "folds");
  for (guint i = 0; i < n_done; i++)
    {
      PelScores scores;

      pel_cross_validation_get_fold (folds->validation, i, &scores);
      pel_cli_json_begin_object (json, NULL);
      pel_cli_json_add_int (json, "images", scores.n_images);
      pel_cli_add_scores (json, &scores);
      pel_cli_json_end (json);
    }
  pel_cli_json_end (json);
  pel_cli_add_images (json, evaluation);
  pel_cli_json_end (json);
  pel_cli_json_print (json);
}

static void
print_table (gconstpointer data)
{
  const Folds *folds = data;
  guint n_done = pel_cross_validation_get_n_done (folds->validation);
  PelSpread ap50, dice;
  PelScores total;

  pel_evaluation_get_total (pel_cross_validation_get_evaluation (folds->validation), &total);
  pel_cli_print (ngettext ("\n%u image, each scored by a model that never saw it:\n",
                           "\n%u images, each scored by a model that never saw it:\n",
                           total.n_images),
                 total.n_images);
  pel_cli_print_scores (&total);
  spread_of (folds, G_STRUCT_OFFSET (PelScores, ap50), &ap50);
  spread_of (folds, G_STRUCT_OFFSET (PelScores, dice), &dice);
  if (ap50.n > 1)
    pel_cli_print (_ ("Over the folds AP50 is %.3f ± %.3f and Dice %.3f ± %.3f.\n"), ap50.mean,
                   ap50.sd, dice.mean, dice.sd);
  if (folds->stopped)
    pel_cli_print (_ ("Stopped after %u of %u folds; the other images were not scored.\n"), n_done,
                   pel_cross_validation_get_n_folds (folds->validation));
}

static int
run_with (const PelCliCommand *command, Options *options, gint64 started_us)
{
  const PelCliTrials trials = { validate, print_json, print_table,
                                _ ("Stopped before the first fold was done; give it more time") };
  Folds folds = { .options = options, .started_us = started_us };
  GError *problem = NULL;
  int status;

  if (pel_cli_read_items (&options->shared, &folds.items, &problem))
    pel_cli_train_options_make (&options->shared, started_us, &folds.config, &folds.init, &problem);
  status = pel_cli_run_trials (command, &trials, &folds, problem, options->json, options->quiet);
  pel_cross_validation_free (folds.validation);
  g_clear_pointer (&folds.items, g_ptr_array_unref);
  g_clear_pointer (&folds.init, pel_model_free);
  return status;
}

static int
run_folds (const PelCliCommand *command, int argc, char **argv)
{
  gint64 started_us = g_get_monotonic_time ();
  Options o = { .folds = PEL_CLI_NO_INT };
  const GOptionEntry own[] = {
    { "folds", 'k', 0, G_OPTION_ARG_INT, &o.folds,
      N_ ("How many parts the images are dealt into (5)"), "K" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &o.json, N_ ("Print one JSON object"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &o.quiet, N_ ("Print no progress"), NULL },
    { NULL },
  };
  g_autofree GOptionEntry *entries = pel_cli_train_options_list (&o.shared, own);
  int status;

  pel_cli_train_options_init (&o.shared);
  if (pel_cli_parse (command, entries, &argc, &argv, &status))
    {
      if (!pel_cli_train_options_check (command, &o.shared) ||
          !pel_cli_check_int (command, "--folds", 2, &o.folds, 0))
        status = PEL_CLI_USAGE;
      else if (argc > 1)
        status = pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
      else if (o.folds > PEL_MAX_FOLDS)
        status = pel_cli_misused (command, _ ("--folds must be %d or less"), PEL_MAX_FOLDS);
      else if (o.shared.val_images != NULL || o.shared.val_fraction >= 0)
        status = pel_cli_misused (command, "%s",
                                  _ ("Every image is held out once; leave out --val-images, "
                                     "--val-masks and --val-fraction"));
      else
        status = run_with (command, &o, started_us);
    }
  pel_cli_train_options_clear (&o.shared);
  return status;
}

const PelCliCommand pel_cli_folds = {
  .name = "cross-validate",
  .arguments = NULL,
  .summary = N_ ("Tell how good a training is where images are too few to hold some out"),
  .description =
      N_ ("Deals the images into folds and predicts each fold with a model trained on the others, "
          "so that every image is scored by a model that never saw it. The models are thrown away; "
          "one trained on all images is a little better than these figures say. --time-limit is "
          "shared evenly by all folds. The scores are those of evaluate. Ctrl-C stops and tells "
          "what is known by then."),
  .run = run_folds,
};
