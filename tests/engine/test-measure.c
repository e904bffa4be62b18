/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>

#include "tests/engine/shape-lines.h"

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

/* ---- irregular cells, measured by scikit-image ---- */

static void
test_scikit (void)
{
  g_autofree char *shapes = NULL, *measures = NULL;
  g_autofree char *shapes_path = g_test_build_filename (G_TEST_DIST, "data", "shapes.txt", NULL);
  g_autofree char *measures_path =
      g_test_build_filename (G_TEST_DIST, "data", "measures.txt", NULL);
  static const struct
  {
    PelQuantityId id;
    double share, least;
  } columns[] = {
    { PEL_QUANTITY_AREA, 0, 0 },
    { PEL_QUANTITY_CENTROID_X, 0, 1e-7 },
    { PEL_QUANTITY_CENTROID_Y, 0, 1e-7 },
    { PEL_QUANTITY_EQUIVALENT_DIAMETER, 1e-9, 0 },
    { PEL_QUANTITY_MAJOR_AXIS, 1e-8, 0 },
    { PEL_QUANTITY_MINOR_AXIS, 1e-8, 0 },
    { PEL_QUANTITY_ORIENTATION, 0, 1e-5 },
    { PEL_QUANTITY_PERIMETER, 1e-9, 0 },
    { PEL_QUANTITY_ECCENTRICITY, 1e-7, 0 },
    { PEL_QUANTITY_MAX_FERET, 1e-9, 0 },
    { PEL_QUANTITY_MIN_FERET, 1e-9, 0 },
    { PEL_QUANTITY_CONVEX_AREA, 1e-9, 0 },
  };
  guint n_cells = 0;

  g_assert_true (g_file_get_contents (shapes_path, &shapes, NULL, NULL));
  g_assert_true (g_file_get_contents (measures_path, &measures, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (g_strchomp (shapes), "\n", -1);
  char *truth = measures;

  for (; lines[n_cells]; n_cells++)
    {
      g_autoptr (PelLabels) labels = read_shape (lines[n_cells]);
      g_autoptr (PelCellTable) table =
          pel_measure_cells (labels, NULL, NULL, NULL, NULL, NULL, NULL);
      g_assert_cmpuint (pel_cell_table_get_n_cells (table), ==, 1);
      for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        {
          double expected = next_number (&truth);

          if (!isnan (expected))
            check_digits (pel_cell_table_get (table, 0, columns[k].id), expected, columns[k].share,
                          columns[k].least);
        }
      g_assert_cmpfloat (pel_cell_table_get (table, 0, PEL_QUANTITY_PIECES), ==, 1);
      g_assert_cmpfloat (pel_cell_table_get (table, 0, PEL_QUANTITY_TOUCHES_BORDER), ==, 1);
    }
  g_assert_cmpuint (n_cells, >=, 200);
}

/* ---- uncertainty, origin, units ---- */

static void
test_uncertainty (void)
{
  static const double sigmas[] = { 0.5, 1, 2, 4 };
  const guint n = 90;
  g_autofree float *map = g_new (float, n *n);
  double last = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sigmas); i++)
    {
      g_autoptr (PelLabels) labels = ideal (45.3, 44.8, 20, 14, 0.6, sigmas[i], n, map);
      g_autoptr (PelCellTable) table =
          pel_measure_cells (labels, NULL, map, NULL, NULL, NULL, NULL);
      /* The levels 0.25 and 0.75 lie 0.6745 sigma to either side of the edge. */
      double shift = 2 * 0.67449 * sigmas[i];

      check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_MAJOR_AXIS_ERR), shift, 0.05, 0.02);
      check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_MAX_FERET_ERR), shift, 0.05, 0.05);
      check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_MIN_FERET_ERR), shift, 0.05, 0.05);
      check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR), shift,
                    0.06, 0.02);
      g_assert_cmpfloat (pel_cell_table_get (table, 0, PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR), >,
                         last);
      last = pel_cell_table_get (table, 0, PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR);

      /* p = Phi(+-2 / sigma) two pixels off the edge. */
      double confidence = 1 - 2 * (erfc (2 / sigmas[i] / G_SQRT2) / 2);
      check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_EDGE_CONFIDENCE), confidence, 0,
                    0.02);
    }
}

