/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-plot-window.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-study-job.h"
#include "engine/measure/pel-statistics.h"
#include "ui/pages/pel-cell-view.h"
#include "ui/pages/pel-group-text.h"
#include "ui/pages/pel-quantity-choice.h"
#include "ui/widgets/pel-chart.h"

/* The rows of the drop-down "Replicate". */
enum
{
  UNIT_IMAGE,
  UNIT_CELL,
};

/* A value with where it comes from. */
typedef struct
{
  guint image; /* index into the study */
  guint row;   /* of its table */
} Origin;

struct _PelPlotWindow
{
  AdwWindow parent_instance;

  PelWorkspace *workspace;
  PelStudyJob *job;
  GPtrArray *images; /* of PelStudyImage, the job's; NULL until measured */
  GArray *origins;   /* of Origin, for each point of the chart */
  gboolean in_um;

  GtkDropDown *kind, *x, *y, *unit;
  GtkWidget *x_row, *y_row, *unit_row;
  GtkCheckButton *border;
  PelChart *chart;
  GtkLabel *result;
  GtkWidget *save, *stack, *spinner;
};

G_DEFINE_FINAL_TYPE (PelPlotWindow, pel_plot_window, ADW_TYPE_WINDOW)

static PelStudyImage *
get_image (PelPlotWindow *self, guint index)
{
  return g_ptr_array_index (self->images, index);
}

/* In µm where the user wants them and every image has a scale. */
static void
choose_unit (PelPlotWindow *self)
{
  self->in_um =
      pel_display_get_unit (pel_workspace_get_display (self->workspace)) == PEL_LENGTH_UNIT_UM;
  for (guint i = 0; i < self->images->len; i++)
    {
      const PelCellTable *table = get_image (self, i)->table;

      if (table != NULL && pel_cell_table_get_n_cells (table) > 0)
        self->in_um = self->in_um && pel_cell_table_get_calibration (table, NULL, NULL);
    }
}

static double
get_value (PelPlotWindow *self, const PelCellTable *table, guint row, PelQuantityId id)
{
  return self->in_um && pel_quantity_get (id)->column_um != NULL
             ? pel_cell_table_get_um (table, row, id)
             : pel_cell_table_get (table, row, id);
}

static gboolean
is_counted (PelPlotWindow *self, const PelCellTable *table, guint row)
{
  return !gtk_check_button_get_active (self->border) ||
         pel_cell_table_get (table, row, PEL_QUANTITY_TOUCHES_BORDER) == 0;
}

/* Group names in the order in which they come; images without one are a group of their own. */
static GPtrArray *
list_groups (PelPlotWindow *self)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < self->images->len; i++)
    {
      const char *group = get_image (self, i)->group;

      if (get_image (self, i)->table == NULL)
        continue;
      if (group[0] == '\0')
        group = _ ("no group");
      if (names->len < 64 && !g_ptr_array_find_with_equal_func (names, group, g_str_equal, NULL))
        g_ptr_array_add (names, (char *)group);
    }
  g_ptr_array_add (names, NULL);
  return names;
}

static guint8
find_group (GPtrArray *names, const char *group)
{
  guint index = 0;

  g_ptr_array_find_with_equal_func (names, group[0] != '\0' ? group : _ ("no group"), g_str_equal,
                                    &index);
  return (guint8)MIN (index, 255);
}

static double
median_of_image (PelPlotWindow *self, const PelCellTable *table, PelQuantityId id)
{
  guint n = pel_cell_table_get_n_cells (table), kept = 0;
  g_autofree double *values = g_new (double, MAX (n, 1));
  PelSummary summary;

  for (guint i = 0; i < n; i++)
    if (is_counted (self, table, i))
      values[kept++] = get_value (self, table, i, id);
  pel_summary_compute (values, kept, &summary);
  return summary.n > 0 ? summary.median : NAN;
}

/* What the chart shows. */
typedef struct
{
  GArray *x, *y, *group;
} Points;

