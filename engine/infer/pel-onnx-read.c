/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-onnx-read.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-json-text.h"
#include "engine/nn/pel-model-file.h"
#include "engine/onnx/pel-onnx-unet.h"
#include "engine/train/pel-model-private.h"

/* Of the JSON texts in a file's metadata. */
#define MAX_NESTING 4

/* What the results of a network can mean. */
typedef enum
{
  ROLE_OTHER,
  ROLE_CELL,
  ROLE_BORDER,
  ROLE_BACKGROUND,
  N_ROLES,
} Role;

static const char *const role_names[N_ROLES] = { "other", "cell", "border", "background" };

static gboolean
refuse_meta (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                       _ ("what the ONNX file says about itself does not fit the network in it; it "
                          "is damaged, export the model anew"));
  return FALSE;
}

static void
note (GPtrArray *notes, const char *text)
{
  if (notes != NULL)
    g_ptr_array_add (notes, g_strdup (text));
}

/* ---- what the results mean ---- */

/* For each role the result that has it, or -1. */
static gboolean
parse_roles (const char *text, guint n, gint *places, GError **error)
{
  g_auto (GStrv) names = g_strsplit (text, ",", -1);

  for (guint i = 0; i < N_ROLES; i++)
    places[i] = -1;
  for (guint i = 0; names[i] != NULL && g_strv_length (names) == n; i++)
    {
      const char *name = g_strstrip (names[i]);
      guint role = 0;

      while (role < N_ROLES && strcmp (name, role_names[role]) != 0)
        role++;
      if (role == N_ROLES || (role != ROLE_OTHER && places[role] >= 0))
        {
          places[ROLE_CELL] = -1;
          break;
        }
      places[role] = (gint)i;
    }
  if (places[ROLE_CELL] >= 0)
    return TRUE;
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
               /* Translators: a list of English words, and a number. */
               _ ("“%s” does not say what the network’s %u results mean; name as many of cell, "
                  "border, background and other, with commas between them, cell among them"),
               text, n);
  return FALSE;
}

/* What is usual, where nobody says. */
static const char *
guess_roles (const PelOnnxUnet *unet)
{
  guint n = unet->head->channels;

  if (n == 1 && unet->activation != PEL_ONNX_SOFTMAX)
    return "cell";
  if (n == 2 && unet->activation == PEL_ONNX_SIGMOID)
    return "cell,border";
  if (n == 2 && unet->activation == PEL_ONNX_SOFTMAX)
    return "background,cell";
  return NULL;
}

static gboolean
refuse_softmax (const PelOnnxUnet *unet, GError **error)
{
  return pel_onnx_refuse (error, unet->head->node,
                          _ ("Pellicle’s network tells each probability by itself, and softmax "
                             "shares one out between more than two; train a network here, or "
                             "export one of two classes"));
}

/* The outputs of ours: the cell, and the border where there is one. */
static gboolean
choose_outputs (const PelOnnxUnet *unet,
                const char *roles,
                PelOnnxOutput *outputs,
                guint *n_outputs,
                GError **error)
{
  guint n = unet->head->channels;
  gint places[N_ROLES];

  if (!parse_roles (roles, n, places, error))
    return FALSE;
  if (unet->activation == PEL_ONNX_SOFTMAX || places[ROLE_BACKGROUND] >= 0)
    {
      if (n != 2 || unet->activation == PEL_ONNX_SIGMOID)
        return refuse_softmax (unet, error);
      outputs[0] = (PelOnnxOutput){ places[ROLE_CELL], 1 - places[ROLE_CELL] };
      *n_outputs = 1;
      return TRUE;
    }
  outputs[0] = (PelOnnxOutput){ places[ROLE_CELL], -1 };
  outputs[1] = (PelOnnxOutput){ places[ROLE_BORDER], -1 };
  *n_outputs = places[ROLE_BORDER] >= 0 ? 2 : 1;
  return TRUE;
}

/* ---- what Pellicle wrote beside it ---- */

