/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "app/document/pel-document.h"

#define SIZE_X 300
#define SIZE_Y 210

/* An independent copy of what the mask should hold. */
typedef struct
{
  guint32 pixels[SIZE_Y][SIZE_X];
} Plain;

static char *
hash_of (PelMask *mask)
{
  g_autoptr (PelLabels) labels = pel_mask_snapshot (mask);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint width = pel_labels_get_width (labels);
  g_autofree guint32 *row = g_new (guint32, width);

  for (guint y = 0; y < pel_labels_get_height (labels); y++)
    {
      PelRect rect = { 0, (gint)y, (gint)width, 1 };

      pel_labels_read (labels, &rect, row, width);
      g_checksum_update (checksum, (const guchar *)row, (gssize)(width * sizeof *row));
    }
  /* What is known of cells belongs to the state. */
  for (guint32 label = 1; label < 60; label++)
    {
      PelCellInfo info;
      guint32 words[3] = { 0 };

      if (!pel_mask_get_cell_info (mask, label, &info))
        continue;
      words[0] = label;
      words[1] = info.origin;
      words[2] = (guint32)info.reviewed;
      g_checksum_update (checksum, (const guchar *)words, sizeof words);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
in_capsule (const PelDab *dab, double x, double y)
{
  /* Radii are equal here: the distance to a segment tells. */
  double dx = dab->x1 - dab->x0, dy = dab->y1 - dab->y0;
  double length = dx * dx + dy * dy;
  double t = length > 0 ? ((x - dab->x0) * dx + (y - dab->y0) * dy) / length : 0;
  double px, py;

  t = CLAMP (t, 0, 1);
  px = x - dab->x0 - t * dx;
  py = y - dab->y0 - t * dy;
  return px * px + py * py <= dab->radius0 * dab->radius0;
}

static void
plain_paint (Plain *plain, const PelDab *dab)
{
  for (gint y = 0; y < SIZE_Y; y++)
    for (gint x = 0; x < SIZE_X; x++)
      {
        guint32 *pixel = &plain->pixels[y][x];

        if (!in_capsule (dab, x + 0.5, y + 0.5))
          continue;
        if (dab->erase)
          *pixel = dab->label == 0 || *pixel == dab->label ? 0 : *pixel;
        else if (!dab->protect || *pixel == 0)
          *pixel = dab->label;
      }
}

static void
random_dab (GRand *random, PelDab *dab)
{
  *dab = (PelDab){ .x0 = g_rand_double_range (random, -20, SIZE_X + 20),
                   .y0 = g_rand_double_range (random, -20, SIZE_Y + 20),
                   .radius0 = g_rand_double_range (random, 0.3, 25),
                   .label = (guint32)g_rand_int_range (random, 1, 40) };
  dab->x1 = dab->x0 + g_rand_double_range (random, -40, 40);
  dab->y1 = dab->y0 + g_rand_double_range (random, -40, 40);
  dab->radius1 = dab->radius0;
  dab->erase = g_rand_int_range (random, 0, 4) == 0;
  dab->protect = g_rand_boolean (random);
  if (dab->erase && g_rand_boolean (random))
    dab->label = 0;
}

static void
assert_equals (PelMask *mask, const Plain *plain)
{
  guint counts[64] = { 0 };
  guint n = 0;

  for (gint y = 0; y < SIZE_Y; y++)
    for (gint x = 0; x < SIZE_X; x++)
      {
        g_assert_cmpuint (pel_mask_get_label (mask, x, y), ==, plain->pixels[y][x]);
        counts[plain->pixels[y][x]]++;
      }
  for (guint label = 1; label < G_N_ELEMENTS (counts); label++)
    {
      g_assert_cmpuint (pel_mask_get_label_size (mask, label), ==, counts[label]);
      n += counts[label] > 0;
    }
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, n);
}

static void
test_paint (void)
{
  g_autoptr (PelMask) mask = pel_mask_new (SIZE_X, SIZE_Y);
  g_autofree Plain *plain = g_new0 (Plain, 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < 60; i++)
    {
      PelDab dab;

      random_dab (random, &dab);
      pel_mask_begin_stroke (mask, "Paint");
      pel_mask_paint (mask, &dab);
      pel_mask_end_stroke (mask, NULL);
      plain_paint (plain, &dab);
      assert_equals (mask, plain);
    }
}

/* One edit of any kind. */
static void
random_edit (PelMask *mask, PelUndo *undo, GRand *random)
{
  guint32 label = (guint32)g_rand_int_range (random, 1, 40);
  PelCellInfo info;
  PelDab dab;

  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
      pel_mask_delete_labels (mask, &label, 1, undo);
      break;
    case 1:
      pel_mask_merge_labels (mask, &label, 1, (guint32)g_rand_int_range (random, 1, 40), "Merge",
                             undo);
      break;
    case 2:
      pel_cell_info_init (&info);
      info.origin = PEL_CELL_ORIGIN_MODEL;
      info.reviewed = g_rand_boolean (random);
      pel_mask_set_cell_info (mask, label, &info, "Review", undo);
      break;
      case 3: {
        g_autoptr (PelMask) other = pel_mask_new (SIZE_X, SIZE_Y);
        g_autoptr (PelLabels) labels = NULL;

        random_dab (random, &dab);
        dab.erase = FALSE;
        dab.label = label;
        pel_mask_begin_stroke (other, "Paint");
        pel_mask_paint (other, &dab);
        pel_mask_end_stroke (other, NULL);
        labels = pel_mask_snapshot (other);
        pel_mask_replace (mask, labels, "Replace", undo);
      }
      break;
    default:
      pel_mask_begin_stroke (mask, "Paint");
      for (gint n = g_rand_int_range (random, 1, 6); n > 0; n--)
        {
          random_dab (random, &dab);
          pel_mask_paint (mask, &dab);
        }
      if (g_rand_int_range (random, 0, 5) == 0)
        pel_mask_cancel_stroke (mask);
      else
        pel_mask_end_stroke (mask, undo);
    }
}