/* An outline of a map that is this far off in every cell: the factor says how far. */
static void
test_error_scale (void)
{
  const guint n = 400, step = 40;
  g_autofree float *map = g_new0 (float, n *n);
  g_autofree guint32 *found = g_new0 (guint32, n * n), *truth = g_new0 (guint32, n * n);
  g_autoptr (PelErrorCalibration) calibration = pel_error_calibration_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  PelErrorScale scale, read;
  double off[100];

  for (guint i = 0; i < 100; i++)
    off[i] = g_rand_double_range (rand, -3, 3);
  for (guint y = 0; y < n; y++)
    {
      for (guint x = 0; x < n; x++)
        {
          guint cell = y / step * 10 + x / step;
          double d = hypot (x % step - 19.5, y % step - 19.5);

          map[y * n + x] = (float)(erfc (-(10 + off[cell] / 2 - d) / 1 / G_SQRT2) / 2);
          found[y * n + x] = map[y * n + x] >= 0.5f ? cell + 1 : 0;
          truth[y * n + x] = d <= 10 ? 2 * cell + 7 : 0;
        }
    }
  g_autoptr (PelLabels) found_labels = pel_labels_new_from_data (n, n, found, n, NULL);
  g_autoptr (PelLabels) truth_labels = pel_labels_new_from_data (n, n, truth, n, NULL);
  pel_error_calibration_finish (calibration, &scale);
  g_assert_cmpuint (scale.n_cells, ==, 0);
  g_assert_true (pel_error_calibration_add (calibration, found_labels, map, 0.5, truth_labels, NULL,
                                            NULL, NULL));
  g_assert_cmpuint (pel_error_calibration_get_n_cells (calibration), ==, 100);
  pel_error_calibration_finish (calibration, &scale);
  g_assert_cmpuint (scale.n_cells, ==, 100);
  /* 68 of 100 errors of up to 3 are below 2.04; the blur tells 1.349. */
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    {
      g_test_message ("factor %.3f, coverage %.2f", scale.factors[i],
                      pel_error_calibration_get_coverage (calibration, &scale, i));
      check_digits (scale.factors[i], 2.04 / 1.349, 0.25, 0);
      g_assert_cmpfloat (pel_error_calibration_get_coverage (calibration, &scale, i), >=, 0.68);
      g_assert_cmpfloat (pel_error_calibration_get_coverage (calibration, &scale, i), <=, 0.70);
    }

  /* It comes back from a file, and half of it does not. */
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  pel_error_scale_add_json (&scale, builder, "s");
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  pel_error_scale_read_json (&read, json_node_get_object (node), "s");
  g_assert_true (pel_error_scale_equal (&read, &scale));
  json_object_remove_member (json_object_get_object_member (json_node_get_object (node), "s"),
                             "max_feret");
  pel_error_scale_read_json (&read, json_node_get_object (node), "s");
  g_assert_cmpuint (read.n_cells, ==, 0);

  /* And is what measuring multiplies with. */
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  options.um_x = options.um_y = 0.5;
  g_autoptr (PelCellTable) plain =
      pel_measure_cells (found_labels, NULL, map, &options, NULL, NULL, NULL);
  options.error_scale = &scale;
  g_autoptr (PelCellTable) scaled =
      pel_measure_cells (found_labels, NULL, map, &options, NULL, NULL, NULL);
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    {
      PelQuantityId id;

      g_assert_true (pel_quantity_get_error (pel_error_scale_get_quantity (i), &id));
      check_digits (pel_cell_table_get (scaled, 3, id),
                    scale.factors[i] * pel_cell_table_get (plain, 3, id), 1e-12, 0);
      check_digits (pel_cell_table_get_um (scaled, 3, id), 0.5 * pel_cell_table_get (scaled, 3, id),
                    1e-9, 0);
    }
}

