/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-model-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "ui/pages/pel-model-details.h"

static void
on_predict (GtkWidget *button, PelWorkspace *workspace)
{
  PelModelEntry *entry = g_object_get_data (G_OBJECT (button), "pel-model");

  pel_workspace_set_model (workspace, entry);
  gtk_widget_activate_action (button, "win.predict", NULL);
}

/* What is folded away is made when it is first looked at. */
static void
on_expanded (AdwExpanderRow *row)
{
  PelWorkspace *workspace = g_object_get_data (G_OBJECT (row), "pel-workspace");
  PelModelEntry *entry = g_object_get_data (G_OBJECT (row), "pel-model");
  gboolean expanded = adw_expander_row_get_expanded (row);
  GtkWidget *box, *use, *holder;

  /* The list makes its rows anew when a model is written. */
  g_object_set_data (pel_model_entry_get_identity (entry), "pel-expanded",
                     GINT_TO_POINTER (expanded));
  if (!expanded || g_object_get_data (G_OBJECT (row), "pel-use") != NULL)
    return;
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_box_append (GTK_BOX (box), pel_model_facts_new (entry));
  gtk_box_append (GTK_BOX (box), pel_model_curves_new (entry));
  gtk_box_append (GTK_BOX (box), pel_model_note_new (workspace, entry));
  gtk_box_append (GTK_BOX (box), pel_model_buttons_new (workspace, entry, &use));
  holder = gtk_list_box_row_new ();
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (holder), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (holder), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (holder), box);
  adw_expander_row_add_row (row, holder);
  g_object_set_data (G_OBJECT (row), "pel-use", use);
  gtk_widget_set_sensitive (use, pel_workspace_get_model (workspace) != entry);
}

static void
update_mark (GtkWidget *row)
{
  PelWorkspace *workspace = g_object_get_data (G_OBJECT (row), "pel-workspace");
  PelModelEntry *entry = g_object_get_data (G_OBJECT (row), "pel-model");
  GtkWidget *mark = g_object_get_data (G_OBJECT (row), "pel-mark");
  GtkWidget *use = g_object_get_data (G_OBJECT (row), "pel-use");
  gboolean in_use = pel_workspace_get_model (workspace) == entry;

  gtk_widget_set_opacity (mark, in_use ? 1.0 : 0.0);
  gtk_widget_set_tooltip_text (mark, in_use ? _ ("This model is in use") : NULL);
  if (use != NULL)
    gtk_widget_set_sensitive (use, !in_use);
}

GtkWidget *
pel_model_row_new (PelWorkspace *workspace, PelModelEntry *entry)
{
  GtkWidget *row = adw_expander_row_new ();
  GtkWidget *mark = gtk_image_new_from_icon_name ("object-select-symbolic");
  GtkWidget *predict;
  g_autofree char *title = g_markup_escape_text (pel_model_entry_get_name (entry), -1);
  g_autofree char *description = pel_model_describe (entry);
  g_autofree char *subtitle = g_markup_escape_text (description, -1);
  g_autofree char *label = NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), subtitle);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), mark);
  g_object_set_data_full (G_OBJECT (row), "pel-workspace", g_object_ref (workspace),
                          g_object_unref);
  pel_model_hold (row, entry);
  g_object_set_data (G_OBJECT (row), "pel-mark", mark);
  if (pel_model_entry_get_problem (entry) != NULL)
    {
      gtk_widget_set_sensitive (row, FALSE);
      gtk_widget_set_opacity (mark, 0.0);
      return row;
    }

  predict = gtk_button_new_from_icon_name ("pellicle-predict-symbolic");
  /* Translators: %s is the name of a model. */
  label = g_strdup_printf (_ ("Predict this image with “%s”"), pel_model_entry_get_name (entry));
  gtk_widget_set_valign (predict, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (predict, "flat");
  gtk_widget_set_tooltip_text (predict, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (predict), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  pel_model_hold (predict, entry);
  g_signal_connect_object (predict, "clicked", G_CALLBACK (on_predict), workspace,
                           G_CONNECT_DEFAULT);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (row), predict);
  g_signal_connect (row, "notify::expanded", G_CALLBACK (on_expanded), NULL);
  g_signal_connect_object (workspace, "notify::model", G_CALLBACK (update_mark), row,
                           G_CONNECT_SWAPPED);
  adw_expander_row_set_expanded (
      ADW_EXPANDER_ROW (row),
      g_object_get_data (pel_model_entry_get_identity (entry), "pel-expanded") != NULL);
  update_mark (row);
  return row;
}
