/* SPDX-License-Identifier: MIT */
/* Every tool through press, drag and release, as a mouse or a pen would drive it. */
#include "tests/ui/pel-tool-test.h"

#include <math.h>

#include "app/document/pel-undo.h"
#include "ui/tools/pel-measure-tool.h"
#include "ui/tools/pel-tool-util.h"

#define WIDTH 200
#define HEIGHT 160

typedef PelToolTest Fixture;

static guint8
grey (guint x, guint y)
{
  return 128;
}

static void
zoom_to (PelTool *tool, double zoom)
{
  PelViewport view;

  pel_viewport_init (&view);
  pel_viewport_zoom_at (&view, zoom, 0, 0);
  pel_tool_set_view (tool, &view);
}

static void
setup (Fixture *f, gconstpointer id)
{
  pel_tool_test_set_up (f, id, WIDTH, HEIGHT, grey);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  pel_tool_test_tear_down (f);
}

static void
click (Fixture *f, double x, double y, GdkModifierType state)
{
  PelToolEvent event = pel_tool_test_at (x, y);

  event.state = state;
  if (pel_tool_press (f->tool, &event))
    pel_tool_release (f->tool, &event);
}

static void
paint_disc (Fixture *f, double x, double y, double radius, guint32 label)
{
  PelDab dab = { x, y, radius, x, y, radius, label, FALSE, FALSE };

  pel_mask_begin_stroke (f->mask, "test");
  pel_mask_paint (f->mask, &dab);
  pel_mask_end_stroke (f->mask, pel_image_document_get_undo (f->document));
}

static void
erase_disc (Fixture *f, double x, double y, double radius)
{
  PelDab dab = { x, y, radius, x, y, radius, 0, TRUE, FALSE };

  pel_mask_begin_stroke (f->mask, "test");
  pel_mask_paint (f->mask, &dab);
  pel_mask_end_stroke (f->mask, pel_image_document_get_undo (f->document));
}

/* Thin where the pen is light, thick where it is pressed, straight in between. */
static void
test_brush_pressure (Fixture *f, gconstpointer data)
{
  PelToolEvent event = pel_tool_test_at (40.5, 80.5);
  guint last = 0;

  pel_display_set_brush_size (f->display, 40);
  event.pressure = 0;
  g_assert_true (pel_tool_press (f->tool, &event));
  event.x = 150.5;
  event.pressure = 1;
  pel_tool_drag (f->tool, &event);
  event.pressure = 0;
  pel_tool_release (f->tool, &event);
  for (gint x = 40; x <= 140; x += 20)
    {
      guint height = 0;

      for (gint y = 0; y < HEIGHT; y++)
        height += pel_mask_get_label (f->mask, x, y) != 0;
      g_assert_cmpuint (height, >, last);
      last = height;
    }
  g_assert_cmpuint (last, <=, 41);
  g_assert_cmpuint (last, >=, 36);
}

static void
test_brush_resize (Fixture *f, gconstpointer data)
{
  PelToolEvent event = pel_tool_test_at (50, 50);

  pel_display_set_brush_size (f->display, 20);
  event.state = GDK_SHIFT_MASK;
  g_assert_true (pel_tool_press (f->tool, &event));
  event.x = 60;
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  g_assert_cmpfloat (pel_display_get_brush_size (f->display), ==, 40);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);

  /* On the screen: 10 screen pixels at four times are two and a half of the image. */
  pel_display_set_brush_mode (f->display, PEL_BRUSH_MODE_SCREEN);
  pel_display_set_brush_size (f->display, 20);
  zoom_to (f->tool, 4);
  g_assert_cmpfloat (pel_tool_get_brush_radius (f->tool), ==, 2.5);
}

