/* SPDX-License-Identifier: MIT */
#include "app/document/pel-undo-private.h"

#include "app/document/pel-task.h"

/* So many tiles are freed within a tenth of a millisecond. */
#define FEW_TILES 256

static void
step_tile_clear (PelStepTile *tile)
{
  g_clear_pointer (&tile->other, pel_label_tile_unref);
}

static GArray *
new_tiles (void)
{
  GArray *tiles = g_array_new (FALSE, FALSE, sizeof (PelStepTile));

  g_array_set_clear_func (tiles, (GDestroyNotify)step_tile_clear);
  return tiles;
}

PelUndoStep *
pel_undo_step_new (const char *name)
{
  PelUndoStep *step = g_new0 (PelUndoStep, 1);

  step->ref_count = 1;
  step->name = g_strdup (name);
  step->resident = TRUE;
  step->tiles = new_tiles ();
  step->infos = g_array_new (FALSE, FALSE, sizeof (PelStepInfo));
  step->bytes = sizeof *step;
  return step;
}

PelUndoStep *
pel_undo_step_new_on_disk (const char *name, goffset offset, gsize length)
{
  PelUndoStep *step = pel_undo_step_new (name);

  step->resident = FALSE;
  step->offset = offset;
  step->length = length;
  return step;
}

PelUndoStep *
pel_undo_step_new_whole (const char *name, PelStepWhole *whole)
{
  PelUndoStep *step = pel_undo_step_new (name);

  pel_undo_step_set_whole (step, whole);
  return step;
}

void
pel_undo_step_set_whole (PelUndoStep *step, PelStepWhole *whole)
{
  g_return_if_fail (step->whole == NULL);
  step->whole = whole;
  step->bytes = sizeof *step + whole->bytes;
  step->resident = TRUE;
}

void
pel_step_whole_free (PelStepWhole *whole)
{
  pel_labels_unref (whole->labels);
  g_hash_table_unref (whole->counts);
  g_hash_table_unref (whole->infos);
  g_clear_pointer (&whole->content, pel_journal_step_free);
  g_free (whole);
}

PelUndoStep *
pel_undo_step_ref (PelUndoStep *step)
{
  step->ref_count++;
  return step;
}

/* A hundred thousand tiles take longer to free than a frame has time. */
static void
let_go (PelUndoStep *step)
{
  pel_task_let_go ((GDestroyNotify)pel_step_whole_free, g_steal_pointer (&step->whole));
  if (step->tiles->len > FEW_TILES)
    pel_task_let_go ((GDestroyNotify)g_array_unref, g_steal_pointer (&step->tiles));
}

void
pel_undo_step_spill (PelUndoStep *step)
{
  let_go (step);
  if (step->tiles != NULL)
    g_array_set_size (step->tiles, 0);
  else
    step->tiles = new_tiles ();
  g_array_set_size (step->infos, 0);
  step->bytes = sizeof *step;
  step->resident = FALSE;
}

void
pel_undo_step_unref (PelUndoStep *step)
{
  if (--step->ref_count > 0)
    return;
  let_go (step);
  g_clear_pointer (&step->tiles, g_array_unref);
  g_array_unref (step->infos);
  g_free (step->name);
  g_free (step);
}

void
pel_undo_step_add_tile (PelUndoStep *step, guint tile, PelLabelTile *other)
{
  PelStepTile entry = { tile, other };

  step->bytes += sizeof entry + pel_label_tile_get_bytes (other);
  g_array_append_val (step->tiles, entry);
}

void
pel_undo_step_add_info (PelUndoStep *step, guint32 label, gboolean had, const PelCellInfo *info)
{
  PelStepInfo entry = { .label = label, .had = had };

  if (had)
    entry.info = *info;
  else
    pel_cell_info_init (&entry.info);
  step->bytes += sizeof entry;
  g_array_append_val (step->infos, entry);
}
