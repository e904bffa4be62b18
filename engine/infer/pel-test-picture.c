/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-test-picture.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-random.h"
#include "engine/image/pel-image.h"
#include "engine/nn/pel-flow-loss.h"

#define BACKGROUND 400.0
#define BRIGHTNESS 1800.0
#define NOISE 60.0
/* Grey values are multiples of this: so few of them are left that neighbours in their order are
 * mostly equal. */
#define GREY_STEP 32
#define MAX_TRIES 64
/* Where the model does not tell, and what fits into a small picture. */
#define USUAL_DIAMETER 24.0
#define LEAST_DIAMETER 8.0

typedef struct
{
  double x, y, radius, stretch, angle, brightness;
} Blob;

/* One in the middle of each square of a grid, more or less. */
static GArray *
place_blobs (PelRandom *random, double diameter, guint width, guint height)
{
  GArray *blobs = g_array_new (FALSE, FALSE, sizeof (Blob));
  double pitch = diameter * 1.4;

  for (double y = 0.6 * pitch; y < height; y += pitch)
    for (double x = 0.6 * pitch; x < width; x += pitch)
      {
        Blob blob = { .x = x + pel_random_range (random, -0.2, 0.2) * pitch,
                      .y = y + pel_random_range (random, -0.2, 0.2) * pitch,
                      .radius = 0.5 * diameter * pel_random_range (random, 0.75, 1.15),
                      .stretch = pel_random_range (random, 1.0, 1.5),
                      .angle = pel_random_range (random, 0.0, G_PI),
                      .brightness = pel_random_range (random, 0.6, 1.0) };

        if (pel_random_uniform (random) < 0.8)
          g_array_append_val (blobs, blob);
      }
  return blobs;
}

/* 1 inside, 0 outside, and between over about two pixels. */
static double
get_share (const Blob *blob, double x, double y)
{
  double dx = x - blob->x, dy = y - blob->y, reach = blob->radius * blob->stretch + 6.0;
  if (dx * dx + dy * dy > reach * reach)
    return 0.0;
  double c = cos (blob->angle), s = sin (blob->angle);
  double u = (dx * c + dy * s) / blob->stretch, v = (dy * c - dx * s) * blob->stretch;

  return 0.5 * erfc ((hypot (u, v) - blob->radius) / 1.5);
}

static void
draw (PelImage *image, guint64 seed, double diameter)
{
  guint width = pel_image_get_width (image), height = pel_image_get_height (image);
  PelRandom random;

  pel_random_init (&random, seed, 0);
  g_autoptr (GArray) blobs = place_blobs (&random, diameter, width, height);
  for (guint c = 0; c < pel_image_get_n_channels (image); c++)
    {
      guint16 *plane = pel_image_get_writable_plane (image, c);
      double gain = 1.0 / (1.0 + 0.3 * c);

      for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++)
          {
            double light = 0.0;

            for (guint i = 0; i < blobs->len; i++)
              {
                const Blob *blob = &g_array_index (blobs, Blob, i);

                light = MAX (light, blob->brightness * get_share (blob, x, y));
              }
            double grey =
                BACKGROUND + gain * BRIGHTNESS * light + NOISE * pel_random_normal (&random);
            *plane++ = (guint16)(GREY_STEP * (gint)CLAMP (grey / GREY_STEP, 0.0, 100.0));
          }
    }
}

static int
compare_greys (const void *a, const void *b)
{
  return (int)*(const guint16 *)a - (int)*(const guint16 *)b;
}

/* Whether the values on both sides of a percentile are the same. */
static gboolean
is_plain (const guint16 *sorted, gsize n, double percentile)
{
  gsize at = (gsize)(percentile / 100.0 * (double)(n - 1));

  return (at == 0 || sorted[at - 1] == sorted[at]) &&
         (at + 1 >= n || sorted[at] == sorted[at + 1]) &&
         (at + 2 >= n || sorted[at] == sorted[at + 2]);
}

static gboolean
has_plain_percentiles (const PelNormalisation *normalisation, const PelImage *image)
{
  gsize n = (gsize)pel_image_get_width (image) * pel_image_get_height (image);
  g_autofree guint16 *sorted = g_new (guint16, n);

  for (guint c = 0; c < pel_image_get_n_channels (image); c++)
    {
      memcpy (sorted, pel_image_get_plane (image, c), n * sizeof *sorted);
      qsort (sorted, n, sizeof *sorted, compare_greys);
      if (!is_plain (sorted, n, normalisation->low_percentile) ||
          !is_plain (sorted, n, normalisation->high_percentile))
        return FALSE;
    }
  return TRUE;
}

static double
get_diameter (PelModel *model, guint width, guint height)
{
  double known = pel_model_get_info (model)->typical_diameter *
                 pel_train_config_get_zoom (pel_model_get_config (model));

  return CLAMP (known > 0.0 ? known : USUAL_DIAMETER, LEAST_DIAMETER, MIN (width, height) / 3.0);
}

/* A picture whose channels are the network's, to be prepared by @plain. */
static PelImage *
make_image (PelModel *model,
            const PelNormalisation *plain,
            guint width,
            guint height,
            GError **error)
{
  PelImage *image = pel_image_new (width, height, plain->in_channels, PEL_SAMPLE_U16, error);

  for (guint64 seed = 0; image != NULL && seed < MAX_TRIES; seed++)
    {
      draw (image, seed, get_diameter (model, width, height));
      if (has_plain_percentiles (plain, image))
        break;
    }
  return image;
}

