/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-normalisation.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include "engine/core/pel-error.h"
#include "engine/core/pel-stop.h"
#include "engine/train/pel-look.h"

/* Rows between two looks at whether to stop. */
#define ROWS_BETWEEN_LOOKS 64
#define LOWEST (-1.0f)
#define HIGHEST 2.0f
/* Share of the spread of colours beside their main axis up to which an image is of one hue. Stained
 * tissue has 0.06 and more, a dye's colour on black none; compression adds a little. */
#define ONE_HUE 0.03
/* So that an image of one value becomes 0. */
#define LEAST_DEVIATION 1e-6

/* Channels that carry a signal. */
static guint
n_signals (PelImage *image)
{
  guint n = pel_image_get_n_channels (image);
  return pel_image_has_alpha (image) && n > 1 ? n - 1 : n;
}

/* Whether all inputs of a network for colours see the same: a channel that was asked for, or the
 * luminance of an image without colours, or of one hue, such as a dye shown in green. */
static gboolean
sees_one_channel (const PelNormalisation *self, PelImage *image)
{
  if (self->in_channels == 1)
    return TRUE;
  if (self->in_channels != 3)
    return FALSE;
  return self->channel >= 0 || n_signals (image) < 3 ||
         (self->scaling == PEL_SCALING_PERCENTILES && pel_image_is_rgb (image) &&
          pel_look_get_hues (image) < ONE_HUE);
}

static gboolean
check_channels (const PelNormalisation *self, PelImage *image, GError **error)
{
  guint n = n_signals (image);
  if (self->in_channels > 1 && self->in_channels != 3 && n < self->in_channels)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   /* Translators: both placeholders are numbers of channels. */
                   _ ("The image has %u channels, but the network needs %u; use a network for one "
                      "channel, or images with all channels."),
                   n, self->in_channels);
      return FALSE;
    }
  if ((self->in_channels == 1 || self->in_channels == 3) && self->channel >= (gint)n)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   /* Translators: a channel counted from 1, and a number of channels. */
                   _ ("Channel %d was asked for, but the image has %u; choose one that it has."),
                   self->channel + 1, n);
      return FALSE;
    }
  return TRUE;
}

/* Or it was not looked at to the end. */
static void
refuse_empty (GError **error)
{
  if (pel_stop_asked (error))
    return;
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                       _ ("The image holds no finite number; check how it was exported."));
}

/* Mean and standard deviation of a channel's finite values: by Welford's method of 1962, row by
 * row. */
static gboolean
measure_deviation (PelImage *image, gint channel, double *mean, double *deviation)
{
  gint width = (gint)pel_image_get_width (image), height = (gint)pel_image_get_height (image);
  g_autofree float *line = g_new (float, (gsize)width);
  double n = 0.0, sum = 0.0;

  *mean = 0.0;
  for (gint y = 0; y < height; y++)
    {
      const PelRect row = { 0, y, width, 1 };

      if (y % ROWS_BETWEEN_LOOKS == 0 && pel_stop_asked (NULL))
        return FALSE;
      pel_image_read_float (image, channel, &row, line, (gsize)width);
      for (gint x = 0; x < width; x++)
        if (isfinite (line[x]))
          {
            double difference = (double)line[x] - *mean;

            n += 1.0;
            *mean += difference / n;
            sum += difference * ((double)line[x] - *mean);
          }
    }
  *deviation = n > 0.0 ? sqrt (sum / n) : 0.0;
  return n > 0.0;
}

static gboolean
measure_unlimited (const PelNormalisation *self,
                   PelImage *image,
                   PelImageScale *scale,
                   GError **error)
{
  scale->least = -G_MAXFLOAT;
  scale->most = G_MAXFLOAT;
  for (guint c = 0; c < self->in_channels; c++)
    {
      double mean, deviation;

      if (self->scaling == PEL_SCALING_FIXED)
        {
          scale->offset[c] = (float)(-self->offset / self->factor);
          scale->factor[c] = (float)self->factor;
          continue;
        }
      if (!measure_deviation (image, scale->channels[c], &mean, &deviation))
        {
          refuse_empty (error);
          return FALSE;
        }
      scale->offset[c] = (float)mean;
      scale->factor[c] = (float)(1.0 / (deviation + LEAST_DEVIATION));
    }
  return TRUE;
}

