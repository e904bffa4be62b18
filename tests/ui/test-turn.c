/* SPDX-License-Identifier: MIT */
/* A turned view without a window: places, bounds, and the pixels of turned tiles. */
#include <gtk/gtk.h>
#include <math.h>
#include <string.h>

#include "ui/canvas/pel-turn.h"
#include "ui/canvas/pel-viewport.h"

#define N_VIEWS 400

static double
between (double low, double high)
{
  return g_test_rand_double_range (low, high);
}

/* Any window, image, zoom and angle, quarters among them. */
static void
make_view (PelViewport *view, guint i)
{
  const double degrees = i % 4 == 0 ? 90.0 * (i / 4 % 4) : between (-720, 720);

  pel_viewport_init (view);
  pel_viewport_set_image_size (view, (guint)g_test_rand_int_range (1, 5000),
                               (guint)g_test_rand_int_range (1, 5000));
  pel_viewport_set_widget_size (view, g_test_rand_int_range (200, 2000),
                                g_test_rand_int_range (200, 2000), g_test_rand_int_range (1, 4));
  pel_viewport_turn (view, degrees, 0, 0, 0, 0);
  g_assert_cmpfloat (view->angle, >, -180);
  g_assert_cmpfloat (view->angle, <=, 180);
  g_assert_cmpfloat_with_epsilon (remainder (view->angle - degrees, 360), 0, 1e-9);
  if (i % 3 != 0)
    pel_viewport_zoom_at (view, pow (2, between (-6, 5)), between (0, 200), between (0, 200));
}

static void
test_round_trips (void)
{
  for (guint i = 0; i < N_VIEWS; i++)
    {
      PelViewport view;
      double ix = between (-100, 5000), iy = between (-100, 5000), dx = between (-50, 50),
             dy = between (-50, 50);
      double c, s, x, y, back_x, back_y, to_x, to_y;

      make_view (&view, i);
      pel_viewport_from_image (&view, ix, iy, &x, &y);
      pel_viewport_to_image (&view, x, y, &back_x, &back_y);
      g_assert_cmpfloat_with_epsilon (back_x, ix, 1e-6);
      g_assert_cmpfloat_with_epsilon (back_y, iy, 1e-6);

      /* Clockwise on a screen whose rows go down. */
      c = cos (view.angle * G_PI / 180);
      s = sin (view.angle * G_PI / 180);
      pel_viewport_from_image (&view, ix + dx, iy + dy, &to_x, &to_y);
      g_assert_cmpfloat_with_epsilon (to_x - x, view.zoom * (c * dx - s * dy), 1e-6);
      g_assert_cmpfloat_with_epsilon (to_y - y, view.zoom * (s * dx + c * dy), 1e-6);
      pel_viewport_way_from_image (&view, dx, dy, &back_x, &back_y);
      g_assert_cmpfloat_with_epsilon (back_x, to_x - x, 1e-6);
      g_assert_cmpfloat_with_epsilon (back_y, to_y - y, 1e-6);
      pel_viewport_way_to_image (&view, back_x, back_y, &back_x, &back_y);
      g_assert_cmpfloat_with_epsilon (back_x, dx, 1e-6);
      g_assert_cmpfloat_with_epsilon (back_y, dy, 1e-6);

      /* The picture lies on the pixels of the screen. */
      g_assert_cmpfloat_with_epsilon (view.x * view.device_scale,
                                      round (view.x * view.device_scale), 1e-6);
      pel_viewport_to_picture (&view, ix, iy, &back_x, &back_y);
      g_assert_cmpfloat_with_epsilon (back_x + view.x, x, 1e-6);
      g_assert_cmpfloat_with_epsilon (back_y + view.y, y, 1e-6);
    }
}

/* Where the corners of a rectangle go, and the box round them. */
static void
get_box (void (*map) (const PelViewport *, double, double, double *, double *),
         const PelViewport *view,
         double width,
         double height,
         double box[4])
{
  box[0] = box[1] = G_MAXDOUBLE;
  box[2] = box[3] = -G_MAXDOUBLE;
  for (guint i = 0; i < 4; i++)
    {
      double x, y;

      map (view, i & 1 ? width : 0, i & 2 ? height : 0, &x, &y);
      box[0] = MIN (box[0], x);
      box[1] = MIN (box[1], y);
      box[2] = MAX (box[2], x);
      box[3] = MAX (box[3], y);
    }
}

