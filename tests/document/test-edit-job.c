/* SPDX-License-Identifier: MIT */
#include "app/document/pel-import-cells-job.h"
#include "engine/io/pel-geojson.h"
#include "tests/document/pel-test-fixture.h"
#include "tests/document/pel-test-gate.h"

#define WIDTH 96
#define HEIGHT 64

typedef TestFixture Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_fixture_set_up (fixture, WIDTH, HEIGHT, 3, 1);
  test_load (pel_project_get_image (fixture->project, 0));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_fixture_tear_down (fixture);
}

static PelImageDocument *
image_of (Fixture *fixture)
{
  return pel_project_get_image (fixture->project, 0);
}

static guint32
at (Fixture *fixture, gint x, gint y)
{
  return pel_mask_get_label (pel_image_document_get_mask (image_of (fixture)), x, y);
}

static gboolean
renumber (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  test_gate_pass (data);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  pel_mask_draft_set_count (draft, 6);
  return pel_mask_draft_renumber (draft, error);
}

/* Does not look whether it was cancelled. */
static gboolean
renumber_deaf (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  test_gate_pass (data);
  return pel_mask_draft_renumber (draft, error);
}

static gboolean
fail (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "no room");
  return FALSE;
}

static PelEditJob *
submit (Fixture *fixture, PelMaskEditFunc func, TestGate *gate)
{
  PelEditJob *job = pel_edit_job_new (image_of (fixture), "Working", "Step", func, gate, NULL);

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  g_assert_true (pel_job_runner_get_busy (fixture->runner));
  return job;
}

static void
finish (Fixture *fixture, PelEditJob *job, PelJobState state)
{
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, state);
  g_assert_false (pel_job_runner_get_busy (fixture->runner));
}

static void
count_call (gpointer instance, guint *n)
{
  (*n)++;
}

static void
test_finished (Fixture *fixture, gconstpointer data)
{
  PelUndo *undo = pel_image_document_get_undo (image_of (fixture));
  g_autofree char *before = test_hash_mask (image_of (fixture));
  g_autofree char *undone = NULL;
  PelEditJob *job;
  guint n_finished = 0;
  TestGate gate;

  test_gate_init (&gate);
  g_assert_cmpuint (at (fixture, 16, 48), ==, 101);
  job = submit (fixture, renumber, &gate);
  g_signal_connect (job, "finished", G_CALLBACK (count_call), &n_finished);
  test_wait_for (test_gate_get_n_begun (&gate) == 1);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_RUNNING);
  g_assert_cmpuint (pel_undo_get_position (undo), ==, 0);
  test_gate_open (&gate);
  finish (fixture, job, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (n_finished, ==, 1);
  g_assert_true (pel_edit_job_get_changed (job));
  g_assert_cmpuint (pel_edit_job_get_count (job), ==, 6);
  g_assert_cmpfloat (pel_job_get_fraction (PEL_JOB (job)), ==, 1);
  g_assert_cmpuint (pel_undo_get_position (undo), ==, 1);
  g_assert_cmpuint (at (fixture, 16, 48), ==, 4);
  g_assert_finalize_object (job);
  /* Nothing is left to change: no step. */
  job = submit (fixture, renumber, &gate);
  finish (fixture, job, PEL_JOB_STATE_DONE);
  g_assert_false (pel_edit_job_get_changed (job));
  g_assert_cmpuint (pel_undo_get_position (undo), ==, 1);
  g_assert_finalize_object (job);
  g_assert_true (pel_undo_undo (undo, NULL));
  undone = test_hash_mask (image_of (fixture));
  g_assert_cmpstr (undone, ==, before);
  test_gate_clear (&gate);
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = test_hash_mask (image_of (fixture));
  g_autofree char *after = NULL;
  PelEditJob *job = submit (fixture, fail, NULL);

  finish (fixture, job, PEL_JOB_STATE_FAILED);
  g_assert_error (pel_job_get_error (PEL_JOB (job)), G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_false (pel_edit_job_get_changed (job));
  g_assert_false (pel_undo_get_can_undo (pel_image_document_get_undo (image_of (fixture))));
  after = test_hash_mask (image_of (fixture));
  g_assert_cmpstr (after, ==, before);
  g_assert_finalize_object (job);
}

/* @data: whether the edit itself looks */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = test_hash_mask (image_of (fixture));
  g_autofree char *after = NULL;
  PelEditJob *job;
  TestGate gate;

  test_gate_init (&gate);
  job = submit (fixture, data != NULL ? renumber : renumber_deaf, &gate);
  test_wait_for (test_gate_get_n_begun (&gate) == 1);
  pel_job_cancel (PEL_JOB (job));
  test_gate_open (&gate);
  finish (fixture, job, PEL_JOB_STATE_CANCELLED);
  g_assert_false (pel_edit_job_get_changed (job));
  g_assert_false (pel_undo_get_can_undo (pel_image_document_get_undo (image_of (fixture))));
  after = test_hash_mask (image_of (fixture));
  g_assert_cmpstr (after, ==, before);
  g_assert_finalize_object (job);
  test_gate_clear (&gate);
}

