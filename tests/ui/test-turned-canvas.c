/* SPDX-License-Identifier: MIT */
/* A turned canvas in a real window: the image where the pointer finds it, paint that is the same as
 * upright, and all that turns it. */
#include "tests/ui/pel-turned-test.h"

#include <string.h>

#include "app/document/pel-undo.h"
#include "engine/image/pel-label-map.h"
#include "ui/canvas/pel-canvas-view.h"
#include "ui/canvas/pel-minimap.h"

#define WIDTH 240
#define HEIGHT 180
#define RADIUS 6.0

typedef PelCanvasTest Fixture;

static void
setup (Fixture *f, gconstpointer data)
{
  pel_canvas_test_set_up (f, pel_canvas_view_new (), WIDTH, HEIGHT, pel_canvas_test_pattern);
  pel_display_set_brush_mode (f->display, PEL_BRUSH_MODE_IMAGE);
  pel_display_set_brush_size (f->display, 2 * RADIUS);
  pel_display_set_show_diameters (f->display, FALSE);
  pel_canvas_test_show (f);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  pel_canvas_test_tear_down (f);
}

static void
test_shows_image (Fixture *f, gconstpointer data)
{
  static const double zooms[] = { 1, 2, 5, 8 };

  pel_canvas_set_tool_id (f->canvas, "pan");
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    for (guint z = 0; z < G_N_ELEMENTS (zooms); z++)
      {
        g_autofree guint32 *pixels = NULL;
        int width, height;
        guint n = 0;

        /* Between pixels that are no larger than those of the screen all is mixed. */
        if (fmod (pel_turned_test_angles[a], 90) != 0 && zooms[z] < 5)
          continue;
        pel_canvas_zoom_at (f->canvas, zooms[z], NULL);
        pel_canvas_set_angle (f->canvas, pel_turned_test_angles[a], NULL);
        g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, pel_turned_test_angles[a]);
        pel_test_settle (f->canvas);
        pixels = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
        for (guint y = 0; y < HEIGHT; y++)
          for (guint x = 0; x < WIDTH; x++)
            {
              double wx, wy;

              pel_turned_test_locate (f, x + 0.5, y + 0.5, &wx, &wy);
              if (wx < 1 || wy < 1 || wx >= width - 1 || wy >= height - 1)
                continue;
              g_assert_cmphex (pixels[(gsize)wy * (gsize)width + (gsize)wx], ==,
                               0xff000000u | pel_canvas_test_pattern (x, y) * 0x010101u);
              n++;
            }
        g_assert_cmpuint (n, >, 1000);
      }
}

/* While it turns, what was in view before is there at once, turned and rougher: in pixels of two by
 * two, which are within those of the image at this zoom. */
static void
test_stand_in (Fixture *f, gconstpointer data)
{
  pel_canvas_set_tool_id (f->canvas, "pan");
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    {
      g_autofree guint32 *pixels = NULL;
      PelViewport before;
      int width, height;
      guint n = 0;

      pel_canvas_zoom_at (f->canvas, 8, NULL);
      pel_test_settle (f->canvas);
      before = f->canvas->view;
      pel_canvas_hold_tiles (f->canvas);
      pel_canvas_set_angle (f->canvas, before.angle + pel_turned_test_angles[a], NULL);
      pixels = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
      g_assert_false (pel_canvas_is_settled (f->canvas));
      for (guint y = 0; y < HEIGHT; y++)
        for (guint x = 0; x < WIDTH; x++)
          {
            double wx, wy;
            guint32 pixel;

            pel_viewport_from_image (&before, x + 0.5, y + 0.5, &wx, &wy);
            if (wx < 8 || wy < 8 || wx >= width - 8 || wy >= height - 8)
              continue;
            pel_turned_test_locate (f, x + 0.5, y + 0.5, &wx, &wy);
            if (wx < 1 || wy < 1 || wx >= width - 1 || wy >= height - 1)
              continue;
            pixel = pixels[(gsize)wy * (gsize)width + (gsize)wx];
            for (guint shift = 0; shift < 24; shift += 8)
              g_assert_cmpint (
                  ABS ((gint)(pixel >> shift & 255) - (gint)pel_canvas_test_pattern (x, y)), <=, 2);
            n++;
          }
      g_assert_cmpuint (n, >, 1000);
      pel_test_settle (f->canvas);
    }
}

