/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-cell-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/widgets/pel-axis.h"

/* Columns have little room: what stands in the table is shorter than in the histogram. */
static const char *
get_short_title (PelQuantityId id)
{
  static const char *const titles[PEL_N_QUANTITIES] = {
    /* Translators: the sign for a diameter, as the heading of a narrow column. */
    [PEL_QUANTITY_EQUIVALENT_DIAMETER] = N_ ("⌀"),
    [PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR] = N_ ("±"),
    [PEL_QUANTITY_MAX_FERET] = N_ ("Feret max"),
    [PEL_QUANTITY_MIN_FERET] = N_ ("Feret min"),
    [PEL_QUANTITY_MAJOR_AXIS] = N_ ("Major axis"),
    [PEL_QUANTITY_MINOR_AXIS] = N_ ("Minor axis"),
    [PEL_QUANTITY_MEAN_INTENSITY] = N_ ("Mean grey"),
    [PEL_QUANTITY_TOUCHES_BORDER] = N_ ("At border"),
    [PEL_QUANTITY_EDGE_CONFIDENCE] = N_ ("Confidence"),
  };

  return titles[id] != NULL ? _ (titles[id]) : _ (pel_quantity_get (id)->title);
}

const char *
pel_quantity_get_unit (PelQuantityId id, gboolean in_um)
{
  switch (pel_quantity_get (id)->kind)
    {
    case PEL_QUANTITY_KIND_LENGTH:
      return in_um ? _ ("µm") : _ ("px");
    case PEL_QUANTITY_KIND_AREA:
      return in_um ? _ ("µm²") : _ ("px²");
    case PEL_QUANTITY_KIND_POSITION:
      return _ ("px");
    case PEL_QUANTITY_KIND_ANGLE:
      return "°";
    case PEL_QUANTITY_KIND_NUMBER:
    case PEL_QUANTITY_KIND_COUNT:
    case PEL_QUANTITY_KIND_FLAG:
    case PEL_QUANTITY_KIND_INTENSITY:
    default:
      return NULL;
    }
}

static char *
make_heading (PelQuantityId id, const char *title, gboolean in_um)
{
  const PelQuantity *quantity = pel_quantity_get (id);
  /* An uncertainty stands beside what it belongs to and has its unit. */
  const char *unit = quantity->error_of != quantity->id ? NULL : pel_quantity_get_unit (id, in_um);

  if (unit == NULL)
    return g_strdup (title);
  /* Translators: the heading of a column: what is measured, and its unit. */
  return g_strdup_printf (_ ("%s (%s)"), title, unit);
}

char *
pel_quantity_get_heading (PelQuantityId id, gboolean in_um)
{
  return make_heading (id, _ (pel_quantity_get (id)->title), in_um);
}

char *
pel_quantity_get_short_heading (PelQuantityId id, gboolean in_um)
{
  return make_heading (id, get_short_title (id), in_um);
}

char *
pel_cell_format_value (PelCell *cell, int column, gboolean in_um)
{
  const PelQuantity *quantity;
  double value;

  if (column == PEL_CELL_COLUMN_LABEL)
    return g_strdup_printf ("%u", pel_cell_get_label (cell));
  if (column == PEL_CELL_COLUMN_CLASS)
    return g_strdup (pel_cell_get_class_name (cell) != NULL ? pel_cell_get_class_name (cell) : "");
  quantity = pel_quantity_get ((PelQuantityId)column);
  /* Not every area has a value in µm²; the heading and the cell say the same. */
  value = in_um && (quantity->kind == PEL_QUANTITY_KIND_LENGTH ||
                    quantity->kind == PEL_QUANTITY_KIND_AREA)
              ? pel_cell_get_value_um (cell, (guint)column)
              : pel_cell_get_value (cell, (guint)column);
  if (!isfinite (value))
    return g_strdup ("");
  switch (quantity->kind)
    {
    case PEL_QUANTITY_KIND_FLAG:
      return g_strdup (value != 0.0 ? _ ("yes") : "");
    case PEL_QUANTITY_KIND_COUNT:
    case PEL_QUANTITY_KIND_ANGLE:
      return g_strdup_printf ("%.0f", value);
    case PEL_QUANTITY_KIND_POSITION:
      return g_strdup_printf ("%.1f", value);
    case PEL_QUANTITY_KIND_NUMBER:
      return g_strdup_printf ("%.2f", value);
    case PEL_QUANTITY_KIND_LENGTH:
    case PEL_QUANTITY_KIND_AREA:
    case PEL_QUANTITY_KIND_INTENSITY:
    default:
      return value >= 1000.0 ? g_strdup_printf ("%.0f", value) : pel_format_number (value, 3);
    }
}
