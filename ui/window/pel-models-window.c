/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-models-window.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-model-edit.h"
#include "ui/keys/pel-shortcuts.h"
#include "ui/pages/pel-curve-plots.h"
#include "ui/pages/pel-model-details.h"
#include "ui/pages/pel-model-doors.h"
#include "ui/window/pel-format.h"
#include "ui/window/pel-toaster.h"

struct _PelModelsWindow
{
  AdwWindow parent_instance;

  PelWorkspace *workspace;
  GtkSelectionModel *selection;
  PelModelEntry *shown;  /* whose facts are shown, or NULL */
  GPtrArray *remembered; /* entries that were chosen, to find their models again */
  gboolean listing;      /* the models are being listed anew */

  AdwToastOverlay *toasts;
  PelToaster *toaster;
  GtkColumnView *table;
  GtkStack *stack;
  GtkBox *one_box;
  GtkBox *several_box;
  GtkWidget *side_by_side;
  GtkWidget *import;
  GtkWidget *restore;
  PelModelComparison *comparison;
};

G_DEFINE_FINAL_TYPE (PelModelsWindow, pel_models_window, ADW_TYPE_WINDOW)

/* Columns */

typedef struct
{
  const char *title;
  char *(*text) (PelModelEntry *entry);
  double (*value) (PelModelEntry *entry); /* to sort by; NULL for the text itself */
  gboolean wide;
} Column;

static char *
text_of_name (PelModelEntry *entry)
{
  return g_strdup (pel_model_entry_get_name (entry));
}

static char *
text_of_date (PelModelEntry *entry)
{
  return pel_model_describe_date (entry, FALSE);
}

static double
value_of_date (PelModelEntry *entry)
{
  g_autoptr (GDateTime) created =
      g_date_time_new_from_iso8601 (pel_model_entry_get_created (entry), NULL);

  return created != NULL ? (double)g_date_time_to_unix (created) : (double)NAN;
}

static double
value_of_images (PelModelEntry *entry)
{
  return pel_model_entry_get_info (entry)->images;
}

static char *
text_of_images (PelModelEntry *entry)
{
  return g_strdup_printf ("%u", pel_model_entry_get_info (entry)->images);
}

static double
value_of_cells (PelModelEntry *entry)
{
  return pel_model_entry_get_info (entry)->cells;
}

static char *
text_of_cells (PelModelEntry *entry)
{
  return g_strdup_printf ("%u", pel_model_entry_get_info (entry)->cells);
}

static double
value_of_time (PelModelEntry *entry)
{
  return pel_model_entry_get_seconds (entry);
}

static char *
text_of_time (PelModelEntry *entry)
{
  return pel_format_duration (pel_model_entry_get_seconds (entry));
}

static char *
format_score (double score)
{
  return isfinite (score) ? g_strdup_printf ("%.2f", score) : g_strdup ("–");
}

static char *
text_of_ap (PelModelEntry *entry)
{
  return format_score (pel_model_entry_get_best_ap50 (entry));
}

static char *
text_of_dice (PelModelEntry *entry)
{
  return format_score (pel_model_entry_get_best_dice (entry));
}

static const Column columns[] = {
  { N_ ("Name"), text_of_name, NULL, TRUE },
  { N_ ("Date"), text_of_date, value_of_date, TRUE },
  { N_ ("Images"), text_of_images, value_of_images, FALSE },
  { N_ ("Cells"), text_of_cells, value_of_cells, FALSE },
  { N_ ("Trained"), text_of_time, value_of_time, FALSE },
  { N_ ("AP"), text_of_ap, pel_model_entry_get_best_ap50, FALSE },
  { N_ ("Dice"), text_of_dice, pel_model_entry_get_best_dice, FALSE },
};

/* Models without a figure come first, as if it were the least. */
static int
compare_models (gconstpointer a, gconstpointer b, gpointer data)
{
  const Column *column = data;
  double x, y;

  if (column->value == NULL)
    return g_utf8_collate (pel_model_entry_get_name ((PelModelEntry *)a),
                           pel_model_entry_get_name ((PelModelEntry *)b));
  x = column->value ((PelModelEntry *)a);
  y = column->value ((PelModelEntry *)b);
  if (isnan (x) || isnan (y))
    return isnan (y) - isnan (x);
  return (x > y) - (x < y);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), column->wide ? 0.0f : 1.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "pel-number");
  gtk_list_item_set_child (item, label);
  /* The row is what is chosen; a cell that did so too would undo it where Ctrl toggles. */
  gtk_list_item_set_selectable (item, FALSE);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  PelModelEntry *entry = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);
  const char *problem = pel_model_entry_get_problem (entry);
  g_autofree char *text =
      problem == NULL || column->value == NULL ? column->text (entry) : g_strdup ("–");

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, problem);
}

