/* SPDX-License-Identifier: MIT */
/* One very large image in a project of its own, journal and all: how long until there is a picture,
 * what a stroke costs, what edits of the whole mask and their undo keep the main thread for, and
 * what memory all of it takes.
 *
 *     bench-large IMAGE.tif [STAGES]
 *
 * STAGES is a word of letters, "ocsrd" by default: o opens, c puts 28 900 cells in, s draws strokes,
 * r renumbers and undoes it, d undoes what is only on disk; and a undoes everything and accepts as
 * many predicted cells, twice. A turn is one iteration of the main loop: handlers and, where there is
 * one, a frame drawn by the software renderer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask-draft.h"
#include "app/document/pel-undo.h"
#include "engine/image/pel-label-map.h"
#include "tests/document/pel-test-util.h"
#include "ui/canvas/pel-canvas-private.h"

#define MAX_PER_ROW 170
#define N_EVENTS 150

typedef struct
{
  gint64 start;
  gint64 longest, second; /* microseconds of the thread */
  gboolean done;
} Turns;

static gint64
get_thread_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
begin (Turns *turns)
{
  *turns = (Turns){ .start = g_get_monotonic_time () };
}

static void
take_turn (Turns *turns)
{
  const gint64 start = get_thread_time ();
  gint64 took;

  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (500);
  took = get_thread_time () - start;
  if (took > turns->longest)
    {
      turns->second = turns->longest;
      turns->longest = took;
    }
  else if (took > turns->second)
    turns->second = took;
}

static void
report (const char *what, const Turns *turns)
{
  g_print ("%s: %.2f s, longest turn %.2f ms, then %.2f ms\n", what,
           (g_get_monotonic_time () - turns->start) / 1e6, turns->longest / 1000.0,
           turns->second / 1000.0);
}

static void
report_memory (const char *when)
{
  g_autofree char *status = NULL;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return;
  for (char *line = strtok (status, "\n"); line; line = strtok (NULL, "\n"))
    if (g_str_has_prefix (line, "VmHWM:") || g_str_has_prefix (line, "VmRSS:"))
      g_print ("memory %s: %s\n", when, line);
}

static PelLabels *
make_labels (guint width, guint height)
{
  PelLabelMap *map = pel_label_map_new (width, height, NULL);
  PelLabels *labels;
  const guint pitch = MAX (24, MAX (width, height) / MAX_PER_ROW);
  const double radius = pitch * 5 / 12.0;
  const guint per_row = width / pitch;
  g_autofree guint32 *block = g_new (guint32, (gsize)PEL_LABEL_TILE_SIZE * width);

  /* A row of tiles at a time, as a file is read. */
  for (guint top = 0; top < height; top += PEL_LABEL_TILE_SIZE)
    {
      const guint n = MIN (PEL_LABEL_TILE_SIZE, height - top);
      const PelRect band = { 0, (gint)top, (gint)width, (gint)n };

      memset (block, 0, (gsize)PEL_LABEL_TILE_SIZE * width * sizeof *block);
      for (guint y = top; y < top + n; y++)
        for (guint i = 0; i < per_row; i++)
          {
            const double dy = y % pitch + 0.5 - pitch / 2.0;
            const double half = sqrt (MAX (radius * radius - dy * dy, 0));
            const guint middle = i * pitch + pitch / 2;

            for (guint x = middle - (guint)half; half >= 1 && x < middle + (guint)half; x++)
              block[(gsize)(y - top) * width + x] = 1 + i + y / pitch * per_row;
          }
      pel_label_map_write (map, &band, block, width);
    }
  labels = pel_label_map_snapshot (map);
  pel_label_map_free (map);
  return labels;
}

static gboolean
put_cells (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  PelLabels *before = pel_mask_draft_get_before (draft);
  g_autoptr (PelLabels) labels =
      make_labels (pel_labels_get_width (before), pel_labels_get_height (before));

  pel_mask_draft_set_labels (draft, labels);
  return TRUE;
}

static gboolean
renumber (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  return pel_mask_draft_renumber (draft, error);
}

static void
on_edited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  Turns *turns = data;

  g_assert_true (pel_image_document_edit_finish (PEL_IMAGE_DOCUMENT (source), result, &error));
  turns->done = TRUE;
}

