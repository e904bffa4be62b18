/* SPDX-License-Identifier: MIT */
/* A turned canvas: what lies over the image, and the tools that outline, cut and measure there. */
#include "tests/ui/pel-turned-test.h"

#include "app/document/pel-undo.h"
#include "engine/image/pel-label-map.h"
#include "engine/segment/pel-contour.h"
#include "ui/canvas/pel-canvas-view.h"
#include "ui/tools/pel-measure-tool.h"

#define WIDTH 240
#define HEIGHT 180

typedef PelCanvasTest Fixture;

static void
setup (Fixture *f, gconstpointer data)
{
  pel_canvas_test_set_up (f, pel_canvas_view_new (), WIDTH, HEIGHT, pel_canvas_test_pattern);
  pel_display_set_show_diameters (f->display, FALSE);
  pel_canvas_test_show (f);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  pel_canvas_test_tear_down (f);
}

#define BOX_X 60
#define BOX_Y 50
#define BOX_WIDTH 110
#define BOX_HEIGHT 80

static PelOutlines *
make_box (void)
{
  g_autoptr (PelLabelMap) map = pel_label_map_new (WIDTH, HEIGHT, NULL);
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (PelContourSet) contours = NULL;

  for (gint y = BOX_Y; y < BOX_Y + BOX_HEIGHT; y++)
    pel_label_map_fill_span (map, y, BOX_X, BOX_X + BOX_WIDTH, 1);
  labels = pel_label_map_snapshot (map);
  contours = pel_contours_trace (labels, NULL, NULL, NULL, NULL);
  return pel_outlines_new (contours);
}

static gboolean
is_coloured (guint32 pixel)
{
  gint channels[3];

  for (guint i = 0; i < 3; i++)
    channels[i] = (gint)(pixel >> 8 * i & 255);
  return MAX (MAX (channels[0], channels[1]), channels[2]) -
             MIN (MIN (channels[0], channels[1]), channels[2]) >
         60;
}

/* Whether a line is drawn within two pixels of a place in the image; 2 where that is out of view.
 */
static guint
find_line (Fixture *f, const guint32 *pixels, int width, int height, double x, double y)
{
  double wx, wy;

  pel_turned_test_locate (f, x, y, &wx, &wy);
  if (wx < 4 || wy < 4 || wx >= width - 4 || wy >= height - 4)
    return 2;
  for (gint v = (gint)wy - 2; v <= (gint)wy + 2; v++)
    for (gint u = (gint)wx - 2; u <= (gint)wx + 2; u++)
      if (is_coloured (pixels[v * width + u]))
        return 1;
  return 0;
}

static void
assert_box_shows (Fixture *f, const guint32 *pixels, int width, int height)
{
  guint n = 0;

  for (gint at = 0; at <= 100; at += 5)
    {
      const double x = BOX_X + BOX_WIDTH * at / 100.0, y = BOX_Y + BOX_HEIGHT * at / 100.0;
      const double places[][2] = {
        { x, BOX_Y }, { x, BOX_Y + BOX_HEIGHT }, { BOX_X, y }, { BOX_X + BOX_WIDTH, y }
      };

      for (guint i = 0; i < G_N_ELEMENTS (places); i++)
        {
          const guint found = find_line (f, pixels, width, height, places[i][0], places[i][1]);

          g_assert_cmpuint (found, !=, 0);
          n += found == 1;
        }
    }
  g_assert_cmpuint (n, >, 30);
  /* And nowhere else. */
  for (gint at = 0; at <= 100; at += 10)
    g_assert_cmpuint (find_line (f, pixels, width, height, BOX_X + BOX_WIDTH / 2.0,
                                 BOX_Y + 10 + (BOX_HEIGHT - 20) * at / 100.0),
                      !=, 1);
}

/* Two models side by side: each side's outlines where they are in the image, up to a divider that
 * stays upright. */