static void
add_columns (PelModelsWindow *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = NULL;
      g_autoptr (GtkSorter) sorter =
          GTK_SORTER (gtk_custom_sorter_new (compare_models, (gpointer)&columns[i], NULL));

      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), (gpointer)&columns[i]);
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind), (gpointer)&columns[i]);
      column = gtk_column_view_column_new (_ (columns[i].title), factory);
      gtk_column_view_column_set_sorter (column, sorter);
      gtk_column_view_column_set_expand (column, columns[i].wide);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (self->table, column);
    }
}

/* What is shown below */

static void
clear_box (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

/* Colour is not the only sign: the words tell as well. */
static void
update_use (PelModelsWindow *self, GtkButton *use, PelModelEntry *entry)
{
  gboolean in_use = pel_workspace_get_model (self->workspace) == entry;

  gtk_widget_set_sensitive (GTK_WIDGET (use), !in_use);
  gtk_button_set_label (use, in_use ? _ ("In use") : _ ("_Use"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (use), in_use ? _ ("This model is in use")
                                                        : _ ("Predict with this model from now"
                                                             " on"));
}

static void
on_model_changed (PelModelsWindow *self)
{
  GtkWidget *use = g_object_get_data (G_OBJECT (self->one_box), "pel-use");
  g_autoptr (GPtrArray) chosen = pel_models_window_get_chosen (self);

  if (use != NULL && chosen->len == 1)
    update_use (self, GTK_BUTTON (use), g_ptr_array_index (chosen, 0));
}

static GtkWidget *
make_facts (PelModelsWindow *self, PelModelEntry *entry)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *title = gtk_label_new (pel_model_entry_get_name (entry));
  GtkWidget *use, *buttons;

  gtk_label_set_xalign (GTK_LABEL (title), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (title, "title-4");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), pel_model_facts_new (entry));
  gtk_box_append (GTK_BOX (box), pel_model_note_new (self->workspace, entry));
  buttons = pel_model_buttons_new (self->workspace, entry, &use);
  g_object_set_data (G_OBJECT (self->one_box), "pel-use", use);
  update_use (self, GTK_BUTTON (use), entry);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_set_size_request (box, 320, -1);
  return box;
}

static void
show_one (PelModelsWindow *self, PelModelEntry *entry)
{
  GtkWidget *plots;
  guint n;
  const PelCurvePoint *points = pel_model_entry_get_curve (entry, &n);
  const char *problem = pel_model_entry_get_problem (entry);

  clear_box (self->one_box);
  g_set_object (&self->shown, entry);
  g_object_set_data (G_OBJECT (self->one_box), "pel-use", NULL);
  if (problem != NULL)
    {
      GtkWidget *label = gtk_label_new (problem);

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_widget_set_hexpand (label, TRUE);
      gtk_box_append (self->one_box, label);
      return;
    }
  plots = pel_curve_plots_new ();
  pel_curve_plots_set_tall (PEL_CURVE_PLOTS (plots), TRUE);
  pel_curve_plots_show (PEL_CURVE_PLOTS (plots), points, n);
  gtk_widget_set_hexpand (plots, TRUE);
  gtk_box_append (self->one_box, plots);
  gtk_box_append (self->one_box, make_facts (self, entry));
}

static void
update_details (PelModelsWindow *self)
{
  g_autoptr (GPtrArray) chosen = pel_models_window_get_chosen (self);

  /* What is being written into the note stays where other models change. */
  if (chosen->len == 1 && g_ptr_array_index (chosen, 0) != self->shown)
    show_one (self, g_ptr_array_index (chosen, 0));
  pel_model_comparison_set_models (self->comparison, chosen);
  gtk_widget_set_visible (self->side_by_side, chosen->len == 2);
  gtk_stack_set_visible_child_name (self->stack, chosen->len > 1    ? "several"
                                                 : chosen->len == 1 ? "one"
                                                 : pel_models_window_get_n_models (self) > 0
                                                     ? "none"
                                                     : "empty");
}

