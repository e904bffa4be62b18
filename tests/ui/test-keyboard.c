/* SPDX-License-Identifier: MIT */
/* Every tool by keys alone: the cross-hair goes where arrows send it, Space is the button. */
#include "tests/ui/pel-canvas-test.h"
#include "tests/ui/pel-tool-test.h"

#include <math.h>

#include "app/document/pel-undo.h"
#include "ui/canvas/pel-canvas-view.h"
#include "ui/keys/pel-key-map.h"
#include "ui/tools/pel-measure-tool.h"

#define WIDTH 240
#define HEIGHT 180
/* A bright disc to be found by what looks at the image. */
#define DISC_X 120.0
#define DISC_Y 90.0
#define DISC_RADIUS 40.0

typedef PelCanvasTest Fixture;

static guint8
disc (guint x, guint y)
{
  double distance = hypot (x + 0.5 - DISC_X, y + 0.5 - DISC_Y);

  return (guint8)(60 + 100 / (1 + exp ((distance - DISC_RADIUS) / 1.5)) + (x * 5 + y * 3) % 4);
}

static void
setup (Fixture *f, gconstpointer id)
{
  pel_canvas_test_set_up (f, pel_canvas_new (), WIDTH, HEIGHT, disc);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 500, 400);
  pel_canvas_test_show (f);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  pel_canvas_test_tear_down (f);
}

static void
press (Fixture *f, guint keyval, GdkModifierType state)
{
  g_assert_true (pel_canvas_key_press (f->canvas, keyval, state));
}

static void
tap (Fixture *f, guint keyval)
{
  press (f, keyval, 0);
  pel_canvas_key_release (f->canvas, keyval);
}

static void
get_place (Fixture *f, double *x, double *y)
{
  pel_viewport_to_image (&f->canvas->view, f->canvas->pointer_x, f->canvas->pointer_y, x, y);
}

/* Big steps first, then single pixels, as anybody would. */
static void
go (Fixture *f, double x, double y)
{
  for (guint n = 0; n < 2000; n++)
    {
      double at_x, at_y, dx, dy;
      gboolean fine;

      get_place (f, &at_x, &at_y);
      dx = x - at_x;
      dy = y - at_y;
      if (fabs (dx) <= 0.75 && fabs (dy) <= 0.75)
        return;
      fine = MAX (fabs (dx), fabs (dy)) * f->canvas->view.zoom < 10;
      if (fabs (dx) >= fabs (dy))
        press (f, dx > 0 ? GDK_KEY_Right : GDK_KEY_Left, fine ? GDK_SHIFT_MASK : 0);
      else
        press (f, dy > 0 ? GDK_KEY_Down : GDK_KEY_Up, fine ? GDK_SHIFT_MASK : 0);
    }
  g_assert_not_reached ();
}

static void
click_at (Fixture *f, double x, double y)
{
  go (f, x, y);
  tap (f, GDK_KEY_space);
}

static void
drag (Fixture *f, double x0, double y0, double x1, double y1)
{
  go (f, x0, y0);
  press (f, GDK_KEY_space, 0);
  press (f, GDK_KEY_space, 0); /* it repeats while held */
  go (f, x1, y1);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
}

static void
wait_for_tool (Fixture *f)
{
  pel_tool_test_wait (pel_canvas_get_tool (f->canvas));
}

static guint32
label_at (Fixture *f, gint x, gint y)
{
  return pel_mask_get_label (f->mask, x, y);
}

static void
fill_box (Fixture *f, gint x0, gint y0, gint x1, gint y1, guint32 label)
{
  pel_mask_begin_stroke (f->mask, "test");
  for (gint y = y0; y < y1; y++)
    pel_mask_fill_span (f->mask, y, x0, x1, label, FALSE);
  pel_mask_end_stroke (f->mask, pel_image_document_get_undo (f->document));
}

/* ---- one function per tool ---- */

