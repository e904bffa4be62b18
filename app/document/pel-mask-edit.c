/* SPDX-License-Identifier: MIT */
#include <glib/gi18n-lib.h>

#include "app/document/pel-mask-private.h"

gboolean
pel_mask_replace (PelMask *self, PelLabels *labels, const char *name, PelUndo *undo)
{
  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);
  g_return_val_if_fail (!self->in_stroke, FALSE);
  g_return_val_if_fail (pel_labels_get_width (labels) == pel_label_map_get_width (self->map) &&
                            pel_labels_get_height (labels) == pel_label_map_get_height (self->map),
                        FALSE);

  guint n_tiles = pel_label_map_get_n_tiles_x (self->map) * pel_label_map_get_n_tiles_y (self->map);
  PelRect area = { 0 };

  pel_mask_begin_stroke (self, name);
  for (guint i = 0; i < n_tiles; i++)
    {
      PelLabelTile *fresh = pel_labels_peek_tile (labels, i);
      PelLabelTile *old = pel_label_map_peek_tile (self->map, i);
      PelRect rect = pel_mask_tile_area (self, i);

      if (fresh == old || pel_label_tile_equal (fresh, old))
        continue;
      pel_label_counts_add_tile (self->counts, fresh, 1, self->touched);
      old = pel_label_map_swap_tile (self->map, i, pel_label_tile_ref (fresh));
      pel_label_counts_add_tile (self->counts, old, -1, self->touched);
      g_hash_table_insert (self->saved_tiles, GUINT_TO_POINTER (i), old);
      pel_rect_union (&area, &rect, &area);
    }
  self->max_known = FALSE;
  self->stroke_area = area;
  pel_mask_emit_changed (self, &area);
  return pel_mask_end_stroke (self, undo);
}

typedef guint32 (*MapFunc) (guint32 label, gpointer data);

/* Passes every label that is painted through a function. */
static void
map_labels (PelMask *self, MapFunc func, gpointer data)
{
  guint n_tiles = pel_label_map_get_n_tiles_x (self->map) * pel_label_map_get_n_tiles_y (self->map);
  PelRect total = { 0 };

  for (guint i = 0; i < n_tiles; i++)
    {
      const PelLabelTile *tile = pel_label_map_peek_tile (self->map, i);
      guint32 pixels[PEL_LABEL_TILE_PIXELS];
      guint32 label;
      gboolean differs = FALSE;
      PelRect area;

      if (pel_label_tile_is_constant (tile, &label) && (label == 0 || func (label, data) == label))
        continue;
      pel_label_tile_read (tile, pixels);
      for (guint p = 0; p < PEL_LABEL_TILE_PIXELS; p++)
        {
          guint32 fresh = pixels[p] != 0 ? func (pixels[p], data) : 0;

          if (fresh == pixels[p])
            continue;
          pel_mask_touch_label (self, pixels[p]);
          pel_mask_touch_label (self, fresh);
          pel_mask_note_count (self, pixels[p], -1);
          pel_mask_note_count (self, fresh, 1);
          pixels[p] = fresh;
          differs = TRUE;
        }
      if (!differs)
        continue;
      area = pel_mask_tile_area (self, i);
      pel_mask_save_tile (self, i);
      pel_label_map_write (self->map, &area, pixels, PEL_LABEL_TILE_SIZE);
      pel_rect_union (&total, &area, &total);
    }
  self->stroke_area = total;
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

  for (guint i = 0; i < n_labels; i++)
    {
      if (labels[i] != 0 && labels[i] != into)
        g_hash_table_add (set, LABEL_KEY (labels[i]));
    }
  pel_mask_begin_stroke (self, name);
  map_labels (self, map_to, &map);
  return pel_mask_end_stroke (self, undo);
}

gboolean
pel_mask_delete_labels (PelMask *self, const guint32 *labels, guint n_labels, PelUndo *undo)
{
  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);
  g_return_val_if_fail (!self->in_stroke, FALSE);

  g_autofree char *name =
      n_labels == 1
          /* Translators: the number of a cell */
          ? g_strdup_printf (_ ("Delete Cell %u"), labels[0])
          : g_strdup_printf (ngettext ("Delete %u Cell", "Delete %u Cells", n_labels), n_labels);

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