/* Beside the image is the surround, in the corners of tiles as well. */
static void
test_surround (Fixture *f, gconstpointer data)
{
  int width, height;
  guint n = 0;

  pel_canvas_set_tool_id (f->canvas, "pan");
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    {
      g_autofree guint32 *pixels = NULL;

      pel_canvas_set_angle (f->canvas, pel_turned_test_angles[a], NULL);
      pel_canvas_zoom_to_fit (f->canvas);
      pel_test_settle (f->canvas);
      pixels = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
      for (gint y = 0; y < height; y += 3)
        for (gint x = 0; x < width; x += 3)
          {
            double ix, iy;
            const double reach = 2 / f->canvas->view.zoom;

            pel_viewport_to_image (&f->canvas->view, x + 0.5, y + 0.5, &ix, &iy);
            if (ix > -reach && iy > -reach && ix < WIDTH + reach && iy < HEIGHT + reach)
              continue;
            g_assert_cmphex (pixels[y * width + x], ==, PEL_TILE_SURROUND);
            n++;
          }
    }
  g_assert_cmpuint (n, >, 10000);
}

static const double path[][2] = { { 60.3, 50.8 },  { 71.1, 62.9 },   { 108.7, 60.2 },
                                  { 131.4, 97.6 }, { 119.9, 121.3 }, { 83.2, 101.7 } };

static double
get_distance (double x, double y, const double *a, const double *b)
{
  const double dx = b[0] - a[0], dy = b[1] - a[1];
  const double t = CLAMP (((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy), 0, 1);

  return hypot (x - a[0] - t * dx, y - a[1] - t * dy);
}

/* A stroke by the pointer changes exactly the pixels that its path in the image covers. */
static void
test_paint (Fixture *f, gconstpointer data)
{
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    {
      double x, y;
      guint n = 0;

      pel_canvas_zoom_at (f->canvas, 2.3, NULL);
      pel_canvas_set_angle (f->canvas, pel_turned_test_angles[a], NULL);
      pel_test_settle (f->canvas);
      pel_turned_test_locate (f, path[0][0], path[0][1], &x, &y);
      pel_canvas_pointer_press (f->canvas, x, y, GDK_BUTTON_PRIMARY, 1, 0);
      for (guint i = 1; i < G_N_ELEMENTS (path); i++)
        {
          pel_turned_test_locate (f, path[i][0], path[i][1], &x, &y);
          pel_canvas_pointer_motion (f->canvas, x, y, 1, 0);
          /* Under the pointer in the next frame. */
          pel_test_settle (f->canvas);
        }
      pel_canvas_pointer_release (f->canvas, x, y, GDK_BUTTON_PRIMARY, 1, 0);
      for (gint row = 0; row < HEIGHT; row++)
        for (gint column = 0; column < WIDTH; column++)
          {
            double nearest = G_MAXDOUBLE;
            const gboolean painted = pel_mask_get_label (f->mask, column, row) != 0;

            for (guint i = 1; i < G_N_ELEMENTS (path); i++)
              nearest = MIN (nearest, get_distance (column + 0.5, row + 0.5, path[i - 1], path[i]));
            if (fabs (nearest - RADIUS) < 1e-6)
              continue;
            g_assert_cmpint (painted, ==, nearest < RADIUS);
            n += painted;
          }
      g_assert_cmpuint (n, >, 1000);
      g_assert_true (pel_undo_undo (pel_image_document_get_undo (f->document), NULL));
    }
}

/* What was painted is drawn where the hand was: fill, at the place of the image pixel. */
static void
test_paint_shows (Fixture *f, gconstpointer data)
{
  g_autofree guint32 *before = NULL, *after = NULL;
  int width, height;
  double x, y;
  guint n = 0;

  pel_display_set_show_outlines (f->display, FALSE);
  pel_canvas_zoom_at (f->canvas, 5, NULL);
  pel_canvas_set_angle (f->canvas, 37.5, NULL);
  pel_canvas_pointer_leave (f->canvas);
  pel_test_settle (f->canvas);
  before = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  pel_turned_test_locate (f, 120, 90, &x, &y);
  pel_canvas_pointer_press (f->canvas, x, y, GDK_BUTTON_PRIMARY, 1, 0);
  pel_turned_test_locate (f, 131, 84, &x, &y);
  pel_canvas_pointer_motion (f->canvas, x, y, 1, 0);
  pel_canvas_pointer_release (f->canvas, x, y, GDK_BUTTON_PRIMARY, 1, 0);
  pel_canvas_set_tool_id (f->canvas, "pan");
  pel_canvas_pointer_leave (f->canvas);
  pel_test_settle (f->canvas);
  after = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  for (gint row = 0; row < HEIGHT; row++)
    for (gint column = 0; column < WIDTH; column++)
      {
        gsize at;

        pel_turned_test_locate (f, column + 0.5, row + 0.5, &x, &y);
        if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1)
          continue;
        at = (gsize)y * (gsize)width + (gsize)x;
        if (pel_mask_get_label (f->mask, column, row) == 0)
          g_assert_cmphex (after[at], ==, before[at]);
        else if (before[at] != after[at])
          n++;
      }
  /* A pixel may have had the colour that it was filled with. */
  g_assert_cmpuint (n, >, pel_mask_get_label_size (f->mask, 1) * 9 / 10);
}

