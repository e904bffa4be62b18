/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-measure-reader.h"
#include "app/cli/pel-cli-summary.h"
#include "app/cli/pel-cli-work.h"
#include "app/document/pel-document-files.h"
#include "app/document/pel-export-job.h"
#include "engine/pel-engine.h"

#include <string.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  char *labels, *images, *probabilities, *project;
  char *csv, *summary;
  double pixel_size, threshold;
  gint page, channel, threads;
  gboolean quiet;

  char **rule_texts;
  char *definitions_name;

  PelDefinitions definitions;
  PelRules *rules;
  PelMeasureReport *report;
  guint n_images, n_cells, n_failed, n_without_scale;
} Measure;

/* What is written while image after image is measured. */
typedef struct
{
  PelCsv *csv;
  PelCliSummary *summary;
} Output;

/* What masks/NAME.json tells about each label, as the table of origins that measuring takes. */
static guint8 *
list_origins (const PelCliMeasureItem *item, gsize *n_origins)
{
  guint32 highest = pel_labels_get_max (item->labels);
  guint8 *origins;
  GHashTableIter iter;
  gpointer key, value;

  *n_origins = 0;
  if (item->infos == NULL || g_hash_table_size (item->infos) == 0 || highest >= (1u << 24))
    return NULL;
  *n_origins = (gsize)highest + 1;
  origins = g_new0 (guint8, *n_origins);
  memset (origins, PEL_LABEL_ORIGIN_HAND, *n_origins);
  g_hash_table_iter_init (&iter, item->infos);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const PelCellInfo *info = value;
      guint label = GPOINTER_TO_UINT (key);

      if (label > highest)
        continue;
      if (info->origin == PEL_CELL_ORIGIN_MODEL)
        origins[label] = PEL_LABEL_ORIGIN_MODEL;
      else if (info->origin == PEL_CELL_ORIGIN_CORRECTED)
        origins[label] = PEL_LABEL_ORIGIN_CORRECTED;
    }
  return origins;
}

static const char *
get_class (guint32 label, gpointer data)
{
  const PelCliMeasureItem *item = data;
  const PelCellInfo *info;

  if (item->infos == NULL)
    return NULL;
  info = g_hash_table_lookup (item->infos, GUINT_TO_POINTER (label));
  return info != NULL ? info->class_name : NULL;
}

static PelCellTable *
measure_item (PelCliMeasureItem *item,
              const Measure *measure,
              PelPool *pool,
              GCancellable *cancellable,
              GError **error)
{
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  g_autofree guint8 *origins = list_origins (item, &options.n_origins);
  const float *probability =
      item->probability != NULL ? pel_image_get_plane (item->probability, 0) : NULL;
  PelCellTable *table;

  options.um_x = item->um_x;
  options.um_y = item->um_y;
  options.threshold = (float)item->settings.threshold;
  options.origins = origins;
  options.error_scale = &item->settings.error_scale;
  options.definitions = measure->definitions;
  if (measure->channel > 0)
    options.channel = measure->channel - 1;
  options.default_origin = item->predicted ? PEL_LABEL_ORIGIN_MODEL : PEL_LABEL_ORIGIN_UNKNOWN;
  table = pel_measure_cells (item->labels, item->image, probability, &options, pool, cancellable,
                             error);
  if (table == NULL)
    g_prefix_error (error, "%s: ", item->input->path);
  return table;
}

static GPtrArray *
list_labels (PelCliWork *work, Measure *measure, GError **error)
{
  char *paths[] = { measure->labels, NULL };
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *inputs = pel_cli_list_inputs (paths, (guint)measure->page, warnings, error);

  for (guint i = 0; i < warnings->len; i++)
    pel_cli_work_warn (work, "%s", (const char *)warnings->pdata[i]);
  measure->n_failed += warnings->len;
  return inputs;
}

