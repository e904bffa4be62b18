/* SPDX-License-Identifier: MIT */
/* The table and the charts of many cells while a hand selects: what is told when, and what is said
 * about it. */
#include "engine/io/pel-labels-io.h"
#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/pages/pel-cell-selection.h"
#include "ui/pages/pel-cell-view.h"
#include "ui/pages/pel-plot-window.h"
#include "ui/pages/pel-study-chart.h"
#include "ui/widgets/pel-chart.h"
#include "ui/widgets/pel-fixed-picture.h"

/* Squares of 3 to 9 pixels. */
#define ACROSS 40
#define PITCH 12
#define N_CELLS (ACROSS * ACROSS)

typedef struct
{
  char *folder;
  PelWorkspace *workspace;
  PelDisplay *display;
} Fixture;

static PelLabels *
make_labels (void)
{
  guint side = ACROSS * PITCH;
  g_autofree guint32 *pixels = g_new0 (guint32, side * side);

  for (guint cell = 0; cell < N_CELLS; cell++)
    for (guint y = 0; y < 3 + cell % 7; y++)
      for (guint x = 0; x < 3 + cell % 7; x++)
        pixels[(cell / ACROSS * PITCH + 1 + y) * side + cell % ACROSS * PITCH + 1 + x] = cell + 1;
  return pel_labels_new_from_data (side, side, pixels, side, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelImportReport) report = NULL;
  g_autoptr (PelProject) project = NULL;
  g_autoptr (PelLabels) labels = make_labels ();
  g_autofree char *set = NULL, *path = NULL, *masks = NULL, *image = NULL, *mask = NULL;
  PelCellList *cells;

  fixture->folder = test_make_folder ();
  set = g_build_filename (fixture->folder, "set", NULL);
  masks = g_build_filename (set, "masks", NULL);
  image = g_build_filename (set, "images", "many.png", NULL);
  mask = g_build_filename (masks, "many.tif", NULL);
  path = g_build_filename (fixture->folder, "project", NULL);
  g_mkdir_with_parents (masks, 0777);
  test_write_image (image, ACROSS * PITCH, ACROSS * PITCH, 0);
  g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
  project = test_create (path);
  report = test_import (project, set, PEL_IMPORT_COPY);
  fixture->workspace = pel_workspace_new ();
  fixture->display = pel_workspace_get_display (fixture->workspace);
  pel_workspace_set_project (fixture->workspace, project);
  test_wait_for (pel_workspace_get_document (fixture->workspace) != NULL &&
                 pel_image_document_get_loaded (pel_workspace_get_document (fixture->workspace)));
  cells = pel_image_document_get_cells (pel_workspace_get_document (fixture->workspace));
  test_wait_for (g_list_model_get_n_items (G_LIST_MODEL (cells)) == N_CELLS &&
                 !pel_cell_list_get_updating (cells));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  PelProject *project = g_object_ref (pel_workspace_get_project (fixture->workspace));

  test_wait_for (!pel_job_runner_get_busy (pel_workspace_get_runner (fixture->workspace)));
  pel_workspace_set_project (fixture->workspace, NULL);
  g_assert_true (pel_project_close (project, NULL));
  g_object_unref (project);
  g_clear_object (&fixture->workspace);
  pel_widget_test_run (20);
  test_remove_tree (fixture->folder);
  g_free (fixture->folder);
}

/* ---- the table ---- */

typedef struct
{
  gboolean is_scrolling;
  guint n_told, n_meanwhile;
  guint first, last; /* rows that were told */
} Told;

static void
on_told (GtkSelectionModel *model, guint position, guint n, Told *told)
{
  told->n_told++;
  told->n_meanwhile += told->is_scrolling ? 1 : 0;
  told->first = MIN (told->first, position);
  told->last = MAX (told->last, position + n - 1);
}

