/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>
#include "engine/io/pel-image-io.h"
#include "engine/train/pel-look.h"
#include "engine/train/pel-sampler.h"
#include "engine/train/pel-trainer.h"
#include "tests/engine/train-test-data.h"

/* A smooth picture of @n_channels: bright spots on dark, or dark ones on bright and coloured. */
static PelImage *
new_picture (guint n_channels, gboolean bright, guint number)
{
  PelImage *image = pel_image_new (96, 96, n_channels, PEL_SAMPLE_U8, NULL);
  PelRandom random;
  pel_random_init (&random, 5, number);
  double phase = pel_random_range (&random, 0.0, 6.0);
  for (guint c = 0; c < n_channels; c++)
    {
      guint8 *pixels = pel_image_get_writable_plane (image, c);
      for (guint i = 0; i < 96 * 96; i++)
        {
          double spot = sin (i % 96 / 6.0 + phase) * sin (i / 96 / 6.0 + phase) > 0.7;
          double value =
              bright ? 30.0 + 150.0 * spot : 200.0 - (c == 1 ? 90.0 : 0.0) - 100.0 * spot;
          pixels[i] = (guint8)(value + 3.0 * pel_random_uniform (&random));
        }
    }
  pel_image_set_rgb (image, n_channels == 3);
  return image;
}

/* The figures of pictures that are known. */
static void
test_measure (void)
{
  g_autoptr (PelImage) image = pel_image_new (100, 10, 3, PEL_SAMPLE_U16, NULL);
  for (guint c = 0; c < 3; c++)
    {
      guint16 *pixels = pel_image_get_writable_plane (image, c);
      for (guint i = 0; i < 1000; i++)
        /* Every fourth column is dark; green is half as bright. */
        pixels[i] = (guint16)(i % 4 == 3 ? 0 : c == 1 ? 500 : 1000);
    }
  pel_image_set_rgb (image, TRUE);
  PelLook look, black;
  pel_look_measure (image, &look);
  g_assert_cmpfloat (look.background, >, 0.999);
  /* Luminance is 0.413 x 1000 + 0.587 x 500; the colours differ by 500 in three of four columns. */
  g_assert_cmpfloat (fabs (look.colour - 0.75 * 500.0 / 706.5), <, 1e-3);
  /* Of the 99 steps of a row 25 go down and 24 up. */
  g_assert_cmpfloat (fabs (look.texture - 49.0 / 99.0), <, 1e-6);
  g_assert_cmpfloat (fabs (look.contrast - sqrt (0.75 * 0.25)), <, 1e-6);
  /* All its pixels lie on one line: black and one magenta. */
  g_assert_cmpfloat (look.hues, <, 1e-6);
  g_autoptr (PelImage) empty = pel_image_new (8, 8, 1, PEL_SAMPLE_F32, NULL);
  pel_look_measure (empty, &black);
  g_assert_cmpfloat (black.background + black.colour + black.texture + black.contrast, ==, 0.0);
}

/* A picture of @n_hues hues beside each other, each in all brightnesses, as fluorescence shown in
 * green has one and a stained tissue several. */
static PelImage *
new_hues (guint n_hues)
{
  static const guint8 hues[2][3] = { { 1, 0, 0 }, { 1, 1, 0 } };
  PelImage *image = pel_image_new (96, 96, 3, PEL_SAMPLE_U8, NULL);
  for (guint c = 0; c < 3; c++)
    {
      guint8 *pixels = pel_image_get_writable_plane (image, c);
      for (guint i = 0; i < 96 * 96; i++)
        pixels[i] = (guint8)(hues[i / 8 % n_hues][c] * (i % 8 * 30));
    }
  pel_image_set_rgb (image, TRUE);
  return image;
}

