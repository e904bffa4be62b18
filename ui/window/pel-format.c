/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ui/widgets/pel-axis.h"

char *
pel_format_duration (double seconds)
{
  guint64 whole = isfinite (seconds) && seconds > 0.0 ? (guint64)ceil (seconds) : 0;

  if (whole >= 3600)
    return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u:%02u", whole / 3600,
                            (guint)(whole / 60 % 60), (guint)(whole % 60));
  return g_strdup_printf ("%u:%02u", (guint)(whole / 60), (guint)(whole % 60));
}

char *
pel_format_length (double pixels, double um_per_px)
{
  g_autofree char *number = pel_format_number (um_per_px > 0.0 ? pixels * um_per_px : pixels, 3);

  /* Translators: a length in micrometres or in pixels. */
  return g_strdup_printf (um_per_px > 0.0 ? _ ("%s µm") : _ ("%s px"), number);
}

char *
pel_format_problem (const char *message)
{
  const char *colon = strstr (message, ": ");
  const char *slash = colon != NULL ? g_strrstr_len (message, colon - message, "/") : NULL;
  const char *from = slash != NULL ? slash + 1 : message;
  gboolean has_end =
      g_str_has_suffix (from, ".") || g_str_has_suffix (from, "?") || g_str_has_suffix (from, "!");

  return g_strdup_printf (has_end ? "%s" : "%s.", from);
}
