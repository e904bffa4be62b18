/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-chart.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "tests/ui/pel-widget-test.h"
#include "ui/pages/pel-group-text.h"

static const char *const names[] = { "control", "treated", NULL };

static void
count_signal (PelChart *chart, guint *n)
{
  ++*n;
}

static void
set_points (PelChart *chart,
            PelChartKind kind,
            const double *x,
            const double *y,
            const guint8 *group,
            guint n,
            const char *const *group_names,
            const char *x_title,
            const char *y_title)
{
  g_autoptr (PelChartData) data =
      pel_chart_data_new (kind, x, y, group, n, group_names, x_title, y_title);

  pel_chart_set_data (chart, data);
}

static void
test_brush (void)
{
  const double x[] = { 1, 2, 3, 4, (double)NAN }, y[] = { 10, 20, 30, 40, 50 };
  const guint8 group[] = { 0, 0, 1, 1, 1 };
  PelChart *chart = PEL_CHART (g_object_ref_sink (pel_chart_new ()));
  guint n = 0;

  g_signal_connect (chart, "brushed", G_CALLBACK (count_signal), &n);
  set_points (chart, PEL_CHART_SCATTER, x, y, group, 5, names, "A", "B");
  g_assert_false (pel_chart_is_brushed (chart, 1));
  pel_chart_set_brush (chart, 3.5, 35, 1.5, 5);
  g_assert_cmpuint (n, ==, 1);
  g_assert_false (pel_chart_is_brushed (chart, 0));
  g_assert_true (pel_chart_is_brushed (chart, 1));
  g_assert_true (pel_chart_is_brushed (chart, 2));
  g_assert_false (pel_chart_is_brushed (chart, 3));
  g_assert_false (pel_chart_is_brushed (chart, 4));
  g_assert_false (pel_chart_is_brushed (chart, 5));
  pel_chart_set_brush (chart, 0, 0, 9, 15);
  g_assert_false (pel_chart_is_brushed (chart, 1));
  pel_chart_clear_brush (chart);
  g_assert_false (pel_chart_has_brush (chart));
  g_assert_cmpuint (n, ==, 3);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (chart), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "B over A");
  /* For bars only the width of the brush counts. */
  set_points (chart, PEL_CHART_BARS, x, y, group, 5, names, "A", "B");
  pel_chart_set_brush (chart, 2.5, 0, 5, 0);
  g_assert_true (pel_chart_is_brushed (chart, 3));
  g_assert_false (pel_chart_is_brushed (chart, 1));
  g_assert_finalize_object (chart);
}

static void
test_save (void)
{
  static const struct
  {
    const char *name, *magic;
  } files[] = { { "a.svg", "<?xml" }, { "a.pdf", "%PDF" }, { "a.png", "\x89PNG" } };
  const double x[] = { 1, 2, 3, 4 }, y[] = { 10, 20, 30, 40 };
  const guint8 group[] = { 0, 0, 1, 1 };
  g_autofree char *folder = g_dir_make_tmp ("pellicle-test-XXXXXX", NULL);
  PelChart *chart = PEL_CHART (g_object_ref_sink (pel_chart_new ()));
  g_autoptr (GError) error = NULL;

  for (PelChartKind kind = PEL_CHART_BARS; kind <= PEL_CHART_BOXES; kind++)
    {
      set_points (chart, kind, x, y, group, 4, names, "A", "B");
      for (guint i = 0; i < G_N_ELEMENTS (files); i++)
        {
          g_autofree char *path = g_build_filename (folder, files[i].name, NULL);
          g_autofree char *contents = NULL;
          gsize length;

          g_assert_true (pel_chart_data_save (pel_chart_get_data (chart), path, &error));
          g_assert_no_error (error);
          g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
          g_assert_cmpuint (length, >, 1000);
          g_assert_cmpmem (contents, strlen (files[i].magic), files[i].magic,
                           strlen (files[i].magic));
          g_remove (path);
        }
    }
  g_assert_false (pel_chart_data_save (pel_chart_get_data (chart), "/nowhere/at/all.png", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_rmdir (folder);
  g_assert_finalize_object (chart);
}

/* What is told about groups: numbers, and what they rest on; no more. */
static void
test_text (void)
{
  const double values[] = { 1, 2, 3, 4, 5, 6 };
  const guint8 group[] = { 0, 0, 0, 1, 1, 1 };
  g_autofree char *by_image = pel_group_text (values, group, 6, names, TRUE, 7, "µm");
  g_autofree char *by_cell = pel_group_text (values, group, 6, names, FALSE, 0, NULL);
  g_autofree char *angles = pel_spread_text (values, 6, 0, "°");

  g_assert_nonnull (strstr (by_image, "control: median 2.00 µm, n = 3"));
  g_assert_nonnull (strstr (by_image, "U = 9, n = 3 and 3, two-sided p = 0.10 (exact)"));
  g_assert_nonnull (strstr (by_image, "100 % of all pairs (Cliff\u2019s delta 1.00)"));
  g_assert_nonnull (strstr (by_image, "p cannot be smaller than 0.10"));
  g_assert_nonnull (strstr (by_image, "Each image counts once"));
  g_assert_nonnull (strstr (by_image, "7 cells at the border"));
  g_assert_nonnull (strstr (by_cell, "not independent"));
  g_assert_nonnull (strstr (by_cell, "control: median 2.00, n = 3"));
  g_assert_cmpstr (angles, ==, "6 cells\nmedian 3.50°, half of them from 2.25 to 4.75°");
  g_assert_null (strstr (by_image, "significant"));
}

/* Classes of each group: all cells together, and the images apart. */
static void
test_classes (void)
{
  const PelClassCounts counts[] = { { 12, 2, { 5 } }, { 30, 0, { 6 } }, { 8, 0, { 8 } } };
  const guint8 group[] = { 0, 0, 1 };
  g_autoptr (PelRules) rules = pel_rules_new ();
  g_autofree char *text = NULL;

  g_assert_true (pel_rules_parse (rules, "stretched: stretch > 2", NULL));
  text = pel_class_text (rules, counts, group, 3, names, TRUE);
  g_assert_nonnull (strstr (text, "Class \u201cstretched\u201d, cells at the border left out"));
  g_assert_nonnull (
      strstr (text, "control: 11 of 40 cells, 27.5 %; by image 35.0 % (20.0 to 50.0), n = 2"));
  g_assert_nonnull (strstr (text, "treated: 8 of 8 cells, 100.0 %\n"));
  g_assert_nonnull (strstr (text, "Mann-Whitney U = 2, n = 1 and 2"));
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add_func ("/ui/chart/brush", test_brush);
  g_test_add_func ("/ui/chart/save", test_save);
  g_test_add_func ("/ui/chart/text", test_text);
  g_test_add_func ("/ui/chart/classes", test_classes);
  return g_test_run ();
}
