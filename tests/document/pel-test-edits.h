/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/segment/pel-cell-edit.h"
#include "tests/document/pel-test-util.h"

/* Edits of every kind, chosen by a number alone, so that they can be done again elsewhere. */

typedef enum
{
  TEST_EDIT_PAINT,
  TEST_EDIT_LINE,
  TEST_EDIT_ERASE,
  TEST_EDIT_ERASE_ONE,
  TEST_EDIT_POLYGON,
  TEST_EDIT_POLYGON_ERASE,
  TEST_EDIT_REGION,
  TEST_EDIT_SPLIT,
  TEST_EDIT_MERGE,
  TEST_EDIT_DELETE,
  TEST_EDIT_RENUMBER,
  TEST_EDIT_FILL_HOLES,
  TEST_EDIT_SMOOTH,
  TEST_EDIT_GROW,
  TEST_EDIT_SHRINK,
  TEST_EDIT_KEEP_LARGEST,
  TEST_EDIT_INFO,
  TEST_EDIT_NUMBER,
  TEST_EDIT_CANCEL,
  TEST_N_EDITS,
} TestEdit;

static inline guint32
test_random_cell (PelMask *mask, GRand *random)
{
  g_autoptr (GArray) labels = pel_mask_list_labels (mask);

  return labels->len > 0
             ? g_array_index (labels, guint32, g_rand_int_range (random, 0, (gint)labels->len))
             : 0;
}

