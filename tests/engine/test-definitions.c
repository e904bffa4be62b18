/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "engine/pel-engine.h"
#include "tests/engine/shape-lines.h"

/* ---- the same cells, measured by ImageJ and by what CellProfiler calls ---- */

static void
test_programs (void)
{
  g_autofree char *shapes = NULL, *measures = NULL;
  g_autofree char *shapes_path = g_test_build_filename (G_TEST_DIST, "data", "shapes.txt", NULL);
  g_autofree char *measures_path =
      g_test_build_filename (G_TEST_DIST, "data", "definitions.txt", NULL);
  /* ImageJ moves an ellipse a little that lies at 45 degrees. */
  static const struct
  {
    PelDefinitions definitions;
    PelQuantityId id;
    double share, least;
  } columns[] = {
    { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_AREA, 0, 0 },
    { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_PERIMETER, 1e-9, 0 },
    { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_MAJOR_AXIS, 1e-5, 0 },
    { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_MINOR_AXIS, 1e-5, 0 },
    { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_ORIENTATION, 0, 1e-3 },
    { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_CIRCULARITY, 1e-9, 1e-10 },
    { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_MAX_FERET, 1e-9, 0 },
    { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_MIN_FERET, 1e-9, 0 },
    { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_SOLIDITY, 1e-9, 0 },
    { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_PERIMETER, 1e-9, 0 },
    { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_ORIENTATION, 0, 1e-6 },
    { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_CIRCULARITY, 1e-9, 0 },
    { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_MAX_FERET, 1e-9, 0 },
    { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_MIN_FERET, 1e-9, 0 },
    { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_CONVEX_AREA, 0, 0 },
    { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_SOLIDITY, 1e-9, 0 },
  };
  guint n_cells = 0;

  g_assert_true (g_file_get_contents (shapes_path, &shapes, NULL, NULL));
  g_assert_true (g_file_get_contents (measures_path, &measures, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (g_strchomp (shapes), "\n", -1);
  char *truth = measures;

  for (; lines[n_cells]; n_cells++)
    {
      g_autoptr (PelLabels) labels = read_shape (lines[n_cells]);
      PelCellTable *tables[PEL_N_DEFINITIONS] = { NULL };

      for (guint i = 0; i < PEL_N_DEFINITIONS; i++)
        {
          PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;

          options.definitions = (PelDefinitions)i;
          tables[i] = pel_measure_cells (labels, NULL, NULL, &options, NULL, NULL, NULL);
          g_assert_cmpint (pel_cell_table_get_definitions (tables[i]), ==, i);
        }
      for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        {
          double value = pel_cell_table_get (tables[columns[k].definitions], 0, columns[k].id);
          double expected = next_number (&truth);

          if (!isnan (expected))
            check_digits (value, expected, columns[k].share, columns[k].least);
        }
      g_clear_pointer (&tables[0], pel_cell_table_free);
      g_clear_pointer (&tables[1], pel_cell_table_free);
      g_clear_pointer (&tables[2], pel_cell_table_free);
    }
  g_assert_cmpuint (n_cells, >=, 200);
}

/* A blurred ellipse; its label is where the probability is a half or more. */
static PelLabels *
make_ellipse (guint n, float *map)
{
  g_autofree guint32 *plane = g_new0 (guint32, n * n);

  for (guint y = 0; y < n; y++)
    for (guint x = 0; x < n; x++)
      {
        double u = (x - 30.2) * 0.9 + (y - 29.7) * 0.44, v = (y - 29.7) * 0.9 - (x - 30.2) * 0.44;

        map[y * n + x] = (float)(1 / (1 + exp (12 * (hypot (u / 17, v / 9) - 1))));
        plane[y * n + x] = map[y * n + x] >= 0.5f;
      }
  return pel_labels_new_from_data (n, n, plane, n, NULL);
}

/* What the programs' figures do not show: what is left of a probability map, several pieces, pixels
 * that are not square, a single pixel, and the words beside the numbers. */
static void
test_rest (void)
{
  const guint n = 60;
  g_autofree float *map = g_new (float, n *n);
  g_autoptr (PelLabels) labels = make_ellipse (n, map);
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  g_autoptr (PelCellTable) own = pel_measure_cells (labels, NULL, map, &options, NULL, NULL, NULL);

  for (guint i = 1; i < PEL_N_DEFINITIONS; i++)
    {
      options.definitions = (PelDefinitions)i;
      g_autoptr (PelCellTable) mapped =
          pel_measure_cells (labels, NULL, map, &options, NULL, NULL, NULL);
      g_autoptr (PelCellTable) plain =
          pel_measure_cells (labels, NULL, NULL, &options, NULL, NULL, NULL);

      /* The map tells how sure the edge is, and nothing else. */
      for (guint id = 0; id < PEL_N_QUANTITIES; id++)
        {
          double a = pel_cell_table_get (mapped, 0, (PelQuantityId)id);
          double b = pel_cell_table_get (plain, 0, (PelQuantityId)id);

          if (id == PEL_QUANTITY_EDGE_CONFIDENCE)
            g_assert_cmpfloat (a, ==, pel_cell_table_get (own, 0, PEL_QUANTITY_EDGE_CONFIDENCE));
          else
            g_assert_true (a == b || (isnan (a) && isnan (b)));
        }
      g_assert_true (isnan (pel_cell_table_get (mapped, 0, PEL_QUANTITY_MAX_FERET_ERR)));
    }

  /* Two squares of 3 and a pixel between their corners, and a pixel of its own. */
  static const guint32 plane[9 * 9] = {
    1, 1, 1, 0, 0, 0, 0, 0, 0, /* */
    1, 1, 1, 0, 0, 0, 0, 0, 0, /* */
    1, 1, 1, 0, 0, 0, 0, 0, 0, /* */
    0, 0, 0, 1, 0, 0, 0, 0, 0, /* */
    0, 0, 0, 0, 1, 1, 1, 0, 0, /* */
    0, 0, 0, 0, 1, 1, 1, 0, 0, /* */
    0, 0, 0, 0, 1, 1, 1, 0, 0, /* */
    0, 0, 0, 0, 0, 0, 0, 0, 0, /* */
    0, 2, 0, 0, 0, 0, 0, 0, 1,
  };
  g_autoptr (PelLabels) pieces = pel_labels_new_from_data (9, 9, plane, 9, NULL);
  options.um_x = 0.5;
  options.um_y = 0.25;
  options.definitions = PEL_DEFINITIONS_IMAGEJ;
  g_autoptr (PelCellTable) imagej =
      pel_measure_cells (pieces, NULL, NULL, &options, NULL, NULL, NULL);
  options.definitions = PEL_DEFINITIONS_CELLPROFILER;
  g_autoptr (PelCellTable) cellprofiler =
      pel_measure_cells (pieces, NULL, NULL, &options, NULL, NULL, NULL);
  /* By hand. A pixel alone has four sides and every second of its corners cut. */
  const double pixel = 4 - 2 * (2 - G_SQRT2), pixel_um = 1.5 - 2 * (0.75 - hypot (0.5, 0.25));
  g_assert_cmpfloat_with_epsilon (pel_cell_table_get (imagej, 1, PEL_QUANTITY_PERIMETER), pixel,
                                  1e-12);
  g_assert_cmpfloat_with_epsilon (pel_cell_table_get_um (imagej, 1, PEL_QUANTITY_PERIMETER),
                                  pixel_um, 1e-12);
  g_assert_cmpfloat (pel_cell_table_get (imagej, 1, PEL_QUANTITY_CIRCULARITY), ==, 1);
  g_assert_cmpfloat (pel_cell_table_get (cellprofiler, 1, PEL_QUANTITY_PERIMETER), ==, 0);
  g_assert_true (isnan (pel_cell_table_get (cellprofiler, 1, PEL_QUANTITY_CIRCULARITY)));
  g_assert_true (isnan (pel_cell_table_get_um (cellprofiler, 1, PEL_QUANTITY_PERIMETER)));
  g_assert_cmpfloat (pel_cell_table_get (cellprofiler, 1, PEL_QUANTITY_MAX_FERET), ==, 0);
  g_assert_cmpfloat (pel_cell_table_get (cellprofiler, 1, PEL_QUANTITY_CONVEX_AREA), ==, 1);
  /* One particle around both squares, with a second one of a pixel. */
  g_assert_cmpfloat (pel_cell_table_get (imagej, 0, PEL_QUANTITY_AREA), ==, 20);
  g_assert_cmpfloat (pel_cell_table_get (imagej, 0, PEL_QUANTITY_PERIMETER), >,
                     28 - 8 * (2 - G_SQRT2));
  g_assert_cmpfloat (pel_cell_table_get (imagej, 0, PEL_QUANTITY_PERIMETER), <, 32);

  g_autofree char *words = pel_measure_describe_columns (PEL_DEFINITIONS_IMAGEJ);
  g_autofree char *own_words = pel_measure_describe_columns (PEL_DEFINITIONS_PELLICLE);
  g_assert_nonnull (strstr (words, "ImageJ 1.52i"));
  g_assert_nonnull (strstr (words, "\ndefinitions: "));
  g_assert_null (strstr (own_words, "ImageJ"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/definitions/programs", test_programs);
  g_test_add_func ("/definitions/rest", test_rest);
  return g_test_run ();
}
