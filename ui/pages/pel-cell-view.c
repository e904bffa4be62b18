/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-cell-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/measure/pel-rules.h"

#include "ui/widgets/pel-axis.h"

#define COLUMN_LABEL (-1)
#define MANY_ROWS 5000

struct _PelCellView
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelCellList *cells;
  gboolean predicted;
  gboolean in_um;
  gboolean updating;
  guint select_id;

  GtkWidget *box;
  GtkSearchEntry *search;
  GtkWidget *choices; /* of the columns' popover */
  GtkCustomFilter *filter;
  GtkFilterListModel *filtered;
  PelRules *wanted; /* (nullable): what the filter lets through */
  char *wanted_label;
  GtkWidget *scroller;
  GtkColumnView *view;
  GtkSortListModel *sorted;
  GtkMultiSelection *selection;
};

G_DEFINE_FINAL_TYPE (PelCellView, pel_cell_view, GTK_TYPE_WIDGET)

/* Columns have little room: what stands in the table is shorter than in the histogram. */
static const char *
get_short_title (PelQuantityId id)
{
  static const char *const titles[PEL_N_QUANTITIES] = {
    [PEL_QUANTITY_EQUIVALENT_DIAMETER] = N_ ("Diameter"),
    [PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR] = N_ ("±"),
    [PEL_QUANTITY_MAX_FERET] = N_ ("Feret max"),
    [PEL_QUANTITY_MIN_FERET] = N_ ("Feret min"),
    [PEL_QUANTITY_MAJOR_AXIS] = N_ ("Major axis"),
    [PEL_QUANTITY_MINOR_AXIS] = N_ ("Minor axis"),
    [PEL_QUANTITY_MEAN_INTENSITY] = N_ ("Mean grey"),
    [PEL_QUANTITY_TOUCHES_BORDER] = N_ ("At border"),
    [PEL_QUANTITY_EDGE_CONFIDENCE] = N_ ("Confidence"),
  };

  return titles[id] != NULL ? _ (titles[id]) : _ (pel_quantity_get (id)->title);
}

static char *
make_heading (PelQuantityId id, const char *title, gboolean in_um)
{
  const PelQuantity *quantity = pel_quantity_get (id);
  const char *unit = NULL;

  /* An uncertainty stands beside what it belongs to and has its unit. */
  if (quantity->error_of != quantity->id)
    unit = NULL;
  else if (quantity->kind == PEL_QUANTITY_KIND_LENGTH)
    unit = in_um ? _ ("µm") : _ ("px");
  else if (quantity->kind == PEL_QUANTITY_KIND_AREA)
    unit = in_um ? _ ("µm²") : _ ("px²");
  else if (quantity->kind == PEL_QUANTITY_KIND_POSITION)
    unit = _ ("px");
  else if (quantity->kind == PEL_QUANTITY_KIND_ANGLE)
    unit = "°";
  if (unit == NULL)
    return g_strdup (title);
  /* Translators: the heading of a column: what is measured, and its unit. */
  return g_strdup_printf (_ ("%s (%s)"), title, unit);
}

char *
pel_quantity_get_heading (PelQuantityId id, gboolean in_um)
{
  return make_heading (id, _ (pel_quantity_get (id)->title), in_um);
}

/* Not every area has a value in µm²; the heading and the cell say the same. */
static double
get_value (PelCellView *self, PelCell *cell, int column)
{
  const PelQuantity *quantity;

  if (column == COLUMN_LABEL)
    return pel_cell_get_label (cell);
  quantity = pel_quantity_get ((PelQuantityId)column);
  if (self->in_um &&
      (quantity->kind == PEL_QUANTITY_KIND_LENGTH || quantity->kind == PEL_QUANTITY_KIND_AREA))
    return pel_cell_get_value_um (cell, (guint)column);
  return pel_cell_get_value (cell, (guint)column);
}