static gboolean
prepare (PelTestPicture *self, const PelNormalisation *plain, PelImage *image, GError **error)
{
  PelRect all = { 0, 0, (gint)pel_image_get_width (image), (gint)pel_image_get_height (image) };
  gsize plane = (gsize)all.width * (gsize)all.height;
  PelImageScale scale;

  if (!pel_normalisation_measure (plain, image, &scale, error))
    return FALSE;
  for (guint c = 0; c < plain->in_channels; c++)
    {
      pel_image_read_float (image, (gint)c, &all, self->raw.data + c * plane, (gsize)all.width);
      pel_normalisation_read (plain, image, &scale, c, &all, self->prepared.data + c * plane);
    }
  return TRUE;
}

static gboolean
run (PelTestPicture *self, PelUnet *unet, gboolean has_flows, PelPool *pool, GError **error)
{
  gsize n, plane = (gsize)self->probabilities.shape.h * self->probabilities.shape.w;

  if (!pel_shape_count (self->probabilities.shape, &n) ||
      !pel_unet_plan (unet, self->prepared.shape, PEL_PHASE_PREDICT, pool, error))
    return FALSE;
  pel_unet_set_cancellable (unet, NULL);
  pel_unet_forward (unet, &self->prepared, &self->probabilities);
  pel_unet_unplan (unet);
  for (gsize i = 0; i < n; i++)
    self->probabilities.data[i] =
        pel_output_read (self->probabilities.data[i], (guint)(i / plane), has_flows);
  return TRUE;
}

gboolean
pel_test_picture_init (PelTestPicture *self,
                       PelModel *model,
                       guint width,
                       guint height,
                       PelPool *pool,
                       GError **error)
{
  g_return_val_if_fail (self != NULL && model != NULL && pool != NULL, FALSE);

  PelUnet *unet = pel_model_get_unet (model);
  const PelUnetConfig *config = pel_unet_get_config (unet);
  /* The channels are the network's own already, and cells are bright. */
  PelNormalisation plain = *pel_model_get_normalisation (model);
  PelShape in = { 1, config->in_channels, height, width };
  PelShape out = { 1, config->out_channels, height, width };

  *self = (PelTestPicture){ 0 };
  plain.polarity = PEL_POLARITY_KEEP;
  plain.channel = plain.in_channels == 1 ? 0 : PEL_CHANNEL_LUMINANCE;
  PelImage *image = make_image (model, &plain, width, height, error);
  gboolean good =
      image != NULL && pel_tensor_init (&self->raw, in, error) &&
      pel_tensor_init (&self->prepared, in, error) &&
      pel_tensor_init (&self->probabilities, out, error) && prepare (self, &plain, image, error) &&
      run (self, unet, pel_train_config_has_flows (pel_model_get_config (model)), pool, error);

  pel_image_unref (image);
  if (!good)
    pel_test_picture_clear (self);
  return good;
}

void
pel_test_picture_clear (PelTestPicture *self)
{
  pel_tensor_clear (&self->raw);
  pel_tensor_clear (&self->prepared);
  pel_tensor_clear (&self->probabilities);
}

/* ---- the picture of it ---- */

static cairo_surface_t *
make_surface (const float *values, guint width, guint height)
{
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)width, (int)height);
  guint8 *data = cairo_image_surface_get_data (surface);
  gsize stride = (gsize)cairo_image_surface_get_stride (surface);

  for (guint y = 0; y < height && data != NULL; y++)
    for (guint x = 0; x < width; x++)
      {
        guint32 grey = (guint32)lrintf (255.0f * CLAMP (*values, 0.0f, 1.0f));
        guint32 pixel = grey << 16 | grey << 8 | grey;

        memcpy (data + y * stride + x * sizeof pixel, &pixel, sizeof pixel);
        values++;
      }
  cairo_surface_mark_dirty (surface);
  return surface;
}

/* The largest square from the middle of @tensor's first channel. */
static void
paint_half (cairo_t *cr, const PelTensor *tensor, guint side, guint which)
{
  guint width = tensor->shape.w, height = tensor->shape.h, square = MIN (width, height);
  cairo_surface_t *surface = make_surface (tensor->data, width, height);

  cairo_save (cr);
  cairo_rectangle (cr, which * side, 0, side, side);
  cairo_clip (cr);
  cairo_translate (cr, which * side, 0);
  cairo_scale (cr, (double)side / square, (double)side / square);
  cairo_set_source_surface (cr, surface, -0.5 * (width - square), -0.5 * (height - square));
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

static cairo_status_t
append_png (void *out, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (out, data, length);
  return CAIRO_STATUS_SUCCESS;
}

GByteArray *
pel_test_picture_to_png (const PelTestPicture *self, guint side)
{
  g_return_val_if_fail (self != NULL && side > 0, NULL);

  GByteArray *out = g_byte_array_new ();
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, 2 * (int)side, (int)side);
  cairo_t *cr = cairo_create (surface);

  paint_half (cr, &self->prepared, side, 0);
  paint_half (cr, &self->probabilities, side, 1);
  cairo_destroy (cr);
  cairo_surface_write_to_png_stream (surface, append_png, out);
  cairo_surface_destroy (surface);
  return out;
}