/* Returns what was done; it may have changed nothing. */
static inline TestEdit
test_edit_nth (PelImageDocument *image, guint n)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (n * 7919 + 13);
  PelMask *mask = pel_image_document_get_mask (image);
  PelUndo *undo = pel_image_document_get_undo (image);
  const double width = pel_mask_get_width (mask), height = pel_mask_get_height (mask);
  const double x = g_rand_double_range (random, -5, width + 5);
  const double y = g_rand_double_range (random, -5, height + 5);
  const guint32 label = (guint32)g_rand_int_range (random, 1, 60);
  const guint32 cell = test_random_cell (mask, random);
  /* Strokes are what there is most of. */
  const TestEdit edit = g_rand_boolean (random)
                            ? (TestEdit)g_rand_int_range (random, 0, TEST_EDIT_SPLIT)
                            : (TestEdit)g_rand_int_range (random, 0, TEST_N_EDITS);

  switch (edit)
    {
    case TEST_EDIT_PAINT:
    case TEST_EDIT_LINE:
    case TEST_EDIT_ERASE:
    case TEST_EDIT_ERASE_ONE:
      case TEST_EDIT_CANCEL: {
        gboolean erase = edit == TEST_EDIT_ERASE || edit == TEST_EDIT_ERASE_ONE;
        double radius = g_rand_double_range (random, 0.5, 20);
        PelDab dab = { x, y, radius, x, y, radius, label, erase, g_rand_boolean (random) };

        if (edit == TEST_EDIT_ERASE)
          dab.label = 0;
        if (edit == TEST_EDIT_ERASE_ONE)
          dab.label = MAX (cell, 1);
        pel_mask_begin_stroke (mask, "Paint");
        pel_mask_paint (mask, &dab);
        for (guint i = 0; edit != TEST_EDIT_PAINT && i < 4; i++)
          {
            dab.x0 = dab.x1;
            dab.y0 = dab.y1;
            dab.radius0 = dab.radius1;
            dab.x1 += g_rand_double_range (random, -20, 20);
            dab.y1 += g_rand_double_range (random, -20, 20);
            dab.radius1 = g_rand_double_range (random, 0.5, 12);
            pel_mask_paint (mask, &dab);
          }
        if (edit == TEST_EDIT_CANCEL)
          pel_mask_cancel_stroke (mask);
        else
          pel_mask_end_stroke (mask, undo);
        break;
      }
    case TEST_EDIT_POLYGON:
      case TEST_EDIT_POLYGON_ERASE: {
        double xy[12];

        for (guint i = 0; i < 6; i++)
          {
            xy[2 * i] = x + g_rand_double_range (random, -30, 30);
            xy[2 * i + 1] = y + g_rand_double_range (random, -30, 30);
          }
        pel_mask_begin_stroke (mask, "Polygon");
        pel_mask_paint_polygon (mask, xy, 6, label, edit == TEST_EDIT_POLYGON_ERASE,
                                g_rand_boolean (random));
        pel_mask_end_stroke (mask, undo);
        break;
      }
      case TEST_EDIT_REGION: {
        const PelRect area = { g_rand_int_range (random, 0, (gint)width - 20),
                               g_rand_int_range (random, 0, (gint)height - 20), 20, 20 };
        guint8 inside[400];

        for (guint i = 0; i < G_N_ELEMENTS (inside); i++)
          inside[i] = (guint8)(g_rand_int_range (random, 0, 4) > 0);
        pel_mask_begin_stroke (mask, "Region");
        pel_mask_fill_region (mask, &area, inside, 20, label, g_rand_boolean (random));
        pel_mask_end_stroke (mask, undo);
        break;
      }
      case TEST_EDIT_SPLIT: {
        double xy[4] = { x, y, g_rand_double_range (random, 0, width),
                         g_rand_double_range (random, 0, height) };

        pel_mask_split_cells (mask, xy, 2, "Split", undo, NULL);
        break;
      }
      case TEST_EDIT_MERGE: {
        guint32 labels[3] = { cell, test_random_cell (mask, random),
                              test_random_cell (mask, random) };

        if (cell != 0)
          pel_mask_merge_labels (mask, labels, 3, cell, "Merge", undo);
        break;
      }
    case TEST_EDIT_DELETE:
      if (cell != 0)
        pel_mask_delete_labels (mask, &cell, 1, undo);
      break;
    case TEST_EDIT_RENUMBER:
      pel_mask_renumber (mask, "Renumber", undo);
      break;
    case TEST_EDIT_FILL_HOLES:
    case TEST_EDIT_SMOOTH:
    case TEST_EDIT_GROW:
    case TEST_EDIT_SHRINK:
      case TEST_EDIT_KEEP_LARGEST: {
        static const PelCellEdit kinds[] = { PEL_CELL_EDIT_FILL_HOLES, PEL_CELL_EDIT_SMOOTH,
                                             PEL_CELL_EDIT_GROW, PEL_CELL_EDIT_SHRINK,
                                             PEL_CELL_EDIT_KEEP_LARGEST };
        g_autoptr (PelLabels) before = pel_mask_snapshot (mask);
        g_autoptr (PelLabels) after = pel_labels_edit (before, kinds[edit - TEST_EDIT_FILL_HOLES],
                                                       (guint)g_rand_int_range (random, 1, 4),
                                                       &cell, cell != 0 ? 1 : 0, NULL, NULL);

        g_assert_nonnull (after);
        pel_mask_replace (mask, after, "Edit", undo);
        break;
      }
      case TEST_EDIT_INFO: {
        PelCellInfo info;

        if (cell == 0)
          break;
        pel_mask_get_cell_info (mask, cell, &info);
        info.reviewed = !info.reviewed;
        info.origin = (PelCellOrigin)g_rand_int_range (random, 0, 3);
        pel_mask_set_cell_info (mask, cell, &info, "Mark", undo);
        break;
      }
      case TEST_EDIT_NUMBER: {
        PelCellInfo before, after;
        guint32 fresh = pel_mask_get_free_label (mask);
        gsize size = cell != 0 ? pel_mask_get_label_size (mask, cell) : 0;

        if (cell == 0)
          break;
        pel_mask_get_cell_info (mask, cell, &before);
        g_assert_true (pel_mask_change_label (mask, cell, fresh, "Number", undo));
        g_assert_false (pel_mask_has_label (mask, cell));
        g_assert_cmpuint (pel_mask_get_label_size (mask, fresh), ==, size);
        pel_mask_get_cell_info (mask, fresh, &after);
        g_assert_true (pel_cell_info_equal (&before, &after));
        break;
      }
    case TEST_N_EDITS:
    default:
      g_assert_not_reached ();
    }
  return edit;
}

/* Pixels and what is known of the cells. */
static inline char *
test_hash_state (PelImageDocument *image)
{
  PelMask *mask = pel_image_document_get_mask (image);
  g_autofree char *pixels = test_hash_mask (image);
  g_autoptr (GArray) labels = pel_mask_list_labels (mask);
  GString *text = g_string_new (pixels);

  for (guint i = 0; i < labels->len; i++)
    {
      guint32 label = g_array_index (labels, guint32, i);
      PelCellInfo info;

      pel_mask_get_cell_info (mask, label, &info);
      g_string_append_printf (text, " %u:%d%d", label, (int)info.origin, info.reviewed);
    }
  return g_string_free (text, FALSE);
}
