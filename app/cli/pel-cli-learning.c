/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-json.h"
#include "app/cli/pel-cli-train-options.h"
#include "app/cli/pel-cli-trials.h"
#include "engine/pel-engine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

static const char log_header[] =
    "key,images,repeat,cells,held_out,ap50,ap75,dice,diameter_mape,seconds\n";

#define LOG_COLUMNS 10

typedef struct
{
  PelCliTrainOptions shared;
  char *sizes, *log;
  gint repeats;
  gboolean resume, json, quiet;
} Options;

typedef struct
{
  const Options *options;
  PelLearningOptions learning;
  PelModel *init;
  GPtrArray *items; /* of the project, or NULL */
  PelCliWork *work;
  PelLearningCurve *curve;
  FILE *log;
  gboolean log_failed;
  gboolean stopped; /* by Ctrl-C, with something to tell */
} Learning;

/* ---- the log: a row for each training, from which --resume goes on ---- */

/* A number of a row, or NaN. */
static double
field_number (const char *field)
{
  char *end;
  double value = g_ascii_strtod (field, &end);

  return end != field && *end == '\0' ? value : (double)NAN;
}

static gboolean
parse_row (const char *line, const char *key, PelLearningRun *run)
{
  g_auto (GStrv) fields = g_strsplit (line, ",", -1);
  double v[LOG_COLUMNS];

  if (g_strv_length (fields) != LOG_COLUMNS || strcmp (fields[0], key) != 0)
    return FALSE;
  for (guint i = 1; i < LOG_COLUMNS; i++)
    v[i] = field_number (fields[i]);
  for (guint i = 1; i <= 4; i++)
    if (!(v[i] >= 0 && v[i] <= 1e9))
      return FALSE;
  *run = (PelLearningRun){ .n_images = (guint)v[1],
                           .repeat = (guint)v[2],
                           .n_cells = (guint)v[3],
                           .n_held_out = (guint)v[4],
                           .ap50 = v[5],
                           .ap75 = v[6],
                           .dice = v[7],
                           .diameter_mape = v[8],
                           .seconds = v[9] };
  return isfinite (run->ap50) && isfinite (run->dice);
}

static gboolean
read_log (Learning *learning, GError **error)
{
  g_autofree char *text = NULL;
  guint n_taken = 0;

  if (!g_file_get_contents (learning->options->log, &text, NULL, error))
    return FALSE;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      PelLearningRun run;

      if (parse_row (g_strchomp (lines[i]), pel_learning_curve_get_key (learning->curve), &run))
        n_taken += pel_learning_curve_add_run (learning->curve, &run);
    }
  if (n_taken == 0)
    pel_cli_work_warn (learning->work,
                       _ ("%s: no training in it was made with these images and settings; all are "
                          "made anew"),
                       learning->options->log);
  else
    pel_cli_work_say (learning->work,
                      ngettext ("%u training is already in the log",
                                "%u trainings are already in "
                                "the log",
                                n_taken),
                      n_taken);
  return TRUE;
}

static gboolean
open_log (Learning *learning, GError **error)
{
  const char *path = learning->options->log;
  gboolean append = learning->options->resume && g_file_test (path, G_FILE_TEST_EXISTS);

  if (append && !read_log (learning, error))
    return FALSE;
  if (!pel_cli_make_parent (path, error))
    return FALSE;
  learning->log = g_fopen (path, append ? "ae" : "we");
  if (learning->log == NULL)
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: the log cannot be written: %s; choose another place"), path,
                   g_strerror (errno));
      return FALSE;
    }
  if (!append)
    fputs (log_header, learning->log);
  return TRUE;
}

