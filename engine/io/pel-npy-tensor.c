/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-npy-tensor.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "engine/core/pel-error.h"

#define MAX_HEADER 10000
#define MAX_SIDE 1000000

typedef struct
{
  const char *descr;
  gsize bytes;
  double (*get) (const guint8 *at);
} Kind;

#define DEFINE_GET(name, type, bits_type, convert)                                                 \
  static double name (const guint8 *at)                                                            \
  {                                                                                                \
    bits_type bits;                                                                                \
    type value;                                                                                    \
                                                                                                   \
    memcpy (&bits, at, sizeof bits);                                                               \
    bits = convert (bits);                                                                         \
    memcpy (&value, &bits, sizeof value);                                                          \
    return (double)value;                                                                          \
  }

#define SAME(x) (x)

DEFINE_GET (get_u8, guint8, guint8, SAME)
DEFINE_GET (get_i8, gint8, guint8, SAME)
DEFINE_GET (get_u16, guint16, guint16, GUINT16_FROM_LE)
DEFINE_GET (get_i16, gint16, guint16, GUINT16_FROM_LE)
DEFINE_GET (get_u32, guint32, guint32, GUINT32_FROM_LE)
DEFINE_GET (get_i32, gint32, guint32, GUINT32_FROM_LE)
DEFINE_GET (get_u64, guint64, guint64, GUINT64_FROM_LE)
DEFINE_GET (get_i64, gint64, guint64, GUINT64_FROM_LE)
DEFINE_GET (get_f32, float, guint32, GUINT32_FROM_LE)
DEFINE_GET (get_f64, double, guint64, GUINT64_FROM_LE)

static const Kind kinds[] = {
  { "<f4", 4, get_f32 }, { "<f8", 8, get_f64 }, { "|u1", 1, get_u8 }, { "<u2", 2, get_u16 },
  { "<u4", 4, get_u32 }, { "<u8", 8, get_u64 }, { "|i1", 1, get_i8 }, { "<i2", 2, get_i16 },
  { "<i4", 4, get_i32 }, { "<i8", 8, get_i64 }, { "|b1", 1, get_u8 },
};

static gboolean
refuse (GError **error)
{
  g_set_error_literal (
      error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
      _ ("it is no array of NumPy that can be read: numbers of up to four axes, in "
         "the order of C; save it anew"));
  return FALSE;
}

/* What follows 'KEY': in the header. */
static const char *
find_value (const char *header, const char *key)
{
  g_autofree char *quoted = g_strdup_printf ("'%s':", key);
  const char *at = strstr (header, quoted);

  if (at == NULL)
    return NULL;
  at += strlen (quoted);
  while (*at == ' ')
    at++;
  return at;
}

static const Kind *
find_kind (const char *header)
{
  const char *descr = find_value (header, "descr");

  for (guint i = 0; descr != NULL && descr[0] == '\'' && i < G_N_ELEMENTS (kinds); i++)
    if (strncmp (descr + 1, kinds[i].descr, 3) == 0 && descr[4] == '\'')
      return &kinds[i];
  return NULL;
}

/* (1, 2, 3,): up to four numbers from 1 on. */
static gboolean
find_shape (const char *header, PelShape *shape)
{
  const char *at = find_value (header, "shape");
  guint sizes[4] = { 0 }, n = 0;

  if (at == NULL || *at++ != '(')
    return FALSE;
  while (*at != ')')
    {
      char *rest;
      guint64 size;

      if (n == 4 || !g_ascii_isdigit (*at))
        return FALSE;
      size = g_ascii_strtoull (at, &rest, 10);
      if (size < 1 || size > MAX_SIDE)
        return FALSE;
      sizes[n++] = (guint)size;
      at = rest;
      while (*at == ',' || *at == ' ')
        at++;
    }
  *shape = (PelShape){ 1, 1, 1, 1 };
  if (n > 0)
    shape->w = sizes[n - 1];
  if (n > 1)
    shape->h = sizes[n - 2];
  if (n > 2)
    shape->c = sizes[n - 3];
  if (n > 3)
    shape->n = sizes[0];
  return n > 0;
}

/* (transfer full): the header's text, and where the values begin; NULL where there is none. */
static char *
read_header (const guint8 *data, gsize length, gsize *begin)
{
  gsize prefix, size;

  if (length < 12 || memcmp (data, "\x93NUMPY", 6) != 0 || data[6] < 1 || data[6] > 3)
    return NULL;
  prefix = data[6] == 1 ? 10 : 12;
  size = data[8] | (gsize)data[9] << 8;
  if (data[6] > 1)
    size |= (gsize)data[10] << 16 | (gsize)data[11] << 24;
  if (size > MAX_HEADER || size > length - prefix)
    return NULL;
  *begin = prefix + size;
  return g_strndup ((const char *)data + prefix, size);
}

gboolean
pel_npy_to_tensor (PelTensor *self, const guint8 *data, gsize length, GError **error)
{
  g_return_val_if_fail (self != NULL && data != NULL, FALSE);

  gsize begin = 0, n;
  g_autofree char *header = read_header (data, length, &begin);
  const char *order = header != NULL ? find_value (header, "fortran_order") : NULL;
  const Kind *kind = header != NULL ? find_kind (header) : NULL;
  PelShape shape;

  *self = (PelTensor){ 0 };
  /* Sizes are checked against what is there before memory is taken. */
  if (order == NULL || !g_str_has_prefix (order, "False") || kind == NULL ||
      !find_shape (header, &shape) || !pel_shape_count (shape, &n) ||
      n != (length - begin) / kind->bytes || (length - begin) % kind->bytes != 0)
    return refuse (error);
  if (!pel_tensor_init (self, shape, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    self->data[i] = (float)kind->get (data + begin + i * kind->bytes);
  return TRUE;
}
