/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-rule-panel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-statistics.h"
#include "ui/pages/pel-cell-view.h"
#include "ui/pages/pel-quantity-choice.h"
#include "ui/widgets/pel-axis.h"
#include "ui/widgets/pel-histogram.h"

/* A limit moves by steps of the range over this. */
#define STEPS 400

struct _PelRulePanel
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelCellList *cells;
  gboolean in_um;
  PelRules *rules;
  gboolean updating;

  GtkWidget *box;
  GtkWidget *add, *remove;
  GtkWidget *editor;
  GtkDropDown *which;
  GtkStringList *names;
  GtkEntry *name;
  GtkDropDown *quantity;
  GtkDropDown *side;
  PelHistogram *histogram;
  GtkScale *limit;
  GtkSpinButton *limit_number;
  GtkLabel *result;
};

G_DEFINE_FINAL_TYPE (PelRulePanel, pel_rule_panel, GTK_TYPE_WIDGET)

static const PelRule *
get_rule (PelRulePanel *self)
{
  guint index = gtk_drop_down_get_selected (self->which);

  return index < pel_rules_get_n (self->rules) ? pel_rules_get (self->rules, index) : NULL;
}

static double
value_of (const PelCellTable *table, guint row, const PelRule *rule)
{
  return rule->um ? pel_cell_table_get_um (table, row, rule->quantity)
                  : pel_cell_table_get (table, row, rule->quantity);
}

/* A power of ten below the step of the slider: a limit has no more digits than it deserves. */
static double
get_unit (PelRulePanel *self)
{
  GtkAdjustment *range = gtk_range_get_adjustment (GTK_RANGE (self->limit));
  double span = gtk_adjustment_get_upper (range) - gtk_adjustment_get_lower (range);

  return pow (10, floor (log10 (span / STEPS)));
}

static double
round_limit (PelRulePanel *self, double value)
{
  double unit = get_unit (self);

  /* Divided where it can be, so that 3.14 is what is read from "3.14". */
  return unit < 1 ? round (value / unit) / round (1 / unit) : round (value / unit) * unit;
}

/* The slider, and the number beside it. */
static void
show_limit (PelRulePanel *self, double limit)
{
  double unit = get_unit (self);

  self->updating = TRUE;
  gtk_range_set_value (GTK_RANGE (self->limit), limit);
  gtk_spin_button_set_digits (self->limit_number, (guint)CLAMP (-log10 (unit) + 0.5, 0, 9));
  gtk_spin_button_set_increments (self->limit_number, unit, 10 * unit);
  gtk_spin_button_set_value (self->limit_number, limit);
  self->updating = FALSE;
}

/* What the rule says about the cells on show, border cells left out. */
static void
show_result (PelRulePanel *self)
{
  const PelRule *rule = get_rule (self);
  const PelCellTable *table = self->cells != NULL ? pel_cell_list_get_table (self->cells) : NULL;
  guint n = 0, n_class = 0, n_border = 0, index = gtk_drop_down_get_selected (self->which);
  g_autofree char *number = NULL, *text = NULL, *border = NULL, *all = NULL;

  if (rule == NULL)
    return;
  for (guint i = 0; table != NULL && i < pel_cell_table_get_n_cells (table); i++)
    {
      if (pel_cell_table_get (table, i, PEL_QUANTITY_TOUCHES_BORDER) != 0)
        {
          n_border++;
          continue;
        }
      n++;
      n_class += pel_rules_classify (self->rules, table, i) == (gint)index;
    }
  number = pel_format_number (rule->limit, 3);
  /* Translators: ">" or "<" and a number; then how many of how many cells, and their share. */
  text = g_strdup_printf (_ ("%s %s: %u of %u cells, %.0f %%"), rule->above ? ">" : "<", number,
                          n_class, n, n > 0 ? 100.0 * n_class / n : 0.0);
  border = n_border > 0
               ? g_strdup_printf (ngettext ("%u cell at the border is not counted",
                                            "%u cells at the border are not counted", n_border),
                                  n_border)
               : NULL;
  all = border != NULL ? g_strdup_printf ("%s\n%s", text, border) : g_strdup (text);
  gtk_label_set_text (self->result, all);
}

