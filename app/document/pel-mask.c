/* SPDX-License-Identifier: MIT */
#include "app/document/pel-mask.h"

#include "app/document/pel-mask-private.h"

/* What storing tiles in less may take of a frame. */
#define COMPACT_US 2000

G_DEFINE_FINAL_TYPE (PelMask, pel_mask, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_N_CELLS,
  PROP_REVISION,
  N_PROPS
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_INFOS_CHANGED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* The open stroke */

void
pel_mask_touch_label (PelMask *self, guint32 label)
{
  if (label == 0 || label == self->last_touched)
    return;
  self->last_touched = label;
  if (!g_hash_table_contains (self->touched, LABEL_KEY (label)))
    g_hash_table_insert (
        self->touched, LABEL_KEY (label),
        GUINT_TO_POINTER (g_hash_table_contains (self->counts, LABEL_KEY (label))));
}

void
pel_mask_save_tile (PelMask *self, guint tile)
{
  gpointer key = GUINT_TO_POINTER (tile);

  if (!g_hash_table_contains (self->saved_tiles, key))
    g_hash_table_insert (self->saved_tiles, key, pel_label_map_ref_tile (self->map, tile));
}

void
pel_mask_note_written (PelMask *self, guint32 label)
{
  self->written_twice = self->written_twice || (self->written && label != self->written_label);
  self->written = TRUE;
  self->written_label = label;
}

static void
save_info (PelMask *self, guint32 label)
{
  const PelCellInfo *info = g_hash_table_lookup (self->infos, LABEL_KEY (label));
  PelStepInfo *saved;

  if (g_hash_table_contains (self->saved_infos, LABEL_KEY (label)))
    return;
  saved = g_new0 (PelStepInfo, 1);
  saved->label = label;
  saved->had = info != NULL;
  if (info != NULL)
    saved->info = *info;
  g_hash_table_insert (self->saved_infos, LABEL_KEY (label), saved);
}

static void
store_info (GHashTable *infos, guint32 label, gboolean has, const PelCellInfo *info)
{
  if (has)
    g_hash_table_insert (infos, LABEL_KEY (label), g_memdup2 (info, sizeof *info));
  else
    g_hash_table_remove (infos, LABEL_KEY (label));
}

void
pel_mask_note_count (PelMask *self, guint32 label, gssize n, const PelRect *tiles)
{
  if (label == 0)
    return;
  pel_label_counts_add (self->counts, label, n, tiles);
  if (n > 0 && label > self->max_label)
    self->max_label = label;
  else if (n < 0 && label == self->max_label)
    self->max_known = FALSE;
}

void
pel_mask_emit_changed (PelMask *self, const PelRect *area)
{
  if (pel_rect_is_empty (area))
    return;
  self->revision++;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, area);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REVISION]);
}

PelRect
pel_mask_full_area (PelMask *self)
{
  return (PelRect){ 0, 0, (gint)pel_label_map_get_width (self->map),
                    (gint)pel_label_map_get_height (self->map) };
}

PelRect
pel_mask_tile_area (PelMask *self, guint tile)
{
  guint n_x = pel_label_map_get_n_tiles_x (self->map);
  PelRect full = pel_mask_full_area (self);
  PelRect area = { (gint)(tile % n_x * PEL_LABEL_TILE_SIZE),
                   (gint)(tile / n_x * PEL_LABEL_TILE_SIZE), PEL_LABEL_TILE_SIZE,
                   PEL_LABEL_TILE_SIZE };

  pel_rect_intersect (&area, &full, &area);
  return area;
}

static void
forget_stroke (PelMask *self)
{
  self->in_stroke = FALSE;
  g_clear_pointer (&self->stroke_name, g_free);
  g_hash_table_remove_all (self->saved_tiles);
  g_hash_table_remove_all (self->saved_infos);
  g_hash_table_remove_all (self->touched);
  g_hash_table_remove_all (self->explicit);
  self->last_touched = 0;
  self->written = self->written_twice = FALSE;
}

/* Gives cells that the stroke changed the origin that they have now. */
static void
settle_origins (PelMask *self)
{
  GHashTableIter iter;
  gpointer key, existed;

  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &key, &existed))
    {
      guint32 label = GPOINTER_TO_UINT (key);
      PelCellInfo *info = g_hash_table_lookup (self->infos, key);

      if (!g_hash_table_contains (self->counts, key))
        {
          if (info == NULL)
            continue;
          save_info (self, label);
          g_hash_table_remove (self->infos, key);
        }
      else if (info != NULL && info->origin == PEL_CELL_ORIGIN_MODEL &&
               !g_hash_table_contains (self->explicit, key))
        {
          save_info (self, label);
          info->origin = PEL_CELL_ORIGIN_CORRECTED;
        }
    }
}

