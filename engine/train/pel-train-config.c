/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-train-config.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/io/pel-json-text.h"
#include "engine/train/pel-normalisation.h"
#include "engine/train/pel-warp.h"

/* By what touching cells are parted where nobody says; a preset may choose another. */
#define USUAL_SEPARATOR PEL_SEPARATOR_FLOWS
/* Of a configuration as JSON. */
#define MAX_NESTING 4

static const char *const preset_names[] = { "quick", "balanced", "thorough", "seed" };
static const char *const task_names[] = { "cells", "mask" };
static const char *const loss_names[] = { "bce", "dice", "bce+dice" };
static const char *const upsampling_names[] = { "transposed", "half-pixel", "align-corners",
                                                "asymmetric" };
static const char *const scaling_names[] = { "percentiles", "deviations", "fixed" };
static const char *const polarity_names[] = { "keep", "auto", "choose" };
static const struct
{
  const char *name;
  PelOptimizerKind kind;
} optimizer_names[] = {
  { "adamw", PEL_OPTIMIZER_ADAMW },
  { "adam", PEL_OPTIMIZER_ADAM },
  { "sgd", PEL_OPTIMIZER_SGD },
};

/* How a field is written and which values it may have. */
typedef enum
{
  FIELD_UINT,
  FIELD_INT,
  FIELD_SIZE,
  FIELD_SEED,
  FIELD_DOUBLE,
  FIELD_BOOLEAN,
} FieldType;

typedef struct
{
  const char *name;
  FieldType type;
  gsize offset;
  double min, max;
} Field;

#define AT(field) G_STRUCT_OFFSET (PelTrainConfig, field)

static const Field fields[] = {
  { "in_channels", FIELD_UINT, AT (in_channels), 1, PEL_MAX_IN_CHANNELS },
  { "choose_colour", FIELD_BOOLEAN, AT (choose_colour), 0, 1 },
  { "channel", FIELD_INT, AT (channel), -1, 65535 },
  { "base_channels", FIELD_UINT, AT (base_channels), 1, 256 },
  { "depth", FIELD_UINT, AT (depth), 1, 7 },
  { "zoom", FIELD_DOUBLE, AT (zoom), 0, 8 },
  { "patch", FIELD_UINT, AT (patch), 0, 2048 },
  { "batch", FIELD_UINT, AT (batch), 0, 1024 },
  { "epochs", FIELD_UINT, AT (epochs), 0, 1e6 },
  { "steps_per_epoch", FIELD_UINT, AT (steps_per_epoch), 0, 1e6 },
  { "learning_rate", FIELD_DOUBLE, AT (learning_rate), 0, 10 },
  { "weight_decay", FIELD_DOUBLE, AT (weight_decay), 0, 10 },
  { "momentum", FIELD_DOUBLE, AT (momentum), 0, 0.9999 },
  { "seed", FIELD_SEED, AT (seed), 0, 0 },
  { "time_limit_s", FIELD_DOUBLE, AT (time_limit_s), 0, 1e9 },
  { "low_percentile", FIELD_DOUBLE, AT (low_percentile), 0, 50 },
  { "high_percentile", FIELD_DOUBLE, AT (high_percentile), 50, 100 },
  { "grey_factor", FIELD_DOUBLE, AT (grey_factor), -1e12, 1e12 },
  { "grey_offset", FIELD_DOUBLE, AT (grey_offset), -1e12, 1e12 },
  { "border_reach", FIELD_UINT, AT (border_reach), 0, 16 },
  { "border_weight", FIELD_DOUBLE, AT (border_weight), 0, 1000 },
  { "ring", FIELD_UINT, AT (ring), 0, 64 },
  { "validation_pixels", FIELD_SIZE, AT (validation_pixels), 0, 1e15 },
  { "kind_balance", FIELD_DOUBLE, AT (kind_balance), 0, 1 },
  { "averaging", FIELD_DOUBLE, AT (averaging), 0, 1 },
  { "patience", FIELD_DOUBLE, AT (patience), 0, 1 },
  { "memory_limit", FIELD_SIZE, AT (memory_limit), 0, 1e15 },
  { "flips", FIELD_BOOLEAN, AT (augment.flips), 0, 1 },
  { "rotation", FIELD_DOUBLE, AT (augment.rotation), 0, 180 },
  { "scale", FIELD_DOUBLE, AT (augment.scale), 1, 2 },
  { "elastic", FIELD_DOUBLE, AT (augment.elastic), 0, 100 },
  { "elastic_grid", FIELD_UINT, AT (augment.elastic_grid), 2, PEL_WARP_MAX_GRID },
  { "warp_share", FIELD_DOUBLE, AT (augment.warp_share), 0, 1 },
  { "brightness", FIELD_DOUBLE, AT (augment.brightness), 0, 10 },
  { "contrast", FIELD_DOUBLE, AT (augment.contrast), 1, 10 },
  { "gamma", FIELD_DOUBLE, AT (augment.gamma), 1, 10 },
  { "blur", FIELD_DOUBLE, AT (augment.blur), 0, 8 },
  { "blur_share", FIELD_DOUBLE, AT (augment.blur_share), 0, 1 },
  { "noise", FIELD_DOUBLE, AT (augment.noise), 0, 10 },
  { "noise_share", FIELD_DOUBLE, AT (augment.noise_share), 0, 1 },
  { "invert_share", FIELD_DOUBLE, AT (augment.invert_share), 0, 1 },
};

