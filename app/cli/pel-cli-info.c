/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-json.h"
#include "engine/pel-engine.h"

#include <math.h>
#include <glib/gi18n-lib.h>

typedef enum
{
  KIND_IMAGE,
  KIND_LABELS,
  KIND_MODEL,
  KIND_ERROR,
} Kind;

/* What is known of one file. */
typedef struct
{
  const char *file;
  Kind kind;
  PelImageInfo image;
  double min, max;
  guint n_cells; /* of labels */
  PelModel *model;
  GError *error;
} Facts;

static const char *const kind_names[] = { "image", "labels", "model", "error" };

static void
facts_clear (Facts *facts)
{
  pel_image_info_clear (&facts->image);
  pel_model_free (facts->model);
  g_clear_error (&facts->error);
}

static const char *
sample_format_name (PelSampleFormat format)
{
  switch (format)
    {
    case PEL_SAMPLE_FORMAT_INT:
      return "int";
    case PEL_SAMPLE_FORMAT_FLOAT:
      return "float";
    case PEL_SAMPLE_FORMAT_UINT:
    default:
      return "uint";
    }
}

static guint
count_cells (const PelLabels *labels)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  guint width = pel_labels_get_width (labels);
  guint height = pel_labels_get_height (labels);
  g_autofree guint32 *row = g_new (guint32, width);

  for (guint y = 0; y < height; y++)
    {
      PelRect line = { 0, (gint)y, (gint)width, 1 };
      guint32 last = 0;

      pel_labels_read (labels, &line, row, width);
      for (guint x = 0; x < width; x++)
        if (row[x] != last)
          {
            last = row[x];
            if (last != 0)
              g_hash_table_add (seen, GUINT_TO_POINTER (last));
          }
    }
  return g_hash_table_size (seen);
}

static gboolean
read_image (Facts *facts, GError **error)
{
  if (!pel_image_probe (facts->file, &facts->image, error) ||
      !pel_image_probe_range (facts->file, &facts->min, &facts->max, error))
    return FALSE;
  facts->kind = KIND_IMAGE;
  if (facts->image.is_labels)
    {
      g_autoptr (PelLabels) labels = pel_labels_load (facts->file, 0, NULL, error);

      if (labels == NULL)
        return FALSE;
      facts->kind = KIND_LABELS;
      facts->n_cells = count_cells (labels);
    }
  return TRUE;
}

static void
read_facts (Facts *facts)
{
  g_autofree char *lower = g_ascii_strdown (facts->file, -1);
  gboolean fine;

  if (g_str_has_suffix (lower, ".safetensors"))
    {
      facts->kind = KIND_MODEL;
      facts->model = pel_model_load (facts->file, &facts->error);
      fine = facts->model != NULL;
      if (!fine)
        g_prefix_error (&facts->error, "%s: ", facts->file);
    }
  else
    fine = read_image (facts, &facts->error);
  if (!fine)
    facts->kind = KIND_ERROR;
}

static void
add_positive (PelCliJson *json, const char *name, double value)
{
  if (value > 0)
    pel_cli_json_add_number (json, name, value);
  else
    pel_cli_json_add_null (json, name);
}

static void
image_to_json (PelCliJson *json, const Facts *facts)
{
  const PelImageInfo *image = &facts->image;

  pel_cli_json_add_string (json, "format", image->format);
  pel_cli_json_add_int (json, "width", image->width);
  pel_cli_json_add_int (json, "height", image->height);
  pel_cli_json_add_int (json, "pages", image->pages);
  pel_cli_json_add_int (json, "positions", image->positions);
  pel_cli_json_add_int (json, "channels", image->channels);
  pel_cli_json_add_int (json, "bits", image->bits);
  pel_cli_json_add_string (json, "sample_format", sample_format_name (image->sample_format));
  pel_cli_json_add_number (json, "min", facts->min);
  pel_cli_json_add_number (json, "max", facts->max);
  add_positive (json, "um_per_px_x", image->um_x);
  add_positive (json, "um_per_px_y", image->um_y);
  pel_cli_json_add_string (json, "calibration", image->calibration);
  if (facts->kind == KIND_LABELS)
    pel_cli_json_add_int (json, "cells", facts->n_cells);
  if (image->warning != NULL)
    pel_cli_json_add_string (json, "warning", image->warning);
}

