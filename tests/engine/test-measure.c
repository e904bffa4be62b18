/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>

#define EDGE 128

typedef gboolean (*Inside) (double x, double y);

static gboolean
in_disc_20 (double x, double y)
{
  return x * x + y * y <= 400;
}

static gboolean
in_disc_5 (double x, double y)
{
  return x * x + y * y <= 25;
}

static gboolean
in_square (double x, double y)
{
  return x >= 0 && x < 10 && y >= 0 && y < 10;
}

static gboolean
in_ellipse (double x, double y)
{
  double c = cos (G_PI / 6), s = sin (G_PI / 6);
  double u = (x * c + y * s) / 30, v = (y * c - x * s) / 12;

  return u * u + v * v <= 1;
}

static gboolean
in_hexagon (double x, double y)
{
  const double inner = 30 * sqrt (3) / 2, limit = inner + 1e-9;

  x = fabs (x);
  y = fabs (y);
  return y <= limit && (x * sqrt (3) + y) / 2 <= limit;
}

static PelLabels *
draw (Inside inside, guint32 label)
{
  static guint32 plane[EDGE * EDGE];

  for (gint y = 0; y < EDGE; y++)
    {
      for (gint x = 0; x < EDGE; x++)
        plane[y * EDGE + x] = inside (x - 64, y - 64) ? label : 0;
    }
  return pel_labels_new_from_data (EDGE, EDGE, plane, EDGE, NULL);
}

