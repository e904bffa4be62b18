/* SPDX-License-Identifier: MIT */
/* The tools that look at the picture: smart edge, smart fill, and the boxes that are complete. */
#include "tests/ui/pel-tool-test.h"

#include <math.h>

#include "app/document/pel-undo.h"
#include "ui/tools/pel-edge-search.h"
#include "ui/tools/pel-smart-edge-tool.h"
#include "ui/tools/pel-smart-fill-tool.h"
#include "ui/tools/pel-tool-util.h"

#define WIDTH 220
#define HEIGHT 180
#define X 105.0
#define Y 90.0
#define RADIUS 42.0

typedef PelToolTest Fixture;

/* A bright disc with an edge some six pixels wide, on a ground that is not quite even. */
static guint8
disc (guint x, guint y)
{
  double distance = hypot (x + 0.5 - X, y + 0.5 - Y);

  return (guint8)(70 + 80 / (1 + exp ((distance - RADIUS) / 1.5)) + (x * 7 + y * 13) % 5);
}

static void
setup (Fixture *f, gconstpointer id)
{
  pel_tool_test_set_up (f, id, WIDTH, HEIGHT, disc);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  pel_tool_test_tear_down (f);
}

static void
wait_for_tool (Fixture *f)
{
  pel_tool_test_wait (f->tool);
}

static void
click (Fixture *f, double x, double y, GdkModifierType state)
{
  PelToolEvent event = pel_tool_test_at (x, y);

  event.state = state;
  pel_tool_motion (f->tool, &event);
  if (pel_tool_press (f->tool, &event))
    pel_tool_release (f->tool, &event);
}

static void
click_rim (Fixture *f, double degrees, double off)
{
  double angle = degrees * G_PI / 180;

  click (f, X + (RADIUS + off) * cos (angle), Y + (RADIUS + off) * sin (angle), 0);
}

/* How much the painted cell and the disc have in common. */
static double
get_iou (Fixture *f, guint32 label)
{
  guint both = 0, either = 0;

  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++)
      {
        gboolean in_disc = hypot (x + 0.5 - X, y + 0.5 - Y) <= RADIUS;
        gboolean painted = pel_mask_get_label (f->mask, x, y) == label;

        both += in_disc && painted;
        either += in_disc || painted;
      }
  return both / (double)either;
}

/* Four clicks, each a few pixels off the edge: what lies between them is the edge, not a square. */
static void
test_edge (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 4; i++)
    {
      click_rim (f, 90.0 * i + 10, i % 2 ? 3 : -3);
      wait_for_tool (f);
    }
  g_assert_true (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  wait_for_tool (f);
  g_assert_false (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  g_assert_cmpfloat (get_iou (f, 1), >, 0.95);
  /* One step. */
  g_assert_cmpuint (pel_undo_get_position (pel_image_document_get_undo (f->document)), ==, 1);
}

/* Faster than the search: the hand does not wait, and the outline is as good in the end. */
static void
test_edge_fast (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 4; i++)
    click_rim (f, 90.0 * i + 10, 0);
  click_rim (f, 10, 0); /* the first corner again */
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  wait_for_tool (f);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  g_assert_cmpfloat (get_iou (f, 1), >, 0.95);
}

/* With Shift it is a polygon: the square between the corners. */
static void
test_edge_straight (Fixture *f, gconstpointer data)
{
  click (f, 60, 60, GDK_SHIFT_MASK);
  click (f, 80, 60, GDK_SHIFT_MASK);
  click (f, 80, 80, GDK_SHIFT_MASK);
  click (f, 60, 80, GDK_SHIFT_MASK);
  wait_for_tool (f);
  {
    /* The last side is one of the tool's choice; a fifth corner on the first makes it straight. */
    PelToolEvent event = pel_tool_test_at (60, 64);

    event.state = GDK_SHIFT_MASK;
    click (f, 60, 70, GDK_SHIFT_MASK);
    wait_for_tool (f);
    pel_tool_motion (f->tool, &event);
  }
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  wait_for_tool (f);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 70, 70), ==, 1);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 79, 61), ==, 1);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 81, 70), ==, 0);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 70, 59), ==, 0);
}

