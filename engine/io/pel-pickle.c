/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-pickle.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"

/* More than any file of masks holds; a value takes more memory here than bytes in the file. */
#define MAX_VALUES 2000000

enum
{
  GLOBAL_RECONSTRUCT,
  GLOBAL_FROMBUFFER,
  GLOBAL_SCALAR,
  GLOBAL_NDARRAY,
  GLOBAL_DTYPE,
  GLOBAL_ENCODE,
  GLOBAL_PATH,
};

static const struct
{
  const char *module, *name;
  gint global;
} globals[] = {
  { "numpy.core.multiarray", "_reconstruct", GLOBAL_RECONSTRUCT },
  { "numpy._core.multiarray", "_reconstruct", GLOBAL_RECONSTRUCT },
  { "numpy.core.numeric", "_frombuffer", GLOBAL_FROMBUFFER },
  { "numpy._core.numeric", "_frombuffer", GLOBAL_FROMBUFFER },
  { "numpy.core.multiarray", "scalar", GLOBAL_SCALAR },
  { "numpy._core.multiarray", "scalar", GLOBAL_SCALAR },
  { "numpy", "ndarray", GLOBAL_NDARRAY },
  { "numpy", "dtype", GLOBAL_DTYPE },
  { "_codecs", "encode", GLOBAL_ENCODE },
  { "pathlib", "PosixPath", GLOBAL_PATH },
  { "pathlib", "WindowsPath", GLOBAL_PATH },
  { "pathlib", "PurePosixPath", GLOBAL_PATH },
  { "pathlib", "PureWindowsPath", GLOBAL_PATH },
  { "pathlib", "Path", GLOBAL_PATH },
  { "pathlib._local", "PosixPath", GLOBAL_PATH },
  { "pathlib._local", "WindowsPath", GLOBAL_PATH },
};

struct PelPickle
{
  const guint8 *at, *end;
  GPtrArray *values; /* all there are; owned */
  GPtrArray *stack;
  GArray *marks; /* guint: heights of the stack */
  GHashTable *memo;
  guint n_memoized;
  GPtrArray *copies; /* bytes that had to be decoded */
  gsize copied, most_copied, most_values;
  GError *error;
};

static gboolean
damaged (PelPickle *self)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                                       _ ("it is damaged or cut off; save it in Cellpose anew"));
  return FALSE;
}

