/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelJsonToken:
 *
 * What comes next in a JSON text.
 */
typedef enum
{
  PEL_JSON_ERROR, /* the text is damaged: the scan's error is set, and stays */
  PEL_JSON_END,   /* after the one value of the text */
  PEL_JSON_BEGIN_OBJECT,
  PEL_JSON_END_OBJECT,
  PEL_JSON_BEGIN_ARRAY,
  PEL_JSON_END_ARRAY,
  PEL_JSON_KEY,
  PEL_JSON_STRING,
  PEL_JSON_NUMBER,
  PEL_JSON_TRUE,
  PEL_JSON_FALSE,
  PEL_JSON_NULL,
} PelJsonToken;

#define PEL_JSON_MAX_DEPTH 64

/**
 * PelJsonScan:
 * @text: of a key or string token: its characters, UTF-8, without escapes; valid until the next
 *   token
 * @number: of a number token
 * @depth: objects and arrays that are open
 *
 * Reads a JSON text of any size token by token, without recursion and without keeping what was
 * read: outlines of thousands of cells would be a tree of millions of nodes. The text need not be
 * trusted; nesting beyond %PEL_JSON_MAX_DEPTH is refused. One owner.
 */
typedef struct
{
  GString *text;
  double number;
  guint depth;

  /*< private >*/
  const char *begin, *at, *end;
  char open[PEL_JSON_MAX_DEPTH]; /* '{' or '[' */
  gboolean after_value, after_key, done;
  GError *error;
} PelJsonScan;

/* @data must stay until pel_json_scan_clear(). */
void pel_json_scan_init (PelJsonScan *self, const char *data, gsize length);
void pel_json_scan_clear (PelJsonScan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelJsonScan, pel_json_scan_clear)

PelJsonToken pel_json_scan_next (PelJsonScan *self);

/**
 * pel_json_scan_skip:
 * @self: a scan
 * @token: the token read last
 *
 * Reads to the end of the value that @token begins.
 *
 * Returns: `FALSE` where the text is damaged
 */
gboolean pel_json_scan_skip (PelJsonScan *self, PelJsonToken token);

/* Sets an error of the reader's own, unless there is one; always returns FALSE. */
gboolean pel_json_scan_fail (PelJsonScan *self, const char *message);

/* Moves the scan's error, which there must be, to @error. */
void pel_json_scan_take_error (PelJsonScan *self, GError **error);