static void
test_bounds (void)
{
  for (guint i = 0; i < N_VIEWS; i++)
    {
      PelViewport view;
      graphene_rect_t rect, area;
      double box[4], width, height;
      gboolean inside;

      make_view (&view, i);
      get_box (pel_viewport_to_image, &view, view.width, view.height, box);
      pel_viewport_get_visible (&view, &rect);
      g_assert_cmpfloat_with_epsilon (rect.origin.x, box[0], 1e-2);
      g_assert_cmpfloat_with_epsilon (rect.origin.y, box[1], 1e-2);
      g_assert_cmpfloat_with_epsilon (rect.origin.x + rect.size.width, box[2], 2e-2);
      g_assert_cmpfloat_with_epsilon (rect.origin.y + rect.size.height, box[3], 2e-2);

      /* The picture holds the image, and is hardly larger. */
      pel_viewport_get_extent (&view, &width, &height);
      get_box (pel_viewport_to_picture, &view, view.image_width, view.image_height, box);
      g_assert_cmpfloat (box[0], >, -1);
      g_assert_cmpfloat (box[1], >, -1);
      g_assert_cmpfloat (box[0], <, 1);
      g_assert_cmpfloat (box[1], <, 1);
      g_assert_cmpfloat (fabs (box[2] - width), <, 1.01);
      g_assert_cmpfloat (fabs (box[3] - height), <, 1.01);

      graphene_rect_init (&area, 0, 0, (float)view.image_width, (float)view.image_height);
      pel_viewport_get_bounds (&view, &area, &rect);
      get_box (pel_viewport_from_image, &view, view.image_width, view.image_height, box);
      g_assert_cmpfloat_with_epsilon (rect.origin.x, box[0], 0.1);
      g_assert_cmpfloat_with_epsilon (rect.origin.y + rect.size.height, box[3], 0.1);
      inside = box[0] >= 0 && box[1] >= 0 && box[2] <= view.width && box[3] <= view.height;
      if (inside)
        g_assert_true (pel_viewport_sees (&view, &area));
      if (box[0] < -1 || box[1] < -1 || box[2] > view.width + 1 || box[3] > view.height + 1)
        g_assert_false (pel_viewport_sees (&view, &area));
    }
}

/* All of the image is in view, and no smaller than need be. */
static void
test_fit (void)
{
  for (guint i = 0; i < N_VIEWS; i++)
    {
      PelViewport view;
      double box[4], room;

      make_view (&view, i);
      pel_viewport_fit (&view);
      get_box (pel_viewport_from_image, &view, view.image_width, view.image_height, box);
      g_assert_cmpfloat (box[0], >=, 10);
      g_assert_cmpfloat (box[1], >=, 10);
      g_assert_cmpfloat (box[2], <=, view.width - 10);
      g_assert_cmpfloat (box[3], <=, view.height - 10);
      room = MIN (view.width - (box[2] - box[0]), view.height - (box[3] - box[1]));
      if (view.zoom < 4)
        g_assert_cmpfloat_with_epsilon (room, 24, 1e-6);
      /* It stays so while it turns, and is in the middle. */
      pel_viewport_turn (&view, view.angle + 33, 0, 0, 0, 0);
      g_assert_true (view.fitted);
      pel_viewport_from_image (&view, view.image_width / 2.0, view.image_height / 2.0, &box[0],
                               &box[1]);
      g_assert_cmpfloat_with_epsilon (box[0], view.width / 2, 1);
      g_assert_cmpfloat_with_epsilon (box[1], view.height / 2, 1);
    }
}

/* A point that stays where it is, and an image that cannot be lost. */
static void
test_turning (void)
{
  static const double steps[][3] = { { 0, 15, 15 },   { 0, -15, -15 },  { 7, 15, 15 },
                                     { 7, -15, 0 },   { 15, 15, 30 },   { 15, -15, 0 },
                                     { -7, 15, 0 },   { -7, -15, -15 }, { 180, 15, 195 },
                                     { 44.9, 15, 45 } };
  PelViewport view, other;

  pel_viewport_init (&view);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      pel_viewport_turn (&view, steps[i][0], 0, 0, 0, 0);
      g_assert_cmpfloat_with_epsilon (pel_viewport_step_angle (&view, steps[i][1]), steps[i][2],
                                      1e-9);
    }
  for (guint i = 0; i < N_VIEWS; i++)
    {
      double x, y, ix, iy, beside_x, beside_y;

      make_view (&view, i);
      pel_viewport_center (&view, view.zoom, view.image_width / 2.0, view.image_height / 2.0);
      pel_viewport_to_image (&view, view.width / 2, view.height / 2, &ix, &iy);
      pel_viewport_turn (&view, between (-180, 180), ix, iy, view.width / 2, view.height / 2);
      pel_viewport_from_image (&view, ix, iy, &x, &y);
      /* Twice half a pixel, where the image is so small that it cannot be moved. */
      g_assert_cmpfloat_with_epsilon (x, view.width / 2, 1.3);
      g_assert_cmpfloat_with_epsilon (y, view.height / 2, 1.3);

      /* As far away as it goes, some of it is near the middle of the view. */
      pel_viewport_scroll (&view, between (-1e7, 1e7), between (-1e7, 1e7));
      pel_viewport_to_image (&view, view.width / 2, view.height / 2, &ix, &iy);
      beside_x = MAX (MAX (-ix, ix - view.image_width), 0) * view.zoom;
      beside_y = MAX (MAX (-iy, iy - view.image_height), 0) * view.zoom;
      g_assert_cmpfloat (hypot (beside_x, beside_y), <, 0.5 * MIN (view.width, view.height));

      /* Where it was is kept for later, also for another window. */
      pel_viewport_to_image (&view, view.width / 2, view.height / 2, &ix, &iy);
      pel_viewport_init (&other);
      pel_viewport_set_widget_size (&other, view.width, view.height, view.device_scale);
      pel_viewport_restore (&other, &view);
      g_assert_cmpfloat (other.angle, ==, view.angle);
      g_assert_cmpfloat (other.zoom, ==, view.zoom);
      pel_viewport_from_image (&other, ix, iy, &x, &y);
      g_assert_cmpfloat_with_epsilon (x, other.width / 2, 1.3);
      g_assert_cmpfloat_with_epsilon (y, other.height / 2, 1.3);
      pel_viewport_forget_image (&other);
      g_assert_cmpfloat (other.angle, ==, 0);
    }
}

