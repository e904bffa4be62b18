/* SPDX-License-Identifier: MIT */
/* Every way in which every kind of job can end: /KIND-job/finished, failed, cancelled, superseded
 * and closed. A kind that is missing here is told of by the last test, which looks at the sources.
 */
#include "app/document/pel-compare-job.h"
#include "app/document/pel-cut-job.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-import-cells-job.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-model-doors-job.h"
#include "app/document/pel-report-job.h"
#include "app/document/pel-study-job.h"
#include "engine/io/pel-geojson.h"
#include "engine/train/pel-model.h"
#include "tests/document/pel-test-barrier.h"
#include "tests/document/pel-test-fixture.h"
#include "tests/document/pel-test-model.h"

#define WIDTH 96
#define HEIGHT 64
#define N_IMAGES 4

typedef struct
{
  TestFixture base;
  char *model; /* a model's file */
  char *out;   /* a place that is not there yet */
  gboolean bad;
  gboolean endless; /* what is trained takes as long as it may */
} Fixture;

typedef struct
{
  const char *name;
  PelJob *(*make) (Fixture *fixture);
  PelJobState bad_state; /* DONE where single images fail and the rest goes on */
} Kind;

/* As a barrier, of which nothing is left when it is cancelled. */
#define TEST_TYPE_VAIN_BARRIER (test_vain_barrier_get_type ())
G_DECLARE_FINAL_TYPE (TestVainBarrier, test_vain_barrier, TEST, VAIN_BARRIER, PelJob)

struct _TestVainBarrier
{
  PelJob parent_instance;
  TestGate gate;
  gboolean saw_current; /* the thread's: its cancellable was the current one */
};

G_DEFINE_FINAL_TYPE (TestVainBarrier, test_vain_barrier, PEL_TYPE_JOB)

static void
vain_barrier_work (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  TestVainBarrier *self = data;

  self->saw_current = g_cancellable_get_current () == context->cancellable;
  test_gate_pass (&self->gate);
  pel_job_context_report (context, 0.5, -1, "late");
  g_cancellable_set_error_if_cancelled (context->cancellable, error);
}

static void
test_vain_barrier_finalize (GObject *object)
{
  test_gate_clear (&TEST_VAIN_BARRIER (object)->gate);
  G_OBJECT_CLASS (test_vain_barrier_parent_class)->finalize (object);
}

static void
test_vain_barrier_class_init (TestVainBarrierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_vain_barrier_finalize;
  PEL_JOB_CLASS (klass)->work = vain_barrier_work;
  PEL_JOB_CLASS (klass)->leaves_nothing = TRUE;
}

static void
test_vain_barrier_init (TestVainBarrier *self)
{
  test_gate_init (&self->gate);
  pel_job_set_work (PEL_JOB (self), self);
}

/* ---- the kinds ---- */

static GPtrArray *
all_images (Fixture *fixture)
{
  GPtrArray *images = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < N_IMAGES; i++)
    g_ptr_array_add (images, g_object_ref (pel_project_get_image (fixture->base.project, i)));
  return images;
}

static PelImageDocument *
first_image (Fixture *fixture)
{
  return pel_project_get_image (fixture->base.project, 0);
}

static const char *
model_of (Fixture *fixture)
{
  return fixture->bad ? "/nowhere/m.safetensors" : fixture->model;
}

static const char *
out_of (Fixture *fixture)
{
  return fixture->bad ? "/proc/nowhere/out" : fixture->out;
}

static GPtrArray *
training_items (Fixture *fixture, PelTrainConfig *config)
{
  test_small_config (config, fixture->endless ? 100000 : 2, 4);
  return fixture->bad ? g_ptr_array_new ()
                      : pel_project_list_training_items (fixture->base.project);
}

static PelJob *
make_predict (Fixture *fixture)
{
  g_autoptr (GPtrArray) images = all_images (fixture);

  return PEL_JOB (pel_predict_job_new (fixture->base.project, images, model_of (fixture), NULL));
}

static PelJob *
make_training (Fixture *fixture)
{
  PelTrainConfig config;
  g_autoptr (GPtrArray) items = training_items (fixture, &config);
  g_autofree char *path = g_build_filename (fixture->base.folder, "models", "t.safetensors", NULL);

  return PEL_JOB (pel_training_job_new (&config, items, path, NULL, FALSE));
}

