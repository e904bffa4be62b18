/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-image-scene.h"

#include <math.h>

typedef struct
{
  PelPyramid *pyramid;
  PelToneMap *tones;
  guint8 colour[3]; /* red, green, blue */
} Layer;

struct PelImageScene
{
  gatomicrefcount refs;
  gboolean coloured; /* else there is one layer, shown as it is */
  guint n_layers;
  Layer layers[];
};

static PelImageScene *
scene_new (PelPyramid *const *pyramids,
           const PelChannelDisplay *displays,
           guint n,
           gboolean coloured)
{
  PelImageScene *self = g_malloc (sizeof *self + n * sizeof (Layer));

  g_atomic_ref_count_init (&self->refs);
  self->coloured = coloured;
  self->n_layers = n;
  for (guint i = 0; i < n; i++)
    {
      Layer *layer = &self->layers[i];

      layer->pyramid = pel_pyramid_ref (pyramids[i]);
      layer->tones = pel_tone_map_new (pel_pyramid_get_tone_kind (pyramids[i]), &displays[i]);
      for (guint k = 0; k < 3; k++)
        layer->colour[k] = (guint8)(displays[i].colour >> (16 - 8 * k));
    }
  return self;
}

PelImageScene *
pel_image_scene_new (PelPyramid *pyramid, const PelChannelDisplay *display)
{
  return scene_new (&pyramid, display, 1, FALSE);
}

PelImageScene *
pel_image_scene_new_together (PelPyramid *const *pyramids,
                              const PelChannelDisplay *displays,
                              guint n)
{
  g_return_val_if_fail (n > 0, NULL);

  return scene_new (pyramids, displays, n, TRUE);
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
  for (guint i = 0; i < self->n_layers; i++)
    {
      pel_pyramid_unref (self->layers[i].pyramid);
      pel_tone_map_unref (self->layers[i].tones);
    }
  g_free (self);
}

/* Adds a layer's grey in its colour to what is there. */
static void
add_layer (const Layer *layer, double scale, const PelRect *area, guint32 *out, gsize stride)
{
  const gsize n = (gsize)area->width * (gsize)area->height;
  g_autofree guint32 *grey = g_new (guint32, n);

  pel_pyramid_draw (layer->pyramid, layer->tones, scale, area, grey, (gsize)area->width);
  for (gint y = 0; y < area->height; y++)
    for (gint x = 0; x < area->width; x++)
      {
        const guint value = grey[(gsize)y * (gsize)area->width + (gsize)x] & 0xff;
        guint32 *to = &out[(gsize)y * stride + (gsize)x];
        guint32 pixel = 0xff000000;

        for (guint k = 0; k < 3; k++)
          {
            const guint shift = 16 - 8 * k;
            const guint sum = (*to >> shift & 0xff) + (value * layer->colour[k] + 127) / 255;

            pixel |= MIN (sum, 255) << shift;
          }
        *to = pixel;
      }
}

static void
draw_layers (const PelImageScene *self,
             double scale,
             const PelRect *area,
             guint32 *out,
             gsize stride)
{
  if (!self->coloured)
    {
      pel_pyramid_draw (self->layers[0].pyramid, self->layers[0].tones, scale, area, out, stride);
      return;
    }
  for (gint y = 0; y < area->height; y++)
    for (gint x = 0; x < area->width; x++)
      out[(gsize)y * stride + (gsize)x] = 0xff000000;
  for (guint i = 0; i < self->n_layers; i++)
    add_layer (&self->layers[i], scale, area, out, stride);
}

GdkTexture *
pel_image_scene_draw_small (PelImageScene *self, guint max_size)
{
  PelImage *image = pel_pyramid_get_image (self->layers[0].pyramid);
  guint width = pel_image_get_width (image);
  guint height = pel_image_get_height (image);
  double scale = MIN (1, max_size / (double)MAX (width, height));
  PelRect area = { 0, 0, (gint)MAX (lround (width * scale), 1),
                   (gint)MAX (lround (height * scale), 1) };
  guint32 *pixels = g_new (guint32, (gsize)area.width * area.height);
  g_autoptr (GBytes) bytes = NULL;

  draw_layers (self, scale, &area, pixels, (gsize)area.width);
  bytes = g_bytes_new_take (pixels, sizeof *pixels * area.width * area.height);
  return gdk_memory_texture_new (area.width, area.height, GDK_MEMORY_DEFAULT, bytes,
                                 (gsize)area.width * 4);
}

static gboolean
draw_image (gconstpointer scene, double scale, const PelRect *area, guint32 *out, gsize stride)
{
  const PelImageScene *self = scene;

  draw_layers (self, scale, area, out, stride);
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
