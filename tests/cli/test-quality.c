/* SPDX-License-Identifier: MIT */
#include "tests/cli/program.h"

#include <stdlib.h>
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

/* Four small images in folders of their own, of three there are. */
static char *
make_images (void)
{
  char *folder = program_make_folder ();
  g_autofree char *data = program_data ("nuclei");
  g_autofree char *copy = g_strdup_printf (
      "cp -R '%s/images' '%s/masks' '%s' && cd '%s' && for d in images masks; do for f in $d/*; do "
      "cp $f $d/copy-${f##*/}; break; done; done",
      data, data, folder, folder);

  g_assert_cmpint (system (copy), ==, 0);
  return folder;
}

#define SHORT                                                                                      \
  "--base-channels 4 --depth 2 --patch 64 --batch 2 --epochs 1 --steps-per-epoch 4 --threads 2 "

/* Figures, advice and a log from which the next call goes on. */
static void
test_learning_curve (void)
{
  char *folder = make_images ();
  g_autofree char *images = g_build_filename (folder, "images", NULL);
  g_autofree char *masks = g_build_filename (folder, "masks", NULL);
  g_autofree char *log = g_build_filename (folder, "log.csv", NULL);
  g_autofree char *text = NULL;
  g_auto (ProgramRun) first = { 0 };
  g_auto (ProgramRun) again = { 0 };
  g_auto (ProgramRun) other = { 0 };
  g_autoptr (JsonNode) root = NULL;

  program_run (&first,
               "learning-curve " SHORT
               "--sizes 3,2 --repeats 2 --json --images %s --masks %s --log %s",
               images, masks, log);
  program_assert_done (&first);
  JsonObject *all = parse (first.output, &root);
  JsonArray *points = json_object_get_array_member (all, "points");
  g_assert_true (json_object_get_boolean_member (all, "finished"));
  g_assert_cmpint (json_object_get_int_member (all, "held_out"), ==, 1);
  g_assert_cmpuint (json_array_get_length (points), ==, 2);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (all, "runs")), ==, 4);
  JsonObject *last = json_array_get_object_element (points, 1);
  g_assert_cmpint (json_object_get_int_member (last, "images"), ==, 3);
  g_assert_true (json_object_has_member (last, "ap50_sd"));
  g_assert_true (json_object_has_member (last, "diameter_mape_max"));
  g_assert_nonnull (json_object_get_string_member (all, "verdict"));
  g_assert_nonnull (strstr (json_object_get_string_member (all, "advice"), "3 images"));
  g_assert_true (g_file_get_contents (log, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 6);

  /* With two rows less, two trainings are made, and the figures are the same. */
  char *cut = strstr (text, lines[3]);
  g_assert_true (g_file_set_contents (log, text, cut - text, NULL));
  program_run (&again,
               "learning-curve " SHORT
               "--sizes 3,2 --repeats 2 --images %s --masks %s --log %s --resume",
               images, masks, log);
  program_assert_done (&again);
  g_assert_nonnull (strstr (again.output, "2 trainings are already in the log"));
  g_assert_nonnull (strstr (again.output, "\nimages    cells  AP50"));
  g_autofree char *longer = NULL;
  g_assert_true (g_file_get_contents (log, &longer, NULL, NULL));
  g_auto (GStrv) rows = g_strsplit (longer, "\n", -1);
  g_assert_cmpuint (g_strv_length (rows), ==, 6);
  for (guint i = 0; i < 5; i++)
    {
      /* All but the seconds, which come last. */
      gsize n = (gsize)(strrchr (lines[i], ',') - lines[i]);
      g_assert_cmpint (strncmp (lines[i], rows[i], n), ==, 0);
    }

  program_run (&other,
               "learning-curve --quiet " SHORT
               "--seed 9 --sizes 2 --repeats 1 --images %s --masks %s --log %s --resume",
               images, masks, log);
  program_assert_error (&other, 0, "made anew");
  program_remove_folder (folder);
}

static void
test_cross_validate (void)
{
  char *folder = make_images ();
  g_autofree char *images = g_build_filename (folder, "images", NULL);
  g_autofree char *masks = g_build_filename (folder, "masks", NULL);
  g_auto (ProgramRun) run = { 0 };
  g_auto (ProgramRun) table = { 0 };
  g_auto (ProgramRun) wrong = { 0 };
  g_autoptr (JsonNode) root = NULL;

  program_run (&run, "cross-validate " SHORT "--folds 4 --json --images %s --masks %s", images,
               masks);
  program_assert_done (&run);
  JsonObject *all = parse (run.output, &root);
  g_assert_cmpint (json_object_get_int_member (all, "images"), ==, 4);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (all, "per_image")), ==, 4);
  JsonArray *folds = json_object_get_array_member (all, "folds");
  g_assert_cmpuint (json_array_get_length (folds), ==, 4);
  gint64 cells = 0;
  for (guint i = 0; i < 4; i++)
    cells += json_object_get_int_member (json_array_get_object_element (folds, i), "cells_true");
  g_assert_cmpint (json_object_get_int_member (all, "cells_true"), ==, cells);
  program_run (&table, "cross-validate --quiet " SHORT "--folds 2 --images %s --masks %s", images,
               masks);
  program_assert_done (&table);
  g_assert_nonnull (strstr (table.output, "\ndiameter_mape"));
  g_assert_nonnull (strstr (table.output, "Over the folds AP50 is"));
  program_run (&wrong, "cross-validate " SHORT "--folds 5 --images %s --masks %s", images, masks);
  program_assert_error (&wrong, 1, "fewer");
  program_remove_folder (folder);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *line, *part;
  } cases[] = {
    { "learning-curve --sizes 5,x", "--sizes" },
    { "learning-curve --repeats 0", "--repeats" },
    { "learning-curve --resume", "--log" },
    { "cross-validate --folds 1", "--folds" },
    { "cross-validate --val-fraction 0.2", "--val-fraction" },
    { "train --model m.safetensors --set elastic", "NAME=VALUE" },
    { "train --model m.safetensors --set nothing=1", "nothing" },
    { "train --model m.safetensors --set flips=7", "flips" },
    { "train --model m.safetensors --set scale=99", "range" },
    { "train --model m.safetensors --colour --channel 2", "--colour" },
    { "train --model m.safetensors --colour --grey", "--grey" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramRun) run = { 0 };
      g_autofree char *line =
          g_strconcat (cases[i].line, " --images nowhere --masks nowhere", NULL);

      program_run (&run, line);
      program_assert_error (&run, 2, cases[i].part);
    }
}