/* A map that says something else about a cell than its label is not believed. */
static void
test_agreement (void)
{
  const guint n = 60;
  g_autofree float *map = g_new (float, n *n);
  g_autoptr (PelLabels) labels = ideal (30, 30, 20, 14, 0.6, 1, n, map);
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;

  options.least_agreement = 0.85;
  g_autoptr (PelCellTable) good = pel_measure_cells (labels, NULL, map, &options, NULL, NULL, NULL);
  g_assert_true (isfinite (pel_cell_table_get (good, 0, PEL_QUANTITY_MAX_FERET_ERR)));
  for (guint i = 0; i < n * n / 2; i++)
    map[i] = 0;
  g_autoptr (PelCellTable) other =
      pel_measure_cells (labels, NULL, map, &options, NULL, NULL, NULL);
  g_autoptr (PelCellTable) plain = pel_measure_cells (labels, NULL, NULL, NULL, NULL, NULL, NULL);
  for (guint i = 0; i < PEL_N_QUANTITIES; i++)
    {
      double a = pel_cell_table_get (other, 0, (PelQuantityId)i);
      double b = pel_cell_table_get (plain, 0, (PelQuantityId)i);

      g_assert_true (a == b || (isnan (a) && isnan (b)));
    }
}

static void
test_origin (void)
{
  const guint n = 90;
  g_autofree float *map = g_new (float, n *n);
  g_autoptr (PelLabels) labels = ideal (45, 45, 20, 14, 0.6, 2, n, map);
  const guint8 corrected[] = { 0, PEL_LABEL_ORIGIN_CORRECTED };
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;

  g_autoptr (PelCellTable) plain = pel_measure_cells (labels, NULL, NULL, NULL, NULL, NULL, NULL);
  options.origins = corrected;
  options.n_origins = G_N_ELEMENTS (corrected);
  g_autoptr (PelCellTable) by_label =
      pel_measure_cells (labels, NULL, map, &options, NULL, NULL, NULL);
  options.origins = NULL;
  options.default_origin = PEL_LABEL_ORIGIN_MODEL;
  g_autoptr (PelCellTable) by_map =
      pel_measure_cells (labels, NULL, map, &options, NULL, NULL, NULL);

  for (guint i = 0; i < PEL_N_QUANTITIES; i++)
    {
      double a = pel_cell_table_get (plain, 0, (PelQuantityId)i);
      double b = pel_cell_table_get (by_label, 0, (PelQuantityId)i);

      g_assert_true (a == b || (isnan (a) && isnan (b)));
    }
  g_assert_cmpint (pel_cell_table_get_origin (by_label, 0), ==, PEL_LABEL_ORIGIN_CORRECTED);
  g_assert_cmpint (pel_cell_table_get_origin (by_map, 0), ==, PEL_LABEL_ORIGIN_MODEL);
  g_assert_false (isnan (pel_cell_table_get (by_map, 0, PEL_QUANTITY_MAJOR_AXIS_ERR)));

  /* Where the probability stays below the threshold, the label counts. */
  for (guint i = 0; i < n * n; i++)
    map[i] *= 0.4f;
  g_autoptr (PelCellTable) dim = pel_measure_cells (labels, NULL, map, &options, NULL, NULL, NULL);
  g_assert_cmpfloat (pel_cell_table_get (dim, 0, PEL_QUANTITY_AREA), ==,
                     pel_cell_table_get (plain, 0, PEL_QUANTITY_AREA));
  g_assert_true (isnan (pel_cell_table_get (dim, 0, PEL_QUANTITY_MAJOR_AXIS_ERR)));
}

/* A circle seen through pixels twice as wide as high is an upright ellipse in pixels; in µm it is
 * a circle again. */
