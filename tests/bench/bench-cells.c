/* SPDX-License-Identifier: MIT */
/* The table, the plots, brushing and selection of an image with 100 000 cells, in the real window.
 * One row per case: how often it was done, then the longest time in milliseconds of the call
 * itself, of what the main loop did for it afterwards outside of frames, of a frame (layout and
 * drawing), and until all of it was there; then what of the longest frame the main thread worked
 * and what it waited for a processor (the rest it waited for the display). By the clock on the
 * wall; with PELLICLE_CLOCK=processor calls, handlers and frames by the main thread's time of the
 * processor, for a machine with other work.
 * PELLICLE_CELLS sets another number of cells; rows may be chosen by their names as arguments.
 * Needs a display. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "app/document/pel-cell-rows.h"
#include "engine/io/pel-labels-io.h"
#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/pages/pel-cell-view.h"
#include "ui/pages/pel-plot-window.h"
#include "ui/widgets/pel-chart.h"
#include "ui/window/pel-ui.h"
#include "ui/window/pel-window-private.h"

#define DEFAULT_CELLS 100000
#define PITCH 14
#define ROUNDS 5
/* So long all is settled before the next is done, in milliseconds. */
#define CALM 100

typedef struct
{
  PelWindow *window;
  PelWorkspace *workspace;
  PelCellView *view;
  GtkColumnView *table;
  PelChart *chart;
  GtkDropDown *kind;
  double frame_begun, in_frames, longest_frame;
  double work_begun, wait_begun; /* when the frame began */
  double longest_work, longest_wait;
  char **chosen; /* names of rows; empty for all */
} Bench;

static double
now (void)
{
  return (double)g_get_monotonic_time () / 1000;
}

/* How long the calling thread has had a processor. */
static double
worked (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* How long it was ready for one and had none: the second number that Linux tells. */
static double
waited (void)
{
  g_autofree char *text = NULL;
  char *end;

  if (!g_file_get_contents ("/proc/thread-self/schedstat", &text, NULL, NULL))
    return 0;
  g_ascii_strtoull (text, &end, 10);
  return (double)g_ascii_strtoull (end, NULL, 10) / 1e6;
}

/* What a call, a handler or a frame is timed by. */
static double
spent (void)
{
  return g_strcmp0 (g_getenv ("PELLICLE_CLOCK"), "processor") != 0 ? now () : worked ();
}

static void
on_before_paint (GdkFrameClock *clock, Bench *bench)
{
  bench->work_begun = worked ();
  bench->wait_begun = waited ();
  bench->frame_begun = spent ();
}

static void
on_after_paint (GdkFrameClock *clock, Bench *bench)
{
  double took = spent () - bench->frame_begun;

  bench->in_frames += took;
  if (took <= bench->longest_frame)
    return;
  bench->longest_frame = took;
  bench->longest_work = worked () - bench->work_begun;
  bench->longest_wait = waited () - bench->wait_begun;
}

static gboolean
is_settled (Bench *bench)
{
  PelImageDocument *document = pel_workspace_get_document (bench->workspace);

  return !pel_cell_view_get_updating (bench->view) &&
         !pel_cell_list_get_updating (pel_image_document_get_cells (document)) &&
         pel_canvas_is_settled (bench->window->canvas) &&
         (bench->chart == NULL || pel_chart_is_settled (bench->chart));
}

static void do_nothing (Bench *bench, guint round);
static void show_points (Bench *bench, guint round);

/* Does something some times, each time until all is settled again and then a little more. */
static void
run (Bench *bench, const char *name, guint rounds, void (*act) (Bench *bench, guint round))
{
  double longest_call = 0, longest_other = 0, longest_whole = 0;

  if (bench->chosen[0] != NULL && act != do_nothing && act != show_points &&
      !g_strv_contains ((const char *const *)bench->chosen, name))
    return;
  bench->longest_frame = bench->longest_work = bench->longest_wait = 0;
  for (guint round = 0; round < rounds; round++)
    {
      double begun = now (), begun_spent = spent (), calm = 0;

      act (bench, round);
      longest_call = MAX (longest_call, spent () - begun_spent);
      while (calm == 0 || now () - calm < CALM)
        {
          double before = spent (), other;

          bench->in_frames = 0;
          if (!g_main_context_iteration (NULL, FALSE))
            g_usleep (200);
          else
            {
              other = spent () - before - bench->in_frames;
              longest_other = MAX (longest_other, other);
            }
          if (!is_settled (bench))
            calm = 0;
          else if (calm == 0)
            {
              calm = now ();
              longest_whole = MAX (longest_whole, calm - begun);
            }
        }
    }
  g_print ("%s,%u,%.2f,%.2f,%.2f,%.0f,%.2f,%.2f\n", name, rounds, longest_call, longest_other,
           bench->longest_frame, longest_whole, bench->longest_work, bench->longest_wait);
}

/* ---- what is done ---- */

static void
do_nothing (Bench *bench, guint round)
{
}

static void
filter (Bench *bench, guint round)
{
  static const char *const texts[] = { "equivalent_diameter_px > 10", "1", "", "circularity < 0.9",
                                       "" };
  GtkWidget *search = pel_widget_test_find (GTK_WIDGET (bench->view), GTK_TYPE_SEARCH_ENTRY);

  gtk_editable_set_text (GTK_EDITABLE (search), texts[round % G_N_ELEMENTS (texts)]);
  g_signal_emit_by_name (search, "search-changed");
}

static void
sort (Bench *bench, guint round)
{
  GListModel *columns = gtk_column_view_get_columns (bench->table);
  g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 2 + round % 3);

  gtk_column_view_sort_by_column (bench->table, column,
                                  round % 2 ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
}

static void
scroll (Bench *bench, guint round)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (bench->table));

  gtk_adjustment_set_value (adjustment,
                            round < 12 ? gtk_adjustment_get_value (adjustment) + 80
                                       : gtk_adjustment_get_upper (adjustment) * (round - 11) / 14);
}