static void
test_eraser (Fixture *f, gconstpointer data)
{
  PelToolEvent event = pel_tool_test_at (60, 60);

  paint_disc (f, 60, 60, 15, 1);
  paint_disc (f, 95, 60, 15, 2);
  pel_display_set_brush_size (f->display, 10);
  /* Begun on a cell: only from it. */
  g_assert_true (pel_tool_press (f->tool, &event));
  event.x = 95;
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 65, 60), ==, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 95, 60), ==, 2);
  /* Begun on empty ground: from all. */
  event.x = 60;
  event.y = 20;
  g_assert_true (pel_tool_press (f->tool, &event));
  event.y = 60;
  pel_tool_drag (f->tool, &event);
  event.x = 95;
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 95, 60), ==, 0);
}

static void
test_polygon (Fixture *f, gconstpointer data)
{
  static const double corners[][2] = { { 20, 20 }, { 80, 20 }, { 80, 60 }, { 20, 60 } };
  PelToolEvent event;

  for (guint i = 0; i < 4; i++)
    click (f, corners[i][0], corners[i][1], 0);
  click (f, 150, 150, 0);
  g_assert_true (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_BackSpace, 0));
  /* A corner is moved before the outline is closed. */
  event = pel_tool_test_at (80, 60);
  g_assert_true (pel_tool_press (f->tool, &event));
  event = pel_tool_test_at (80, 70);
  pel_tool_drag (f->tool, &event);
  event = pel_tool_test_at (80, 60);
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  g_assert_false (pel_tool_is_active (f->tool));
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++)
      g_assert_cmpuint (pel_mask_get_label (f->mask, x, y), ==,
                        x >= 20 && x < 80 && y >= 20 && y < 60 ? 1 : 0);

  /* A click on the first corner closes as well; Esc leaves nothing. */
  for (guint i = 0; i < 3; i++)
    click (f, corners[i][0] + 90, corners[i][1] + 70, 0);
  click (f, corners[0][0] + 90, corners[0][1] + 70, 0);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 2);
  click (f, 10, 10, 0);
  click (f, 15, 10, 0);
  pel_tool_cancel (f->tool);
  g_assert_false (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 2);
}

static void
test_lasso (Fixture *f, gconstpointer data)
{
  PelToolEvent event;

  /* Hover: a click, a circle without a button, closed by itself. */
  click (f, 100, 80, 0);
  g_assert_true (pel_tool_is_active (f->tool));
  for (guint i = 0; i <= 100; i++)
    {
      event =
          pel_tool_test_at (70 + 30 * cos (i * 2 * G_PI / 100), 80 + 30 * sin (i * 2 * G_PI / 100));
      pel_tool_motion (f->tool, &event);
    }
  /* It waits, so that its corners can be moved; Enter takes it. */
  g_assert_true (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  g_assert_false (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  g_assert_cmpfloat (fabs (pel_mask_get_label_size (f->mask, 1) - G_PI * 900), <, 60);

  /* Dragged with the right button: erased, from the cell it began on. */
  event = pel_tool_test_at (70, 80);
  event.erase = TRUE;
  g_assert_true (pel_tool_press (f->tool, &event));
  for (guint i = 0; i <= 3; i++)
    {
      event.x = 70 + (i == 1 || i == 2 ? 60 : 0);
      event.y = 80 + (i >= 2 ? 40 : 0);
      pel_tool_drag (f->tool, &event);
    }
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 80, 90), ==, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 60, 70), ==, 1);
}

/* A square drawn freely, with a point every two pixels. */
static void
draw_square (Fixture *f, double x, double y, double side)
{
  PelToolEvent event = pel_tool_test_at (x, y);
  const double corners[][2] = { { 1, 0 }, { 1, 1 }, { 0, 1 }, { 0, 0.05 } };

  g_assert_true (pel_tool_press (f->tool, &event));
  for (guint i = 0; i < 4; i++)
    {
      const double from_x = event.x, from_y = event.y;

      for (guint k = 1; k <= 20; k++)
        {
          event.x = from_x + (x + corners[i][0] * side - from_x) * k / 20;
          event.y = from_y + (y + corners[i][1] * side - from_y) * k / 20;
          pel_tool_drag (f->tool, &event);
        }
    }
  pel_tool_release (f->tool, &event);
  g_assert_true (pel_tool_is_active (f->tool));
}

