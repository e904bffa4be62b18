/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <string.h>

#include "engine/io/pel-rle.h"
#include "engine/pel-engine.h"
#include "tests/engine/cell-pictures.h"

/* Cells to the files of other programs and back, pixel for pixel. */

static char *folder;

static char *
place (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

typedef gboolean (*WriteFunc) (const char *path, PelLabels *labels, GError **error);

static gboolean
write_roi (const char *path, PelLabels *labels, GError **error)
{
  return pel_roi_zip_write (path, labels, 0, NULL, error);
}

static gboolean
write_geojson (const char *path, PelLabels *labels, GError **error)
{
  return pel_geojson_write (path, labels, 0, NULL, NULL, NULL, error);
}

static gboolean
write_coco_as (PelCocoShape shape, const char *path, PelLabels *labels, GError **error)
{
  g_autoptr (PelCocoWriter) writer = pel_coco_writer_new (shape);

  return pel_coco_writer_add (writer, "folder/first.ome.tif", labels, NULL, NULL, error) &&
         pel_coco_writer_finish (writer, path, error);
}

static gboolean
write_coco (const char *path, PelLabels *labels, GError **error)
{
  return write_coco_as (PEL_COCO_POLYGONS, path, labels, error);
}

static gboolean
write_coco_runs (const char *path, PelLabels *labels, GError **error)
{
  return write_coco_as (PEL_COCO_RUNS, path, labels, error);
}

static gboolean
write_coco_packed (const char *path, PelLabels *labels, GError **error)
{
  return write_coco_as (PEL_COCO_PACKED_RUNS, path, labels, error);
}

static gboolean
write_kaggle (const char *path, PelLabels *labels, GError **error)
{
  g_autoptr (PelCsv) csv = pel_csv_new (path, error);

  if (csv == NULL)
    return FALSE;
  pel_kaggle_write_header (csv);
  return pel_kaggle_write (csv, "first", labels, NULL, error) && pel_csv_finish (csv, error);
}

static gboolean
write_npy (const char *path, PelLabels *labels, GError **error)
{
  return pel_npy_write_seg (path, labels, "first.tif", NULL, error);
}

static const struct
{
  const char *file;
  WriteFunc write;
  PelCellFileFormat format;
  gboolean keeps_numbers, names_image, knows_size;
} formats[] = {
  { "a_rois.zip", write_roi, PEL_CELL_FILE_ROI, TRUE, FALSE, FALSE },
  { "a.geojson", write_geojson, PEL_CELL_FILE_GEOJSON, TRUE, FALSE, FALSE },
  { "a.json", write_coco, PEL_CELL_FILE_COCO, TRUE, TRUE, TRUE },
  { "a-runs.json", write_coco_runs, PEL_CELL_FILE_COCO, TRUE, TRUE, TRUE },
  { "a-packed.json", write_coco_packed, PEL_CELL_FILE_COCO, TRUE, TRUE, TRUE },
  { "a.csv", write_kaggle, PEL_CELL_FILE_KAGGLE, FALSE, TRUE, FALSE },
  { "a_seg.npy", write_npy, PEL_CELL_FILE_NPY, TRUE, FALSE, TRUE },
};

static void
assert_round_trip (guint format, PelLabels *labels)
{
  g_autofree char *path = place (formats[format].file);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (PelCellDrawing) drawing = { 0 };
  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels);
  gsize length;
  gint image;

  g_assert_true (formats[format].write (path, labels, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpint (pel_cell_file_recognise ((const guint8 *)content, length), ==,
                   formats[format].format);
  g_autoptr (PelCellSet) cells = pel_cell_file_read (path, NULL, &error);
  g_assert_no_error (error);
  image = pel_cell_set_find_image (cells, formats[format].names_image ? "first" : NULL);
  g_assert_cmpint (image, >=, 0);
  if (formats[format].knows_size)
    {
      g_assert_cmpuint (pel_cell_set_get_image (cells, (guint)image)->width, ==, width);
      g_assert_cmpuint (pel_cell_set_get_image (cells, (guint)image)->height, ==, height);
    }
  g_autoptr (PelLabels) back =
      pel_cell_set_draw (cells, (guint)image, 0, width, height, &drawing, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (drawing.n_overlapping, ==, 0);
  g_assert_cmpuint (drawing.n_outside, ==, 0);
  g_assert_cmpuint (pel_cell_set_get_n_skipped (cells), ==, 0);
  if (formats[format].keeps_numbers)
    g_assert_true (pel_labels_equal (labels, back));
  else
    assert_same_cells (labels, back);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_round_trips (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (PelLabels) hard = make_hard_labels ();
      g_autoptr (PelLabels) none = pel_labels_new (7, 3, NULL);

      assert_round_trip (i, hard);
      for (guint32 seed = 0; seed < 12; seed++)
        {
          g_autoptr (PelLabels) noise =
              make_noise_labels (1 + seed * 13, 1 + seed * 11, 1 + seed, seed);

          assert_round_trip (i, noise);
        }
      if (!formats[i].names_image || formats[i].knows_size)
        assert_round_trip (i, none);
    }
}

/* Numbers beyond 16 bits, and coordinates beyond ImageJ's. */
static void
test_large (void)
{
  g_autoptr (PelLabelMap) map = pel_label_map_new (70000, 40, NULL);
  g_autoptr (PelLabels) labels = NULL;

  for (gint y = 3; y < 30; y++)
    {
      pel_label_map_fill_span (map, y, 69900 - y, 69999, 70001);
      pel_label_map_fill_span (map, y, 59990, 60010 + y, 5);
      pel_label_map_fill_span (map, y, 32760, 32780, 6);
    }
  labels = pel_label_map_snapshot (map);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    assert_round_trip (i, labels);
}

/* Every ring simple, outer ones clockwise, areas the number of pixels. */
static void
assert_simple (PelLabels *labels)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PelCellPolygons) polygons = pel_cell_polygons_new (labels, NULL, &error);
  guint n;
  const PelPolygonCell *cells = pel_cell_polygons_get_cells (polygons, &n);

  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      const PelCornerRing *rings = pel_cell_polygons_get_rings (polygons, &cells[i]);
      gint64 area = 0;

      g_assert_false (rings[0].is_hole);
      for (gsize r = 0; r < cells[i].n_rings; r++)
        {
          const gint32 *xy = pel_cell_polygons_get_corners (polygons, &rings[r]);
          g_autoptr (GHashTable) met =
              g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
          gint64 own = 0;

          g_assert_cmpuint (rings[r].n_corners, >=, 4);
          for (gsize k = 0; k < rings[r].n_corners; k++)
            {
              gsize next = k + 1 < rings[r].n_corners ? k + 1 : 0;
              gint64 key = (gint64)xy[2 * k] << 32 | xy[2 * k + 1];

              g_assert_true (g_hash_table_add (met, g_memdup2 (&key, sizeof key)));
              own += (gint64)xy[2 * k] * xy[2 * next + 1] - (gint64)xy[2 * next] * xy[2 * k + 1];
              /* Along one axis at a time. */
              g_assert_true ((xy[2 * k] == xy[2 * next]) != (xy[2 * k + 1] == xy[2 * next + 1]));
            }
          g_assert_true (rings[r].is_hole ? own < 0 : own > 0);
          area += own / 2;
        }
      g_assert_cmpint (area, ==, (gint64)cells[i].n_pixels);
    }
}