static PelJob *
make_forecast (Fixture *fixture)
{
  PelTrainConfig config;
  g_autoptr (GPtrArray) items = training_items (fixture, &config);
  PelForecastJob *job = pel_forecast_job_new (&config, items, NULL);

  pel_forecast_job_set_seconds (job, fixture->endless ? 600 : 0.3);
  return PEL_JOB (job);
}

static PelJob *
make_learning (Fixture *fixture)
{
  PelTrainConfig config;
  g_autoptr (GPtrArray) items = training_items (fixture, &config);

  return PEL_JOB (pel_learning_job_new (&config, items, 0, NULL));
}

static PelJob *
make_cut (Fixture *fixture)
{
  g_autoptr (GPtrArray) images = all_images (fixture);
  const PelCutOptions options = { .threshold = 0.4, .min_size = 3 };

  return PEL_JOB (pel_cut_job_new (fixture->base.project, images, "m", &options));
}

static PelJob *
make_rank (Fixture *fixture)
{
  return PEL_JOB (pel_rank_job_new (fixture->base.project, "m"));
}

static PelJob *
make_quality (Fixture *fixture)
{
  return PEL_JOB (pel_quality_job_new (fixture->base.project, model_of (fixture)));
}

static PelJob *
make_report (Fixture *fixture)
{
  g_autoptr (GPtrArray) images = all_images (fixture);

  return PEL_JOB (pel_report_job_new (images, "Cells", out_of (fixture)));
}

static PelJob *
make_study (Fixture *fixture)
{
  g_autoptr (GPtrArray) images = all_images (fixture);

  for (guint i = 0; fixture->bad && i < images->len; i++)
    g_assert_cmpint (g_unlink (pel_image_document_get_path (images->pdata[i])), ==, 0);
  return PEL_JOB (pel_study_job_new (images));
}

static PelJob *
make_export (Fixture *fixture)
{
  g_autoptr (GPtrArray) images = all_images (fixture);

  return PEL_JOB (pel_export_job_new_csv (images, PEL_EXPORT_MASKS, out_of (fixture)));
}

static PelJob *
make_batch (Fixture *fixture)
{
  g_autoptr (GPtrArray) inputs = g_ptr_array_new ();
  g_autofree char *set = g_build_filename (fixture->base.root, "set", "images", NULL);
  const PelBatchOptions options = { 0 };

  g_ptr_array_add (inputs, set);
  return PEL_JOB (pel_batch_job_new (inputs, model_of (fixture), fixture->out, &options));
}

static PelJob *
make_import_cells (Fixture *fixture)
{
  g_autoptr (GPtrArray) images = all_images (fixture);
  g_autoptr (PelLabels) labels = test_disc_labels (WIDTH, HEIGHT, 3);
  g_autofree char *file = g_build_filename (fixture->base.root, "i0.geojson", NULL);
  char *paths[] = { file, NULL };

  if (fixture->bad)
    g_assert_true (g_file_set_contents (file, "{\"features\":7}", -1, NULL));
  else
    g_assert_true (pel_geojson_write (file, labels, 0, NULL, NULL, NULL, NULL));
  return PEL_JOB (pel_import_cells_job_new (images, paths));
}

static gboolean
renumber (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  if (data != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "no room");
      return FALSE;
    }
  return pel_mask_draft_renumber (draft, error);
}

static PelJob *
make_edit (Fixture *fixture)
{
  return PEL_JOB (pel_edit_job_new (first_image (fixture), "Working", "Step", renumber,
                                    fixture->bad ? fixture : NULL, NULL));
}

static PelJob *
make_augment (Fixture *fixture)
{
  PelTrainConfig config;
  g_autoptr (GPtrArray) items = training_items (fixture, &config);

  return PEL_JOB (pel_augment_job_new (&config, items, NULL, 4));
}

static PelJob *
make_compare (Fixture *fixture)
{
  return PEL_JOB (pel_compare_job_new (pel_image_document_get_image (first_image (fixture)), NULL,
                                       fixture->model, model_of (fixture)));
}

