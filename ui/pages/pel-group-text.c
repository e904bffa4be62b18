/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-group-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-statistics.h"
#include "ui/widgets/pel-axis.h"

static void
add_left_out (GString *text, guint n_left_out)
{
  if (n_left_out > 0)
    g_string_append_printf (text,
                            ngettext ("\n%u cell at the border is left out.",
                                      "\n%u cells at the border are left out.", n_left_out),
                            n_left_out);
}

/* A number with its unit; an angle's stands beside it. */
static char *
format_value (double value, const char *unit)
{
  g_autofree char *number = pel_format_number (value, 3);

  if (unit == NULL || !isfinite (value))
    return g_steal_pointer (&number);
  return g_strdup_printf (g_str_equal (unit, "°") ? "%s%s" : "%s %s", number, unit);
}

char *
pel_spread_text (const double *values, guint n, guint n_left_out, const char *unit)
{
  GString *text = g_string_new (NULL);
  PelSummary summary;

  pel_summary_compute (values, n, &summary);
  g_string_append_printf (text, ngettext ("%u cell", "%u cells", summary.n), summary.n);
  if (summary.n > 0)
    {
      g_autofree char *median = format_value (summary.median, unit);
      g_autofree char *q1 = pel_format_number (summary.q1, 3);
      g_autofree char *q3 = format_value (summary.q3, unit);

      /* Translators: three numbers. */
      g_string_append_printf (text, _ ("\nmedian %s, half of them from %s to %s"), median, q1, q3);
    }
  add_left_out (text, n_left_out);
  return g_string_free (text, FALSE);
}

static double *
take_group (const double *values, const guint8 *group, guint n, guint which, guint *n_taken)
{
  double *taken = g_new (double, MAX (n, 1));

  *n_taken = 0;
  for (guint i = 0; i < n; i++)
    if (group[i] == which && isfinite (values[i]))
      taken[(*n_taken)++] = values[i];
  return taken;
}

static void
add_test (GString *text, const char *first, const char *second, const PelRankTest *test)
{
  g_autofree char *u = g_strdup_printf ("%g", test->u);
  g_autofree char *p = test->p < 0.001 ? NULL : pel_format_number (test->p, 2);

  /* Translators: the names of two groups that are compared. */
  g_string_append_printf (text, _ ("\n\n%s against %s\n"), second, first);
  g_string_append_printf (text,
                          /* Translators: the result of a statistical test; keep U, n and p. */
                          _ ("Mann-Whitney U = %s, n = %u and %u, two-sided p %s %s (%s)\n"), u,
                          test->n[0], test->n[1], p != NULL ? "=" : "<", p != NULL ? p : "0.001",
                          test->is_exact ? _ ("exact") : _ ("normal approximation"));
  g_string_append_printf (
      text,
      /* Translators: the names of two groups, a share in percent, and a number from -1 to 1. */
      _ ("A value of %s is larger than one of %s in %.0f %% of all pairs (Cliff’s delta %.2f)."),
      second, first, 100 * test->superiority, test->delta);
  if (test->is_exact && test->least_p > 0.05)
    {
      g_autofree char *least = pel_format_number (test->least_p, 2);

      /* Translators: %s is a number. */
      g_string_append_printf (text, _ ("\nWith so few values p cannot be smaller than %s."), least);
    }
}

