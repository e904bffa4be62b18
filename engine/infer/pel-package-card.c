/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-package-card.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"

#define MAX_NAME 200
#define MAX_RESULTS 16
/* Letters of a word from the file in a message. */
#define MAX_WORD 60
/* Pixels of a microscope, in µm. */
#define LEAST_UM 1e-4
#define MOST_UM 1e4

/* (transfer full): a word from the file as part of a line */
static char *
make_plain (const char *word)
{
  g_autofree char *valid = g_utf8_make_valid (word, -1);
  GString *plain = g_string_new (NULL);
  guint n = 0;

  for (const char *c = valid; *c != '\0' && n < MAX_WORD; c = g_utf8_next_char (c), n++)
    {
      gunichar letter = g_utf8_get_char (c);

      g_string_append_unichar (plain, g_unichar_isprint (letter) ? letter : '?');
    }
  return g_string_free (plain, FALSE);
}

/* @message: (transfer full) */
static gboolean
refuse (GError **error, char *message)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED, message);
  g_free (message);
  return FALSE;
}

static gboolean
refuse_step (GError **error, const char *step)
{
  g_autofree char *plain = make_plain (step);

  return refuse (
      error,
      g_strdup_printf (
          /* Translators: an English word of a file format, such as binarize. */
          _ ("its pictures are prepared, or its results treated, by “%s” in a way that Pellicle "
             "does not know; take a model that is prepared by percentiles, by mean and deviation, "
             "or by fixed factors"),
          plain));
}

/* ---- members ---- */

static JsonNode *
get_member (JsonObject *object, const char *name)
{
  return object != NULL ? json_object_get_member (object, name) : NULL;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static const char *
get_node_text (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static const char *
get_text (JsonObject *object, const char *name)
{
  return get_node_text (get_member (object, name));
}

static gboolean
parse_number (const char *text, double *value)
{
  char *rest = NULL;

  if (text == NULL || text[0] == '\0')
    return FALSE;
  *value = g_ascii_strtod (text, &rest);
  return *rest == '\0' && isfinite (*value);
}

/* A number, or a list of numbers that are all the same; @otherwise where there is none. FALSE where
 * it is something else. */
static gboolean
get_number (JsonObject *object, const char *name, double otherwise, double *value)
{
  JsonNode *node = get_member (object, name);
  JsonArray *array;

  *value = otherwise;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return parse_number (get_node_text (node), value);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      double one;

      if (!parse_number (get_node_text (json_array_get_element (array, i)), &one) ||
          (i > 0 && one != *value))
        return FALSE;
      *value = one;
    }
  return json_array_get_length (array) > 0;
}

/* ---- files ---- */

/* Messages about a file name it, so that it must not write over a terminal's lines. */
static gboolean
is_printable (const char *name)
{
  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    if (!g_unichar_isprint (g_utf8_get_char (c)))
      return FALSE;
  return TRUE;
}

/* An entry of the archive itself: no address, and nothing above it. */
static gboolean
take_name (PelPackageFile *file, const char *name, const char *sha256, GError **error)
{
  g_autofree char *plain = name != NULL ? make_plain (name) : NULL;

  if (name != NULL && g_str_has_prefix (name, "./"))
    name += 2;
  if (name == NULL || name[0] == '\0' || name[0] == '/' || strlen (name) > MAX_NAME ||
      !is_printable (name) || strstr (name, "..") != NULL || strchr (name, ':') != NULL ||
      strchr (name, '\\') != NULL)
    return refuse (error, g_strdup_printf (
                              /* Translators: the name of a file, or an address on the web. */
                              _ ("“%s” is no file of the package; download the whole package, "
                                 "with its weights and test pictures in it"),
                              plain != NULL ? plain : ""));
  g_free (file->name);
  g_free (file->sha256);
  file->name = g_strdup (name);
  file->sha256 = sha256 != NULL ? g_ascii_strdown (sha256, -1) : NULL;
  return TRUE;
}

/* Versions tell a file by its name alone, or by an object with its hash. */
static gboolean
take_file (PelPackageFile *file, JsonNode *node, GError **error)
{
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);

      return take_name (file, get_text (object, "source"), get_text (object, "sha256"), error);
    }
  return take_name (file, get_node_text (node), NULL, error);
}