/* A corner set wrong is moved; one too many is taken back; Esc leaves nothing. */
static void
test_edge_corners (Fixture *f, gconstpointer data)
{
  PelToolEvent event;

  click_rim (f, 10, 0);
  click_rim (f, 100, 0);
  click (f, X + 60, Y + 75, GDK_SHIFT_MASK); /* far off */
  click_rim (f, 280, 0);
  wait_for_tool (f);
  event = pel_tool_test_at (X + 60, Y + 75);
  g_assert_true (pel_tool_press (f->tool, &event));
  event = pel_tool_test_at (X - RADIUS, Y);
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  wait_for_tool (f);
  click (f, 5, 5, GDK_SHIFT_MASK);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_BackSpace, 0));
  wait_for_tool (f);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  wait_for_tool (f);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  /* The side that was straight by wish is still a chord. */
  g_assert_cmpfloat (get_iou (f, 1), >, 0.8);
  g_assert_cmpuint (pel_mask_get_label (f->mask, (gint)X + 55, (gint)Y + 70), ==, 0);

  click_rim (f, 10, 0);
  click_rim (f, 100, 0);
  pel_tool_cancel (f->tool);
  pel_test_iterate (100);
  g_assert_false (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_undo_get_position (pel_image_document_get_undo (f->document)), ==, 1);
}

/* The model sees another disc than the image shows: its edge counts while it is on show. */
static void
add_prediction (Fixture *f, double x0, double y0, double radius)
{
  g_autoptr (PelImage) probability = pel_image_new (WIDTH, HEIGHT, 1, PEL_SAMPLE_F32, NULL);
  g_autoptr (PelLabels) labels = NULL;
  float *plane = pel_image_get_writable_plane (probability, 0);
  g_autofree guint32 *block = g_new (guint32, WIDTH * HEIGHT);

  for (gint i = 0; i < WIDTH * HEIGHT; i++)
    {
      double way = hypot (i % WIDTH + 0.5 - x0, i / WIDTH + 0.5 - y0) - radius;

      plane[i] = (float)(1 / (1 + exp (way / 2)));
      block[i] = plane[i] >= 0.5f;
    }
  labels = pel_labels_new_from_data (WIDTH, HEIGHT, block, WIDTH, NULL);
  pel_image_document_set_prediction (f->document, labels, probability, 0.5, "test");
}

static void
test_edge_of_model (Fixture *f, gconstpointer data)
{
  guint n_wrong = 0;

  add_prediction (f, 60, 60, 25);
  g_assert_true (pel_edge_search_uses_model (f->tool));
  for (guint i = 0; i < 4; i++)
    {
      double angle = (90.0 * i + 20) * G_PI / 180;

      click (f, 60 + 25 * cos (angle), 60 + 25 * sin (angle), 0);
      wait_for_tool (f);
    }
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  wait_for_tool (f);
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++)
      n_wrong +=
          (hypot (x + 0.5 - 60, y + 0.5 - 60) <= 25) != (pel_mask_get_label (f->mask, x, y) == 1);
  g_assert_cmpuint (n_wrong, <, 110);
  pel_display_set_show_prediction (f->display, FALSE);
  g_assert_false (pel_edge_search_uses_model (f->tool));
}

static void
test_fill (Fixture *f, gconstpointer data)
{
  guint before;

  click (f, X + 8, Y - 6, 0);
  wait_for_tool (f);
  g_assert_true (pel_smart_fill_tool_has_proposal (PEL_SMART_FILL_TOOL (f->tool)));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 0);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  g_assert_cmpfloat (get_iou (f, 1), >, 0.93);
  g_assert_false (pel_tool_is_active (f->tool));
  /* The next one is larger by three rounds of +, smaller by as many of -. */
  before = (guint)pel_mask_get_label_size (f->mask, 1);
  pel_undo_undo (pel_image_document_get_undo (f->document), NULL);
  click (f, X, Y, 0);
  for (guint i = 0; i < 3; i++)
    {
      wait_for_tool (f);
      g_assert_true (pel_tool_key (f->tool, GDK_KEY_plus, 0));
    }
  wait_for_tool (f);
  click (f, X + 3, Y, 0); /* inside: takes it */
  g_assert_cmpuint (pel_mask_get_label_size (f->mask, 1), >, before + 200);
  pel_undo_undo (pel_image_document_get_undo (f->document), NULL);
  click (f, X, Y, 0);
  wait_for_tool (f);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_minus, 0));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_minus, 0));
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  while (pel_tool_is_active (f->tool))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (pel_mask_get_label_size (f->mask, 1), <, before);
  /* Without a proposal the keys are not the tool's. */
  g_assert_false (pel_tool_key (f->tool, GDK_KEY_plus, 0));
}

