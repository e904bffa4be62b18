/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelExportFormat:
 *
 * What cells can be written as, in the order in which they are offered. New ones are added with
 * one entry in the table.
 */
typedef enum
{
  PEL_EXPORT_TIFF,
  PEL_EXPORT_PNG,
  PEL_EXPORT_ROI,
  PEL_EXPORT_GEOJSON,
  PEL_EXPORT_COCO,
  PEL_EXPORT_COCO_RUNS,
  PEL_EXPORT_COCO_PACKED,
  PEL_EXPORT_KAGGLE,
  PEL_EXPORT_NPY,
  PEL_EXPORT_CP_MASKS,
  PEL_EXPORT_OVERLAY,
  PEL_EXPORT_SVG,
  PEL_N_EXPORT_FORMATS,
} PelExportFormat;

/**
 * PelExportFormatInfo:
 * @name: its name on the command line and in settings, stable for good
 * @title: its name for people; translate with `_()`
 * @description: who reads it; translate with `_()`
 * @suffix: what is added to an image's name; of a format with one file for all images, its ending
 * @file_name: (nullable): what that one file is called where only a folder is named; `NULL` for
 *   formats with a file for each image
 * @needs_image: whether the picture is part of it
 * @needs_table: whether measurements are part of it
 *
 * A row of the table of formats.
 */
typedef struct
{
  const char *name;
  const char *title;
  const char *description;
  const char *suffix;
  const char *file_name;
  gboolean needs_image, needs_table;
} PelExportFormatInfo;

/* Returns: (transfer none): the format's row */
const PelExportFormatInfo *pel_export_format_get_info (PelExportFormat format);

/* Returns: whether @name is a format's, which is then in @format */
gboolean pel_export_format_find (const char *name, PelExportFormat *format);
