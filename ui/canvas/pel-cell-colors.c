/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-cell-colors.h"

#include <math.h>
#include <stdlib.h>

#define RAMP 64
#define UNKNOWN (PEL_LABEL_COLORS - 1)
#define UNKNOWN_COLOR 0xb4b4b8
/* Labels beyond have no slot of their own: a table of gigabytes helps nobody. */
#define MAX_SLOTS (1u << 22)
/* The outermost cells do not squeeze the others together. */
#define TRIM 0.02

struct PelCellColors
{
  PelColorBy by;
  double low, high;
  gboolean in_um;
  GArray *classes;       /* of PelClassColor */
  GHashTable *predicted; /* label → slot + 1 */
  guint8 *slots;         /* of the mask's labels */
  guint n_slots;
};

/* Few cells with a value that worries stand out: the unsure are orange, the large are yellow. */
static const guint32 sure_stops[] = { 0xff5a36, 0xffb13d, 0xf4ef8a, 0x7fd0e8, 0x3f9cff };
static const guint32 size_stops[] = { 0x4f6dff, 0x31b0d8, 0x53d19a, 0xc3e05a, 0xffd83d };

static guint32
mix (guint32 a, guint32 b, double share)
{
  guint32 out = 0;

  for (guint shift = 0; shift <= 16; shift += 8)
    {
      double x = a >> shift & 255, y = b >> shift & 255;

      out |= (guint32)lrint (x + (y - x) * share) << shift;
    }
  return out;
}

guint32
pel_cell_colors_get_ramp (const PelCellColors *self, double at)
{
  const guint32 *stops = self->by == PEL_COLOR_BY_CONFIDENCE ? sure_stops : size_stops;
  double place = CLAMP (at, 0.0, 1.0) * (G_N_ELEMENTS (sure_stops) - 1);
  guint first = MIN ((guint)place, G_N_ELEMENTS (sure_stops) - 2);

  return mix (stops[first], stops[first + 1], place - first);
}

G_STATIC_ASSERT (G_N_ELEMENTS (sure_stops) == G_N_ELEMENTS (size_stops));

static double
get_value (const PelCellColors *self, PelCell *cell)
{
  double confidence;

  if (self->by == PEL_COLOR_BY_CONFIDENCE)
    {
      confidence = pel_cell_get_confidence (cell);
      return confidence >= 0.0 ? confidence : NAN;
    }
  return self->in_um ? pel_cell_get_value_um (cell, PEL_QUANTITY_EQUIVALENT_DIAMETER)
                     : pel_cell_get_value (cell, PEL_QUANTITY_EQUIVALENT_DIAMETER);
}

static guint
count (PelCellList *list)
{
  return list != NULL ? g_list_model_get_n_items (G_LIST_MODEL (list)) : 0;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static void
find_range (PelCellColors *self, PelCellList *lists[2])
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint k = 0; k < 2; k++)
    for (guint i = 0; i < count (lists[k]); i++)
      {
        g_autoptr (PelCell) cell = g_list_model_get_item (G_LIST_MODEL (lists[k]), i);
        double value = get_value (self, cell);

        if (isfinite (value))
          g_array_append_val (values, value);
      }
  self->low = self->high = NAN;
  if (values->len == 0)
    return;
  g_array_sort (values, compare_doubles);
  self->low = g_array_index (values, double, (guint)(TRIM * (values->len - 1)));
  self->high = g_array_index (values, double, (guint)ceil ((1.0 - TRIM) * (values->len - 1)));
  if (!(self->high > self->low))
    {
      self->low *= 0.5;
      self->high = self->high > 0.0 ? 1.5 * self->high : 1.0;
    }
}

static guint8
find_class (PelCellColors *self, const char *name)
{
  PelClassColor fresh = { .name = name };

  for (guint i = 0; i < self->classes->len; i++)
    if (g_array_index (self->classes, PelClassColor, i).name == name)
      return name != NULL ? (guint8)i : UNKNOWN;
  /* More classes than colours share the last. */
  if (self->classes->len >= UNKNOWN)
    return UNKNOWN - 1;
  fresh.color = name != NULL ? pel_label_color (self->classes->len + 1) & 0xffffff : UNKNOWN_COLOR;
  g_array_append_val (self->classes, fresh);
  return name != NULL ? (guint8)(self->classes->len - 1) : UNKNOWN;
}

