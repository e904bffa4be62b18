/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-window-test.h"
#include "ui/canvas/pel-scale-bar.h"
#include "ui/pages/pel-measure-page.h"

/* Pixels that are not square: what the window says of them, and how their size is typed in. */

typedef struct
{
  WindowTest base;
  GtkWidget *page;
  GtkWidget *bar;
  PelImageDocument *document;
} Fixture;

static GtkWidget *
find (Fixture *fixture, GType type)
{
  return window_test_find (GTK_WIDGET (fixture->base.window), window_test_is_type, &type);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  window_test_set_up (&fixture->base, 2, 96, 4);
  pel_window_set_mode (fixture->base.window, "measure");
  fixture->page = find (fixture, PEL_TYPE_MEASURE_PAGE);
  fixture->bar = find (fixture, PEL_TYPE_SCALE_BAR);
  fixture->document = pel_workspace_get_document (fixture->base.workspace);
  pel_widget_test_run (50);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  window_test_tear_down (&fixture->base);
}

static gpointer
get_child (Fixture *fixture, const char *name)
{
  return gtk_widget_get_template_child (fixture->page, PEL_TYPE_MEASURE_PAGE, name);
}

static gboolean
is_apply (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_BUTTON (widget) &&
         g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), "_Apply to All") == 0;
}

static void
assert_scale (PelImageDocument *document, double um_x, double um_y)
{
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_um_x (document), um_x, 1e-9);
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_um_y (document), um_y, 1e-9);
}

/* Width and height each have their field while the pixels are not square. */
static void
test_typed (Fixture *fixture, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (fixture->base.workspace);
  PelImageDocument *other = pel_project_get_image (project, 0);
  GtkWidget *apply;

  if (other == fixture->document)
    other = pel_project_get_image (project, 1);
  gtk_spin_button_set_value (get_child (fixture, "um_per_px"), 0.5);
  assert_scale (fixture->document, 0.5, 0.5);
  g_assert_false (gtk_widget_get_visible (get_child (fixture, "height_row")));
  g_assert_false (gtk_widget_get_visible (get_child (fixture, "oblong_note")));
  g_assert_cmpstr (gtk_label_get_text (get_child (fixture, "scale_unit")), ==, "µm per px");

  gtk_check_button_set_active (get_child (fixture, "square_pixels"), FALSE);
  g_assert_true (gtk_widget_get_visible (get_child (fixture, "height_row")));
  assert_scale (fixture->document, 0.5, 0.5);
  gtk_spin_button_set_value (get_child (fixture, "um_height"), 0.25);
  assert_scale (fixture->document, 0.5, 0.25);
  g_assert_true (gtk_widget_get_visible (get_child (fixture, "oblong_note")));
  g_assert_cmpstr (gtk_label_get_text (get_child (fixture, "scale_unit")), ==, "µm wide");
  /* Another width does not make them square again. */
  gtk_spin_button_set_value (get_child (fixture, "um_per_px"), 0.4);
  assert_scale (fixture->document, 0.4, 0.25);

  /* All images get both. */
  apply = window_test_find (fixture->page, is_apply, NULL);
  g_assert_nonnull (apply);
  g_signal_emit_by_name (apply, "clicked");
  assert_scale (other, 0.4, 0.25);

  gtk_check_button_set_active (get_child (fixture, "square_pixels"), TRUE);
  assert_scale (fixture->document, 0.4, 0.4);
  g_assert_false (gtk_widget_get_visible (get_child (fixture, "height_row")));
  g_assert_false (gtk_widget_get_visible (get_child (fixture, "oblong_note")));
}

/* The file or another hand says that they are not square: the page shows it at once. */
static void
test_told (Fixture *fixture, gconstpointer data)
{
  pel_image_document_set_calibration (fixture->document, 0.2, 0.6);
  g_assert_false (gtk_check_button_get_active (get_child (fixture, "square_pixels")));
  g_assert_cmpfloat (gtk_spin_button_get_value (get_child (fixture, "um_per_px")), ==, 0.2);
  g_assert_cmpfloat (gtk_spin_button_get_value (get_child (fixture, "um_height")), ==, 0.6);
  g_assert_true (gtk_widget_get_visible (get_child (fixture, "oblong_note")));
  g_assert_nonnull (
      strstr (gtk_label_get_text (get_child (fixture, "scale_source")), "0.2000 × 0.6000"));
  assert_scale (fixture->document, 0.2, 0.6);
}

/* The bar stands in both directions, as long in truth. */
static void
test_bar (Fixture *fixture, gconstpointer data)
{
  double zoom = pel_canvas_get_zoom (fixture->base.canvas), length;
  g_autofree char *text = NULL;
  gint square, oblong;

  pel_image_document_set_calibration (fixture->document, 0.5, 0.5);
  gtk_widget_measure (fixture->bar, GTK_ORIENTATION_VERTICAL, -1, NULL, &square, NULL, NULL);
  pel_image_document_set_calibration (fixture->document, 0.5, 0.25);
  gtk_widget_measure (fixture->bar, GTK_ORIENTATION_VERTICAL, -1, NULL, &oblong, NULL, NULL);
  length = pel_scale_bar_choose (zoom / 0.25, 140);
  g_assert_cmpfloat (length, >, 0);
  g_assert_cmpint (oblong, >, square);
  g_assert_cmpint (oblong, >=, (gint)(length * zoom / 0.25));
  text = g_strdup_printf ("%g µm across and down: the pixels are not square", length);
  gtk_test_accessible_assert_property (fixture->bar, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/oblong-view/typed", test_typed);
  ADD ("/oblong-view/told", test_told);
  ADD ("/oblong-view/bar", test_bar);
#undef ADD
  return g_test_run ();
}
