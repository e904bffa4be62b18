/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_joined_root:
 * @parent: (inout): for each number one that it is joined with, its own where it is a root; ways to
 *   roots are halved on the way (Tarjan and van Leeuwen, Journal of the ACM 31, 1984)
 * @i: a number
 *
 * Returns: the root, which all that are joined with each other share
 */
static inline guint32
pel_joined_root (guint32 *parent, guint32 i)
{
  while (parent[i] != i)
    {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
  return i;
}
