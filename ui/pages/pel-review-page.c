/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-review-page.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/infer/pel-predict.h"
#include "ui/keys/pel-key-tooltips.h"
#include "ui/pages/pel-cell-view.h"
#include "ui/pages/pel-cut-view.h"
#include "ui/pages/pel-model-details.h"
#include "ui/pages/pel-next-view.h"
#include "ui/pages/pel-queue-view.h"

struct _PelReviewPage
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelProject *project;
  PelImageDocument *document;
  PelJob *job; /* a prediction, or a cut of all images */
  GBinding *reviewed_binding;
  gboolean updating;

  GtkWidget *content;
  GtkWidget *empty_box;
  GtkWidget *predict_section;
  GtkDropDown *model;
  GtkLabel *model_detail;
  GtkWidget *diameter_row;
  GtkSpinButton *diameter;
  GtkCheckButton *find_diameter;
  GtkWidget *progress_box;
  GtkProgressBar *progress;
  PelQueueView *queue;
  PelNextView *next;
  GtkWidget *cut_section;
  PelCutView *cuts;
  GtkWidget *predict;
  GtkButton *predict_chosen;
  GtkSwitch *show_prediction;
  GtkSwitch *show_diameters;
  GtkSwitch *show_uncertainty;
  GtkSwitch *average_views;
  GtkDropDown *color_by;
  GtkWidget *cells_section;
  GtkWidget *foot;
  GtkLabel *summary;
  PelCellView *cells;
  GtkSwitch *reviewed;
};

G_DEFINE_FINAL_TYPE (PelReviewPage, pel_review_page, GTK_TYPE_WIDGET)

/* Models */

/* How many times wider than in the images that the model knows cells are in the one on show, where
 * both pixel sizes are known. */
static double
get_told_scale (PelReviewPage *self, const PelModelInfo *info)
{
  double um = self->document != NULL ? pel_image_document_get_um_x (self->document) : 0.0;

  return um > 0.0 && info->um_per_px > 0.0 ? info->um_per_px / um : 1.0;
}

/* What the user said of the images, else what pixel sizes tell or was found in the one on show,
 * else what the model knows. */
static void
update_diameter (PelReviewPage *self)
{
  PelModelEntry *chosen = pel_workspace_get_model (self->workspace);
  const PelModelInfo *info = chosen != NULL ? pel_model_entry_get_info (chosen) : NULL;
  const PelPredictionSettings *settings =
      self->document != NULL ? pel_image_document_get_prediction_settings (self->document) : NULL;
  double said = pel_workspace_get_cell_diameter (self->workspace);
  g_autofree char *label = NULL;
  double shown;
  gboolean found, finds;

  gtk_widget_set_visible (self->diameter_row, info != NULL && info->typical_diameter > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->find_diameter),
                          info != NULL && info->typical_diameter > 0);
  if (info == NULL)
    return;
  found = settings != NULL && settings->guessed &&
          g_strcmp0 (pel_image_document_get_model_name (self->document),
                     pel_model_entry_get_name (chosen)) == 0;
  finds = pel_predict_guesses_size (
      info, self->document != NULL ? pel_image_document_get_um_x (self->document) : 0.0, said);
  shown = info->typical_diameter;
  if (said > 0)
    shown = said;
  else if (finds && found)
    shown *= settings->magnification;
  else if (!finds)
    shown *= get_told_scale (self, info);
  if (finds && found)
    /* Translators: a check button; how wide cells were found to be, in pixels. */
    label = g_strdup_printf (_ ("Found by _itself: %.0f px"), shown);
  self->updating = TRUE;
  gtk_spin_button_set_value (self->diameter, shown);
  gtk_check_button_set_active (self->find_diameter, finds);
  gtk_check_button_set_label (self->find_diameter, label != NULL ? label : _ ("Found by _itself"));
  self->updating = FALSE;
}

