/* SPDX-License-Identifier: MIT */
/* Edits of cells against references that look at every pixel of the image for every pixel. */
#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>

#include "engine/segment/pel-cell-edit.h"

#define W 46
#define H 39

typedef struct
{
  guint32 at[H][W];
} Plane;

static void
random_cells (GRand *rand, Plane *plane)
{
  memset (plane, 0, sizeof *plane);
  for (guint i = 0; i < 9; i++)
    {
      gint cx = g_rand_int_range (rand, -2, W + 2), cy = g_rand_int_range (rand, -2, H + 2);
      gint r = g_rand_int_range (rand, 1, 10);
      guint32 label = (guint32)g_rand_int_range (rand, 0, 5) * 3;

      for (gint y = 0; y < H; y++)
        for (gint x = 0; x < W; x++)
          if ((x - cx) * (x - cx) + (y - cy) * (y - cy) < r * r)
            plane->at[y][x] = label;
    }
  /* Holes and frays. */
  for (guint i = 0; i < 60; i++)
    plane->at[g_rand_int_range (rand, 0, H)][g_rand_int_range (rand, 0, W)] =
        g_rand_boolean (rand) ? 0 : (guint32)g_rand_int_range (rand, 0, 5) * 3;
}

static void
edit (const Plane *in, PelCellEdit what, guint amount, const guint32 *cells, guint n, Plane *out)
{
  const PelRect all = { 0, 0, W, H };
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (W, H, &in->at[0][0], W, NULL);
  g_autoptr (PelLabels) edited = pel_labels_edit (labels, what, amount, cells, n, NULL, NULL);

  g_assert_nonnull (edited);
  pel_labels_read (edited, &all, &out->at[0][0], W);
}

static gboolean
is_wanted (guint32 label, const guint32 *cells, guint n)
{
  for (guint i = 0; i < n; i++)
    if (cells[i] == label)
      return TRUE;
  return n == 0 && label != 0;
}

static void
assert_same (const Plane *a, const Plane *b)
{
  for (guint y = 0; y < H; y++)
    for (guint x = 0; x < W; x++)
      g_assert_cmpuint (a->at[y][x], ==, b->at[y][x]);
}

/* A cell that the reference empties is put back. */
static void
put_back (const Plane *in, Plane *out)
{
  for (guint32 label = 1; label < 20; label++)
    {
      gboolean left = FALSE;

      for (guint i = 0; i < W * H; i++)
        left = left || (&out->at[0][0])[i] == label;
      for (guint i = 0; !left && i < W * H; i++)
        if ((&in->at[0][0])[i] == label)
          (&out->at[0][0])[i] = label;
    }
}

static void
smooth_reference (const Plane *in, gint r, const guint32 *cells, guint n, Plane *out)
{
  *out = *in;
  for (guint32 label = 1; label < 20; label++)
    {
      Plane fresh = { 0 };
      gboolean left = FALSE;

      if (!is_wanted (label, cells, n))
        continue;
      for (gint y = 0; y < H; y++)
        for (gint x = 0; x < W; x++)
          {
            guint yes = 0, all = 0;

            for (gint v = 0; v < H; v++)
              for (gint u = 0; u < W; u++)
                if ((u - x) * (u - x) + (v - y) * (v - y) <= r * r)
                  {
                    all++;
                    yes += in->at[v][u] == label;
                  }
            fresh.at[y][x] = 2 * yes > all && (in->at[y][x] == 0 || in->at[y][x] == label);
            left = left || fresh.at[y][x];
          }
      for (guint i = 0; left && i < W * H; i++)
        {
          if ((&fresh.at[0][0])[i])
            (&out->at[0][0])[i] = label;
          else if ((&in->at[0][0])[i] == label)
            (&out->at[0][0])[i] = 0;
        }
    }
}

static void
test_smooth (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  static const guint32 some[] = { 9, 3 };

  for (guint round = 0; round < 16; round++)
    {
      Plane in, out, want;
      guint r = round % 4;

      random_cells (rand, &in);
      edit (&in, PEL_CELL_EDIT_SMOOTH, r, some, round % 3, &out);
      smooth_reference (&in, (gint)r, some, round % 3, &want);
      assert_same (&out, &want);
    }
}

static double
distance_to (const Plane *in, gint x, gint y, guint32 label, gboolean other)
{
  double best = INFINITY;

  for (gint v = 0; v < H; v++)
    for (gint u = 0; u < W; u++)
      if ((in->at[v][u] == label) != other)
        best = MIN (best, hypot (u - x, v - y));
  return best;
}