static PelJob *
make_model_doors (Fixture *fixture)
{
  g_autofree char *path = g_strconcat (out_of (fixture), ".onnx", NULL);

  return PEL_JOB (pel_model_doors_job_new_export (model_of (fixture), path, NULL));
}

static PelJob *
make_model_copy (Fixture *fixture)
{
  g_autofree char *path = g_strconcat (out_of (fixture), ".safetensors", NULL);

  return PEL_JOB (pel_model_doors_job_new_copy (model_of (fixture), path));
}

#define FAILED PEL_JOB_STATE_FAILED
#define DONE PEL_JOB_STATE_DONE

static const Kind kinds[] = {
  { "augment", make_augment, FAILED },   { "batch", make_batch, FAILED },
  { "compare", make_compare, FAILED },   { "cut", make_cut, DONE },
  { "edit", make_edit, FAILED },         { "export", make_export, FAILED },
  { "forecast", make_forecast, FAILED }, { "import-cells", make_import_cells, FAILED },
  { "learning", make_learning, FAILED }, { "model-doors", make_model_doors, FAILED },
  { "predict", make_predict, FAILED },   { "quality", make_quality, FAILED },
  { "rank", make_rank, DONE },           { "report", make_report, FAILED },
  { "study", make_study, DONE },         { "training", make_training, FAILED },
};

/* What else a job of one of these kinds does. */
static const Kind others[] = {
  { "model-copy", make_model_copy, FAILED },
};

/* ---- around a test ---- */

static void
count_call (gpointer instance, guint *n)
{
  (*n)++;
}

static PelJob *
submit (Fixture *fixture, const Kind *kind, guint *n_finished)
{
  PelJob *job = kind->make (fixture);

  g_assert_true (PEL_IS_JOB (job));
  *n_finished = 0;
  g_signal_connect (job, "finished", G_CALLBACK (count_call), n_finished);
  pel_job_runner_submit (fixture->base.runner, job);
  return job;
}

/* Told once, forgotten by the runner, and nothing holds it any more. */
static void
let_go (Fixture *fixture, PelJob *job, PelJobState state, const guint *n_finished)
{
  test_wait_for (pel_job_get_is_finished (job));
  if (pel_job_get_error (job) != NULL)
    g_test_message ("%s", pel_job_get_error (job)->message);
  g_assert_cmpint (pel_job_get_state (job), ==, state);
  g_assert_cmpuint (*n_finished, ==, 1);
  g_assert_true ((pel_job_get_error (job) != NULL) == (state == PEL_JOB_STATE_FAILED));
  /* The thread may still be on its way out of one that was cancelled before its turn. */
  test_wait_for (fixture->base.runner == NULL || !pel_job_runner_get_busy (fixture->base.runner));
  test_wait_for (G_OBJECT (job)->ref_count == 1);
  g_assert_cmpuint (*n_finished, ==, 1);
  g_assert_finalize_object (job);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  TestFixture *base = &fixture->base;
  guint n;

  test_fixture_set_up (base, WIDTH, HEIGHT, N_IMAGES, N_IMAGES);
  fixture->model = g_build_filename (base->folder, "models", "m.safetensors", NULL);
  fixture->out = g_build_filename (base->root, "out", NULL);
  test_write_model (fixture->model, 4, 1);
  test_load (first_image (fixture));
  if (g_strcmp0 (((const Kind *)data)->name, "cut") == 0 ||
      g_strcmp0 (((const Kind *)data)->name, "rank") == 0)
    {
      /* They work on what a model predicted. */
      const Kind predict = { "predict", make_predict, FAILED };
      PelJob *job = submit (fixture, &predict, &n);

      let_go (fixture, job, DONE, &n);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_fixture_tear_down (&fixture->base);
  g_free (fixture->model);
  g_free (fixture->out);
}

/* ---- the ends ---- */

static void
test_finished (Fixture *fixture, gconstpointer data)
{
  guint n;
  PelJob *job = submit (fixture, data, &n);

  test_wait_for (pel_job_get_is_finished (job));
  if (pel_job_get_error (job) == NULL)
    g_assert_cmpfloat (pel_job_get_fraction (job), ==, 1);
  g_assert_cmpstr (pel_job_get_title (job), !=, "");
  let_go (fixture, job, DONE, &n);
}

/* Where single images fail, all of them do here. */
static void
spoil_predictions (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->base.folder, "predictions", "m", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_true (g_file_set_contents (path, "no picture", -1, NULL));
    }
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  const Kind *kind = data;
  g_autofree char *before = test_hash_mask (first_image (fixture));
  g_autofree char *after = NULL;
  PelJob *job;
  guint n;

  fixture->bad = TRUE;
  spoil_predictions (fixture);
  job = submit (fixture, kind, &n);
  test_wait_for (pel_job_get_is_finished (job));
  g_assert_cmpint (pel_job_get_state (job), ==, kind->bad_state);
  if (kind->bad_state == FAILED)
    {
      g_assert_nonnull (pel_job_get_error (job));
      g_assert_cmpstr (pel_job_get_error (job)->message, !=, "");
      g_assert_true (g_utf8_validate (pel_job_get_error (job)->message, -1, NULL));
    }
  if (PEL_IS_CUT_JOB (job))
    {
      /* The first image's probabilities are in memory. */
      g_assert_cmpuint (pel_cut_job_get_n_failed (PEL_CUT_JOB (job)), ==, N_IMAGES - 1);
      g_assert_cmpuint (pel_cut_job_get_n_done (PEL_CUT_JOB (job)), ==, 1);
    }
  let_go (fixture, job, kind->bad_state, &n);
  after = test_hash_mask (first_image (fixture));
  g_assert_cmpstr (after, ==, before);
}