static void
test_comparison (Fixture *f, gconstpointer data)
{
  g_autoptr (PelOutlines) box = make_box ();

  pel_canvas_set_tool_id (f->canvas, "pan");
  pel_canvas_zoom_at (f->canvas, 2, NULL);
  pel_canvas_set_comparison (f->canvas, box, box);
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    {
      g_autofree guint32 *pixels = NULL;
      int width, height;
      guint n[2] = { 0 };

      pel_canvas_set_angle (f->canvas, pel_turned_test_angles[a], NULL);
      pel_canvas_set_compare_position (f->canvas, f->canvas->view.width / 2);
      pel_test_settle (f->canvas);
      pixels = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
      assert_box_shows (f, pixels, width, height);
      for (gint y = 0; y < height; y++)
        for (gint x = 0; x < width; x++)
          {
            const guint32 pixel = pixels[y * width + x];

            if (!is_coloured (pixel) || ABS (x - width / 2) < 2)
              continue;
            /* Yellow at the left, blue at the right. */
            g_assert_true (((pixel >> 16 & 255) > (pixel & 255)) == (x < width / 2));
            n[x < width / 2 ? 0 : 1]++;
          }
      g_assert_cmpuint (n[0], >, 50);
      g_assert_cmpuint (n[1], >, 50);
    }
  pel_canvas_set_comparison (f->canvas, NULL, NULL);
}

/* What a training shows of itself, in a part of the image that is not at its corner. */
static void
test_preview (Fixture *f, gconstpointer data)
{
  const PelRect area = { 40, 30, 150, 120 };
  g_autoptr (PelImage) nothing =
      pel_image_new ((guint)area.width, (guint)area.height, 1, PEL_SAMPLE_F32, NULL);
  g_autoptr (PelOutlines) box = make_box ();
  PelPreviewScene *scene = pel_preview_scene_new (nothing, &area, box, 1);

  pel_canvas_set_tool_id (f->canvas, "pan");
  pel_canvas_zoom_at (f->canvas, 2, NULL);
  pel_canvas_set_preview (f->canvas, scene);
  pel_preview_scene_unref (scene);
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    {
      g_autofree guint32 *pixels = NULL;
      int width, height;

      pel_canvas_set_angle (f->canvas, pel_turned_test_angles[a], NULL);
      pel_test_settle (f->canvas);
      pixels = pel_test_render (GTK_WIDGET (f->canvas), &width, &height);
      assert_box_shows (f, pixels, width, height);
    }
  pel_canvas_set_preview (f->canvas, NULL);
}

/* ---- tools, by the pointer ---- */

static void
point (Fixture *f, double x, double y, double *wx, double *wy)
{
  pel_turned_test_locate (f, x, y, wx, wy);
  pel_canvas_pointer_motion (f->canvas, *wx, *wy, 1, 0);
}

static void
click (Fixture *f, double x, double y)
{
  double wx, wy;

  point (f, x, y, &wx, &wy);
  pel_canvas_pointer_press (f->canvas, wx, wy, GDK_BUTTON_PRIMARY, 1, 0);
  pel_canvas_pointer_release (f->canvas, wx, wy, GDK_BUTTON_PRIMARY, 1, 0);
}

/* Through @n points, with the button held. */
static void
drag (Fixture *f, const double (*path)[2], guint n)
{
  double wx, wy;

  point (f, path[0][0], path[0][1], &wx, &wy);
  pel_canvas_pointer_press (f->canvas, wx, wy, GDK_BUTTON_PRIMARY, 1, 0);
  for (guint i = 1; i < n; i++)
    for (guint k = 1; k <= 8; k++)
      point (f, path[i - 1][0] + (path[i][0] - path[i - 1][0]) * k / 8,
             path[i - 1][1] + (path[i][1] - path[i - 1][1]) * k / 8, &wx, &wy);
  pel_canvas_pointer_release (f->canvas, wx, wy, GDK_BUTTON_PRIMARY, 1, 0);
}

static void
enter (Fixture *f)
{
  pel_canvas_key_press (f->canvas, GDK_KEY_Return, 0);
  pel_canvas_key_release (f->canvas, GDK_KEY_Return);
}

