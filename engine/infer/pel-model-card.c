/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-model-card.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/infer/pel-tiler.h"
#include "engine/io/pel-json-text.h"

/* Of the format: bioimageio.spec/model/v0_5, of November 2026. */
#define FORMAT_VERSION "0.5.12"
#define LEAST_NAME 5
#define MOST_NAME 128
#define MOST_DESCRIPTION 512
#define NAME_MARKS "_+- ()"

/* ---- what a card may hold ---- */

static gboolean
refuse (GError **error, char *message)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT, message);
  g_free (message);
  return FALSE;
}

static gboolean
is_name (const char *name)
{
  gsize n = strlen (name);

  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr (NAME_MARKS, *c) == NULL)
      return FALSE;
  return n >= LEAST_NAME && n <= MOST_NAME;
}

static gboolean
is_licence (const char *licence)
{
  if (licence[0] == '\0')
    return FALSE;
  for (const char *c = licence; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr (".+-", *c) == NULL)
      return FALSE;
  return TRUE;
}

/* A name, with words that are no more than that. */
static gboolean
is_author (const char *author)
{
  return author[0] != '\0' && author[0] != ';' && g_utf8_validate (author, -1, NULL) &&
         strpbrk (author, "/\\\n\r") == NULL && strlen (author) < 400;
}

gboolean
pel_model_card_check (const PelModelCard *self, GError **error)
{
  g_return_val_if_fail (self != NULL && self->name != NULL, FALSE);

  const char *description = self->description != NULL ? self->description : "";
  gboolean readable = g_utf8_validate (description, -1, NULL);

  if (!is_name (self->name))
    return refuse (
        error, g_strdup_printf (
                   /* Translators: %s is the name of a model. */
                   _ ("“%s” cannot be the name of a BioImage.IO model; use 5 to 128 plain letters, "
                      "digits, spaces and _ + - ( )"),
                   self->name));
  if (self->licence != NULL && !is_licence (self->licence))
    return refuse (
        error,
        g_strdup_printf (_ ("“%s” is no SPDX name of a licence; use one such as CC-BY-4.0 or MIT"),
                         self->licence));
  if (!readable || g_utf8_strlen (description, -1) > MOST_DESCRIPTION)
    return refuse (
        error, g_strdup (_ ("The description of the model is longer than 512 letters, or no text; "
                            "shorten it")));
  for (guint i = 0; self->authors != NULL && self->authors[i] != NULL; i++)
    if (!is_author (self->authors[i]))
      return refuse (error, g_strdup_printf (_ ("“%s” cannot be an author; give NAME or NAME; "
                                                "AFFILIATION, without slashes"),
                                             self->authors[i]));
  return TRUE;
}

char *
pel_model_card_clean_name (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  g_autofree char *plain = g_str_to_ascii (name, "C");
  GString *out = g_string_new (NULL);

  for (const char *c = plain; *c != '\0' && out->len < MOST_NAME; c++)
    g_string_append_c (out, g_ascii_isalnum (*c) || strchr (NAME_MARKS, *c) != NULL ? *c : '-');
  if (out->len < LEAST_NAME)
    g_string_prepend (out, "Pellicle ");
  return g_string_free (out, FALSE);
}

void
pel_model_card_get_sizes (PelModel *model, guint *least, guint *step, guint *halo)
{
  g_return_if_fail (model != NULL && least != NULL && step != NULL && halo != NULL);

  gint unit = 1 << pel_unet_get_config (pel_model_get_unet (model))->depth;
  PelTileAxis axis;

  /* As this program's own tiles. */
  pel_tile_axis_init (&axis, 0, G_MAXINT16, unit, 1);
  *step = (guint)unit;
  *halo = (guint)axis.overlap / 2;
  *least = (guint)axis.overlap + 2 * (guint)unit;
}

/* ---- YAML: each line a key or an item, texts quoted as in JSON ---- */

static void
add_line (GString *out, guint indent, const char *text)
{
  for (guint i = 0; i < indent; i++)
    g_string_append (out, "  ");
  g_string_append (out, text);
  g_string_append_c (out, '\n');
}

static void
begin_value (GString *out, guint indent, const char *key)
{
  for (guint i = 0; i < indent; i++)
    g_string_append (out, "  ");
  g_string_append_printf (out, "%s: ", key);
}

static void
add_text (GString *out, guint indent, const char *key, const char *text)
{
  begin_value (out, indent, key);
  pel_json_append_string (out, text);
  g_string_append_c (out, '\n');
}

static void
add_number (GString *out, guint indent, const char *key, double value)
{
  begin_value (out, indent, key);
  pel_json_append_number (out, value);
  g_string_append_c (out, '\n');
}

static void
add_file (GString *out, guint indent, const char *key, const PelCardFile *file)
{
  g_autofree char *line = g_strconcat (key, ":", NULL);

  add_line (out, indent, line);
  add_text (out, indent + 1, "source", file->name);
  add_text (out, indent + 1, "sha256", file->sha256);
}

