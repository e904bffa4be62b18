/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-json-text.h"

#include <math.h>

#include "engine/io/pel-csv.h"

void
pel_json_append_string (GString *out, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_c (out, '"');
  for (const char *p = valid; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (out, '\\');
      if ((guchar)*p < 0x20 || *p == 0x7f)
        g_string_append_printf (out, "\\u%04x", *p);
      else
        g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

void
pel_json_append_number (GString *out, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, isfinite (value) ? pel_csv_format_number (buffer, value) : "null");
}

gboolean
pel_json_is_shallow (const char *text, gsize length, guint most)
{
  guint depth = 0;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (quoted && c == '\\')
        i++;
      else if (c == '"')
        quoted = !quoted;
      else if (quoted)
        continue;
      else if (c == '{' || c == '[')
        {
          if (++depth > most)
            return FALSE;
        }
      else if (c == '}' || c == ']')
        {
          if (depth-- == 0)
            return FALSE;
        }
      else if (c == '/' || c == '#' || c == '\'' || c == '\0')
        return FALSE;
    }
  return depth == 0 && !quoted;
}
