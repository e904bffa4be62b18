/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-ready-model.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include "app/cli/pel-environment.h"
#include "engine/io/pel-file.h"

#define FILE_NAME PEL_READY_MODEL_NAME ".safetensors"

static char *
get_path (void)
{
  g_autofree char *data_dir = pel_environment_get_data_dir ();

  return g_build_filename (data_dir, "models", FILE_NAME, NULL);
}

char *
pel_ready_model_resolve (const char *given)
{
  g_return_val_if_fail (given != NULL, NULL);
  if (g_str_equal (given, PEL_READY_MODEL_NAME) && !g_file_test (given, G_FILE_TEST_EXISTS))
    return get_path ();
  return g_strdup (given);
}

gboolean
pel_ready_model_install (const char *folder, GError **error)
{
  g_autofree char *source = get_path ();
  g_autofree char *target = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  if (g_file_test (target, G_FILE_TEST_EXISTS))
    return TRUE;
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", folder,
                   g_strerror (code));
      return FALSE;
    }
  return g_file_get_contents (source, &bytes, &length, error) &&
         pel_file_write_atomic (target, bytes, length, error);
}
