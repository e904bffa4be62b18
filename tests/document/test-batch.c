/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/io/pel-labels-io.h"
#include "engine/train/pel-model.h"
#include "tests/document/pel-test-model.h"
#include "tests/document/pel-test-util.h"

typedef struct
{
  char *root, *set, *more, *model, *out;
  GPtrArray *inputs;
  PelJobRunner *runner;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = test_make_folder ();
  fixture->set = g_build_filename (fixture->root, "set", NULL);
  fixture->more = g_build_filename (fixture->root, "more", NULL);
  fixture->model = g_build_filename (fixture->root, "m.safetensors", NULL);
  fixture->out = g_build_filename (fixture->root, "out", "deep", NULL);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/i%u.png", fixture->set, i);

      test_write_image (path, 96, 64, i);
    }
  {
    g_autofree char *same = g_build_filename (fixture->more, "i1.png", NULL);
    g_autofree char *bad = g_build_filename (fixture->more, "bad.png", NULL);

    test_write_image (same, 64, 64, 9);
    g_assert_true (g_file_set_contents (bad, "not a picture", -1, NULL));
  }
  test_write_model (fixture->model, 4, 1);
  fixture->inputs = g_ptr_array_new ();
  g_ptr_array_add (fixture->inputs, fixture->set);
  fixture->runner = pel_job_runner_new (1);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->runner != NULL)
    g_assert_finalize_object (fixture->runner);
  g_ptr_array_unref (fixture->inputs);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
  g_free (fixture->set);
  g_free (fixture->more);
  g_free (fixture->model);
  g_free (fixture->out);
}

static PelBatchJob *
start (Fixture *fixture, gboolean overlays)
{
  PelBatchOptions options = { .overlays = overlays };
  PelBatchJob *job = pel_batch_job_new (fixture->inputs, fixture->model, fixture->out, &options);

  pel_job_runner_submit (fixture->runner, PEL_JOB (job));
  return job;
}

static void
finish (Fixture *fixture, PelBatchJob *job, PelJobState state, PelBatchSummary *summary)
{
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  if (pel_job_get_error (PEL_JOB (job)) != NULL)
    g_test_message ("%s", pel_job_get_error (PEL_JOB (job))->message);
  g_assert_cmpint (pel_job_get_state (PEL_JOB (job)), ==, state);
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  pel_batch_job_get_summary (job, summary);
}

