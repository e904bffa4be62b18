/* SPDX-License-Identifier: MIT */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/nn/pel-model-file.h"
#include "engine/onnx/pel-onnx-file.h"

/* A name in the same folder, and nothing but that. */
static gboolean
is_plain (const char *location)
{
  return location[0] != '\0' && location[0] != '.' && strpbrk (location, "/\\") == NULL;
}

static GBytes *
read_beside (const char *folder, const char *location, GError **error)
{
  g_autofree char *path = g_build_filename (folder, location, NULL);
  GBytes *bytes = pel_model_file_read (path, 1, error);

  if (bytes == NULL)
    g_prefix_error (error, _ ("its weights should lie beside it in “%s”: "), location);
  return bytes;
}

/* Points a tensor to its numbers, where they are all there. */
static void
point (PelOnnxTensor *tensor, GBytes *bytes)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  guint size = pel_onnx_type_get_size (tensor->type);
  guint64 needed;

  if (size == 0 || !g_uint64_checked_mul (&needed, tensor->n, size) || tensor->offset > n ||
      needed > n - tensor->offset || (tensor->length != 0 && tensor->length != needed))
    return;
  tensor->raw = data + tensor->offset;
  tensor->problem = NULL;
}

gboolean
pel_onnx_file_load_data (PelOnnxFile *self, const char *folder, GError **error)
{
  g_autofree char *name = NULL;
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (self != NULL && folder != NULL, FALSE);

  g_hash_table_iter_init (&iter, self->tensors);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      PelOnnxTensor *tensor = value;

      if (!tensor->elsewhere || tensor->location == NULL || !is_plain (tensor->location))
        continue;
      if (self->data == NULL)
        {
          self->data = read_beside (folder, tensor->location, error);
          name = g_strdup (tensor->location);
        }
      if (self->data == NULL)
        return FALSE;
      if (strcmp (tensor->location, name) == 0)
        point (tensor, self->data);
    }
  return TRUE;
}
