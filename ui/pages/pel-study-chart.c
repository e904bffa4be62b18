/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-study-chart.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-statistics.h"
#include "ui/pages/pel-cell-text.h"
#include "ui/pages/pel-group-text.h"

typedef struct
{
  GPtrArray *images;
  const PelStudyChoice *choice;
  gboolean in_um;
  GPtrArray *names; /* of the groups, and NULL at the end */
  GArray *x, *y, *group, *origins;
  guint n_left_out;
} Study;

static const PelStudyImage *
get_image (const Study *study, guint index)
{
  return g_ptr_array_index (study->images, index);
}

/* Of the images with cells; *@n: those */
static guint
count_without_scale (const Study *study, guint *n)
{
  guint n_without = 0;

  *n = 0;
  for (guint i = 0; i < study->images->len; i++)
    {
      const PelCellTable *table = get_image (study, i)->table;

      if (table == NULL || pel_cell_table_get_n_cells (table) == 0)
        continue;
      ++*n;
      n_without += pel_cell_table_get_calibration (table, NULL, NULL) ? 0 : 1;
    }
  return n_without;
}

static double
get_value (const Study *study, const PelCellTable *table, guint row, PelQuantityId id)
{
  return study->in_um && pel_quantity_get (id)->column_um != NULL
             ? pel_cell_table_get_um (table, row, id)
             : pel_cell_table_get (table, row, id);
}

static gboolean
is_counted (const Study *study, const PelCellTable *table, guint row)
{
  return !study->choice->leave_border ||
         pel_cell_table_get (table, row, PEL_QUANTITY_TOUCHES_BORDER) == 0;
}

static const char *
get_group_name (const PelStudyImage *image)
{
  return image->group[0] != '\0' ? image->group : _ ("no group");
}

/* A group without any cells is a finding; images without cells and group are only not done yet. */
static gboolean
is_in_group (const PelStudyImage *image)
{
  return image->table != NULL &&
         (image->group[0] != '\0' || pel_cell_table_get_n_cells (image->table) > 0);
}

/* In the order in which they come; images without one are a group of their own. */
static void
list_groups (Study *study)
{
  for (guint i = 0; i < study->images->len; i++)
    {
      const char *name = get_group_name (get_image (study, i));

      if (is_in_group (get_image (study, i)) && study->names->len < PEL_CHART_MAX_GROUPS &&
          !g_ptr_array_find_with_equal_func (study->names, name, g_str_equal, NULL))
        g_ptr_array_add (study->names, (char *)name);
    }
  if (study->names->len == 0)
    g_ptr_array_add (study->names, (char *)_ ("no group"));
  g_ptr_array_add (study->names, NULL);
}

/* The group of an image; one that is in no chart where there are too many. */
static guint8
find_group (const Study *study, guint index)
{
  const char *name = get_group_name (get_image (study, index));

  for (guint i = 0; i + 1 < study->names->len; i++)
    if (g_str_equal (g_ptr_array_index (study->names, i), name))
      return (guint8)i;
  return PEL_CHART_MAX_GROUPS;
}

static double
median_of_image (const Study *study, const PelCellTable *table, PelQuantityId id)
{
  guint n = pel_cell_table_get_n_cells (table), kept = 0;
  g_autofree double *values = g_new (double, MAX (n, 1));
  PelSummary summary;

  for (guint i = 0; i < n; i++)
    if (is_counted (study, table, i))
      values[kept++] = get_value (study, table, i, id);
  pel_summary_compute (values, kept, &summary);
  return summary.n > 0 ? summary.median : NAN;
}

static void
add_point (Study *study, guint image, guint row, double x, double y, guint8 group)
{
  PelStudyOrigin origin = { image, row };

  g_array_append_val (study->x, x);
  g_array_append_val (study->y, y);
  g_array_append_val (study->group, group);
  g_array_append_val (study->origins, origin);
}

static void
collect (Study *study)
{
  const PelStudyChoice *choice = study->choice;
  PelQuantityId y_id = choice->kind == PEL_CHART_BOXES ? choice->x : choice->y;

  for (guint i = 0; i < study->images->len; i++)
    {
      const PelCellTable *table = get_image (study, i)->table;
      guint8 group = find_group (study, i);

      if (!is_in_group (get_image (study, i)))
        continue;
      if (choice->by_image)
        add_point (study, i, 0, NAN, median_of_image (study, table, choice->x), group);
      for (guint row = 0; row < pel_cell_table_get_n_cells (table); row++)
        {
          if (!is_counted (study, table, row))
            study->n_left_out++;
          else if (!choice->by_image)
            add_point (study, i, row, get_value (study, table, row, choice->x),
                       get_value (study, table, row, y_id), group);
        }
    }
}

