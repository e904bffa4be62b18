/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelQuantityId:
 *
 * The quantities measured on a cell, in the order of their columns. New ones are added at the
 * end, before %PEL_N_QUANTITIES, with one entry in the table and one function in
 * pel-quantity.c; the table of cells, the CSV, the labels on the picture and the plots read
 * the table.
 */
typedef enum
{
  PEL_QUANTITY_CENTROID_X,
  PEL_QUANTITY_CENTROID_Y,
  PEL_QUANTITY_AREA,
  PEL_QUANTITY_PERIMETER,
  PEL_QUANTITY_EQUIVALENT_DIAMETER,
  PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR,
  PEL_QUANTITY_MAJOR_AXIS,
  PEL_QUANTITY_MINOR_AXIS,
  PEL_QUANTITY_ORIENTATION,
  PEL_QUANTITY_MAX_FERET,
  PEL_QUANTITY_MAX_FERET_ANGLE,
  PEL_QUANTITY_MIN_FERET,
  PEL_QUANTITY_STRETCH,
  PEL_QUANTITY_ASPECT_RATIO,
  PEL_QUANTITY_CIRCULARITY,
  PEL_QUANTITY_ECCENTRICITY,
  PEL_QUANTITY_CONVEX_AREA,
  PEL_QUANTITY_SOLIDITY,
  PEL_QUANTITY_MEAN_INTENSITY,
  PEL_QUANTITY_SD_INTENSITY,
  PEL_QUANTITY_MIN_INTENSITY,
  PEL_QUANTITY_MAX_INTENSITY,
  PEL_QUANTITY_TOUCHES_BORDER,
  PEL_QUANTITY_EDGE_CONFIDENCE,
  PEL_QUANTITY_MIN_FERET_ANGLE,
  PEL_QUANTITY_MAJOR_AXIS_ERR,
  PEL_QUANTITY_MINOR_AXIS_ERR,
  PEL_QUANTITY_MAX_FERET_ERR,
  PEL_QUANTITY_MIN_FERET_ERR,
  PEL_QUANTITY_PIECES,
  PEL_QUANTITY_SKELETON_LENGTH,
  PEL_QUANTITY_MEAN_WIDTH,
  PEL_QUANTITY_MAX_WIDTH,
  PEL_N_QUANTITIES,
} PelQuantityId;

/**
 * PelQuantityKind:
 * @PEL_QUANTITY_KIND_NUMBER: a ratio or another number without a unit
 * @PEL_QUANTITY_KIND_COUNT: a whole number
 * @PEL_QUANTITY_KIND_FLAG: 0 or 1
 * @PEL_QUANTITY_KIND_POSITION: a place in the image, in pixels
 * @PEL_QUANTITY_KIND_LENGTH: a length
 * @PEL_QUANTITY_KIND_AREA: an area
 * @PEL_QUANTITY_KIND_ANGLE: degrees
 * @PEL_QUANTITY_KIND_INTENSITY: in the units of the image
 *
 * What kind of number a quantity is, which decides on its unit and how it is shown.
 */
typedef enum
{
  PEL_QUANTITY_KIND_NUMBER,
  PEL_QUANTITY_KIND_COUNT,
  PEL_QUANTITY_KIND_FLAG,
  PEL_QUANTITY_KIND_POSITION,
  PEL_QUANTITY_KIND_LENGTH,
  PEL_QUANTITY_KIND_AREA,
  PEL_QUANTITY_KIND_ANGLE,
  PEL_QUANTITY_KIND_INTENSITY,
} PelQuantityKind;

typedef struct PelCellFigures PelCellFigures;

/**
 * PelQuantity:
 * @id: its place in the table
 * @name: its name in files and settings, stable for good
 * @column: its CSV column in pixels, or its only one
 * @column_um: (nullable): its CSV column in µm, if it has one
 * @kind: what kind of number it is
 * @title: short name for people; translate with `_()`
 * @description: its definition in a sentence or two; translate with `_()`
 * @source: (nullable): where the definition comes from; not translated
 * @error_of: for an uncertainty, what it belongs to; otherwise its own @id
 * @compute: its value from a cell's figures; not a number where there is none. Called once with
 *   figures in pixels and, where there is a calibration and @column_um, once with those in µm
 */
typedef struct
{
  PelQuantityId id;
  const char *name;
  const char *column;
  const char *column_um;
  PelQuantityKind kind;
  const char *title;
  const char *description;
  const char *source;
  PelQuantityId error_of;
  double (*compute) (const PelCellFigures *figures);
} PelQuantity;

/**
 * pel_quantities_get:
 * @n_quantities: (out) (optional): number of quantities, %PEL_N_QUANTITIES
 *
 * Returns: (transfer none): all quantities; the entry at index i has id i
 */
const PelQuantity *pel_quantities_get (guint *n_quantities);

/**
 * pel_quantity_get:
 * @id: a quantity
 *
 * Returns: (transfer none): its entry
 */
const PelQuantity *pel_quantity_get (PelQuantityId id);

/**
 * pel_quantity_find:
 * @name: a name, such as `min_feret`
 *
 * Returns: (transfer none) (nullable): the quantity of that name
 */
const PelQuantity *pel_quantity_find (const char *name);

/**
 * pel_quantity_get_error:
 * @id: a quantity
 * @error_id: (out): its uncertainty
 *
 * Returns: whether there is one
 */
gboolean pel_quantity_get_error (PelQuantityId id, PelQuantityId *error_id);