static char *
format_created (gint64 created)
{
  g_autoptr (GDateTime) time = created > 0 ? g_date_time_new_from_unix_utc (created) : NULL;

  return time != NULL ? g_date_time_format_iso8601 (time) : NULL;
}

/* The row of the model that was kept: the last, which training writes for the best weights. */
static const PelHistoryRow *
get_last_row (const PelModel *model)
{
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (model, &n_rows);

  return n_rows > 0 ? &rows[n_rows - 1] : NULL;
}

static void
model_to_json (PelCliJson *json, PelModel *model)
{
  const PelTrainConfig *config = pel_model_get_config (model);
  const PelModelInfo *info = pel_model_get_info (model);
  const PelUnetConfig *unet = pel_unet_get_config (pel_model_get_unet (model));
  const PelHistoryRow *row = get_last_row (model);
  g_autofree char *created = format_created (info->created);

  pel_cli_json_add_string (json, "task", pel_task_to_string (pel_model_get_task (model)));
  if (pel_model_get_task (model) == PEL_TASK_CELLS)
    pel_cli_json_add_string (json, "separator", pel_separator_to_string (config->separator));
  pel_cli_json_add_string (json, "preset", pel_preset_to_string (config->preset));
  pel_cli_json_add_int (json, "in_channels", unet->in_channels);
  pel_cli_json_add_int (json, "base_channels", unet->base_channels);
  pel_cli_json_add_int (json, "depth", unet->depth);
  pel_cli_json_add_string (json, "upsampling", pel_upsampling_to_string (unet->upsampling));
  pel_cli_json_add_int (json, "out_channels", unet->out_channels);
  pel_cli_json_add_int (json, "weights",
                        (gint64)pel_unet_get_n_weights (pel_model_get_unet (model)));
  pel_cli_json_add_int (json, "images", info->images);
  pel_cli_json_add_int (json, "cells", info->cells);
  add_positive (json, "typical_diameter_px", info->typical_diameter);
  pel_cli_json_add_boolean (json, "finds_size", info->guess_size);
  add_positive (json, "um_per_px", info->um_per_px);
  pel_cli_json_add_number (json, "threshold", info->threshold);
  pel_cli_json_add_int (json, "min_size", info->min_size);
  pel_cli_json_add_string (json, "created", created);
  if (row != NULL)
    {
      pel_cli_json_add_int (json, "steps", row->step);
      pel_cli_json_add_int (json, "epochs", row->epoch);
      pel_cli_json_add_number (json, "seconds", row->seconds);
      pel_cli_json_add_number (json, "loss", row->loss);
      pel_cli_json_add_number (json, "val_loss", row->val_loss);
      pel_cli_json_add_number (json, "val_dice", row->val_dice);
      pel_cli_json_add_number (json, "val_ap50", row->val_ap50);
    }
}

static void
facts_to_json (PelCliJson *json, const Facts *facts)
{
  pel_cli_json_begin_object (json, NULL);
  pel_cli_json_add_string (json, "file", facts->file);
  pel_cli_json_add_string (json, "kind", kind_names[facts->kind]);
  switch (facts->kind)
    {
    case KIND_IMAGE:
    case KIND_LABELS:
      image_to_json (json, facts);
      break;
    case KIND_MODEL:
      model_to_json (json, facts->model);
      break;
    case KIND_ERROR:
    default:
      pel_cli_json_add_string (json, "error", facts->error->message);
      break;
    }
  pel_cli_json_end (json);
}

static void
print_image (const Facts *facts)
{
  const PelImageInfo *image = &facts->image;
  char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];
  char um_x[G_ASCII_DTOSTR_BUF_SIZE], um_y[G_ASCII_DTOSTR_BUF_SIZE];

  pel_csv_format_number (low, facts->min);
  pel_csv_format_number (high, facts->max);
  if (facts->kind == KIND_LABELS)
    pel_cli_print (ngettext ("%s: labels of %u cell\n", "%s: labels of %u cells\n", facts->n_cells),
                   facts->file, facts->n_cells);
  else
    /* Translators: a file's name and a format such as TIFF */
    pel_cli_print (_ ("%s: image, %s\n"), facts->file, image->format);
  pel_cli_print (_ ("  size         %u × %u pixels\n"), image->width, image->height);
  pel_cli_print (_ ("  pages        %u\n"), image->pages);
  pel_cli_print (_ ("  channels     %u\n"), image->channels);
  /* Translators: bits, and one of the words uint, int and float */
  pel_cli_print (_ ("  samples      %u bits, %s\n"), image->bits,
                 sample_format_name (image->sample_format));
  pel_cli_print (_ ("  values       %s to %s\n"), low, high);
  if (image->um_x > 0 && image->um_y > 0)
    pel_cli_print (_ ("  pixel size   %s × %s µm (%s)\n"),
                   pel_csv_format_number (um_x, image->um_x),
                   pel_csv_format_number (um_y, image->um_y), image->calibration);
  else
    pel_cli_print (_ ("  pixel size   not in the file\n"));
  if (image->warning != NULL)
    pel_cli_print (_ ("  careful      %s\n"), image->warning);
}

