/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-ready-model.h"
#include "engine/pel-engine.h"
#include "tests/cli/program.h"

#include <math.h>

/* The model that comes with Pellicle: found by its name, copied into projects, and of use. */

static void
test_install (void)
{
  char *folder = program_make_folder ();
  g_autofree char *models = g_build_filename (folder, "models", NULL);
  g_autofree char *path = g_build_filename (models, PEL_READY_MODEL_NAME ".safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_true (pel_ready_model_install (models, &error));
  g_assert_no_error (error);
  g_autoptr (PelModel) model = pel_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pel_model_get_task (model), ==, PEL_TASK_CELLS);
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpuint (length, <, 10 * 1000 * 1000);

  /* One that is there is kept, whatever it is. */
  g_assert_true (g_file_set_contents (path, "mine", 4, NULL));
  g_assert_true (pel_ready_model_install (models, &error));
  g_autofree char *kept = NULL;
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "mine");
  program_remove_folder (folder);
}

static void
test_name (void)
{
  g_autofree char *path = pel_ready_model_resolve (PEL_READY_MODEL_NAME);
  g_autofree char *other = pel_ready_model_resolve ("some/model.safetensors");
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpstr (other, ==, "some/model.safetensors");
}

/* Bright discs on a dark ground are found without any training, each as one cell. */
static void
test_predict (void)
{
  enum
  {
    SIDE = 160,
    PITCH = 40
  };
  char *folder = program_make_folder ();
  g_autofree char *image_path = g_build_filename (folder, "discs.tif", NULL);
  g_autofree char *out = g_build_filename (folder, "out", NULL);
  g_autofree char *result = g_build_filename (out, "discs.tif", NULL);
  g_autofree float *pixels = g_new (float, SIDE *SIDE);
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      double x = (i % SIDE) % PITCH + 0.5 - PITCH / 2, y = (i / SIDE) % PITCH + 0.5 - PITCH / 2;
      pixels[i] = 20.0f + 100.0f / (1.0f + expf ((float)hypot (x, y) - 10.0f)) + i % 7;
    }
  g_assert_true (pel_image_save_float_tiff (image_path, pixels, SIDE, SIDE, 0.0, 0.0, &error));
  g_assert_no_error (error);
  g_auto (ProgramRun) run = { 0 };
  program_run (&run, "predict --model ready-made --out %s %s", out, image_path);
  g_assert_cmpint (run.status, ==, 0);
  g_autoptr (PelLabels) labels = pel_labels_load (result, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pel_labels_get_max (labels), ==, 16);
  for (guint k = 0; k < 16; k++)
    g_assert_cmpuint (
        pel_labels_get (labels, PITCH * (k % 4) + PITCH / 2, PITCH * (k / 4) + PITCH / 2), !=, 0);
  program_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ready-model/install", test_install);
  g_test_add_func ("/ready-model/name", test_name);
  g_test_add_func ("/ready-model/predict", test_predict);
  return g_test_run ();
}
