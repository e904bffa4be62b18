/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/* A plain picture beside the map, painted in the same way. */
typedef struct
{
  PelLabelMap *map;
  guint32 *plane;
  gint width, height;
} Painting;

static guint32
random_label (GRand *rand)
{
  static const guint32 labels[] = { 0, 1, 2, 300, 65535, 65536, 0xffffffff };

  return labels[g_rand_int_range (rand, 0, G_N_ELEMENTS (labels))];
}

static void
paint_span (Painting *p, gint y, gint x0, gint x1, guint32 label)
{
  pel_label_map_fill_span (p->map, y, x0, x1, label);
  for (gint x = MAX (x0, 0); y >= 0 && y < p->height && x < MIN (x1, p->width); x++)
    p->plane[y * p->width + x] = label;
}

static void
paint_block (Painting *p, GRand *rand)
{
  PelRect rect = { g_rand_int_range (rand, -30, p->width + 5),
                   g_rand_int_range (rand, -30, p->height + 5), g_rand_int_range (rand, 1, 150),
                   g_rand_int_range (rand, 1, 150) };
  g_autofree guint32 *data = g_new (guint32, (gsize)rect.width * (gsize)rect.height);
  guint32 label = random_label (rand);

  for (gint i = 0; i < rect.width * rect.height; i++)
    data[i] = g_rand_int_range (rand, 0, 8) ? label : random_label (rand);
  pel_label_map_write (p->map, &rect, data, (gsize)rect.width);
  for (gint y = 0; y < rect.height; y++)
    {
      for (gint x = 0; x < rect.width; x++)
        {
          gint px = rect.x + x, py = rect.y + y;

          if (px >= 0 && py >= 0 && px < p->width && py < p->height)
            p->plane[py * p->width + px] = data[y * rect.width + x];
        }
    }
}

static void
assert_shows (const PelLabels *labels, const guint32 *plane, gint width, gint height)
{
  const PelRect all = { 0, 0, width, height };
  g_autofree guint32 *read = g_new (guint32, width * height);
  guint32 max = 0;

  pel_labels_read (labels, &all, read, (gsize)width);
  g_assert_cmpmem (read, sizeof *read * width * height, plane, sizeof *plane * width * height);
  for (gint i = 0; i < width * height; i++)
    max = MAX (max, plane[i]);
  g_assert_cmpuint (pel_labels_get_max (labels), ==, max);
}

/* Random strokes; snapshots keep what they saw, and swapping tiles back undoes everything. */
static void
test_copy_on_write (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint round = 0; round < 12; round++)
    {
      gint w = g_rand_int_range (rand, 1, 300), h = g_rand_int_range (rand, 1, 300);
      g_autoptr (PelLabelMap) map = pel_label_map_new ((guint)w, (guint)h, NULL);
      g_autofree guint32 *plane = g_new0 (guint32, w * h);
      Painting p = { map, plane, w, h };
      PelLabels *snapshots[8];
      guint32 *planes[8];
      guint n_tiles = pel_label_map_get_n_tiles_x (map) * pel_label_map_get_n_tiles_y (map);

      for (guint s = 0; s < 8; s++)
        {
          for (guint i = 0; i < 40; i++)
            {
              gint x = g_rand_int_range (rand, -20, w + 20);

              paint_span (&p, g_rand_int_range (rand, -3, h + 3), x,
                          x + g_rand_int_range (rand, 0, 200), random_label (rand));
            }
          paint_block (&p, rand);
          if (s % 2)
            pel_label_map_compact (map, NULL);
          snapshots[s] = pel_label_map_snapshot (map);
          planes[s] = g_memdup2 (plane, sizeof *plane * (gsize)(w * h));
        }
      for (guint s = 0; s < 8; s++)
        assert_shows (snapshots[s], planes[s], w, h);

      /* Undo to the first snapshot by its tiles, and redo with what came back. */
      g_autofree PelLabelTile **undone = g_new (PelLabelTile *, n_tiles);
      for (guint t = 0; t < n_tiles; t++)
        undone[t] = pel_label_map_swap_tile (map, t, pel_labels_ref_tile (snapshots[0], t));
      g_autoptr (PelLabels) first = pel_label_map_snapshot (map);
      assert_shows (first, planes[0], w, h);
      g_assert_true (pel_labels_equal (first, snapshots[0]));
      for (guint t = 0; t < n_tiles; t++)
        {
          g_assert_true (pel_labels_same_tile (first, snapshots[0], t));
          pel_label_tile_unref (pel_label_map_swap_tile (map, t, undone[t]));
        }
      g_autoptr (PelLabels) last = pel_label_map_snapshot (map);
      assert_shows (last, plane, w, h);
      for (guint s = 0; s < 8; s++)
        {
          pel_labels_unref (snapshots[s]);
          g_free (planes[s]);
        }
    }
}

