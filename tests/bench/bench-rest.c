/* SPDX-License-Identifier: MIT */
/* What a window at rest takes from a training. One program trains without a window and another with
 * one, turn by turn, so that a machine that is now faster and now slower is so to both; who has not
 * its turn is paused. One row per turn: steps a second alone and with the window, and what the
 * window took; then the same for a second of the program's processor time, which other programs on
 * the machine do not shorten. Then the same over all turns, and which threads of the program with
 * the window used the processors while it trained and while it did not. Needs a display; the number
 * of turns and the seconds of each may be given. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/pel-bench-training.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/window/pel-ui.h"
#include "ui/window/pel-window-private.h"

#define N_TURNS 5
#define SECONDS 4.0
/* Until a training that went on is at its speed again, and one that was paused has stopped. */
#define SETTLE 0.6

/* Seconds of the processors' time that this program has used. */
static double
get_processor_seconds (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- the training without a window ---- */

typedef struct
{
  PelTrainingJob *job;
  gboolean over;
} Alone;

static gboolean
on_command (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  Alone *alone = data;
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      alone->over = TRUE;
      return G_SOURCE_REMOVE;
    }
  if (g_str_has_prefix (line, "tell"))
    g_print ("%u %.6f %.6f\n", pel_training_job_get_step (alone->job),
             pel_training_job_get_seconds (alone->job), get_processor_seconds ());
  else
    pel_training_job_set_paused (alone->job, g_str_has_prefix (line, "halt"));
  return G_SOURCE_CONTINUE;
}

static int
train_alone (const char *folder)
{
  g_autoptr (PelProject) project = test_open (folder);
  g_autoptr (PelJobRunner) runner = pel_job_runner_new (0);
  g_autoptr (GIOChannel) commands = g_io_channel_unix_new (STDIN_FILENO);
  Alone alone = { bench_train (project, runner, "alone"), FALSE };

  g_print ("ready\n");
  g_io_add_watch (commands, G_IO_IN | G_IO_HUP, on_command, &alone);
  while (!alone.over)
    g_main_context_iteration (NULL, TRUE);
  pel_training_job_set_paused (alone.job, FALSE);
  bench_stop (alone.job, runner);
  pel_project_close (project, NULL);
  return 0;
}

typedef struct
{
  GSubprocess *process;
  GDataInputStream *answers;
} Other;

static void
command (Other *other, const char *line)
{
  GOutputStream *pipe = g_subprocess_get_stdin_pipe (other->process);

  g_assert_true (g_output_stream_write_all (pipe, line, strlen (line), NULL, NULL, NULL));
}

static char *
get_answer (Other *other)
{
  char *line = g_data_input_stream_read_line (other->answers, NULL, NULL, NULL);

  g_assert_nonnull (line);
  return line;
}

/* ---- speeds ---- */

typedef struct
{
  double step, seconds, processor;
} Point;

static Point
look (PelTrainingJob *job)
{
  return (Point){ pel_training_job_get_step (job), pel_training_job_get_seconds (job),
                  get_processor_seconds () };
}

static Point
ask (Other *other)
{
  g_autofree char *line = NULL;
  Point point;
  char *end;

  command (other, "tell\n");
  line = get_answer (other);
  point.step = g_ascii_strtod (line, &end);
  point.seconds = g_ascii_strtod (end, &end);
  point.processor = g_ascii_strtod (end, NULL);
  return point;
}

static Point
get_difference (Point to, Point from)
{
  return (Point){ to.step - from.step, to.seconds - from.seconds, to.processor - from.processor };
}

static Point
get_sum (Point a, Point b)
{
  return (Point){ a.step + b.step, a.seconds + b.seconds, a.processor + b.processor };
}

static double
get_speed (double steps, double seconds)
{
  return seconds > 0 ? steps / seconds : 0;
}

static void
report (const char *name, Point alone, Point with)
{
  double a = get_speed (alone.step, alone.seconds), w = get_speed (with.step, with.seconds);
  double pa = get_speed (alone.step, alone.processor), pw = get_speed (with.step, with.processor);

  g_print ("%s,%.2f,%.2f,%.1f,%.2f,%.2f,%.1f\n", name, a, w, 100 * (1 - w / a), pa, pw,
           100 * (1 - pw / pa));
}

/* ---- threads ---- */

enum
{
  MAIN,
  TRAINING,
  DRAWING,
  OTHERS,
  N_KINDS
};

static const char *const kinds[] = { "main", "training", "drawing", "others" };

