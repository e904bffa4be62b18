/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-model.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/io/pel-json-text.h"
#include "engine/nn/pel-checkpoint.h"
#include "engine/train/pel-model-private.h"

#define WEIGHTS_PREFIX "unet."
#define HISTORY_COLUMNS 7
/* Of the JSON texts in a file's metadata. */
#define MAX_NESTING 4

struct PelModel
{
  PelTrainConfig config;
  PelNormalisation normalisation;
  PelModelInfo info;
  PelUnet *unet;
  GArray *history;
};

static PelUnetConfig
unet_config (const PelTrainConfig *config)
{
  return (PelUnetConfig){ .in_channels = config->in_channels,
                          .base_channels = config->base_channels,
                          .depth = config->depth,
                          .out_channels = pel_train_config_get_n_outputs (config),
                          .seed = config->seed,
                          .upsampling = config->upsampling };
}

static PelModel *
model_new (const PelTrainConfig *config, gboolean blank, GError **error)
{
  if (!pel_train_config_check (config, error))
    return NULL;
  PelUnetConfig sizes = unet_config (config);
  PelUnet *unet = blank ? pel_unet_new_blank (&sizes, error) : pel_unet_new (&sizes, error);
  if (unet == NULL)
    return NULL;
  PelModel *self = g_new0 (PelModel, 1);
  self->config = *config;
  self->unet = unet;
  self->history = g_array_new (FALSE, FALSE, sizeof (PelHistoryRow));
  self->normalisation = (PelNormalisation){
    .low_percentile = config->low_percentile,
    .high_percentile = config->high_percentile,
    .polarity = config->polarity == PEL_POLARITY_AUTO ? PEL_POLARITY_AUTO : PEL_POLARITY_KEEP,
    .in_channels = config->in_channels,
    .channel = config->in_channels == 1 ? config->channel : PEL_CHANNEL_LUMINANCE,
    .scaling = config->scaling,
    .factor = config->grey_factor,
    .offset = config->grey_offset
  };
  self->info = (PelModelInfo){ .threshold = 0.5,
                               .min_size = 16,
                               .min_share = 0.05,
                               .separation = 0.5,
                               .error_scale = PEL_ERROR_SCALE_NONE };
  return self;
}

PelModel *
pel_model_new (const PelTrainConfig *config, GError **error)
{
  g_return_val_if_fail (config != NULL, NULL);
  return model_new (config, FALSE, error);
}

void
pel_model_free (PelModel *self)
{
  if (self == NULL)
    return;
  pel_unet_free (self->unet);
  g_array_unref (self->history);
  g_free (self);
}

PelModel *
pel_model_duplicate (PelModel *self, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);
  PelModel *copy = model_new (&self->config, TRUE, error);
  if (copy == NULL)
    return NULL;
  copy->normalisation = self->normalisation;
  copy->info = self->info;
  g_array_append_vals (copy->history, self->history->data, self->history->len);
  gboolean same = pel_unet_copy_weights (copy->unet, self->unet);
  g_assert (same);
  return copy;
}

static void
add_number (JsonBuilder *builder, const char *name, double value)
{
  if (name != NULL)
    json_builder_set_member_name (builder, name);
  if (isfinite (value))
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_flag (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static char *
finish_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

char *
pel_normalisation_to_json (const PelNormalisation *normalisation)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_number (builder, "low_percentile", normalisation->low_percentile);
  add_number (builder, "high_percentile", normalisation->high_percentile);
  json_builder_set_member_name (builder, "polarity");
  json_builder_add_string_value (builder, pel_polarity_to_string (normalisation->polarity));
  json_builder_set_member_name (builder, "channel");
  json_builder_add_int_value (builder, normalisation->channel);
  json_builder_set_member_name (builder, "scaling");
  json_builder_add_string_value (builder, pel_scaling_to_string (normalisation->scaling));
  if (normalisation->scaling == PEL_SCALING_FIXED)
    {
      add_number (builder, "factor", normalisation->factor);
      add_number (builder, "offset", normalisation->offset);
    }
  json_builder_end_object (builder);
  return finish_json (builder);
}

char *
pel_model_info_to_json (const PelModelInfo *info)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_number (builder, "um_per_px", info->um_per_px);
  add_number (builder, "typical_diameter", info->typical_diameter);
  add_number (builder, "threshold", info->threshold);
  add_number (builder, "min_size", info->min_size);
  add_number (builder, "min_share", info->min_share);
  add_number (builder, "separation", info->separation);
  add_number (builder, "smallest_diameter", info->smallest_diameter);
  add_number (builder, "largest_diameter", info->largest_diameter);
  add_number (builder, "usual_confidence", info->usual_confidence);
  add_flag (builder, "guess_size", info->guess_size);
  add_flag (builder, "by_form", info->by_form);
  add_flag (builder, "apart", info->apart);
  pel_error_scale_add_json (&info->error_scale, builder, "error_scale");
  add_number (builder, "images", info->images);
  add_number (builder, "cells", info->cells);
  add_number (builder, "created", (double)info->created);
  json_builder_end_object (builder);
  return finish_json (builder);
}

