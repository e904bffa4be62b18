/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/io/pel-roi.h"
#include "engine/pel-engine.h"
#include "tests/engine/cell-pictures.h"
#include "tests/engine/mutants.h"

/* Files of cells with some bytes changed, lost, added, moved or put together anew. Whatever comes
 * out but a crash, a hang, or an error without words is right. PELLICLE_FUZZ_SECONDS sets how long
 * each format is tried, PELLICLE_FUZZ_FORMAT which (roi, zip, geojson, coco, kaggle, npy; else
 * all), PELLICLE_SEED where the random numbers begin. Built with -Db_sanitize=address,undefined
 * this is the fuzzer of the importers. */

#define DEFAULT_SECONDS 1.5
/* Of the processor's time: the machine may have other things to do. */
#define MAX_SECONDS 20

typedef struct
{
  const char *name;
  PelCellFileFormat format;
  const char *const *words; /* that mean something in it */
  GPtrArray *seeds;         /* GByteArray */
} Target;

static const char *const json_words[] = {
  "[",
  "]",
  "{",
  "}",
  ",",
  ":",
  "\"",
  "[[[[",
  "null",
  "-1",
  "1e99",
  "0.5",
  "1048576",
  "{}",
  "[]",
  "9007199254740993",
  "\\ud800",
  "\"counts\":",
  "\"segmentation\":",
  "\"image_id\":1",
  "\"size\":[1,1]",
  "\"coordinates\":",
  "\"features\":[",
  "\"geometry\":",
  "\"childObjects\":[{",
  "\"name\":\"7\"",
  "4294967296",
  NULL,
};
static const char *const csv_words[] = {
  "\"", ",", "\n", "\r\n", " ", "0", "1", "-1", "18446744073709551616", "ImageId", "EncodedPixels",
  NULL,
};
static const char *const npy_words[] = {
  "(",
  "t",
  "R",
  "b",
  "u",
  "s",
  "a",
  "e",
  "N",
  "q\x01",
  "h\x01",
  "]",
  "}",
  ")",
  "\x85",
  "\x86",
  "\x87",
  "\x8c\x01"
  "a",
  "cnumpy\nndarray\n",
  "cnumpy.core.multiarray\n_reconstruct\n",
  "cnumpy\ndtype\n",
  "c_codecs\nencode\n",
  "X\x02",
  "cnumpy.core.numeric\n_frombuffer\n",
  "\x81",
  "\x94",
  "\x93",
  "J",
  "K\x01",
  ".",
  "'shape': (",
  "True",
  "<u4",
  ">i8",
  "|O",
  "0",
  NULL,
};
static const char *const roi_words[] = { "Iout",     "\x3f\x80",   "\x40\x80",   "\x40\x40",
                                         "\x7f\xc0", "\xff\xff",   "\xec\x78",   "\x01",
                                         "\x80",     "PK\x01\x02", "PK\x05\x06", "PK\x03\x04",
                                         ".roi",     NULL };

static void
assert_told (GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpuint (strlen (error->message), >, 20);
  g_error_free (error);
}

static void
draw (const PelCellSet *cells)
{
  for (guint i = 0; i < MIN (pel_cell_set_get_n_images (cells), 5); i++)
    for (guint page = 0; page < 3; page++)
      {
        const PelCellImage *image = pel_cell_set_get_image (cells, i);
        guint width = image->width > 0 && image->width < 300 ? image->width : 64;
        guint height = image->height > 0 && image->height < 300 ? image->height : 48;
        g_auto (PelCellDrawing) drawing = { 0 };
        GError *error = NULL;
        g_autoptr (PelLabels) labels =
            pel_cell_set_draw (cells, i, page, width, height, &drawing, NULL, &error);

        if (labels == NULL)
          assert_told (error);
        else
          g_assert_cmpuint (pel_labels_get_width (labels), >, 0);
      }
}

static gboolean
try_file (const Target *target, const GByteArray *file)
{
  /* A copy of the exact size: reading beyond it is seen. */
  g_autofree guint8 *exact = g_memdup2 (file->data, MAX (file->len, 1));
  GError *error = NULL;
  g_autoptr (PelCellSet) cells = NULL;

  pel_cell_file_recognise (exact, file->len);
  cells = pel_cell_file_parse (exact, file->len, target->format, NULL, &error);
  if (cells == NULL)
    assert_told (error);
  else
    draw (cells);
  return cells != NULL;
}

/* ---- sound files to begin with ---- */

static char *folder;

static void
add_file (Target *target, const char *path)
{
  g_autofree char *content = NULL;
  GByteArray *file = g_byte_array_new ();
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_byte_array_append (file, (const guint8 *)content, (guint)length);
  g_ptr_array_add (target->seeds, file);
}

static void
add_regions (Target *target, PelLabels *labels)
{
  g_autoptr (PelCellPolygons) polygons = pel_cell_polygons_new (labels, NULL, NULL);
  const guint8 rgb[3] = { 255, 0, 0 };
  guint n;
  const PelPolygonCell *all = pel_cell_polygons_get_cells (polygons, &n);

  for (guint i = 0; i < MIN (n, 4); i++)
    g_ptr_array_add (target->seeds, pel_roi_encode (polygons, &all[i], i, rgb));
}