/* The next label image. */
static gboolean
measure_one (Measure *measure,
             PelCliMeasureReader *reader,
             Output *output,
             PelPool *pool,
             PelCliWork *work,
             GError **error)
{
  g_autoptr (PelCliMeasureItem) item = pel_cli_measure_reader_next (reader, error);
  g_autoptr (PelCellTable) table = NULL;
  PelMeasureCsvSource source = { .get_class = get_class,
                                 .user_data = item,
                                 .rules = measure->rules };
  PelMeasuredImage image = { NULL };

  if (item == NULL)
    return FALSE;
  if (measure->images != NULL && item->image_path == NULL)
    pel_cli_work_warn (work,
                       _ ("%s: there is no image of that name in %s, so its intensities stay "
                          "empty"),
                       item->input->path, measure->images);
  table = measure_item (item, measure, pool, pel_cli_work_get_cancellable (work), error);
  if (table == NULL)
    return FALSE;
  source.image = item->image_name;
  source.page = item->image_page + 1;
  pel_measure_write_csv_rows (output->csv, table, &source, pool);
  if (measure->summary != NULL)
    pel_cli_summary_add (output->summary, source.image, source.page, table);
  image.image = source.image;
  image.page = source.page;
  image.calibration = item->calibration;
  image.is_predicted = item->predicted;
  image.model = item->probability != NULL && item->predicted ? item->settings.model : NULL;
  image.threshold = item->settings.threshold;
  image.error_scale = &item->settings.error_scale;
  image.get_class = get_class;
  image.user_data = item;
  pel_measure_report_add (measure->report, &image, table);
  if (!pel_cell_table_get_calibration (table, NULL, NULL))
    measure->n_without_scale++;
  measure->n_images++;
  measure->n_cells += pel_cell_table_get_n_cells (table);
  return TRUE;
}

/* One label image that cannot be measured does not stop the others; FALSE when cancelled, or where
 * none could be measured. */
static gboolean
measure_inputs (Measure *measure,
                const PelCliMeasureSources *sources,
                Output *output,
                PelCliWork *work,
                GError **error)
{
  GCancellable *cancellable = pel_cli_work_get_cancellable (work);
  PelPool *pool = pel_pool_new ((guint)measure->threads);
  g_autoptr (PelCliMeasureReader) reader =
      pel_cli_measure_reader_new (sources, pel_pool_get_n_threads (pool), cancellable);
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < sources->inputs->len; i++)
    {
      const PelCliInput *input = sources->inputs->pdata[i];

      pel_cli_work_report (work, (double)i / sources->inputs->len, -1, input->name);
      if (problem != NULL)
        pel_cli_work_warn (work, "%s", problem->message);
      g_clear_error (&problem);
      if (measure_one (measure, reader, output, pool, work, &problem))
        continue;
      measure->n_failed++;
      if (g_cancellable_is_cancelled (cancellable))
        break;
    }
  pel_pool_free (pool);
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_set_error_literal (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                           _ ("Stopped before the end, so no table was written; run the command "
                              "again"));
      return FALSE;
    }
  if (problem != NULL && measure->n_images == 0)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (problem != NULL)
    pel_cli_work_warn (work, "%s", problem->message);
  return TRUE;
}

static gboolean
measure_all (PelCliWork *work, gpointer data, GError **error)
{
  Measure *measure = data;
  g_autoptr (GPtrArray) inputs = NULL;
  g_autoptr (GHashTable) images = NULL;
  g_autoptr (PelCsv) csv = NULL;
  g_autoptr (PelCliSummary) summary = pel_cli_summary_new ();
  PelCliMeasureSources sources = { .probabilities = measure->probabilities,
                                   .pixel_size = measure->pixel_size,
                                   .threshold = measure->threshold,
                                   .channel = measure->channel };
  Output output = { NULL, summary };

  sources.inputs = inputs = list_labels (work, measure, error);
  if (inputs == NULL)
    return FALSE;
  if (measure->images != NULL && (images = pel_cli_list_images (measure->images, error)) == NULL)
    return FALSE;
  sources.images = images;
  if (!pel_cli_make_parent (measure->csv, error))
    return FALSE;
  output.csv = csv = pel_csv_new (measure->csv, error);
  if (csv == NULL)
    return FALSE;

  pel_measure_write_csv_header (csv, measure->definitions);
  return measure_inputs (measure, &sources, &output, work, error) && pel_csv_finish (csv, error) &&
         pel_measure_report_write (measure->report, measure->csv, error) &&
         (measure->summary == NULL || (pel_cli_make_parent (measure->summary, error) &&
                                       pel_cli_summary_write (summary, measure->summary, error)));
}