/* A double click takes what it proposes; a click elsewhere proposes anew; Esc leaves nothing. */
static void
test_fill_clicks (Fixture *f, gconstpointer data)
{
  PelToolEvent event = pel_tool_test_at (X, Y);

  pel_tool_press (f->tool, &event);
  event.n_press = 2;
  pel_tool_press (f->tool, &event);
  wait_for_tool (f);
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  click (f, X, Y, 0);
  wait_for_tool (f);
  click (f, 10, 10, 0);
  wait_for_tool (f);
  pel_tool_cancel (f->tool);
  g_assert_false (pel_tool_is_active (f->tool));
  g_assert_cmpuint (pel_mask_get_n_cells (f->mask), ==, 1);
  g_assert_cmpuint (pel_undo_get_position (pel_image_document_get_undo (f->document)), ==, 1);
}

static void
test_fill_of_model (Fixture *f, gconstpointer data)
{
  PelDab neighbour = { 90, 60, 10, 90, 60, 10, 7, FALSE, FALSE };
  guint n_inside = 0;
  gsize size;

  pel_mask_begin_stroke (f->mask, "test");
  pel_mask_paint (f->mask, &neighbour);
  pel_mask_end_stroke (f->mask, NULL);
  add_prediction (f, 60, 60, 25);
  click (f, 50, 55, 0);
  wait_for_tool (f);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Return, 0));
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++)
      n_inside +=
          hypot (x + 0.5 - 60, y + 0.5 - 60) <= 25 && hypot (x + 0.5 - 90, y + 0.5 - 60) > 10;
  size = pel_mask_get_label_size (f->mask, pel_display_get_current_label (f->display));
  g_assert_cmpuint (size, >, n_inside - 30);
  g_assert_cmpuint (size, <, n_inside + 30);
  g_assert_cmpuint (pel_mask_get_label (f->mask, 83, 60), ==, 7);
}