/* Grey images serve a colour network, and a training tells what it took from another model. */
static void
test_colour_from_grey (void)
{
  char *folder = make_images ();
  g_autofree char *images = g_build_filename (folder, "images", NULL);
  g_autofree char *masks = g_build_filename (folder, "masks", NULL);
  g_autofree char *grey = g_build_filename (folder, "grey.safetensors", NULL);
  g_autofree char *colour = g_build_filename (folder, "colour.safetensors", NULL);
  g_autofree char *out = g_build_filename (folder, "found", NULL);
  g_auto (ProgramRun) first = { 0 };
  g_auto (ProgramRun) second = { 0 };
  g_auto (ProgramRun) predict = { 0 };
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;

  program_run (&first, "train --quiet --task mask " SHORT "--images %s --masks %s --model %s",
               images, masks, grey);
  program_assert_done (&first);
  program_run (
      &second,
      "train --json --colour --task cells --patch 64 --batch 2 --epochs 1 --steps-per-epoch 4 "
      "--images %s --masks %s --model %s --init %s",
      images, masks, colour, grey);
  program_assert_done (&second);
  JsonObject *all = parse (second.output, &root);
  JsonObject *init = json_object_get_object_member (all, "init");
  g_assert_cmpint (json_object_get_int_member (init, "inputs_before"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (init, "inputs"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (init, "outputs_kept"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (init, "arrays_fresh"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (all, "steps"), ==, 4);
  g_autoptr (PelModel) model = pel_model_load (colour, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pel_model_get_config (model)->base_channels, ==, 4);
  g_assert_cmpuint (pel_model_get_normalisation (model)->in_channels, ==, 3);
  program_run (&predict, "predict --quiet --model %s --out %s %s", colour, out, images);
  program_assert_done (&predict);
  program_remove_folder (folder);
}

/* Images of two hues bring a network for colours, unless the number of inputs is said. */
static void
test_inputs_said (void)
{
  enum
  {
    SIDE = 64
  };
  char *folder = program_make_folder ();
  g_autofree char *images = g_build_filename (folder, "images", NULL);
  g_autofree char *masks = g_build_filename (folder, "masks", NULL);
  g_autofree char *model_path = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree guint8 *rgba = g_malloc (SIDE * SIDE * 4);
  g_autofree guint32 *cells = g_new0 (guint32, SIDE * SIDE);
  static const char *const settings[] = { "--seed=1", "--set=in_channels=1" };

  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      const guint x = i % SIDE, y = i / SIDE;

      cells[i] = x % 32 > 12 && y % 32 > 12 ? 1 + x / 32 + 2 * (y / 32) : 0;
      rgba[4 * i] = cells[i] != 0 ? 60 : 200;
      rgba[4 * i + 1] = (guint8)(x * 4);
      rgba[4 * i + 2] = cells[i] != 0 ? 180 : 90;
      rgba[4 * i + 3] = 255;
    }
  g_assert_cmpint (g_mkdir (images, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (masks, 0700), ==, 0);
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (SIDE, SIDE, cells, SIDE, NULL);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *image = g_strdup_printf ("%s/%u.png", images, i);
      g_autofree char *mask = g_strdup_printf ("%s/%u.tif", masks, i);

      g_assert_true (pel_image_save_png_rgba (image, rgba, SIDE, SIDE, SIDE * 4, NULL));
      g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_auto (ProgramRun) run = { 0 };
      g_autoptr (GError) error = NULL;

      program_run (&run, "train --quiet " SHORT "--images %s --masks %s --model %s %s", images,
                   masks, model_path, settings[i]);
      program_assert_done (&run);
      g_autoptr (PelModel) model = pel_model_load (model_path, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (pel_model_get_normalisation (model)->in_channels, ==, i == 0 ? 3 : 1);
    }
  program_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/quality/errors", test_errors);
  g_test_add_func ("/cli/quality/same-folder", test_same_folder);
  g_test_add_func ("/cli/quality/learning-curve", test_learning_curve);
  g_test_add_func ("/cli/quality/cross-validate", test_cross_validate);
  g_test_add_func ("/cli/quality/refused", test_refused);
  g_test_add_func ("/cli/quality/colour-from-grey", test_colour_from_grey);
  g_test_add_func ("/cli/quality/inputs-said", test_inputs_said);
  return g_test_run ();
}