/* At once on the disk, so that nothing is lost when the computer is switched off. */
static void
write_row (Learning *learning, const PelLearningRun *run)
{
  g_autoptr (GString) row = g_string_new (NULL);
  g_autoptr (PelCsv) csv = pel_csv_new_for_string (row);

  pel_csv_add_string (csv, pel_learning_curve_get_key (learning->curve));
  pel_csv_add_int (csv, run->n_images);
  pel_csv_add_int (csv, run->repeat);
  pel_csv_add_int (csv, run->n_cells);
  pel_csv_add_int (csv, run->n_held_out);
  pel_csv_add_number (csv, run->ap50);
  pel_csv_add_number (csv, run->ap75);
  pel_csv_add_number (csv, run->dice);
  pel_csv_add_number (csv, run->diameter_mape);
  pel_csv_add_number (csv, run->seconds);
  pel_csv_end_row (csv);
  if (fwrite (row->str, 1, row->len, learning->log) == row->len && fflush (learning->log) == 0)
    return;
  if (!learning->log_failed)
    pel_cli_work_warn (learning->work, _ ("%s: the log cannot be written: %s; the work goes on"),
                       learning->options->log, g_strerror (errno));
  learning->log_failed = TRUE;
}

/* ---- the work ---- */

static void
on_progress (const PelTrialProgress *progress, gpointer data)
{
  Learning *learning = data;
  guint n_runs;
  const PelLearningRun *runs = pel_learning_curve_get_runs (learning->curve, &n_runs);

  pel_cli_report_trial (learning->work, progress);
  if (!progress->run_done)
    return;
  const PelLearningRun *run = &runs[n_runs - 1];
  pel_cli_work_say (learning->work,
                    ngettext ("%u image: Dice %.3f, AP50 %.3f on the images held out",
                              "%u images: Dice %.3f, AP50 %.3f on the images held out",
                              run->n_images),
                    run->n_images, run->dice, run->ap50);
  if (learning->log != NULL)
    write_row (learning, run);
}

static gboolean
learn (PelCliWork *work, gpointer data, GError **error)
{
  Learning *learning = data;
  const Options *options = learning->options;
  PelPool *pool;
  gboolean done = FALSE;
  guint n_sizes, n_runs;

  learning->work = work;
  g_autoptr (PelDataset) dataset = pel_cli_load_data (&options->shared, learning->items,
                                                      &learning->learning.config, work, error);
  if (dataset == NULL)
    return FALSE;
  pool = pel_pool_new ((guint)options->shared.threads);
  learning->curve =
      pel_learning_curve_new (dataset, &learning->learning, learning->init, pool, error);
  if (learning->curve != NULL && (options->log == NULL || open_log (learning, error)))
    {
      g_autoptr (GError) problem = NULL;
      const guint *sizes = pel_learning_curve_get_sizes (learning->curve, &n_sizes);
      g_autoptr (GString) list = g_string_new (NULL);

      for (guint i = 0; i < n_sizes; i++)
        g_string_append_printf (list, i > 0 ? ", %u" : "%u", sizes[i]);
      pel_cli_work_say (work,
                        /* Translators: numbers of images such as “5, 10, 20”, then how often, and
                         * how many images are held out */
                        _ ("Training on %s images, %u times each; scored on %u held out"),
                        list->str, pel_learning_curve_get_n_repeats (learning->curve),
                        pel_learning_curve_get_n_held_out (learning->curve));
      done = pel_learning_curve_run (learning->curve, pel_cli_work_get_cancellable (work),
                                     on_progress, learning, &problem);
      pel_learning_curve_get_runs (learning->curve, &n_runs);
      if (!done && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED) && n_runs > 0)
        done = learning->stopped = TRUE;
      if (problem != NULL && !done)
        g_propagate_error (error, g_steal_pointer (&problem));
    }
  pel_pool_free (pool);
  g_clear_pointer (&learning->log, fclose);
  return done;
}

/* ---- what it tells ---- */

