/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>

/* Pixels that are not square: what is told of a cell must not depend on how the microscope cut it
 * into pixels. */

#define EDGE 96
#define MAX_PIXELS (400 * 400)

static double
get (const PelCellTable *table, PelQuantityId id)
{
  return pel_cell_table_get (table, 0, id);
}

static double
get_um (const PelCellTable *table, PelQuantityId id)
{
  return pel_cell_table_get_um (table, 0, id);
}

static void
check (const char *name, double value, double expected, double reach)
{
  if (!(fabs (value - expected) <= reach))
    g_test_message ("%s: %.6f, expected %.6f within %.6f", name, value, expected, reach);
  g_assert_cmpfloat (fabs (value - expected), <=, reach);
}

static void
check_angle (const char *name, double value, double expected, double reach)
{
  double off = value - expected;

  g_assert_cmpfloat (value, >=, 0);
  g_assert_cmpfloat (value, <, 180);
  check (name, off - 180 * rint (off / 180), 0, reach);
}

static PelCellTable *
measure (const PelLabels *labels,
         const float *map,
         double um_x,
         double um_y,
         PelDefinitions definitions)
{
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  PelCellTable *table;

  options.um_x = um_x;
  options.um_y = um_y;
  options.definitions = definitions;
  table = pel_measure_cells (labels, NULL, map, &options, NULL, NULL, NULL);
  g_assert_nonnull (table);
  g_assert_cmpuint (pel_cell_table_get_n_cells (table), ==, 1);
  return table;
}

/* A blot of a few discs, in one piece. */
static void
draw_blot (GRand *rand, guint32 *plane)
{
  double x = EDGE / 2.0, y = EDGE / 2.0;

  memset (plane, 0, EDGE * EDGE * sizeof *plane);
  for (guint i = 0; i < 5; i++)
    {
      double radius = g_rand_double_range (rand, 4, 11);

      for (gint v = 0; v < EDGE; v++)
        {
          for (gint u = 0; u < EDGE; u++)
            {
              if (hypot (u + 0.5 - x, v + 0.5 - y) <= radius)
                plane[v * EDGE + u] = 3;
            }
        }
      x += g_rand_double_range (rand, -7, 7);
      y += g_rand_double_range (rand, -7, 7);
    }
}

/* The same cell with each pixel cut into @times_x by @times_y. */
static PelLabels *
cut_pixels (const guint32 *plane, guint times_x, guint times_y)
{
  guint width = EDGE * times_x, height = EDGE * times_y;
  g_autofree guint32 *fine = g_new (guint32, width * height);

  for (guint y = 0; y < height; y++)
    {
      for (guint x = 0; x < width; x++)
        fine[y * width + x] = plane[y / times_y * EDGE + x / times_x];
    }
  return pel_labels_new_from_data (width, height, fine, width, NULL);
}

/* Wide or high pixels that are cut into square ones cover the same ground: every figure of the
 * outline is the same to the last digits, and the moments once the pixels' own size is counted. */