static gboolean
take_weights (PelPackageCard *self, JsonObject *root, GError **error)
{
  JsonObject *weights = get_object (root, "weights");
  JsonNode *onnx = get_member (weights, "onnx");
  g_autoptr (GString) kinds = g_string_new (NULL);
  g_autoptr (GList) names = weights != NULL ? json_object_get_members (weights) : NULL;

  if (onnx != NULL)
    {
      if (get_member (get_object (weights, "onnx"), "external_data") != NULL)
        return refuse (error, g_strdup (_ ("its weights lie in a second file; export the model "
                                           "with its weights in one ONNX file")));
      return take_file (&self->weights, onnx, error);
    }
  for (GList *name = names; name != NULL && kinds->len < MAX_WORD; name = name->next)
    g_string_append_printf (kinds, "%s%s", kinds->len > 0 ? ", " : "", (const char *)name->data);
  g_autofree char *plain = make_plain (kinds->len > 0 ? kinds->str : "–");
  return refuse (error,
                 g_strdup_printf (
                     /* Translators: English words of a file format, such as pytorch_state_dict. */
                     _ ("its weights are there as %s, and Pellicle reads ONNX; take a package with "
                        "ONNX weights, or have the model converted to it"),
                     plain));
}

/* ---- axes ---- */

static gboolean
refuse_axes (GError **error)
{
  return refuse (error, g_strdup (_ ("its pictures are not of axes for batch, channel, row and "
                                     "column in this order; take a model for flat pictures")));
}

/* Four of them: as letters, or as objects with their types and names. */
static gboolean
check_axes (JsonObject *tensor, GError **error)
{
  static const char *const wanted[] = { "batch", "channel", "y", "x" };
  JsonArray *axes = get_array (tensor, "axes");

  if (axes == NULL)
    return g_strcmp0 (get_text (tensor, "axes"), "bcyx") == 0 || refuse_axes (error);
  if (json_array_get_length (axes) != G_N_ELEMENTS (wanted))
    return refuse_axes (error);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      JsonNode *node = json_array_get_element (axes, i);
      JsonObject *axis = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *type = get_text (axis, "type"), *id = get_text (axis, "id");
      gboolean is_space = g_strcmp0 (type, "space") == 0;

      if (g_strcmp0 (is_space ? id : type, wanted[i]) != 0 || is_space != (i > 1))
        return refuse_axes (error);
    }
  return TRUE;
}

/* Whether what is measured for the preparation is measured channel by channel, or for all of the
 * one there is. */
static gboolean
is_by_channel (JsonObject *kwargs, guint n_channels)
{
  JsonArray *axes = get_array (kwargs, "axes");
  const char *letters = get_text (kwargs, "axes");
  gboolean all = FALSE;

  if (axes == NULL && letters == NULL)
    return n_channels == 1;
  for (guint i = 0; axes != NULL && i < json_array_get_length (axes); i++)
    all = all || g_strcmp0 (get_node_text (json_array_get_element (axes, i)), "channel") == 0;
  all = all || (letters != NULL && strchr (letters, 'c') != NULL);
  return !all || n_channels == 1;
}

/* How many channels the picture has, as far as that is told. */
static guint
count_channels (JsonObject *tensor)
{
  JsonArray *axes = get_array (tensor, "axes"), *shape = get_array (tensor, "shape");
  JsonObject *sizes = get_object (tensor, "shape");
  double n = 0;

  if (axes != NULL && json_array_get_length (axes) > 1)
    {
      JsonNode *node = json_array_get_element (axes, 1);
      JsonArray *names = JSON_NODE_HOLDS_OBJECT (node)
                             ? get_array (json_node_get_object (node), "channel_names")
                             : NULL;

      return names != NULL ? json_array_get_length (names) : 1;
    }
  if (shape == NULL)
    shape = get_array (sizes, "min");
  if (shape != NULL && json_array_get_length (shape) > 1 &&
      parse_number (get_node_text (json_array_get_element (shape, 1)), &n) && n >= 1 && n <= 64)
    return (guint)n;
  return 1;
}

/* The size of a pixel, where it is told in micrometres and the same along both axes. */
static double
get_um (JsonObject *tensor)
{
  JsonArray *axes = get_array (tensor, "axes");
  double um[2] = { 0 };

  for (guint i = 0; axes != NULL && i < 2 && json_array_get_length (axes) == 4; i++)
    {
      JsonNode *node = json_array_get_element (axes, i + 2);
      JsonObject *axis = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (g_strcmp0 (get_text (axis, "unit"), "micrometer") != 0 ||
          !get_number (axis, "scale", 0, &um[i]))
        return 0;
    }
  return um[0] == um[1] && um[0] >= LEAST_UM && um[0] <= MOST_UM ? um[0] : 0;
}

/* ---- preparation ---- */

/* Another factor and summand after those that are there. */
static gboolean
add_linear (PelPackageCard *self, const char *name, double factor, double offset, GError **error)
{
  double product = self->factor * factor;

  if (self->scaling != PEL_SCALING_FIXED || product == 0 || !(fabs (product) < 1e12) ||
      !(fabs (self->offset * factor + offset) < 1e12))
    return refuse_step (error, name);
  self->factor = product;
  self->offset = self->offset * factor + offset;
  return TRUE;
}

