/* SPDX-License-Identifier: MIT */
/* The selection of a table of many cells: what it holds, and which rows it tells when. */
#include "ui/pages/pel-cell-selection.h"

#include "app/document/pel-cell-list-private.h"
#include "tests/document/pel-test-util.h"

#define N 1200
#define PER_ROW 40
#define PITCH 5

typedef struct
{
  PelWorker *worker;
  PelCellList *list;
  PelCellRows *rows;
  PelCellSelection *selection;
  guint first, n;       /* in sight */
  guint8 told[N];       /* which rows were told */
  guint n_told, n_last; /* how often, and how many rows the last time */
  guint n_changes;
} Fixture;

static PelLabels *
make_squares (void)
{
  const guint width = PER_ROW * PITCH, height = N / PER_ROW * PITCH;
  g_autofree guint32 *pixels = g_new0 (guint32, (gsize)width * height);

  for (guint i = 0; i < N; i++)
    for (guint y = 0; y < 2 + i % 3; y++)
      for (guint x = 0; x < 3; x++)
        pixels[((gsize)(i / PER_ROW) * PITCH + y) * width + i % PER_ROW * PITCH + x] = i + 1;
  return pel_labels_new_from_data (width, height, pixels, width, NULL);
}

static void
on_told (GtkSelectionModel *model, guint position, guint n, Fixture *f)
{
  f->n_told++;
  f->n_last = n;
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (position + n, <=, g_list_model_get_n_items (G_LIST_MODEL (model)));
  for (guint i = 0; i < n; i++)
    f->told[position + i] = 1;
}

static void
on_changed (Fixture *f)
{
  f->n_changes++;
}

static void
get_sight (gpointer data, guint *first, guint *n)
{
  Fixture *f = data;

  *first = f->first;
  *n = f->n;
}

static void
settle (Fixture *f)
{
  test_wait_for (!pel_cell_list_get_updating (f->list) && !pel_cell_rows_get_updating (f->rows));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (PelLabels) labels = make_squares ();

  f->worker = pel_worker_new ("test");
  f->list = pel_cell_list_new ();
  f->rows = pel_cell_rows_new ();
  f->selection = pel_cell_selection_new (f->rows);
  pel_cell_list_set_worker (f->list, f->worker);
  pel_cell_list_set_source (f->list, NULL, labels, NULL, NULL, 0.5);
  pel_cell_rows_set_list (f->rows, f->list);
  settle (f);
  f->first = 500;
  f->n = 20;
  pel_cell_selection_set_sight (f->selection, get_sight, f);
  g_signal_connect (f->selection, "selection-changed", G_CALLBACK (on_told), f);
  g_signal_connect_swapped (f->selection, "changed", G_CALLBACK (on_changed), f);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->selection)), ==, N);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->selection);
  pel_cell_rows_set_list (f->rows, NULL);
  settle (f);
  g_assert_finalize_object (f->rows);
  pel_cell_list_set_worker (f->list, NULL);
  pel_worker_free (f->worker);
  g_assert_finalize_object (f->list);
}

static guint
count_told (Fixture *f)
{
  guint n = 0;

  for (guint i = 0; i < N; i++)
    n += f->told[i];
  return n;
}

static void
forget_told (Fixture *f)
{
  memset (f->told, 0, sizeof f->told);
  f->n_told = f->n_last = 0;
}