static void
use_select (Fixture *f)
{
  fill_box (f, 20, 20, 40, 40, 3);
  fill_box (f, 60, 20, 80, 40, 4);
  click_at (f, 30, 30);
  g_assert_true (pel_display_is_selected (f->display, 3));
  drag (f, 10, 10, 100, 60);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 2);
  /* Ctrl+Space is the left one with Shift: one of them is taken out, and put in again. */
  g_assert_true (pel_display_is_selected (f->display, 3));
  go (f, 30, 30);
  for (guint i = 0; i < 2; i++)
    {
      press (f, GDK_KEY_space, GDK_CONTROL_MASK);
      pel_canvas_key_release (f->canvas, GDK_KEY_space);
      g_assert_cmpint (pel_display_is_selected (f->display, 3), ==, i == 1);
      g_assert_true (pel_display_is_selected (f->display, 4));
    }
  /* All three keys are the left one with Ctrl, which picks. */
  press (f, GDK_KEY_space, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 1);
  g_assert_cmpuint (pel_display_get_current_label (f->display), ==, 3);
  /* Shift+Space is the right button: a line round one of them. */
  go (f, 50, 10);
  press (f, GDK_KEY_space, GDK_SHIFT_MASK);
  go (f, 90, 10);
  go (f, 90, 50);
  go (f, 50, 50);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 1);
  g_assert_true (pel_display_is_selected (f->display, 4));
  tap (f, GDK_KEY_Delete);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
}

static void
use_brush (Fixture *f)
{
  const double size = pel_display_get_brush_size (f->display);

  drag (f, 40, 40, 90, 40);
  g_assert_cmpuint (label_at (f, 40, 40), ==, 1);
  g_assert_cmpuint (label_at (f, 65, 40), ==, 1);
  g_assert_cmpuint (label_at (f, 90, 40), ==, 1);
  /* With Shift a drag changes its size: Ctrl may still be down while the arrows are pressed. */
  press (f, GDK_KEY_space, GDK_CONTROL_MASK);
  for (guint i = 0; i < 3; i++)
    press (f, GDK_KEY_Right, i == 0 ? GDK_CONTROL_MASK : 0);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  g_assert_cmpfloat (pel_display_get_brush_size (f->display), >, size);
  pel_display_set_brush_size (f->display, size);
  /* Shift+Space is the right button: it erases. */
  go (f, 65, 40);
  press (f, GDK_KEY_space, GDK_SHIFT_MASK);
  go (f, 65, 50);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  g_assert_cmpuint (label_at (f, 65, 40), ==, 0);
}

static void
use_eraser (Fixture *f)
{
  fill_box (f, 20, 20, 60, 60, 2);
  drag (f, 40, 40, 50, 40);
  g_assert_cmpuint (label_at (f, 45, 40), ==, 0);
  g_assert_cmpuint (label_at (f, 22, 22), ==, 2);
}

static void
use_lasso (Fixture *f)
{
  go (f, 30, 30);
  press (f, GDK_KEY_space, 0);
  go (f, 70, 30);
  go (f, 70, 70);
  go (f, 30, 70);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  g_assert_cmpuint (label_at (f, 50, 50), ==, 0);
  /* The corner under the cross-hair is dragged with the outline in the air. */
  press (f, GDK_KEY_space, 0);
  go (f, 30, 100);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  tap (f, GDK_KEY_Return);
  g_assert_false (pel_tool_is_active (pel_canvas_get_tool (f->canvas)));
  g_assert_cmpuint (label_at (f, 50, 50), ==, 1);
  g_assert_cmpuint (label_at (f, 33, 90), ==, 1);
  g_assert_cmpuint (label_at (f, 80, 50), ==, 0);
}

