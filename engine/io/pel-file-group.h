/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelFileGroup:
 *
 * Files that only make sense together. While a group is open, pel_atomic_file_commit() on its
 * thread syncs a file and leaves it under its temporary name; pel_file_group_commit() then puts all
 * of them in place, which takes no time to speak of. So writing can be stopped, and can fail, at
 * any moment before that with every file as it was. Belongs to the thread that began it; there is
 * one at a time on each.
 */
typedef struct PelFileGroup PelFileGroup;

/**
 * pel_file_group_begin:
 *
 * Returns: (transfer full): a group, open on the calling thread
 */
PelFileGroup *pel_file_group_begin (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_file_group_free:
 * @self: (transfer full) (nullable): a group
 *
 * Closes it. Files that were not put in place are removed.
 */
void pel_file_group_free (PelFileGroup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelFileGroup, pel_file_group_free)

/**
 * pel_file_group_commit:
 * @self: a group
 * @error: return location for a `GError`
 *
 * Puts its files in place in the order in which they were written, and removes those that are to
 * go.
 *
 * Returns: %FALSE with a `GIOError` set, which names the file, where one could not be renamed;
 * those before it are in place then
 */
gboolean pel_file_group_commit (PelFileGroup *self, GError **error);

/**
 * pel_file_group_remove:
 * @path: a file
 *
 * Removes a file, if it is there: with the group that is open on the calling thread, or at once
 * where there is none.
 */
void pel_file_group_remove (const char *path);

/**
 * pel_file_group_take:
 * @path: the file as errors name it
 * @temporary: what was written
 * @target: what it is to be
 *
 * For pel_atomic_file_commit().
 *
 * Returns: %FALSE where no group is open on the calling thread; nothing was done then
 */
gboolean pel_file_group_take (const char *path, const char *temporary, const char *target);
