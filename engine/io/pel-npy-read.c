/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-npy.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/image/pel-image.h"
#include "engine/io/pel-pickle.h"

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE, message);
  return FALSE;
}

static gboolean
refuse_header (GError **error)
{
  return refuse (error, _ ("it is no NumPy file, or damaged; save the masks anew"));
}

/* ---- the header ---- */

/* What stands after 'KEY': in the header, or NULL. */
static const char *
find_key (const char *header, const char *key)
{
  g_autofree char *quoted = g_strdup_printf ("'%s'", key);
  const char *at = strstr (header, quoted);

  if (at == NULL)
    return NULL;
  for (at += strlen (quoted); *at == ' ' || *at == ':'; at++)
    ;
  return at;
}

/* A tuple of sizes such as (3, 4) or (7,). */
static gboolean
parse_shape (const char *at, PelPickleValue *array)
{
  if (at == NULL || *at++ != '(')
    return FALSE;
  for (;;)
    {
      guint64 size;
      char *stop;

      while (*at == ' ' || *at == ',')
        at++;
      if (*at == ')')
        return TRUE;
      if (!g_ascii_isdigit (*at) || array->n_axes >= PEL_PICKLE_MAX_AXES)
        return FALSE;
      size = g_ascii_strtoull (at, &stop, 10);
      if (size > G_MAXINT64 / 2)
        return FALSE;
      array->axes[array->n_axes++] = size;
      at = stop;
    }
}

/* Understands the header; @body is where the array's bytes, or its pickle, begin. */
static gboolean
parse_header (const guint8 *data, gsize length, PelPickleValue *array, gsize *body, GError **error)
{
  static const guint8 magic[] = { 0x93, 'N', 'U', 'M', 'P', 'Y' };
  g_autofree char *header = NULL;
  const char *type, *order, *stop;
  gsize begin, n;

  if (length < 12 || memcmp (data, magic, sizeof magic) != 0 || data[6] < 1 || data[6] > 3)
    return refuse_header (error);
  begin = data[6] == 1 ? 10 : 12;
  n = data[8] | (gsize)data[9] << 8;
  if (data[6] > 1)
    n |= (gsize)data[10] << 16 | (gsize)data[11] << 24;
  if (n > length - begin || n > 65536)
    return refuse_header (error);
  header = g_strndup ((const char *)data + begin, n);
  *body = begin + n;
  type = find_key (header, "descr");
  order = find_key (header, "fortran_order");
  if (type == NULL || *type != '\'' || (stop = strchr (type + 1, '\'')) == NULL || order == NULL ||
      !parse_shape (find_key (header, "shape"), array))
    return refuse_header (error);
  if (!pel_pickle_parse_type (array, type + 1, (gsize)(stop - type - 1)))
    array->type = type[1] == '|' ? type[2] : type[1];
  array->is_column_major = g_str_has_prefix (order, "True");
  array->kind = PEL_PICKLE_ARRAY;
  array->data = data + *body;
  array->length = length - *body;
  return TRUE;
}

/* ---- elements ---- */

static guint64
read_bits (const PelPickleValue *array, gsize index)
{
  const guint8 *at = array->data + index * array->size;
  guint64 bits = 0;

  for (guint i = 0; i < array->size; i++)
    bits |= (guint64)at[array->is_big_endian ? array->size - 1 - i : i] << (8 * i);
  return bits;
}

/* As a whole number; FALSE where it is a fraction. */
static gboolean
read_element (const PelPickleValue *array, gsize index, gint64 *value)
{
  guint64 bits = read_bits (array, index);

  if (array->type == 'f')
    {
      double number;

      if (array->size == 4)
        {
          guint32 narrow = (guint32)bits;
          float single;

          memcpy (&single, &narrow, sizeof single);
          number = (double)single;
        }
      else
        memcpy (&number, &bits, sizeof number);
      if (!(fabs (number) < 9e15) || floor (number) != number)
        return FALSE;
      *value = (gint64)number;
      return TRUE;
    }
  if (array->type == 'i' && array->size < 8 && (bits >> (8 * array->size - 1)) != 0)
    bits |= G_MAXUINT64 << (8 * array->size);
  *value = (gint64)bits;
  return array->type == 'i' || *value >= 0;
}

static gboolean
is_readable (const PelPickleValue *array)
{
  guint size = array->size;

  if (array->type == 'f')
    return size == 4 || size == 8;
  if (array->type == 'b')
    return size == 1;
  return (array->type == 'i' || array->type == 'u') &&
         (size == 1 || size == 2 || size == 4 || size == 8);
}