static void
use_polygon (Fixture *f)
{
  double x, y, to_x, to_y;

  click_at (f, 30, 30);
  click_at (f, 90, 30);
  click_at (f, 60, 90);
  click_at (f, 30, 60);
  /* Corners are chosen, moved, added and taken away with keys of their own; the cross-hair stays
   * where it is until Escape gives the arrows back to it. */
  get_place (f, &x, &y);
  tap (f, GDK_KEY_Home);
  tap (f, GDK_KEY_Delete);
  tap (f, GDK_KEY_End);
  tap (f, GDK_KEY_Insert);
  for (guint i = 0; i < 10; i++)
    press (f, GDK_KEY_Up, GDK_SHIFT_MASK);
  get_place (f, &to_x, &to_y);
  g_assert_cmpfloat (x, ==, to_x);
  g_assert_cmpfloat (y, ==, to_y);
  tap (f, GDK_KEY_Escape);
  tap (f, GDK_KEY_Right);
  get_place (f, &to_x, &to_y);
  g_assert_cmpfloat (x, <, to_x);
  /* Without a cross-hair they are the same. */
  tap (f, GDK_KEY_End);
  tap (f, GDK_KEY_x);
  for (guint i = 0; i < 10; i++)
    press (f, GDK_KEY_Up, GDK_SHIFT_MASK);
  tap (f, GDK_KEY_Down);
  g_assert_true (pel_tool_is_active (pel_canvas_get_tool (f->canvas)));
  tap (f, GDK_KEY_Return);
  g_assert_cmpuint (label_at (f, 60, 50), ==, 1);
  g_assert_cmpuint (label_at (f, 60, 10), ==, 1);
  g_assert_cmpuint (label_at (f, 32, 80), ==, 0);
}

static void
use_fill (Fixture *f)
{
  fill_box (f, 20, 20, 60, 60, 2);
  fill_box (f, 35, 35, 45, 45, 0);
  click_at (f, 40, 40);
  g_assert_cmpuint (label_at (f, 40, 40), ==, 2);
}

static void
use_wand (Fixture *f)
{
  drag (f, DISC_X - 15, DISC_Y, DISC_X + 15, DISC_Y);
  g_assert_cmpuint (label_at (f, (gint)DISC_X, (gint)DISC_Y), ==, 1);
  g_assert_cmpuint (label_at (f, 10, 10), ==, 0);
}

static void
use_smart_edge (Fixture *f)
{
  for (guint i = 0; i < 4; i++)
    {
      double angle = (90.0 * i + 30) * G_PI / 180;

      click_at (f, DISC_X + DISC_RADIUS * cos (angle), DISC_Y + DISC_RADIUS * sin (angle));
      wait_for_tool (f);
    }
  tap (f, GDK_KEY_Return);
  wait_for_tool (f);
  g_assert_cmpuint (pel_mask_get_label_size (f->mask, 1), >, 4700);
  g_assert_cmpuint (pel_mask_get_label_size (f->mask, 1), <, 5400);
}

static void
use_smart_fill (Fixture *f)
{
  click_at (f, DISC_X, DISC_Y + 5);
  wait_for_tool (f);
  tap (f, GDK_KEY_plus);
  wait_for_tool (f);
  tap (f, GDK_KEY_minus);
  wait_for_tool (f);
  tap (f, GDK_KEY_Return);
  g_assert_cmpuint (pel_mask_get_label_size (f->mask, 1), >, 4500);
  g_assert_cmpuint (pel_mask_get_label_size (f->mask, 1), <, 5600);
}

static void
use_split (Fixture *f)
{
  fill_box (f, 20, 20, 80, 60, 2);
  drag (f, 50, 10, 50, 70);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 2);
  g_assert_cmpuint (label_at (f, 30, 40), !=, label_at (f, 70, 40));
}

static void
use_merge (Fixture *f)
{
  fill_box (f, 20, 20, 50, 60, 2);
  fill_box (f, 50, 20, 80, 60, 5);
  drag (f, 30, 40, 70, 40);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  g_assert_cmpuint (label_at (f, 70, 40), ==, 2);
}

static void
use_pick (Fixture *f)
{
  fill_box (f, 20, 20, 50, 60, 9);
  click_at (f, 30, 30);
  g_assert_cmpuint (pel_display_get_current_label (f->display), ==, 9);
}

static void
use_measure (Fixture *f)
{
  double px, um;

  drag (f, 40, 40, 100, 40);
  g_assert_true (
      pel_measure_tool_get_length (PEL_MEASURE_TOOL (pel_canvas_get_tool (f->canvas)), &px, &um));
  g_assert_cmpfloat_with_epsilon (px, 60, 2.5);
}

