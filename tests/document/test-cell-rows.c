/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-cell-rows.h"
#include "app/document/pel-cell-thumbnail.h"
#include "tests/document/pel-test-util.h"

#define PITCH 8

/* Squares of 1 to 6 pixels a side, in rows of 40; a cell's label is its number. */
static PelLabels *
make_squares (guint n)
{
  const guint width = 40 * PITCH, height = (n / 40 + 1) * PITCH;
  g_autofree guint32 *pixels = g_new0 (guint32, (gsize)width * height);

  for (guint i = 0; i < n; i++)
    for (guint y = 0; y < i % 6 + 1; y++)
      for (guint x = 0; x < i % 6 + 1; x++)
        pixels[((gsize)(i / 40) * PITCH + y + 1) * width + i % 40 * PITCH + x + 1] = i + 1;
  return pel_labels_new_from_data (width, height, pixels, width, NULL);
}

typedef struct
{
  PelWorker *worker;
  PelCellList *list;
  PelCellRows *rows;
  guint n_changes;
} Fixture;

static void
count_change (Fixture *fixture)
{
  fixture->n_changes++;
}

static void
settle (Fixture *fixture)
{
  test_wait_for (!pel_cell_list_get_updating (fixture->list) &&
                 !pel_cell_rows_get_updating (fixture->rows));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelLabels) labels = make_squares (GPOINTER_TO_UINT (data));

  fixture->worker = pel_worker_new ("test");
  fixture->list = pel_cell_list_new ();
  fixture->rows = pel_cell_rows_new ();
  g_signal_connect_swapped (fixture->rows, "reordered", G_CALLBACK (count_change), fixture);
  pel_cell_list_set_worker (fixture->list, fixture->worker);
  pel_cell_list_set_scale (fixture->list, 0.5, 0.5);
  pel_cell_list_set_source (fixture->list, NULL, labels, NULL, NULL, 0.5);
  pel_cell_rows_set_list (fixture->rows, fixture->list);
  settle (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pel_cell_rows_set_list (fixture->rows, NULL);
  settle (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)), ==, 0);
  g_assert_finalize_object (fixture->rows);
  pel_cell_list_set_worker (fixture->list, NULL);
  pel_worker_free (fixture->worker);
  g_assert_finalize_object (fixture->list);
}

static guint
count_rows (Fixture *fixture)
{
  guint n = pel_cell_rows_get_n_cells (fixture->rows);

  if (!pel_cell_rows_get_updating (fixture->rows))
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)), ==, n);
  return n;
}

/* What the rows say of each other, and of where a label is. */
static void
assert_consistent (Fixture *fixture)
{
  for (guint i = 0; i < count_rows (fixture); i++)
    {
      guint32 label = pel_cell_rows_get_label (fixture->rows, i);
      g_autoptr (PelCell) cell = pel_cell_rows_get_cell (fixture->rows, i);
      g_autoptr (PelCellPlace) place = g_list_model_get_item (G_LIST_MODEL (fixture->rows), i);

      g_assert_cmpuint (pel_cell_get_label (cell), ==, label);
      g_assert_cmpuint (pel_cell_place_get_position (place), ==, i);
      g_assert_cmpint (pel_cell_rows_find (fixture->rows, label), ==, (gint)i);
    }
  g_assert_cmpuint (pel_cell_rows_get_label (fixture->rows, count_rows (fixture)), ==, 0);
  /* The positions of many labels at once, some of which there are not. */
  for (guint step = 1; step < 90; step += 11)
    {
      const guint n = count_rows (fixture);
      g_autofree guint8 *marks = g_malloc0 (n + 1);
      g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_autofree guint32 *marked = NULL;
      guint n_marked = 0, n_back = 0;

      for (guint32 label = 0; label < 6000; label += step)
        g_array_append_val (labels, label);
      for (guint32 label = 0; label < 6000; label += step)
        n_marked += pel_cell_rows_find (fixture->rows, label) >= 0 ? 1 : 0;
      g_assert_cmpuint (pel_cell_rows_mark (fixture->rows, (guint32 *)(gpointer)labels->data,
                                            labels->len, marks, n),
                        ==, n_marked);
      for (guint i = 0; i < n; i++)
        g_assert_true (marks[i] == (pel_cell_rows_get_label (fixture->rows, i) % step == 0));
      /* And back. */
      marked = pel_cell_rows_get_marked (fixture->rows, marks, n, &n_back);
      g_assert_cmpuint (n_back, ==, n_marked);
      for (guint i = 0, found = 0; i < labels->len; i++)
        {
          guint32 label = g_array_index (labels, guint32, i);

          if (pel_cell_rows_find (fixture->rows, label) >= 0)
            g_assert_cmpuint (marked[found++], ==, label);
        }
    }
}