static void
test_shrink (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);
  static const guint32 some[] = { 12, 6 };

  for (guint round = 0; round < 12; round++)
    {
      Plane in, out, want;
      guint amount = 1 + round % 4;

      random_cells (rand, &in);
      edit (&in, PEL_CELL_EDIT_SHRINK, amount, some, round % 3, &out);
      want = in;
      for (gint y = 0; y < H; y++)
        for (gint x = 0; x < W; x++)
          if (is_wanted (in.at[y][x], some, round % 3) &&
              distance_to (&in, x, y, in.at[y][x], TRUE) <= amount)
            want.at[y][x] = 0;
      put_back (&in, &want);
      assert_same (&out, &want);
    }
}

/* Nothing in the way: exactly the pixels within reach. */
static void
test_grow_alone (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (13);

  for (guint round = 0; round < 12; round++)
    {
      Plane in, out;
      guint amount = round % 6;

      random_cells (rand, &in);
      for (guint i = 0; i < W * H; i++)
        if ((&in.at[0][0])[i] != 3)
          (&in.at[0][0])[i] = 0;
      edit (&in, PEL_CELL_EDIT_GROW, amount, NULL, 0, &out);
      for (gint y = 0; y < H; y++)
        for (gint x = 0; x < W; x++)
          g_assert_cmpuint (out.at[y][x], ==, distance_to (&in, x, y, 3, FALSE) <= amount ? 3 : 0);
    }
}

/* Several cells: no pixel of another cell is taken, what is taken is within reach and hangs
 * together with its cell, and nobody who was as near by a free way is passed over. */
static void
test_grow (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (14);
  static const guint32 some[] = { 9, 3 };

  for (guint round = 0; round < 30; round++)
    {
      Plane in, out;
      guint amount = 1 + round % 5, n_taken = 0;

      random_cells (rand, &in);
      edit (&in, PEL_CELL_EDIT_GROW, amount, some, round % 3, &out);
      for (gint y = 0; y < H; y++)
        for (gint x = 0; x < W; x++)
          {
            guint32 label = out.at[y][x];
            gboolean touches;

            if (in.at[y][x] != 0)
              {
                g_assert_cmpuint (label, ==, in.at[y][x]);
                continue;
              }
            if (label == 0)
              continue;
            n_taken++;
            g_assert_true (is_wanted (label, some, round % 3));
            g_assert_cmpfloat (distance_to (&in, x, y, label, FALSE), <=, amount);
            touches =
                (x > 0 && out.at[y][x - 1] == label) || (x + 1 < W && out.at[y][x + 1] == label) ||
                (y > 0 && out.at[y - 1][x] == label) || (y + 1 < H && out.at[y + 1][x] == label);
            g_assert_true (touches);
          }
      /* Right beside exactly one cell that grows: taken by it. */
      for (gint y = 1; y < H - 1; y++)
        for (gint x = 1; x < W - 1; x++)
          {
            guint32 around[4] = { in.at[y - 1][x], in.at[y + 1][x], in.at[y][x - 1],
                                  in.at[y][x + 1] };
            guint32 least = G_MAXUINT32;

            for (guint i = 0; i < 4; i++)
              if (is_wanted (around[i], some, round % 3))
                least = MIN (least, around[i]);
            if (in.at[y][x] == 0 && least != G_MAXUINT32)
              g_assert_cmpuint (out.at[y][x], ==, least);
          }
      g_assert_cmpuint (n_taken, >, 0);
    }
}

static void
flood (const Plane *plane, guint8 *seen, gint x, gint y, guint32 label, gboolean *border, guint *n)
{
  if (x < 0 || y < 0 || x >= W || y >= H)
    {
      *border = TRUE;
      return;
    }
  if (plane->at[y][x] != label || seen[y * W + x])
    return;
  seen[y * W + x] = 1;
  (*n)++;
  flood (plane, seen, x - 1, y, label, border, n);
  flood (plane, seen, x + 1, y, label, border, n);
  flood (plane, seen, x, y - 1, label, border, n);
  flood (plane, seen, x, y + 1, label, border, n);
}

