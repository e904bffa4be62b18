/* SPDX-License-Identifier: MIT */
/* What the user says about predicted cells, as steps of the mask's history. */
#include "app/document/pel-mask-private.h"

/* Takes a cell's pixels away, within the open stroke. */
static void
erase_label (PelMask *self, guint32 label)
{
  const PelLabelCount *count = g_hash_table_lookup (self->counts, LABEL_KEY (label));
  const PelRect block = count != NULL ? count->tiles : (PelRect){ 0 };
  const guint n_tiles = (guint)block.width * (guint)block.height;

  for (guint k = 0; k < n_tiles && pel_mask_has_label (self, label); k++)
    {
      const guint x = (guint)block.x + k % (guint)block.width;
      const guint y = (guint)block.y + k / (guint)block.width;
      const guint i = y * pel_label_map_get_n_tiles_x (self->map) + x;
      const PelLabelTile *tile = pel_label_map_peek_tile (self->map, i);
      guint32 pixels[PEL_LABEL_TILE_PIXELS];
      guint32 constant;
      gboolean differs = FALSE;
      PelRect area;

      if (pel_label_tile_is_constant (tile, &constant) && constant != label)
        continue;
      pel_label_tile_read (tile, pixels);
      for (guint p = 0; p < PEL_LABEL_TILE_PIXELS; p++)
        if (pixels[p] == label)
          {
            pixels[p] = 0;
            differs = TRUE;
          }
      if (!differs)
        continue;
      area = pel_mask_tile_area (self, i);
      pel_mask_write (self, &area, pixels, PEL_LABEL_TILE_SIZE);
    }
}

/* Records without pixels are numbered from the top, so that no cell wants their numbers. */
static guint32
find_free_record (PelMask *self)
{
  guint32 label = G_MAXUINT32;

  while (label > 1 && (g_hash_table_contains (self->infos, LABEL_KEY (label)) ||
                       g_hash_table_contains (self->counts, LABEL_KEY (label))))
    label--;
  return label;
}

guint32
pel_mask_reject (PelMask *self,
                 guint32 label,
                 const PelCellInfo *verdict,
                 const char *name,
                 PelUndo *undo)
{
  g_return_val_if_fail (PEL_IS_MASK (self), 0);
  g_return_val_if_fail (!self->in_stroke, 0);
  g_return_val_if_fail (verdict->rejected_size > 0, 0);

  guint32 record = find_free_record (self);

  pel_mask_begin_stroke (self, name);
  if (label != 0)
    erase_label (self, label);
  pel_mask_set_cell_info (self, record, verdict, NULL, NULL);
  pel_mask_end_stroke (self, undo);
  return record;
}
