/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-history-list.h"

#include <glib/gi18n-lib.h>

/* Microseconds of a slice of the way. */
#define SLICE_US 5000
#define HEIGHT 320
#define WIDTH 280

struct _PelHistoryList
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkWidget *view;
  PelUndo *undo;
  guint target;
  guint source;
};

enum
{
  CHOSEN,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PelHistoryList, pel_history_list, GTK_TYPE_WIDGET)

/* One after the other: how long a step takes is known only afterwards. */
static gboolean
go_on (gpointer data)
{
  PelHistoryList *self = data;
  gint64 end = g_get_monotonic_time () + SLICE_US;
  g_autoptr (GError) error = NULL;

  do
    {
      guint position = pel_undo_get_position (self->undo);
      gboolean moved;

      if (position == self->target)
        break;
      moved = position > self->target ? pel_undo_undo (self->undo, &error)
                                      : pel_undo_redo (self->undo, &error);
      if (!moved)
        {
          if (error != NULL)
            g_signal_emit (self, signals[FAILED], 0, error->message);
          self->target = pel_undo_get_position (self->undo);
        }
    }
  while (g_get_monotonic_time () < end);
  if (pel_undo_get_position (self->undo) != self->target)
    return G_SOURCE_CONTINUE;
  self->source = 0;
  return G_SOURCE_REMOVE;
}

void
pel_history_list_go_to (PelHistoryList *self, guint position)
{
  g_return_if_fail (PEL_IS_HISTORY_LIST (self));

  if (self->undo == NULL)
    return;
  self->target = MIN (position, pel_undo_get_n_steps (self->undo));
  if (self->source == 0)
    self->source = g_idle_add (go_on, self);
}

gboolean
pel_history_list_is_going (PelHistoryList *self)
{
  g_return_val_if_fail (PEL_IS_HISTORY_LIST (self), FALSE);

  return self->source != 0;
}

/* Row 0 is the newest step, the last one the mask before all of them. */
static void
on_activate (GtkListView *view, guint row, PelHistoryList *self)
{
  guint n = self->undo != NULL ? pel_undo_get_n_steps (self->undo) : 0;

  if (row > n)
    return;
  pel_history_list_go_to (self, n - row);
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
setup_row (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_row (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (
      GTK_LABEL (gtk_list_item_get_child (item)),
      gtk_string_object_get_string (GTK_STRING_OBJECT (gtk_list_item_get_item (item))));
}

void
pel_history_list_set_undo (PelHistoryList *self, PelUndo *undo)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n = undo != NULL ? pel_undo_get_n_steps (undo) : 0;
  guint position = undo != NULL ? pel_undo_get_position (undo) : 0;
  guint dropped = undo != NULL ? pel_undo_get_n_dropped (undo) : 0;
  g_autofree char *first = NULL;
  GtkSelectionModel *model;

  g_return_if_fail (PEL_IS_HISTORY_LIST (self));

  if (undo != self->undo)
    {
      g_clear_handle_id (&self->source, g_source_remove);
      g_set_object (&self->undo, undo);
    }
  for (guint i = n; i-- > 0;)
    {
      const char *name = pel_undo_get_step_name (undo, i);
      g_autofree char *undone = NULL;

      /* Translators: a step that is undone at the moment; %s is its name. */
      if (i >= position)
        undone = g_strdup_printf (_ ("%s (undone)"), name);
      gtk_string_list_append (names, undone != NULL ? undone : name);
    }
  if (dropped > 0)
    first = g_strdup_printf (
        ngettext ("The oldest kept; %u earlier step was dropped beyond 2 GiB",
                  "The oldest kept; %u earlier steps were dropped beyond 2 GiB", dropped),
        dropped);
  else
    first = g_strdup (_ ("Beginning"));
  gtk_string_list_append (names, first);
  model = GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (g_steal_pointer (&names))));
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (model), n - position);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->view), model);
  g_object_unref (model);
}

static void
pel_history_list_dispose (GObject *object)
{
  PelHistoryList *self = PEL_HISTORY_LIST (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->undo);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_history_list_parent_class)->dispose (object);
}

static void
pel_history_list_class_init (PelHistoryListClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_history_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] =
      g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pel_history_list_init (PelHistoryList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  self->view = gtk_list_view_new (NULL, factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->view), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Editing steps, the newest first"), -1);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), self);
  self->content = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->content), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->content), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->content), HEIGHT);
  gtk_widget_set_size_request (self->content, WIDTH, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->content), self->view);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
}

GtkWidget *
pel_history_list_new (void)
{
  return g_object_new (PEL_TYPE_HISTORY_LIST, NULL);
}