char *
pel_history_to_json (const PelHistoryRow *rows, guint n_rows)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_array (builder);
  for (guint i = 0; i < n_rows; i++)
    {
      const PelHistoryRow *row = &rows[i];
      json_builder_begin_array (builder);
      add_number (builder, NULL, row->step);
      add_number (builder, NULL, row->epoch);
      add_number (builder, NULL, row->seconds);
      add_number (builder, NULL, row->loss);
      add_number (builder, NULL, row->val_loss);
      add_number (builder, NULL, row->val_dice);
      add_number (builder, NULL, row->val_ap50);
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
  return finish_json (builder);
}

static gboolean
damaged (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                       _ ("What the model file says about itself cannot be read; it is damaged, "
                          "use another copy."));
  return FALSE;
}

/* A number of a parsed file, or NaN where there is none. */
static double
node_number (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NAN;
  GType type = json_node_get_value_type (node);
  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double (node) : (double)NAN;
}

/* Reads a member that must be a number from @min to @max; a missing one leaves @value. */
static gboolean
read_number (JsonObject *object, const char *name, double min, double max, double *value)
{
  if (!json_object_has_member (object, name))
    return TRUE;
  double number = node_number (json_object_get_member (object, name));
  if (!(number >= min && number <= max))
    return FALSE;
  *value = number;
  return TRUE;
}

/* Reads a member that must be true or false; a missing one leaves @value. */
static gboolean
read_flag (JsonObject *object, const char *name, gboolean *value)
{
  JsonNode *node = json_object_get_member (object, name);
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *value = json_node_get_boolean (node);
  return TRUE;
}

static JsonParser *
parse (const char *text)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  if (text == NULL || !pel_json_is_shallow (text, strlen (text), MAX_NESTING) ||
      !json_parser_load_from_data (parser, text, -1, NULL) || json_parser_get_root (parser) == NULL)
    return NULL;
  return g_steal_pointer (&parser);
}

