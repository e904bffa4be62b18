/* SPDX-License-Identifier: MIT */
#include "engine/report/pel-sheet-private.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

/* Scales and models that are told one by one. */
#define MAX_TOLD 4

char *
pel_sheet_format_value (double value)
{
  gint digits = value != 0 ? 2 - (gint)floor (log10 (fabs (value))) : 0;

  return isfinite (value) ? g_strdup_printf ("%.*f", CLAMP (digits, 0, 4), value) : g_strdup ("–");
}

char *
pel_sheet_get_heading (const PelSheet *self)
{
  /* Translators: a measurement and its unit, such as "Equivalent diameter (µm)" */
  return g_strdup_printf (pel_sheet_is_in_um (self) ? _ ("%s (µm)") : _ ("%s (px)"),
                          _ (pel_quantity_get (self->quantity)->title));
}

static char *
count_images (guint n)
{
  return g_strdup_printf (ngettext ("%u image", "%u images", n), n);
}

char *
pel_sheet_describe_counts (const PelSheet *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%F");
  g_autofree char *images = count_images (self->n_images);
  g_autofree char *cells =
      g_strdup_printf (ngettext ("%u cell", "%u cells", self->n_cells), self->n_cells);

  /* Translators: "3 images", "120 cells", and a date */
  return g_strdup_printf (_ ("%s, %s · %s"), images, cells, date);
}

/* ---- scale ---- */

static gboolean
is_same_scale (const PelSheetSource *a, const PelSheetSource *b)
{
  /* As they are told; files keep no more than six digits or so. */
  return fabs (a->um_x - b->um_x) <= 1e-5 * a->um_x && fabs (a->um_y - b->um_y) <= 1e-5 * a->um_y &&
         g_strcmp0 (a->calibration, b->calibration) == 0;
}

static char *
describe_one_scale (const PelSheetSource *source)
{
  const char *from =
      source->calibration && source->calibration[0] ? source->calibration : _ ("source not known");

  if (source->um_x == source->um_y)
    /* Translators: the size of a pixel, and where it is known from */
    return g_strdup_printf (_ ("%.4g µm per pixel (%s)"), source->um_x, from);
  /* Translators: width and height of a pixel, and where they are known from */
  return g_strdup_printf (_ ("%.4g × %.4g µm per pixel (%s)"), source->um_x, source->um_y, from);
}

char *
pel_sheet_describe_scale (const PelSheet *self)
{
  GString *text = g_string_new (NULL);
  guint n_known = 0, n_kinds = 0;

  for (guint i = 0; i < self->sources->len; i++)
    {
      const PelSheetSource *source = self->sources->pdata[i];
      guint n_same = 0;
      gboolean is_first = TRUE;

      if (!(source->um_x > 0))
        continue;
      n_known++;
      for (guint j = 0; j < self->sources->len; j++)
        {
          gboolean same = is_same_scale (source, self->sources->pdata[j]);

          n_same += same;
          is_first = is_first && !(same && j < i);
        }
      if (!is_first || ++n_kinds > MAX_TOLD)
        continue;
      g_autofree char *one = describe_one_scale (source);
      g_autofree char *images = count_images (n_same);
      g_string_append_printf (text, "%s%s", n_kinds > 1 ? "; " : "", one);
      if (n_same < self->sources->len)
        g_string_append_printf (text, ": %s", images);
    }
  if (n_kinds > MAX_TOLD)
    g_string_append_printf (
        text, ngettext ("; and %u other scale", "; and %u other scales", n_kinds - MAX_TOLD),
        n_kinds - MAX_TOLD);
  if (n_kinds > 0)
    g_string_append (text, ".");
  if (n_known == 0)
    g_string_append (text, _ ("No scale is known: all lengths are in pixels."));
  else if (n_known < self->sources->len)
    g_string_append_printf (
        text,
        ngettext (" %u image has no scale, so all lengths here are in pixels.",
                  " %u images have no scale, so all lengths here are in pixels.",
                  self->sources->len - n_known),
        self->sources->len - n_known);
  return g_string_free (text, FALSE);
}

/* ---- methods ---- */

static void
describe_models (const PelSheet *self, GString *text)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_painted = 0, n_given = 0, n_models = 0;

  for (guint i = 0; i < self->sources->len; i++)
    {
      const PelSheetSource *source = self->sources->pdata[i];
      double low = source->threshold, high = source->threshold;
      guint n_same = 0;

      n_painted += !source->is_predicted && !source->is_given;
      n_given += source->is_given;
      if (!source->is_predicted || !source->model || !g_hash_table_add (seen, source->model) ||
          ++n_models > MAX_TOLD)
        continue;
      for (guint j = i; j < self->sources->len; j++)
        {
          const PelSheetSource *other = self->sources->pdata[j];

          if (!other->is_predicted || g_strcmp0 (other->model, source->model) != 0)
            continue;
          n_same++;
          low = MIN (low, other->threshold);
          high = MAX (high, other->threshold);
        }
      g_autofree char *images = count_images (n_same);
      g_autofree char *threshold =
          low < high ? g_strdup_printf ("%.2f–%.2f", low, high) : g_strdup_printf ("%.2f", low);
      /* Translators: the name of a model, a probability, and "3 images" */
      g_string_append_printf (
          text,
          _ ("Cells were outlined by the U-Net model “%s” where its probability is "
             "at least %s (%s). "),
          source->model, threshold, images);
    }
  if (n_models > MAX_TOLD)
    g_string_append_printf (
        text,
        ngettext ("%u other model was used. ", "%u other models were used. ", n_models - MAX_TOLD),
        n_models - MAX_TOLD);
  if (n_painted > 0)
    {
      g_autofree char *images = count_images (n_painted);

      /* Translators: "3 images" */
      g_string_append_printf (
          text, _ ("Cells were painted, or predicted and then accepted, by hand (%s). "), images);
    }
  if (n_given > 0)
    {
      g_autofree char *images = count_images (n_given);

      /* Translators: "3 images" */
      g_string_append_printf (text, _ ("Cells are those of label images (%s). "), images);
    }
}

char *
pel_sheet_describe_methods (const PelSheet *self)
{
  GString *text = g_string_new (NULL);
  const PelQuantity *quantity = pel_quantity_get (self->quantity);

  describe_models (self, text);
  /* Translators: a version, the program whose definitions are used, a measurement, its definition
   */
  g_string_append_printf (
      text, _ ("Measured by Pellicle %s by the definitions of %s. %s: %s "), PEL_VERSION,
      pel_definitions_get_title (self->definitions), _ (quantity->title),
      pel_definitions_describe_quantity (self->definitions, self->quantity, NULL));
  if (self->n_at_border > 0)
    g_string_append_printf (
        text,
        ngettext (
            "%u cell that touches the border is left out of the numbers; its edge is dashed. ",
            "%u cells that touch the border are left out of the numbers; their edges are "
            "dashed. ",
            self->n_at_border),
        self->n_at_border);
  if (pel_rules_get_n (self->rules) > 0)
    {
      g_autofree char *text_lines = pel_rules_to_text (self->rules);
      g_auto (GStrv) lines = g_strsplit (g_strchomp (text_lines), "\n", -1);
      g_autofree char *rules = g_strjoinv ("; ", lines);

      /* Translators: rules such as "stretched: stretch > 2" */
      g_string_append_printf (text, _ ("Classes by rules: %s. "), rules);
    }
  if (self->n_images > 1)
    g_string_append (text,
                     _ ("Cells of one image are not independent of each other: where groups are "
                        "compared, each image counts once."));
  return g_strchomp (g_string_free (text, FALSE));
}
