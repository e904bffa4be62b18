/* SPDX-License-Identifier: MIT */
#include "engine/image/pel-image.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/core/pel-error.h"
#include "engine/core/pel-stop.h"

struct PelImage
{
  atomic_int ref_count;
  guint width, height, n_channels;
  PelSampleType type;
  guint bits;
  gboolean rgb, has_alpha;
  double um_x, um_y;
  char *calibration;
  gsize plane_bytes;
  guint8 *data;
};

gsize
pel_sample_type_get_size (PelSampleType type)
{
  static const guint8 sizes[] = {
    [PEL_SAMPLE_U8] = 1,  [PEL_SAMPLE_U16] = 2, [PEL_SAMPLE_U32] = 4, [PEL_SAMPLE_U64] = 8,
    [PEL_SAMPLE_I8] = 1,  [PEL_SAMPLE_I16] = 2, [PEL_SAMPLE_I32] = 4, [PEL_SAMPLE_I64] = 8,
    [PEL_SAMPLE_F32] = 4, [PEL_SAMPLE_F64] = 8,
  };
  g_return_val_if_fail ((guint)type < G_N_ELEMENTS (sizes), 1);
  return sizes[type];
}

gboolean
pel_image_check_size (guint64 width,
                      guint64 height,
                      guint64 n_channels,
                      guint64 bytes_per_sample,
                      GError **error)
{
  if (width == 0 || height == 0 || n_channels == 0 || width > G_MAXINT32 || height > G_MAXINT32)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   /* Translators: width and height of an image in pixels */
                   _ ("a size of %.0f x %.0f pixels is not possible; the file is damaged"),
                   (double)width, (double)height);
      return FALSE;
    }

  /* Both sides are below 2^31, so the area fits; the rest is checked. */
  guint64 bytes = 0;
  gboolean fits = g_uint64_checked_mul (&bytes, width * height, n_channels) &&
                  g_uint64_checked_mul (&bytes, bytes, bytes_per_sample);
  long pages = sysconf (_SC_PHYS_PAGES);
  long page = sysconf (_SC_PAGESIZE);
  guint64 memory = pages > 0 && page > 0 ? (guint64)pages * (guint64)page : (guint64)2 << 30;

  if (!fits || bytes > memory / 2)
    {
      double gib = (double)width * (double)height * (double)n_channels * (double)bytes_per_sample /
                   (1024.0 * 1024.0 * 1024.0);
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                   /* Translators: width and height in pixels, then gibibytes twice */
                   _ ("%.0f x %.0f pixels need %.1f GiB, too much for this computer's %.1f GiB of "
                      "memory; crop or shrink the image first"),
                   (double)width, (double)height, gib, (double)memory / (1024.0 * 1024.0 * 1024.0));
      return FALSE;
    }
  return TRUE;
}

PelImage *
pel_image_new (guint width, guint height, guint n_channels, PelSampleType type, GError **error)
{
  gsize size = pel_sample_type_get_size (type);
  if (!pel_image_check_size (width, height, n_channels, size, error))
    return NULL;

  gsize plane = (gsize)width * height * size;
  guint8 *data = calloc (n_channels, plane);
  if (data == NULL)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                   /* Translators: width and height of an image in pixels */
                   _ ("there is not enough free memory for %u x %u pixels; close other programs "
                      "and try again"),
                   width, height);
      return NULL;
    }

  PelImage *self = g_new0 (PelImage, 1);
  atomic_init (&self->ref_count, 1);
  self->width = width;
  self->height = height;
  self->n_channels = n_channels;
  self->type = type;
  self->bits = (guint)size * 8;
  self->plane_bytes = plane;
  self->data = data;
  self->calibration = g_strdup ("");
  return self;
}

PelImage *
pel_image_ref (PelImage *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  return self;
}

void
pel_image_unref (PelImage *self)
{
  if (self == NULL || atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) != 1)
    return;
  free (self->data);
  g_free (self->calibration);
  g_free (self);
}

guint
pel_image_get_width (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->width;
}

guint
pel_image_get_height (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->height;
}

guint
pel_image_get_n_channels (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_channels;
}

PelSampleType
pel_image_get_sample_type (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, PEL_SAMPLE_U8);
  return self->type;
}

gsize
pel_image_get_n_bytes (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->plane_bytes * self->n_channels;
}

const void *
pel_image_get_plane (const PelImage *self, guint channel)
{
  g_return_val_if_fail (self != NULL && channel < self->n_channels, NULL);
  return self->data + self->plane_bytes * channel;
}

