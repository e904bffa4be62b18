/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"

#include <string.h>

static double
next_number (char **at)
{
  char *end;
  double value = g_ascii_strtod (*at, &end);

  g_assert_true (end != *at);
  *at = end;
  return value;
}

static guint32 *
next_plane (char **at, gsize n)
{
  guint32 *plane = g_new (guint32, n);
  gsize done = 0;

  while (done < n)
    {
      gsize count = (gsize)next_number (at);
      guint32 value = (guint32)next_number (at);

      g_assert_cmpuint (done + count, <=, n);
      for (gsize i = 0; i < count; i++)
        plane[done++] = value;
    }
  return plane;
}

static void
check_error (const PelCellError *error, char **at)
{
  const char *name = pel_cell_error_kind_to_string (error->kind);

  while (g_ascii_isspace (**at))
    (*at)++;
  g_assert_true (g_str_has_prefix (*at, name));
  *at += strlen (name);
  g_assert_cmpuint (error->n_truth, ==, (guint)next_number (at));
  for (guint i = 0; i < error->n_truth; i++)
    g_assert_cmpuint (error->truth[i], ==, (guint)next_number (at));
  g_assert_cmpuint (error->n_predicted, ==, (guint)next_number (at));
  for (guint i = 0; i < error->n_predicted; i++)
    g_assert_cmpuint (error->predicted[i], ==, (guint)next_number (at));
  g_assert_cmpint (error->box.x, ==, (gint)next_number (at));
  g_assert_cmpint (error->box.y, ==, (gint)next_number (at));
  g_assert_cmpint (error->box.width, ==, (gint)next_number (at));
  g_assert_cmpint (error->box.height, ==, (gint)next_number (at));
}

/* What a program of its own found by the definitions. */
static void
test_reference (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "cell-errors.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (PelEvaluation) evaluation = pel_evaluation_new ();
  guint n_seen[PEL_N_CELL_ERROR_KINDS] = { 0 };

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  char *at = text;
  guint n_cases = (guint)next_number (&at);
  for (guint k = 0; k < n_cases; k++)
    {
      guint w = (guint)next_number (&at), h = (guint)next_number (&at), n_images;
      g_autofree guint32 *predicted = next_plane (&at, w * h);
      g_autofree guint32 *truth = next_plane (&at, w * h);
      g_autofree guint32 *is_known = next_plane (&at, w * h);
      g_autofree guint8 *known = g_new (guint8, w * h);
      g_autoptr (PelLabels) a = pel_labels_new_from_data (w, h, predicted, w, NULL);
      g_autoptr (PelLabels) b = pel_labels_new_from_data (w, h, truth, w, NULL);
      gboolean all = TRUE;

      for (guint i = 0; i < w * h; i++)
        {
          known[i] = (guint8)is_known[i];
          all = all && known[i] != 0;
        }
      g_assert_true (pel_evaluation_add_known (evaluation, NULL, a, b, all ? NULL : known, NULL));
      const PelScores *scores = &pel_evaluation_get_images (evaluation, &n_images)[k];
      for (guint i = 0; i < PEL_N_AP_THRESHOLDS; i++)
        g_assert_cmpfloat_with_epsilon (scores->ap[i], next_number (&at), 1e-9);
      g_assert_cmpfloat (scores->ap50, ==, scores->ap[0]);
      g_assert_cmpfloat (scores->ap75, ==, scores->ap[5]);

      g_autoptr (PelCellErrors) errors = pel_cell_errors_new (a, b, all ? NULL : known, NULL, NULL);
      g_assert_cmpuint (pel_cell_errors_get_n_errors (errors), ==, (guint)next_number (&at));
      for (guint i = 0; i < pel_cell_errors_get_n_errors (errors); i++)
        check_error (pel_cell_errors_get (errors, i), &at);

      const guint counted[] = { scores->n_missed, scores->n_false, scores->n_merged,
                                scores->n_split, scores->n_inexact };
      for (guint i = 0; i < PEL_N_CELL_ERROR_KINDS; i++)
        {
          guint n = pel_cell_errors_get_n_of_kind (errors, (PelCellErrorKind)i);
          g_assert_cmpuint (n, ==, counted[i]);
          n_seen[i] += n;
        }
    }
  for (guint i = 0; i < PEL_N_CELL_ERROR_KINDS; i++)
    g_assert_cmpuint (n_seen[i], >, 5);

  PelScores total;
  pel_evaluation_get_total (evaluation, &total);
  g_assert_cmpuint (total.n_missed, ==, n_seen[PEL_CELL_ERROR_MISSED]);
  g_assert_cmpuint (total.n_inexact, ==, n_seen[PEL_CELL_ERROR_INEXACT]);
}

/* However labels are numbered and large, they come back as they were. */
static void
test_labels_kept (void)
{
  guint32 truth[12] = { 70000, 70000, 70000, 0, 0, 9, 9, 9, 0, 0, 0, 4000000000u };
  guint32 predicted[12] = { 5, 5, 5, 0, 0, 5, 5, 5, 0, 123456, 0, 0 };
  g_autoptr (PelLabels) a = pel_labels_new_from_data (12, 1, predicted, 12, NULL);
  g_autoptr (PelLabels) b = pel_labels_new_from_data (12, 1, truth, 12, NULL);
  g_autoptr (PelCellErrors) errors = pel_cell_errors_new (a, b, NULL, NULL, NULL);

  g_assert_cmpuint (pel_cell_errors_get_n_errors (errors), ==, 3);
  const PelCellError *missed = pel_cell_errors_get (errors, 0);
  const PelCellError *wrong = pel_cell_errors_get (errors, 1);
  const PelCellError *merged = pel_cell_errors_get (errors, 2);
  g_assert_cmpint (missed->kind, ==, PEL_CELL_ERROR_MISSED);
  g_assert_cmpuint (missed->truth[0], ==, 4000000000u);
  g_assert_cmpint (missed->box.x, ==, 11);
  g_assert_cmpint (wrong->kind, ==, PEL_CELL_ERROR_FALSE);
  g_assert_cmpuint (wrong->predicted[0], ==, 123456);
  g_assert_cmpint (merged->kind, ==, PEL_CELL_ERROR_MERGED);
  g_assert_cmpuint (merged->n_truth, ==, 2);
  g_assert_cmpuint (merged->truth[0], ==, 9);
  g_assert_cmpuint (merged->truth[1], ==, 70000);
  g_assert_cmpint (merged->box.width, ==, 8);
}

static void
test_refused (void)
{
  g_autoptr (PelLabels) wide = pel_labels_new (5, 4, NULL);
  g_autoptr (PelLabels) narrow = pel_labels_new (4, 4, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (pel_cell_errors_new (wide, narrow, NULL, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (pel_cell_errors_new (wide, wide, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cell-errors/reference", test_reference);
  g_test_add_func ("/cell-errors/labels-kept", test_labels_kept);
  g_test_add_func ("/cell-errors/refused", test_refused);
  return g_test_run ();
}
