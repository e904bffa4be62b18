/* SPDX-License-Identifier: MIT */
#include "engine/pel-engine.h"

#include <math.h>
#include <string.h>
#include <glib/gstdio.h>

static GArray *
read_line (const char *line)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (double));
  char *at = (char *)line;

  for (;;)
    {
      char *end;
      double value = g_ascii_strtod (at, &end);

      if (end == at)
        return values;
      g_array_append_val (values, value);
      at = end;
    }
}

#define VALUES(array) ((const double *)(gconstpointer)(array)->data)

static void
check (double value, double expected)
{
  if (isnan (expected))
    g_assert_true (isnan (value));
  else
    g_assert_cmpfloat (fabs (value - expected), <=, 1e-9 + 1e-9 * fabs (expected));
}

static void
test_reference (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "statistics.txt", NULL);
  g_autofree char *text = NULL;
  guint n_exact = 0, n_cases = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 0; lines[i]; i += 4)
    {
      g_autoptr (GArray) a = read_line (lines[i]);
      g_autoptr (GArray) b = read_line (lines[i + 1]);
      g_autoptr (GArray) expected = read_line (lines[i + 2]);
      g_autoptr (GArray) box = read_line (lines[i + 3]);
      PelRankTest test, other;
      PelSummary summary;

      g_assert_true (pel_rank_test (VALUES (a), a->len, VALUES (b), b->len, &test));
      g_test_message ("%u and %u: U %g, p %g (%s), expected %g, %g", a->len, b->len, test.u, test.p,
                      test.is_exact ? "exact" : "normal", VALUES (expected)[0],
                      VALUES (expected)[1]);
      check (test.u, VALUES (expected)[0]);
      check (test.p, VALUES (expected)[1]);
      check (test.delta, 2 * test.u / (a->len * (double)b->len) - 1);
      g_assert_cmpfloat (test.p, >=, test.least_p * (1 - 1e-12));
      n_exact += test.is_exact;
      n_cases++;

      /* The other way round it is the same but for the sign. */
      g_assert_true (pel_rank_test (VALUES (b), b->len, VALUES (a), a->len, &other));
      check (other.p, test.p);
      check (other.delta, -test.delta);
      check (other.u + test.u, a->len * (double)b->len);

      pel_summary_compute (VALUES (a), a->len, &summary);
      check (summary.mean, VALUES (box)[0]);
      check (summary.sd, VALUES (box)[1]);
      check (summary.q1, VALUES (box)[2]);
      check (summary.median, VALUES (box)[3]);
      check (summary.q3, VALUES (box)[4]);
      check (summary.low_whisker, VALUES (box)[5]);
      check (summary.high_whisker, VALUES (box)[6]);
    }
  g_assert_cmpuint (n_cases, ==, 15);
  g_assert_cmpuint (n_exact, ==, 12);
}

static void
test_edges (void)
{
  const double a[] = { 1, (double)NAN, 2, 3 }, b[] = { 4, 5, INFINITY, 6 }, same[] = { 2, 2 };
  PelRankTest test;
  PelSummary summary;

  /* Three against three, all apart: the most that such groups can say. */
  g_assert_true (pel_rank_test (a, 4, b, 4, &test));
  g_assert_cmpuint (test.n[0], ==, 3);
  g_assert_cmpuint (test.n[1], ==, 3);
  check (test.u, 0);
  check (test.p, 0.1);
  check (test.least_p, 0.1);
  check (test.delta, -1);
  g_assert_false (pel_rank_test (a, 4, b, 0, &test));
  g_assert_false (pel_rank_test (same, 2, same, 2, &test));
  pel_summary_compute (a + 1, 1, &summary);
  g_assert_cmpuint (summary.n, ==, 0);
  pel_summary_compute (a, 2, &summary);
  g_assert_cmpuint (summary.n, ==, 1);
  g_assert_true (isnan (summary.sd));
}

/* A slab, a square and a dot. */
static PelCellTable *
measure_three (double um)
{
  static const char picture[] = "11111111"
                                "00000000"
                                "22200000"
                                "22200030"
                                "22200000"
                                "00000000";
  guint32 plane[48];
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;

  for (guint i = 0; i < 48; i++)
    plane[i] = (guint32)(picture[i] - '0');
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (8, 6, plane, 8, NULL);
  options.um_x = options.um_y = um;
  return pel_measure_cells (labels, NULL, NULL, &options, NULL, NULL, NULL);
}

static void
test_rules (void)
{
  static const char text[] = "stretched: stretch > 2\n\n  big : area_um2>2.0\nsmall: area_px < 4";
  g_autoptr (PelRules) rules = pel_rules_new ();
  g_autoptr (PelRules) again = pel_rules_new ();
  g_autoptr (PelCellTable) in_um = measure_three (0.5);
  g_autoptr (PelCellTable) in_px = measure_three (0);
  g_autoptr (GError) error = NULL;

  g_assert_true (pel_rules_parse (rules, text, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pel_rules_get_n (rules), ==, 3);
  g_assert_cmpstr (pel_rules_get (rules, 1)->name, ==, "big");
  g_assert_true (pel_rules_get (rules, 1)->um);
  g_autofree char *written = pel_rules_to_text (rules);
  g_assert_cmpstr (written, ==, "stretched: stretch > 2\nbig: area_um2 > 2\nsmall: area_px < 4\n");
  g_assert_true (pel_rules_parse (again, written, NULL));
  g_autofree char *twice = pel_rules_to_text (again);
  g_assert_cmpstr (written, ==, twice);

  g_assert_cmpint (pel_rules_classify (rules, in_um, 0), ==, 0);
  g_assert_cmpint (pel_rules_classify (rules, in_um, 1), ==, 1);
  g_assert_cmpint (pel_rules_classify (rules, in_um, 2), ==, 2);
  /* Nothing is known in µm without a scale: never pixels in their place. */
  g_assert_cmpint (pel_rules_classify (rules, in_px, 1), ==, -1);
  g_assert_cmpstr (pel_rules_get_class (rules, in_px, 0), ==, "stretched");
  g_assert_null (pel_rules_get_class (rules, in_px, 1));

  static const char *const bad[] = { "stretch > 2",     "a: b > 2",      "a: stretch > x",
                                     "a: stretch = 2",  ": stretch > 2", "a: stretch > 2 3",
                                     "a: stretch > inf" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) problem = NULL;

      g_assert_false (pel_rules_parse (again, bad[i], &problem));
      g_assert_error (problem, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT);
      g_assert_null (strchr (problem->message, '\n'));
    }
}

