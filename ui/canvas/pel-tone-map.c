/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-tone-map.h"

#include <math.h>

#define CURVE_STEPS 4096

struct PelToneMap
{
  gatomicrefcount refs;
  PelToneKind kind;
  float low;
  float scale; /* steps of the curve per unit */
  guint8 curve[CURVE_STEPS + 1];
  guint8 table[]; /* a value for each sample of an integer kind */
};

static guint8
map_value (const PelToneMap *self, float value)
{
  float at = (value - self->low) * self->scale;

  /* Written so that NaN takes the first branch. */
  if (!(at > 0))
    return self->curve[0];
  if (at >= CURVE_STEPS)
    return self->curve[CURVE_STEPS];
  return self->curve[(guint)(at + 0.5f)];
}

PelToneMap *
pel_tone_map_new (PelToneKind kind, const PelChannelDisplay *display)
{
  gsize n = kind == PEL_TONE_U8 ? 256 : kind == PEL_TONE_U16 ? 65536 : 0;
  PelToneMap *self = g_malloc (sizeof *self + n);
  double exponent = display->gamma > 0 ? 1 / display->gamma : 1;
  double span = display->high - display->low;

  g_atomic_ref_count_init (&self->refs);
  self->kind = kind;
  self->low = (float)display->low;
  self->scale = (float)(CURVE_STEPS / MAX (span, 1e-30));
  for (guint i = 0; i <= CURVE_STEPS; i++)
    {
      guint8 grey = (guint8)lrint (255 * pow (i / (double)CURVE_STEPS, exponent));

      self->curve[i] = display->invert ? 255 - grey : grey;
    }
  for (gsize i = 0; i < n; i++)
    self->table[i] = map_value (self, (float)i);
  return self;
}

PelToneMap *
pel_tone_map_ref (PelToneMap *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
pel_tone_map_unref (PelToneMap *self)
{
  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

void
pel_tone_map_apply (const PelToneMap *self, const void *samples, gsize n, guint8 *out)
{
  if (self->kind == PEL_TONE_U8)
    {
      const guint8 *in = samples;

      for (gsize i = 0; i < n; i++)
        out[i] = self->table[in[i]];
    }
  else if (self->kind == PEL_TONE_U16)
    {
      const guint16 *in = samples;

      for (gsize i = 0; i < n; i++)
        out[i] = self->table[in[i]];
    }
  else
    {
      const float *in = samples;

      for (gsize i = 0; i < n; i++)
        out[i] = isnan (in[i]) ? 0 : map_value (self, in[i]);
    }
}
