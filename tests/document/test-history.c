/* SPDX-License-Identifier: MIT */
/* Long histories: edits of every kind, all of them undone and done again, in memory, from disk and
 * after the journal was written anew. */
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-journal-private.h"
#include "tests/document/pel-test-edits.h"

#define WIDTH 300
#define HEIGHT 210

typedef struct
{
  char *root, *folder;
  PelProject *project;
  PelImageDocument *image;
  PelUndo *undo;
} Fixture;

static void
open_image (Fixture *f)
{
  f->image = pel_project_get_image (f->project, 0);
  test_load (f->image);
  f->undo = pel_image_document_get_undo (f->image);
}

static void
reopen (Fixture *f)
{
  test_flush (f->project);
  g_assert_finalize_object (f->project);
  f->project = test_open (f->folder);
  open_image (f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (PelImportReport) report = NULL;

  f->root = test_make_folder ();
  f->folder = g_build_filename (f->root, "project", NULL);
  path = g_build_filename (f->root, "in", "a.png", NULL);
  test_write_image (path, WIDTH, HEIGHT, 1);
  f->project = test_create (f->folder);
  report = test_import (f->project, path, PEL_IMPORT_COPY);
  open_image (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  test_flush (f->project);
  g_assert_finalize_object (f->project);
  test_remove_tree (f->root);
  g_free (f->root);
  g_free (f->folder);
}

static char *
journal_path (Fixture *f)
{
  return g_build_filename (f->folder, ".pellicle", "journal", "a.journal", NULL);
}

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
go_to (Fixture *f, guint position)
{
  GError *error = NULL;

  while (pel_undo_get_position (f->undo) != position)
    {
      g_assert_true (pel_undo_get_position (f->undo) > position ? pel_undo_undo (f->undo, &error)
                                                                : pel_undo_redo (f->undo, &error));
      g_assert_no_error (error);
    }
}

/* To the beginning and to the end, looking at every state on the way. */
static void
check_all (Fixture *f, GPtrArray *states)
{
  guint n = states->len - 1;

  g_assert_cmpuint (pel_undo_get_n_steps (f->undo), ==, n);
  for (guint direction = 0; direction < 2; direction++)
    for (guint i = 0; i <= n; i++)
      {
        guint position = direction == 0 ? n - i : i;
        g_autofree char *state = NULL;

        go_to (f, position);
        state = test_hash_state (f->image);
        g_assert_cmpstr (state, ==, g_ptr_array_index (states, position));
        if (i % 64 == 0)
          iterate ();
      }
}

/* @states: one more than there are steps */
static void
edit_until (Fixture *f, GPtrArray *states, guint n_edits, guint first)
{
  guint counts[TEST_N_EDITS] = { 0 };

  if (states->len == 0)
    g_ptr_array_add (states, test_hash_state (f->image));
  for (guint n = first; n < first + n_edits; n++)
    {
      guint before = pel_undo_get_position (f->undo);
      TestEdit edit = test_edit_nth (f->image, n);

      if (pel_undo_get_position (f->undo) > before)
        {
          g_assert_cmpuint (pel_undo_get_position (f->undo), ==, before + 1);
          g_ptr_array_add (states, test_hash_state (f->image));
          counts[edit]++;
        }
      if (n % 16 == 0)
        iterate ();
    }
  /* Every kind really took part; a cancelled stroke never makes a step. */
  for (guint i = 0; i < TEST_N_EDITS; i++)
    if (n_edits >= 500)
      g_assert_cmpuint (counts[i] > 0, ==, i != TEST_EDIT_CANCEL);
}

static void
test_all_edits (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
  guint n = GPOINTER_TO_UINT (data);

  edit_until (f, states, n, 0);
  g_test_message ("%u edits, %u steps", n, pel_undo_get_n_steps (f->undo));
  check_all (f, states);
  /* The same with nearly nothing in memory, and once more after a restart. */
  test_wait_for (!pel_image_document_is_saving (f->image));
  pel_undo_set_budget (f->undo, 64 * 1024);
  g_assert_cmpuint (pel_undo_get_bytes (f->undo), <, 64 * 1024 + n * sizeof (PelUndoStep));
  check_all (f, states);
  reopen (f);
  check_all (f, states);
  g_assert_cmpuint (pel_undo_get_n_dropped (f->undo), ==, 0);
}

typedef struct
{
  gboolean done, good;
} Arrival;

static void
on_arrived (GObject *source, GAsyncResult *result, gpointer data)
{
  Arrival *arrival = data;
  GError *error = NULL;

  arrival->good = pel_undo_go_to_finish (PEL_UNDO (source), result, &error);
  g_assert_no_error (error);
  arrival->done = TRUE;
}

/* As a user goes who waits: steps are read in a thread and exchanged whole. A stroke on the way
 * ends it, and nothing is lost. */
static void
test_walk (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
  static const guint ways[] = { 0, 60, 13, 40, 0 };

  edit_until (f, states, 120, 0);
  g_assert_cmpuint (states->len, >, 61);
  test_wait_for (!pel_image_document_is_saving (f->image));
  pel_undo_set_budget (f->undo, 0);
  for (guint round = 0; round < 2; round++)
    {
      f->undo->small_record = 0;
      for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
        {
          Arrival arrival = { FALSE, FALSE };
          g_autofree char *state = NULL;

          pel_undo_go_to_async (f->undo, ways[i], on_arrived, &arrival);
          test_wait_for (arrival.done);
          g_assert_true (arrival.good);
          g_assert_false (pel_undo_is_walking (f->undo));
          g_assert_cmpuint (pel_undo_get_position (f->undo), ==, ways[i]);
          state = test_hash_state (f->image);
          g_assert_cmpstr (state, ==, g_ptr_array_index (states, ways[i]));
          test_wait_for (!pel_image_document_is_saving (f->image));
          pel_undo_set_budget (f->undo, 0);
        }
      reopen (f);
      pel_undo_set_budget (f->undo, 0);
    }

  for (guint turns = 1; turns < 40; turns += 6)
    {
      PelMask *mask = pel_image_document_get_mask (f->image);
      const PelDab dab = { 50, 50, 9, 60, 50, 9, 77, FALSE, FALSE };
      Arrival arrival = { FALSE, FALSE };
      const guint n = pel_undo_get_n_steps (f->undo);
      g_autofree char *state = NULL;
      g_autofree char *later = NULL;
      guint position;

      f->undo->small_record = 0;
      pel_undo_go_to_async (f->undo, turns % 4 == 1 ? n : 0, on_arrived, &arrival);
      for (guint i = 0; i < turns && !arrival.done; i++)
        g_main_context_iteration (NULL, TRUE);
      pel_mask_begin_stroke (mask, "Paint");
      pel_mask_paint (mask, &dab);
      pel_mask_end_stroke (mask, f->undo);
      test_wait_for (arrival.done);
      position = pel_undo_get_position (f->undo);
      state = test_hash_state (f->image);
      reopen (f);
      later = test_hash_state (f->image);
      g_assert_cmpstr (state, ==, later);
      g_assert_cmpuint (pel_undo_get_position (f->undo), ==, position);
    }
}

static guint64
file_size (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return (guint64)info.st_size;
}

/* What was undone and painted over is gone from the file; what is kept can still be undone. */
static void
test_compact (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = journal_path (f);
  g_autofree char *state = NULL;
  guint64 before;
  guint n, n_dropped = 99;
  GError *error = NULL;
  guint8 hash[PEL_JOURNAL_HASH_SIZE];

  /* Three histories that nobody can reach any more, and one that stays; two steps are undone. */
  for (guint i = 0; i < 3; i++)
    {
      edit_until (f, states, 60, i * 1000);
      go_to (f, 10);
      g_ptr_array_set_size (states, 11);
    }
  edit_until (f, states, 60, 4000);
  n = pel_undo_get_n_steps (f->undo);
  go_to (f, n - 2);
  state = test_hash_state (f->image);
  test_flush (f->project);
  memcpy (hash, f->image->hash, sizeof hash);
  g_assert_finalize_object (f->project);
  before = file_size (path);

  /* Little to win: left alone. A hash that is another's, too. */
  g_assert_true (pel_journal_compact (path, WIDTH, HEIGHT, hash, G_MAXUINT64, &n_dropped, &error));
  g_assert_cmpuint (n_dropped, ==, 0);
  g_assert_cmpuint (file_size (path), ==, before);
  hash[0] ^= 1;
  g_assert_true (pel_journal_compact (path, WIDTH, HEIGHT, hash, 1, &n_dropped, &error));
  g_assert_cmpuint (file_size (path), ==, before);
  hash[0] ^= 1;

  /* Half of what the steps take. */
  g_assert_true (pel_journal_compact (path, WIDTH, HEIGHT, hash, before / 8, &n_dropped, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_dropped, >, 0);
  g_assert_cmpuint (n_dropped, <, n - 2);
  g_assert_cmpuint (file_size (path), <, before / 2);
  f->project = test_open (f->folder);
  g_assert_cmpuint (pel_project_get_n_recovered (f->project), ==, 0);
  open_image (f);
  g_assert_cmpuint (pel_undo_get_n_steps (f->undo), ==, n - n_dropped);
  g_assert_cmpuint (pel_undo_get_position (f->undo), ==, n - 2 - n_dropped);
  g_assert_cmpuint (pel_undo_get_n_dropped (f->undo), ==, n_dropped);
  {
    g_autofree char *now = test_hash_state (f->image);

    g_assert_cmpstr (now, ==, state);
  }
  g_ptr_array_remove_range (states, 0, n_dropped);
  check_all (f, states);

  /* Work goes on, and a second round counts on. */
  edit_until (f, states, 20, 9000);
  check_all (f, states);
  reopen (f);
  check_all (f, states);
  test_flush (f->project);
  memcpy (hash, f->image->hash, sizeof hash);
  g_assert_finalize_object (f->project);
  {
    guint again;

    g_assert_true (pel_journal_compact (path, WIDTH, HEIGHT, hash, 1, &again, &error));
    g_assert_cmpuint (again, ==, states->len - 1);
    n_dropped += again;
  }
  f->project = test_open (f->folder);
  open_image (f);
  g_assert_cmpuint (pel_undo_get_n_steps (f->undo), ==, 0);
  g_assert_cmpuint (pel_undo_get_n_dropped (f->undo), ==, n_dropped);
  {
    g_autofree char *now = test_hash_state (f->image);

    g_assert_cmpstr (now, ==, g_ptr_array_index (states, states->len - 1));
  }
}

/* What follows the mask file exists nowhere else: such a journal is not touched. */
static void
test_compact_unsaved (Fixture *f, gconstpointer data)
{
  g_autofree char *path = journal_path (f);
  guint8 hash[PEL_JOURNAL_HASH_SIZE];
  guint64 before;
  guint n_dropped;

  test_paint (f->image, 50, 50, 20, 1);
  test_flush (f->project);
  memcpy (hash, f->image->hash, sizeof hash);
  test_paint (f->image, 90, 50, 20, 2);
  test_wait_for (f->image->n_appending == 0);
  before = file_size (path);
  g_assert_true (pel_journal_compact (path, WIDTH, HEIGHT, hash, 1, &n_dropped, NULL));
  g_assert_cmpuint (n_dropped, ==, 0);
  g_assert_cmpuint (file_size (path), ==, before);
  /* Nor one that is not there, or is no journal. */
  g_assert_true (pel_journal_compact ("/nowhere/a.journal", 1, 1, hash, 1, &n_dropped, NULL));
  g_assert_cmpuint (n_dropped, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func) g_test_add ("/history/" name, Fixture, data, set_up, func, tear_down)
  if (g_test_slow ())
    ADD ("all-edits-long", GUINT_TO_POINTER (10000), test_all_edits);
  else
    ADD ("all-edits", GUINT_TO_POINTER (700), test_all_edits);
  ADD ("walk", NULL, test_walk);
  ADD ("compact", NULL, test_compact);
  ADD ("compact-unsaved", NULL, test_compact_unsaved);
#undef ADD
  return g_test_run ();
}