/* The box is upright on the screen: it touches what lies there. */
static void
test_select_box (Fixture *f, gconstpointer data)
{
  static const double cells[][2] = {
    { 60, 60 }, { 100, 60 }, { 140, 60 }, { 60, 110 }, { 140, 110 }
  };
  double left, top, x, y;
  guint n_inside = 0;

  for (guint32 i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      PelDab dab = {
        cells[i][0], cells[i][1], 5, cells[i][0], cells[i][1], 5, i + 1, FALSE, FALSE
      };

      pel_mask_begin_stroke (f->mask, "test");
      pel_mask_paint (f->mask, &dab);
      pel_mask_end_stroke (f->mask, NULL);
    }
  pel_canvas_set_tool_id (f->canvas, "select");
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    {
      pel_canvas_zoom_at (f->canvas, 1.5, NULL);
      pel_canvas_set_angle (f->canvas, pel_turned_test_angles[a], NULL);
      pel_turned_test_locate (f, 100, 70, &left, &top);
      left -= 40;
      top -= 35;
      pel_canvas_pointer_press (f->canvas, left, top, GDK_BUTTON_PRIMARY, 1, 0);
      pel_canvas_pointer_motion (f->canvas, left + 80, top + 40, 1, 0);
      pel_test_iterate (20); /* drawn */
      pel_canvas_pointer_motion (f->canvas, left + 95, top + 70, 1, 0);
      pel_canvas_pointer_release (f->canvas, left + 95, top + 70, GDK_BUTTON_PRIMARY, 1, 0);
      for (guint32 i = 0; i < G_N_ELEMENTS (cells); i++)
        {
          const double reach = 5 * 1.5;
          double beside;

          pel_turned_test_locate (f, cells[i][0], cells[i][1], &x, &y);
          beside =
              hypot (MAX (MAX (left - x, x - left - 95), 0), MAX (MAX (top - y, y - top - 70), 0));
          if (beside < reach - 2)
            g_assert_true (pel_display_is_selected (f->display, i + 1));
          if (beside > reach + 2)
            g_assert_false (pel_display_is_selected (f->display, i + 1));
          n_inside += beside < reach - 2;
        }
    }
  g_assert_cmpuint (n_inside, >, 3);
  g_assert_cmpuint (n_inside, <, G_N_ELEMENTS (pel_turned_test_angles) * G_N_ELEMENTS (cells));
}

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);
  return found;
}

