/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-cell-selection.h"

#include <string.h>

/* Rows out of sight are told in turns of so many on either side, every so many milliseconds; after
 * so many turns there are hardly any widgets left. */
#define TURN_ROWS 24
#define TURN_MS 16
#define N_TURNS 7

struct _PelCellSelection
{
  GObject parent_instance;

  GListModel *rows;
  guint8 *marks; /* one for each row */
  guint n;

  PelCellSelectionSight sight;
  gpointer sight_data;
  /* Rows from @stale to before @stale_end show what was selected before, but for those from @told
   * to before @told_end. */
  guint stale, stale_end;
  guint told, told_end;
  guint n_turns; /* that are left */
  guint turn_id;
};

static guint changed_signal;

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PelCellSelection,
                               pel_cell_selection,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                          selection_model_init))

static GType
get_item_type (GListModel *model)
{
  return PEL_TYPE_CELL_PLACE;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (PEL_CELL_SELECTION (model)->rows);
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (PEL_CELL_SELECTION (model)->rows, position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static gboolean
is_selected (GtkSelectionModel *model, guint position)
{
  PelCellSelection *self = PEL_CELL_SELECTION (model);

  return position < self->n && self->marks[position] != 0;
}

/* By runs of rows: of many thousands all are one, and each alone would take its time. */
static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  PelCellSelection *self = PEL_CELL_SELECTION (model);
  GtkBitset *set = gtk_bitset_new_empty ();
  guint end = (guint)MIN ((guint64)position + n_items, self->n);

  for (guint i = position; i < end; i++)
    {
      guint begin = i;

      while (i < end && self->marks[i] != 0)
        i++;
      if (i > begin)
        gtk_bitset_add_range (set, begin, i - begin);
    }
  return set;
}

/* ---- telling the rows ---- */

static void
tell (PelCellSelection *self, guint from, guint end)
{
  from = MAX (from, self->stale);
  end = MIN (MIN (end, self->stale_end), self->n);
  if (from < end)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), from, end - from);
}

static void
get_sight (PelCellSelection *self, guint *from, guint *end)
{
  guint n = self->n;

  *from = 0;
  if (self->sight != NULL)
    self->sight (self->sight_data, from, &n);
  *from = MIN (*from, self->n);
  *end = *from + MIN (n, self->n - *from);
}

static gboolean
take_turn (gpointer data)
{
  PelCellSelection *self = data;
  guint from = self->told, end = self->told_end;

  if (self->n_turns-- == 0 || (from <= self->stale && end >= self->stale_end))
    {
      self->turn_id = 0;
      tell (self, self->stale, from);
      tell (self, end, self->stale_end);
      self->stale = self->stale_end = 0;
      return G_SOURCE_REMOVE;
    }
  self->told = from - MIN (from, TURN_ROWS);
  self->told_end = end + MIN (self->n - end, TURN_ROWS);
  tell (self, self->told, from);
  tell (self, end, self->told_end);
  return G_SOURCE_CONTINUE;
}

/* Rows from @from to before @end are selected otherwise now. */
static void
tell_by_and_by (PelCellSelection *self, guint from, guint end)
{
  if (self->turn_id != 0)
    {
      from = MIN (from, self->stale);
      end = MAX (end, self->stale_end);
    }
  self->stale = from;
  self->stale_end = MIN (end, self->n);
  get_sight (self, &self->told, &self->told_end);
  self->n_turns = N_TURNS;
  tell (self, self->told, self->told_end);
  if (self->turn_id == 0 && (self->stale < self->told || self->stale_end > self->told_end))
    self->turn_id = g_timeout_add (TURN_MS, take_turn, self);
}

void
pel_cell_selection_look_again (PelCellSelection *self)
{
  guint from, end;

  g_return_if_fail (PEL_IS_CELL_SELECTION (self));

  if (self->turn_id == 0)
    return;
  get_sight (self, &from, &end);
  tell (self, from, end);
}

/* ---- selecting ---- */

/* Whether a set has no gaps. */
static gboolean
is_range (const GtkBitset *set)
{
  return gtk_bitset_get_size (set) ==
         (guint64)gtk_bitset_get_maximum (set) - gtk_bitset_get_minimum (set) + 1;
}