/* An unchanged tile is shared; a changed one is not; a tile that nobody else holds is painted in
 * place. */
static void
test_sharing (void)
{
  g_autoptr (PelLabelMap) map = pel_label_map_new (256, 128, NULL);
  guint32 label;

  pel_label_map_fill_span (map, 3, 0, 10, 5);
  PelLabelTile *before = pel_label_map_peek_tile (map, 0);
  pel_label_map_fill_span (map, 4, 0, 10, 5);
  g_assert_true (pel_label_map_peek_tile (map, 0) == before);

  g_autoptr (PelLabels) snapshot = pel_label_map_snapshot (map);
  /* Painting what is there already copies nothing. */
  pel_label_map_fill_span (map, 3, 0, 10, 5);
  g_assert_true (pel_label_map_peek_tile (map, 0) == before);
  pel_label_map_fill_span (map, 3, 0, 11, 5);
  g_assert_false (pel_label_map_peek_tile (map, 0) == before);
  g_assert_cmpuint (pel_labels_get (snapshot, 10, 3), ==, 0);
  g_assert_cmpuint (pel_label_map_get (map, 10, 3), ==, 5);
  g_autoptr (PelLabels) later = pel_label_map_snapshot (map);
  g_assert_false (pel_labels_same_tile (snapshot, later, 0));
  for (guint t = 1; t < 8; t++)
    g_assert_true (pel_labels_same_tile (snapshot, later, t));

  /* A full tile of one label is stored as one value again. */
  for (gint y = 0; y < 64; y++)
    pel_label_map_fill_span (map, y, 64, 128, 70000);
  g_assert_false (pel_label_tile_is_constant (pel_label_map_peek_tile (map, 1), NULL));
  pel_label_map_compact (map, &(PelRect){ 100, 10, 1, 1 });
  g_assert_true (pel_label_tile_is_constant (pel_label_map_peek_tile (map, 1), &label));
  g_assert_cmpuint (label, ==, 70000);
  g_assert_cmpuint (pel_label_map_get_max (map), ==, 70000);
}

