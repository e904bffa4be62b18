/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-separator.h"

static const struct
{
  const char *name;
  guint n_planes;
} separators[] = {
  [PEL_SEPARATOR_BORDER] = { "border", 1 },
  [PEL_SEPARATOR_FLOWS] = { "flows", 2 },
};

guint
pel_separator_get_n_planes (PelSeparator separator)
{
  g_return_val_if_fail ((guint)separator < G_N_ELEMENTS (separators), 0);
  return separators[separator].n_planes;
}

const char *
pel_separator_to_string (PelSeparator separator)
{
  g_return_val_if_fail ((guint)separator < G_N_ELEMENTS (separators), NULL);
  return separators[separator].name;
}

gboolean
pel_separator_from_string (const char *name, PelSeparator *separator)
{
  for (guint i = 0; i < G_N_ELEMENTS (separators); i++)
    if (g_strcmp0 (separators[i].name, name) == 0)
      {
        *separator = (PelSeparator)i;
        return TRUE;
      }
  return FALSE;
}
