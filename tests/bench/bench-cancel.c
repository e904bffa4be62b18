/* SPDX-License-Identifier: MIT */
/* How long jobs on large images go on after they were told to stop, and what memory stays.
 *
 *     bench-cancel [--once] [--seconds=N] [SIZE|FOLDER [KIND…]]
 *
 * In a project of its own with two pictures of SIZE (4096) pixels each way, full of cells, or with
 * those of a folder that has images and masks, every kind of job runs once to its end; then it is
 * begun again and cancelled after a tenth, two tenths and so on of that time, or of eight seconds.
 * The model is the ready-made one. Printed are the longest stretch of work, by the processor time
 * of its thread, without a look at whether it is to stop; of all cancels of a kind, the longest
 * time by the clock until the job is finished, and the most processor time that all threads took
 * until then; and what is in use after the last of them, and what the process has, beyond what it
 * was before the first. Long stretches are told with the place where they were, for addr2line. With
 * --once no job is cancelled; the first run, too, is ended after N (120) seconds. */
#include <malloc.h>
#include <stdlib.h>
#include <time.h>

#include "app/document/pel-compare-job.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-import-cells-job.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-model-doors-job.h"
#include "app/document/pel-report-job.h"
#include "app/document/pel-study-job.h"
#include "engine/infer/pel-model-card.h"
#include "engine/infer/pel-predict.h"
#include "engine/io/pel-geojson.h"
#include "engine/io/pel-labels-io.h"
#include "tests/bench/pel-poll-watch.h"
#include "tests/document/pel-test-util.h"

#define N_IMAGES 2
#define N_CANCELS 9
#define MAX_SECONDS 120.0
/* The last cancel is about so long after the start. */
#define CANCEL_SECONDS 8.0
/* A stretch that is told of. */
#define LONG_SECONDS 0.025

typedef struct
{
  char *root, *model, *out, *cells, *package, *set;
  PelProject *project;
  PelJobRunner *runner;
  GPtrArray *images;
  gboolean once;
  double seconds; /* the longest run */
} Bench;

typedef struct
{
  const char *name;
  PelJob *(*make) (Bench *bench);
} Kind;

static void
init_config (PelTrainConfig *config)
{
  pel_train_config_init_preset (config, PEL_PRESET_QUICK);
  config->epochs = 3;
  config->steps_per_epoch = 8;
  config->time_limit_s = 0;
}

static PelJob *
predict_with (Bench *bench, double diameter, guint n_views)
{
  const PelPredictOverrides overrides = { -1, -1, -1, diameter, n_views };

  return PEL_JOB (pel_predict_job_new (bench->project, bench->images, bench->model, &overrides));
}

static PelJob *
make_predict (Bench *bench)
{
  return predict_with (bench, PEL_PREDICT_MODEL_SIZE, 1);
}

static PelJob *
make_guess (Bench *bench)
{
  return predict_with (bench, PEL_PREDICT_GUESS_SIZE, 1);
}

static PelJob *
make_views (Bench *bench)
{
  return predict_with (bench, PEL_PREDICT_MODEL_SIZE, 8);
}

static PelJob *
make_quality (Bench *bench)
{
  return PEL_JOB (pel_quality_job_new (bench->project, bench->model));
}

static PelJob *
make_compare (Bench *bench)
{
  PelImageDocument *image = bench->images->pdata[0];
  g_autoptr (PelLabels) truth = pel_mask_snapshot (image->mask);

  return PEL_JOB (pel_compare_job_new (image->image, truth, bench->model, bench->model));
}

static PelJob *
make_cut (Bench *bench)
{
  const PelCutOptions options = { .threshold = 0.4, .min_size = 3, .separation = 0.5 };

  return PEL_JOB (pel_cut_job_new (bench->project, bench->images, "m", &options));
}

static PelJob *
make_rank (Bench *bench)
{
  return PEL_JOB (pel_rank_job_new (bench->project, "m"));
}

static PelJob *
make_report (Bench *bench)
{
  g_autofree char *path = g_strconcat (bench->out, ".pdf", NULL);

  return PEL_JOB (pel_report_job_new (bench->images, "Cells", path));
}

