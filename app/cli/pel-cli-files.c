/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-files.h"

#include "app/cli/pel-cli-command.h"
#include "engine/pel-engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

void
pel_cli_input_free (PelCliInput *input)
{
  g_free (input->name);
  g_free (input->path);
  g_free (input);
}

static void
add_input (GPtrArray *inputs, const char *path, const char *stem, guint page, gboolean numbered)
{
  PelCliInput *input = g_new0 (PelCliInput, 1);

  input->name = numbered ? g_strdup_printf ("%s_p%03u", stem, page + 1) : g_strdup (stem);
  input->path = g_strdup (path);
  input->page = page;
  g_ptr_array_add (inputs, input);
}

/* The pages of one file. One that cannot be read is passed over with a word. */
static void
add_file (GPtrArray *inputs, const char *path, const char *stem, guint page, GPtrArray *warnings)
{
  g_auto (PelImageInfo) info = { 0 };
  g_autoptr (GError) problem = NULL;

  if (!pel_image_probe (path, &info, &problem))
    {
      g_ptr_array_add (warnings, g_strdup (problem->message));
      return;
    }
  if (page > info.positions)
    {
      g_ptr_array_add (warnings, g_strdup_printf (_ ("%s: there is no page %u; the file has %u"),
                                                  path, page, info.positions));
      return;
    }
  if (page > 0 || info.positions <= 1)
    {
      add_input (inputs, path, stem, page > 0 ? page - 1 : 0, FALSE);
      return;
    }
  for (guint i = 0; i < info.positions; i++)
    add_input (inputs, path, stem, i, TRUE);
}

static gboolean
add_path (GPtrArray *inputs, const char *path, guint page, GPtrArray *warnings, GError **error)
{
  g_autoptr (PelPairing) pairing = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *stem = pel_image_get_stem (path);

      add_file (inputs, path, stem, page, warnings);
      return TRUE;
    }
  pairing = pel_pairing_scan (path, NULL, error);
  if (pairing == NULL)
    return FALSE;
  for (guint i = 0; i < pel_pairing_get_n_pairs (pairing); i++)
    {
      const PelPair *pair = pel_pairing_get_pair (pairing, i);

      add_file (inputs, pair->image_path, pair->name, page, warnings);
    }
  return TRUE;
}

static gboolean
check_names (GPtrArray *inputs, GError **error)
{
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < inputs->len; i++)
    {
      PelCliInput *input = inputs->pdata[i];
      const PelCliInput *other = g_hash_table_lookup (by_name, input->name);

      if (other != NULL)
        {
          g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                       _ ("%s and %s would both be called “%s”; rename one of them"), other->path,
                       input->path, input->name);
          return FALSE;
        }
      g_hash_table_insert (by_name, input->name, input);
    }
  return TRUE;
}

GPtrArray *
pel_cli_list_inputs (char **paths, guint page, GPtrArray *warnings, GError **error)
{
  g_autoptr (GPtrArray) inputs =
      g_ptr_array_new_with_free_func ((GDestroyNotify)pel_cli_input_free);

  for (guint i = 0; paths[i] != NULL; i++)
    if (!add_path (inputs, paths[i], page, warnings, error))
      return NULL;
  if (inputs->len == 0 && warnings->len > 0)
    {
      /* The last of the reasons is the command's own; the caller tells the others. */
      g_set_error_literal (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                           warnings->pdata[warnings->len - 1]);
      g_ptr_array_remove_index (warnings, warnings->len - 1);
      return NULL;
    }
  if (inputs->len == 0)
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: there is no image to work on; name image files or a folder of them"),
                   paths[0]);
      return NULL;
    }
  if (!check_names (inputs, error))
    return NULL;
  return g_steal_pointer (&inputs);
}

gboolean
pel_cli_is_same_file (const char *a, const char *b)
{
  g_autofree char *x = pel_file_get_identity (a);
  g_autofree char *y = pel_file_get_identity (b);
  g_autofree char *p = g_canonicalize_filename (a, NULL);
  g_autofree char *q = g_canonicalize_filename (b, NULL);

  return strcmp (p, q) == 0 || (x != NULL && g_strcmp0 (x, y) == 0);
}