/* ---- the description ---- */

static const char *
get_output_name (PelModel *model, guint i)
{
  static const char *const names[] = { "cell", "border" };
  static const char *const flows[] = { "cell", "flow_down", "flow_right" };

  if (pel_train_config_has_flows (pel_model_get_config (model)))
    return i < G_N_ELEMENTS (flows) ? flows[i] : "other";
  return i < G_N_ELEMENTS (names) && (i == 0 || pel_model_get_task (model) == PEL_TASK_CELLS)
             ? names[i]
             : "other";
}

/* Size of the network's pixels in µm, or 0. Readers multiply a number of pixels by it and divide
 * again: a single precision's few bits leave that exact, so that no pixel is lost. */
static double
get_um (PelModel *model)
{
  return (double)(float)(pel_model_get_info (model)->um_per_px /
                         pel_train_config_get_zoom (pel_model_get_config (model)));
}

static void
add_space_unit (GString *out, PelModel *model)
{
  if (get_um (model) <= 0.0)
    return;
  add_text (out, 3, "unit", "micrometer");
  add_number (out, 3, "scale", get_um (model));
}

static void
add_channels (GString *out, PelModel *model, gboolean input)
{
  const PelUnetConfig *config = pel_unet_get_config (pel_model_get_unet (model));
  const PelNormalisation *n = pel_model_get_normalisation (model);

  add_line (out, 2, "- type: channel");
  add_line (out, 3, "channel_names:");
  for (guint i = 0; i < (input ? config->in_channels : config->out_channels); i++)
    {
      gint channel = config->in_channels == 1 ? n->channel : (gint)i;
      g_autofree char *numbered = g_strdup_printf ("- channel%d", channel + 1);
      g_autofree char *named = g_strdup_printf ("- %s", get_output_name (model, i));

      add_line (out, 4, !input ? named : channel < 0 ? "- luminance" : numbered);
    }
}

static void
add_input (GString *out, PelModel *model, const PelCardFiles *files)
{
  const PelNormalisation *n = pel_model_get_normalisation (model);
  guint least, step, halo;

  pel_model_card_get_sizes (model, &least, &step, &halo);
  add_line (out, 0, "inputs:");
  add_text (out, 0, "- id", "image");
  add_text (out, 1, "description",
            n->polarity == PEL_POLARITY_AUTO
                ? "Grey values with cells brighter than the background; turn others round first"
                : "Grey values as the camera gives them");
  add_line (out, 1, "axes:");
  add_line (out, 2, "- type: batch");
  add_channels (out, model, TRUE);
  for (guint i = 0; i < 2; i++)
    {
      add_line (out, 2, "- type: space");
      add_text (out, 3, "id", i == 0 ? "y" : "x");
      add_line (out, 3, "size:");
      add_number (out, 4, "min", least);
      add_number (out, 4, "step", step);
      add_space_unit (out, model);
    }
  add_line (out, 1, "data:");
  add_line (out, 2, "type: float32");
  add_line (out, 1, "preprocessing:");
  if (n->scaling == PEL_SCALING_PERCENTILES)
    {
      add_line (out, 2, "- id: scale_range");
      add_line (out, 3, "kwargs:");
      add_line (out, 4, "axes: [\"y\", \"x\"]");
      add_number (out, 4, "min_percentile", n->low_percentile);
      add_number (out, 4, "max_percentile", n->high_percentile);
      add_line (out, 4, "eps: 1.0e-06");
      add_line (out, 2, "- id: clip");
      add_line (out, 3, "kwargs:");
      add_line (out, 4, "min: -1.0");
      add_line (out, 4, "max: 2.0");
    }
  else if (n->scaling == PEL_SCALING_DEVIATIONS)
    {
      add_line (out, 2, "- id: zero_mean_unit_variance");
      add_line (out, 3, "kwargs:");
      add_line (out, 4, "axes: [\"y\", \"x\"]");
      add_line (out, 4, "eps: 1.0e-06");
    }
  else
    {
      add_line (out, 2, "- id: scale_linear");
      add_line (out, 3, "kwargs:");
      add_number (out, 4, "gain", n->factor);
      add_number (out, 4, "offset", n->offset);
    }
  add_file (out, 1, "test_tensor", &files->input);
}

static void
add_output (GString *out, PelModel *model, const PelCardFiles *files)
{
  gboolean has_flows = pel_train_config_has_flows (pel_model_get_config (model));
  guint least, step, halo;

  pel_model_card_get_sizes (model, &least, &step, &halo);
  add_line (out, 0, "outputs:");
  add_text (out, 0, "- id", "probabilities");
  add_text (out, 1, "description",
            has_flows
                ? "Probability of each pixel to lie in a cell, and a vector of about length 1 "
                  "along the way to the cell's middle"
                : "Probability of each pixel to lie in a cell or between cells");
  add_line (out, 1, "axes:");
  add_line (out, 2, "- type: batch");
  add_channels (out, model, FALSE);
  for (guint i = 0; i < 2; i++)
    {
      add_line (out, 2, "- type: space");
      add_text (out, 3, "id", i == 0 ? "y" : "x");
      add_line (out, 3, "size:");
      add_text (out, 4, "tensor_id", "image");
      add_text (out, 4, "axis_id", i == 0 ? "y" : "x");
      add_number (out, 4, "offset", 0);
      add_number (out, 3, "halo", halo);
      add_space_unit (out, model);
    }
  add_line (out, 1, "data:");
  add_line (out, 2, "type: float32");
  if (!has_flows)
    add_line (out, 2, "range: [0.0, 1.0]");
  add_file (out, 1, "test_tensor", &files->output);
}

