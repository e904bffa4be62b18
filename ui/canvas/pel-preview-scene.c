/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-preview-scene.h"

#include <math.h>
#include <string.h>

/* The veil where the network is certain, and its colour. Below the first probability there is
 * none, so that the background stays clear. */
#define VEIL_ALPHA 0.34
#define VEIL_FROM 0.12
#define VEIL_LEVELS 64

static const double veil_color[3] = { 1.0, 0.74, 0.2 };

struct PelPreviewScene
{
  gatomicrefcount refs;
  PelImage *probability;
  PelRect area;
  PelOutlineScene *edges;
  guint32 veil[VEIL_LEVELS + 1];
};

static guint32
make_veil (double p)
{
  double t = CLAMP ((p - VEIL_FROM) / (1.0 - VEIL_FROM), 0, 1);
  double alpha = VEIL_ALPHA * t;
  guint32 pixel = (guint32)lrint (255 * alpha) << 24;

  for (guint k = 0; k < 3; k++)
    pixel |= (guint32)lrint (255 * alpha * veil_color[k]) << (16 - 8 * k);
  return pixel;
}

PelPreviewScene *
pel_preview_scene_new (PelImage *probability,
                       const PelRect *area,
                       PelOutlines *outlines,
                       gint device_scale)
{
  g_return_val_if_fail ((gint)pel_image_get_width (probability) == area->width, NULL);
  g_return_val_if_fail ((gint)pel_image_get_height (probability) == area->height, NULL);

  PelPreviewScene *self = g_new (PelPreviewScene, 1);

  g_atomic_ref_count_init (&self->refs);
  self->probability = pel_image_ref (probability);
  self->area = *area;
  self->edges = pel_outline_scene_new (outlines, device_scale);
  for (guint i = 0; i <= VEIL_LEVELS; i++)
    self->veil[i] = make_veil (i / (double)VEIL_LEVELS);
  return self;
}

PelPreviewScene *
pel_preview_scene_ref (PelPreviewScene *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
pel_preview_scene_unref (PelPreviewScene *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  pel_image_unref (self->probability);
  pel_outline_scene_unref (self->edges);
  g_free (self);
}

/* Where a position lies between the pixels of a row: the two next to it and the second's share. */
typedef struct
{
  gint first, second;
  float share;
} Between;

static Between
find_between (double position, gint n)
{
  double at = CLAMP (position - 0.5, 0, n - 1);
  gint first = (gint)floor (at);

  return (Between){ first, MIN (first + 1, n - 1), (float)(at - first) };
}

/* The veil over the part of a tile within the area; FALSE where there is none of it. */
static gboolean
draw_veil (const PelPreviewScene *self,
           double scale,
           const PelRect *tile,
           guint32 *out,
           gsize stride)
{
  const float *p = pel_image_get_plane (self->probability, 0);
  const PelRect *area = &self->area;
  gint left = MAX (tile->x, (gint)ceil (area->x * scale - 0.5));
  gint top = MAX (tile->y, (gint)ceil (area->y * scale - 0.5));
  gint right = MIN (tile->x + tile->width, (gint)ceil ((area->x + area->width) * scale - 0.5));
  gint bottom = MIN (tile->y + tile->height, (gint)ceil ((area->y + area->height) * scale - 0.5));
  g_autofree Between *columns = NULL;

  if (left >= right || top >= bottom)
    return FALSE;
  columns = g_new (Between, right - left);
  for (gint x = left; x < right; x++)
    columns[x - left] = find_between ((x + 0.5) / scale - area->x, area->width);
  for (gint y = top; y < bottom; y++)
    {
      Between row = find_between ((y + 0.5) / scale - area->y, area->height);
      const float *above = p + (gsize)row.first * area->width;
      const float *below = p + (gsize)row.second * area->width;
      guint32 *to = out + (gsize)(y - tile->y) * stride - tile->x;

      for (gint x = left; x < right; x++)
        {
          Between column = columns[x - left];
          float a =
              above[column.first] + column.share * (above[column.second] - above[column.first]);
          float b =
              below[column.first] + column.share * (below[column.second] - below[column.first]);
          float value = a + row.share * (b - a);

          to[x] =
              self->veil[value > 0 ? MIN ((guint)(value * VEIL_LEVELS + 0.5f), VEIL_LEVELS) : 0];
        }
    }
  return TRUE;
}

static gboolean
draw_preview (gconstpointer scene, double scale, const PelRect *area, guint32 *out, gsize stride)
{
  const PelPreviewScene *self = scene;
  gboolean any;

  for (gint y = 0; y < area->height; y++)
    memset (out + y * stride, 0, sizeof *out * area->width);
  any = draw_veil (self, scale, area, out, stride);
  return pel_outline_scene_draw_over (self->edges, scale, area, out, stride) || any;
}

static gpointer
ref_scene (gpointer scene)
{
  return pel_preview_scene_ref (scene);
}

static void
unref_scene (gpointer scene)
{
  pel_preview_scene_unref (scene);
}

const PelTileSource pel_preview_tile_source = { FALSE, draw_preview, ref_scene, unref_scene };