static void
cancel_running (PelJob *job)
{
  if (pel_job_get_state (job) == PEL_JOB_STATE_RUNNING)
    pel_job_cancel (job);
}

/* Before its turn, and at work. */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  const Kind *kind = data;
  g_autofree char *before = test_hash_mask (first_image (fixture));
  g_autofree char *after = NULL;
  TestBarrier *barrier = g_object_new (TEST_TYPE_BARRIER, NULL);
  PelJobState state;
  PelJob *job;
  guint n, n_barrier = 0;

  fixture->endless = TRUE;
  g_signal_connect (barrier, "finished", G_CALLBACK (count_call), &n_barrier);
  pel_job_runner_submit (fixture->base.runner, PEL_JOB (barrier));
  job = submit (fixture, kind, &n);
  pel_job_cancel (job);
  test_gate_open (&barrier->gate);
  let_go (fixture, job, PEL_JOB_STATE_CANCELLED, &n);
  let_go (fixture, PEL_JOB (barrier), DONE, &n_barrier);

  job = kind->make (fixture);
  n = 0;
  g_signal_connect (job, "finished", G_CALLBACK (count_call), &n);
  g_signal_connect (job, "notify::state", G_CALLBACK (cancel_running), NULL);
  pel_job_runner_submit (fixture->base.runner, job);
  test_wait_for (pel_job_get_is_finished (job));
  /* A short one may have come to its end before it was told that it runs; there is no third way. */
  state = pel_job_get_state (job);
  let_go (fixture, job, state == DONE ? DONE : PEL_JOB_STATE_CANCELLED, &n);
  after = test_hash_mask (first_image (fixture));
  if (state != DONE)
    g_assert_cmpstr (after, ==, before);
}

/* Somebody paints, the prediction on show goes, and the same is asked for once more. */
static void
test_superseded (Fixture *fixture, gconstpointer data)
{
  const Kind *kind = data;
  PelImageDocument *image = first_image (fixture);
  TestBarrier *barrier = g_object_new (TEST_TYPE_BARRIER, NULL);
  PelJob *old, *fresh;
  guint n_old, n_fresh, n_barrier = 0;

  g_signal_connect (barrier, "finished", G_CALLBACK (count_call), &n_barrier);
  pel_job_runner_submit (fixture->base.runner, PEL_JOB (barrier));
  old = submit (fixture, kind, &n_old);
  test_paint (image, 80, 50, 3, 900);
  pel_image_document_set_prediction (image, NULL, NULL, 0.5, "m");
  fresh = submit (fixture, kind, &n_fresh);
  test_paint (image, 48, 33, 2, 901);
  test_gate_open (&barrier->gate);
  test_wait_for (pel_job_get_is_finished (old) && pel_job_get_is_finished (fresh));
  let_go (fixture, PEL_JOB (barrier), DONE, &n_barrier);
  let_go (fixture, old, DONE, &n_old);
  let_go (fixture, fresh, DONE, &n_fresh);
  /* No work takes away what was painted meanwhile. */
  g_assert_cmpuint (pel_mask_get_label (image->mask, 80, 50), !=, 0);
  g_assert_cmpuint (pel_mask_get_label (image->mask, 48, 33), !=, 0);
}

