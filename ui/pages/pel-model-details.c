/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-model-details.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/pages/pel-lessons-text.h"
#include "ui/pages/pel-model-menu.h"
#include "ui/widgets/pel-plot.h"
#include "ui/window/pel-format.h"

/* When it was written, in local time; empty where that is not known. */
static char *
describe_created (PelModelEntry *entry, const char *format)
{
  g_autoptr (GDateTime) created =
      g_date_time_new_from_iso8601 (pel_model_entry_get_created (entry), NULL);
  g_autoptr (GDateTime) local = created != NULL ? g_date_time_to_local (created) : NULL;

  return local != NULL ? g_strstrip (g_date_time_format (local, format)) : g_strdup ("");
}

char *
pel_model_describe (PelModelEntry *entry)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *day = NULL;
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
  day = describe_created (entry, "%e\xc2\xa0%b,\xc2\xa0%H:%M");
  if (*day != '\0')
    g_string_append (text, day);
  else if (g_str_has_suffix (text->str, " · "))
    g_string_truncate (text, text->len - strlen (" · "));
  return g_strdup (text->str);
}

static void
on_use (GtkWidget *button, PelWorkspace *workspace)
{
  pel_workspace_set_model (workspace, g_object_get_data (G_OBJECT (button), "pel-model"));
}

static GtkWidget *
add_fact (GtkGrid *grid, int row, const char *name, const char *value)
{
  GtkWidget *label = gtk_label_new (name);
  GtkWidget *text = gtk_label_new (value);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (text), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_add_css_class (text, "pel-number");
  gtk_grid_attach (grid, label, 0, row, 1, 1);
  gtk_grid_attach (grid, text, 1, row, 1, 1);
  return text;
}

char *
pel_model_describe_date (PelModelEntry *entry, gboolean brief)
{
  /* What belongs together stays on one line. */
  return describe_created (entry, brief ? "%e\xc2\xa0%b,\xc2\xa0%H:%M" : "%e %B %Y, %H:%M");
}

GtkWidget *
pel_model_facts_new (PelModelEntry *entry)
{
  GtkWidget *grid = gtk_grid_new ();
  const PelModelInfo *info = pel_model_entry_get_info (entry);
  double ap = pel_model_entry_get_best_ap50 (entry), dice = pel_model_entry_get_best_dice (entry);
  g_autofree char *date = pel_model_describe_date (entry, FALSE);
  g_autofree char *time = pel_format_duration (pel_model_entry_get_seconds (entry));
  g_autofree char *learnt = NULL;
  g_autofree char *scores = NULL;
  g_autofree char *size = NULL;
  g_autofree char *network = NULL;
  GtkWidget *judged;
  int row = 0;

  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  add_fact (GTK_GRID (grid), row++, _ ("Date"), date);
  learnt = pel_lessons_describe_counts (info->cells, info->images);
  /* Of a network that another program trained nothing is known. */
  if (info->images > 0)
    {
      add_fact (GTK_GRID (grid), row++, _ ("Learnt from"), learnt);
      add_fact (GTK_GRID (grid), row++, _ ("Training time"), time);
    }
  if (isfinite (ap) && isfinite (dice))
    /* Translators: average precision and the Dice score, both between 0 and 1. */
    scores = g_strdup_printf (_ ("AP %.2f · Dice %.2f"), ap, dice);
  judged = add_fact (GTK_GRID (grid), row++, _ ("Held-out images"),
                     scores != NULL ? scores : _ ("none"));
  if (scores != NULL)
    gtk_widget_set_tooltip_text (
        judged, _ ("As judged during the training, on as much of what was held out as its time "
                   "allowed; Quality looks at whole images."));
  if (info->typical_diameter > 0)
    {
      size = pel_format_length (info->typical_diameter, info->um_per_px);
      add_fact (GTK_GRID (grid), row++, _ ("Typical cell"), size);
      add_fact (GTK_GRID (grid), row++, _ ("Their size"),
                info->guess_size ? _ ("found out from each image") : _ ("as in its images"));
    }
  /* Translators: the width of a network. */
  network = g_strdup_printf (_ ("%u base channels"), pel_model_entry_get_base_channels (entry));
  add_fact (GTK_GRID (grid), row++, _ ("Network"), network);
  if (pel_model_entry_get_separator (entry) == PEL_SEPARATOR_FLOWS)
    add_fact (GTK_GRID (grid), row++, _ ("Told apart by"), _ ("Flows"));
  return grid;
}