static void
pull (Fixture *f, double x0, double y0, double x1, double y1)
{
  PelToolEvent event = pel_tool_test_at (x0, y0);

  g_assert_true (pel_tool_press (f->tool, &event));
  for (guint i = 1; i <= 5; i++)
    {
      event = pel_tool_test_at (x0 + (x1 - x0) * i / 5, y0 + (y1 - y0) * i / 5);
      pel_tool_drag (f->tool, &event);
    }
  pel_tool_release (f->tool, &event);
}

static guint32
label_at (Fixture *f, gint x, gint y)
{
  return pel_mask_get_label (f->mask, x, y);
}

/* What was drawn freely waits with vertices: dragged, added on a side, taken away. */
static void
test_lasso_vertices (Fixture *f, gconstpointer data)
{
  PelUndo *undo = pel_image_document_get_undo (f->document);
  PelToolEvent event;

  /* A corner is pulled out, and the line to its neighbours follows. */
  draw_square (f, 20, 20, 60);
  pull (f, 80, 80, 110, 110);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  click (f, 50, 50, 0); /* inside: taken */
  g_assert_false (pel_tool_is_active (f->tool));
  g_assert_cmpuint (label_at (f, 100, 100), ==, 1);
  g_assert_cmpuint (label_at (f, 30, 30), ==, 1);
  g_assert_cmpuint (label_at (f, 100, 30), ==, 0);
  g_assert_true (pel_undo_undo (undo, NULL));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);

  /* A new one on the upper side, and a corner less below. */
  draw_square (f, 60, 60, 60);
  pull (f, 90, 60, 90, 20);
  event = pel_tool_test_at (120, 120);
  pel_tool_motion (f->tool, &event);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Escape, 0) == FALSE);
  pel_tool_key (f->tool, GDK_KEY_End, 0);
  pel_tool_cancel (f->tool);
  g_assert_false (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  draw_square (f, 60, 60, 60);
  pel_tool_motion (f->tool, &event);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Delete, 0));
  pull (f, 90, 60, 90, 20);
  /* The beginning of the next outline takes it. */
  draw_square (f, 140, 20, 40);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  g_assert_cmpuint (label_at (f, 90, 30), ==, 1);
  g_assert_cmpuint (label_at (f, 70, 70), ==, 1);
  g_assert_cmpuint (label_at (f, 115, 115), ==, 0);
  /* And so does turning elsewhere. */
  pel_tool_confirm (f->tool);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 2);
  pel_tool_confirm (f->tool);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 2);

  /* By keys: the corner that is chosen, eight pixels to the left. */
  draw_square (f, 20, 120, 30);
  g_assert_false (pel_tool_key (f->tool, GDK_KEY_Left, 0));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Home, 0));
  for (guint i = 0; i < 4; i++)
    g_assert_true (pel_tool_key (f->tool, GDK_KEY_End, 0));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Insert, 0));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Left, GDK_SHIFT_MASK));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Left, 0));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 3);
}

/* Sides of a polygon can be dragged too, and a corner under the pointer deleted. */
static void
test_polygon_vertices (Fixture *f, gconstpointer data)
{
  static const double corners[][2] = { { 20, 20 }, { 80, 20 }, { 80, 80 }, { 20, 80 } };
  PelToolEvent event = pel_tool_test_at (20, 80);

  for (guint i = 0; i < 4; i++)
    click (f, corners[i][0], corners[i][1], 0);
  pull (f, 80, 50, 120, 50);
  g_assert_true (pel_tool_is_active (f->tool));
  pel_tool_motion (f->tool, &event);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Delete, 0));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  g_assert_cmpuint (label_at (f, 110, 50), ==, 1);
  g_assert_cmpuint (label_at (f, 60, 30), ==, 1);
  g_assert_cmpuint (label_at (f, 25, 75), ==, 0);
}