void
pel_train_config_init_preset (PelTrainConfig *config, PelPreset preset)
{
  g_return_if_fail (config != NULL);
  memset (config, 0, sizeof *config);
  config->preset = preset;
  config->task = PEL_TASK_CELLS;
  config->separator = USUAL_SEPARATOR;
  config->in_channels = 1;
  config->choose_colour = TRUE;
  config->channel = -1;
  config->base_channels = 16;
  config->depth = 4;
  config->epochs = 40;
  config->steps_per_epoch = 25;
  config->loss = PEL_LOSS_BCE_DICE;
  config->optimizer = PEL_OPTIMIZER_ADAMW;
  config->weight_decay = 1e-4;
  config->momentum = 0.9;
  config->low_percentile = 1.0;
  config->high_percentile = 99.8;
  config->grey_factor = 1.0;
  config->polarity = PEL_POLARITY_CHOOSE;
  config->border_weight = 2.0;
  config->ring = 4;
  config->validation_pixels = 2000000;
  config->averaging = 0.05;
  config->patience = 0.35;
  config->augment = (PelAugmentConfig){
    .flips = TRUE,
    .rotation = 180.0,
    .scale = 1.25,
    .elastic = 10.0,
    .elastic_grid = 3,
    .warp_share = 0.5,
    .brightness = 0.1,
    .contrast = 1.25,
    .gamma = 1.4,
    .blur = 1.2,
    .blur_share = 0.25,
    .noise = 0.05,
    .noise_share = 0.25,
    .invert_share = 0.0,
  };

  switch (preset)
    {
    case PEL_PRESET_QUICK:
      break;
    case PEL_PRESET_BALANCED:
      config->epochs = 80;
      config->steps_per_epoch = 50;
      break;
    case PEL_PRESET_THOROUGH:
      config->base_channels = 32;
      config->epochs = 160;
      config->steps_per_epoch = 50;
      config->validation_pixels = 8000000;
      break;
    case PEL_PRESET_SEED:
      config->task = PEL_TASK_MASK;
      config->choose_colour = FALSE;
      config->base_channels = 64;
      config->patch = 512;
      config->batch = 1;
      config->epochs = 100;
      config->steps_per_epoch = 10;
      config->loss = PEL_LOSS_BCE;
      config->optimizer = PEL_OPTIMIZER_ADAM;
      config->learning_rate = 1e-3;
      config->weight_decay = 0.0;
      config->averaging = 0.0;
      config->patience = 0.0;
      config->augment.warp_share = 1.0;
      break;
    }
}

void
pel_train_config_set_time_limit (PelTrainConfig *config, double seconds)
{
  g_return_if_fail (config != NULL);
  config->time_limit_s = seconds;
  config->epochs = 0;
}