static void
select_rows (Bench *bench, guint round)
{
  GtkSelectionModel *model = gtk_column_view_get_model (bench->table);

  if (round % 2 == 0)
    gtk_selection_model_select_all (model);
  else
    gtk_selection_model_select_item (model, round * 1000, TRUE);
}

static void
select_cells (Bench *bench, guint round)
{
  PelDisplay *display = pel_workspace_get_display (bench->workspace);
  guint n = pel_image_document_get_n_cells (pel_workspace_get_document (bench->workspace));
  g_autofree guint32 *labels = g_new (guint32, n);
  guint n_labels = 0;

  /* One cell, every second one, all. */
  for (guint label = 1; label <= n; label++)
    if (round % 3 == 2 || (round % 3 == 1 && label % 2) || label == 500)
      labels[n_labels++] = label;
  pel_display_set_selection (display, labels, n_labels);
}

static void
move_limit (Bench *bench, guint round)
{
  g_autoptr (PelRules) rules = pel_rules_new ();
  g_autofree char *text = g_strdup_printf ("large: equivalent_diameter_px > %u", 8 + round % 4);

  g_assert_true (pel_rules_parse (rules, text, NULL));
  pel_display_set_color_by (pel_workspace_get_display (bench->workspace), PEL_COLOR_BY_CLASS);
  pel_project_set_rules (pel_workspace_get_project (bench->workspace), rules);
}

static void
show_chart (Bench *bench, guint round)
{
  gtk_drop_down_set_selected (bench->kind, (round + 1) % 3);
}

static void
show_points (Bench *bench, guint round)
{
  gtk_drop_down_set_selected (bench->kind, PEL_CHART_SCATTER);
}

static void
brush (Bench *bench, guint round)
{
  const PelChartData *data = pel_chart_get_data (bench->chart);
  double width = data->x_axis.high - data->x_axis.low;
  double height = data->y_axis.high - data->y_axis.low;

  pel_chart_set_brush (
      bench->chart, data->x_axis.low + 0.2 * width, data->y_axis.low + 0.1 * height,
      data->x_axis.low + (0.2 + 0.75 * (round + 1) / 15) * width, data->y_axis.high);
}

/* ---- a project with one image ---- */

static char *
make_project (const char *root, guint n_cells)
{
  char *folder = g_build_filename (root, "project", NULL);
  g_autofree char *set = g_build_filename (root, "set", NULL);
  g_autofree char *masks = g_build_filename (set, "masks", NULL);
  g_autofree char *image_path = g_build_filename (set, "images", "many.png", NULL);
  g_autofree char *mask_path = g_build_filename (masks, "many.tif", NULL);
  guint across = (guint)ceil (sqrt (n_cells)), size = across * PITCH;
  g_autofree guint32 *pixels = g_new0 (guint32, (gsize)size * size);
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (PelProject) project = NULL;
  g_autoptr (PelImportReport) report = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint cell = 0; cell < n_cells; cell++)
    {
      double a = g_rand_double_range (random, 3.5, 6.3), b = g_rand_double_range (random, 3.5, 6.3);

      for (guint y = 0; y < PITCH; y++)
        for (guint x = 0; x < PITCH; x++)
          if (pow ((x - 6.5) / a, 2) + pow ((y - 6.5) / b, 2) <= 1)
            pixels[((gsize)(cell / across) * PITCH + y) * size + cell % across * PITCH + x] =
                cell + 1;
    }
  labels = pel_labels_new_from_data (size, size, pixels, size, NULL);
  g_mkdir_with_parents (masks, 0777);
  test_write_image (image_path, size, size, 0);
  g_assert_true (pel_labels_save_tiff (labels, mask_path, 0.5, 0.5, NULL));
  project = test_create (folder);
  report = test_import (project, set, PEL_IMPORT_COPY);
  g_assert_true (pel_project_close (project, NULL));
  return folder;
}

