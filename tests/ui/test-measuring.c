/* SPDX-License-Identifier: MIT */
/* What is set by hand before cells are measured: the limits of classes, and scales. */
#include "tests/ui/pel-window-test.h"
#include "ui/pages/pel-cell-view-private.h"
#include "ui/pages/pel-measure-page.h"
#include "ui/pages/pel-rule-panel.h"
#include "ui/widgets/pel-histogram.h"

#define N_IMAGES 3

static void
set_up (WindowTest *test, gconstpointer data)
{
  window_test_set_up (test, N_IMAGES, 96, 2);
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.mode", "s", "measure");
}

static void
tear_down (WindowTest *test, gconstpointer data)
{
  g_assert_cmpuint (test->n_failures, ==, 0);
  window_test_tear_down (test);
}

/* ---- the limit of a class ---- */

static double
get_limit (WindowTest *test)
{
  const PelRules *rules = pel_project_get_rules (pel_workspace_get_project (test->workspace));

  g_assert_cmpuint (pel_rules_get_n (rules), ==, 1);
  return pel_rules_get (rules, 0)->limit;
}

static GtkEventController *
find_drag (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_DRAG (controller))
        return controller; /* the widget holds it */
    }
  return NULL;
}

/* On the slider, on the histogram or by its digits: the rule follows at once, and all three show
 * the same. */
static void
test_limit (WindowTest *test, gconstpointer data)
{
  GtkWidget *panel =
      pel_widget_test_find (GTK_WIDGET (test->window->measure_page), PEL_TYPE_RULE_PANEL);
  GtkWidget *histogram = pel_widget_test_find (panel, PEL_TYPE_HISTOGRAM);
  GtkRange *slider = GTK_RANGE (pel_widget_test_find (panel, GTK_TYPE_SCALE));
  GtkSpinButton *number = GTK_SPIN_BUTTON (pel_widget_test_find (panel, GTK_TYPE_SPIN_BUTTON));
  PelImageDocument *document = pel_workspace_get_document (test->workspace);
  PelCellList *cells = pel_image_document_get_cells (document);
  PelRules *rules = pel_rules_new ();
  PelRule rule = { (char *)"large", PEL_QUANTITY_AREA, FALSE, TRUE, 200 };
  GtkEventController *drag;

  /* Discs of 249 pixels, and a small one between them. */
  test_paint (document, 32, 32, 4, 999);
  test_wait_for (pel_cell_list_get_table (cells) != NULL &&
                 pel_cell_table_get_n_cells (pel_cell_list_get_table (cells)) == 10);
  test_wait_for (!pel_cell_list_get_updating (cells));
  pel_rules_add (rules, &rule);
  pel_project_set_rules (pel_workspace_get_project (test->workspace), rules);
  pel_rules_free (rules);
  pel_rule_panel_reload (PEL_RULE_PANEL (panel));
  test_wait_for (gtk_widget_get_width (histogram) > 100);
  pel_widget_test_run (50); /* drawn */
  g_assert_cmpfloat (gtk_spin_button_get_value (number), ==, 200);

  g_assert_cmpint (pel_display_get_color_by (pel_workspace_get_display (test->workspace)), ==,
                   PEL_COLOR_BY_LABEL);
  gtk_range_set_value (slider, 150.123456789);
  /* It is seen on the picture. */
  g_assert_cmpint (pel_display_get_color_by (pel_workspace_get_display (test->workspace)), ==,
                   PEL_COLOR_BY_CLASS);
  g_assert_cmpfloat_with_epsilon (get_limit (test), 150.1, 1e-9);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (number)), ==, "150.1");

  /* The right end of the plot is the largest cell, and what is left of it is the smallest. */
  drag = find_drag (histogram);
  g_assert_nonnull (drag);
  g_signal_emit_by_name (drag, "drag-begin", gtk_widget_get_width (histogram) + 50.0, 40.0);
  {
    double largest = get_limit (test), smallest;

    g_assert_cmpfloat (largest, >, 240);
    g_assert_cmpfloat_with_epsilon (gtk_range_get_value (slider), largest, 1e-6);
    g_assert_cmpfloat_with_epsilon (gtk_spin_button_get_value (number), largest, 1e-6);
    g_signal_emit_by_name (drag, "drag-begin", 0.0, 40.0);
    smallest = get_limit (test);
    g_assert_cmpfloat (smallest, <, largest);
    g_signal_emit_by_name (drag, "drag-begin", gtk_widget_get_width (histogram) * 0.6, 40.0);
    g_assert_cmpfloat (get_limit (test), >, smallest + 0.4 * (largest - smallest));
    g_assert_cmpfloat (get_limit (test), <, smallest + 0.7 * (largest - smallest));
  }

  /* Typed, also beyond all that there is. */
  gtk_spin_button_set_value (number, 1000);
  g_assert_cmpfloat (get_limit (test), ==, 1000);
  g_assert_cmpfloat (gtk_range_get_value (slider), ==, 1000);
}