/* Everything that the stroke replaced, as a step; NULL where nothing is different. */
static PelUndoStep *
make_step (PelMask *self)
{
  PelUndoStep *step = pel_undo_step_new (self->stroke_name);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->saved_tiles);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      guint tile = GPOINTER_TO_UINT (key);

      /* Looking at every pixel of thousands of tiles would take longer than a frame has. */
      if (!self->written_twice ||
          !pel_label_tile_equal (value, pel_label_map_peek_tile (self->map, tile)))
        pel_undo_step_add_tile (step, tile, pel_label_tile_ref (value));
    }
  g_hash_table_iter_init (&iter, self->saved_infos);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const PelStepInfo *saved = value;
      const PelCellInfo *now = g_hash_table_lookup (self->infos, key);

      if (saved->had != (now != NULL) || (now != NULL && !pel_cell_info_equal (&saved->info, now)))
        pel_undo_step_add_info (step, saved->label, saved->had, &saved->info);
    }
  if (step->tiles->len == 0 && step->infos->len == 0)
    g_clear_pointer (&step, pel_undo_step_unref);
  return step;
}

static void
find_max (PelMask *self)
{
  GHashTableIter iter;
  gpointer key;

  if (self->max_known)
    return;
  self->max_label = 0;
  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    self->max_label = MAX (self->max_label, GPOINTER_TO_UINT (key));
  self->max_known = TRUE;
}

/* GObject */

static void
pel_mask_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelMask *self = PEL_MASK (object);

  switch (id)
    {
    case PROP_N_CELLS:
      g_value_set_uint (value, pel_mask_get_n_cells (self));
      break;
    case PROP_REVISION:
      g_value_set_uint64 (value, self->revision);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_mask_finalize (GObject *object)
{
  PelMask *self = PEL_MASK (object);

  g_clear_pointer (&self->map, pel_label_map_free);
  g_clear_pointer (&self->counts, g_hash_table_unref);
  g_hash_table_unref (self->infos);
  g_hash_table_unref (self->saved_tiles);
  g_hash_table_unref (self->saved_infos);
  g_hash_table_unref (self->touched);
  g_hash_table_unref (self->explicit);
  g_hash_table_unref (self->loose);
  g_clear_handle_id (&self->compact_source, g_source_remove);
  g_free (self->stroke_name);
  G_OBJECT_CLASS (pel_mask_parent_class)->finalize (object);
}

static void
pel_mask_class_init (PelMaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = pel_mask_get_property;
  object_class->finalize = pel_mask_finalize;

  props[PROP_N_CELLS] = g_param_spec_uint ("n-cells", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_REVISION] = g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, PEL_TYPE_RECT | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_INFOS_CHANGED] =
      g_signal_new ("infos-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
}

static void
pel_mask_init (PelMask *self)
{
  self->infos = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->saved_tiles =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)pel_label_tile_unref);
  self->saved_infos = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->touched = g_hash_table_new (NULL, NULL);
  self->explicit = g_hash_table_new (NULL, NULL);
  self->loose = g_hash_table_new (NULL, NULL);
}

PelMask *
pel_mask_new (guint width, guint height)
{
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (width > 0 && height > 0, NULL);

  labels = pel_labels_new (width, height, &error);
  if (labels == NULL)
    {
      g_critical ("%s", error->message);
      return NULL;
    }
  return pel_mask_new_from_labels (labels);
}

PelMask *
pel_mask_new_from_labels (PelLabels *labels)
{
  g_return_val_if_fail (labels != NULL, NULL);

  return pel_mask_new_counted (labels, pel_labels_count (labels), NULL);
}

PelMask *
pel_mask_new_counted (PelLabels *labels, GHashTable *counts, GHashTable *infos)
{
  g_autoptr (GError) error = NULL;
  PelLabelMap *map = pel_label_map_new_from_labels (labels, &error);
  PelMask *self;

  if (map == NULL)
    {
      g_hash_table_unref (counts);
      g_clear_pointer (&infos, g_hash_table_unref);
      g_critical ("%s", error->message);
      return NULL;
    }
  self = g_object_new (PEL_TYPE_MASK, NULL);
  self->map = map;
  self->counts = counts;
  if (infos != NULL)
    {
      g_hash_table_unref (self->infos);
      self->infos = infos;
    }
  return self;
}

/* Reading */

guint
pel_mask_get_width (PelMask *self)
{
  g_return_val_if_fail (PEL_IS_MASK (self), 0);

  return pel_label_map_get_width (self->map);
}

guint
pel_mask_get_height (PelMask *self)
{
  g_return_val_if_fail (PEL_IS_MASK (self), 0);

  return pel_label_map_get_height (self->map);
}

guint64
pel_mask_get_revision (PelMask *self)
{
  g_return_val_if_fail (PEL_IS_MASK (self), 0);

  return self->revision;
}

