/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-plot.h"

#include <math.h>

#include "tests/ui/pel-widget-test.h"
#include "ui/widgets/pel-axis.h"
#include "ui/widgets/pel-palette.h"

#define WIDTH 320
#define HEIGHT 160

static void
test_axis_ticks (void)
{
  static const double ranges[][2] = { { 0, 1 },        { 0, 97 },     { -3.2, 4.7 },
                                      { 1e-7, 3e-7 },  { 0, 123456 }, { 0.61, 0.64 },
                                      { 1000, 1000.5 } };

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    for (guint most = 2; most <= 10; most++)
      {
        PelAxis axis;
        double mantissa;

        pel_axis_fit (&axis, ranges[i][0], ranges[i][1], most, TRUE);
        g_assert_cmpfloat (axis.low, <=, ranges[i][0] + 1e-9 * fabs (ranges[i][0]));
        g_assert_cmpfloat (axis.high, >=, ranges[i][1] - 1e-9 * fabs (ranges[i][1]));
        g_assert_cmpuint (axis.n_ticks, >=, 2);
        g_assert_cmpuint (axis.n_ticks, <=, most + 2);
        mantissa = axis.step / pow (10.0, floor (log10 (axis.step) + 1e-9));
        g_assert_true (fabs (mantissa - 1) < 1e-6 || fabs (mantissa - 2) < 1e-6 ||
                       fabs (mantissa - 5) < 1e-6);
        for (guint t = 0; t + 1 < axis.n_ticks; t++)
          {
            g_autofree char *a = pel_axis_format (&axis, axis.first + t * axis.step);
            g_autofree char *b = pel_axis_format (&axis, axis.first + (t + 1) * axis.step);

            g_assert_cmpstr (a, !=, b);
          }
      }
}

static void
test_axis_of_nothing (void)
{
  PelAxis axis;

  pel_axis_fit (&axis, 5.0, 5.0, 5, FALSE);
  g_assert_cmpfloat (axis.high, >, axis.low);
  g_assert_true (pel_axis_fraction (&axis, 5.0) > 0.0 && pel_axis_fraction (&axis, 5.0) < 1.0);
  pel_axis_fit (&axis, INFINITY, -INFINITY, 5, TRUE);
  g_assert_true (isfinite (axis.low) && isfinite (axis.high));
  pel_axis_fit (&axis, NAN, 3.0, 5, TRUE);
  g_assert_true (isfinite (axis.low) && isfinite (axis.high));
}

