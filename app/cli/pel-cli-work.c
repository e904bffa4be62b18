/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-work.h"

#include "app/cli/pel-cli-command.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#define BAR_WIDTH 28
#define DRAW_INTERVAL_MS 100
/* Where there is no terminal: a line at each tenth of the work, or when this long was silent. */
#define LINE_INTERVAL_US (20 * G_USEC_PER_SEC)
/* Two signals this close are one wish: timeout(1) and terminals may send it twice. */
#define SAME_WISH_US (G_USEC_PER_SEC / 3)

struct PelCliWork
{
  PelCliWorkFunc func;
  gpointer data;
  GCancellable *cancellable;
  GMainLoop *loop;
  GError *error;
  gboolean done;
  gboolean quiet;
  gboolean terminal;
  gint64 started;
  gint64 interrupted; /* when the first signal came */
  guint sources[4];

  pthread_mutex_t lock; /* guards what follows, and the printing */
  double fraction;
  double seconds_left;
  char *text;
  gboolean reported; /* there is something to show */
  gboolean changed;
  gboolean drawn; /* the bar stands in the last line */
  gint last_tenth;
  gint64 last_line;
};

char *
pel_cli_format_time (double seconds)
{
  gint64 whole = (gint64)llround (CLAMP (seconds, 0, 1e9));

  if (whole >= 3600)
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", whole / 3600, (int)(whole / 60 % 60),
                            (int)(whole % 60));
  return g_strdup_printf ("%d:%02d", (int)(whole / 60), (int)(whole % 60));
}

/* The rest from the speed so far, where the work did not tell. Lock held. */
static double
get_seconds_left (PelCliWork *self)
{
  double elapsed = (double)(g_get_monotonic_time () - self->started) / G_USEC_PER_SEC;

  if (self->seconds_left >= 0)
    return self->seconds_left;
  if (self->fraction < 0.02 || elapsed < 1)
    return -1;
  return elapsed * (1 - self->fraction) / self->fraction;
}

static guint
get_columns (void)
{
  struct winsize size;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
    return size.ws_col;
  return 80;
}

/* The line without its bar: `43 %  0:32 left  text`. Lock held. */
static char *
format_state (PelCliWork *self)
{
  g_autofree char *left_text = NULL;
  double left = get_seconds_left (self);
  int percent = (int)floor (self->fraction * 100);

  if (left < 0 || self->fraction >= 1)
    return g_strdup_printf ("%3d %%  %s", percent, self->text);
  left_text = pel_cli_format_time (left);
  /* Translators: the share of the work done, the time left, and what is being done */
  return g_strdup_printf (_ ("%3d %%  %s left  %s"), percent, left_text, self->text);
}

static void
draw_bar (PelCliWork *self)
{
  g_autofree char *state = format_state (self);
  GString *line = g_string_new ("\r[");
  glong room = (glong)get_columns () - BAR_WIDTH - 5;
  int filled = (int)floor (self->fraction * BAR_WIDTH);

  for (int i = 0; i < BAR_WIDTH; i++)
    g_string_append_c (line, i < filled ? '#' : '.');
  g_string_append (line, "] ");
  if (room > 0 && g_utf8_validate (state, -1, NULL))
    {
      g_autofree char *cut = g_utf8_substring (state, 0, MIN (room, g_utf8_strlen (state, -1)));

      g_string_append (line, cut);
    }
  g_string_append (line, "\033[K");
  fputs (line->str, stdout);
  fflush (stdout);
  g_string_free (line, TRUE);
  self->drawn = TRUE;
}

static void
clear_bar (PelCliWork *self)
{
  if (self->drawn)
    fputs ("\r\033[K", stdout);
  self->drawn = FALSE;
}

static void
print_line (PelCliWork *self)
{
  gint64 now = g_get_monotonic_time ();
  gint tenth = (gint)floor (self->fraction * 10);
  g_autofree char *state = NULL;

  if (tenth <= self->last_tenth && now - self->last_line < LINE_INTERVAL_US)
    return;
  self->last_tenth = tenth;
  self->last_line = now;
  state = format_state (self);
  fprintf (stdout, "%s\n", state);
  fflush (stdout);
}

