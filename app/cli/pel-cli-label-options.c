/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-label-options.h"

#include <glib/gi18n-lib.h>

void
pel_cli_label_options_init (PelCliLabelOptions *self)
{
  *self = (PelCliLabelOptions){ .pixel_size = PEL_CLI_NO_NUMBER,
                                .threshold = PEL_CLI_NO_NUMBER,
                                .page = PEL_CLI_NO_INT,
                                .channel = PEL_CLI_NO_INT,
                                .threads = PEL_CLI_NO_INT,
                                .rules = pel_rules_new () };
}

void
pel_cli_label_options_clear (PelCliLabelOptions *self)
{
  g_free (self->labels);
  g_free (self->images);
  g_free (self->probabilities);
  g_free (self->project);
  g_strfreev (self->rule_texts);
  g_free (self->definitions_name);
  pel_rules_free (self->rules);
}

/* The first option that the project answers itself; NULL where none was given. */
static const char *
find_foreign_option (const PelCliLabelOptions *self)
{
  return self->labels != NULL          ? "--labels"
         : self->images != NULL        ? "--images"
         : self->probabilities != NULL ? "--probabilities"
         : self->pixel_size > 0        ? "--pixel-size"
         : self->threshold > 0         ? "--threshold"
         : self->channel > 0           ? "--channel"
                                       : NULL;
}

static int
check (PelCliLabelOptions *self, const PelCliCommand *command)
{
  if (!pel_cli_check_number (command, "--pixel-size", 1e6, &self->pixel_size, 0) ||
      !pel_cli_check_number (command, "--threshold", 1, &self->threshold, 0) ||
      !pel_cli_check_int (command, "--page", 1, &self->page, 0) ||
      !pel_cli_check_int (command, "--channel", 1, &self->channel, 0) ||
      !pel_cli_check_int (command, "--threads", 1, &self->threads, 0))
    return PEL_CLI_USAGE;
  for (guint i = 0; self->rule_texts != NULL && self->rule_texts[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!pel_rules_parse (self->rules, self->rule_texts[i], &error))
        return pel_cli_misused (command, "--rule: %s", error->message);
    }
  if (self->definitions_name != NULL &&
      !pel_definitions_find (self->definitions_name, &self->definitions))
    return pel_cli_misused (command,
                            _ ("There are no definitions called “%s”; take pellicle, imagej or "
                               "cellprofiler"),
                            self->definitions_name);
  if (self->project != NULL && find_foreign_option (self) != NULL)
    return pel_cli_misused (command,
                            /* Translators: an option of the command line */
                            _ ("A project has its own labels, images, scales and thresholds; "
                               "leave out %s or --project"),
                            find_foreign_option (self));
  if (self->project == NULL && self->labels == NULL)
    return pel_cli_misused (command, "%s",
                            _ ("Name the folder of labels with --labels, or the project with "
                               "--project"));
  return PEL_CLI_DONE;
}

gboolean
pel_cli_label_options_parse (PelCliLabelOptions *self,
                             const PelCliCommand *command,
                             const GOptionEntry *own,
                             int *argc,
                             char ***argv,
                             int *status)
{
  const GOptionEntry shared[] = {
    { "labels", 'l', 0, G_OPTION_ARG_FILENAME, &self->labels,
      N_ ("Folder of label images, or one of them"), N_ ("DIR") },
    { "project", 0, 0, G_OPTION_ARG_FILENAME, &self->project,
      N_ ("The masks of this project, or its predictions where there is no mask"), N_ ("DIR") },
    { "images", 'i', 0, G_OPTION_ARG_FILENAME, &self->images,
      N_ ("Folder of the images, for intensities, pixel sizes and pictures"), N_ ("DIR") },
    { "probabilities", 0, 0, G_OPTION_ARG_FILENAME, &self->probabilities,
      N_ ("Folder of NAME.prob.tif, for sub-pixel edges and uncertainties"), N_ ("DIR") },
    { "pixel-size", 0, 0, G_OPTION_ARG_DOUBLE, &self->pixel_size,
      N_ ("Micrometres per pixel (what the image’s file says)"), N_ ("UM") },
    { "threshold", 0, 0, G_OPTION_ARG_DOUBLE, &self->threshold,
      N_ ("Probability at the cells’ edge (the prediction’s own, or 0.5)"), "P" },
    { "page", 0, 0, G_OPTION_ARG_INT, &self->page,
      N_ ("Only this page of each label file, from 1 (all)"), "N" },
    { "channel", 0, 0, G_OPTION_ARG_INT, &self->channel,
      N_ ("Image channel for the intensities, from 1 (luminance)"), "N" },
    { "rule", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->rule_texts,
      N_ ("Class of the cells for which a limit holds, such as “stretched: stretch > 2”; may be "
          "given again"),
      N_ ("RULE") },
    { "definitions", 0, 0, G_OPTION_ARG_STRING, &self->definitions_name,
      N_ ("Measure as pellicle, imagej or cellprofiler does (pellicle, or the project’s own)"),
      N_ ("NAME") },
  };
  const GOptionEntry last[] = {
    { "threads", 0, 0, G_OPTION_ARG_INT, &self->threads,
      N_ ("Threads to compute on (one per processor)"), "N" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, N_ ("Print errors only"), NULL },
    { NULL },
  };
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (GOptionEntry));

  g_array_append_vals (entries, shared, G_N_ELEMENTS (shared));
  for (const GOptionEntry *entry = own; entry->long_name != NULL; entry++)
    g_array_append_vals (entries, entry, 1);
  g_array_append_vals (entries, last, G_N_ELEMENTS (last));
  if (!pel_cli_parse (command, (const GOptionEntry *)(gconstpointer)entries->data, argc, argv,
                      status))
    return FALSE;
  *status = check (self, command);
  return *status == PEL_CLI_DONE;
}