/* Also long after the message that offers it has gone. */
static void
update_restore (PelModelsWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  g_autofree char *deleted = project != NULL && !pel_project_get_read_only (project)
                                 ? pel_project_get_deleted_model (project)
                                 : NULL;
  g_autofree char *tooltip = NULL;

  gtk_widget_set_visible (self->restore, deleted != NULL);
  if (deleted == NULL)
    return;
  /* Translators: %s is the name of a model. */
  tooltip = g_strdup_printf (_ ("Bring back “%s”, the model that was deleted last"), deleted);
  gtk_widget_set_tooltip_text (self->restore, tooltip);
}

/* Choosing */

static void
remember_chosen (PelModelsWindow *self)
{
  g_ptr_array_unref (self->remembered);
  self->remembered = pel_models_window_get_chosen (self);
}

static void
on_selection_changed (PelModelsWindow *self)
{
  if (self->listing)
    return;
  remember_chosen (self);
  update_details (self);
}

static gboolean
is_remembered (PelModelsWindow *self, PelModelEntry *entry)
{
  for (guint i = 0; i < self->remembered->len; i++)
    if (pel_model_entry_is_same (entry, g_ptr_array_index (self->remembered, i)))
      return TRUE;
  return FALSE;
}

/* By its entry of now, so that whatever gets its old name is not taken for it. A model that was
 * deleted is still known, and chosen again when it is brought back. */
static void
renew_remembered (PelModelsWindow *self, PelModelEntry *entry)
{
  for (guint i = 0; i < self->remembered->len; i++)
    if (pel_model_entry_is_same (entry, g_ptr_array_index (self->remembered, i)))
      g_set_object ((GObject **)&g_ptr_array_index (self->remembered, i), G_OBJECT (entry));
}

/* A model that was written again or renamed is another entry. */
static void
choose_remembered (PelModelsWindow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  self->listing = TRUE;
  gtk_selection_model_unselect_all (self->selection);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (!is_remembered (self, entry))
        continue;
      renew_remembered (self, entry);
      gtk_selection_model_select_item (self->selection, i, FALSE);
    }
  self->listing = FALSE;
  update_details (self);
}

static void
on_models_changed (PelModelsWindow *self)
{
  choose_remembered (self);
  update_restore (self);
}

void
pel_models_window_choose (PelModelsWindow *self, const char *const *names)
{
  g_return_if_fail (PEL_IS_MODELS_WINDOW (self));
  g_return_if_fail (names != NULL);

  g_ptr_array_set_size (self->remembered, 0);
  for (guint i = 0; names[i] != NULL; i++)
    {
      PelModelEntry *entry =
          pel_project_find_model (pel_workspace_get_project (self->workspace), names[i]);

      if (entry != NULL)
        g_ptr_array_add (self->remembered, g_object_ref (entry));
    }
  choose_remembered (self);
}

static void
on_side_by_side (PelModelsWindow *self)
{
  g_autoptr (GPtrArray) chosen = pel_models_window_get_chosen (self);

  if (chosen->len != 2)
    return;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.compare-models", "(ss)",
                              pel_model_entry_get_name (g_ptr_array_index (chosen, 0)),
                              pel_model_entry_get_name (g_ptr_array_index (chosen, 1)));
  /* It lies over the picture. */
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_import (PelModelsWindow *self)
{
  pel_model_doors_import (self->workspace, GTK_WINDOW (self));
}

/* The window's own toasts may lie behind this one. */
static void
on_toast (PelWorkspace *workspace, AdwToast *toast, PelModelsWindow *self)
{
  if (gtk_window_is_active (GTK_WINDOW (self)))
    pel_toaster_show (self->toaster, toast);
}

gboolean
pel_models_window_tells (GtkWindow *parent)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (PEL_IS_MODELS_WINDOW (window) && gtk_window_get_transient_for (window) == parent &&
          gtk_window_is_active (window))
        return TRUE;
    }
  return FALSE;
}

/* Life */

