/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-pyramid.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "app/document/pel-task.h"

#define MAX_LEVELS 16
#define AUTO_LOW_PERCENT 0.2
#define AUTO_HIGH_PERCENT 99.8

typedef struct
{
  guint width, height;
  guint8 *planes[3];
} Level;

struct PelPyramid
{
  gatomicrefcount refs;
  PelImage *image;
  gint channel;
  PelToneKind kind;
  guint n_planes;
  gsize sample_size;
  double auto_low, auto_high;
  Level levels[MAX_LEVELS]; /* 0 is the image itself and has no planes of its own */
  atomic_uint n_levels;
};

PelPyramid *
pel_pyramid_new (PelImage *image, gint channel)
{
  PelPyramid *self = g_new0 (PelPyramid, 1);
  PelSampleType type = pel_image_get_sample_type (image);
  guint n_channels = pel_image_get_n_channels (image);

  g_atomic_ref_count_init (&self->refs);
  self->image = pel_image_ref (image);
  self->n_planes = channel < 0 && pel_image_is_rgb (image) && n_channels >= 3 ? 3 : 1;
  self->channel = self->n_planes == 3 ? 0 : CLAMP (channel, 0, (gint)n_channels - 1);
  self->kind = type == PEL_SAMPLE_U8    ? PEL_TONE_U8
               : type == PEL_SAMPLE_U16 ? PEL_TONE_U16
                                        : PEL_TONE_F32;
  self->sample_size = self->kind == PEL_TONE_U8 ? 1 : self->kind == PEL_TONE_U16 ? 2 : 4;
  self->levels[0].width = pel_image_get_width (image);
  self->levels[0].height = pel_image_get_height (image);
  self->auto_high = 255;
  atomic_init (&self->n_levels, 1);
  return self;
}