static PelJob *
make_study (Bench *bench)
{
  return PEL_JOB (pel_study_job_new (bench->images));
}

static PelJob *
make_csv (Bench *bench)
{
  g_autofree char *path = g_strconcat (bench->out, ".csv", NULL);

  return PEL_JOB (pel_export_job_new_csv (bench->images, PEL_EXPORT_MASKS, path));
}

static PelJob *
make_geojson (Bench *bench)
{
  g_autofree char *path = g_strconcat (bench->out, "-cells", NULL);

  return PEL_JOB (
      pel_export_job_new_cells (bench->images, PEL_EXPORT_MASKS, PEL_EXPORT_GEOJSON, path));
}

static PelJob *
make_import (Bench *bench)
{
  char *paths[] = { bench->cells, NULL };

  return PEL_JOB (pel_import_cells_job_new (bench->images, paths));
}

static PelJob *
make_accept (Bench *bench)
{
  return PEL_JOB (pel_accept_job_new (bench->images->pdata[0], NULL, 0));
}

static gboolean
renumber (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  return pel_mask_draft_renumber (draft, error);
}

static PelJob *
make_renumber (Bench *bench)
{
  return PEL_JOB (
      pel_edit_job_new (bench->images->pdata[0], "Renumbering", "Renumber", renumber, NULL, NULL));
}

static PelJob *
train_from (Bench *bench, const char *init)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (bench->project);
  g_autofree char *path = g_build_filename (bench->root, "t.safetensors", NULL);
  PelTrainConfig config;

  init_config (&config);
  return PEL_JOB (pel_training_job_new (&config, items, path, init, FALSE));
}

static PelJob *
make_training (Bench *bench)
{
  return train_from (bench, NULL);
}

static PelJob *
make_fine_tune (Bench *bench)
{
  return train_from (bench, bench->model);
}

static PelJob *
make_learning (Bench *bench)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (bench->project);
  PelTrainConfig config;

  init_config (&config);
  return PEL_JOB (pel_learning_job_new (&config, items, 0, NULL));
}

static PelJob *
make_folds (Bench *bench)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (bench->project);
  PelTrainConfig config;

  init_config (&config);
  return PEL_JOB (pel_learning_job_new_folds (&config, items, 2, 0, NULL));
}

static PelJob *
make_forecast (Bench *bench)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (bench->project);
  PelTrainConfig config;

  init_config (&config);
  return PEL_JOB (pel_forecast_job_new (&config, items, NULL));
}

static PelJob *
make_augment (Bench *bench)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (bench->project);
  PelTrainConfig config;

  init_config (&config);
  return PEL_JOB (pel_augment_job_new (&config, items, NULL, 64));
}

static PelJob *
make_batch (Bench *bench)
{
  g_autoptr (GPtrArray) inputs = g_ptr_array_new ();
  g_autofree char *set = g_build_filename (bench->set, "images", NULL);
  const PelBatchOptions options = { .overlays = TRUE };

  test_remove_tree (bench->out);
  g_ptr_array_add (inputs, set);
  return PEL_JOB (pel_batch_job_new (inputs, bench->model, bench->out, &options));
}

static PelJob *
make_onnx (Bench *bench)
{
  g_autofree char *path = g_strconcat (bench->out, ".onnx", NULL);

  return PEL_JOB (pel_model_doors_job_new_export (bench->model, path, NULL));
}

static PelJob *
make_package (Bench *bench)
{
  static const char *const authors[] = { "Nobody", NULL };
  const PelModelCard card = {
    .name = "Bench", .description = "Of a bench.", .authors = authors, .licence = "MIT"
  };

  return PEL_JOB (pel_model_doors_job_new_export (bench->model, bench->package, &card));
}

/* What the one before wrote. */
static PelJob *
make_model_import (Bench *bench)
{
  g_autofree char *path = g_build_filename (bench->root, "i.safetensors", NULL);

  return PEL_JOB (pel_model_doors_job_new_import (bench->package, NULL, path));
}