/* The cells of each class, by image, for the text. */
static char *
count_classes (const Study *study, const PelRules *rules)
{
  g_autofree PelClassCounts *counts = g_new0 (PelClassCounts, study->images->len + 1);
  g_autofree guint8 *groups = g_new (guint8, study->images->len + 1);
  guint n = 0;

  for (guint i = 0; i < study->images->len; i++)
    {
      const PelStudyImage *image = get_image (study, i);

      if (!is_in_group (image))
        continue;
      pel_rules_count (rules, image->table, pel_export_item_get_class, image->infos, &counts[n]);
      groups[n++] = find_group (study, i);
    }
  return pel_class_text (rules, counts, groups, n, (const char *const *)study->names->pdata,
                         study->choice->by_image);
}

static gboolean
is_length (PelQuantityId id)
{
  return pel_quantity_get (id)->column_um != NULL;
}

/* Pixels are never shown in silence where µm were meant. */
static char *
tell_scale (const Study *study)
{
  guint n, n_without = count_without_scale (study, &n);

  if (!study->choice->want_um || n_without == 0 ||
      !(is_length (study->choice->x) ||
        (study->choice->kind == PEL_CHART_SCATTER && is_length (study->choice->y))))
    return NULL;
  /* Translators: how many images, of how many with cells. */
  return g_strdup_printf (ngettext ("%u of %u image has no scale, so lengths are in pixels.",
                                    "%u of %u images have no scale, so lengths are in pixels.", n),
                          n_without, n);
}

static char *
describe (const Study *study, const PelRules *rules)
{
  const double *x = (double *)(gpointer)study->x->data, *y = (double *)(gpointer)study->y->data;
  const char *unit = pel_quantity_get_unit (study->choice->x, study->in_um);
  g_autofree char *text = NULL, *classes = NULL;

  if (study->choice->kind != PEL_CHART_BOXES)
    return pel_spread_text (x, study->x->len, study->n_left_out, unit);
  text = pel_group_text (y, (const guint8 *)study->group->data, study->y->len,
                         (const char *const *)study->names->pdata, study->choice->by_image,
                         study->n_left_out, unit);
  if (rules == NULL || pel_rules_get_n (rules) == 0)
    return g_steal_pointer (&text);
  classes = count_classes (study, rules);
  return g_strdup_printf ("%s\n\n%s", text, classes);
}

static char *
make_text (const Study *study, const PelRules *rules)
{
  g_autofree char *text = describe (study, rules), *scale = tell_scale (study);

  return scale != NULL ? g_strdup_printf ("%s\n\n%s", text, scale) : g_steal_pointer (&text);
}

PelStudyChart *
pel_study_chart_new (GPtrArray *images, const PelStudyChoice *choice, const PelRules *rules)
{
  PelStudyChart *self = g_new0 (PelStudyChart, 1);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GArray) x = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) y = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) group = g_array_new (FALSE, FALSE, sizeof (guint8));
  g_autofree char *x_title = NULL, *y_title = NULL;
  guint n_images;
  Study study = {
    .images = images, .choice = choice, .names = names, .x = x, .y = y, .group = group
  };

  self->origins = study.origins = g_array_new (FALSE, FALSE, sizeof (PelStudyOrigin));
  study.in_um = choice->want_um && count_without_scale (&study, &n_images) == 0;
  list_groups (&study);
  collect (&study);
  x_title = pel_quantity_get_heading (choice->x, study.in_um);
  y_title = pel_quantity_get_heading (choice->kind == PEL_CHART_BOXES ? choice->x : choice->y,
                                      study.in_um);
  self->data = pel_chart_data_new (choice->kind, (double *)(gpointer)x->data,
                                   (double *)(gpointer)y->data, (guint8 *)group->data, x->len,
                                   (const char *const *)names->pdata, x_title, y_title);
  self->text = make_text (&study, rules);
  return self;
}

void
pel_study_chart_free (PelStudyChart *self)
{
  pel_chart_data_unref (self->data);
  g_array_unref (self->origins);
  g_free (self->text);
  g_free (self);
}