char *
pel_group_text (const double *values,
                const guint8 *group,
                guint n,
                const char *const *names,
                gboolean by_image,
                guint n_left_out,
                const char *unit)
{
  GString *text = g_string_new (NULL);
  guint n_first, n_tests = 0;
  g_autofree double *first = take_group (values, group, n, 0, &n_first);

  for (guint i = 0; names[i] != NULL; i++)
    {
      guint n_taken;
      g_autofree double *taken = take_group (values, group, n, i, &n_taken);
      g_autofree char *median = NULL;
      PelSummary summary;

      pel_summary_compute (taken, n_taken, &summary);
      median = format_value (summary.n > 0 ? summary.median : NAN, unit);
      /* Translators: the name of a group, its median, and how many values it has. */
      g_string_append_printf (text, _ ("%s%s: median %s, n = %u"), i > 0 ? "\n" : "", names[i],
                              median, n_taken);
    }
  for (guint i = 1; names[i] != NULL; i++)
    {
      guint n_taken;
      g_autofree double *taken = take_group (values, group, n, i, &n_taken);
      PelRankTest test;

      if (pel_rank_test (taken, n_taken, first, n_first, &test))
        {
          add_test (text, names[0], names[i], &test);
          n_tests++;
        }
    }
  if (names[0] != NULL && names[1] == NULL)
    g_string_append (text, _ ("\n\nGive images a group at their measurements, such as control and "
                              "treated, to compare them."));
  g_string_append_printf (text, "\n\n%s",
                          by_image ? _ ("Each image counts once, with the median of its cells.")
                                   : _ ("Each cell counts once. Cells of one image are not "
                                        "independent of each other, so p is smaller than it "
                                        "should be."));
  if (n_tests > 1)
    g_string_append (text, _ ("\nSeveral groups are compared: p is not corrected for that."));
  add_left_out (text, n_left_out);
  return g_string_free (text, FALSE);
}

/* One class in one group: the cells together, then the images apart. */
static void
add_class (GString *text,
           const char *name,
           const PelClassCounts *counts,
           const guint8 *group,
           guint n,
           guint which,
           guint rule,
           const double *fractions)
{
  PelClassCounts sum = { 0 };
  PelSummary summary;
  guint n_images, n_counted;
  g_autofree double *taken = take_group (fractions, group, n, which, &n_images);

  for (guint i = 0; i < n; i++)
    {
      if (group[i] != which)
        continue;
      sum.n_cells += counts[i].n_cells;
      sum.n_at_border += counts[i].n_at_border;
      sum.n[rule] += counts[i].n[rule];
    }
  n_counted = sum.n_cells - sum.n_at_border;
  g_string_append_printf (
      text,
      /* Translators: the name of a group, how many of its cells are of a
       * class, of how many, and their share in percent. */
      ngettext ("\n%s: %u of %u cell, %.1f %%", "\n%s: %u of %u cells, %.1f %%", n_counted), name,
      sum.n[rule], n_counted,
      n_counted > 0 ? 100 * pel_class_counts_get_fraction (&sum, rule) : 0.0);
  pel_summary_compute (taken, n_images, &summary);
  if (n_images > 1)
    g_string_append_printf (text,
                            /* Translators: the median, least and largest share of a class among
                             * images, in percent. */
                            _ ("; by image %.1f %% (%.1f to %.1f), n = %u"), 100 * summary.median,
                            100 * summary.min, 100 * summary.max, n_images);
}

char *
pel_class_text (const PelRules *rules,
                const PelClassCounts *counts,
                const guint8 *group,
                guint n,
                const char *const *names,
                gboolean by_image)
{
  GString *text = g_string_new (NULL);
  g_autofree double *fractions = g_new (double, MAX (n, 1));

  for (guint rule = 0; rule < pel_rules_get_n (rules); rule++)
    {
      guint n_first;
      g_autofree double *first = NULL;

      for (guint i = 0; i < n; i++)
        fractions[i] = pel_class_counts_get_fraction (&counts[i], rule);
      /* Translators: the name of a class of cells. */
      g_string_append_printf (text, _ ("%sClass “%s”, cells at the border left out"),
                              rule > 0 ? "\n\n" : "", pel_rules_get (rules, rule)->name);
      for (guint i = 0; names[i] != NULL; i++)
        add_class (text, names[i], counts, group, n, i, rule, fractions);
      first = take_group (fractions, group, n, 0, &n_first);
      for (guint i = 1; by_image && names[0] != NULL && names[i] != NULL; i++)
        {
          guint n_taken;
          g_autofree double *taken = take_group (fractions, group, n, i, &n_taken);
          PelRankTest test;

          if (pel_rank_test (taken, n_taken, first, n_first, &test))
            add_test (text, names[0], names[i], &test);
        }
    }
  return g_string_free (text, FALSE);
}