static void
test_polygons (void)
{
  g_autoptr (PelLabels) hard = make_hard_labels ();

  assert_simple (hard);
  for (guint32 seed = 0; seed < 30; seed++)
    {
      g_autoptr (PelLabels) noise = make_noise_labels (37, 41, 3, seed);

      assert_simple (noise);
    }
}

/* Packed runs of a COCO file: counts and their text as pycocotools 2.0.7 gives them. */
static void
test_packed_runs (void)
{
  static const guint64 counts[] = { 10, 3, 7, 3, 7, 3, 200, 1, 66 };
  g_autofree char *text = pel_rle_pack (counts, G_N_ELEMENTS (counts));
  g_autoptr (GArray) back = g_array_new (FALSE, FALSE, sizeof (guint64));

  g_assert_cmpstr (text, ==, ":37000Q6NjK");
  g_assert_true (pel_rle_unpack (text, back));
  g_assert_cmpmem (back->data, back->len * sizeof (guint64), counts, sizeof counts);
  g_assert_false (pel_rle_unpack ("\x7f", back));
  g_assert_false (pel_rle_unpack ("PPPPPPPPPPPPPPPPPPPP", back));
  g_array_set_size (back, 0);
  g_assert_false (pel_rle_unpack ("O", back)); /* -1 */
}

