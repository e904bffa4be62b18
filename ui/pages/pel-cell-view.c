/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-cell-view-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui/pages/pel-cell-text.h"
#include "ui/window/pel-settings.h"

#define SETTING "cell-columns"
/* The hand rests when nothing else was selected for so long. */
#define REST_MS 150
/* Selected cells that much of the picture is composed anew for. */
#define MANY 100

G_DEFINE_FINAL_TYPE (PelCellView, pel_cell_view, GTK_TYPE_WIDGET)

/* The pixels and the cells that the numbers are of. */
static void
update_pictures (PelCellView *self)
{
  pel_cell_pictures_set_source (
      self->pictures, self->document != NULL ? pel_image_document_get_image (self->document) : NULL,
      self->cells != NULL ? pel_cell_list_get_labels (self->cells) : NULL);
  pel_cell_view_refill (self, COLUMN_PICTURE);
}

static void
follow_document (PelCellView *self)
{
  PelImageDocument *document =
      self->workspace != NULL ? pel_workspace_get_document (self->workspace) : NULL;

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  if (g_set_object (&self->document, document) && document != NULL)
    update_pictures (self);
  if (document != NULL)
    g_signal_connect_object (document, "image-changed", G_CALLBACK (update_pictures), self,
                             G_CONNECT_SWAPPED);
}

/* ---- columns ---- */

/* The rows sort themselves; the sorters of the columns only tell which head was clicked. */
static int
compare_for_probe (gconstpointer a, gconstpointer b, gpointer data)
{
  const Column *column = data;

  if (column->view->probing)
    column->view->probed = column->id;
  column->view->probing = FALSE;
  return a == b ? 0 : -1;
}

/* GTK 4.8 does not tell by which column a table is sorted: its sorter, asked to compare two things,
 * asks the first column's, whose answer it turns round for the other direction. */
static void
on_sorter_changed (GtkSorter *sorter, GtkSorterChange change, PelCellView *self)
{
  GtkOrdering answer;

  self->probed = PEL_CELL_COLUMN_LABEL;
  self->probing = TRUE;
  answer = gtk_sorter_compare (sorter, self->rows, self->selection);
  self->probing = FALSE;
  pel_cell_rows_set_order (self->rows, self->probed, self->in_um, answer == GTK_ORDERING_LARGER);
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
  GtkColumnViewColumn *column;
  Column *data = g_new (Column, 1);

  *data = (Column){ self, id };
  g_signal_connect (factory, "setup", G_CALLBACK (pel_cell_view_set_up), data);
  g_signal_connect (factory, "unbind", G_CALLBACK (pel_cell_view_unbind), data);
  g_signal_connect_data (factory, "bind", G_CALLBACK (pel_cell_view_bind), data, free_column,
                         G_CONNECT_DEFAULT);
  column = gtk_column_view_column_new (title, g_steal_pointer (&factory));
  g_object_set_data (G_OBJECT (column), "pel-column", GINT_TO_POINTER (id));
  if (id != COLUMN_PICTURE)
    {
      g_autoptr (GtkSorter) sorter = GTK_SORTER (
          gtk_custom_sorter_new (compare_for_probe, g_memdup2 (data, sizeof *data), g_free));

      gtk_column_view_column_set_sorter (column, sorter);
      gtk_column_view_column_set_resizable (column, TRUE);
    }
  return column;
}

static int
get_id (GtkColumnViewColumn *column)
{
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (column), "pel-column"));
}

/* As settings have it: stable for good. */
static const char *
get_name (int id)
{
  if (id == COLUMN_PICTURE)
    return "picture";
  return id == PEL_CELL_COLUMN_CLASS ? "class" : pel_quantity_get ((PelQuantityId)id)->name;
}

static gboolean
is_in_view (PelCellView *self, GtkColumnViewColumn *column)
{
  return gtk_column_view_column_get_column_view (column) == self->view;
}