static gboolean
on_draw (gpointer data)
{
  PelCliWork *self = data;

  pthread_mutex_lock (&self->lock);
  if (self->reported && self->terminal)
    draw_bar (self);
  else if (self->changed)
    print_line (self);
  self->changed = FALSE;
  pthread_mutex_unlock (&self->lock);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_signal (gpointer data)
{
  PelCliWork *self = data;
  gint64 now = g_get_monotonic_time ();

  if (self->interrupted != 0 && now - self->interrupted < SAME_WISH_US)
    return G_SOURCE_CONTINUE;
  if (self->interrupted != 0)
    {
      if (self->drawn)
        {
          static const char newline = '\n';

          if (write (STDOUT_FILENO, &newline, 1) < 0)
            _exit (PEL_CLI_INTERRUPTED);
        }
      _exit (PEL_CLI_INTERRUPTED);
    }
  self->interrupted = now;
  g_cancellable_cancel (self->cancellable);
  pel_cli_work_say (self, "%s", _ ("Stopping; press Ctrl-C once more to end at once."));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_done (gpointer data)
{
  PelCliWork *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static gpointer
work_thread (gpointer data)
{
  PelCliWork *self = data;

  self->done = self->func (self, self->data, &self->error);
  /* Always on the main thread, and only once its loop runs. */
  g_idle_add_full (G_PRIORITY_DEFAULT, on_done, self, NULL);
  return NULL;
}

static void
work_begin (PelCliWork *self, gboolean quiet)
{
  pthread_mutex_init (&self->lock, NULL);
  self->cancellable = g_cancellable_new ();
  self->loop = g_main_loop_new (NULL, FALSE);
  self->text = g_strdup ("");
  self->quiet = quiet;
  self->terminal = isatty (STDOUT_FILENO) != 0;
  self->started = g_get_monotonic_time ();
  self->seconds_left = -1;
  self->last_tenth = -1;
  self->sources[0] = g_unix_signal_add (SIGINT, on_signal, self);
  self->sources[1] = g_unix_signal_add (SIGTERM, on_signal, self);
  self->sources[2] = g_unix_signal_add (SIGHUP, on_signal, self);
  if (!quiet)
    self->sources[3] = g_timeout_add (DRAW_INTERVAL_MS, on_draw, self);
}

static void
work_end (PelCliWork *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->sources); i++)
    if (self->sources[i] != 0)
      g_source_remove (self->sources[i]);
  if (!self->quiet)
    {
      /* What came after the last drawing. */
      if (self->done && self->changed && !self->terminal)
        print_line (self);
      clear_bar (self);
      fflush (stdout);
    }
  g_main_loop_unref (self->loop);
  g_object_unref (self->cancellable);
  g_free (self->text);
  pthread_mutex_destroy (&self->lock);
}

gboolean
pel_cli_work_run (PelCliWorkFunc func, gpointer data, gboolean quiet, GError **error)
{
  PelCliWork self = { .func = func, .data = data };
  GThread *thread;

  work_begin (&self, quiet);
  thread = g_thread_new ("pel-command", work_thread, &self);
  g_main_loop_run (self.loop);
  g_thread_join (thread);
  work_end (&self);
  if (self.error != NULL)
    g_propagate_error (error, self.error);
  return self.done;
}

static void
on_job_moved (PelJob *job, GParamSpec *property, gpointer data)
{
  pel_cli_work_report (data, MAX (pel_job_get_fraction (job), 0), pel_job_get_seconds_left (job),
                       pel_job_get_message (job));
}

static void
on_job_finished (PelJob *job, gpointer data)
{
  PelCliWork *self = data;

  g_main_loop_quit (self->loop);
}

/* The cancellable is cancelled by on_signal(), on the main thread. */
static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  pel_job_cancel (data);
}

gboolean
pel_cli_work_run_job (PelJobRunner *runner, PelJob *job, gboolean quiet, GError **error)
{
  PelCliWork self = { 0 };
  gulong handlers[4];

  work_begin (&self, quiet);
  handlers[0] = g_signal_connect (job, "notify::fraction", G_CALLBACK (on_job_moved), &self);
  handlers[1] = g_signal_connect (job, "notify::message", G_CALLBACK (on_job_moved), &self);
  handlers[2] = g_signal_connect (job, "notify::seconds-left", G_CALLBACK (on_job_moved), &self);
  handlers[3] = g_signal_connect (job, "finished", G_CALLBACK (on_job_finished), &self);
  g_signal_connect_object (self.cancellable, "cancelled", G_CALLBACK (on_cancelled), job, 0);
  pel_job_runner_submit (runner, job);
  if (!pel_job_get_is_finished (job))
    g_main_loop_run (self.loop);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_handler_disconnect (job, handlers[i]);
  self.done = pel_job_get_state (job) == PEL_JOB_STATE_DONE;
  work_end (&self);
  if (self.done)
    return TRUE;
  if (pel_job_get_error (job) != NULL)
    g_propagate_error (error, g_error_copy (pel_job_get_error (job)));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         _ ("Stopped before the end; run the command again"));
  return FALSE;
}

GCancellable *
pel_cli_work_get_cancellable (PelCliWork *self)
{
  return self->cancellable;
}

void
pel_cli_work_report (PelCliWork *self, double fraction, double seconds_left, const char *text)
{
  pthread_mutex_lock (&self->lock);
  self->fraction = isfinite (fraction) ? CLAMP (fraction, 0, 1) : 0;
  self->seconds_left = seconds_left;
  if (strcmp (self->text, text) != 0)
    {
      g_free (self->text);
      self->text = g_strdup (text);
    }
  self->reported = TRUE;
  self->changed = TRUE;
  pthread_mutex_unlock (&self->lock);
}

void
pel_cli_work_say (PelCliWork *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  if (self->quiet)
    return;
  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  pthread_mutex_lock (&self->lock);
  clear_bar (self);
  fprintf (stdout, "%s\n", line);
  fflush (stdout);
  pthread_mutex_unlock (&self->lock);
}

void
pel_cli_work_warn (PelCliWork *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  pthread_mutex_lock (&self->lock);
  clear_bar (self);
  pel_cli_complain ("%s", line);
  pthread_mutex_unlock (&self->lock);
}