static gboolean
forbid (PelPickle *self, const char *what)
{
  g_autofree char *valid = g_utf8_make_valid (what, -1);
  g_autofree char *plain = g_strndup (valid, 60);

  /* A cut may fall into a character, and a name can hold anything. */
  for (char *p = plain; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      *p = '?';
  if (self->error == NULL)
    self->error = g_error_new (
        PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
        /* Translators: the name of something in Python */
        _ ("it wants to use “%s”, which no label image needs, so it was not opened; export the "
           "masks as TIFF instead"),
        plain);
  return FALSE;
}

/* ---- values ---- */

static void
value_free (gpointer data)
{
  PelPickleValue *value = data;

  g_clear_pointer (&value->items, g_ptr_array_unref);
  g_free (value);
}

static PelPickleValue *
new_value (PelPickle *self, PelPickleKind kind)
{
  PelPickleValue *value = g_new0 (PelPickleValue, 1);

  value->kind = kind;
  g_ptr_array_add (self->values, value);
  return value;
}

static gboolean
push (PelPickle *self, PelPickleValue *value)
{
  if (self->values->len > self->most_values || self->stack->len > self->most_values)
    return damaged (self);
  g_ptr_array_add (self->stack, value);
  return TRUE;
}

static gboolean
push_new (PelPickle *self, PelPickleKind kind)
{
  return push (self, new_value (self, kind));
}

/* How many values lie above the last mark. */
static guint
n_available (const PelPickle *self)
{
  guint below = self->marks->len > 0 ? g_array_index (self->marks, guint, self->marks->len - 1) : 0;

  return self->stack->len - below;
}

static PelPickleValue *
top (PelPickle *self)
{
  if (n_available (self) == 0)
    {
      damaged (self);
      return NULL;
    }
  return self->stack->pdata[self->stack->len - 1];
}

static PelPickleValue *
pop (PelPickle *self)
{
  PelPickleValue *value = top (self);

  if (value != NULL)
    g_ptr_array_set_size (self->stack, (gint)self->stack->len - 1);
  return value;
}

/* Moves the last @n values into @items. */
static gboolean
pop_items (PelPickle *self, guint n, PelPickleValue *into)
{
  if (into == NULL || n > n_available (self))
    return damaged (self);
  if (into->items == NULL)
    into->items = g_ptr_array_sized_new (n);
  for (guint i = self->stack->len - n; i < self->stack->len; i++)
    g_ptr_array_add (into->items, self->stack->pdata[i]);
  g_ptr_array_set_size (self->stack, (gint)(self->stack->len - n));
  return TRUE;
}

/* Takes the last mark away; what was above it stays, and is counted. */
static gboolean
pop_mark (PelPickle *self, guint *n)
{
  if (self->marks->len == 0)
    return damaged (self);
  *n = n_available (self);
  g_array_set_size (self->marks, self->marks->len - 1);
  return TRUE;
}

/* ---- reading the file ---- */

static gboolean
take (PelPickle *self, guint64 n, const guint8 **data)
{
  if (n > (guint64)(self->end - self->at))
    return damaged (self);
  *data = self->at;
  self->at += n;
  return TRUE;
}

/* A number of @n bytes, the lowest first. */
static gboolean
take_number (PelPickle *self, guint n, guint64 *number)
{
  const guint8 *data;

  *number = 0;
  if (!take (self, n, &data))
    return FALSE;
  for (guint i = 0; i < n; i++)
    *number |= (guint64)data[i] << (8 * i);
  return TRUE;
}

static gboolean
take_string (PelPickle *self, PelPickleKind kind, guint length_bytes)
{
  PelPickleValue *value;
  const guint8 *data;
  guint64 n;

  if (!take_number (self, length_bytes, &n) || !take (self, n, &data))
    return FALSE;
  value = new_value (self, kind);
  value->data = data;
  value->length = n;
  return push (self, value);
}

/* A line without its end; not ended by a zero. */
static gboolean
take_line (PelPickle *self, const char **line, gsize *length)
{
  const guint8 *stop = memchr (self->at, '\n', (gsize)(self->end - self->at));

  if (stop == NULL)
    return damaged (self);
  *line = (const char *)self->at;
  *length = (gsize)(stop - self->at);
  self->at = stop + 1;
  return TRUE;
}

static gboolean
push_int (PelPickle *self, guint bytes, gboolean is_signed)
{
  guint64 number;
  PelPickleValue *value;

  if (!take_number (self, bytes, &number))
    return FALSE;
  value = new_value (self, PEL_PICKLE_INT);
  if (is_signed && bytes > 0 && bytes < 8 && (number >> (8 * bytes - 1)) != 0)
    number |= G_MAXUINT64 << (8 * bytes);
  value->integer = (gint64)number;
  return push (self, value);
}

static gboolean
push_long (PelPickle *self, guint length_bytes)
{
  const guint8 *data;
  guint64 n;

  if (!take_number (self, length_bytes, &n))
    return FALSE;
  if (n <= 8)
    return push_int (self, (guint)n, TRUE);
  return take (self, n, &data) && push_new (self, PEL_PICKLE_OPAQUE);
}

static gboolean
push_float (PelPickle *self)
{
  PelPickleValue *value;
  const guint8 *data;
  guint64 bits = 0;

  if (!take (self, 8, &data))
    return FALSE;
  for (guint i = 0; i < 8; i++)
    bits = bits << 8 | data[i];
  value = new_value (self, PEL_PICKLE_FLOAT);
  memcpy (&value->number, &bits, sizeof bits);
  return push (self, value);
}

/* ---- names ---- */

static gboolean
equals (const char *text, gsize length, const char *other)
{
  return strlen (other) == length && memcmp (text, other, length) == 0;
}

static gboolean
push_global (PelPickle *self,
             const char *module,
             gsize module_length,
             const char *name,
             gsize name_length)
{
  for (guint i = 0; i < G_N_ELEMENTS (globals); i++)
    if (equals (module, module_length, globals[i].module) &&
        equals (name, name_length, globals[i].name))
      {
        PelPickleValue *value = new_value (self, PEL_PICKLE_GLOBAL);

        value->global = globals[i].global;
        return push (self, value);
      }
  g_autofree char *full = g_strdup_printf ("%.*s.%.*s", (int)MIN (module_length, 40), module,
                                           (int)MIN (name_length, 40), name);
  return forbid (self, full);
}

static gboolean
read_global (PelPickle *self)
{
  const char *module, *name;
  gsize module_length, name_length;

  return take_line (self, &module, &module_length) && take_line (self, &name, &name_length) &&
         push_global (self, module, module_length, name, name_length);
}

static gboolean
read_stack_global (PelPickle *self)
{
  const PelPickleValue *name = pop (self), *module = pop (self);

  if (name == NULL || module == NULL || name->kind != PEL_PICKLE_TEXT ||
      module->kind != PEL_PICKLE_TEXT)
    return damaged (self);
  return push_global (self, (const char *)module->data, module->length, (const char *)name->data,
                      name->length);
}

/* ---- what the names do ---- */

gboolean
pel_pickle_parse_type (PelPickleValue *value, const char *text, gsize length)
{
  guint size = 0;

  if (length > 0 && memchr ("<>=|", text[0], 4) != NULL)
    {
      value->is_big_endian = text[0] == '>';
      text++;
      length--;
    }
  if (length < 2 || length > 4)
    return FALSE;
  for (gsize i = 1; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      size = size * 10 + (guint)(text[i] - '0');
    }
  value->type = text[0];
  value->size = size;
  return TRUE;
}

static const PelPickleValue *
item (const PelPickleValue *sequence, guint index)
{
  if (sequence == NULL || sequence->kind != PEL_PICKLE_SEQUENCE || sequence->items == NULL ||
      index >= sequence->items->len)
    return NULL;
  return sequence->items->pdata[index];
}

static gboolean
make_dtype (PelPickle *self, const PelPickleValue *arguments)
{
  const PelPickleValue *name = item (arguments, 0);
  PelPickleValue *dtype = new_value (self, PEL_PICKLE_DTYPE);

  if (name == NULL || name->kind != PEL_PICKLE_TEXT)
    return damaged (self);
  if (!pel_pickle_parse_type (dtype, (const char *)name->data, name->length))
    dtype->type = 'O';
  return push (self, dtype);
}

/* Latin-1 in UTF-8, as protocol 2 keeps bytes. */
static gboolean
make_bytes (PelPickle *self, const PelPickleValue *arguments)
{
  const PelPickleValue *text = item (arguments, 0);
  PelPickleValue *value;
  guint8 *copy;
  gsize n = 0;

  if (text == NULL || text->kind != PEL_PICKLE_TEXT)
    return damaged (self);
  self->copied += text->length;
  if (self->copied > self->most_copied)
    return damaged (self);
  copy = g_malloc (text->length + 1);
  g_ptr_array_add (self->copies, copy);
  for (gsize i = 0; i < text->length; i++)
    {
      guint8 c = text->data[i];

      if (c < 0x80)
        copy[n++] = c;
      else if ((c == 0xc2 || c == 0xc3) && i + 1 < text->length &&
               (text->data[i + 1] & 0xc0) == 0x80)
        copy[n++] = (guint8)(c << 6 | (text->data[++i] & 0x3f));
      else
        return damaged (self);
    }
  value = new_value (self, PEL_PICKLE_BYTES);
  value->data = copy;
  value->length = n;
  return push (self, value);
}

static gboolean
set_axes (PelPickle *self, PelPickleValue *array, const PelPickleValue *shape)
{
  array->n_axes = 0;
  if (shape == NULL || shape->kind != PEL_PICKLE_SEQUENCE)
    return damaged (self);
  for (guint i = 0; shape->items != NULL && i < shape->items->len; i++)
    {
      const PelPickleValue *axis = item (shape, i);

      if (i >= PEL_PICKLE_MAX_AXES || axis->kind != PEL_PICKLE_INT || axis->integer < 0)
        return damaged (self);
      array->axes[array->n_axes++] = (gsize)axis->integer;
    }
  return TRUE;
}

/* The type, and the bytes, which for one of objects are a list. */
static gboolean
set_content (PelPickle *self,
             PelPickleValue *array,
             const PelPickleValue *dtype,
             const PelPickleValue *content)
{
  if (dtype == NULL || dtype->kind != PEL_PICKLE_DTYPE || content == NULL)
    return damaged (self);
  array->type = dtype->type;
  array->size = dtype->size;
  array->is_big_endian = dtype->is_big_endian;
  if (content->kind == PEL_PICKLE_BYTES)
    {
      array->data = content->data;
      array->length = content->length;
      return TRUE;
    }
  if (content->kind != PEL_PICKLE_SEQUENCE)
    return damaged (self);
  g_clear_pointer (&array->items, g_ptr_array_unref);
  if (content->items != NULL)
    array->items = g_ptr_array_ref (content->items);
  return TRUE;
}

/* _frombuffer (bytes, dtype, shape, "C" or "F") */
static gboolean
make_array_of_buffer (PelPickle *self, const PelPickleValue *arguments)
{
  const PelPickleValue *order = item (arguments, 3);
  PelPickleValue *array = new_value (self, PEL_PICKLE_ARRAY);

  if (!set_content (self, array, item (arguments, 1), item (arguments, 0)) ||
      !set_axes (self, array, item (arguments, 2)))
    return FALSE;
  array->is_column_major =
      order != NULL && order->kind == PEL_PICKLE_TEXT && order->length == 1 && *order->data == 'F';
  return push (self, array);
}

static gboolean
read_reduce (PelPickle *self)
{
  const PelPickleValue *arguments = pop (self), *function = pop (self);

  if (arguments == NULL || function == NULL || function->kind != PEL_PICKLE_GLOBAL ||
      arguments->kind != PEL_PICKLE_SEQUENCE)
    return damaged (self);
  switch (function->global)
    {
    case GLOBAL_RECONSTRUCT:
      return push_new (self, PEL_PICKLE_ARRAY);
    case GLOBAL_FROMBUFFER:
      return make_array_of_buffer (self, arguments);
    case GLOBAL_DTYPE:
      return make_dtype (self, arguments);
    case GLOBAL_ENCODE:
      return make_bytes (self, arguments);
    case GLOBAL_SCALAR:
    case GLOBAL_PATH:
      return push_new (self, PEL_PICKLE_OPAQUE);
    default:
      return damaged (self);
    }
}

/* __setstate__ of a dtype, (version, byte order, …), or of an array, (version, shape, dtype,
 * column-major, content). */
static gboolean
read_build (PelPickle *self)
{
  const PelPickleValue *state = pop (self);
  PelPickleValue *value = top (self);
  const PelPickleValue *order = item (state, 1), *major = item (state, 3);

  if (value == NULL)
    return FALSE;
  if (value->kind == PEL_PICKLE_DTYPE)
    {
      if (order == NULL || order->kind != PEL_PICKLE_TEXT || order->length != 1)
        return damaged (self);
      value->is_big_endian = *order->data == '>';
      return TRUE;
    }
  if (value->kind == PEL_PICKLE_ARRAY)
    {
      value->is_column_major =
          major != NULL && major->kind == PEL_PICKLE_INT && major->integer != 0;
      return set_axes (self, value, order) &&
             set_content (self, value, item (state, 2), item (state, 4));
    }
  return value->kind == PEL_PICKLE_OPAQUE || damaged (self);
}

/* ---- containers and memory ---- */

static gboolean
memoize (PelPickle *self, guint64 key)
{
  PelPickleValue *value = top (self);

  if (value == NULL)
    return FALSE;
  self->n_memoized++;
  g_hash_table_insert (self->memo, GSIZE_TO_POINTER (key), value);
  return TRUE;
}

static gboolean
recall (PelPickle *self, guint bytes)
{
  PelPickleValue *value;
  guint64 key;

  if (!take_number (self, bytes, &key))
    return FALSE;
  value = g_hash_table_lookup (self->memo, GSIZE_TO_POINTER (key));
  return value != NULL ? push (self, value) : damaged (self);
}

static gboolean
make_tuple (PelPickle *self, guint n)
{
  PelPickleValue *tuple = new_value (self, PEL_PICKLE_SEQUENCE);

  return pop_items (self, n, tuple) && push (self, tuple);
}

/* Appends the last @n values to the container below them. */
static gboolean
append (PelPickle *self, guint n, PelPickleKind kind)
{
  guint available = n_available (self);
  PelPickleValue *container;

  if (available <= n)
    return damaged (self);
  container = self->stack->pdata[self->stack->len - n - 1];
  if (container->kind == PEL_PICKLE_OPAQUE)
    {
      g_ptr_array_set_size (self->stack, (gint)(self->stack->len - n));
      return TRUE;
    }
  if (container->kind != kind || (kind == PEL_PICKLE_DICT && n % 2 != 0))
    return damaged (self);
  return pop_items (self, n, container);
}

static gboolean
push_bool (PelPickle *self, gboolean value)
{
  PelPickleValue *made = new_value (self, PEL_PICKLE_INT);

  made->integer = value;
  return push (self, made);
}

/* ---- the program ---- */

/* Strings and numbers: what only brings data. Others are passed on by *known = FALSE. */
static gboolean
run_data (PelPickle *self, guint8 code, gboolean *known)
{
  switch (code)
    {
    case 'N': /* NONE */
      return push_new (self, PEL_PICKLE_NONE);
    case 0x88: /* NEWTRUE */
    case 0x89: /* NEWFALSE */
      return push_bool (self, code == 0x88);
    case 'K': /* BININT1 */
      return push_int (self, 1, FALSE);
    case 'M': /* BININT2 */
      return push_int (self, 2, FALSE);
    case 'J': /* BININT */
      return push_int (self, 4, TRUE);
    case 0x8a: /* LONG1 */
      return push_long (self, 1);
    case 0x8b: /* LONG4 */
      return push_long (self, 4);
    case 'G': /* BINFLOAT */
      return push_float (self);
    case 0x8c: /* SHORT_BINUNICODE */
      return take_string (self, PEL_PICKLE_TEXT, 1);
    case 'X': /* BINUNICODE */
      return take_string (self, PEL_PICKLE_TEXT, 4);
    case 0x8d: /* BINUNICODE8 */
      return take_string (self, PEL_PICKLE_TEXT, 8);
    case 'C': /* SHORT_BINBYTES */
    case 'U': /* SHORT_BINSTRING */
      return take_string (self, PEL_PICKLE_BYTES, 1);
    case 'B': /* BINBYTES */
    case 'T': /* BINSTRING */
      return take_string (self, PEL_PICKLE_BYTES, 4);
    case 0x8e: /* BINBYTES8 */
    case 0x96: /* BYTEARRAY8 */
      return take_string (self, PEL_PICKLE_BYTES, 8);
    case 'c': /* GLOBAL */
      return read_global (self);
    case 0x93: /* STACK_GLOBAL */
      return read_stack_global (self);
    default:
      *known = FALSE;
      return TRUE;
    }
}

static gboolean
run_containers (PelPickle *self, guint8 code, gboolean *known)
{
  guint n = 0;

  switch (code)
    {
    case '(': /* MARK */
      if (self->marks->len > self->most_values)
        return damaged (self);
      g_array_append_val (self->marks, self->stack->len);
      return TRUE;
    case ')': /* EMPTY_TUPLE */
    case ']': /* EMPTY_LIST */
      return push_new (self, PEL_PICKLE_SEQUENCE);
    case '}': /* EMPTY_DICT */
      return push_new (self, PEL_PICKLE_DICT);
    case 't': /* TUPLE */
      return pop_mark (self, &n) && make_tuple (self, n);
    case 0x85: /* TUPLE1 to TUPLE3 */
    case 0x86:
    case 0x87:
      return make_tuple (self, code - 0x84u);
    case 'a': /* APPEND */
      return append (self, 1, PEL_PICKLE_SEQUENCE);
    case 'e': /* APPENDS */
      return pop_mark (self, &n) && append (self, n, PEL_PICKLE_SEQUENCE);
    case 's': /* SETITEM */
      return append (self, 2, PEL_PICKLE_DICT);
    case 'u': /* SETITEMS */
      return pop_mark (self, &n) && append (self, n, PEL_PICKLE_DICT);
    case '0': /* POP */
      return pop (self) != NULL;
    case 'R':  /* REDUCE */
    case 0x81: /* NEWOBJ */
      return read_reduce (self);
    case 'b': /* BUILD */
      return read_build (self);
    default:
      *known = FALSE;
      return TRUE;
    }
}

static gboolean
run_memory (PelPickle *self, guint8 code, gboolean *known)
{
  const guint8 *skipped;
  guint64 key;

  switch (code)
    {
    case 0x80: /* PROTO */
      return take_number (self, 1, &key) && (key <= 5 || damaged (self));
    case 0x95: /* FRAME */
      return take (self, 8, &skipped);
    case 'q': /* BINPUT */
      return take_number (self, 1, &key) && memoize (self, key);
    case 'r': /* LONG_BINPUT */
      return take_number (self, 4, &key) && memoize (self, key);
    case 0x94: /* MEMOIZE */
      return memoize (self, self->n_memoized);
    case 'h': /* BINGET */
      return recall (self, 1);
    case 'j': /* LONG_BINGET */
      return recall (self, 4);
    default:
      *known = FALSE;
      return TRUE;
    }
}

static gboolean
run (PelPickle *self)
{
  for (;;)
    {
      const guint8 *code;
      gboolean known = TRUE;

      if (!take (self, 1, &code))
        return FALSE;
      if (*code == '.') /* STOP */
        return n_available (self) == 1 && self->marks->len == 0 ? TRUE : damaged (self);
      if (!run_data (self, *code, &known))
        return FALSE;
      if (known)
        continue;
      known = TRUE;
      if (!run_containers (self, *code, &known))
        return FALSE;
      if (known)
        continue;
      known = TRUE;
      if (!run_memory (self, *code, &known))
        return FALSE;
      if (!known)
        {
          g_autofree char *name = g_strdup_printf ("pickle-0x%02x", *code);

          return forbid (self, name);
        }
    }
}

PelPickle *
pel_pickle_read (const guint8 *data, gsize length, GError **error)
{
  g_autoptr (PelPickle) self = g_new0 (PelPickle, 1);

  self->at = data;
  self->end = data + length;
  self->values = g_ptr_array_new_with_free_func (value_free);
  self->stack = g_ptr_array_new ();
  self->marks = g_array_new (FALSE, FALSE, sizeof (guint));
  self->memo = g_hash_table_new (NULL, NULL);
  self->copies = g_ptr_array_new_with_free_func (g_free);
  /* Every byte is decoded once at most, or the pickle copies itself. */
  self->most_values = MAX_VALUES;
  self->most_copied = length;
  if (run (self))
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&self->error));
  return NULL;
}

void
pel_pickle_free (PelPickle *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->stack);
  g_array_unref (self->marks);
  g_hash_table_unref (self->memo);
  g_ptr_array_unref (self->values);
  g_ptr_array_unref (self->copies);
  g_clear_error (&self->error);
  g_free (self);
}

const PelPickleValue *
pel_pickle_get_root (const PelPickle *self)
{
  return self->stack->pdata[self->stack->len - 1];
}

const PelPickleValue *
pel_pickle_lookup (const PelPickleValue *dict, const char *key)
{
  if (dict->kind != PEL_PICKLE_DICT || dict->items == NULL)
    return NULL;
  for (guint i = 0; i + 1 < dict->items->len; i += 2)
    {
      const PelPickleValue *name = dict->items->pdata[i];

      if (name->kind == PEL_PICKLE_TEXT && equals ((const char *)name->data, name->length, key))
        return dict->items->pdata[i + 1];
    }
  return NULL;
}