static void
pel_models_window_dispose (GObject *object)
{
  PelModelsWindow *self = PEL_MODELS_WINDOW (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  if (self->table != NULL)
    gtk_column_view_set_model (self->table, NULL);
  if (self->toaster != NULL)
    pel_toaster_close (self->toaster);
  g_clear_object (&self->toaster);
  /* They belong to the parent, which would be held. */
  gtk_widget_insert_action_group (GTK_WIDGET (self), "win", NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->shown);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_models_window_parent_class)->dispose (object);
}

static void
pel_models_window_finalize (GObject *object)
{
  g_ptr_array_unref (PEL_MODELS_WINDOW (object)->remembered);
  G_OBJECT_CLASS (pel_models_window_parent_class)->finalize (object);
}

static void
pel_models_window_class_init (PelModelsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_models_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_models_window_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-models-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelModelsWindow, name)
  BIND (toasts);
  BIND (table);
  BIND (stack);
  BIND (one_box);
  BIND (several_box);
  BIND (side_by_side);
  BIND (import);
  BIND (restore);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_side_by_side);
  gtk_widget_class_bind_template_callback (widget_class, on_import);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pel_models_window_init (PelModelsWindow *self)
{
  self->remembered = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  pel_shortcuts_install_side (GTK_WINDOW (self));
  self->toaster = pel_toaster_new (self->toasts);
  add_columns (self);
}

/* The model in use, or else the first one. */
static void
choose_first (PelModelsWindow *self)
{
  PelModelEntry *in_use = pel_workspace_get_model (self->workspace);
  const char *names[] = { in_use != NULL ? pel_model_entry_get_name (in_use) : NULL, NULL };

  pel_models_window_choose (self, names);
}

GtkWidget *
pel_models_window_new (PelWorkspace *workspace, GtkWindow *parent)
{
  PelModelsWindow *self = g_object_new (PEL_TYPE_MODELS_WINDOW, "transient-for", parent, NULL);
  PelProject *project = pel_workspace_get_project (workspace);
  GtkSorter *sorter;
  GListModel *sorted;

  g_return_val_if_fail (project != NULL, GTK_WIDGET (self));

  self->workspace = g_object_ref (workspace);
  if (G_IS_ACTION_GROUP (parent))
    {
      gtk_widget_insert_action_group (GTK_WIDGET (self), "win", G_ACTION_GROUP (parent));
      /* Its actions hold the parent, which would then never go, and so never take this along. */
      g_signal_connect_object (parent, "unrealize", G_CALLBACK (gtk_window_destroy), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_widget_set_sensitive (self->import, !pel_project_get_read_only (project));
  self->comparison = PEL_MODEL_COMPARISON (pel_model_comparison_new (workspace));
  gtk_widget_set_vexpand (GTK_WIDGET (self->comparison), TRUE);
  gtk_box_append (self->several_box, GTK_WIDGET (self->comparison));
  sorter = gtk_column_view_get_sorter (self->table);
  sorted = G_LIST_MODEL (gtk_sort_list_model_new (g_object_ref (pel_project_get_models (project)),
                                                  g_object_ref (sorter)));
  self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (sorted));
  gtk_column_view_set_model (self->table, self->selection);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (on_selection_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_models_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (workspace, "toast", G_CALLBACK (on_toast), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (workspace, "notify::model", G_CALLBACK (on_model_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (gtk_window_destroy), self,
                           G_CONNECT_SWAPPED);
  choose_first (self);
  update_restore (self);
  return GTK_WIDGET (self);
}

GPtrArray *
pel_models_window_get_chosen (PelModelsWindow *self)
{
  GPtrArray *chosen = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (PEL_IS_MODELS_WINDOW (self), chosen);

  for (guint i = 0; i < pel_models_window_get_n_models (self); i++)
    if (gtk_selection_model_is_selected (self->selection, i))
      g_ptr_array_add (chosen, g_list_model_get_item (G_LIST_MODEL (self->selection), i));
  return chosen;
}

guint
pel_models_window_get_n_models (PelModelsWindow *self)
{
  g_return_val_if_fail (PEL_IS_MODELS_WINDOW (self), 0);

  return self->selection != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->selection)) : 0;
}

const char *
pel_models_window_get_page (PelModelsWindow *self)
{
  g_return_val_if_fail (PEL_IS_MODELS_WINDOW (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

PelModelComparison *
pel_models_window_get_comparison (PelModelsWindow *self)
{
  g_return_val_if_fail (PEL_IS_MODELS_WINDOW (self), NULL);

  return self->comparison;
}
