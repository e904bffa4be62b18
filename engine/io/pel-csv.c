/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-csv.h"

#include "engine/io/pel-file.h"

#include <math.h>
#include <string.h>

struct PelCsv
{
  PelAtomicFile *file; /* NULL when writing into memory */
  GString *text;       /* not yet written; the caller's when there is no file */
  GError *error;       /* the first failure */
  gboolean row_begun;
};

#define FLUSH_BYTES (64 * 1024)

/* Powers of ten of a number's first digit between which it is written without an exponent. */
#define LEAST_PLAIN_EXPONENT -4
#define MOST_PLAIN_EXPONENT 14

PelCsv *
pel_csv_new (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  PelAtomicFile *file = pel_atomic_file_new (path, error);
  if (file == NULL)
    return NULL;
  PelCsv *self = g_new0 (PelCsv, 1);
  self->file = file;
  self->text = g_string_new (NULL);
  return self;
}

PelCsv *
pel_csv_new_for_string (GString *string)
{
  g_return_val_if_fail (string != NULL, NULL);

  PelCsv *self = g_new0 (PelCsv, 1);
  self->text = string;
  return self;
}

void
pel_csv_free (PelCsv *self)
{
  if (self == NULL)
    return;
  if (self->file != NULL)
    g_string_free (self->text, TRUE);
  pel_atomic_file_free (self->file);
  g_clear_error (&self->error);
  g_free (self);
}

static void
write_out (PelCsv *self)
{
  if (self->file == NULL || self->text->len == 0)
    return;
  if (self->error == NULL)
    pel_atomic_file_write (self->file, self->text->str, self->text->len, &self->error);
  g_string_truncate (self->text, 0);
}

static void
begin_cell (PelCsv *self)
{
  if (self->row_begun)
    g_string_append_c (self->text, ',');
  self->row_begun = TRUE;
}

void
pel_csv_add_string (PelCsv *self, const char *value)
{
  g_return_if_fail (self != NULL);

  begin_cell (self);
  if (value == NULL || *value == '\0')
    return;
  gsize length = strlen (value);
  gboolean quoted = strpbrk (value, ",\"\r\n") != NULL || value[0] == ' ' || value[0] == '\t' ||
                    value[length - 1] == ' ' || value[length - 1] == '\t';
  if (!quoted)
    {
      g_string_append_len (self->text, value, (gssize)length);
      return;
    }
  g_string_append_c (self->text, '"');
  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (self->text, '"');
      g_string_append_c (self->text, *p);
    }
  g_string_append_c (self->text, '"');
}

const char *
pel_csv_format_number (char *buffer, double value)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };

  if (value == 0.0)
    value = 0.0; /* a negative zero would only puzzle */
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, formats[i], value);
      if (g_ascii_strtod (buffer, NULL) == value)
        break;
    }
  return buffer;
}

void
pel_csv_add_number (PelCsv *self, double value)
{
  g_return_if_fail (self != NULL);

  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  begin_cell (self);
  if (isfinite (value))
    g_string_append (self->text, pel_csv_format_number (buffer, value));
}

/* Nine digits and the exponent of ten of the first; FALSE where the product with a power of ten is
 * too near to a half to tell how the number itself is rounded, or where it is very large or small.
 */
static gboolean
split_nine (double value, guint32 *digits, gint *exponent)
{
  static const double tens[] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12
  };
  double scaled = 0, rest;
  gint e, e2;

  frexp (value, &e2);
  e = (gint)floor ((e2 - 1) * 0.30102999566398120);
  for (guint i = 0; i < 2; i++)
    {
      if (e < LEAST_PLAIN_EXPONENT || e > MOST_PLAIN_EXPONENT)
        return FALSE;
      scaled = e <= 8 ? value * tens[8 - e] : value / tens[e - 8];
      if (scaled < 1e9)
        break;
      e++;
    }
  *digits = (guint32)scaled;
  rest = scaled - *digits;
  if (scaled < 1e8 || scaled >= 1e9 || fabs (rest - 0.5) < 1e-6)
    return FALSE;
  *digits += rest > 0.5;
  if (*digits == 1000000000)
    {
      *digits = 100000000;
      e++;
    }
  *exponent = e;
  return e <= MOST_PLAIN_EXPONENT;
}

const char *
pel_csv_format_nine (char *buffer, double value)
{
  char all[9], *to = buffer;
  guint32 digits;
  gint e, n = 9;

  if (value == 0.0 || !split_nine (fabs (value), &digits, &e))
    {
      g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.9g", value);
      return pel_csv_format_number (buffer, g_ascii_strtod (buffer, NULL));
    }
  for (gint i = 8; i >= 0; i--, digits /= 10)
    all[i] = (char)('0' + digits % 10);
  while (all[n - 1] == '0')
    n--;
  if (value < 0)
    *to++ = '-';
  if (e < 0)
    {
      *to++ = '0';
      *to++ = '.';
      for (gint i = -1; i > e; i--)
        *to++ = '0';
    }
  for (gint i = 0; i < MAX (n, e + 1); i++)
    {
      if (i > 0 && i == e + 1)
        *to++ = '.';
      *to++ = i < n ? all[i] : '0';
    }
  *to = '\0';
  return buffer;
}

void
pel_csv_add_nine (PelCsv *self, double value)
{
  g_return_if_fail (self != NULL);

  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  begin_cell (self);
  if (isfinite (value))
    g_string_append (self->text, pel_csv_format_nine (buffer, value));
}

void
pel_csv_add_int (PelCsv *self, gint64 value)
{
  g_return_if_fail (self != NULL);

  char buffer[24], *at = buffer + sizeof buffer;
  guint64 left = value < 0 ? -(guint64)value : (guint64)value;

  do
    *--at = (char)('0' + left % 10);
  while ((left /= 10) > 0);
  if (value < 0)
    *--at = '-';
  begin_cell (self);
  g_string_append_len (self->text, at, buffer + sizeof buffer - at);
}

void
pel_csv_add_empty (PelCsv *self)
{
  g_return_if_fail (self != NULL);
  begin_cell (self);
}

void
pel_csv_end_row (PelCsv *self)
{
  g_return_if_fail (self != NULL);

  g_string_append_c (self->text, '\n');
  self->row_begun = FALSE;
  if (self->text->len >= FLUSH_BYTES)
    write_out (self);
}

void
pel_csv_add_rows (PelCsv *self, const char *rows, gsize length)
{
  g_return_if_fail (self != NULL && !self->row_begun);

  g_string_append_len (self->text, rows, (gssize)length);
  if (self->text->len >= FLUSH_BYTES)
    write_out (self);
}

gboolean
pel_csv_finish (PelCsv *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  write_out (self);
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  return self->file == NULL || pel_atomic_file_commit (self->file, error);
}
