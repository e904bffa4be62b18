/* SPDX-License-Identifier: MIT */
/* The image under all else: its channels measured, shown with their contrasts, then halved. */
#include "ui/canvas/pel-canvas-private.h"

#include <string.h>

#include "app/document/pel-task.h"

#define BASE_SIZE 512

typedef struct
{
  GWeakRef canvas;
} Reply;

static Reply *
reply_new (PelCanvas *self)
{
  Reply *reply = g_new (Reply, 1);

  g_weak_ref_init (&reply->canvas, self);
  return reply;
}

static PelCanvas *
reply_take (Reply *reply)
{
  PelCanvas *self = g_weak_ref_get (&reply->canvas);

  g_weak_ref_clear (&reply->canvas);
  g_free (reply);
  return self;
}

static void
unref_pyramid (gpointer pyramid)
{
  pel_pyramid_unref (pyramid);
}

static void
unref_pyramids (gpointer pyramids)
{
  g_ptr_array_unref (pyramids);
}

static gboolean
shows_together (PelCanvas *self)
{
  PelImage *image = self->document ? pel_image_document_get_image (self->document) : NULL;

  return pel_display_shows_together (self->display, image);
}

/* Which channels are drawn: those that are not hidden, or the one chosen. */
static GArray *
list_shown (PelCanvas *self, PelImage *image)
{
  GArray *shown = g_array_new (FALSE, FALSE, sizeof (gint));
  gint channel = MAX (pel_display_get_channel (self->display), PEL_DISPLAY_CHANNEL_AUTO);

  for (guint c = 0; shows_together (self) && c < pel_image_get_n_channels (image); c++)
    {
      PelChannelDisplay display;
      gint number = (gint)c;

      pel_image_document_get_display (self->document, c, &display);
      if (!display.hidden)
        g_array_append_val (shown, number);
    }
  if (shown->len == 0)
    g_array_append_val (shown, channel);
  return shown;
}

/* The tones of each channel that is shown together with others, and its colour. */
static PelImageScene *
make_together (PelCanvas *self)
{
  g_autofree PelChannelDisplay *displays = g_new (PelChannelDisplay, self->pyramids->len);

  for (guint i = 0; i < self->pyramids->len; i++)
    {
      guint channel = (guint)MAX (g_array_index (self->shown, gint, i), 0);

      pel_image_document_get_display (self->document, channel, &displays[i]);
      if (displays[i].high <= displays[i].low)
        pel_pyramid_get_auto_levels (g_ptr_array_index (self->pyramids, i), &displays[i].low,
                                     &displays[i].high);
      if (displays[i].colour == 0)
        displays[i].colour = pel_channel_display_default_colour (channel);
    }
  return pel_image_scene_new_together ((PelPyramid *const *)self->pyramids->pdata, displays,
                                       self->pyramids->len);
}

static void
unref_image_scene (gpointer scene)
{
  pel_image_scene_unref (scene);
}

/* Whose contrast is in the display: of the channel that is shown, or of the one chosen among
 * several. */
static guint
get_tone_channel (PelCanvas *self)
{
  if (shows_together (self))
    return pel_display_get_tone_channel (self->display);
  return (guint)MAX (pel_display_get_channel (self->display), 0);
}

/* One that is not shown has no contrast to set. */
static void
choose_tone_channel (PelCanvas *self)
{
  const guint wanted = get_tone_channel (self);

  for (guint i = 0; i < self->shown->len; i++)
    if (g_array_index (self->shown, gint, i) == (gint)wanted)
      {
        pel_display_set_tone_channel (self->display, wanted);
        return;
      }
  pel_display_set_tone_channel (self->display,
                                (guint)MAX (g_array_index (self->shown, gint, 0), 0));
}

static gpointer
draw_base_in_worker (gpointer data, GCancellable *cancellable, GError **error)
{
  return pel_image_scene_draw_small (data, BASE_SIZE);
}

static void request_base (PelCanvas *self);

static void
on_base_drawn (GObject *source, GAsyncResult *result, gpointer data)
{
  PelCanvas *self = reply_take (data);
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!self)
    return;
  self->base_in_flight = FALSE;
  if (self->image_scene && texture)
    {
      g_set_object (&self->base, texture);
      pel_tile_layer_set_base (self->image_layer, texture);
      g_signal_emit_by_name (self, "zoom-changed");
      gtk_widget_queue_draw (GTK_WIDGET (self));
      if (self->base_dirty)
        request_base (self);
    }
  g_object_unref (self);
}

/* One at a time: while one is drawn, later wishes wait as one. */
static void
request_base (PelCanvas *self)
{
  g_autoptr (GTask) task = NULL;

  self->base_dirty = self->base_in_flight;
  if (self->base_in_flight || !self->image_scene)
    return;
  self->base_in_flight = TRUE;
  task = g_task_new (NULL, NULL, on_base_drawn, reply_new (self));
  g_task_set_task_data (task, pel_image_scene_ref (self->image_scene), unref_image_scene);
  pel_task_run_pointer (task, draw_base_in_worker, g_object_unref);
}

