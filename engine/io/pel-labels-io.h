/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-labels.h"

/**
 * PelLabelsReading:
 * @PEL_LABELS_READING_OWN: a label image that Pellicle wrote, taken as it is
 * @PEL_LABELS_READING_LABELS: several values, each a label
 * @PEL_LABELS_READING_FOREGROUND: one non-zero value, split into 4-connected cells
 * @PEL_LABELS_READING_LOSSY: a JPEG, cut at half of white and split into 4-connected cells
 * @PEL_LABELS_READING_COLOURS: each colour but black a label
 * @PEL_LABELS_READING_FOLDER: a folder of masks with one cell each
 * @PEL_LABELS_READING_EMPTY: nothing but zeros
 *
 * How a mask file was understood, for the window to tell and to offer another way.
 */
typedef enum
{
  PEL_LABELS_READING_OWN,
  PEL_LABELS_READING_LABELS,
  PEL_LABELS_READING_FOREGROUND,
  PEL_LABELS_READING_LOSSY,
  PEL_LABELS_READING_COLOURS,
  PEL_LABELS_READING_FOLDER,
  PEL_LABELS_READING_EMPTY,
} PelLabelsReading;

/**
 * PelLabelsLoadFlags:
 * @PEL_LABELS_LOAD_DEFAULT: by the rules
 * @PEL_LABELS_LOAD_INVERT: the user said that cells are 0: everything else becomes background, and
 *   zeros are split into 4-connected cells
 */
typedef enum
{
  PEL_LABELS_LOAD_DEFAULT = 0,
  PEL_LABELS_LOAD_INVERT = 1 << 0,
} PelLabelsLoadFlags;

/**
 * pel_labels_load:
 * @path: (type filename): a mask file, or a folder with one mask file per cell
 * @page: from 0: the position, as for pel_image_load(); 0 for a folder
 * @cancellable: (nullable): stops the reading
 * @error: return location for a `GError`
 *
 * Reads a mask by these rules. Integers, whole floats and palette indices are labels. A single
 * value besides zero is foreground, split into 4-connected cells, unless Pellicle wrote the file; a
 * JPEG is cut at half first. In coloured RGB each colour but black is a label, numbered in the
 * order of their 48-bit codes; grey RGB counts as grey; alpha is dropped. In a folder each file is
 * one cell, numbered by file name; where two overlap, the later has the pixel. Nothing is ever
 * inverted unasked. Label numbers are kept, gaps included.
 *
 * Refused: fractions, negative numbers, labels beyond 32 bits, several channels, and pictures with
 * more colours than a mask can have.
 *
 * Returns: (transfer full) (nullable): the labels, or `NULL` with an error of one sentence that
 *   names the file
 */
PelLabels *pel_labels_load (const char *path, guint page, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_labels_load_full:
 * @path: (type filename): a mask file, or a folder with one mask file per cell
 * @page: from 0
 * @flags: how to read
 * @reading: (out) (optional): how it was understood
 * @cancellable: (nullable): stops the reading
 * @error: return location for a `GError`
 *
 * As pel_labels_load(), with a choice and an account.
 *
 * Returns: (transfer full) (nullable): the labels, or `NULL` with @error set
 */
PelLabels *pel_labels_load_full (const char *path,
                                 guint page,
                                 PelLabelsLoadFlags flags,
                                 PelLabelsReading *reading,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_labels_save_tiff:
 * @labels: the labels
 * @path: (type filename): the file to create or replace, atomically
 * @um_x: width of a pixel in µm, 0 for unknown
 * @um_y: height of a pixel in µm, 0 for unknown
 * @error: return location for a `GError`
 *
 * Writes a label TIFF, deflated: 16-bit, or 32-bit where a label exceeds 65535. ImageJ opens it
 * with its calibration and a display range from 0 to the greatest label. Its Software tag says that
 * it is Pellicle's, so that a single cell in several pieces stays one when read back.
 *
 * Returns: whether it was written
 */
gboolean pel_labels_save_tiff (PelLabels *labels,
                               const char *path,
                               double um_x,
                               double um_y,
                               GError **error);

/**
 * pel_labels_save_png:
 * @labels: the labels
 * @path: (type filename): the file to create or replace, atomically
 * @um_x: width of a pixel in µm, 0 for unknown
 * @um_y: height of a pixel in µm, 0 for unknown
 * @error: return location for a `GError`
 *
 * Writes a 16-bit grey PNG with the same tag. The pixel size is rounded to the whole pixels per
 * metre that the format holds.
 *
 * Returns: whether it was written; `PEL_ENGINE_ERROR_UNSUPPORTED` where a label exceeds 65535
 */
gboolean pel_labels_save_png (PelLabels *labels,
                              const char *path,
                              double um_x,
                              double um_y,
                              GError **error);