static GtkWidget *
show_table (Fixture *fixture, PelCellView *view)
{
  static const PelQuantityId columns[] = { PEL_QUANTITY_AREA, PEL_QUANTITY_STRETCH };
  GtkWidget *window = gtk_window_new ();

  pel_cell_view_set_columns (view, columns, 2, 2);
  pel_cell_view_set_workspace (view, fixture->workspace);
  pel_cell_view_set_cells (
      view, pel_image_document_get_cells (pel_workspace_get_document (fixture->workspace)), FALSE,
      FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 420, 480);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  gtk_window_present (GTK_WINDOW (window));
  test_wait_for (gtk_widget_get_height (GTK_WIDGET (view)) > 200 &&
                 !pel_cell_view_get_updating (view) && pel_cell_view_get_n_rows (view) == N_CELLS);
  return window;
}

/* A list that is scrolled may just be laying out its rows: those that come into sight are told what
 * is selected afterwards, before the next frame, and not within it. */
static void
test_scroll (Fixture *fixture, gconstpointer data)
{
  PelCellView *view = g_object_new (PEL_TYPE_CELL_VIEW, NULL);
  GtkWidget *window = show_table (fixture, view);
  GtkWidget *table = pel_widget_test_find (GTK_WIDGET (view), GTK_TYPE_COLUMN_VIEW);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (table));
  GtkSelectionModel *model = gtk_column_view_get_model (GTK_COLUMN_VIEW (table));
  g_autofree guint32 *all = g_new (guint32, N_CELLS);
  Told told = { .first = G_MAXUINT };
  guint middle;

  for (guint i = 0; i < N_CELLS; i++)
    all[i] = i + 1;
  g_signal_connect (model, "selection-changed", G_CALLBACK (on_told), &told);
  for (guint round = 0; round < 4; round++)
    {
      /* Half of the rows are told by and by, which takes many frames. */
      pel_display_set_selection (fixture->display, all, round % 2 ? 0 : N_CELLS);
      test_wait_for (gtk_selection_model_is_selected (model, 0) == (round % 2 == 0));
      told = (Told){ .first = G_MAXUINT, .is_scrolling = TRUE };
      gtk_adjustment_set_value (adjustment,
                                gtk_adjustment_get_upper (adjustment) * (0.2 + 0.15 * round));
      g_assert_cmpuint (told.n_meanwhile, ==, 0);
      told.is_scrolling = FALSE;
      middle = (guint)(N_CELLS * (0.2 + 0.15 * round)) + 3;
      test_wait_for (told.first <= middle && told.last >= middle);
      g_assert_true (gtk_selection_model_is_selected (model, middle) == (round % 2 == 0));
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Rows that are drawn where they can be seen. */
static guint
count_rows_in_sight (GtkWidget *widget, GtkWidget *table)
{
  graphene_rect_t bounds;
  guint n = 0;

  if (!gtk_widget_get_child_visible (widget) || !gtk_widget_get_mapped (widget))
    return 0;
  if (g_str_equal (gtk_widget_get_css_name (widget), "row"))
    return gtk_widget_compute_bounds (widget, table, &bounds) && bounds.size.height > 1 &&
           bounds.origin.y + bounds.size.height > 1 &&
           bounds.origin.y < (float)gtk_widget_get_height (table) - 1;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows_in_sight (child, table);
  return n;
}

/* A filter that leaves few rows, none of them selected: the table shows them from the first on,
 * from wherever it was. */
static void
test_filter (Fixture *fixture, gconstpointer data)
{
  PelCellView *view = g_object_new (PEL_TYPE_CELL_VIEW, NULL);
  GtkWidget *window = show_table (fixture, view);
  GtkWidget *table = pel_widget_test_find (GTK_WIDGET (view), GTK_TYPE_COLUMN_VIEW);
  GtkWidget *search = pel_widget_test_find (GTK_WIDGET (view), GTK_TYPE_SEARCH_ENTRY);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (table));
  const guint32 small = N_CELLS - N_CELLS % 7 + 1; /* 3 x 3 pixels, near the end */

  pel_display_set_selection (fixture->display, &small, 1);
  test_wait_for (
      gtk_adjustment_get_value (adjustment) >
      0.9 * (gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment)));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  test_wait_for (count_rows_in_sight (table, table) > 5);
  /* The largest squares: without being told where to go GTK 4.8 stays where no row is any more. */
  gtk_editable_set_text (GTK_EDITABLE (search), "area_px > 80");
  test_wait_for (pel_cell_view_get_n_rows (view) < N_CELLS / 6 &&
                 !pel_cell_view_get_updating (view));
  g_assert_cmpuint (pel_cell_view_get_n_rows (view), >, N_CELLS / 8);
  test_wait_for (gtk_adjustment_get_value (adjustment) == 0 &&
                 gtk_adjustment_get_upper (adjustment) < 45.0 * N_CELLS / 6 &&
                 count_rows_in_sight (table, table) > 5);
  gtk_window_destroy (GTK_WINDOW (window));
}