guint
pel_mask_get_n_cells (PelMask *self)
{
  g_return_val_if_fail (PEL_IS_MASK (self), 0);

  return g_hash_table_size (self->counts);
}

guint32
pel_mask_get_max_label (PelMask *self)
{
  g_return_val_if_fail (PEL_IS_MASK (self), 0);

  find_max (self);
  return self->max_label;
}

guint32
pel_mask_get_label (PelMask *self, gint x, gint y)
{
  g_return_val_if_fail (PEL_IS_MASK (self), 0);

  return pel_label_map_get (self->map, x, y);
}

gboolean
pel_mask_has_label (PelMask *self, guint32 label)
{
  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);

  return g_hash_table_contains (self->counts, LABEL_KEY (label));
}

gsize
pel_mask_get_label_size (PelMask *self, guint32 label)
{
  g_return_val_if_fail (PEL_IS_MASK (self), 0);

  const PelLabelCount *count = g_hash_table_lookup (self->counts, LABEL_KEY (label));

  return count != NULL ? count->n : 0;
}

guint32
pel_mask_get_free_label (PelMask *self)
{
  g_return_val_if_fail (PEL_IS_MASK (self), 1);

  guint32 max = pel_mask_get_max_label (self);

  if (max < G_MAXUINT16)
    return max + 1;
  for (guint32 label = 1; label < G_MAXUINT32; label++)
    {
      if (!g_hash_table_contains (self->counts, LABEL_KEY (label)))
        return label;
    }
  return G_MAXUINT32;
}

static gint
compare_labels (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

  return x < y ? -1 : x > y;
}

GArray *
pel_mask_list_labels (PelMask *self)
{
  g_return_val_if_fail (PEL_IS_MASK (self), NULL);

  GArray *labels = g_array_new (FALSE, FALSE, sizeof (guint32));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint32 label = GPOINTER_TO_UINT (key);
      g_array_append_val (labels, label);
    }
  g_array_sort (labels, compare_labels);
  return labels;
}

PelLabels *
pel_mask_snapshot (PelMask *self)
{
  g_return_val_if_fail (PEL_IS_MASK (self), NULL);

  return pel_label_map_snapshot (self->map);
}

GHashTable *
pel_mask_peek_infos (PelMask *self)
{
  return self->infos;
}

gboolean
pel_mask_has_tile (PelMask *self, guint tile)
{
  return tile < pel_label_map_get_n_tiles_x (self->map) * pel_label_map_get_n_tiles_y (self->map);
}

PelLabelTile *
pel_mask_ref_tile (PelMask *self, guint tile)
{
  return pel_label_map_ref_tile (self->map, tile);
}

/* Strokes */

void
pel_mask_begin_stroke (PelMask *self, const char *name)
{
  g_return_if_fail (PEL_IS_MASK (self));
  g_return_if_fail (!self->in_stroke);
  g_return_if_fail (name != NULL);

  self->in_stroke = TRUE;
  self->stroke_name = g_strdup (name);
  self->n_cells_before = pel_mask_get_n_cells (self);
}

gboolean
pel_mask_in_stroke (PelMask *self)
{
  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);

  return self->in_stroke;
}

static void
compact_loose (PelMask *self, gint64 until)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->loose);
  while (g_get_monotonic_time () < until && g_hash_table_iter_next (&iter, &key, NULL))
    {
      pel_label_map_compact_tile (self->map, GPOINTER_TO_UINT (key));
      g_hash_table_iter_remove (&iter);
    }
}

static gboolean
compact_when_idle (gpointer data)
{
  PelMask *self = data;

  /* The end of the stroke comes back to it. */
  if (!self->in_stroke)
    compact_loose (self, g_get_monotonic_time () + COMPACT_US);
  if (!self->in_stroke && g_hash_table_size (self->loose) > 0)
    return G_SOURCE_CONTINUE;
  self->compact_source = 0;
  return G_SOURCE_REMOVE;
}

/* Only what was painted on, and no more of it at once than a frame has time for. */
static void
compact_stroke (PelMask *self)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->saved_tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (self->loose, key);
  compact_loose (self, g_get_monotonic_time () + COMPACT_US);
  if (g_hash_table_size (self->loose) > 0 && self->compact_source == 0)
    self->compact_source = g_idle_add_full (G_PRIORITY_LOW, compact_when_idle, self, NULL);
}

gboolean
pel_mask_end_stroke (PelMask *self, PelUndo *undo)
{
  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);
  g_return_val_if_fail (self->in_stroke, FALSE);

  PelUndoStep *step;
  gboolean changed, infos_changed;

  compact_stroke (self);
  settle_origins (self);
  step = make_step (self);
  changed = step != NULL;
  self->state += changed ? 1 : 0;
  infos_changed =
      (changed && step->infos->len > 0) || pel_mask_get_n_cells (self) != self->n_cells_before;
  forget_stroke (self);
  if (infos_changed)
    {
      g_signal_emit (self, signals[SIGNAL_INFOS_CHANGED], 0);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_CELLS]);
    }
  if (changed && undo != NULL)
    pel_undo_push (undo, step);
  else
    g_clear_pointer (&step, pel_undo_step_unref);
  return changed;
}

