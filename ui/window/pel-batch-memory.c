/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-batch-memory.h"

/* URIs, one a line: names of files need not be UTF-8. */
#define INPUTS "batch-folders"
#define OUT "batch-results"

static gboolean
remembers (PelProject *project)
{
  return project != NULL && !pel_project_get_read_only (project);
}

void
pel_batch_memory_keep (PelProject *project, GPtrArray *inputs, const char *out)
{
  g_autoptr (GString) uris = g_string_new (NULL);
  g_autofree char *out_uri = NULL;

  g_return_if_fail (inputs != NULL && out != NULL);

  if (!remembers (project))
    return;
  for (guint i = 0; i < inputs->len; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (g_ptr_array_index (inputs, i));
      g_autofree char *uri = g_file_get_uri (file);

      g_string_append_printf (uris, i > 0 ? "\n%s" : "%s", uri);
    }
  {
    g_autoptr (GFile) file = g_file_new_for_path (out);

    out_uri = g_file_get_uri (file);
  }
  pel_project_set_setting (project, INPUTS, uris->str);
  pel_project_set_setting (project, OUT, out_uri);
}

void
pel_batch_memory_forget (PelProject *project)
{
  if (!remembers (project))
    return;
  pel_project_set_setting (project, INPUTS, NULL);
  pel_project_set_setting (project, OUT, NULL);
}

static gboolean
exists (GFile *file)
{
  return file != NULL && g_file_query_exists (file, NULL);
}

void
pel_batch_memory_recall (PelProject *project, PelBatchWindow *window)
{
  const char *inputs, *out;
  g_auto (GStrv) uris = NULL;
  g_autofree char *out_path = NULL;
  g_autoptr (GFile) folder = NULL, parent = NULL;

  g_return_if_fail (PEL_IS_BATCH_WINDOW (window));

  inputs = project != NULL ? pel_project_get_setting (project, INPUTS) : NULL;
  out = project != NULL ? pel_project_get_setting (project, OUT) : NULL;
  if (inputs == NULL || out == NULL)
    return;
  uris = g_strsplit (inputs, "\n", -1);
  for (guint i = 0; uris[i] != NULL; i++)
    {
      g_autoptr (GFile) input = g_file_new_for_uri (uris[i]);
      g_autofree char *path = g_file_get_path (input);

      if (path != NULL && exists (input))
        pel_batch_window_add_input (window, path);
    }
  /* A batch that was stopped at once has not made its folder yet. */
  folder = g_file_new_for_uri (out);
  parent = g_file_get_parent (folder);
  out_path = g_file_get_path (folder);
  if (out_path != NULL && (exists (folder) || exists (parent)))
    pel_batch_window_set_out (window, out_path);
}