PelPyramid *
pel_pyramid_ref (PelPyramid *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
pyramid_free (gpointer data)
{
  PelPyramid *self = data;

  for (guint l = 1; l < MAX_LEVELS; l++)
    for (guint p = 0; p < 3; p++)
      g_free (self->levels[l].planes[p]);
  pel_image_unref (self->image);
  g_free (self);
}

void
pel_pyramid_unref (PelPyramid *self)
{
  /* Returning hundreds of megabytes takes a frame's time. */
  if (g_atomic_ref_count_dec (&self->refs))
    pel_task_let_go (pyramid_free, self);
}

PelImage *
pel_pyramid_get_image (const PelPyramid *self)
{
  return self->image;
}

PelToneKind
pel_pyramid_get_tone_kind (const PelPyramid *self)
{
  return self->kind;
}

void
pel_pyramid_get_auto_levels (const PelPyramid *self, double *low, double *high)
{
  *low = self->auto_low;
  *high = self->auto_high;
}

/* Samples x0 … x0+n of a row: in place, or as floats in scratch. */
static const void *
get_row (const PelPyramid *self,
         guint level,
         guint plane,
         guint y,
         guint x0,
         guint n,
         float *scratch)
{
  const Level *l = &self->levels[level];
  const guint8 *base;

  if (level == 0 && self->kind == PEL_TONE_F32)
    {
      PelRect rect = { (gint)x0, (gint)y, (gint)n, 1 };

      pel_image_read_float (self->image, self->channel + (gint)plane, &rect, scratch, n);
      return scratch;
    }
  base = level == 0 ? pel_image_get_plane (self->image, (guint)self->channel + plane)
                    : l->planes[plane];
  return base + ((gsize)y * l->width + x0) * self->sample_size;
}

static void
halve_rows (const PelPyramid *self, const void *a, const void *b, guint width, void *out)
{
  guint n = (width + 1) / 2;

#define HALVE(type, sum_type, rounding)                                                            \
  {                                                                                                \
    const type *ra = a;                                                                            \
    const type *rb = b;                                                                            \
    type *o = out;                                                                                 \
                                                                                                   \
    for (guint i = 0; i < n; i++)                                                                  \
      {                                                                                            \
        guint j = 2 * i;                                                                           \
        guint k = MIN (j + 1, width - 1);                                                          \
                                                                                                   \
        o[i] = (type)(((sum_type)ra[j] + ra[k] + rb[j] + rb[k] + rounding) / 4);                   \
      }                                                                                            \
  }
  if (self->kind == PEL_TONE_U8)
    HALVE (guint8, guint, 2)
  else if (self->kind == PEL_TONE_U16)
    HALVE (guint16, guint, 2)
  else
    HALVE (float, float, 0)
#undef HALVE
}

static gboolean
build_level (PelPyramid *self, guint level, GCancellable *cancellable)
{
  const Level *from = &self->levels[level - 1];
  Level *to = &self->levels[level];
  g_autofree float *scratch = NULL;

  if (level == 1 && self->kind == PEL_TONE_F32 && !(scratch = g_try_new (float, 2 * from->width)))
    return FALSE;
  to->width = (from->width + 1) / 2;
  to->height = (from->height + 1) / 2;
  for (guint p = 0; p < self->n_planes; p++)
    {
      /* A build that was cancelled left its memory for the next. */
      if (to->planes[p] == NULL)
        to->planes[p] = g_try_malloc ((gsize)to->width * to->height * self->sample_size);
      if (to->planes[p] == NULL)
        return FALSE;
    }
  for (guint p = 0; p < self->n_planes; p++)
    for (guint y = 0; y < to->height; y++)
      {
        guint lower = MIN (2 * y + 1, from->height - 1);
        const void *a;
        const void *b;

        if (g_cancellable_is_cancelled (cancellable))
          return FALSE;
        a = get_row (self, level - 1, p, 2 * y, 0, from->width, scratch);
        b = get_row (self, level - 1, p, lower, 0, from->width,
                     scratch ? scratch + from->width : NULL);
        halve_rows (self, a, b, from->width,
                    to->planes[p] + (gsize)y * to->width * self->sample_size);
      }
  return TRUE;
}

void
pel_pyramid_measure (PelPyramid *self)
{
  if (self->n_planes == 3 && self->kind != PEL_TONE_F32)
    self->auto_high = ldexp (1, (int)pel_image_get_bits (self->image)) - 1;
  else if (!pel_image_get_percentiles (
               self->image, self->n_planes == 3 ? PEL_CHANNEL_LUMINANCE : self->channel,
               AUTO_LOW_PERCENT, AUTO_HIGH_PERCENT, &self->auto_low, &self->auto_high))
    self->auto_high = 1;
  else if (self->auto_high <= self->auto_low &&
           !(pel_image_get_range (self->image, self->channel, &self->auto_low, &self->auto_high) &&
             self->auto_high > self->auto_low))
    self->auto_high = self->auto_low + 1;
}

void
pel_pyramid_build (PelPyramid *self, GCancellable *cancellable)
{
  for (guint level = atomic_load_explicit (&self->n_levels, memory_order_relaxed);
       level < MAX_LEVELS; level++)
    {
      const Level *from = &self->levels[level - 1];

      if (MAX (from->width, from->height) <= 64 || !build_level (self, level, cancellable))
        break;
      atomic_store_explicit (&self->n_levels, level + 1, memory_order_release);
    }
}

/* A source row of one plane, shown: grey values of the columns [x0, x0 + n). */
static void
fetch_row (const PelPyramid *self,
           const PelToneMap *tones,
           guint level,
           guint plane,
           guint y,
           guint x0,
           guint n,
           float *scratch,
           guint8 *out)
{
  pel_tone_map_apply (tones, get_row (self, level, plane, y, x0, n, scratch), n, out);
}

static inline guint32
pack (guint r, guint g, guint b)
{
  return 0xff000000u | r << 16 | g << 8 | b;
}

/* One output row from shown source rows, each output pixel from one column. */
static void
draw_nearest_row (guint n_planes, guint8 *const *rows, const guint *columns, gint n, guint32 *out)
{
  if (n_planes == 1)
    for (gint i = 0; i < n; i++)
      out[i] = rows[0][columns[i]] * 0x010101u | 0xff000000u;
  else
    for (gint i = 0; i < n; i++)
      out[i] = pack (rows[0][columns[i]], rows[1][columns[i]], rows[2][columns[i]]);
}

static inline guint
mix (const guint8 *a, const guint8 *b, guint column, guint wx, guint wy)
{
  guint top = a[column] * (256 - wx) + a[column + 1] * wx;
  guint bottom = b[column] * (256 - wx) + b[column + 1] * wx;

  return (top * (256 - wy) + bottom * wy + 32768) >> 16;
}

static void
draw_smooth_row (guint n_planes,
                 guint8 *const *upper,
                 guint8 *const *lower,
                 const guint *columns,
                 const guint8 *weights,
                 guint wy,
                 gint n,
                 guint32 *out)
{
  if (n_planes == 1)
    for (gint i = 0; i < n; i++)
      out[i] = mix (upper[0], lower[0], columns[i], weights[i], wy) * 0x010101u | 0xff000000u;
  else
    for (gint i = 0; i < n; i++)
      out[i] = pack (mix (upper[0], lower[0], columns[i], weights[i], wy),
                     mix (upper[1], lower[1], columns[i], weights[i], wy),
                     mix (upper[2], lower[2], columns[i], weights[i], wy));
}

void
pel_pyramid_draw (const PelPyramid *self,
                  const PelToneMap *tones,
                  double scale,
                  const PelRect *area,
                  guint32 *out,
                  gsize stride)
{
  guint available = atomic_load_explicit (&self->n_levels, memory_order_acquire);
  guint level = 0;
  const Level *l;
  double step_x, step_y;
  gboolean smooth;
  gint x0, n_source;
  g_autofree guint *columns = NULL;
  g_autofree guint8 *weights = NULL;
  g_autofree float *scratch = NULL;
  g_autofree guint8 *buffer = NULL;
  guint8 *rows[2][3];
  gint row_at[2] = { -1, -1 };

  while (level + 1 < available && scale * (2u << level) <= 1.0)
    level++;
  l = &self->levels[level];
  /* Source pixels per output pixel; an odd side makes a level a little wider than half. */
  step_x = 1 / (scale * (1u << level));
  step_y = step_x;
  smooth = step_x > 1.0 && step_x < 4.0;

  columns = g_new (guint, area->width);
  weights = g_new (guint8, area->width);
  for (gint i = 0; i < area->width; i++)
    {
      double at = (area->x + i + 0.5) * step_x;

      if (smooth)
        {
          at = MAX (at - 0.5, 0);
          columns[i] = (guint)MIN (at, l->width - 1);
          weights[i] = (guint8)((at - floor (at)) * 255);
        }
      else
        columns[i] = (guint)CLAMP (at, 0, l->width - 1);
    }
  x0 = (gint)columns[0];
  n_source = (gint)columns[area->width - 1] - x0 + 1;
  for (gint i = 0; i < area->width; i++)
    columns[i] -= (guint)x0;

  /* One sample more, so that the right neighbour of the last one can be read. */
  buffer = g_malloc ((gsize)6 * (n_source + 1));
  for (guint i = 0; i < 6; i++)
    rows[i / 3][i % 3] = buffer + (gsize)i * (n_source + 1);
  if (level == 0 && self->kind == PEL_TONE_F32)
    scratch = g_new (float, n_source + 1);

  for (gint j = 0; j < area->height; j++)
    {
      double at = (area->y + j + 0.5) * step_y;
      gint need[2];
      guint wy = 0;
      gint n_read = (gint)MIN ((guint)n_source + 1, l->width - (guint)x0);

      if (smooth)
        {
          at = MAX (at - 0.5, 0);
          wy = (guint)((at - floor (at)) * 255);
        }
      need[0] = (gint)CLAMP (at, 0, l->height - 1);
      need[1] = MIN (need[0] + 1, (gint)l->height - 1);
      if (!smooth && j > 0 && row_at[0] == need[0])
        {
          memcpy (out + j * stride, out + (j - 1) * stride, sizeof *out * area->width);
          continue;
        }
      if (smooth && row_at[1] == need[0])
        for (guint p = 0; p < 3; p++)
          {
            guint8 *swap = rows[0][p];

            rows[0][p] = rows[1][p];
            rows[1][p] = swap;
            row_at[0] = need[0];
            row_at[1] = -1;
          }
      for (guint k = 0; k < (smooth ? 2 : 1); k++)
        {
          if (row_at[k] == need[k])
            continue;
          for (guint p = 0; p < self->n_planes; p++)
            {
              fetch_row (self, tones, level, p, need[k], x0, n_read, scratch, rows[k][p]);
              if (n_read == n_source)
                rows[k][p][n_source] = rows[k][p][n_source - 1];
            }
          row_at[k] = need[k];
        }
      if (smooth)
        draw_smooth_row (self->n_planes, rows[0], rows[1], columns, weights, wy, area->width,
                         out + j * stride);
      else
        draw_nearest_row (self->n_planes, rows[0], columns, area->width, out + j * stride);
    }
}
