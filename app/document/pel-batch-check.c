/* SPDX-License-Identifier: MIT */
#include "app/document/pel-batch-check.h"

#include <stdlib.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "engine/io/pel-file.h"

static const char *const project_folders[] = { "images", "masks", "models", "predictions",
                                               ".pellicle" };
static const char *const suffixes[] = { ".tif", ".prob.tif", ".overlay.png" };

gboolean
pel_batch_check_folder (const char *out, GError **error)
{
  /* By links as well, where it is there already. */
  char *real = realpath (out, NULL);
  g_autofree char *at = g_canonicalize_filename (real != NULL ? real : out, NULL);

  free (real);
  /* However deep below such a folder. */
  while (!g_str_equal (at, G_DIR_SEPARATOR_S) && !g_str_equal (at, "."))
    {
      g_autofree char *base = g_path_get_basename (at);
      g_autofree char *parent = g_path_get_dirname (at);
      g_autofree char *project = g_build_filename (parent, "project.json", NULL);

      for (guint i = 0; i < G_N_ELEMENTS (project_folders); i++)
        if (g_str_equal (base, project_folders[i]) && g_file_test (project, G_FILE_TEST_EXISTS))
          {
            g_autofree char *name = g_filename_display_name (out);

            g_set_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_EXISTS,
                         _ ("%s: this folder belongs to a project, whose files the results would "
                            "take the place of; choose another folder for the results"),
                         name);
            return FALSE;
          }
      g_free (at);
      at = g_steal_pointer (&parent);
    }
  return TRUE;
}

gboolean
pel_batch_check_results (const char *out, GPtrArray *images, GPtrArray *names, GError **error)
{
  g_autoptr (GHashTable) sources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < images->len; i++)
    {
      char *identity = pel_file_get_identity (g_ptr_array_index (images, i));

      if (identity != NULL)
        g_hash_table_add (sources, identity);
    }
  for (guint i = 0; i < names->len; i++)
    for (guint k = 0; k < G_N_ELEMENTS (suffixes); k++)
      {
        g_autofree char *file = g_strconcat (g_ptr_array_index (names, i), suffixes[k], NULL);
        g_autofree char *path = g_build_filename (out, file, NULL);
        g_autofree char *identity = pel_file_get_identity (path);
        g_autofree char *name = NULL;

        if (identity == NULL || !g_hash_table_contains (sources, identity))
          continue;
        name = g_filename_display_name (path);
        g_set_error (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_EXISTS,
                     _ ("%s: the result would take the place of this image; choose another folder "
                        "for the results"),
                     name);
        return FALSE;
      }
  return TRUE;
}
