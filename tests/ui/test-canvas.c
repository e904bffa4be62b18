/* SPDX-License-Identifier: MIT */
/* The canvas in a real window: the image at its place, paint where the pointer was, a point that
 * stays under the pointer while zooming. Events enter where the event controller hands them on. */
#include "tests/ui/pel-canvas-test.h"

#include "app/document/pel-undo.h"
#include "ui/canvas/pel-canvas-view.h"
#include "ui/canvas/pel-label-colors.h"

#define WIDTH 240
#define HEIGHT 180

typedef PelCanvasTest Fixture;

static void
setup (Fixture *f, gconstpointer data)
{
  pel_canvas_test_set_up (f, pel_canvas_new (), WIDTH, HEIGHT, pel_canvas_test_pattern);
  pel_canvas_set_tool_id (f->canvas, "brush");
  gtk_window_set_default_size (GTK_WINDOW (f->window), 500, 400);
  pel_canvas_test_show (f);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  pel_canvas_test_tear_down (f);
}

/* Where the middle of an image pixel is in the widget. */
static void
locate (Fixture *f, double x, double y, double *wx, double *wy)
{
  *wx = f->canvas->view.x + (x + 0.5) * f->canvas->view.zoom;
  *wy = f->canvas->view.y + (y + 0.5) * f->canvas->view.zoom;
}

static guint32
pixel_at (Fixture *f, const guint32 *pixels, int width, double x, double y)
{
  double wx, wy;

  locate (f, x, y, &wx, &wy);
  return pixels[(gsize)wy * width + (gsize)wx];
}

static void
test_shows_image (Fixture *f, gconstpointer data)
{
  static const double zooms[] = { 1, 2, 3.7, 8 };
  int width, height;

  pel_display_set_show_diameters (f->display, FALSE);
  /* No tool draws over it, wherever the real pointer is. */
  pel_canvas_set_tool_id (f->canvas, "pan");
  for (guint z = 0; z < G_N_ELEMENTS (zooms); z++)
    {
      g_autofree guint32 *pixels = NULL;
      guint n = 0;

      pel_canvas_zoom_at (f->canvas, zooms[z], NULL);
      pel_test_settle (f->canvas);
      pixels = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
      for (guint y = 0; y < HEIGHT; y += 3)
        for (guint x = 0; x < WIDTH; x += 3)
          {
            double wx, wy;

            locate (f, x, y, &wx, &wy);
            if (wx < 1 || wy < 1 || wx >= width - 1 || wy >= height - 1)
              continue;
            g_assert_cmphex (pixel_at (f, pixels, width, x, y), ==,
                             0xff000000u | pel_canvas_test_pattern (x, y) * 0x010101u);
            n++;
          }
      g_assert_cmpuint (n, >, 100);
    }
}

static void
test_zoom_keeps_point (Fixture *f, gconstpointer data)
{
  graphene_point_t fixed = GRAPHENE_POINT_INIT (301, 222);
  graphene_point_t before, after;

  pel_canvas_zoom_at (f->canvas, 3, NULL);
  pel_canvas_to_image (f->canvas, &fixed, &before);
  for (guint i = 0; i < 8; i++)
    pel_canvas_zoom_at (f->canvas, pel_canvas_get_zoom (f->canvas) * 1.21, &fixed);
  pel_canvas_to_image (f->canvas, &fixed, &after);
  /* The view lies on whole pixels of the screen: half of one each time at most. */
  g_assert_cmpfloat_with_epsilon (before.x, after.x, 0.6);
  g_assert_cmpfloat_with_epsilon (before.y, after.y, 0.6);
  for (guint i = 0; i < 8; i++)
    pel_canvas_zoom_at (f->canvas, pel_canvas_get_zoom (f->canvas) / 1.21, &fixed);
  g_assert_cmpfloat_with_epsilon (pel_canvas_get_zoom (f->canvas), 3, 1e-9);

  pel_canvas_zoom_to_fit (f->canvas);
  g_assert_cmpfloat (f->canvas->view.x, >=, 0);
  g_assert_cmpfloat (f->canvas->view.y, >=, 0);
}

