/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-plot-window.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-study-job.h"
#include "app/document/pel-worker.h"
#include "ui/keys/pel-shortcuts.h"
#include "ui/pages/pel-export.h"
#include "ui/pages/pel-quantity-choice.h"
#include "ui/pages/pel-study-chart.h"
#include "ui/widgets/pel-chart.h"

/* What is said about the brush has room in so many. */
#define MARKED_LINES 4

/* The rows of the drop-down "Replicate". */
enum
{
  UNIT_IMAGE,
  UNIT_CELL,
};

struct _PelPlotWindow
{
  AdwWindow parent_instance;

  PelWorkspace *workspace;
  PelStudyJob *job;
  GPtrArray *images;    /* of PelStudyImage; NULL until measured */
  PelStudyChart *shown; /* (nullable): what the chart shows */
  PelWorker *worker;    /* charts are worked out and saved there */
  guint serial;         /* of the newest choice */
  gboolean running;

  GtkDropDown *kind, *x, *y, *unit;
  GtkWidget *x_row, *y_row, *unit_row;
  GtkCheckButton *border;
  PelChart *chart;
  GtkLabel *result;
  GtkInscription *marked; /* of the brush: its size does not depend on its text */
  GtkWidget *save, *stack, *spinner;
};

G_DEFINE_FINAL_TYPE (PelPlotWindow, pel_plot_window, ADW_TYPE_WINDOW)

static PelRules *
copy_rules (PelPlotWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  return project != NULL ? pel_rules_copy (pel_project_get_rules (project)) : NULL;
}

/* How many cells are in the brush, and which of them are on show: those are selected. */
static void
on_brushed (PelPlotWindow *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  g_autofree guint32 *labels = NULL;
  g_autofree char *text = NULL;
  guint n = 0, n_labels = 0, here = G_MAXUINT;

  if (self->shown == NULL || !pel_chart_has_brush (self->chart))
    {
      gtk_inscription_set_text (self->marked, NULL);
      return;
    }
  for (guint i = 0; document != NULL && i < self->images->len; i++)
    if (g_str_equal (((PelStudyImage *)g_ptr_array_index (self->images, i))->name,
                     pel_image_document_get_name (document)))
      here = i;
  labels = g_new (guint32, self->shown->origins->len + 1);
  for (guint i = 0; i < self->shown->origins->len; i++)
    {
      const PelStudyOrigin *origin = &g_array_index (self->shown->origins, PelStudyOrigin, i);

      if (!pel_chart_is_brushed (self->chart, i))
        continue;
      n++;
      if (origin->image == here)
        labels[n_labels++] = pel_cell_table_get_label (
            ((PelStudyImage *)g_ptr_array_index (self->images, here))->table, origin->row);
    }
  if (here != G_MAXUINT && ((PelStudyImage *)g_ptr_array_index (self->images, here))->predicted)
    pel_display_set_predicted_selection (display, labels, n_labels);
  else
    pel_display_set_selection (display, labels, n_labels);
  /* Translators: of the cells in a chart, how many are in the part that was marked, and how many of
   * them are in the image on show. */
  text = g_strdup_printf (_ ("%u of %u cells are marked; %u of them are in this image and selected "
                             "on the picture."),
                          n, self->shown->origins->len, n_labels);
  gtk_inscription_set_text (self->marked, text);
}

/* The brush stays, and takes the cells of the image that is on show now. */
static void
on_document_changed (PelPlotWindow *self)
{
  if (self->shown != NULL && pel_chart_has_brush (self->chart) &&
      pel_workspace_get_document (self->workspace) != NULL)
    on_brushed (self);
}

/* ---- a chart, worked out in the thread ---- */

typedef struct
{
  PelPlotWindow *owner;
  guint serial;
  GPtrArray *images;
  PelStudyChoice choice;
  PelRules *rules;
  PelStudyChart *made;
} ChartWork;

static void start (PelPlotWindow *self);

static void
make_chart (gpointer data)
{
  ChartWork *work = data;

  work->made = pel_study_chart_new (work->images, &work->choice, work->rules);
}

static void
chart_made (gpointer data)
{
  ChartWork *work = data;
  PelPlotWindow *self = work->owner;

  self->running = FALSE;
  /* The worker is gone where the window was closed meanwhile. */
  if (self->worker != NULL && self->serial == work->serial)
    {
      g_clear_pointer (&self->shown, pel_study_chart_free);
      self->shown = g_steal_pointer (&work->made);
      pel_chart_set_data (self->chart, self->shown->data);
      gtk_label_set_text (self->result, self->shown->text);
      gtk_inscription_set_text (self->marked, NULL);
    }
  else if (self->worker != NULL)
    start (self);
  g_clear_pointer (&work->made, pel_study_chart_free);
  g_clear_pointer (&work->rules, pel_rules_free);
  g_ptr_array_unref (work->images);
  g_free (work);
  g_object_unref (self);
}

/* One at a time: what was chosen meanwhile is begun when it has ended. */
static void
start (PelPlotWindow *self)
{
  ChartWork *work;

  if (self->running || self->images == NULL)
    return;
  work = g_new0 (ChartWork, 1);
  work->owner = g_object_ref (self);
  work->serial = self->serial;
  work->images = g_ptr_array_ref (self->images);
  work->choice = (PelStudyChoice){
    .kind = (PelChartKind)gtk_drop_down_get_selected (self->kind),
    .leave_border = gtk_check_button_get_active (self->border),
    .x = pel_quantity_choice_get (self->x),
    .y = pel_quantity_choice_get (self->y),
    .want_um =
        pel_display_get_unit (pel_workspace_get_display (self->workspace)) == PEL_LENGTH_UNIT_UM,
  };
  work->choice.by_image =
      work->choice.kind == PEL_CHART_BOXES && gtk_drop_down_get_selected (self->unit) == UNIT_IMAGE;
  work->rules = copy_rules (self);
  self->running = TRUE;
  pel_worker_push (self->worker, make_chart, chart_made, work);
}

