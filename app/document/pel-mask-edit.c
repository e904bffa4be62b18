/* SPDX-License-Identifier: MIT */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/document/pel-mask-draft-private.h"
#include "engine/segment/pel-split.h"

gboolean
pel_mask_replace (PelMask *self, PelLabels *labels, const char *name, PelUndo *undo)
{
  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);
  g_return_val_if_fail (!self->in_stroke, FALSE);
  g_return_val_if_fail (pel_labels_get_width (labels) == pel_label_map_get_width (self->map) &&
                            pel_labels_get_height (labels) == pel_label_map_get_height (self->map),
                        FALSE);

  g_autoptr (PelMaskDraft) draft = pel_mask_draft_new (self);

  pel_mask_draft_set_labels (draft, labels);
  pel_mask_draft_finish (draft);
  return pel_mask_apply_draft (self, draft, name, undo);
}

typedef guint32 (*MapFunc) (guint32 label, gpointer data);

/* Passes every label that is painted in a block of tiles through a function. */
static void
map_labels (PelMask *self, const PelRect *block, MapFunc func, gpointer data)
{
  const guint n_x = pel_label_map_get_n_tiles_x (self->map);
  const guint n_tiles = (guint)block->width * (guint)block->height;
  PelRect total = { 0 };

  for (guint k = 0; k < n_tiles; k++)
    {
      const PelRect where = { block->x + (gint)(k % (guint)block->width),
                              block->y + (gint)(k / (guint)block->width), 1, 1 };
      const guint i = (guint)where.y * n_x + (guint)where.x;
      const PelLabelTile *tile = pel_label_map_peek_tile (self->map, i);
      guint32 pixels[PEL_LABEL_TILE_PIXELS];
      guint32 label, last = 0, last_fresh = 0;
      gboolean differs = FALSE;
      PelRect area;

      if (pel_label_tile_is_constant (tile, &label) && (label == 0 || func (label, data) == label))
        continue;
      pel_label_tile_read (tile, pixels);
      for (guint p = 0; p < PEL_LABEL_TILE_PIXELS; p++)
        {
          guint32 fresh;

          /* Labels come in rows. */
          if (pixels[p] != last)
            {
              last = pixels[p];
              last_fresh = last != 0 ? func (last, data) : 0;
            }
          fresh = last_fresh;
          if (fresh == pixels[p])
            continue;
          pel_mask_touch_label (self, pixels[p]);
          pel_mask_touch_label (self, fresh);
          pel_mask_note_count (self, pixels[p], -1, &where);
          pel_mask_note_count (self, fresh, 1, &where);
          pixels[p] = fresh;
          differs = TRUE;
        }
      if (!differs)
        continue;
      area = pel_mask_tile_area (self, i);
      pel_mask_save_tile (self, i);
      self->written_twice = TRUE;
      pel_label_map_write (self->map, &area, pixels, PEL_LABEL_TILE_SIZE);
      pel_rect_union (&total, &area, &total);
    }
  pel_mask_emit_changed (self, &total);
}

typedef struct
{
  GHashTable *labels;
  guint32 into;
} MapTo;

static guint32
map_to (guint32 label, gpointer data)
{
  MapTo *map = data;

  return g_hash_table_contains (map->labels, LABEL_KEY (label)) ? map->into : label;
}

static gboolean
map_to_label (PelMask *self,
              const guint32 *labels,
              guint n_labels,
              guint32 into,
              const char *name,
              PelUndo *undo)
{
  g_autoptr (GHashTable) set = g_hash_table_new (NULL, NULL);
  MapTo map = { set, into };
  PelRect block = { 0 };

  for (guint i = 0; i < n_labels; i++)
    {
      const PelLabelCount *count = g_hash_table_lookup (self->counts, LABEL_KEY (labels[i]));

      if (labels[i] == 0 || labels[i] == into || count == NULL)
        continue;
      g_hash_table_add (set, LABEL_KEY (labels[i]));
      pel_rect_union (&block, &count->tiles, &block);
    }
  pel_mask_begin_stroke (self, name);
  map_labels (self, &block, map_to, &map);
  return pel_mask_end_stroke (self, undo);
}

char *
pel_mask_name_deletion (const guint32 *labels, guint n_labels)
{
  if (n_labels == 1)
    /* Translators: the number of a cell */
    return g_strdup_printf (_ ("Delete Cell %u"), labels[0]);
  return g_strdup_printf (ngettext ("Delete %u Cell", "Delete %u Cells", n_labels), n_labels);
}

gsize
pel_mask_count_tiles_around (PelMask *self, const guint32 *labels, guint n_labels)
{
  PelRect block = { 0 };

  g_return_val_if_fail (PEL_IS_MASK (self), 0);

  for (guint i = 0; i < n_labels; i++)
    {
      const PelLabelCount *count = g_hash_table_lookup (self->counts, LABEL_KEY (labels[i]));

      if (count != NULL)
        pel_rect_union (&block, &count->tiles, &block);
    }
  return (gsize)block.width * (gsize)block.height;
}