static void
take_scene (PelCanvas *self, PelImageScene *scene)
{
  g_clear_pointer (&self->image_scene, pel_image_scene_unref);
  self->image_scene = scene;
}

void
pel_canvas_apply_tones (PelCanvas *self)
{
  PelChannelDisplay tones = { pel_display_get_low (self->display),
                              pel_display_get_high (self->display),
                              pel_display_get_gamma (self->display),
                              pel_display_get_invert (self->display) };
  gboolean first = self->image_scene == NULL;

  self->tones_dirty = FALSE;
  if (!self->pyramid || !self->measured)
    return;
  take_scene (self, shows_together (self) ? make_together (self)
                                          : pel_image_scene_new (self->pyramid, &tones));
  if (first)
    pel_tile_layer_set_scene (self->image_layer, self->image_scene, self->view.image_width,
                              self->view.image_height);
  else
    pel_tile_layer_update_scene (self->image_layer, self->image_scene, NULL);
  request_base (self);
}

static gboolean
build_in_worker (gpointer data, GCancellable *cancellable, GError **error)
{
  GPtrArray *pyramids = data;

  for (guint i = 0; i < pyramids->len; i++)
    pel_pyramid_build (g_ptr_array_index (pyramids, i), cancellable);
  return TRUE;
}

static void
on_built (GObject *source, GAsyncResult *result, gpointer data)
{
  PelCanvas *self = reply_take (data);

  if (!self)
    return;
  if (g_task_get_task_data (G_TASK (result)) == self->pyramids && self->image_scene)
    {
      /* What was picked pixel by pixel until now can be drawn from halved copies. */
      pel_tile_layer_update_scene (self->image_layer, self->image_scene, NULL);
      request_base (self);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  g_object_unref (self);
}

/* The document's contrast of this channel, or auto levels where none was chosen yet. */
static void
load_display (PelCanvas *self)
{
  PelChannelDisplay tones;

  if (!self->document || !self->measured)
    return;
  pel_image_document_get_display (self->document, get_tone_channel (self), &tones);
  self->taking_display = TRUE;
  g_object_freeze_notify (G_OBJECT (self->display));
  if (tones.high > tones.low)
    {
      pel_display_set_levels (self->display, tones.low, tones.high);
      pel_display_set_gamma (self->display, tones.gamma);
    }
  else
    pel_display_auto_levels (self->display);
  pel_display_set_invert (self->display, tones.invert);
  g_object_thaw_notify (G_OBJECT (self->display));
  self->taking_display = FALSE;
}

static gboolean
measure_in_worker (gpointer data, GCancellable *cancellable, GError **error)
{
  GPtrArray *pyramids = data;

  for (guint i = 0; i < pyramids->len; i++)
    pel_pyramid_measure (g_ptr_array_index (pyramids, i));
  return TRUE;
}

static void
on_measured (GObject *source, GAsyncResult *result, gpointer data)
{
  PelCanvas *self = reply_take (data);
  g_autoptr (GTask) task = NULL;

  if (!self)
    return;
  if (g_task_get_task_data (G_TASK (result)) == self->pyramids)
    {
      self->measured = TRUE;
      for (guint i = 0; i < self->pyramids->len; i++)
        {
          double low, high;

          pel_pyramid_get_auto_levels (g_ptr_array_index (self->pyramids, i), &low, &high);
          pel_display_set_auto_levels (
              self->display, (guint)MAX (g_array_index (self->shown, gint, i), 0), low, high);
        }
      load_display (self);
      pel_canvas_apply_tones (self);
      gtk_widget_queue_draw (GTK_WIDGET (self));

      task = g_task_new (NULL, self->preparing, on_built, reply_new (self));
      g_task_set_task_data (task, g_ptr_array_ref (self->pyramids), unref_pyramids);
      pel_task_run (task, build_in_worker);
    }
  g_object_unref (self);
}

void
pel_canvas_load_image (PelCanvas *self)
{
  PelImage *image = self->document ? pel_image_document_get_image (self->document) : NULL;
  guint width = image ? pel_image_get_width (image) : 0;
  guint height = image ? pel_image_get_height (image) : 0;
  g_autoptr (GTask) task = NULL;

  g_cancellable_cancel (self->preparing);
  g_clear_object (&self->preparing);
  self->pyramid = NULL;
  g_clear_pointer (&self->pyramids, g_ptr_array_unref);
  g_clear_pointer (&self->shown, g_array_unref);
  take_scene (self, NULL);
  g_clear_object (&self->base);
  self->measured = FALSE;
  pel_display_forget_auto_levels (self->display);
  pel_tile_layer_set_scene (self->image_layer, NULL, 0, 0);
  pel_tile_layer_set_base (self->image_layer, NULL);
  pel_canvas_set_preview (self, NULL);
  pel_canvas_set_comparison (self, NULL, NULL);
  if (width != self->view.image_width || height != self->view.image_height)
    pel_canvas_set_image_size (self, width, height);
  pel_canvas_load_uncertainty (self);
  if (image)
    {
      self->preparing = g_cancellable_new ();
      self->shown = list_shown (self, image);
      choose_tone_channel (self);
      self->pyramids = g_ptr_array_new_with_free_func (unref_pyramid);
      for (guint i = 0; i < self->shown->len; i++)
        g_ptr_array_add (self->pyramids,
                         pel_pyramid_new (image, g_array_index (self->shown, gint, i)));
      self->pyramid = g_ptr_array_index (self->pyramids, 0);
      task = g_task_new (NULL, NULL, on_measured, reply_new (self));
      g_task_set_task_data (task, g_ptr_array_ref (self->pyramids), unref_pyramids);
      pel_task_run (task, measure_in_worker);
    }
  pel_canvas_view_changed (self);
  pel_canvas_update_hover (self);
}

static void
on_tones_changed (PelCanvas *self)
{
  self->tones_dirty = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->document && self->measured && !self->taking_display)
    {
      PelChannelDisplay tones;

      /* Its colour stays. */
      pel_image_document_get_display (self->document, get_tone_channel (self), &tones);
      tones.low = pel_display_get_low (self->display);
      tones.high = pel_display_get_high (self->display);
      tones.gamma = pel_display_get_gamma (self->display);
      tones.invert = pel_display_get_invert (self->display);
      self->taking_display = TRUE;
      pel_image_document_set_display (self->document, get_tone_channel (self), &tones);
      self->taking_display = FALSE;
    }
}