static void
use_polygon (Fixture *f)
{
  /* Far enough from one another at any zoom here. */
  static const double corners[][2] = {
    { 60.31, 50.83 }, { 150.17, 48.29 }, { 170.73, 110.61 }, { 70.41, 130.17 }
  };
  static const double moved[][2] = { { 150.17, 48.29 }, { 185.57, 71.13 } };

  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    click (f, corners[i][0], corners[i][1]);
  drag (f, moved, 2);
  enter (f);
}

static void
use_lasso (Fixture *f)
{
  static const double path[][2] = { { 80.31, 40.83 },   { 160.17, 60.29 }, { 150.73, 120.61 },
                                    { 130.41, 135.17 }, { 70.13, 90.37 },  { 80.31, 40.83 } };

  drag (f, path, G_N_ELEMENTS (path));
  enter (f);
}

static void
use_wand (Fixture *f)
{
  static const double path[][2] = { { 90.31, 70.83 }, { 140.17, 90.29 } };

  drag (f, path, 2);
}

static void
fill_box (Fixture *f, gint x0, gint x1, guint32 label)
{
  pel_mask_begin_stroke (f->mask, "box");
  for (gint y = 60; y < 120; y++)
    pel_mask_fill_span (f->mask, y, x0, x1, label, FALSE);
  pel_mask_end_stroke (f->mask, pel_image_document_get_undo (f->document));
}

static void
use_split (Fixture *f)
{
  static const double path[][2] = { { 100.31, 50.83 }, { 132.17, 130.29 } };

  fill_box (f, 70, 160, 3);
  drag (f, path, 2);
}

static void
use_merge (Fixture *f)
{
  static const double path[][2] = { { 80.31, 80.83 }, { 150.17, 90.29 } };

  fill_box (f, 70, 115, 3);
  fill_box (f, 115, 160, 5);
  drag (f, path, 2);
}

static void
use_fill (Fixture *f)
{
  fill_box (f, 70, 160, 3);
  fill_box (f, 90, 120, 0);
  fill_box (f, 85, 90, 3);
  click (f, 105.3, 61.7);
  click (f, 75.3, 61.7);
}

static const struct
{
  const char *id;
  void (*use) (Fixture *f);
} uses[] = {
  { "polygon", use_polygon }, { "lasso", use_lasso }, { "wand", use_wand },
  { "split", use_split },     { "merge", use_merge }, { "fill", use_fill },
};

/* The same points of the image, the same cells: at any angle. */
static void
test_tools (Fixture *f, gconstpointer data)
{
  PelUndo *undo = pel_image_document_get_undo (f->document);

  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    {
      g_autoptr (PelLabels) upright = NULL;

      for (gint a = -1; a < (gint)G_N_ELEMENTS (pel_turned_test_angles); a++)
        {
          g_autoptr (PelLabels) labels = NULL;

          pel_canvas_set_tool_id (f->canvas, uses[i].id);
          pel_display_set_current_label (f->display, 0);
          pel_canvas_set_angle (f->canvas, a < 0 ? 0 : pel_turned_test_angles[a], NULL);
          pel_canvas_zoom_at (f->canvas, 1.5, NULL);
          uses[i].use (f);
          labels = pel_mask_snapshot (f->mask);
          g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==,
                            g_str_equal (uses[i].id, "split") + 1);
          if (a < 0)
            upright = pel_labels_ref (labels);
          g_assert_true (pel_labels_equal (labels, upright));
          g_assert_true (pel_undo_go_to (undo, 0, NULL));
        }
    }
}

static void
test_measure (Fixture *f, gconstpointer data)
{
  static const double path[][2] = { { 60.31, 50.83 }, { 150.17, 110.29 } };

  pel_canvas_set_tool_id (f->canvas, "measure");
  for (guint a = 0; a < G_N_ELEMENTS (pel_turned_test_angles); a++)
    {
      PelTool *tool = pel_canvas_get_tool (f->canvas);
      double px, um;

      pel_canvas_set_angle (f->canvas, pel_turned_test_angles[a], NULL);
      pel_canvas_zoom_at (f->canvas, 1.5, NULL);
      drag (f, path, 2);
      g_assert_true (pel_measure_tool_get_length (PEL_MEASURE_TOOL (tool), &px, &um));
      /* The next one does not take up its ends. */
      pel_canvas_key_press (f->canvas, GDK_KEY_Escape, 0);
      g_assert_cmpfloat_with_epsilon (px, hypot (150.17 - 60.31, 110.29 - 50.83), 1e-6);
    }
}

