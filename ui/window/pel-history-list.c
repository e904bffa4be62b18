/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-history-list.h"

#include <glib/gi18n-lib.h>

#define HEIGHT 320
#define WIDTH 280
/* A list that is never laid out asks for no frames for ever. */
#define PATIENCE_US (5 * G_USEC_PER_SEC)

struct _PelHistoryList
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkWidget *view;
  PelUndo *undo;
  guint target;
  gboolean going;
  guint present;          /* the row of where the image is */
  GtkWidget *present_row; /* weak; it gets the focus when the list is shown */
  guint tick;
  gint64 give_up; /* when it is no longer looked for */
};

enum
{
  CHOSEN,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PelHistoryList, pel_history_list, GTK_TYPE_WIDGET)

static void start_going (PelHistoryList *self);

static void
on_arrived (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelHistoryList) self = data;
  PelUndo *undo = PEL_UNDO (source);
  g_autoptr (GError) error = NULL;
  gboolean good = pel_undo_go_to_finish (undo, result, &error);

  if (error != NULL)
    g_signal_emit (self, signals[FAILED], 0, error->message);
  self->going = FALSE;
  /* Another row was chosen on the way. */
  if (good && undo == self->undo && pel_undo_get_position (undo) != self->target)
    start_going (self);
}

static void
start_going (PelHistoryList *self)
{
  self->target = MIN (self->target, pel_undo_get_n_steps (self->undo));
  self->going = TRUE;
  pel_undo_go_to_async (self->undo, self->target, on_arrived, g_object_ref (self));
}

void
pel_history_list_go_to (PelHistoryList *self, guint position)
{
  g_return_if_fail (PEL_IS_HISTORY_LIST (self));

  if (self->undo == NULL)
    return;
  self->target = position;
  if (!pel_undo_is_walking (self->undo))
    start_going (self);
}

gboolean
pel_history_list_is_going (PelHistoryList *self)
{
  g_return_val_if_fail (PEL_IS_HISTORY_LIST (self), FALSE);

  return self->going;
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
stop_looking (PelHistoryList *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (self->view, self->tick);
  self->tick = 0;
  g_clear_weak_pointer (&self->present_row);
}

/* The list has to be laid out before it can go to a row, and again before that has the focus. */
static gboolean
go_to_present_row (GtkWidget *view, GdkFrameClock *clock, gpointer data)
{
  PelHistoryList *self = data;

  if (self->present_row != NULL && gtk_widget_get_mapped (self->present_row))
    gtk_widget_grab_focus (self->present_row);
  else if (g_get_monotonic_time () < self->give_up)
    {
      gtk_widget_activate_action (view, "list.scroll-to-item", "u", self->present);
      return G_SOURCE_CONTINUE;
    }
  self->tick = 0;
  g_clear_weak_pointer (&self->present_row);
  return G_SOURCE_REMOVE;
}

static void
bind_row (GtkListItemFactory *factory, GtkListItem *item, PelHistoryList *self)
{
  GtkWidget *label = gtk_list_item_get_child (item);

  gtk_label_set_text (GTK_LABEL (label), gtk_string_object_get_string (
                                             GTK_STRING_OBJECT (gtk_list_item_get_item (item))));
  /* Rows are used again for other steps. */
  if (gtk_list_item_get_position (item) == self->present)
    g_set_weak_pointer (&self->present_row, gtk_widget_get_parent (label));
  else if (self->present_row == gtk_widget_get_parent (label))
    g_clear_weak_pointer (&self->present_row);
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

  g_set_object (&self->undo, undo);
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
  self->present = n - position;
  g_clear_weak_pointer (&self->present_row);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->view), model);
  self->give_up = g_get_monotonic_time () + PATIENCE_US;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (self->view, go_to_present_row, self, NULL);
  g_object_unref (model);
}

static void
pel_history_list_dispose (GObject *object)
{
  PelHistoryList *self = PEL_HISTORY_LIST (object);

  stop_looking (self);
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
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), self);
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