static void
remember_columns (PelCellView *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (self->settings == NULL)
    return;
  for (guint i = 0; i < self->columns->len; i++)
    {
      GtkColumnViewColumn *column = g_ptr_array_index (self->columns, i);

      if (get_id (column) != PEL_CELL_COLUMN_LABEL && is_in_view (self, column))
        g_ptr_array_add (names, (char *)get_name (get_id (column)));
    }
  /* An empty list means that nothing was chosen yet. */
  if (names->len == 0)
    g_ptr_array_add (names, (char *)"none");
  g_ptr_array_add (names, NULL);
  g_settings_set_strv (self->settings, SETTING, (const char *const *)names->pdata);
}

/* A column that is only hidden would cost as much as one in sight: it is taken out. */
static void
show_column (PelCellView *self, GtkColumnViewColumn *column, gboolean show)
{
  guint place = 0;

  if (is_in_view (self, column) == show)
    return;
  if (!show)
    {
      gtk_column_view_remove_column (self->view, column);
      return;
    }
  for (guint i = 0; g_ptr_array_index (self->columns, i) != column; i++)
    place += is_in_view (self, g_ptr_array_index (self->columns, i)) ? 1 : 0;
  gtk_column_view_insert_column (self->view, place, column);
}

static void
on_column_toggled (GtkCheckButton *button, GtkColumnViewColumn *column)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (button), PEL_TYPE_CELL_VIEW);

  if (view == NULL)
    return;
  show_column (PEL_CELL_VIEW (view), column, gtk_check_button_get_active (button));
  remember_columns (PEL_CELL_VIEW (view));
}

static void
add_column (PelCellView *self, int id, const char *title, const char *full_title, gboolean visible)
{
  GtkColumnViewColumn *column = make_column (self, id, title);
  GtkWidget *check;

  g_ptr_array_add (self->columns, column);
  show_column (self, column, visible);
  if (id == PEL_CELL_COLUMN_LABEL)
    return;
  check = gtk_check_button_new_with_label (full_title);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), visible);
  g_signal_connect_object (check, "toggled", G_CALLBACK (on_column_toggled), column,
                           G_CONNECT_DEFAULT);
  gtk_box_append (GTK_BOX (self->choices), check);
}

/* ---- selection ---- */

static const guint32 *
get_selected (PelCellView *self, guint *n)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);

  /* The numbers of the prediction's cells are not those of the mask's. */
  return self->predicted ? pel_display_get_predicted_selection (display, n)
                         : pel_display_get_selection (display, n);
}

/* Returns the first of the rows, or G_MAXUINT. */
static guint
select_from_display (PelCellView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  guint8 *marks = g_malloc0 (MAX (n, 1));
  guint first = G_MAXUINT, n_selected = 0;
  const guint32 *labels = get_selected (self, &n_selected);

  if (pel_cell_rows_mark (self->rows, labels, n_selected, marks, n) > 0)
    for (first = 0; !marks[first];)
      first++;
  pel_cell_selection_set_marks (self->selection, marks, n);
  return first;
}

static void wait_for_frame (PelCellView *self);

static gboolean
go_to_selected (gpointer data)
{
  PelCellView *self = data;

  self->select_id = 0;
  if (self->first_selected < g_list_model_get_n_items (G_LIST_MODEL (self->rows)))
    {
      /* The list inside the column view has the action. */
      GtkWidget *list = gtk_widget_get_last_child (GTK_WIDGET (self->view));

      gtk_widget_activate_action (list, "list.scroll-to-item", "u", self->first_selected);
    }
  return G_SOURCE_REMOVE;
}

/* The picture and the charts show first what is selected, then the rows in sight, each in a frame
 * of its own. The table goes to the first of them, which binds all its widgets anew, once the hand
 * rests; where many are selected also once the picture's tiles had time to be composed, which would
 * take the processors from it. */
