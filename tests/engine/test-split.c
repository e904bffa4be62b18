/* SPDX-License-Identifier: MIT */
/* Cells cut by a line, on drawn shapes and against a slow reference. */
#include "engine/pel-engine.h"

#include <string.h>

/* A picture of letters: '.' is background, 'a' is label 1, and so on. */
static PelLabels *
from_text (const char *const *rows, guint height)
{
  guint width = (guint)strlen (rows[0]);
  g_autofree guint32 *plane = g_new (guint32, width * height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      plane[y * width + x] = rows[y][x] == '.' ? 0 : (guint32)(rows[y][x] - 'a' + 1);
  return pel_labels_new_from_data (width, height, plane, width, NULL);
}

/* The labels after the cut; the parts get labels from 'A' on. */
static char **
cut_to_text (const PelLabels *labels, const double *xy, guint n_points, guint min_pixels)
{
  g_autoptr (PelSplit) split = pel_split_new (labels, xy, n_points, min_pixels, NULL);
  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels), n;
  const PelSplitPart *parts;
  char **rows = g_new0 (char *, height + 1);

  g_assert_nonnull (split);
  parts = pel_split_get_parts (split, &n);
  for (guint y = 0; y < height; y++)
    {
      rows[y] = g_new0 (char, width + 1);
      for (guint x = 0; x < width; x++)
        {
          guint32 label = pel_labels_get (labels, (gint)x, (gint)y);

          rows[y][x] = label == 0 ? '.' : (char)('a' + label - 1);
        }
    }
  for (guint i = 0; i < n; i++)
    {
      guint64 sum = 0;

      for (guint r = 0; r < parts[i].n_runs; r++)
        for (gint x = parts[i].runs[r].x0; x < parts[i].runs[r].x1; x++)
          {
            g_assert_cmpuint (pel_labels_get (labels, x, parts[i].runs[r].y), ==, parts[i].cell);
            rows[parts[i].runs[r].y][x] = (char)('A' + i);
            sum++;
          }
      g_assert_cmpuint (sum, ==, parts[i].n_pixels);
    }
  return rows;
}

static void
assert_cut (const char *const *before,
            const double *xy,
            guint n_points,
            guint min_pixels,
            const char *const *after,
            guint height)
{
  g_autoptr (PelLabels) labels = from_text (before, height);
  g_auto (GStrv) rows = cut_to_text (labels, xy, n_points, min_pixels);

  for (guint y = 0; y < height; y++)
    g_assert_cmpstr (rows[y], ==, after[y]);
}

#define ASSERT_CUT(before, xy, min_pixels, after)                                                  \
  assert_cut (before, xy, G_N_ELEMENTS (xy) / 2, min_pixels, after, G_N_ELEMENTS (before))

static void
test_shapes (void)
{
  /* Straight down through the right half: the larger part stays, nothing is lost. */
  static const char *const block[] = { ".......", ".aaaaa.", ".aaaaa.", ".aaaaa.", "......." };
  static const double down[] = { 4.5, 0.5, 4.5, 4.5 };
  static const char *const block_cut[] = { ".......", ".aaaaA.", ".aaaaA.", ".aaaaA.", "......." };
  /* Ends inside. */
  static const double half[] = { 4.5, 0.5, 4.5, 2.5 };
  /* Along the border: what it takes off is nothing. */
  static const double graze[] = { 0.5, 1.5, 6.5, 1.5 };
  /* Two cells and the gap between them; the third is only entered. */
  static const char *const three[] = { "aaa.bbb.ccc", "aaa.bbb.ccc", "aaa.bbb.ccc", "aaa.bbb.ccc",
                                       "aaa.bbb.ccc" };
  static const double across[] = { -5, 3.5, 9.2, 3.5 };
  static const char *const three_cut[] = { "aaa.bbb.ccc", "aaa.bbb.ccc", "aaa.bbb.ccc",
                                           "aaa.bbb.ccc", "AAA.BBB.ccc" };
  /* Both arms of a U, with a line that comes back: each tip is a cell of its own. */
  static const char *const arms[] = { "aa..aaa", "aa..aaa", "aa..aaa", "aaaaaaa", "aaaaaaa" };
  static const double over[] = { -1, 1.5, 8, 1.5 };
  static const char *const arms_cut[] = { "AA..BBB", "AA..BBB", "aa..aaa", "aaaaaaa", "aaaaaaa" };
  /* Into a hole and no further. */
  static const char *const ring[] = { "aaaaa", "a...a", "a...a", "aaaaa" };
  static const double in[] = { 2.5, -1, 2.5, 1.5 };
  static const double through[] = { 2.5, -1, 2.5, 5 };
  static const char *const ring_cut[] = { "aaaAA", "a...A", "a...A", "aaaAA" };
  /* A diagonal lets nothing through at its corners. */
  static const char *const square[] = { "aaaa", "aaaa", "aaaa", "aaaa" };
  static const double diagonal[] = { 0.5, 0.5, 3.5, 3.5 };
  static const char *const square_cut[] = { "aaaa", "Aaaa", "AAaa", "AAAa" };

  ASSERT_CUT (block, down, 1, block_cut);
  ASSERT_CUT (block, half, 1, block);
  ASSERT_CUT (block, graze, 1, block);
  ASSERT_CUT (three, across, 1, three_cut);
  ASSERT_CUT (arms, over, 1, arms_cut);
  ASSERT_CUT (ring, in, 1, ring);
  ASSERT_CUT (ring, through, 1, ring_cut);
  ASSERT_CUT (square, diagonal, 1, square_cut);
  /* Too small to count, before what lies under the line is added. */
  ASSERT_CUT (block, down, 4, block);
}

