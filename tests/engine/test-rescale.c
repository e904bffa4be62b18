/* SPDX-License-Identifier: MIT */
#include "engine/image/pel-rescale.h"

#include <glib.h>
#include <math.h>
#include "engine/core/pel-random.h"

static void
fill (float *values, gsize n, guint64 seed)
{
  PelRandom random;
  pel_random_init (&random, seed, 0);
  for (gsize i = 0; i < n; i++)
    values[i] = (float)pel_random_uniform (&random);
}

/* Half the size: each new pixel is the mean of four. */
static void
test_mean (void)
{
  float in[6 * 8], out[3 * 4];
  fill (in, G_N_ELEMENTS (in), 1);
  g_assert_true (pel_rescale_plane (in, 8, 6, out, 4, 3, NULL));
  for (guint y = 0; y < 3; y++)
    for (guint x = 0; x < 4; x++)
      {
        const float *at = in + 16 * y + 2 * x;
        float mean = (at[0] + at[1] + at[8] + at[9]) / 4.0f;
        g_assert_cmpfloat_with_epsilon (out[4 * y + x], mean, 1e-6f);
      }
}

/* Whatever the size, shrinking keeps the mean of all: each old pixel counts once. */
static void
test_mean_of_all (void)
{
  enum
  {
    W = 37,
    H = 23
  };
  float in[W * H], out[W * H];
  fill (in, W * H, 2);
  double sum = 0.0;
  for (guint i = 0; i < W * H; i++)
    sum += (double)in[i];
  for (guint w = 1; w < W; w += 5)
    for (guint h = 1; h < H; h += 4)
      {
        double small = 0.0;
        g_assert_true (pel_rescale_plane (in, W, H, out, w, h, NULL));
        for (guint i = 0; i < w * h; i++)
          small += (double)out[i];
        g_assert_cmpfloat_with_epsilon (small / (w * h), sum / (W * H), 1e-5);
      }
}

/* A slope stays the same slope: the middle of a pixel moves with its edges. Means over pixels that
 * are cut through are a part of a step off, as a pixel has one value throughout. */
static void
test_slope (void)
{
  enum
  {
    W = 20,
    H = 12
  };
  const guint sizes[][2] = { { 10, 6 }, { 13, 7 }, { 20, 12 }, { 40, 24 }, { 53, 31 } };
  float in[W * H];
  for (guint y = 0; y < H; y++)
    for (guint x = 0; x < W; x++)
      in[y * W + x] = 3.0f * (x + 0.5f) / W - 2.0f * (y + 0.5f) / H;
  for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
    {
      guint w = sizes[k][0], h = sizes[k][1];
      g_autofree float *out = g_new (float, (gsize)w *h);
      gboolean cut = w < W && W % w != 0;
      float allowed = cut ? 0.25f * (3.0f / W + 2.0f / H) : 1e-5f;
      g_assert_true (pel_rescale_plane (in, W, H, out, w, h, NULL));
      for (guint y = 2; y + 2 < h; y++)
        for (guint x = 2; x + 2 < w; x++)
          g_assert_cmpfloat_with_epsilon (out[y * w + x],
                                          3.0f * (x + 0.5f) / w - 2.0f * (y + 0.5f) / h, allowed);
    }
}

/* Growing stays within the values there are, also at the edges and from one pixel. */
static void
test_grow (void)
{
  float in[5 * 4], out[17 * 11], one = 0.75f;
  fill (in, G_N_ELEMENTS (in), 3);
  g_assert_true (pel_rescale_plane (in, 5, 4, out, 17, 11, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (out); i++)
    g_assert_true (out[i] >= 0.0f && out[i] <= 1.0f);
  g_assert_cmpfloat (out[0], ==, in[0]);
  g_assert_cmpfloat (out[17 * 11 - 1], ==, in[19]);
  g_assert_true (pel_rescale_plane (&one, 1, 1, out, 4, 3, NULL));
  for (guint i = 0; i < 12; i++)
    g_assert_cmpfloat (out[i], ==, one);
}

static void
test_image (void)
{
  g_autoptr (GError) error = NULL;
  PelImage *image = pel_image_new (12, 10, 3, PEL_SAMPLE_U8, &error);
  g_assert_no_error (error);
  pel_image_set_rgb (image, TRUE);
  pel_image_set_um (image, 0.5, 0.25, "test");
  for (guint c = 0; c < 3; c++)
    {
      guint8 *plane = pel_image_get_writable_plane (image, c);
      for (guint i = 0; i < 120; i++)
        plane[i] = (guint8)(50 * (c + 1));
    }
  PelRect area = { 2, 1, 8, 6 };
  PelImage *small = pel_rescale_image (image, &area, 4, 2, &error);
  g_assert_no_error (error);
  g_assert_true (pel_image_is_rgb (small));
  g_assert_cmpfloat_with_epsilon (pel_image_get_um_x (small), 1.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (pel_image_get_um_y (small), 0.75, 1e-12);
  for (guint c = 0; c < 3; c++)
    {
      const float *plane = pel_image_get_plane (small, c);
      for (guint i = 0; i < 8; i++)
        g_assert_cmpfloat_with_epsilon (plane[i], 50.0f * (c + 1), 1e-4f);
    }
  pel_image_unref (small);
  pel_image_unref (image);
}

/* Growing by a whole factor and shrinking back gives the same cells. */
static void
test_labels (void)
{
  enum
  {
    W = 70,
    H = 9
  };
  g_autoptr (GError) error = NULL;
  guint32 plane[W * H], back[W * H];
  for (guint i = 0; i < W * H; i++)
    plane[i] = (i * 7 / 5) % 4 == 0 ? 0 : 1 + i / 30;
  PelLabels *labels = pel_labels_new_from_data (W, H, plane, W, &error);
  PelLabels *large = pel_rescale_labels (labels, 3 * W, 2 * H, &error);
  g_assert_no_error (error);
  for (guint y = 0; y < 2 * H; y++)
    for (guint x = 0; x < 3 * W; x++)
      g_assert_cmpuint (pel_labels_get (large, (gint)x, (gint)y), ==, plane[y / 2 * W + x / 3]);
  PelLabels *same = pel_rescale_labels (large, W, H, &error);
  PelRect all = { 0, 0, W, H };
  pel_labels_read (same, &all, back, W);
  g_assert_cmpmem (back, sizeof back, plane, sizeof plane);
  pel_labels_unref (same);
  pel_labels_unref (large);
  pel_labels_unref (labels);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rescale/mean", test_mean);
  g_test_add_func ("/rescale/mean-of-all", test_mean_of_all);
  g_test_add_func ("/rescale/slope", test_slope);
  g_test_add_func ("/rescale/grow", test_grow);
  g_test_add_func ("/rescale/image", test_image);
  g_test_add_func ("/rescale/labels", test_labels);
  return g_test_run ();
}