static double
field_get (const PelTrainConfig *config, const Field *field)
{
  const char *at = (const char *)config + field->offset;
  switch (field->type)
    {
    case FIELD_UINT:
      return *(const guint *)(const void *)at;
    case FIELD_INT:
    case FIELD_BOOLEAN:
      return *(const gint *)(const void *)at;
    case FIELD_SIZE:
      return (double)*(const gsize *)(const void *)at;
    case FIELD_DOUBLE:
      return *(const double *)(const void *)at;
    case FIELD_SEED:
      break;
    }
  return 0.0;
}

static void
field_set (PelTrainConfig *config, const Field *field, double value)
{
  char *at = (char *)config + field->offset;
  switch (field->type)
    {
    case FIELD_UINT:
      *(guint *)(void *)at = (guint)value;
      break;
    case FIELD_INT:
    case FIELD_BOOLEAN:
      *(gint *)(void *)at = (gint)value;
      break;
    case FIELD_SIZE:
      *(gsize *)(void *)at = (gsize)value;
      break;
    case FIELD_DOUBLE:
      *(double *)(void *)at = value;
      break;
    case FIELD_SEED:
      break;
    }
}

gboolean
pel_train_config_check (const PelTrainConfig *config, GError **error)
{
  g_return_val_if_fail (config != NULL, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      double value = field_get (config, &fields[i]);
      if (value >= fields[i].min && value <= fields[i].max)
        continue;
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   /* Translators: the name of a setting, its value, and the range it must be in. */
                   _ ("The setting %s is %g; it must be from %g to %g."), fields[i].name, value,
                   fields[i].min, fields[i].max);
      return FALSE;
    }
  if ((guint)config->preset >= G_N_ELEMENTS (preset_names) ||
      (guint)config->task >= G_N_ELEMENTS (task_names) ||
      (guint)config->loss >= G_N_ELEMENTS (loss_names) ||
      (guint)config->upsampling >= G_N_ELEMENTS (upsampling_names) ||
      (guint)config->scaling >= G_N_ELEMENTS (scaling_names) ||
      (guint)config->polarity >= G_N_ELEMENTS (polarity_names) ||
      (guint)config->separator > PEL_SEPARATOR_FLOWS ||
      pel_optimizer_kind_to_string (config->optimizer) == NULL)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                           _ ("The training configuration names an unknown task, loss or "
                              "optimiser; choose one that the help lists."));
      return FALSE;
    }
  if (config->low_percentile >= config->high_percentile)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                           _ ("The low percentile must lie below the high percentile."));
      return FALSE;
    }
  guint step = 1u << config->depth;
  if (config->patch % step != 0)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   /* Translators: a size in pixels, the depth of the network, a size in pixels. */
                   _ ("The patch of %u pixels does not suit a network of depth %u; choose a "
                      "multiple of %u."),
                   config->patch, config->depth, step);
      return FALSE;
    }
  if (config->epochs == 0 && !(config->time_limit_s > 0.0))
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                           _ ("Training has neither a number of epochs nor a time limit; give one "
                              "of them."));
      return FALSE;
    }
  return TRUE;
}

guint
pel_train_config_get_n_outputs (const PelTrainConfig *config)
{
  return 1 + pel_train_config_get_n_parting (config);
}

guint
pel_train_config_get_n_parting (const PelTrainConfig *config)
{
  g_return_val_if_fail (config != NULL, 0);
  return config->task == PEL_TASK_CELLS ? pel_separator_get_n_planes (config->separator) : 0;
}

gboolean
pel_train_config_has_flows (const PelTrainConfig *config)
{
  g_return_val_if_fail (config != NULL, FALSE);
  return config->task == PEL_TASK_CELLS && config->separator == PEL_SEPARATOR_FLOWS;
}

gboolean
pel_train_config_holds_out (const PelTrainConfig *config)
{
  g_return_val_if_fail (config != NULL, FALSE);
  return config->preset != PEL_PRESET_SEED;
}

double
pel_train_config_get_zoom (const PelTrainConfig *config)
{
  g_return_val_if_fail (config != NULL, 1.0);
  /* Models from before there was a zoom do not tell one. */
  return config->zoom > 0.0 ? config->zoom : 1.0;
}