static void
click_minimap (GtkWidget *minimap, double x, double y)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (minimap);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_DRAG (controller))
        g_signal_emit_by_name (controller, "drag-begin", x, y);
    }
}

static void
test_minimap (Fixture *f, gconstpointer data)
{
  GtkWidget *minimap = find_widget (f->view, PEL_TYPE_MINIMAP);
  double x, y;

  g_assert_nonnull (minimap);
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    {
      int width, height;
      guint n[2] = { 0, 0 };
      double brightness[2] = { 0, 0 };
      g_autofree guint32 *pixels = NULL;

      pel_canvas_zoom_to_fit (f->canvas);
      pel_canvas_set_angle (f->canvas, pel_turned_test_angles[a], NULL);
      g_assert_false (gtk_widget_get_visible (minimap));
      pel_canvas_zoom_at (f->canvas, 9, NULL);
      g_assert_true (gtk_widget_get_visible (minimap));
      pel_test_iterate (50);
      pel_test_settle (f->canvas);
      /* It stays upright, 160 pixels wide. */
      g_assert_cmpint (gtk_widget_get_width (minimap), ==, 160);
      click_minimap (minimap, 100, 40);
      pel_viewport_to_image (&f->canvas->view, f->canvas->view.width / 2,
                             f->canvas->view.height / 2, &x, &y);
      g_assert_cmpfloat_with_epsilon (x, 150, 0.2);
      g_assert_cmpfloat_with_epsilon (y, 60, 0.2);
      /* Bright where it is seen, veiled where not. */
      pel_test_iterate (50);
      pixels = pel_test_render (minimap, &width, &height);
      for (gint row = 4; row < height - 4; row += 2)
        for (gint column = 4; column < width - 4; column += 2)
          {
            double at_x, at_y, inside;

            pel_viewport_from_image (&f->canvas->view, (column + 0.5) * 1.5, (row + 0.5) * 1.5,
                                     &at_x, &at_y);
            inside = MIN (MIN (at_x, f->canvas->view.width - at_x),
                          MIN (at_y, f->canvas->view.height - at_y));
            /* The line round it is 1.5 wide, as 20 on the canvas. */
            if (fabs (inside) > 30)
              {
                brightness[inside > 0] += pixels[row * width + column] & 255;
                n[inside > 0]++;
              }
          }
      g_assert_cmpuint (n[0], >, 100);
      g_assert_cmpuint (n[1], >, 20);
      g_assert_cmpfloat (brightness[1] / n[1], >, 1.4 * brightness[0] / n[0]);
    }
}

static GtkWidget *
find_button (GtkWidget *widget, const char *icon)
{
  GtkWidget *found = NULL;

  if (GTK_IS_IMAGE (widget) && g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (widget)), icon) == 0)
    return gtk_widget_get_ancestor (widget, GTK_TYPE_BUTTON);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, icon);
  return found;
}