static gboolean
follow_display (gpointer data)
{
  PelCellView *self = data;

  self->select_id = 0;
  if (self->is_behind)
    {
      guint n_selected;

      self->is_behind = FALSE;
      get_selected (self, &n_selected);
      self->first_selected = select_from_display (self);
      /* GTK 4.8 shows nothing where the rows in sight are gone, until it is moved. */
      if (self->first_selected == G_MAXUINT && self->is_filtered_anew)
        self->first_selected = 0;
      self->is_filtered_anew = FALSE;
      if (self->first_selected == G_MAXUINT)
        return G_SOURCE_REMOVE;
      if (self->in_motion || n_selected > MANY)
        self->select_id = g_timeout_add (REST_MS, go_to_selected, self);
      else
        wait_for_frame (self);
    }
  else
    go_to_selected (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  PelCellView *self = PEL_CELL_VIEW (widget);

  self->tick_id = 0;
  g_clear_handle_id (&self->select_id, g_source_remove);
  self->select_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 5, follow_display, self, NULL);
  return G_SOURCE_REMOVE;
}

/* Goes on after the next frame, or where there are none when there is time. */
static void
wait_for_frame (PelCellView *self)
{
  if (self->tick_id != 0)
    return;
  g_clear_handle_id (&self->select_id, g_source_remove);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame, NULL, NULL);
  else
    self->select_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 5, follow_display, self, NULL);
}

static gboolean
look_again (gpointer data)
{
  PelCellView *self = data;

  self->scroll_id = 0;
  if (self->selection != NULL)
    pel_cell_selection_look_again (self->selection);
  return G_SOURCE_REMOVE;
}

/* The table may be laying out its rows, which must not be told anything meanwhile. */
static void
on_scrolled (PelCellView *self)
{
  if (self->scroll_id == 0)
    self->scroll_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 5, look_again, self, NULL);
}

static void
stop_following (PelCellView *self)
{
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_handle_id (&self->select_id, g_source_remove);
  self->is_behind = FALSE;
}

/* Once for all that is selected until then. */
static void
queue_follow (PelCellView *self)
{
  gint64 now = g_get_monotonic_time ();

  self->in_motion = now - self->changed_us < REST_MS * 1000;
  self->changed_us = now;
  self->is_behind = TRUE;
  wait_for_frame (self);
}

static void
on_display_changed (PelCellView *self)
{
  if (!self->updating)
    queue_follow (self);
}

static void
on_selection_changed (PelCellView *self)
{
  PelDisplay *display;
  g_autofree guint32 *labels = NULL;
  const guint8 *marks;
  guint n_rows, n;

  if (self->updating || self->workspace == NULL)
    return;
  /* What was selected elsewhere just before no longer counts. */
  stop_following (self);
  display = pel_workspace_get_display (self->workspace);
  marks = pel_cell_selection_get_marks (self->selection, &n_rows);
  labels = pel_cell_rows_get_marked (self->rows, marks, n_rows, &n);
  self->updating = TRUE;
  if (self->predicted)
    pel_display_set_predicted_selection (display, labels, n);
  else
    pel_display_set_selection (display, labels, n);
  self->updating = FALSE;
  if (n == 1)
    pel_workspace_show_cell (self->workspace, labels[0]);
}

/* ---- filter ---- */

static void
update_found (PelCellView *self)
{
  guint n = pel_cell_rows_get_n_cells (self->rows);
  guint n_cells = self->cells != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->cells)) : 0;
  gboolean is_filtered = gtk_editable_get_text (GTK_EDITABLE (self->search))[0] != '\0';
  /* Translators: how many cells a filter lets through, of how many. */
  g_autofree char *text =
      g_strdup_printf (ngettext ("%u of %u cell", "%u of %u cells", n_cells), n, n_cells);

  gtk_label_set_text (self->found, text);
  gtk_widget_set_visible (GTK_WIDGET (self->found), is_filtered);
}

static void
on_search (PelCellView *self)
{
  self->is_filtered_anew = TRUE;
  if (pel_cell_rows_set_filter (self->rows, gtk_editable_get_text (GTK_EDITABLE (self->search))))
    gtk_widget_remove_css_class (GTK_WIDGET (self->search), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->search), "error");
  update_found (self);
}

/* New numbers are new rows; what was selected is found again by its label. */
static void
on_updating_changed (PelCellView *self)
{
  if (!pel_cell_rows_get_updating (self->rows) && self->workspace != NULL)
    queue_follow (self);
}

