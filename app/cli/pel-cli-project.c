/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-files.h"

#include "app/cli/pel-cli-command.h"

#include <glib/gi18n-lib.h>

PelProject *
pel_cli_open_project (const char *path, gboolean to_write, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_commandline_arg (path);
  g_autoptr (PelProject) project = pel_project_open (folder, error);

  if (project == NULL)
    return NULL;
  if (to_write && pel_project_get_read_only (project))
    {
      const char *reason = pel_project_get_read_only_reason (project);

      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED, "%s: %s", path,
                   reason != NULL ? reason : _ ("the project may not be written"));
      return NULL;
    }
  return g_steal_pointer (&project);
}

GPtrArray *
pel_cli_list_documents (PelProject *project, char **names, guint page, GError **error)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_images = pel_project_get_n_images (project);

  for (guint i = 0; names[0] == NULL && i < n_images; i++)
    {
      PelImageDocument *document = pel_project_get_image (project, i);

      if (page == 0 || pel_image_document_get_page (document) + 1 == page)
        g_ptr_array_add (documents, g_object_ref (document));
    }
  for (guint i = 0; names[i] != NULL; i++)
    {
      PelImageDocument *document = pel_project_find_image (project, names[i]);

      if (document == NULL)
        {
          g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                       _ ("%s: no image of the project has this name; give the name without its "
                          "extension"),
                       names[i]);
          return NULL;
        }
      g_ptr_array_add (documents, g_object_ref (document));
    }
  if (documents->len == 0)
    {
      g_autofree char *folder = g_file_get_path (pel_project_get_folder (project));

      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: the project has no such image; add images to it first"), folder);
      return NULL;
    }
  return g_steal_pointer (&documents);
}
