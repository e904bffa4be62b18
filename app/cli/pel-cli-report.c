/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-work.h"
#include "app/document/pel-report-job.h"
#include "engine/pel-engine.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  char *project, *out, *quantity_name, *paper_name;
  gboolean each, quiet;
  gint threads;

  PelQuantityId quantity;
  PelPaper paper;
  guint n_images, n_failed;
} Report;

static gboolean
write_report (Report *report, char **names, GError **error)
{
  g_autoptr (PelProject) project = pel_cli_open_project (report->project, error);
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (PelJobRunner) runner = NULL;
  g_autoptr (PelReportJob) job = NULL;
  GPtrArray *warnings;
  gboolean done;

  if (project == NULL)
    return FALSE;
  documents = pel_cli_list_documents (project, names, 0, error);
  if (documents == NULL || !pel_cli_make_parent (report->out, error))
    return FALSE;
  runner = pel_job_runner_new ((guint)report->threads);
  job = pel_report_job_new (documents, pel_project_get_name (project), report->out);
  pel_report_job_set_each (job, report->each);
  pel_report_job_set_rules (job, pel_project_get_rules (project));
  pel_report_job_set_quantity (job, report->quantity);
  pel_report_job_set_paper (job, report->paper);
  done = pel_cli_work_run_job (runner, PEL_JOB (job), report->quiet, error);
  warnings = pel_report_job_get_warnings (job);
  report->n_failed = warnings->len;
  for (guint i = 0; done && i < warnings->len; i++)
    pel_cli_complain ("%s", (const char *)warnings->pdata[i]);
  report->n_images = pel_report_job_get_n_images (job);
  return pel_project_close (project, done ? error : NULL) && done;
}

static int
report_check (const PelCliCommand *command, Report *report)
{
  const PelQuantity *quantity = NULL;

  if (!pel_cli_check_int (command, "--threads", 1, &report->threads, 0))
    return PEL_CLI_USAGE;
  if (report->project == NULL)
    return pel_cli_misused (command, "%s", _ ("Name the project with --project"));
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
  Report report = { .threads = PEL_CLI_NO_INT };
  g_autofree char *project = NULL, *out = NULL, *quantity = NULL, *paper = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  const GOptionEntry entries[] = {
    { "project", 0, 0, G_OPTION_ARG_FILENAME, &project,
      N_ ("The project, or a folder of images with one of masks"), N_ ("DIR") },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_ ("The PDF file to write"), N_ ("FILE") },
    { "each", 0, 0, G_OPTION_ARG_NONE, &report.each,
      N_ ("A page for each image, in place of one for all"), NULL },
    { "quantity", 0, 0, G_OPTION_ARG_STRING, &quantity,
      N_ ("The length that is told, such as max_feret (equivalent_diameter)"), N_ ("NAME") },
    { "paper", 0, 0, G_OPTION_ARG_STRING, &paper, N_ ("a4 or letter (the locale’s)"), N_ ("NAME") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &report.threads,
      N_ ("Threads to compute on (one per processor)"), "N" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &report.quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  report.project = project;
  report.out = out;
  report.quantity_name = quantity;
  report.paper_name = paper;
  status = report_check (command, &report);
  if (status != PEL_CLI_DONE)
    return status;
  if (!write_report (&report, argv + 1, &error))
    return pel_cli_fail (command, error);
  if (!report.quiet)
    /* Translators: a number of images, and a file */
    pel_cli_print (ngettext ("Report of %u image written to %s\n",
                             "Report of %u images written to %s\n", report.n_images),
                   report.n_images, report.out);
  return report.n_failed > 0 ? PEL_CLI_FAILED : PEL_CLI_DONE;
}

const PelCliCommand pel_cli_report = {
  .name = "report",
  .arguments = N_ ("[IMAGE…]"),
  .summary = N_ ("Write a page about a project as PDF"),
  .description = N_ (
      "One page holds the images with the cells’ edges and a scale bar, the distribution of the "
      "diameter, a table of counts, medians and quartiles by group and class, the scale with its "
      "source, and a paragraph on the methods. Of each image its painted cells count, and where "
      "nothing is painted the predicted ones; cells that touch the border are left out of the "
      "numbers. IMAGE are names of images of the project; without any, all are taken."),
  .run = run_report,
};