static void
test_cut (void)
{
  static const guint times[][2] = { { 2, 1 }, { 1, 2 }, { 3, 1 }, { 1, 4 }, { 3, 2 } };
  static const PelQuantityId same[] = {
    PEL_QUANTITY_STRETCH,         PEL_QUANTITY_SOLIDITY,       PEL_QUANTITY_MAX_FERET_ANGLE,
    PEL_QUANTITY_MIN_FERET_ANGLE, PEL_QUANTITY_TOUCHES_BORDER, PEL_QUANTITY_PIECES,
  };
  static const PelQuantityId same_um[] = {
    PEL_QUANTITY_AREA,
    PEL_QUANTITY_EQUIVALENT_DIAMETER,
    PEL_QUANTITY_MAX_FERET,
    PEL_QUANTITY_MIN_FERET,
  };
  g_autofree guint32 *plane = g_new (guint32, EDGE * EDGE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint round = 0; round < 40; round++)
    {
      guint times_x = times[round % 5][0], times_y = times[round % 5][1];
      double um_x = 0.125 * times_x, um_y = 0.125 * times_y;

      draw_blot (rand, plane);
      g_autoptr (PelLabels) coarse = cut_pixels (plane, 1, 1);
      g_autoptr (PelLabels) fine = cut_pixels (plane, times_x, times_y);
      g_autoptr (PelCellTable) a = measure (coarse, NULL, um_x, um_y, PEL_DEFINITIONS_PELLICLE);
      g_autoptr (PelCellTable) b = measure (fine, NULL, 0.125, 0.125, PEL_DEFINITIONS_PELLICLE);

      for (guint i = 0; i < G_N_ELEMENTS (same); i++)
        {
          if (pel_quantity_get (same[i])->kind == PEL_QUANTITY_KIND_ANGLE)
            check_angle (pel_quantity_get (same[i])->name, get (a, same[i]), get (b, same[i]),
                         1e-9);
          else
            check (pel_quantity_get (same[i])->name, get (a, same[i]), get (b, same[i]), 1e-12);
        }
      for (guint i = 0; i < G_N_ELEMENTS (same_um); i++)
        check (pel_quantity_get (same_um[i])->name, get_um (a, same_um[i]), get_um (b, same_um[i]),
               1e-11);

      /* The second moments of the fine pixels, from their centres, and each pixel's own. */
      double n = 0, mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
      for (gint y = 0; y < EDGE; y++)
        {
          for (gint x = 0; x < EDGE; x++)
            {
              n += plane[y * EDGE + x] > 0;
              mx += plane[y * EDGE + x] > 0 ? x * um_x : 0;
              my += plane[y * EDGE + x] > 0 ? -y * um_y : 0;
            }
        }
      mx /= n;
      my /= n;
      for (gint y = 0; y < EDGE; y++)
        {
          for (gint x = 0; x < EDGE; x++)
            {
              double dx = x * um_x - mx, dy = -y * um_y - my;

              if (plane[y * EDGE + x] == 0)
                continue;
              xx += dx * dx / n;
              xy += dx * dy / n;
              yy += dy * dy / n;
            }
        }
      double high = (xx + yy + sqrt ((xx - yy) * (xx - yy) + 4 * xy * xy)) / 2;
      double low = xx + yy - high;
      check ("major axis", get_um (a, PEL_QUANTITY_MAJOR_AXIS), 4 * sqrt (high), 1e-9);
      check ("minor axis", get_um (a, PEL_QUANTITY_MINOR_AXIS), 4 * sqrt (low), 1e-9);
      check ("aspect ratio", get (a, PEL_QUANTITY_ASPECT_RATIO), sqrt (high / low), 1e-9);
      check ("eccentricity", get (a, PEL_QUANTITY_ECCENTRICITY), sqrt (1 - low / high), 1e-9);
      check_angle ("orientation", get (a, PEL_QUANTITY_ORIENTATION),
                   atan2 (xy, high - yy) * 180 / G_PI, 1e-6);

      /* Estimates: the lines that count the fine pixels see the steps of the coarse ones, and the
       * centre line goes between other points. */
      double perimeter = get_um (b, PEL_QUANTITY_PERIMETER);
      double length = get_um (b, PEL_QUANTITY_SKELETON_LENGTH);
      double width = get_um (b, PEL_QUANTITY_MAX_WIDTH);
      check ("perimeter", get_um (a, PEL_QUANTITY_PERIMETER), perimeter, 0.13 * perimeter);
      check ("circularity", get (a, PEL_QUANTITY_CIRCULARITY),
             4 * G_PI * get_um (a, PEL_QUANTITY_AREA) / pow (get_um (a, PEL_QUANTITY_PERIMETER), 2),
             1e-12);
      check ("length", get_um (a, PEL_QUANTITY_SKELETON_LENGTH), length, 0.12 * length);
      check ("width", get_um (a, PEL_QUANTITY_MAX_WIDTH), width, 0.12 * width);
    }
}