static void
test_keys (Fixture *f, gconstpointer data)
{
  GtkWidget *button = find_button (f->view, "object-rotate-left-symbolic");
  double x, y, ix, iy;

  g_assert_nonnull (button);
  g_assert_false (gtk_widget_get_visible (button));
  pel_canvas_zoom_at (f->canvas, 4, NULL);
  pel_viewport_to_image (&f->canvas->view, f->canvas->view.width / 2, f->canvas->view.height / 2,
                         &ix, &iy);
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_6, 0));
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, 15);
  g_assert_true (gtk_widget_get_visible (button));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "View turned by 15°: set upright");
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (button), "(5)"));
  for (guint i = 0; i < 3; i++)
    g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_4, 0));
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, -30);
  pel_viewport_from_image (&f->canvas->view, ix, iy, &x, &y);
  g_assert_cmpfloat_with_epsilon (x, f->canvas->view.width / 2, 3);
  g_assert_cmpfloat_with_epsilon (y, f->canvas->view.height / 2, 3);
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_5, 0));
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, 0);
  g_assert_false (gtk_widget_get_visible (button));
  pel_canvas_set_angle (f->canvas, 100, NULL);
  gtk_widget_activate (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, 0);
  g_assert_true (gtk_widget_is_focus (GTK_WIDGET (f->canvas)));

  /* About the cross-hair, which arrows move as they point on the screen. */
  pel_canvas_set_cross_hair (f->canvas, TRUE);
  pel_canvas_key_press (f->canvas, GDK_KEY_Right, 0);
  pel_canvas_key_press (f->canvas, GDK_KEY_Down, 0);
  pel_viewport_to_image (&f->canvas->view, f->canvas->pointer_x, f->canvas->pointer_y, &ix, &iy);
  pel_canvas_key_press (f->canvas, GDK_KEY_6, 0);
  pel_viewport_from_image (&f->canvas->view, ix, iy, &x, &y);
  g_assert_cmpfloat_with_epsilon (x, f->canvas->pointer_x, 1);
  g_assert_cmpfloat_with_epsilon (y, f->canvas->pointer_y, 1);
  x = f->canvas->pointer_x;
  y = f->canvas->pointer_y;
  pel_canvas_key_press (f->canvas, GDK_KEY_Right, 0);
  g_assert_cmpfloat_with_epsilon (f->canvas->pointer_x, x + 8, 0.01);
  g_assert_cmpfloat_with_epsilon (f->canvas->pointer_y, y, 0.01);
  /* It never leaves the image, however long. */
  for (guint i = 0; i < 400; i++)
    {
      pel_canvas_key_press (f->canvas, GDK_KEY_Right, 0);
      pel_viewport_to_image (&f->canvas->view, f->canvas->pointer_x, f->canvas->pointer_y, &ix,
                             &iy);
      g_assert_true (ix > -1e-6 && iy > -1e-6 && ix < WIDTH && iy < HEIGHT);
      g_assert_true (f->canvas->pointer_x >= 0 && f->canvas->pointer_x < f->canvas->view.width);
    }
}

/* Round the middle by a quarter: Shift and the middle button, or a key and the left one. */
static void
drag_quarter (Fixture *f, guint button, GdkModifierType state, double short_by)
{
  const double cx = f->canvas->view.width / 2, cy = f->canvas->view.height / 2;
  double x = cx + 100, y = cy;

  pel_canvas_pointer_press (f->canvas, x, y, button, 1, state);
  for (guint i = 1; i <= 30; i++)
    {
      const double angle = (90 - short_by) * G_PI / 180 * i / 30;

      x = cx + 100 * cos (angle);
      y = cy + 100 * sin (angle);
      pel_canvas_pointer_motion (f->canvas, x, y, 1, state);
    }
  pel_canvas_pointer_release (f->canvas, x, y, button, 1, state);
}