/* ---- pixels ---- */

#define WIDTH 67
#define HEIGHT 41

static guint32
get_pixel (gint x, gint y)
{
  const guint v = (guint)(x * 7919 + y * 104729);

  return 0xff000000u | (v * 2654435761u >> 8);
}

static gboolean
draw_pixels (gconstpointer scene, double scale, const PelRect *area, guint32 *out, gsize stride)
{
  g_assert_cmpint (area->x, >=, 0);
  g_assert_cmpint (area->y, >=, 0);
  g_assert_cmpint (area->x + area->width, <=, WIDTH);
  g_assert_cmpint (area->y + area->height, <=, HEIGHT);
  for (gint y = 0; y < area->height; y++)
    for (gint x = 0; x < area->width; x++)
      out[(gsize)y * stride + (gsize)x] = scene ? get_pixel (area->x + x, area->y + y) : 0;
  return scene != NULL;
}

static const PelTileSource opaque = { TRUE, draw_pixels, NULL, NULL };
static const PelTileSource clear = { FALSE, draw_pixels, NULL, NULL };

static void
draw_all (const PelTurn *turn, const PelTileSource *source, guint32 *out)
{
  const PelRect all = { 0, 0, turn->width, turn->height };

  g_assert_true (pel_turn_draw (turn, source, "", 1, WIDTH, HEIGHT, &all, out, (gsize)turn->width));
}

/* No pixel is lost or mixed. */
static void
test_quarters (void)
{
  for (gint quarter = -3; quarter <= 3; quarter++)
    {
      PelTurn turn;
      g_autofree guint32 *out = NULL;

      /* Sizes that are no whole numbers, as zoom makes them. */
      pel_turn_init (&turn, 90 * quarter, WIDTH + 0.3, HEIGHT - 0.4);
      g_assert_cmpint (turn.width, ==, quarter % 2 == 0 ? WIDTH : HEIGHT);
      g_assert_cmpint (turn.height, ==, quarter % 2 == 0 ? HEIGHT : WIDTH);
      out = g_new0 (guint32, (gsize)turn.width * (gsize)turn.height);
      draw_all (&turn, &opaque, out);
      for (gint y = 0; y < turn.height; y++)
        for (gint x = 0; x < turn.width; x++)
          {
            const gint n = (quarter + 4) % 4;
            const gint from_x = n == 0 ? x : n == 1 ? y : n == 2 ? WIDTH - 1 - x : WIDTH - 1 - y;
            const gint from_y = n == 0 ? y : n == 1 ? HEIGHT - 1 - x : n == 2 ? HEIGHT - 1 - y : x;

            g_assert_cmphex (out[y * turn.width + x], ==, get_pixel (from_x, from_y));
          }
    }
}

static double
get_channel (gint x, gint y, guint shift, guint32 beside)
{
  const gboolean inside = x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT;

  return (inside ? get_pixel (x, y) : beside) >> shift & 255;
}

