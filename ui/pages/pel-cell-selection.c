/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-cell-selection.h"

struct _PelCellSelection
{
  GObject parent_instance;

  GListModel *rows;
  GtkBitset *selected;
};

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
  return gtk_bitset_contains (PEL_CELL_SELECTION (model)->selected, position);
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  return gtk_bitset_ref (PEL_CELL_SELECTION (model)->selected);
}

/* GTK makes all other ways to select out of this one. */
static gboolean
set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  PelCellSelection *self = PEL_CELL_SELECTION (model);
  g_autoptr (GtkBitset) changed = gtk_bitset_copy (self->selected);
  g_autoptr (GtkBitset) next = NULL;
  guint first;

  gtk_bitset_difference (changed, selected);
  gtk_bitset_intersect (changed, mask);
  if (gtk_bitset_is_empty (changed))
    return TRUE;
  /* Whoever holds the old one sees it as it was. */
  next = gtk_bitset_copy (self->selected);
  gtk_bitset_difference (next, changed);
  gtk_bitset_unref (self->selected);
  self->selected = g_steal_pointer (&next);
  first = gtk_bitset_get_minimum (changed);
  gtk_selection_model_selection_changed (model, first,
                                         gtk_bitset_get_maximum (changed) - first + 1);
  return TRUE;
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
  GtkBitset *next = gtk_bitset_copy (self->selected);

  gtk_bitset_splice (next, position, removed, added);
  gtk_bitset_unref (self->selected);
  self->selected = next;
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
pel_cell_selection_finalize (GObject *object)
{
  PelCellSelection *self = PEL_CELL_SELECTION (object);

  g_signal_handlers_disconnect_by_data (self->rows, self);
  g_object_unref (self->rows);
  gtk_bitset_unref (self->selected);
  G_OBJECT_CLASS (pel_cell_selection_parent_class)->finalize (object);
}

static void
pel_cell_selection_class_init (PelCellSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_cell_selection_finalize;
}

static void
pel_cell_selection_init (PelCellSelection *self)
{
  self->selected = gtk_bitset_new_empty ();
}

PelCellSelection *
pel_cell_selection_new (PelCellRows *rows)
{
  PelCellSelection *self = g_object_new (PEL_TYPE_CELL_SELECTION, NULL);

  self->rows = g_object_ref (G_LIST_MODEL (rows));
  g_signal_connect (rows, "items-changed", G_CALLBACK (on_rows_changed), self);
  return self;
}
