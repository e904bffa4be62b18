/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/core/pel-random.h"
#include "engine/nn/pel-safetensors.h"
#include "engine/train/pel-model.h"

static char *folder;

static char *
path_of (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static void
init_config (PelTrainConfig *config)
{
  pel_train_config_init_preset (config, PEL_PRESET_QUICK);
  config->base_channels = 3;
  config->depth = 2;
  config->seed = G_MAXUINT64 - 5;
  config->learning_rate = 0.1 + 1e-15;
  config->augment.noise = 0.123;
}

static void
assert_same_weights (PelModel *a, PelModel *b)
{
  PelUnet *u = pel_model_get_unet (a), *v = pel_model_get_unet (b);
  g_assert_cmpuint (pel_unet_get_n_parameters (u), ==, pel_unet_get_n_parameters (v));
  for (guint i = 0; i < pel_unet_get_n_parameters (u); i++)
    {
      const PelParameter *p = pel_unet_get_parameter (u, i), *q = pel_unet_get_parameter (v, i);
      g_assert_cmpmem (p->value, p->n_values * sizeof (float), q->value,
                       q->n_values * sizeof (float));
    }
}

static PelModel *
new_model (void)
{
  PelTrainConfig config;
  init_config (&config);
  PelModel *model = pel_model_new (&config, NULL);
  PelNormalisation normalisation = *pel_model_get_normalisation (model);
  normalisation.polarity = PEL_POLARITY_AUTO;
  normalisation.low_percentile = 0.35;
  pel_model_set_normalisation (model, &normalisation);
  PelModelInfo info = { .um_per_px = 0.25,
                        .typical_diameter = 17.5,
                        .threshold = 0.4,
                        .min_size = 21,
                        .min_share = 0.15,
                        .separation = 0.7,
                        .error_scale = { 123, { 0.5, 1.25, 2, 0.125, 3 } },
                        .images = 12,
                        .cells = 345,
                        .created = 1700000000,
                        .smallest_diameter = 12.25,
                        .largest_diameter = 31.5,
                        .usual_confidence = 0.875,
                        .guess_size = TRUE,
                        .apart = TRUE };
  pel_model_set_info (model, &info);
  PelHistoryRow rows[] = { { 10, 1, 1.5, 0.9, 0.8, 0.7, 0.6 },
                           { 20, 2, 3.25, 1.0 / 3.0, (double)NAN, (double)NAN, (double)NAN } };
  pel_model_add_history (model, &rows[0]);
  pel_model_add_history (model, &rows[1]);
  return model;
}

static void
test_round_trip (void)
{
  g_autoptr (PelModel) model = new_model ();
  g_autofree char *path = path_of ("model.safetensors");
  g_autoptr (GError) error = NULL;
  g_assert_true (pel_model_save (model, path, &error));
  g_autoptr (PelModel) loaded = pel_model_load (path, &error);
  g_assert_no_error (error);
  assert_same_weights (model, loaded);
  const PelTrainConfig *a = pel_model_get_config (model), *b = pel_model_get_config (loaded);
  g_autofree char *json_a = pel_train_config_to_json (a);
  g_autofree char *json_b = pel_train_config_to_json (b);
  g_assert_cmpstr (json_a, ==, json_b);
  g_assert_true (a->seed == b->seed);
  g_assert_true (a->learning_rate == b->learning_rate);
  const PelNormalisation *n = pel_model_get_normalisation (loaded);
  g_assert_cmpint (n->polarity, ==, PEL_POLARITY_AUTO);
  g_assert_cmpfloat (n->low_percentile, ==, 0.35);
  g_assert_cmpfloat (n->high_percentile, ==, 99.8);
  g_assert_cmpuint (n->in_channels, ==, 1);
  const PelModelInfo *info = pel_model_get_info (loaded);
  g_assert_cmpfloat (info->um_per_px, ==, 0.25);
  g_assert_cmpfloat (info->typical_diameter, ==, 17.5);
  g_assert_cmpfloat (info->threshold, ==, 0.4);
  g_assert_cmpuint (info->min_size, ==, 21);
  g_assert_cmpfloat (info->min_share, ==, 0.15);
  g_assert_cmpfloat (info->separation, ==, 0.7);
  g_assert_true (info->apart);
  g_assert_cmpuint (info->error_scale.n_cells, ==, 123);
  g_assert_cmpfloat (info->error_scale.factors[3], ==, 0.125);
  g_assert_cmpuint (info->images, ==, 12);
  g_assert_cmpuint (info->cells, ==, 345);
  g_assert_cmpint (info->created, ==, 1700000000);
  g_assert_cmpfloat (info->smallest_diameter, ==, 12.25);
  g_assert_cmpfloat (info->largest_diameter, ==, 31.5);
  g_assert_cmpfloat (info->usual_confidence, ==, 0.875);
  g_assert_true (info->guess_size);
  g_assert_false (info->by_form);
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (loaded, &n_rows);
  g_assert_cmpuint (n_rows, ==, 2);
  g_assert_cmpuint (rows[1].step, ==, 20);
  g_assert_true (rows[1].loss == 1.0 / 3.0);
  g_assert_true (isnan (rows[1].val_ap50));
  g_assert_cmpfloat (rows[0].val_ap50, ==, 0.6);

  g_autoptr (PelModel) copy = pel_model_duplicate (loaded, NULL);
  assert_same_weights (model, copy);
}

/* Writes a model file whose metadata is as given. */
static char *
write_forged (const char *format, const char *version, const char *config)
{
  char *path = path_of ("forged.safetensors");
  g_autoptr (PelSafetensorsWriter) writer = pel_safetensors_writer_new ();
  guint64 shape = 4;
  float data[4] = { 0 };
  pel_safetensors_writer_add_metadata (writer, "format", format);
  if (version != NULL)
    pel_safetensors_writer_add_metadata (writer, "version", version);
  if (config != NULL)
    pel_safetensors_writer_add_metadata (writer, "config", config);
  pel_safetensors_writer_add_floats (writer, "x", 1, &shape, data);
  g_assert_true (pel_safetensors_writer_write (writer, path, NULL));
  return path;
}

static void
test_forged (void)
{
  PelTrainConfig huge;
  init_config (&huge);
  huge.base_channels = 256;
  huge.depth = 7;
  g_autofree char *huge_json = pel_train_config_to_json (&huge);
  const struct
  {
    const char *format, *version, *config;
    PelEngineError code;
  } cases[] = {
    { "pellicle-resume", "1", "{}", PEL_ENGINE_ERROR_BAD_CHECKPOINT },
    { "pellicle-model", NULL, "{}", PEL_ENGINE_ERROR_BAD_CHECKPOINT },
    { "pellicle-model", "999", "{}", PEL_ENGINE_ERROR_UNSUPPORTED },
    { "pellicle-model", "-1", "{}", PEL_ENGINE_ERROR_BAD_CHECKPOINT },
    { "pellicle-model", "1", NULL, PEL_ENGINE_ERROR_BAD_CHECKPOINT },
    { "pellicle-model", "1", "[1, 2]", PEL_ENGINE_ERROR_BAD_CHECKPOINT },
    { "pellicle-model", "1", "{\"task\": 3}", PEL_ENGINE_ERROR_BAD_CHECKPOINT },
    /* A small file that claims to hold tens of gigabytes: refused before memory is taken. */
    { "pellicle-model", "1", huge_json, PEL_ENGINE_ERROR_BAD_CHECKPOINT },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = write_forged (cases[i].format, cases[i].version, cases[i].config);
      g_autoptr (GError) error = NULL;
      g_assert_null (pel_model_load (path, &error));
      g_assert_error (error, PEL_ENGINE_ERROR, (gint)cases[i].code);
    }
}

/* Files with bytes changed or cut off are refused or harmless, never a crash. */
static void
test_damaged (void)
{
  g_autoptr (PelModel) model = new_model ();
  g_autofree char *path = path_of ("whole.safetensors");
  g_autofree char *broken = path_of ("broken.safetensors");
  g_assert_true (pel_model_save (model, path, NULL));
  g_autofree char *data = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  PelRandom random;
  pel_random_init (&random, 1, 1);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *copy = g_memdup2 (data, length);
      gsize n = length;
      if (i % 4 == 0)
        n = pel_random_below (&random, (guint32)length);
      else
        for (guint k = 0; k < 3; k++)
          copy[pel_random_below (&random, (guint32)MIN (length, 5000))] =
              (char)pel_random_u32 (&random);
      g_assert_true (g_file_set_contents (broken, copy, (gssize)n, NULL));
      g_autoptr (GError) error = NULL;
      g_autoptr (PelModel) loaded = pel_model_load (broken, &error);
      g_assert_true ((loaded != NULL) == (error == NULL));
      if (i % 4 == 0)
        g_assert_null (loaded);
    }
  g_autoptr (GError) error = NULL;
  g_assert_null (pel_model_load ("/nonexistent/model.safetensors", &error));
  g_assert_nonnull (error);
}

