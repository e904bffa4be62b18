/* SPDX-License-Identifier: MIT */
#include "app/document/pel-mask-draft.h"

#include "app/document/pel-document-files.h"
#include "app/document/pel-mask-draft-private.h"
#include "app/document/pel-task.h"
#include "engine/image/pel-label-map.h"

/* Between two looks at whether to go on. */
#define TILES_AT_ONCE 256

PelMaskDraft *
pel_mask_draft_new (PelMask *mask)
{
  PelMaskDraft *self = g_new0 (PelMaskDraft, 1);

  g_return_val_if_fail (PEL_IS_MASK (mask) && !pel_mask_in_stroke (mask), NULL);
  self->state = mask->state;
  self->before = pel_mask_snapshot (mask);
  self->infos_before = pel_cell_infos_copy (mask->infos);
  self->explicit = g_hash_table_new (NULL, NULL);
  return self;
}

void
pel_mask_draft_free (PelMaskDraft *self)
{
  pel_labels_unref (self->before);
  g_clear_pointer (&self->after, pel_labels_unref);
  g_hash_table_unref (self->infos_before);
  g_clear_pointer (&self->infos, g_hash_table_unref);
  g_hash_table_unref (self->explicit);
  g_clear_pointer (&self->whole, pel_step_whole_free);
  g_clear_object (&self->cancellable);
  g_free (self);
}

void
pel_mask_draft_let_go (PelMaskDraft *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->cancellable);
  pel_task_let_go ((GDestroyNotify)pel_mask_draft_free, self);
}

PelLabels *
pel_mask_draft_get_before (PelMaskDraft *self)
{
  return self->before;
}

void
pel_mask_draft_set_cancellable (PelMaskDraft *self, GCancellable *cancellable)
{
  g_set_object (&self->cancellable, cancellable);
}

gboolean
pel_mask_draft_is_current (PelMaskDraft *self, PelMask *mask)
{
  return mask->state == self->state && !pel_mask_in_stroke (mask);
}

void
pel_mask_draft_watch (PelMaskDraft *self, PelMaskDraftReport report, gpointer data)
{
  self->report = report;
  self->report_data = data;
}

/* Of the work so far: what becomes of the labels takes about as long as what follows from it. */
static void
tell (PelMaskDraft *self, double fraction)
{
  if (self->report != NULL)
    self->report (fraction, self->report_data);
}

void
pel_mask_draft_report (PelMaskDraft *self, double fraction)
{
  tell (self, fraction / 2);
}

void
pel_mask_draft_set_count (PelMaskDraft *self, guint n)
{
  self->count = n;
}

guint
pel_mask_draft_get_count (PelMaskDraft *self)
{
  return self->count;
}

gboolean
pel_mask_draft_get_info (PelMaskDraft *self, guint32 label, PelCellInfo *info)
{
  const PelCellInfo *known = g_hash_table_lookup (
      self->infos != NULL ? self->infos : self->infos_before, LABEL_KEY (label));

  if (known != NULL)
    *info = *known;
  else
    pel_cell_info_init (info);
  return known != NULL;
}

void
pel_mask_draft_set_info (PelMaskDraft *self, guint32 label, const PelCellInfo *info)
{
  if (self->infos == NULL)
    self->infos = pel_cell_infos_copy (self->infos_before);
  g_hash_table_insert (self->infos, LABEL_KEY (label), g_memdup2 (info, sizeof *info));
  g_hash_table_add (self->explicit, LABEL_KEY (label));
}

/* ---- what becomes of the labels ---- */

void
pel_mask_draft_set_labels (PelMaskDraft *self, PelLabels *labels)
{
  g_return_if_fail (self->after == NULL);
  g_return_if_fail (pel_labels_get_width (labels) == pel_labels_get_width (self->before) &&
                    pel_labels_get_height (labels) == pel_labels_get_height (self->before));
  self->after = pel_labels_ref (labels);
}

/* Passes every label through a table; those that are not in it stay. */
static gboolean
map_labels (PelMaskDraft *self, GHashTable *numbers, GError **error)
{
  g_autoptr (PelLabelMap) map = pel_label_map_new_from_labels (self->before, error);
  guint n;

  if (map == NULL)
    return FALSE;
  n = pel_label_map_get_n_tiles_x (map) * pel_label_map_get_n_tiles_y (map);
  for (guint i = 0; i < n; i++)
    {
      const PelLabelTile *tile = pel_label_map_peek_tile (map, i);
      guint32 pixels[PEL_LABEL_TILE_PIXELS];
      guint32 last = 0, fresh = 0;
      gboolean differs = FALSE;
      gpointer number;

      if (pel_label_tile_is_constant (tile, &last) &&
          !g_hash_table_contains (numbers, LABEL_KEY (last)))
        continue;
      pel_label_tile_read (tile, pixels);
      last = 0;
      for (guint p = 0; p < PEL_LABEL_TILE_PIXELS; p++)
        {
          if (pixels[p] == 0)
            continue;
          /* Labels come in rows. */
          if (pixels[p] != last)
            {
              last = pixels[p];
              fresh = g_hash_table_lookup_extended (numbers, LABEL_KEY (last), NULL, &number)
                          ? GPOINTER_TO_UINT (number)
                          : last;
            }
          differs = differs || fresh != last;
          pixels[p] = fresh;
        }
      if (differs)
        pel_label_tile_unref (
            pel_label_map_swap_tile (map, i, pel_label_tile_new (pixels, PEL_LABEL_TILE_SIZE)));
    }
  self->after = pel_label_map_snapshot (map);
  return TRUE;
}