static gboolean
is_exclusive (const PelImage *self)
{
  return self != NULL && atomic_load_explicit (&self->ref_count, memory_order_acquire) == 1;
}

void *
pel_image_get_writable_plane (PelImage *self, guint channel)
{
  g_return_val_if_fail (is_exclusive (self) && channel < self->n_channels, NULL);
  return self->data + self->plane_bytes * channel;
}

guint
pel_image_get_bits (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->bits;
}

void
pel_image_set_bits (PelImage *self, guint bits)
{
  g_return_if_fail (is_exclusive (self));
  self->bits = bits;
}

gboolean
pel_image_is_rgb (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->rgb;
}

void
pel_image_set_rgb (PelImage *self, gboolean rgb)
{
  g_return_if_fail (is_exclusive (self));
  g_return_if_fail (!rgb || self->n_channels >= 3);
  self->rgb = rgb;
}

gboolean
pel_image_has_alpha (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->has_alpha;
}

void
pel_image_set_has_alpha (PelImage *self, gboolean has_alpha)
{
  g_return_if_fail (is_exclusive (self));
  g_return_if_fail (!has_alpha || self->n_channels >= 2);
  self->has_alpha = has_alpha;
}

double
pel_image_get_um_x (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, 0.0);
  return self->um_x;
}

double
pel_image_get_um_y (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, 0.0);
  return self->um_y;
}

const char *
pel_image_get_calibration (const PelImage *self)
{
  g_return_val_if_fail (self != NULL, "");
  return self->calibration;
}

void
pel_image_set_um (PelImage *self, double um_x, double um_y, const char *calibration)
{
  g_return_if_fail (is_exclusive (self));
  self->um_x = isfinite (um_x) && um_x > 0.0 ? um_x : 0.0;
  self->um_y = isfinite (um_y) && um_y > 0.0 ? um_y : 0.0;
  g_free (self->calibration);
  self->calibration = g_strdup (calibration != NULL ? calibration : "");
}

/* One row of one plane as floats: a tight loop for each sample type. */
#define CONVERT(T)                                                                                 \
  {                                                                                                \
    const T *restrict source = (const T *)(const void *)plane + offset;                            \
    for (gsize i = 0; i < n; i++)                                                                  \
      out[i] = (float)source[i];                                                                   \
    break;                                                                                         \
  }

static void
read_run (const PelImage *self, guint channel, gsize offset, gsize n, float *restrict out)
{
  const guint8 *plane = self->data + self->plane_bytes * channel;

  switch (self->type)
    {
    case PEL_SAMPLE_U8:
      CONVERT (guint8)
    case PEL_SAMPLE_U16:
      CONVERT (guint16)
    case PEL_SAMPLE_U32:
      CONVERT (guint32)
    case PEL_SAMPLE_U64:
      CONVERT (guint64)
    case PEL_SAMPLE_I8:
      CONVERT (gint8)
    case PEL_SAMPLE_I16:
      CONVERT (gint16)
    case PEL_SAMPLE_I32:
      CONVERT (gint32)
    case PEL_SAMPLE_I64:
      CONVERT (gint64)
    case PEL_SAMPLE_F32:
      memcpy (out, plane + offset * sizeof (float), n * sizeof (float));
      break;
    case PEL_SAMPLE_F64:
      CONVERT (double)
    default:
      g_assert_not_reached ();
    }
}

/* A colour's luminance, by blocks that stay in the first-level cache. */
static void
read_luminance (const PelImage *self, gsize offset, gsize n, float *restrict out)
{
  enum
  {
    BLOCK = 1024
  };
  float green[BLOCK], blue[BLOCK];

  for (gsize begin = 0; begin < n; begin += BLOCK)
    {
      gsize m = MIN (n - begin, (gsize)BLOCK);
      float *to = out + begin;
      read_run (self, 0, offset + begin, m, to);
      read_run (self, 1, offset + begin, m, green);
      read_run (self, 2, offset + begin, m, blue);
      for (gsize i = 0; i < m; i++)
        /* 0.299 R + 0.587 G + 0.114 B, written so that greys come out exactly as they are. */
        to[i] += 0.587f * (green[i] - to[i]) + 0.114f * (blue[i] - to[i]);
    }
}

static void
read_any (const PelImage *self, gint channel, gsize offset, gsize n, float *restrict out)
{
  if (channel >= 0)
    read_run (self, (guint)channel, offset, n, out);
  else if (self->rgb)
    read_luminance (self, offset, n, out);
  else
    read_run (self, 0, offset, n, out);
}