/* GTK makes all other ways to select out of this one. */
static gboolean
set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  PelCellSelection *self = PEL_CELL_SELECTION (model);
  g_autofree guint8 *next = g_memdup2 (self->marks, self->n);
  GtkBitsetIter iter;
  guint from = self->n, end = 0, position;

  if (self->n == 0 || gtk_bitset_is_empty (mask))
    return TRUE;
  if (is_range (mask))
    {
      guint first = gtk_bitset_get_minimum (mask);
      guint last = MIN (gtk_bitset_get_maximum (mask), self->n - 1);

      if (first > last)
        return TRUE;
      memset (next + first, 0, (gsize)last - first + 1);
      if (!gtk_bitset_is_empty (selected) && is_range (selected))
        {
          guint begin = MAX (gtk_bitset_get_minimum (selected), first);
          guint stop = MIN (gtk_bitset_get_maximum (selected), last);

          if (begin <= stop)
            memset (next + begin, 1, (gsize)stop - begin + 1);
        }
      else
        for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
             more = gtk_bitset_iter_next (&iter, &position))
          if (position >= first && position <= last)
            next[position] = 1;
    }
  else
    for (gboolean more = gtk_bitset_iter_init_first (&iter, mask, &position);
         more && position < self->n; more = gtk_bitset_iter_next (&iter, &position))
      next[position] = gtk_bitset_contains (selected, position);
  for (guint i = 0; i < self->n; i++)
    if (next[i] != self->marks[i])
      {
        from = MIN (from, i);
        end = i + 1;
      }
  if (from >= end)
    return TRUE;
  g_free (self->marks);
  self->marks = g_steal_pointer (&next);
  tell_by_and_by (self, from, end);
  g_signal_emit (self, changed_signal, 0);
  return TRUE;
}

void
pel_cell_selection_set_marks (PelCellSelection *self, guint8 *marks, guint n)
{
  guint from, end;

  g_return_if_fail (PEL_IS_CELL_SELECTION (self));
  g_return_if_fail (n == self->n);

  for (from = 0; from < n && !marks[from] == !self->marks[from];)
    from++;
  for (end = n; end > from && !marks[end - 1] == !self->marks[end - 1];)
    end--;
  g_free (self->marks);
  self->marks = marks;
  if (from < end)
    tell_by_and_by (self, from, end);
}

const guint8 *
pel_cell_selection_get_marks (PelCellSelection *self, guint *n)
{
  g_return_val_if_fail (PEL_IS_CELL_SELECTION (self), NULL);

  *n = self->n;
  return self->marks;
}

void
pel_cell_selection_set_sight (PelCellSelection *self, PelCellSelectionSight sight, gpointer data)
{
  g_return_if_fail (PEL_IS_CELL_SELECTION (self));

  self->sight = sight;
  self->sight_data = data;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->set_selection = set_selection;
}

static void
on_rows_changed (GListModel *rows, guint position, guint removed, guint added, gpointer data)
{
  PelCellSelection *self = data;
  guint n = self->n - removed + added, after = self->n - position - removed;
  guint8 *marks = g_malloc0 (MAX (n, 1));

  memcpy (marks, self->marks, position);
  memcpy (marks + position + added, self->marks + position + removed, after);
  g_free (self->marks);
  self->marks = marks;
  self->n = n;
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  /* Who was still to be told is elsewhere now. */
  if (self->turn_id != 0)
    tell_by_and_by (self, 0, n);
}

static void
pel_cell_selection_finalize (GObject *object)
{
  PelCellSelection *self = PEL_CELL_SELECTION (object);

  g_clear_handle_id (&self->turn_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->rows, self);
  g_object_unref (self->rows);
  g_free (self->marks);
  G_OBJECT_CLASS (pel_cell_selection_parent_class)->finalize (object);
}

static void
pel_cell_selection_class_init (PelCellSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_cell_selection_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_cell_selection_init (PelCellSelection *self)
{
}

PelCellSelection *
pel_cell_selection_new (PelCellRows *rows)
{
  PelCellSelection *self = g_object_new (PEL_TYPE_CELL_SELECTION, NULL);

  self->rows = g_object_ref (G_LIST_MODEL (rows));
  self->n = g_list_model_get_n_items (self->rows);
  self->marks = g_malloc0 (MAX (self->n, 1));
  g_signal_connect (rows, "items-changed", G_CALLBACK (on_rows_changed), self);
  return self;
}
