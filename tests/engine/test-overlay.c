/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>

static PelTag
random_tag (GRand *rand, double width, double height)
{
  double x = g_rand_double_range (rand, -20, width + 20);
  double y = g_rand_double_range (rand, -20, height + 20), r = g_rand_double_range (rand, 1, 60);

  return (PelTag){ .cell = { x - r, y - r, x + r, y + r },
                   .anchor_x = x,
                   .anchor_y = y,
                   .width = g_rand_double_range (rand, 15, 60),
                   .height = 14,
                   .priority = r };
}

static void
test_layout (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (41);
  static const guint counts[] = { 0, 1, 30, 400 };

  for (guint round = 0; round < 20; round++)
    {
      const guint n = counts[round % 4];
      const double width = 900, height = 600, gap = 2;
      g_autofree PelTag *tags = g_new (PelTag, n + 1), *again = NULL;
      guint n_placed, n_seen = 0;

      for (guint i = 0; i < n; i++)
        tags[i] = random_tag (rand, width, height);
      if (n > 5)
        tags[5].is_pinned = TRUE;
      again = g_memdup2 (tags, (n + 1) * sizeof *tags);
      n_placed = pel_tag_layout (tags, n, width, height, gap);
      g_assert_cmpuint (pel_tag_layout (again, n, width, height, gap), ==, n_placed);
      for (guint i = 0; i < n; i++)
        {
          const PelTag *a = &tags[i];
          gboolean inside =
              a->anchor_x >= 0 && a->anchor_x <= width && a->anchor_y >= 0 && a->anchor_y <= height;

          g_assert_true (a->is_placed == again[i].is_placed && a->x == again[i].x &&
                         a->y == again[i].y);
          if (!a->is_placed)
            continue;
          n_seen++;
          g_assert_true (inside);
          g_assert_true (a->x >= 0 && a->y >= 0 && a->x + a->width <= width &&
                         a->y + a->height <= height);
          for (guint k = 0; k < i; k++)
            {
              const PelTag *b = &tags[k];

              if (b->is_placed)
                g_assert_true (a->x >= b->x + b->width + gap || b->x >= a->x + a->width + gap ||
                               a->y >= b->y + b->height + gap || b->y >= a->y + a->height + gap);
            }
        }
      g_assert_cmpuint (n_seen, ==, n_placed);
      if (n == 1 && tags[0].anchor_x > 130 && tags[0].anchor_x < 770 && tags[0].anchor_y > 100 &&
          tags[0].anchor_y < 500)
        g_assert_cmpuint (n_placed, ==, 1);
    }
}

/* Of tags that want one place, that of the largest cell gets it; a pinned one goes first. */
static void
test_priority (void)
{
  PelTag tags[40];

  for (guint i = 0; i < 40; i++)
    tags[i] = (PelTag){ .cell = { 100, 100, 104, 104 },
                        .anchor_x = 102,
                        .anchor_y = 102,
                        .width = 50,
                        .height = 14,
                        .priority = i };
  g_assert_cmpuint (pel_tag_layout (tags, 40, 300, 300, 1), <, 40);
  g_assert_true (tags[39].is_placed && !tags[39].has_leader);
  g_assert_false (tags[0].is_placed);
  tags[0].is_pinned = TRUE;
  pel_tag_layout (tags, 40, 300, 300, 1);
  g_assert_true (tags[0].is_placed && !tags[0].has_leader);
}

/* Tags that come later find room among those that stand already, which stay where they are. */
static void
test_board (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (43);
  const guint n = 900, batch = 45;
  const double width = 1e6, height = 700, gap = 3;
  g_autofree PelTag *tags = g_new (PelTag, n);
  PelTagBoard *board = pel_tag_board_new (width, height, gap, 40, n);
  guint n_placed = 0, n_seen = 0;

  for (guint i = 0; i < n; i++)
    tags[i] = random_tag (rand, 1500, height);
  for (guint i = 0; i < n; i += batch)
    {
      g_autofree PelTag *before = g_memdup2 (tags, n * sizeof *tags);

      n_placed += pel_tag_board_place (board, &tags[i], batch);
      g_assert_cmpmem (tags, i * sizeof *tags, before, i * sizeof *tags);
    }
  pel_tag_board_free (board);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; tags[i].is_placed && k < i; k++)
      g_assert_true (!tags[k].is_placed || tags[i].x >= tags[k].x + tags[k].width + gap ||
                     tags[k].x >= tags[i].x + tags[i].width + gap ||
                     tags[i].y >= tags[k].y + tags[k].height + gap ||
                     tags[k].y >= tags[i].y + tags[i].height + gap);
  for (guint i = 0; i < n; i++)
    n_seen += tags[i].is_placed ? 1 : 0;
  g_assert_cmpuint (n_seen, ==, n_placed);
  g_assert_cmpuint (n_placed, >, 300);
  /* Where one has all the room it is placed, be the picture as large as it may. */
  board = pel_tag_board_new (1e7, 1e7, gap, 40, 1);
  tags[0] = (PelTag){ .cell = { 9e6, 9e6, 9e6 + 9, 9e6 + 9 },
                      .anchor_x = 9e6,
                      .anchor_y = 9e6,
                      .width = 40,
                      .height = 14 };
  g_assert_cmpuint (pel_tag_board_place (board, tags, 1), ==, 1);
  pel_tag_board_free (board);
}