static JsonObject *
parse_object (JsonParser *parser, const char *text)
{
  JsonNode *root;

  if (text == NULL || !pel_json_is_shallow (text, strlen (text), MAX_NESTING) ||
      !json_parser_load_from_data (parser, text, -1, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
}

/* How images are prepared, as pel_onnx_write() tells it. */
static gboolean
read_preparation (const char *text, PelNormalisation *n)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object = parse_object (parser, text);
  JsonNode *polarity = object != NULL ? json_object_get_member (object, "polarity") : NULL;

  if (polarity == NULL || json_node_get_value_type (polarity) != G_TYPE_STRING)
    return FALSE;
  return pel_polarity_from_string (json_node_get_string (polarity), &n->polarity) &&
         n->polarity != PEL_POLARITY_CHOOSE;
}

/* The configuration that our network was trained with; FALSE without @error where another program
 * wrote the file. */
static gboolean
read_training (const PelOnnxFile *file,
               const PelOnnxUnet *unet,
               PelTrainConfig *config,
               GError **error)
{
  const char *text = g_hash_table_lookup (file->metadata, "pellicle.training");

  if (text == NULL)
    return FALSE;
  if (!pel_train_config_from_json (config, text, NULL) || config->depth != unet->depth ||
      config->base_channels != unet->base_channels || config->in_channels != unet->in_channels ||
      pel_train_config_get_n_outputs (config) != unet->head->channels ||
      config->upsampling != unet->upsampling ||
      unet->activation != (pel_train_config_has_flows (config) ? PEL_ONNX_FLOWS : PEL_ONNX_SIGMOID))
    return refuse_meta (error);
  return TRUE;
}

static gboolean
take_facts (const PelOnnxFile *file, PelModel *model, GError **error)
{
  const char *preparation = g_hash_table_lookup (file->metadata, "pellicle.preprocessing");
  const char *facts = g_hash_table_lookup (file->metadata, "pellicle.info");
  PelNormalisation normalisation = *pel_model_get_normalisation (model);
  PelModelInfo info = *pel_model_get_info (model);

  if (!read_preparation (preparation, &normalisation) ||
      (facts != NULL && !pel_model_info_from_json (&info, facts)))
    return refuse_meta (error);
  pel_model_set_normalisation (model, &normalisation);
  pel_model_set_info (model, &info);
  return TRUE;
}

/* ---- what others wrote ---- */

static gboolean
make_config (const PelOnnxUnet *unet,
             const PelOnnxReadOptions *options,
             guint n_outputs,
             PelTrainConfig *config,
             GError **error)
{
  pel_train_config_init_preset (config, PEL_PRESET_QUICK);
  config->task = n_outputs > 1 ? PEL_TASK_CELLS : PEL_TASK_MASK;
  config->separator = PEL_SEPARATOR_BORDER;
  config->in_channels = unet->in_channels;
  config->base_channels = unet->base_channels;
  config->depth = unet->depth;
  config->upsampling = unet->upsampling;
  config->channel = options->channel;
  config->polarity = options->polarity;
  config->low_percentile = options->low_percentile;
  config->high_percentile = options->high_percentile;
  config->scaling = options->scaling;
  config->grey_factor = options->grey_factor;
  config->grey_offset = options->grey_offset;
  return pel_train_config_check (config, error);
}

static void
tell_guesses (const PelOnnxUnet *unet,
              const PelOnnxReadOptions *options,
              const char *roles,
              GPtrArray *notes)
{
  g_autofree char *range = g_strdup_printf (
      /* Translators: two percentages. */
      _ ("An ONNX file does not tell how pictures are prepared for its network: the percentiles "
         "%.4g and %.4g of each picture become 0 and 1. Compare a prediction with one of the "
         "program that trained it."),
      options->low_percentile, options->high_percentile);
  g_autofree char *meaning = g_strdup_printf (
      /* Translators: a list of English words such as "cell,border". */
      _ ("The results of the network are taken for: %s."), roles);

  if (!options->is_told)
    note (notes, range);
  if (options->outputs == NULL)
    note (notes, meaning);
  if (unet->activation == PEL_ONNX_INPUT)
    note (notes, _ ("The network gives scores, which are taken for logits."));
  if (unet->upsampling == PEL_UPSAMPLING_ALIGN_CORNERS)
    note (notes,
          _ ("The network interpolates between the corners of what it is given "
             "(align_corners), so that what it tells depends on the size of that. It is "
             "always given tiles of at most 512 pixels; the program that trained it may give it "
             "whole images, and come out a little different."));
}

/* ---- the model ---- */

static PelModel *
make_model (const PelOnnxUnet *unet,
            const PelTrainConfig *config,
            const PelOnnxOutput *outputs,
            GError **error)
{
  g_autoptr (PelModel) model = pel_model_new (config, error);

  if (model == NULL || !pel_onnx_unet_fill (unet, pel_model_get_unet (model), outputs, error))
    return NULL;
  return g_steal_pointer (&model);
}

static PelModel *
take_own (const PelOnnxFile *file,
          const PelOnnxUnet *unet,
          const PelTrainConfig *config,
          GError **error)
{
  const PelOnnxOutput outputs[3] = { { 0, -1 }, { 1, -1 }, { 2, -1 } };
  g_autoptr (PelModel) model = NULL;

  if (!pel_onnx_unet_check_size (unet, file, unet->head->channels, error))
    return NULL;
  model = make_model (unet, config, outputs, error);
  return model != NULL && take_facts (file, model, error) ? g_steal_pointer (&model) : NULL;
}

static PelModel *
take_foreign (const PelOnnxFile *file,
              const PelOnnxUnet *unet,
              const PelOnnxReadOptions *options,
              GPtrArray *notes,
              GError **error)
{
  const char *roles = options->outputs != NULL ? options->outputs : guess_roles (unet);
  PelOnnxOutput outputs[2];
  PelTrainConfig config;
  PelModel *model;
  guint n_outputs = 1;

  if (roles == NULL)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   ngettext ("the file does not tell what the network’s %u result means; name it, "
                             "such as cell",
                             "the file does not tell what the network’s %u results mean; name "
                             "them, such as background,cell (softmax) or cell,border (sigmoid)",
                             unet->head->channels),
                   unet->head->channels);
      return NULL;
    }
  if (!choose_outputs (unet, roles, outputs, &n_outputs, error) ||
      !pel_onnx_unet_check_size (unet, file, n_outputs, error) ||
      !make_config (unet, options, n_outputs, &config, error))
    return NULL;
  model = make_model (unet, &config, outputs, error);
  if (model != NULL)
    tell_guesses (unet, options, roles, notes);
  return model;
}