static void
use_region (Fixture *f)
{
  const PelRect *regions;
  guint n;

  drag (f, 40, 40, 100, 90);
  regions = pel_image_document_get_complete_regions (f->document, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (ABS (regions[0].width - 60), <=, 2);
  go (f, 60, 60);
  tap (f, GDK_KEY_Delete);
  pel_image_document_get_complete_regions (f->document, &n);
  g_assert_cmpuint (n, ==, 0);
}

static void
use_pan (Fixture *f)
{
  double before = f->canvas->view.x;

  /* Without the cross-hair the arrows move the view themselves. */
  tap (f, GDK_KEY_Escape);
  g_assert_false (pel_canvas_get_cross_hair (f->canvas));
  pel_canvas_zoom_at (f->canvas, 4, NULL);
  before = f->canvas->view.x;
  tap (f, GDK_KEY_Right);
  g_assert_cmpfloat (f->canvas->view.x, <, before);
}

static const struct
{
  const char *id;
  void (*use) (Fixture *f);
} uses[] = {
  { "select", use_select },   { "brush", use_brush },           { "eraser", use_eraser },
  { "lasso", use_lasso },     { "polygon", use_polygon },       { "fill", use_fill },
  { "wand", use_wand },       { "smart-edge", use_smart_edge }, { "smart-fill", use_smart_fill },
  { "split", use_split },     { "merge", use_merge },           { "pick", use_pick },
  { "measure", use_measure }, { "region", use_region },         { "pan", use_pan },
};

static void
test_tool (Fixture *f, gconstpointer id)
{
  g_autofree char *command = g_strconcat ("tool-", id, NULL);
  PelKeyMap *map = pel_key_map_get_for_display (gdk_display_get_default ());
  guint keyval;
  GdkModifierType state;

  g_assert_true (gtk_accelerator_parse (pel_key_map_get_keys (map, pel_command_find (command))[0],
                                        &keyval, &state));
  g_assert_cmpint (state, ==, 0);
  tap (f, keyval);
  g_assert_cmpstr (pel_canvas_get_tool_id (f->canvas), ==, id);
  tap (f, GDK_KEY_x);
  g_assert_true (pel_canvas_get_cross_hair (f->canvas));
  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    if (g_str_equal (uses[i].id, id))
      uses[i].use (f);
  pel_test_iterate (50);
}

/* It cannot leave the image, takes the view along, and goes when the mouse moves. */
static void
test_cross_hair (Fixture *f, gconstpointer data)
{
  double x, y, to_x, to_y;

  pel_canvas_set_tool_id (f->canvas, "brush");
  pel_canvas_zoom_at (f->canvas, 8, NULL);
  tap (f, GDK_KEY_x);
  go (f, 5.5, 5.5);
  g_assert_cmpfloat (f->canvas->pointer_x, >, 0);
  g_assert_cmpfloat (f->canvas->pointer_y, >, 0);
  go (f, WIDTH - 2.5, HEIGHT - 2.5);
  g_assert_cmpfloat (f->canvas->pointer_x, <, f->canvas->view.width);
  for (guint i = 0; i < 40; i++)
    press (f, GDK_KEY_Right, 0);
  get_place (f, &x, &y);
  g_assert_cmpfloat (x, <, WIDTH);
  g_assert_cmpfloat (x, >, WIDTH - 1);
  /* Escape leaves the stroke first, and then the cross-hair. */
  press (f, GDK_KEY_space, 0);
  press (f, GDK_KEY_Left, 0);
  tap (f, GDK_KEY_Escape);
  g_assert_true (pel_canvas_get_cross_hair (f->canvas));
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  /* Nothing is pointed at then, and it comes back to its place. */
  get_place (f, &x, &y);
  tap (f, GDK_KEY_Escape);
  g_assert_false (pel_canvas_get_cross_hair (f->canvas));
  g_assert_false (f->canvas->pointer_inside);
  f->canvas->pointer_x = f->canvas->pointer_y = 0;
  tap (f, GDK_KEY_x);
  get_place (f, &to_x, &to_y);
  g_assert_cmpfloat_with_epsilon (x, to_x, 1e-6);
  g_assert_cmpfloat_with_epsilon (y, to_y, 1e-6);
  /* It keeps clear of what lies on the picture at its side. */
  pel_canvas_set_inset (f->canvas, 70);
  go (f, 0.5, HEIGHT / 2);
  g_assert_cmpfloat (f->canvas->pointer_x, >, 70);
  g_assert_true (pel_canvas_cross_hair_takes_mouse (f->canvas, 50, 50));
  g_assert_true (pel_canvas_cross_hair_takes_mouse (f->canvas, 51, 51));
  g_assert_false (pel_canvas_cross_hair_takes_mouse (f->canvas, 60, 50));
  g_assert_false (pel_canvas_get_cross_hair (f->canvas));
}

/* Whoever cannot hold a key and press others locks the button: what the arrows do is a stroke until
 * the lock is opened, by the same key, by Space, or by whatever takes the focus away. */
static void
test_lock (Fixture *f, gconstpointer data)
{
  pel_canvas_set_tool_id (f->canvas, "brush");
  pel_display_set_brush_size (f->display, 6);
  for (guint way = 0; way < 3; way++)
    {
      const gint y = 20 + 40 * (gint)way;

      pel_display_set_current_label (f->display, way + 1);
      tap (f, GDK_KEY_x);
      go (f, 30, y);
      press (f, GDK_KEY_X, GDK_SHIFT_MASK);
      pel_canvas_key_release (f->canvas, GDK_KEY_X);
      pel_canvas_key_release (f->canvas, GDK_KEY_space);
      g_assert_true (f->canvas->cross_hair_locked);
      go (f, 90, y);
      g_assert_true (pel_mask_in_stroke (f->mask));
      if (way == 0)
        press (f, GDK_KEY_X, GDK_SHIFT_MASK);
      else if (way == 1)
        tap (f, GDK_KEY_space);
      else
        pel_canvas_release_keys (f->canvas);
      g_assert_false (f->canvas->cross_hair_locked);
      g_assert_false (pel_mask_in_stroke (f->mask));
      go (f, 130, y);
      g_assert_cmpuint (label_at (f, 60, y), ==, way + 1);
      g_assert_cmpuint (label_at (f, 110, y), ==, 0);
      tap (f, GDK_KEY_x);
    }
  /* Without a cross-hair it comes along; Escape takes the stroke back and opens the lock. */
  press (f, GDK_KEY_X, GDK_SHIFT_MASK);
  g_assert_true (pel_canvas_get_cross_hair (f->canvas));
  go (f, 200, 150);
  go (f, 160, 150);
  tap (f, GDK_KEY_Escape);
  g_assert_false (f->canvas->cross_hair_locked);
  g_assert_true (pel_canvas_get_cross_hair (f->canvas));
  g_assert_cmpuint (label_at (f, 180, 150), ==, 0);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 3);
  press (f, GDK_KEY_space, 0);
  go (f, 190, 150);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 4);

  /* Another tool, and another image, have the stroke ended and the lock opened: it would say that
   * the arrows draw, and they would not. */
  pel_display_set_current_label (f->display, 5);
  for (guint way = 0; way < 2; way++)
    {
      press (f, GDK_KEY_X, GDK_SHIFT_MASK);
      go (f, 200, 30 + 20 * way);
      g_assert_true (f->canvas->cross_hair_locked);
      if (way == 0)
        pel_canvas_set_tool_id (f->canvas, "fill");
      else
        pel_canvas_set_document (f->canvas, NULL);
      g_assert_false (pel_mask_in_stroke (f->mask));
      g_assert_false (f->canvas->cross_hair_locked);
      pel_canvas_set_tool_id (f->canvas, "brush");
    }
  g_assert_cmpuint (label_at (f, 200, 40), ==, 5);
}

