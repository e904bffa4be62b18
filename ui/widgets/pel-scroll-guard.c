/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-scroll-guard.h"

static void
leave_the_wheel (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_NONE);
    }
}

void
pel_scroll_guard_add (GtkWidget *root)
{
  g_return_if_fail (GTK_IS_WIDGET (root));

  if (GTK_IS_SCALE (root) || GTK_IS_SPIN_BUTTON (root))
    leave_the_wheel (root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    pel_scroll_guard_add (child);
  /* What is folded away is not among the children. */
  if (GTK_IS_EXPANDER (root) && !gtk_expander_get_expanded (GTK_EXPANDER (root)) &&
      gtk_expander_get_child (GTK_EXPANDER (root)) != NULL)
    pel_scroll_guard_add (gtk_expander_get_child (GTK_EXPANDER (root)));
}