/* Whatever number of labels a tile has, it holds them all and takes no more than they need. */
static void
test_few_labels (void)
{
  const struct
  {
    guint n, bits;
  } cases[] = {
    { 2, 1 }, { 3, 2 }, { 4, 2 }, { 5, 4 }, { 16, 4 }, { 17, 8 }, { 64, 8 }, { 65, 32 }
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      const guint n = cases[c].n;
      guint32 pixels[PEL_LABEL_TILE_PIXELS], again[PEL_LABEL_TILE_PIXELS], part[100];
      PelLabelTile *tile, *same, *other;
      g_autoptr (PelLabels) labels = NULL;
      guint32 number;
      gsize plain;

      for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
        pixels[i] = 70000 + 3 * (i < n ? i : (guint32)g_rand_int_range (rand, 0, (gint)n));
      tile = pel_label_tile_new (pixels, PEL_LABEL_TILE_SIZE);
      same = pel_label_tile_new (pixels, PEL_LABEL_TILE_SIZE);
      pel_label_tile_read (tile, again);
      g_assert_cmpmem (pixels, sizeof pixels, again, sizeof again);
      g_assert_true (pel_label_tile_equal (tile, same));
      plain = PEL_LABEL_TILE_PIXELS / 8 * cases[c].bits;
      g_assert_cmpuint (pel_label_tile_get_bytes (tile), >=, plain);
      g_assert_cmpuint (pel_label_tile_get_bytes (tile), <=, plain + 4 * MIN (n, 64) + 64);
      g_assert_cmpuint (pel_label_tile_get_max (tile), ==, 70000 + 3 * (n - 1));

      labels = pel_labels_new_from_data (64, 64, pixels, 64, NULL);
      for (gint y = 0; y < 64; y++)
        {
          const gint x = g_rand_int_range (rand, 0, 64), w = g_rand_int_range (rand, 1, 65 - x);

          pel_labels_read (labels, &(PelRect){ x, y, w, 1 }, part, 64);
          g_assert_cmpmem (part, sizeof *part * (gsize)w, pixels + 64 * y + x,
                           sizeof *pixels * (gsize)w);
          g_assert_cmpuint (pel_labels_get (labels, x, y), ==, pixels[64 * y + x]);
        }

      /* One pixel is another label of those there are, and then one that is not. */
      number = pixels[4095];
      pixels[4095] = pixels[0] != number ? pixels[0] : pixels[1];
      other = pel_label_tile_new (pixels, PEL_LABEL_TILE_SIZE);
      g_assert_false (pel_label_tile_equal (tile, other));
      g_assert_false (pel_label_tile_equal (other, tile));
      pel_label_tile_unref (other);
      pixels[4095] = 1;
      other = pel_label_tile_new (pixels, PEL_LABEL_TILE_SIZE);
      g_assert_false (pel_label_tile_equal (tile, other));
      pel_label_tile_unref (other);
      pel_label_tile_unref (same);
      pel_label_tile_unref (tile);
    }
}

static void
test_read_outside (void)
{
  guint32 data[6] = { 1, 2, 3, 4, 5, 6 };
  guint32 out[5 * 7];
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (3, 2, data, 3, NULL);
  const PelRect rect = { -1, -2, 5, 7 };

  memset (out, 0xee, sizeof out);
  pel_labels_read (labels, &rect, out, 5);
  for (gint y = 0; y < 7; y++)
    {
      for (gint x = 0; x < 5; x++)
        {
          gboolean in = x >= 1 && x < 4 && y >= 2 && y < 4;

          g_assert_cmpuint (out[y * 5 + x], ==, in ? data[(y - 2) * 3 + x - 1] : 0);
          g_assert_cmpuint (pel_labels_get (labels, x - 1, y - 2), ==, out[y * 5 + x]);
        }
    }
}