static void
add_point (PelPlotWindow *self,
           Points *points,
           guint image,
           guint row,
           double x,
           double y,
           guint8 group)
{
  Origin origin = { image, row };

  g_array_append_val (points->x, x);
  g_array_append_val (points->y, y);
  g_array_append_val (points->group, group);
  g_array_append_val (self->origins, origin);
}

static guint
collect (PelPlotWindow *self, Points *points, GPtrArray *names, gboolean by_image)
{
  PelQuantityId x_id = pel_quantity_choice_get (self->x), y_id = pel_quantity_choice_get (self->y);
  guint n_left_out = 0;

  g_array_set_size (self->origins, 0);
  for (guint i = 0; i < self->images->len; i++)
    {
      const PelCellTable *table = get_image (self, i)->table;
      guint8 group = find_group (names, get_image (self, i)->group);

      if (table == NULL)
        continue;
      if (by_image)
        add_point (self, points, i, 0, NAN, median_of_image (self, table, x_id), group);
      for (guint row = 0; row < pel_cell_table_get_n_cells (table); row++)
        {
          if (!is_counted (self, table, row))
            n_left_out++;
          else if (!by_image)
            add_point (self, points, i, row, get_value (self, table, row, x_id),
                       get_value (self, table, row,
                                  gtk_drop_down_get_selected (self->kind) == PEL_CHART_BOXES
                                      ? x_id
                                      : y_id),
                       group);
        }
    }
  return n_left_out;
}

/* How many cells are in the brush, and which of them are on show: those are selected. */
static void
on_brushed (PelPlotWindow *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *text = NULL;
  gboolean predicted = FALSE;
  guint n = 0;

  if (self->images == NULL || !pel_chart_has_brush (self->chart))
    return;
  for (guint i = 0; i < self->origins->len; i++)
    {
      const Origin *origin = &g_array_index (self->origins, Origin, i);
      PelStudyImage *image = get_image (self, origin->image);
      guint32 label;

      if (!pel_chart_is_brushed (self->chart, i))
        continue;
      n++;
      if (document == NULL || !g_str_equal (image->name, pel_image_document_get_name (document)))
        continue;
      label = pel_cell_table_get_label (image->table, origin->row);
      predicted = image->predicted;
      g_array_append_val (labels, label);
    }
  if (predicted)
    pel_display_set_predicted_selection (display, (guint32 *)(gpointer)labels->data, labels->len);
  else
    pel_display_set_selection (display, (guint32 *)(gpointer)labels->data, labels->len);
  /* Translators: of the cells in a chart, how many are in the part that was marked, and how many of
   * them are in the image on show. */
  text = g_strdup_printf (_ ("%u of %u cells are marked; %u of them are in this image and selected "
                             "on the picture."),
                          n, self->origins->len, labels->len);
  gtk_label_set_text (self->result, text);
}

static void
update (PelPlotWindow *self)
{
  PelChartKind kind = (PelChartKind)gtk_drop_down_get_selected (self->kind);
  gboolean by_image =
      kind == PEL_CHART_BOXES && gtk_drop_down_get_selected (self->unit) == UNIT_IMAGE;
  g_autoptr (GArray) x = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) y = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) group = g_array_new (FALSE, FALSE, sizeof (guint8));
  Points points = { x, y, group };
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *x_title = NULL, *y_title = NULL, *text = NULL;
  guint n_left_out;

  gtk_widget_set_visible (self->y_row, kind == PEL_CHART_SCATTER);
  gtk_widget_set_visible (self->unit_row, kind == PEL_CHART_BOXES);
  if (self->images == NULL)
    return;
  choose_unit (self);
  names = list_groups (self);
  n_left_out = collect (self, &points, names, by_image);
  x_title = pel_quantity_get_heading (pel_quantity_choice_get (self->x), self->in_um);
  y_title = kind == PEL_CHART_BOXES
                ? g_strdup (x_title)
                : pel_quantity_get_heading (pel_quantity_choice_get (self->y), self->in_um);
  pel_chart_set_points (self->chart, kind, (double *)(gpointer)x->data, (double *)(gpointer)y->data,
                        (guint8 *)group->data, x->len, (const char *const *)names->pdata, x_title,
                        y_title);
  text = kind == PEL_CHART_BOXES
             ? pel_group_text ((double *)(gpointer)y->data, (guint8 *)group->data, y->len,
                               (const char *const *)names->pdata, by_image, n_left_out)
             : pel_spread_text ((double *)(gpointer)x->data, x->len, n_left_out);
  gtk_label_set_text (self->result, text);
}