static void
test_units (void)
{
  const guint n = 120;
  g_autofree float *map = g_new (float, n *n);
  g_autoptr (PelLabels) labels = ideal (60.2, 59.7, 20, 40, 0, 1, n, map);
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;

  options.um_x = 0.5;
  options.um_y = 0.25;
  for (guint with_map = 0; with_map < 2; with_map++)
    {
      g_autoptr (PelCellTable) table =
          pel_measure_cells (labels, NULL, with_map ? map : NULL, &options, NULL, NULL, NULL);
      double share = with_map ? 0.003 : 0.02;

      check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_MAJOR_AXIS), 80, share, 0);
      check_digits (pel_cell_table_get_um (table, 0, PEL_QUANTITY_MAJOR_AXIS), 20, share, 0);
      check_digits (pel_cell_table_get_um (table, 0, PEL_QUANTITY_MINOR_AXIS), 20, share, 0);
      check_digits (pel_cell_table_get_um (table, 0, PEL_QUANTITY_AREA), 100 * G_PI, 2 * share, 0);
      check_digits (pel_cell_table_get_um (table, 0, PEL_QUANTITY_EQUIVALENT_DIAMETER), 20, share,
                    0);
      check_digits (pel_cell_table_get_um (table, 0, PEL_QUANTITY_PERIMETER), 20 * G_PI, 0.03, 0);
      check_digits (pel_cell_table_get_um (table, 0, PEL_QUANTITY_MAX_FERET), 20, 0.03, 0);
      check_digits (pel_cell_table_get_um (table, 0, PEL_QUANTITY_MIN_FERET), 20, 0.03, 0);
      check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_ASPECT_RATIO), 1, 2 * share, 0);
      check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_STRETCH), 1, 0.05, 0);
    }
}