/* The histogram of the rule's measurement, and the range of its slider. */
static void
show_values (PelRulePanel *self)
{
  const PelRule *rule = get_rule (self);
  const PelCellTable *table = self->cells != NULL ? pel_cell_list_get_table (self->cells) : NULL;
  guint n = table != NULL ? pel_cell_table_get_n_cells (table) : 0, kept = 0;
  g_autofree double *values = g_new (double, MAX (n, 1));
  g_autofree char *heading = NULL;
  double low = INFINITY, high = -INFINITY;

  if (rule == NULL)
    return;
  for (guint i = 0; i < n; i++)
    {
      double value = value_of (table, i, rule);

      if (!isfinite (value))
        continue;
      values[kept++] = value;
      low = MIN (low, value);
      high = MAX (high, value);
    }
  heading = pel_quantity_get_heading (rule->quantity, rule->um);
  pel_histogram_set_values (self->histogram, heading, values, kept);
  pel_histogram_set_limit (self->histogram, rule->limit, rule->above);
  low = kept > 0 ? MIN (low, rule->limit) : rule->limit - 1;
  high = kept > 0 ? MAX (high, rule->limit) : rule->limit + 1;
  if (!(high > low))
    high = low + 1;
  self->updating = TRUE;
  gtk_range_set_range (GTK_RANGE (self->limit), low, high);
  gtk_range_set_increments (GTK_RANGE (self->limit), (high - low) / STEPS, (high - low) / 20);
  self->updating = FALSE;
  show_limit (self, rule->limit);
  show_result (self);
}

static void
show_rule (PelRulePanel *self)
{
  const PelRule *rule = get_rule (self);

  gtk_widget_set_visible (self->editor, rule != NULL);
  gtk_widget_set_sensitive (self->remove, rule != NULL);
  gtk_widget_set_sensitive (self->add, pel_rules_get_n (self->rules) < PEL_RULES_MAX);
  if (rule == NULL)
    return;
  self->updating = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->name), rule->name);
  pel_quantity_choice_set (self->quantity, rule->quantity);
  gtk_drop_down_set_selected (self->side, rule->above ? 0 : 1);
  self->updating = FALSE;
  show_values (self);
}

static void
list_names (PelRulePanel *self, guint selected)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  self->updating = TRUE;
  for (guint i = 0; i < pel_rules_get_n (self->rules); i++)
    g_ptr_array_add (names, pel_rules_get (self->rules, i)->name);
  g_ptr_array_add (names, NULL);
  gtk_string_list_splice (self->names, 0, g_list_model_get_n_items (G_LIST_MODEL (self->names)),
                          (const char *const *)names->pdata);
  gtk_drop_down_set_selected (self->which, selected);
  self->updating = FALSE;
  show_rule (self);
}

static void
store (PelRulePanel *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  if (project != NULL)
    pel_project_set_rules (project, self->rules);
}

static void
change_rule (PelRulePanel *self, const PelRule *changed)
{
  guint index = gtk_drop_down_get_selected (self->which);

  if (index >= pel_rules_get_n (self->rules))
    return;
  pel_rules_set (self->rules, index, changed);
  store (self);
  /* What is set here is seen on the picture. */
  pel_display_set_color_by (pel_workspace_get_display (self->workspace), PEL_COLOR_BY_CLASS);
}

static void
change_limit (PelRulePanel *self, double limit)
{
  const PelRule *rule = get_rule (self);
  PelRule changed;

  if (rule == NULL || rule->limit == limit)
    return;
  changed = *rule;
  changed.name = g_strdup (rule->name);
  changed.limit = limit;
  change_rule (self, &changed);
  g_free (changed.name);
  pel_histogram_set_limit (self->histogram, limit, changed.above);
  show_result (self);
}

static void
on_limit_moved (PelRulePanel *self)
{
  double limit = round_limit (self, gtk_range_get_value (GTK_RANGE (self->limit)));

  if (self->updating)
    return;
  change_limit (self, limit);
  self->updating = TRUE;
  gtk_spin_button_set_value (self->limit_number, limit);
  self->updating = FALSE;
}

static void
on_limit_dragged (PelRulePanel *self, double limit)
{
  limit = round_limit (self, limit);
  change_limit (self, limit);
  show_limit (self, limit);
}

/* What is typed is taken as it is; it may lie beyond all values. */
static void
on_limit_typed (PelRulePanel *self)
{
  if (self->updating)
    return;
  change_limit (self, gtk_spin_button_get_value (self->limit_number));
  show_values (self);
}

static double
median_of (PelRulePanel *self, PelQuantityId id, gboolean um)
{
  const PelCellTable *table = self->cells != NULL ? pel_cell_list_get_table (self->cells) : NULL;
  guint n = table != NULL ? pel_cell_table_get_n_cells (table) : 0;
  g_autofree double *values = g_new (double, MAX (n, 1));
  const PelRule rule = { NULL, id, um };
  PelSummary summary;

  for (guint i = 0; i < n; i++)
    values[i] = value_of (table, i, &rule);
  pel_summary_compute (values, n, &summary);
  return summary.n > 0 ? summary.median : 1;
}