/* Values that were computed from the definitions by an independent program. */
static void
test_reference (void)
{
  static const struct
  {
    Inside inside;
    double area, diameter, crofton, major, minor, max_feret, min_feret;
  } shapes[] = {
    { in_disc_20, 1257, 40.006, 127.714, 40.009, 40.009, 41.401, 40.607 },
    { in_disc_5, 81, 10.155, 33.940, 10.193, 10.193, 11.402, 10.752 },
    { in_square, 100, 11.284, 36.812, 11.489, 11.489, 14.142, 10.000 },
    { in_ellipse, 1131, 37.948, 138.440, 60.018, 23.993, 60.745, 25.039 },
    { in_hexagon, 2311, 54.244, 177.933, 55.012, 53.903, 61.008, 51.000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (PelLabels) labels = draw (shapes[i].inside, 7);
      g_autoptr (PelCellTable) table =
          pel_measure_cells (labels, NULL, NULL, NULL, NULL, NULL, NULL);
      const struct
      {
        PelQuantityId id;
        double value;
      } expected[] = {
        { PEL_QUANTITY_AREA, shapes[i].area },
        { PEL_QUANTITY_EQUIVALENT_DIAMETER, shapes[i].diameter },
        { PEL_QUANTITY_PERIMETER, shapes[i].crofton },
        { PEL_QUANTITY_MAJOR_AXIS, shapes[i].major },
        { PEL_QUANTITY_MINOR_AXIS, shapes[i].minor },
        { PEL_QUANTITY_MAX_FERET, shapes[i].max_feret },
        { PEL_QUANTITY_MIN_FERET, shapes[i].min_feret },
        { PEL_QUANTITY_PIECES, 1 },
        { PEL_QUANTITY_TOUCHES_BORDER, 0 },
      };

      g_assert_cmpuint (pel_cell_table_get_n_cells (table), ==, 1);
      g_assert_cmpuint (pel_cell_table_get_label (table, 0), ==, 7);
      g_assert_cmpint (pel_cell_table_find (table, 7), ==, 0);
      g_assert_cmpint (pel_cell_table_find (table, 6), ==, -1);
      for (guint k = 0; k < G_N_ELEMENTS (expected); k++)
        {
          double value = pel_cell_table_get (table, 0, expected[k].id);

          g_test_message ("shape %u %s: %.4f, expected %.4f", i,
                          pel_quantity_get (expected[k].id)->name, value, expected[k].value);
          g_assert_cmpfloat_with_epsilon (value, expected[k].value, 0.0011);
        }
      g_assert_true (isnan (pel_cell_table_get (table, 0, PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR)));
      g_assert_true (isnan (pel_cell_table_get (table, 0, PEL_QUANTITY_EDGE_CONFIDENCE)));
      g_assert_true (isnan (pel_cell_table_get (table, 0, PEL_QUANTITY_MEAN_INTENSITY)));
      g_assert_true (isnan (pel_cell_table_get_um (table, 0, PEL_QUANTITY_AREA)));
    }
}

/* ---- ideal probability maps ---- */

/* Signed distance to an ellipse, inside positive: the nearest boundary point by Newton's method
 * on the parameter, from several starts. */
static double
ellipse_distance (double x, double y, double a, double b)
{
  double best = INFINITY;

  x = fabs (x);
  y = fabs (y);
  for (guint k = 0; k < 9; k++)
    {
      double t = k * G_PI / 16;

      for (guint n = 0; n < 12; n++)
        {
          double c = cos (t), s = sin (t);
          double f = (b * b - a * a) * s * c + x * a * s - y * b * c;
          double df = (b * b - a * a) * (c * c - s * s) + x * a * c + y * b * s;

          if (df == 0)
            break;
          t -= f / df;
        }
      t = CLAMP (t, 0, G_PI / 2);
      best = MIN (best, hypot (x - a * cos (t), y - b * sin (t)));
    }
  return x * x / (a * a) + y * y / (b * b) <= 1 ? best : -best;
}

/* The map Phi(distance / sigma) of an ellipse, and its label at one half. */
static PelLabels *
ideal (double cx, double cy, double a, double b, double angle, double sigma, guint n, float *map)
{
  g_autofree guint32 *plane = g_new (guint32, n * n);

  for (guint y = 0; y < n; y++)
    {
      for (guint x = 0; x < n; x++)
        {
          double dx = x + 0.5 - cx, dy = -(y + 0.5 - cy);
          double u = dx * cos (angle) + dy * sin (angle), v = dy * cos (angle) - dx * sin (angle);
          double d = ellipse_distance (u, v, a, b);

          map[y * n + x] = (float)(erfc (-d / sigma / G_SQRT2) / 2);
          plane[y * n + x] = map[y * n + x] >= 0.5f;
        }
    }
  return pel_labels_new_from_data (n, n, plane, n, NULL);
}

static void
check_length (const PelCellTable *table, PelQuantityId id, double truth, double *worst)
{
  double error = fabs (pel_cell_table_get (table, 0, id) - truth) / (0.1 + 0.005 * truth);

  *worst = MAX (*worst, error);
  if (error > 1)
    g_test_message ("%s: %.4f, truth %.4f", pel_quantity_get (id)->name,
                    pel_cell_table_get (table, 0, id), truth);
  g_assert_cmpfloat (error, <=, 1);
}

static void
test_ideal (void)
{
  static const double sizes[] = { 6, 9, 14, 30, 75 };
  static const double sigmas[] = { 0.5, 1, 2, 4 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  double worst = 0;

  for (guint round = 0; round < 120; round++)
    {
      double major = sizes[round % 5], sigma = sigmas[round / 5 % 4];
      double aspect = g_rand_double_range (rand, 1, 2.5),
             angle = g_rand_double_range (rand, 0, G_PI);
      double minor = MAX (major / aspect, 6);
      guint n = (guint)major + 50;
      double cx = n / 2.0 + g_rand_double (rand), cy = n / 2.0 + g_rand_double (rand);
      g_autofree float *map = g_new (float, n *n);
      g_autoptr (PelLabels) labels = ideal (cx, cy, major / 2, minor / 2, angle, sigma, n, map);
      g_autoptr (PelCellTable) table =
          pel_measure_cells (labels, NULL, map, NULL, NULL, NULL, NULL);
      double perimeter = G_PI * (major + minor) / 2;

      g_assert_cmpuint (pel_cell_table_get_n_cells (table), ==, 1);
      check_length (table, PEL_QUANTITY_EQUIVALENT_DIAMETER, sqrt (major * minor), &worst);
      check_length (table, PEL_QUANTITY_MAJOR_AXIS, major, &worst);
      check_length (table, PEL_QUANTITY_MINOR_AXIS, minor, &worst);
      check_length (table, PEL_QUANTITY_MAX_FERET, major, &worst);
      check_length (table, PEL_QUANTITY_MIN_FERET, minor, &worst);
      g_assert_cmpfloat_with_epsilon (pel_cell_table_get (table, 0, PEL_QUANTITY_AREA),
                                      G_PI * major * minor / 4,
                                      0.1 * perimeter + 0.005 * G_PI * major * minor / 4);
      g_assert_cmpfloat_with_epsilon (pel_cell_table_get (table, 0, PEL_QUANTITY_CENTROID_X),
                                      cx - 0.5, 0.05);
      g_assert_cmpfloat_with_epsilon (pel_cell_table_get (table, 0, PEL_QUANTITY_CENTROID_Y),
                                      cy - 0.5, 0.05);
      if (major / minor >= 1.2)
        {
          double off = pel_cell_table_get (table, 0, PEL_QUANTITY_ORIENTATION) - angle * 180 / G_PI;

          g_assert_cmpfloat (fabs (off - 180 * rint (off / 180)), <=, 1);
        }
    }
  g_test_message ("worst error: %.2f of what is allowed", worst);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/reference", test_reference);
  g_test_add_func ("/measure/ideal", test_ideal);
  return g_test_run ();
}