static void
drag (Fixture *f, guint button, double x0, double y0, double x1, double y1)
{
  double wx, wy;

  locate (f, x0, y0, &wx, &wy);
  pel_canvas_pointer_motion (f->canvas, wx, wy, 1, 0);
  pel_canvas_pointer_press (f->canvas, wx, wy, button, 1, 0);
  locate (f, x1, y1, &wx, &wy);
  pel_canvas_pointer_motion (f->canvas, wx, wy, 1, 0);
  pel_canvas_pointer_release (f->canvas, wx, wy, button, 1, 0);
}

static gboolean
in_capsule (double x, double y, double x0, double y0, double x1, double y1, double radius)
{
  double dx = x1 - x0;
  double dy = y1 - y0;
  double t = dx * dx + dy * dy > 0
                 ? CLAMP (((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
                 : 0;

  return hypot (x - x0 - t * dx, y - y0 - t * dy) <= radius;
}

static void
test_paint (Fixture *f, gconstpointer data)
{
  g_autofree guint32 *before = NULL;
  g_autofree guint32 *after = NULL;
  int width, height;
  guint32 label;
  guint n_changed = 0;

  pel_display_set_show_diameters (f->display, FALSE);
  pel_canvas_zoom_at (f->canvas, 2, NULL);
  pel_canvas_pointer_leave (f->canvas);
  pel_test_settle (f->canvas);
  before = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);

  pel_display_set_brush_size (f->display, 13);
  drag (f, GDK_BUTTON_PRIMARY, 80, 60, 130, 90);
  label = pel_display_get_current_label (f->display);
  g_assert_cmpuint (label, ==, 1);
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++)
      g_assert_cmpuint (pel_mask_get_label (f->mask, x, y), ==,
                        in_capsule (x, y, 80, 60, 130, 90, 6.5) ? label : 0);

  /* On the screen only what is near the capsule is another colour, and all of it is. The first
   * frame after the stroke shows it already. */
  pel_canvas_pointer_leave (f->canvas);
  after = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  for (int j = 0; j < height; j++)
    for (int i = 0; i < width; i++)
      {
        double x = (i + 0.5 - f->canvas->view.x) / 2 - 0.5;
        double y = (j + 0.5 - f->canvas->view.y) / 2 - 0.5;
        gboolean changed = before[j * width + i] != after[j * width + i];

        if (!in_capsule (x, y, 80, 60, 130, 90, 6.5 + 4))
          g_assert_false (changed);
        n_changed += changed;
      }
  g_assert_cmpuint (n_changed, >, 2000);
  /* In the middle: a quarter of the cell's colour. */
  {
    guint32 shown = pixel_at (f, after, width, 105, 75);
    guint32 color = pel_label_color (label);
    gint grey = pel_canvas_test_pattern (105, 75);

    for (guint shift = 0; shift < 24; shift += 8)
      {
        gint expected = (gint)(0.75 * grey + 0.25 * (color >> shift & 255));

        g_assert_cmpint (ABS ((gint)(shown >> shift & 255) - expected), <=, 3);
      }
  }
}

static void
test_erase_and_undo (Fixture *f, gconstpointer data)
{
  PelUndo *undo = pel_image_document_get_undo (f->document);

  pel_display_set_brush_size (f->display, 20);
  drag (f, GDK_BUTTON_PRIMARY, 60, 60, 120, 60);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 90, 60), ==, 1);
  pel_display_set_brush_size (f->display, 10);
  drag (f, GDK_BUTTON_SECONDARY, 90, 40, 90, 80);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 90, 60), ==, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 70, 60), ==, 1);
  g_assert_true (pel_undo_undo (undo, NULL));
  g_assert_cmpuint (pel_mask_get_label (f->mask, 90, 60), ==, 1);
  g_assert_true (pel_undo_undo (undo, NULL));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
}

/* A second stroke away from the first is another cell; one that begins on it extends it; another
 * cell in the way is left alone. */
