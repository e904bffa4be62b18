/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelTiffRowFunc:
 * @y: the row wanted
 * @row: (out): where its samples go
 * @data: the caller's
 */
typedef void (*PelTiffRowFunc) (guint y, gpointer row, gpointer data);

/**
 * PelTiffLayout:
 * @width: columns
 * @height: rows
 * @bits: 16 or 32
 * @is_float: whether samples are floating point, otherwise unsigned integers
 * @um_x: width of a pixel in µm, 0 for unknown
 * @um_y: height of a pixel in µm, 0 for unknown
 * @display_max: what ImageJ should show as white; black is 0
 * @software: what the Software tag says
 *
 * A grey TIFF file to be written.
 */
typedef struct
{
  guint width, height, bits;
  gboolean is_float;
  double um_x, um_y;
  double display_max;
  const char *software;
} PelTiffLayout;

/**
 * pel_tiff_write_grey:
 * @path: (type filename): the file to create or replace, atomically
 * @layout: what it holds
 * @row_func: (scope call): gives the samples, called for each row in turn
 * @data: for @row_func
 * @error: return location for a `GError`
 *
 * Writes one deflated grey page with the description by which ImageJ finds the pixel size and the
 * display range.
 *
 * Returns: whether it was written; otherwise the error names @path
 */
gboolean pel_tiff_write_grey (const char *path,
                              const PelTiffLayout *layout,
                              PelTiffRowFunc row_func,
                              gpointer data,
                              GError **error);