gboolean
pel_normalisation_from_json (PelNormalisation *normalisation, const char *text)
{
  g_autoptr (JsonParser) parser = parse (text);
  if (parser == NULL || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return FALSE;
  JsonObject *object = json_node_get_object (json_parser_get_root (parser));
  JsonNode *polarity = json_object_get_member (object, "polarity");
  JsonNode *scaling = json_object_get_member (object, "scaling");
  double channel = normalisation->channel;
  if (scaling != NULL &&
      (json_node_get_value_type (scaling) != G_TYPE_STRING ||
       !pel_scaling_from_string (json_node_get_string (scaling), &normalisation->scaling) ||
       !read_number (object, "factor", -1e12, 1e12, &normalisation->factor) ||
       !read_number (object, "offset", -1e12, 1e12, &normalisation->offset) ||
       normalisation->factor == 0.0))
    return FALSE;
  if (polarity == NULL || json_node_get_value_type (polarity) != G_TYPE_STRING ||
      !pel_polarity_from_string (json_node_get_string (polarity), &normalisation->polarity) ||
      normalisation->polarity == PEL_POLARITY_CHOOSE ||
      !read_number (object, "low_percentile", 0, 50, &normalisation->low_percentile) ||
      !read_number (object, "high_percentile", 50, 100, &normalisation->high_percentile) ||
      !read_number (object, "channel", -1, 65535, &channel))
    return FALSE;
  normalisation->channel = normalisation->in_channels == 1 ? (gint)channel : PEL_CHANNEL_LUMINANCE;
  return normalisation->low_percentile < normalisation->high_percentile;
}

gboolean
pel_model_info_from_json (PelModelInfo *info, const char *text)
{
  g_autoptr (JsonParser) parser = parse (text);
  if (parser == NULL || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return FALSE;
  JsonObject *object = json_node_get_object (json_parser_get_root (parser));
  double min_size = info->min_size, images = 0.0, cells = 0.0, created = 0.0;
  if (!read_number (object, "um_per_px", 0, 1e6, &info->um_per_px) ||
      !read_number (object, "typical_diameter", 0, 1e6, &info->typical_diameter) ||
      !read_number (object, "threshold", 0, 1, &info->threshold) ||
      !read_number (object, "min_share", 0, 1, &info->min_share) ||
      !read_number (object, "separation", 0, 1, &info->separation) ||
      !read_number (object, "smallest_diameter", 0, 1e6, &info->smallest_diameter) ||
      !read_number (object, "largest_diameter", 0, 1e6, &info->largest_diameter) ||
      !read_number (object, "usual_confidence", 0, 1, &info->usual_confidence) ||
      !read_flag (object, "guess_size", &info->guess_size) ||
      !read_flag (object, "by_form", &info->by_form) ||
      !read_flag (object, "apart", &info->apart) ||
      !read_number (object, "min_size", 0, 1e9, &min_size) ||
      !read_number (object, "images", 0, 4e9, &images) ||
      !read_number (object, "cells", 0, 4e9, &cells) ||
      !read_number (object, "created", 0, 1e15, &created))
    return FALSE;
  pel_error_scale_read_json (&info->error_scale, object, "error_scale");
  info->min_size = (guint)min_size;
  info->images = (guint)images;
  info->cells = (guint)cells;
  info->created = (gint64)created;
  return TRUE;
}

gboolean
pel_history_from_json (GArray *history, const char *text)
{
  g_autoptr (JsonParser) parser = parse (text);
  if (parser == NULL || !JSON_NODE_HOLDS_ARRAY (json_parser_get_root (parser)))
    return FALSE;
  JsonArray *rows = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      if (!JSON_NODE_HOLDS_ARRAY (node) ||
          json_array_get_length (json_node_get_array (node)) < HISTORY_COLUMNS)
        return FALSE;
      double v[HISTORY_COLUMNS];
      for (guint k = 0; k < HISTORY_COLUMNS; k++)
        v[k] = node_number (json_array_get_element (json_node_get_array (node), k));
      if (!(v[0] >= 0.0 && v[0] <= 4e9 && v[1] >= 0.0 && v[1] <= 4e9))
        return FALSE;
      PelHistoryRow row = { (guint)v[0], (guint)v[1], v[2], v[3], v[4], v[5], v[6] };
      g_array_append_val (history, row);
    }
  return TRUE;
}

gboolean
pel_model_check_header (const PelSafetensors *file, const char *format, GError **error)
{
  const char *found = pel_safetensors_get_metadata (file, "format");
  const char *version = pel_safetensors_get_metadata (file, "version");
  if (g_strcmp0 (found, format) != 0 || version == NULL)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                           _ ("The file was not written by Pellicle for this purpose; choose a "
                              "model that Pellicle trained."));
      return FALSE;
    }
  guint64 number;
  if (!g_ascii_string_to_unsigned (version, 10, 1, G_MAXUINT, &number, NULL))
    return damaged (error);
  if (number > PEL_MODEL_VERSION)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                   /* Translators: two version numbers of a file format. */
                   _ ("The file has version %u of the format, but this program reads up to %u; "
                      "update Pellicle."),
                   (guint)number, PEL_MODEL_VERSION);
      return FALSE;
    }
  return TRUE;
}

/* A file is believed to hold a network of some size only where it is long enough for it, so that a
 * forged one cannot make us reserve memory: the widest convolution alone must fit. */
gboolean
pel_model_check_length (const char *path, const PelTrainConfig *config, GError **error)
{
  GStatBuf status;
  double widest = ldexp (config->base_channels, (gint)config->depth);
  if (g_stat (path, &status) == 0 && (double)status.st_size >= 4.0 * 9.0 * widest * widest)
    return TRUE;
  return damaged (error);
}