static void
test_kaggle_text (void)
{
  static const char *const rows[] = { "a.b", "aab", "..." };
  g_autoptr (PelLabels) labels = make_drawn_labels (rows, 3);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (PelCsv) csv = pel_csv_new_for_string (text);
  g_autoptr (GError) error = NULL;

  pel_kaggle_write_header (csv);
  g_assert_true (pel_kaggle_write (csv, "first, or so", labels, NULL, &error));
  g_assert_cmpstr (text->str, ==,
                   "ImageId,EncodedPixels\n\"first, or so\",1 2 5 1\n\"first, or so\",7 2\n");
}

static PelLabels *
load_foreign_labels (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "doors", "labels.tif", NULL);
  g_autoptr (GError) error = NULL;
  PelLabels *labels = pel_labels_load (path, 0, NULL, &error);

  g_assert_no_error (error);
  return labels;
}

static PelCellSet *
read_foreign (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "doors", name, NULL);
  g_autoptr (GError) error = NULL;
  PelCellSet *cells = pel_cell_file_read (path, NULL, &error);

  g_assert_no_error (error);
  return cells;
}

/* What NumPy, pycocotools and shapely wrote; see tests/data/doors/make-foreign.py. */
static void
test_foreign (void)
{
  static const struct
  {
    const char *name, *image;
    gboolean keeps_numbers;
  } files[] = {
    { "protocol2_seg.npy", NULL, TRUE },      { "protocol3_seg.npy", NULL, TRUE },
    { "protocol4_seg.npy", NULL, TRUE },      { "protocol5_seg.npy", NULL, TRUE },
    { "minus-one_seg.npy", NULL, TRUE },      { "column-major.npy", NULL, TRUE },
    { "big-endian.npy", NULL, TRUE },         { "floats.npy", NULL, TRUE },
    { "first.geojson", NULL, TRUE },          { "list.geojson", NULL, TRUE },
    { "coco-polygons.json", "first", FALSE }, { "coco-runs.json", "first", FALSE },
    { "coco-packed.json", "first", FALSE },
  };
  g_autoptr (PelLabels) labels = load_foreign_labels ();

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (PelCellSet) cells = read_foreign (files[i].name);
      g_autoptr (GError) error = NULL;
      g_auto (PelCellDrawing) drawing = { 0 };
      gint image = pel_cell_set_find_image (cells, files[i].image);

      g_assert_cmpint (image, >=, 0);
      g_autoptr (PelLabels) drawn =
          pel_cell_set_draw (cells, (guint)image, 0, pel_labels_get_width (labels),
                             pel_labels_get_height (labels), &drawing, NULL, &error);
      g_assert_no_error (error);
      if (files[i].keeps_numbers)
        g_assert_true (pel_labels_equal (labels, drawn));
      else
        {
          assert_same_cells (labels, drawn);
          g_assert_cmpstr (g_hash_table_lookup (drawing.classes, GUINT_TO_POINTER (1)), ==, "long");
          g_assert_cmpstr (g_hash_table_lookup (drawing.classes, GUINT_TO_POINTER (2)), ==,
                           "round");
        }
      if (g_str_has_suffix (files[i].name, ".geojson"))
        {
          g_assert_cmpuint (pel_cell_set_get_n_skipped (cells), ==, 1);
          g_assert_cmpstr (g_hash_table_lookup (drawing.classes, GUINT_TO_POINTER (5)), ==,
                           "Tumor");
        }
    }
}