/* One hue has none beside its main axis; of two the eigenvalues are worked out by hand. */
static void
test_hues (void)
{
  g_autoptr (PelImage) one = new_hues (1), two = new_hues (2);
  PelLook look;
  pel_look_measure (one, &look);
  g_assert_cmpfloat (look.colour, >, 0.3);
  g_assert_cmpfloat (look.hues, <, 1e-6);
  /* Red is a ramp r everywhere and green in every other block, with the ramp's mean m and its mean
   * square q: var red = q - m^2, var green = q/2 - m^2/4, and their covariance is half of the
   * first. */
  double m = 105.0, q = 900.0 * 140.0 / 8.0, red = q - m * m, green = q / 2.0 - m * m / 4.0;
  double middle = 0.5 * (red + green), half = 0.5 * (red - green);
  double largest = middle + sqrt (half * half + 0.25 * red * red);
  pel_look_measure (two, &look);
  g_assert_cmpfloat (fabs (look.hues - sqrt (1.0 - largest / (red + green))), <, 1e-3);
}

/* Red beside green of the same luminance: they lie on one line, which is no hue from dark to
 * bright. */
static void
test_equal_luminance (void)
{
  g_autoptr (PelImage) image = pel_image_new (32, 32, 3, PEL_SAMPLE_F32, NULL);
  for (guint c = 0; c < 2; c++)
    {
      float *pixels = pel_image_get_writable_plane (image, c);
      for (guint i = 0; i < 32 * 32; i++)
        pixels[i] = i / 4 % 2 == c ? (c == 0 ? 0.587f : 0.299f) : 0.0f;
    }
  pel_image_set_rgb (image, TRUE);
  g_assert_cmpfloat (pel_look_get_hues (image), ==, 1.0);
}

/* The network sees colours where a tenth of the images have several hues and all could be shown to
 * it; unless something else was asked for. */
static void
test_choose_colour (void)
{
  static const struct
  {
    guint n_hues, n_coloured;
    gboolean choose, pair_of_channels;
    gint channel;
    guint in_channels;
  } cases[] = {
    { 2, 1, TRUE, FALSE, -1, 3 },  { 2, 0, TRUE, FALSE, -1, 1 }, { 1, 10, TRUE, FALSE, -1, 1 },
    { 2, 1, FALSE, FALSE, -1, 1 }, { 2, 1, TRUE, TRUE, -1, 1 },  { 2, 1, TRUE, FALSE, 0, 1 },
  };
  for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      g_autoptr (PelDataset) dataset = pel_dataset_new ();
      for (guint i = 0; i < 10; i++)
        {
          g_autoptr (PelImage) image = i < cases[k].n_coloured ? new_hues (cases[k].n_hues)
                                       : cases[k].pair_of_channels && i == 9
                                           ? pel_image_new (96, 96, 2, PEL_SAMPLE_U8, NULL)
                                           : new_picture (1, TRUE, i);
          g_autoptr (PelLabels) labels = pel_labels_new (96, 96, NULL);
          g_assert_true (pel_dataset_add (dataset, "", image, labels, NULL, 0, TRUE, FALSE, NULL));
        }
      PelTrainConfig config;
      init_tiny (&config);
      config.choose_colour = cases[k].choose;
      config.channel = cases[k].channel;
      pel_trainer_complete_config (&config, dataset, NULL);
      g_assert_cmpuint (config.in_channels, ==, cases[k].in_channels);
      g_assert_false (config.choose_colour);
    }
}

/* Two kinds of pictures, 18 and 2: fully balanced, both are seen alike. */
static void
test_weigh (void)
{
  PelLook looks[20];
  double weights[20];
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (PelImage) image = new_picture (i < 18 ? 1 : 3, i < 18, i);
      pel_look_measure (image, &looks[i]);
    }
  pel_look_weigh (looks, 20, 0.0, weights);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpfloat (weights[i], ==, 1.0);
  pel_look_weigh (looks, 20, 1.0, weights);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpfloat (fabs (weights[i] - (i < 18 ? 1.0 : 9.0)), <, i < 18 ? 0.3 : 1.0);
  pel_look_weigh (looks, 20, 0.5, weights);
  g_assert_cmpfloat (fabs (weights[19] - 3.0), <, 0.3);
}