/* In a project: the table that the window exports. */
static gboolean
measure_project (Measure *measure, GError **error)
{
  g_autoptr (PelProject) project = pel_cli_open_project (measure->project, error);
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (PelJobRunner) runner = NULL;
  g_autoptr (PelExportJob) job = NULL;
  GPtrArray *warnings;
  char *all[] = { NULL };
  gboolean done;

  if (project == NULL)
    return FALSE;
  documents = pel_cli_list_documents (project, all, (guint)measure->page, error);
  if (documents == NULL || !pel_cli_make_parent (measure->csv, error))
    return FALSE;
  runner = pel_job_runner_new ((guint)measure->threads);
  job = pel_export_job_new_csv (documents, PEL_EXPORT_BEST, measure->csv);
  pel_export_job_set_rules (job, measure->rule_texts != NULL ? measure->rules
                                                             : pel_project_get_rules (project));
  if (measure->definitions_name != NULL)
    pel_export_job_set_definitions (job, measure->definitions);
  done = pel_cli_work_run_job (runner, PEL_JOB (job), measure->quiet, error);
  warnings = pel_export_job_get_warnings (job);
  for (guint i = 0; warnings != NULL && i < warnings->len; i++)
    pel_cli_complain ("%s", (const char *)warnings->pdata[i]);
  measure->n_images = pel_export_job_get_n_images (job);
  measure->n_cells = pel_export_job_get_n_cells (job);
  measure->n_without_scale = pel_export_job_get_n_without_scale (job);
  return pel_project_close (project, done ? error : NULL) && done;
}

static int
measure_check (const PelCliCommand *command, Measure *measure, int argc, char **argv)
{
  if (!pel_cli_check_number (command, "--pixel-size", 1e6, &measure->pixel_size, 0) ||
      !pel_cli_check_number (command, "--threshold", 1, &measure->threshold, 0) ||
      !pel_cli_check_int (command, "--page", 1, &measure->page, 0) ||
      !pel_cli_check_int (command, "--channel", 1, &measure->channel, 0) ||
      !pel_cli_check_int (command, "--threads", 1, &measure->threads, 0))
    return PEL_CLI_USAGE;
  if (argc > 1)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
  for (guint i = 0; measure->rule_texts != NULL && measure->rule_texts[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!pel_rules_parse (measure->rules, measure->rule_texts[i], &error))
        return pel_cli_misused (command, "--rule: %s", error->message);
    }
  if (measure->definitions_name != NULL &&
      !pel_definitions_find (measure->definitions_name, &measure->definitions))
    return pel_cli_misused (command,
                            _ ("There are no definitions called “%s”; take pellicle, imagej or "
                               "cellprofiler"),
                            measure->definitions_name);
  if (measure->project != NULL &&
      (measure->labels != NULL || measure->images != NULL || measure->probabilities != NULL ||
       measure->summary != NULL || measure->pixel_size > 0 || measure->threshold > 0 ||
       measure->channel > 0))
    return pel_cli_misused (command, "%s",
                            _ ("With --project, everything but --csv, --definitions, --rule, "
                               "--page, --threads and --quiet comes from the project"));
  if (measure->project == NULL && measure->labels == NULL)
    return pel_cli_misused (command, "%s", _ ("Name the folder of labels with --labels"));
  if (measure->csv == NULL)
    return pel_cli_misused (command, "%s", _ ("Name the table to write with --csv"));
  return PEL_CLI_DONE;
}