static void
test_fill_holes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (15);
  guint n_filled = 0;

  for (guint round = 0; round < 40; round++)
    {
      Plane in, out, want;
      const guint32 one = 6;
      g_autofree guint8 *seen = g_new0 (guint8, W * H);

      random_cells (rand, &in);
      edit (&in, PEL_CELL_EDIT_FILL_HOLES, 0, &one, round % 2, &out);
      want = in;
      for (gint y = 0; y < H; y++)
        for (gint x = 0; x < W; x++)
          {
            g_autofree guint8 *hole = g_new0 (guint8, W * H);
            gboolean border = FALSE;
            guint32 owner = 0;
            gboolean several = FALSE;
            guint n = 0;

            if (in.at[y][x] != 0 || seen[y * W + x])
              continue;
            flood (&in, hole, x, y, 0, &border, &n);
            for (gint v = 0; v < H; v++)
              for (gint u = 0; u < W; u++)
                {
                  const gint steps[4][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } };

                  if (!hole[v * W + u])
                    continue;
                  seen[v * W + u] = 1;
                  for (guint s = 0; s < 4 && !border; s++)
                    {
                      guint32 label = in.at[v + steps[s][1]][u + steps[s][0]];

                      if (label != 0 && owner != 0 && label != owner)
                        several = TRUE;
                      owner = label != 0 ? label : owner;
                    }
                }
            if (border || several || !is_wanted (owner, &one, round % 2))
              continue;
            for (gint i = 0; i < W * H; i++)
              if (hole[i])
                {
                  (&want.at[0][0])[i] = owner;
                  n_filled++;
                }
          }
      assert_same (&out, &want);
    }
  g_assert_cmpuint (n_filled, >, 20);
}

static void
test_keep_largest (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (16);

  for (guint round = 0; round < 30; round++)
    {
      Plane in, out, want;
      const guint32 one = 3;
      g_autofree guint8 *seen = g_new0 (guint8, W * H);

      random_cells (rand, &in);
      edit (&in, PEL_CELL_EDIT_KEEP_LARGEST, 0, &one, round % 2, &out);
      want = in;
      for (guint32 label = 1; label < 20; label++)
        {
          guint most = 0;
          g_autofree guint8 *best = g_new0 (guint8, W * H);

          if (!is_wanted (label, &one, round % 2))
            continue;
          for (gint y = 0; y < H; y++)
            for (gint x = 0; x < W; x++)
              if (in.at[y][x] == label && !seen[y * W + x])
                {
                  g_autofree guint8 *piece = g_new0 (guint8, W * H);
                  gboolean border = FALSE;
                  guint n = 0;

                  flood (&in, piece, x, y, label, &border, &n);
                  for (gint i = 0; i < W * H; i++)
                    seen[i] |= piece[i];
                  if (n > most)
                    {
                      most = n;
                      memcpy (best, piece, W * H);
                    }
                }
          for (gint i = 0; i < W * H; i++)
            if ((&in.at[0][0])[i] == label && !best[i])
              (&want.at[0][0])[i] = 0;
        }
      assert_same (&out, &want);
    }
}

/* What did not change is not copied; cancelling leaves nothing. */
static void
test_tiles_and_cancel (void)
{
  g_autofree guint32 *plane = g_new0 (guint32, 640 * 64);
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (PelLabels) edited = NULL;
  g_autoptr (PelLabels) none = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint n_same = 0;

  for (guint i = 0; i < 640 * 64; i++)
    plane[i] = i % 640 % 80 < 20 ? 1 + i % 640 / 80 : 0;
  labels = pel_labels_new_from_data (640, 64, plane, 640, NULL);
  edited = pel_labels_edit (labels, PEL_CELL_EDIT_GROW, 3, (const guint32[]){ 1 }, 1, NULL, NULL);
  for (guint i = 0; i < 10; i++)
    n_same += pel_labels_same_tile (labels, edited, i);
  g_assert_cmpuint (n_same, ==, 9);
  g_cancellable_cancel (cancellable);
  none = pel_labels_edit (labels, PEL_CELL_EDIT_GROW, 3, NULL, 0, cancellable, &error);
  g_assert_null (none);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cell-edit/smooth", test_smooth);
  g_test_add_func ("/cell-edit/shrink", test_shrink);
  g_test_add_func ("/cell-edit/grow-alone", test_grow_alone);
  g_test_add_func ("/cell-edit/grow", test_grow);
  g_test_add_func ("/cell-edit/fill-holes", test_fill_holes);
  g_test_add_func ("/cell-edit/keep-largest", test_keep_largest);
  g_test_add_func ("/cell-edit/tiles-and-cancel", test_tiles_and_cancel);
  return g_test_run ();
}