static void
test_undo_all (void)
{
  g_autoptr (PelMask) mask = pel_mask_new (SIZE_X, SIZE_Y);
  g_autoptr (PelUndo) undo = pel_undo_new (mask);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;

  g_ptr_array_add (hashes, hash_of (mask));
  for (guint i = 0; i < 400; i++)
    {
      guint before = pel_undo_get_n_steps (undo);
      g_autofree char *was = hash_of (mask);

      random_edit (mask, undo, random);
      if (pel_undo_get_n_steps (undo) > before)
        g_ptr_array_add (hashes, hash_of (mask));
      else
        {
          g_autofree char *is = hash_of (mask);
          g_assert_cmpstr (is, ==, was);
        }
    }
  g_assert_cmpuint (hashes->len, ==, pel_undo_get_n_steps (undo) + 1);
  g_assert_cmpuint (hashes->len, >, 250);
  for (guint i = hashes->len - 1; i > 0; i--)
    {
      g_autofree char *hash = NULL;

      g_assert_true (pel_undo_undo (undo, &error));
      g_assert_no_error (error);
      hash = hash_of (mask);
      g_assert_cmpstr (hash, ==, g_ptr_array_index (hashes, i - 1));
    }
  g_assert_false (pel_undo_undo (undo, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 0);
  g_assert_true (pel_undo_go_to (undo, hashes->len - 1, &error));
  {
    g_autofree char *hash = hash_of (mask);
    g_assert_cmpstr (hash, ==, g_ptr_array_index (hashes, hashes->len - 1));
  }
}

static void
test_snapshot (void)
{
  g_autoptr (PelMask) mask = pel_mask_new (SIZE_X, SIZE_Y);
  g_autoptr (PelUndo) undo = pel_undo_new (mask);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (PelLabels) before = NULL;
  g_autoptr (PelMask) copy = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *later = NULL;

  for (guint i = 0; i < 20; i++)
    random_edit (mask, undo, random);
  before = pel_mask_snapshot (mask);
  copy = pel_mask_new_from_labels (before);
  hash = hash_of (copy);
  for (guint i = 0; i < 40; i++)
    random_edit (mask, undo, random);
  pel_undo_go_to (undo, 0, NULL);
  g_clear_object (&copy);
  copy = pel_mask_new_from_labels (before);
  later = hash_of (copy);
  g_assert_cmpstr (later, ==, hash);
}

static void
test_budget (void)
{
  g_autoptr (PelMask) mask = pel_mask_new (SIZE_X, SIZE_Y);
  g_autoptr (PelUndo) undo = pel_undo_new (mask);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  guint steps;

  pel_undo_set_budget (undo, 200000);
  for (guint i = 0; i < 200; i++)
    {
      random_edit (mask, undo, random);
      /* The last step is kept whatever its size. */
      g_assert_true (pel_undo_get_bytes (undo) <= 200000 || pel_undo_get_n_steps (undo) == 1);
    }
  g_assert_cmpuint (pel_undo_get_n_dropped (undo), >, 0);
  steps = pel_undo_get_n_steps (undo);
  g_assert_cmpuint (steps, >, 0);
  g_assert_true (pel_undo_go_to (undo, 0, NULL));
  g_assert_true (pel_undo_go_to (undo, steps, NULL));
}

static void
count_area (PelMask *mask, const PelRect *area, PelRect *total)
{
  pel_rect_union (total, area, total);
}

static void
test_signals (void)
{
  PelMask *mask = pel_mask_new (SIZE_X, SIZE_Y);
  PelUndo *undo = pel_undo_new (mask);
  PelRect area = { 0 };
  PelDab dab = { 50.5, 40.5, 3, 50.5, 40.5, 3, 7, FALSE, TRUE };
  guint64 revision = pel_mask_get_revision (mask);
  PelCellInfo info;

  g_signal_connect (mask, "changed", G_CALLBACK (count_area), &area);
  pel_mask_begin_stroke (mask, "Paint");
  pel_mask_paint (mask, &dab);
  g_assert_cmpint (area.x, ==, 47);
  g_assert_cmpint (area.y, ==, 37);
  g_assert_cmpint (area.width, ==, 7);
  g_assert_cmpint (area.height, ==, 7);
  g_assert_cmpuint (pel_mask_get_revision (mask), >, revision);
  revision = pel_mask_get_revision (mask);
  pel_mask_paint (mask, &dab); /* changes nothing */
  g_assert_cmpuint (pel_mask_get_revision (mask), ==, revision);
  g_assert_true (pel_mask_end_stroke (mask, undo));
  g_assert_cmpstr (pel_undo_get_undo_name (undo), ==, "Paint");
  g_assert_null (pel_undo_get_redo_name (undo));
  g_assert_cmpuint (pel_mask_get_free_label (mask), ==, 8);

  /* A model's cell that is touched becomes corrected, and what is erased whole is forgotten. */
  pel_cell_info_init (&info);
  info.origin = PEL_CELL_ORIGIN_MODEL;
  pel_mask_set_cell_info (mask, 7, &info, "Review", undo);
  dab.radius0 = dab.radius1 = 4;
  pel_mask_begin_stroke (mask, "Grow");
  pel_mask_paint (mask, &dab);
  pel_mask_end_stroke (mask, undo);
  g_assert_true (pel_mask_get_cell_info (mask, 7, &info));
  g_assert_cmpint (info.origin, ==, PEL_CELL_ORIGIN_CORRECTED);
  dab.erase = TRUE;
  dab.label = 0;
  dab.radius0 = dab.radius1 = 9;
  pel_mask_begin_stroke (mask, "Erase");
  pel_mask_paint (mask, &dab);
  pel_mask_end_stroke (mask, undo);
  g_assert_false (pel_mask_get_cell_info (mask, 7, &info));
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 0);
  pel_undo_undo (undo, NULL);
  g_assert_true (pel_mask_get_cell_info (mask, 7, &info));
  g_assert_cmpint (info.origin, ==, PEL_CELL_ORIGIN_CORRECTED);
  pel_undo_undo (undo, NULL);
  pel_mask_get_cell_info (mask, 7, &info);
  g_assert_cmpint (info.origin, ==, PEL_CELL_ORIGIN_MODEL);

  g_assert_finalize_object (undo);
  g_assert_finalize_object (mask);
}

