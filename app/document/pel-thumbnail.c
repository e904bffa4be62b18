/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/document/pel-image-document-private.h"

#define THUMBNAIL_SIZE 192

/* Fills one channel of the picture: the mean of each block of pixels, stretched between the
 * channel's outer percentiles. */
static gboolean
fill_channel (PelImage *image,
              gint channel,
              guint8 *out,
              guint width,
              guint height,
              guint n_outputs)
{
  guint full_width = pel_image_get_width (image);
  guint full_height = pel_image_get_height (image);
  g_autofree float *row = g_try_new (float, full_width);
  double low, high;

  if (row == NULL || !pel_image_get_percentiles (image, channel, 0.5, 99.5, &low, &high))
    low = high = 0;
  if (row == NULL)
    return FALSE;
  for (guint y = 0; y < height; y++)
    {
      guint begin = (guint)((guint64)y * full_height / height);
      guint end = MAX ((guint)((guint64)(y + 1) * full_height / height), begin + 1);
      /* A few rows of a tall block tell enough. */
      guint step = MAX ((end - begin) / 4, 1);
      double sums[THUMBNAIL_SIZE] = { 0 };
      guint counts[THUMBNAIL_SIZE] = { 0 };

      for (guint source = begin; source < end; source += step)
        {
          PelRect rect = { 0, (gint)source, (gint)full_width, 1 };

          pel_image_read_float (image, channel, &rect, row, full_width);
          for (guint x = 0; x < width; x++)
            {
              guint x0 = (guint)((guint64)x * full_width / width);
              guint x1 = MAX ((guint)((guint64)(x + 1) * full_width / width), x0 + 1);

              for (guint i = x0; i < x1; i++)
                {
                  if (!isfinite (row[i]))
                    continue;
                  sums[x] += row[i];
                  counts[x]++;
                }
            }
        }
      for (guint x = 0; x < width; x++)
        {
          double mean = counts[x] > 0 ? sums[x] / counts[x] : low;
          double grey = high > low ? (mean - low) / (high - low) : 0.5;
          guint8 value = (guint8)lrint (CLAMP (grey, 0, 1) * 255);

          for (guint k = 0; k < n_outputs; k++)
            out[4 * ((gsize)y * width + x) + k] = value;
        }
    }
  return TRUE;
}

GBytes *
pel_thumbnail_make (PelImage *image, guint *width, guint *height)
{
  guint full_width = pel_image_get_width (image);
  guint full_height = pel_image_get_height (image);
  double scale = MIN (1.0, (double)THUMBNAIL_SIZE / MAX (full_width, full_height));
  gsize size;
  g_autofree guint8 *out = NULL;
  gboolean good = TRUE;

  *width = MAX ((guint)(full_width * scale), 1);
  *height = MAX ((guint)(full_height * scale), 1);
  size = (gsize)*width * *height * 4;
  out = g_malloc (size);
  for (gsize i = 3; i < size; i += 4)
    out[i] = 255;
  if (pel_image_is_rgb (image))
    {
      for (guint k = 0; k < 3 && good; k++)
        good = fill_channel (image, (gint)k, out + k, *width, *height, 1);
    }
  else
    good = fill_channel (image, 0, out, *width, *height, 3);
  return good ? g_bytes_new_take (g_steal_pointer (&out), size) : NULL;
}
