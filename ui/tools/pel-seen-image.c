/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-seen-image.h"

#include <math.h>

#include "app/document/pel-image-document.h"
#include "engine/segment/pel-edge-map.h"

typedef struct
{
  gint channel;
  float low, scale, exponent; /* seen is ((value - low) * scale) ^ exponent, from 0 to 1 */
  gboolean invert;
} Seen;

struct PelSeenImage
{
  PelImage *image;
  guint n;
  Seen channels[];
};

static void
take_tones (Seen *seen, PelImage *image, PelDisplay *display, const PelChannelDisplay *tones)
{
  double low = tones->low, high = tones->high;

  if (!(high > low) &&
      !(pel_display_get_auto_levels (display, (guint)seen->channel, &low, &high) && high > low))
    {
      /* Nobody has measured it yet, and the hand cannot wait. */
      low = 0;
      high = pel_image_get_bits (image) < 32 ? ldexp (1, (int)pel_image_get_bits (image)) - 1 : 1;
    }
  seen->low = (float)low;
  seen->scale = (float)(1 / (high - low));
  seen->exponent = tones->gamma > 0 ? (float)(1 / tones->gamma) : 1;
  seen->invert = tones->invert;
}

PelSeenImage *
pel_seen_image_new (PelTool *tool)
{
  PelImageDocument *document = pel_tool_get_document (tool);
  PelDisplay *display = pel_tool_get_display (tool);
  PelImage *image = document ? pel_image_document_get_image (document) : NULL;
  PelSeenImage *self;
  guint n;

  if (!image)
    return NULL;
  n = pel_image_get_n_channels (image);
  self = g_malloc0 (sizeof *self + n * sizeof (Seen));
  self->image = pel_image_ref (image);
  for (guint i = 0; display && pel_display_shows_together (display, image) && i < n; i++)
    {
      PelChannelDisplay tones;

      /* What is left out of the picture is not what is pointed at. */
      pel_image_document_get_display (document, i, &tones);
      if (tones.hidden)
        continue;
      self->channels[self->n].channel = (gint)i;
      take_tones (&self->channels[self->n++], image, display, &tones);
    }
  if (self->n == 0)
    {
      const gint channel = display ? pel_display_get_channel (display) : PEL_CHANNEL_LUMINANCE;

      self->channels[self->n++].channel = CLAMP (channel, PEL_CHANNEL_LUMINANCE, (gint)n - 1);
    }
  return self;
}

void
pel_seen_image_free (PelSeenImage *self)
{
  pel_image_unref (self->image);
  g_free (self);
}

PelImage *
pel_seen_image_get_image (const PelSeenImage *self)
{
  return self->image;
}

guint
pel_seen_image_get_n_channels (const PelSeenImage *self)
{
  return self->n;
}

gint
pel_seen_image_get_channel (const PelSeenImage *self, guint index)
{
  g_return_val_if_fail (index < self->n, PEL_CHANNEL_LUMINANCE);

  return self->channels[index].channel;
}

void
pel_seen_image_tone (const PelSeenImage *self, guint index, float *samples, gsize n)
{
  const Seen *seen;

  g_return_if_fail (index < self->n);

  seen = &self->channels[index];
  if (self->n == 1)
    return;
  for (gsize i = 0; i < n; i++)
    {
      /* Written so that NaN comes through. */
      float value = (samples[i] - seen->low) * seen->scale;

      if (value < 0)
        value = 0;
      else if (value > 1)
        value = 1;
      if (seen->exponent != 1)
        value = powf (value, seen->exponent);
      samples[i] = seen->invert ? 1 - value : value;
    }
}

void
pel_seen_image_read_scaled (const PelSeenImage *self,
                            guint index,
                            double scale,
                            const PelRect *area,
                            float *out)
{
  g_return_if_fail (index < self->n);

  pel_image_read_scaled (self->image, self->channels[index].channel, scale, area, out);
  for (gsize i = 0; self->n > 1 && i < (gsize)area->width * (gsize)area->height; i++)
    out[i] *= self->channels[index].scale;
}

void
pel_seen_image_read_sum (const PelSeenImage *self, double scale, const PelRect *area, float *out)
{
  const gsize n = (gsize)area->width * (gsize)area->height;
  g_autofree float *one = self->n > 1 ? g_new (float, n) : NULL;

  for (guint k = 0; k < self->n; k++)
    {
      float *to = k == 0 ? out : one;

      pel_image_read_scaled (self->image, self->channels[k].channel, scale, area, to);
      pel_seen_image_tone (self, k, to, n);
      for (gsize i = 0; k > 0 && i < n; i++)
        out[i] += one[i];
    }
}