/* What is measured on the picture makes up for any factor above 0 before it. */
static gboolean
may_measure (const PelPackageCard *self, JsonObject *kwargs, guint n_channels)
{
  const char *mode = get_text (kwargs, "mode");

  return self->scaling == PEL_SCALING_FIXED && self->factor > 0 &&
         (mode == NULL || strcmp (mode, "per_sample") == 0) &&
         (get_member (kwargs, "reference_tensor") == NULL ||
          JSON_NODE_HOLDS_NULL (get_member (kwargs, "reference_tensor"))) &&
         is_by_channel (kwargs, n_channels);
}

static gboolean
take_fixed_deviation (PelPackageCard *self, const char *name, JsonObject *kwargs, GError **error)
{
  double mean, deviation;

  if (!get_number (kwargs, "mean", NAN, &mean) || !get_number (kwargs, "std", NAN, &deviation) ||
      !isfinite (mean) || !(deviation > 0))
    return refuse_step (error, name);
  return add_linear (self, name, 1 / deviation, -mean / deviation, error);
}

static gboolean
take_percentiles (PelPackageCard *self,
                  const char *name,
                  JsonObject *kwargs,
                  guint n_channels,
                  GError **error)
{
  if (!may_measure (self, kwargs, n_channels) ||
      !get_number (kwargs, "min_percentile", 0, &self->low_percentile) ||
      !get_number (kwargs, "max_percentile", 100, &self->high_percentile) ||
      !(self->low_percentile >= 0 && self->low_percentile <= 50) ||
      !(self->high_percentile >= 50 && self->high_percentile <= 100) ||
      !(self->low_percentile < self->high_percentile))
    return refuse_step (error, name);
  self->scaling = PEL_SCALING_PERCENTILES;
  return TRUE;
}

static gboolean
take_step (PelPackageCard *self, JsonObject *step, guint n_channels, GError **error)
{
  const char *name =
      get_text (step, "id") != NULL ? get_text (step, "id") : get_text (step, "name");
  JsonObject *kwargs = get_object (step, "kwargs");
  double a, b;

  if (name == NULL)
    return refuse_step (error, "?");
  if (strcmp (name, "ensure_dtype") == 0)
    return g_strcmp0 (get_text (kwargs, "dtype"), "float32") == 0 || refuse_step (error, name);
  if (strcmp (name, "scale_linear") == 0)
    return get_number (kwargs, "gain", 1, &a) && get_number (kwargs, "offset", 0, &b)
               ? add_linear (self, name, a, b, error)
               : refuse_step (error, name);
  if (strcmp (name, "fixed_zero_mean_unit_variance") == 0 ||
      (strcmp (name, "zero_mean_unit_variance") == 0 &&
       g_strcmp0 (get_text (kwargs, "mode"), "fixed") == 0))
    return take_fixed_deviation (self, name, kwargs, error);
  if (strcmp (name, "zero_mean_unit_variance") == 0 && may_measure (self, kwargs, n_channels))
    {
      self->scaling = PEL_SCALING_DEVIATIONS;
      return TRUE;
    }
  if (strcmp (name, "scale_range") == 0)
    return take_percentiles (self, name, kwargs, n_channels, error);
  if (strcmp (name, "clip") == 0 && self->scaling == PEL_SCALING_PERCENTILES &&
      get_number (kwargs, "min", NAN, &a) && get_number (kwargs, "max", NAN, &b) && a == -1 &&
      b == 2)
    {
      self->is_limited = TRUE;
      return TRUE;
    }
  return refuse_step (error, name);
}

static gboolean
take_preparation (PelPackageCard *self, JsonObject *input, GError **error)
{
  JsonArray *steps = get_array (input, "preprocessing");
  guint n_channels = count_channels (input);

  self->scaling = PEL_SCALING_FIXED;
  self->factor = 1;
  for (guint i = 0; steps != NULL && i < json_array_get_length (steps); i++)
    {
      JsonNode *node = json_array_get_element (steps, i);

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return refuse_step (error, "?");
      /* Nothing may follow limits. */
      if (self->is_limited)
        return refuse_step (error, "clip");
      if (!take_step (self, json_node_get_object (node), n_channels, error))
        return FALSE;
    }
  return TRUE;
}

/* Probabilities are what our networks give at their end, sigmoid or not. */
static gboolean
check_treatment (JsonObject *output, GError **error)
{
  JsonArray *steps = get_array (output, "postprocessing");

  for (guint i = 0; steps != NULL && i < json_array_get_length (steps); i++)
    {
      JsonNode *node = json_array_get_element (steps, i);
      JsonObject *step = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *name =
          get_text (step, "id") != NULL ? get_text (step, "id") : get_text (step, "name");

      if (g_strcmp0 (name, "sigmoid") != 0 && g_strcmp0 (name, "ensure_dtype") != 0)
        return refuse_step (error, name != NULL ? name : "?");
    }
  return TRUE;
}