static guint n_measured;

static void
measure_child (GtkWidget *widget,
               GtkOrientation orientation,
               int for_size,
               int *minimum,
               int *natural,
               int *minimum_baseline,
               int *natural_baseline)
{
  n_measured++;
  gtk_widget_measure (gtk_widget_get_first_child (widget), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

static void
allocate_child (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (gtk_widget_get_first_child (widget), width, height, baseline, NULL);
}

static GdkTexture *
make_texture (int width, int height)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);

  gdk_pixbuf_fill (pixbuf, (guint32)0xff0000ff);
  return gdk_texture_new_for_pixbuf (pixbuf);
}

/* Pictures come one by one: nothing is laid out anew for them. */
static void
test_picture (void)
{
  GtkWidget *window = gtk_window_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *picture = pel_fixed_picture_new (32);
  g_autoptr (GdkTexture) small = make_texture (8, 4), large = make_texture (64, 64);
  g_autofree guint8 *pixels = NULL;
  GdkRectangle inner = { 0, 8, 32, 16 }, whole = { 0, 0, 32, 32 };
  GdkRGBA red = { 1, 0, 0, 1 };

  gtk_widget_set_layout_manager (box, gtk_custom_layout_new (NULL, measure_child, allocate_child));
  gtk_widget_set_parent (picture, box);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  test_wait_for (gtk_widget_get_width (picture) >= 32);
  pel_widget_test_run (50);
  n_measured = 0;
  pel_fixed_picture_set_texture (PEL_FIXED_PICTURE (picture), large);
  pel_widget_test_run (50);
  pel_fixed_picture_set_texture (PEL_FIXED_PICTURE (picture), NULL);
  pel_fixed_picture_set_texture (PEL_FIXED_PICTURE (picture), small);
  pel_widget_test_run (50);
  g_assert_cmpuint (n_measured, ==, 0);
  /* What does change the size is noticed. */
  gtk_widget_set_size_request (picture, 40, 40);
  test_wait_for (n_measured > 0);
  g_object_ref (picture);
  gtk_widget_unparent (picture);
  gtk_window_destroy (GTK_WINDOW (window));

  /* As large as fits, in the middle. */
  gtk_widget_set_size_request (picture, -1, -1);
  pixels = pel_widget_test_render (picture, 32, 32);
  g_assert_cmpuint (pel_widget_test_count (pixels, 32, &inner, &red), ==, 32 * 16);
  g_assert_cmpuint (pel_widget_test_count (pixels, 32, &whole, &red), ==, 32 * 16);
  g_object_unref (picture);
}

/* ---- the charts ---- */