static guint8
choose_slot (PelCellColors *self, PelCell *cell)
{
  double at;

  if (self->by == PEL_COLOR_BY_CLASS)
    return find_class (self, pel_cell_get_class_name (cell));
  at = (get_value (self, cell) - self->low) / (self->high - self->low);
  return isfinite (at) ? (guint8)lrint (CLAMP (at, 0.0, 1.0) * (RAMP - 1)) : UNKNOWN;
}

static void
color_painted (PelCellColors *self, PelCellList *list)
{
  guint32 highest = 0;

  for (guint i = 0; i < count (list); i++)
    {
      g_autoptr (PelCell) cell = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (pel_cell_get_label (cell) < MAX_SLOTS)
        highest = MAX (highest, pel_cell_get_label (cell));
    }
  self->n_slots = highest + 1;
  self->slots = g_malloc (self->n_slots);
  for (guint i = 0; i < self->n_slots; i++)
    self->slots[i] = UNKNOWN;
  for (guint i = 0; i < count (list); i++)
    {
      g_autoptr (PelCell) cell = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (pel_cell_get_label (cell) < self->n_slots)
        self->slots[pel_cell_get_label (cell)] = choose_slot (self, cell);
    }
}

PelCellColors *
pel_cell_colors_new (PelColorBy by,
                     PelCellList *painted,
                     PelCellList *predicted,
                     PelLengthUnit unit)
{
  PelCellColors *self = g_new0 (PelCellColors, 1);
  PelCellList *lists[2] = { painted, predicted };

  self->by = by;
  self->classes = g_array_new (FALSE, FALSE, sizeof (PelClassColor));
  self->predicted = g_hash_table_new (NULL, NULL);
  for (guint k = 0; k < 2; k++)
    if (by == PEL_COLOR_BY_SIZE && unit == PEL_LENGTH_UNIT_UM && count (lists[k]) > 0)
      self->in_um = pel_cell_table_get_calibration (pel_cell_list_get_table (lists[k]), NULL, NULL);
  find_range (self, lists);
  color_painted (self, painted);
  for (guint i = 0; i < count (predicted); i++)
    {
      g_autoptr (PelCell) cell = g_list_model_get_item (G_LIST_MODEL (predicted), i);

      g_hash_table_insert (self->predicted, GUINT_TO_POINTER (pel_cell_get_label (cell)),
                           GUINT_TO_POINTER (choose_slot (self, cell) + 1));
    }
  return self;
}

void
pel_cell_colors_free (PelCellColors *self)
{
  g_array_unref (self->classes);
  g_hash_table_unref (self->predicted);
  g_free (self->slots);
  g_free (self);
}

PelColorBy
pel_cell_colors_get_by (const PelCellColors *self)
{
  return self->by;
}

static guint32
get_slot_color (const PelCellColors *self, guint slot)
{
  if (slot == UNKNOWN)
    return UNKNOWN_COLOR;
  if (self->by != PEL_COLOR_BY_CLASS)
    return pel_cell_colors_get_ramp (self, slot / (RAMP - 1.0));
  return slot < self->classes->len ? g_array_index (self->classes, PelClassColor, slot).color
                                   : UNKNOWN_COLOR;
}

guint32
pel_cell_colors_get (const PelCellColors *self, gboolean predicted, guint32 label)
{
  guint slot;

  if (!predicted)
    return get_slot_color (self, label < self->n_slots ? self->slots[label] : UNKNOWN);
  slot = GPOINTER_TO_UINT (g_hash_table_lookup (self->predicted, GUINT_TO_POINTER (label)));
  return get_slot_color (self, slot > 0 ? slot - 1 : UNKNOWN);
}

gboolean
pel_cell_colors_get_range (const PelCellColors *self, double *low, double *high, gboolean *in_um)
{
  *low = self->low;
  *high = self->high;
  *in_um = self->in_um;
  return self->by != PEL_COLOR_BY_CLASS && isfinite (self->low) && isfinite (self->high);
}

const PelClassColor *
pel_cell_colors_get_classes (const PelCellColors *self, guint *n)
{
  *n = self->classes->len;
  return (const PelClassColor *)(gpointer)self->classes->data;
}

const guint8 *
pel_cell_colors_get_slots (const PelCellColors *self, guint32 *palette, guint *n_slots)
{
  for (guint i = 0; i < PEL_LABEL_COLORS; i++)
    palette[i] = i < RAMP || self->by == PEL_COLOR_BY_CLASS || i == UNKNOWN
                     ? get_slot_color (self, i)
                     : UNKNOWN_COLOR;
  *n_slots = self->n_slots;
  return self->slots;
}