static void
test_fill (Fixture *f, gconstpointer data)
{
  /* A ring: a click inside fills it, a click outside nothing. */
  paint_disc (f, 80, 80, 40, 7);
  erase_disc (f, 80, 80, 30);
  click (f, 10, 10, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 12, 12), ==, 0);
  click (f, 80, 80, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 80, 80), ==, 7);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 80, 52), ==, 7);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  /* A click on the cell fills its holes, all of them. */
  erase_disc (f, 70, 80, 4);
  erase_disc (f, 95, 80, 4);
  click (f, 80, 60, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 70, 80), ==, 7);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 95, 80), ==, 7);
  /* Each click was one step. */
  g_assert_true (pel_undo_undo (pel_image_document_get_undo (f->document), NULL));
  g_assert_cmpuint (pel_mask_get_label (f->mask, 70, 80), ==, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 95, 80), ==, 0);
}

static void
test_select (Fixture *f, gconstpointer data)
{
  PelToolEvent event;

  paint_disc (f, 40, 40, 12, 1);
  paint_disc (f, 100, 40, 12, 2);
  paint_disc (f, 40, 100, 12, 3);
  click (f, 40, 40, 0);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 1);
  g_assert_true (pel_display_is_selected (f->display, 1));
  click (f, 100, 40, GDK_SHIFT_MASK);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 2);
  click (f, 40, 40, GDK_SHIFT_MASK);
  g_assert_false (pel_display_is_selected (f->display, 1));
  click (f, 150, 150, 0);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 0);

  event = pel_tool_test_at (20, 20);
  g_assert_true (pel_tool_press (f->tool, &event));
  event = pel_tool_test_at (60, 120);
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 2);
  g_assert_true (pel_display_is_selected (f->display, 3));
  g_assert_false (pel_display_is_selected (f->display, 2));

  /* A line round cells, with the right button or Ctrl: those inside by half. */
  for (guint way = 0; way < 2; way++)
    {
      static const double line[][2] = { { 120, 20 }, { 120, 60 }, { 44, 60 }, { 44, 20 } };

      pel_display_set_selection (f->display, NULL, 0);
      event = pel_tool_test_at (46, 20);
      event.erase = way == 0;
      event.state = way == 0 ? 0 : GDK_CONTROL_MASK;
      g_assert_true (pel_tool_press (f->tool, &event));
      for (guint i = 0; i < 4; i++)
        {
          event.x = line[i][0];
          event.y = line[i][1];
          pel_tool_drag (f->tool, &event);
        }
      pel_tool_release (f->tool, &event);
      g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 1);
      g_assert_true (pel_display_is_selected (f->display, 2));
    }
  /* With Shift as well as those before. */
  event = pel_tool_test_at (20, 80);
  event.erase = TRUE;
  event.state = GDK_SHIFT_MASK;
  g_assert_true (pel_tool_press (f->tool, &event));
  for (guint i = 1; i < 4; i++)
    {
      event.x = i == 3 ? 20 : 60;
      event.y = i == 1 ? 80 : 120;
      pel_tool_drag (f->tool, &event);
    }
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 2);
  g_assert_true (pel_display_is_selected (f->display, 3));
  /* Ctrl and a click pick, as with every tool. */
  click (f, 40, 40, GDK_CONTROL_MASK);
  g_assert_cmpuint (pel_display_get_current_label (f->display), ==, 1);
}

static void
drag (Fixture *f, double x0, double y0, double x1, double y1)
{
  PelToolEvent event = pel_tool_test_at (x0, y0);

  g_assert_true (pel_tool_press (f->tool, &event));
  for (guint i = 1; i <= 10; i++)
    {
      event = pel_tool_test_at (x0 + (x1 - x0) * i / 10, y0 + (y1 - y0) * i / 10);
      pel_tool_drag (f->tool, &event);
    }
  pel_tool_release (f->tool, &event);
}