static void
follow_frames (Bench *bench, GtkWidget *widget)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);

  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), bench);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), bench);
}

static void
run_for (double milliseconds)
{
  double end = now () + milliseconds;

  while (now () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
}

static void
on_activate (GtkApplication *application)
{
}

int
main (int argc, char *argv[])
{
  const char *text = g_getenv ("PELLICLE_CELLS");
  guint n_cells = text != NULL ? (guint)atoi (text) : DEFAULT_CELLS;
  g_autofree char *root = test_make_folder ();
  g_autofree char *folder = make_project (root, n_cells);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GtkApplication) application = NULL;
  Bench *bench = g_new0 (Bench, 1);
  PelPlotWindow *charts;
  PelCellList *cells;
  double begun;

  bench->chosen = argv + 1;
  pel_ui_init ();
  application = GTK_APPLICATION (adw_application_new (NULL, G_APPLICATION_NON_UNIQUE));
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  bench->window = pel_window_new (application);
  bench->workspace = pel_window_get_workspace (bench->window);
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 1440, 900);
  gtk_window_present (GTK_WINDOW (bench->window));
  pel_window_open_folder (bench->window, file);
  while (pel_workspace_get_document (bench->workspace) == NULL ||
         !pel_image_document_get_loaded (pel_workspace_get_document (bench->workspace)))
    g_main_context_iteration (NULL, TRUE);
  follow_frames (bench, GTK_WIDGET (bench->window));
  adw_view_stack_set_visible_child (bench->window->modes, GTK_WIDGET (bench->window->measure_page));
  bench->view = PEL_CELL_VIEW (
      pel_widget_test_find (GTK_WIDGET (bench->window->measure_page), PEL_TYPE_CELL_VIEW));
  bench->table =
      GTK_COLUMN_VIEW (pel_widget_test_find (GTK_WIDGET (bench->view), GTK_TYPE_COLUMN_VIEW));
  cells = pel_image_document_get_cells (pel_workspace_get_document (bench->workspace));

  g_print ("what,times,call_ms,handlers_ms,frame_ms,whole_ms,frame_work_ms,frame_wait_ms\n");
  begun = now ();
  run (bench, "measure", 1, do_nothing);
  while (g_list_model_get_n_items (G_LIST_MODEL (cells)) < n_cells)
    run (bench, "measured", 1, do_nothing);
  g_print ("seconds until the table of %u cells was there,%.1f\n", n_cells,
           (now () - begun) / 1000);
  run (bench, "at rest", 1, do_nothing);
  run (bench, "filter", 2 * ROUNDS, filter);
  run (bench, "sort", 2 * ROUNDS, sort);
  run (bench, "scroll", 24, scroll);
  run (bench, "select rows", 2 * ROUNDS, select_rows);
  run (bench, "select cells", 3 * ROUNDS, select_cells);
  run (bench, "limit of a class", 2 * ROUNDS, move_limit);

  charts = pel_plot_window_show (GTK_WINDOW (bench->window), bench->workspace);
  run_for (1000);
  while (pel_job_runner_get_busy (pel_workspace_get_runner (bench->workspace)))
    g_main_context_iteration (NULL, TRUE);
  run_for (1000);
  follow_frames (bench, GTK_WIDGET (charts));
  bench->chart = PEL_CHART (pel_widget_test_find (GTK_WIDGET (charts), PEL_TYPE_CHART));
  bench->kind = GTK_DROP_DOWN (pel_widget_test_find (GTK_WIDGET (charts), GTK_TYPE_DROP_DOWN));
  run (bench, "charts", 3 * ROUNDS, show_chart);
  run (bench, "points", 1, show_points);
  g_assert_cmpuint (pel_chart_get_data (bench->chart)->n, >, n_cells / 2);
  run (bench, "brush", 15, brush);

  gtk_window_destroy (GTK_WINDOW (charts));
  gtk_window_destroy (GTK_WINDOW (bench->window));
  run_for (300);
  g_free (bench);
  test_remove_tree (root);
  return 0;
}