/* Another measurement begins at the middle of its values, in the unit on show. */
static void
on_quantity_chosen (PelRulePanel *self)
{
  const PelRule *rule = get_rule (self);
  PelRule changed;

  if (self->updating || rule == NULL)
    return;
  changed = *rule;
  changed.name = g_strdup (rule->name);
  changed.quantity = pel_quantity_choice_get (self->quantity);
  changed.um = self->in_um && pel_quantity_get (changed.quantity)->column_um != NULL;
  changed.limit = median_of (self, changed.quantity, changed.um);
  change_rule (self, &changed);
  g_free (changed.name);
  /* The range is known now, and with it how many digits the limit deserves. */
  show_values (self);
  on_limit_dragged (self, changed.limit);
}

static void
on_side_chosen (PelRulePanel *self)
{
  const PelRule *rule = get_rule (self);
  PelRule changed;

  if (self->updating || rule == NULL)
    return;
  changed = *rule;
  changed.name = g_strdup (rule->name);
  changed.above = gtk_drop_down_get_selected (self->side) == 0;
  change_rule (self, &changed);
  g_free (changed.name);
  show_values (self);
}

static void
on_name_typed (PelRulePanel *self)
{
  const PelRule *rule = get_rule (self);
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  PelRule changed;
  const char *names[2] = { NULL };
  guint index;

  if (self->updating || rule == NULL || name[0] == '\0')
    return;
  changed = *rule;
  changed.name = g_strdup (name);
  change_rule (self, &changed);
  g_free (changed.name);
  index = gtk_drop_down_get_selected (self->which);
  names[0] = pel_rules_get (self->rules, index)->name;
  self->updating = TRUE;
  gtk_string_list_splice (self->names, index, 1, names);
  gtk_drop_down_set_selected (self->which, index);
  self->updating = FALSE;
}

static void
on_which_chosen (PelRulePanel *self)
{
  if (!self->updating)
    show_rule (self);
}

static void
on_add (PelRulePanel *self)
{
  PelRule rule = { (char *)_ ("stretched"), PEL_QUANTITY_STRETCH, FALSE, TRUE, 2 };
  g_autofree char *name = NULL;

  if (pel_rules_get_n (self->rules) > 0)
    {
      /* Translators: the name of a class of cells that the user has not named yet. */
      name = g_strdup_printf (_ ("class %u"), pel_rules_get_n (self->rules) + 1);
      rule = (PelRule){ name, PEL_QUANTITY_EQUIVALENT_DIAMETER, self->in_um, TRUE,
                        median_of (self, PEL_QUANTITY_EQUIVALENT_DIAMETER, self->in_um) };
    }
  pel_rules_add (self->rules, &rule);
  store (self);
  pel_display_set_color_by (pel_workspace_get_display (self->workspace), PEL_COLOR_BY_CLASS);
  list_names (self, pel_rules_get_n (self->rules) - 1);
  on_limit_dragged (self, rule.limit);
}

static void
on_remove (PelRulePanel *self)
{
  guint index = gtk_drop_down_get_selected (self->which);

  if (index >= pel_rules_get_n (self->rules))
    return;
  pel_rules_remove (self->rules, index);
  store (self);
  if (pel_rules_get_n (self->rules) == 0)
    pel_display_set_color_by (pel_workspace_get_display (self->workspace), PEL_COLOR_BY_LABEL);
  list_names (self, index > 0 ? index - 1 : 0);
}

static void
pel_rule_panel_dispose (GObject *object)
{
  PelRulePanel *self = PEL_RULE_PANEL (object);

  pel_rule_panel_set_cells (self, NULL, FALSE);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->rules, pel_rules_free);
  G_OBJECT_CLASS (pel_rule_panel_parent_class)->dispose (object);
}