static void
print_json (gconstpointer data)
{
  const Learning *learning = data;
  g_autoptr (PelCliJson) json = pel_cli_json_new ();
  const PelLearningCurve *curve = learning->curve;
  g_autofree char *text = pel_learning_curve_describe (curve);
  PelLearningAdvice advice;
  guint n_points, n_runs;
  g_autofree PelLearningPoint *points = pel_learning_curve_get_points (curve, &n_points);
  const PelLearningRun *runs = pel_learning_curve_get_runs (curve, &n_runs);
  gboolean is_mask = pel_learning_curve_get_task (curve) == PEL_TASK_MASK;

  pel_learning_curve_get_advice (curve, &advice);
  pel_cli_json_begin_object (json, NULL);
  pel_cli_json_add_boolean (json, "finished", !learning->stopped);
  pel_cli_json_add_int (json, "held_out", pel_learning_curve_get_n_held_out (curve));
  pel_cli_json_add_int (json, "repeats", pel_learning_curve_get_n_repeats (curve));
  pel_cli_json_add_string (json, "score", is_mask ? "dice" : "ap50");
  pel_cli_json_add_string (json, "verdict", pel_learning_verdict_to_string (advice.verdict));
  pel_cli_json_add_number (json, "gain_per_doubling", advice.gain);
  pel_cli_json_add_number (json, "gain_margin", advice.margin);
  pel_cli_json_add_number (json, "expected_gain", advice.expected);
  pel_cli_json_add_string (json, "advice", text);
  pel_cli_json_begin_array (json, "points");
  for (guint i = 0; i < n_points; i++)
    {
      pel_cli_json_begin_object (json, NULL);
      pel_cli_json_add_int (json, "images", points[i].n_images);
      pel_cli_json_add_number (json, "cells", points[i].n_cells);
      pel_cli_add_spread (json, "ap50", &points[i].ap50);
      pel_cli_add_spread (json, "ap75", &points[i].ap75);
      pel_cli_add_spread (json, "dice", &points[i].dice);
      pel_cli_add_spread (json, "diameter_mape", &points[i].diameter_mape);
      pel_cli_json_end (json);
    }
  pel_cli_json_end (json);
  pel_cli_json_begin_array (json, "runs");
  for (guint i = 0; i < n_runs; i++)
    {
      pel_cli_json_begin_object (json, NULL);
      pel_cli_json_add_int (json, "images", runs[i].n_images);
      pel_cli_json_add_int (json, "repeat", runs[i].repeat);
      pel_cli_json_add_int (json, "cells", runs[i].n_cells);
      pel_cli_json_add_number (json, "ap50", runs[i].ap50);
      pel_cli_json_add_number (json, "ap75", runs[i].ap75);
      pel_cli_json_add_number (json, "dice", runs[i].dice);
      pel_cli_json_add_number (json, "diameter_mape", runs[i].diameter_mape);
      pel_cli_json_add_number (json, "seconds", runs[i].seconds);
      pel_cli_json_end (json);
    }
  pel_cli_json_end (json);
  pel_cli_json_end (json);
  pel_cli_json_print (json);
}

static void
print_table (gconstpointer data)
{
  const Learning *learning = data;
  g_autofree char *text = pel_learning_curve_describe (learning->curve);
  guint n_points;
  g_autofree PelLearningPoint *points = pel_learning_curve_get_points (learning->curve, &n_points);

  /* Translators: the head of a table; keep the widths of the columns */
  pel_cli_print ("\n%s\n", _ ("images    cells  AP50           AP75           Dice           error "
                              "of diameters, %"));
  for (guint i = 0; i < n_points; i++)
    {
      g_autofree char *ap50 = pel_cli_format_spread (&points[i].ap50, 3);
      g_autofree char *ap75 = pel_cli_format_spread (&points[i].ap75, 3);
      g_autofree char *dice = pel_cli_format_spread (&points[i].dice, 3);
      g_autofree char *mape = pel_cli_format_spread (&points[i].diameter_mape, 1);

      pel_cli_print ("%6u %8.0f  %s  %s  %s  %s\n", points[i].n_images, points[i].n_cells, ap50,
                     ap75, dice, mape);
    }
  pel_cli_print ("%s\n\n%s\n",
                 _ ("Means and standard deviations over the repeats, on images that were not "
                    "trained on."),
                 text);
  if (!learning->stopped)
    return;
  if (learning->options->log != NULL)
    pel_cli_print ("%s\n", _ ("Stopped before the end; --resume goes on."));
  else
    pel_cli_print ("%s\n", _ ("Stopped before the end."));
}