static void
print_model (const Facts *facts)
{
  const PelModelInfo *info = pel_model_get_info (facts->model);
  const PelUnetConfig *unet = pel_unet_get_config (pel_model_get_unet (facts->model));
  const PelHistoryRow *row = get_last_row (facts->model);
  g_autofree char *created = format_created (info->created);

  /* Translators: a file's name, and the task: cells or mask */
  pel_cli_print (_ ("%s: model, finds %s\n"), facts->file,
                 pel_task_to_string (pel_model_get_task (facts->model)));
  pel_cli_print (_ ("  network      U-Net, %u channels in, base %u, depth %u\n"), unet->in_channels,
                 unet->base_channels, unet->depth);
  if (pel_train_config_has_flows (pel_model_get_config (facts->model)))
    pel_cli_print ("%s\n", _ ("  told apart   by flows to the cells’ middles"));
  else if (pel_model_get_task (facts->model) == PEL_TASK_CELLS)
    pel_cli_print ("%s\n", _ ("  told apart   by the border between cells"));
  if (info->apart)
    pel_cli_print ("%s\n", _ ("  between them a line is left, as in its images"));
  pel_cli_print (_ ("  trained on   %u images, %u cells\n"), info->images, info->cells);
  if (info->typical_diameter > 0)
    pel_cli_print (_ ("  typical cell %.1f pixels wide\n"), info->typical_diameter);
  if (info->guess_size)
    pel_cli_print ("%s\n", _ ("  their size   found out from each image"));
  if (info->um_per_px > 0)
    pel_cli_print (_ ("  pixel size   %.4g µm\n"), info->um_per_px);
  pel_cli_print (_ ("  threshold    %.2f, cells from %u pixels\n"), info->threshold,
                 info->min_size);
  if (row != NULL)
    pel_cli_print (_ ("  training     %u steps in %.0f s\n"), row->step, row->seconds);
  if (row != NULL && isfinite (row->val_dice))
    pel_cli_print (_ ("  held out     Dice %.3f, AP50 %.3f\n"), row->val_dice, row->val_ap50);
  if (created != NULL)
    pel_cli_print (_ ("  created      %s\n"), created);
}

static int
run_info (const PelCliCommand *command, int argc, char **argv)
{
  gboolean json = FALSE;
  g_autoptr (PelCliJson) list = pel_cli_json_new ();
  int status = PEL_CLI_DONE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a list with one object per file"), NULL },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  if (argc < 2)
    return pel_cli_misused (command, "%s", _ ("Name at least one file"));

  pel_cli_json_begin_array (list, NULL);
  for (int i = 1; i < argc; i++)
    {
      Facts facts = { .file = argv[i] };

      read_facts (&facts);
      if (facts.kind == KIND_ERROR)
        status = PEL_CLI_FAILED;
      if (json)
        facts_to_json (list, &facts);
      else if (facts.kind == KIND_ERROR)
        pel_cli_complain ("%s", facts.error->message);
      else if (facts.kind == KIND_MODEL)
        print_model (&facts);
      else
        print_image (&facts);
      facts_clear (&facts);
    }
  pel_cli_json_end (list);
  if (json)
    pel_cli_json_print (list);
  return status;
}

const PelCliCommand pel_cli_info = {
  .name = "info",
  .arguments = N_ ("FILE…"),
  .summary = N_ ("Tell what an image, mask or model file holds"),
  .description =
      N_ ("An unreadable file does not stop the rest; the exit status is then 1. "
          "Numbers of pages count what the file stores; min and max are of the first page."),
  .run = run_info,
};
