/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-label-walk.h"
#include "app/cli/pel-cli-work.h"
#include "app/document/pel-report-job.h"
#include "engine/pel-engine.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  PelCliLabelOptions *options;
  char *out, *quantity_name, *paper_name;
  gboolean each;

  PelQuantityId quantity;
  PelPaper paper;
  char *title;
  PelSheetFile *file; /* of a folder of labels */
  PelSheet *sheet;    /* its page for all images */
  guint n_images, n_failed, n_without_scale;
} Report;

static gboolean
report_project (Report *report, char **names, GError **error)
{
  const PelCliLabelOptions *options = report->options;
  g_autoptr (PelProject) project = pel_cli_open_project (options->project, FALSE, error);
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (PelJobRunner) runner = NULL;
  g_autoptr (PelReportJob) job = NULL;
  GPtrArray *warnings;
  gboolean done;

  if (project == NULL)
    return FALSE;
  documents = pel_cli_list_documents (project, names, (guint)options->page, error);
  if (documents == NULL || !pel_cli_make_parent (report->out, error))
    return FALSE;
  runner = pel_job_runner_new ((guint)options->threads);
  job = pel_report_job_new (documents, pel_project_get_name (project), report->out);
  pel_report_job_set_each (job, report->each);
  pel_report_job_set_rules (job, options->rule_texts != NULL ? options->rules
                                                             : pel_project_get_rules (project));
  if (options->definitions_name != NULL)
    pel_report_job_set_definitions (job, options->definitions);
  pel_report_job_set_quantity (job, report->quantity);
  pel_report_job_set_paper (job, report->paper);
  done = pel_cli_work_run_job (runner, PEL_JOB (job), options->quiet, error);
  warnings = pel_report_job_get_warnings (job);
  report->n_failed = warnings->len;
  for (guint i = 0; done && i < warnings->len; i++)
    pel_cli_complain ("%s", (const char *)warnings->pdata[i]);
  report->n_images = pel_report_job_get_n_images (job);
  return pel_project_close (project, done ? error : NULL) && done;
}

/* ---- of a folder of labels ---- */

static gboolean
begin_file (guint n, gpointer data, GError **error)
{
  Report *report = data;

  if (!pel_cli_make_parent (report->out, error))
    return FALSE;
  report->file = pel_sheet_file_new (report->out, report->title, report->paper, error);
  if (report->file == NULL)
    return FALSE;
  report->sheet = pel_sheet_new (report->title, report->quantity, report->options->rules, n);
  return TRUE;
}

static gboolean
add_to_file (PelCliMeasureItem *item,
             const PelMeasuredImage *about,
             const PelCellTable *table,
             PelPool *pool,
             GCancellable *cancellable,
             gpointer data,
             GError **error)
{
  Report *report = data;
  const PelContourOptions options = { .level = (float)about->threshold };
  const float *probability =
      item->probability != NULL ? pel_image_get_plane (item->probability, 0) : NULL;
  g_autoptr (PelSheet) own =
      report->each ? pel_sheet_new (item->input->name, report->quantity, report->options->rules, 1)
                   : NULL;
  g_autoptr (PelContourSet) contours = NULL;

  /* Other programs measure pixels. */
  if (report->options->definitions != PEL_DEFINITIONS_PELLICLE)
    probability = NULL;
  contours = pel_contours_trace (item->labels, probability, &options, cancellable, error);
  if (contours == NULL)
    return FALSE;
  if (!pel_sheet_add (report->sheet, own, about, item->image, contours, table, error))
    return FALSE;
  if (own != NULL)
    pel_sheet_file_add (report->file, own);
  return TRUE;
}

static gboolean
report_labels (PelCliWork *work, gpointer data, GError **error)
{
  Report *report = data;
  PelCliLabelWalk walk = { .options = report->options,
                           .out = report->out,
                           .begin = begin_file,
                           .add = add_to_file,
                           .data = report };
  g_autoptr (PelSheetFile) file = NULL;
  g_autoptr (PelSheet) sheet = NULL;
  gboolean done = pel_cli_label_walk_run (&walk, work, error);

  file = g_steal_pointer (&report->file);
  sheet = g_steal_pointer (&report->sheet);
  report->n_images = walk.n_images;
  report->n_failed = walk.n_failed;
  report->n_without_scale = walk.n_without_scale;
  if (!done)
    return FALSE;
  /* A single image's own page says it all. */
  if (!report->each || walk.n_images > 1)
    pel_sheet_file_add (file, sheet);
  return pel_sheet_file_finish (file, error);
}