static void
test_region (Fixture *f, gconstpointer data)
{
  PelToolEvent event = pel_tool_test_at (20.2, 30.4);
  const PelRect *regions;
  guint n;

  g_assert_true (pel_tool_press (f->tool, &event));
  event = pel_tool_test_at (400, 99.6);
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  regions = pel_image_document_get_complete_regions (f->document, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (regions[0].x, ==, 20);
  g_assert_cmpint (regions[0].y, ==, 30);
  g_assert_cmpint (regions[0].width, ==, WIDTH - 20);
  g_assert_cmpint (regions[0].height, ==, 70);
  /* A corner is moved. */
  event = pel_tool_test_at (20, 100);
  g_assert_true (pel_tool_press (f->tool, &event));
  event = pel_tool_test_at (50, 120);
  pel_tool_drag (f->tool, &event);
  pel_tool_release (f->tool, &event);
  regions = pel_image_document_get_complete_regions (f->document, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (regions[0].x, ==, 50);
  g_assert_cmpint (regions[0].height, ==, 90);
  /* A click makes none, Esc neither. */
  click (f, 10, 10, 0);
  event = pel_tool_test_at (5, 5);
  g_assert_true (pel_tool_press (f->tool, &event));
  event = pel_tool_test_at (25, 25);
  pel_tool_drag (f->tool, &event);
  pel_tool_cancel (f->tool);
  pel_tool_release (f->tool, &event);
  pel_image_document_get_complete_regions (f->document, &n);
  g_assert_cmpuint (n, ==, 1);
  /* Away with it, by key. */
  event = pel_tool_test_at (100, 60);
  pel_tool_motion (f->tool, &event);
  g_assert_true (pel_tool_key (f->tool, GDK_KEY_Delete, 0));
  pel_image_document_get_complete_regions (f->document, &n);
  g_assert_cmpuint (n, ==, 0);
}

/* ---- channels ---- */

#define FIRST_X 55.0
#define SECOND_X 165.0
#define SMALL_RADIUS 32.0

/* Two channels with a blurry disc each, side by side; the second is much darker than the first. */
static void
setup_channels (Fixture *f, gconstpointer id)
{
  g_autoptr (PelImage) image = pel_image_new (WIDTH, HEIGHT, 2, PEL_SAMPLE_U8, NULL);

  for (guint c = 0; c < 2; c++)
    {
      guint8 *plane = pel_image_get_writable_plane (image, c);

      for (guint y = 0; y < HEIGHT; y++)
        for (guint x = 0; x < WIDTH; x++)
          {
            double distance = hypot (x + 0.5 - (c == 0 ? FIRST_X : SECOND_X), y + 0.5 - Y);
            double disc = 1 / (1 + exp ((distance - SMALL_RADIUS) / 1.5));

            plane[y * WIDTH + x] = (guint8)((c == 0 ? 60 + 140 * disc : 10 + 20 * disc) +
                                            (x * 7 + y * 13) % (5 - 3 * c));
          }
    }
  pel_tool_test_set_up_image (f, id, image);
  for (guint c = 0; c < 2; c++)
    {
      PelChannelDisplay display = { c == 0 ? 60 : 10, c == 0 ? 205 : 31, 1 };

      pel_image_document_set_display (f->document, c, &display);
    }
}

/* The cell that the tool makes of the disc there, compared with it; 0 where it makes none. */
static double
outline_disc (Fixture *f, double x)
{
  const char *id = pel_tool_get_info (f->tool)->id;
  double both = 0, either = 0;

  if (g_str_equal (id, "smart-edge"))
    for (guint i = 0; i < 4; i++)
      {
        const double angle = (90.0 * i + 10) * G_PI / 180;

        click (f, x + (SMALL_RADIUS + 2) * cos (angle), Y + (SMALL_RADIUS + 2) * sin (angle), 0);
        wait_for_tool (f);
      }
  else
    {
      click (f, x, Y, 0);
      wait_for_tool (f);
    }
  pel_tool_key (f->tool, GDK_KEY_Return, 0);
  wait_for_tool (f);
  for (gint i = 0; i < WIDTH * HEIGHT; i++)
    {
      const gboolean in_disc = hypot (i % WIDTH + 0.5 - x, i / WIDTH + 0.5 - Y) <= SMALL_RADIUS;
      const gboolean painted = pel_mask_get_label (f->mask, i % WIDTH, i / WIDTH) != 0;

      both += in_disc && painted;
      either += in_disc || painted;
    }
  pel_tool_cancel (f->tool);
  while (pel_mask_get_n_cells (f->mask) > 0)
    g_assert_true (pel_undo_undo (pel_image_document_get_undo (f->document), NULL));
  pel_display_set_current_label (f->display, 0);
  return either > 0 ? both / either : 0;
}

static void
hide_channel (Fixture *f, guint channel, gboolean hidden)
{
  PelChannelDisplay display;

  pel_image_document_get_display (f->document, channel, &display);
  display.hidden = hidden;
  pel_image_document_set_display (f->document, channel, &display);
}

/* They see what is seen: the channel that is shown, or all that are shown together and not left
 * out, each with its contrast. */
static void
test_channels (Fixture *f, gconstpointer data)
{
  const double good = g_str_equal (data, "wand") ? 0.75 : 0.9;

  for (gint shown = 0; shown < 2; shown++)
    {
      pel_display_set_channel (f->display, shown);
      g_assert_cmpfloat (outline_disc (f, shown == 0 ? FIRST_X : SECOND_X), >, good);
      g_assert_cmpfloat (outline_disc (f, shown == 0 ? SECOND_X : FIRST_X), <, 0.7);
    }
  pel_display_set_channel (f->display, PEL_DISPLAY_CHANNEL_ALL);
  for (guint round = 0; round < 2; round++)
    {
      PelChannelDisplay display;

      g_assert_cmpfloat (outline_disc (f, FIRST_X), >, good);
      g_assert_cmpfloat (outline_disc (f, SECOND_X), >, good);
      /* Dark on bright in the one is as good as bright on dark in the other. */
      pel_image_document_get_display (f->document, 1, &display);
      display.invert = TRUE;
      display.gamma = 1.3;
      pel_image_document_set_display (f->document, 1, &display);
    }
  for (guint c = 0; c < 2; c++)
    {
      hide_channel (f, c, TRUE);
      g_assert_cmpfloat (outline_disc (f, c == 0 ? SECOND_X : FIRST_X), >, good);
      g_assert_cmpfloat (outline_disc (f, c == 0 ? FIRST_X : SECOND_X), <, 0.7);
      hide_channel (f, c, FALSE);
    }
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(name, id, func) g_test_add ("/smart-tools/" name, Fixture, id, setup, func, teardown)
  ADD ("edge", "smart-edge", test_edge);
  ADD ("edge-fast", "smart-edge", test_edge_fast);
  ADD ("edge-straight", "smart-edge", test_edge_straight);
  ADD ("edge-corners", "smart-edge", test_edge_corners);
  ADD ("edge-of-model", "smart-edge", test_edge_of_model);
  ADD ("fill", "smart-fill", test_fill);
  ADD ("fill-clicks", "smart-fill", test_fill_clicks);
  ADD ("fill-of-model", "smart-fill", test_fill_of_model);
  ADD ("region", "region", test_region);
#undef ADD
#define ADD(id)                                                                                    \
  g_test_add ("/smart-tools/channels/" id, Fixture, id, setup_channels, test_channels, teardown)
  ADD ("smart-edge");
  ADD ("smart-fill");
  ADD ("wand");
#undef ADD
  return g_test_run ();
}