void
pel_image_read_float (const PelImage *self,
                      gint channel,
                      const PelRect *rect,
                      float *out,
                      gsize out_stride)
{
  g_return_if_fail (self != NULL && rect != NULL && out != NULL);
  g_return_if_fail (channel >= PEL_CHANNEL_LUMINANCE && channel < (gint)self->n_channels);
  g_return_if_fail (rect->x >= 0 && rect->y >= 0);
  g_return_if_fail ((gint64)rect->x + rect->width <= (gint64)self->width);
  g_return_if_fail ((gint64)rect->y + rect->height <= (gint64)self->height);

  for (gint y = 0; y < rect->height && rect->width > 0; y++)
    read_any (self, channel, (gsize)(rect->y + y) * self->width + (gsize)rect->x,
              (gsize)rect->width, out + (gsize)y * out_stride);
}

/* 64-bit integers and doubles lose digits as floats, so the range is taken in their own type. */
#define RANGE(T, TEST)                                                                             \
  {                                                                                                \
    const T *source = (const T *)(const void *)plane;                                              \
    T least = 0, greatest = 0;                                                                     \
    gboolean any = FALSE;                                                                          \
    for (gsize i = 0; i < n; i++)                                                                  \
      {                                                                                            \
        T v = source[i];                                                                           \
        if (!(TEST))                                                                               \
          continue;                                                                                \
        if (!any)                                                                                  \
          least = greatest = v;                                                                    \
        any = TRUE;                                                                                \
        if (v < least)                                                                             \
          least = v;                                                                               \
        if (v > greatest)                                                                          \
          greatest = v;                                                                            \
      }                                                                                            \
    *min = (double)least;                                                                          \
    *max = (double)greatest;                                                                       \
    return any;                                                                                    \
  }

/* Pixels between two looks at whether to stop. */
#define PIXELS_BETWEEN_LOOKS ((gsize)1 << 18)

/* Of @n samples from @first on. */
static gboolean
plane_range (const PelImage *self, guint channel, gsize first, gsize n, double *min, double *max)
{
  const guint8 *plane =
      self->data + self->plane_bytes * channel + first * pel_sample_type_get_size (self->type);

  switch (self->type)
    {
    case PEL_SAMPLE_U8:
      RANGE (guint8, TRUE)
    case PEL_SAMPLE_U16:
      RANGE (guint16, TRUE)
    case PEL_SAMPLE_U32:
      RANGE (guint32, TRUE)
    case PEL_SAMPLE_U64:
      RANGE (guint64, TRUE)
    case PEL_SAMPLE_I8:
      RANGE (gint8, TRUE)
    case PEL_SAMPLE_I16:
      RANGE (gint16, TRUE)
    case PEL_SAMPLE_I32:
      RANGE (gint32, TRUE)
    case PEL_SAMPLE_I64:
      RANGE (gint64, TRUE)
    case PEL_SAMPLE_F32:
      RANGE (float, isfinite (v))
    case PEL_SAMPLE_F64:
      RANGE (double, isfinite (v))
    default:
      g_assert_not_reached ();
    }
}

gboolean
pel_image_get_range (const PelImage *self, gint channel, double *min, double *max)
{
  g_return_val_if_fail (self != NULL && min != NULL && max != NULL, FALSE);
  g_return_val_if_fail (channel >= PEL_CHANNEL_LUMINANCE && channel < (gint)self->n_channels,
                        FALSE);

  float row[1024];
  gsize n = (gsize)self->width * self->height;
  gboolean any = FALSE;
  *min = *max = 0.0;
  if (channel >= 0 || !self->rgb)
    {
      for (gsize begin = 0; begin < n && !pel_stop_asked (NULL); begin += PIXELS_BETWEEN_LOOKS)
        {
          double low, high;
          if (!plane_range (self, (guint)MAX (channel, 0), begin,
                            MIN (n - begin, PIXELS_BETWEEN_LOOKS), &low, &high))
            continue;
          *min = any ? MIN (*min, low) : low;
          *max = any ? MAX (*max, high) : high;
          any = TRUE;
        }
      return any && !pel_stop_asked (NULL);
    }
  for (gsize begin = 0; begin < n; begin += G_N_ELEMENTS (row))
    {
      gsize m = MIN (n - begin, G_N_ELEMENTS (row));
      if (begin % PIXELS_BETWEEN_LOOKS == 0 && pel_stop_asked (NULL))
        return FALSE;
      read_luminance (self, begin, m, row);
      for (gsize i = 0; i < m; i++)
        {
          double v = (double)row[i];
          if (!isfinite (v))
            continue;
          *min = any ? MIN (*min, v) : v;
          *max = any ? MAX (*max, v) : v;
          any = TRUE;
        }
    }
  return any;
}