/* Other programs' definitions, of the same cells. */
static void
test_definitions (void)
{
  g_autofree guint32 *plane = g_new (guint32, EDGE * EDGE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);

  for (guint round = 0; round < 10; round++)
    {
      draw_blot (rand, plane);
      g_autoptr (PelLabels) coarse = cut_pixels (plane, 1, 1);
      g_autoptr (PelLabels) fine = cut_pixels (plane, 2, 1);
      g_autoptr (PelCellTable) imagej = measure (coarse, NULL, 0.5, 0.25, PEL_DEFINITIONS_IMAGEJ);
      g_autoptr (PelCellTable) square = measure (fine, NULL, 0.25, 0.25, PEL_DEFINITIONS_IMAGEJ);
      g_autoptr (PelCellTable) profiler =
          measure (coarse, NULL, 0.5, 0.25, PEL_DEFINITIONS_CELLPROFILER);

      /* Here each pixel counts with its own size, so cutting it changes nothing. */
      check ("aspect ratio", get (imagej, PEL_QUANTITY_ASPECT_RATIO),
             get (square, PEL_QUANTITY_ASPECT_RATIO), 1e-9);
      check ("stretch", get (imagej, PEL_QUANTITY_STRETCH), get (square, PEL_QUANTITY_STRETCH),
             1e-12);
      check_angle ("orientation", get (imagej, PEL_QUANTITY_ORIENTATION),
                   get (square, PEL_QUANTITY_ORIENTATION), 1e-6);
      check ("stretch", get (profiler, PEL_QUANTITY_STRETCH),
             get_um (profiler, PEL_QUANTITY_MAX_FERET) / get_um (profiler, PEL_QUANTITY_MIN_FERET),
             1e-12);
      /* CellProfiler's perimeter has no meaning there: no number rather than a wrong one. */
      g_assert_true (isnan (get_um (profiler, PEL_QUANTITY_PERIMETER)));
      g_assert_true (isnan (get (profiler, PEL_QUANTITY_CIRCULARITY)));
    }
}

/* ---- shapes of known size, in µm ---- */

typedef struct
{
  double a, b, angle; /* half the length, half the width, direction */
} Capsule;

/* How far inside of a rod with round ends a point is. */
static double
capsule_distance (const Capsule *rod, double x, double y)
{
  double u = x * cos (rod->angle) + y * sin (rod->angle);
  double v = y * cos (rod->angle) - x * sin (rod->angle);

  return rod->b - hypot (MAX (fabs (u) - (rod->a - rod->b), 0), v);
}

/* The ideal map Phi(distance / sigma) of a rod seen through such pixels, and its label. */
static PelLabels *
see (const Capsule *rod, double sigma, double um_x, double um_y, float *map)
{
  guint width = (guint)(2 * rod->a / um_x) + 24, height = (guint)(2 * rod->a / um_y) + 24;
  g_autofree guint32 *plane = g_new (guint32, width * height);

  g_assert_cmpuint (width * height, <=, MAX_PIXELS);
  for (guint y = 0; y < height; y++)
    {
      for (guint x = 0; x < width; x++)
        {
          double dx = (x + 0.5 - width / 2.0 - 0.3) * um_x;
          double dy = -(y + 0.5 - height / 2.0 + 0.2) * um_y;

          map[y * width + x] =
              (float)(erfc (-capsule_distance (rod, dx, dy) / sigma / G_SQRT2) / 2);
          plane[y * width + x] = map[y * width + x] >= 0.5f;
        }
    }
  return pel_labels_new_from_data (width, height, plane, width, NULL);
}

/* Lengths within a tenth of the wider side of a pixel and half a percent, as for square ones;
 * everything else as that allows. */
