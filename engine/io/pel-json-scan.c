/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-json-scan.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"

#define MAX_NUMBER_CHARACTERS 64

void
pel_json_scan_init (PelJsonScan *self, const char *data, gsize length)
{
  *self = (PelJsonScan){ .begin = data, .at = data, .end = data + length };
  self->text = g_string_new (NULL);
  if (length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    self->at += 3;
}

void
pel_json_scan_clear (PelJsonScan *self)
{
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  self->text = NULL;
  g_clear_error (&self->error);
}

gboolean
pel_json_scan_fail (PelJsonScan *self, const char *message)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE, message);
  return FALSE;
}

void
pel_json_scan_take_error (PelJsonScan *self, GError **error)
{
  g_propagate_error (error, g_steal_pointer (&self->error));
}

static PelJsonToken
damaged (PelJsonScan *self)
{
  guint line = 1;
  g_autofree char *message = NULL;

  for (const char *p = self->begin; p < self->at; p++)
    line += *p == '\n';
  message =
      g_strdup_printf (_ ("it is no sound JSON: there is a mistake in line %u; export the file "
                          "anew"),
                       line);
  pel_json_scan_fail (self, message);
  return PEL_JSON_ERROR;
}

static void
skip_space (PelJsonScan *self)
{
  while (self->at < self->end && memchr (" \t\r\n", *self->at, 4) != NULL)
    self->at++;
}

/* The four digits of an escape such as \u00b5; -1 where they are none. */
static gint
read_hex (PelJsonScan *self)
{
  gint code = 0;

  if (self->end - self->at < 4)
    return -1;
  for (guint i = 0; i < 4; i++)
    {
      gint digit = g_ascii_xdigit_value (*self->at++);

      if (digit < 0)
        return -1;
      code = code * 16 + digit;
    }
  return code;
}

static gboolean
read_escape (PelJsonScan *self)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *found;
  gint code, low;

  if (self->at >= self->end)
    return FALSE;
  if (*self->at != 'u')
    {
      found = *self->at != '\0' ? strchr (from, *self->at++) : NULL;
      if (found == NULL)
        return FALSE;
      g_string_append_c (self->text, to[found - from]);
      return TRUE;
    }
  self->at++;
  code = read_hex (self);
  if (code < 0)
    return FALSE;
  /* Characters beyond 16 bits are written in two halves. */
  if (code >= 0xd800 && code < 0xdc00 && self->end - self->at >= 6 && self->at[0] == '\\' &&
      self->at[1] == 'u')
    {
      self->at += 2;
      low = read_hex (self);
      if (low < 0xdc00 || low >= 0xe000)
        return FALSE;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
  if (code == 0 || (code >= 0xd800 && code < 0xe000))
    code = 0xfffd;
  g_string_append_unichar (self->text, (gunichar)code);
  return TRUE;
}

/* After the opening quote. */
static gboolean
read_string (PelJsonScan *self)
{
  g_string_truncate (self->text, 0);
  for (;;)
    {
      const char *from = self->at;

      while (self->at < self->end && *self->at != '"' && *self->at != '\\' &&
             (guchar)*self->at >= 0x20)
        self->at++;
      g_string_append_len (self->text, from, self->at - from);
      if (self->at >= self->end || (guchar)*self->at < 0x20)
        return FALSE;
      if (*self->at++ == '"')
        break;
      if (!read_escape (self))
        return FALSE;
    }
  if (!g_utf8_validate (self->text->str, (gssize)self->text->len, NULL))
    {
      char *valid = g_utf8_make_valid (self->text->str, (gssize)self->text->len);

      g_string_assign (self->text, valid);
      g_free (valid);
    }
  return TRUE;
}