static void
update (PelPlotWindow *self)
{
  PelChartKind kind = (PelChartKind)gtk_drop_down_get_selected (self->kind);

  gtk_widget_set_visible (self->y_row, kind == PEL_CHART_SCATTER);
  gtk_widget_set_visible (self->unit_row, kind == PEL_CHART_BOXES);
  self->serial++;
  start (self);
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
  self->images = g_ptr_array_ref (pel_study_job_get_images (job));
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
  g_clear_pointer (&self->shown, pel_study_chart_free);
  g_clear_pointer (&self->images, g_ptr_array_unref);
  self->serial++;
  gtk_widget_set_sensitive (self->save, FALSE);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->spinner);
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  g_clear_object (&self->job);
  self->job = pel_study_job_new (images);
  g_signal_connect_object (self->job, "finished", G_CALLBACK (on_measured), self,
                           G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (self->job));
}

/* ---- saving: a page of 100 000 points takes a while ---- */

typedef struct
{
  PelWorkspace *workspace;
  PelChartData *data;
  char *path;
  GError *error;
} SaveWork;

static void
save_chart (gpointer data)
{
  SaveWork *work = data;

  pel_chart_data_save (work->data, work->path, &work->error);
}

static void
chart_saved (gpointer data)
{
  SaveWork *work = data;

  if (work->error != NULL)
    pel_workspace_fail (work->workspace, _ ("The chart was not saved"),
                        _ ("Check that there is room and that the folder can be written to."),
                        work->error->message);
  else
    pel_workspace_toast (work->workspace, _ ("The chart is saved"));
  g_clear_error (&work->error);
  pel_chart_data_unref (work->data);
  g_object_unref (work->workspace);
  g_free (work->path);
  g_free (work);
}

static void
on_save_chosen (GtkNativeDialog *dialog, int response, PelPlotWindow *self)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  SaveWork *work;

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
  work = g_new0 (SaveWork, 1);
  work->workspace = g_object_ref (self->workspace);
  work->data = pel_chart_data_ref (pel_chart_get_data (self->chart));
  work->path = g_steal_pointer (&path);
  pel_worker_push (self->worker, save_chart, chart_saved, work);
}

/* What the chart shows, by the names of the table's columns. */
static char *
get_file_name (PelPlotWindow *self)
{
  const char *x = pel_quantity_get (pel_quantity_choice_get (self->x))->name;
  const char *y = pel_quantity_get (pel_quantity_choice_get (self->y))->name;

  switch ((PelChartKind)gtk_drop_down_get_selected (self->kind))
    {
    case PEL_CHART_SCATTER:
      return g_strdup_printf ("%s-%s.svg", x, y);
    case PEL_CHART_BOXES:
      return g_strdup_printf ("%s-groups.svg", x);
    case PEL_CHART_BARS:
    default:
      return g_strdup_printf ("%s.svg", x);
    }
}

static void
on_save (PelPlotWindow *self)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Save Chart as SVG, PDF or PNG"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  g_autofree char *name = get_file_name (self);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  pel_export_start_in_exports (self->workspace, dialog);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_save_chosen), self,
                           G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
pel_plot_window_dispose (GObject *object)
{
  PelPlotWindow *self = PEL_PLOT_WINDOW (object);

  PelWorker *worker = g_steal_pointer (&self->worker);

  if (self->job != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->job, self);
      pel_job_cancel (PEL_JOB (self->job));
    }
  g_clear_object (&self->job);
  /* Ends what runs there, and saves what is to be saved. */
  g_clear_pointer (&worker, pel_worker_free);
  g_clear_pointer (&self->shown, pel_study_chart_free);
  g_clear_pointer (&self->images, g_ptr_array_unref);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_plot_window_parent_class)->dispose (object);
}

static void
pel_plot_window_class_init (PelPlotWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_plot_window_dispose;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
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
  self->marked = GTK_INSCRIPTION (gtk_inscription_new (NULL));
  gtk_inscription_set_xalign (self->marked, 0);
  gtk_inscription_set_yalign (self->marked, 0);
  gtk_inscription_set_min_lines (self->marked, MARKED_LINES);
  gtk_inscription_set_nat_lines (self->marked, MARKED_LINES);
  make_row (box, _ ("_Show"), GTK_WIDGET (self->kind), _ ("What the chart shows"));
  self->x_row = make_row (box, _ ("_Measurement"), GTK_WIDGET (self->x),
                          _ ("What is shown along the axis, and compared between groups"));
  self->y_row = make_row (box, _ ("_Over it"), GTK_WIDGET (self->y), _ ("What is shown upwards"));
  self->unit_row =
      make_row (box, _ ("_What counts once"), GTK_WIDGET (self->unit),
                _ ("Cells of one image are not independent of each other; images usually are"));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->border));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->result));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->marked));
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

  pel_shortcuts_install_side (GTK_WINDOW (self));
  self->worker = pel_worker_new_background ("pel-chart");
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
  /* What is selected goes with the image that is left: after all others that are told. */
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
  measure (self);
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
