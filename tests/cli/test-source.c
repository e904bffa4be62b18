/* SPDX-License-Identifier: MIT */
#include <gio/gio.h>
#include <stdarg.h>
#include <string.h>
#include <glib/gstdio.h>

/* What the source tree promises: layers, sizes, headers and translations. */

static char *source;

typedef void (*FileFunc) (const char *path, gpointer data);

/* Every file of the project below a folder; hidden folders, build directories among them, are not
 * of the project. */
static void
walk (const char *folder, FileFunc func, gpointer data)
{
  g_autofree char *path = g_build_filename (source, folder, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (folder, name, NULL);
      g_autofree char *full = g_build_filename (source, child, NULL);

      if (name[0] == '.')
        continue;
      if (g_file_test (full, G_FILE_TEST_IS_DIR))
        walk (child, func, data);
      else
        func (child, data);
    }
}

static char *
read_source (const char *path)
{
  g_autofree char *full = g_build_filename (source, path, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (full, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static gboolean
is_c (const char *path)
{
  return g_str_has_suffix (path, ".c") || g_str_has_suffix (path, ".h");
}

static void complain (guint *n, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
complain (guint *n, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_test_message ("%s", message);
  ++*n;
}

/* Layers: no arrow ever points upwards. */

typedef struct
{
  GRegex *forbidden;
  guint n_files, n_bad;
} LayerCheck;

static void
check_includes (const char *path, gpointer data)
{
  LayerCheck *check = data;
  g_autofree char *text = NULL;

  if (!is_c (path))
    return;
  text = read_source (path);
  check->n_files++;
  if (g_regex_match (check->forbidden, text, 0, NULL))
    complain (&check->n_bad, "%s includes what its layer may not", path);
}

static void
check_layer (const char *folder, const char *forbidden)
{
  g_autoptr (GRegex) regex = g_regex_new (forbidden, G_REGEX_MULTILINE, 0, NULL);
  LayerCheck check = { regex, 0, 0 };

  walk (folder, check_includes, &check);
  g_assert_cmpuint (check.n_files, >, 5);
  g_assert_cmpuint (check.n_bad, ==, 0);
}

static void
test_layers (void)
{
  check_layer ("engine", "^#\\s*include\\s*[<\"](gtk|gdk/|adwaita|graphene|glib-object|app/|ui/)");
  check_layer ("app/document", "^#\\s*include\\s*[<\"](gtk|gdk/|adwaita|graphene|app/cli/|ui/)");
  check_layer ("app/cli", "^#\\s*include\\s*[<\"](gtk|gdk/|adwaita|graphene|ui/)");
  check_layer ("ui", "^#\\s*include\\s*\"app/(cli/|pel-)");
}

/* Files: short, with their licence, and of one name each. */

typedef struct
{
  GHashTable *names;
  guint n_files, n_bad;
} FileCheck;

static void
check_file (const char *path, gpointer data)
{
  FileCheck *check = data;
  g_autofree char *text = NULL;
  g_autofree char *name = g_path_get_basename (path);
  guint lines = 0;

  if (!is_c (path))
    return;
  text = read_source (path);
  check->n_files++;
  for (const char *p = text; *p != '\0'; p++)
    lines += *p == '\n';
  if (lines > 800)
    complain (&check->n_bad, "%s has more than 800 lines", path);
  if (!g_str_has_prefix (text, "/* SPDX-License-Identifier: MIT */\n"))
    complain (&check->n_bad, "%s does not begin with its licence", path);
  if (!g_hash_table_add (check->names, g_steal_pointer (&name)))
    complain (&check->n_bad, "%s has a namesake", path);
  /* A body is included once for each instruction set. */
  if (g_str_has_suffix (path, ".h") && !g_str_has_suffix (path, "-body.h") &&
      strstr (text, "#pragma once\n") == NULL)
    complain (&check->n_bad, "%s lacks #pragma once", path);
}

static void
test_files (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  FileCheck check = { names, 0, 0 };

  walk ("engine", check_file, &check);
  walk ("app", check_file, &check);
  walk ("ui", check_file, &check);
  walk ("tests", check_file, &check);
  g_assert_cmpuint (check.n_files, >, 100);
  g_assert_cmpuint (check.n_bad, ==, 0);
}

/* Translations */

typedef struct
{
  GRegex *marks;
  GHashTable *listed;
  guint n_files, n_bad;
} PotfilesCheck;

static void
check_listed (const char *path, gpointer data)
{
  PotfilesCheck *check = data;
  g_autofree char *text = NULL;

  if (!is_c (path) && !g_str_has_suffix (path, ".ui"))
    return;
  text = read_source (path);
  if (!g_regex_match (check->marks, text, 0, NULL))
    return;
  check->n_files++;
  if (!g_hash_table_contains (check->listed, path))
    complain (&check->n_bad, "%s has strings but is not in po/POTFILES.in", path);
}

static void
test_potfiles (void)
{
  g_autofree char *text = read_source ("po/POTFILES.in");
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GRegex) marks =
      g_regex_new ("(^|\\W)(_|N_|C_|NC_|ngettext) \\(|translatable=\"yes\"", 0, 0, NULL);
  PotfilesCheck check = { marks, listed, 0, 0 };

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *full = g_build_filename (source, lines[i], NULL);

      if (!g_file_test (full, G_FILE_TEST_EXISTS))
        complain (&check.n_bad, "po/POTFILES.in names %s, which is not there", lines[i]);
      if (i > 0 && strcmp (lines[i - 1], lines[i]) >= 0)
        complain (&check.n_bad, "po/POTFILES.in is not sorted at %s", lines[i]);
      g_hash_table_add (listed, lines[i]);
    }
  walk ("engine", check_listed, &check);
  walk ("app", check_listed, &check);
  walk ("ui", check_listed, &check);
  g_assert_cmpuint (check.n_files, >, 20);
  g_assert_cmpuint (check.n_bad, ==, 0);
}

static char *
run_tool (int *status, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
  char *output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (child, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  *status = g_subprocess_get_exit_status (child);
  return output;
}

/* The catalogue against the strings of today: all of them translated, none doubtful. */
static void
test_german (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pellicle-po-XXXXXX", NULL);
  g_autofree char *pot = g_build_filename (folder, "today.pot", NULL);
  g_autofree char *merged = g_build_filename (folder, "merged.po", NULL);
  g_autofree char *po = g_build_filename (source, "po", "de.po", NULL);
  g_autofree char *list = g_build_filename (source, "po", "POTFILES.in", NULL);
  g_autofree char *directory = g_strdup_printf ("--directory=%s", source);
  g_autofree char *files = g_strdup_printf ("--files-from=%s", list);
  g_autofree char *output = g_strdup_printf ("--output=%s", pot);
  g_autofree char *merged_output = g_strdup_printf ("--output-file=%s", merged);
  const char *const extract[] = { "xgettext",
                                  directory,
                                  files,
                                  output,
                                  "--from-code=UTF-8",
                                  "--keyword=_",
                                  "--keyword=N_",
                                  "--keyword=C_:1c,2",
                                  "--keyword=NC_:1c,2",
                                  "--keyword=ngettext:1,2",
                                  "--flag=g_strdup_printf:1:c-format",
                                  "--flag=g_set_error:4:c-format",
                                  NULL };
  const char *const merge[] = { "msgmerge", "--quiet", "--no-fuzzy-matching", merged_output, po,
                                pot,        NULL };
  const char *const check[] = { "msgfmt", "--check", "--statistics", "--output-file=/dev/null",
                                merged,   NULL };
  g_autofree char *extracted = NULL;
  g_autofree char *merging = NULL;
  g_autofree char *statistics = NULL;
  int status;

  extracted = run_tool (&status, extract);
  g_test_message ("xgettext: %s", extracted);
  g_assert_cmpint (status, ==, 0);
  merging = run_tool (&status, merge);
  g_test_message ("msgmerge: %s", merging);
  g_assert_cmpint (status, ==, 0);
  statistics = run_tool (&status, check);
  g_test_message ("msgfmt: %s", statistics);
  g_assert_cmpint (status, ==, 0);
  g_assert_null (strstr (statistics, "untranslated"));
  g_assert_null (strstr (statistics, "fuzzy"));
  g_remove (pot);
  g_remove (merged);
  g_rmdir (folder);
}

/* The program speaks German from its build directory. */
static void
test_speaks_german (void)
{
  const char *const argv[] = { "env", "LANGUAGE=de", g_getenv ("PELLICLE_PROGRAM"), "--help",
                               NULL };
  int status;
  g_autofree char *output = run_tool (&status, argv);

  g_assert_cmpint (status, ==, 0);
  if (strstr (output, "Aufruf:") == NULL)
    g_test_message ("%s", output);
  g_assert_nonnull (strstr (output, "Aufruf:"));
}

/* Headers: each compiles alone. */

static void
list_header (const char *path, gpointer data)
{
  if (g_str_has_suffix (path, ".h") && !g_str_has_suffix (path, "-body.h"))
    g_ptr_array_add (data, g_strdup (path));
}

static void
test_headers (void)
{
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *cflags = NULL;
  g_auto (GStrv) flags = NULL;
  const char *const pkg_config[] = { "pkg-config",     "--cflags",      "gio-2.0",
                                     "gdk-pixbuf-2.0", "json-glib-1.0", "cairo",
                                     "libtiff-4",      "libpng",        NULL };
  int status;
  guint n_bad = 0;

  cflags = run_tool (&status, pkg_config);
  g_assert_cmpint (status, ==, 0);
  flags = g_strsplit (g_strchomp (cflags), " ", -1);
  walk ("engine", list_header, headers);
  walk ("app/document", list_header, headers);
  walk ("app/cli", list_header, headers);
  g_assert_cmpuint (headers->len, >, 30);
  for (guint i = 0; i < headers->len; i++)
    {
      g_autoptr (GPtrArray) argv = g_ptr_array_new ();
      g_autofree char *output = NULL;

      g_ptr_array_add (argv, (gpointer) "cc");
      g_ptr_array_add (argv, (gpointer) "-std=gnu11");
      g_ptr_array_add (argv, (gpointer) "-fsyntax-only");
      g_ptr_array_add (argv, (gpointer) "-xc");
      g_ptr_array_add (argv, (gpointer) "-include");
      g_ptr_array_add (argv, headers->pdata[i]);
      g_ptr_array_add (argv, (gpointer) "-I.");
      for (guint j = 0; flags[j] != NULL; j++)
        g_ptr_array_add (argv, flags[j]);
      g_ptr_array_add (argv, (gpointer) "/dev/null");
      g_ptr_array_add (argv, NULL);
      output = run_tool (&status, (const char *const *)argv->pdata);
      if (status != 0)
        {
          g_test_message ("%s", output);
          complain (&n_bad, "%s does not compile alone", (const char *)headers->pdata[i]);
        }
    }
  g_assert_cmpuint (n_bad, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  source = g_strdup (g_getenv ("PELLICLE_SOURCE"));
  g_assert_nonnull (source);
  g_assert_cmpint (g_chdir (source), ==, 0);
  g_test_add_func ("/source/layers", test_layers);
  g_test_add_func ("/source/files", test_files);
  g_test_add_func ("/source/potfiles", test_potfiles);
  g_test_add_func ("/source/german", test_german);
  g_test_add_func ("/source/speaks-german", test_speaks_german);
  g_test_add_func ("/source/headers", test_headers);
  return g_test_run ();
}
