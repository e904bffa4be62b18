/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-model-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/window/pel-format.h"

char *
pel_model_describe (PelModelEntry *entry)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GDateTime) created = NULL;
  double ap = pel_model_entry_get_best_ap50 (entry);
  double dice = pel_model_entry_get_best_dice (entry);
  const char *problem = pel_model_entry_get_problem (entry);

  if (problem != NULL)
    return g_strdup (problem);
  if (isfinite (ap))
    /* Translators: average precision, a score between 0 and 1. */
    g_string_append_printf (text, _ ("AP %.2f · "), ap);
  if (isfinite (dice))
    /* Translators: the Dice score, between 0 and 1. */
    g_string_append_printf (text, _ ("Dice %.2f · "), dice);
  if (pel_model_entry_get_seconds (entry) > 0.0)
    {
      g_autofree char *duration = pel_format_duration (pel_model_entry_get_seconds (entry));

      /* Translators: for how long a model was trained, as minutes and seconds. */
      g_string_append_printf (text, _ ("%s trained · "), duration);
    }
  created = g_date_time_new_from_iso8601 (pel_model_entry_get_created (entry), NULL);
  if (created != NULL)
    {
      g_autoptr (GDateTime) local = g_date_time_to_local (created);
      g_autofree char *day = g_date_time_format (local, "%e %b, %H:%M");

      g_string_append (text, g_strstrip (day));
    }
  else if (g_str_has_suffix (text->str, " · "))
    g_string_truncate (text, text->len - strlen (" · "));
  return g_strdup (text->str);
}

static void
on_predict (GtkWidget *button, PelWorkspace *workspace)
{
  PelModelEntry *entry = g_object_get_data (G_OBJECT (button), "pel-model");

  pel_workspace_set_model (workspace, entry);
  gtk_widget_activate_action (button, "win.predict", NULL);
}

static void
on_activated (AdwActionRow *row, PelWorkspace *workspace)
{
  pel_workspace_set_model (workspace, g_object_get_data (G_OBJECT (row), "pel-model"));
}

static void
update_mark (GtkWidget *row)
{
  PelWorkspace *workspace = g_object_get_data (G_OBJECT (row), "pel-workspace");
  PelModelEntry *entry = g_object_get_data (G_OBJECT (row), "pel-model");
  GtkWidget *mark = g_object_get_data (G_OBJECT (row), "pel-mark");
  gboolean in_use = pel_workspace_get_model (workspace) == entry;

  gtk_widget_set_opacity (mark, in_use ? 1.0 : 0.0);
  gtk_widget_set_tooltip_text (row, in_use ? _ ("This model is in use") : _ ("Use this model"));
}

GtkWidget *
pel_model_row_new (PelWorkspace *workspace, PelModelEntry *entry)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *mark = gtk_image_new_from_icon_name ("object-select-symbolic");
  g_autofree char *title = g_markup_escape_text (pel_model_entry_get_name (entry), -1);
  g_autofree char *description = pel_model_describe (entry);
  g_autofree char *subtitle = g_markup_escape_text (description, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), mark);
  g_object_set_data_full (G_OBJECT (row), "pel-workspace", g_object_ref (workspace),
                          g_object_unref);
  g_object_set_data_full (G_OBJECT (row), "pel-model", g_object_ref (entry), g_object_unref);
  g_object_set_data (G_OBJECT (row), "pel-mark", mark);
  if (pel_model_entry_get_problem (entry) != NULL)
    {
      gtk_widget_set_sensitive (row, FALSE);
      gtk_widget_set_opacity (mark, 0.0);
      return row;
    }

  {
    GtkWidget *predict = gtk_button_new_from_icon_name ("pellicle-predict-symbolic");
    g_autofree char *label = NULL;

    /* Translators: %s is the name of a model. */
    label = g_strdup_printf (_ ("Predict this image with “%s”"), pel_model_entry_get_name (entry));
    gtk_widget_set_valign (predict, GTK_ALIGN_CENTER);
    gtk_widget_add_css_class (predict, "flat");
    gtk_widget_set_tooltip_text (predict, label);
    gtk_accessible_update_property (GTK_ACCESSIBLE (predict), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                    -1);
    g_object_set_data_full (G_OBJECT (predict), "pel-model", g_object_ref (entry), g_object_unref);
    g_signal_connect_object (predict, "clicked", G_CALLBACK (on_predict), workspace,
                             G_CONNECT_DEFAULT);
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), predict);
  }
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_activated), workspace,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (workspace, "notify::model", G_CALLBACK (update_mark), row,
                           G_CONNECT_SWAPPED);
  update_mark (row);
  return row;
}