static gboolean
says (GtkWidget *widget, const char *text)
{
  const char *shown = NULL;

  if (GTK_IS_LABEL (widget))
    shown = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_INSCRIPTION (widget))
    shown = gtk_inscription_get_text (GTK_INSCRIPTION (widget));
  if (shown != NULL && strstr (shown, text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
}

/* Cells in the brush are selected on the picture; how many is said beside what the chart tells,
 * which stays, and no longer than there is a brush. */
static void
test_brush (Fixture *fixture, gconstpointer data)
{
  GtkWidget *parent = gtk_window_new ();
  GtkWidget *window = GTK_WIDGET (pel_plot_window_show (GTK_WINDOW (parent), fixture->workspace));
  PelChart *chart = PEL_CHART (pel_widget_test_find (window, PEL_TYPE_CHART));
  const guint32 *labels;
  guint n, n_large = 0;

  test_wait_for (pel_chart_get_data (chart)->n == N_CELLS);
  g_assert_cmpint (pel_chart_get_data (chart)->kind, ==, PEL_CHART_BARS);
  g_assert_true (says (window, "1600"));
  g_assert_true (says (window, "1 of 1 image has no scale, so lengths are in pixels."));
  for (guint cell = 0; cell < N_CELLS; cell++)
    n_large += 3 + cell % 7 >= 8 ? 1 : 0;
  /* The squares of 8 and 9 pixels: equivalent diameters of 9.03 and 10.16. */
  pel_chart_set_brush (chart, 9.0, 0, 12, 1000);
  labels = pel_display_get_selection (fixture->display, &n);
  g_assert_cmpuint (n, ==, n_large);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (3 + (labels[i] - 1) % 7, >=, 8);
  {
    g_autofree char *text = g_strdup_printf ("%u of %u cells are marked", n_large, N_CELLS);

    g_assert_true (says (window, text));
    pel_chart_clear_brush (chart);
    g_assert_false (says (window, text));
  }
  /* The selection is the user's now. */
  pel_display_get_selection (fixture->display, &n);
  g_assert_cmpuint (n, ==, n_large);
  /* Nobody is in it. */
  pel_chart_set_brush (chart, 100, 0, 120, 1000);
  g_assert_true (says (window, "0 of 1600 cells are marked"));
  pel_display_get_selection (fixture->display, &n);
  g_assert_cmpuint (n, ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  gtk_window_destroy (GTK_WINDOW (parent));
}

/* The brush goes with the user to another image, whose cells are selected then. */
static void
test_brush_stays (Fixture *fixture, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (fixture->workspace);
  GtkWidget *parent = gtk_window_new ();
  g_autofree char *set = g_build_filename (fixture->folder, "more", NULL);
  g_autofree char *masks = g_build_filename (set, "masks", NULL);
  g_autofree char *image = g_build_filename (set, "images", "more.png", NULL);
  g_autofree char *mask = g_build_filename (masks, "more.tif", NULL);
  g_autofree char *text = NULL;
  g_autoptr (PelLabels) labels = make_labels ();
  g_autoptr (PelImportReport) report = NULL;
  PelImageDocument *second;
  GtkWidget *window;
  PelChart *chart;
  guint n, n_large = 0;

  g_mkdir_with_parents (masks, 0777);
  test_write_image (image, ACROSS * PITCH, ACROSS * PITCH, 0);
  g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
  report = test_import (project, set, PEL_IMPORT_COPY);
  second = pel_project_get_image (project, 1);
  window = GTK_WIDGET (pel_plot_window_show (GTK_WINDOW (parent), fixture->workspace));
  chart = PEL_CHART (pel_widget_test_find (window, PEL_TYPE_CHART));
  test_wait_for (pel_chart_get_data (chart)->n == 2 * N_CELLS);
  for (guint cell = 0; cell < N_CELLS; cell++)
    n_large += 3 + cell % 7 >= 8 ? 1 : 0;
  pel_chart_set_brush (chart, 9.0, 0, 12, 1000);
  text =
      g_strdup_printf ("%u of %u cells are marked; %u of them", 2 * n_large, 2 * N_CELLS, n_large);
  g_assert_true (says (window, text));
  pel_display_set_selection (fixture->display, NULL, 0);
  pel_workspace_set_document (fixture->workspace, second);
  test_wait_for (pel_image_document_get_loaded (second));
  pel_widget_test_run (50);
  pel_display_get_selection (fixture->display, &n);
  g_assert_cmpuint (n, ==, n_large);
  g_assert_true (says (window, text));
  gtk_window_destroy (GTK_WINDOW (window));
  gtk_window_destroy (GTK_WINDOW (parent));
}

static PelStudyImage *
make_image (const char *name, const char *group, guint n_cells)
{
  PelStudyImage *image = g_new0 (PelStudyImage, 1);
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  g_autofree guint32 *pixels = g_new0 (guint32, 100 * 20);
  g_autoptr (PelLabels) labels = NULL;

  for (guint cell = 0; cell < n_cells; cell++)
    for (guint y = 0; y < 2 + cell; y++)
      for (guint x = 0; x < 3 + cell; x++)
        pixels[(2 + y) * 100 + 2 + cell * 12 + x] = cell + 1;
  labels = pel_labels_new_from_data (100, 20, pixels, 100, NULL);
  image->name = g_strdup (name);
  image->group = g_strdup (group);
  image->table = pel_measure_cells (labels, NULL, NULL, &options, NULL, NULL, NULL);
  return image;
}

static void
free_image (gpointer memory)
{
  PelStudyImage *image = memory;

  g_free (image->name);
  g_free (image->group);
  pel_cell_table_free (image->table);
  g_free (image);
}

/* Images that nobody has done yet are no group, but a group without cells is one. */
static void
test_groups (void)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (free_image);
  const PelStudyChoice choice = {
    .kind = PEL_CHART_BOXES, .x = PEL_QUANTITY_AREA, .leave_border = TRUE, .want_um = TRUE
  };

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (PelStudyChart) chart = NULL;

      if (round == 0)
        {
          g_ptr_array_add (images, make_image ("a", "control", 4));
          g_ptr_array_add (images, make_image ("b", "treated", 5));
          g_ptr_array_add (images, make_image ("c", "", 0));
        }
      else
        g_ptr_array_add (images,
                         round == 1 ? make_image ("d", "starved", 0) : make_image ("e", "", 2));
      chart = pel_study_chart_new (images, &choice, NULL);
      g_assert_cmpuint (chart->data->n_groups, ==, 2 + round);
      g_assert_nonnull (strstr (chart->text, "control: median"));
      g_assert_true ((strstr (chart->text, "starved: median –, n = 0") != NULL) == (round > 0));
      g_assert_true ((strstr (chart->text, "no group: median") != NULL) == (round > 1));
      /* One test is no series of tests. */
      g_assert_true ((strstr (chart->text, "p is not corrected") != NULL) == (round > 1));
      g_assert_nonnull (strstr (chart->text, round > 1 ? "3 of 3 images have no scale"
                                                       : "2 of 2 images have no scale"));
    }
  {
    PelStudyChoice other = choice;
    g_autoptr (PelStudyChart) chart = NULL;

    other.x = PEL_QUANTITY_STRETCH;
    chart = pel_study_chart_new (images, &other, NULL);
    g_assert_null (strstr (chart->text, "no scale"));
  }
}

int
main (int argc, char *argv[])
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add ("/brushing/scroll", Fixture, NULL, set_up, test_scroll, tear_down);
  g_test_add ("/brushing/filter", Fixture, NULL, set_up, test_filter, tear_down);
  g_test_add_func ("/brushing/picture", test_picture);
  g_test_add_func ("/brushing/groups", test_groups);
  g_test_add ("/brushing/brush", Fixture, NULL, set_up, test_brush, tear_down);
  g_test_add ("/brushing/stays", Fixture, NULL, set_up, test_brush_stays, tear_down);
  return g_test_run ();
}