static void
test_pieces (void)
{
  /* A cell in two pieces: the one that is crossed is cut, the other left alone. */
  static const char *const torn[] = { "aaaaa", ".....", "aaa..", "aaa..", "aaa.." };
  static const double cut[] = { 0.5, 1.2, 0.5, 5.5 };
  static const char *const torn_cut[] = { "aaaaa", ".....", "aaa..", "aaa..", "aaa.." };
  static const double middle[] = { 1.5, 1.2, 1.5, 5.5 };
  static const char *const middle_cut[] = { "aaaaa", ".....", "aaA..", "aaA..", "aaA.." };
  /* A corner with two bends. */
  static const char *const square[] = { "aaaaa", "aaaaa", "aaaaa", "aaaaa", "aaaaa" };
  static const double corner[] = { 3.5, -0.5, 3.5, 3.5, -0.5, 3.5 };
  static const char *const corner_cut[] = { "aaaaA", "aaaaA", "aaaaA", "aaaAA", "AAAAA" };

  ASSERT_CUT (torn, cut, 1, torn_cut);
  ASSERT_CUT (torn, middle, 1, middle_cut);
  ASSERT_CUT (square, corner, 1, corner_cut);
}

/* Pixels reachable from one without passing the line or leaving the label. */
static guint
flood (const guint32 *plane, const guint8 *line, guint8 *seen, gint w, gint h, gint at)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (gint));
  guint n = 0;

  seen[at] = 1;
  g_array_append_val (stack, at);
  while (stack->len > 0)
    {
      static const gint steps[4][2] = { { 0, 1 }, { 1, 0 }, { 0, -1 }, { -1, 0 } };
      gint p = g_array_index (stack, gint, stack->len - 1);

      g_array_set_size (stack, stack->len - 1);
      n++;
      for (guint s = 0; s < 4; s++)
        {
          gint x = p % w + steps[s][0], y = p / w + steps[s][1], q = y * w + x;

          if (x < 0 || y < 0 || x >= w || y >= h || seen[q] || plane[q] != plane[p] ||
              (line && line[q]))
            continue;
          seen[q] = 1;
          g_array_append_val (stack, q);
        }
    }
  return n;
}

static guint
count_regions (const guint32 *plane, const guint8 *line, gint w, gint h)
{
  g_autofree guint8 *seen = g_new0 (guint8, w * h);
  guint n = 0;

  for (gint i = 0; i < w * h; i++)
    if (plane[i] != 0 && !seen[i] && !(line && line[i]))
      {
        flood (plane, line, seen, w, h, i);
        n++;
      }
  return n;
}

typedef struct
{
  guint8 *line;
  gint w;
} Mark;

static void
mark (gint x, gint y, gpointer data)
{
  Mark *m = data;

  m->line[y * m->w + x] = 1;
}

