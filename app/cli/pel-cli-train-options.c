/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-train-options.h"

#include "app/cli/pel-cli-train-data.h"
#include "app/cli/pel-ready-model.h"
#include "app/document/pel-project.h"
#include "app/document/pel-training-job.h"
#include "engine/pel-engine.h"

#include <stdarg.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

void
pel_cli_train_options_init (PelCliTrainOptions *options)
{
  *options = (PelCliTrainOptions){ .val_fraction = PEL_CLI_NO_NUMBER,
                                   .learning_rate = PEL_CLI_NO_NUMBER,
                                   .time_limit = PEL_CLI_NO_NUMBER,
                                   .memory = PEL_CLI_NO_NUMBER,
                                   .base_channels = PEL_CLI_NO_INT,
                                   .depth = PEL_CLI_NO_INT,
                                   .patch = PEL_CLI_NO_INT,
                                   .batch = PEL_CLI_NO_INT,
                                   .epochs = PEL_CLI_NO_INT,
                                   .steps_per_epoch = PEL_CLI_NO_INT,
                                   .seed = G_MININT64,
                                   .threads = PEL_CLI_NO_INT,
                                   .page = PEL_CLI_NO_INT,
                                   .channel = PEL_CLI_NO_INT };
}

void
pel_cli_train_options_clear (PelCliTrainOptions *options)
{
  g_free (options->images);
  g_free (options->masks);
  g_free (options->val_images);
  g_free (options->val_masks);
  g_free (options->project);
  g_free (options->init);
  g_free (options->preset);
  g_free (options->loss);
  g_free (options->optimizer);
  g_free (options->task);
  g_free (options->separator);
  g_free (options->random_changes);
  g_strfreev (options->settings);
  *options = (PelCliTrainOptions){ 0 };
}

GOptionEntry *
pel_cli_train_options_list (PelCliTrainOptions *options, const GOptionEntry *own)
{
  PelCliTrainOptions *o = options;
  const GOptionEntry shared[] = {
    { "images", 'i', 0, G_OPTION_ARG_FILENAME, &o->images, N_ ("Folder of images"), N_ ("DIR") },
    { "masks", 0, 0, G_OPTION_ARG_FILENAME, &o->masks, N_ ("Folder of their masks"), N_ ("DIR") },
    { "project", 0, 0, G_OPTION_ARG_FILENAME, &o->project,
      N_ ("Train on this project’s painted cells"), N_ ("DIR") },
    { "val-images", 0, 0, G_OPTION_ARG_FILENAME, &o->val_images,
      N_ ("Folder of images to hold out"), N_ ("DIR") },
    { "val-masks", 0, 0, G_OPTION_ARG_FILENAME, &o->val_masks, N_ ("Folder of their masks"),
      N_ ("DIR") },
    { "val-fraction", 0, 0, G_OPTION_ARG_DOUBLE, &o->val_fraction,
      N_ ("Share of the images to hold out (0.2, of fewer than four a quarter of each; with the "
          "preset seed none)"),
      "F" },
    { "init", 0, 0, G_OPTION_ARG_FILENAME, &o->init,
      N_ ("A model to start from; the network is of its shape unless told otherwise"),
      N_ ("MODEL") },
    { "preset", 0, 0, G_OPTION_ARG_STRING, &o->preset,
      N_ ("quick, balanced, thorough or seed (quick)"), N_ ("NAME") },
    { "task", 0, 0, G_OPTION_ARG_STRING, &o->task, N_ ("cells or mask (cells)"), N_ ("NAME") },
    { "separator", 0, 0, G_OPTION_ARG_STRING, &o->separator,
      N_ ("What parts touching cells: border, a class of its own between them, or flows, "
          "directions "
          "to each cell’s middle (flows, or as the model to start from)"),
      N_ ("NAME") },
    { "base-channels", 0, 0, G_OPTION_ARG_INT, &o->base_channels,
      N_ ("Channels of the first module; multiples of 16 are the fastest"), "N" },
    { "depth", 0, 0, G_OPTION_ARG_INT, &o->depth, N_ ("How often the size is halved"), "N" },
    { "patch", 0, 0, G_OPTION_ARG_INT, &o->patch, N_ ("Side of a training patch in pixels"), "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &o->batch, N_ ("Patches in a step"), "N" },
    { "epochs", 0, 0, G_OPTION_ARG_INT, &o->epochs, N_ ("Epochs at most"), "N" },
    { "steps-per-epoch", 0, 0, G_OPTION_ARG_INT, &o->steps_per_epoch, N_ ("Steps in an epoch"),
      "N" },
    { "learning-rate", 0, 0, G_OPTION_ARG_DOUBLE, &o->learning_rate,
      N_ ("Highest rate of the schedule"), "X" },
    { "loss", 0, 0, G_OPTION_ARG_STRING, &o->loss, N_ ("bce, dice or bce+dice"), N_ ("NAME") },
    { "optimizer", 0, 0, G_OPTION_ARG_STRING, &o->optimizer, N_ ("adamw, adam or sgd"),
      N_ ("NAME") },
    { "random-changes", 0, 0, G_OPTION_ARG_STRING, &o->random_changes,
      N_ ("How much patches are changed at random: none, gentle, usual or strong"), N_ ("NAME") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o->seed, N_ ("Of everything random"), "N" },
    { "time-limit", 0, 0, G_OPTION_ARG_DOUBLE, &o->time_limit,
      N_ ("From the start until everything is done"), N_ ("SECONDS") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &o->threads,
      N_ ("Threads to compute on (one per processor)"), "N" },
    { "memory", 0, 0, G_OPTION_ARG_DOUBLE, &o->memory,
      N_ ("Memory to take at most beyond the images (what is free)"), N_ ("GB") },
    { "page", 0, 0, G_OPTION_ARG_INT, &o->page, N_ ("Only this page of each file, from 1 (all)"),
      "N" },
    { "channel", 0, 0, G_OPTION_ARG_INT, &o->channel,
      N_ ("Image channel to train on, from 1 (luminance)"), "N" },
    { "colour", 0, 0, G_OPTION_ARG_NONE, &o->colour,
      N_ ("Show the network red, green and blue instead of luminance (where images are coloured)"),
      NULL },
    { "color", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &o->colour, NULL, NULL },
    { "grey", 0, 0, G_OPTION_ARG_NONE, &o->grey,
      N_ ("Show the network luminance, coloured as the images may be"), NULL },
    { "gray", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &o->grey, NULL, NULL },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->settings,
      N_ ("Any other setting by its name in a model’s configuration; can be repeated"),
      N_ ("NAME=VALUE") },
  };
  guint n = 0;

  while (own[n].long_name != NULL)
    n++;
  GOptionEntry *all = g_new0 (GOptionEntry, n + G_N_ELEMENTS (shared) + 1);
  memcpy (all, own, n * sizeof *all);
  memcpy (all + n, shared, sizeof shared);
  return all;
}

