/* SPDX-License-Identifier: MIT */
/* Tiles that were put together beforehand look as the layers and the tags drawn one by one, at rest
 * and while the picture moves and is painted on. */
#include "tests/ui/pel-ui-test.h"

#include "engine/image/pel-label-map.h"
#include "ui/canvas/pel-canvas-private.h"

#define WIDTH 700
#define HEIGHT 620
#define PITCH 58

typedef struct
{
  GtkWidget *window;
  PelCanvas *canvas;
  PelTestDocument *document;
} Fixture;

static guint8
pattern (guint x, guint y)
{
  return (guint8)(x * 7 + y * 13 + (x ^ y) * 3);
}

/* Rectangles with gaps of a few pixels: there is a tag for each. */
static PelLabels *
make_labels (void)
{
  PelLabelMap *map = pel_label_map_new (WIDTH, HEIGHT, NULL);
  PelLabels *labels;

  for (gint y = 0; y < HEIGHT; y++)
    for (gint i = 0; i < WIDTH / PITCH; i++)
      if (y % PITCH > 8)
        pel_label_map_fill_span (map, y, i * PITCH + 6, i * PITCH + PITCH - 4,
                                 (guint32)(1 + i + y / PITCH * 20));
  labels = pel_label_map_snapshot (map);
  pel_label_map_free (map);
  return labels;
}

static void
setup (Fixture *f, gconstpointer data)
{
  g_autoptr (PelImage) image = pel_test_image_new (WIDTH, HEIGHT, pattern);
  g_autoptr (PelLabels) labels = make_labels ();

  f->document = pel_test_document_new (image, labels);
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 800, 600);
  f->canvas = PEL_CANVAS (pel_canvas_new ());
  gtk_window_set_child (GTK_WINDOW (f->window), GTK_WIDGET (f->canvas));
  pel_canvas_set_document (f->canvas, pel_test_document_get (f->document));
  pel_canvas_set_tool_id (f->canvas, "brush");
  gtk_window_present (GTK_WINDOW (f->window));
  while (pel_cell_list_get_table (pel_image_document_get_cells (f->canvas->document)) == NULL)
    pel_test_iterate (10);
  pel_canvas_pointer_leave (f->canvas);
  pel_test_settle (f->canvas);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  PelCanvas *canvas = g_object_ref (f->canvas);

  gtk_window_destroy (GTK_WINDOW (f->window));
  pel_test_iterate (50);
  g_assert_finalize_object (canvas);
  pel_test_document_free (f->document);
}

static void
set_target (PelCanvas *canvas, PelTileTarget target)
{
  canvas->target = target;
  pel_tile_layer_set_target (canvas->image_layer, target);
  pel_tile_layer_set_target (canvas->label_layer, target);
  pel_tile_layer_set_target (canvas->prediction_layer, target);
}

/* The present state both ways. Tags are blended with pixels of another format, so that they may be
 * rounded otherwise; all else is the same to the last bit. */
static void
assert_same (Fixture *f, guint at_least)
{
  const gboolean tagged = pel_display_get_show_diameters (f->canvas->display) &&
                          !pel_display_get_labels_hidden (f->canvas->display);
  int width, height;
  g_autofree guint32 *stacked = NULL;
  g_autofree guint32 *plain = NULL;

  stacked = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  g_assert_cmpuint (pel_tile_stack_get_n_merged (f->canvas->stack), >=, at_least);
  set_target (f->canvas, PEL_TILE_TARGET_TEXTURES);
  plain = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
  set_target (f->canvas, PEL_TILE_TARGET_SURFACES);
  for (gsize i = 0; i < (gsize)width * height; i++)
    for (guint shift = 0; shift < 32; shift += 8)
      {
        const gint difference = (gint)(stacked[i] >> shift & 255) - (gint)(plain[i] >> shift & 255);

        g_assert_cmpint (ABS (difference), <=, tagged ? 3 : 0);
      }
}

/* Frames enough for every tile. */
static void
draw_some (Fixture *f)
{
  int width, height;

  for (guint i = 0; i < 8; i++)
    g_free (pel_test_render (GTK_WIDGET (f->canvas), &width, &height));
}