/* Whether the array is one of labels, and its bytes are all there. */
static gboolean
check_array (const PelPickleValue *array, GError **error)
{
  guint64 n = 1;

  if (array->n_axes < 2 || array->n_axes > 3)
    {
      refuse (error, _ ("its masks have neither two nor three dimensions; save the masks of one "
                        "image"));
      return FALSE;
    }
  for (guint i = 0; i < array->n_axes; i++)
    {
      if (array->axes[i] < 1 || array->axes[i] > PEL_LABELS_MAX_SIZE)
        return refuse (error, _ ("its masks have no pixels, or more than this program can hold"));
      n *= array->axes[i];
    }
  if (!is_readable (array))
    return refuse (error, _ ("its masks are no numbers; save them as labels 1, 2, 3, …"));
  /* Three sides of 2^20 pixels of 8 bytes stay below 2^64. */
  if (array->data == NULL || n * array->size > array->length)
    return refuse_header (error);
  return TRUE;
}

/* ---- labels ---- */

static gboolean
is_counted_from_minus_one (const PelPickleValue *array, gsize n)
{
  gint64 value;

  if (array->type != 'i' && array->type != 'f')
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (read_element (array, i, &value) && value == -1)
      return TRUE;
  return FALSE;
}

static gboolean
copy_page (const PelPickleValue *array, guint page, gint64 offset, guint32 *out, GError **error)
{
  guint first = array->n_axes - 2;
  gsize height = array->axes[first], width = array->axes[first + 1];
  gsize pages = first > 0 ? array->axes[0] : 1;

  for (gsize y = 0; y < height; y++)
    for (gsize x = 0; x < width; x++)
      {
        gsize index = array->is_column_major ? page + pages * (y + height * x)
                                             : (page * height + y) * width + x;
        gint64 value;

        if (!read_element (array, index, &value))
          return refuse (error, _ ("its masks hold fractions or numbers that are too large; save "
                                   "them as labels 1, 2, 3, …"));
        value += offset;
        if (value < 0 || value > G_MAXUINT32)
          return refuse (error, _ ("its masks hold negative or too large numbers; save them as "
                                   "labels 1, 2, 3, …"));
        *out++ = (guint32)value;
      }
  return TRUE;
}

static PelCellSet *
read_array (const PelPickleValue *array, GError **error)
{
  g_autoptr (PelCellSet) cells = pel_cell_set_new ();
  guint image = pel_cell_set_add_image (cells, NULL);
  g_autofree guint32 *values = NULL;
  guint first, width, height;
  gsize pages;
  gint64 offset;

  if (!check_array (array, error))
    return NULL;
  first = array->n_axes - 2;
  pages = first > 0 ? array->axes[0] : 1;
  height = (guint)array->axes[first];
  width = (guint)array->axes[first + 1];
  if (!pel_image_check_size (width, height, pages, 4, error))
    return NULL;
  values = g_try_new (guint32, (gsize)width * height);
  if (values == NULL)
    {
      g_set_error_literal (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
          _ ("there is not enough free memory to read it; close other programs and "
             "try again"));
      return NULL;
    }
  offset = is_counted_from_minus_one (array, (gsize)width * height * pages) ? 1 : 0;
  for (guint page = 0; page < pages; page++)
    {
      PelLabels *labels;

      if (!copy_page (array, page, offset, values, error))
        return NULL;
      labels = pel_labels_new_from_data (width, height, values, width, error);
      if (labels == NULL)
        return NULL;
      pel_cell_set_take_labels (cells, image, pages > 1 ? page + 1 : 0, labels);
    }
  return g_steal_pointer (&cells);
}

PelCellSet *
pel_npy_read (const guint8 *data, gsize length, GError **error)
{
  PelPickleValue array = { 0 };
  g_autoptr (PelPickle) pickle = NULL;
  const PelPickleValue *root, *masks = NULL;
  gsize body;

  if (!parse_header (data, length, &array, &body, error))
    return NULL;
  if (array.type != 'O')
    return read_array (&array, error);
  pickle = pel_pickle_read (data + body, length - body, error);
  if (pickle == NULL)
    return NULL;
  root = pel_pickle_get_root (pickle);
  if (root->kind == PEL_PICKLE_ARRAY && root->items != NULL && root->items->len == 1)
    root = root->items->pdata[0];
  masks = pel_pickle_lookup (root, "masks");
  if (masks == NULL || masks->kind != PEL_PICKLE_ARRAY)
    {
      refuse (error, _ ("it holds no masks; choose a file that Cellpose saved, NAME_seg.npy"));
      return NULL;
    }
  return read_array (masks, error);
}
