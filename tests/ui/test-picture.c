/* SPDX-License-Identifier: MIT */
/* From samples to grey values, and from the image to the screen, without a window. */
#include <gtk/gtk.h>
#include <math.h>

#include "ui/canvas/pel-image-scene.h"
#include "ui/canvas/pel-pyramid.h"
#include "ui/canvas/pel-scale-bar.h"
#include "ui/canvas/pel-viewport.h"

static guint
show (PelToneKind kind, double low, double high, double gamma, gboolean invert, const void *sample)
{
  PelChannelDisplay display = { low, high, gamma, invert };
  PelToneMap *map = pel_tone_map_new (kind, &display);
  guint8 grey;

  pel_tone_map_apply (map, sample, 1, &grey);
  pel_tone_map_unref (map);
  return grey;
}

static void
test_tones (void)
{
  const guint16 samples[] = { 0, 1000, 1500, 2000, 65535 };
  const float halves[] = { -1e30f, 0.25f, NAN, INFINITY };

  g_assert_cmpuint (show (PEL_TONE_U16, 1000, 2000, 1, FALSE, &samples[0]), ==, 0);
  g_assert_cmpuint (show (PEL_TONE_U16, 1000, 2000, 1, FALSE, &samples[1]), ==, 0);
  g_assert_cmpuint (show (PEL_TONE_U16, 1000, 2000, 1, FALSE, &samples[2]), ==, 128);
  g_assert_cmpuint (show (PEL_TONE_U16, 1000, 2000, 1, FALSE, &samples[3]), ==, 255);
  g_assert_cmpuint (show (PEL_TONE_U16, 1000, 2000, 1, FALSE, &samples[4]), ==, 255);
  g_assert_cmpuint (show (PEL_TONE_U16, 1000, 2000, 1, TRUE, &samples[4]), ==, 0);
  g_assert_cmpuint (show (PEL_TONE_U16, 1000, 2000, 2, FALSE, &samples[2]), ==, 180);
  g_assert_cmpuint (show (PEL_TONE_F32, 0, 1, 1, FALSE, &halves[0]), ==, 0);
  g_assert_cmpuint (show (PEL_TONE_F32, 0, 1, 1, FALSE, &halves[1]), ==, 64);
  g_assert_cmpuint (show (PEL_TONE_F32, 0, 1, 1, FALSE, &halves[2]), ==, 0);
  g_assert_cmpuint (show (PEL_TONE_F32, 0, 1, 1, FALSE, &halves[3]), ==, 255);
  /* A window without width is a threshold, not a division by zero. */
  g_assert_cmpuint (show (PEL_TONE_U16, 1500, 1500, 1, FALSE, &samples[1]), ==, 0);
  g_assert_cmpuint (show (PEL_TONE_U16, 1500, 1500, 1, FALSE, &samples[3]), ==, 255);
}

/* A ramp in 16 bits, of odd size: the mean of a plane is the plane at the middle, so what is shown
 * small can be computed; auto levels are the percentiles. */
static void
test_pyramid (void)
{
  static const double scales[] = { 0.03, 0.11, 0.25, 0.4, 0.77, 1, 3 };
  const guint width = 601;
  const guint height = 419;
  g_autoptr (PelImage) image = pel_image_new (width, height, 1, PEL_SAMPLE_U16, NULL);
  guint16 *plane = pel_image_get_writable_plane (image, 0);
  g_autoptr (PelPyramid) pyramid = NULL;
  PelChannelDisplay display = { 0, 65535, 1, FALSE };
  PelToneMap *map = pel_tone_map_new (PEL_TONE_U16, &display);
  double low, high;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      plane[y * width + x] = (guint16)(60 * x + 50 * y);
  pyramid = pel_pyramid_new (image, -1);
  pel_pyramid_measure (pyramid);
  pel_pyramid_get_auto_levels (pyramid, &low, &high);
  g_assert_cmpfloat (low, >, 0);
  g_assert_cmpfloat (low, <, 4000);
  g_assert_cmpfloat (high, >, 52000);
  g_assert_cmpfloat (high, <, 57000);

  for (guint built = 0; built < 2; built++)
    {
      for (guint s = 0; s < G_N_ELEMENTS (scales); s++)
        {
          double scale = scales[s];
          PelRect area = { (gint)(20 * scale), (gint)(30 * scale), (gint)(500 * scale),
                           (gint)(350 * scale) };
          g_autofree guint32 *out = g_new0 (guint32, (gsize)area.width * area.height);

          pel_pyramid_draw (pyramid, map, scale, &area, out, (gsize)area.width);
          for (gint j = 0; j < area.height; j++)
            for (gint i = 0; i < area.width; i++)
              {
                double x = (area.x + i + 0.5) / scale - 0.5;
                double y = (area.y + j + 0.5) / scale - 0.5;
                double expected = (60 * x + 50 * y) / 257;
                guint32 pixel = out[j * area.width + i];

                g_assert_cmphex (pixel, ==, 0xff000000u | (pixel & 255) * 0x010101u);
                /* Single pixels until the levels are there, then within a step or two. */
                g_assert_cmpfloat_with_epsilon (pixel & 255, expected,
                                                built || scale >= 1 ? 1.6 : 1.0 + 0.5 / scale);
              }
        }
      pel_pyramid_build (pyramid, NULL);
    }
  pel_tone_map_unref (map);
}

