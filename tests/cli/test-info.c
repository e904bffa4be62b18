/* SPDX-License-Identifier: MIT */
#include "tests/cli/program.h"

#include <math.h>
#include <string.h>
#include <json-glib/json-glib.h>

/* `info --json` against facts found with other programs: the folder beside this test or, with
 * PELLICLE_SAMPLES set, the larger one that it names. */

static char *
get_formats_dir (void)
{
  const char *larger = g_getenv ("PELLICLE_SAMPLES");

  return larger != NULL ? g_build_filename (larger, "formats", NULL) : program_data ("formats");
}

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  return node;
}

static gboolean
is_null (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  g_assert_nonnull (node);
  return JSON_NODE_HOLDS_NULL (node);
}

static void
check_number (JsonObject *got, JsonObject *want, const char *name, double relative, double absolute)
{
  double a, b;

  if (!json_object_has_member (want, name))
    return;
  if (is_null (want, name))
    {
      g_assert_true (is_null (got, name));
      return;
    }
  a = json_object_get_double_member (want, name);
  b = json_object_get_double_member (got, name);
  if (!(fabs (a - b) <= relative * fabs (a) + absolute))
    g_test_message ("%s: %s should be %g, is %g", json_object_get_string_member (want, "file"),
                    name, a, b);
  g_assert_cmpfloat (fabs (a - b), <=, relative * fabs (a) + absolute);
}

static void
check_image (JsonObject *got, JsonObject *want)
{
  static const char *const exact[] = { "width", "height", "pages", "channels", "bits" };
  gboolean lossy =
      g_strcmp0 (json_object_get_string_member_with_default (want, "container", ""), "JPEG") == 0;

  for (guint i = 0; i < G_N_ELEMENTS (exact); i++)
    check_number (got, want, exact[i], 0, 0);
  check_number (got, want, "min", 1e-6, lossy ? 3 : 0);
  check_number (got, want, "max", 1e-6, lossy ? 3 : 0);
  check_number (got, want, "um_per_px_x", 1e-4, 0);
  check_number (got, want, "um_per_px_y", 1e-4, 0);
  if (json_object_has_member (want, "sample_format"))
    g_assert_cmpstr (json_object_get_string_member (got, "sample_format"), ==,
                     json_object_get_string_member (want, "sample_format"));
  g_assert_nonnull (json_object_get_string_member (got, "calibration"));
}

static void
check_entry (JsonObject *got, JsonObject *want)
{
  const char *expect = json_object_get_string_member (want, "expect");
  const char *kind = json_object_get_string_member (got, "kind");

  if (strcmp (kind, "error") == 0)
    {
      const char *message = json_object_get_string_member (got, "error");

      g_assert_null (strchr (message, '\n'));
      g_assert_nonnull (strstr (message, json_object_get_string_member (want, "file")));
      if (strcmp (expect, "ok") == 0 || strcmp (expect, "partial") == 0)
        g_error ("%s", message);
      return;
    }
  if (strcmp (expect, "must_fail") == 0)
    g_error ("%s should not be read", json_object_get_string_member (want, "file"));
  if (strcmp (expect, "ok") == 0)
    check_image (got, want);
}

static void
test_formats (void)
{
  g_autofree char *folder = get_formats_dir ();
  g_autoptr (GBytes) expected = program_read (folder, "expected.json");
  g_autofree char *text =
      g_strndup (g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
  g_autoptr (JsonNode) want = parse (text);
  g_autoptr (JsonNode) got = NULL;
  JsonArray *files = json_object_get_array_member (json_node_get_object (want), "files");
  guint n_files = json_array_get_length (files);
  g_autoptr (GString) line = g_string_new ("info --json");
  g_auto (ProgramRun) run = { 0 };

  g_assert_cmpuint (n_files, >, 10);
  for (guint i = 0; i < n_files; i++)
    {
      JsonObject *file = json_array_get_object_element (files, i);
      g_autofree char *path =
          g_build_filename (folder, json_object_get_string_member (file, "file"), NULL);
      g_autofree char *quoted = g_shell_quote (path);

      g_string_append_c (line, ' ');
      g_string_append (line, quoted);
    }
  program_run (&run, line->str);
  g_assert_cmpstr (run.errors, ==, "");
  /* Some of them cannot be read. */
  g_assert_cmpint (run.status, ==, 1);
  got = parse (run.output);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (got)), ==, n_files);
  for (guint i = 0; i < n_files; i++)
    check_entry (json_array_get_object_element (json_node_get_array (got), i),
                 json_array_get_object_element (files, i));
}

static void
test_text (void)
{
  g_autofree char *image = program_data ("nuclei/images/nuclei_1.png");
  g_auto (ProgramRun) run = { 0 };
  g_auto (ProgramRun) both = { 0 };

  program_run (&run, "info %s", image);
  program_assert_done (&run);
  g_assert_nonnull (strstr (run.output, "256 × 256"));
  /* One that is missing does not stop the other. */
  program_run (&both, "info no-such-file.png %s", image);
  program_assert_error (&both, 1, "no-such-file.png");
  g_assert_cmpstr (both.output, ==, run.output);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/info/formats", test_formats);
  g_test_add_func ("/info/text", test_text);
  return g_test_run ();
}