static void
on_measured (PelStudyJob *job, PelPlotWindow *self)
{
  if (job != self->job)
    return;
  gtk_spinner_stop (GTK_SPINNER (self->spinner));
  if (pel_job_get_state (PEL_JOB (job)) != PEL_JOB_STATE_DONE)
    {
      gtk_label_set_text (self->result, _ ("Measuring was stopped."));
      return;
    }
  self->images = pel_study_job_get_images (job);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), GTK_WIDGET (self->chart));
  gtk_widget_set_sensitive (self->save, TRUE);
  update (self);
}

static void
measure (PelPlotWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  g_autoptr (GPtrArray) images = g_ptr_array_new ();

  for (guint i = 0; project != NULL && i < pel_project_get_n_images (project); i++)
    g_ptr_array_add (images, pel_project_get_image (project, i));
  self->images = NULL;
  gtk_widget_set_sensitive (self->save, FALSE);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->spinner);
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  g_clear_object (&self->job);
  self->job = pel_study_job_new (images);
  g_signal_connect_object (self->job, "finished", G_CALLBACK (on_measured), self,
                           G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (self->job));
}

static void
on_save_chosen (GtkNativeDialog *dialog, int response, PelPlotWindow *self)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (file == NULL || g_file_peek_path (file) == NULL)
    return;
  path = g_strdup (g_file_peek_path (file));
  if (!g_str_has_suffix (path, ".svg") && !g_str_has_suffix (path, ".pdf") &&
      !g_str_has_suffix (path, ".png"))
    {
      g_autofree char *named = g_strconcat (path, ".svg", NULL);

      g_free (path);
      path = g_steal_pointer (&named);
    }
  if (!pel_chart_save (self->chart, path, &error))
    pel_workspace_fail (self->workspace, _ ("The chart was not saved"),
                        _ ("Check that there is room and that the folder can be written to."),
                        error->message);
  else
    pel_workspace_toast (self->workspace, _ ("The chart is saved"));
}

static void
on_save (PelPlotWindow *self)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Save Chart as SVG, PDF or PNG"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), "chart.svg");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_save_chosen), self,
                           G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
pel_plot_window_dispose (GObject *object)
{
  PelPlotWindow *self = PEL_PLOT_WINDOW (object);

  self->images = NULL;
  if (self->job != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->job, self);
      pel_job_cancel (PEL_JOB (self->job));
    }
  g_clear_object (&self->job);
  g_clear_pointer (&self->origins, g_array_unref);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_plot_window_parent_class)->dispose (object);
}

static void
pel_plot_window_class_init (PelPlotWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_plot_window_dispose;
}

static GtkWidget *
make_row (GtkWidget *box, const char *title, GtkWidget *widget, const char *tooltip)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *label = gtk_label_new_with_mnemonic (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), widget);
  gtk_widget_set_tooltip_text (widget, tooltip);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  label, NULL, -1);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), widget);
  gtk_box_append (GTK_BOX (box), row);
  return row;
}

