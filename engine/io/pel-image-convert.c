/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-image-io-private.h"

#include <string.h>

/* ITU-R BT.601 in thousandths. */
static guint
luminance_of (const guint16 *colour)
{
  return 299u * colour[0] + 587u * colour[1] + 114u * colour[2];
}

PelImage *
pel_image_apply_palette (PelImage *indices, const guint16 *palette, guint n_colours, GError **error)
{
  g_autoptr (PelImage) source = indices;
  gboolean is_lookup = TRUE, is_grey = TRUE;

  for (guint i = 0; i < n_colours; i++)
    {
      const guint16 *colour = palette + 3 * i;
      if (i > 0 && luminance_of (colour) < luminance_of (colour - 3))
        is_lookup = FALSE;
      if (colour[0] != colour[1] || colour[0] != colour[2])
        is_grey = FALSE;
    }
  if (is_lookup || n_colours == 0)
    return g_steal_pointer (&source);

  guint width = pel_image_get_width (source), height = pel_image_get_height (source);
  guint n_channels = is_grey ? 1 : 3;
  g_autoptr (PelImage) image = pel_image_new (width, height, n_channels, PEL_SAMPLE_U8, error);
  if (image == NULL)
    return NULL;

  gsize n = (gsize)width * height;
  gboolean wide = pel_sample_type_get_size (pel_image_get_sample_type (source)) == 2;
  const guint8 *narrow_index = pel_image_get_plane (source, 0);
  const guint16 *wide_index = pel_image_get_plane (source, 0);
  for (guint c = 0; c < n_channels; c++)
    {
      guint8 *out = pel_image_get_writable_plane (image, c);
      for (gsize i = 0; i < n; i++)
        {
          guint index = wide ? wide_index[i] : narrow_index[i];
          out[i] = index < n_colours ? (guint8)(palette[3 * index + c] >> 8) : 0;
        }
    }
  pel_image_set_rgb (image, n_channels == 3);
  pel_image_set_um (image, pel_image_get_um_x (source), pel_image_get_um_y (source),
                    pel_image_get_calibration (source));
  return g_steal_pointer (&image);
}

#define INVERT(T, MAX_VALUE)                                                                       \
  {                                                                                                \
    T *samples = plane;                                                                            \
    T top = (T)(MAX_VALUE);                                                                        \
    for (gsize i = 0; i < n; i++)                                                                  \
      samples[i] = (T)(top - samples[i]);                                                          \
    break;                                                                                         \
  }

void
pel_image_invert_samples (PelImage *image, guint bits)
{
  gsize n = (gsize)pel_image_get_width (image) * pel_image_get_height (image);
  guint64 greatest = bits >= 64 ? G_MAXUINT64 : ((guint64)1 << bits) - 1;
  guint n_channels = pel_image_get_n_channels (image) - (pel_image_has_alpha (image) ? 1 : 0);

  for (guint c = 0; c < n_channels; c++)
    {
      void *plane = pel_image_get_writable_plane (image, c);
      switch (pel_image_get_sample_type (image))
        {
        case PEL_SAMPLE_U8:
          INVERT (guint8, greatest)
        case PEL_SAMPLE_U16:
          INVERT (guint16, greatest)
        case PEL_SAMPLE_U32:
          INVERT (guint32, greatest)
        case PEL_SAMPLE_U64:
          INVERT (guint64, greatest)
        /* Minus one less the value: from the least to the greatest and back, without overflow. */
        case PEL_SAMPLE_I8:
          INVERT (gint8, -1)
        case PEL_SAMPLE_I16:
          INVERT (gint16, -1)
        case PEL_SAMPLE_I32:
          INVERT (gint32, -1)
        case PEL_SAMPLE_I64:
          INVERT (gint64, -1)
        case PEL_SAMPLE_F32:
        case PEL_SAMPLE_F64:
        default:
          break;
        }
    }
}

#define CMYK(T, TOP)                                                                               \
  for (guint c = 0; c < 3; c++)                                                                    \
    {                                                                                              \
      const T *ink = pel_image_get_plane (source, c);                                              \
      const T *black = pel_image_get_plane (source, 3);                                            \
      T *out = pel_image_get_writable_plane (image, c);                                            \
      for (gsize i = 0; i < n; i++)                                                                \
        out[i] = (T)(((guint64)((TOP)-ink[i]) * ((TOP)-black[i]) + (TOP) / 2) / (TOP));            \
    }

PelImage *
pel_image_cmyk_to_rgb (PelImage *cmyk, GError **error)
{
  g_autoptr (PelImage) source = cmyk;
  PelSampleType type = pel_image_get_sample_type (source);
  guint width = pel_image_get_width (source), height = pel_image_get_height (source);
  gsize n = (gsize)width * height;

  g_assert (pel_image_get_n_channels (source) >= 4);
  g_assert (type == PEL_SAMPLE_U8 || type == PEL_SAMPLE_U16);
  g_autoptr (PelImage) image = pel_image_new (width, height, 3, type, error);
  if (image == NULL)
    return NULL;
  if (type == PEL_SAMPLE_U8)
    {
      CMYK (guint8, 255u)
    }
  else
    {
      CMYK (guint16, 65535u)
    }
  pel_image_set_rgb (image, TRUE);
  pel_image_set_um (image, pel_image_get_um_x (source), pel_image_get_um_y (source),
                    pel_image_get_calibration (source));
  return g_steal_pointer (&image);
}

PelImage *
pel_image_make_upright (PelImage *image, guint orientation, GError **error)
{
  g_autoptr (PelImage) source = image;
  if (orientation < 2 || orientation > 8)
    return g_steal_pointer (&source);

  /* Where row and column 0 of the stored picture lie in the upright one (EXIF 2.3, tag 274). */
  gboolean swaps = orientation >= 5;
  gboolean from_right =
      orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  gboolean from_bottom =
      orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  guint w = pel_image_get_width (source), h = pel_image_get_height (source);
  guint n_channels = pel_image_get_n_channels (source);
  PelSampleType type = pel_image_get_sample_type (source);
  gsize size = pel_sample_type_get_size (type);
  g_autoptr (PelImage) upright =
      pel_image_new (swaps ? h : w, swaps ? w : h, n_channels, type, error);
  if (upright == NULL)
    return NULL;

  guint out_w = swaps ? h : w, out_h = swaps ? w : h;
  for (guint c = 0; c < n_channels; c++)
    {
      const guint8 *from = pel_image_get_plane (source, c);
      guint8 *to = pel_image_get_writable_plane (upright, c);
      for (guint y = 0; y < out_h; y++)
        for (guint x = 0; x < out_w; x++)
          {
            guint ux = from_right ? out_w - 1 - x : x;
            guint uy = from_bottom ? out_h - 1 - y : y;
            gsize stored = swaps ? (gsize)ux * w + uy : (gsize)uy * w + ux;
            memcpy (to + ((gsize)y * out_w + x) * size, from + stored * size, size);
          }
    }
  pel_image_set_bits (upright, pel_image_get_bits (source));
  pel_image_set_rgb (upright, pel_image_is_rgb (source));
  pel_image_set_has_alpha (upright, pel_image_has_alpha (source));
  pel_image_set_um (upright, swaps ? pel_image_get_um_y (source) : pel_image_get_um_x (source),
                    swaps ? pel_image_get_um_x (source) : pel_image_get_um_y (source),
                    pel_image_get_calibration (source));
  return g_steal_pointer (&upright);
}
