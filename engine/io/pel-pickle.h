/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelPickleKind:
 *
 * What a value in a pickle is. Whatever is none of these is opaque.
 */
typedef enum
{
  PEL_PICKLE_OPAQUE,
  PEL_PICKLE_MARK, /* never in what is handed out */
  PEL_PICKLE_NONE,
  PEL_PICKLE_INT, /* booleans too */
  PEL_PICKLE_FLOAT,
  PEL_PICKLE_TEXT, /* characters, not ended by a zero */
  PEL_PICKLE_BYTES,
  PEL_PICKLE_SEQUENCE, /* tuple or list */
  PEL_PICKLE_DICT,     /* keys and values in turn */
  PEL_PICKLE_GLOBAL,   /* a name that is allowed; stays a name */
  PEL_PICKLE_DTYPE,
  PEL_PICKLE_ARRAY,
} PelPickleKind;

#define PEL_PICKLE_MAX_AXES 8

typedef struct PelPickleValue PelPickleValue;

/**
 * PelPickleValue:
 *
 * A value. Texts and bytes point into the file where they can.
 */
struct PelPickleValue
{
  PelPickleKind kind;
  gint64 integer;
  double number;
  const guint8 *data; /* text, bytes, or an array's */
  gsize length;
  GPtrArray *items; /* (nullable): sequence, dictionary */
  gint global;      /* which of the allowed names */

  /* dtype and array */
  char type;  /* 'i', 'u', 'f', 'b'; 'O' and others cannot be read */
  guint size; /* bytes of an element */
  gboolean is_big_endian, is_column_major;
  guint n_axes;
  gsize axes[PEL_PICKLE_MAX_AXES];
};

/**
 * PelPickle:
 *
 * A pickle that was read. Owns its values.
 */
typedef struct PelPickle PelPickle;

/**
 * pel_pickle_read:
 * @data: the pickle, not trusted; must stay
 * @length: its bytes
 * @error: return location for a `GError`
 *
 * Reads protocols 2 to 5 as far as NumPy's arrays in Python's own containers need them. A pickle is
 * a program; here it can only build values. It may name the constructors of arrays, which are
 * understood, and of paths, which are left opaque; any other name is refused. The memory taken
 * grows with the file's length and not with what it claims.
 *
 * Returns: (transfer full) (nullable): the pickle, or `NULL` with `PEL_ENGINE_ERROR_BAD_FILE` or
 *   `PEL_ENGINE_ERROR_UNSUPPORTED`
 */
PelPickle *pel_pickle_read (const guint8 *data, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_pickle_free (PelPickle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelPickle, pel_pickle_free)

/* (transfer none): the value that the pickle is */
const PelPickleValue *pel_pickle_get_root (const PelPickle *self);
/* (transfer none) (nullable): the value of a text key of a dictionary */
const PelPickleValue *pel_pickle_lookup (const PelPickleValue *dict, const char *key);

/* Understands a type such as `<u2`, in a value of kind array or dtype. */
gboolean pel_pickle_parse_type (PelPickleValue *value, const char *text, gsize length);