static void
test_pages (void)
{
  g_autoptr (PelLabels) labels = load_foreign_labels ();
  g_autoptr (PelCellSet) cells = read_foreign ("pages.npy");
  g_autofree char *path = place ("a_rois.zip");
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (pel_cell_set_get_image (cells, 0)->last_page, ==, 2);
  g_autoptr (PelLabels) first = pel_cell_set_draw (cells, 0, 1, 30, 24, NULL, NULL, &error);
  g_autoptr (PelLabels) second = pel_cell_set_draw (cells, 0, 2, 30, 24, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pel_labels_equal (first, labels));
  g_assert_cmpuint (pel_labels_get (second, 7, 7), ==, 0);
  g_assert_cmpuint (pel_labels_get (second, 17, 4), ==, 2);

  g_assert_true (pel_roi_zip_write (path, labels, 2, NULL, &error));
  g_autoptr (PelCellSet) regions = pel_cell_file_read (path, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (PelLabels) none = pel_cell_set_draw (regions, 0, 1, 30, 24, NULL, NULL, &error);
  g_autoptr (PelLabels) all = pel_cell_set_draw (regions, 0, 2, 30, 24, NULL, NULL, &error);
  g_assert_cmpuint (pel_labels_get_max (none), ==, 0);
  g_assert_true (pel_labels_equal (all, labels));
  g_remove (path);
}

/* Files that no program meant to write. The message says what is wrong with them. */
static void
test_refused (void)
{
  static const struct
  {
    const char *content, *message;
    PelEngineError code;
  } files[] = {
    { "", "*no cells in a form*", PEL_ENGINE_ERROR_UNSUPPORTED },
    { "GIF89a", "*no cells in a form*", PEL_ENGINE_ERROR_UNSUPPORTED },
    { "PK\x03\x04 no zip", "*no archive of ImageJ regions*", PEL_ENGINE_ERROR_BAD_FILE },
    { "Iout\x00", "*no archive of ImageJ regions*", PEL_ENGINE_ERROR_BAD_FILE },
    { "{\"images\":[}", "*line 1*", PEL_ENGINE_ERROR_BAD_FILE },
    { "{\"images\":[],\n\"annotations\":[{\"id\":1}]}", "*no COCO file*",
      PEL_ENGINE_ERROR_BAD_FILE },
    { "{\"annotations\":[{\"image_id\":1,\"segmentation\":{\"size\":[9,9],\"counts\":[80]}}]}",
      "*no COCO file*", PEL_ENGINE_ERROR_BAD_FILE },
    { "{\"annotations\":[{\"image_id\":1,\"segmentation\":{\"size\":[1e9,1e9],"
      "\"counts\":[0,1e18]}}]}",
      "*no COCO file*", PEL_ENGINE_ERROR_BAD_FILE },
    { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "*GeoJSON*",
      PEL_ENGINE_ERROR_BAD_FILE },
    { "{\"features\":[{\"geometry\":{\"coordinates\":[[[1,2],[3,[4]]]]}}]}", "*GeoJSON*",
      PEL_ENGINE_ERROR_BAD_FILE },
    { "{\"features\":7}", "*GeoJSON*", PEL_ENGINE_ERROR_BAD_FILE },
    { "{\"features\":[{\"geometry\":null}],\"features\":{}}", "*GeoJSON*",
      PEL_ENGINE_ERROR_BAD_FILE },
    { "ImageId,EncodedPixels\na,1 2 3\n", "*row 2*", PEL_ENGINE_ERROR_BAD_FILE },
    { "ImageId,EncodedPixels\na,0 2\n", "*row 2*", PEL_ENGINE_ERROR_BAD_FILE },
    { "ImageId,EncodedPixels\n\"a,1 2\n", "*row 2*", PEL_ENGINE_ERROR_BAD_FILE },
    { "\x93NUMPY\x01\x02{'descr': '<u2', 'fortran_order': False, 'shape': (9,9), }",
      "*no NumPy file*", PEL_ENGINE_ERROR_BAD_FILE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;
      const guint8 *data = (const guint8 *)files[i].content;
      gsize length = strlen (files[i].content);
      g_autoptr (PelCellSet) cells =
          pel_cell_file_parse (data, length, pel_cell_file_recognise (data, length), NULL, &error);

      g_assert_null (cells);
      g_test_message ("%s", error->message);
      g_assert_true (g_error_matches (error, PEL_ENGINE_ERROR, (gint)files[i].code));
      g_assert_true (g_pattern_match_simple (files[i].message, error->message));
    }
}

/* A pickle is a program. Nothing in it may be carried out, or as much as looked for. */
static void
test_pickled_program (void)
{
  static const char pickle[] = "\x93NUMPY\x01\x00\x46\x00"
                               "{'descr': '|O', 'fortran_order': False, 'shape': (), }"
                               "               \n"
                               "\x80\x03"
                               "cposix\nsystem\nX\x05\x00\x00\x00touch\x85R.";
  g_autoptr (GError) error = NULL;
  g_autoptr (PelCellSet) cells = pel_cell_file_parse ((const guint8 *)pickle, sizeof pickle - 1,
                                                      PEL_CELL_FILE_NPY, NULL, &error);

  g_assert_null (cells);
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "posix.system"));
}

