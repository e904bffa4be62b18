/* SPDX-License-Identifier: MIT */
/* Frames of the real window while a network is really trained. One row per
 * case: what is done, with or without training, frames, then median, 99th
 * percentile and longest time in milliseconds from the beginning of a frame to
 * its end, by the clock on the wall, events and drawing included; then median
 * and 99th percentile of the main thread's own time in it, which other programs
 * on the machine do not lengthen. Below that how many steps a second the
 * training makes: without a window, with the window at rest, and while the user
 * paints and pans, and what of a processor's time the main thread takes at rest
 * while it trains. Needs a display. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "app/document/pel-training-follow.h"
#include "engine/io/pel-labels-io.h"
#include "tests/document/pel-test-util.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/window/pel-ui.h"
#include "ui/window/pel-window-private.h"

#define SIDE 1024
#define N_IMAGES 4
#define SECONDS 6.0
#define WARM_UP 3.0
#define MAX_FRAMES 4000

typedef enum
{
  REST,
  PAINT,
  PAN,
} Action;

typedef struct
{
  PelWindow *window;
  PelTrainingJob *job; /* nullable */
  Action action;
  gboolean pressed;
  guint n_events;
  gint64 begun;
  double begun_cpu;
  double times[MAX_FRAMES], cpu_times[MAX_FRAMES];
  guint n;
} Bench;

/* Milliseconds that this thread has worked. */
static double
get_cpu (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static gboolean
set_flag (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Waits as the program does: without looking round all the time. */
static void
run_for (double seconds)
{
  gboolean over = FALSE;

  g_timeout_add ((guint)(1000 * seconds), set_flag, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static char *
make_project (const char *root)
{
  char *folder = g_build_filename (root, "project", NULL);
  g_autofree char *set = g_build_filename (root, "set", NULL);
  g_autofree char *masks = g_build_filename (set, "masks", NULL);
  g_autoptr (PelLabels) labels = test_disc_labels (SIDE, SIDE, 0);
  g_autoptr (PelProject) project = NULL;
  g_autoptr (PelImportReport) report = NULL;

  g_mkdir_with_parents (masks, 0777);
  for (guint i = 0; i < N_IMAGES; i++)
    {
      g_autofree char *image = g_strdup_printf ("%s/images/i%u.png", set, i);
      g_autofree char *mask = g_strdup_printf ("%s/i%u.tif", masks, i);

      test_write_image (image, SIDE, SIDE, 0);
      g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
    }
  project = test_create (folder);
  report = test_import (project, set, PEL_IMPORT_COPY);
  g_assert_true (pel_project_close (project, NULL));
  return folder;
}

static PelTrainingJob *
train (PelProject *project, PelJobRunner *runner, const char *name)
{
  g_autoptr (GPtrArray) items = pel_project_list_training_items (project);
  g_autofree char *path = pel_project_new_model_path (project, name);
  PelTrainConfig config;
  PelTrainingJob *job;

  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  pel_train_config_set_time_limit (&config, 3600);
  job = pel_training_job_new (&config, items, path, NULL, FALSE);
  pel_job_runner_submit (runner, PEL_JOB (job));
  while (pel_training_job_get_step (job) == 0)
    g_main_context_iteration (NULL, TRUE);
  run_for (WARM_UP);
  return job;
}

static void
stop (PelTrainingJob *job, PelJobRunner *runner)
{
  pel_job_cancel (PEL_JOB (job));
  while (pel_job_runner_get_busy (runner))
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (job);
}

/* What a hand does within one frame. */
static void
act (Bench *bench)
{
  PelCanvas *canvas = bench->window->canvas;
  double w = canvas->view.width, h = canvas->view.height, t = bench->n_events++ / 60.0;
  double x = w / 2 + 0.4 * w * sin (1.7 * t) * cos (0.6 * t), y = h / 2 + 0.4 * h * sin (2.3 * t);

  switch (bench->action)
    {
    case PAINT:
      /* A stroke a second; each ends as an undo step and is written to the
       * journal. */
      if (bench->pressed && bench->n_events % 60 == 0)
        pel_canvas_pointer_release (canvas, x, y, GDK_BUTTON_PRIMARY, 1, 0);
      else if (!bench->pressed || bench->n_events % 60 == 1)
        pel_canvas_pointer_press (canvas, x, y, GDK_BUTTON_PRIMARY, 1, 0);
      else
        pel_canvas_pointer_motion (canvas, x, y, 1, 0);
      bench->pressed = bench->n_events % 60 != 0;
      break;
    case PAN:
      pel_canvas_scroll_by (canvas, 11 * sin (2 * t), 8 * cos (1.3 * t));
      break;
    case REST:
    default:
      break;
    }
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  act (data);
  return G_SOURCE_CONTINUE;
}

static void
on_before_paint (GdkFrameClock *clock, Bench *bench)
{
  bench->begun = g_get_monotonic_time ();
  bench->begun_cpu = get_cpu ();
}

static void
on_after_paint (GdkFrameClock *clock, Bench *bench)
{
  if (bench->n == MAX_FRAMES)
    return;
  bench->times[bench->n] = (double)(g_get_monotonic_time () - bench->begun) / 1000.0;
  bench->cpu_times[bench->n++] = get_cpu () - bench->begun_cpu;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double d = *(const double *)a - *(const double *)b;

  return (d > 0) - (d < 0);
}

/* Steps a second over a while, measured between two steps. */
static double
measure_speed (Bench *bench)
{
  guint from = pel_training_job_get_step (bench->job);
  double begun = pel_training_job_get_seconds (bench->job), seconds;

  run_for (SECONDS);
  seconds = pel_training_job_get_seconds (bench->job) - begun;
  return seconds > 0 ? (pel_training_job_get_step (bench->job) - from) / seconds : 0;
}

static double
measure (Bench *bench, Action action, const char *name)
{
  GtkWidget *canvas = GTK_WIDGET (bench->window->canvas);
  PelJobRunner *runner = pel_workspace_get_runner (pel_window_get_workspace (bench->window));
  GdkFrameClock *clock = gtk_widget_get_frame_clock (canvas);
  gulong before, after;
  guint tick;
  double speed = 0;

  bench->action = action;
  bench->n = bench->n_events = 0;
  bench->pressed = FALSE;
  /* As the window does while there are events. */
  pel_job_runner_set_interactive (runner, TRUE);
  before = g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), bench);
  after = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), bench);
  tick = gtk_widget_add_tick_callback (canvas, on_tick, bench, NULL);
  if (bench->job != NULL)
    speed = measure_speed (bench);
  else
    run_for (SECONDS);
  gtk_widget_remove_tick_callback (canvas, tick);
  g_signal_handler_disconnect (clock, before);
  g_signal_handler_disconnect (clock, after);
  pel_canvas_finish_stroke (bench->window->canvas);
  pel_job_runner_set_interactive (runner, FALSE);
  g_assert_cmpuint (bench->n, >, 10);
  qsort (bench->times, bench->n, sizeof (double), compare);
  qsort (bench->cpu_times, bench->n, sizeof (double), compare);
  g_print ("%s,%s,%u,%.2f,%.2f,%.2f,%.2f,%.2f\n", name,
           bench->job != NULL ? "training" : "no training", bench->n, bench->times[bench->n / 2],
           bench->times[(guint)(0.99 * bench->n)], bench->times[bench->n - 1],
           bench->cpu_times[bench->n / 2], bench->cpu_times[(guint)(0.99 * bench->n)]);
  return speed;
}

