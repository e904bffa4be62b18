/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/document/pel-image-document-private.h"
#include "tests/document/pel-test-edits.h"

/* A process that paints is killed at a random moment. What it had told us about as written must be
 * there afterwards; at most the stroke in its hand may be gone. It runs as this program with other
 * arguments, so that it shares nothing. */

#define MAX_STROKES 100000

static const char *program;

static void
paint_nth (PelImageDocument *image, guint n)
{
  PelUndo *undo = pel_image_document_get_undo (image);

  /* Some are undone and redone. What happens depends on the number alone, so that it can be done
   * again. */
  if (n % 7 == 6)
    {
      pel_undo_undo (undo, NULL);
      return;
    }
  if (n % 11 == 10 && pel_undo_get_can_redo (undo))
    {
      pel_undo_redo (undo, NULL);
      return;
    }
  test_edit_nth (image, n);
}

static void
tell (char kind, guint n)
{
  char line[32];
  int length = g_snprintf (line, sizeof line, "%c%u\n", kind, n);

  if (write (STDOUT_FILENO, line, (size_t)length) != length)
    _exit (3);
}

/* The process that will be killed: "begun" before each edit, "written" when all so far is on disk.
 */
static int
paint_until_killed (const char *folder, guint first)
{
  g_autoptr (PelProject) project = test_open (folder);
  PelImageDocument *image = pel_project_get_image (project, 0);
  guint done;

  test_load (image);
  for (guint n = first; n < first + MAX_STROKES; n++)
    {
      tell ('b', n);
      paint_nth (image, n);
      done = n;
      /* Now and then the mask file is written, too; mostly the journal alone. */
      if (n % 29 == 28)
        test_flush (project);
      else
        while (g_main_context_iteration (NULL, FALSE))
          ;
      if (n % 3 == 0)
        {
          test_wait_for (!pel_image_document_is_saving (image));
          tell ('w', done);
        }
    }
  return 0;
}

typedef struct
{
  guint begun, written;
  gboolean any;
} Told;

static Told
run_and_kill (const char *folder, guint first, guint after_us)
{
  g_autofree char *number = g_strdup_printf ("%u", first);
  Told told = { first, first, FALSE };
  GString *text = g_string_new (NULL);
  char buffer[4096];
  int pipes[2];
  pid_t child;
  gssize n;
  gint64 deadline = 0;

  g_assert_cmpint (pipe (pipes), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      dup2 (pipes[1], STDOUT_FILENO);
      close (pipes[0]);
      close (pipes[1]);
      execl (program, program, "--paint", folder, number, (char *)NULL);
      _exit (4);
    }
  close (pipes[1]);
  /* The clock starts with the first stroke. */
  while ((n = read (pipes[0], buffer, sizeof buffer)) > 0)
    {
      g_string_append_len (text, buffer, n);
      if (deadline == 0)
        deadline = g_get_monotonic_time () + after_us;
      if (g_get_monotonic_time () >= deadline)
        break;
    }
  kill (child, SIGKILL);
  while ((n = read (pipes[0], buffer, sizeof buffer)) > 0)
    g_string_append_len (text, buffer, n);
  close (pipes[0]);
  {
    int status;

    waitpid (child, &status, 0);
    g_assert_true (WIFSIGNALED (status));
  }
  {
    g_auto (GStrv) lines = g_strsplit (text->str, "\n", -1);

    for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
      {
        guint value = (guint)g_ascii_strtoull (lines[i] + 1, NULL, 10);

        if (lines[i][0] == 'b')
          told.begun = value + 1;
        else if (lines[i][0] == 'w')
          told.written = value + 1;
        told.any = TRUE;
      }
  }
  g_string_free (text, TRUE);
  return told;
}

/* Does the same edits without any files, and keeps the state after each. */
static GPtrArray *
expected_states (const char *image_path, guint n)
{
  g_autofree char *root = test_make_folder ();
  g_autofree char *folder = g_build_filename (root, "reference", NULL);
  g_autoptr (PelProject) project = test_create (folder);
  g_autoptr (PelImportReport) report = test_import (project, image_path, PEL_IMPORT_COPY);
  PelImageDocument *image = pel_project_get_image (project, 0);
  GPtrArray *states = g_ptr_array_new_with_free_func (g_free);

  test_load (image);
  g_ptr_array_add (states, test_hash_mask (image));
  for (guint i = 0; i < n; i++)
    {
      paint_nth (image, i);
      g_ptr_array_add (states, test_hash_mask (image));
    }
  g_clear_object (&project);
  test_remove_tree (root);
  return states;
}