/* One stroke cuts two cells, leaves a third that it only enters, and is one step. */
static void
test_split (Fixture *f, gconstpointer data)
{
  PelUndo *undo = pel_image_document_get_undo (f->document);
  PelToolEvent event = pel_tool_test_at (10, 60);
  PelCellInfo info;
  gsize sizes[3];

  paint_disc (f, 40, 60, 20, 1);
  paint_disc (f, 100, 60, 20, 2);
  paint_disc (f, 160, 60, 20, 3);
  pel_cell_info_init (&info);
  info.class_name = g_intern_static_string ("round");
  info.reviewed = TRUE;
  pel_mask_set_cell_info (f->mask, 1, &info, "test", undo);
  for (guint i = 0; i < 3; i++)
    sizes[i] = pel_mask_get_label_size (f->mask, i + 1);
  drag (f, 10, 66, 155, 66);
  g_assert_false (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 5);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 40, 50), ==, 1);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 40, 75), ==, 4);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 100, 50), ==, 2);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 100, 75), ==, 5);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 160, 75), ==, 3);
  /* No gap. */
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (pel_mask_get_label_size (f->mask, i + 1) +
                          pel_mask_get_label_size (f->mask, i + 4),
                      ==, sizes[i]);
  g_assert_true (pel_mask_get_cell_info (f->mask, 4, &info));
  g_assert_cmpstr (info.class_name, ==, "round");
  g_assert_false (info.reviewed);
  g_assert_true (pel_undo_undo (undo, NULL));
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (pel_mask_get_label_size (f->mask, i + 1), ==, sizes[i]);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 3);

  /* With Shift the way there does not matter; Esc leaves nothing. */
  event.state = GDK_SHIFT_MASK;
  g_assert_true (pel_tool_press (f->tool, &event));
  event.x = 40;
  event.y = 10;
  pel_tool_drag (f->tool, &event);
  event.x = 40;
  event.y = 100;
  pel_tool_drag (f->tool, &event);
  event.x = 68;
  event.y = 60;
  pel_tool_drag (f->tool, &event);
  g_assert_true (pel_tool_is_active (f->tool));
  pel_tool_cancel (f->tool);
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 3);
  event.x = 10;
  g_assert_true (pel_tool_press (f->tool, &event));
  event.y = 10;
  pel_tool_drag (f->tool, &event);
  event.x = 68;
  event.y = 60;
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 4);
}

static void
test_measure (Fixture *f, gconstpointer data)
{
  PelMeasureTool *tool = PEL_MEASURE_TOOL (f->tool);
  PelToolEvent event = pel_tool_test_at (130, 40);
  g_autofree char *none = pel_tool_dup_status (f->tool);
  g_autofree char *pixels = NULL;
  g_autofree char *both = NULL;
  double px, um;

  g_assert_null (none);
  drag (f, 10, 20, 40, 60);
  g_assert_true (pel_measure_tool_get_length (tool, &px, &um));
  g_assert_cmpfloat_with_epsilon (px, 50, 1e-9);
  g_assert_cmpfloat (um, ==, 0);
  pixels = pel_tool_dup_status (f->tool);
  g_assert_cmpstr (pixels, ==, "50.0 px");
  /* Oblong pixels count as what they are. */
  pel_image_document_set_calibration (f->document, 0.5, 0.25);
  g_assert_true (pel_measure_tool_get_length (tool, &px, &um));
  g_assert_cmpfloat_with_epsilon (um, hypot (15, 10), 1e-9);
  both = pel_tool_dup_status (f->tool);
  g_assert_cmpstr (both, ==, "50.0 px = 18.0 µm");

  /* An end can be taken hold of; Esc in the drag puts it back. */
  drag (f, 40, 60, 10, 80);
  g_assert_true (pel_measure_tool_get_length (tool, &px, &um));
  g_assert_cmpfloat_with_epsilon (px, 60, 1e-9);
  event = pel_tool_test_at (10, 80);
  g_assert_true (pel_tool_press (f->tool, &event));
  event = pel_tool_test_at (90, 80);
  pel_tool_drag (f->tool, &event);
  pel_tool_cancel (f->tool);
  pel_tool_release (f->tool, &event);
  g_assert_true (pel_measure_tool_get_length (tool, &px, &um));
  g_assert_cmpfloat_with_epsilon (px, 60, 1e-9);
  /* Shift keeps to 45 degrees. */
  event = pel_tool_test_at (100, 100);
  event.state = GDK_SHIFT_MASK;
  g_assert_true (pel_tool_press (f->tool, &event));
  event.x = 130;
  event.y = 104;
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  g_assert_true (pel_measure_tool_get_length (tool, &px, &um));
  g_assert_cmpfloat_with_epsilon (um, hypot (30, 4) * 0.5, 1e-9);
  /* A click elsewhere takes the line away. */
  click (f, 30, 120, 0);
  g_assert_false (pel_measure_tool_get_length (tool, &px, &um));

  /* By keys alone. */
  g_assert_false (pel_tool_key (f->tool, GDK_KEY_Left, 0));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  g_assert_true (pel_measure_tool_get_length (tool, &px, &um));
  g_assert_cmpfloat_with_epsilon (px, WIDTH / 4, 1e-9);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Right, GDK_SHIFT_MASK));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Left, 0));
  g_assert_true (pel_measure_tool_get_length (tool, &px, &um));
  g_assert_cmpfloat_with_epsilon (px, WIDTH / 4 + 11, 1e-9);
  g_assert_true (pel_tool_is_active (f->tool));
  pel_tool_cancel (f->tool);
  g_assert_false (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
}