/* ---- tags ---- */

static void
paint_grid (Fixture *f, guint columns, guint rows)
{
  PelCellList *cells = pel_image_document_get_cells (f->document);
  const double across = (double)WIDTH / columns, down = (double)HEIGHT / rows;

  pel_mask_begin_stroke (f->mask, "test");
  for (guint32 i = 0; i < columns * rows; i++)
    {
      const double x = across * (i % columns + 0.5), y = down * (i / columns + 0.5);
      PelDab dab = { x, y, 8, x, y, 8, i + 1, FALSE, FALSE };

      pel_mask_paint (f->mask, &dab);
    }
  pel_mask_end_stroke (f->mask, NULL);
  do
    pel_test_iterate (20);
  while (!pel_cell_list_get_table (cells) ||
         pel_cell_table_get_n_cells (pel_cell_list_get_table (cells)) < columns * rows);
}

/* What is seen in the middle of a drag that turns the view from upright, with tags or without. */
static guint32 *
turn_and_render (Fixture *f, gboolean tags, gboolean at_rest, int *width, int *height)
{
  const double x = f->canvas->view.width / 2, y = f->canvas->view.height / 2;
  guint32 *pixels;

  pel_display_set_show_diameters (f->display, tags);
  pel_canvas_zoom_at (f->canvas, 2, NULL);
  pel_canvas_turn_upright (f->canvas);
  pel_canvas_look_at (f->canvas, WIDTH / 2.0, HEIGHT / 2.0);
  pel_test_settle (f->canvas);
  pel_canvas_pointer_press (f->canvas, x + 150, y, GDK_BUTTON_MIDDLE, 1, GDK_SHIFT_MASK);
  pel_canvas_pointer_motion (f->canvas, x + 150, y + 10, 1, 0);
  pel_canvas_pointer_motion (f->canvas, x + 140, y + 60, 1, 0);
  g_assert_cmpfloat (pel_canvas_get_angle (f->canvas), >, 10);
  if (at_rest)
    pel_test_settle (f->canvas);
  pixels = pel_test_render (GTK_WIDGET (f->canvas), width, height);
  g_assert_cmpint (pel_canvas_is_settled (f->canvas), ==, at_rest);
  pel_canvas_pointer_release (f->canvas, x + 140, y + 60, GDK_BUTTON_MIDDLE, 1, 0);
  pel_test_settle (f->canvas);
  return pixels;
}

/* How many pixels are other ones with tags. */
static guint
count_tag_pixels (Fixture *f, gboolean at_rest)
{
  int width, height;
  g_autofree guint32 *with = turn_and_render (f, TRUE, at_rest, &width, &height);
  g_autofree guint32 *without = turn_and_render (f, FALSE, at_rest, &width, &height);
  guint n = 0;

  for (gsize i = 0; i < (gsize)width * (gsize)height; i++)
    n += with[i] != without[i];
  return n;
}

/* A few numbers turn with the view; many wait until it rests, and nothing of where they were before
 * is left in the picture meanwhile. */
static void
test_tags_wait (Fixture *f, gconstpointer data)
{
  pel_canvas_set_tool_id (f->canvas, "pan");
  paint_grid (f, 4, 3);
  g_assert_cmpuint (count_tag_pixels (f, FALSE), >, 12 * 50);
  paint_grid (f, 10, 10);
  g_assert_cmpuint (count_tag_pixels (f, FALSE), ==, 0);
  g_assert_cmpuint (count_tag_pixels (f, TRUE), >, 60 * 50);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/turned-overlays/" name, Fixture, NULL, setup, func, teardown)
  ADD ("comparison", test_comparison);
  ADD ("preview", test_preview);
  ADD ("tools", test_tools);
  ADD ("measure", test_measure);
  ADD ("tags-wait", test_tags_wait);
#undef ADD
  return g_test_run ();
}
