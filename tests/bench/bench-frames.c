/* SPDX-License-Identifier: MIT */
/* Frames of the real window while a network is really trained. One row per
 * case: what is done, with or without training, frames, then median, 99th
 * percentile and longest time in milliseconds from the beginning of a frame to
 * its end, by the clock on the wall, events and drawing included; then median
 * and 99th percentile of the main thread's own time in it, which other programs
 * on the machine do not lengthen. Below that how many steps a second the
 * training makes while the user paints and pans; bench-rest tells of the window
 * at rest. Needs a display. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "tests/bench/pel-bench-training.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/window/pel-ui.h"
#include "ui/window/pel-window-private.h"

#define SECONDS 6.0
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

  bench_run_for (SECONDS);
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
    bench_run_for (SECONDS);
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
  g_autofree char *folder = bench_make_project (root, "project");
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GtkApplication) application = NULL;
  Bench *bench = g_new0 (Bench, 1);
  double painting, panning;
  PelWorkspace *workspace;

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
  bench_run_for (2);
  pel_canvas_set_tool_id (bench->window->canvas, "brush");

  g_print ("action,training,frames,median_ms,p99_ms,longest_ms,cpu_median_ms,"
           "cpu_p99_ms\n");
  measure (bench, PAINT, "paint");
  measure (bench, PAN, "pan");
  bench->job = bench_train (pel_workspace_get_project (workspace),
                            pel_workspace_get_runner (workspace), "window");
  pel_training_job_follow (bench->job, pel_workspace_get_project (workspace));
  painting = measure (bench, PAINT, "paint");
  panning = measure (bench, PAN, "pan");
  bench_stop (g_steal_pointer (&bench->job), pel_workspace_get_runner (workspace));
  g_print ("steps_per_second,painting,%.2f\nsteps_per_second,panning,%.2f\n", painting, panning);

  gtk_window_destroy (GTK_WINDOW (bench->window));
  bench_run_for (0.3);
  g_free (bench);
  test_remove_tree (root);
  return 0;
}
