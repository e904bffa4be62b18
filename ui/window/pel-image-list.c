/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-image-list.h"

#include <glib/gi18n-lib.h>

#include "ui/window/pel-image-row.h"

/* The rows of the drop-down; see pel_image_list_set_filter(). */
#define FILTER_ALL 0
#define FILTER_HELD_OUT 6

struct _PelImageList
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  GtkCustomFilter *filter;
  GtkFilterListModel *images;
  GtkMultiSelection *selection;
  guint shown;
  gboolean updating;

  GtkWidget *box;
  GtkDropDown *filter_chooser;
  GtkStack *stack;
  GtkListView *view;
};

G_DEFINE_FINAL_TYPE (PelImageList, pel_image_list, GTK_TYPE_WIDGET)

static gboolean
match (gpointer item, gpointer data)
{
  PelImageList *self = data;
  PelImageDocument *document = item;

  if (self->shown == FILTER_ALL)
    return TRUE;
  if (self->shown == FILTER_HELD_OUT)
    return pel_image_document_get_validation (document);
  return pel_image_document_get_state (document) == (PelImageState)(self->shown - 1);
}

static void
update_stack (PelImageList *self)
{
  GListModel *all = gtk_filter_list_model_get_model (self->images);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->images));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list"
                                                 : all != NULL && g_list_model_get_n_items (all) > 0
                                                     ? "nothing"
                                                     : "empty");
}

/* More than one image chosen is what actions on the selection are about. */
static void
tell_chosen (PelImageList *self)
{
  g_autoptr (GtkBitset) rows =
      gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = (guint)gtk_bitset_get_size (rows);

  for (guint i = 0; n > 1 && i < n; i++)
    g_ptr_array_add (
        images, g_list_model_get_item (G_LIST_MODEL (self->images), gtk_bitset_get_nth (rows, i)));
  if (self->workspace != NULL)
    pel_workspace_choose (self->workspace, images);
}

/* Selects the row of the image on show, and brings it into view. Several that are chosen stay so
 * while it is one of them. */
static void
select_document (PelImageList *self)
{
  PelImageDocument *document =
      self->workspace != NULL ? pel_workspace_get_document (self->workspace) : NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->images));
  guint found = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; document != NULL && i < n && found == GTK_INVALID_LIST_POSITION; i++)
    {
      g_autoptr (PelImageDocument) item = g_list_model_get_item (G_LIST_MODEL (self->images), i);

      if (item == document)
        found = i;
    }
  self->updating = TRUE;
  if (found == GTK_INVALID_LIST_POSITION)
    gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
  else if (!gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), found))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), found, TRUE);
  self->updating = FALSE;
  tell_chosen (self);
  if (found != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", found);
}

static void
on_selected (GtkSelectionModel *selection, guint position, guint n_items, PelImageList *self)
{
  g_autoptr (GtkBitset) rows = NULL;

  if (self->updating || self->workspace == NULL)
    return;
  rows = gtk_selection_model_get_selection (selection);
  tell_chosen (self);
  if (gtk_bitset_get_size (rows) == 1)
    {
      g_autoptr (PelImageDocument) document =
          g_list_model_get_item (G_LIST_MODEL (self->images), gtk_bitset_get_nth (rows, 0));

      pel_workspace_set_document (self->workspace, document);
    }
}

static void
on_items_changed (PelImageList *self)
{
  update_stack (self);
  select_document (self);
}

static void
on_project_changed (PelImageList *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  self->updating = TRUE;
  gtk_filter_list_model_set_model (self->images, G_LIST_MODEL (project));
  self->updating = FALSE;
  on_items_changed (self);
}

static void
on_filter_chosen (GtkDropDown *chooser, GParamSpec *pspec, PelImageList *self)
{
  guint shown = gtk_drop_down_get_selected (chooser);

  if (shown == GTK_INVALID_LIST_POSITION || shown == self->shown)
    return;
  self->shown = shown;
  self->updating = TRUE;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  self->updating = FALSE;
  on_items_changed (self);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, PelImageList *self)
{
  gtk_list_item_set_child (item, pel_image_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, PelImageList *self)
{
  pel_image_row_set_document (PEL_IMAGE_ROW (gtk_list_item_get_child (item)),
                              gtk_list_item_get_item (item));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, PelImageList *self)
{
  pel_image_row_set_document (PEL_IMAGE_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
pel_image_list_dispose (GObject *object)
{
  PelImageList *self = PEL_IMAGE_LIST (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->images);
  g_clear_object (&self->filter);
  G_OBJECT_CLASS (pel_image_list_parent_class)->dispose (object);
}

static void
pel_image_list_class_init (PelImageListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_image_list_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-image-list.ui");
  gtk_widget_class_bind_template_child (widget_class, PelImageList, box);
  gtk_widget_class_bind_template_child (widget_class, PelImageList, filter_chooser);
  gtk_widget_class_bind_template_child (widget_class, PelImageList, stack);
  gtk_widget_class_bind_template_child (widget_class, PelImageList, view);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_chosen);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_image_list_init (PelImageList *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->filter = gtk_custom_filter_new (match, self, NULL);
  self->images = gtk_filter_list_model_new (NULL, g_object_ref (GTK_FILTER (self->filter)));
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->images)));
  g_signal_connect_object (self->images, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (on_selected), self,
                           G_CONNECT_DEFAULT);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  update_stack (self);
}

void
pel_image_list_set_workspace (PelImageList *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_IMAGE_LIST (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_project_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (select_document), self,
                           G_CONNECT_SWAPPED);
  on_project_changed (self);
}

guint
pel_image_list_get_n_visible (PelImageList *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_LIST (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->images));
}

void
pel_image_list_set_filter (PelImageList *self, guint filter)
{
  g_return_if_fail (PEL_IS_IMAGE_LIST (self));
  g_return_if_fail (filter <= FILTER_HELD_OUT);

  gtk_drop_down_set_selected (self->filter_chooser, filter);
}