/* Two bright discs, one with a dark step in the middle that only exact values see. */
static guint8
discs (guint x, guint y)
{
  if (hypot (x - 60.0, y - 80.0) < 30)
    return x < 60 ? 200 : 201;
  return hypot (x - 150.0, y - 80.0) < 20 ? 180 : 40;
}

static void
setup_discs (Fixture *f, gconstpointer id)
{
  pel_tool_test_set_up (f, id, WIDTH, HEIGHT, discs);
}

static void
test_wand (Fixture *f, gconstpointer data)
{
  PelUndo *undo = pel_image_document_get_undo (f->document);
  PelToolEvent event = pel_tool_test_at (60, 80);
  gsize size;

  /* Seen while it is drawn, one step, and Esc leaves nothing. */
  g_assert_true (pel_tool_press (f->tool, &event));
  size = pel_mask_get_label_size (f->mask, 1);
  /* All but the smoothed edge of four samples. */
  g_assert_cmpuint (size, >, (gsize)(G_PI * 25 * 25));
  g_assert_cmpuint (size, <, (gsize)(G_PI * 31 * 31));
  g_assert_true (pel_tool_is_active (f->tool));
  pel_tool_cancel (f->tool);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  click (f, 60, 80, 0);
  g_assert_cmpuint (pel_mask_get_label_size (f->mask, 1), ==, size);
  g_assert_cmpuint (pel_display_get_current_label (f->display), ==, 1);
  g_assert_true (pel_undo_undo (undo, NULL));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  pel_display_set_current_label (f->display, 0);

  /* Exactly the same value: the left half, at any zoom; a drag joins the right one. */
  zoom_to (f->tool, 8);
  click (f, 50, 80, GDK_CONTROL_MASK);
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++)
      g_assert_cmpuint (pel_mask_get_label (f->mask, x, y), ==,
                        discs ((guint)x, (guint)y) == 200 ? 1 : 0);
  event = pel_tool_test_at (50, 80);
  event.state = GDK_CONTROL_MASK;
  g_assert_true (pel_tool_press (f->tool, &event));
  event.x = 70;
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++)
      g_assert_cmpuint (pel_mask_get_label (f->mask, x, y), ==,
                        discs ((guint)x, (guint)y) >= 200 ? 1 : 0);

  /* The right button takes away, from the cell it begins on. */
  event.erase = TRUE;
  g_assert_true (pel_tool_press (f->tool, &event));
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 70, 80), ==, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 50, 80), ==, 1);

  /* By key, at the pointer; far out a sample is several pixels. */
  zoom_to (f->tool, 0.5);
  g_assert_false (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  event = pel_tool_test_at (150, 80);
  pel_tool_motion (f->tool, &event);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 2);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 150, 80), ==, 2);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 100, 20), ==, 0);
}

