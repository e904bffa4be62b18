/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/**
 * pel_settings_new:
 *
 * The program's settings. Where the schema is not installed the program works all the same and
 * forgets its window's size.
 *
 * Returns: (transfer full) (nullable): the settings, or `NULL` without a schema
 */
GSettings *pel_settings_new (void) G_GNUC_WARN_UNUSED_RESULT;