/* ---- the command ---- */

static int
report_check (const PelCliCommand *command, Report *report, int argc, char **argv)
{
  const PelQuantity *quantity = NULL;

  if (report->options->project == NULL && argc > 1)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
  if (report->out == NULL)
    return pel_cli_misused (command, "%s", _ ("Name the file to write with --out"));
  report->quantity = PEL_QUANTITY_EQUIVALENT_DIAMETER;
  if (report->quantity_name != NULL)
    {
      quantity = pel_quantity_find (report->quantity_name);
      if (quantity == NULL || quantity->kind != PEL_QUANTITY_KIND_LENGTH)
        return pel_cli_misused (command,
                                _ ("“%s” is no length that is measured; take one such as "
                                   "equivalent_diameter, max_feret or major_axis"),
                                report->quantity_name);
      report->quantity = quantity->id;
    }
  report->paper = pel_paper_get_default ();
  if (g_strcmp0 (report->paper_name, "a4") == 0)
    report->paper = PEL_PAPER_A4;
  else if (g_strcmp0 (report->paper_name, "letter") == 0)
    report->paper = PEL_PAPER_LETTER;
  else if (report->paper_name != NULL)
    return pel_cli_misused (command, _ ("There is no paper called “%s”; take a4 or letter"),
                            report->paper_name);
  return PEL_CLI_DONE;
}

static int
run_report (const PelCliCommand *command, int argc, char **argv)
{
  g_auto (PelCliLabelOptions) options;
  g_autofree char *out = NULL, *quantity = NULL, *paper = NULL, *title = NULL;
  g_autoptr (GError) error = NULL;
  Report report = { .options = &options };
  gboolean done;
  int status;
  const GOptionEntry entries[] = {
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_ ("The PDF file to write"), N_ ("FILE") },
    { "each", 0, 0, G_OPTION_ARG_NONE, &report.each,
      N_ ("A page for each image before the one for all"), NULL },
    { "quantity", 0, 0, G_OPTION_ARG_STRING, &quantity,
      N_ ("The length that is told, such as max_feret (equivalent_diameter)"), N_ ("NAME") },
    { "paper", 0, 0, G_OPTION_ARG_STRING, &paper, N_ ("a4 or letter (the locale’s)"), N_ ("NAME") },
    { NULL },
  };

  pel_cli_label_options_init (&options);
  if (!pel_cli_label_options_parse (&options, command, entries, &argc, &argv, &status))
    return status;
  report.out = out;
  report.quantity_name = quantity;
  report.paper_name = paper;
  status = report_check (command, &report, argc, argv);
  if (status != PEL_CLI_DONE)
    return status;
  if (options.project == NULL)
    {
      g_autofree char *path = g_canonicalize_filename (options.labels, NULL);
      g_autofree char *name = g_path_get_basename (path);

      report.title = title = g_filename_display_name (name);
    }
  done = options.project != NULL ? report_project (&report, argv + 1, &error)
                                 : pel_cli_work_run (report_labels, &report, options.quiet, &error);
  if (!done)
    return pel_cli_fail (command, error);
  if (!options.quiet)
    {
      /* Translators: a number of images, and a file */
      pel_cli_print (ngettext ("Report of %u image written to %s\n",
                               "Report of %u images written to %s\n", report.n_images),
                     report.n_images, report.out);
    }
  if (report.n_without_scale > 0 && !options.quiet)
    pel_cli_print (ngettext ("%u image has no scale, so its lengths are in pixels; give it with "
                             "--pixel-size\n",
                             "%u images have no scale, so lengths are in pixels; give it with "
                             "--pixel-size\n",
                             report.n_without_scale),
                   report.n_without_scale);
  return report.n_failed > 0 ? PEL_CLI_FAILED : PEL_CLI_DONE;
}

const PelCliCommand pel_cli_report = {
  .name = "report",
  .arguments = N_ ("[IMAGE…]"),
  .summary = N_ ("Write a page about cells as PDF"),
  .description = N_ (
      "One page holds the images with the cells’ edges and a scale bar, the distribution of the "
      "diameter, a table of counts, medians and quartiles by group and class, the scale with its "
      "source, and a paragraph on the methods; cells that touch the border are left out of the "
      "numbers. The cells are those of a folder of label images, measured as the command measure "
      "does; without --images they are drawn alone. In a project, of each image its painted cells "
      "count, and where nothing is painted the predicted ones; IMAGE are names of its images, and "
      "without any, all are taken."),
  .run = run_report,
};