/* The window is closed meanwhile: nothing is left of the job, its threads and the project. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  guint n, n_second;
  PelJob *job, *second;

  fixture->endless = TRUE;
  job = submit (fixture, data, &n);
  second = submit (fixture, data, &n_second);
  g_main_context_iteration (NULL, FALSE);
  g_assert_true (pel_project_close (fixture->base.project, NULL));
  g_assert_finalize_object (g_steal_pointer (&fixture->base.runner));
  test_wait_for (pel_job_get_is_finished (job) && pel_job_get_is_finished (second));
  g_assert_cmpint (pel_job_get_state (job), !=, FAILED);
  g_assert_cmpint (pel_job_get_state (second), !=, FAILED);
  let_go (fixture, job, pel_job_get_state (job), &n);
  let_go (fixture, second, pel_job_get_state (second), &n_second);
  g_assert_finalize_object (g_steal_pointer (&fixture->base.project));
}

/* A thread that does not come back from somebody else's library: nobody waits for it. */
static void
test_held_up (Fixture *fixture, gconstpointer data)
{
  TestVainBarrier *held = g_object_new (TEST_TYPE_VAIN_BARRIER, NULL);
  PelJob *job = PEL_JOB (held), *next;
  guint n = 0, n_next;

  g_signal_connect (job, "finished", G_CALLBACK (count_call), &n);
  pel_job_runner_submit (fixture->base.runner, job);
  test_wait_for (test_gate_get_n_begun (&held->gate) == 1);
  pel_job_cancel (job);
  test_wait_for (pel_job_get_is_finished (job));
  g_assert_cmpint (pel_job_get_state (job), ==, PEL_JOB_STATE_CANCELLED);
  g_assert_false (pel_job_runner_get_busy (fixture->base.runner));
  pel_job_cancel (job);

  /* What comes after has its turn when the thread is back, and what that still says is not told. */
  next = submit (fixture, data, &n_next);
  g_assert_cmpint (pel_job_get_state (next), ==, PEL_JOB_STATE_QUEUED);
  test_gate_open (&held->gate);
  let_go (fixture, next, DONE, &n_next);
  g_assert_true (held->saw_current);
  g_assert_cmpstr (pel_job_get_message (job), !=, "late");
  let_go (fixture, job, PEL_JOB_STATE_CANCELLED, &n);
}

/* ---- all of them ---- */

static gboolean
is_listed (const char *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *name = g_strdup_printf ("pel-%s-job.c", kinds[i].name);

      if (g_str_equal (name, file))
        return TRUE;
    }
  return FALSE;
}

static void
test_no_kind_is_missing (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "app", "document", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *file;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, file, NULL);
      g_autofree char *text = NULL;

      if (!g_str_has_suffix (file, ".c") || !g_file_get_contents (path, &text, NULL, NULL) ||
          strstr (text, "PEL_TYPE_JOB)\n") == NULL)
        continue;
      g_test_message ("%s", file);
      g_assert_true (is_listed (file));
      n++;
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (kinds));
}

static void
add (const Kind *kind, const char *end, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/%s-job/%s", kind->name, end);

  g_test_add (path, Fixture, kind, set_up, test, tear_down);
}

static void
add_ends (const Kind *kind)
{
  add (kind, "finished", test_finished);
  add (kind, "failed", test_failed);
  add (kind, "cancelled", test_cancelled);
  add (kind, "superseded", test_superseded);
  add (kind, "closed", test_closed);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_ends (&kinds[i]);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    add_ends (&others[i]);
  g_test_add ("/job-ends/held-up", Fixture, &kinds[2], set_up, test_held_up, tear_down);
  g_test_add_func ("/job-ends/no-kind-is-missing", test_no_kind_is_missing);
  return g_test_run ();
}