static void
test_kill (gconstpointer data)
{
  guint rounds = GPOINTER_TO_UINT (data);
  g_autofree char *root = test_make_folder ();
  g_autofree char *folder = g_build_filename (root, "project", NULL);
  g_autofree char *image_path = g_build_filename (root, "in", "a.png", NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int ());
  guint first = 0, n_recovered = 0;

  test_write_image (image_path, 200, 150, 1);
  {
    g_autoptr (PelProject) project = test_create (folder);
    g_autoptr (PelImportReport) report = test_import (project, image_path, PEL_IMPORT_COPY);

    test_flush (project);
  }
  for (guint round = 0; round < rounds; round++)
    {
      Told told = run_and_kill (
          folder, first, (guint)g_rand_int_range (random, 0, round % 4 == 3 ? 400000 : 60000));
      g_autoptr (GPtrArray) states = expected_states (image_path, told.begun);
      PelProject *project = test_open (folder);
      PelImageDocument *image = pel_project_get_image (project, 0);
      g_autofree char *hash = NULL;
      gint found = -1;

      g_assert_true (told.any);
      n_recovered += pel_project_get_n_recovered (project);
      test_load (image);
      hash = test_hash_mask (image);
      for (guint i = told.written; i <= told.begun && found < 0; i++)
        if (strcmp (g_ptr_array_index (states, i), hash) == 0)
          found = (gint)i;
      if (found < 0)
        g_test_message ("round %u: nothing between %u and %u fits", round, told.written,
                        told.begun);
      g_assert_cmpint (found, >=, 0);
      g_assert_cmpint (pel_project_get_n_recovered (project), <=, 1);
      /* The history goes all the way back, across all kills. */
      {
        PelUndo *undo = pel_image_document_get_undo (image);
        guint position = pel_undo_get_position (undo);
        g_autofree char *again = NULL;

        g_assert_true (position == 0 || pel_undo_go_to (undo, 0, NULL));
        g_assert_cmpuint (pel_image_document_get_n_cells (image), ==, 0);
        g_assert_true (position == 0 || pel_undo_go_to (undo, position, NULL));
        again = test_hash_mask (image);
        g_assert_cmpstr (again, ==, hash);
      }
      /* Start anew, so that what happens next can be done again from the beginning. */
      g_assert_finalize_object (project);
      if (round + 1 < rounds)
        {
          test_remove_tree (folder);
          project = test_create (folder);
          pel_import_report_free (test_import (project, image_path, PEL_IMPORT_COPY));
          test_flush (project);
          g_assert_finalize_object (project);
        }
    }
  g_test_message ("%u of %u rounds had something to put back", n_recovered, rounds);
  test_remove_tree (root);
}