/* On random shapes: no pixel is lost, every part hangs together, each cell that is cut keeps its
 * largest part, and a piece is cut exactly when the line separates it. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  const gint w = 48, h = 40;
  const PelRect all = { 0, 0, w, h };
  guint n_cuts = 0;

  for (guint round = 0; round < 300; round++)
    {
      g_autofree guint32 *plane = g_new0 (guint32, w * h);
      g_autofree guint8 *line = g_new0 (guint8, w * h);
      guint before, after;
      double xy[6];
      Mark m = { line, w };

      for (guint blob = 0; blob < 6; blob++)
        {
          gint x0 = g_rand_int_range (rand, -5, w), y0 = g_rand_int_range (rand, -5, h);
          gint x1 = x0 + g_rand_int_range (rand, 1, 25), y1 = y0 + g_rand_int_range (rand, 1, 25);
          guint32 label = (guint32)g_rand_int_range (rand, 0, 4);

          for (gint y = MAX (y0, 0); y < MIN (y1, h); y++)
            for (gint x = MAX (x0, 0); x < MIN (x1, w); x++)
              plane[y * w + x] = label;
        }
      for (guint i = 0; i < 6; i++)
        xy[i] = g_rand_double_range (rand, -10, i % 2 ? h + 10 : w + 10);
      g_autoptr (PelLabels) labels =
          pel_labels_new_from_data ((guint)w, (guint)h, plane, (gsize)w, NULL);
      g_autoptr (PelSplit) split = pel_split_new (labels, xy, 3, 1, NULL);
      guint n;
      const PelSplitPart *parts = pel_split_get_parts (split, &n);
      g_autofree guint32 *fresh = g_memdup2 (plane, sizeof *plane * w * h);

      before = count_regions (plane, NULL, w, h);
      for (guint i = 0; i < n; i++)
        for (guint r = 0; r < parts[i].n_runs; r++)
          for (gint x = parts[i].runs[r].x0; x < parts[i].runs[r].x1; x++)
            {
              g_assert_cmpuint (fresh[parts[i].runs[r].y * w + x], ==, parts[i].cell);
              fresh[parts[i].runs[r].y * w + x] = 100 + i;
            }
      after = count_regions (fresh, NULL, w, h);
      /* Every part is one region, and what remains of a piece is one too. */
      g_assert_cmpuint (after, ==, before + n);
      n_cuts += n;

      /* The reference: regions that the line leaves, less the pieces that it covers whole. */
      pel_line_walk (xy, 3, &all, mark, &m);
      {
        g_autofree guint8 *seen = g_new0 (guint8, w * h);
        guint want = 0;

        for (gint i = 0; i < w * h; i++)
          if (plane[i] != 0 && !seen[i])
            {
              g_autofree guint8 *here = g_new0 (guint8, w * h);
              g_autofree guint32 *alone = g_new0 (guint32, w * h);
              guint left;

              flood (plane, NULL, here, w, h, i);
              for (gint k = 0; k < w * h; k++)
                {
                  seen[k] |= here[k];
                  alone[k] = here[k];
                }
              left = count_regions (alone, line, w, h);
              want += left > 1 ? left - 1 : 0;
            }
        g_assert_cmpuint (n, ==, want);
      }
      for (guint i = 0; i < n; i++)
        {
          g_autofree guint8 *seen = g_new0 (guint8, w * h);
          guint most = 0;

          for (gint k = 0; k < w * h; k++)
            if (fresh[k] == parts[i].cell && !seen[k])
              {
                guint size = flood (fresh, NULL, seen, w, h, k);

                most = MAX (most, size);
              }
          g_assert_cmpuint (most, >=, parts[i].n_pixels);
        }
    }
  g_assert_cmpuint (n_cuts, >, 100);
}

/* Unbroken, from end to end, however far outside the ends are. */
static void
test_line (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  static const double bad[] = { 1, 1, G_MAXDOUBLE * 2, 5, 3, 3 };
  const PelRect all = { 0, 0, 60, 50 };
  g_autofree guint8 *line = g_new0 (guint8, 60 * 50);
  Mark m = { line, 60 };

  for (guint round = 0; round < 200; round++)
    {
      double far = round % 2 ? 1e7 : 40;
      double xy[4] = { -g_rand_double_range (rand, 1, far), g_rand_double_range (rand, 0, 50),
                       60 + g_rand_double_range (rand, 1, far), 0 };
      guint n = 0;

      xy[3] = xy[1];
      memset (line, 0, 60 * 50);
      pel_line_walk (xy, 2, &all, mark, &m);
      for (guint i = 0; i < 60 * 50; i++)
        n += line[i];
      g_assert_cmpuint (n, ==, 60);
    }
  memset (line, 0, 60 * 50);
  pel_line_walk (bad, 3, &all, mark, &m);
  for (guint i = 0; i < 60 * 50; i++)
    g_assert_cmpuint (line[i], ==, 0);
  pel_line_walk (bad, 1, &all, mark, &m);
  g_assert_cmpuint (line[61], ==, 1);
}

static void
test_find_labels (void)
{
  static const char *const rows[] = { "cc.aa.cc", "cc.aa.bb" };
  static const double xy[] = { 7.5, 1.5, 0.5, 1.5, 0.5, 0.5, 7.5, 0.5 };
  g_autoptr (PelLabels) labels = from_text (rows, 2);
  g_autoptr (GArray) found = pel_line_find_labels (labels, xy, 4);
  g_autoptr (GArray) none = pel_line_find_labels (labels, xy, 0);

  g_assert_cmpuint (found->len, ==, 3);
  g_assert_cmpuint (g_array_index (found, guint32, 0), ==, 2);
  g_assert_cmpuint (g_array_index (found, guint32, 1), ==, 1);
  g_assert_cmpuint (g_array_index (found, guint32, 2), ==, 3);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/split/shapes", test_shapes);
  g_test_add_func ("/split/pieces", test_pieces);
  g_test_add_func ("/split/random", test_random);
  g_test_add_func ("/line/walk", test_line);
  g_test_add_func ("/line/find-labels", test_find_labels);
  return g_test_run ();
}