static void
test_merge (Fixture *f, gconstpointer data)
{
  PelUndo *undo = pel_image_document_get_undo (f->document);
  PelToolEvent event = pel_tool_test_at (100, 60);

  paint_disc (f, 40, 60, 20, 1);
  paint_disc (f, 100, 60, 20, 2);
  paint_disc (f, 160, 60, 20, 3);
  /* From 2 over the background to 1: 2 is the first. */
  drag (f, 100, 60, 40, 60);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 2);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 40, 60), ==, 2);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 70, 60), ==, 0);
  g_assert_true (pel_display_is_selected (f->display, 2));
  g_assert_cmpuint (pel_display_get_current_label (f->display), ==, 2);
  g_assert_true (pel_undo_undo (undo, NULL));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 3);

  /* Background and one cell: nothing to merge, and the selection is as it was. */
  drag (f, 100, 110, 100, 60);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 3);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 100, 100), ==, 0);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 1);

  /* What will be merged is shown; Esc leaves all as it was. */
  g_assert_true (pel_tool_press (f->tool, &event));
  event.x = 160;
  pel_tool_drag (f->tool, &event);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 2);
  g_assert_true (pel_display_is_selected (f->display, 3));
  pel_tool_cancel (f->tool);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 1);
  pel_tool_release (f->tool, &event);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 3);
}

static void
test_pick (Fixture *f, gconstpointer data)
{
  paint_disc (f, 40, 40, 12, 5);
  click (f, 40, 40, 0);
  g_assert_cmpuint (pel_display_get_current_label (f->display), ==, 5);
  g_assert_true (pel_display_is_selected (f->display, 5));
}

/* What the palette shows: each tool works without a document, has its own key and an icon that the
 * program brings along. */
static void
test_registry (void)
{
  guint n;
  const PelToolInfo *infos = pel_tool_get_infos (&n);

  g_assert_cmpuint (n, >=, 8);
  for (guint i = 0; i < n; i++)
    {
      PelTool *tool = pel_tool_new (infos[i].id);
      PelToolEvent event = pel_tool_test_at (1, 1);
      g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();

      g_assert_true (pel_tool_get_info (tool) == &infos[i]);
      g_assert_true (g_str_has_prefix (infos[i].icon_name, "pellicle-tool-"));
      g_assert_cmpuint (strlen (infos[i].tooltip), >, 10);
      pel_tool_motion (tool, &event);
      g_assert_false (pel_tool_press (tool, &event));
      pel_tool_cancel (tool);
      g_assert_nonnull (pel_tool_get_cursor (tool));
      pel_tool_snapshot_overlay (tool, snapshot, pel_tool_get_view (tool));
      g_assert_finalize_object (tool);
    }
  g_assert_null (pel_tool_new ("hammer"));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(name, id, func) g_test_add ("/tools/" name, Fixture, id, setup, func, teardown)
  g_test_add_func ("/tools/registry", test_registry);
  ADD ("brush-pressure", "brush", test_brush_pressure);
  ADD ("brush-resize", "brush", test_brush_resize);
  ADD ("eraser", "eraser", test_eraser);
  ADD ("polygon", "polygon", test_polygon);
  ADD ("lasso", "lasso", test_lasso);
  ADD ("lasso-vertices", "lasso", test_lasso_vertices);
  ADD ("polygon-vertices", "polygon", test_polygon_vertices);
  ADD ("fill", "fill", test_fill);
  ADD ("split", "split", test_split);
  ADD ("measure", "measure", test_measure);
  g_test_add ("/tools/wand", Fixture, "wand", setup_discs, test_wand, teardown);
  ADD ("merge", "merge", test_merge);
  ADD ("select", "select", test_select);
  ADD ("pick", "pick", test_pick);
  return g_test_run ();
}