/* Nanoseconds of a processor's time by the kind of thread; those of the pool have no name. */
static void
add_threads (double times[N_KINDS], double sign)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;

  while (folder != NULL && (id = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *name_path = g_build_filename ("/proc/self/task", id, "comm", NULL);
      g_autofree char *path = g_build_filename ("/proc/self/task", id, "schedstat", NULL);
      g_autofree char *name = NULL;
      g_autofree char *text = NULL;
      guint kind = OTHERS;

      if (!g_file_get_contents (path, &text, NULL, NULL) ||
          !g_file_get_contents (name_path, &name, NULL, NULL))
        continue;
      if (atoi (id) == getpid ())
        kind = MAIN;
      else if (g_str_has_prefix (name, "pel-training") || g_str_has_prefix (name, "bench-rest"))
        kind = TRAINING;
      else if (g_str_has_prefix (name, "pel-task"))
        kind = DRAWING;
      times[kind] += sign * g_ascii_strtod (text, NULL);
    }
}

/* ---- the window ---- */

static void
on_activate (GtkApplication *application)
{
}

static PelWindow *
open_window (GtkApplication *application, const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  PelWindow *window = pel_window_new (application);
  PelWorkspace *workspace = pel_window_get_workspace (window);

  gtk_window_set_default_size (GTK_WINDOW (window), 1440, 900);
  gtk_window_present (GTK_WINDOW (window));
  pel_window_open_folder (window, file);
  while (pel_workspace_get_document (workspace) == NULL ||
         !pel_image_document_get_loaded (pel_workspace_get_document (workspace)))
    g_main_context_iteration (NULL, TRUE);
  bench_run_for (1);
  return window;
}

static void
take_turns (PelTrainingJob *job, Other *other, guint n_turns, double seconds)
{
  Point alone = { 0, 0, 0 }, with = { 0, 0, 0 };
  double working[N_KINDS] = { 0 }, resting[N_KINDS] = { 0 };

  g_print ("turn,alone_steps_per_second,with_window,percent_less,"
           "alone_steps_per_processor_second,with_window,percent_less\n");
  for (guint turn = 0; turn < n_turns; turn++)
    {
      g_autofree char *name = g_strdup_printf ("%u", turn + 1);
      Point from, there, here;

      command (other, "go\n");
      bench_run_for (SETTLE);
      from = ask (other);
      add_threads (resting, -1);
      bench_run_for (seconds);
      add_threads (resting, 1);
      there = get_difference (ask (other), from);
      command (other, "halt\n");
      bench_run_for (SETTLE);

      pel_training_job_set_paused (job, FALSE);
      bench_run_for (SETTLE);
      from = look (job);
      add_threads (working, -1);
      bench_run_for (seconds);
      add_threads (working, 1);
      here = get_difference (look (job), from);
      pel_training_job_set_paused (job, TRUE);
      bench_run_for (SETTLE);

      report (name, there, here);
      alone = get_sum (alone, there);
      with = get_sum (with, here);
    }
  report ("all", alone, with);
  g_print ("threads,percent_of_a_processor_while_it_trains,while_it_does_not\n");
  for (guint i = 0; i < N_KINDS; i++)
    g_print ("%s,%.1f,%.1f\n", kinds[i], working[i] / (1e7 * seconds * n_turns),
             resting[i] / (1e7 * seconds * n_turns));
}

int
main (int argc, char *argv[])
{
  g_autofree char *root = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *other_folder = NULL;
  g_autofree char *ready = NULL;
  g_autoptr (GtkApplication) application = NULL;
  PelWindow *window;
  PelWorkspace *workspace;
  PelTrainingJob *job;
  Other other;

  if (argc == 3 && g_str_equal (argv[1], "--alone"))
    return train_alone (argv[2]);
  root = test_make_folder ();
  folder = bench_make_project (root, "window");
  other_folder = bench_make_project (root, "alone");
  pel_ui_init ();
  application = GTK_APPLICATION (adw_application_new (NULL, G_APPLICATION_NON_UNIQUE));
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  window = open_window (application, folder);
  workspace = pel_window_get_workspace (window);

  other.process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                    NULL, argv[0], "--alone", other_folder, NULL);
  g_assert_nonnull (other.process);
  other.answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (other.process));
  ready = get_answer (&other);
  command (&other, "halt\n");
  job = bench_train (pel_workspace_get_project (workspace), pel_workspace_get_runner (workspace),
                     "window");
  pel_training_job_follow (job, pel_workspace_get_project (workspace));
  pel_training_job_set_paused (job, TRUE);
  bench_run_for (SETTLE);
  take_turns (job, &other, argc > 1 ? (guint)MAX (atoi (argv[1]), 1) : N_TURNS,
              argc > 2 ? MAX (g_ascii_strtod (argv[2], NULL), 1) : SECONDS);

  pel_training_job_set_paused (job, FALSE);
  bench_stop (job, pel_workspace_get_runner (workspace));
  g_output_stream_close (g_subprocess_get_stdin_pipe (other.process), NULL, NULL);
  g_subprocess_wait (other.process, NULL, NULL);
  g_object_unref (other.answers);
  g_object_unref (other.process);
  gtk_window_destroy (GTK_WINDOW (window));
  bench_run_for (0.3);
  test_remove_tree (root);
  return 0;
}
