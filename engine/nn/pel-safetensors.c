/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-safetensors.h"

#include "engine/core/pel-error.h"
#include "engine/io/pel-json-text.h"
#include "engine/nn/pel-model-file.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define LENGTH_BYTES 8
#define MAX_HEADER_BYTES (32 * 1024 * 1024)
/* The header is an object of objects that hold arrays; one more would be a level too many. */
#define MAX_NESTING 3
#define METADATA_KEY "__metadata__"

static const struct
{
  const char *name;
  guint bytes;
} dtypes[] = {
  { "BOOL", 1 }, { "U8", 1 },  { "I8", 1 },  { "F8_E5M2", 1 }, { "F8_E4M3", 1 },
  { "I16", 2 },  { "U16", 2 }, { "F16", 2 }, { "BF16", 2 },    { "I32", 4 },
  { "U32", 4 },  { "F32", 4 }, { "F64", 8 }, { "I64", 8 },     { "U64", 8 },
};

struct PelSafetensors
{
  GBytes *bytes;
  GHashTable *arrays;   /* name → PelSafetensorsInfo */
  GHashTable *metadata; /* string → string */
};

/* --- Reading --- */

static gboolean G_GNUC_PRINTF (2, 3) refuse (GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
               /* Translators: %s says what is wrong, such as "its header is cut short". */
               _ ("This is not a usable model file: %s."), what);
  return FALSE;
}

static gboolean
get_size (JsonNode *node, guint64 *size)
{
  gint64 value;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  value = json_node_get_int (node);
  *size = (guint64)value;
  return value >= 0;
}

static guint
get_dtype_bytes (PelSafetensorsInfo *info, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (g_strcmp0 (dtypes[i].name, name) == 0)
      {
        info->dtype = dtypes[i].name;
        return dtypes[i].bytes;
      }
  return 0;
}

static JsonArray *
get_array_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
parse_array (PelSafetensors *self,
             const char *name,
             JsonNode *node,
             const guint8 *data,
             gsize n_data,
             GError **error)
{
  g_autofree PelSafetensorsInfo *info = g_new0 (PelSafetensorsInfo, 1);
  JsonObject *object;
  JsonNode *dtype;
  JsonArray *shape, *offsets;
  guint64 bytes, begin, end;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, _ ("“%s” is not described"), name);
  object = json_node_get_object (node);
  dtype = json_object_get_member (object, "dtype");
  shape = get_array_member (object, "shape");
  offsets = get_array_member (object, "data_offsets");
  if (dtype == NULL || json_node_get_value_type (dtype) != G_TYPE_STRING || shape == NULL ||
      offsets == NULL || json_array_get_length (offsets) != 2)
    return refuse (error, _ ("“%s” is not described"), name);

  bytes = get_dtype_bytes (info, json_node_get_string (dtype));
  if (bytes == 0)
    return refuse (error, _ ("“%s” holds an unknown kind of number"), name);
  if (json_array_get_length (shape) > PEL_SAFETENSORS_MAX_RANK)
    return refuse (error, _ ("“%s” has too many axes"), name);
  info->rank = json_array_get_length (shape);
  for (guint i = 0; i < info->rank; i++)
    if (!get_size (json_array_get_element (shape, i), &info->shape[i]) ||
        !g_uint64_checked_mul (&bytes, bytes, info->shape[i]))
      return refuse (error, _ ("the size of “%s” is impossible"), name);

  if (!get_size (json_array_get_element (offsets, 0), &begin) ||
      !get_size (json_array_get_element (offsets, 1), &end) || begin > end || end > n_data ||
      end - begin != bytes)
    return refuse (error, _ ("“%s” does not lie where the header says"), name);

  info->data = data + begin;
  info->n_bytes = (gsize)bytes;
  g_hash_table_insert (self->arrays, g_strdup (name), g_steal_pointer (&info));
  return TRUE;
}

static gboolean
parse_metadata (PelSafetensors *self, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, "%s", _ ("its metadata are not text"));
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &value))
    {
      if (json_node_get_value_type (value) != G_TYPE_STRING)
        return refuse (error, "%s", _ ("its metadata are not text"));
      g_hash_table_insert (self->metadata, g_strdup (key), g_strdup (json_node_get_string (value)));
    }
  return TRUE;
}

static int
compare_place (gconstpointer a, gconstpointer b)
{
  const PelSafetensorsInfo *x = *(const PelSafetensorsInfo *const *)a;
  const PelSafetensorsInfo *y = *(const PelSafetensorsInfo *const *)b;

  if (x->data != y->data)
    return x->data < y->data ? -1 : 1;
  return x->n_bytes < y->n_bytes ? -1 : x->n_bytes > y->n_bytes;
}