static void
test_rods (void)
{
  static const double sides[][2] = { { 0.5, 0.25 }, { 0.25, 0.5 }, { 0.9, 0.3 }, { 0.2, 0.5 } };
  g_autofree float *map = g_new (float, MAX_PIXELS);
  g_autoptr (GRand) rand = g_rand_new_with_seed (13);

  for (guint round = 0; round < 60; round++)
    {
      double um_x = sides[round % 4][0], um_y = sides[round % 4][1], side = MAX (um_x, um_y);
      double width = g_rand_double_range (rand, 12, 20) * side;
      double length = width * (round < 8 ? 1 : g_rand_double_range (rand, 1.3, 3));
      Capsule rod = { length / 2, width / 2, g_rand_double_range (rand, 0, G_PI) };
      g_autoptr (PelLabels) labels = see (&rod, side, um_x, um_y, map);
      double straight = length - width, reach = 0.1 * side;
      double area = G_PI * width * width / 4 + straight * width;
      double perimeter = G_PI * width + 2 * straight;
      double angle = rod.angle * 180 / G_PI;

      for (guint with_map = 0; with_map < 2; with_map++)
        {
          g_autoptr (PelCellTable) table =
              measure (labels, with_map ? map : NULL, um_x, um_y, PEL_DEFINITIONS_PELLICLE);
          /* Whole pixels reach past the edge by up to one at each end. */
          double blunt = with_map ? reach : 1.5 * side, share = with_map ? 0.005 : 0.02;
          double stretch = length / width;

          check ("max Feret", get_um (table, PEL_QUANTITY_MAX_FERET), length,
                 blunt + share * length);
          check ("min Feret", get_um (table, PEL_QUANTITY_MIN_FERET), width, blunt + share * width);
          check ("area", get_um (table, PEL_QUANTITY_AREA), area, reach * perimeter + 0.005 * area);
          check ("stretch", get (table, PEL_QUANTITY_STRETCH), stretch,
                 stretch * (2 * share + 2 * blunt / width));
          check ("perimeter", get_um (table, PEL_QUANTITY_PERIMETER), perimeter,
                 (with_map ? 0.01 : 0.06) * perimeter);
          check ("circularity", get (table, PEL_QUANTITY_CIRCULARITY),
                 4 * G_PI * area / perimeter / perimeter, with_map ? 0.03 : 0.13);
          check ("solidity", get (table, PEL_QUANTITY_SOLIDITY), 1, with_map ? 0.01 : 0.09);
          check ("length", get_um (table, PEL_QUANTITY_SKELETON_LENGTH), length,
                 (with_map ? 0.02 : 0.06) * length + blunt);
          check ("width", get_um (table, PEL_QUANTITY_MAX_WIDTH), width,
                 (with_map ? 0.01 : 0.04) * width + blunt);
          /* A disc has no centre line and no direction. */
          if (round < 8)
            continue;
          check ("mean width", get_um (table, PEL_QUANTITY_MEAN_WIDTH), width,
                 with_map ? 0.02 * width + reach : 0.03 * width + 0.4 * side);
          check_angle ("orientation", get (table, PEL_QUANTITY_ORIENTATION), angle,
                       with_map ? 1 : 3);
          check_angle ("Feret angle", get (table, PEL_QUANTITY_MAX_FERET_ANGLE), angle,
                       with_map ? 4 : 12);
        }
    }
}

/* A cell of 10 x 10 µm is no stretched cell, whatever its pixels are: the rule, the table and its
 * text say so. */
static void
test_rule (void)
{
  g_autofree guint32 *plane = g_new0 (guint32, EDGE * EDGE);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (PelCsv) csv = pel_csv_new_for_string (text);
  g_autoptr (PelRules) rules = pel_rules_new ();
  const PelMeasureCsvSource source = { .image = "a", .page = 1, .rules = rules };

  g_assert_true (pel_rules_parse (rules, "stretched: stretch > 2", NULL));
  for (guint y = 20; y < 60; y++)
    {
      for (guint x = 20; x < 40; x++)
        plane[y * EDGE + x] = 1;
    }
  g_autoptr (PelLabels) labels = cut_pixels (plane, 1, 1);
  g_autoptr (PelCellTable) pixels = measure (labels, NULL, 0, 0, PEL_DEFINITIONS_PELLICLE);
  g_autoptr (PelCellTable) table = measure (labels, NULL, 0.5, 0.25, PEL_DEFINITIONS_PELLICLE);

  check ("stretch", get (pixels, PEL_QUANTITY_STRETCH), hypot (20, 40) / 20, 1e-12);
  check ("stretch", get (table, PEL_QUANTITY_STRETCH), G_SQRT2, 1e-12);
  /* Of middles of pixels, which lie nearer to each other where there are more of them. */
  check ("aspect ratio", get (table, PEL_QUANTITY_ASPECT_RATIO),
         sqrt ((40 * 40 - 1) * 0.0625 / ((20 * 20 - 1) * 0.25)), 1e-12);
  g_assert_cmpstr (pel_rules_get_class (rules, pixels, 0), ==, "stretched");
  g_assert_null (pel_rules_get_class (rules, table, 0));
  pel_measure_write_csv_rows (csv, table, &source, NULL);
  g_assert_true (pel_csv_finish (csv, NULL));
  g_assert_nonnull (strstr (text->str, ",1.41421"));

  g_autofree char *columns = pel_measure_describe_columns (PEL_DEFINITIONS_PELLICLE);
  g_auto (GStrv) lines = g_strsplit (columns, "\n", -1);
  guint n = 0;
  for (guint i = 0; lines[i]; i++)
    n += g_str_has_prefix (lines[i], "stretch:") && strstr (lines[i], "not square") != NULL;
  g_assert_cmpuint (n, ==, 1);
}