/* ---- scales ---- */

static GtkLabel *
get_question (WindowTest *test)
{
  return GTK_LABEL (gtk_widget_get_template_child (GTK_WIDGET (test->window->measure_page),
                                                   PEL_TYPE_MEASURE_PAGE, "scale_question"));
}

static gboolean
asks (WindowTest *test, const char *text)
{
  GtkLabel *label = get_question (test);

  return gtk_widget_get_visible (GTK_WIDGET (label)) &&
         strstr (gtk_label_get_text (label), text) != NULL;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);
  return found;
}

/* Images without a scale are told as long as there are some, whoever gives them one. */
static void
test_scale_of_all (WindowTest *test, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (test->workspace);
  GtkWidget *page = GTK_WIDGET (test->window->measure_page);
  GtkSpinButton *field =
      GTK_SPIN_BUTTON (gtk_widget_get_template_child (page, PEL_TYPE_MEASURE_PAGE, "um_per_px"));

  gtk_spin_button_set_value (field, 0.65);
  g_assert_cmpfloat (pel_image_document_get_um_x (pel_workspace_get_document (test->workspace)), ==,
                     0.65);
  test_wait_for (asks (test, "2 images"));
  pel_image_document_set_calibration (pel_project_get_image (project, 2), 0.5, 0.5);
  test_wait_for (asks (test, "1 image of"));
  /* The scale of the image on show stays what it is. */
  pel_project_set_calibration (project, 0.65, 0.65);
  test_wait_for (!gtk_widget_get_visible (GTK_WIDGET (get_question (test))));
  for (guint i = 0; i < N_IMAGES; i++)
    g_assert_cmpfloat (pel_image_document_get_um_x (pel_project_get_image (project, i)), ==, 0.65);
  /* Typed, and given to all by a key that leaves the field alone. */
  gtk_editable_set_text (GTK_EDITABLE (field), "0.25");
  g_assert_true (gtk_widget_activate (find_button (page, "_Apply to All")));
  for (guint i = 0; i < N_IMAGES; i++)
    test_wait_for (pel_image_document_get_um_x (pel_project_get_image (project, i)) == 0.25);
  pel_project_set_calibration (project, 0, 0);
  pel_widget_test_run (50);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (get_question (test))));
}

static void
keep_timeout (PelWorkspace *workspace, AdwToast *toast, guint *timeout)
{
  *timeout = adw_toast_get_timeout (toast);
  g_assert_cmpstr (adw_toast_get_action_name (toast), ==, "win.scale-from-line");
}

/* What asks for a line waits for as long as that takes. */
static void
test_line (WindowTest *test, gconstpointer data)
{
  guint timeout = 99;

  g_signal_connect (test->workspace, "toast", G_CALLBACK (keep_timeout), &timeout);
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.scale-from-line", NULL);
  g_assert_cmpuint (timeout, ==, 0);
  g_signal_handlers_disconnect_by_data (test->workspace, &timeout);
}

/* ---- the table ---- */

static guint
count_checks (GtkWidget *widget)
{
  guint n = GTK_IS_CHECK_BUTTON (widget) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_checks (child);
  return n;
}

/* Whatever is measured can be a column, beside the picture and the class. */
static void
test_columns (WindowTest *test, gconstpointer data)
{
  GtkWidget *view =
      pel_widget_test_find (GTK_WIDGET (test->window->measure_page), PEL_TYPE_CELL_VIEW);
  GtkWidget *table = pel_widget_test_find (view, GTK_TYPE_COLUMN_VIEW);
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (table));
  guint n, n_before = g_list_model_get_n_items (columns);
  GtkWidget *check = PEL_CELL_VIEW (view)->choices;

  pel_quantities_get (&n);
  g_assert_cmpuint (count_checks (check), ==, n + 2);
  for (check = gtk_widget_get_first_child (check);
       g_strcmp0 (gtk_check_button_get_label (GTK_CHECK_BUTTON (check)), "Convex area") != 0;
       check = gtk_widget_get_next_sibling (check))
    ;
  g_assert_false (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (columns), ==, n_before + 1);
}

int
main (int argc, char *argv[])
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func) g_test_add ("/measuring/" name, WindowTest, NULL, set_up, func, tear_down)
  ADD ("limit", test_limit);
  ADD ("scale-of-all", test_scale_of_all);
  ADD ("line", test_line);
  ADD ("columns", test_columns);
#undef ADD
  return g_test_run ();
}