/* All of it is selected at once; the rows in sight are told at once, the others later. */
static void
test_turns (Fixture *f, gconstpointer data)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (f->selection);

  gtk_selection_model_select_all (model);
  g_assert_cmpuint (f->n_changes, ==, 1);
  for (guint i = 0; i < N; i++)
    g_assert_true (gtk_selection_model_is_selected (model, i));
  g_assert_cmpuint (f->n_told, ==, 1);
  g_assert_cmpuint (count_told (f), ==, 20);
  g_assert_true (f->told[500] && f->told[519]);
  /* Scrolled meanwhile. */
  f->first = 900;
  pel_cell_selection_look_again (f->selection);
  g_assert_cmpuint (count_told (f), ==, 40);
  g_assert_true (f->told[900] && f->told[919]);
  test_wait_for (count_told (f) == N);
  g_assert_cmpuint (f->n_changes, ==, 1);

  /* Nothing is left to be told, and the same again changes nothing. */
  pel_cell_selection_look_again (f->selection);
  forget_told (f);
  pel_cell_selection_look_again (f->selection);
  gtk_selection_model_select_all (model);
  g_assert_cmpuint (f->n_told, ==, 0);
  g_assert_cmpuint (f->n_changes, ==, 1);

  /* What is seen on the picture is no choice of the table. */
  pel_cell_selection_set_marks (f->selection, g_malloc0 (N), N);
  g_assert_cmpuint (f->n_changes, ==, 1);
  g_assert_cmpuint (count_told (f), ==, 20);
  g_assert_false (gtk_selection_model_is_selected (model, 3));
  test_wait_for (count_told (f) == N);
}

/* By every way through GTK the same as with sets. */
static void
test_sets (Fixture *f, gconstpointer data)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (f->selection);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  guint8 expected[N] = { 0 };

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (GtkBitset) selected = gtk_bitset_new_empty ();
      g_autoptr (GtkBitset) mask = gtk_bitset_new_empty ();
      g_autoptr (GtkBitset) all = NULL;
      g_autoptr (GtkBitset) part = NULL;
      guint n;

      if (round % 4 == 3)
        gtk_selection_model_select_item (model, round * 7, round % 8 == 7);
      else
        {
          /* Ranges and sets with gaps, also beyond the end. */
          for (guint i = 0; i < (round % 2 ? 1 : 9); i++)
            gtk_bitset_add_range (selected, g_rand_int_range (random, 0, N + 50),
                                  g_rand_int_range (random, 0, 300));
          for (guint i = 0; i < (round % 3 ? 1 : 5); i++)
            gtk_bitset_add_range (mask, g_rand_int_range (random, 0, N + 50),
                                  g_rand_int_range (random, 0, 600));
          gtk_selection_model_set_selection (model, selected, mask);
        }
      for (guint i = 0; i < N; i++)
        if (round % 4 == 3)
          expected[i] = i == round * 7 || (expected[i] && round % 8 != 7);
        else if (gtk_bitset_contains (mask, i))
          expected[i] = gtk_bitset_contains (selected, i);
      all = gtk_selection_model_get_selection (model);
      part = gtk_selection_model_get_selection_in_range (model, 100, 33);
      for (guint i = 0; i < N; i++)
        {
          g_assert_cmpint (gtk_selection_model_is_selected (model, i), ==, expected[i]);
          g_assert_cmpint (gtk_bitset_contains (all, i), ==, expected[i]);
          if (i >= 100 && i < 133)
            g_assert_cmpint (gtk_bitset_contains (part, i), ==, expected[i]);
        }
      g_assert_cmpmem (pel_cell_selection_get_marks (f->selection, &n), N, expected, N);
      g_assert_cmpuint (n, ==, N);
    }
}

/* Rows come and go while others are still to be told. */
static void
test_rows_change (Fixture *f, gconstpointer data)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (f->selection);
  guint n;

  gtk_selection_model_select_all (model);
  g_assert_true (pel_cell_rows_set_filter (f->rows, "area_px < 8"));
  settle (f);
  n = g_list_model_get_n_items (G_LIST_MODEL (model));
  g_assert_cmpuint (n, <, N);
  g_assert_cmpuint (n, >, 0);
  forget_told (f);
  gtk_selection_model_unselect_all (model);
  gtk_selection_model_select_item (model, n - 1, TRUE);
  g_assert_true (gtk_selection_model_is_selected (model, n - 1));
  g_assert_false (gtk_selection_model_is_selected (model, n));
  test_wait_for (f->told[n - 1]);
  g_assert_true (pel_cell_rows_set_filter (f->rows, ""));
  settle (f);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, N);
  /* Gone in the middle of it. */
  gtk_selection_model_select_all (model);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/cell-selection/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("turns", test_turns);
  ADD ("sets", test_sets);
  ADD ("rows-change", test_rows_change);
#undef ADD
  return g_test_run ();
}