gboolean
pel_mask_draft_map (PelMaskDraft *self,
                    const guint32 *labels,
                    guint n_labels,
                    guint32 into,
                    GError **error)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);

  g_return_val_if_fail (self->after == NULL, FALSE);
  for (guint i = 0; i < n_labels; i++)
    if (labels[i] != 0)
      g_hash_table_insert (numbers, LABEL_KEY (labels[i]), GUINT_TO_POINTER (into));
  return map_labels (self, numbers, error);
}

static gint
compare_labels (gconstpointer a, gconstpointer b)
{
  const guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

  return x < y ? -1 : x > y;
}

gboolean
pel_mask_draft_renumber (PelMaskDraft *self, GError **error)
{
  g_autoptr (GHashTable) counts = pel_labels_count (self->before);
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (guint32));
  GHashTableIter iter;
  gpointer key, value;

  g_return_val_if_fail (self->after == NULL, FALSE);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const guint32 label = GPOINTER_TO_UINT (key);

      g_array_append_val (labels, label);
    }
  g_array_sort (labels, compare_labels);
  self->infos = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  for (guint i = 0; i < labels->len; i++)
    {
      const guint32 label = g_array_index (labels, guint32, i);
      const PelCellInfo *info = g_hash_table_lookup (self->infos_before, LABEL_KEY (label));

      g_hash_table_insert (numbers, LABEL_KEY (label), GUINT_TO_POINTER (i + 1));
      g_hash_table_add (self->explicit, LABEL_KEY (i + 1));
      if (info != NULL)
        g_hash_table_insert (self->infos, LABEL_KEY (i + 1), g_memdup2 (info, sizeof *info));
    }
  /* Records without pixels keep their numbers, which are far from those of cells. */
  g_hash_table_iter_init (&iter, self->infos_before);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (counts, key) && !g_hash_table_contains (self->infos, key))
      g_hash_table_insert (self->infos, key, g_memdup2 (value, sizeof (PelCellInfo)));
  return map_labels (self, numbers, error);
}

/* ---- what follows from it ---- */

/* Which labels gained or lost pixels in a tile. */
static void
touch_labels (const PelLabelTile *before, const PelLabelTile *after, GHashTable *touched)
{
  guint32 old[PEL_LABEL_TILE_PIXELS], fresh[PEL_LABEL_TILE_PIXELS];
  guint32 last_old = 0, last_fresh = 0;

  pel_label_tile_read (before, old);
  pel_label_tile_read (after, fresh);
  for (guint p = 0; p < PEL_LABEL_TILE_PIXELS; p++)
    {
      if (old[p] == fresh[p] || (old[p] == last_old && fresh[p] == last_fresh))
        continue;
      last_old = old[p];
      last_fresh = fresh[p];
      if (last_old != 0)
        g_hash_table_add (touched, LABEL_KEY (last_old));
      if (last_fresh != 0)
        g_hash_table_add (touched, LABEL_KEY (last_fresh));
    }
}

static void
compare_tiles (PelMaskDraft *self, GHashTable *touched)
{
  PelStepWhole *whole = self->whole;
  const guint n_x = pel_labels_get_n_tiles_x (self->before);
  const guint n = n_x * pel_labels_get_n_tiles_y (self->before);
  const PelRect full = { 0, 0, (gint)pel_labels_get_width (self->before),
                         (gint)pel_labels_get_height (self->before) };

  for (guint i = 0; i < n; i++)
    {
      PelLabelTile *old = pel_labels_peek_tile (self->before, i);
      PelLabelTile *fresh = pel_labels_peek_tile (self->after, i);
      PelRect rect = { (gint)(i % n_x * PEL_LABEL_TILE_SIZE), (gint)(i / n_x * PEL_LABEL_TILE_SIZE),
                       PEL_LABEL_TILE_SIZE, PEL_LABEL_TILE_SIZE };
      PelJournalTile tile;

      if (i % TILES_AT_ONCE == 0)
        {
          if (g_cancellable_is_cancelled (self->cancellable))
            return;
          tell (self, 0.5 + 0.3 * i / n);
        }
      if (old == fresh || pel_label_tile_equal (old, fresh))
        continue;
      tile = (PelJournalTile){ i, pel_label_tile_ref (old), pel_label_tile_ref (fresh) };
      g_array_append_val (whole->content->tiles, tile);
      whole->bytes += pel_label_tile_get_bytes (fresh);
      whole->bytes_now += pel_label_tile_get_bytes (old);
      touch_labels (old, fresh, touched);
      pel_rect_intersect (&rect, &full, &rect);
      pel_rect_union (&whole->area, &rect, &whole->area);
    }
}

