/* SPDX-License-Identifier: MIT */
/* Tags of many cells are laid out where they come into view: none twice, none over another, and
 * none moves while the picture does. */
#include <glib.h>
#include <math.h>

#include "engine/image/pel-label-map.h"
#include "engine/measure/pel-measure.h"
#include "ui/canvas/pel-tag-map.h"

#define PITCH 10
#define ZOOM 4.0

typedef struct
{
  PelCellTable *table;
  guint n;
  guint side;    /* of the image */
  guint *wanted; /* how often each row was asked for */
} Fixture;

static void
set_up (Fixture *f, guint per_row)
{
  PelLabelMap *map;
  g_autoptr (PelLabels) labels = NULL;
  PelMeasureOptions options = { 0 };
  PelPool *pool = pel_pool_new (1);

  f->n = per_row * per_row;
  f->side = per_row * PITCH;
  map = pel_label_map_new (f->side, f->side, NULL);
  for (guint y = 0; y < f->side; y++)
    for (guint i = 0; i < per_row; i++)
      if (y % PITCH >= 2 && y % PITCH < 8)
        pel_label_map_fill_span (map, (gint)y, (gint)(i * PITCH + 2), (gint)(i * PITCH + 8),
                                 1 + i + y / PITCH * per_row);
  labels = pel_label_map_snapshot (map);
  pel_label_map_free (map);
  f->table = pel_measure_cells (labels, NULL, NULL, &options, pool, NULL, NULL);
  g_assert_nonnull (f->table);
  g_assert_cmpuint (pel_cell_table_get_n_cells (f->table), ==, f->n);
  f->wanted = g_new0 (guint, f->n);
  pel_pool_free (pool);
}

static void
tear_down (Fixture *f)
{
  pel_cell_table_free (f->table);
  g_free (f->wanted);
}

/* Every fifth cell has none. */
static gboolean
want (guint row, PelTag *tag, gpointer data)
{
  Fixture *f = data;
  const PelRect *bounds = pel_cell_table_get_bounds (f->table, row);

  f->wanted[row]++;
  if (row % 5 == 0)
    return FALSE;
  *tag = (PelTag){ .cell = { bounds->x * ZOOM, bounds->y * ZOOM, (bounds->x + bounds->width) * ZOOM,
                             (bounds->y + bounds->height) * ZOOM },
                   .anchor_x = (bounds->x + bounds->width / 2.0) * ZOOM,
                   .anchor_y = (bounds->y + bounds->height / 2.0) * ZOOM,
                   .width = 30 + row % 3 * 9,
                   .height = 12,
                   .priority = row % 7 };
  return TRUE;
}

static void
begin (Fixture *f, PelTagMap *map)
{
  pel_tag_map_begin (map, f->side * ZOOM, f->side * ZOOM, 3, 40);
}

static void
assert_apart (GPtrArray *shown)
{
  for (guint i = 0; i < shown->len; i++)
    for (guint k = 0; k < i; k++)
      {
        const PelPlacedTag *a = g_ptr_array_index (shown, i), *b = g_ptr_array_index (shown, k);

        g_assert_cmpuint (a->row, !=, b->row);
        g_assert_true (
            a->tag.x >= b->tag.x + b->tag.width + 3 || b->tag.x >= a->tag.x + a->tag.width + 3 ||
            a->tag.y >= b->tag.y + b->tag.height + 3 || b->tag.y >= a->tag.y + a->tag.height + 3);
        g_assert_true (graphene_rect_contains_rect (&a->reach, &a->place));
      }
}

