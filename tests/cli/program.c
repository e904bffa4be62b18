/* SPDX-License-Identifier: MIT */
#include "tests/cli/program.h"

#include <stdarg.h>
#include <string.h>
#include <glib/gstdio.h>

void
program_run_clear (ProgramRun *run)
{
  g_clear_pointer (&run->output, g_free);
  g_clear_pointer (&run->errors, g_free);
}

static char **
parse_line (const char *line, va_list args)
{
  g_autoptr (GString) text = g_string_new (g_getenv ("PELLICLE_PROGRAM"));
  g_autoptr (GError) error = NULL;
  char **argv = NULL;

  g_string_append_c (text, ' ');
  for (const char *p = line; *p != '\0'; p++)
    if (p[0] == '%' && p[1] == 's')
      {
        g_autofree char *quoted = g_shell_quote (va_arg (args, const char *));

        g_string_append (text, quoted);
        p++;
      }
    else
      g_string_append_c (text, *p);
  g_shell_parse_argv (text->str, NULL, &argv, &error);
  g_assert_no_error (error);
  return argv;
}

char **
program_argv (const char *line, ...)
{
  va_list args;
  char **argv;

  va_start (args, line);
  argv = parse_line (line, args);
  va_end (args);
  return argv;
}

void
program_run (ProgramRun *run, const char *line, ...)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;
  va_list args;

  va_start (args, line);
  argv = parse_line (line, args);
  va_end (args);

  /* Commands need no display, and there is none. */
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");
  child = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (child, NULL, NULL, &run->output, &run->errors, &error);
  g_assert_no_error (error);
  run->status = g_subprocess_get_if_exited (child) ? g_subprocess_get_exit_status (child) : -1;
}

void
program_assert_error (const ProgramRun *run, int status, const char *part)
{
  const char *end = strchr (run->errors, '\n');

  if (run->status != status || strstr (run->errors, part) == NULL)
    g_test_message ("status %d, errors: %s", run->status, run->errors);
  g_assert_cmpint (run->status, ==, status);
  g_assert_nonnull (strstr (run->errors, part));
  g_assert_true (g_str_has_prefix (run->errors, "pellicle: "));
  g_assert_nonnull (end);
  g_assert_cmpstr (end, ==, "\n");
}

void
program_assert_done (const ProgramRun *run)
{
  g_assert_cmpstr (run->errors, ==, "");
  g_assert_cmpint (run->status, ==, 0);
}

char *
program_data (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", name, NULL);
}

char *
program_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("pellicle-cli-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
program_remove_folder (char *folder)
{
  remove_tree (folder);
  g_free (folder);
}

GBytes *
program_read (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *content;
  gsize length;

  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (content, length);
}
