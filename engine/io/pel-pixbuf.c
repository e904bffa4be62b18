/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-image-io-private.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"

/* What gdk-pixbuf reads for us: always 8 bits, always three or four channels. */

/* More pixels for a byte than any of these formats has, but for blank pictures of a size that is
 * not met. */
#define MAX_EXPANSION 3000

static GdkPixbuf *
load_pixbuf (const PelReadRequest *request, GError **error)
{
  g_autoptr (GError) local = NULL;
  GdkPixbuf *pixbuf = gdk_pixbuf_new_from_file (request->path, &local);

  if (pixbuf != NULL)
    return pixbuf;
  if (g_error_matches (local, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY))
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                         _ ("there is not enough free memory to read it; close other programs and "
                            "try again"));
  else if (local->domain == GDK_PIXBUF_ERROR)
    pel_image_io_set_damaged (error, local->message);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

PelImage *
pel_pixbuf_load (const PelReadRequest *request, guint n_channels, GError **error)
{
  if (pel_image_io_is_cancelled (request, error))
    return NULL;
  g_autoptr (GdkPixbuf) pixbuf = load_pixbuf (request, error);
  if (pixbuf == NULL)
    return NULL;

  guint width = (guint)gdk_pixbuf_get_width (pixbuf);
  guint height = (guint)gdk_pixbuf_get_height (pixbuf);
  guint have = (guint)gdk_pixbuf_get_n_channels (pixbuf);
  gsize stride = (gsize)gdk_pixbuf_get_rowstride (pixbuf);
  const guint8 *pixels = gdk_pixbuf_read_pixels (pixbuf);
  if (n_channels == 0)
    n_channels = have;

  PelImage *image = pel_image_new (width, height, n_channels, PEL_SAMPLE_U8, error);
  if (image == NULL)
    return NULL;
  for (guint c = 0; c < n_channels; c++)
    {
      guint8 *out = pel_image_get_writable_plane (image, c);
      for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++)
          *out++ = pixels[(gsize)y * stride + (gsize)x * have + c];
    }
  pel_image_set_rgb (image, n_channels >= 3);
  pel_image_set_has_alpha (image, n_channels == 4);
  return image;
}

/* A picture in which red, green and blue agree everywhere is a grey one that was stored as colour
 * because its format knows no other. */
static PelImage *
reduce_to_grey (PelImage *colour)
{
  g_autoptr (PelImage) source = colour;
  guint width = pel_image_get_width (source), height = pel_image_get_height (source);
  gsize n = (gsize)width * height;

  if (memcmp (pel_image_get_plane (source, 0), pel_image_get_plane (source, 1), n) != 0 ||
      memcmp (pel_image_get_plane (source, 0), pel_image_get_plane (source, 2), n) != 0)
    return g_steal_pointer (&source);
  PelImage *grey = pel_image_new (width, height, 1, PEL_SAMPLE_U8, NULL);
  if (grey == NULL)
    return g_steal_pointer (&source);
  memcpy (pel_image_get_writable_plane (grey, 0), pel_image_get_plane (source, 0), n);
  return grey;
}

/* The formats that may come through gdk-pixbuf; others it knows are no pictures of cells (icons,
 * cursors, drawings) or have no mark by which to tell them from noise. */
static const char *
name_of_format (GdkPixbufFormat *format)
{
  static const struct
  {
    const char *pixbuf_name, *name;
  } known[] = {
    { "bmp", "BMP" }, { "gif", "GIF" },   { "pnm", "PNM" },   { "webp", "WebP" },
    { "jxl", "JXL" }, { "avif", "AVIF" }, { "heif", "HEIF" }, { "jpeg2000", "JPEG 2000" },
  };
  g_autofree char *name = format != NULL ? gdk_pixbuf_format_get_name (format) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (name, known[i].pixbuf_name) == 0)
      return known[i].name;
  return NULL;
}

/* gdk-pixbuf would quietly drop the low bits of a portable grey- or pixmap. */
static gboolean
check_pnm_depth (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  FILE *stream = fopen (path, "rbe");
  char head[512];
  gsize n = stream != NULL ? fread (head, 1, sizeof head - 1, stream) : 0;
  guint values[3] = { 0, 0, 0 }, n_values = 0;

  if (stream != NULL)
    fclose (stream);
  head[n] = '\0';
  for (char *p = head + MIN (n, 2); *p != '\0' && n_values < 3;)
    if (*p == '#')
      p += strcspn (p, "\r\n");
    else if (g_ascii_isdigit (*p))
      values[n_values++] = (guint)g_ascii_strtoull (p, &p, 10);
    else
      p++;
  if (n > 2 && strchr ("2356", head[1]) != NULL && values[2] > 255)
    {
      g_set_error_literal (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
          _ ("portable maps of more than 8 bits are not supported; save it as TIFF "
             "or PNG"));
      return FALSE;
    }
  return TRUE;
}

gboolean
pel_pixbuf_read (const PelReadRequest *request,
                 PelImageInfo *info,
                 PelImage **image,
                 GError **error)
{
  gint width = 0, height = 0;
  GdkPixbufFormat *format = gdk_pixbuf_get_file_info (request->path, &width, &height);
  const char *name = name_of_format (format);

  if (name == NULL)
    {
      pel_image_io_set_damaged (error, _ ("it is not an image of a kind that can be read"));
      return FALSE;
    }
  /* Four bytes a pixel here and as many in gdk-pixbuf. */
  if (!pel_image_check_size ((guint64)MAX (width, 0), (guint64)MAX (height, 0), 8, 1, error) ||
      !pel_image_io_check_expansion (request, (guint64)width * (guint64)height, MAX_EXPANSION,
                                     error) ||
      (g_str_equal (name, "PNM") && !check_pnm_depth (request->path, error)))
    return FALSE;

  /* Whether it is grey only the pixels can tell. */
  g_autoptr (PelImage) loaded = pel_pixbuf_load (request, g_str_equal (name, "BMP") ? 3 : 0, error);
  if (loaded == NULL)
    return FALSE;
  gboolean plain = pel_image_get_n_channels (loaded) == 3;
  gboolean grey = plain && !g_str_equal (name, "BMP");
  PelImage *result = grey ? reduce_to_grey (g_steal_pointer (&loaded)) : g_steal_pointer (&loaded);

  info->format = name;
  info->width = pel_image_get_width (result);
  info->height = pel_image_get_height (result);
  info->pages = info->positions = info->position_channels = 1;
  info->channels = pel_image_get_n_channels (result);
  info->bits = 8;
  info->sample_format = PEL_SAMPLE_FORMAT_UINT;
  info->is_rgb = pel_image_is_rgb (result);
  info->has_alpha = pel_image_has_alpha (result);
  info->orientation = 1;
  info->calibration = "none";
  if (request->mode == PEL_READ_FACTS)
    pel_image_unref (result);
  else
    *image = result;
  return TRUE;
}