static void
update_model (PelReviewPage *self)
{
  PelModelEntry *chosen = pel_workspace_get_model (self->workspace);
  GListModel *models = self->project != NULL ? pel_project_get_models (self->project) : NULL;
  g_autofree char *detail = chosen != NULL ? pel_model_describe (chosen) : g_strdup ("");
  guint n = models != NULL ? g_list_model_get_n_items (models) : 0;

  self->updating = TRUE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      if (entry == chosen)
        gtk_drop_down_set_selected (self->model, i);
    }
  self->updating = FALSE;
  gtk_label_set_text (self->model_detail, detail);
  update_diameter (self);
}

static void
on_diameter_changed (PelReviewPage *self)
{
  PelModelEntry *chosen = pel_workspace_get_model (self->workspace);
  double diameter = gtk_spin_button_get_value (self->diameter), known;

  if (self->updating || chosen == NULL)
    return;
  known = pel_model_entry_get_info (chosen)->typical_diameter *
          get_told_scale (self, pel_model_entry_get_info (chosen));
  pel_workspace_set_cell_diameter (
      self->workspace, fabs (diameter - known) < 0.75 ? PEL_PREDICT_MODEL_SIZE : diameter);
  update_diameter (self);
}

static void
on_find_diameter_toggled (PelReviewPage *self)
{
  if (self->updating)
    return;
  if (!gtk_check_button_get_active (self->find_diameter))
    {
      on_diameter_changed (self);
      return;
    }
  pel_workspace_set_cell_diameter (self->workspace, PEL_PREDICT_GUESS_SIZE);
  update_diameter (self);
}

static void
on_average_views_changed (PelReviewPage *self)
{
  pel_workspace_set_average_views (self->workspace, gtk_switch_get_active (self->average_views));
}

static void
on_models_changed (PelReviewPage *self)
{
  GListModel *models = pel_project_get_models (self->project);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n = g_list_model_get_n_items (models);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      gtk_string_list_append (names, pel_model_entry_get_name (entry));
    }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->model, G_LIST_MODEL (names));
  self->updating = FALSE;
  gtk_widget_set_visible (self->empty_box, n == 0);
  gtk_widget_set_visible (self->predict_section, n > 0);
  update_model (self);
}

static void
on_model_chosen (PelReviewPage *self)
{
  guint row = gtk_drop_down_get_selected (self->model);
  g_autoptr (PelModelEntry) entry = NULL;

  if (self->updating || self->project == NULL || row == GTK_INVALID_LIST_POSITION)
    return;
  entry = g_list_model_get_item (pel_project_get_models (self->project), row);
  if (entry == NULL || pel_model_entry_get_problem (entry) != NULL)
    {
      update_model (self);
      return;
    }
  pel_workspace_set_model (self->workspace, entry);
  /* What this model said before is shown again. */
  pel_project_set_current_model (self->project, pel_model_entry_get_name (entry));
}

/* Predicting */

/* One image that is chosen is the one on show, which has a button already. */
static void
update_chosen (PelReviewPage *self)
{
  guint n = pel_workspace_get_n_chosen (self->workspace);
  g_autofree char *label = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->predict_chosen), n > 1);
  if (n < 2)
    return;
  /* Translators: a button that predicts the images chosen in the list. */
  label = g_strdup_printf (ngettext ("The %u Chosen _Image", "The %u Chosen _Images", n), n);
  gtk_button_set_label (self->predict_chosen, label);
}

static void
update_progress (PelReviewPage *self)
{
  double fraction;

  gtk_widget_set_visible (self->progress_box, self->job != NULL);
  if (self->job == NULL)
    return;
  fraction = pel_job_get_fraction (self->job);
  if (fraction >= 0.0)
    gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0.0, 1.0));
}