static void
test_labels (Fixture *f, gconstpointer data)
{
  pel_display_set_brush_size (f->display, 10);
  drag (f, GDK_BUTTON_PRIMARY, 40, 40, 60, 40);
  drag (f, GDK_BUTTON_PRIMARY, 100, 40, 120, 40);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 110, 40), ==, 2);
  drag (f, GDK_BUTTON_PRIMARY, 50, 40, 110, 40);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 80, 40), ==, 1);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 110, 40), ==, 2);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 2);

  pel_display_set_protect (f->display, FALSE);
  drag (f, GDK_BUTTON_PRIMARY, 50, 40, 110, 40);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 110, 40), ==, 1);

  /* N begins a cell even on another one. */
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_n, 0));
  drag (f, GDK_BUTTON_PRIMARY, 50, 40, 52, 40);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 51, 40), ==, 3);
}

static void
test_escape (Fixture *f, gconstpointer data)
{
  double wx, wy;

  locate (f, 50, 50, &wx, &wy);
  pel_canvas_pointer_press (f->canvas, wx, wy, GDK_BUTTON_PRIMARY, 1, 0);
  pel_canvas_pointer_motion (f->canvas, wx + 60, wy, 1, 0);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_Escape, 0));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  g_assert_false (pel_mask_in_stroke (f->mask));
  pel_canvas_pointer_motion (f->canvas, wx + 90, wy, 1, 0);
  pel_canvas_pointer_release (f->canvas, wx + 90, wy, GDK_BUTTON_PRIMARY, 1, 0);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  g_assert_false (pel_undo_get_can_undo (pel_image_document_get_undo (f->document)));
}

static void
test_pan (Fixture *f, gconstpointer data)
{
  double x, y;

  pel_canvas_zoom_at (f->canvas, 5, NULL);
  x = f->canvas->view.x;
  y = f->canvas->view.y;
  pel_canvas_pointer_press (f->canvas, 100, 100, GDK_BUTTON_MIDDLE, 1, 0);
  pel_canvas_pointer_motion (f->canvas, 130, 80, 1, 0);
  pel_canvas_pointer_release (f->canvas, 130, 80, GDK_BUTTON_MIDDLE, 1, 0);
  g_assert_cmpfloat (f->canvas->view.x, ==, x + 30);
  g_assert_cmpfloat (f->canvas->view.y, ==, y - 20);

  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_space, 0));
  pel_canvas_pointer_press (f->canvas, 100, 100, GDK_BUTTON_PRIMARY, 1, 0);
  pel_canvas_pointer_motion (f->canvas, 90, 100, 1, 0);
  pel_canvas_pointer_release (f->canvas, 90, 100, GDK_BUTTON_PRIMARY, 1, 0);
  pel_canvas_key_release (f->canvas, GDK_KEY_space);
  g_assert_cmpfloat (f->canvas->view.x, ==, x + 20);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
}

typedef struct
{
  double x, y;
  char *value;
  guint label;
  guint n_menus;
} Heard;

static void
on_hover (PelCanvas *canvas, double x, double y, const char *value, guint label, Heard *heard)
{
  heard->x = x;
  heard->y = y;
  g_free (heard->value);
  heard->value = g_strdup (value);
  heard->label = label;
}

static gboolean
on_menu (PelCanvas *canvas, double x, double y, guint label, Heard *heard)
{
  heard->n_menus++;
  heard->label = label;
  return TRUE;
}

static void
test_hover_and_menu (Fixture *f, gconstpointer data)
{
  Heard heard = { 0 };
  g_autofree char *expected = g_strdup_printf ("%u", pel_canvas_test_pattern (70, 50));
  double wx, wy;

  pel_display_set_brush_size (f->display, 10);
  drag (f, GDK_BUTTON_PRIMARY, 70, 50, 72, 50);
  g_signal_connect (f->canvas, "hover-changed", G_CALLBACK (on_hover), &heard);
  g_signal_connect (f->canvas, "context-menu", G_CALLBACK (on_menu), &heard);
  locate (f, 70, 50, &wx, &wy);
  pel_canvas_pointer_motion (f->canvas, wx, wy, 1, 0);
  g_assert_cmpint ((int)heard.x, ==, 70);
  g_assert_cmpint ((int)heard.y, ==, 50);
  g_assert_cmpstr (heard.value, ==, expected);
  g_assert_cmpuint (heard.label, ==, 1);

  pel_canvas_pointer_press (f->canvas, wx, wy, GDK_BUTTON_SECONDARY, 1, 0);
  pel_canvas_pointer_release (f->canvas, wx, wy, GDK_BUTTON_SECONDARY, 1, 0);
  g_assert_cmpuint (heard.n_menus, ==, 1);
  g_assert_true (pel_display_is_selected (f->display, 1));
  g_assert_cmpuint (pel_mask_get_label (f->mask, 70, 50), ==, 1);

  pel_canvas_pointer_leave (f->canvas);
  g_assert_cmpfloat (heard.x, <, 0);
  g_assert_cmpstr (heard.value, ==, "");
  /* A picture that comes to rest while the window goes tells of the pointer once more. */
  g_signal_handlers_disconnect_by_data (f->canvas, &heard);
  g_free (heard.value);
}