gboolean
pel_normalisation_measure (const PelNormalisation *self,
                           PelImage *image,
                           PelImageScale *scale,
                           GError **error)
{
  g_return_val_if_fail (self != NULL && image != NULL && scale != NULL, FALSE);
  g_return_val_if_fail (self->in_channels >= 1 && self->in_channels <= PEL_MAX_IN_CHANNELS, FALSE);
  *scale = (PelImageScale){ 0 };
  if (!check_channels (self, image, error))
    return FALSE;
  gboolean alike = sees_one_channel (self, image);
  for (guint c = 0; c < self->in_channels; c++)
    scale->channels[c] = alike ? self->channel : (gint)c;

  if (self->scaling != PEL_SCALING_PERCENTILES)
    return measure_unlimited (self, image, scale, error);
  scale->least = LOWEST;
  scale->most = HIGHEST;
  double bulk = 0.0;
  for (guint c = 0; c < self->in_channels; c++)
    {
      gint channel = scale->channels[c];
      const double shares[4] = { self->low_percentile, self->high_percentile, 50.0, 100.0 };
      double values[4];
      if (!pel_image_measure_percentiles (image, channel, shares, 4, values))
        {
          refuse_empty (error);
          return FALSE;
        }
      double low = values[0], high = values[1], middle = values[2], highest = values[3];
      /* An image of one value, or nearly so, becomes 0: its range says nothing. */
      double range = high > low ? high - low : highest > low ? highest - low : 1.0;
      scale->offset[c] = (float)low;
      scale->factor[c] = (float)(1.0 / range);
      bulk += (middle - low) / range;
    }
  scale->turned = self->polarity == PEL_POLARITY_AUTO && bulk > 0.5 * self->in_channels;
  return TRUE;
}

gint
pel_mirror (gint i, gint n)
{
  if (i >= 0 && i < n)
    return i;
  if (n <= 1)
    return 0;
  gint period = 2 * (n - 1);
  i %= period;
  if (i < 0)
    i += period;
  return i < n ? i : period - i;
}

void
pel_normalisation_read (const PelNormalisation *self,
                        PelImage *image,
                        const PelImageScale *scale,
                        guint channel,
                        const PelRect *area,
                        float *out)
{
  g_return_if_fail (self != NULL && image != NULL && scale != NULL && area != NULL);
  g_return_if_fail (channel < self->in_channels);
  gint width = (gint)pel_image_get_width (image), height = (gint)pel_image_get_height (image);
  PelRect all = { 0, 0, width, height }, inside;
  float offset = scale->offset[channel], factor = scale->factor[channel];
  gsize stride = (gsize)area->width;

  /* What mirroring brings in can lie outside @area where that reaches far beyond the image: then
   * rows are read one by one, from wherever they come. */
  g_autofree float *line = NULL;
  if (pel_rect_intersect (area, &all, &inside) && inside.width == area->width &&
      inside.height == area->height)
    pel_image_read_float (image, scale->channels[channel], area, out, stride);
  else
    {
      line = g_new (float, (gsize)width);
      for (gint y = 0; y < area->height; y++)
        {
          float *row = out + (gsize)y * stride;
          gint from = pel_mirror (area->y + y, height);
          gint first = MAX (area->x, 0), last = MIN (area->x + area->width, width);
          PelRect source = { 0, from, width, 1 };
          gboolean needs_all = first >= last || area->x < -width || area->x + area->width > width;
          if (!needs_all)
            {
              /* The left edge mirrors at most as far in as it reaches out. */
              last = MIN (width, MAX (last, 1 - area->x));
              source = (PelRect){ 0, from, last, 1 };
            }
          pel_image_read_float (image, scale->channels[channel], &source, line, (gsize)width);
          for (gint x = 0; x < area->width; x++)
            row[x] = line[pel_mirror (area->x + x, width)];
        }
    }

  for (gsize i = 0; i < stride * (gsize)area->height; i++)
    {
      float value = (out[i] - offset) * factor;
      if (scale->turned)
        value = 1.0f - value;
      out[i] = isfinite (value) ? CLAMP (value, scale->least, scale->most) : 0.0f;
    }
}
