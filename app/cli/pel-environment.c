/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-environment.h"

#include <locale.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* Meson marks its build directories. */
static gboolean
is_build_dir (const char *base)
{
  g_autofree char *mark = base != NULL ? g_build_filename (base, "meson-info", NULL) : NULL;

  return mark != NULL && g_file_test (mark, G_FILE_TEST_IS_DIR);
}

/* The build directory that the program lies in, at most three folders up (tests lie deeper than
 * the program), or else the installed program's prefix, one folder above its own. */
static char *
get_base_dir (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *prefix = folder != NULL ? g_path_get_dirname (folder) : NULL;
  g_autofree char *above = g_strdup (prefix);

  for (guint i = 0; i < 3 && above != NULL; i++)
    {
      g_autofree char *here = g_steal_pointer (&above);

      if (is_build_dir (here))
        return g_steal_pointer (&here);
      above = g_path_get_dirname (here);
    }
  return g_steal_pointer (&prefix);
}

static char *
get_locale_dir (const char *base)
{
  g_autofree char *moved = NULL;

  if (is_build_dir (base))
    return g_build_filename (base, "po", NULL);
  moved = base != NULL ? g_build_filename (base, "share", "locale", NULL) : NULL;
  if (moved != NULL && g_file_test (moved, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&moved);
  return g_strdup (PEL_LOCALE_DIR);
}

void
pel_environment_init (void)
{
  g_autofree char *base = get_base_dir ();
  g_autofree char *locale_dir = get_locale_dir (base);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (is_build_dir (base))
    {
      g_autofree char *schemas = g_build_filename (base, "data", NULL);

      g_setenv ("GSETTINGS_SCHEMA_DIR", schemas, FALSE);
    }
}

char *
pel_environment_get_data_dir (void)
{
  g_autofree char *base = get_base_dir ();
  g_autofree char *moved = NULL;

  if (is_build_dir (base))
    return g_build_filename (base, "data", NULL);
  moved = base != NULL ? g_build_filename (base, "share", "pellicle", NULL) : NULL;
  if (moved != NULL && g_file_test (moved, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&moved);
  return g_strdup (PEL_DATA_DIR);
}