static GtkWidget *
make_side (PelPlotWindow *self)
{
  const char *const kinds[] = { _ ("Distribution"), _ ("One over another"), _ ("Groups"), NULL };
  const char *const units[] = { _ ("Images (median of their cells)"), _ ("Cells"), NULL };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->kind = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (kinds));
  self->unit = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (units));
  self->x = pel_quantity_choice_new ();
  self->y = pel_quantity_choice_new ();
  pel_quantity_choice_set (self->x, PEL_QUANTITY_EQUIVALENT_DIAMETER);
  pel_quantity_choice_set (self->y, PEL_QUANTITY_STRETCH);
  self->border =
      GTK_CHECK_BUTTON (gtk_check_button_new_with_mnemonic (_ ("Leave out cells at the _border")));
  gtk_check_button_set_active (self->border, TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->border),
                               _ ("They may be cut, and then are too small"));
  self->result = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->result, TRUE);
  gtk_label_set_xalign (self->result, 0);
  gtk_label_set_selectable (self->result, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->result), "pel-number");
  make_row (box, _ ("_Show"), GTK_WIDGET (self->kind), _ ("What the chart shows"));
  self->x_row = make_row (box, _ ("_Measurement"), GTK_WIDGET (self->x),
                          _ ("What is shown along the axis, and compared between groups"));
  self->y_row = make_row (box, _ ("_Over it"), GTK_WIDGET (self->y), _ ("What is shown upwards"));
  self->unit_row =
      make_row (box, _ ("_What counts once"), GTK_WIDGET (self->unit),
                _ ("Cells of one image are not independent of each other; images usually are"));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->border));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->result));
  gtk_widget_set_margin_start (box, 16);
  gtk_widget_set_margin_end (box, 16);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 16);
  gtk_widget_set_size_request (box, 288, -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  for (guint i = 0; i < 4; i++)
    {
      GtkDropDown *choices[] = { self->kind, self->x, self->y, self->unit };

      g_signal_connect_swapped (choices[i], "notify::selected", G_CALLBACK (update), self);
    }
  g_signal_connect_swapped (self->border, "toggled", G_CALLBACK (update), self);
  return scroller;
}

static void
pel_plot_window_init (PelPlotWindow *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *again = gtk_button_new_from_icon_name ("view-refresh-symbolic");

  self->origins = g_array_new (FALSE, FALSE, sizeof (Origin));
  self->chart = PEL_CHART (pel_chart_new ());
  self->stack = gtk_stack_new ();
  self->spinner = gtk_spinner_new ();
  self->save = gtk_button_new_with_mnemonic (_ ("_Save Chart…"));
  gtk_widget_set_tooltip_text (self->save, _ ("As SVG, PDF or PNG, for a figure"));
  gtk_widget_set_tooltip_text (again, _ ("Measure all images again"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (again), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Measure all images again"), -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->chart),
                               _ ("Drag over cells to select them on the picture"));
  gtk_widget_set_size_request (self->spinner, 32, 32);
  gtk_widget_set_halign (self->spinner, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->spinner, GTK_ALIGN_CENTER);
  gtk_stack_add_child (GTK_STACK (self->stack), self->spinner);
  gtk_stack_add_child (GTK_STACK (self->stack), GTK_WIDGET (self->chart));
  gtk_widget_set_hexpand (self->stack, TRUE);
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_widget_set_margin_top (self->stack, 12);
  gtk_widget_set_margin_bottom (self->stack, 12);
  gtk_widget_set_margin_end (self->stack, 16);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), again);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->save);
  gtk_box_append (GTK_BOX (middle), make_side (self));
  gtk_box_append (GTK_BOX (middle), self->stack);
  gtk_box_append (GTK_BOX (content), header);
  gtk_box_append (GTK_BOX (content), middle);
  adw_window_set_content (ADW_WINDOW (self), content);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Charts"));
  gtk_window_set_default_size (GTK_WINDOW (self), 980, 620);
  g_signal_connect_swapped (self->save, "clicked", G_CALLBACK (on_save), self);
  g_signal_connect_swapped (again, "clicked", G_CALLBACK (measure), self);
  g_signal_connect_swapped (self->chart, "brushed", G_CALLBACK (on_brushed), self);
}

PelPlotWindow *
pel_plot_window_show (GtkWindow *parent, PelWorkspace *workspace)
{
  PelPlotWindow *self = g_object_new (PEL_TYPE_PLOT_WINDOW, "transient-for", parent,
                                      "destroy-with-parent", TRUE, NULL);

  self->workspace = g_object_ref (workspace);
  update (self);
  measure (self);
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