static void
pel_rule_panel_class_init (PelRulePanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_rule_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_button (const char *icon, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                  -1);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static void
set_name (gpointer widget, const char *name)
{
  gtk_widget_set_tooltip_text (widget, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
make_editor (PelRulePanel *self)
{
  const char *const sides[] = { _ ("above"), _ ("below"), NULL };
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->editor = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->name = GTK_ENTRY (gtk_entry_new ());
  self->quantity = pel_quantity_choice_new ();
  self->side = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (sides));
  self->histogram = PEL_HISTOGRAM (pel_histogram_new ());
  self->limit = GTK_SCALE (gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.01));
  self->result = GTK_LABEL (gtk_label_new (NULL));
  set_name (self->name, _ ("Name of the class"));
  set_name (self->quantity, _ ("What the class depends on"));
  set_name (self->side, _ ("On which side of the limit the class is"));
  set_name (self->limit, _ ("Limit of the class"));
  self->limit_number = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (-1e9, 1e9, 1));
  set_name (self->limit_number, _ ("Limit of the class, to be typed"));
  gtk_widget_set_hexpand (GTK_WIDGET (self->limit_number), TRUE);
  gtk_scale_set_draw_value (self->limit, FALSE);
  gtk_widget_set_size_request (GTK_WIDGET (self->histogram), -1, 120);
  gtk_label_set_xalign (self->result, 0);
  gtk_label_set_wrap (self->result, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->result), "pel-number");
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->side));
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->limit_number));
  gtk_box_append (GTK_BOX (self->editor), GTK_WIDGET (self->name));
  gtk_box_append (GTK_BOX (self->editor), GTK_WIDGET (self->quantity));
  gtk_box_append (GTK_BOX (self->editor), row);
  gtk_box_append (GTK_BOX (self->editor), GTK_WIDGET (self->histogram));
  gtk_box_append (GTK_BOX (self->editor), GTK_WIDGET (self->limit));
  gtk_box_append (GTK_BOX (self->editor), GTK_WIDGET (self->result));
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (on_name_typed), self);
  g_signal_connect_swapped (self->quantity, "notify::selected", G_CALLBACK (on_quantity_chosen),
                            self);
  g_signal_connect_swapped (self->side, "notify::selected", G_CALLBACK (on_side_chosen), self);
  g_signal_connect_swapped (self->limit, "value-changed", G_CALLBACK (on_limit_moved), self);
  g_signal_connect_swapped (self->limit_number, "value-changed", G_CALLBACK (on_limit_typed), self);
  g_signal_connect_swapped (self->histogram, "limit-moved", G_CALLBACK (on_limit_dragged), self);
}

static void
pel_rule_panel_init (PelRulePanel *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->rules = pel_rules_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->names = gtk_string_list_new (NULL);
  self->which = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (g_object_ref (self->names)), NULL));
  g_object_unref (self->names);
  self->add = make_button ("list-add-symbolic", _ ("Add a class"));
  self->remove = make_button ("list-remove-symbolic", _ ("Remove this class"));
  set_name (self->which, _ ("Class to look at"));
  gtk_widget_set_hexpand (GTK_WIDGET (self->which), TRUE);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->which));
  gtk_box_append (GTK_BOX (row), self->add);
  gtk_box_append (GTK_BOX (row), self->remove);
  make_editor (self);
  gtk_box_append (GTK_BOX (self->box), row);
  gtk_box_append (GTK_BOX (self->box), self->editor);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_swapped (self->which, "notify::selected", G_CALLBACK (on_which_chosen), self);
  g_signal_connect_swapped (self->add, "clicked", G_CALLBACK (on_add), self);
  g_signal_connect_swapped (self->remove, "clicked", G_CALLBACK (on_remove), self);
  show_rule (self);
}

void
pel_rule_panel_set_workspace (PelRulePanel *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_RULE_PANEL (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (pel_rule_panel_reload), self,
                           G_CONNECT_SWAPPED);
  pel_rule_panel_reload (self);
}

void
pel_rule_panel_reload (PelRulePanel *self)
{
  PelProject *project;

  g_return_if_fail (PEL_IS_RULE_PANEL (self));

  project = self->workspace != NULL ? pel_workspace_get_project (self->workspace) : NULL;
  pel_rules_free (self->rules);
  self->rules =
      project != NULL ? pel_rules_copy (pel_project_get_rules (project)) : pel_rules_new ();
  gtk_widget_set_sensitive (self->box, project != NULL && !pel_project_get_read_only (project));
  list_names (self, 0);
}

void
pel_rule_panel_set_cells (PelRulePanel *self, PelCellList *cells, gboolean in_um)
{
  g_return_if_fail (PEL_IS_RULE_PANEL (self));

  if (self->cells != cells)
    {
      if (self->cells != NULL)
        g_signal_handlers_disconnect_by_data (self->cells, self);
      g_set_object (&self->cells, cells);
      if (cells != NULL)
        g_signal_connect_object (cells, "items-changed", G_CALLBACK (show_values), self,
                                 G_CONNECT_SWAPPED);
    }
  self->in_um = in_um;
  if (self->workspace != NULL)
    show_values (self);
}
