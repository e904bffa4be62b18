/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-trials.h"

#include "app/cli/pel-cli-files.h"

#include <math.h>
#include <glib/gi18n-lib.h>

#define SPREAD_WIDTH 13

void
pel_cli_report_trial (PelCliWork *work, const PelTrialProgress *progress)
{
  g_autofree char *text =
      /* Translators: which training of how many, and on how many images */
      g_strdup_printf (ngettext ("training %u of %u, on %u image",
                                 "training %u of %u, on %u images", progress->n_images),
                       progress->run + 1, progress->n_runs, progress->n_images);

  pel_cli_work_report (work, progress->fraction, progress->seconds_left, text);
}

void
pel_cli_add_spread (PelCliJson *json, const char *name, const PelSpread *spread)
{
  const double values[] = { spread->sd, spread->min, spread->max };
  static const char *const suffixes[] = { "sd", "min", "max" };

  pel_cli_json_add_number (json, name, spread->mean);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *member = g_strdup_printf ("%s_%s", name, suffixes[i]);

      pel_cli_json_add_number (json, member, values[i]);
    }
}

char *
pel_cli_format_spread (const PelSpread *spread, guint digits)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!isfinite (spread->mean))
    g_string_append (text, "–");
  else if (!isfinite (spread->sd))
    g_string_append_printf (text, "%.*f", (int)digits, spread->mean);
  else
    g_string_append_printf (text, "%.*f ± %.*f", (int)digits, spread->mean, (int)digits,
                            spread->sd);
  for (glong n = g_utf8_strlen (text->str, -1); n < SPREAD_WIDTH; n++)
    g_string_append_c (text, ' ');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
pel_cli_read_items (const PelCliTrainOptions *options, GPtrArray **items, GError **error)
{
  g_autoptr (PelProject) project = NULL;

  *items = NULL;
  if (options->project == NULL)
    return TRUE;
  project = pel_cli_open_project (options->project, TRUE, error);
  if (project == NULL)
    return FALSE;
  *items = pel_cli_list_items (options, project);
  return pel_project_close (project, error);
}

int
pel_cli_run_trials (const PelCliCommand *command,
                    const PelCliTrials *trials,
                    gpointer data,
                    GError *problem,
                    gboolean json,
                    gboolean quiet)
{
  g_autoptr (GError) error = problem;
  gboolean done = error == NULL && pel_cli_work_run (trials->run, data, quiet || json, &error);

  if (!done && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      pel_cli_complain ("%s", trials->stopped);
      return PEL_CLI_FAILED;
    }
  if (!done)
    return pel_cli_fail (command, error);
  if (json)
    trials->print_json (data);
  else
    trials->print_table (data);
  return PEL_CLI_DONE;
}