/* A stroke that leaves every pixel as it was is none: over the same cell again, or back to what was
 * there; and one that leaves some of them is smaller than what it went over. */
static void
test_no_change (void)
{
  g_autoptr (PelMask) mask = pel_mask_new (400, 300);
  g_autoptr (PelUndo) undo = pel_undo_new (mask);
  const PelDab cell = { 100, 100, 40, 300, 200, 40, 1, FALSE, TRUE };
  const PelDab over = { 100, 100, 20, 300, 200, 20, 2, FALSE, FALSE };
  const PelRect all = { 0, 0, 400, 300 }, half = { 0, 0, 200, 300 };
  g_autofree guint32 *before = g_new (guint32, 400 * 300);
  g_autoptr (PelLabels) labels = NULL;
  gsize bytes;

  pel_mask_begin_stroke (mask, "a");
  pel_mask_paint (mask, &cell);
  g_assert_true (pel_mask_end_stroke (mask, undo));
  pel_mask_begin_stroke (mask, "the same");
  pel_mask_paint (mask, &cell);
  g_assert_false (pel_mask_end_stroke (mask, undo));

  labels = pel_mask_snapshot (mask);
  pel_labels_read (labels, &all, before, 400);
  pel_mask_begin_stroke (mask, "and back");
  pel_mask_paint (mask, &over);
  pel_mask_write (mask, &all, before, 400);
  g_assert_false (pel_mask_end_stroke (mask, undo));
  g_assert_cmpuint (pel_undo_get_position (undo), ==, 1);

  pel_mask_begin_stroke (mask, "over");
  pel_mask_paint (mask, &over);
  g_assert_true (pel_mask_end_stroke (mask, undo));
  bytes = pel_undo_get_bytes (undo);
  g_assert_true (pel_undo_undo (undo, NULL));
  pel_mask_begin_stroke (mask, "half of it back");
  pel_mask_paint (mask, &over);
  pel_mask_write (mask, &half, before, 400);
  g_assert_true (pel_mask_end_stroke (mask, undo));
  g_assert_cmpuint (pel_undo_get_position (undo), ==, 2);
  g_assert_cmpuint (pel_undo_get_bytes (undo), <, bytes);
  g_assert_true (pel_undo_undo (undo, NULL));
  {
    g_autoptr (PelLabels) after = pel_mask_snapshot (mask);

    g_assert_true (pel_labels_equal (labels, after));
  }
}

