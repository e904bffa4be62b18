/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelSafetensors:
 *
 * The content of a safetensors file: named arrays, and a map of strings (the format of
 * github.com/huggingface/safetensors: 8 bytes with the little-endian length of a JSON header, the
 * header, the arrays' bytes). Immutable, so any thread may read it.
 */
typedef struct PelSafetensors PelSafetensors;

/**
 * PelSafetensorsWriter:
 *
 * Collects arrays and strings for a file. One owner, one thread at a time.
 */
typedef struct PelSafetensorsWriter PelSafetensorsWriter;

#define PEL_SAFETENSORS_MAX_RANK 8

/**
 * PelSafetensorsInfo:
 * @dtype: the kind of number as the file names it: `F32`, `I64`, `U8`, …
 * @rank: how many axes
 * @shape: the axes' sizes
 * @data: the first byte, little-endian and not always aligned
 * @n_bytes: how many bytes
 *
 * An array of a file. Everything points into the file's content.
 */
typedef struct
{
  const char *dtype;
  guint rank;
  guint64 shape[PEL_SAFETENSORS_MAX_RANK];
  const guint8 *data;
  gsize n_bytes;
} PelSafetensorsInfo;

/**
 * pel_safetensors_load:
 * @path: a file's name
 * @error: return location for a `GError`
 *
 * Reads a whole file. Nothing in it is trusted: lengths are checked before memory is taken, and
 * the arrays must fill the rest of the file without overlap or gap. Errors do not name the file.
 *
 * Returns: (transfer full) (nullable): the content, or `NULL` with
 *   `PEL_ENGINE_ERROR_BAD_CHECKPOINT`, `PEL_ENGINE_ERROR_NO_MEMORY` or a `G_FILE_ERROR` set
 */
PelSafetensors *pel_safetensors_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_safetensors_new_from_bytes:
 * @bytes: a file's content; referenced
 * @error: return location for a `GError`
 *
 * As pel_safetensors_load(), for content that is in memory.
 *
 * Returns: (transfer full) (nullable): the content, or `NULL` with
 *   `PEL_ENGINE_ERROR_BAD_CHECKPOINT` set
 */
PelSafetensors *pel_safetensors_new_from_bytes (GBytes *bytes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_safetensors_free:
 * @self: (nullable) (transfer full): a file's content
 */
void pel_safetensors_free (PelSafetensors *self);

/**
 * pel_safetensors_get_metadata:
 * @self: a file's content
 * @key: a name
 *
 * Returns: (transfer none) (nullable): the string of that name
 */
const char *pel_safetensors_get_metadata (const PelSafetensors *self, const char *key);

/**
 * pel_safetensors_get_n_arrays:
 * @self: a file's content
 *
 * Returns: how many arrays it holds
 */
guint pel_safetensors_get_n_arrays (const PelSafetensors *self);

/**
 * pel_safetensors_lookup:
 * @self: a file's content
 * @name: an array's name
 * @info: (out) (optional): what is known of it
 *
 * Returns: whether there is such an array
 */
gboolean pel_safetensors_lookup (const PelSafetensors *self,
                                 const char *name,
                                 PelSafetensorsInfo *info);

/**
 * pel_safetensors_read_floats:
 * @self: a file's content
 * @name: an array's name
 * @rank: the rank that it must have
 * @shape: (array length=rank): the sizes that it must have
 * @out: (out caller-allocates): receives the values
 * @error: return location for a `GError`
 *
 * Returns: `TRUE`, or `FALSE` with `PEL_ENGINE_ERROR_BAD_CHECKPOINT` set where the array is
 *   missing, has another shape, or is not `F32`; @out is then as it was
 */
gboolean pel_safetensors_read_floats (const PelSafetensors *self,
                                      const char *name,
                                      guint rank,
                                      const guint64 *shape,
                                      float *out,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_safetensors_writer_new:
 *
 * Returns: (transfer full): a file without content
 */
PelSafetensorsWriter *pel_safetensors_writer_new (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_safetensors_writer_free:
 * @self: (nullable) (transfer full): a writer
 */
void pel_safetensors_writer_free (PelSafetensorsWriter *self);

/**
 * pel_safetensors_writer_add_metadata:
 * @self: a writer
 * @key: a name; a second string of the same name replaces the first
 * @value: a string in UTF-8
 */
void pel_safetensors_writer_add_metadata (PelSafetensorsWriter *self,
                                          const char *key,
                                          const char *value);

/**
 * pel_safetensors_writer_add_floats:
 * @self: a writer
 * @name: an array's name, not used before; copied
 * @rank: how many axes, up to %PEL_SAFETENSORS_MAX_RANK
 * @shape: (array length=rank): their sizes; copied
 * @data: the values; not copied: they must stay until the file is written
 */
void pel_safetensors_writer_add_floats (PelSafetensorsWriter *self,
                                        const char *name,
                                        guint rank,
                                        const guint64 *shape,
                                        const float *data);

/**
 * pel_safetensors_writer_add_bytes:
 * @self: a writer
 * @name: an array's name, not used before; copied
 * @n_bytes: how many
 * @data: the bytes; not copied: they must stay until the file is written
 *
 * Adds an array of `U8` with one axis.
 */
void pel_safetensors_writer_add_bytes (PelSafetensorsWriter *self,
                                       const char *name,
                                       gsize n_bytes,
                                       const void *data);

/**
 * pel_safetensors_writer_to_bytes:
 * @self: a writer
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the file's content, or `NULL` with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
GBytes *pel_safetensors_writer_to_bytes (PelSafetensorsWriter *self, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_safetensors_writer_write:
 * @self: a writer
 * @path: a file's name
 * @error: return location for a `GError`
 *
 * Writes the file: whole, or not at all. The same content gives the same bytes.
 *
 * Returns: `TRUE`, or `FALSE` with an error set
 */
gboolean pel_safetensors_writer_write (PelSafetensorsWriter *self, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelSafetensors, pel_safetensors_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelSafetensorsWriter, pel_safetensors_writer_free)