/* Somebody paints meanwhile: the edit is worked out again, on what is there now. */
static void
test_superseded (Fixture *fixture, gconstpointer data)
{
  PelMask *mask = pel_image_document_get_mask (image_of (fixture));
  PelUndo *undo = pel_image_document_get_undo (image_of (fixture));
  PelDab dab = { 30, 30, 3, 30, 30, 3, 900, FALSE, FALSE };
  PelEditJob *job;
  TestGate gate;

  test_gate_init (&gate);
  job = submit (fixture, renumber, &gate);
  test_wait_for (test_gate_get_n_begun (&gate) == 1);
  test_paint (image_of (fixture), 30, 30, 3, 900);
  /* And another stroke is open when the first attempt is done. */
  pel_mask_begin_stroke (mask, "Paint");
  dab.x0 = dab.x1 = 60;
  dab.label = 901;
  pel_mask_paint (mask, &dab);
  test_gate_open (&gate);
  for (guint i = 0; i < 200; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_false (pel_job_get_is_finished (PEL_JOB (job)));
  pel_mask_end_stroke (mask, undo);
  finish (fixture, job, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (test_gate_get_n_begun (&gate), >=, 2);
  g_assert_cmpuint (pel_undo_get_position (undo), ==, 3);
  g_assert_cmpuint (pel_mask_get_max_label (mask), ==, 8);
  g_assert_cmpuint (at (fixture, 30, 30), ==, 7);
  g_assert_cmpuint (at (fixture, 60, 30), ==, 8);
  g_assert_true (pel_undo_undo (undo, NULL));
  g_assert_cmpuint (at (fixture, 30, 30), ==, 900);
  g_assert_cmpuint (at (fixture, 60, 30), ==, 901);
  g_assert_finalize_object (job);
  test_gate_clear (&gate);
}

/* The project is gone when the edit is worked out. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  PelEditJob *job;
  TestGate gate;

  test_gate_init (&gate);
  job = submit (fixture, renumber, &gate);
  test_wait_for (test_gate_get_n_begun (&gate) == 1);
  g_assert_true (pel_project_close (fixture->project, NULL));
  test_gate_open (&gate);
  finish (fixture, job, PEL_JOB_STATE_CANCELLED);
  g_assert_false (pel_edit_job_get_changed (job));
  g_assert_finalize_object (job);
  test_gate_clear (&gate);
}

/* The runner goes while an edit is under way: it is cancelled, and harms nobody. */
static void
test_runner_goes (Fixture *fixture, gconstpointer data)
{
  PelEditJob *job;
  TestGate gate;

  test_gate_init (&gate);
  job = submit (fixture, renumber, &gate);
  test_wait_for (test_gate_get_n_begun (&gate) == 1);
  g_assert_finalize_object (g_steal_pointer (&fixture->runner));
  test_gate_open (&gate);
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_finalize_object (job);
  test_gate_clear (&gate);
}

/* ---- importing cells into an open mask ---- */

/* What is painted after the import was asked for stays, and is no other cell's. */
static void
test_import_meanwhile (Fixture *fixture, gconstpointer data)
{
  PelImageDocument *image = image_of (fixture);
  PelMask *mask = pel_image_document_get_mask (image);
  PelUndo *undo = pel_image_document_get_undo (image);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *file = g_build_filename (fixture->root, "i0.geojson", NULL);
  g_autofree char *painted = NULL;
  g_autofree char *undone = NULL;
  char *paths[] = { file, NULL };
  g_autofree guint32 *pixels = g_new0 (guint32, WIDTH * HEIGHT);
  g_autoptr (PelLabels) labels = NULL;
  PelImportCellsJob *job;
  PelCellInfo info;
  guint32 fresh;

  for (guint y = 40; y < 60; y++)
    for (guint x = 4; x < 24; x++)
      pixels[y * WIDTH + x] = 1; /* what comes: cell 1 where the mask has cell 101 */
  labels = pel_labels_new_from_data (WIDTH, HEIGHT, pixels, WIDTH, NULL);
  g_assert_true (pel_geojson_write (file, labels, 0, NULL, NULL, NULL, NULL));
  g_ptr_array_add (images, g_object_ref (image));
  job = pel_import_cells_job_new (images, paths);
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  /* Before anything came: cell 1 of the mask grows, cell 2 is deleted, cell 50 is new. */
  test_paint (image, 30, 30, 4, 1);
  g_assert_true (pel_mask_delete_labels (mask, (const guint32[]){ 2 }, 1, undo));
  test_paint (image, 80, 32, 3, 50);
  pel_cell_info_init (&info);
  info.class_name = g_intern_string ("mine");
  pel_mask_set_cell_info (mask, 50, &info, "Class", undo);
  painted = test_hash_mask (image);
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_DONE);
  g_assert_cmpuint (pel_import_cells_job_get_n_images (job), ==, 1);
  g_assert_cmpuint (pel_import_cells_job_get_n_cells (job), ==, 1);
  /* What came, and nothing of the old mask. */
  g_assert_cmpuint (at (fixture, 6, 42), ==, 1);
  g_assert_cmpuint (pel_mask_get_label_size (mask, 1), ==, 400);
  g_assert_cmpuint (at (fixture, 80, 12), ==, 0);
  g_assert_cmpuint (at (fixture, 16, 16), ==, 0);
  /* What was painted meanwhile: the piece of the old cell 1 is not the new cell 1's. */
  fresh = at (fixture, 30, 30);
  g_assert_cmpuint (fresh, >, 1);
  g_assert_cmpuint (fresh, !=, 50);
  g_assert_cmpuint (at (fixture, 80, 32), ==, 50);
  g_assert_true (pel_mask_get_cell_info (mask, 50, &info));
  g_assert_cmpstr (info.class_name, ==, "mine");
  g_assert_cmpuint (pel_mask_get_n_cells (mask), ==, 3);
  /* One step on top of theirs. */
  g_assert_true (pel_undo_undo (undo, NULL));
  undone = test_hash_mask (image);
  g_assert_cmpstr (undone, ==, painted);
  g_assert_finalize_object (job);
}

/* The same cell under the same number keeps what was painted on it. */
static void
test_replace_same (Fixture *fixture, gconstpointer data)
{
  PelImageDocument *image = image_of (fixture);
  PelMask *mask = pel_image_document_get_mask (image);
  g_autoptr (PelLabels) base = pel_mask_snapshot (mask);
  g_autoptr (PelMaskDraft) draft = NULL;

  test_paint (image, 16, 16, 11, 1);
  draft = pel_mask_draft_new (mask);
  g_assert_true (pel_mask_draft_replace (draft, base, base, NULL));
  pel_mask_draft_finish (draft);
  g_assert_false (
      pel_mask_apply_draft (mask, draft, "Replace", pel_image_document_get_undo (image)));
  g_assert_cmpuint (at (fixture, 16, 6), ==, 1);
}

/* Cancelled after the files were read: nothing is changed. */
static void
test_import_cancelled (Fixture *fixture, gconstpointer data)
{
  PelImageDocument *image = image_of (fixture);
  PelMask *mask = pel_image_document_get_mask (image);
  PelUndo *undo = pel_image_document_get_undo (image);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *file = g_build_filename (fixture->root, "i0.geojson", NULL);
  g_autofree char *before = test_hash_mask (image);
  g_autofree char *after = NULL;
  char *paths[] = { file, NULL };
  g_autoptr (PelLabels) labels = test_disc_labels (WIDTH, HEIGHT, 3);
  PelImportCellsJob *job;

  g_assert_true (pel_geojson_write (file, labels, 0, NULL, NULL, NULL, NULL));
  g_ptr_array_add (images, g_object_ref (image));
  job = pel_import_cells_job_new (images, paths);
  /* An open stroke keeps it from being given to the mask. */
  pel_mask_begin_stroke (mask, "Paint");
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_job_get_fraction (PEL_JOB (job)) >= 0.8);
  g_assert_false (pel_job_get_is_finished (PEL_JOB (job)));
  pel_job_cancel (PEL_JOB (job));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, PEL_JOB_STATE_CANCELLED);
  pel_mask_end_stroke (mask, undo);
  g_assert_cmpuint (pel_import_cells_job_get_n_images (job), ==, 0);
  after = test_hash_mask (image);
  g_assert_cmpstr (after, ==, before);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