static char *
format_value (PelCellView *self, PelCell *cell, int column)
{
  double value = get_value (self, cell, column);
  const PelQuantity *quantity;

  if (column == COLUMN_LABEL)
    return g_strdup_printf ("%u", pel_cell_get_label (cell));
  quantity = pel_quantity_get ((PelQuantityId)column);
  if (!isfinite (value))
    return g_strdup ("");
  switch (quantity->kind)
    {
    case PEL_QUANTITY_KIND_FLAG:
      return g_strdup (value != 0.0 ? _ ("yes") : "");
    case PEL_QUANTITY_KIND_COUNT:
      return g_strdup_printf ("%.0f", value);
    case PEL_QUANTITY_KIND_ANGLE:
      return g_strdup_printf ("%.0f", value);
    case PEL_QUANTITY_KIND_POSITION:
      return g_strdup_printf ("%.1f", value);
    case PEL_QUANTITY_KIND_NUMBER:
      return g_strdup_printf ("%.2f", value);
    case PEL_QUANTITY_KIND_LENGTH:
    case PEL_QUANTITY_KIND_AREA:
    case PEL_QUANTITY_KIND_INTENSITY:
    default:
      return value >= 1000.0 ? g_strdup_printf ("%.0f", value) : pel_format_number (value, 3);
    }
}

typedef struct
{
  PelCellView *view; /* outlives its columns */
  int column;
} Column;

static int
compare_cells (gconstpointer a, gconstpointer b, gpointer data)
{
  const Column *column = data;
  double x = get_value (column->view, (PelCell *)a, column->column);
  double y = get_value (column->view, (PelCell *)b, column->column);

  /* Empty values come last whichever way. */
  if (isnan (x) || isnan (y))
    return isnan (x) - isnan (y);
  return x < y ? -1 : x > y;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 1.0f);
  gtk_widget_add_css_class (label, "pel-number");
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  g_autofree char *text =
      format_value (column->view, gtk_list_item_get_item (item), column->column);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
free_column (gpointer data, GClosure *closure)
{
  g_free (data);
}

static GtkColumnViewColumn *
make_column (PelCellView *self, int id, const char *title)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSorter) sorter = NULL;
  GtkColumnViewColumn *column;
  Column *data = g_new (Column, 1);

  *data = (Column){ self, id };
  sorter =
      GTK_SORTER (gtk_custom_sorter_new (compare_cells, g_memdup2 (data, sizeof *data), g_free));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect_data (factory, "bind", G_CALLBACK (on_bind), data, free_column,
                         G_CONNECT_DEFAULT);
  column = gtk_column_view_column_new (title, g_steal_pointer (&factory));
  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_resizable (column, TRUE);
  return column;
}

/* Selection */

/* The numbers of the prediction's cells are not those of the mask's. */
static gboolean
is_selected (PelCellView *self, PelDisplay *display, guint32 label)
{
  return self->predicted ? pel_display_is_predicted_selected (display, label)
                         : pel_display_is_selected (display, label);
}

static void
select_from_display (PelCellView *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  g_autoptr (GtkBitset) selected = gtk_bitset_new_empty ();
  g_autoptr (GtkBitset) mask = NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sorted));
  guint first = GTK_INVALID_LIST_POSITION;
  guint n_selected = 0;

  if (self->updating)
    return;
  if (self->predicted)
    pel_display_get_predicted_selection (display, &n_selected);
  else
    n_selected = pel_display_get_n_selected (display);
  for (guint i = 0; n_selected > 0 && i < n; i++)
    {
      g_autoptr (PelCell) cell = g_list_model_get_item (G_LIST_MODEL (self->sorted), i);

      if (!is_selected (self, display, pel_cell_get_label (cell)))
        continue;
      gtk_bitset_add (selected, i);
      if (first == GTK_INVALID_LIST_POSITION)
        first = i;
    }
  mask = gtk_bitset_new_range (0, n);
  self->updating = TRUE;
  gtk_selection_model_set_selection (GTK_SELECTION_MODEL (self->selection), selected, mask);
  self->updating = FALSE;
  if (first != GTK_INVALID_LIST_POSITION)
    {
      /* The list inside the column view has the action. */
      GtkWidget *list = gtk_widget_get_last_child (GTK_WIDGET (self->view));

      gtk_widget_activate_action (list, "list.scroll-to-item", "u", first);
    }
}