static void
test_sizes (void)
{
  static const guint bad[][2] = {
    { 0, 5 }, { 5, 0 }, { (1u << 20) + 1, 1 }, { 1, G_MAXUINT }, { G_MAXUINT, G_MAXUINT }
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pel_labels_new (bad[i][0], bad[i][1], &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
      g_assert_null (pel_label_map_new (bad[i][0], bad[i][1], NULL));
    }
  /* A large image of nothing costs a pointer for each tile. */
  g_autoptr (PelLabels) large = pel_labels_new (20000, 20000, NULL);
  g_assert_nonnull (large);
  g_assert_cmpuint (pel_labels_get (large, 19999, 19999), ==, 0);
}

static void
test_bytes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);
  guint32 pixels[PEL_LABEL_TILE_PIXELS];

  for (guint round = 0; round < 60; round++)
    {
      guint32 mask = round % 3 == 0 ? 0xff : round % 3 == 1 ? 0xffff : 0xffffffff;
      gint keep = round / 3 % 4 == 0 ? 0 : g_rand_int_range (rand, 1, 100);

      for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
        pixels[i] = i > 0 && g_rand_int_range (rand, 0, keep + 1) > 0 ? pixels[i - 1]
                                                                      : g_rand_int (rand) & mask;
      if (round == 0)
        memset (pixels, 0, sizeof pixels);
      PelLabelTile *tile = pel_label_tile_new (pixels, PEL_LABEL_TILE_SIZE);
      g_autoptr (GBytes) bytes = pel_label_tile_to_bytes (tile);
      g_assert_cmpuint (g_bytes_get_size (bytes), >=, 5);
      g_assert_cmpuint (g_bytes_get_size (bytes), <=, 16385);
      PelLabelTile *back = pel_label_tile_from_bytes (bytes, NULL);
      g_assert_nonnull (back);
      g_assert_true (pel_label_tile_equal (tile, back));
      pel_label_tile_unref (back);

      /* Cut, longer or scrambled: refused, or read as some other tile, but never beyond the end. */
      gsize size;
      const guint8 *data = g_bytes_get_data (bytes, &size);
      for (guint i = 0; i < 40; i++)
        {
          g_autofree guint8 *hostile = g_memdup2 (data, size);
          gsize cut = (gsize)g_rand_int_range (rand, 0, (gint)size);

          g_autoptr (GBytes) shorter = g_bytes_new (hostile, cut);
          g_autoptr (GError) error = NULL;
          g_assert_null (pel_label_tile_from_bytes (shorter, &error));
          g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE);

          hostile[g_rand_int_range (rand, 0, (gint)size)] = (guint8)g_rand_int (rand);
          g_autoptr (GBytes) scrambled = g_bytes_new (hostile, size);
          PelLabelTile *other = pel_label_tile_from_bytes (scrambled, NULL);
          if (other)
            pel_label_tile_unref (other);
        }
      pel_label_tile_unref (tile);
    }
}

/* ---- threads ---- */

typedef struct
{
  PelLabels *labels;
  guint32 row; /* what each row of the snapshot must hold */
} Job;

static void *
read_snapshot (void *data)
{
  Job *job = data;
  const PelRect all = { 0, 0, 200, 200 };
  g_autofree guint32 *out = g_new (guint32, 200 * 200);

  for (guint round = 0; round < 20; round++)
    {
      pel_labels_read (job->labels, &all, out, 200);
      for (guint i = 0; i < 200 * 200; i++)
        g_assert_cmpuint (out[i], ==, job->row);
      g_assert_cmpuint (pel_labels_get_max (job->labels), ==, job->row);
    }
  pel_labels_unref (job->labels);
  return NULL;
}

/* Each snapshot goes to a thread while the map is painted on: it must not see the paint. */
static void
test_threads (void)
{
  g_autoptr (PelLabelMap) map = pel_label_map_new (200, 200, NULL);

  for (guint round = 0; round < 12; round++)
    {
      pthread_t threads[3];
      Job jobs[3];

      for (guint i = 0; i < 3; i++)
        {
          guint32 label = round * 30000 + i;

          for (gint y = 0; y < 200; y++)
            pel_label_map_fill_span (map, y, 0, 200, label);
          jobs[i] = (Job){ pel_label_map_snapshot (map), label };
          g_assert_cmpint (pthread_create (&threads[i], NULL, read_snapshot, &jobs[i]), ==, 0);
        }
      for (gint y = 0; y < 200; y++)
        pel_label_map_fill_span (map, y, y, 200, 9);
      for (guint i = 0; i < 3; i++)
        pthread_join (threads[i], NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/labels/copy-on-write", test_copy_on_write);
  g_test_add_func ("/labels/sharing", test_sharing);
  g_test_add_func ("/labels/few-labels", test_few_labels);
  g_test_add_func ("/labels/read-outside", test_read_outside);
  g_test_add_func ("/labels/sizes", test_sizes);
  g_test_add_func ("/labels/bytes", test_bytes);
  g_test_add_func ("/labels/threads", test_threads);
  return g_test_run ();
}