static void
on_activate (GtkApplication *application)
{
}

int
main (int argc, char *argv[])
{
  g_autofree char *root = test_make_folder ();
  g_autofree char *folder = make_project (root);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GtkApplication) application = NULL;
  Bench *bench = g_new0 (Bench, 1);
  double alone, rest, painting, panning, cpu;
  PelWorkspace *workspace;

  {
    g_autoptr (PelProject) project = test_open (folder);
    g_autoptr (PelJobRunner) runner = pel_job_runner_new (0);

    bench->job = train (project, runner, "alone");
    alone = measure_speed (bench);
    stop (g_steal_pointer (&bench->job), runner);
    pel_project_close (project, NULL);
  }

  pel_ui_init ();
  application = GTK_APPLICATION (adw_application_new (NULL, G_APPLICATION_NON_UNIQUE));
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  bench->window = pel_window_new (application);
  workspace = pel_window_get_workspace (bench->window);
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 1440, 900);
  gtk_window_present (GTK_WINDOW (bench->window));
  pel_window_open_folder (bench->window, file);
  while (pel_workspace_get_document (workspace) == NULL ||
         !pel_image_document_get_loaded (pel_workspace_get_document (workspace)))
    g_main_context_iteration (NULL, TRUE);
  run_for (2);
  pel_canvas_set_tool_id (bench->window->canvas, "brush");

  g_print ("action,training,frames,median_ms,p99_ms,longest_ms,cpu_median_ms,"
           "cpu_p99_ms\n");
  measure (bench, PAINT, "paint");
  measure (bench, PAN, "pan");
  bench->job =
      train (pel_workspace_get_project (workspace), pel_workspace_get_runner (workspace), "window");
  pel_training_job_follow (bench->job, pel_workspace_get_project (workspace));
  cpu = get_cpu ();
  rest = measure_speed (bench);
  cpu = (get_cpu () - cpu) / (10.0 * SECONDS);
  painting = measure (bench, PAINT, "paint");
  panning = measure (bench, PAN, "pan");
  stop (g_steal_pointer (&bench->job), pel_workspace_get_runner (workspace));
  g_print ("steps_per_second,alone,%.2f\nsteps_per_second,window at rest,%.2f "
           "(%.1f %% less)\n"
           "steps_per_second,painting,%.2f\nsteps_per_second,panning,%.2f\n"
           "main_thread_at_rest,%.1f %% of a processor\n",
           alone, rest, 100 * (1 - rest / alone), painting, panning, cpu);

  gtk_window_destroy (GTK_WINDOW (bench->window));
  run_for (0.3);
  g_free (bench);
  test_remove_tree (root);
  return 0;
}
