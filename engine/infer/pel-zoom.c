/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-zoom.h"

#include <math.h>
#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/image/pel-rescale.h"

/* The network's pixels around an area that it is shown as well. */
#define MARGIN 96.0

typedef struct
{
  const PelRect *area;
  PelRect block;       /* @area and the margin around it */
  guint width, height; /* of @block as the network sees it */
} Zoomed;

/* Brings a plane of the block back to the image's pixels and takes the area out of it. */
static gboolean
bring_back (const Zoomed *zoomed, const float *plane, float *out, GError **error)
{
  const PelRect *area = zoomed->area, *block = &zoomed->block;
  guint width = (guint)block->width, height = (guint)block->height;
  if (area->width == block->width && area->height == block->height)
    return pel_rescale_plane (plane, zoomed->width, zoomed->height, out, width, height, error);
  float *whole = pel_try_alloc ((gsize)width * height, sizeof *whole, error);
  if (whole == NULL)
    return FALSE;
  gboolean good =
      pel_rescale_plane (plane, zoomed->width, zoomed->height, whole, width, height, error);
  for (gint y = 0; good && y < area->height; y++)
    memcpy (out + (gsize)y * (gsize)area->width,
            whole + (gsize)(y + area->y - block->y) * width + (area->x - block->x),
            (gsize)area->width * sizeof *out);
  pel_aligned_free (whole);
  return good;
}

static gboolean
run_zoomed (const PelTiler *tiler,
            PelImage *image,
            const PelRect *area,
            double zoom,
            float *foreground,
            float *parting,
            GError **error)
{
  PelRect all = { 0, 0, (gint)pel_image_get_width (image), (gint)pel_image_get_height (image) };
  gint margin = (gint)ceil (MARGIN / zoom);
  PelRect block = { area->x - margin, area->y - margin, area->width + 2 * margin,
                    area->height + 2 * margin };
  if (!pel_rect_intersect (&block, &all, &block))
    return TRUE;
  Zoomed zoomed = { area, block, pel_rescale_length ((guint)block.width, zoom),
                    pel_rescale_length ((guint)block.height, zoom) };
  gsize n = (gsize)zoomed.width * zoomed.height;
  PelImage *small = pel_rescale_image (image, &block, zoomed.width, zoomed.height, error);
  if (small == NULL)
    return FALSE;

  gboolean whole = block.width == all.width && block.height == all.height;
  PelImageScale scale;
  PelRect everything = { 0, 0, (gint)zoomed.width, (gint)zoomed.height };
  guint n_parting = parting != NULL ? pel_unet_get_config (tiler->unet)->out_channels - 1 : 0;
  gsize n_area = (gsize)area->width * (gsize)area->height;
  float *planes = pel_try_alloc (n, (1 + n_parting) * sizeof (float), error);
  gboolean good =
      planes != NULL &&
      pel_normalisation_measure (tiler->normalisation, whole ? small : image, &scale, error) &&
      pel_tiler_run (tiler, small, &scale, &everything, planes, n_parting > 0 ? planes + n : NULL,
                     error) &&
      bring_back (&zoomed, planes, foreground, error);
  /* Vectors keep their length and direction where both axes are scaled alike. */
  for (guint k = 0; good && k < n_parting; k++)
    good = bring_back (&zoomed, planes + (k + 1) * n, parting + k * n_area, error);
  pel_aligned_free (planes);
  pel_image_unref (small);
  return good;
}

gboolean
pel_zoom_run (const PelTiler *tiler,
              PelImage *image,
              const PelRect *area,
              double zoom,
              float *foreground,
              float *parting,
              GError **error)
{
  g_return_val_if_fail (tiler != NULL && image != NULL && area != NULL && foreground != NULL,
                        FALSE);
  g_return_val_if_fail (zoom > 0.0, FALSE);
  if (fabs (zoom - 1.0) > PEL_ZOOM_TOLERANCE)
    return run_zoomed (tiler, image, area, zoom, foreground, parting, error);
  PelImageScale scale;
  return pel_normalisation_measure (tiler->normalisation, image, &scale, error) &&
         pel_tiler_run (tiler, image, &scale, area, foreground, parting, error);
}

float *
pel_zoom_look (const PelTiler *tiler,
               PelImage *image,
               const PelRect *area,
               double zoom,
               guint *width,
               guint *height,
               GError **error)
{
  g_return_val_if_fail (tiler != NULL && image != NULL && area != NULL, NULL);
  g_return_val_if_fail (zoom > 0.0 && !pel_rect_is_empty (area), NULL);
  gboolean same = fabs (zoom - 1.0) <= PEL_ZOOM_TOLERANCE;
  gboolean whole = area->width == (gint)pel_image_get_width (image) &&
                   area->height == (gint)pel_image_get_height (image);
  *width = same ? (guint)area->width : pel_rescale_length ((guint)area->width, zoom);
  *height = same ? (guint)area->height : pel_rescale_length ((guint)area->height, zoom);
  PelImage *seen =
      same ? pel_image_ref (image) : pel_rescale_image (image, area, *width, *height, error);
  if (seen == NULL)
    return NULL;

  gsize n = (gsize)*width * *height;
  guint n_outputs = pel_unet_get_config (tiler->unet)->out_channels;
  PelRect all = { 0, 0, (gint)*width, (gint)*height };
  PelImageScale scale;
  float *planes = pel_try_alloc (n, n_outputs * sizeof *planes, error);
  if (planes != NULL &&
      !(pel_normalisation_measure (tiler->normalisation, whole ? seen : image, &scale, error) &&
        pel_tiler_run (tiler, seen, &scale, same ? area : &all, planes,
                       n_outputs > 1 ? planes + n : NULL, error)))
    g_clear_pointer (&planes, pel_aligned_free);
  pel_image_unref (seen);
  return planes;
}