static double
get_area (Fixture *fixture, guint position)
{
  g_autoptr (PelCell) cell = pel_cell_rows_get_cell (fixture->rows, position);

  return pel_cell_get_value (cell, PEL_QUANTITY_AREA);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  const guint n = GPOINTER_TO_UINT (data);

  g_assert_cmpuint (count_rows (fixture), ==, n);
  assert_consistent (fixture);
  pel_cell_rows_set_order (fixture->rows, PEL_QUANTITY_AREA, FALSE, TRUE);
  settle (fixture);
  assert_consistent (fixture);
  for (guint i = 1; i < n; i++)
    {
      g_assert_cmpfloat (get_area (fixture, i), <=, get_area (fixture, i - 1));
      /* Equal cells stay in the order of their numbers. */
      if (get_area (fixture, i) == get_area (fixture, i - 1))
        g_assert_cmpuint (pel_cell_rows_get_label (fixture->rows, i), >,
                          pel_cell_rows_get_label (fixture->rows, i - 1));
    }
  /* A filter keeps the order. */
  g_assert_true (pel_cell_rows_set_filter (fixture->rows, " area_um2 > 4 "));
  settle (fixture);
  assert_consistent (fixture);
  g_assert_cmpuint (count_rows (fixture), ==, n / 6 * 2 + (n % 6 > 4 ? n % 6 - 4 : 0));
  g_assert_cmpfloat (get_area (fixture, 0), ==, 36);
  g_assert_cmpint (pel_cell_rows_find (fixture->rows, 1), ==, -1);
  pel_cell_rows_set_order (fixture->rows, PEL_CELL_COLUMN_LABEL, FALSE, TRUE);
  g_assert_true (pel_cell_rows_set_filter (fixture->rows, ""));
  settle (fixture);
  g_assert_cmpuint (pel_cell_rows_get_label (fixture->rows, 0), ==, n);
  g_assert_cmpuint (pel_cell_rows_get_label (fixture->rows, n - 1), ==, 1);
  /* What has no value comes last whichever way: nobody gave an image. */
  pel_cell_rows_set_order (fixture->rows, PEL_QUANTITY_MEAN_INTENSITY, FALSE, TRUE);
  settle (fixture);
  g_assert_cmpuint (pel_cell_rows_get_label (fixture->rows, 0), ==, 1);
}

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelRules) rules = pel_rules_new ();

  g_assert_true (pel_cell_rows_set_filter (fixture->rows, "12"));
  settle (fixture);
  for (guint i = 0; i < count_rows (fixture); i++)
    {
      g_autofree char *digits = g_strdup_printf ("%u", pel_cell_rows_get_label (fixture->rows, i));

      g_assert_true (g_str_has_prefix (digits, "12"));
    }
  g_assert_cmpuint (count_rows (fixture), >, 0);
  /* What is no limit filters nothing, and says so. */
  g_assert_false (pel_cell_rows_set_filter (fixture->rows, "size > large"));
  settle (fixture);
  g_assert_cmpuint (count_rows (fixture), ==, GPOINTER_TO_UINT (data));
  g_assert_true (pel_cell_rows_set_filter (fixture->rows, "TIN"));
  settle (fixture);
  g_assert_cmpuint (count_rows (fixture), ==, 0);
  /* Classes come and go with the rules. */
  g_assert_true (pel_rules_parse (rules, "tiny: area_px < 2", NULL));
  pel_cell_list_set_rules (fixture->list, rules);
  settle (fixture);
  g_assert_cmpuint (count_rows (fixture), ==, (GPOINTER_TO_UINT (data) + 5) / 6);
  assert_consistent (fixture);
  pel_cell_rows_set_order (fixture->rows, PEL_CELL_COLUMN_CLASS, FALSE, FALSE);
  g_assert_true (pel_cell_rows_set_filter (fixture->rows, ""));
  settle (fixture);
  for (guint i = 0; i < count_rows (fixture); i++)
    g_assert_true ((get_area (fixture, i) < 2) == (i < (GPOINTER_TO_UINT (data) + 5) / 6));
}