static void
on_document_display_changed (PelCanvas *self)
{
  PelImage *image = self->document ? pel_image_document_get_image (self->document) : NULL;

  if (self->taking_display)
    return;
  load_display (self);
  if (!image || !self->shown || !shows_together (self))
    return;
  {
    g_autoptr (GArray) shown = list_shown (self, image);

    /* Other channels: other pixels. Other colours: only the tones. */
    if (shown->len != self->shown->len ||
        memcmp (shown->data, self->shown->data, shown->len * sizeof (gint)) != 0)
      pel_canvas_load_image (self);
    self->tones_dirty = TRUE;
    gtk_widget_queue_draw (GTK_WIDGET (self));
  }
}

static void
on_tone_channel_changed (PelCanvas *self)
{
  load_display (self);
}

void
pel_canvas_auto_levels (PelCanvas *self)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  if (!self->document || !self->measured)
    return;
  self->taking_display = TRUE;
  for (guint i = 0; i < self->shown->len; i++)
    {
      const guint channel = (guint)MAX (g_array_index (self->shown, gint, i), 0);
      PelChannelDisplay display;

      pel_image_document_get_display (self->document, channel, &display);
      pel_pyramid_get_auto_levels (g_ptr_array_index (self->pyramids, i), &display.low,
                                   &display.high);
      display.gamma = 1;
      pel_image_document_set_display (self->document, channel, &display);
    }
  self->taking_display = FALSE;
  load_display (self);
  self->tones_dirty = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_init_image (PelCanvas *self)
{
  static const char *const tone_properties[] = { "notify::low", "notify::high", "notify::gamma",
                                                 "notify::invert" };

  self->image_layer = pel_tile_layer_new (&pel_image_tile_source, 1);
  g_signal_connect_swapped (self->image_layer, "ready", G_CALLBACK (gtk_widget_queue_draw), self);
  g_signal_group_connect_swapped (self->document_signals, "image-changed",
                                  G_CALLBACK (pel_canvas_load_image), self);
  g_signal_group_connect_swapped (self->document_signals, "display-changed",
                                  G_CALLBACK (on_document_display_changed), self);
  for (guint i = 0; i < G_N_ELEMENTS (tone_properties); i++)
    g_signal_group_connect_swapped (self->display_signals, tone_properties[i],
                                    G_CALLBACK (on_tones_changed), self);
  g_signal_group_connect_swapped (self->display_signals, "notify::channel",
                                  G_CALLBACK (pel_canvas_load_image), self);
  g_signal_group_connect_swapped (self->display_signals, "notify::tone-channel",
                                  G_CALLBACK (on_tone_channel_changed), self);
}

void
pel_canvas_dispose_image (PelCanvas *self)
{
  g_cancellable_cancel (self->preparing);
  g_clear_object (&self->preparing);
  if (self->image_layer)
    g_signal_handlers_disconnect_by_data (self->image_layer, self);
  g_clear_object (&self->image_layer);
  self->pyramid = NULL;
  g_clear_pointer (&self->pyramids, g_ptr_array_unref);
  g_clear_pointer (&self->shown, g_array_unref);
  g_clear_pointer (&self->image_scene, pel_image_scene_unref);
  g_clear_object (&self->base);
}