/* Cuts the journal at every length: never an error, never more lost than the last record. */
static void
test_torn (void)
{
  g_autofree char *root = test_make_folder ();
  g_autofree char *path = g_build_filename (root, "a.journal", NULL);
  g_autofree char *cut = g_build_filename (root, "cut.journal", NULL);
  g_autoptr (PelLabels) empty = pel_labels_new (100, 70, NULL);
  g_autoptr (PelMask) mask = pel_mask_new (100, 70);
  g_autofree char *data = NULL;
  gsize length, ends[5];
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      PelJournalStep *step = pel_journal_step_new ("Paint");
      PelJournalTile tile = { i % 4, pel_label_tile_new_constant (0),
                              pel_label_tile_new_constant (i + 1) };
      goffset offset;
      gsize size;

      g_array_append_val (step->tiles, tile);
      g_assert_true (
          pel_journal_append_step (path, empty, NULL, step, i + 1, &offset, &size, &error));
      g_assert_no_error (error);
      ends[i] = (gsize)offset + size;
      pel_journal_step_free (step);
    }
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  g_assert_cmpuint (length, ==, ends[G_N_ELEMENTS (ends) - 1]);
  for (gsize size = 0; size <= length; size++)
    {
      g_autoptr (PelJournalState) state = NULL;
      guint whole = 0;

      for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
        whole += ends[i] <= size;
      g_assert_true (g_file_set_contents (cut, data, (gssize)size, NULL));
      state = pel_journal_load (cut, 100, 70, NULL, NULL, TRUE, &error);
      g_assert_no_error (error);
      g_assert_nonnull (state);
      g_assert_cmpuint (state->entries->len, ==, whole);
      g_assert_cmpuint (state->position, ==, whole);
      if (whole > 0)
        {
          g_assert_nonnull (state->labels);
          g_assert_cmpuint (pel_labels_get (state->labels, 0, 0), ==, whole >= 5 ? 5 : 1);
        }
    }
  /* One wrong byte anywhere: read without harm, and what is believed is right. */
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (PelJournalState) state = NULL;

      data[i] ^= 0x55;
      g_assert_true (g_file_set_contents (cut, data, (gssize)length, NULL));
      data[i] ^= 0x55;
      state = pel_journal_load (cut, 100, 70, NULL, NULL, TRUE, &error);
      g_clear_error (&error);
      if (state != NULL && state->labels != NULL && state->entries->len > 0)
        g_assert_cmpuint (pel_labels_get (state->labels, 0, 0), ==,
                          state->entries->len >= 5 ? 5 : 1);
    }
  test_remove_tree (root);
}

/* A disk that refuses: told, kept, and written when it gives in. */
static void
count_failure (PelProject *project, const char *message, guint *n)
{
  g_assert_cmpstr (message, !=, "");
  (*n)++;
}

static void
test_refused (void)
{
  g_autofree char *root = test_make_folder ();
  g_autofree char *folder = g_build_filename (root, "project", NULL);
  g_autofree char *image_path = g_build_filename (root, "in", "a.png", NULL);
  g_autofree char *journals = g_build_filename (folder, ".pellicle", "journal", NULL);
  g_autofree char *away = g_build_filename (folder, ".pellicle", "away", NULL);
  g_autofree char *hash = NULL;
  g_autoptr (PelImportReport) report = NULL;
  PelProject *project;
  PelImageDocument *image;
  guint n_failures = 0;

  test_write_image (image_path, 200, 150, 1);
  project = test_create (folder);
  report = test_import (project, image_path, PEL_IMPORT_COPY);
  test_flush (project);
  g_signal_connect (project, "failed", G_CALLBACK (count_failure), &n_failures);
  image = pel_project_get_image (project, 0);
  test_load (image);
  g_assert_cmpint (g_rename (journals, away), ==, 0);
  test_paint (image, 30, 30, 9, 1);
  test_paint (image, 60, 30, 9, 2);
  test_wait_for (n_failures == 1);
  g_assert_true (pel_project_get_saving (project));
  g_assert_cmpint (g_rename (away, journals), ==, 0);
  test_flush (project);
  g_assert_false (pel_project_get_saving (project));
  hash = test_hash_mask (image);
  g_assert_finalize_object (project);
  project = test_open (folder);
  image = pel_project_get_image (project, 0);
  test_load (image);
  {
    g_autofree char *again = test_hash_mask (image);
    g_assert_cmpstr (again, ==, hash);
  }
  g_assert_cmpuint (pel_undo_get_position (pel_image_document_get_undo (image)), ==, 2);
  g_assert_finalize_object (project);
  test_remove_tree (root);
}

int
main (int argc, char *argv[])
{
  if (argc == 4 && strcmp (argv[1], "--paint") == 0)
    return paint_until_killed (argv[2], (guint)g_ascii_strtoull (argv[3], NULL, 10));
  program = "/proc/self/exe";
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recovery/torn", test_torn);
  g_test_add_func ("/recovery/refused", test_refused);
  if (g_test_slow ())
    g_test_add_data_func ("/recovery/kill-often", GUINT_TO_POINTER (300), test_kill);
  else
    g_test_add_data_func ("/recovery/kill", GUINT_TO_POINTER (12), test_kill);
  return g_test_run ();
}