static void
add_author (GString *out, const char *author)
{
  const char *semicolon = strchr (author, ';');
  g_autofree char *name = g_strstrip (
      semicolon != NULL ? g_strndup (author, (gsize)(semicolon - author)) : g_strdup (author));
  g_autofree char *affiliation = g_strstrip (g_strdup (semicolon != NULL ? semicolon + 1 : ""));

  add_text (out, 0, "- name", name);
  if (affiliation[0] != '\0')
    add_text (out, 1, "affiliation", affiliation);
}

static char *
make_description (const PelModelCard *self, PelModel *model)
{
  const PelModelInfo *info = pel_model_get_info (model);

  if (self->description != NULL && self->description[0] != '\0')
    return g_strdup (self->description);
  return g_strdup_printf (
      "A U-Net that tells the pixels of cells%s, trained with Pellicle on %u images with %u cells.",
      pel_model_get_task (model) != PEL_TASK_CELLS                ? ""
      : pel_train_config_has_flows (pel_model_get_config (model)) ? " and the ways to their middles"
                                                                  : " and of the borders between "
                                                                    "touching ones",
      info->images, info->cells);
}

/* What this program needs beyond what the format tells. */
static void
add_config (GString *out, PelModel *model)
{
  const PelModelInfo *info = pel_model_get_info (model);
  const PelNormalisation *n = pel_model_get_normalisation (model);

  add_line (out, 0, "config:");
  add_line (out, 1, "pellicle:");
  add_text (out, 2, "program", "Pellicle " PEL_VERSION);
  add_text (out, 2, "task", pel_task_to_string (pel_model_get_task (model)));
  add_text (out, 2, "polarity", pel_polarity_to_string (n->polarity));
  add_number (out, 2, "zoom", pel_train_config_get_zoom (pel_model_get_config (model)));
  add_number (out, 2, "threshold", info->threshold);
  add_number (out, 2, "separation", info->separation);
  add_number (out, 2, "min_size_px", info->min_size);
  if (info->typical_diameter > 0.0)
    add_number (out, 2, "typical_diameter_px", info->typical_diameter);
  add_number (out, 2, "images", info->images);
  add_number (out, 2, "cells", info->cells);
}

char *
pel_model_card_to_rdf (const PelModelCard *self, PelModel *model, const PelCardFiles *files)
{
  g_return_val_if_fail (self != NULL && model != NULL && files != NULL, NULL);

  GString *out = g_string_new ("# Written by Pellicle " PEL_VERSION ".\n");
  g_autofree char *description = make_description (self, model);

  add_text (out, 0, "format_version", FORMAT_VERSION);
  add_line (out, 0, "type: model");
  add_text (out, 0, "name", self->name);
  add_text (out, 0, "description", description);
  if (self->authors != NULL && self->authors[0] != NULL)
    {
      add_line (out, 0, "authors:");
      for (guint i = 0; self->authors[i] != NULL; i++)
        add_author (out, self->authors[i]);
    }
  if (self->licence != NULL)
    add_text (out, 0, "license", self->licence);
  add_line (out, 0, "cite:");
  add_text (out, 0, "- text",
            "Ronneberger, Fischer and Brox: U-Net: convolutional networks for biomedical image "
            "segmentation. MICCAI 2015");
  add_text (out, 1, "doi", "10.1007/978-3-319-24574-4_28");
  add_line (out, 0, "tags:");
  for (const char *const *tag = (const char *const[]){ "unet", "2d", "cells", "other",
                                                       pel_model_get_task (model) == PEL_TASK_CELLS
                                                           ? "instance-segmentation"
                                                           : "semantic-segmentation",
                                                       "onnx", "pellicle", NULL };
       *tag != NULL; tag++)
    {
      g_autofree char *item = g_strdup_printf ("- \"%s\"", *tag);

      add_line (out, 1, item);
    }
  add_file (out, 0, "documentation", &files->readme);
  add_line (out, 0, "covers:");
  add_text (out, 0, "- source", files->cover.name);
  add_text (out, 1, "sha256", files->cover.sha256);
  add_input (out, model, files);
  add_output (out, model, files);
  add_line (out, 0, "weights:");
  add_file (out, 1, "onnx", &files->weights);
  add_number (out, 2, "opset_version", files->opset);
  add_config (out, model);
  return g_string_free (out, FALSE);
}
