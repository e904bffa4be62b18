/* SPDX-License-Identifier: MIT */
#include "engine/image/pel-image.h"

#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"

static void
test_sizes (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pel_image_new (0, 5, 1, PEL_SAMPLE_U8, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
  g_clear_error (&error);
  g_assert_null (pel_image_new (G_MAXINT32, G_MAXINT32, 4, PEL_SAMPLE_F64, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY);
  g_clear_error (&error);
  g_assert_false (pel_image_check_size (G_MAXUINT64, G_MAXUINT64, 1, 1, &error));
  g_clear_error (&error);
  g_assert_false (pel_image_check_size (400000, 400000, G_MAXUINT64, 8, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY);
  g_clear_error (&error);
  g_assert_true (pel_image_check_size (20000, 20000, 1, 1, &error));
}

static void
test_planes (void)
{
  g_autoptr (PelImage) image = pel_image_new (3, 2, 2, PEL_SAMPLE_U16, NULL);
  guint16 *second = pel_image_get_writable_plane (image, 1);

  for (guint i = 0; i < 6; i++)
    second[i] = (guint16)(1000 * i);
  pel_image_set_um (image, 0.65, NAN, "somewhere");
  g_assert_cmpfloat (pel_image_get_um_x (image), ==, 0.65);
  g_assert_cmpfloat (pel_image_get_um_y (image), ==, 0.0);
  g_assert_cmpstr (pel_image_get_calibration (image), ==, "somewhere");
  g_assert_cmpuint (pel_image_get_n_bytes (image), ==, 24);
  g_assert_cmpuint (pel_image_get_bits (image), ==, 16);

  /* The middle column of the second plane, into the second of three floats a row. */
  float out[] = { -1, -1, -1, -1, -1, -1 };
  PelRect rect = { 1, 0, 1, 2 };
  pel_image_read_float (image, 1, &rect, out + 1, 3);
  g_assert_cmpfloat (out[1], ==, 1000.0f);
  g_assert_cmpfloat (out[4], ==, 4000.0f);
  g_assert_cmpfloat (out[0], ==, -1.0f);
  g_assert_cmpfloat (out[2], ==, -1.0f);
  g_assert_cmpfloat (out[3], ==, -1.0f);
}

/* Each type holds its extremes, reads as float, and gives its range. */
static void
test_types (void)
{
#define CHECK(T, TYPE, LOW, HIGH)                                                                  \
  {                                                                                                \
    g_autoptr (PelImage) image = pel_image_new (2, 1, 1, TYPE, NULL);                              \
    T *plane = pel_image_get_writable_plane (image, 0);                                            \
    PelRect rect = { 0, 0, 2, 1 };                                                                 \
    float out[2];                                                                                  \
    double min, max;                                                                               \
    plane[0] = (HIGH);                                                                             \
    plane[1] = (LOW);                                                                              \
    g_assert_cmpuint (pel_sample_type_get_size (TYPE), ==, sizeof (T));                            \
    pel_image_read_float (image, 0, &rect, out, 2);                                                \
    g_assert_cmpfloat (out[0], ==, (float)(HIGH));                                                 \
    g_assert_cmpfloat (out[1], ==, (float)(LOW));                                                  \
    g_assert_true (pel_image_get_range (image, 0, &min, &max));                                    \
    g_assert_cmpfloat (min, ==, (double)(LOW));                                                    \
    g_assert_cmpfloat (max, ==, (double)(HIGH));                                                   \
  }
  CHECK (guint8, PEL_SAMPLE_U8, 0, G_MAXUINT8)
  CHECK (guint16, PEL_SAMPLE_U16, 0, G_MAXUINT16)
  CHECK (guint32, PEL_SAMPLE_U32, 0, G_MAXUINT32)
  CHECK (guint64, PEL_SAMPLE_U64, 0, G_MAXUINT64)
  CHECK (gint8, PEL_SAMPLE_I8, G_MININT8, G_MAXINT8)
  CHECK (gint16, PEL_SAMPLE_I16, G_MININT16, G_MAXINT16)
  CHECK (gint32, PEL_SAMPLE_I32, G_MININT32, G_MAXINT32)
  CHECK (gint64, PEL_SAMPLE_I64, G_MININT64, G_MAXINT64)
  CHECK (float, PEL_SAMPLE_F32, -2.5f, 1e30f)
  CHECK (double, PEL_SAMPLE_F64, -1e-300, 2.5)
#undef CHECK
}

static void
test_luminance (void)
{
  guint width = 1500; /* longer than a block */
  g_autoptr (PelImage) image = pel_image_new (width, 1, 4, PEL_SAMPLE_U8, NULL);
  g_autofree float *out = g_new (float, width);
  PelRect rect = { 0, 0, (gint)width, 1 };

  for (guint c = 0; c < 4; c++)
    {
      guint8 *plane = pel_image_get_writable_plane (image, c);
      for (guint x = 0; x < width; x++)
        plane[x] = (guint8)((x * (c + 3) + 7 * c) % 251);
    }
  /* Without being told, channels are independent signals. */
  pel_image_read_float (image, PEL_CHANNEL_LUMINANCE, &rect, out, width);
  g_assert_cmpfloat (out[100], ==, (float)(300 % 251));

  pel_image_set_rgb (image, TRUE);
  pel_image_set_has_alpha (image, TRUE);
  pel_image_read_float (image, PEL_CHANNEL_LUMINANCE, &rect, out, width);
  double low = 1e9, high = -1e9;
  for (guint x = 0; x < width; x++)
    {
      double truth =
          0.299 * (x * 3 % 251) + 0.587 * ((x * 4 + 7) % 251) + 0.114 * ((x * 5 + 14) % 251);
      g_assert_cmpfloat_with_epsilon ((double)out[x], truth, 1e-3);
      low = MIN (low, truth);
      high = MAX (high, truth);
    }
  double min, max;
  g_assert_true (pel_image_get_range (image, PEL_CHANNEL_LUMINANCE, &min, &max));
  g_assert_cmpfloat_with_epsilon (min, low, 1e-3);
  g_assert_cmpfloat_with_epsilon (max, high, 1e-3);

  /* Grey in the form of colour keeps its values to the last bit. */
  g_autoptr (PelImage) grey = pel_image_new (256, 1, 3, PEL_SAMPLE_U8, NULL);
  for (guint c = 0; c < 3; c++)
    for (guint x = 0; x < 256; x++)
      ((guint8 *)pel_image_get_writable_plane (grey, c))[x] = (guint8)x;
  pel_image_set_rgb (grey, TRUE);
  rect.width = 256;
  pel_image_read_float (grey, PEL_CHANNEL_LUMINANCE, &rect, out, 256);
  for (guint x = 0; x < 256; x++)
    g_assert_cmpfloat (out[x], ==, (float)x);
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Against sorting: exact for 16 bits, within a step of the histogram for floats. */
static void
test_percentiles (void)
{
  enum
  {
    N = 10000
  };
  g_autoptr (PelImage) integers = pel_image_new (100, 100, 1, PEL_SAMPLE_I16, NULL);
  g_autoptr (PelImage) floats = pel_image_new (100, 100, 1, PEL_SAMPLE_F32, NULL);
  gint16 *a = pel_image_get_writable_plane (integers, 0);
  float *b = pel_image_get_writable_plane (floats, 0);
  g_autofree double *sorted = g_new (double, N);

  for (guint i = 0; i < N; i++)
    {
      double u = g_test_rand_double ();
      a[i] = (gint16)(u * u * 60000.0 - 30000.0);
      b[i] = (float)a[i] / 1000.0f;
      sorted[i] = a[i];
    }
  qsort (sorted, N, sizeof *sorted, compare_doubles);

  double low, high;
  g_assert_true (pel_image_get_percentiles (integers, 0, 1.0, 99.8, &low, &high));
  g_assert_cmpfloat (low, ==, sorted[(gsize)(0.01 * (N - 1))]);
  g_assert_cmpfloat (high, ==, sorted[(gsize)(0.998 * (N - 1))]);
  g_assert_true (pel_image_get_percentiles (integers, 0, 0.0, 100.0, &low, &high));
  g_assert_cmpfloat (low, ==, sorted[0]);
  g_assert_cmpfloat (high, ==, sorted[N - 1]);

  b[17] = NAN;
  b[18] = INFINITY;
  g_assert_true (pel_image_get_percentiles (floats, 0, 1.0, 99.8, &low, &high));
  g_assert_cmpfloat_with_epsilon (low, sorted[(gsize)(0.01 * N)] / 1000.0, 0.02);
  g_assert_cmpfloat_with_epsilon (high, sorted[(gsize)(0.998 * N)] / 1000.0, 0.1);
}

static void
test_not_finite (void)
{
  g_autoptr (PelImage) image = pel_image_new (2, 2, 1, PEL_SAMPLE_F32, NULL);
  float *plane = pel_image_get_writable_plane (image, 0);
  double low, high;

  for (guint i = 0; i < 4; i++)
    plane[i] = i % 2 == 0 ? NAN : -INFINITY;
  g_assert_false (pel_image_get_range (image, 0, &low, &high));
  g_assert_false (pel_image_get_percentiles (image, 0, 1.0, 99.0, &low, &high));
  g_assert_cmpfloat (low, ==, 0.0);
  g_assert_cmpfloat (high, ==, 0.0);
  for (guint i = 0; i < 4; i++)
    plane[i] = 7.0f;
  g_assert_true (pel_image_get_percentiles (image, 0, 1.0, 99.0, &low, &high));
  g_assert_cmpfloat (low, ==, 7.0);
  g_assert_cmpfloat (high, ==, 7.0);
  /* Ends so far apart that their distance overflows. */
  plane[0] = -3e38f;
  plane[1] = 3e38f;
  g_assert_true (pel_image_get_percentiles (image, 0, 0.0, 100.0, &low, &high));
  g_assert_cmpfloat (low, <, high);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/sizes", test_sizes);
  g_test_add_func ("/image/planes", test_planes);
  g_test_add_func ("/image/types", test_types);
  g_test_add_func ("/image/luminance", test_luminance);
  g_test_add_func ("/image/percentiles", test_percentiles);
  g_test_add_func ("/image/not-finite", test_not_finite);
  return g_test_run ();
}
