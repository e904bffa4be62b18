/* SPDX-License-Identifier: MIT */
#include "tests/cli/program.h"

#include <string.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "engine/pel-engine.h"

/* How good models and predictions are, as the commands tell it. */

static JsonObject *
parse (const char *text, JsonNode **root)
{
  g_autoptr (GError) error = NULL;

  *root = json_from_string (text, &error);
  g_assert_no_error (error);
  return json_node_get_object (*root);
}

static void
write_labels (const char *folder, const char *name, const guint32 *plane, guint width)
{
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (width, 4, plane, width, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  pel_labels_save_tiff (labels, path, 0, 0, &error);
  g_assert_no_error (error);
}

/* Two true cells in one predicted, one that is nowhere, and one that is not there. */
static void
test_errors (void)
{
  const guint32 truth[] = {
    1, 1, 2, 2, 0, 0, 0, 0, /* */
    1, 1, 2, 2, 0, 3, 3, 0, /* */
    1, 1, 2, 2, 0, 3, 3, 0, /* */
    0, 0, 0, 0, 0, 0, 0, 0,
  };
  const guint32 found[] = {
    7, 7, 7, 7, 0, 0, 0, 0, /* */
    7, 7, 7, 7, 0, 0, 0, 0, /* */
    7, 7, 7, 7, 0, 0, 0, 0, /* */
    0, 0, 0, 0, 0, 9, 9, 9,
  };
  char *folder = program_make_folder ();
  g_autofree char *a = g_build_filename (folder, "found", NULL);
  g_autofree char *b = g_build_filename (folder, "truth", NULL);
  g_autofree char *csv = g_build_filename (folder, "errors.csv", NULL);
  g_autofree char *text = NULL;
  g_auto (ProgramRun) run = { 0 };
  g_autoptr (JsonNode) root = NULL;

  write_labels (a, "cells.tif", found, 8);
  write_labels (b, "cells.tif", truth, 8);
  program_run (&run, "evaluate --json --predictions %s --truth %s --errors %s", a, b, csv);
  program_assert_done (&run);
  JsonObject *all = parse (run.output, &root);
  JsonObject *image =
      json_array_get_object_element (json_object_get_array_member (all, "per_image"), 0);
  const struct
  {
    const char *name;
    gint64 n;
  } counts[] = { { "cells_true", 3 }, { "cells_predicted", 2 }, { "missed", 1 }, { "false", 1 },
                 { "merged", 1 },     { "split", 0 },           { "inexact", 0 } };
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_assert_cmpint (json_object_get_int_member (all, counts[i].name), ==, counts[i].n);
      g_assert_cmpint (json_object_get_int_member (image, counts[i].name), ==, counts[i].n);
    }
  /* The merged cell has IoU one half with one of the two. */
  g_assert_cmpfloat (json_object_get_double_member (all, "ap50"), ==, 0.25);
  for (guint percent = 55; percent < 100; percent += 5)
    {
      g_autofree char *name = g_strdup_printf ("ap%u", percent);
      g_assert_cmpfloat (json_object_get_double_member (all, name), ==, 0);
    }
  g_assert_true (g_file_get_contents (csv, &text, NULL, NULL));
  g_assert_cmpstr (text, ==,
                   "image,error,truth,predicted,x,y,width,height\n"
                   "cells,missed,3,,5,1,2,2\n"
                   "cells,false,,9,5,3,3,1\n"
                   "cells,merged,1 2,7,0,0,4,3\n");
  program_remove_folder (folder);
}

/* A folder given twice agrees with itself, and one line says that this tells nothing. */
static void
test_same_folder (void)
{
  g_autofree char *masks = program_data ("nuclei/masks");
  g_autofree char *other = g_strconcat (masks, "/../masks/", NULL);
  g_auto (ProgramRun) run = { 0 };
  g_autoptr (JsonNode) root = NULL;

  program_run (&run, "evaluate --json --predictions %s --truth %s", masks, other);
  program_assert_error (&run, 0, "--predictions");
  JsonObject *all = parse (run.output, &root);
  g_assert_cmpint (json_object_get_int_member (all, "images"), ==, 3);
  g_assert_cmpfloat (json_object_get_double_member (all, "ap95"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/quality/errors", test_errors);
  g_test_add_func ("/cli/quality/same-folder", test_same_folder);
  return g_test_run ();
}