/* The view goes to and fro over the image; what it saw once it sees again at the same place. */
static void
test_moving (void)
{
  Fixture f;
  PelTagMap *map;
  g_autofree PelPlacedTag *seen = NULL;

  set_up (&f, 60);
  map = pel_tag_map_new (f.table);
  seen = g_new0 (PelPlacedTag, f.n);
  g_assert_cmpint (pel_tag_map_get_max_side (map), ==, 6);
  begin (&f, map);
  for (guint step = 0; step < 240; step++)
    {
      const double t = step / 120.0 * 2 * G_PI;
      const graphene_rect_t area = GRAPHENE_RECT_INIT ((float)(200 + 230 * sin (t)),
                                                       (float)(220 + 260 * cos (2 * t)), 200, 150);
      g_autoptr (GPtrArray) shown = g_ptr_array_new ();

      g_assert_true (pel_tag_map_show (map, &area, want, &f, shown));
      g_assert_cmpuint (shown->len, >, 0);
      if (step % 40 == 0)
        assert_apart (shown);
      for (guint i = 0; i < shown->len; i++)
        {
          const PelPlacedTag *tag = g_ptr_array_index (shown, i);

          g_assert_cmpuint (tag->row % 5, !=, 0);
          if (seen[tag->row].tag.is_placed)
            g_assert_cmpmem (&seen[tag->row], sizeof *seen, tag, sizeof *tag);
          seen[tag->row] = *tag;
        }
      /* Every cell in view was asked for, each only once. */
      for (guint row = 0; row < f.n; row++)
        {
          const PelRect *bounds = pel_cell_table_get_bounds (f.table, row);

          g_assert_cmpuint (f.wanted[row], <=, 1);
          if (graphene_rect_intersection (&area,
                                          &GRAPHENE_RECT_INIT ((float)bounds->x, (float)bounds->y,
                                                               (float)bounds->width,
                                                               (float)bounds->height),
                                          NULL))
            g_assert_cmpuint (f.wanted[row], ==, 1);
        }
    }
  pel_tag_map_free (map);
  tear_down (&f);
}

/* More than one frame has time for: the middle first, and all of it in the end. */
static void
test_many (void)
{
  Fixture f;
  PelTagMap *map;
  graphene_rect_t all;
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();
  guint n_calls = 0, n_first = 0;
  gboolean complete = FALSE;

  set_up (&f, 80);
  map = pel_tag_map_new (f.table);
  begin (&f, map);
  graphene_rect_init (&all, 0, 0, (float)f.side, (float)f.side);
  while (!complete)
    {
      g_ptr_array_set_size (shown, 0);
      complete = pel_tag_map_show (map, &all, want, &f, shown);
      if (n_calls++ == 0)
        {
          n_first = shown->len;
          g_assert_cmpuint (f.wanted[40 * 80 + 40], ==, 1);
          g_assert_cmpuint (f.wanted[0], ==, 0);
        }
    }
  g_assert_cmpuint (n_calls, >, 1);
  g_assert_cmpuint (shown->len, >, n_first);
  assert_apart (shown);
  for (guint row = 0; row < f.n; row++)
    g_assert_cmpuint (f.wanted[row], ==, 1);

  /* Another scale begins anew. */
  begin (&f, map);
  g_ptr_array_set_size (shown, 0);
  pel_tag_map_show (map, &GRAPHENE_RECT_INIT (0, 0, 50, 50), want, &f, shown);
  g_assert_cmpuint (f.wanted[0], ==, 2);
  pel_tag_map_free (map);
  tear_down (&f);
}

/* Few cells compete for room as one, wherever the view is. */
static void
test_few (void)
{
  Fixture f;
  PelTagMap *map;
  g_autofree PelTag *tags = NULL;
  g_autofree guint *rows = NULL;
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();
  guint n = 0, n_placed;

  set_up (&f, 20);
  map = pel_tag_map_new (f.table);
  begin (&f, map);
  g_assert_true (pel_tag_map_show (map, &GRAPHENE_RECT_INIT (150, 150, 9, 9), want, &f, shown));
  tags = g_new0 (PelTag, f.n);
  rows = g_new0 (guint, f.n);
  for (guint row = 0; row < f.n; row++)
    if (want (row, &tags[n], &f))
      rows[n++] = row;
  n_placed = pel_tag_layout (tags, n, f.side * ZOOM, f.side * ZOOM, 3);
  g_assert_cmpuint (shown->len, ==, n_placed);
  for (guint i = 0, k = 0; i < n; i++)
    if (tags[i].is_placed)
      {
        const PelPlacedTag *tag = g_ptr_array_index (shown, k++);

        g_assert_cmpuint (tag->row, ==, rows[i]);
        g_assert_cmpmem (&tag->tag, sizeof tag->tag, &tags[i], sizeof tags[i]);
      }
  pel_tag_map_free (map);
  tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tag-map/moving", test_moving);
  g_test_add_func ("/tag-map/many", test_many);
  g_test_add_func ("/tag-map/few", test_few);
  return g_test_run ();
}
