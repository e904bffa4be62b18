/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelCsv:
 *
 * Writes a table as RFC 4180 comma-separated values, in UTF-8 without a byte-order mark.
 *
 * Rows end in a line feed alone: spreadsheets, R and pandas read both endings, while the tools of a
 * shell keep a carriage return as part of the last column. The decimal point is `.` in every
 * locale, and a number is written with as few digits as still read back as the same number.
 *
 * An error while writing is kept and reported by pel_csv_finish(), so that the calls in between
 * need no check. One owner, one thread at a time.
 */
typedef struct PelCsv PelCsv;

/**
 * pel_csv_new:
 * @path: (type filename): the file to create or replace when finished
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the writer, or `NULL` with a `G_IO_ERROR` that names @path
 */
PelCsv *pel_csv_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_csv_new_for_string:
 * @string: (transfer none): where to append; must outlive the writer
 *
 * Returns: (transfer full): a writer into memory, which cannot fail
 */
PelCsv *pel_csv_new_for_string (GString *string) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_csv_free:
 * @self: (transfer full) (nullable): a writer
 *
 * Frees @self. Without pel_csv_finish() before it the file is left as it was.
 */
void pel_csv_free (PelCsv *self);

/**
 * pel_csv_add_string:
 * @self: a writer
 * @value: (nullable): a text of any content; quoted where it must be. `NULL` is an empty cell
 */
void pel_csv_add_string (PelCsv *self, const char *value);

/**
 * pel_csv_add_number:
 * @self: a writer
 * @value: a number; one that is not finite is an empty cell
 */
void pel_csv_add_number (PelCsv *self, double value);

/**
 * pel_csv_add_nine:
 * @self: a writer
 * @value: a number; one that is not finite is an empty cell
 *
 * Adds a number rounded to nine digits: far beyond what a pixel tells, and free of the noise of the
 * last bits. Same as pel_csv_add_number() of the rounded number, and much faster.
 */
void pel_csv_add_nine (PelCsv *self, double value);

/**
 * pel_csv_add_int:
 * @self: a writer
 * @value: a whole number
 */
void pel_csv_add_int (PelCsv *self, gint64 value);

/**
 * pel_csv_add_empty:
 * @self: a writer
 *
 * Adds a cell without a value.
 */
void pel_csv_add_empty (PelCsv *self);

/**
 * pel_csv_end_row:
 * @self: a writer
 */
void pel_csv_end_row (PelCsv *self);

/**
 * pel_csv_add_rows:
 * @self: a writer at the start of a row
 * @rows: whole rows, such as another writer made in memory
 * @length: their bytes
 */
void pel_csv_add_rows (PelCsv *self, const char *rows, gsize length);

/**
 * pel_csv_finish:
 * @self: a writer
 * @error: return location for a `GError`
 *
 * Puts the file in place, in one step. To be called once, after the last row.
 *
 * Returns: whether the file is complete on the disk; otherwise the first `G_IO_ERROR` met, and the
 *   old file, if any, is untouched
 */
gboolean pel_csv_finish (PelCsv *self, GError **error);

/**
 * pel_csv_format_number:
 * @buffer: (out caller-allocates): at least `G_ASCII_DTOSTR_BUF_SIZE` bytes
 * @value: a finite number
 *
 * The shortest decimal number that reads back as @value, with `.` as its point.
 *
 * Returns: (transfer none): @buffer
 */
const char *pel_csv_format_number (char *buffer, double value);

/**
 * pel_csv_format_nine:
 * @buffer: (out caller-allocates): at least `G_ASCII_DTOSTR_BUF_SIZE` bytes
 * @value: a finite number
 *
 * The number rounded to nine digits, without zeros at the end.
 *
 * Returns: (transfer none): @buffer
 */
const char *pel_csv_format_nine (char *buffer, double value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCsv, pel_csv_free)