/* The corners of a smart edge, as those of a polygon: one that lies far out is brought to the rim,
 * one too many is taken away, one is added and taken away again. */
static void
test_smart_edge_corners (Fixture *f, gconstpointer data)
{
  double x, y, to_x, to_y;
  guint inside = 0, outside = 0;

  pel_canvas_set_tool_id (f->canvas, "smart-edge");
  tap (f, GDK_KEY_x);
  for (guint i = 0; i < 4; i++)
    {
      const double angle = i * G_PI / 2 - 0.4;
      const double radius = DISC_RADIUS + (i == 3 ? 38 : 0);

      click_at (f, DISC_X + radius * cos (angle), DISC_Y + radius * sin (angle));
      wait_for_tool (f);
    }
  click_at (f, 20, 20);
  wait_for_tool (f);
  get_place (f, &x, &y);
  tap (f, GDK_KEY_Home);
  tap (f, GDK_KEY_Delete);
  wait_for_tool (f);
  /* The one before is the chosen one now: it is beside the disc, up and to the left. */
  for (guint i = 0; i < 35; i++)
    {
      const double way = 38 * f->canvas->view.zoom / 35;

      for (guint k = 0; k < (guint)lround ((i + 1) * way * fabs (cos (4.31))) -
                                (guint)lround (i * way * fabs (cos (4.31)));
           k++)
        press (f, GDK_KEY_Right, 0);
      for (guint k = 0; k < (guint)lround ((i + 1) * way * fabs (sin (4.31))) -
                                (guint)lround (i * way * fabs (sin (4.31)));
           k++)
        press (f, GDK_KEY_Down, 0);
    }
  tap (f, GDK_KEY_End);
  tap (f, GDK_KEY_End);
  tap (f, GDK_KEY_Insert);
  press (f, GDK_KEY_Right, GDK_SHIFT_MASK);
  tap (f, GDK_KEY_Delete);
  get_place (f, &to_x, &to_y);
  g_assert_cmpfloat (x, ==, to_x);
  g_assert_cmpfloat (y, ==, to_y);
  wait_for_tool (f);
  /* Escape gives the arrows back, and then the outline is left to be. */
  tap (f, GDK_KEY_Escape);
  tap (f, GDK_KEY_Right);
  get_place (f, &to_x, &to_y);
  g_assert_cmpfloat (x, <, to_x);
  g_assert_true (pel_tool_is_active (pel_canvas_get_tool (f->canvas)));
  tap (f, GDK_KEY_Return);
  wait_for_tool (f);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  for (gint v = 0; v < HEIGHT; v++)
    for (gint u = 0; u < WIDTH; u++)
      if (label_at (f, u, v) != 0)
        {
          const gboolean in = hypot (u + 0.5 - DISC_X, v + 0.5 - DISC_Y) <= DISC_RADIUS + 2;

          inside += in;
          outside += !in;
        }
  g_assert_cmpuint (inside, >, (guint)(0.9 * G_PI * DISC_RADIUS * DISC_RADIUS));
  g_assert_cmpuint (outside, <, 60);
}