/* With square pixels a calibration changes no ratio and no angle, not in the last bit. */
static void
test_square (void)
{
  g_autofree guint32 *plane = g_new (guint32, EDGE * EDGE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (14);

  for (guint round = 0; round < 10; round++)
    {
      draw_blot (rand, plane);
      g_autoptr (PelLabels) labels = cut_pixels (plane, 1, 1);
      for (guint d = 0; d < PEL_N_DEFINITIONS; d++)
        {
          g_autoptr (PelCellTable) a = measure (labels, NULL, 0, 0, (PelDefinitions)d);
          g_autoptr (PelCellTable) b = measure (labels, NULL, 0.3, 0.3, (PelDefinitions)d);

          for (guint i = 0; i < PEL_N_QUANTITIES; i++)
            {
              double p = get (a, (PelQuantityId)i), q = get (b, (PelQuantityId)i);

              g_assert_true (p == q || (isnan (p) && isnan (q)));
            }
        }
    }
}

/* Specks of a few pixels are as wide as their pixels, and no longer than from corner to corner. */
static void
test_specks (void)
{
  const double um = 0.25;

  for (guint h = 1; h <= 4; h++)
    for (guint w = h; w <= 6; w++)
      {
        guint32 plane[8 * 8] = { 0 };
        const double size = h, longest = hypot (w, h);

        for (guint i = 0; i < w * h; i++)
          plane[(2 + i / w) * 8 + 1 + i % w] = 1;
        g_autoptr (PelLabels) labels = pel_labels_new_from_data (8, 8, plane, 8, NULL);
        g_autoptr (PelCellTable) table = measure (labels, NULL, um, um, PEL_DEFINITIONS_PELLICLE);
        g_assert_cmpfloat (get (table, PEL_QUANTITY_MAX_WIDTH), >, 0.99 * size);
        g_assert_cmpfloat (get (table, PEL_QUANTITY_MAX_WIDTH), <, 1.25 * size);
        g_assert_cmpfloat (get (table, PEL_QUANTITY_MEAN_WIDTH), >, 0.5 * size);
        g_assert_cmpfloat (get (table, PEL_QUANTITY_MEAN_WIDTH), <, 1.1 * size);
        g_assert_cmpfloat (get (table, PEL_QUANTITY_SKELETON_LENGTH), >, 0.85 * w);
        g_assert_cmpfloat (get (table, PEL_QUANTITY_SKELETON_LENGTH), <, 1.05 * longest);
        check ("in micrometres", get_um (table, PEL_QUANTITY_MAX_WIDTH),
               um * get (table, PEL_QUANTITY_MAX_WIDTH), 1e-12);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pixel-shape/cut", test_cut);
  g_test_add_func ("/pixel-shape/definitions", test_definitions);
  g_test_add_func ("/pixel-shape/rods", test_rods);
  g_test_add_func ("/pixel-shape/rule", test_rule);
  g_test_add_func ("/pixel-shape/square", test_square);
  g_test_add_func ("/pixel-shape/specks", test_specks);
  return g_test_run ();
}