static void
on_arrived (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  Turns *turns = data;

  g_assert_true (pel_undo_go_to_finish (PEL_UNDO (source), result, &error));
  turns->done = TRUE;
}

static void
edit (PelImageDocument *image, PelCanvas *canvas, const char *name, PelMaskEditFunc func)
{
  Turns turns;

  begin (&turns);
  pel_image_document_edit_async (image, name, func, NULL, NULL, NULL, on_edited, &turns);
  while (!turns.done)
    take_turn (&turns);
  for (guint i = 0; i < 200 || !pel_canvas_is_settled (canvas); i++)
    take_turn (&turns);
  report (name, &turns);
}

static void
go_to (PelUndo *undo, PelCanvas *canvas, guint position, const char *name)
{
  Turns turns;

  begin (&turns);
  pel_undo_go_to_async (undo, position, on_arrived, &turns);
  while (!turns.done)
    take_turn (&turns);
  report (name, &turns);
  for (guint i = 0; i < 200 || !pel_canvas_is_settled (canvas); i++)
    take_turn (&turns);
  report ("  … and its frames", &turns);
}

static void
accept (PelJobRunner *runner, PelImageDocument *image, PelCanvas *canvas)
{
  g_autoptr (PelEditJob) job = NULL;
  Turns turns;

  begin (&turns);
  job = pel_accept_job_new (image, NULL, 0);
  pel_job_runner_submit (runner, PEL_JOB (job));
  while (!pel_job_get_is_finished (PEL_JOB (job)))
    take_turn (&turns);
  g_print ("%u cells accepted\n", pel_edit_job_get_count (job));
  report ("accepted", &turns);
  for (guint i = 0; i < 200 || !pel_canvas_is_settled (canvas); i++)
    take_turn (&turns);
  report ("  … and its frames", &turns);
}

/* All cells predicted: into an empty mask, and once more in the place of those. */
static void
accept_all (PelImageDocument *image, PelCanvas *canvas)
{
  PelMask *mask = pel_image_document_get_mask (image);
  g_autoptr (PelLabels) labels =
      make_labels (pel_mask_get_width (mask), pel_mask_get_height (mask));
  PelCellList *cells = pel_image_document_get_prediction_cells (image);
  PelJobRunner *runner = pel_job_runner_new (0);
  Turns turns;

  pel_image_document_set_prediction (image, labels, NULL, 0.5, "m");
  begin (&turns);
  while (pel_cell_list_get_updating (cells) || !pel_canvas_is_settled (canvas))
    take_turn (&turns);
  report ("prediction measured and shown", &turns);
  accept (runner, image, canvas);
  accept (runner, image, canvas);
  g_object_unref (runner);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const double d = *(const double *)a - *(const double *)b;

  return (d > 0) - (d < 0);
}

/* Events of a hand over the whole window, and the frame's snapshot after each. */
static void
stroke (PelCanvas *canvas, const char *what)
{
  const double w = canvas->view.width, h = canvas->view.height;
  double times[N_EVENTS];
  Turns turns;

  pel_canvas_pointer_press (canvas, w / 2, h / 2, GDK_BUTTON_PRIMARY, 1, 0);
  for (guint i = 0; i < N_EVENTS; i++)
    {
      const double t = i / (double)N_EVENTS * 2 * G_PI;
      const gint64 start = get_thread_time ();
      g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();

      pel_canvas_pointer_motion (canvas, w / 2 + 0.42 * w * sin (3 * t) * sin (t / 2),
                                 h / 2 + 0.42 * h * sin (2 * t) * sin (t / 2), 1, 0);
      GTK_WIDGET_GET_CLASS (canvas)->snapshot (GTK_WIDGET (canvas), snapshot);
      times[i] = (get_thread_time () - start) / 1000.0;
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  begin (&turns);
  {
    const gint64 start = get_thread_time ();

    pel_canvas_pointer_release (canvas, w / 2, h / 2, GDK_BUTTON_PRIMARY, 1, 0);
    turns.longest = get_thread_time () - start;
  }
  qsort (times, N_EVENTS, sizeof *times, compare);
  g_print ("stroke, %s: median %.2f ms, 99 %% %.2f ms, its end %.2f ms\n", what,
           times[N_EVENTS / 2], times[N_EVENTS * 99 / 100], turns.longest / 1000.0);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pel_image_document_load_finish (PEL_IMAGE_DOCUMENT (source), result, &error));
  *(gboolean *)data = TRUE;
}

