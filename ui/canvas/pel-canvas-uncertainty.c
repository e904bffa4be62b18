/* SPDX-License-Identifier: MIT */
/* Where the model is unsure: a veil over the prediction, densest at a probability of one half. */
#include "ui/canvas/pel-canvas-private.h"

#include <math.h>
#include <string.h>

#include "ui/canvas/pel-veil.h"

#define VEIL_ALPHA 0.72
/* Pixels that the model is nearly sure of stay clear. */
#define VEIL_FROM 0.1

static const double veil_color[3] = { 0.95, 0.16, 0.6 };

/* A veil with its own count of references. */
typedef struct
{
  gatomicrefcount refs;
  PelVeil veil;
} Scene;

static Scene *
scene_new (PelImage *probability)
{
  Scene *self = g_new (Scene, 1);

  g_atomic_ref_count_init (&self->refs);
  self->veil.plane = pel_image_ref (probability);
  self->veil.area = (PelRect){ 0, 0, (gint)pel_image_get_width (probability),
                               (gint)pel_image_get_height (probability) };
  for (guint i = 0; i <= PEL_VEIL_LEVELS; i++)
    {
      /* As pel_uncertainty_map() defines it. */
      double unsure = 1.0 - fabs (2.0 * i / PEL_VEIL_LEVELS - 1.0);
      double t = CLAMP ((unsure - VEIL_FROM) / (1.0 - VEIL_FROM), 0, 1);

      self->veil.color[i] = pel_veil_make_color (VEIL_ALPHA * t, veil_color);
    }
  return self;
}

static gpointer
ref_scene (gpointer scene)
{
  g_atomic_ref_count_inc (&((Scene *)scene)->refs);
  return scene;
}

static void
unref_scene (gpointer scene)
{
  Scene *self = scene;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  pel_image_unref (self->veil.plane);
  g_free (self);
}

static gboolean
draw_scene (gconstpointer scene, double scale, const PelRect *area, guint32 *out, gsize stride)
{
  const Scene *self = scene;

  for (gint y = 0; y < area->height; y++)
    memset (out + y * stride, 0, sizeof *out * area->width);
  return pel_veil_draw (&self->veil, scale, area, out, stride);
}

static const PelTileSource tile_source = { FALSE, draw_scene, ref_scene, unref_scene };

gboolean
pel_canvas_shows_uncertainty (PelCanvas *self)
{
  return self->uncertainty_plane != NULL && pel_display_get_show_uncertainty (self->display) &&
         !pel_canvas_shows_preview (self) && !pel_canvas_is_comparing (self);
}

/* The map of the prediction on show, where the document holds one of the image's size. */
static PelImage *
find_map (PelCanvas *self)
{
  PelImage *map = self->document ? pel_image_document_get_probability (self->document) : NULL;

  return map && pel_display_get_show_uncertainty (self->display) &&
                 pel_image_get_width (map) == self->view.image_width &&
                 pel_image_get_height (map) == self->view.image_height
             ? map
             : NULL;
}

static void
load_map (PelCanvas *self)
{
  PelImage *map = find_map (self);
  Scene *scene;

  if (map == self->uncertainty_plane)
    return;
  scene = map ? scene_new (map) : NULL;
  if (scene && self->uncertainty_plane)
    pel_tile_layer_update_scene (self->uncertainty_layer, scene, NULL);
  else
    pel_tile_layer_set_scene (self->uncertainty_layer, scene, self->view.image_width,
                              self->view.image_height);
  g_clear_pointer (&self->uncertainty_plane, pel_image_unref);
  if (scene)
    {
      self->uncertainty_plane = pel_image_ref (map);
      unref_scene (scene);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_load_uncertainty (PelCanvas *self)
{
  /* Another image's map must not stand in until this one's is drawn. */
  g_clear_pointer (&self->uncertainty_plane, pel_image_unref);
  pel_tile_layer_set_scene (self->uncertainty_layer, NULL, 0, 0);
  load_map (self);
}

PelTileLayer *
pel_canvas_get_uncertainty_layer (PelCanvas *self)
{
  return pel_canvas_shows_uncertainty (self) ? self->uncertainty_layer : NULL;
}

static void
queue_draw (PelCanvas *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_init_uncertainty (PelCanvas *self)
{
  self->uncertainty_layer = pel_tile_layer_new (&tile_source, 1);
  g_signal_connect_swapped (self->uncertainty_layer, "ready", G_CALLBACK (queue_draw), self);
  g_signal_group_connect_swapped (self->display_signals, "notify::show-uncertainty",
                                  G_CALLBACK (load_map), self);
  g_signal_group_connect_swapped (self->document_signals, "prediction-changed",
                                  G_CALLBACK (load_map), self);
}

void
pel_canvas_dispose_uncertainty (PelCanvas *self)
{
  if (self->uncertainty_layer)
    g_signal_handlers_disconnect_by_data (self->uncertainty_layer, self);
  g_clear_object (&self->uncertainty_layer);
  g_clear_pointer (&self->uncertainty_plane, pel_image_unref);
}