static void
test_drags (Fixture *f, gconstpointer data)
{
  double x, y, ix, iy;

  pel_canvas_zoom_at (f->canvas, 4, NULL);
  pel_viewport_to_image (&f->canvas->view, f->canvas->view.width / 2, f->canvas->view.height / 2,
                         &ix, &iy);
  drag_quarter (f, GDK_BUTTON_MIDDLE, GDK_SHIFT_MASK, 10);
  g_assert_cmpfloat_with_epsilon (pel_canvas_get_angle (f->canvas), 80, 1e-6);
  /* Many small turns do not move the middle. */
  pel_viewport_from_image (&f->canvas->view, ix, iy, &x, &y);
  g_assert_cmpfloat_with_epsilon (x, f->canvas->view.width / 2, 0.75);
  g_assert_cmpfloat_with_epsilon (y, f->canvas->view.height / 2, 0.75);
  drag_quarter (f, GDK_BUTTON_MIDDLE, GDK_SHIFT_MASK, 10);
  g_assert_cmpfloat_with_epsilon (pel_canvas_get_angle (f->canvas), 160, 1e-6);
  /* Near a quarter it comes to rest. */
  pel_canvas_turn_upright (f->canvas);
  drag_quarter (f, GDK_BUTTON_MIDDLE, GDK_SHIFT_MASK, 1.5);
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, 90);
  /* With Ctrl by steps. */
  pel_canvas_turn_upright (f->canvas);
  drag_quarter (f, GDK_BUTTON_MIDDLE, GDK_SHIFT_MASK | GDK_CONTROL_MASK, 20);
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, 75);

  /* A held key. */
  pel_canvas_turn_upright (f->canvas);
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_space, GDK_SHIFT_MASK));
  drag_quarter (f, GDK_BUTTON_PRIMARY, GDK_SHIFT_MASK, 10);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  g_assert_cmpfloat_with_epsilon (pel_canvas_get_angle (f->canvas), 80, 1e-6);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  /* Space, and Shift later: the same. Without Shift the view moves. */
  pel_canvas_turn_upright (f->canvas);
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_space, 0));
  drag_quarter (f, GDK_BUTTON_PRIMARY, GDK_SHIFT_MASK, 10);
  g_assert_cmpfloat_with_epsilon (pel_canvas_get_angle (f->canvas), 80, 1e-6);
  drag_quarter (f, GDK_BUTTON_PRIMARY, 0, 10);
  g_assert_cmpfloat_with_epsilon (pel_canvas_get_angle (f->canvas), 80, 1e-6);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  /* After that it paints again. */
  drag_quarter (f, GDK_BUTTON_PRIMARY, 0, 10);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
}

static void
test_fingers (Fixture *f, gconstpointer data)
{
  const graphene_point_t middle = GRAPHENE_POINT_INIT (200, 150);
  double x, y, ix, iy;

  pel_canvas_zoom_at (f->canvas, 4, NULL);
  pel_viewport_to_image (&f->canvas->view, 200, 150, &ix, &iy);
  pel_canvas_begin_finger_turn (f->canvas);
  /* A pinch that turns a little. */
  pel_canvas_finger_turn (f->canvas, 7 * G_PI / 180, &middle);
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, 0);
  /* No leap when it is meant, and zoom meanwhile. */
  pel_canvas_finger_turn (f->canvas, 15 * G_PI / 180, &middle);
  g_assert_cmpfloat_with_epsilon (pel_canvas_get_angle (f->canvas), 5, 1e-6);
  pel_canvas_zoom_at (f->canvas, 6, &middle);
  pel_canvas_finger_turn (f->canvas, 50 * G_PI / 180, &middle);
  g_assert_cmpfloat_with_epsilon (pel_canvas_get_angle (f->canvas), 40, 1e-6);
  g_assert_cmpfloat (pel_canvas_get_zoom (f->canvas), ==, 6);
  pel_viewport_from_image (&f->canvas->view, ix, iy, &x, &y);
  g_assert_cmpfloat_with_epsilon (x, 200, 3);
  g_assert_cmpfloat_with_epsilon (y, 150, 3);
  /* Angles that GTK counts from 0 to 2 pi. */
  pel_canvas_begin_finger_turn (f->canvas);
  pel_canvas_finger_turn (f->canvas, 2 * G_PI - 30 * G_PI / 180, &middle);
  g_assert_cmpfloat_with_epsilon (pel_canvas_get_angle (f->canvas), 20, 1e-6);
  pel_canvas_finger_turn (f->canvas, -52 * G_PI / 180, &middle);
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, 0);
}

