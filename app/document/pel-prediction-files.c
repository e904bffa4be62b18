/* SPDX-License-Identifier: MIT */
#include "app/document/pel-prediction-files.h"

#include <string.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "engine/io/pel-file-group.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-image-io.h"

char *
pel_prediction_sibling (const char *labels_path, const char *suffix)
{
  gsize length = strlen (labels_path);

  if (g_str_has_suffix (labels_path, ".tif"))
    length -= 4;
  return g_strdup_printf ("%.*s%s", (int)length, labels_path, suffix);
}

/* Settings */

static double
read_number (JsonObject *object, const char *name, double low, double high, double otherwise)
{
  JsonNode *node = json_object_get_member (object, name);
  double value = node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                         json_node_get_value_type (node) != G_TYPE_STRING
                     ? json_node_get_double (node)
                     : otherwise;

  return value >= low && value <= high ? value : otherwise;
}

static gboolean
read_flag (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

gboolean
pel_prediction_settings_read (const char *labels_path, PelPredictionSettings *settings)
{
  g_autofree char *path = pel_prediction_sibling (labels_path, ".json");
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object;

  *settings = (PelPredictionSettings){ .cut = { 0.5, 0, -1.0, 0.5 },
                                       .magnification = 1.0,
                                       .error_scale = PEL_ERROR_SCALE_NONE };
  if (!json_parser_load_from_file (parser, path, NULL) || json_parser_get_root (parser) == NULL ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return FALSE;
  object = json_node_get_object (json_parser_get_root (parser));
  settings->cut.threshold = read_number (object, "threshold", 0.0, 1.0, 0.5);
  settings->cut.min_size = (guint)read_number (object, "min_size", 0.0, 1e9, 0.0);
  settings->cut.min_share = read_number (object, "min_share", 0.0, 1.0, -1.0);
  settings->cut.separation = read_number (object, "separation", 0.0, 1.0, 0.5);
  settings->cut.apart = read_flag (object, "apart");
  settings->magnification = read_number (object, "magnification", 1e-3, 1e3, 1.0);
  settings->guessed = read_flag (object, "guessed");
  settings->stretched = read_flag (object, "stretched");
  pel_error_scale_read_json (&settings->error_scale, object, "error_scale");
  return TRUE;
}

static void
add_flag (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

gboolean
pel_prediction_settings_write (const char *labels_path,
                               const PelPredictionSettings *settings,
                               GError **error)
{
  g_autofree char *path = pel_prediction_sibling (labels_path, ".json");
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_number (builder, "threshold", settings->cut.threshold);
  json_builder_set_member_name (builder, "min_size");
  json_builder_add_int_value (builder, settings->cut.min_size);
  if (settings->cut.min_share >= 0.0)
    add_number (builder, "min_share", settings->cut.min_share);
  add_number (builder, "separation", settings->cut.separation);
  add_flag (builder, "apart", settings->cut.apart);
  add_number (builder, "magnification", settings->magnification);
  add_flag (builder, "guessed", settings->guessed);
  add_flag (builder, "stretched", settings->stretched);
  pel_error_scale_add_json (&settings->error_scale, builder, "error_scale");
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  return pel_file_write_atomic (path, text, strlen (text), error);
}

/* Probabilities */

PelImage *
pel_probability_image_new (const float *foreground,
                           const float *parting,
                           PelSeparator separator,
                           guint width,
                           guint height)
{
  guint n_parting = parting != NULL ? pel_separator_get_n_planes (separator) : 0;
  PelImage *image = pel_image_new (width, height, 1 + n_parting, PEL_SAMPLE_F32, NULL);
  gsize n = (gsize)width * height;

  if (image == NULL)
    return NULL;
  memcpy (pel_image_get_writable_plane (image, 0), foreground, n * sizeof (float));
  for (guint k = 0; k < n_parting; k++)
    memcpy (pel_image_get_writable_plane (image, k + 1), parting + k * n, n * sizeof (float));
  return image;
}

PelSeparator
pel_probability_image_get_separator (PelImage *probability)
{
  guint n_parting = pel_image_get_n_channels (probability) - 1;

  return n_parting == pel_separator_get_n_planes (PEL_SEPARATOR_FLOWS) ? PEL_SEPARATOR_FLOWS
                                                                       : PEL_SEPARATOR_BORDER;
}

/* What each plane's file is called. */
static const struct
{
  PelSeparator separator;
  guint plane;
  const char *suffix;
} plane_files[] = {
  { PEL_SEPARATOR_BORDER, 0, ".border.prob.tif" },
  { PEL_SEPARATOR_FLOWS, 0, ".flow-down.prob.tif" },
  { PEL_SEPARATOR_FLOWS, 1, ".flow-right.prob.tif" },
};

gboolean
pel_prediction_write_planes (const char *labels_path,
                             const PelPrediction *prediction,
                             double um_x,
                             double um_y,
                             GError **error)
{
  const PelPrediction *p = prediction;
  g_autofree char *prob = pel_prediction_sibling (labels_path, ".prob.tif");

  for (gsize i = 0; i < G_N_ELEMENTS (plane_files); i++)
    {
      g_autofree char *path = pel_prediction_sibling (labels_path, plane_files[i].suffix);
      gsize at = (gsize)plane_files[i].plane * p->width * p->height;

      /* Another model's planes must not outlive its prediction. */
      if (p->parting == NULL || p->separator != plane_files[i].separator)
        pel_file_group_remove (path);
      else if (!pel_image_save_float_tiff (path, p->parting + at, p->width, p->height, um_x, um_y,
                                           error))
        return FALSE;
    }
  return pel_image_save_float_tiff (prob, p->foreground, p->width, p->height, um_x, um_y, error);
}

static gboolean
is_plane (PelImage *image, guint width, guint height)
{
  return image != NULL && (width == 0 || pel_image_get_width (image) == width) &&
         (height == 0 || pel_image_get_height (image) == height) &&
         pel_image_get_sample_type (image) == PEL_SAMPLE_F32;
}

/* What parts cells, a plane after the other; NULL where not all of it is there. */
static float *
read_parting (const char *labels_path, PelSeparator separator, guint width, guint height)
{
  gsize n = (gsize)width * height;
  float *parting = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (plane_files); i++)
    {
      g_autofree char *path = pel_prediction_sibling (labels_path, plane_files[i].suffix);
      g_autoptr (PelImage) plane = NULL;

      if (plane_files[i].separator != separator)
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        plane = pel_image_load (path, 0, NULL, NULL);
      if (parting == NULL && plane != NULL)
        parting = g_try_new (float, n *pel_separator_get_n_planes (separator));
      if (!is_plane (plane, width, height) || parting == NULL)
        {
          g_free (parting);
          return NULL;
        }
      memcpy (parting + plane_files[i].plane * n, pel_image_get_plane (plane, 0),
              n * sizeof (float));
    }
  return parting;
}

/* There are files of what parts cells only for models that tell touching cells apart. */
PelImage *
pel_prediction_read_probability (const char *labels_path, guint width, guint height)
{
  g_autofree char *prob_path = pel_prediction_sibling (labels_path, ".prob.tif");
  g_autoptr (PelImage) prob = pel_image_load (prob_path, 0, NULL, NULL);
  PelSeparator separator = PEL_SEPARATOR_FLOWS;
  g_autofree float *parting = NULL;

  if (!is_plane (prob, width, height))
    return NULL;
  width = pel_image_get_width (prob);
  height = pel_image_get_height (prob);
  parting = read_parting (labels_path, separator, width, height);
  if (parting == NULL)
    {
      separator = PEL_SEPARATOR_BORDER;
      parting = read_parting (labels_path, separator, width, height);
    }
  if (parting == NULL)
    return g_steal_pointer (&prob);
  return pel_probability_image_new (pel_image_get_plane (prob, 0), parting, separator, width,
                                    height);
}

PelLabels *
pel_probability_image_cut (PelImage *probability,
                           const PelCutOptions *options,
                           GCancellable *cancellable,
                           GError **error)
{
  gboolean has_parting = pel_image_get_n_channels (probability) > 1;
  PelCutOptions cut = *options;

  cut.separator = pel_probability_image_get_separator (probability);
  return pel_cut_cells (pel_image_get_plane (probability, 0),
                        has_parting ? pel_image_get_plane (probability, 1) : NULL,
                        pel_image_get_width (probability), pel_image_get_height (probability), &cut,
                        cancellable, error);
}