/* Many wishes one after the other end with the last. */
static void
test_wishes (Fixture *fixture, gconstpointer data)
{
  fixture->n_changes = 0;
  for (guint i = 0; i < 50; i++)
    {
      pel_cell_rows_set_order (fixture->rows, PEL_QUANTITY_AREA, FALSE, i % 2 == 0);
      g_assert_true (pel_cell_rows_set_filter (fixture->rows, i % 3 == 0 ? "1" : ""));
    }
  settle (fixture);
  g_assert_cmpuint (count_rows (fixture), ==, GPOINTER_TO_UINT (data));
  g_assert_cmpfloat (get_area (fixture, 0), ==, 1);
  assert_consistent (fixture);
  if (GPOINTER_TO_UINT (data) > PEL_CELL_ROWS_AT_ONCE)
    g_assert_cmpuint (fixture->n_changes, <=, 2);
}

/* ---- pictures of cells ---- */

static void
test_thumbnail (void)
{
  const guint size = 24;
  g_autoptr (PelLabels) labels = make_squares (80);
  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels);
  g_autoptr (PelImage) image = pel_image_new (width, height, 1, PEL_SAMPLE_U16, NULL);
  guint16 *plane = pel_image_get_writable_plane (image, 0);
  PelCellLevels levels;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      plane[y * width + x] = pel_labels_get (labels, (gint)x, (gint)y) > 0 ? 4000 : 1000;
  pel_cell_levels_find (&levels, image);
  g_assert_cmpfloat (levels.low[0], ==, 1000);
  g_assert_cmpfloat (levels.high[0], ==, 4000);
  /* In the corner, where part of the picture is beyond the image, and in the middle. */
  for (guint i = 0; i < 2; i++)
    {
      const guint32 label = i == 0 ? 1 : 48;
      const guint side = (label - 1) % 6 + 1;
      const PelRect bounds = { (gint)((label - 1) % 40 * PITCH) + 1,
                               (gint)((label - 1) / 40 * PITCH) + 1, (gint)side, (gint)side };
      g_autoptr (GBytes) bytes =
          pel_cell_thumbnail_make (image, labels, label, &bounds, &levels, size);
      gsize length;
      const guint8 *p = g_bytes_get_data (bytes, &length);
      guint n_edge = 0, n_clear = 0;
      const guint8 *middle = p + 4 * (size / 2 * size + size / 2);

      g_assert_cmpuint (length, ==, 4 * size * size);
      for (guint k = 0; k < size * size; k++)
        {
          n_edge += p[4 * k] == 0xff && p[4 * k + 1] == 0xd8 && p[4 * k + 2] == 0x3d;
          n_clear += p[4 * k + 3] == 0;
        }
      g_assert_cmpuint (n_edge, >=, 4);
      g_assert_true ((n_clear > 0) == (i == 0));
      if (i == 1)
        {
          g_assert_cmpuint (middle[0], ==, 255);
          g_assert_cmpuint (middle[2], ==, 255);
          /* Around it there is ground. */
          g_assert_cmpuint (p[4 * (size + size / 2)], ==, 0);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function, n)                                                                     \
  g_test_add (path, Fixture, GUINT_TO_POINTER (n), set_up, function, tear_down)
  ADD ("/cell-rows/order", test_order, 300u);
  ADD ("/cell-rows/order-in-thread", test_order, 5000u);
  ADD ("/cell-rows/filter", test_filter, 300u);
  ADD ("/cell-rows/filter-in-thread", test_filter, 5000u);
  ADD ("/cell-rows/wishes", test_wishes, 300u);
  ADD ("/cell-rows/wishes-in-thread", test_wishes, 5000u);
#undef ADD
  g_test_add_func ("/cell-rows/thumbnail", test_thumbnail);
  return g_test_run ();
}