static void
on_selection_changed (GtkSelectionModel *model, guint position, guint n_items, PelCellView *self)
{
  PelDisplay *display;
  g_autoptr (GtkBitset) selected = NULL;
  g_autoptr (GArray) labels = NULL;
  GtkBitsetIter iter;
  guint row;

  if (self->updating || self->workspace == NULL)
    return;
  display = pel_workspace_get_display (self->workspace);
  selected = gtk_selection_model_get_selection (model);
  labels = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &row); more;
       more = gtk_bitset_iter_next (&iter, &row))
    {
      g_autoptr (PelCell) cell = g_list_model_get_item (G_LIST_MODEL (model), row);
      guint32 label = pel_cell_get_label (cell);

      g_array_append_val (labels, label);
    }
  self->updating = TRUE;
  if (self->predicted)
    pel_display_set_predicted_selection (display, (guint32 *)(gpointer)labels->data, labels->len);
  else
    pel_display_set_selection (display, (guint32 *)(gpointer)labels->data, labels->len);
  self->updating = FALSE;
  if (labels->len == 1)
    pel_workspace_show_cell (self->workspace, g_array_index (labels, guint32, 0));
}

/* Filter */

/* Reads "stretch > 2", "max_feret_um < 30" or the number of a cell. */
static gboolean
is_wanted (gpointer item, gpointer data)
{
  PelCellView *self = data;
  PelCell *cell = item;
  char digits[16];

  if (self->wanted != NULL)
    {
      const PelRule *rule = pel_rules_get (self->wanted, 0);
      double value = rule->um ? pel_cell_get_value_um (cell, rule->quantity)
                              : pel_cell_get_value (cell, rule->quantity);

      return rule->above ? value > rule->limit : value < rule->limit;
    }
  if (self->wanted_label == NULL)
    return TRUE;
  g_snprintf (digits, sizeof digits, "%u", pel_cell_get_label (cell));
  return g_str_has_prefix (digits, self->wanted_label) ||
         g_strcmp0 (pel_cell_get_class_name (cell), self->wanted_label) == 0;
}

static void
on_search (PelCellView *self)
{
  g_autofree char *text =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search))));
  g_autofree char *rule = g_strconcat ("f: ", text, NULL);
  PelRules *rules = pel_rules_new ();
  gboolean is_rule = strpbrk (text, "<>") != NULL;

  g_clear_pointer (&self->wanted, pel_rules_free);
  g_clear_pointer (&self->wanted_label, g_free);
  gtk_widget_remove_css_class (GTK_WIDGET (self->search), "error");
  if (is_rule && pel_rules_parse (rules, rule, NULL))
    self->wanted = g_steal_pointer (&rules);
  else if (is_rule)
    gtk_widget_add_css_class (GTK_WIDGET (self->search), "error");
  else if (text[0] != '\0')
    self->wanted_label = g_strdup (text);
  g_clear_pointer (&rules, pel_rules_free);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

/* Columns */

static void
on_column_toggled (GtkCheckButton *button, GtkColumnViewColumn *column)
{
  gtk_column_view_column_set_visible (column, gtk_check_button_get_active (button));
}

static void
add_choice (PelCellView *self, GtkColumnViewColumn *column, const char *title, gboolean visible)
{
  GtkWidget *check = gtk_check_button_new_with_label (title);

  gtk_column_view_column_set_visible (column, visible);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), visible);
  g_signal_connect_object (check, "toggled", G_CALLBACK (on_column_toggled), column,
                           G_CONNECT_DEFAULT);
  gtk_box_append (GTK_BOX (self->choices), check);
}

/* New numbers are new rows; what was selected is found again by its label. */
static gboolean
select_again (gpointer data)
{
  PelCellView *self = data;

  self->select_id = 0;
  select_from_display (self);
  return G_SOURCE_REMOVE;
}

static void
on_rows_changed (PelCellView *self)
{
  if (self->select_id == 0 && self->workspace != NULL)
    self->select_id = g_idle_add (select_again, self);
}

/* Life */

static void
pel_cell_view_dispose (GObject *object)
{
  PelCellView *self = PEL_CELL_VIEW (object);

  g_clear_handle_id (&self->select_id, g_source_remove);
  if (self->sorted != NULL)
    g_signal_handlers_disconnect_by_data (self->sorted, self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (pel_workspace_get_display (self->workspace), self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorted);
  g_clear_object (&self->filtered);
  g_clear_pointer (&self->wanted, pel_rules_free);
  g_clear_pointer (&self->wanted_label, g_free);
  g_clear_object (&self->cells);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_cell_view_parent_class)->dispose (object);
}