/* An image of another size, and pixels or outlines that no image has. */
static void
test_undrawable (void)
{
  static const struct
  {
    const char *content;
    gint code; /* -1: is drawn */
  } files[] = {
    { "ImageId,EncodedPixels\na,1 100\n", -1 },
    { "ImageId,EncodedPixels\na,1 101\n", PEL_ENGINE_ERROR_BAD_SHAPE },
    { "ImageId,EncodedPixels\na,101 1\n", PEL_ENGINE_ERROR_BAD_SHAPE },
    { "{\"images\":[{\"id\":1,\"width\":11,\"height\":10}],\"annotations\":[]}",
      PEL_ENGINE_ERROR_BAD_SHAPE },
    { "{\"features\":[{\"geometry\":{\"coordinates\":[[[-1e30,0],[1e30,5],[0,9]]]}}]}", -1 },
  };
  g_autoptr (GString) maze = g_string_new ("{\"features\":[{\"geometry\":{\"coordinates\":[[");

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;
      const guint8 *data = (const guint8 *)files[i].content;
      gsize length = strlen (files[i].content);
      g_autoptr (PelCellSet) cells =
          pel_cell_file_parse (data, length, pel_cell_file_recognise (data, length), NULL, &error);

      g_assert_no_error (error);
      g_autoptr (PelLabels) labels = pel_cell_set_draw (
          cells, pel_cell_set_get_n_images (cells) - 1, 0, 10, 10, NULL, NULL, &error);
      if (files[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, PEL_ENGINE_ERROR, files[i].code);
    }

  /* Edges to and fro, each across all rows: drawing them would take hours. */
  for (guint i = 0; i < 100000; i++)
    g_string_append (maze, "[0,0],[9,9000],");
  g_string_append (maze, "[0,0]]]}}]}");
  g_autoptr (GError) error = NULL;
  g_autoptr (PelCellSet) cells = pel_cell_file_parse ((const guint8 *)maze->str, maze->len,
                                                      PEL_CELL_FILE_GEOJSON, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (PelLabels) labels = pel_cell_set_draw (cells, 0, 0, 9000, 9000, NULL, NULL, &error);
  g_assert_null (labels);
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-cells-XXXXXX", NULL);
  g_test_add_func ("/cell-files/round-trips", test_round_trips);
  g_test_add_func ("/cell-files/large", test_large);
  g_test_add_func ("/cell-files/polygons", test_polygons);
  g_test_add_func ("/cell-files/packed-runs", test_packed_runs);
  g_test_add_func ("/cell-files/kaggle-text", test_kaggle_text);
  g_test_add_func ("/cell-files/foreign", test_foreign);
  g_test_add_func ("/cell-files/pages", test_pages);
  g_test_add_func ("/cell-files/refused", test_refused);
  g_test_add_func ("/cell-files/pickled-program", test_pickled_program);
  g_test_add_func ("/cell-files/undrawable", test_undrawable);
  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return status;
}
