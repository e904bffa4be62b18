/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-label-walk.h"
#include "app/cli/pel-cli-summary.h"
#include "app/cli/pel-cli-work.h"
#include "app/document/pel-export-job.h"
#include "engine/pel-engine.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  PelCliLabelOptions *options;
  char *csv, *summary;

  /* What is written while image after image is measured. */
  PelCsv *table;
  PelCliSummary *sums;
  PelMeasureReport *report;
  guint n_images, n_cells, n_failed, n_without_scale;
} Measure;

static gboolean
begin_table (guint n, gpointer data, GError **error)
{
  Measure *measure = data;

  if (!pel_cli_make_parent (measure->csv, error))
    return FALSE;
  measure->table = pel_csv_new (measure->csv, error);
  if (measure->table == NULL)
    return FALSE;
  pel_measure_write_csv_header (measure->table, measure->options->definitions);
  return TRUE;
}

static gboolean
add_to_table (PelCliMeasureItem *item,
              const PelMeasuredImage *about,
              const PelCellTable *table,
              PelPool *pool,
              GCancellable *cancellable,
              gpointer data,
              GError **error)
{
  Measure *measure = data;
  const PelMeasureCsvSource source = { .image = about->image,
                                       .page = about->page,
                                       .get_class = about->get_class,
                                       .user_data = about->user_data,
                                       .rules = measure->options->rules };

  pel_measure_write_csv_rows (measure->table, table, &source, pool);
  if (measure->summary != NULL)
    pel_cli_summary_add (measure->sums, about->image, about->page, table);
  pel_measure_report_add (measure->report, about, table);
  return TRUE;
}

static gboolean
measure_all (PelCliWork *work, gpointer data, GError **error)
{
  Measure *measure = data;
  g_autoptr (PelCsv) table = NULL;
  g_autoptr (PelCliSummary) sums = pel_cli_summary_new ();
  g_autoptr (PelMeasureReport) report = pel_measure_report_new (measure->options->rules);
  PelCliLabelWalk walk = { .options = measure->options,
                           .out = measure->csv,
                           .begin = begin_table,
                           .add = add_to_table,
                           .data = measure };
  gboolean done;

  measure->sums = sums;
  measure->report = report;
  done = pel_cli_label_walk_run (&walk, work, error);
  table = g_steal_pointer (&measure->table);
  measure->n_images = walk.n_images;
  measure->n_cells = walk.n_cells;
  measure->n_failed = walk.n_failed;
  measure->n_without_scale = walk.n_without_scale;
  return done && pel_csv_finish (table, error) &&
         pel_measure_report_write (report, measure->csv, error) &&
         (measure->summary == NULL || (pel_cli_make_parent (measure->summary, error) &&
                                       pel_cli_summary_write (sums, measure->summary, error)));
}

/* In a project: the table that the window exports. */
static gboolean
measure_project (Measure *measure, GError **error)
{
  const PelCliLabelOptions *options = measure->options;
  g_autoptr (PelProject) project = pel_cli_open_project (options->project, FALSE, error);
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (PelJobRunner) runner = NULL;
  g_autoptr (PelExportJob) job = NULL;
  GPtrArray *warnings;
  char *all[] = { NULL };
  gboolean done;

  if (project == NULL)
    return FALSE;
  documents = pel_cli_list_documents (project, all, (guint)options->page, error);
  if (documents == NULL || !pel_cli_make_parent (measure->csv, error))
    return FALSE;
  runner = pel_job_runner_new ((guint)options->threads);
  job = pel_export_job_new_csv (documents, PEL_EXPORT_BEST, measure->csv);
  pel_export_job_set_rules (job, options->rule_texts != NULL ? options->rules
                                                             : pel_project_get_rules (project));
  if (options->definitions_name != NULL)
    pel_export_job_set_definitions (job, options->definitions);
  done = pel_cli_work_run_job (runner, PEL_JOB (job), options->quiet, error);
  warnings = pel_export_job_get_warnings (job);
  for (guint i = 0; warnings != NULL && i < warnings->len; i++)
    pel_cli_complain ("%s", (const char *)warnings->pdata[i]);
  measure->n_images = pel_export_job_get_n_images (job);
  measure->n_cells = pel_export_job_get_n_cells (job);
  measure->n_without_scale = pel_export_job_get_n_without_scale (job);
  return pel_project_close (project, done ? error : NULL) && done;
}