GtkWidget *
pel_model_curves_new (PelModelEntry *entry)
{
  GtkWidget *plot = pel_plot_new (_ ("Held-out images"), _ ("step"));
  guint n, dice, ap;
  const PelCurvePoint *points = pel_model_entry_get_curve (entry, &n);

  pel_plot_set_y_range (PEL_PLOT (plot), 0.0, 1.0);
  dice = pel_plot_add_series (PEL_PLOT (plot), _ ("Dice"), PEL_PLOT_LINE);
  ap = pel_plot_add_series (PEL_PLOT (plot), _ ("AP"), PEL_PLOT_LINE);
  for (guint i = 0; i < n; i++)
    {
      pel_plot_append (PEL_PLOT (plot), dice, points[i].step, points[i].val_dice);
      pel_plot_append (PEL_PLOT (plot), ap, points[i].step, points[i].val_ap50);
    }
  gtk_widget_set_size_request (plot, -1, 130);
  gtk_widget_set_visible (plot, pel_plot_get_n_points (PEL_PLOT (plot), dice) > 1);
  return plot;
}

static void
on_note_changed (GtkEditable *note, PelWorkspace *workspace)
{
  PelModelEntry *entry = g_object_get_data (G_OBJECT (note), "pel-model");
  PelProject *project = pel_workspace_get_project (workspace);

  if (project != NULL && !pel_project_get_read_only (project))
    pel_project_set_model_note (project, pel_model_entry_get_name (entry),
                                gtk_editable_get_text (note));
}

void
pel_model_hold (GtkWidget *widget, PelModelEntry *entry)
{
  g_object_set_data_full (G_OBJECT (widget), "pel-model", g_object_ref (entry), g_object_unref);
}

GtkWidget *
pel_model_note_new (PelWorkspace *workspace, PelModelEntry *entry)
{
  GtkWidget *note = gtk_entry_new ();
  const char *text = pel_project_get_model_note (pel_workspace_get_project (workspace),
                                                 pel_model_entry_get_name (entry));

  gtk_entry_set_placeholder_text (GTK_ENTRY (note), _ ("Note"));
  gtk_widget_set_tooltip_text (note, _ ("Your own words about this model"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (note), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Note"),
                                  -1);
  gtk_editable_set_text (GTK_EDITABLE (note), text != NULL ? text : "");
  pel_model_hold (note, entry);
  g_signal_connect_object (note, "changed", G_CALLBACK (on_note_changed), workspace,
                           G_CONNECT_DEFAULT);
  return note;
}

GtkWidget *
pel_model_buttons_new (PelWorkspace *workspace, PelModelEntry *entry, GtkWidget **use)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *more = gtk_button_new_with_mnemonic (_ ("+10 _min"));

  *use = gtk_button_new_with_mnemonic (_ ("_Use"));
  pel_model_hold (*use, entry);
  gtk_widget_set_hexpand (*use, TRUE);
  g_signal_connect_object (*use, "clicked", G_CALLBACK (on_use), workspace, G_CONNECT_DEFAULT);
  gtk_widget_set_hexpand (more, TRUE);
  gtk_widget_set_tooltip_text (more, _ ("Train this model 10 more minutes"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (more), "s", pel_model_entry_get_name (entry));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (more), "win.train-further");
  gtk_box_append (GTK_BOX (box), *use);
  gtk_box_append (GTK_BOX (box), more);
  gtk_box_append (GTK_BOX (box), pel_model_menu_new (workspace, entry));
  return box;
}