static void
test_report (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pellicle-test-XXXXXX", NULL);
  g_autofree char *csv = g_build_filename (folder, "cells.csv", NULL);
  g_autofree char *images = pel_measure_report_sibling (csv, ".images.csv");
  g_autofree char *columns = pel_measure_report_sibling (csv, ".columns.txt");
  g_autofree char *text = NULL, *table = NULL;
  g_autoptr (PelRules) rules = pel_rules_new ();
  g_autoptr (PelCellTable) in_um = measure_three (0.5);
  g_autoptr (PelCellTable) in_px = measure_three (0);
  const PelErrorScale scale = { 77, { 1.5, 1, 1, 1, 1 } };
  const PelMeasuredImage first = { .image = "a,b",
                                   .page = 3,
                                   .group = "control",
                                   .calibration = "ImageJ",
                                   .is_predicted = TRUE,
                                   .model = "m",
                                   .threshold = 0.4,
                                   .error_scale = &scale };
  const PelMeasuredImage second = { .image = "c", .page = 1, .threshold = 0.5 };

  g_assert_true (pel_rules_parse (rules, "dot: area_px < 4", NULL));
  g_autoptr (PelMeasureReport) report = pel_measure_report_new (rules);
  pel_measure_report_add (report, &first, in_um);
  pel_measure_report_add (report, &second, in_px);
  g_assert_true (pel_measure_report_write (report, csv, NULL));
  g_assert_true (g_file_get_contents (images, &table, NULL, NULL));
  g_assert_true (g_file_get_contents (columns, &text, NULL, NULL));

  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  g_assert_true (g_str_has_prefix (
      lines[0], "image,page,group,cells,cells_at_border,cells_counted,um_per_px_x,um_per_px_y,"
                "calibration,origin,model,threshold,area_px_mean,area_px_sd,area_px_median,"
                "area_um2_mean"));
  g_assert_true (g_str_has_suffix (lines[0], ",dot_cells,dot_fraction"));
  /* Only the dot is off the border. */
  g_assert_true (g_str_has_prefix (lines[1],
                                   "\"a,b\",3,control,3,2,1,0.5,0.5,ImageJ,predicted,m,0.4,1,,1,"
                                   "0.25,,0.25,"));
  g_assert_true (g_str_has_suffix (lines[1], ",1,1"));
  g_assert_true (g_str_has_prefix (lines[2], "c,1,,3,2,1,,,,painted,,,1,,1,,,,"));
  g_assert_cmpstr (lines[3], ==, "");
  g_auto (GStrv) names = g_strsplit (lines[0], ",", -1);
  g_auto (GStrv) values = g_strsplit (lines[2], ",", -1);
  g_assert_cmpuint (g_strv_length (names), ==, g_strv_length (values));

  static const char *const told[] = { PEL_VERSION,
                                      "dot: area_px < 4",
                                      "ImageJ",
                                      "[control]",
                                      "1.500",
                                      "77",
                                      "1 image has no scale",
                                      "skeleton_length_px",
                                      "border" };
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    g_assert_nonnull (strstr (text, told[i]));
  g_remove (images);
  g_remove (columns);
  g_rmdir (folder);
}

static int
compare_numbers (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Against sorting: any order, many ties, and orders that are bad for choosing a pivot. */
static void
test_select (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  double values[3000], sorted[3000];

  for (guint round = 0; round < 400; round++)
    {
      guint n = (guint)g_rand_int_range (random, 1, round % 10 == 0 ? 3000 : 40);
      gint n_values = g_rand_int_range (random, 1, 1 << (round % 12 + 1));

      for (guint i = 0; i < n; i++)
        {
          guint pipe = MIN (i, n - i);

          values[i] = round % 7 == 0   ? i
                      : round % 7 == 1 ? n - i
                      : round % 7 == 2 ? pipe
                                       : (double)g_rand_int_range (random, 0, n_values);
        }
      memcpy (sorted, values, n * sizeof *values);
      qsort (sorted, n, sizeof *sorted, compare_numbers);
      for (guint k = 0; k <= 8; k++)
        {
          double q = k / 8.0, place = q * (n - 1);
          guint low = (guint)place;
          double wanted = low + 1 < n
                              ? sorted[low] + (place - low) * (sorted[low + 1] - sorted[low])
                              : sorted[n - 1];

          g_assert_cmpfloat_with_epsilon (pel_quantile_select (values, n, q), wanted, 1e-9);
        }
      /* Nothing is lost. */
      qsort (values, n, sizeof *values, compare_numbers);
      g_assert_cmpmem (values, n * sizeof *values, sorted, n * sizeof *sorted);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statistics/reference", test_reference);
  g_test_add_func ("/statistics/edges", test_edges);
  g_test_add_func ("/statistics/rules", test_rules);
  g_test_add_func ("/statistics/report", test_report);
  g_test_add_func ("/statistics/select", test_select);
  return g_test_run ();
}