/* As computed in floating point, beside the image as well. */
static void
test_angles (void)
{
  for (guint i = 0; i < 40; i++)
    {
      const double degrees = between (-180, 180);
      const double c = cos (degrees * G_PI / 180), s = sin (degrees * G_PI / 180);
      const PelTileSource *source = i % 2 ? &opaque : &clear;
      const guint32 beside = i % 2 ? PEL_TILE_SURROUND : 0;
      PelTurn turn;
      g_autofree guint32 *out = NULL;

      pel_turn_init (&turn, degrees, WIDTH, HEIGHT);
      out = g_new0 (guint32, (gsize)turn.width * (gsize)turn.height);
      draw_all (&turn, source, out);
      for (gint y = 0; y < turn.height; y++)
        for (gint x = 0; x < turn.width; x++)
          {
            const double px = x + 0.5 - turn.x, py = y + 0.5 - turn.y;
            const double u = c * px + s * py - 0.5, v = c * py - s * px - 0.5;
            const gint ix = (gint)floor (u), iy = (gint)floor (v);

            for (guint shift = 0; shift < 32; shift += 8)
              {
                const double upper = get_channel (ix, iy, shift, beside) * (ix + 1 - u) +
                                     get_channel (ix + 1, iy, shift, beside) * (u - ix);
                const double lower = get_channel (ix, iy + 1, shift, beside) * (ix + 1 - u) +
                                     get_channel (ix + 1, iy + 1, shift, beside) * (u - ix);

                /* Weights have eight bits. */
                g_assert_cmpfloat_with_epsilon (out[y * turn.width + x] >> shift & 255,
                                                upper * (iy + 1 - v) + lower * (v - iy), 3.1);
              }
          }
    }
}

/* However the picture is cut into parts, and what changed is drawn anew. */
static void
test_parts (void)
{
  for (guint i = 0; i < 40; i++)
    {
      PelTurn turn;
      g_autofree guint32 *whole = NULL, *parts = NULL;
      const gint side = g_test_rand_int_range (5, 30);
      PelRect area = { g_test_rand_int_range (0, 50), g_test_rand_int_range (0, 30), 4, 3 }, bounds;

      pel_turn_init (&turn, i % 5 == 0 ? 90 * (i % 4) : between (-180, 180), WIDTH, HEIGHT);
      whole = g_new0 (guint32, (gsize)turn.width * (gsize)turn.height);
      parts = g_new0 (guint32, (gsize)turn.width * (gsize)turn.height);
      draw_all (&turn, &clear, whole);
      for (gint y = 0; y < turn.height; y += side)
        for (gint x = 0; x < turn.width; x += side)
          {
            const PelRect part = { x, y, MIN (side, turn.width - x), MIN (side, turn.height - y) };

            pel_turn_draw (&turn, &clear, "", 1, WIDTH, HEIGHT, &part, parts + y * turn.width + x,
                           (gsize)turn.width);
          }
      /* A row begins anew in each part: the last bit of a place may differ. */
      for (gint k = 0; k < turn.width * turn.height; k++)
        for (guint shift = 0; shift < 32; shift += 8)
          g_assert_cmpint (ABS ((gint)(whole[k] >> shift & 255) - (gint)(parts[k] >> shift & 255)),
                           <=, 2);

      pel_turn_get_bounds (&turn, &area, &bounds);
      for (gint y = 0; y < turn.height; y++)
        for (gint x = 0; x < turn.width; x++)
          {
            double u, v;

            pel_turn_back (&turn, x + 0.5, y + 0.5, &u, &v);
            /* So near to it the area is mixed in. */
            if (u > area.x - 0.5 && v > area.y - 0.5 && u < area.x + area.width + 0.5 &&
                v < area.y + area.height + 0.5)
              g_assert_true (pel_turn_is_upright (&turn) || turn.cos == 0 || turn.sin == 0 ||
                             pel_rect_intersect (&bounds, &(PelRect){ x, y, 1, 1 }, NULL));
          }
    }
}

/* Nothing is transparent, whatever was there before. */
static void
test_empty (void)
{
  PelTurn turn;
  guint32 out[16 * 16];
  const PelRect corner = { 0, 0, 16, 16 };

  pel_turn_init (&turn, 30, WIDTH, HEIGHT);
  memset (out, 0x55, sizeof out);
  g_assert_false (pel_turn_draw (&turn, &clear, NULL, 1, WIDTH, HEIGHT, &corner, out, 16));
  for (guint i = 0; i < G_N_ELEMENTS (out); i++)
    g_assert_cmphex (out[i], ==, 0);
  g_assert_true (
      pel_turn_draw (&turn, &opaque, "", 1, WIDTH, HEIGHT, &(PelRect){ 0, 0, 2, 2 }, out, 16));
  g_assert_cmphex (out[0], ==, PEL_TILE_SURROUND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turn/round-trips", test_round_trips);
  g_test_add_func ("/turn/bounds", test_bounds);
  g_test_add_func ("/turn/fit", test_fit);
  g_test_add_func ("/turn/turning", test_turning);
  g_test_add_func ("/turn/quarters", test_quarters);
  g_test_add_func ("/turn/angles", test_angles);
  g_test_add_func ("/turn/parts", test_parts);
  g_test_add_func ("/turn/empty", test_empty);
  return g_test_run ();
}