static void
press_with_control (Fixture *f, double x, double y)
{
  graphene_rect_t at;

  pel_canvas_from_image (f->canvas, &GRAPHENE_RECT_INIT ((float)x, (float)y, 1, 1), &at);
  pel_canvas_pointer_press (f->canvas, (double)at.origin.x, (double)at.origin.y, GDK_BUTTON_PRIMARY,
                            1, GDK_CONTROL_MASK);
  pel_canvas_pointer_release (f->canvas, (double)at.origin.x, (double)at.origin.y,
                              GDK_BUTTON_PRIMARY, 1, GDK_CONTROL_MASK);
}

static void
test_keys (Fixture *f, gconstpointer data)
{
  double size = pel_display_get_brush_size (f->display);

  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_o, 0));
  g_assert_false (pel_display_get_show_outlines (f->display));
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_bracketright, 0));
  g_assert_cmpfloat (pel_display_get_brush_size (f->display), >, size);
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_Tab, 0));
  g_assert_true (pel_display_get_labels_hidden (f->display));
  pel_canvas_key_release (f->canvas, GDK_KEY_Tab);
  g_assert_false (pel_display_get_labels_hidden (f->display));
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_1, 0));
  g_assert_cmpfloat (pel_canvas_get_zoom (f->canvas), ==, 1);
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_e, 0));
  g_assert_cmpstr (pel_canvas_get_tool_id (f->canvas), ==, "eraser");
  g_assert_false (pel_canvas_key_press (f->canvas, GDK_KEY_b, GDK_CONTROL_MASK));
  g_assert_cmpstr (pel_canvas_get_tool_id (f->canvas), ==, "eraser");

  pel_display_set_brush_size (f->display, 10);
  pel_canvas_set_tool_id (f->canvas, "brush");
  drag (f, GDK_BUTTON_PRIMARY, 70, 50, 72, 50);
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_Delete, 0));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);

  /* The merge key takes the tool, or merges what is selected. */
  pel_canvas_set_tool_id (f->canvas, "brush");
  for (guint32 i = 1; i <= 2; i++)
    {
      PelDab dab = { 40 * i, 50, 8, 40 * i, 50, 8, i, FALSE, FALSE };

      pel_mask_begin_stroke (f->mask, "test");
      pel_mask_paint (f->mask, &dab);
      pel_mask_end_stroke (f->mask, NULL);
    }
  pel_display_set_selection (f->display, (const guint32[]){ 1, 2 }, 2);
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_m, 0));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 80, 50), ==, 1);
  g_assert_cmpstr (pel_canvas_get_tool_id (f->canvas), ==, "brush");
  g_assert_true (pel_canvas_key_press (f->canvas, GDK_KEY_m, 0));
  g_assert_cmpstr (pel_canvas_get_tool_id (f->canvas), ==, "merge");

  /* Ctrl picks a cell, but with the wand it means the exact value. */
  pel_display_set_selection (f->display, NULL, 0);
  press_with_control (f, 80, 50);
  g_assert_true (pel_display_is_selected (f->display, 1));
  pel_display_set_selection (f->display, NULL, 0);
  pel_canvas_set_tool_id (f->canvas, "wand");
  press_with_control (f, 110, 50);
  g_assert_cmpuint (pel_display_get_n_selected (f->display), ==, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 110, 50), !=, 0);
}

