/* SPDX-License-Identifier: MIT */
/* Every pixel of the drawn labels is that of its distance to the nearest pixel of another label,
 * which is looked for here among all of them. */
#include <glib.h>
#include <string.h>

#include "ui/canvas/pel-label-scene.h"

#define SIDE 96
/* Farther than any line with its casing goes, at any device scale. */
#define REACH 16
#define N_SQUARES (REACH * REACH + 1)

static PelLabels *
make_labels (GRand *random, guint n, gint radius)
{
  g_autofree guint32 *pixels = g_new0 (guint32, SIDE * SIDE);
  PelLabels *labels;

  for (guint cell = 1; cell <= n; cell++)
    {
      gint x = g_rand_int_range (random, 0, SIDE), y = g_rand_int_range (random, 0, SIDE);
      gint r = g_rand_int_range (random, 0, radius + 1);

      for (gint dy = -r; dy <= r; dy++)
        for (gint dx = -r; dx <= r; dx++)
          if (dx * dx + dy * dy <= r * r && x + dx >= 0 && y + dy >= 0 && x + dx < SIDE &&
              y + dy < SIDE)
            pixels[(y + dy) * SIDE + x + dx] = 1 + cell % 3;
    }
  labels = pel_labels_new_from_data (SIDE, SIDE, pixels, SIDE, NULL);
  g_assert_nonnull (labels);
  return labels;
}

/* The square of the distance, or N_SQUARES - 1 for all that are farther than REACH. */
static guint
find_square (PelLabels *labels, gint x, gint y)
{
  guint32 label = pel_labels_get (labels, (guint)x, (guint)y);
  guint best = N_SQUARES - 1;

  for (gint dy = -REACH; dy <= REACH; dy++)
    for (gint dx = -REACH; dx <= REACH; dx++)
      if (x + dx >= 0 && y + dy >= 0 && x + dx < SIDE && y + dy < SIDE &&
          pel_labels_get (labels, (guint)(x + dx), (guint)(y + dy)) != label)
        best = MIN (best, (guint)(dx * dx + dy * dy));
  return best;
}

/* Half of the picture is the label, the other half another one: how far a pixel is from the edge
 * can be counted. */
static void
draw_half (const PelLabelStyle *style, guint32 label, guint32 *line)
{
  g_autofree guint32 *pixels = g_new0 (guint32, SIDE * SIDE);
  g_autofree guint32 *drawn = g_new (guint32, SIDE * SIDE);
  g_autoptr (PelLabels) labels = NULL;
  PelRect all = { 0, 0, SIDE, SIDE };
  PelLabelScene *scene;

  for (guint i = 0; i < SIDE * SIDE; i++)
    pixels[i] = i % SIDE < SIDE / 2 ? label : label + 1;
  labels = pel_labels_new_from_data (SIDE, SIDE, pixels, SIDE, NULL);
  scene = pel_label_scene_new (labels, style);
  g_assert_true (pel_label_tile_source.draw (scene, 1, &all, drawn, SIDE));
  for (guint distance = 1; distance <= REACH; distance++)
    line[distance] = drawn[SIDE / 2 * SIDE + SIDE / 2 - distance];
  pel_label_scene_unref (scene);
}

static void
check_scene (PelLabels *labels, const PelLabelStyle *style)
{
  PelLabelScene *scene = pel_label_scene_new (labels, style);
  PelRect all = { 0, 0, SIDE, SIDE };
  g_autofree guint32 *drawn = g_new (guint32, SIDE * SIDE);
  /* What was drawn of each label at each distance. */
  g_autofree guint32 *seen = g_new0 (guint32, 4 * N_SQUARES);
  g_autofree gboolean *is_seen = g_new0 (gboolean, 4 * N_SQUARES);
  guint n_distances = 0;

  for (guint32 label = 0; label < 4; label++)
    {
      guint32 line[REACH + 1];

      draw_half (style, label, line);
      for (guint distance = 1; distance <= REACH; distance++)
        {
          guint at = label * N_SQUARES + distance * distance;

          seen[at] = line[distance];
          is_seen[at] = TRUE;
        }
    }
  g_assert_true (pel_label_tile_source.draw (scene, 1, &all, drawn, SIDE));
  for (gint y = 0; y < SIDE; y++)
    for (gint x = 0; x < SIDE; x++)
      {
        guint32 label = pel_labels_get (labels, (guint)x, (guint)y);
        guint at = label * N_SQUARES + find_square (labels, x, y);

        if (is_seen[at])
          g_assert_cmphex (drawn[y * SIDE + x], ==, seen[at]);
        else
          n_distances++;
        seen[at] = drawn[y * SIDE + x];
        is_seen[at] = TRUE;
      }
  /* Slanted ones too. */
  g_assert_cmpuint (n_distances, >, 4);
  pel_label_scene_unref (scene);
}

static void
test_distances (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  static const guint32 selected[] = { 2 };

  /* From few large cells to such that every pixel is an edge. */
  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (PelLabels) labels =
          make_labels (random, 6 << (round % 4 * 3), round % 4 == 3 ? 1 : 30 >> round % 4);
      PelLabelStyle style = {
        .outlines = TRUE,
        .fill_opacity = round % 2 * 0.4,
        .device_scale = 1 + (gint)round % 3,
        .selected = selected,
        .n_selected = round % 2,
      };

      check_scene (labels, &style);
    }
}

/* A part of the picture is drawn as it is in the whole: edges of tiles cannot be seen. */
static void
test_parts (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  g_autoptr (PelLabels) labels = make_labels (random, 60, 12);
  PelLabelStyle style = { .outlines = TRUE, .fill_opacity = 0.3, .device_scale = 2 };
  PelLabelScene *scene = pel_label_scene_new (labels, &style);

  for (guint i = 0; i < 3; i++)
    {
      static const double scales[] = { 1, 0.37, 2.6 };
      gint side = (gint)(SIDE * scales[i]);
      PelRect all = { 0, 0, side, side };
      g_autofree guint32 *whole = g_new (guint32, side * side);

      g_assert_true (pel_label_tile_source.draw (scene, scales[i], &all, whole, (gsize)side));
      for (guint round = 0; round < 20; round++)
        {
          PelRect part = { g_rand_int_range (random, 0, side), g_rand_int_range (random, 0, side),
                           0, 0 };
          g_autofree guint32 *drawn = NULL;

          part.width = g_rand_int_range (random, 1, side - part.x + 1);
          part.height = g_rand_int_range (random, 1, side - part.y + 1);
          drawn = g_new0 (guint32, part.width * part.height);
          /* Nothing but transparency is told as such. */
          if (!pel_label_tile_source.draw (scene, scales[i], &part, drawn, (gsize)part.width))
            continue;
          for (gint y = 0; y < part.height; y++)
            for (gint x = 0; x < part.width; x++)
              g_assert_cmphex (drawn[y * part.width + x], ==,
                               whole[(part.y + y) * side + part.x + x]);
        }
    }
  pel_label_scene_unref (scene);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/label-scene/distances", test_distances);
  g_test_add_func ("/label-scene/parts", test_parts);
  return g_test_run ();
}
