/* SPDX-License-Identifier: MIT */
#include "tests/cli/program.h"

#include <string.h>
#include <glib/gstdio.h>

static const char train[] = "train --quiet --images %s --masks %s --model %s --base-channels 2 "
                            "--depth 1 --patch 32 --batch 1 --epochs 1 --steps-per-epoch 2";

static char *
train_model (const char *folder)
{
  char *model = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree char *images = program_data ("nuclei/images");
  g_autofree char *masks = program_data ("nuclei/masks");
  g_auto (ProgramRun) run = { 0 };

  program_run (&run, train, images, masks, model);
  program_assert_done (&run);
  return model;
}

static char *
copy (const char *data, const char *folder, const char *name)
{
  g_autofree char *source = program_data (data);
  char *target = g_build_filename (folder, name, NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &content, &length, NULL));
  g_assert_true (g_file_set_contents (target, content, (gssize)length, NULL));
  return target;
}

/* The results of a.tif must not take its place, however the folder is written. */
static void
test_own_image (void)
{
  char *folder = program_make_folder ();
  g_autofree char *model = train_model (folder);
  g_autofree char *results = g_build_filename (folder, "results", NULL);
  g_autofree char *detour = g_build_filename (results, "..", "results", NULL);
  g_autofree char *plain = copy ("nuclei/images/nuclei_1.png", folder, "a.png");
  g_autofree char *image = g_build_filename (results, "a.tif", NULL);
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_auto (ProgramRun) made = { 0 };
  g_auto (ProgramRun) refused = { 0 };

  program_run (&made, "predict --quiet --model %s --out %s %s", model, results, plain);
  program_assert_done (&made);
  before = program_read (results, "a.tif");

  program_run (&refused, "predict --quiet --model %s --out %s %s", model, detour, image);
  program_assert_error (&refused, 1, "--out");
  g_assert_nonnull (strstr (refused.errors, "a.tif"));
  after = program_read (results, "a.tif");
  g_assert_true (g_bytes_equal (before, after));
  program_remove_folder (folder);
}

/* One bad file among good ones: the good ones are done, the bad one is named, the status is 1. */
static void
test_one_bad_file (void)
{
  char *folder = program_make_folder ();
  g_autofree char *model = train_model (folder);
  g_autofree char *good = copy ("nuclei/masks/nuclei_1.png", folder, "good.png");
  g_autofree char *bad = g_build_filename (folder, "bad.png", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing.png", NULL);
  g_autofree char *results = g_build_filename (folder, "results", NULL);
  g_autofree char *result = g_build_filename (results, "good.tif", NULL);
  g_autofree char *csv = g_build_filename (folder, "cells.csv", NULL);
  g_auto (ProgramRun) predicted = { 0 };
  g_auto (ProgramRun) measured = { 0 };
  g_auto (ProgramRun) none = { 0 };

  program_run (&predicted, "predict --quiet --model %s --out %s %s %s", model, results, missing,
               good);
  program_assert_error (&predicted, 1, missing);
  g_assert_true (g_file_test (result, G_FILE_TEST_EXISTS));

  g_assert_true (g_file_set_contents (bad, "\211PNG\r\n\032\n and no more", -1, NULL));
  program_run (&measured, "measure --quiet --labels %s --csv %s", folder, csv);
  program_assert_error (&measured, 1, bad);
  g_assert_true (g_file_test (csv, G_FILE_TEST_EXISTS));

  g_assert_cmpint (g_remove (csv), ==, 0);
  program_run (&none, "measure --quiet --labels %s --csv %s", bad, csv);
  program_assert_error (&none, 1, bad);
  g_assert_false (g_file_test (csv, G_FILE_TEST_EXISTS));
  program_remove_folder (folder);
}

/* That a model cannot be written is told before the training, not after it. */
static void
test_unwritable_model (void)
{
  char *folder = program_make_folder ();
  g_autofree char *images = program_data ("nuclei/images");
  g_autofree char *masks = program_data ("nuclei/masks");
  g_autofree char *model = g_build_filename (folder, "folder.safetensors", NULL);
  gint64 start = g_get_monotonic_time ();
  g_auto (ProgramRun) run = { 0 };

  g_assert_cmpint (g_mkdir (model, 0777), ==, 0);
  program_run (&run, "train --images %s --masks %s --model %s --time-limit 60", images, masks,
               model);
  program_assert_error (&run, 1, model);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_USEC_PER_SEC);
  /* The name stands there once. */
  g_assert_null (strstr (strstr (run.errors, model) + 1, model));
  program_remove_folder (folder);
}

