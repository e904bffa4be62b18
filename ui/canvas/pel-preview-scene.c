/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-preview-scene.h"

#include <string.h>

#include "ui/canvas/pel-veil.h"

/* The veil where the network is certain, and its colour. Below the first probability there is
 * none, so that the background stays clear. */
#define VEIL_ALPHA 0.34
#define VEIL_FROM 0.12

static const double veil_color[3] = { 1.0, 0.74, 0.2 };

struct PelPreviewScene
{
  gatomicrefcount refs;
  PelVeil veil;
  PelOutlineScene *edges;
};

static guint32
make_color (double p)
{
  double t = CLAMP ((p - VEIL_FROM) / (1.0 - VEIL_FROM), 0, 1);

  return pel_veil_make_color (VEIL_ALPHA * t, veil_color);
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
  self->veil.plane = pel_image_ref (probability);
  self->veil.area = *area;
  self->edges = pel_outline_scene_new (outlines, device_scale);
  for (guint i = 0; i <= PEL_VEIL_LEVELS; i++)
    self->veil.color[i] = make_color (i / (double)PEL_VEIL_LEVELS);
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
  pel_image_unref (self->veil.plane);
  pel_outline_scene_unref (self->edges);
  g_free (self);
}

static gboolean
draw_preview (gconstpointer scene, double scale, const PelRect *area, guint32 *out, gsize stride)
{
  const PelPreviewScene *self = scene;
  gboolean any;

  for (gint y = 0; y < area->height; y++)
    memset (out + y * stride, 0, sizeof *out * area->width);
  any = pel_veil_draw (&self->veil, scale, area, out, stride);
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