/* ---- results ---- */

/* What results are often called; NULL for other names. */
static const char *
find_role (const char *name)
{
  static const char *const roles[][2] = {
    { "cell", "cell" },       { "cells", "cell" },
    { "foreground", "cell" }, { "nucleus", "cell" },
    { "nuclei", "cell" },     { "border", "border" },
    { "boundary", "border" }, { "boundaries", "border" },
    { "borders", "border" },  { "background", "background" },
    { "other", "other" },
  };

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (roles); i++)
    if (g_ascii_strcasecmp (name, roles[i][0]) == 0)
      return roles[i][1];
  return NULL;
}

static void
take_roles (PelPackageCard *self, JsonObject *output)
{
  JsonArray *axes = get_array (output, "axes");
  JsonNode *node = axes != NULL ? json_array_get_element (axes, 1) : NULL;
  JsonArray *names = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                         ? get_array (json_node_get_object (node), "channel_names")
                         : NULL;
  g_autoptr (GString) roles = g_string_new (NULL);

  if (names == NULL || json_array_get_length (names) > MAX_RESULTS)
    return;
  for (guint i = 0; i < json_array_get_length (names); i++)
    {
      const char *role = find_role (get_node_text (json_array_get_element (names, i)));

      if (role == NULL)
        return;
      g_string_append_printf (roles, "%s%s", i > 0 ? "," : "", role);
    }
  self->roles = g_strdup (roles->str);
}

/* ---- all of it ---- */

static JsonObject *
get_only (JsonObject *root, const char *name)
{
  JsonArray *array = get_array (root, name);
  JsonNode *node = array != NULL && json_array_get_length (array) == 1
                       ? json_array_get_element (array, 0)
                       : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
check_kind (JsonObject *root, GError **error)
{
  const char *version = get_text (root, "format_version");

  if (g_strcmp0 (get_text (root, "type"), "model") != 0)
    return refuse (error,
                   g_strdup (_ ("it describes no model; take a BioImage.IO package of one")));
  if (version == NULL ||
      (!g_str_has_prefix (version, "0.4.") && !g_str_has_prefix (version, "0.5.")))
    {
      g_autofree char *plain = make_plain (version != NULL ? version : "?");

      return refuse (error, g_strdup_printf (
                                /* Translators: the version of a file format. */
                                _ ("it is described in version %s of the format, and Pellicle "
                                   "reads 0.4 and 0.5; update the package"),
                                plain));
    }
  return TRUE;
}

/* The first of a list of test arrays, or the tensor's own. */
static gboolean
take_test (PelPackageFile *file,
           JsonObject *root,
           const char *list_name,
           JsonObject *tensor,
           GError **error)
{
  JsonArray *list = get_array (root, list_name);
  JsonNode *node = get_member (tensor, "test_tensor");

  if (list != NULL && json_array_get_length (list) > 0)
    node = json_array_get_element (list, 0);
  return node == NULL || JSON_NODE_HOLDS_NULL (node) || take_file (file, node, error);
}

gboolean
pel_package_card_init (PelPackageCard *self, JsonNode *root, GError **error)
{
  g_return_val_if_fail (self != NULL && root != NULL, FALSE);

  JsonObject *object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonObject *input = get_only (object, "inputs"), *output = get_only (object, "outputs");

  *self = (PelPackageCard){ .low_percentile = 0, .high_percentile = 100 };
  if (!check_kind (object, error))
    return FALSE;
  if (input == NULL || output == NULL)
    return refuse (error, g_strdup (_ ("it takes or gives more than one array; take a model that "
                                       "makes one result of one picture")));
  if (check_axes (input, error) && check_axes (output, error) &&
      take_preparation (self, input, error) && check_treatment (output, error) &&
      take_weights (self, object, error) &&
      take_test (&self->input, object, "test_inputs", input, error) &&
      take_test (&self->output, object, "test_outputs", output, error))
    {
      take_roles (self, output);
      self->um_per_px = get_um (input);
      return TRUE;
    }
  pel_package_card_clear (self);
  return FALSE;
}

void
pel_package_card_clear (PelPackageCard *self)
{
  PelPackageFile *files[] = { &self->weights, &self->input, &self->output };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_clear_pointer (&files[i]->name, g_free);
      g_clear_pointer (&files[i]->sha256, g_free);
    }
  g_clear_pointer (&self->roles, g_free);
}