int
main (int argc, char *argv[])
{
  g_autofree char *root = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (PelImportReport) imported = NULL;
  const char *stages;
  PelProject *project;
  PelImageDocument *image;
  PelUndo *undo;
  GtkWidget *window;
  PelCanvas *canvas;
  Turns turns;
  gboolean loaded = FALSE;

  gtk_test_init (&argc, &argv, NULL);
  if (argc < 2)
    {
      g_printerr ("usage: bench-large IMAGE [STAGES]\n");
      return 2;
    }
  stages = argc > 2 ? argv[2] : "ocsrd";
  root = test_make_folder ();
  folder = g_build_filename (root, "project", NULL);
  project = test_create (folder);
  imported = test_import (project, argv[1], 0);
  image = pel_project_get_image (project, 0);
  report_memory ("before");

  window = gtk_window_new ();
  canvas = PEL_CANVAS (pel_canvas_new ());
  gtk_widget_set_size_request (GTK_WIDGET (canvas), 1920, 1080);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (canvas));
  gtk_window_present (GTK_WINDOW (window));
  begin (&turns);
  while (g_get_monotonic_time () - turns.start < 500000)
    take_turn (&turns);

  begin (&turns);
  pel_canvas_set_document (canvas, image);
  pel_image_document_load_async (image, NULL, on_loaded, &loaded);
  while (!loaded)
    take_turn (&turns);
  report ("read", &turns);
  while (!pel_canvas_get_base (canvas))
    take_turn (&turns);
  report ("first picture", &turns);
  while (!pel_canvas_is_settled (canvas))
    take_turn (&turns);
  report ("sharp picture", &turns);
  report_memory ("open");
  undo = pel_image_document_get_undo (image);
  pel_canvas_set_tool_id (canvas, "brush");
  pel_display_set_protect (pel_canvas_get_display (canvas), FALSE);

  if (strchr (stages, 'c'))
    {
      edit (image, canvas, "cells put in", put_cells);
      report_memory ("with cells");
    }
  if (strchr (stages, 's'))
    for (guint z = 0; z < 2; z++)
      {
        if (z == 1)
          pel_canvas_zoom_at (canvas, 2, NULL);
        begin (&turns);
        while (!pel_canvas_is_settled (canvas))
          take_turn (&turns);
        for (guint b = 0; b < 2; b++)
          {
            g_autofree char *what =
                g_strdup_printf ("%u px, %s", b == 0 ? 20 : 200, z == 0 ? "whole image" : "200 %");

            pel_display_set_brush_size (pel_canvas_get_display (canvas), b == 0 ? 20 : 200);
            stroke (canvas, what);
          }
      }
  if (strchr (stages, 'r'))
    {
      const guint32 gap = 5;

      pel_mask_delete_labels (pel_image_document_get_mask (image), &gap, 1, undo);
      edit (image, canvas, "renumbered", renumber);
      report_memory ("renumbered");
      go_to (undo, canvas, pel_undo_get_position (undo) - 1, "renumbering undone");
      go_to (undo, canvas, pel_undo_get_position (undo) + 1, "and done again");
    }
  if (strchr (stages, 'a'))
    {
      go_to (undo, canvas, 0, "everything undone");
      accept_all (image, canvas);
      report_memory ("accepted");
    }
  if (strchr (stages, 'd'))
    {
      begin (&turns);
      while (pel_image_document_is_saving (image))
        take_turn (&turns);
      report ("saved", &turns);
      report_memory ("saved");
      pel_undo_set_budget (undo, 0);
      go_to (undo, canvas, pel_undo_get_position (undo) - 1, "undone from disk");
      go_to (undo, canvas, 0, "everything undone from disk");
      report_memory ("undone");
    }
  report_memory ("at the end");
  gtk_window_destroy (GTK_WINDOW (window));
  begin (&turns);
  while (g_get_monotonic_time () - turns.start < 100000)
    take_turn (&turns);
  test_flush (project);
  g_object_unref (project);
  test_remove_tree (root);
  return 0;
}