static void
follow_job (PelReviewPage *self)
{
  PelPredictJob *predict = pel_workspace_get_predict_job (self->workspace);
  PelCutJob *cut = pel_workspace_get_cut_job (self->workspace);
  PelJob *job = predict != NULL ? PEL_JOB (predict) : cut != NULL ? PEL_JOB (cut) : NULL;

  if (job != NULL && pel_job_get_is_finished (job))
    job = NULL;
  if (self->job == job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job != NULL)
    {
      g_signal_connect_object (job, "notify::fraction", G_CALLBACK (update_progress), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (job, "finished", G_CALLBACK (follow_job), self, G_CONNECT_SWAPPED);
    }
  update_progress (self);
}

static void
on_cancel (PelReviewPage *self)
{
  if (self->job != NULL)
    pel_job_cancel (self->job);
}

/* The image on show */

static void
update_cells (PelReviewPage *self)
{
  PelCellList *cells =
      self->document != NULL ? pel_image_document_get_prediction_cells (self->document) : NULL;
  gboolean predicted =
      self->document != NULL && pel_image_document_get_has_prediction (self->document);
  g_autofree char *text = NULL;
  guint n = cells != NULL ? g_list_model_get_n_items (G_LIST_MODEL (cells)) : 0;

  update_diameter (self);
  gtk_widget_set_visible (self->cut_section, predicted);
  gtk_widget_set_visible (self->cells_section, predicted);
  gtk_widget_set_visible (self->foot, predicted);
  /* One next step: to find cells, then to look at them. */
  if (predicted)
    gtk_widget_remove_css_class (self->predict, "suggested-action");
  else
    gtk_widget_add_css_class (self->predict, "suggested-action");
  if (!predicted)
    {
      pel_cell_view_set_cells (self->cells, NULL, TRUE, FALSE);
      return;
    }
  pel_cell_view_set_cells (self->cells, cells, TRUE,
                           pel_image_document_get_um_x (self->document) > 0.0);
  if (n == 0 && pel_cell_list_get_updating (cells))
    text = g_strdup (_ ("Measuring…"));
  else if (pel_image_document_get_model_name (self->document) != NULL)
    /* Translators: how many cells were predicted, and the name of the model. */
    text = g_strdup_printf (ngettext ("%u cell, found by “%s”", "%u cells, found by “%s”", n), n,
                            pel_image_document_get_model_name (self->document));
  else
    text = g_strdup_printf (ngettext ("%u cell", "%u cells", n), n);
  gtk_label_set_text (self->summary, text);
}

static void
leave_document (PelReviewPage *self)
{
  g_clear_pointer (&self->reviewed_binding, g_binding_unbind);
  if (self->document != NULL)
    {
      g_signal_handlers_disconnect_by_data (
          pel_image_document_get_prediction_cells (self->document), self);
      g_signal_handlers_disconnect_by_data (self->document, self);
    }
  g_clear_object (&self->document);
}

static void
on_document_changed (PelReviewPage *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);

  leave_document (self);
  g_set_object (&self->document, document);
  if (document != NULL)
    {
      self->reviewed_binding =
          g_object_bind_property (document, "reviewed", self->reviewed, "active",
                                  G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
      g_signal_connect_object (document, "prediction-changed", G_CALLBACK (update_cells), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "calibration-changed", G_CALLBACK (update_cells), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (pel_image_document_get_prediction_cells (document),
                               "notify::updating", G_CALLBACK (update_cells), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (pel_image_document_get_prediction_cells (document), "items-changed",
                               G_CALLBACK (update_cells), self, G_CONNECT_SWAPPED);
    }
  update_cells (self);
}

static void
leave_project (PelReviewPage *self)
{
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (pel_project_get_models (self->project), self);
  g_clear_object (&self->project);
}

static void
on_project_changed (PelReviewPage *self)
{
  leave_project (self);
  g_set_object (&self->project, pel_workspace_get_project (self->workspace));
  if (self->project == NULL)
    return;
  g_signal_connect_object (pel_project_get_models (self->project), "items-changed",
                           G_CALLBACK (on_models_changed), self, G_CONNECT_SWAPPED);
  on_models_changed (self);
}

/* Life */

static void
pel_review_page_dispose (GObject *object)
{
  PelReviewPage *self = PEL_REVIEW_PAGE (object);

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  leave_document (self);
  leave_project (self);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (
          pel_job_runner_get_jobs (pel_workspace_get_runner (self->workspace)), self);
      g_signal_handlers_disconnect_by_data (self->workspace, self);
    }
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_review_page_parent_class)->dispose (object);
}

static void
pel_review_page_class_init (PelReviewPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_review_page_dispose;
  g_type_ensure (PEL_TYPE_CELL_VIEW);
  g_type_ensure (PEL_TYPE_CUT_VIEW);
  g_type_ensure (PEL_TYPE_NEXT_VIEW);
  g_type_ensure (PEL_TYPE_QUEUE_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-review-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelReviewPage, name)
  BIND (content);
  BIND (empty_box);
  BIND (predict_section);
  BIND (model);
  BIND (model_detail);
  BIND (diameter_row);
  BIND (diameter);
  BIND (find_diameter);
  BIND (progress_box);
  BIND (progress);
  BIND (queue);
  BIND (next);
  BIND (cut_section);
  BIND (cuts);
  BIND (predict);
  BIND (predict_chosen);
  BIND (show_prediction);
  BIND (show_diameters);
  BIND (show_uncertainty);
  BIND (average_views);
  BIND (color_by);
  BIND (cells_section);
  BIND (foot);
  BIND (summary);
  BIND (cells);
  BIND (reviewed);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_review_page_init (PelReviewPage *self)
{
  static const PelQuantityId columns[] = { PEL_QUANTITY_EQUIVALENT_DIAMETER,
                                           PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR,
                                           PEL_QUANTITY_EDGE_CONFIDENCE };

  gtk_widget_init_template (GTK_WIDGET (self));
  pel_key_tooltips_add (gtk_widget_get_parent (GTK_WIDGET (self->show_uncertainty)),
                        pel_command_find ("show-uncertainty"));
  pel_cell_view_set_columns (self->cells, columns, G_N_ELEMENTS (columns), G_N_ELEMENTS (columns));
  g_signal_connect_swapped (self->diameter, "value-changed", G_CALLBACK (on_diameter_changed),
                            self);
  g_signal_connect_swapped (self->find_diameter, "toggled", G_CALLBACK (on_find_diameter_toggled),
                            self);
  g_signal_connect_object (self->model, "notify::selected", G_CALLBACK (on_model_chosen), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
pel_review_page_new (void)
{
  return g_object_new (PEL_TYPE_REVIEW_PAGE, NULL);
}

void
pel_review_page_set_workspace (PelReviewPage *self, PelWorkspace *workspace)
{
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;
  PelDisplay *display;

  g_return_if_fail (PEL_IS_REVIEW_PAGE (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (self->average_views, "notify::active",
                            G_CALLBACK (on_average_views_changed), self);
  display = pel_workspace_get_display (workspace);
  pel_cell_view_set_workspace (self->cells, workspace);
  pel_cut_view_set_workspace (self->cuts, workspace);
  pel_queue_view_set_workspace (self->queue, workspace);
  pel_next_view_set_workspace (self->next, workspace);
  g_object_bind_property (display, "show-prediction", self->show_prediction, "active", both);
  g_object_bind_property (display, "show-diameters", self->show_diameters, "active", both);
  g_object_bind_property (display, "show-uncertainty", self->show_uncertainty, "active", both);
  /* The rows are in the order of PelColorBy. */
  g_object_bind_property (display, "color-by", self->color_by, "selected", both);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_project_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::model", G_CALLBACK (update_model), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (pel_job_runner_get_jobs (pel_workspace_get_runner (workspace)),
                           "items-changed", G_CALLBACK (follow_job), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::n-chosen", G_CALLBACK (update_chosen), self,
                           G_CONNECT_SWAPPED);
  update_chosen (self);
  on_project_changed (self);
  on_document_changed (self);
}

void
pel_review_page_go_to_uncertain (PelReviewPage *self)
{
  g_return_if_fail (PEL_IS_REVIEW_PAGE (self));

  pel_next_view_go (self->next);
}