static void
on_announced (PelCanvas *canvas, const char *text, char **last)
{
  g_free (*last);
  *last = g_strdup (text);
}

/* Keys tell what they did, whether or not the page that shows it is there. */
static void
test_announcements (Fixture *f, gconstpointer data)
{
  static const struct
  {
    guint keyval;
    GdkModifierType state;
    const char *text;
  } told[] = {
    { GDK_KEY_o, 0, "Outlines hidden" },
    { GDK_KEY_o, 0, "Outlines shown" },
    { GDK_KEY_g, 0, "Fill hidden" },
    { GDK_KEY_g, 0, "Fill shown" },
    { GDK_KEY_k, 0, "Other cells can be painted over" },
    { GDK_KEY_k, 0, "Other cells are protected" },
    { GDK_KEY_less, GDK_SHIFT_MASK, "Fill 15 %" },
    { GDK_KEY_greater, GDK_SHIFT_MASK, "Fill 25 %" },
    { GDK_KEY_bracketright, 0, "Brush 22 px" },
    { GDK_KEY_bracketleft, 0, "Brush 20 px" },
    { GDK_KEY_c, 0, "Contrast stretched to what the image holds" },
    { GDK_KEY_n, 0, "The next stroke paints a new cell" },
  };
  g_autofree char *last = NULL;

  g_signal_connect (f->canvas, "announced", G_CALLBACK (on_announced), &last);
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      g_clear_pointer (&last, g_free);
      press (f, told[i].keyval, told[i].state);
      g_assert_cmpstr (last, ==, told[i].text);
      gtk_test_accessible_assert_property (f->canvas, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                           told[i].text);
    }
  tap (f, GDK_KEY_x);
  tap (f, GDK_KEY_x);
  g_assert_cmpstr (last, ==, "The mouse points again");
}