static void
test_document_change (Fixture *f, gconstpointer data)
{
  double x, y;

  pel_canvas_zoom_at (f->canvas, 6, NULL);
  pel_canvas_scroll_by (f->canvas, 40, 30);
  x = f->canvas->view.x;
  y = f->canvas->view.y;
  pel_canvas_set_document (f->canvas, NULL);
  pel_test_settle (f->canvas);
  pel_canvas_set_document (f->canvas, f->document);
  pel_test_settle (f->canvas);
  g_assert_cmpfloat (pel_canvas_get_zoom (f->canvas), ==, 6);
  g_assert_cmpfloat (f->canvas->view.x, ==, x);
  g_assert_cmpfloat (f->canvas->view.y, ==, y);
}

/* The veil lies where the model is unsure, and nowhere else. */
static void
test_uncertainty (Fixture *f, gconstpointer data)
{
  g_autofree guint32 *none = g_new0 (guint32, WIDTH * HEIGHT);
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (WIDTH, HEIGHT, none, WIDTH, NULL);
  g_autoptr (PelImage) map = pel_image_new (WIDTH, HEIGHT, 1, PEL_SAMPLE_F32, NULL);
  float *plane = pel_image_get_writable_plane (map, 0);
  g_autofree guint32 *before = NULL, *with = NULL, *after = NULL;
  const double at[] = { 40, 120, 200 };
  int width, height;

  for (guint i = 0; i < HEIGHT; i++)
    for (guint j = 0; j < WIDTH; j++)
      plane[i * WIDTH + j] = j < 80 ? 0.02f : j < 160 ? 0.5f : 0.98f;
  pel_canvas_pointer_leave (f->canvas);
  pel_image_document_set_prediction (f->document, labels, map, 0.5, "model");
  pel_test_settle (f->canvas);
  g_assert_false (pel_canvas_shows_uncertainty (f->canvas));
  before = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  pel_display_set_show_uncertainty (f->display, TRUE);
  g_assert_true (pel_canvas_shows_uncertainty (f->canvas));
  pel_test_iterate (30);
  pel_test_settle (f->canvas);
  with = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  for (guint i = 0; i < G_N_ELEMENTS (at); i++)
    {
      guint32 a = pixel_at (f, before, width, at[i], 90), b = pixel_at (f, with, width, at[i], 90);
      guint red = b >> 16 & 255, green = b >> 8 & 255;

      if (i != 1)
        g_assert_cmphex (a, ==, b);
      else
        g_assert_cmpuint (red, >, green + 80);
    }
  pel_display_set_show_uncertainty (f->display, FALSE);
  pel_test_settle (f->canvas);
  after = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  g_assert_cmpmem (before, sizeof *before * (gsize)(width * height), after,
                   sizeof *after * (gsize)(width * height));
  /* Without a map there is nothing to tell. */
  pel_display_set_show_uncertainty (f->display, TRUE);
  pel_image_document_set_prediction (f->document, NULL, NULL, 0.5, "model");
  g_assert_false (pel_canvas_shows_uncertainty (f->canvas));
}

/* Zooming quickly leaves nothing blurred or of an earlier zoom behind. */
static void
test_prediction_follows_zoom (Fixture *f, gconstpointer data)
{
  g_autofree guint32 *data32 = g_new0 (guint32, WIDTH * HEIGHT);
  g_autoptr (PelLabels) labels = NULL;
  g_autofree guint32 *first = NULL;
  g_autofree guint32 *second = NULL;
  int width, height;
  double x, y;

  for (guint i = 20; i < 160; i++)
    for (guint j = 20; j < 220; j++)
      data32[i * WIDTH + j] = 1 + j / 50 + 10 * (i / 40);
  labels = pel_labels_new_from_data (WIDTH, HEIGHT, data32, WIDTH, NULL);
  pel_image_document_set_prediction (f->document, labels, NULL, 0.5, "model");
  pel_test_iterate (600);
  g_assert_true (f->canvas->prediction_shown);
  pel_canvas_zoom_at (f->canvas, 4, NULL);
  pel_test_settle (f->canvas);
  /* Nothing is drawn for a pointer that happens to rest here. */
  pel_canvas_pointer_leave (f->canvas);
  first = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  x = f->canvas->view.x;
  y = f->canvas->view.y;
  for (guint i = 0; i < 12; i++)
    {
      pel_canvas_zoom_at (f->canvas, 0.7 + i * 0.3, NULL);
      pel_test_iterate (i % 5 * 4);
      g_free (pel_test_render (GTK_WIDGET (f->canvas), &width, &height));
    }
  pel_canvas_zoom_at (f->canvas, 4, NULL);
  pel_canvas_scroll_by (f->canvas, f->canvas->view.x - x, f->canvas->view.y - y);
  pel_test_settle (f->canvas);
  pel_canvas_pointer_leave (f->canvas);
  second = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  g_assert_cmpmem (first, (gsize)width * height * 4, second, (gsize)width * height * 4);
}