/* The project is closed while an import waits for the hand to rest. */
static void
test_import_closed (Fixture *fixture, gconstpointer data)
{
  PelImageDocument *image = image_of (fixture);
  PelMask *mask = pel_image_document_get_mask (image);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *file = g_build_filename (fixture->root, "i0.geojson", NULL);
  char *paths[] = { file, NULL };
  g_autoptr (PelLabels) labels = test_disc_labels (WIDTH, HEIGHT, 3);
  PelImportCellsJob *job;

  g_assert_true (pel_geojson_write (file, labels, 0, NULL, NULL, NULL, NULL));
  g_ptr_array_add (images, g_object_ref (image));
  job = pel_import_cells_job_new (images, paths);
  pel_mask_begin_stroke (mask, "Paint");
  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  test_wait_for (pel_job_get_fraction (PEL_JOB (job)) >= 0.8);
  pel_mask_cancel_stroke (mask);
  g_assert_true (pel_project_close (fixture->project, NULL));
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_cmpuint (pel_import_cells_job_get_n_images (job), ==, 0);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  g_assert_finalize_object (job);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/edit-job/finished", Fixture, NULL, set_up, test_finished, tear_down);
  g_test_add ("/edit-job/failed", Fixture, NULL, set_up, test_failed, tear_down);
  g_test_add ("/edit-job/cancelled", Fixture, "looks", set_up, test_cancelled, tear_down);
  g_test_add ("/edit-job/cancelled-deaf", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/edit-job/superseded", Fixture, NULL, set_up, test_superseded, tear_down);
  g_test_add ("/edit-job/closed", Fixture, NULL, set_up, test_closed, tear_down);
  g_test_add ("/edit-job/runner-goes", Fixture, NULL, set_up, test_runner_goes, tear_down);
  g_test_add ("/edit-job/import/meanwhile", Fixture, NULL, set_up, test_import_meanwhile,
              tear_down);
  g_test_add ("/edit-job/import/same", Fixture, NULL, set_up, test_replace_same, tear_down);
  g_test_add ("/edit-job/import/cancelled", Fixture, NULL, set_up, test_import_cancelled,
              tear_down);
  g_test_add ("/edit-job/import/closed", Fixture, NULL, set_up, test_import_closed, tear_down);
  return g_test_run ();
}