static void
test_viewport (void)
{
  PelViewport view;
  double x, y;

  pel_viewport_init (&view);
  pel_viewport_set_image_size (&view, 1000, 500);
  pel_viewport_set_widget_size (&view, 824, 624, 2);
  g_assert_cmpfloat (view.zoom, ==, 0.8);
  g_assert_cmpfloat (view.x, ==, 12);
  g_assert_cmpfloat (view.y, ==, 112);
  /* Stays fitted while the window grows. */
  pel_viewport_set_widget_size (&view, 1624, 1224, 2);
  g_assert_cmpfloat (view.zoom, ==, 1.6);
  /* Beside what lies on it: smaller where there is no room, else only moved, or not at all. */
  pel_viewport_set_inset (&view, 100);
  g_assert_cmpfloat (view.zoom, ==, 1.5);
  g_assert_cmpfloat (view.x, ==, 112);
  pel_viewport_set_widget_size (&view, 1624, 584, 2);
  g_assert_cmpfloat (view.zoom, ==, 1.12);
  g_assert_cmpfloat (view.x, ==, 252);
  pel_viewport_set_inset (&view, 300);
  g_assert_cmpfloat (view.zoom, ==, 1.12);
  g_assert_cmpfloat (view.x, ==, 312);
  pel_viewport_set_inset (&view, 0);
  g_assert_cmpfloat (view.x, ==, 252);
  pel_viewport_set_widget_size (&view, 1624, 1224, 2);
  g_assert_cmpfloat (view.zoom, ==, 1.6);

  pel_viewport_zoom_at (&view, 7.3, 300, 400);
  pel_viewport_to_image (&view, 812, 612, &x, &y);
  /* On whole device pixels: halves here. */
  g_assert_cmpfloat (view.x * 2, ==, round (view.x * 2));
  /* What was in the middle stays there. */
  pel_viewport_set_widget_size (&view, 1000, 700, 2);
  {
    double nx, ny;

    pel_viewport_to_image (&view, 500, 350, &nx, &ny);
    g_assert_cmpfloat_with_epsilon (nx, x, 0.1);
    g_assert_cmpfloat_with_epsilon (ny, y, 0.1);
  }
  /* The picture cannot be lost. */
  pel_viewport_scroll (&view, 1e7, -1e7);
  g_assert_cmpfloat (view.x + 1000 * view.zoom, >=, 500);
  g_assert_cmpfloat (view.y, <=, 350);
  pel_viewport_zoom_at (&view, 1e9, 0, 0);
  g_assert_cmpfloat (view.zoom, ==, PEL_VIEWPORT_ZOOM_MAX);

  view.zoom = 0.9;
  g_assert_cmpfloat (pel_viewport_step_zoom (&view, 1.4), ==, 1);
  view.zoom = 1;
  g_assert_cmpfloat (pel_viewport_step_zoom (&view, 1.5), ==, 1.5);
}

/* Two channels at once: each grey value in its colour, added, and no brighter than white. */
static void
test_together (void)
{
  g_autoptr (PelImage) image = pel_image_new (4, 4, 2, PEL_SAMPLE_U8, NULL);
  PelPyramid *pyramids[2];
  PelChannelDisplay displays[2] = { { 0, 255, 1, FALSE, 0xff0000, FALSE },
                                    { 0, 255, 1, FALSE, 0x80ff40, FALSE } };
  PelImageScene *scene;
  GdkTexture *texture;
  guint32 pixels[16];

  for (guint c = 0; c < 2; c++)
    {
      guint8 *plane = pel_image_get_writable_plane (image, c);

      for (guint i = 0; i < 16; i++)
        plane[i] = (guint8)(c == 0 ? i * 17 : 255 - i * 17);
    }
  for (guint c = 0; c < 2; c++)
    {
      pyramids[c] = pel_pyramid_new (image, (gint)c);
      pel_pyramid_measure (pyramids[c]);
    }
  scene = pel_image_scene_new_together (pyramids, displays, 2);
  texture = pel_image_scene_draw_small (scene, 4);
  gdk_texture_download (texture, (guchar *)pixels, 16);
  for (guint i = 0; i < 16; i++)
    {
      guint a = i * 17, b = 255 - i * 17;
      guint red = MIN (a + (b * 0x80 + 127) / 255, 255);

      g_assert_cmphex (pixels[i], ==, 0xff000000u | red << 16 | b << 8 | (b * 0x40 + 127) / 255);
    }
  g_object_unref (texture);
  pel_image_scene_unref (scene);
  for (guint c = 0; c < 2; c++)
    pel_pyramid_unref (pyramids[c]);
}

static void
test_scale_bar (void)
{
  g_assert_cmpfloat (pel_scale_bar_choose (2, 140), ==, 50);
  g_assert_cmpfloat (pel_scale_bar_choose (1, 140), ==, 100);
  g_assert_cmpfloat (pel_scale_bar_choose (0.6, 140), ==, 200);
  g_assert_cmpfloat_with_epsilon (pel_scale_bar_choose (1000, 140), 0.1, 1e-12);
  g_assert_cmpfloat (pel_scale_bar_choose (0, 140), ==, 0);
  g_assert_cmpfloat (pel_scale_bar_choose (NAN, 140), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/tones", test_tones);
  g_test_add_func ("/picture/pyramid", test_pyramid);
  g_test_add_func ("/picture/together", test_together);
  g_test_add_func ("/picture/viewport", test_viewport);
  g_test_add_func ("/picture/scale-bar", test_scale_bar);
  return g_test_run ();
}