static gboolean
read_number (PelJsonScan *self)
{
  char copy[MAX_NUMBER_CHARACTERS];
  gsize n = 0;
  char *stop;

  while (self->at < self->end && (g_ascii_isdigit (*self->at) || memchr ("+-.eE", *self->at, 5)))
    {
      /* Beyond what a double holds digits say nothing. */
      if (n + 1 < sizeof copy)
        copy[n++] = *self->at;
      self->at++;
    }
  copy[n] = '\0';
  if (n == 0 || copy[0] == '+' || copy[0] == '.')
    return FALSE;
  self->number = g_ascii_strtod (copy, &stop);
  return *stop == '\0' && isfinite (self->number);
}

static gboolean
read_word (PelJsonScan *self, const char *word)
{
  gsize n = strlen (word);

  if ((gsize)(self->end - self->at) < n || memcmp (self->at, word, n) != 0)
    return FALSE;
  self->at += n;
  return TRUE;
}

static PelJsonToken
open_level (PelJsonScan *self, char bracket)
{
  self->at++;
  if (self->depth >= PEL_JSON_MAX_DEPTH)
    return damaged (self);
  self->open[self->depth++] = bracket;
  self->after_value = FALSE;
  self->after_key = FALSE;
  return bracket == '{' ? PEL_JSON_BEGIN_OBJECT : PEL_JSON_BEGIN_ARRAY;
}

static PelJsonToken
close_level (PelJsonScan *self)
{
  char bracket = self->open[--self->depth];

  self->at++;
  self->after_value = TRUE;
  return bracket == '{' ? PEL_JSON_END_OBJECT : PEL_JSON_END_ARRAY;
}

static PelJsonToken
read_value (PelJsonScan *self)
{
  PelJsonToken token = PEL_JSON_ERROR;

  switch (*self->at)
    {
    case '{':
    case '[':
      return open_level (self, *self->at);
    case '"':
      self->at++;
      if (read_string (self))
        token = PEL_JSON_STRING;
      break;
    case 't':
      if (read_word (self, "true"))
        token = PEL_JSON_TRUE;
      break;
    case 'f':
      if (read_word (self, "false"))
        token = PEL_JSON_FALSE;
      break;
    case 'n':
      if (read_word (self, "null"))
        token = PEL_JSON_NULL;
      break;
    default:
      if (read_number (self))
        token = PEL_JSON_NUMBER;
      break;
    }
  if (token == PEL_JSON_ERROR)
    return damaged (self);
  self->after_value = TRUE;
  self->after_key = FALSE;
  return token;
}

static PelJsonToken
read_key (PelJsonScan *self)
{
  if (*self->at != '"')
    return damaged (self);
  self->at++;
  if (!read_string (self))
    return damaged (self);
  skip_space (self);
  if (self->at >= self->end || *self->at != ':')
    return damaged (self);
  self->at++;
  self->after_key = TRUE;
  return PEL_JSON_KEY;
}

PelJsonToken
pel_json_scan_next (PelJsonScan *self)
{
  gboolean in_object = self->depth > 0 && self->open[self->depth - 1] == '{';
  char close = in_object ? '}' : ']';

  if (self->error != NULL)
    return PEL_JSON_ERROR;
  skip_space (self);
  if (self->depth == 0 && self->after_value)
    return self->at >= self->end ? PEL_JSON_END : damaged (self);
  if (self->at >= self->end)
    return damaged (self);
  if (self->depth > 0 && !self->after_key && *self->at == close)
    return close_level (self);
  if (self->depth > 0 && self->after_value)
    {
      if (*self->at != ',')
        return damaged (self);
      self->at++;
      self->after_value = FALSE;
      skip_space (self);
      if (self->at >= self->end)
        return damaged (self);
    }
  if (in_object && !self->after_key)
    return read_key (self);
  return read_value (self);
}

gboolean
pel_json_scan_skip (PelJsonScan *self, PelJsonToken token)
{
  guint depth = self->depth;

  if (token == PEL_JSON_BEGIN_OBJECT || token == PEL_JSON_BEGIN_ARRAY)
    while (self->depth >= depth && token != PEL_JSON_ERROR)
      token = pel_json_scan_next (self);
  return token != PEL_JSON_ERROR;
}