static void
add_written (Target *target, PelLabels *labels)
{
  g_autofree char *path = g_build_filename (folder, "seed", NULL);

  if (strcmp (target->name, "roi") == 0)
    {
      add_regions (target, labels);
      return;
    }
  switch (target->format)
    {
    case PEL_CELL_FILE_ROI:
      g_assert_true (pel_roi_zip_write (path, labels, 2, NULL, NULL));
      break;
    case PEL_CELL_FILE_GEOJSON:
      g_assert_true (pel_geojson_write (path, labels, 2, NULL, NULL, NULL, NULL));
      break;
    case PEL_CELL_FILE_COCO:
      for (guint shape = 0; shape < 3; shape++)
        {
          g_autoptr (PelCocoWriter) writer = pel_coco_writer_new ((PelCocoShape)shape);

          g_assert_true (pel_coco_writer_add (writer, "a.tif", labels, NULL, NULL, NULL));
          g_assert_true (pel_coco_writer_finish (writer, path, NULL));
          add_file (target, path);
        }
      break;
      case PEL_CELL_FILE_KAGGLE: {
        g_autoptr (PelCsv) csv = pel_csv_new (path, NULL);

        pel_kaggle_write_header (csv);
        g_assert_true (pel_kaggle_write (csv, "a", labels, NULL, NULL));
        g_assert_true (pel_csv_finish (csv, NULL));
        break;
      }
    case PEL_CELL_FILE_NPY:
      g_assert_true (pel_npy_write_seg (path, labels, "a.tif", NULL, NULL));
      break;
    case PEL_CELL_FILE_UNKNOWN:
    default:
      g_assert_not_reached ();
    }
  add_file (target, path);
  g_remove (path);
}

/* What other programs wrote lies in tests/data/doors. */
static void
add_foreign (Target *target)
{
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "data", "doors", NULL);
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);

  g_assert_nonnull (listing);
  for (const char *name; (name = g_dir_read_name (listing)) != NULL;)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      g_autofree char *content = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &content, &length, NULL));
      if (pel_cell_file_is_candidate (path) && length < 20000 &&
          pel_cell_file_recognise ((const guint8 *)content, length) == target->format)
        add_file (target, path);
    }
}

static gint
compare_files (gconstpointer a, gconstpointer b)
{
  const GByteArray *x = *(const GByteArray *const *)a, *y = *(const GByteArray *const *)b;

  return x->len != y->len ? (x->len < y->len ? -1 : 1) : memcmp (x->data, y->data, x->len);
}

/* ---- the run ---- */

static double
get_cpu_seconds (void)
{
  return (double)clock () / CLOCKS_PER_SEC;
}

static void
fuzz (Target *target, GRand *random, double seconds)
{
  gint64 begin = g_get_monotonic_time ();
  double cpu_begin = get_cpu_seconds (), slowest = 0;
  guint n_tried = 0, n_read = 0;

  /* The order of a folder's files is not the same everywhere. */
  g_ptr_array_sort (target->seeds, compare_files);
  for (guint i = 0; i < target->seeds->len; i++)
    g_assert_true (try_file (target, target->seeds->pdata[i]));
  while ((double)(g_get_monotonic_time () - begin) < seconds * G_USEC_PER_SEC)
    {
      const GByteArray *seed = target->seeds->pdata[pick (random, target->seeds->len)];
      g_autoptr (GByteArray) file = g_byte_array_new ();
      double before;

      g_byte_array_append (file, seed->data, seed->len);
      for (guint i = 1 + pick (random, 8); i > 0; i--)
        mutate_once (random, target->words, target->seeds, file);
      before = get_cpu_seconds ();
      n_read += try_file (target, file);
      n_tried++;
      slowest = MAX (slowest, get_cpu_seconds () - before);
      g_assert_cmpfloat (slowest, <, MAX_SECONDS);
    }
  g_test_message ("%s: %u files tried in %.0f s of the processor, %u of them read, the slowest in "
                  "%.3f s",
                  target->name, n_tried, get_cpu_seconds () - cpu_begin, n_read, slowest);
}

static void
test_mutations (void)
{
  const char *text = g_getenv ("PELLICLE_FUZZ_SECONDS"), *seed = g_getenv ("PELLICLE_SEED");
  const char *only = g_getenv ("PELLICLE_FUZZ_FORMAT");
  double seconds = text != NULL ? g_ascii_strtod (text, NULL) : DEFAULT_SECONDS;
  g_autoptr (GRand) random = g_rand_new_with_seed (seed != NULL ? (guint32)atoi (seed) : 20261122);
  g_autoptr (PelLabels) hard = make_hard_labels ();
  g_autoptr (PelLabels) noisy = make_noise_labels (17, 11, 3, 5);
  Target targets[] = {
    { "roi", PEL_CELL_FILE_ROI, roi_words, NULL },
    { "zip", PEL_CELL_FILE_ROI, roi_words, NULL },
    { "geojson", PEL_CELL_FILE_GEOJSON, json_words, NULL },
    { "coco", PEL_CELL_FILE_COCO, json_words, NULL },
    { "kaggle", PEL_CELL_FILE_KAGGLE, csv_words, NULL },
    { "npy", PEL_CELL_FILE_NPY, npy_words, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      if (only != NULL && strcmp (only, targets[i].name) != 0)
        continue;
      targets[i].seeds = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
      add_written (&targets[i], hard);
      add_written (&targets[i], noisy);
      add_foreign (&targets[i]);
      fuzz (&targets[i], random, seconds);
      g_ptr_array_unref (targets[i].seeds);
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pel-fuzz-XXXXXX", NULL);
  g_test_add_func ("/fuzz-cell-files/mutations", test_mutations);
  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return status;
}
