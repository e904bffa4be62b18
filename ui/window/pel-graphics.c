/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-graphics.h"

gboolean
pel_graphics_has_processor (const char *dev)
{
  static const char *const others[] = { "nvidia0", "dxg" };
  g_autofree char *nodes = g_build_filename (dev, "dri", NULL);
  g_autoptr (GDir) folder = g_dir_open (nodes, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, "renderD"))
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *path = g_build_filename (dev, others[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return FALSE;
}

void
pel_graphics_init (void)
{
  if (!pel_graphics_has_processor ("/dev"))
    g_setenv ("GSK_RENDERER", "cairo", FALSE);
}
