/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-trainer-private.h"

#include "engine/core/pel-arena.h"
#include "engine/infer/pel-zoom.h"

/* A preview looks at this much at most, about the middle of what was asked for. */
#define MAX_SIDE 1536
/* Share of the training's time that previews may take, and the least time between two. */
#define SHARE 0.1
#define INTERVAL_US 1000000
/* A new network has nothing to tell before so many steps. */
#define FIRST_STEP 5

void
pel_trainer_set_preview_func (PelTrainer *self, PelPreviewFunc func, gpointer data)
{
  g_return_if_fail (self != NULL && self->run == NULL);
  self->preview_func = func;
  self->preview_data = data;
}

guint
pel_trainer_request_preview (PelTrainer *self, PelImage *image, const PelRect *rect)
{
  g_return_val_if_fail (self != NULL, 0);
  PelImage *fresh = image != NULL ? pel_image_ref (image) : NULL;
  pthread_mutex_lock (&self->preview_mutex);
  PelImage *old = self->preview_image;
  self->preview_image = fresh;
  self->preview_whole = rect == NULL;
  self->preview_rect = rect != NULL ? *rect : (PelRect){ 0 };
  guint serial = ++self->preview_serial;
  pthread_mutex_unlock (&self->preview_mutex);
  if (old != NULL)
    pel_image_unref (old);
  return serial;
}

/* The part of the image to look at: inside it, and not too large. */
static gboolean
clip_area (PelImage *image, gboolean whole, PelRect *area)
{
  PelRect all = { 0, 0, (gint)pel_image_get_width (image), (gint)pel_image_get_height (image) };
  if (whole)
    *area = all;
  if (!pel_rect_intersect (area, &all, area))
    return FALSE;
  if (area->width > MAX_SIDE)
    {
      area->x += (area->width - MAX_SIDE) / 2;
      area->width = MAX_SIDE;
    }
  if (area->height > MAX_SIDE)
    {
      area->y += (area->height - MAX_SIDE) / 2;
      area->height = MAX_SIDE;
    }
  return TRUE;
}

static void
make_preview (PelTrainer *self, PelImage *image, PelRect area, guint serial)
{
  PelUnet *unet = pel_model_get_unet (self->candidate);
  PelTiler tiler = { .unet = unet,
                     .normalisation = pel_model_get_normalisation (self->model),
                     .separator = self->config.separator,
                     .n_views = 1,
                     .pool = self->pool,
                     .cancellable = self->run->cancellable };
  guint n_parting = pel_train_config_get_n_parting (&self->config);
  gsize n = (gsize)area.width * (gsize)area.height;
  float *foreground = pel_try_alloc (n, sizeof (float), NULL);
  float *parting = n_parting > 0 ? pel_try_alloc (n, n_parting * sizeof (float), NULL) : NULL;
  /* A preview that cannot be made is left out; training goes on. */
  if (foreground != NULL && (parting != NULL || n_parting == 0) &&
      pel_unet_copy_weights (unet, pel_model_get_unet (self->model)) &&
      pel_zoom_run (&tiler, image, &area, self->config.zoom, foreground, parting, NULL))
    {
      PelPreview preview = { .image = image,
                             .rect = area,
                             .foreground = foreground,
                             .parting = parting,
                             .separator = self->config.separator,
                             .info = pel_model_get_info (self->model),
                             .step = (guint)self->state.step,
                             .serial = serial };
      self->preview_func (&preview, self->preview_data);
    }
  pel_unet_unplan (unet);
  pel_aligned_free (foreground);
  pel_aligned_free (parting);
}

void
pel_trainer_preview_if_due (PelTrainer *self)
{
  PelTrainRun *run = self->run;
  if (self->preview_func == NULL || (self->state.step < FIRST_STEP && !self->has_init))
    return;
  gint64 now = g_get_monotonic_time ();
  double trained = pel_clock_get_seconds (&run->clock, now) - run->clock.prepared_s;
  if (run->preview_seconds > SHARE * trained)
    return;

  pthread_mutex_lock (&self->preview_mutex);
  PelImage *image = self->preview_image != NULL ? pel_image_ref (self->preview_image) : NULL;
  PelRect area = self->preview_rect;
  gboolean whole = self->preview_whole;
  guint serial = self->preview_serial;
  pthread_mutex_unlock (&self->preview_mutex);

  gboolean fresh = serial != run->previewed_serial;
  if (image != NULL && (fresh || now - run->previewed_us >= INTERVAL_US) &&
      clip_area (image, whole, &area))
    {
      make_preview (self, image, area, serial);
      gint64 done = g_get_monotonic_time ();
      run->preview_seconds += (double)(done - now) / 1e6;
      run->previewed_us = done;
      run->previewed_serial = serial;
    }
  if (image != NULL)
    pel_image_unref (image);
}