static void
on_reordered (PelCellView *self)
{
  update_found (self);
  pel_cell_view_refill (self, COLUMN_ALL);
  on_updating_changed (self);
}

/* Before the rows are bound: they are of other labels. */
static void
on_cells_changed (PelCellView *self)
{
  pel_cell_pictures_set_source (
      self->pictures, self->document != NULL ? pel_image_document_get_image (self->document) : NULL,
      self->cells != NULL ? pel_cell_list_get_labels (self->cells) : NULL);
}

static void
on_classes_changed (PelCellView *self)
{
  pel_cell_view_refill (self, PEL_CELL_COLUMN_CLASS);
}

/* ---- life ---- */

static void
leave_cells (PelCellView *self)
{
  if (self->cells != NULL)
    g_signal_handlers_disconnect_by_data (self->cells, self);
  g_clear_object (&self->cells);
}

static void
pel_cell_view_dispose (GObject *object)
{
  PelCellView *self = PEL_CELL_VIEW (object);

  stop_following (self);
  g_clear_handle_id (&self->scroll_id, g_source_remove);
  g_clear_handle_id (&self->fill_id, g_source_remove);
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (gtk_column_view_get_sorter (self->view), self);
  if (self->rows != NULL)
    g_signal_handlers_disconnect_by_data (self->rows, self);
  if (self->selection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->selection, self);
      pel_cell_selection_set_sight (self->selection, NULL, NULL);
    }
  if (self->pictures != NULL)
    g_signal_handlers_disconnect_by_data (self->pictures, self);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (pel_workspace_get_display (self->workspace), self);
      g_signal_handlers_disconnect_by_data (self->workspace, self);
    }
  leave_cells (self);
  self->view = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->pictures);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_handle_id (&self->fill_id, g_source_remove);
  g_clear_pointer (&self->bound, g_hash_table_unref);
  g_clear_pointer (&self->by_label, g_hash_table_unref);
  g_clear_object (&self->document);
  g_clear_object (&self->settings);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_cell_view_parent_class)->dispose (object);
}

static void
pel_cell_view_class_init (PelCellViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_cell_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_chooser (PelCellView *self)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->choices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->choices);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 420);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("Choose columns"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Choose columns"), -1);
  return button;
}

static GtkWidget *
make_search (PelCellView *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->search = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (self->search), TRUE);
  g_object_set (self->search, "placeholder-text", _ ("Filter, such as stretch > 2"), NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->search),
                               _ ("A column of the exported table with a limit, a class, or the "
                                  "number of a cell"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Filter of the cells"), -1);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->search));
  gtk_box_append (GTK_BOX (row), make_chooser (self));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (on_search), self);
  return row;
}

static void
pel_cell_view_init (PelCellView *self)
{
  self->rows = pel_cell_rows_new ();
  self->pictures = pel_cell_pictures_new ();
  self->bound = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->by_label = g_hash_table_new (NULL, NULL);
  self->columns = g_ptr_array_new_with_free_func (g_object_unref);
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  self->selection = pel_cell_selection_new (self->rows);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "pel-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Cells"), -1);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  gtk_scrolled_window_set_has_frame (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  self->found = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->found, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->found), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->found), "caption");
  gtk_widget_set_visible (GTK_WIDGET (self->found), FALSE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self->box), make_search (self));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->found));
  gtk_box_append (GTK_BOX (self->box), self->scroller);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_swapped (self->selection, "changed", G_CALLBACK (on_selection_changed), self);
  pel_cell_selection_set_sight (self->selection, pel_cell_view_get_sight, self);
  g_signal_connect_object (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view)),
                           "value-changed", G_CALLBACK (on_scrolled), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->rows, "reordered", G_CALLBACK (on_reordered), self);
  g_signal_connect_swapped (self->rows, "notify::updating", G_CALLBACK (on_updating_changed), self);
  g_signal_connect (self->pictures, "ready", G_CALLBACK (pel_cell_view_show_ready), self);
  g_signal_connect (gtk_column_view_get_sorter (self->view), "changed",
                    G_CALLBACK (on_sorter_changed), self);
}