/* Records of cells that are gone go, and what a model drew is corrected now. */
static void
settle_infos (PelMaskDraft *self, GHashTable *touched)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, touched);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      PelCellInfo *info = g_hash_table_lookup (self->infos, key);

      if (g_hash_table_contains (self->explicit, key) || info == NULL)
        continue;
      if (!g_hash_table_contains (self->whole->counts, key))
        g_hash_table_remove (self->infos, key);
      else if (info->origin == PEL_CELL_ORIGIN_MODEL)
        info->origin = PEL_CELL_ORIGIN_CORRECTED;
    }
}

static void
compare_info (PelMaskDraft *self, gpointer key)
{
  const PelCellInfo *old = g_hash_table_lookup (self->infos_before, key);
  const PelCellInfo *fresh = g_hash_table_lookup (self->infos, key);
  PelJournalInfo info = { .label = GPOINTER_TO_UINT (key),
                          .had_before = old != NULL,
                          .has_after = fresh != NULL };

  if (old != NULL && fresh != NULL && pel_cell_info_equal (old, fresh))
    return;
  pel_cell_info_init (&info.before);
  pel_cell_info_init (&info.after);
  if (old != NULL)
    info.before = *old;
  if (fresh != NULL)
    info.after = *fresh;
  g_array_append_val (self->whole->content->infos, info);
}

void
pel_mask_draft_finish (PelMaskDraft *self)
{
  g_autoptr (GHashTable) touched = g_hash_table_new (NULL, NULL);
  PelStepWhole *whole = g_new0 (PelStepWhole, 1);
  GHashTableIter iter;
  gpointer key;

  g_return_if_fail (self->after != NULL && self->whole == NULL);
  self->whole = whole;
  whole->content = pel_journal_step_new ("");
  compare_tiles (self, touched);
  whole->labels = pel_labels_ref (self->after);
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      /* Nobody will ask for it. */
      whole->counts = pel_label_counts_new ();
      whole->infos = pel_cell_infos_copy (self->infos_before);
      return;
    }
  tell (self, 0.8);
  whole->counts = pel_labels_count (self->after);
  if (self->infos == NULL)
    self->infos = pel_cell_infos_copy (self->infos_before);
  if (!self->is_exact)
    settle_infos (self, touched);
  g_hash_table_iter_init (&iter, self->infos_before);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    compare_info (self, key);
  g_hash_table_iter_init (&iter, self->infos);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (self->infos_before, key))
      compare_info (self, key);
  whole->infos = g_steal_pointer (&self->infos);
}

PelStepWhole *
pel_mask_draft_steal (PelMaskDraft *self)
{
  return g_steal_pointer (&self->whole);
}

gboolean
pel_mask_draft_take_content (PelMaskDraft *self,
                             const PelJournalStep *content,
                             gboolean forward,
                             GError **error)
{
  g_autoptr (PelLabelMap) map = pel_label_map_new_from_labels (self->before, error);
  const guint n_tiles =
      pel_labels_get_n_tiles_x (self->before) * pel_labels_get_n_tiles_y (self->before);

  if (map == NULL)
    return FALSE;
  for (guint i = 0; i < content->tiles->len; i++)
    {
      const PelJournalTile *tile = &g_array_index (content->tiles, PelJournalTile, i);

      if (tile->tile < n_tiles)
        pel_label_tile_unref (pel_label_map_swap_tile (
            map, tile->tile, pel_label_tile_ref (forward ? tile->after : tile->before)));
    }
  self->after = pel_label_map_snapshot (map);
  self->infos = pel_cell_infos_copy (self->infos_before);
  for (guint i = 0; i < content->infos->len; i++)
    {
      const PelJournalInfo *info = &g_array_index (content->infos, PelJournalInfo, i);
      const PelCellInfo *fresh = forward ? &info->after : &info->before;

      if (forward ? info->has_after : info->had_before)
        g_hash_table_insert (self->infos, LABEL_KEY (info->label),
                             g_memdup2 (fresh, sizeof *fresh));
      else
        g_hash_table_remove (self->infos, LABEL_KEY (info->label));
    }
  self->is_exact = TRUE;
  return TRUE;
}

gboolean
pel_mask_apply_draft (PelMask *self, PelMaskDraft *draft, const char *name, PelUndo *undo)
{
  PelUndoStep *step;

  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);
  g_return_val_if_fail (pel_mask_draft_is_current (draft, self), FALSE);
  g_return_val_if_fail (draft->whole != NULL, FALSE);

  if (draft->whole->content->tiles->len == 0 && draft->whole->content->infos->len == 0)
    return FALSE;
  step = pel_undo_step_new_whole (name, pel_mask_draft_steal (draft));
  pel_mask_swap_step (self, step);
  if (undo != NULL)
    pel_undo_push (undo, step);
  else
    pel_undo_step_unref (step);
  return TRUE;
}
