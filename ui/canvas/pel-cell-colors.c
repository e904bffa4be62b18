/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-cell-colors.h"

#include <math.h>
#include <string.h>

#include "engine/measure/pel-statistics.h"

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
  GArray *classes;  /* of PelClassColor */
  guint8 *slots[2]; /* by label: of the mask's cells, and of the prediction's */
  guint n_slots[2];
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

/* Many thousands of cells: their numbers are read from the table, without an object for each. */
static double
get_value (const PelCellColors *self, PelCellList *list, const PelCellTable *table, guint row)
{
  double confidence;

  if (self->by == PEL_COLOR_BY_CONFIDENCE)
    {
      confidence = pel_cell_list_get_confidence (list, row);
      return confidence >= 0.0 ? confidence : NAN;
    }
  return self->in_um ? pel_cell_table_get_um (table, row, PEL_QUANTITY_EQUIVALENT_DIAMETER)
                     : pel_cell_table_get (table, row, PEL_QUANTITY_EQUIVALENT_DIAMETER);
}

static guint
count (const PelCellTable *table)
{
  return table != NULL ? pel_cell_table_get_n_cells (table) : 0;
}

static void
find_range (PelCellColors *self, PelCellList *lists[2], const PelCellTable *tables[2])
{
  guint n = 0;
  g_autofree double *values = g_new (double, count (tables[0]) + count (tables[1]) + 1);

  for (guint k = 0; k < 2; k++)
    for (guint i = 0; i < count (tables[k]); i++)
      {
        values[n] = get_value (self, lists[k], tables[k], i);
        n += isfinite (values[n]) ? 1 : 0;
      }
  self->low = self->high = NAN;
  if (n == 0)
    return;
  self->low = pel_quantile_select (values, n, TRIM);
  self->high = pel_quantile_select (values, n, 1.0 - TRIM);
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
choose_slot (PelCellColors *self, PelCellList *list, const PelCellTable *table, guint row)
{
  double at;

  if (self->by == PEL_COLOR_BY_CLASS)
    return find_class (self, pel_cell_list_get_class (list, row));
  at = (get_value (self, list, table, row) - self->low) / (self->high - self->low);
  return isfinite (at) ? (guint8)lrint (CLAMP (at, 0.0, 1.0) * (RAMP - 1)) : UNKNOWN;
}

static void
color_cells (PelCellColors *self, guint which, PelCellList *list, const PelCellTable *table)
{
  guint n = count (table);
  /* Labels rise from row to row. */
  guint32 highest = n > 0 ? pel_cell_table_get_label (table, n - 1) : 0;
  guint n_slots = MIN (highest, MAX_SLOTS - 1) + 1;

  self->n_slots[which] = n_slots;
  self->slots[which] = g_malloc (n_slots);
  memset (self->slots[which], UNKNOWN, n_slots);
  for (guint i = 0; i < n && pel_cell_table_get_label (table, i) < n_slots; i++)
    self->slots[which][pel_cell_table_get_label (table, i)] = choose_slot (self, list, table, i);
}

PelCellColors *
pel_cell_colors_new (PelColorBy by,
                     PelCellList *painted,
                     PelCellList *predicted,
                     PelLengthUnit unit)
{
  PelCellColors *self = g_new0 (PelCellColors, 1);
  PelCellList *lists[2] = { painted, predicted };
  const PelCellTable *tables[2] = { painted != NULL ? pel_cell_list_get_table (painted) : NULL,
                                    predicted != NULL ? pel_cell_list_get_table (predicted)
                                                      : NULL };

  self->by = by;
  self->low = self->high = NAN;
  self->classes = g_array_new (FALSE, FALSE, sizeof (PelClassColor));
  for (guint k = 0; k < 2; k++)
    if (by == PEL_COLOR_BY_SIZE && unit == PEL_LENGTH_UNIT_UM && count (tables[k]) > 0)
      self->in_um = pel_cell_table_get_calibration (tables[k], NULL, NULL);
  if (by != PEL_COLOR_BY_CLASS)
    find_range (self, lists, tables);
  for (guint k = 0; k < 2; k++)
    color_cells (self, k, lists[k], tables[k]);
  return self;
}

void
pel_cell_colors_free (PelCellColors *self)
{
  g_array_unref (self->classes);
  for (guint k = 0; k < 2; k++)
    g_free (self->slots[k]);
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
  guint which = predicted ? 1 : 0;

  return get_slot_color (self, label < self->n_slots[which] ? self->slots[which][label] : UNKNOWN);
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
  *n_slots = self->n_slots[0];
  return self->slots[0];
}