char *
pel_train_config_to_json (const PelTrainConfig *config)
{
  g_return_val_if_fail (config != NULL, NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  const char *const names[][2] = {
    { "preset", pel_preset_to_string (config->preset) },
    { "task", pel_task_to_string (config->task) },
    { "loss", pel_loss_kind_to_string (config->loss) },
    { "optimizer", pel_optimizer_kind_to_string (config->optimizer) },
    { "polarity", pel_polarity_to_string (config->polarity) },
    { "scaling", pel_scaling_to_string (config->scaling) },
    { "upsampling", pel_upsampling_to_string (config->upsampling) },
    { "separator", pel_separator_to_string (config->separator) },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      json_builder_set_member_name (builder, names[i][0]);
      json_builder_add_string_value (builder, names[i][1]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      json_builder_set_member_name (builder, fields[i].name);
      double value = field_get (config, &fields[i]);
      if (fields[i].type == FIELD_SEED)
        {
          /* As text: JSON's numbers do not hold all 64 bits. */
          g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, config->seed);
          json_builder_add_string_value (builder, text);
        }
      else if (fields[i].type == FIELD_DOUBLE)
        json_builder_add_double_value (builder, value);
      else if (fields[i].type == FIELD_BOOLEAN)
        json_builder_add_boolean_value (builder, value > 0.0);
      else
        json_builder_add_int_value (builder, (gint64)value);
    }
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* The text of a member, or NULL where there is none or it is something else. */
static const char *
member_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static gboolean
read_names (PelTrainConfig *config, JsonObject *object)
{
  const char *preset = member_string (object, "preset"), *task = member_string (object, "task");
  const char *loss = member_string (object, "loss");
  const char *optimizer = member_string (object, "optimizer");
  const char *polarity = member_string (object, "polarity");

  /* Files from before there was a choice do not tell. */
  if (json_object_has_member (object, "upsampling") &&
      !pel_upsampling_from_string (member_string (object, "upsampling"), &config->upsampling))
    return FALSE;
  if (json_object_has_member (object, "scaling") &&
      !pel_scaling_from_string (member_string (object, "scaling"), &config->scaling))
    return FALSE;
  if (json_object_has_member (object, "separator") &&
      !pel_separator_from_string (member_string (object, "separator"), &config->separator))
    return FALSE;
  return preset != NULL && pel_preset_from_string (preset, &config->preset) && task != NULL &&
         pel_task_from_string (task, &config->task) && loss != NULL &&
         pel_loss_kind_from_string (loss, &config->loss) && optimizer != NULL &&
         pel_optimizer_kind_from_string (optimizer, &config->optimizer) && polarity != NULL &&
         pel_polarity_from_string (polarity, &config->polarity);
}

static gboolean
read_field (PelTrainConfig *config, JsonObject *object, const Field *field)
{
  JsonNode *node = json_object_get_member (object, field->name);
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  GType type = json_node_get_value_type (node);
  if (field->type == FIELD_SEED)
    return type == G_TYPE_STRING && g_ascii_string_to_unsigned (json_node_get_string (node), 10, 0,
                                                                G_MAXUINT64, &config->seed, NULL);
  if (field->type == FIELD_BOOLEAN)
    {
      if (type != G_TYPE_BOOLEAN)
        return FALSE;
      field_set (config, field, json_node_get_boolean (node) ? 1.0 : 0.0);
      return TRUE;
    }
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  double value = json_node_get_double (node);
  if (!(value >= field->min && value <= field->max))
    return FALSE;
  field_set (config, field, value);
  return TRUE;
}

gboolean
pel_train_config_from_json (PelTrainConfig *config, const char *json, GError **error)
{
  g_return_val_if_fail (config != NULL && json != NULL, FALSE);
  pel_train_config_init_preset (config, PEL_PRESET_QUICK);
  /* What is stored was decided, also by those that do not tell. */
  config->choose_colour = FALSE;
  config->separator = PEL_SEPARATOR_BORDER;
  g_autoptr (JsonParser) parser = json_parser_new ();
  gboolean good = pel_json_is_shallow (json, strlen (json), MAX_NESTING) &&
                  json_parser_load_from_data (parser, json, -1, NULL);
  JsonNode *root = good ? json_parser_get_root (parser) : NULL;
  good = root != NULL && JSON_NODE_HOLDS_OBJECT (root);
  if (good)
    {
      JsonObject *object = json_node_get_object (root);
      good = read_names (config, object);
      for (gsize i = 0; good && i < G_N_ELEMENTS (fields); i++)
        good = read_field (config, object, &fields[i]);
    }
  if (!good)
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                         _ ("The training configuration stored in the file cannot be read; the "
                            "file is damaged or not from this program."));
  return good;
}

static gboolean
find_name (const char *const *names, guint n, const char *name, guint *index)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (names[i], name) == 0)
      {
        *index = i;
        return TRUE;
      }
  return FALSE;
}

