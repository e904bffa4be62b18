/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-sample.h"

#include "app/cli/pel-environment.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

static gboolean copy_tree (GFile *source, GFile *target, GError **error);

static gboolean
copy_children (GFile *source, GFileEnumerator *children, GFile *target, GError **error)
{
  for (;;)
    {
      GFileInfo *info;
      GFile *child;
      g_autoptr (GFile) copy = NULL;

      if (!g_file_enumerator_iterate (children, &info, &child, NULL, error))
        return FALSE;
      if (info == NULL)
        return TRUE;
      copy = g_file_get_child (target, g_file_info_get_name (info));
      if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
        {
          if (!copy_tree (child, copy, error))
            return FALSE;
        }
      /* The mode of the installed file, which may be read-only, is not the copy's. */
      else if (!g_file_copy (child, copy, G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL, NULL,
                             error))
        return FALSE;
    }
}

static gboolean
copy_tree (GFile *source, GFile *target, GError **error)
{
  g_autoptr (GFileEnumerator) children = NULL;

  children = g_file_enumerate_children (
      source, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
      G_FILE_QUERY_INFO_NONE, NULL, error);
  if (children == NULL || !g_file_make_directory_with_parents (target, NULL, error))
    return FALSE;
  return copy_children (source, children, target, error);
}

static void
remove_tree (GFile *folder)
{
  g_autoptr (GFileEnumerator) children = NULL;

  children = g_file_enumerate_children (
      folder, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
      G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  while (children != NULL)
    {
      GFileInfo *info;
      GFile *child;

      if (!g_file_enumerator_iterate (children, &info, &child, NULL, NULL) || info == NULL)
        break;
      if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
        remove_tree (child);
      else
        g_file_delete (child, NULL, NULL);
    }
  g_file_delete (folder, NULL, NULL);
}

GFile *
pel_sample_install (GFile *parent, GError **error)
{
  g_autofree char *data_dir = pel_environment_get_data_dir ();
  g_autofree char *source_path = g_build_filename (data_dir, "sample", NULL);
  g_autoptr (GFile) source = g_file_new_for_path (source_path);
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GFile) target = NULL;
  g_autoptr (GFile) part = NULL;
  g_autofree char *part_name = NULL;

  if (parent != NULL)
    folder = g_object_ref (parent);
  else
    {
      g_autofree char *path = g_build_filename (g_get_user_data_dir (), "pellicle", NULL);

      folder = g_file_new_for_path (path);
    }

  target = g_file_get_child (folder, "Sample cells");
  if (g_file_query_exists (target, NULL))
    return g_steal_pointer (&target);

  if (!g_file_query_exists (source, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("%s: the sample project is missing; install Pellicle again"), source_path);
      return NULL;
    }

  part_name = g_strdup_printf (".sample-%08x", g_random_int ());
  part = g_file_get_child (folder, part_name);
  if (!copy_tree (source, part, error) ||
      !g_file_move (part, target, G_FILE_COPY_NO_FALLBACK_FOR_MOVE, NULL, NULL, NULL, error))
    {
      g_prefix_error (error, _ ("The sample project could not be copied: "));
      remove_tree (part);
      return NULL;
    }
  return g_steal_pointer (&target);
}