#define N_BINS 65536
#define ROWS_BETWEEN_LOOKS 64
#define MAX_SAMPLED_PIXELS ((gsize)16 << 20)

/* The least value for the lower half of the shares asked for, the greatest for the upper. */
static void
take_ends (const double *shares, guint n, double min, double max, double *values)
{
  for (guint i = 0; i < n; i++)
    values[i] = shares[i] <= 50.0 ? min : max;
}

/* The value below which @rank of the counted samples lie, spread evenly over each bin's width. */
static double
value_at (const guint64 *bins, double rank, double origin, double width, gboolean discrete)
{
  guint64 seen = 0;
  guint last = 0;
  for (guint i = 0; i < N_BINS; i++)
    {
      if (bins[i] == 0)
        continue;
      last = i;
      if ((double)(seen + bins[i]) > rank)
        {
          double inside = discrete ? 0.0 : (rank - (double)seen + 0.5) / (double)bins[i];
          return origin + width * ((double)i + CLAMP (inside, 0.0, 1.0));
        }
      seen += bins[i];
    }
  return origin + width * ((double)last + (discrete ? 0.0 : 1.0));
}

gboolean
pel_image_measure_percentiles (const PelImage *self,
                               gint channel,
                               const double *shares,
                               guint n_shares,
                               double *values)
{
  g_return_val_if_fail (self != NULL && shares != NULL && values != NULL, FALSE);
  g_return_val_if_fail (channel >= PEL_CHANNEL_LUMINANCE && channel < (gint)self->n_channels,
                        FALSE);

  double min, max;
  for (guint i = 0; i < n_shares; i++)
    values[i] = 0.0;
  if (!pel_image_get_range (self, channel, &min, &max))
    return FALSE;

  gboolean discrete = (channel >= 0 || !self->rgb) && pel_sample_type_get_size (self->type) <= 2;
  double width = discrete ? 1.0 : (max - min) / N_BINS;
  if (!(max > min) || !isfinite (width) || !(width > 0.0))
    {
      /* One value, or a range that overflows or has no step left between its ends. */
      take_ends (shares, n_shares, min, max, values);
      return TRUE;
    }

  gsize n_pixels = (gsize)self->width * self->height;
  guint step = (guint)(1 + n_pixels / MAX_SAMPLED_PIXELS);
  g_autofree guint64 *bins = g_new0 (guint64, N_BINS);
  guint64 n = 0;
  float row[1024];

  for (guint y = 0; y < self->height; y += step)
    for (guint x = 0; x < self->width; x += G_N_ELEMENTS (row))
      {
        gsize m = MIN (self->width - x, G_N_ELEMENTS (row));
        if (x == 0 && y / step % ROWS_BETWEEN_LOOKS == 0 && pel_stop_asked (NULL))
          return FALSE;
        read_any (self, channel, (gsize)y * self->width + x, m, row);
        for (gsize i = 0; i < m; i++)
          {
            if (!isfinite (row[i]))
              continue;
            double bin = ((double)row[i] - min) / width;
            bins[(guint)CLAMP (bin, 0.0, N_BINS - 1.0)]++;
            n++;
          }
      }
  if (n == 0)
    {
      take_ends (shares, n_shares, min, max, values);
      return TRUE;
    }
  double top = (double)(n - 1);
  for (guint i = 0; i < n_shares; i++)
    {
      double rank = CLAMP (shares[i], 0.0, 100.0) / 100.0 * top;
      double value = value_at (bins, rank, min, width, discrete);
      values[i] = CLAMP (value, min, max);
    }
  return TRUE;
}

gboolean
pel_image_get_percentiles (const PelImage *self,
                           gint channel,
                           double low,
                           double high,
                           double *low_value,
                           double *high_value)
{
  g_return_val_if_fail (low_value != NULL && high_value != NULL, FALSE);
  const double shares[2] = { low, high };
  double values[2];
  gboolean good = pel_image_measure_percentiles (self, channel, shares, 2, values);

  *low_value = values[0];
  *high_value = values[1];
  return good;
}