static gboolean
parse_sizes (const PelCliCommand *command, const char *text, GArray *sizes)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint64 size;

      if (!g_ascii_string_to_unsigned (g_strstrip (parts[i]), 10, 1, G_MAXINT, &size, NULL))
        {
          pel_cli_misused (command, _ ("--sizes takes numbers of images such as 5,10,20, not “%s”"),
                           text);
          return FALSE;
        }
      guint value = (guint)size;
      g_array_append_val (sizes, value);
    }
  return TRUE;
}

static int
run_with (const PelCliCommand *command, Options *options, gint64 started_us)
{
  const PelCliTrials trials = {
    learn, print_json, print_table,
    _ ("Stopped before the first training was done; give it more time")
  };
  Learning learning = { .options = options };
  PelLearningOptions *own = &learning.learning;
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint));
  GError *problem = NULL;
  int status;

  if (options->sizes != NULL && !parse_sizes (command, options->sizes, sizes))
    return PEL_CLI_USAGE;
  pel_learning_options_init (own);
  if (pel_cli_read_items (&options->shared, &learning.items, &problem))
    pel_cli_train_options_make (&options->shared, started_us, &own->config, &learning.init,
                                &problem);
  own->time_limit_s = options->shared.time_limit;
  own->started_us = started_us;
  own->sizes = (const guint *)(const void *)sizes->data;
  own->n_sizes = sizes->len;
  own->repeats = (guint)options->repeats;
  if (options->shared.val_fraction > 0)
    own->hold_out = options->shared.val_fraction;
  status = pel_cli_run_trials (command, &trials, &learning, problem, options->json, options->quiet);
  pel_learning_curve_free (learning.curve);
  g_clear_pointer (&learning.items, g_ptr_array_unref);
  g_clear_pointer (&learning.init, pel_model_free);
  return status;
}

static int
run_learning (const PelCliCommand *command, int argc, char **argv)
{
  gint64 started_us = g_get_monotonic_time ();
  Options o = { .repeats = PEL_CLI_NO_INT };
  const GOptionEntry own[] = {
    { "sizes", 0, 0, G_OPTION_ARG_STRING, &o.sizes,
      N_ ("Numbers of images to train on (all, half of them, and so on)"), "N,N,…" },
    { "repeats", 0, 0, G_OPTION_ARG_INT, &o.repeats,
      N_ ("How often, each time with other images (as the time allows)"), "N" },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &o.log, N_ ("Write a row for each training"),
      "FILE.csv" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &o.resume,
      N_ ("Leave out the trainings that are in the log already"), NULL },
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
          !pel_cli_check_int (command, "--repeats", 1, &o.repeats, 0))
        status = PEL_CLI_USAGE;
      else if (argc > 1)
        status = pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
      else if (o.resume && o.log == NULL)
        status = pel_cli_misused (command, "%s",
                                  _ ("--resume goes on from a log; name it with "
                                     "--log"));
      else
        status = run_with (command, &o, started_us);
    }
  pel_cli_train_options_clear (&o.shared);
  g_free (o.sizes);
  g_free (o.log);
  return status;
}

const PelCliCommand pel_cli_learning = {
  .name = "learning-curve",
  .arguments = NULL,
  .summary = N_ ("Tell whether more annotated images would help"),
  .description =
      N_ ("Trains on growing numbers of the images and scores each model on images that it did "
          "not see: those of --val-images, or a quarter of all that is drawn anew for each "
          "repeat. The models are thrown away. --time-limit is shared evenly by all trainings; "
          "without it each takes the steps of its preset. The gain of a doubling is the mean "
          "difference between the two largest numbers within a repeat, with the 80 % range of its "
          "error. Ctrl-C stops and tells what is known by then."),
  .run = run_learning,
};