static gboolean
check_numbers (const PelCliCommand *command, PelCliTrainOptions *options)
{
  const struct
  {
    const char *option;
    gint *value;
  } counts[] = {
    { "--base-channels", &options->base_channels },
    { "--depth", &options->depth },
    { "--patch", &options->patch },
    { "--batch", &options->batch },
    { "--epochs", &options->epochs },
    { "--steps-per-epoch", &options->steps_per_epoch },
    { "--threads", &options->threads },
    { "--page", &options->page },
    { "--channel", &options->channel },
  };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if (!pel_cli_check_int (command, counts[i].option, 1, counts[i].value, 0))
      return FALSE;
  if (options->seed == G_MININT64)
    options->seed = -1;
  else if (options->seed < 0)
    {
      pel_cli_misused (command, _ ("%s must be %d or more"), "--seed", 0);
      return FALSE;
    }
  /* 0 is a share as well: nothing is held out. */
  return (options->val_fraction == 0.0 ||
          pel_cli_check_number (command, "--val-fraction", 1, &options->val_fraction, -1)) &&
         pel_cli_check_number (command, "--learning-rate", 100, &options->learning_rate, 0) &&
         pel_cli_check_number (command, "--time-limit", 1e9, &options->time_limit, 0) &&
         pel_cli_check_number (command, "--memory", 1e6, &options->memory, 0);
}

gboolean
pel_cli_train_options_check (const PelCliCommand *command, PelCliTrainOptions *options)
{
  const char *problem = NULL;

  if (!check_numbers (command, options))
    return FALSE;
  if (options->project != NULL && (options->images != NULL || options->masks != NULL))
    problem = _ ("Give either --project or --images and --masks, not both");
  else if (options->project == NULL && (options->images == NULL || options->masks == NULL))
    problem = _ ("Name the folders with --images and --masks");
  else if ((options->val_images == NULL) != (options->val_masks == NULL))
    problem = _ ("--val-images and --val-masks go together");
  else if (options->val_images != NULL && options->val_fraction >= 0)
    problem = _ ("Give either --val-images or --val-fraction, not both");
  else if ((options->colour != FALSE) + (options->grey != FALSE) + (options->channel > 0) > 1)
    problem = _ ("Give one of --colour, --grey and --channel, not several");
  if (problem != NULL)
    pel_cli_misused (command, "%s", problem);
  return problem == NULL;
}

