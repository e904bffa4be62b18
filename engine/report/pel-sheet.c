/* SPDX-License-Identifier: MIT */
#include "engine/report/pel-sheet-private.h"

#include <math.h>
#include <string.h>

/* Width or height of a picture in points, where there is one and where there are many. */
#define ONE_SIDE 500.0
#define LEAST_SIDE 110.0

static void
bucket_free (gpointer data)
{
  PelSheetBucket *bucket = data;

  g_free (bucket->group);
  g_free (bucket->class_name);
  g_array_unref (bucket->px);
  g_array_unref (bucket->um);
  g_free (bucket);
}

static void
source_free (gpointer data)
{
  PelSheetSource *source = data;

  g_free (source->calibration);
  g_free (source->model);
  g_free (source);
}

static void
picture_free (gpointer data)
{
  pel_sheet_picture_free (data);
}

PelSheet *
pel_sheet_new (const char *title, PelQuantityId quantity, const PelRules *rules, guint n_images)
{
  PelSheet *self = g_new0 (PelSheet, 1);

  self->title = g_strdup (title);
  self->quantity = quantity;
  self->rules = rules ? pel_rules_copy (rules) : pel_rules_new ();
  self->n_expected = n_images;
  self->buckets = g_ptr_array_new_with_free_func (bucket_free);
  self->pictures = g_ptr_array_new_with_free_func (picture_free);
  self->sources = g_ptr_array_new_with_free_func (source_free);
  return self;
}

void
pel_sheet_free (PelSheet *self)
{
  if (!self)
    return;
  g_free (self->title);
  pel_rules_free (self->rules);
  g_ptr_array_unref (self->buckets);
  g_ptr_array_unref (self->pictures);
  g_ptr_array_unref (self->sources);
  g_free (self);
}

/* Groups in the order of their names, and in each all cells, then the classes by their names. */
static gint
compare_buckets (const PelSheetBucket *bucket, const char *group, const char *class_name)
{
  gint order = strcmp (bucket->group, group);

  return order != 0 ? order : g_strcmp0 (bucket->class_name, class_name);
}

static PelSheetBucket *
find_bucket (PelSheet *self, const char *group, const char *class_name)
{
  guint at = 0;

  for (; at < self->buckets->len; at++)
    {
      PelSheetBucket *bucket = self->buckets->pdata[at];
      gint order = compare_buckets (bucket, group, class_name);

      if (order == 0)
        return bucket;
      if (order > 0)
        break;
    }
  PelSheetBucket *bucket = g_new0 (PelSheetBucket, 1);
  bucket->group = g_strdup (group);
  bucket->class_name = g_strdup (class_name);
  bucket->px = g_array_new (FALSE, FALSE, sizeof (double));
  bucket->um = g_array_new (FALSE, FALSE, sizeof (double));
  g_ptr_array_insert (self->buckets, (gint)at, bucket);
  return bucket;
}

static void
add_cell (PelSheet *self, const char *group, const char *class_name, double px, double um)
{
  PelSheetBucket *bucket = find_bucket (self, group, class_name);

  g_array_append_val (bucket->px, px);
  g_array_append_val (bucket->um, um);
  if (bucket->last_image == self->n_images)
    return;
  bucket->last_image = self->n_images;
  bucket->n_images++;
}

static void
add_cells (PelSheet *self, const PelMeasuredImage *about, const PelCellTable *table)
{
  const char *group = about->group ? about->group : "";
  guint n = pel_cell_table_get_n_cells (table);

  self->n_cells += n;
  for (guint row = 0; row < n; row++)
    {
      double px = pel_cell_table_get (table, row, self->quantity);
      double um = pel_cell_table_get_um (table, row, self->quantity);
      const char *class_name =
          about->get_class
              ? about->get_class (pel_cell_table_get_label (table, row), about->user_data)
              : NULL;

      if (pel_cell_table_get (table, row, PEL_QUANTITY_TOUCHES_BORDER) != 0)
        {
          self->n_at_border++;
          continue;
        }
      if (!isfinite (px))
        continue;
      if (!class_name)
        class_name = pel_rules_get_class (self->rules, table, row);
      add_cell (self, group, NULL, px, um);
      if (class_name)
        add_cell (self, group, class_name, px, um);
    }
}

static void
add_source (PelSheet *self, const PelMeasuredImage *about, const PelCellTable *table)
{
  PelSheetSource *source = g_new0 (PelSheetSource, 1);

  source->calibration = g_strdup (about->calibration);
  source->model = g_strdup (about->model);
  source->threshold = about->threshold;
  source->is_predicted = about->is_predicted;
  source->is_given = about->is_given;
  pel_cell_table_get_calibration (table, &source->um_x, &source->um_y);
  g_ptr_array_add (self->sources, source);
}

/* Pictures at even distances, where there are too many images for all. */
static gboolean
is_shown (const PelSheet *self, guint index)
{
  guint64 n = MAX (self->n_expected, 1), shown = MIN (n, PEL_SHEET_MAX_PICTURES);

  return index * shown / n != (index + 1) * shown / n;
}

/* (out) (nullable): the picture of the next image, where it has one */
static gboolean
make_picture (const PelSheet *self,
              const PelMeasuredImage *about,
              PelImage *picture,
              const PelContourSet *contours,
              const PelCellTable *table,
              PelSheetPicture **made,
              GError **error)
{
  guint n_shown = CLAMP (self->n_expected, 1, PEL_SHEET_MAX_PICTURES);
  double side = MAX (ONE_SIDE / ceil (sqrt (n_shown)), LEAST_SIDE);

  *made = NULL;
  if (!is_shown (self, self->n_images))
    return TRUE;
  *made = pel_sheet_picture_new (about, picture, contours, table, side, error);
  return *made != NULL;
}

/* @made: (transfer full) (nullable) */
static void
take (PelSheet *self,
      const PelMeasuredImage *about,
      const PelCellTable *table,
      PelSheetPicture *made)
{
  if (made)
    g_ptr_array_add (self->pictures, made);
  self->n_images++;
  self->definitions = pel_cell_table_get_definitions (table);
  /* An image without cells was not measured. */
  if (pel_cell_table_get_n_cells (table) > 0)
    add_source (self, about, table);
  add_cells (self, about, table);
}

gboolean
pel_sheet_add (PelSheet *self,
               PelSheet *own,
               const PelMeasuredImage *about,
               PelImage *picture,
               const PelContourSet *contours,
               const PelCellTable *table,
               GError **error)
{
  PelSheetPicture *made, *made_own = NULL;

  if (!make_picture (self, about, picture, contours, table, &made, error))
    return FALSE;
  if (own && !make_picture (own, about, picture, contours, table, &made_own, error))
    {
      g_clear_pointer (&made, pel_sheet_picture_free);
      return FALSE;
    }
  take (self, about, table, made);
  if (own)
    take (own, about, table, made_own);
  return TRUE;
}

guint
pel_sheet_get_n_images (const PelSheet *self)
{
  return self->n_images;
}

gboolean
pel_sheet_is_in_um (const PelSheet *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    if (!(((const PelSheetSource *)self->sources->pdata[i])->um_x > 0))
      return FALSE;
  return self->sources->len > 0;
}

const GArray *
pel_sheet_get_values (const PelSheet *self, const PelSheetBucket *bucket)
{
  return pel_sheet_is_in_um (self) ? bucket->um : bucket->px;
}