static void
test_same_at_rest (Fixture *f, gconstpointer data)
{
  static const double zooms[] = { 0.8, 1, 1.7, 3 };

  g_assert_cmpint (f->canvas->target, ==, PEL_TILE_TARGET_SURFACES);
  for (guint z = 0; z < G_N_ELEMENTS (zooms); z++)
    {
      pel_canvas_zoom_at (f->canvas, zooms[z], NULL);
      pel_test_settle (f->canvas);
      draw_some (f);
      g_assert_cmpuint (pel_cell_marks_get_n_shown (f->canvas->marks), >, 5);
      assert_same (f, 6);
    }
  pel_display_set_show_diameters (pel_canvas_get_display (f->canvas), FALSE);
  assert_same (f, 0);
  draw_some (f);
  assert_same (f, 6);
  pel_display_set_labels_hidden (pel_canvas_get_display (f->canvas), TRUE);
  assert_same (f, 0);
  draw_some (f);
  assert_same (f, 6);
}

/* Turned tiles, with the surround in the corners. */
static void
test_same_turned (Fixture *f, gconstpointer data)
{
  static const double angles[] = { 30, -90, 141 };

  for (guint a = 0; a < G_N_ELEMENTS (angles); a++)
    {
      pel_canvas_zoom_at (f->canvas, a == 1 ? 1 : 1.3, NULL);
      pel_canvas_set_angle (f->canvas, angles[a], NULL);
      pel_display_set_show_diameters (f->canvas->display, TRUE);
      pel_test_settle (f->canvas);
      draw_some (f);
      g_assert_cmpuint (pel_cell_marks_get_n_shown (f->canvas->marks), >, 5);
      g_assert_cmpuint (pel_tile_stack_get_n_merged (f->canvas->stack), >=, 6);
      pel_display_set_show_diameters (f->canvas->display, FALSE);
      draw_some (f);
      assert_same (f, 6);
      pel_canvas_scroll_by (f->canvas, 111, -57);
      pel_test_settle (f->canvas);
      assert_same (f, 1);
    }
}

static void
test_same_while_panning (Fixture *f, gconstpointer data)
{
  pel_canvas_zoom_at (f->canvas, 2, NULL);
  pel_test_settle (f->canvas);
  for (guint i = 0; i < 24; i++)
    {
      pel_canvas_scroll_by (f->canvas, i < 12 ? 37 : -41, i % 5 < 3 ? 23 : -19);
      /* With tiles that are not there yet as well. */
      if (i % 2 == 0)
        pel_test_settle (f->canvas);
      assert_same (f, 0);
    }
}

static void
test_same_while_painting (Fixture *f, gconstpointer data)
{
  guint before;

  pel_canvas_zoom_at (f->canvas, 2, NULL);
  pel_display_set_brush_size (pel_canvas_get_display (f->canvas), 17);
  pel_test_settle (f->canvas);
  draw_some (f);
  before = pel_tile_stack_get_n_merged (f->canvas->stack);
  pel_canvas_pointer_press (f->canvas, 300, 200, GDK_BUTTON_PRIMARY, 1, 0);
  for (guint i = 0; i < 10; i++)
    {
      pel_canvas_pointer_motion (f->canvas, 300 + 9 * i, 200 + 4 * i, 1, 0);
      pel_tile_layer_refresh (f->canvas->label_layer, &(PelRect){ 0, 0, 4096, 4096 }, G_MAXINT);
      assert_same (f, 1);
      /* The others are not touched. */
      g_assert_cmpuint (pel_tile_stack_get_n_merged (f->canvas->stack), <=, before);
    }
  pel_canvas_pointer_release (f->canvas, 390, 240, GDK_BUTTON_PRIMARY, 1, 0);
  pel_test_settle (f->canvas);
  draw_some (f);
  assert_same (f, before);
}

/* A tag under the pointer's own is left out, and comes back. */
static void
test_highlight_makes_room (Fixture *f, gconstpointer data)
{
  double x, y;

  pel_canvas_zoom_at (f->canvas, 1, NULL);
  pel_test_settle (f->canvas);
  draw_some (f);
  for (guint i = 0; i < 4; i++)
    {
      pel_viewport_from_image (&f->canvas->view, 200 + 29 * i, 300, &x, &y);
      pel_canvas_pointer_motion (f->canvas, x, y, 1, 0);
      assert_same (f, 1);
      draw_some (f);
      assert_same (f, 6);
    }
  pel_canvas_pointer_leave (f->canvas);
  draw_some (f);
  assert_same (f, 6);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/tile-stack/" name, Fixture, NULL, setup, func, teardown)
  ADD ("same-at-rest", test_same_at_rest);
  ADD ("same-turned", test_same_turned);
  ADD ("same-while-panning", test_same_while_panning);
  ADD ("same-while-painting", test_same_while_painting);
  ADD ("highlight-makes-room", test_highlight_makes_room);
#undef ADD
  return g_test_run ();
}