/* The arrays must follow each other without overlap or gap up to the end. */
static gboolean
check_places (PelSafetensors *self, const guint8 *data, gsize n_data, GError **error)
{
  g_autoptr (GPtrArray) infos = g_ptr_array_new ();
  const guint8 *next = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->arrays);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (infos, value);
  g_ptr_array_sort (infos, compare_place);
  for (guint i = 0; i < infos->len; i++)
    {
      const PelSafetensorsInfo *info = g_ptr_array_index (infos, i);

      if (info->data != next)
        return refuse (error, "%s", _ ("its arrays overlap or leave gaps"));
      next += info->n_bytes;
    }
  if (next != data + n_data)
    return refuse (error, "%s", _ ("its arrays do not fill the file"));
  return TRUE;
}

static gboolean
parse (PelSafetensors *self, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (self->bytes, &n_bytes);
  guint64 length = 0;
  const char *header;
  const guint8 *data;
  JsonNode *root, *node;
  JsonObjectIter iter;
  const char *name;

  if (n_bytes < LENGTH_BYTES)
    return refuse (error, "%s", _ ("it is too short"));
  for (guint i = LENGTH_BYTES; i-- > 0;)
    length = length << 8 | bytes[i];
  if (length > n_bytes - LENGTH_BYTES)
    return refuse (error, "%s", _ ("its header is cut short"));
  if (length > MAX_HEADER_BYTES)
    return refuse (error, "%s", _ ("its header is too long"));

  header = (const char *)bytes + LENGTH_BYTES;
  data = bytes + LENGTH_BYTES + length;
  if (length < 2 || header[0] != '{' || !g_utf8_validate (header, (gssize)length, NULL))
    return refuse (error, "%s", _ ("its header is not valid JSON"));
  if (!pel_json_is_shallow (header, (gsize)length, MAX_NESTING))
    return refuse (error, "%s", _ ("its header is not valid JSON"));
  if (!json_parser_load_from_data (parser, header, (gssize)length, NULL))
    return refuse (error, "%s", _ ("its header is not valid JSON"));
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return refuse (error, "%s", _ ("its header is not valid JSON"));

  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &node))
    {
      gboolean sound =
          g_str_equal (name, METADATA_KEY)
              ? parse_metadata (self, node, error)
              : parse_array (self, name, node, data, n_bytes - LENGTH_BYTES - (gsize)length, error);

      if (!sound)
        return FALSE;
    }
  return check_places (self, data, n_bytes - LENGTH_BYTES - (gsize)length, error);
}

PelSafetensors *
pel_safetensors_new_from_bytes (GBytes *bytes, GError **error)
{
  g_autoptr (PelSafetensors) self = g_new0 (PelSafetensors, 1);

  self->bytes = g_bytes_ref (bytes);
  self->arrays = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!parse (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

PelSafetensors *
pel_safetensors_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = pel_model_file_read (path, LENGTH_BYTES, error);

  return bytes != NULL ? pel_safetensors_new_from_bytes (bytes, error) : NULL;
}

void
pel_safetensors_free (PelSafetensors *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->arrays);
  g_hash_table_unref (self->metadata);
  g_bytes_unref (self->bytes);
  g_free (self);
}

const char *
pel_safetensors_get_metadata (const PelSafetensors *self, const char *key)
{
  return g_hash_table_lookup (self->metadata, key);
}

guint
pel_safetensors_get_n_arrays (const PelSafetensors *self)
{
  return g_hash_table_size (self->arrays);
}

gboolean
pel_safetensors_lookup (const PelSafetensors *self, const char *name, PelSafetensorsInfo *info)
{
  const PelSafetensorsInfo *found = g_hash_table_lookup (self->arrays, name);

  if (found != NULL && info != NULL)
    *info = *found;
  return found != NULL;
}

gboolean
pel_safetensors_read_floats (const PelSafetensors *self,
                             const char *name,
                             guint rank,
                             const guint64 *shape,
                             float *out,
                             GError **error)
{
  const PelSafetensorsInfo *info = g_hash_table_lookup (self->arrays, name);

  if (info == NULL)
    return refuse (error, _ ("“%s” is missing"), name);
  if (!g_str_equal (info->dtype, "F32"))
    return refuse (error, _ ("“%s” holds another kind of number than expected"), name);
  if (info->rank != rank || memcmp (info->shape, shape, rank * sizeof (guint64)) != 0)
    return refuse (error, _ ("“%s” has another size than expected"), name);

  for (gsize i = 0; i < info->n_bytes / 4; i++)
    {
      guint32 bits;

      memcpy (&bits, info->data + 4 * i, 4);
      bits = GUINT32_FROM_LE (bits);
      memcpy (out + i, &bits, 4);
    }
  return TRUE;
}