void
pel_onnx_set_told_error (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                       _ ("Pellicle wrote this network, and its file tells what its results mean "
                          "and how pictures are prepared for it; do not say it again"));
}

/* @folder: where the file lies, NULL where it is in memory alone */
static PelModel *
read_model (GBytes *bytes,
            const char *folder,
            const PelOnnxReadOptions *options,
            GPtrArray *notes,
            GError **error)
{
  g_autoptr (PelOnnxFile) file = pel_onnx_file_parse (bytes, error);
  g_autoptr (PelOnnxSteps) steps = NULL;
  g_autoptr (GError) problem = NULL;
  PelOnnxUnet unet;
  PelTrainConfig config;

  if (file == NULL || (folder != NULL && !pel_onnx_file_load_data (file, folder, error)))
    return NULL;
  steps = pel_onnx_steps_new (file, error);
  if (steps == NULL || !pel_onnx_unet_recognise (&unet, steps, error))
    return NULL;
  if (read_training (file, &unet, &config, &problem))
    {
      if (!options->is_insisted)
        return take_own (file, &unet, &config, error);
      pel_onnx_set_told_error (error);
      return NULL;
    }
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  return take_foreign (file, &unet, options, notes, error);
}

PelModel *
pel_onnx_read (GBytes *bytes, const PelOnnxReadOptions *options, GPtrArray *notes, GError **error)
{
  const PelOnnxReadOptions usual = PEL_ONNX_READ_OPTIONS_DEFAULT;

  g_return_val_if_fail (bytes != NULL, NULL);

  return read_model (bytes, NULL, options != NULL ? options : &usual, notes, error);
}

PelModel *
pel_onnx_load (const char *path,
               const PelOnnxReadOptions *options,
               GPtrArray *notes,
               GError **error)
{
  const PelOnnxReadOptions usual = PEL_ONNX_READ_OPTIONS_DEFAULT;
  g_autoptr (GBytes) bytes = pel_model_file_read (path, 1, error);
  g_autofree char *folder = g_path_get_dirname (path);

  if (bytes == NULL)
    return NULL;
  return read_model (bytes, folder, options != NULL ? options : &usual, notes, error);
}

gboolean
pel_onnx_is_candidate (const char *path)
{
  gsize n = strlen (path);

  return n > 5 && g_ascii_strcasecmp (path + n - 5, ".onnx") == 0;
}
