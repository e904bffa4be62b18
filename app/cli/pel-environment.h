/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_environment_init:
 *
 * First call of main(), before any thread: sets the locale, finds the translations, and where the
 * program runs from its build directory also the settings' schema. A schema directory or language
 * that the user's environment names is left alone.
 */
void pel_environment_init (void);

/**
 * pel_environment_get_data_dir:
 *
 * The folder that holds what is installed beside the program (`sample/`, …); works for the
 * installed program wherever its prefix was moved, and in the build directory.
 *
 * Returns: (transfer full): a path
 */
char *pel_environment_get_data_dir (void) G_GNUC_WARN_UNUSED_RESULT;