PelModel *
pel_model_load (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  g_autoptr (PelSafetensors) file = pel_safetensors_load (path, error);
  if (file == NULL || !pel_model_check_header (file, PEL_MODEL_FORMAT, error))
    return NULL;
  PelTrainConfig config;
  const char *text = pel_safetensors_get_metadata (file, "config");
  if (text == NULL)
    {
      damaged (error);
      return NULL;
    }
  if (!pel_train_config_from_json (&config, text, error) ||
      !pel_model_check_length (path, &config, error))
    return NULL;

  g_autoptr (GError) local = NULL;
  g_autoptr (PelModel) self = model_new (&config, TRUE, &local);
  if (self == NULL)
    {
      if (g_error_matches (local, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY))
        g_propagate_error (error, g_steal_pointer (&local));
      else
        damaged (error);
      return NULL;
    }
  if (!pel_normalisation_from_json (&self->normalisation,
                                    pel_safetensors_get_metadata (file, "normalisation")) ||
      !pel_model_info_from_json (&self->info, pel_safetensors_get_metadata (file, "info")) ||
      !pel_history_from_json (self->history, pel_safetensors_get_metadata (file, "history")))
    {
      damaged (error);
      return NULL;
    }
  if (!pel_unet_load_from (self->unet, file, WEIGHTS_PREFIX, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
pel_model_add_header (PelSafetensorsWriter *writer,
                      const char *format,
                      const PelTrainConfig *config)
{
  /* Flows came with version 2. */
  g_autofree char *version =
      g_strdup_printf ("%d", pel_train_config_has_flows (config) ? PEL_MODEL_VERSION : 1);
  pel_safetensors_writer_add_metadata (writer, "format", format);
  pel_safetensors_writer_add_metadata (writer, "version", version);
  pel_safetensors_writer_add_metadata (writer, "program", "Pellicle " PEL_VERSION);
}

gboolean
pel_model_save (PelModel *self, const char *path, GError **error)
{
  g_return_val_if_fail (self != NULL && path != NULL, FALSE);
  g_autofree char *config = pel_train_config_to_json (&self->config);
  g_autofree char *normalisation = pel_normalisation_to_json (&self->normalisation);
  g_autofree char *info = pel_model_info_to_json (&self->info);
  g_autofree char *history = pel_history_to_json (
      (const PelHistoryRow *)(const void *)self->history->data, self->history->len);
  g_autoptr (PelSafetensorsWriter) writer = pel_safetensors_writer_new ();
  pel_model_add_header (writer, PEL_MODEL_FORMAT, &self->config);
  pel_safetensors_writer_add_metadata (writer, "task", pel_task_to_string (self->config.task));
  pel_safetensors_writer_add_metadata (writer, "config", config);
  pel_safetensors_writer_add_metadata (writer, "normalisation", normalisation);
  pel_safetensors_writer_add_metadata (writer, "info", info);
  pel_safetensors_writer_add_metadata (writer, "history", history);
  pel_unet_save_to (self->unet, writer, WEIGHTS_PREFIX);
  return pel_safetensors_writer_write (writer, path, error);
}

PelUnet *
pel_model_get_unet (PelModel *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->unet;
}

const PelTrainConfig *
pel_model_get_config (const PelModel *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return &self->config;
}

PelTask
pel_model_get_task (const PelModel *self)
{
  g_return_val_if_fail (self != NULL, PEL_TASK_CELLS);
  return self->config.task;
}

const PelNormalisation *
pel_model_get_normalisation (const PelModel *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return &self->normalisation;
}

void
pel_model_set_normalisation (PelModel *self, const PelNormalisation *normalisation)
{
  g_return_if_fail (self != NULL && normalisation != NULL);
  g_return_if_fail (normalisation->in_channels == self->config.in_channels);
  self->normalisation = *normalisation;
}

const PelModelInfo *
pel_model_get_info (const PelModel *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return &self->info;
}

void
pel_model_set_info (PelModel *self, const PelModelInfo *info)
{
  g_return_if_fail (self != NULL && info != NULL);
  self->info = *info;
}

const PelHistoryRow *
pel_model_get_history (const PelModel *self, guint *n_rows)
{
  g_return_val_if_fail (self != NULL && n_rows != NULL, NULL);
  *n_rows = self->history->len;
  return (const PelHistoryRow *)(const void *)self->history->data;
}

void
pel_model_add_history (PelModel *self, const PelHistoryRow *row)
{
  g_return_if_fail (self != NULL && row != NULL);
  g_array_append_val (self->history, *row);
}

void
pel_model_clear_history (PelModel *self)
{
  g_return_if_fail (self != NULL);
  g_array_set_size (self->history, 0);
}