static int
measure_check (const PelCliCommand *command, const Measure *measure, int argc, char **argv)
{
  if (argc > 1)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
  if (measure->options->project != NULL && measure->summary != NULL)
    return pel_cli_misused (command, "%s",
                            _ ("There is no --summary of a project; its images are in the table "
                               "FILE.images.csv"));
  if (measure->csv == NULL)
    return pel_cli_misused (command, "%s", _ ("Name the table to write with --csv"));
  return PEL_CLI_DONE;
}

static int
run_measure (const PelCliCommand *command, int argc, char **argv)
{
  g_auto (PelCliLabelOptions) options;
  g_autofree char *csv = NULL, *summary = NULL;
  g_autoptr (GError) error = NULL;
  Measure measure = { .options = &options };
  gboolean done;
  int status;
  const GOptionEntry entries[] = {
    { "csv", 'o', 0, G_OPTION_ARG_FILENAME, &csv, N_ ("The table to write, a row per cell"),
      N_ ("FILE") },
    { "summary", 0, 0, G_OPTION_ARG_FILENAME, &summary,
      N_ ("A second table: mean, spread and range of each quantity"), N_ ("FILE") },
    { NULL },
  };

  pel_cli_label_options_init (&options);
  if (!pel_cli_label_options_parse (&options, command, entries, &argc, &argv, &status))
    return status;
  measure.csv = csv;
  measure.summary = summary;
  status = measure_check (command, &measure, argc, argv);
  if (status != PEL_CLI_DONE)
    return status;
  done = options.project != NULL ? measure_project (&measure, &error)
                                 : pel_cli_work_run (measure_all, &measure, options.quiet, &error);
  if (!done)
    return pel_cli_fail (command, error);
  if (!options.quiet)
    {
      g_autofree char *cells =
          g_strdup_printf (ngettext ("%u cell", "%u cells", measure.n_cells), measure.n_cells);

      /* Translators: “12 cells”, a number of images, and a folder */
      pel_cli_print (ngettext ("%s in %u image, written to %s\n",
                               "%s in %u images, written to %s\n", measure.n_images),
                     cells, measure.n_images, measure.csv);
    }
  /* Pixels are never taken for micrometres in silence. */
  if (measure.n_without_scale > 0 && !options.quiet)
    pel_cli_print (ngettext ("%u image has no scale, so its columns in micrometres are empty; give "
                             "it with --pixel-size, or in the project\n",
                             "%u images have no scale, so their columns in micrometres are empty; "
                             "give it with --pixel-size, or in the project\n",
                             measure.n_without_scale),
                   measure.n_without_scale);
  return measure.n_failed > 0 ? PEL_CLI_FAILED : PEL_CLI_DONE;
}

const PelCliCommand pel_cli_measure = {
  .name = "measure",
  .arguments = NULL,
  .summary = N_ ("Measure every cell of label images into a table"),
  .description =
      N_ ("The definition and source of each column are written beside the table, into "
          "FILE.columns.txt, with the versions, models, thresholds and scales; FILE.images.csv has "
          "a row "
          "per image, without the cells that touch the border. Lengths come from the contour of "
          "the probabilities where there are "
          "some, else from the labels’ pixels; they are in pixels, and in micrometres where the "
          "pixel size is known. By the definitions of ImageJ or CellProfiler the numbers are "
          "those that these programs give for the labels; the table then names them in a last "
          "column. In the summary, rows without an image are for all images "
          "together. One file that cannot be read does not stop the rest; the exit status is "
          "then 1."),
  .run = run_measure,
};