static void
test_numbers (void)
{
  static const struct
  {
    double value;
    int digits;
    const char *text;
  } cases[] = { { 12.345, 3, "12.3" }, { 0.012345, 3, "0.0123" }, { 1234.5, 3, "1234" },
                { -0.5, 2, "-0.50" },  { 0.0, 3, "0" },           { NAN, 3, "–" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = pel_format_number (cases[i].value, cases[i].digits);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_points (void)
{
  PelPlot *plot = PEL_PLOT (g_object_ref_sink (pel_plot_new ("Loss", "step")));
  guint a = pel_plot_add_series (plot, "training", PEL_PLOT_LINE);
  guint b = pel_plot_add_series (plot, "held out", PEL_PLOT_POINTS);

  pel_plot_append (plot, a, 1.0, 0.5);
  pel_plot_append (plot, a, 2.0, NAN);
  pel_plot_append (plot, a, 3.0, INFINITY);
  pel_plot_append (plot, a, 4.0, 0.25);
  g_assert_cmpuint (pel_plot_get_n_points (plot, a), ==, 2);
  g_assert_cmpuint (pel_plot_get_n_points (plot, b), ==, 0);
  pel_plot_clear (plot);
  g_assert_cmpuint (pel_plot_get_n_points (plot, a), ==, 0);
  g_assert_finalize_object (plot);
}

/* A curve that falls is drawn from the upper left to the lower right, and nowhere else. */
static void
test_curve_is_drawn (void)
{
  PelPlot *plot = PEL_PLOT (g_object_ref_sink (pel_plot_new ("Loss", "step")));
  guint series = pel_plot_add_series (plot, "", PEL_PLOT_LINE);
  const GdkRectangle upper_left = { 40, 30, 60, 35 }, upper_right = { 220, 30, 90, 35 };
  const GdkRectangle lower_left = { 40, 95, 60, 35 }, lower_right = { 220, 95, 90, 35 };
  g_autofree guint8 *pixels = NULL;
  GdkRGBA color;

  for (guint i = 0; i <= 100; i++)
    pel_plot_append (plot, series, i * 10.0, 1.0 - i / 100.0);
  pixels = pel_widget_test_render (GTK_WIDGET (plot), WIDTH, HEIGHT);
  pel_palette_get (0, &color);
  g_assert_cmpuint (pel_widget_test_count (pixels, WIDTH, &upper_left, &color), >, 15);
  g_assert_cmpuint (pel_widget_test_count (pixels, WIDTH, &lower_right, &color), >, 15);
  g_assert_cmpuint (pel_widget_test_count (pixels, WIDTH, &upper_right, &color), ==, 0);
  g_assert_cmpuint (pel_widget_test_count (pixels, WIDTH, &lower_left, &color), ==, 0);
  g_assert_finalize_object (plot);
}

static void
test_role (void)
{
  PelPlot *plot = PEL_PLOT (g_object_ref_sink (pel_plot_new ("Loss", "step")));
  guint series = pel_plot_add_series (plot, "training", PEL_PLOT_LINE);

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (plot), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (plot), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Loss");
  pel_plot_append (plot, series, 1.0, 0.5);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (plot), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "training 0.500");
  g_assert_true (gtk_widget_get_focusable (GTK_WIDGET (plot)));
  g_assert_finalize_object (plot);
}

static void
assert_described (PelPlot *plot, const char *text)
{
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (plot), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       text);
}

/* The best point has its words: its own value, neither the last one nor the largest. */
static void
test_best_in_words (void)
{
  PelPlot *plot = PEL_PLOT (g_object_ref_sink (pel_plot_new ("Held-out images", "step")));
  guint dice = pel_plot_add_series (plot, "Dice", PEL_PLOT_POINTS);
  guint ap = pel_plot_add_series (plot, "AP", PEL_PLOT_POINTS);

  pel_plot_set_best (plot, ap, 20.0);
  assert_described (plot, "No values yet.");
  for (guint i = 1; i <= 3; i++)
    {
      pel_plot_append (plot, dice, 10.0 * i, 0.2 * i);
      pel_plot_append (plot, ap, 10.0 * i, i == 3 ? 0.333 : 0.3 * i);
    }
  assert_described (plot, "Dice 0.600; AP 0.333, best 0.60");
  pel_plot_set_best (plot, ap, 10.0);
  assert_described (plot, "Dice 0.600; AP 0.333, best 0.30");
  pel_plot_set_best (plot, dice, 30.0);
  assert_described (plot, "Dice 0.600, best 0.60; AP 0.333, best 0.30");
  pel_plot_set_best (plot, ap, NAN);
  assert_described (plot, "Dice 0.600, best 0.60; AP 0.333");
  pel_plot_clear (plot);
  pel_plot_append (plot, dice, 1.0, 0.5);
  assert_described (plot, "Dice 0.500");
  g_assert_finalize_object (plot);
}

/* Pixels in which two pictures differ within a part. */
static guint
count_changed (const guint8 *a, const guint8 *b, const GdkRectangle *part)
{
  guint n = 0;

  for (int y = part->y; y < part->y + part->height; y++)
    for (int x = part->x; x < part->x + part->width; x++)
      n += memcmp (a + ((gsize)y * WIDTH + x) * 4, b + ((gsize)y * WIDTH + x) * 4, 4) != 0;
  return n;
}

/* The ring and the words stand at the best point, and nothing else of the picture changes. */
static void
test_best_is_drawn (void)
{
  const GdkRectangle near = { WIDTH / 2, 20, WIDTH / 2, 50 };
  const GdkRectangle left = { 0, 0, WIDTH / 2 - 60, HEIGHT };
  const GdkRectangle below = { 0, 90, WIDTH, HEIGHT - 90 };
  guint8 *pixels[2];

  for (guint k = 0; k < 2; k++)
    {
      PelPlot *plot = PEL_PLOT (g_object_ref_sink (pel_plot_new ("AP", "step")));
      guint series = pel_plot_add_series (plot, "", PEL_PLOT_POINTS);

      pel_plot_set_y_range (plot, 0.0, 1.0);
      for (guint i = 0; i <= 8; i++)
        pel_plot_append (plot, series, i * 10.0, 0.1 * i);
      if (k == 1)
        pel_plot_set_best (plot, series, 70.0);
      pixels[k] = pel_widget_test_render (GTK_WIDGET (plot), WIDTH, HEIGHT);
      g_assert_finalize_object (plot);
    }
  g_assert_cmpuint (count_changed (pixels[0], pixels[1], &near), >, 60);
  g_assert_cmpuint (count_changed (pixels[0], pixels[1], &left), ==, 0);
  g_assert_cmpuint (count_changed (pixels[0], pixels[1], &below), ==, 0);
  for (guint k = 0; k < 2; k++)
    g_free (pixels[k]);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add_func ("/ui/axis/ticks", test_axis_ticks);
  g_test_add_func ("/ui/axis/nothing", test_axis_of_nothing);
  g_test_add_func ("/ui/axis/numbers", test_numbers);
  g_test_add_func ("/ui/plot/points", test_points);
  g_test_add_func ("/ui/plot/drawn", test_curve_is_drawn);
  g_test_add_func ("/ui/plot/role", test_role);
  g_test_add_func ("/ui/plot/best-in-words", test_best_in_words);
  g_test_add_func ("/ui/plot/best-is-drawn", test_best_is_drawn);
  return g_test_run ();
}
