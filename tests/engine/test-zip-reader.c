/* SPDX-License-Identifier: MIT */
/* Zip archives, whole, damaged, and such that unpack to far more than they are. */
#include "engine/io/pel-zip-reader.h"

#include <glib/gstdio.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-roi-zip.h"
#include "engine/io/pel-zip-writer.h"

/* Of zeros that are compressed at once, and how often they are there: 32 GB. */
#define PIECE ((gsize)16 << 20)
#define N_PIECES 2048

static GBytes *
write_archive (void)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("pellicle-XXXXXX.zip", &path, NULL);
  g_autofree guint8 *zeros = g_malloc0 (100000);
  g_autoptr (GMappedFile) map = NULL;
  g_autoptr (GBytes) mapped = NULL;
  GBytes *bytes;

  g_assert_true (g_close (fd, NULL));
  g_autoptr (PelZipWriter) writer = pel_zip_writer_new (path, NULL);
  g_assert_true (pel_zip_writer_add (writer, "first.txt", "one", 3, NULL));
  g_assert_true (pel_zip_writer_add (writer, "größe/zweiter.bin", zeros, 100000, NULL));
  g_assert_true (pel_zip_writer_add (writer, "empty", "", 0, NULL));
  g_assert_true (pel_zip_writer_finish (writer, NULL));
  map = g_mapped_file_new (path, FALSE, NULL);
  mapped = g_mapped_file_get_bytes (map);
  bytes = g_bytes_new (g_bytes_get_data (mapped, NULL), g_bytes_get_size (mapped));
  g_unlink (path);
  return bytes;
}

static void
test_entries (void)
{
  static const struct
  {
    const char *name;
    gsize length;
  } entries[] = { { "first.txt", 3 }, { "größe/zweiter.bin", 100000 }, { "empty", 0 } };
  g_autoptr (GBytes) bytes = write_archive ();
  g_autoptr (GByteArray) content = g_byte_array_new ();
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  /* All are read, or only some of them, or with too little room. */
  for (guint read = 0; read < 8; read++)
    {
      g_autoptr (PelZipReader) reader = pel_zip_reader_new (data, length, NULL);
      const char *name;

      for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
        {
          g_assert_cmpint (pel_zip_reader_next (reader, &name), ==, PEL_ZIP_STEP_ENTRY);
          g_assert_cmpstr (name, ==, entries[i].name);
          if ((read >> i & 1) == 0)
            continue;
          g_assert_true (pel_zip_reader_read (reader, entries[i].length, content));
          g_assert_cmpuint (content->len, ==, entries[i].length);
          g_assert_true (i != 0 || memcmp (content->data, "one", 3) == 0);
        }
      g_assert_cmpint (pel_zip_reader_next (reader, &name), ==, PEL_ZIP_STEP_END);
    }
  {
    g_autoptr (PelZipReader) reader = pel_zip_reader_new (data, length, NULL);
    const char *name;

    pel_zip_reader_next (reader, &name);
    g_assert_false (pel_zip_reader_read (reader, 2, content));
    g_assert_cmpuint (content->len, >, 2);
  }
}

/* Cut off anywhere, an archive ends too early or is said to be damaged. */
static void
test_damaged (void)
{
  g_autoptr (GBytes) bytes = write_archive ();
  g_autoptr (GByteArray) content = g_byte_array_new ();
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  g_assert_null (pel_zip_reader_new (data, 0, NULL));
  for (gsize n = 1; n < length; n++)
    {
      g_autofree guint8 *part = g_memdup2 (data, n);
      g_autoptr (PelZipReader) reader = pel_zip_reader_new (part, n, NULL);
      g_autoptr (GError) error = NULL;
      const char *name;
      guint whole = 0;

      while (reader != NULL && pel_zip_reader_next (reader, &name) == PEL_ZIP_STEP_ENTRY)
        whole += pel_zip_reader_read (reader, 100000, content) ? 1 : 0;
      g_assert_cmpuint (whole, <=, 3);
      if (reader == NULL)
        continue;
      g_assert_false (pel_zip_reader_refuse (reader, "no archive", &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE);
      g_assert_cmpstr (error->message, ==, "no archive");
    }
}

/* An entry without a size in front of it, and an archive without a directory behind: the end of the
 * entry is found by unpacking it. */
static GByteArray *
make_bomb (const char *name)
{
  const guint8 head[30] = { 'P', 'K', 3,  4, 20,
                            0,   8,   0,  8, 0,
                            0,   0,   33, 0, [26] = (guint8)strlen (name) };
  const guint8 last[] = { 1, 0, 0, 0xff, 0xff };
  g_autoptr (GZlibCompressor) zlib = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 9);
  g_autofree guint8 *zeros = g_malloc0 (PIECE), *packed = g_malloc (PIECE);
  GByteArray *bomb = g_byte_array_new ();
  gsize at = 0, n_packed = 0;
  GConverterResult result;

  /* Flushed, it can be repeated: what it refers back to are zeros every time. */
  do
    {
      gsize read, written;

      result = g_converter_convert (G_CONVERTER (zlib), zeros + at, PIECE - at, packed + n_packed,
                                    PIECE - n_packed, G_CONVERTER_FLUSH, &read, &written, NULL);
      g_assert_cmpint (result, !=, G_CONVERTER_ERROR);
      at += read;
      n_packed += written;
    }
  while (result != G_CONVERTER_FLUSHED);
  g_assert_cmpuint (at, ==, PIECE);
  g_byte_array_append (bomb, head, sizeof head);
  g_byte_array_append (bomb, (const guint8 *)name, (guint)strlen (name));
  for (guint i = 0; i < N_PIECES; i++)
    g_byte_array_append (bomb, packed, (guint)n_packed);
  g_byte_array_append (bomb, last, sizeof last);
  return bomb;
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (50000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* What is only passed over can be cancelled as well, long before its end. */
static void
test_bomb (void)
{
  g_autoptr (GByteArray) other = make_bomb ("notes.txt"), region = make_bomb ("a.roi");
  g_autoptr (GError) too_large = NULL;

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

      if (round == 0)
        {
          g_autoptr (PelZipReader) reader =
              pel_zip_reader_new (other->data, other->len, cancellable);
          const char *name = NULL;

          g_assert_cmpint (pel_zip_reader_next (reader, &name), ==, PEL_ZIP_STEP_ENTRY);
          g_assert_cmpstr (name, ==, "notes.txt");
          g_assert_cmpint (pel_zip_reader_next (reader, &name), ==, PEL_ZIP_STEP_BAD);
          pel_zip_reader_refuse (reader, "damaged", &error);
        }
      else
        g_assert_null (pel_roi_zip_read (other->data, other->len, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_thread_join (thread);
    }
  /* What is read has a limit. */
  g_assert_null (pel_roi_zip_read (region->data, region->len, NULL, &too_large));
  g_assert_error (too_large, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (too_large->message, "unpacks"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/zip-reader/entries", test_entries);
  g_test_add_func ("/zip-reader/damaged", test_damaged);
  g_test_add_func ("/zip-reader/bomb", test_bomb);
  return g_test_run ();
}