static int
run_measure (const PelCliCommand *command, int argc, char **argv)
{
  Measure measure = { .pixel_size = PEL_CLI_NO_NUMBER,
                      .threshold = PEL_CLI_NO_NUMBER,
                      .page = PEL_CLI_NO_INT,
                      .channel = PEL_CLI_NO_INT,
                      .threads = PEL_CLI_NO_INT };
  g_autofree char *labels = NULL, *images = NULL, *probabilities = NULL;
  g_autofree char *csv = NULL, *summary = NULL, *project = NULL;
  g_autofree char *definitions = NULL;
  g_auto (GStrv) rule_texts = NULL;
  g_autoptr (PelRules) rules = pel_rules_new ();
  g_autoptr (PelMeasureReport) report = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done;
  int status;
  const GOptionEntry entries[] = {
    { "labels", 'l', 0, G_OPTION_ARG_FILENAME, &labels,
      N_ ("Folder of label images, or one of them"), N_ ("DIR") },
    { "project", 0, 0, G_OPTION_ARG_FILENAME, &project,
      N_ ("Measure the masks of this project, or its predictions where there is no mask"),
      N_ ("DIR") },
    { "images", 'i', 0, G_OPTION_ARG_FILENAME, &images,
      N_ ("Folder of the images, for intensities and pixel sizes"), N_ ("DIR") },
    { "probabilities", 0, 0, G_OPTION_ARG_FILENAME, &probabilities,
      N_ ("Folder of NAME.prob.tif, for sub-pixel edges and uncertainties"), N_ ("DIR") },
    { "pixel-size", 0, 0, G_OPTION_ARG_DOUBLE, &measure.pixel_size,
      N_ ("Micrometres per pixel (what the image’s file says)"), N_ ("UM") },
    { "csv", 'o', 0, G_OPTION_ARG_FILENAME, &csv, N_ ("The table to write, a row per cell"),
      N_ ("FILE") },
    { "summary", 0, 0, G_OPTION_ARG_FILENAME, &summary,
      N_ ("A second table: mean, spread and range of each quantity"), N_ ("FILE") },
    { "threshold", 0, 0, G_OPTION_ARG_DOUBLE, &measure.threshold,
      N_ ("Probability at the cells’ edge (the prediction’s own, or 0.5)"), "P" },
    { "page", 0, 0, G_OPTION_ARG_INT, &measure.page,
      N_ ("Only this page of each label file, from 1 (all)"), "N" },
    { "channel", 0, 0, G_OPTION_ARG_INT, &measure.channel,
      N_ ("Image channel for the intensities, from 1 (luminance)"), "N" },
    { "rule", 0, 0, G_OPTION_ARG_STRING_ARRAY, &rule_texts,
      N_ ("Class of the cells for which a limit holds, such as “stretched: stretch > 2”; may be "
          "given again"),
      N_ ("RULE") },
    { "definitions", 0, 0, G_OPTION_ARG_STRING, &definitions,
      N_ ("Measure as pellicle, imagej or cellprofiler does (pellicle, or the project’s own)"),
      N_ ("NAME") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &measure.threads,
      N_ ("Threads to compute on (one per processor)"), "N" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &measure.quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  measure.labels = labels;
  measure.images = images;
  measure.probabilities = probabilities;
  measure.project = project;
  measure.csv = csv;
  measure.summary = summary;
  measure.rule_texts = rule_texts;
  measure.definitions_name = definitions;
  measure.rules = rules;
  status = measure_check (command, &measure, argc, argv);
  if (status != PEL_CLI_DONE)
    return status;
  measure.report = report = pel_measure_report_new (rules);
  done = project != NULL ? measure_project (&measure, &error)
                         : pel_cli_work_run (measure_all, &measure, measure.quiet, &error);
  if (!done)
    return pel_cli_fail (command, error);
  if (!measure.quiet)
    {
      g_autofree char *cells =
          g_strdup_printf (ngettext ("%u cell", "%u cells", measure.n_cells), measure.n_cells);

      /* Translators: “12 cells”, a number of images, and a folder */
      pel_cli_print (ngettext ("%s in %u image, written to %s\n",
                               "%s in %u images, written to %s\n", measure.n_images),
                     cells, measure.n_images, measure.csv);
    }
  /* Pixels are never taken for micrometres in silence. */
  if (measure.n_without_scale > 0 && !measure.quiet)
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
