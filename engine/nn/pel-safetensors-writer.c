/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-safetensors.h"

#include "engine/core/pel-error.h"
#include "engine/io/pel-file.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define LENGTH_BYTES 8
#define FLOATS_AT_ONCE 16384

typedef struct
{
  char *name;
  gboolean floats; /* F32, else U8 */
  guint rank;
  guint64 shape[PEL_SAFETENSORS_MAX_RANK];
  const void *data;
  gsize n_bytes;
} Entry;

struct PelSafetensorsWriter
{
  GArray *entries;      /* Entry, in the order of the file */
  GPtrArray *keys;      /* of the metadata, in order */
  GHashTable *metadata; /* string → string */
};

static void
clear_entry (gpointer data)
{
  g_free (((Entry *)data)->name);
}

PelSafetensorsWriter *
pel_safetensors_writer_new (void)
{
  PelSafetensorsWriter *self = g_new0 (PelSafetensorsWriter, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
pel_safetensors_writer_free (PelSafetensorsWriter *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->entries);
  g_ptr_array_unref (self->keys);
  g_hash_table_unref (self->metadata);
  g_free (self);
}

void
pel_safetensors_writer_add_metadata (PelSafetensorsWriter *self, const char *key, const char *value)
{
  g_return_if_fail (g_utf8_validate (key, -1, NULL) && g_utf8_validate (value, -1, NULL));

  if (!g_hash_table_contains (self->metadata, key))
    g_ptr_array_add (self->keys, g_strdup (key));
  g_hash_table_insert (self->metadata, g_strdup (key), g_strdup (value));
}

static void
add (PelSafetensorsWriter *self,
     const char *name,
     gboolean floats,
     guint rank,
     const guint64 *shape,
     const void *data)
{
  Entry entry = { .floats = floats, .rank = rank, .data = data };

  g_return_if_fail (rank <= PEL_SAFETENSORS_MAX_RANK);
  for (guint i = 0; i < self->entries->len; i++)
    g_return_if_fail (!g_str_equal (g_array_index (self->entries, Entry, i).name, name));

  entry.name = g_strdup (name);
  entry.n_bytes = floats ? sizeof (float) : 1;
  for (guint i = 0; i < rank; i++)
    {
      entry.shape[i] = shape[i];
      entry.n_bytes *= shape[i];
    }
  g_array_append_val (self->entries, entry);
}

void
pel_safetensors_writer_add_floats (PelSafetensorsWriter *self,
                                   const char *name,
                                   guint rank,
                                   const guint64 *shape,
                                   const float *data)
{
  add (self, name, TRUE, rank, shape, data);
}

void
pel_safetensors_writer_add_bytes (PelSafetensorsWriter *self,
                                  const char *name,
                                  gsize n_bytes,
                                  const void *data)
{
  guint64 size = n_bytes;

  add (self, name, FALSE, 1, &size, data);
}

static void
build_metadata (PelSafetensorsWriter *self, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "__metadata__");
  json_builder_begin_object (builder);
  for (guint i = 0; i < self->keys->len; i++)
    {
      const char *key = g_ptr_array_index (self->keys, i);

      json_builder_set_member_name (builder, key);
      json_builder_add_string_value (builder, g_hash_table_lookup (self->metadata, key));
    }
  json_builder_end_object (builder);
}

static void
build_entry (const Entry *entry, gsize offset, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, entry->name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "dtype");
  json_builder_add_string_value (builder, entry->floats ? "F32" : "U8");
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (guint i = 0; i < entry->rank; i++)
    json_builder_add_int_value (builder, (gint64)entry->shape[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "data_offsets");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, (gint64)offset);
  json_builder_add_int_value (builder, (gint64)(offset + entry->n_bytes));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* The JSON text, with spaces at its end so that the arrays begin at a multiple of 8. */
static GString *
build_header (PelSafetensorsWriter *self, gsize *n_data)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  GString *text = g_string_new (NULL);

  *n_data = 0;
  json_builder_begin_object (builder);
  if (self->keys->len > 0)
    build_metadata (self, builder);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      build_entry (entry, *n_data, builder);
      *n_data += entry->n_bytes;
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_to_gstring (generator, text);
  while (text->len % 8 != 0)
    g_string_append_c (text, ' ');
  return text;
}

/* Where the file's bytes go, in order. */
typedef gboolean (*Sink) (gpointer target, const void *data, gsize n_bytes, GError **error);

static gboolean
put_floats (const float *values, gsize n, Sink sink, gpointer target, GError **error)
{
  guint32 bits[FLOATS_AT_ONCE];

  for (gsize i = 0; i < n; i += FLOATS_AT_ONCE)
    {
      gsize count = MIN (FLOATS_AT_ONCE, n - i);

      memcpy (bits, values + i, count * sizeof (float));
      for (gsize j = 0; j < count; j++)
        bits[j] = GUINT32_TO_LE (bits[j]);
      if (!sink (target, bits, count * sizeof (float), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_all (PelSafetensorsWriter *self,
         const GString *header,
         Sink sink,
         gpointer target,
         GError **error)
{
  guint8 length[LENGTH_BYTES];

  for (guint i = 0; i < LENGTH_BYTES; i++)
    length[i] = (guint8)((guint64)header->len >> (8 * i));
  if (!sink (target, length, LENGTH_BYTES, error) ||
      !sink (target, header->str, header->len, error))
    return FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      if (entry->floats)
        {
          if (!put_floats (entry->data, entry->n_bytes / sizeof (float), sink, target, error))
            return FALSE;
        }
      else if (entry->n_bytes > 0 && !sink (target, entry->data, entry->n_bytes, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
sink_to_memory (gpointer target, const void *data, gsize n_bytes, GError **error)
{
  guint8 **next = target;

  memcpy (*next, data, n_bytes);
  *next += n_bytes;
  return TRUE;
}

static gboolean
sink_to_file (gpointer target, const void *data, gsize n_bytes, GError **error)
{
  return pel_atomic_file_write (target, data, n_bytes, error);
}

GBytes *
pel_safetensors_writer_to_bytes (PelSafetensorsWriter *self, GError **error)
{
  gsize n_data;
  GString *header = build_header (self, &n_data);
  gsize n_bytes = LENGTH_BYTES + header->len + n_data;
  guint8 *content = g_try_malloc (n_bytes);
  guint8 *next = content;

  if (content != NULL)
    put_all (self, header, sink_to_memory, &next, NULL);
  else
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                         _ ("There is not enough memory to write the model; close other "
                            "programs."));
  g_string_free (header, TRUE);
  return content != NULL ? g_bytes_new_take (content, n_bytes) : NULL;
}

gboolean
pel_safetensors_writer_write (PelSafetensorsWriter *self, const char *path, GError **error)
{
  g_autoptr (PelAtomicFile) file = pel_atomic_file_new (path, error);
  GString *header;
  gsize n_data;
  gboolean written;

  if (file == NULL)
    return FALSE;
  header = build_header (self, &n_data);
  written = put_all (self, header, sink_to_file, file, error);
  g_string_free (header, TRUE);
  return written && pel_atomic_file_commit (file, error);
}
