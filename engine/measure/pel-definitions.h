/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-quantity.h"

/**
 * PelDefinitions:
 * @PEL_DEFINITIONS_PELLICLE: Pellicle's own, from the probability map where there is one
 * @PEL_DEFINITIONS_IMAGEJ: those of ImageJ's particle analysis, from the pixels of the labels
 * @PEL_DEFINITIONS_CELLPROFILER: those of CellProfiler, which are scikit-image's for the most part,
 *   from the pixels of the labels
 *
 * By whose definitions cells are measured. Programs agree on areas and, but for a 1/12, on moments;
 * perimeters, Feret diameters, the hull and the direction of an axis differ by up to a tenth.
 * Numbers of two sets must not stand in one comparison, so each table and each file tells its set.
 */
typedef enum
{
  PEL_DEFINITIONS_PELLICLE,
  PEL_DEFINITIONS_IMAGEJ,
  PEL_DEFINITIONS_CELLPROFILER,
} PelDefinitions;

#define PEL_N_DEFINITIONS 3

/**
 * pel_definitions_get_name:
 * @definitions: a set
 *
 * Returns: (transfer none): its name in files and on the command line: `pellicle`, `imagej` or
 *   `cellprofiler`
 */
const char *pel_definitions_get_name (PelDefinitions definitions);

/* (transfer none): the program's name, for people */
const char *pel_definitions_get_title (PelDefinitions definitions);

/**
 * pel_definitions_find:
 * @name: a name in files
 * @definitions: (out): the set of that name
 *
 * Returns: whether there is one
 */
gboolean pel_definitions_find (const char *name, PelDefinitions *definitions);

/**
 * pel_definitions_describe:
 * @definitions: a set
 *
 * Returns: (transfer none): what is measured how, in some sentences; translated
 */
const char *pel_definitions_describe (PelDefinitions definitions);

/**
 * pel_definitions_describe_quantity:
 * @definitions: a set
 * @id: a quantity
 * @source: (out) (nullable) (optional): where the definition comes from; not translated
 *
 * Returns: (transfer none): the quantity's definition in this set; translated
 */
const char *pel_definitions_describe_quantity (PelDefinitions definitions,
                                               PelQuantityId id,
                                               const char **source);