/* Each image lies as it did, and another one upright. */
static void
test_memory (Fixture *f, gconstpointer data)
{
  g_autoptr (PelImage) image = pel_test_image_new (100, 80, pel_canvas_test_pattern);
  PelTestDocument *other = pel_test_document_new (image, NULL);
  double x, y;

  pel_canvas_zoom_at (f->canvas, 6, NULL);
  pel_canvas_set_angle (f->canvas, 37.5, NULL);
  pel_canvas_scroll_by (f->canvas, 40, 30);
  x = f->canvas->view.x;
  y = f->canvas->view.y;
  pel_canvas_set_document (f->canvas, pel_test_document_get (other));
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, 0);
  pel_test_settle (f->canvas);
  pel_canvas_turn_by (f->canvas, 15);
  pel_canvas_set_document (f->canvas, f->document);
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), ==, 37.5);
  g_assert_cmpfloat (pel_canvas_get_zoom (f->canvas), ==, 6);
  g_assert_cmpfloat_with_epsilon (f->canvas->view.x, x, 1);
  g_assert_cmpfloat_with_epsilon (f->canvas->view.y, y, 1);
  pel_test_settle (f->canvas);
  pel_test_document_free (other);
}

/* Numbers stay upright, and none is over another. */
static void
test_tags (Fixture *f, gconstpointer data)
{
  guint n = 0;

  pel_mask_begin_stroke (f->mask, "test");
  for (guint32 i = 0; i < 48; i++)
    {
      const double x = 15 + 30 * (i % 8), y = 15 + 30.0 * (i / 8);
      PelDab dab = { x - 4, y, 7, x + 4, y, 7, i + 1, FALSE, FALSE };

      pel_mask_paint (f->mask, &dab);
    }
  pel_mask_end_stroke (f->mask, NULL);
  pel_display_set_show_diameters (f->display, TRUE);
  do
    pel_test_iterate (20);
  while (!pel_cell_list_get_table (pel_image_document_get_cells (f->document)) ||
         pel_cell_table_get_n_cells (
             pel_cell_list_get_table (pel_image_document_get_cells (f->document))) < 48);
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    {
      g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (graphene_rect_t));
      const graphene_rect_t whole =
          GRAPHENE_RECT_INIT (0, 0, (float)f->canvas->view.width, (float)f->canvas->view.height);

      pel_canvas_zoom_at (f->canvas, 2, NULL);
      pel_canvas_set_angle (f->canvas, pel_turned_test_angles[a], NULL);
      pel_canvas_set_tool_id (f->canvas, "pan");
      pel_test_settle (f->canvas);
      pel_cell_marks_place (f->canvas->marks, GTK_WIDGET (f->canvas), &f->canvas->view, &whole,
                            taken);
      n += taken->len;
      for (guint i = 0; i < taken->len; i++)
        {
          const graphene_rect_t *tag = &g_array_index (taken, graphene_rect_t, i);

          g_assert_cmpfloat (tag->size.width, >, tag->size.height);
          for (guint j = 0; j < i; j++)
            g_assert_false (
                graphene_rect_intersection (tag, &g_array_index (taken, graphene_rect_t, j), NULL));
        }
    }
  g_assert_cmpuint (n, >, 60);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/turned-canvas/" name, Fixture, NULL, setup, func, teardown)
  ADD ("shows-image", test_shows_image);
  ADD ("stand-in", test_stand_in);
  ADD ("surround", test_surround);
  ADD ("paint", test_paint);
  ADD ("paint-shows", test_paint_shows);
  ADD ("select-box", test_select_box);
  ADD ("minimap", test_minimap);
  ADD ("keys", test_keys);
  ADD ("drags", test_drags);
  ADD ("fingers", test_fingers);
  ADD ("memory", test_memory);
  ADD ("tags", test_tags);
#undef ADD
  return g_test_run ();
}