/* Two pieces, a hole and known pixels. */
static void
test_small (void)
{
  static const char picture[] = "11100000"
                                "10100050"
                                "11100055"
                                "00010000";
  guint32 plane[32];
  g_autoptr (PelImage) image = pel_image_new (8, 4, 1, PEL_SAMPLE_U16, NULL);
  guint16 *pixels = pel_image_get_writable_plane (image, 0);

  for (guint i = 0; i < 32; i++)
    {
      plane[i] = (guint32)(picture[i] - '0');
      pixels[i] = (guint16)(60000 + i);
    }
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (8, 4, plane, 8, NULL);
  g_autoptr (PelCellTable) table = pel_measure_cells (labels, image, NULL, NULL, NULL, NULL, NULL);

  g_assert_cmpuint (pel_cell_table_get_n_cells (table), ==, 2);
  g_assert_cmpuint (pel_cell_table_get_label (table, 1), ==, 5);
  g_assert_cmpint (pel_cell_table_find (table, 5), ==, 1);
  /* The corner pixel touches the ring at a corner only: a piece of its own. */
  g_assert_cmpfloat (pel_cell_table_get (table, 0, PEL_QUANTITY_PIECES), ==, 2);
  g_assert_cmpfloat (pel_cell_table_get (table, 0, PEL_QUANTITY_AREA), ==, 9);
  g_assert_cmpfloat (pel_cell_table_get (table, 0, PEL_QUANTITY_TOUCHES_BORDER), ==, 1);
  g_assert_cmpfloat (pel_cell_table_get (table, 0, PEL_QUANTITY_MIN_INTENSITY), ==, 60000);
  g_assert_cmpfloat (pel_cell_table_get (table, 0, PEL_QUANTITY_MAX_INTENSITY), ==, 60027);
  check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_MEAN_INTENSITY),
                60000 + (0 + 1 + 2 + 8 + 10 + 16 + 17 + 18 + 27) / 9.0, 1e-12, 0);
  /* Around the ring and the corner: 4 x 4 without two triangles. */
  check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_CONVEX_AREA), 16 - 2 * 1.5, 1e-12, 0);
  check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_MAX_FERET), sqrt (32), 1e-12, 0);
  check_digits (pel_cell_table_get (table, 0, PEL_QUANTITY_MAX_FERET_ANGLE), 135, 1e-12, 0);

  check_digits (pel_cell_table_get (table, 1, PEL_QUANTITY_SD_INTENSITY),
                sqrt ((14.0 * 14 + 22.0 * 22 + 23.0 * 23) / 3 - pow (59 / 3.0, 2)), 1e-12, 0);
  g_assert_cmpint (pel_cell_table_get_bounds (table, 1)->x, ==, 6);

  /* Another size of image is refused. */
  g_autoptr (PelImage) other = pel_image_new (9, 4, 1, PEL_SAMPLE_U8, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_null (pel_measure_cells (labels, other, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
}

/* ---- CSV ---- */

static const char *
class_of (guint32 label, gpointer user_data)
{
  return label == 5 ? "long, thin" : NULL;
}

static void
test_csv (void)
{
  static const char header[] =
      "image,page,cell,class,group,centroid_x_px,centroid_y_px,area_px,area_um2,perimeter_px,"
      "perimeter_um,equivalent_diameter_px,equivalent_diameter_um,equivalent_diameter_err_px,"
      "equivalent_diameter_err_um,major_axis_px,major_axis_um,minor_axis_px,minor_axis_um,"
      "orientation_deg,max_feret_px,max_feret_um,max_feret_angle_deg,min_feret_px,min_feret_um,"
      "stretch,aspect_ratio,circularity,eccentricity,convex_area_px,solidity,mean_intensity,"
      "sd_intensity,min_intensity,max_intensity,touches_border,edge_confidence,"
      "min_feret_angle_deg,major_axis_err_px,major_axis_err_um,minor_axis_err_px,"
      "minor_axis_err_um,max_feret_err_px,max_feret_err_um,min_feret_err_px,min_feret_err_um,"
      "pieces,um_per_px_x,um_per_px_y,origin,skeleton_length_px,skeleton_length_um,mean_width_px,"
      "mean_width_um,max_width_px,max_width_um";
  guint32 plane[16] = { 0, 0, 0, 0, 0, 5, 5, 0, 0, 5, 5, 0, 0, 0, 0, 0 };
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (4, 4, plane, 4, NULL);
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  const PelMeasureCsvSource source = { "a.tif", 3, "control", class_of, NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (PelCsv) csv = pel_csv_new_for_string (text);

  options.um_x = options.um_y = 0.5;
  options.default_origin = PEL_LABEL_ORIGIN_HAND;
  g_autoptr (PelCellTable) table =
      pel_measure_cells (labels, NULL, NULL, &options, NULL, NULL, NULL);
  pel_measure_write_csv_header (csv, PEL_DEFINITIONS_PELLICLE);
  pel_measure_write_csv_rows (csv, table, &source, NULL);
  g_assert_true (pel_csv_finish (csv, NULL));

  g_auto (GStrv) lines = g_strsplit (text->str, "\n", -1);
  g_assert_cmpstr (lines[0], ==, header);
  g_assert_true (g_str_has_prefix (lines[1], "a.tif,3,5,\"long, thin\",control,1.5,1.5,4,1,"));
  g_assert_nonnull (strstr (lines[1], ",1,0.5,0.5,hand,"));
  g_assert_cmpstr (lines[2], ==, "");

  g_autofree char *columns = pel_measure_describe_columns (PEL_DEFINITIONS_PELLICLE);
  g_auto (GStrv) names = g_strsplit (header, ",", -1);
  for (guint i = 0; names[i]; i++)
    g_assert_nonnull (strstr (columns, names[i]));
}

/* ---- many cells ---- */

static void
test_many (void)
{
  const guint n = 2048, step = 16;
  g_autofree guint32 *plane = g_new0 (guint32, n * n);
  g_autofree float *map = g_new (float, n *n);
  g_autoptr (PelPool) pool = pel_pool_new (2);

  for (guint y = 0; y < n; y++)
    {
      for (guint x = 0; x < n; x++)
        {
          double d = 5.5 + (x / step + y / step) % 3 - hypot (x % step - 7.6, y % step - 7.3);

          map[y * n + x] = (float)(1 / (1 + exp (-1.5 * d)));
          if (map[y * n + x] >= 0.5f)
            plane[y * n + x] = 1 + y / step * (n / step) + x / step;
        }
    }
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (n, n, plane, n, NULL);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (PelCellTable) table = pel_measure_cells (labels, NULL, map, NULL, pool, NULL, NULL);
  double seconds = (double)(g_get_monotonic_time () - start) / 1e6;
  g_autoptr (PelCellTable) alone = pel_measure_cells (labels, NULL, map, NULL, NULL, NULL, NULL);

  g_test_message ("%u cells in %.2f s: %.1f s for 100 000", pel_cell_table_get_n_cells (table),
                  seconds, seconds * 1e5 / pel_cell_table_get_n_cells (table));
  g_assert_cmpuint (pel_cell_table_get_n_cells (table), ==, (n / step) * (n / step));
  for (guint row = 0; row < pel_cell_table_get_n_cells (table); row++)
    {
      for (guint i = 0; i < PEL_N_QUANTITIES; i++)
        {
          double a = pel_cell_table_get (table, row, (PelQuantityId)i);
          double b = pel_cell_table_get (alone, row, (PelQuantityId)i);

          g_assert_true (a == b || (isnan (a) && isnan (b)));
        }
      g_assert_cmpfloat_with_epsilon (
          pel_cell_table_get (table, row, PEL_QUANTITY_EQUIVALENT_DIAMETER),
          11 + 2 * ((row % (n / step) + row / (n / step)) % 3), 0.1);
    }

  const PelMeasureCsvSource source = { "many", 1, NULL, class_of, NULL };
  g_autoptr (GString) one_by_one = g_string_new (NULL);
  g_autoptr (GString) shared = g_string_new (NULL);
  g_autoptr (PelCsv) csv = pel_csv_new_for_string (one_by_one);
  g_autoptr (PelCsv) shared_csv = pel_csv_new_for_string (shared);
  pel_measure_write_csv_rows (csv, table, &source, NULL);
  pel_measure_write_csv_rows (shared_csv, table, &source, pool);
  g_assert_true (g_string_equal (one_by_one, shared));

  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_cancellable_cancel (cancellable);
  g_assert_null (pel_measure_cells (labels, NULL, map, NULL, pool, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_quantities (void)
{
  guint n;
  const PelQuantity *quantities = pel_quantities_get (&n);
  PelQuantityId id;

  g_assert_cmpuint (n, ==, PEL_N_QUANTITIES);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (quantities[i].id, ==, i);
      g_assert_nonnull (quantities[i].compute);
      g_assert_nonnull (quantities[i].title);
      g_assert_nonnull (quantities[i].description);
      g_assert_true (pel_quantity_find (quantities[i].name) == &quantities[i]);
    }
  g_assert_true (pel_quantity_get_error (PEL_QUANTITY_MIN_FERET, &id));
  g_assert_cmpint (id, ==, PEL_QUANTITY_MIN_FERET_ERR);
  g_assert_false (pel_quantity_get_error (PEL_QUANTITY_SOLIDITY, &id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/quantities", test_quantities);
  g_test_add_func ("/measure/reference", test_reference);
  g_test_add_func ("/measure/scikit", test_scikit);
  g_test_add_func ("/measure/ideal", test_ideal);
  g_test_add_func ("/measure/uncertainty", test_uncertainty);
  g_test_add_func ("/measure/error-scale", test_error_scale);
  g_test_add_func ("/measure/agreement", test_agreement);
  g_test_add_func ("/measure/origin", test_origin);
  g_test_add_func ("/measure/units", test_units);
  g_test_add_func ("/measure/small", test_small);
  g_test_add_func ("/measure/csv", test_csv);
  g_test_add_func ("/measure/many", test_many);
  return g_test_run ();
}