static void
test_sampler (void)
{
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (PelImage) image = new_picture (i < 18 ? 1 : 3, i < 18, i);
      g_autoptr (PelLabels) labels = pel_labels_new (96, 96, NULL);
      g_assert_true (pel_dataset_add (dataset, "", image, labels, NULL, 0, TRUE, FALSE, NULL));
    }
  PelTrainConfig config;
  init_tiny (&config);
  PelNormalisation normalisation = {
    .low_percentile = 1.0, .high_percentile = 99.8, .in_channels = 1, .channel = -1
  };
  guint n_turns[2];
  for (guint k = 0; k < 2; k++)
    {
      config.kind_balance = k;
      g_autoptr (PelSampler) sampler =
          pel_sampler_new (dataset, &config, &normalisation, NULL, NULL);
      n_turns[k] = pel_sampler_get_n_turns (sampler);
    }
  g_assert_cmpuint (n_turns[0], ==, 20);
  g_assert_cmpuint (n_turns[1], >=, 18 + 2 * 8);
  g_assert_cmpuint (n_turns[1], <=, 18 + 2 * 10);
}

/* Where cells fill most of an image the background cannot be told; if both contrasts occur, the
 * training shows both. */
static void
test_both_contrasts (void)
{
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  for (guint k = 0; k < 2; k++)
    {
      g_autoptr (PelImage) image = pel_image_new (64, 64, 1, PEL_SAMPLE_U8, NULL);
      guint8 *pixels = pel_image_get_writable_plane (image, 0);
      guint32 plane[64 * 64];
      for (guint i = 0; i < 64 * 64; i++)
        {
          plane[i] = i % 64 < 48;
          pixels[i] = (plane[i] != 0) == (k == 0) ? 200 : 20;
        }
      g_autoptr (PelLabels) labels = pel_labels_new_from_data (64, 64, plane, 64, NULL);
      g_assert_true (pel_dataset_add (dataset, "", image, labels, NULL, 0, TRUE, FALSE, NULL));
    }
  PelTrainConfig config;
  init_tiny (&config);
  g_assert_cmpfloat (config.augment.invert_share, ==, 0.0);
  pel_trainer_complete_config (&config, dataset, NULL);
  g_assert_cmpint (config.polarity, ==, PEL_POLARITY_KEEP);
  g_assert_cmpfloat (config.augment.invert_share, ==, 0.5);
}

/* On real images of four kinds, told by the index of the collection: the rare ones gain. */
static void
test_samples (void)
{
  const char *samples = g_getenv ("PELLICLE_SAMPLES");
  if (samples == NULL)
    {
      g_test_skip ("PELLICLE_SAMPLES is not set");
      return;
    }
  g_autofree char *path = g_build_filename (samples, "dsb2018", "index.csv", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  PelLook looks[400];
  gboolean is_common[400];
  guint n = 0, n_common = 0;
  for (guint i = 1; lines[i] != NULL && n < 400; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);
      if (g_strv_length (fields) < 9)
        continue;
      g_autofree char *file = g_build_filename (samples, "dsb2018", fields[1], NULL);
      g_autoptr (PelImage) image = pel_image_load (file, 0, NULL, NULL);
      g_assert_nonnull (image);
      pel_look_measure (image, &looks[n]);
      is_common[n] = strcmp (fields[7], "fluorescence") == 0;
      n_common += is_common[n];
      n++;
    }
  double weights[400], sum = 0.0, common = 0.0;
  pel_look_weigh (looks, n, 1.0, weights);
  for (guint i = 0; i < n; i++)
    {
      sum += weights[i];
      common += is_common[i] ? weights[i] : 0.0;
    }
  g_test_message ("fluorescence: %.2f of the images, %.2f of the weight", (double)n_common / n,
                  common / sum);
  g_assert_cmpfloat (common / sum, <, 0.6 * n_common / n);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/look/measure", test_measure);
  g_test_add_func ("/look/hues", test_hues);
  g_test_add_func ("/look/equal-luminance", test_equal_luminance);
  g_test_add_func ("/look/choose-colour", test_choose_colour);
  g_test_add_func ("/look/weigh", test_weigh);
  g_test_add_func ("/look/sampler", test_sampler);
  g_test_add_func ("/look/both-contrasts", test_both_contrasts);
  g_test_add_func ("/look/samples", test_samples);
  return g_test_run ();
}