static gboolean
has (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->out, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static char *
read_table (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->out, "measurements.csv", NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

/* By whose definitions cells are measured stands in the table, its companion and the report, and
 * other ones are not mixed with what was measured before. */
static void
test_definitions (Fixture *fixture, gconstpointer data)
{
  static const PelDefinitions all[] = { PEL_DEFINITIONS_IMAGEJ, PEL_DEFINITIONS_CELLPROFILER,
                                        PEL_DEFINITIONS_PELLICLE };
  g_autofree char *columns = g_build_filename (fixture->out, "measurements.columns.txt", NULL);
  g_autofree char *report = g_build_filename (fixture->out, "batch.txt", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      PelBatchOptions options = { .definitions = all[i] };
      PelBatchJob *job =
          pel_batch_job_new (fixture->inputs, fixture->model, fixture->out, &options);
      const char *name = pel_definitions_get_name (all[i]);
      g_autofree char *told = g_strdup_printf ("definitions: %s\n", name);
      g_autofree char *ending = g_strdup_printf (",%s", name);
      g_autofree char *words = NULL, *text = NULL, *table = NULL;
      g_auto (GStrv) lines = NULL;
      PelBatchSummary summary;

      pel_job_runner_submit (fixture->runner, PEL_JOB (job));
      finish (fixture, job, PEL_JOB_STATE_DONE, &summary);
      g_assert_cmpuint (summary.n_kept, ==, 0);
      g_object_unref (job);
      table = read_table (fixture);
      lines = g_strsplit (table, "\r\n", -1);
      if (g_strv_length (lines) < 3)
        {
          g_strfreev (lines);
          lines = g_strsplit (table, "\n", -1);
        }
      g_assert_cmpuint (g_strv_length (lines), >, 2);
      for (guint k = 0; lines[k] != NULL && lines[k][0] != '\0'; k++)
        g_assert_true (g_str_has_suffix (lines[k], k == 0 ? ",definitions" : ending) ==
                       (all[i] != PEL_DEFINITIONS_PELLICLE));
      g_assert_true (g_file_get_contents (report, &text, NULL, NULL));
      g_assert_nonnull (strstr (text, told));
      g_assert_true (g_file_get_contents (columns, &words, NULL, NULL));
      g_assert_true ((strstr (words, pel_definitions_get_title (all[i])) != NULL) ||
                     all[i] == PEL_DEFINITIONS_PELLICLE);
    }
}

static void
test_finished (Fixture *fixture, gconstpointer data)
{
  PelBatchSummary summary;
  PelBatchJob *job = start (fixture, TRUE);
  g_autofree char *table = NULL;
  g_autofree char *path = g_build_filename (fixture->out, "i3.tif", NULL);
  g_autoptr (PelLabels) labels = NULL;

  finish (fixture, job, PEL_JOB_STATE_DONE, &summary);
  g_assert_cmpuint (summary.n_images, ==, 5);
  g_assert_cmpuint (summary.n_done, ==, 5);
  g_assert_cmpuint (summary.n_kept + summary.n_failed, ==, 0);
  g_assert_cmpuint (pel_batch_job_get_warnings (job)->len, ==, 0);
  g_assert_true (has (fixture, "i0.overlay.png"));
  g_assert_false (has (fixture, "i0.prob.tif"));
  g_assert_true (has (fixture, "measurements.columns.txt"));
  g_assert_true (has (fixture, "batch.txt"));
  g_assert_false (has (fixture, ".pellicle-batch"));
  table = read_table (fixture);
  g_assert_true (g_str_has_prefix (table, "image,page,cell,"));
  g_assert_cmpuint (count_lines (table), ==, summary.n_cells + 1);
  labels = pel_labels_load (path, 0, NULL, NULL);
  g_assert_nonnull (labels);
  g_assert_cmpuint (pel_labels_get_width (labels), ==, 96);
  g_assert_finalize_object (job);
}

/* A bad file is named and stops nothing; the same name twice is told apart by its folder. */
static void
test_bad_file (Fixture *fixture, gconstpointer data)
{
  PelBatchSummary summary;
  PelBatchJob *job;

  g_ptr_array_add (fixture->inputs, fixture->more);
  job = start (fixture, FALSE);
  finish (fixture, job, PEL_JOB_STATE_DONE, &summary);
  g_assert_cmpuint (summary.n_images, ==, 7);
  g_assert_cmpuint (summary.n_done, ==, 6);
  g_assert_cmpuint (summary.n_failed, ==, 1);
  g_assert_cmpuint (pel_batch_job_get_warnings (job)->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (pel_batch_job_get_warnings (job), 0), "bad.png"));
  g_assert_true (has (fixture, "i1.tif"));
  g_assert_true (has (fixture, "more-i1.tif"));
  g_assert_finalize_object (job);
  /* With something left out the rest is kept for the next run. */
  job = start (fixture, FALSE);
  finish (fixture, job, PEL_JOB_STATE_DONE, &summary);
  g_assert_cmpuint (summary.n_kept, ==, 6);
  g_assert_cmpuint (summary.n_done, ==, 0);
  g_assert_finalize_object (job);
}

/* Whatever else may lie in a folder under an image's name: each is named, none is waited for. */
static void
test_hostile_files (Fixture *fixture, gconstpointer data)
{
  static const guint8 huge_png[] = {
    0x89, 'P',  'N',  'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I',  'H',  'D',  'R', 0,
    1,    0x86, 0xa0, 0,   1,    0x86, 0xa0, 16,   0, 0, 0, 0,  0x67, 0x58, 0xa5, 0x1a
  };
  PelBatchSummary summary;
  PelBatchJob *job;
  GPtrArray *warnings;
  g_autofree char *folder = g_build_filename (fixture->root, "hostile", NULL);
  g_autofree char *empty = g_build_filename (folder, "empty.png", NULL);
  g_autofree char *huge = g_build_filename (folder, "huge.png", NULL);
  g_autofree char *cut = g_build_filename (folder, "cut.png", NULL);
  g_autofree char *pipe = g_build_filename (folder, "pipe.png", NULL);
  g_autofree char *lost = g_build_filename (folder, "lost.png", NULL);
  g_autofree char *endless = g_build_filename (folder, "endless.png", NULL);
  g_autofree char *inner = g_build_filename (folder, "folder.png", NULL);
  g_autofree char *good = g_build_filename (fixture->set, "i0.png", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_cmpint (g_mkdir_with_parents (inner, 0777), ==, 0);
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_true (g_file_set_contents (huge, (const char *)huge_png, sizeof huge_png, NULL));
  g_assert_true (g_file_get_contents (good, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (cut, bytes, (gssize)length / 2, NULL));
  g_assert_cmpint (mkfifo (pipe, 0666), ==, 0);
  g_assert_cmpint (symlink ("nowhere.png", lost), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", endless), ==, 0);
  g_ptr_array_add (fixture->inputs, folder);
  job = start (fixture, FALSE);
  finish (fixture, job, PEL_JOB_STATE_DONE, &summary);
  g_assert_cmpuint (summary.n_done, ==, 5);
  g_assert_cmpuint (summary.n_failed, ==, 6);
  warnings = pel_batch_job_get_warnings (job);
  for (guint i = 0; i < 6; i++)
    {
      const char *const names[] = { "empty.png", "huge.png", "cut.png",
                                    "pipe.png",  "lost.png", "endless.png" };
      guint n = 0;

      for (guint k = 0; k < warnings->len; k++)
        n += strstr (g_ptr_array_index (warnings, k), names[i]) != NULL;
      g_assert_cmpuint (n, ==, 1);
    }
  g_assert_finalize_object (job);
}

static void
assert_refused (Fixture *fixture, const char *name)
{
  PelBatchSummary summary;
  PelBatchJob *job = start (fixture, FALSE);

  finish (fixture, job, PEL_JOB_STATE_FAILED, &summary);
  g_assert_error (pel_job_get_error (PEL_JOB (job)), PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_EXISTS);
  g_assert_nonnull (strstr (pel_job_get_error (PEL_JOB (job))->message, name));
  g_assert_cmpuint (summary.n_done, ==, 0);
  g_assert_finalize_object (job);
}

static void
take_folder (Fixture *fixture, const char *first, const char *second)
{
  g_free (fixture->out);
  fixture->out = g_build_filename (fixture->root, first, second, NULL);
}

/* Results never take the place of the images that they are of, nor of a project's own files. */
static void
test_keeps_what_is_there (Fixture *fixture, gconstpointer data)
{
  static const float pixels[32 * 32] = { 1.0f };
  g_autofree char *folder = g_build_filename (fixture->root, "tiffs", NULL);
  g_autofree char *image = g_build_filename (folder, "i1.tif", NULL);
  g_autofree char *linked = g_build_filename (fixture->root, "linked", NULL);
  g_autofree char *project = g_build_filename (fixture->root, "project.json", NULL);
  g_autofree char *before = NULL, *after = NULL;
  gsize length, length_after;
  PelBatchSummary summary;
  PelBatchJob *job;

  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  g_assert_true (pel_image_save_float_tiff (image, pixels, 32, 32, 0, 0, NULL));
  g_assert_true (g_file_get_contents (image, &before, &length, NULL));
  g_assert_cmpint (symlink (folder, linked), ==, 0);
  g_ptr_array_set_size (fixture->inputs, 0);
  g_ptr_array_add (fixture->inputs, folder);
  take_folder (fixture, "tiffs", NULL);
  assert_refused (fixture, "i1.tif");
  take_folder (fixture, "linked", NULL);
  assert_refused (fixture, "i1.tif");
  g_assert_true (g_file_get_contents (image, &after, &length_after, NULL));
  g_assert_cmpmem (before, length, after, length_after);

  /* Other folders of a project are as good as any. */
  g_assert_true (g_file_set_contents (project, "{}", -1, NULL));
  take_folder (fixture, "masks", NULL);
  assert_refused (fixture, "masks");
  take_folder (fixture, "predictions", "m");
  assert_refused (fixture, "predictions");
  g_assert_false (g_file_test (fixture->out, G_FILE_TEST_EXISTS));
  take_folder (fixture, "exports", "masks");
  job = start (fixture, FALSE);
  finish (fixture, job, PEL_JOB_STATE_DONE, &summary);
  g_assert_cmpuint (summary.n_done, ==, 1);
  g_assert_finalize_object (job);
}

static void
cancel_at_two (PelBatchJob *job, GParamSpec *pspec, gpointer data)
{
  PelBatchSummary summary;

  pel_batch_job_get_summary (job, &summary);
  if (summary.n_done >= 2)
    pel_job_cancel (PEL_JOB (job));
}

/* What an interrupted run had finished is not done again, and the table is the same. */
static void
test_resumed (Fixture *fixture, gconstpointer data)
{
  PelBatchSummary summary;
  PelBatchJob *job = start (fixture, FALSE);
  g_autofree char *whole = NULL, *again = NULL, *changed = NULL;
  g_autofree char *image = g_build_filename (fixture->set, "i0.png", NULL);

  finish (fixture, job, PEL_JOB_STATE_DONE, &summary);
  whole = read_table (fixture);
  g_assert_finalize_object (job);
  test_remove_tree (fixture->out);

  job = start (fixture, FALSE);
  g_signal_connect (job, "notify::fraction", G_CALLBACK (cancel_at_two), NULL);
  finish (fixture, job, PEL_JOB_STATE_CANCELLED, &summary);
  g_assert_cmpuint (summary.n_done, >=, 2);
  g_assert_cmpuint (summary.n_done, <, 5);
  g_assert_false (has (fixture, "measurements.csv"));
  g_assert_finalize_object (job);
  {
    guint before = summary.n_done;

    job = start (fixture, FALSE);
    finish (fixture, job, PEL_JOB_STATE_DONE, &summary);
    g_assert_cmpuint (summary.n_kept, ==, before);
    g_assert_cmpuint (summary.n_done, ==, 5 - before);
    g_assert_finalize_object (job);
  }
  again = read_table (fixture);
  g_assert_cmpstr (again, ==, whole);

  /* Interrupted once more; meanwhile an image is another, and so is the model. */
  test_remove_tree (fixture->out);
  job = start (fixture, FALSE);
  g_signal_connect (job, "notify::fraction", G_CALLBACK (cancel_at_two), NULL);
  finish (fixture, job, PEL_JOB_STATE_CANCELLED, &summary);
  g_assert_finalize_object (job);
  test_write_image (image, 80, 64, 3);
  job = start (fixture, FALSE);
  g_signal_connect (job, "notify::fraction", G_CALLBACK (cancel_at_two), NULL);
  test_wait_for (pel_job_get_is_finished (PEL_JOB (job)));
  test_wait_for (!pel_job_runner_get_busy (fixture->runner));
  pel_batch_job_get_summary (job, &summary);
  g_assert_cmpuint (summary.n_kept, >=, 1);
  g_assert_cmpuint (summary.n_done, >=, 1);
  g_assert_finalize_object (job);
  test_write_model (fixture->model, 4, 2);
  job = start (fixture, FALSE);
  finish (fixture, job, PEL_JOB_STATE_DONE, &summary);
  g_assert_cmpuint (summary.n_kept, ==, 0);
  g_assert_cmpuint (summary.n_done, ==, 5);
  g_assert_finalize_object (job);
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  PelBatchSummary summary;
  PelBatchJob *job;
  g_autofree char *empty = g_build_filename (fixture->root, "empty", NULL);
  g_autofree char *model = g_strdup (fixture->model);

  g_assert_cmpint (g_mkdir (empty, 0777), ==, 0);
  g_ptr_array_set_size (fixture->inputs, 0);
  g_ptr_array_add (fixture->inputs, empty);
  job = start (fixture, FALSE);
  finish (fixture, job, PEL_JOB_STATE_FAILED, &summary);
  g_assert_error (pel_job_get_error (PEL_JOB (job)), PEL_DOCUMENT_ERROR,
                  PEL_DOCUMENT_ERROR_NO_IMAGES);
  g_assert_finalize_object (job);
  g_assert_cmpint (g_unlink (model), ==, 0);
  job = start (fixture, FALSE);
  finish (fixture, job, PEL_JOB_STATE_FAILED, &summary);
  g_assert_nonnull (strstr (pel_job_get_error (PEL_JOB (job))->message, model));
  g_assert_finalize_object (job);
}

/* The window goes while it runs. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  PelBatchJob *job = start (fixture, FALSE);
  gint64 asked;

  test_wait_for (pel_job_get_state (PEL_JOB (job)) != PEL_JOB_STATE_QUEUED);
  asked = g_get_monotonic_time ();
  g_assert_finalize_object (g_steal_pointer (&fixture->runner));
  g_test_message ("gone after %.3f s", (double)(g_get_monotonic_time () - asked) / 1e6);
  g_assert_true (pel_job_get_is_finished (PEL_JOB (job)));
  g_assert_finalize_object (job);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/batch/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("finished", test_finished);
  ADD ("definitions", test_definitions);
  ADD ("bad-file", test_bad_file);
  ADD ("hostile-files", test_hostile_files);
  ADD ("keeps-what-is-there", test_keeps_what_is_there);
  ADD ("resumed", test_resumed);
  ADD ("failed", test_failed);
  ADD ("closed", test_closed);
#undef ADD
  return g_test_run ();
}