static void
pel_cell_view_class_init (PelCellViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_cell_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
pel_cell_view_init (PelCellView *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *choices_scroller = gtk_scrolled_window_new ();

  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  self->filter = gtk_custom_filter_new (is_wanted, self, NULL);
  self->filtered = gtk_filter_list_model_new (NULL, GTK_FILTER (self->filter));
  self->sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)),
                                          g_object_ref (gtk_column_view_get_sorter (self->view)));
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "pel-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Cells"), -1);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  gtk_scrolled_window_set_has_frame (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->search = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (self->search), TRUE);
  g_object_set (self->search, "placeholder-text", _ ("Filter, such as stretch > 2"), NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->search),
                               _ ("A column of the exported table with a limit, a class, or the "
                                  "number of a cell"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Filter of the cells"), -1);
  self->choices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (choices_scroller), self->choices);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (choices_scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (choices_scroller), 420);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (choices_scroller), TRUE);
  gtk_popover_set_child (GTK_POPOVER (popover), choices_scroller);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("Choose columns"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Choose columns"), -1);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->search));
  gtk_box_append (GTK_BOX (row), button);
  gtk_box_append (GTK_BOX (self->box), row);
  gtk_box_append (GTK_BOX (self->box), self->scroller);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (on_search), self);
  g_signal_connect (self->selection, "selection-changed", G_CALLBACK (on_selection_changed), self);
  g_signal_connect_swapped (self->sorted, "items-changed", G_CALLBACK (on_rows_changed), self);
}

void
pel_cell_view_set_columns (PelCellView *self, const PelQuantityId *ids, guint n, guint n_shown)
{
  GtkWidget *choice;

  GListModel *columns;
  g_autoptr (GtkColumnViewColumn) number = NULL;

  g_return_if_fail (PEL_IS_CELL_VIEW (self));

  columns = gtk_column_view_get_columns (self->view);
  while (g_list_model_get_n_items (columns) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

      gtk_column_view_remove_column (self->view, column);
    }
  while ((choice = gtk_widget_get_first_child (self->choices)) != NULL)
    gtk_box_remove (GTK_BOX (self->choices), choice);
  /* Translators: the heading of the column with the cells' numbers. */
  number = make_column (self, COLUMN_LABEL, _ ("Cell"));
  gtk_column_view_append_column (self->view, number);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *title = make_heading (ids[i], get_short_title (ids[i]), self->in_um);
      g_autoptr (GtkColumnViewColumn) column = make_column (self, (int)ids[i], title);

      g_object_set_data (G_OBJECT (column), "pel-quantity", GINT_TO_POINTER ((int)ids[i]));
      gtk_column_view_append_column (self->view, column);
      add_choice (self, column, _ (pel_quantity_get (ids[i])->title), i < n_shown);
    }
}

void
pel_cell_view_set_workspace (PelCellView *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_CELL_VIEW (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (pel_workspace_get_display (workspace), "selection-changed",
                           G_CALLBACK (select_from_display), self, G_CONNECT_SWAPPED);
}

void
pel_cell_view_set_cells (PelCellView *self, PelCellList *cells, gboolean predicted, gboolean in_um)
{
  GListModel *columns;

  g_return_if_fail (PEL_IS_CELL_VIEW (self));

  if (self->cells == cells && self->predicted == predicted && self->in_um == in_um)
    return;
  self->updating = TRUE;
  gtk_filter_list_model_set_model (self->filtered, NULL);
  g_set_object (&self->cells, cells);
  self->predicted = predicted;
  self->in_um = in_um;
  columns = gtk_column_view_get_columns (self->view);
  for (guint i = 1; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);
      int id = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (column), "pel-quantity"));
      g_autofree char *title =
          make_heading ((PelQuantityId)id, get_short_title ((PelQuantityId)id), in_um);

      gtk_column_view_column_set_title (column, title);
    }
  /* Many thousands of rows are sorted bit by bit, so that the window stays alive. */
  gtk_sort_list_model_set_incremental (
      self->sorted, cells != NULL && g_list_model_get_n_items (G_LIST_MODEL (cells)) > MANY_ROWS);
  gtk_filter_list_model_set_model (self->filtered, G_LIST_MODEL (cells));
  self->updating = FALSE;
  on_rows_changed (self);
}

PelCellList *
pel_cell_view_get_cells (PelCellView *self)
{
  g_return_val_if_fail (PEL_IS_CELL_VIEW (self), NULL);

  return self->cells;
}

guint
pel_cell_view_get_n_rows (PelCellView *self)
{
  g_return_val_if_fail (PEL_IS_CELL_VIEW (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->sorted));
}