static gboolean set_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
set_usage_error (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, PEL_CLI_ERROR, PEL_CLI_ERROR_USAGE, message);
  return FALSE;
}

/* Changes one member of the configuration's JSON object, keeping its type. */
static gboolean
set_member (JsonObject *object, const char *name, const char *value, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  char *end = NULL;

  if (node == NULL)
    {
      g_autoptr (GList) members = json_object_get_members (object);
      g_autoptr (GString) names = g_string_new (NULL);

      for (GList *l = members; l != NULL; l = l->next)
        g_string_append_printf (names, "%s%s", l == members ? "" : ", ", (const char *)l->data);
      /* Translators: a name that does not exist, and a list of those that do */
      return set_usage_error (error, _ ("--set knows no setting “%s”; there are %s"), name,
                              names->str);
    }
  GType type = json_node_get_value_type (node);
  if (type == G_TYPE_STRING)
    json_object_set_string_member (object, name, value);
  else if (type == G_TYPE_BOOLEAN && (strcmp (value, "true") == 0 || strcmp (value, "false") == 0))
    json_object_set_boolean_member (object, name, value[0] == 't');
  else if (type == G_TYPE_BOOLEAN)
    return set_usage_error (error, _ ("--set %s cannot be “%s”; it is true or false"), name, value);
  else
    {
      double number = g_ascii_strtod (value, &end);

      if (end == value || *end != '\0')
        return set_usage_error (error, _ ("--set %s cannot be “%s”; it is a number"), name, value);
      if (type == G_TYPE_INT64 && number == (double)(gint64)number)
        json_object_set_int_member (object, name, (gint64)number);
      else
        json_object_set_double_member (object, name, number);
    }
  return TRUE;
}

