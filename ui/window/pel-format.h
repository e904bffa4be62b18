/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_format_duration:
 * @seconds: a time span
 *
 * Returns: (transfer full): as a clock shows it: "3:12", "1:03:20"
 */
char *pel_format_duration (double seconds) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_format_length:
 * @pixels: a length in pixels
 * @um_per_px: the scale, 0 where unknown
 *
 * Returns: (transfer full): the length with its unit and three digits, in µm where the scale is
 * known
 */
char *pel_format_length (double pixels, double um_per_px) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_format_problem:
 * @message: an error's message, which may begin with a file's path and end without a full stop
 *
 * Returns: (transfer full): it as a sentence, the file by its name alone
 */
char *pel_format_problem (const char *message) G_GNUC_WARN_UNUSED_RESULT;