static void
test_layout_speed (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  const guint n = 20000;
  g_autofree PelTag *tags = g_new (PelTag, n);

  for (guint i = 0; i < n; i++)
    tags[i] = random_tag (rand, 1920, 1080);
  gint64 start = g_get_monotonic_time ();
  guint n_placed = pel_tag_layout (tags, n, 1920, 1080, 2);
  g_test_message ("%u of %u tags in %.1f ms", n_placed, n,
                  (double)(g_get_monotonic_time () - start) / 1000);
  g_assert_cmpuint (n_placed, >, 500);
}

static void
test_colours (void)
{
  for (guint palette = 0; palette < 2; palette++)
    {
      for (guint32 label = 1; label < 500; label++)
        {
          guint8 a[3], b[3];
          gint distance = 0;

          pel_label_colour (label, (PelLabelPalette)palette, a);
          pel_label_colour (label + 1, (PelLabelPalette)palette, b);
          for (guint i = 0; i < 3; i++)
            distance += ABS (a[i] - b[i]);
          g_assert_cmpint (distance, >, 60);
          g_assert_cmpint (a[0] + a[1] + a[2], >, 100);
        }
    }
}

static void
test_render (void)
{
  const guint w = 120, h = 90;
  g_autoptr (PelImage) image = pel_image_new (w, h, 1, PEL_SAMPLE_U16, NULL);
  guint16 *pixels = pel_image_get_writable_plane (image, 0);
  g_autofree guint32 *plane = g_new0 (guint32, w * h);
  PelOverlayOptions options = PEL_OVERLAY_OPTIONS_DEFAULT;
  guint8 colour[3];

  for (guint i = 0; i < w * h; i++)
    {
      gboolean in = hypot (i % w - 40.0, i / w - 45.0) < 25;

      pixels[i] = in ? 3000 : 1000;
      plane[i] = in ? 9 : 0;
    }
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (w, h, plane, w, NULL);
  g_autoptr (PelContourSet) contours = pel_contours_trace (labels, NULL, NULL, NULL, NULL);
  g_autoptr (PelCellTable) table = pel_measure_cells (labels, NULL, NULL, NULL, NULL, NULL, NULL);
  options.show_tags = FALSE;
  g_autofree guint8 *bare = pel_overlay_render (image, contours, table, &options, NULL);
  g_autofree guint8 *tagged = pel_overlay_render (image, contours, table, NULL, NULL);

  /* Stretched from black to white, opaque, and untouched away from the edge. */
  for (guint i = 0; i < w * h; i++)
    {
      double off = fabs (hypot (i % w - 40.0, i / w - 45.0) - 25);

      g_assert_cmpint (bare[4 * i + 3], ==, 255);
      if (off > 4)
        {
          for (guint c = 0; c < 3; c++)
            g_assert_cmpint (bare[4 * i + c], ==, plane[i] ? 255 : 0);
        }
    }
  /* On the edge the label's colour shows. */
  gboolean found = FALSE;
  pel_label_colour (9, PEL_LABEL_PALETTE_VIVID, colour);
  for (guint x = 62; x < 68; x++)
    {
      const guint8 *p = bare + 4 * (45 * w + x);

      /* Blended with black and white at most, which changes no order of the channels. */
      found |= (p[2] > p[0] + 60) && colour[2] > colour[0];
    }
  g_assert_true (found);
  g_assert_true (memcmp (bare, tagged, 4 * w * h) != 0);

  g_autofree char *text = pel_overlay_format_tag (table, 0, PEL_QUANTITY_EQUIVALENT_DIAMETER, TRUE);
  g_assert_cmpstr (text, ==, "49.7");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/overlay/layout", test_layout);
  g_test_add_func ("/overlay/priority", test_priority);
  g_test_add_func ("/overlay/board", test_board);
  g_test_add_func ("/overlay/layout-speed", test_layout_speed);
  g_test_add_func ("/overlay/colours", test_colours);
  g_test_add_func ("/overlay/render", test_render);
  return g_test_run ();
}