/* The settings go through the very text that a model keeps them as. */
static gboolean
apply_settings (char **settings, PelTrainConfig *config, GError **error)
{
  g_autofree char *text = pel_train_config_to_json (config);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  g_autofree char *changed = NULL;
  g_autoptr (GError) problem = NULL;
  gint64 started_us = config->started_us;

  for (guint i = 0; settings[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (settings[i], "=", 2);

      if (g_strv_length (parts) != 2)
        return set_usage_error (error, _ ("--set takes NAME=VALUE, not “%s”"), settings[i]);
      if (!set_member (json_node_get_object (root), g_strstrip (parts[0]), g_strstrip (parts[1]),
                       error))
        return FALSE;
      /* Who says how many inputs there are has chosen. */
      if (strcmp (parts[0], "in_channels") == 0)
        json_object_set_boolean_member (json_node_get_object (root), "choose_colour", FALSE);
    }
  changed = json_to_string (root, FALSE);
  if (!pel_train_config_from_json (config, changed, &problem))
    return set_usage_error (error, "%s",
                            _ ("One of the values given with --set is outside its range or not one "
                               "of its names"));
  config->started_us = started_us;
  return TRUE;
}

gboolean
pel_cli_train_options_apply (const PelCliTrainOptions *options,
                             PelTrainConfig *config,
                             GError **error)
{
  if (options->task != NULL && !pel_task_from_string (options->task, &config->task))
    return set_usage_error (error, _ ("--task cannot be “%s”; it is cells or mask"), options->task);
  if (options->separator != NULL &&
      !pel_separator_from_string (options->separator, &config->separator))
    return set_usage_error (error, _ ("--separator cannot be “%s”; it is border or flows"),
                            options->separator);
  if (options->loss != NULL && !pel_loss_kind_from_string (options->loss, &config->loss))
    return set_usage_error (error, _ ("--loss cannot be “%s”; it is bce, dice or bce+dice"),
                            options->loss);
  if (options->optimizer != NULL &&
      !pel_optimizer_kind_from_string (options->optimizer, &config->optimizer))
    return set_usage_error (error, _ ("--optimizer cannot be “%s”; it is adamw, adam or sgd"),
                            options->optimizer);
  if (options->random_changes != NULL)
    {
      PelAugmentStrength strength;

      if (!pel_augment_strength_from_string (options->random_changes, &strength) ||
          strength == PEL_AUGMENT_STRENGTH_OWN)
        return set_usage_error (
            error, _ ("--random-changes cannot be “%s”; it is none, gentle, usual or strong"),
            options->random_changes);
      pel_train_config_set_augment_strength (config, strength);
    }
  if (options->base_channels > 0)
    config->base_channels = (guint)options->base_channels;
  if (options->depth > 0)
    config->depth = (guint)options->depth;
  if (options->patch > 0)
    config->patch = (guint)options->patch;
  if (options->batch > 0)
    config->batch = (guint)options->batch;
  if (options->steps_per_epoch > 0)
    config->steps_per_epoch = (guint)options->steps_per_epoch;
  if (options->learning_rate > 0)
    config->learning_rate = options->learning_rate;
  if (options->seed >= 0)
    config->seed = (guint64)options->seed;
  if (options->channel > 0)
    {
      config->in_channels = 1;
      config->channel = options->channel - 1;
    }
  if (options->colour)
    {
      config->in_channels = 3;
      config->channel = -1;
    }
  if (options->grey)
    config->in_channels = 1;
  if (options->grey || options->colour || options->channel > 0)
    config->choose_colour = FALSE;
  if (options->time_limit > 0)
    pel_train_config_set_time_limit (config, options->time_limit);
  if (options->memory > 0)
    config->memory_limit = (gsize)(options->memory * 1e9);
  if (options->epochs > 0)
    config->epochs = (guint)options->epochs;
  return options->settings == NULL || apply_settings (options->settings, config, error);
}

gboolean
pel_cli_check_config (const PelTrainConfig *config, GError **error)
{
  g_autoptr (GError) problem = NULL;

  return pel_train_config_check (config, &problem) ||
         set_usage_error (error, "%s", problem->message);
}

gboolean
pel_cli_train_options_make (const PelCliTrainOptions *options,
                            gint64 started_us,
                            PelTrainConfig *config,
                            PelModel **init,
                            GError **error)
{
  PelPreset preset = PEL_PRESET_QUICK;

  *init = NULL;
  if (options->preset != NULL && !pel_preset_from_string (options->preset, &preset))
    return set_usage_error (error,
                            _ ("--preset cannot be “%s”; it is quick, balanced, thorough or seed"),
                            options->preset);
  pel_train_config_init_preset (config, preset);
  if (options->init != NULL)
    {
      g_autofree char *path = pel_ready_model_resolve (options->init);
      g_autoptr (PelModel) model = pel_model_load (path, error);

      if (model == NULL)
        {
          g_prefix_error (error, "%s: ", options->init);
          return FALSE;
        }
      pel_init_adopt_shape (config, model);
      *init = g_steal_pointer (&model);
    }
  config->started_us = started_us;
  if (pel_cli_train_options_apply (options, config, error) && pel_cli_check_config (config, error))
    return TRUE;
  g_clear_pointer (init, pel_model_free);
  return FALSE;
}

GPtrArray *
pel_cli_list_items (const PelCliTrainOptions *options, PelProject *project)
{
  GPtrArray *items = pel_project_list_training_items (project);

  for (guint i = items->len; i > 0; i--)
    {
      const PelTrainingItem *item = items->pdata[i - 1];

      if (options->page > 0 && item->page + 1 != (guint)options->page)
        g_ptr_array_remove_index (items, i - 1);
    }
  return items;
}

PelDataset *
pel_cli_load_data (const PelCliTrainOptions *options,
                   GPtrArray *items,
                   const PelTrainConfig *config,
                   PelCliWork *work,
                   GError **error)
{
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  guint page = (guint)options->page;

  pel_cli_work_report (work, 0, -1, _ ("reading the images"));
  if (items != NULL ? !pel_cli_add_items (dataset, items, config, work, error)
                    : !pel_cli_add_folders (dataset, options->images, options->masks, page, FALSE,
                                            config, work, error))
    return NULL;
  if (options->val_images != NULL &&
      !pel_cli_add_folders (dataset, options->val_images, options->val_masks, page, TRUE, config,
                            work, error))
    return NULL;
  return g_steal_pointer (&dataset);
}

char *
pel_cli_format_counts (guint images, guint cells)
{
  g_autofree char *cells_text = g_strdup_printf (ngettext ("%u cell", "%u cells", cells), cells);

  /* Translators: a number of images, and “12 cells” */
  return g_strdup_printf (ngettext ("%u image with %s", "%u images with %s", images), images,
                          cells_text);
}