static void
test_config (void)
{
  for (guint preset = PEL_PRESET_QUICK; preset <= PEL_PRESET_SEED; preset++)
    {
      PelTrainConfig config, back;
      pel_train_config_init_preset (&config, (PelPreset)preset);
      g_assert_true (pel_train_config_check (&config, NULL));
      g_autofree char *json = pel_train_config_to_json (&config);
      g_assert_true (pel_train_config_from_json (&back, json, NULL));
      g_autofree char *again = pel_train_config_to_json (&back);
      g_assert_cmpstr (json, ==, again);
      PelPreset found;
      g_assert_true (pel_preset_from_string (pel_preset_to_string ((PelPreset)preset), &found));
      g_assert_cmpint (found, ==, preset);
    }
  PelTrainConfig config;
  pel_train_config_init_preset (&config, PEL_PRESET_SEED);
  g_assert_cmpuint (config.base_channels, ==, 64);
  g_assert_cmpuint (config.patch, ==, 512);
  g_assert_cmpuint (config.epochs * config.steps_per_epoch * config.batch, ==, 1000);
  pel_train_config_set_time_limit (&config, 60.0);
  g_assert_cmpuint (config.epochs, ==, 0);
  g_assert_true (pel_train_config_check (&config, NULL));

  g_autoptr (GError) error = NULL;
  config.patch = 500;
  g_assert_false (pel_train_config_check (&config, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
  g_clear_error (&error);
  config.patch = 512;
  config.learning_rate = (double)NAN;
  g_assert_false (pel_train_config_check (&config, &error));
  g_assert_nonnull (strstr (error->message, "learning_rate"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pellicle-model-XXXXXX", NULL);
  g_test_add_func ("/model/round-trip", test_round_trip);
  g_test_add_func ("/model/forged", test_forged);
  g_test_add_func ("/model/damaged", test_damaged);
  g_test_add_func ("/model/config", test_config);
  int status = g_test_run ();
  const char *names[] = { "model.safetensors", "forged.safetensors", "whole.safetensors",
                          "broken.safetensors" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (names[i]);
      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
  return status;
}