static void
test_accessible (Fixture *f, gconstpointer data)
{
  gtk_test_accessible_assert_role (f->canvas, GTK_ACCESSIBLE_ROLE_IMG);
  drag (f, GDK_BUTTON_PRIMARY, 70, 50, 72, 50);
  gtk_test_accessible_assert_property (f->canvas, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Image test, Brush, 1 cell");
}

static int
compare_labels (gconstpointer a, gconstpointer b)
{
  const guint32 *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

/* Labels in any order, some twice and some none at all, are kept once each and rising. */
static void
test_selection (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (guint32));
  const guint32 *selection;
  guint n, at = 0;

  /* The upper bits, too, and many equal ones. */
  for (guint i = 0; i < 5000; i++)
    {
      guint32 label = (guint32)g_test_rand_int () >> (i % 32);

      label = i % 50 == 0 ? 0 : label;
      g_array_append_val (labels, label);
    }
  pel_display_set_selection (f->display, (const guint32 *)(gpointer)labels->data, labels->len);
  selection = pel_display_get_selection (f->display, &n);
  g_array_sort (labels, compare_labels);
  for (guint i = 0; i < labels->len; i++)
    {
      guint32 label = g_array_index (labels, guint32, i);

      if (label == 0 || (i > 0 && label == g_array_index (labels, guint32, i - 1)))
        continue;
      g_assert_cmpuint (at, <, n);
      g_assert_cmpuint (selection[at++], ==, label);
    }
  g_assert_cmpuint (at, ==, n);
}

static void
test_view (void)
{
  g_autoptr (PelImage) image = pel_test_image_new (WIDTH, HEIGHT, pel_canvas_test_pattern);
  PelTestDocument *document = pel_test_document_new (image, NULL);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = pel_canvas_view_new ();
  PelCanvas *canvas = pel_canvas_view_get_canvas (PEL_CANVAS_VIEW (view));

  gtk_window_set_default_size (GTK_WINDOW (window), 600, 500);
  gtk_window_set_child (GTK_WINDOW (window), view);
  pel_canvas_set_document (canvas, pel_test_document_get (document));
  gtk_window_present (GTK_WINDOW (window));
  pel_test_iterate (100);
  pel_test_settle (canvas);
  pel_canvas_zoom_at (canvas, 9, NULL);
  pel_test_settle (canvas);
  g_assert_cmpstr (pel_canvas_get_tool_id (canvas), ==, "brush");
  pel_canvas_view_set_show_tools (PEL_CANVAS_VIEW (view), FALSE);
  g_assert_false (pel_canvas_view_get_show_tools (PEL_CANVAS_VIEW (view)));
  g_object_ref (view);
  gtk_window_destroy (GTK_WINDOW (window));
  pel_test_iterate (50);
  g_assert_finalize_object (view);
  pel_test_document_free (document);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/canvas/" name, Fixture, NULL, setup, func, teardown)
  ADD ("shows-image", test_shows_image);
  ADD ("zoom-keeps-point", test_zoom_keeps_point);
  ADD ("paint", test_paint);
  ADD ("erase-and-undo", test_erase_and_undo);
  ADD ("labels", test_labels);
  ADD ("escape", test_escape);
  ADD ("selection", test_selection);
  ADD ("pan", test_pan);
  ADD ("hover-and-menu", test_hover_and_menu);
  ADD ("keys", test_keys);
  ADD ("document-change", test_document_change);
  ADD ("uncertainty", test_uncertainty);
  ADD ("prediction-follows-zoom", test_prediction_follows_zoom);
  ADD ("accessible", test_accessible);
  g_test_add_func ("/canvas/view", test_view);
  return g_test_run ();
}