/* A limit that is over before the first step: one step is made, nothing is judged, and there is a
 * model. */
static void
test_no_time (void)
{
  char *folder = program_make_folder ();
  g_autofree char *images = program_data ("nuclei/images");
  g_autofree char *masks = program_data ("nuclei/masks");
  g_autofree char *model = g_build_filename (folder, "model.safetensors", NULL);
  g_auto (ProgramRun) run = { 0 };

  program_run (&run, "train --images %s --masks %s --model %s --val-fraction 0.4 --time-limit 0.01",
               images, masks, model);
  program_assert_done (&run);
  g_assert_nonnull (strstr (run.output, "after 1 step\n"));
  g_assert_true (g_file_test (model, G_FILE_TEST_EXISTS));
  program_remove_folder (folder);
}

/* What is wrong with an image is told of the image, not of the model. */
static void
test_unusable_image (void)
{
  char *folder = program_make_folder ();
  g_autofree char *images = program_data ("nuclei/images");
  g_autofree char *masks = program_data ("nuclei/masks");
  g_autofree char *model = g_build_filename (folder, "model.safetensors", NULL);
  g_auto (ProgramRun) run = { 0 };

  program_run (&run, "train --images %s --masks %s --model %s --channel 9", images, masks, model);
  g_assert_cmpint (run.status, ==, 1);
  g_assert_nonnull (strstr (run.errors, "nuclei_1.png"));
  g_assert_nonnull (strstr (run.errors, "nuclei_3.png"));
  g_assert_null (strstr (run.errors, model));
  g_assert_false (g_file_test (model, G_FILE_TEST_EXISTS));
  program_remove_folder (folder);
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *line;
    const char *part;
  } cases[] = {
    { "train --images i --masks m --model o.safetensors --time-limit nan", "--time-limit" },
    { "train --images i --masks m --model o.safetensors --learning-rate inf", "--learning-rate" },
    { "train --images i --masks m --model o.safetensors --learning-rate 0", "--learning-rate" },
    { "train --images i --masks m --model o.safetensors --val-fraction=-0.5", "--val-fraction" },
    { "train --images i --masks m --model o.safetensors --val-fraction 1", "--val-fraction" },
    { "train --images i --masks m --model o.safetensors --seed=-1", "--seed" },
    { "train --images i --masks m --model o.safetensors --epochs 0", "--epochs" },
    { "predict --model m --out o --threshold nan i", "--threshold" },
    { "predict --model m --out o --threshold=-1 i", "--threshold" },
    { "predict --model m --out o --min-size=-1 i", "--min-size" },
    { "predict --model m --out o --page 0 i", "--page" },
    { "measure --labels l --csv c --pixel-size nan", "--pixel-size" },
    { "measure --labels l --csv c --pixel-size 0", "--pixel-size" },
    { "measure --labels l --csv c --threshold 1", "--threshold" },
    { "mesure --labels l", "mesure" },
    { "help mesure", "mesure" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (ProgramRun) run = { 0 };

      program_run (&run, cases[i].line);
      program_assert_error (&run, 2, cases[i].part);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/refusals/own-image", test_own_image);
  g_test_add_func ("/refusals/one-bad-file", test_one_bad_file);
  g_test_add_func ("/refusals/unwritable-model", test_unwritable_model);
  g_test_add_func ("/refusals/no-time", test_no_time);
  g_test_add_func ("/refusals/unusable-image", test_unusable_image);
  g_test_add_func ("/refusals/numbers", test_numbers);
  return g_test_run ();
}