const char *
pel_preset_to_string (PelPreset preset)
{
  g_return_val_if_fail ((guint)preset < G_N_ELEMENTS (preset_names), NULL);
  return preset_names[preset];
}

gboolean
pel_preset_from_string (const char *name, PelPreset *preset)
{
  guint i;
  if (!find_name (preset_names, G_N_ELEMENTS (preset_names), name, &i))
    return FALSE;
  *preset = (PelPreset)i;
  return TRUE;
}

const char *
pel_task_to_string (PelTask task)
{
  g_return_val_if_fail ((guint)task < G_N_ELEMENTS (task_names), NULL);
  return task_names[task];
}

gboolean
pel_task_from_string (const char *name, PelTask *task)
{
  guint i;
  if (!find_name (task_names, G_N_ELEMENTS (task_names), name, &i))
    return FALSE;
  *task = (PelTask)i;
  return TRUE;
}

const char *
pel_scaling_to_string (PelScaling scaling)
{
  g_return_val_if_fail ((guint)scaling < G_N_ELEMENTS (scaling_names), NULL);
  return scaling_names[scaling];
}

gboolean
pel_scaling_from_string (const char *name, PelScaling *scaling)
{
  guint i;
  if (!find_name (scaling_names, G_N_ELEMENTS (scaling_names), name, &i))
    return FALSE;
  *scaling = (PelScaling)i;
  return TRUE;
}

const char *
pel_upsampling_to_string (PelUpsampling upsampling)
{
  g_return_val_if_fail ((guint)upsampling < G_N_ELEMENTS (upsampling_names), NULL);
  return upsampling_names[upsampling];
}

gboolean
pel_upsampling_from_string (const char *name, PelUpsampling *upsampling)
{
  guint i;
  if (!find_name (upsampling_names, G_N_ELEMENTS (upsampling_names), name, &i))
    return FALSE;
  *upsampling = (PelUpsampling)i;
  return TRUE;
}

const char *
pel_loss_kind_to_string (PelLossKind loss)
{
  g_return_val_if_fail ((guint)loss < G_N_ELEMENTS (loss_names), NULL);
  return loss_names[loss];
}

gboolean
pel_loss_kind_from_string (const char *name, PelLossKind *loss)
{
  guint i;
  if (!find_name (loss_names, G_N_ELEMENTS (loss_names), name, &i))
    return FALSE;
  *loss = (PelLossKind)i;
  return TRUE;
}

const char *
pel_optimizer_kind_to_string (PelOptimizerKind kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (optimizer_names); i++)
    if (optimizer_names[i].kind == kind)
      return optimizer_names[i].name;
  return NULL;
}

gboolean
pel_optimizer_kind_from_string (const char *name, PelOptimizerKind *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (optimizer_names); i++)
    if (g_strcmp0 (optimizer_names[i].name, name) == 0)
      {
        *kind = optimizer_names[i].kind;
        return TRUE;
      }
  return FALSE;
}

const char *
pel_polarity_to_string (PelPolarity polarity)
{
  g_return_val_if_fail ((guint)polarity < G_N_ELEMENTS (polarity_names), NULL);
  return polarity_names[polarity];
}

gboolean
pel_polarity_from_string (const char *name, PelPolarity *polarity)
{
  guint i;
  if (!find_name (polarity_names, G_N_ELEMENTS (polarity_names), name, &i))
    return FALSE;
  *polarity = (PelPolarity)i;
  return TRUE;
}