static void
setup_view (Fixture *f, gconstpointer id)
{
  pel_canvas_test_set_up (f, pel_canvas_view_new (), WIDTH, HEIGHT, disc);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 700, 500);
  pel_canvas_test_show (f);
}

static GtkWidget *
find_minimap (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "PelMinimap"))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_minimap (child);
  return found;
}

/* Where the small map lies the cross-hair can be seen through it. */
static void
test_minimap (Fixture *f, gconstpointer data)
{
  GtkWidget *minimap = find_minimap (f->view), *corner = gtk_widget_get_parent (minimap);
  graphene_rect_t area;

  pel_canvas_zoom_at (f->canvas, 6, NULL);
  pel_test_settle (f->canvas);
  g_assert_true (gtk_widget_get_mapped (minimap));
  g_assert_true (gtk_widget_compute_bounds (minimap, GTK_WIDGET (f->canvas), &area));
  tap (f, GDK_KEY_x);
  g_assert_cmpfloat (gtk_widget_get_opacity (corner), ==, 1);
  for (guint i = 0; i < 200 && f->canvas->pointer_x < (double)area.origin.x + 20; i++)
    press (f, GDK_KEY_Right, 0);
  for (guint i = 0; i < 200 && f->canvas->pointer_y < (double)area.origin.y + 20; i++)
    press (f, GDK_KEY_Down, 0);
  g_assert_true (graphene_rect_contains_point (
      &area, &GRAPHENE_POINT_INIT ((float)f->canvas->pointer_x, (float)f->canvas->pointer_y)));
  g_assert_cmpfloat (gtk_widget_get_opacity (corner), <, 0.3);
  for (guint i = 0; i < 20; i++)
    press (f, GDK_KEY_Up, 0);
  g_assert_cmpfloat (gtk_widget_get_opacity (corner), ==, 1);
  for (guint i = 0; i < 20; i++)
    press (f, GDK_KEY_Down, 0);
  g_assert_cmpfloat (gtk_widget_get_opacity (corner), <, 0.3);
  tap (f, GDK_KEY_x);
  g_assert_cmpfloat (gtk_widget_get_opacity (corner), ==, 1);
}

int
main (int argc, char *argv[])
{
  guint n;
  const PelToolInfo *infos = pel_tool_get_infos (&n);

  gtk_test_init (&argc, &argv, NULL);
  /* A new tool needs its keys, and a test of them. */
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (uses));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/keyboard/%s", infos[i].id);

      g_assert_cmpstr (infos[i].id, ==, uses[i].id);
      g_test_add (path, Fixture, infos[i].id, setup, test_tool, teardown);
    }
  g_test_add ("/keyboard/cross-hair", Fixture, NULL, setup, test_cross_hair, teardown);
  g_test_add ("/keyboard/lock", Fixture, NULL, setup, test_lock, teardown);
  g_test_add ("/keyboard/smart-edge-corners", Fixture, NULL, setup, test_smart_edge_corners,
              teardown);
  g_test_add ("/keyboard/announcements", Fixture, NULL, setup, test_announcements, teardown);
  g_test_add ("/keyboard/minimap", Fixture, NULL, setup_view, test_minimap, teardown);
  return g_test_run ();
}
