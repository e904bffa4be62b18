/* SPDX-License-Identifier: MIT */
#include "app/document/pel-document-types.h"

static PelRect *
rect_copy (PelRect *rect)
{
  return g_memdup2 (rect, sizeof *rect);
}

G_DEFINE_BOXED_TYPE (PelRect, pel_rect, rect_copy, g_free)

static const char *const origin_names[] = { "hand", "model", "corrected" };

const char *
pel_cell_origin_to_string (PelCellOrigin origin)
{
  g_return_val_if_fail ((guint)origin < G_N_ELEMENTS (origin_names), origin_names[0]);

  return origin_names[origin];
}

PelCellOrigin
pel_cell_origin_from_string (const char *string)
{
  for (guint i = 0; i < G_N_ELEMENTS (origin_names); i++)
    {
      if (g_strcmp0 (string, origin_names[i]) == 0)
        return (PelCellOrigin)i;
    }
  return PEL_CELL_ORIGIN_HAND;
}

void
pel_cell_info_init (PelCellInfo *info)
{
  *info = (PelCellInfo){ .origin = PEL_CELL_ORIGIN_HAND, .confidence = -1 };
}

gboolean
pel_cell_info_is_users (const PelCellInfo *info)
{
  return info->origin != PEL_CELL_ORIGIN_MODEL || info->reviewed;
}

gboolean
pel_cell_info_equal (const PelCellInfo *a, const PelCellInfo *b)
{
  return a->class_name == b->class_name && a->origin == b->origin && a->reviewed == b->reviewed &&
         a->confidence == b->confidence && a->rejected_x == b->rejected_x &&
         a->rejected_y == b->rejected_y && a->rejected_size == b->rejected_size;
}
