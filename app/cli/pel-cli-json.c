/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-json.h"

#include "app/cli/pel-cli-command.h"
#include "engine/io/pel-csv.h"

#include <math.h>

struct PelCliJson
{
  GString *text;
  GString *closers; /* the brackets still to come, the innermost last */
  gboolean empty;   /* nothing yet in the innermost object or array */
};

PelCliJson *
pel_cli_json_new (void)
{
  PelCliJson *self = g_new0 (PelCliJson, 1);

  self->text = g_string_new (NULL);
  self->closers = g_string_new (NULL);
  self->empty = TRUE;
  return self;
}

void
pel_cli_json_free (PelCliJson *self)
{
  if (self == NULL)
    return;
  g_string_free (self->text, TRUE);
  g_string_free (self->closers, TRUE);
  g_free (self);
}

static void
append_line_start (PelCliJson *self)
{
  if (self->closers->len == 0)
    return;
  g_string_append_c (self->text, '\n');
  for (gsize i = 0; i < self->closers->len; i++)
    g_string_append (self->text, "  ");
}

static void
append_text (PelCliJson *self, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_c (self->text, '"');
  for (const char *p = valid; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        {
          g_string_append_c (self->text, '\\');
          g_string_append_c (self->text, *p);
        }
      else if (*p == '\n')
        g_string_append (self->text, "\\n");
      else if ((guchar)*p < 0x20)
        g_string_append_printf (self->text, "\\u%04x", (guint)(guchar)*p);
      else
        g_string_append_c (self->text, *p);
    }
  g_string_append_c (self->text, '"');
}

static void
start_value (PelCliJson *self, const char *name)
{
  if (!self->empty)
    g_string_append_c (self->text, ',');
  append_line_start (self);
  self->empty = FALSE;
  if (name != NULL)
    {
      append_text (self, name);
      g_string_append (self->text, ": ");
    }
}

static void
begin (PelCliJson *self, const char *name, char opener, char closer)
{
  start_value (self, name);
  g_string_append_c (self->text, opener);
  g_string_append_c (self->closers, closer);
  self->empty = TRUE;
}

void
pel_cli_json_begin_object (PelCliJson *self, const char *name)
{
  begin (self, name, '{', '}');
}

void
pel_cli_json_begin_array (PelCliJson *self, const char *name)
{
  begin (self, name, '[', ']');
}

void
pel_cli_json_end (PelCliJson *self)
{
  char closer;

  g_return_if_fail (self->closers->len > 0);

  closer = self->closers->str[self->closers->len - 1];
  g_string_truncate (self->closers, self->closers->len - 1);
  if (!self->empty)
    {
      g_string_append_c (self->text, '\n');
      for (gsize i = 0; i < self->closers->len; i++)
        g_string_append (self->text, "  ");
    }
  g_string_append_c (self->text, closer);
  self->empty = FALSE;
}

void
pel_cli_json_add_string (PelCliJson *self, const char *name, const char *value)
{
  if (value == NULL)
    {
      pel_cli_json_add_null (self, name);
      return;
    }
  start_value (self, name);
  append_text (self, value);
}

void
pel_cli_json_add_number (PelCliJson *self, const char *name, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      pel_cli_json_add_null (self, name);
      return;
    }
  start_value (self, name);
  g_string_append (self->text, pel_csv_format_number (buffer, value));
}

void
pel_cli_json_add_int (PelCliJson *self, const char *name, gint64 value)
{
  start_value (self, name);
  g_string_append_printf (self->text, "%" G_GINT64_FORMAT, value);
}

void
pel_cli_json_add_boolean (PelCliJson *self, const char *name, gboolean value)
{
  start_value (self, name);
  g_string_append (self->text, value ? "true" : "false");
}

void
pel_cli_json_add_null (PelCliJson *self, const char *name)
{
  start_value (self, name);
  g_string_append (self->text, "null");
}

void
pel_cli_json_print (const PelCliJson *self)
{
  pel_cli_print ("%s\n", self->text->str);
}
