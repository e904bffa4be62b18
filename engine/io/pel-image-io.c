/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-image-io.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-image-io-private.h"

typedef gboolean (*PelReader) (const PelReadRequest *, PelImageInfo *, PelImage **, GError **);

static const char *const extensions[] = { "tif", "tiff", "png", "jpg", "jpeg", "bmp", "gif",
                                          "pgm", "ppm",  "pbm", "pnm", "webp", NULL };

/* Formats of microscope makers, by their extensions. */
static const char *const vendor_extensions[] = { "czi",  "nd2", "lif", "lof", "oib", "oif",  "oir",
                                                 "vsi",  "ims", "lei", "zvi", "dv",  "r3d",  "xlef",
                                                 "mrxs", "scn", "ids", "ics", "sld", "zarr", NULL };

void
pel_image_io_set_damaged (GError **error, const char *reason)
{
  g_set_error (
      error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
      /* Translators: %s says what is wrong with an image file */
      _ ("the image cannot be read: %s; copy it again from its source or export it anew as "
         "TIFF or PNG"),
      reason);
}

#define SMALL_PICTURE ((guint64)16 << 20)

gboolean
pel_image_io_check_expansion (const PelReadRequest *request,
                              guint64 n_bytes,
                              guint64 most,
                              GError **error)
{
  if (n_bytes <= SMALL_PICTURE || (n_bytes - SMALL_PICTURE) / most <= request->file_size)
    return TRUE;
  pel_image_io_set_damaged (error, _ ("it is cut off, or far too short for its size in pixels"));
  return FALSE;
}

gboolean
pel_image_io_is_cancelled (const PelReadRequest *request, GError **error)
{
  return g_cancellable_set_error_if_cancelled (request->cancellable, error);
}

void
pel_image_info_suggest_um (PelImageInfo *info, double um_x, double um_y)
{
  static const double print_dpi[] = { 72,  75,  90,  96,  100, 120, 144,  150,  180, 200,
                                      240, 300, 360, 400, 600, 720, 1200, 2400, 4800 };

  if (!(um_x > 1e-4) || !(um_y > 1e-4) || um_x > 50.0 || um_y > 50.0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (print_dpi); i++)
    if (fabs (25400.0 / um_x / print_dpi[i] - 1.0) < 2e-3)
      return;
  info->suggested_um_x = um_x;
  info->suggested_um_y = um_y;
}

void
pel_image_info_clear (PelImageInfo *info)
{
  g_return_if_fail (info != NULL);
  g_free (info->warning);
  *info = (PelImageInfo){ 0 };
}

/* ---- which reader ---- */

static const char *
extension_of (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  const char *dot = strrchr (base, '.');
  return dot != NULL && dot != base ? path + strlen (path) - strlen (dot + 1) : "";
}

static gboolean
is_one_of (const char *extension, const char *const *list)
{
  for (; *list != NULL; list++)
    if (g_ascii_strcasecmp (extension, *list) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
begins_with (const guint8 *head, gsize length, const char *magic, gsize n)
{
  return length >= n && memcmp (head, magic, n) == 0;
}

static gboolean
is_vendor_magic (const guint8 *head, gsize length)
{
  return begins_with (head, length, "ZISRAWFILE", 10)                                      /* CZI */
         || begins_with (head, length, "\xda\xce\xbe\x0a", 4)                              /* ND2 */
         || (begins_with (head, length, "\x70\0\0\0", 4) && length > 8 && head[8] == 0x2a) /* LIF */
         || begins_with (head, length, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8); /* OIB, ZVI: OLE */
}

gboolean
pel_image_path_is_vendor (const char *path)
{
  return is_one_of (extension_of (path), vendor_extensions);
}

void
pel_image_io_set_vendor (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                       _ ("this microscope format is not supported; open it in Fiji and save it "
                          "with File > Save As > OME-TIFF"));
}

/* The content decides; the name only where the content says nothing. NULL with @error set. */
static PelReader
choose_reader (const char *path, const guint8 *head, gsize length, GError **error)
{
  if (begins_with (head, length, "\x89PNG\r\n\x1a\n", 8))
    return pel_png_read;
  if (begins_with (head, length, "II\x2a\0", 4) || begins_with (head, length, "MM\0\x2a", 4) ||
      begins_with (head, length, "II\x2b\0", 4) || begins_with (head, length, "MM\0\x2b", 4))
    return pel_tiff_read;
  if (begins_with (head, length, "\xff\xd8\xff", 3))
    return pel_jpeg_read;
  if (begins_with (head, length, "BM", 2))
    return pel_bmp_read;
  if (begins_with (head, length, "GIF8", 4) ||
      (length > 2 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6' &&
       g_ascii_isspace (head[2])) ||
      (length >= 12 && memcmp (head, "RIFF", 4) == 0 && memcmp (head + 8, "WEBP", 4) == 0) ||
      (length >= 12 && memcmp (head + 4, "ftyp", 4) == 0))
    return pel_pixbuf_read;

  if (is_vendor_magic (head, length) || pel_image_path_is_vendor (path))
    pel_image_io_set_vendor (error);
  else if (length == 0)
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                         _ ("the file is empty; copy it again from its source"));
  else
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                         _ ("this is not an image that can be read; save it as TIFF or PNG"));
  return NULL;
}

