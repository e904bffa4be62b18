/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelCliJson:
 *
 * Writes JSON text, indented by two spaces. Numbers have as few digits as still read back the
 * same; what is not finite becomes `null`. One owner.
 */
typedef struct PelCliJson PelCliJson;

PelCliJson *pel_cli_json_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_cli_json_free (PelCliJson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCliJson, pel_cli_json_free)

/* @name: (nullable): the member's name inside an object, `NULL` inside an array or at the top. */
void pel_cli_json_begin_object (PelCliJson *self, const char *name);
void pel_cli_json_begin_array (PelCliJson *self, const char *name);
/* Ends the innermost object or array. */
void pel_cli_json_end (PelCliJson *self);
/* A `NULL` text is `null`; bytes that are not UTF-8 (in a file's name) are replaced. */
void pel_cli_json_add_string (PelCliJson *self, const char *name, const char *value);
void pel_cli_json_add_number (PelCliJson *self, const char *name, double value);
void pel_cli_json_add_int (PelCliJson *self, const char *name, gint64 value);
void pel_cli_json_add_boolean (PelCliJson *self, const char *name, gboolean value);
void pel_cli_json_add_null (PelCliJson *self, const char *name);

/* Prints all that was written, and a line feed, to standard output. */
void pel_cli_json_print (const PelCliJson *self);