void
pel_mask_cancel_stroke (PelMask *self)
{
  g_return_if_fail (PEL_IS_MASK (self));
  g_return_if_fail (self->in_stroke);

  PelUndoStep *step = make_step (self);

  forget_stroke (self);
  if (step != NULL)
    {
      pel_mask_swap_step (self, step);
      pel_undo_step_unref (step);
    }
}

static void
swap_infos (PelMask *self, PelUndoStep *step)
{
  for (guint i = 0; i < step->infos->len; i++)
    {
      PelStepInfo *entry = &g_array_index (step->infos, PelStepInfo, i);
      const PelCellInfo *now = g_hash_table_lookup (self->infos, LABEL_KEY (entry->label));
      PelStepInfo other = { .label = entry->label, .had = now != NULL };

      if (now != NULL)
        other.info = *now;
      else
        pel_cell_info_init (&other.info);
      store_info (self->infos, entry->label, entry->had, &entry->info);
      *entry = other;
    }
}

static void
swap_pointers (gpointer *a, gpointer *b)
{
  gpointer old = *a;

  *a = *b;
  *b = old;
}

static void
swap_whole (PelMask *self, PelUndoStep *step)
{
  PelStepWhole *whole = step->whole;
  PelLabels *old = pel_label_map_swap_all (self->map, whole->labels);
  const gsize bytes = whole->bytes;

  pel_labels_unref (whole->labels);
  whole->labels = old;
  swap_pointers ((gpointer *)&self->counts, (gpointer *)&whole->counts);
  swap_pointers ((gpointer *)&self->infos, (gpointer *)&whole->infos);
  whole->bytes = whole->bytes_now;
  whole->bytes_now = bytes;
  step->bytes = sizeof *step + whole->bytes;
  self->max_known = FALSE;
  g_signal_emit (self, signals[SIGNAL_INFOS_CHANGED], 0);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_CELLS]);
  pel_mask_emit_changed (self, &whole->area);
}

void
pel_mask_swap_step (PelMask *self, PelUndoStep *step)
{
  guint n_cells = pel_mask_get_n_cells (self);
  PelRect area = { 0 };

  self->state++;
  if (step->whole != NULL)
    {
      swap_whole (self, step);
      return;
    }
  step->bytes = sizeof *step + step->infos->len * sizeof (PelStepInfo);
  for (guint i = 0; i < step->tiles->len; i++)
    {
      PelStepTile *entry = &g_array_index (step->tiles, PelStepTile, i);
      PelRect rect = pel_mask_tile_area (self, entry->tile);
      const gint x = rect.x / PEL_LABEL_TILE_SIZE, y = rect.y / PEL_LABEL_TILE_SIZE;

      pel_label_counts_add_tile (self->counts, entry->other, x, y, 1, NULL);
      entry->other = pel_label_map_swap_tile (self->map, entry->tile, entry->other);
      pel_label_counts_add_tile (self->counts, entry->other, x, y, -1, NULL);
      step->bytes += sizeof *entry + pel_label_tile_get_bytes (entry->other);
      pel_rect_union (&area, &rect, &area);
    }
  self->max_known = FALSE;
  swap_infos (self, step);
  if (step->infos->len > 0 || pel_mask_get_n_cells (self) != n_cells)
    {
      g_signal_emit (self, signals[SIGNAL_INFOS_CHANGED], 0);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_CELLS]);
    }
  pel_mask_emit_changed (self, &area);
}

gboolean
pel_mask_get_cell_info (PelMask *self, guint32 label, PelCellInfo *info)
{
  g_return_val_if_fail (PEL_IS_MASK (self), FALSE);

  const PelCellInfo *known = g_hash_table_lookup (self->infos, LABEL_KEY (label));

  if (known != NULL)
    *info = *known;
  else
    pel_cell_info_init (info);
  return known != NULL;
}

void
pel_mask_set_cell_info (PelMask *self,
                        guint32 label,
                        const PelCellInfo *info,
                        const char *name,
                        PelUndo *undo)
{
  g_return_if_fail (PEL_IS_MASK (self));
  g_return_if_fail (label != 0);

  gboolean own = !self->in_stroke;

  if (own)
    pel_mask_begin_stroke (self, name);
  save_info (self, label);
  store_info (self->infos, label, TRUE, info);
  g_hash_table_add (self->explicit, LABEL_KEY (label));
  if (own)
    pel_mask_end_stroke (self, undo);
}