gboolean
pel_mask_delete_labels (PelMask *self, const guint32 *labels, guint n_labels, PelUndo *undo)
{
  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);
  g_return_val_if_fail (!self->in_stroke, FALSE);

  g_autofree char *name = pel_mask_name_deletion (labels, n_labels);

  return map_to_label (self, labels, n_labels, 0, name, undo);
}

gboolean
pel_mask_merge_labels (PelMask *self,
                       const guint32 *labels,
                       guint n_labels,
                       guint32 into,
                       const char *name,
                       PelUndo *undo)
{
  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);
  g_return_val_if_fail (!self->in_stroke, FALSE);
  g_return_val_if_fail (into != 0, FALSE);

  return map_to_label (self, labels, n_labels, into, name, undo);
}

gboolean
pel_mask_change_label (PelMask *self, guint32 from, guint32 to, const char *name, PelUndo *undo)
{
  g_autoptr (GHashTable) set = g_hash_table_new (NULL, NULL);
  MapTo map = { set, to };
  const PelLabelCount *count;
  PelCellInfo info;
  PelRect block;
  gboolean known;

  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);
  g_return_val_if_fail (!self->in_stroke, FALSE);
  g_return_val_if_fail (to != 0 && !pel_mask_has_label (self, to), FALSE);

  count = g_hash_table_lookup (self->counts, LABEL_KEY (from));
  if (from == 0 || count == NULL)
    return FALSE;
  block = count->tiles; /* the count itself goes while its pixels do */
  known = pel_mask_get_cell_info (self, from, &info);
  g_hash_table_add (set, LABEL_KEY (from));
  pel_mask_begin_stroke (self, name);
  map_labels (self, &block, map_to, &map);
  if (known)
    pel_mask_set_cell_info (self, to, &info, NULL, NULL);
  return pel_mask_end_stroke (self, undo);
}

gboolean
pel_mask_renumber (PelMask *self, const char *name, PelUndo *undo)
{
  g_autoptr (PelMaskDraft) draft = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);
  g_return_val_if_fail (!self->in_stroke, FALSE);

  draft = pel_mask_draft_new (self);
  if (!pel_mask_draft_renumber (draft, &error))
    {
      g_warning ("%s", error->message);
      return FALSE;
    }
  pel_mask_draft_finish (draft);
  return pel_mask_apply_draft (self, draft, name, undo);
}

/* Parts of fewer pixels are a ragged border, not cells. */
#define MIN_PART 4

static void
paint_part (PelMask *self, const PelSplitPart *part, guint32 label)
{
  PelRect area = { 0 };
  g_autofree guint8 *inside = NULL;

  for (guint i = 0; i < part->n_runs; i++)
    {
      const PelLabelRun *run = &part->runs[i];
      const PelRect line = { run->x0, run->y, run->x1 - run->x0, 1 };

      pel_rect_union (&area, &line, &area);
    }
  inside = g_malloc0_n ((gsize)area.width, (gsize)area.height);
  for (guint i = 0; i < part->n_runs; i++)
    {
      const PelLabelRun *run = &part->runs[i];

      memset (inside + (gsize)(run->y - area.y) * (gsize)area.width + (run->x0 - area.x), 1,
              (gsize)(run->x1 - run->x0));
    }
  pel_mask_fill_region (self, &area, inside, (gsize)area.width, label, FALSE);
}

gint
pel_mask_split_cells (PelMask *self,
                      const double *xy,
                      guint n_points,
                      const char *name,
                      PelUndo *undo,
                      GError **error)
{
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (PelSplit) split = NULL;
  const PelSplitPart *parts;
  guint n;

  g_return_val_if_fail (PEL_IS_MASK (self), -1);
  g_return_val_if_fail (!self->in_stroke, -1);

  labels = pel_mask_snapshot (self);
  split = pel_split_new (labels, xy, n_points, MIN_PART, error);
  if (split == NULL)
    return -1;
  parts = pel_split_get_parts (split, &n);
  if (n == 0)
    return 0;
  pel_mask_begin_stroke (self, name);
  for (guint i = 0; i < n; i++)
    {
      guint32 label = pel_mask_get_free_label (self);
      PelCellInfo info;

      paint_part (self, &parts[i], label);
      if (pel_mask_get_cell_info (self, parts[i].cell, &info))
        {
          if (info.origin == PEL_CELL_ORIGIN_MODEL)
            info.origin = PEL_CELL_ORIGIN_CORRECTED;
          info.reviewed = FALSE;
          pel_mask_set_cell_info (self, label, &info, NULL, NULL);
        }
    }
  pel_mask_end_stroke (self, undo);
  return (gint)n;
}