static const Kind kinds[] = {
  { "predict", make_predict },   { "guess", make_guess },
  { "views", make_views },       { "quality", make_quality },
  { "compare", make_compare },   { "cut", make_cut },
  { "rank", make_rank },         { "report", make_report },
  { "study", make_study },       { "csv", make_csv },
  { "geojson", make_geojson },   { "import", make_import },
  { "accept", make_accept },     { "renumber", make_renumber },
  { "training", make_training }, { "fine-tune", make_fine_tune },
  { "learning", make_learning }, { "folds", make_folds },
  { "forecast", make_forecast }, { "augment", make_augment },
  { "batch", make_batch },       { "onnx", make_onnx },
  { "package", make_package },   { "model-import", make_model_import },
};

static double
get_time (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What is allocated, and what the process has. */
static void
get_megabytes (double *used, double *resident)
{
  g_autofree char *text = NULL;
  struct mallinfo2 info;

  malloc_trim (0);
  info = mallinfo2 ();
  *used = (double)(info.uordblks + info.hblkhd) / 1e6;
  *resident = 0;
  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    *resident = (double)g_ascii_strtoull (strchr (text, ' '), NULL, 10) * 4096 / 1e6;
}

static void
turn (void)
{
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (200);
}

/* So that nothing of the job before counts. */
static void
rest (Bench *bench)
{
  const double end = get_time (CLOCK_MONOTONIC) + 0.3;

  while (pel_job_runner_get_busy (bench->runner) || get_time (CLOCK_MONOTONIC) < end)
    turn ();
}

/* Runs a job for so long at most; how long it took to stop, and how long it ran. */
static double
run (Bench *bench,
     const Kind *kind,
     double seconds,
     double *processor,
     double *ran,
     GString *stretches,
     double *longest)
{
  g_autoptr (PelJob) job = kind->make (bench);
  const double begin = get_time (CLOCK_MONOTONIC);
  double asked, busy, most;

  pel_poll_watch_begin (pel_job_get_context (job)->cancellable);
  pel_job_runner_submit (bench->runner, job);
  while (!pel_job_get_is_finished (job) && get_time (CLOCK_MONOTONIC) - begin < seconds)
    turn ();
  asked = get_time (CLOCK_MONOTONIC);
  busy = get_time (CLOCK_PROCESS_CPUTIME_ID);
  *ran = asked - begin;
  pel_job_cancel (job);
  while (!pel_job_get_is_finished (job))
    turn ();
  *processor = get_time (CLOCK_PROCESS_CPUTIME_ID) - busy;
  asked = get_time (CLOCK_MONOTONIC) - asked;
  most = pel_poll_watch_end (LONG_SECONDS, stretches);
  *longest = MAX (*longest, most);
  if (pel_job_get_error (job) != NULL)
    g_printerr ("%s: %s\n", kind->name, pel_job_get_error (job)->message);
  rest (bench);
  return asked;
}

static void
measure (Bench *bench, const Kind *kind)
{
  g_autoptr (GString) stretches = g_string_new (NULL);
  double slowest = 0, most = 0, longest = 0, processor, whole, ran;
  double used, used_before, resident, resident_before;

  run (bench, kind, bench->seconds, &processor, &whole, stretches, &longest);
  get_megabytes (&used_before, &resident_before);
  for (guint i = 1; i <= N_CANCELS && !bench->once; i++)
    {
      const double took = run (bench, kind, MIN (whole, CANCEL_SECONDS) * i / (N_CANCELS + 1),
                               &processor, &ran, NULL, &longest);

      slowest = MAX (slowest, took);
      most = MAX (most, processor);
    }
  get_megabytes (&used, &resident);
  g_print ("%-12s %7.2f s; looks every %6.1f ms; stops within %6.1f ms (%6.1f ms of processors); "
           "keeps %+.1f MB, process %+.1f MB\n%s",
           kind->name, whole, longest * 1000, slowest * 1000, most * 1000, used - used_before,
           resident - resident_before, stretches->str);
}

static void
make_set (const char *set, guint size)
{
  g_autofree char *masks = g_build_filename (set, "masks", NULL);
  g_autoptr (PelLabels) labels = NULL;
  g_autofree guint32 *pixels = g_new0 (guint32, (gsize)size * size);

  for (guint y = 0; y < size; y++)
    for (guint x = 0; x < size; x++)
      {
        const gint dx = (gint)(x % 32) - 16, dy = (gint)(y % 32) - 16;

        if (dx * dx + dy * dy < 81)
          pixels[(gsize)y * size + x] = 1 + x / 32 + y / 32 * (size / 32 + 1);
      }
  labels = pel_labels_new_from_data (size, size, pixels, size, NULL);
  g_mkdir_with_parents (masks, 0777);
  for (guint i = 0; i < N_IMAGES; i++)
    {
      g_autofree char *image = g_strdup_printf ("%s/images/i%u.png", set, i);
      g_autofree char *mask = g_strdup_printf ("%s/i%u.tif", masks, i);

      test_write_image (image, size, size, 0);
      g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
    }
}

static void
make_project (Bench *bench)
{
  g_autofree char *folder = g_build_filename (bench->root, "project", NULL);
  g_autofree char *models = g_build_filename (folder, "models", NULL);
  g_autoptr (GFile) from = g_file_new_for_path (READY_MADE_MODEL);
  g_autoptr (GFile) to = NULL;
  g_autoptr (PelLabels) labels = NULL;
  g_autofree char *name = NULL;
  PelImageDocument *first;
  g_autoptr (GError) error = NULL;

  bench->project = test_create (folder);
  pel_import_report_free (test_import (bench->project, bench->set, PEL_IMPORT_COPY));
  bench->model = g_build_filename (models, "m.safetensors", NULL);
  to = g_file_new_for_path (bench->model);
  g_mkdir_with_parents (models, 0777);
  g_file_copy (from, to, 0, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < pel_project_get_n_images (bench->project); i++)
    {
      g_ptr_array_add (bench->images, pel_project_get_image (bench->project, i));
      test_load (bench->images->pdata[i]);
    }
  first = bench->images->pdata[0];
  name = g_strconcat (pel_image_document_get_name (first), ".geojson", NULL);
  bench->cells = g_build_filename (bench->root, name, NULL);
  labels = pel_mask_snapshot (first->mask);
  g_assert_true (pel_geojson_write (bench->cells, labels, 0, NULL, NULL, NULL, NULL));
}

/* What a model says, for those that work on that: once, to the end. */
static void
predict (Bench *bench)
{
  g_autoptr (PelJob) job = make_predict (bench);

  pel_job_runner_submit (bench->runner, job);
  while (!pel_job_get_is_finished (job))
    turn ();
  g_assert_cmpint (pel_job_get_state (job), ==, PEL_JOB_STATE_DONE);
  rest (bench);
}

int
main (int argc, char *argv[])
{
  Bench bench = { .images = g_ptr_array_new (), .seconds = MAX_SECONDS };
  const char *what;

  for (; argc > 1 && g_str_has_prefix (argv[1], "--"); argc--, argv++)
    if (strcmp (argv[1], "--once") == 0)
      bench.once = TRUE;
    else if (g_str_has_prefix (argv[1], "--seconds="))
      bench.seconds = CLAMP (atof (argv[1] + strlen ("--seconds=")), 1.0, 3600.0);
  what = argc > 1 ? argv[1] : "4096";
  bench.root = test_make_folder ();
  bench.out = g_build_filename (bench.root, "out", NULL);
  bench.package = g_build_filename (bench.root, "package.zip", NULL);
  bench.set = g_file_test (what, G_FILE_TEST_IS_DIR) ? g_strdup (what)
                                                     : g_build_filename (bench.root, "set", NULL);
  if (!g_file_test (bench.set, G_FILE_TEST_IS_DIR))
    make_set (bench.set, CLAMP ((guint)atoi (what), 64, 20000));
  make_project (&bench);
  bench.runner = pel_job_runner_new (0);
  predict (&bench);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (argc < 3 || g_strv_contains ((const char *const *)argv + 2, kinds[i].name))
      measure (&bench, &kinds[i]);
  g_object_unref (bench.runner);
  g_ptr_array_unref (bench.images);
  test_flush (bench.project);
  g_object_unref (bench.project);
  test_remove_tree (bench.root);
  g_free (bench.root);
  g_free (bench.set);
  g_free (bench.model);
  g_free (bench.out);
  g_free (bench.cells);
  g_free (bench.package);
  return 0;
}