static gboolean
read_head (PelReadRequest *request, guint8 *head, gsize *length, GError **error)
{
  struct stat status;
  /* A pipe among the images would be waited for at its opening. */
  int fd = g_open (request->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  FILE *stream = fd >= 0 ? fdopen (fd, "rb") : NULL;
  int errsv = errno;

  *length = 0;
  if (stream == NULL || fstat (fd, &status) != 0)
    {
      if (stream != NULL)
        fclose (stream);
      else if (fd >= 0)
        close (fd);
      if (errsv == ENOENT)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             _ ("there is no such file; check its name"));
      else if (errsv == EACCES)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             _ ("you are not allowed to read this file; ask its owner"));
      else
        g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errsv),
                     /* Translators: %s is the system's reason */
                     _ ("the file cannot be opened: %s"), g_strerror (errsv));
      return FALSE;
    }
  if (!S_ISREG (status.st_mode))
    {
      fclose (stream);
      g_set_error_literal (error, G_IO_ERROR,
                           S_ISDIR (status.st_mode) ? G_IO_ERROR_IS_DIRECTORY
                                                    : G_IO_ERROR_NOT_REGULAR_FILE,
                           _ ("this is not a file; choose an image file"));
      return FALSE;
    }
  request->file_size = (guint64)status.st_size;
  *length = fread (head, 1, 16, stream);
  fclose (stream);
  return TRUE;
}

/* Everything goes through here: the name is put in front of every error, once. */
static gboolean
read_image (const char *path,
            PelReadMode mode,
            guint position,
            GCancellable *cancellable,
            PelImageInfo *info,
            PelImage **image,
            GError **error)
{
  PelReadRequest request = {
    .path = path, .mode = mode, .position = position, .cancellable = cancellable
  };
  g_autoptr (GError) local = NULL;
  guint8 head[16];
  gsize length;
  PelReader reader = NULL;
  gboolean ok = FALSE;

  *info = (PelImageInfo){ 0 };
  if (read_head (&request, head, &length, &local))
    reader = choose_reader (path, head, length, &local);
  if (reader != NULL)
    {
      ok = reader (&request, info, image, &local);
      if (ok && position >= info->positions && mode != PEL_READ_FIRST_PAGE)
        {
          ok = FALSE;
          g_clear_pointer (image, pel_image_unref);
          g_set_error (
              &local, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
              /* Translators: the number of a page that was asked for, and of those there */
              _ ("there is no page %u; the file has %u"), position + 1, info->positions);
        }
    }
  if (ok)
    return TRUE;

  g_autofree char *name = g_filename_display_name (path);
  pel_image_info_clear (info);
  g_prefix_error (&local, "%s: ", name);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* ---- public ---- */

PelImage *
pel_image_load (const char *path, guint position, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_auto (PelImageInfo) info = { 0 };
  PelImage *image = NULL;
  read_image (path, PEL_READ_SHOWN, position, cancellable, &info, &image, error);
  return image;
}

PelImage *
pel_image_load_stored (const char *path,
                       guint position,
                       GCancellable *cancellable,
                       PelImageInfo *info,
                       GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_auto (PelImageInfo) own = { 0 };
  PelImage *image = NULL;
  read_image (path, PEL_READ_STORED, position, cancellable, info != NULL ? info : &own, &image,
              error);
  return image;
}

gboolean
pel_image_probe (const char *path, PelImageInfo *info, GError **error)
{
  g_return_val_if_fail (path != NULL && info != NULL, FALSE);

  PelImage *none = NULL;
  return read_image (path, PEL_READ_FACTS, 0, NULL, info, &none, error);
}

gboolean
pel_image_probe_range (const char *path, double *min, double *max, GError **error)
{
  g_return_val_if_fail (path != NULL && min != NULL && max != NULL, FALSE);

  g_auto (PelImageInfo) info = { 0 };
  g_autoptr (PelImage) image = NULL;
  gboolean any = FALSE;

  *min = *max = 0.0;
  if (!read_image (path, PEL_READ_FIRST_PAGE, 0, NULL, &info, &image, error))
    return FALSE;
  for (guint c = 0; c < pel_image_get_n_channels (image); c++)
    {
      double low, high;
      if (!pel_image_get_range (image, (gint)c, &low, &high))
        continue;
      *min = any ? MIN (*min, low) : low;
      *max = any ? MAX (*max, high) : high;
      any = TRUE;
    }
  /* Two and four bits of grey in PNG stand for 0..255. */
  if (g_str_equal (info.format, "PNG") && !info.is_palette && (info.bits == 2 || info.bits == 4))
    {
      double scale = 255.0 / ((1 << info.bits) - 1);
      *min *= scale;
      *max *= scale;
    }
  return TRUE;
}

gboolean
pel_image_path_is_candidate (const char *path)
{
  g_return_val_if_fail (path != NULL, FALSE);

  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *lower = g_ascii_strdown (base, -1);
  return lower[0] != '.' && is_one_of (extension_of (path), extensions) &&
         !g_str_has_suffix (lower, ".uncertainty.tif") && !g_str_has_suffix (lower, ".prob.tif") &&
         !g_str_has_suffix (lower, ".prob.tiff") && !g_str_has_suffix (lower, ".overlay.png");
}

const char *const *
pel_image_get_extensions (void)
{
  return extensions;
}

char *
pel_image_get_stem (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  char *base = g_path_get_basename (path);
  char *dot = strrchr (base, '.');
  if (dot == NULL || dot == base)
    return base;
  gboolean tiff = g_ascii_strcasecmp (dot, ".tif") == 0 || g_ascii_strcasecmp (dot, ".tiff") == 0;
  *dot = '\0';
  gsize length = strlen (base);
  if (tiff && length > 4 && g_ascii_strcasecmp (base + length - 4, ".ome") == 0)
    base[length - 4] = '\0';
  return base;
}