/* Numbers without gaps, each cell with what was known of it, and all back again. */
static void
test_renumber (void)
{
  g_autoptr (PelMask) mask = pel_mask_new (SIZE_X, SIZE_Y);
  g_autoptr (PelUndo) undo = pel_undo_new (mask);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  static const guint32 labels[] = { 2, 5, 6, 40 };
  PelCellInfo info;

  g_assert_false (pel_mask_renumber (mask, "renumber", undo));
  for (guint i = 0; i < 4; i++)
    {
      PelDab dab = { 30 + 60 * i, 50, 10, 30 + 60 * i, 50, 10, labels[i], FALSE, FALSE };

      pel_mask_begin_stroke (mask, "paint");
      pel_mask_paint (mask, &dab);
      pel_mask_end_stroke (mask, undo);
    }
  pel_cell_info_init (&info);
  info.origin = PEL_CELL_ORIGIN_MODEL;
  info.reviewed = TRUE;
  info.confidence = 0.5;
  pel_mask_set_cell_info (mask, 2, &info, "info", undo);
  info.origin = PEL_CELL_ORIGIN_CORRECTED;
  info.class_name = g_intern_static_string ("long");
  pel_mask_set_cell_info (mask, 40, &info, "info", undo);
  before = hash_of (mask);

  g_assert_true (pel_mask_renumber (mask, "renumber", undo));
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 4);
  for (gint i = 0; i < 4; i++)
    g_assert_cmpuint (pel_mask_get_label (mask, 30 + 60 * i, 50), ==, i + 1);
  g_assert_true (pel_mask_get_cell_info (mask, 1, &info));
  g_assert_cmpint (info.origin, ==, PEL_CELL_ORIGIN_MODEL);
  pel_mask_get_cell_info (mask, 2, &info);
  g_assert_cmpint (info.origin, ==, PEL_CELL_ORIGIN_HAND);
  g_assert_false (info.reviewed);
  pel_mask_get_cell_info (mask, 4, &info);
  g_assert_cmpstr (info.class_name, ==, "long");
  g_assert_false (pel_mask_get_cell_info (mask, 40, &info));
  g_assert_false (pel_mask_renumber (mask, "renumber", undo));
  g_assert_true (pel_undo_undo (undo, NULL));
  after = hash_of (mask);
  g_assert_cmpstr (before, ==, after);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask/paint", test_paint);
  g_test_add_func ("/mask/undo-all", test_undo_all);
  g_test_add_func ("/mask/snapshot", test_snapshot);
  g_test_add_func ("/mask/budget", test_budget);
  g_test_add_func ("/mask/signals", test_signals);
  g_test_add_func ("/mask/no-change", test_no_change);
  g_test_add_func ("/mask/renumber", test_renumber);
  return g_test_run ();
}