gboolean
pel_cli_check_results (GPtrArray *inputs,
                       const char *folder,
                       const char *const *suffixes,
                       GError **error)
{
  g_autoptr (GHashTable) sources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < inputs->len; i++)
    {
      const PelCliInput *input = inputs->pdata[i];
      char *identity = pel_file_get_identity (input->path);

      if (identity != NULL)
        g_hash_table_add (sources, identity);
    }
  for (guint i = 0; i < inputs->len; i++)
    for (guint k = 0; suffixes[k] != NULL; k++)
      {
        const PelCliInput *input = inputs->pdata[i];
        g_autofree char *path = pel_cli_result_path (folder, input->name, suffixes[k]);
        g_autofree char *identity = pel_file_get_identity (path);

        if (identity == NULL || !g_hash_table_contains (sources, identity))
          continue;
        g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                     _ ("%s: the result would take the place of this image; name another folder "
                        "with --out"),
                     path);
        return FALSE;
      }
  return TRUE;
}

gboolean
pel_cli_split_page (const char *name, char **stem, guint *page)
{
  const char *mark = g_strrstr (name, "_p");
  guint64 number;

  if (mark == NULL || mark == name ||
      !g_ascii_string_to_unsigned (mark + 2, 10, 1, G_MAXINT, &number, NULL))
    return FALSE;
  *stem = g_strndup (name, (gsize)(mark - name));
  *page = (guint)number - 1;
  return TRUE;
}

char *
pel_cli_result_path (const char *folder, const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (folder, file, NULL);
}

gboolean
pel_cli_make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;
  g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
               _ ("%s: the folder cannot be made: %s; choose another place"), path,
               g_strerror (errno));
  return FALSE;
}

gboolean
pel_cli_make_parent (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return pel_cli_make_folder (folder, error);
}

void
pel_cli_warn_pairing (PelCliWork *work, const PelPairing *pairing)
{
  for (guint i = 0; i < pel_pairing_get_n_warnings (pairing); i++)
    pel_cli_work_warn (work, "%s", pel_pairing_get_warning (pairing, i));
}

gboolean
pel_cli_check_size (const char *image_path,
                    const PelImage *image,
                    const char *labels_path,
                    const PelLabels *labels,
                    GError **error)
{
  if (pel_image_get_width (image) == pel_labels_get_width (labels) &&
      pel_image_get_height (image) == pel_labels_get_height (labels))
    return TRUE;
  g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
               /* Translators: a file's name and size, another's name and size */
               _ ("%s: its size is %u × %u pixels but that of %s is %u × %u; export both anew"),
               labels_path, pel_labels_get_width (labels), pel_labels_get_height (labels),
               image_path, pel_image_get_width (image), pel_image_get_height (image));
  return FALSE;
}

PelImage *
pel_cli_load_probability (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (PelImage) image = pel_image_load (path, 0, cancellable, error);

  if (image == NULL)
    return NULL;
  if (pel_image_get_sample_type (image) != PEL_SAMPLE_F32)
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: probabilities are 32-bit floats; predict the image again with "
                      "--probabilities"),
                   path);
      return NULL;
    }
  return g_steal_pointer (&image);
}

gboolean
pel_cli_settings_write (const char *path, const PelCliSettings *settings, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  gsize length;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, settings->model);
  json_builder_set_member_name (builder, "threshold");
  json_builder_add_double_value (builder, settings->threshold);
  pel_error_scale_add_json (&settings->error_scale, builder, "error_scale");
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, &length);
  return pel_file_write_atomic (path, text, length, error);
}

gboolean
pel_cli_settings_read (const char *path, PelCliSettings *settings)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  JsonObject *object;
  double threshold;

  settings->threshold = 0.5;
  settings->model = NULL;
  settings->error_scale = (PelErrorScale)PEL_ERROR_SCALE_NONE;
  if (!json_parser_load_from_file (parser, path, NULL))
    return FALSE;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  object = json_node_get_object (root);
  if (!json_object_has_member (object, "threshold"))
    return FALSE;
  threshold = json_object_get_double_member_with_default (object, "threshold", 0);
  if (!(threshold > 0 && threshold < 1))
    return FALSE;
  settings->threshold = threshold;
  pel_error_scale_read_json (&settings->error_scale, object, "error_scale");
  settings->model = g_strdup (json_object_get_string_member_with_default (object, "model", NULL));
  return TRUE;
}

void
pel_cli_settings_clear (PelCliSettings *settings)
{
  g_clear_pointer (&settings->model, g_free);
}

GHashTable *
pel_cli_list_images (const char *folder, GError **error)
{
  g_autoptr (PelPairing) pairing = pel_pairing_scan (folder, NULL, error);
  GHashTable *images;

  if (pairing == NULL)
    return NULL;
  images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < pel_pairing_get_n_pairs (pairing); i++)
    {
      const PelPair *pair = pel_pairing_get_pair (pairing, i);

      g_hash_table_insert (images, g_strdup (pair->name), g_strdup (pair->image_path));
    }
  return images;
}
