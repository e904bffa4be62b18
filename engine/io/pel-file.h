/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelAtomicFile:
 *
 * A file that is being written beside the one it will replace. The data goes to a hidden temporary
 * file in the same folder; pel_atomic_file_commit() syncs it, renames it over the target and syncs
 * the folder. Whatever happens in between (an error, a crash, a full disk, a pulled plug), the
 * target is the old file or the new one, never a part of one.
 *
 * One owner, one thread at a time.
 */
typedef struct PelAtomicFile PelAtomicFile;

/**
 * pel_atomic_file_new:
 * @path: (type filename): the file to create or replace; a symbolic link is followed, so that the
 *   link stays
 * @error: return location for a `GError`
 *
 * Creates the temporary file. It gets the permissions of the file it will replace, or those that
 * the user's umask gives a new one.
 *
 * Returns: (transfer full) (nullable): the file, or `NULL` with a `G_IO_ERROR` whose message names
 *   @path
 */
PelAtomicFile *pel_atomic_file_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_atomic_file_free:
 * @self: (transfer full) (nullable): a file
 *
 * Frees @self, and removes the temporary file unless it was committed.
 */
void pel_atomic_file_free (PelAtomicFile *self);

/**
 * pel_atomic_file_sweep:
 * @path: (type filename): a file that nobody is writing just now
 *
 * Removes temporary files for @path that a process which was killed left beside it.
 */
void pel_atomic_file_sweep (const char *path);

/**
 * pel_atomic_file_get_fd:
 * @self: a file
 *
 * For writers that want a descriptor (libtiff, stdio through `dup`). It stays owned by @self; do
 * not close it.
 *
 * Returns: the descriptor, open for reading and writing
 */
int pel_atomic_file_get_fd (const PelAtomicFile *self);

/**
 * pel_atomic_file_get_path:
 * @self: a file
 *
 * Returns: (transfer none): the path given to pel_atomic_file_new()
 */
const char *pel_atomic_file_get_path (const PelAtomicFile *self);

/**
 * pel_atomic_file_write:
 * @self: a file
 * @data: (array length=length): bytes to append
 * @length: their number
 * @error: return location for a `GError`
 *
 * Returns: whether all of @data was written; otherwise a `G_IO_ERROR` is set, which for a full
 *   disk is `G_IO_ERROR_NO_SPACE`
 */
gboolean pel_atomic_file_write (PelAtomicFile *self,
                                const void *data,
                                gsize length,
                                GError **error);

/**
 * pel_atomic_file_commit:
 * @self: a file
 * @error: return location for a `GError`
 *
 * Syncs and renames; within a #PelFileGroup the renaming waits for that. To be called once; @self
 * must still be freed. After a failure the target is untouched and the temporary file is gone.
 *
 * Returns: whether the target now holds the new data
 */
gboolean pel_atomic_file_commit (PelAtomicFile *self, GError **error);

/**
 * pel_file_put_in_place:
 * @path: the file as errors name it
 * @temporary: written and synced; gone afterwards in any case
 * @target: what it is to be, in the same folder
 * @error: return location for a `GError`
 *
 * Renames, and syncs the folder. For #PelAtomicFile and #PelFileGroup.
 *
 * Returns: whether @target now holds the new data
 */
gboolean pel_file_put_in_place (const char *path,
                                const char *temporary,
                                const char *target,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelAtomicFile, pel_atomic_file_free)

/**
 * pel_file_write_atomic:
 * @path: (type filename): the file to create or replace
 * @data: (array length=length) (nullable): its whole new content
 * @length: the number of bytes
 * @error: return location for a `GError`
 *
 * Writes a whole file through #PelAtomicFile. Any thread.
 *
 * Returns: whether the file now holds @data; otherwise a `G_IO_ERROR` whose message names @path
 */
gboolean pel_file_write_atomic (const char *path, const void *data, gsize length, GError **error);

/**
 * pel_file_get_identity:
 * @path: (type filename): a file or folder
 *
 * Tells a file apart from all others whatever its path: two names of one file, and links to it,
 * have the same identity. Any thread.
 *
 * Returns: (transfer full) (nullable): the identity, or %NULL where there is no such file
 */
char *pel_file_get_identity (const char *path) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_file_set_error:
 * @error: return location for a `GError`
 * @path: (type filename): the file that could not be written
 * @errsv: the `errno` of the failed call
 *
 * Sets the `G_IO_ERROR` that belongs to a failed write, worded for the user: which file, why, and
 * what helps.
 */
void pel_file_set_error (GError **error, const char *path, int errsv);
