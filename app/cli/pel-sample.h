/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/**
 * pel_sample_install:
 * @parent: (nullable): the folder that receives the copy, or `NULL` for the user's data folder
 * @error: return location for a `GError`
 *
 * Copies the sample project that comes with Pellicle, so that the user may paint in it. A copy that
 * is already there is kept as it is, with everything done in it. An interrupted copy leaves nothing
 * that looks like a project. Blocks for the time of copying a few megabytes; any thread.
 *
 * Returns: (transfer full) (nullable): the folder of the copy
 */
GFile *pel_sample_install (GFile *parent, GError **error) G_GNUC_WARN_UNUSED_RESULT;