static gboolean
is_shown (const char *const *chosen, int id, gboolean otherwise)
{
  return chosen != NULL && chosen[0] != NULL ? g_strv_contains (chosen, get_name (id)) : otherwise;
}

void
pel_cell_view_set_columns (PelCellView *self, const PelQuantityId *ids, guint n, guint n_shown)
{
  GtkWidget *choice;
  g_auto (GStrv) chosen = NULL;
  const char *const *names;

  g_return_if_fail (PEL_IS_CELL_VIEW (self));

  for (guint i = 0; i < self->columns->len; i++)
    show_column (self, g_ptr_array_index (self->columns, i), FALSE);
  g_ptr_array_set_size (self->columns, 0);
  while ((choice = gtk_widget_get_first_child (self->choices)) != NULL)
    gtk_box_remove (GTK_BOX (self->choices), choice);
  if (self->settings != NULL)
    chosen = g_settings_get_strv (self->settings, SETTING);
  names = (const char *const *)chosen;
  /* Translators: the heading of the column with the cells' numbers. */
  add_column (self, PEL_CELL_COLUMN_LABEL, _ ("Cell"), NULL, TRUE);
  add_column (self, COLUMN_PICTURE, "", _ ("Picture"), is_shown (names, COLUMN_PICTURE, TRUE));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *title = pel_quantity_get_short_heading (ids[i], self->in_um);

      add_column (self, (int)ids[i], title, _ (pel_quantity_get (ids[i])->title),
                  is_shown (names, (int)ids[i], i < n_shown));
    }
  /* Translators: the heading of the column with the cells' classes. */
  add_column (self, PEL_CELL_COLUMN_CLASS, _ ("Class"), _ ("Class"),
              is_shown (names, PEL_CELL_COLUMN_CLASS, FALSE));
}

void
pel_cell_view_remember_columns (PelCellView *self)
{
  g_return_if_fail (PEL_IS_CELL_VIEW (self));

  if (self->settings == NULL)
    self->settings = pel_settings_new ();
}

void
pel_cell_view_set_workspace (PelCellView *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_CELL_VIEW (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (pel_workspace_get_display (workspace), "selection-changed",
                           G_CALLBACK (on_display_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (follow_document), self,
                           G_CONNECT_SWAPPED);
  follow_document (self);
}

void
pel_cell_view_set_cells (PelCellView *self, PelCellList *cells, gboolean predicted, gboolean in_um)
{
  g_return_if_fail (PEL_IS_CELL_VIEW (self));

  if (self->cells == cells && self->predicted == predicted && self->in_um == in_um)
    return;
  self->updating = TRUE;
  leave_cells (self);
  self->predicted = predicted;
  self->in_um = in_um;
  for (guint i = 0; i < self->columns->len; i++)
    {
      GtkColumnViewColumn *column = g_ptr_array_index (self->columns, i);
      g_autofree char *title = NULL;

      if (get_id (column) < 0)
        continue;
      title = pel_quantity_get_short_heading ((PelQuantityId)get_id (column), in_um);
      gtk_column_view_column_set_title (column, title);
    }
  if (cells != NULL)
    {
      self->cells = g_object_ref (cells);
      g_signal_connect_object (cells, "items-changed", G_CALLBACK (on_cells_changed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (cells, "classes-changed", G_CALLBACK (on_classes_changed), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    }
  on_cells_changed (self);
  on_sorter_changed (gtk_column_view_get_sorter (self->view), GTK_SORTER_CHANGE_DIFFERENT, self);
  pel_cell_rows_set_list (self->rows, cells);
  self->updating = FALSE;
  on_reordered (self);
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

  return pel_cell_rows_get_n_cells (self->rows);
}

gboolean
pel_cell_view_get_updating (PelCellView *self)
{
  g_return_val_if_fail (PEL_IS_CELL_VIEW (self), FALSE);

  return pel_cell_rows_get_updating (self->rows) || self->tick_id != 0 || self->select_id != 0;
}
