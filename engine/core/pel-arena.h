/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_try_alloc:
 * @n: how many elements; 0 gives a block that may be freed but not read
 * @size: bytes of each
 * @error: return location for a `GError`
 *
 * Memory for sizes that come from a file or a user: 64-byte aligned, not cleared.
 *
 * Returns: (transfer full) (nullable): the block, for pel_aligned_free(), or `NULL` with
 *   `PEL_ENGINE_ERROR_NO_MEMORY` set where the size overflows or memory is refused
 */
void *pel_try_alloc (gsize n, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_aligned_free:
 * @block: (nullable): memory from pel_try_alloc()
 */
void pel_aligned_free (void *block);

/**
 * PelArena:
 *
 * One block of memory shared by buffers whose lifetimes are known beforehand: buffers that are
 * never alive together may lie in the same place. Reserve every buffer, commit once, then ask
 * for the addresses. One owner, one thread at a time.
 */
typedef struct PelArena PelArena;

/**
 * pel_arena_new:
 *
 * Returns: (transfer full): an arena without buffers
 */
PelArena *pel_arena_new (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_arena_free:
 * @self: (nullable) (transfer full): an arena
 *
 * Frees the block; every address it gave is dead.
 */
void pel_arena_free (PelArena *self);

/**
 * pel_arena_reserve:
 * @self: an arena that was not committed yet
 * @n: how many elements
 * @size: bytes of each
 * @first: the first step at which the buffer is in use
 * @last: the last step at which it is; not before @first
 *
 * A size that overflows is remembered and refused by pel_arena_commit().
 *
 * Returns: the buffer's number, for pel_arena_get()
 */
guint pel_arena_reserve (PelArena *self, gsize n, gsize size, guint first, guint last);

/**
 * pel_arena_measure:
 * @self: an arena that was not committed yet
 *
 * Returns: the bytes that pel_arena_commit() would take; %G_MAXSIZE where that overflows
 */
gsize pel_arena_measure (PelArena *self);

/**
 * pel_arena_commit:
 * @self: an arena
 * @error: return location for a `GError`
 *
 * Places all buffers, the largest first, each at the lowest 64-byte-aligned offset that is free
 * for its whole lifetime, and reserves the memory.
 *
 * Returns: `TRUE`, or `FALSE` with `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
gboolean pel_arena_commit (PelArena *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_arena_get:
 * @self: a committed arena
 * @buffer: a number from pel_arena_reserve()
 *
 * Returns: (transfer none): the buffer; its content is undefined at first
 */
void *pel_arena_get (const PelArena *self, guint buffer);

/**
 * pel_arena_get_bytes:
 * @self: an arena
 *
 * Returns: the bytes that the committed block takes; 0 before
 */
gsize pel_arena_get_bytes (const PelArena *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelArena, pel_arena_free)
