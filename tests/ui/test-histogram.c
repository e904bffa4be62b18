/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-histogram.h"

#include <math.h>

#include "tests/ui/pel-widget-test.h"
#include "ui/widgets/pel-levels.h"
#include "ui/widgets/pel-palette.h"

static void
test_counts (void)
{
  PelHistogram *histogram = PEL_HISTOGRAM (g_object_ref_sink (pel_histogram_new ()));
  g_autofree double *values = g_new (double, 1002);
  guint total = 0;

  for (guint i = 0; i < 1000; i++)
    values[i] = i * 0.1;
  values[1000] = NAN;
  values[1001] = INFINITY;
  pel_histogram_set_values (histogram, "Diameter (µm)", values, 1002);
  /* Freedman and Diaconis: 2 * 49.95 / 10 wide, so 99.9 / 9.99 = 10 bars. */
  g_assert_cmpuint (pel_histogram_get_n_bars (histogram), ==, 10);
  for (guint i = 0; i < pel_histogram_get_n_bars (histogram); i++)
    {
      g_assert_cmpuint (pel_histogram_get_count (histogram, i), ==, 100);
      total += pel_histogram_get_count (histogram, i);
    }
  g_assert_cmpuint (total, ==, 1000);
  g_assert_cmpfloat_with_epsilon (pel_histogram_get_median (histogram), 49.95, 1e-9);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (histogram), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Diameter (µm)");
  gtk_test_accessible_assert_property (
      GTK_ACCESSIBLE (histogram), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "1000 cells, median 50.0");
  g_assert_finalize_object (histogram);
}

static void
test_edge_cases (void)
{
  PelHistogram *histogram = PEL_HISTOGRAM (g_object_ref_sink (pel_histogram_new ()));
  const double same[] = { 7.0, 7.0, 7.0 };
  guint total = 0;

  g_assert_cmpuint (pel_histogram_get_n_bars (histogram), ==, 0);
  pel_histogram_set_values (histogram, "", same, 3);
  for (guint i = 0; i < pel_histogram_get_n_bars (histogram); i++)
    total += pel_histogram_get_count (histogram, i);
  g_assert_cmpuint (total, ==, 3);
  g_assert_cmpfloat (pel_histogram_get_median (histogram), ==, 7.0);
  pel_histogram_set_values (histogram, "", NULL, 0);
  g_assert_cmpuint (pel_histogram_get_n_bars (histogram), ==, 0);
  g_assert_true (isnan (pel_histogram_get_median (histogram)));
  g_assert_finalize_object (histogram);
}

/* All values but one in the lowest bar: it is high at the left and low at the right. */
static void
test_drawn (void)
{
  PelHistogram *histogram = PEL_HISTOGRAM (g_object_ref_sink (pel_histogram_new ()));
  const GdkRectangle left = { 30, 30, 60, 60 }, right = { 230, 30, 60, 60 };
  double values[41];
  g_autofree guint8 *pixels = NULL;
  GdkRGBA color;

  for (guint i = 0; i < 40; i++)
    values[i] = 1.0;
  values[40] = 10.0;
  pel_histogram_set_values (histogram, "Diameter", values, 41);
  pixels = pel_widget_test_render (GTK_WIDGET (histogram), 320, 160);
  pel_palette_get (0, &color);
  g_assert_cmpuint (pel_widget_test_count (pixels, 320, &left, &color), >, 500);
  g_assert_cmpuint (pel_widget_test_count (pixels, 320, &right, &color), ==, 0);
  g_assert_finalize_object (histogram);
}

static void
test_levels (void)
{
  PelLevels *levels = PEL_LEVELS (g_object_ref_sink (pel_levels_new ()));
  guint32 counts[PEL_LEVELS_BINS] = { 0 };
  const GdkRectangle left = { 10, 5, 100, 55 };
  g_autofree guint8 *empty = NULL;
  g_autofree guint8 *full = NULL;
  guint changed = 0;

  for (guint i = 0; i < 64; i++)
    counts[i] = 100;
  pel_levels_set_levels (levels, 10.0, 200.0, 1.0);
  empty = pel_widget_test_render (GTK_WIDGET (levels), 256, 84);
  pel_levels_set_histogram (levels, counts, 0.0, 255.0);
  full = pel_widget_test_render (GTK_WIDGET (levels), 256, 84);
  for (int y = left.y; y < left.y + left.height; y++)
    for (int x = left.x; x < left.x + left.width; x++)
      changed += full[(y * 256 + x) * 4 + 3] > empty[(y * 256 + x) * 4 + 3] + 60;
  g_assert_cmpuint (changed, >, 2000);
  g_assert_cmpfloat (pel_levels_get_low (levels), ==, 10.0);
  g_assert_cmpfloat (pel_levels_get_high (levels), ==, 200.0);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (levels), GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_finalize_object (levels);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add_func ("/ui/histogram/counts", test_counts);
  g_test_add_func ("/ui/histogram/edge-cases", test_edge_cases);
  g_test_add_func ("/ui/histogram/drawn", test_drawn);
  g_test_add_func ("/ui/levels", test_levels);
  return g_test_run ();
}
