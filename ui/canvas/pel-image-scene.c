/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-image-scene.h"

#include <math.h>

struct PelImageScene
{
  gatomicrefcount refs;
  PelPyramid *pyramid;
  PelToneMap *tones;
};

PelImageScene *
pel_image_scene_new (PelPyramid *pyramid, const PelChannelDisplay *display)
{
  PelImageScene *self = g_new (PelImageScene, 1);

  g_atomic_ref_count_init (&self->refs);
  self->pyramid = pel_pyramid_ref (pyramid);
  self->tones = pel_tone_map_new (pel_pyramid_get_tone_kind (pyramid), display);
  return self;
}

PelImageScene *
pel_image_scene_ref (PelImageScene *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
pel_image_scene_unref (PelImageScene *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  pel_pyramid_unref (self->pyramid);
  pel_tone_map_unref (self->tones);
  g_free (self);
}

GdkTexture *
pel_image_scene_draw_small (PelImageScene *self, guint max_size)
{
  PelImage *image = pel_pyramid_get_image (self->pyramid);
  guint width = pel_image_get_width (image);
  guint height = pel_image_get_height (image);
  double scale = MIN (1, max_size / (double)MAX (width, height));
  PelRect area = { 0, 0, (gint)MAX (lround (width * scale), 1),
                   (gint)MAX (lround (height * scale), 1) };
  guint32 *pixels = g_new (guint32, (gsize)area.width * area.height);
  g_autoptr (GBytes) bytes = NULL;

  pel_pyramid_draw (self->pyramid, self->tones, scale, &area, pixels, area.width);
  bytes = g_bytes_new_take (pixels, sizeof *pixels * area.width * area.height);
  return gdk_memory_texture_new (area.width, area.height, GDK_MEMORY_DEFAULT, bytes,
                                 (gsize)area.width * 4);
}

static gboolean
draw_image (gconstpointer scene, double scale, const PelRect *area, guint32 *out, gsize stride)
{
  const PelImageScene *self = scene;

  pel_pyramid_draw (self->pyramid, self->tones, scale, area, out, stride);
  return TRUE;
}

static gpointer
ref_scene (gpointer scene)
{
  return pel_image_scene_ref (scene);
}

static void
unref_scene (gpointer scene)
{
  pel_image_scene_unref (scene);
}

const PelTileSource pel_image_tile_source = { TRUE, draw_image, ref_scene, unref_scene };
