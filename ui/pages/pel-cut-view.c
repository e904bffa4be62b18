/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-cut-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/pages/pel-resegment.h"

/* The picture follows a slider; values it only passes by are not worked out. A cut under way comes
 * to its end before the next begins, else nothing would be seen until the slider rests; only that
 * of an image of more pixels than this, which takes long, is given up for the newer value. */
#define CUT_MS 40
#define MOST_PIXELS 8000000

struct _PelCutView
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelImageDocument *document;
  GCancellable *cutting;
  PelImage *cut_of; /* the probabilities that the sliders were moved for; a reference */
  guint cut_id;
  gboolean updating;
  double min_share; /* in force, see PelCutOptions */
  gboolean apart;   /* the same */

  GtkWidget *box;
  GtkRange *threshold;
  GtkRange *min_size;
  GtkRange *separation;
  GtkWidget *separation_label;
  GtkLabel *state;
  GtkWidget *reset;
  GtkWidget *all;
  GtkWidget *own;
};

G_DEFINE_FINAL_TYPE (PelCutView, pel_cut_view, GTK_TYPE_WIDGET)

static PelCutOptions
get_options (PelCutView *self)
{
  return (PelCutOptions){ .threshold = gtk_range_get_value (self->threshold),
                          .min_size = (guint)gtk_range_get_value (self->min_size),
                          .min_share = self->min_share,
                          .separation = gtk_range_get_value (self->separation),
                          .apart = self->apart };
}

/* What the model itself would do with the image, in the image's pixels. FALSE where that is not
 * known: the model is gone, or not one of the project's. */
static gboolean
get_proposal (PelCutView *self, PelCutOptions *options)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  const char *name =
      self->document != NULL ? pel_image_document_get_model_name (self->document) : NULL;
  PelModelEntry *model =
      project != NULL && name != NULL ? pel_project_find_model (project, name) : NULL;
  const PelPredictionSettings *settings;
  const PelModelInfo *info;
  double magnification;

  if (model == NULL || pel_model_entry_get_problem (model) != NULL)
    return FALSE;
  info = pel_model_entry_get_info (model);
  settings = pel_image_document_get_prediction_settings (self->document);
  magnification = settings != NULL ? settings->magnification : 1.0;
  *options = (PelCutOptions){ .threshold = info->threshold,
                              .min_size = (guint)floor (
                                  info->min_size * magnification * magnification + 0.5),
                              .min_share = info->min_share,
                              .separation = info->separation,
                              .apart = info->apart };
  if (info->by_form && settings != NULL && settings->stretched)
    pel_cut_options_stretch (options);
  return TRUE;
}

/* As exactly as the sliders tell. */
static gboolean
is_same (const PelCutOptions *a, const PelCutOptions *b)
{
  return fabs (a->threshold - b->threshold) < 0.005 && a->min_size == b->min_size &&
         fabs (a->separation - b->separation) < 0.005 && fabs (a->min_share - b->min_share) < 1e-6;
}

static void
update_state (PelCutView *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  gboolean writable = project != NULL && !pel_project_get_read_only (project);
  gboolean busy = pel_workspace_get_predict_job (self->workspace) != NULL ||
                  pel_workspace_get_cut_job (self->workspace) != NULL;
  PelImage *probability =
      self->document != NULL ? pel_image_document_get_probability (self->document) : NULL;
  PelCutOptions now = get_options (self), proposal;
  gboolean known = get_proposal (self, &proposal), same = known && is_same (&now, &proposal);

  gtk_widget_set_sensitive (GTK_WIDGET (self->threshold), probability != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->min_size), probability != NULL);
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->separation)),
                          probability != NULL && pel_image_get_n_channels (probability) > 1);
  gtk_widget_set_sensitive (self->reset, probability != NULL && known && !same);
  gtk_widget_set_sensitive (self->all, probability != NULL && writable && !busy &&
                                           pel_project_get_n_images (project) > 1);
  gtk_widget_set_sensitive (self->own, probability != NULL && writable && known && !same);
  if (self->document == NULL || pel_image_document_get_prediction_labels (self->document) == NULL)
    gtk_label_set_text (self->state, "");
  else if (probability == NULL)
    gtk_label_set_text (self->state, _ ("The probabilities of this prediction are not there; "
                                        "predict the image again to cut it in another way."));
  else if (same)
    gtk_label_set_text (self->state, _ ("As the model proposes"));
  else
    gtk_label_set_text (self->state, writable ? _ ("Your own choice, kept for this image")
                                              : _ ("Your own choice; not kept, since the project "
                                                   "is only looked at"));
}

static void
show_options (PelCutView *self, const PelCutOptions *options)
{
  self->updating = TRUE;
  gtk_adjustment_set_upper (gtk_range_get_adjustment (self->min_size),
                            MAX (1000.0, 4.0 * options->min_size));
  gtk_range_set_value (self->threshold, options->threshold);
  gtk_range_set_value (self->min_size, options->min_size);
  gtk_range_set_value (self->separation, options->separation);
  self->min_share = options->min_share;
  self->apart = options->apart;
  self->updating = FALSE;
}

/* The sliders stand where the prediction was cut. */
static void
reset_sliders (PelCutView *self)
{
  const PelPredictionSettings *settings =
      self->document != NULL ? pel_image_document_get_prediction_settings (self->document) : NULL;
  PelCutOptions options = get_options (self), proposal;
  gboolean known = get_proposal (self, &proposal);

  if (settings != NULL)
    options = settings->cut;
  else if (known)
    options = proposal;
  if (settings == NULL && self->document != NULL)
    options.threshold = pel_image_document_get_prediction_threshold (self->document);
  if (options.min_share < 0.0)
    options.min_share = known ? proposal.min_share : 0.0;
  show_options (self, &options);
  update_state (self);
}

/* Cutting */

static void
on_cut (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelCutView) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done, current = g_task_get_cancellable (G_TASK (result)) == self->cutting;

  /* A cut that another overtook says nothing any more, even where it got to its end. */
  if (current)
    done = pel_resegment_finish (PEL_IMAGE_DOCUMENT (source), result, &error);
  else
    done = FALSE;
  if (current)
    g_clear_object (&self->cutting);
  if (self->workspace == NULL || !current)
    return;
  if (done)
    pel_image_document_keep_prediction (PEL_IMAGE_DOCUMENT (source));
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    pel_workspace_toast (self->workspace, error->message);
}

static void
drop_cut (PelCutView *self)
{
  g_clear_handle_id (&self->cut_id, g_source_remove);
  if (self->cutting != NULL)
    g_cancellable_cancel (self->cutting);
  g_clear_object (&self->cutting);
  g_clear_pointer (&self->cut_of, pel_image_unref);
}

static gboolean
is_small (PelImage *image)
{
  return (guint64)pel_image_get_width (image) * pel_image_get_height (image) <= MOST_PIXELS;
}

static gboolean
start_cutting (gpointer data)
{
  PelCutView *self = data;
  PelCutOptions options = get_options (self);

  if (self->cutting != NULL && is_small (self->cut_of))
    return G_SOURCE_CONTINUE;
  self->cut_id = 0;
  if (self->cutting != NULL)
    g_cancellable_cancel (self->cutting);
  g_clear_object (&self->cutting);
  self->cutting = g_cancellable_new ();
  pel_resegment_async (self->document, &options, self->cutting, on_cut, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
on_slider_moved (PelCutView *self)
{
  PelImage *probability =
      self->document != NULL ? pel_image_document_get_probability (self->document) : NULL;

  if (self->updating || probability == NULL)
    return;
  update_state (self);
  g_clear_pointer (&self->cut_of, pel_image_unref);
  self->cut_of = pel_image_ref (probability);
  if (self->cut_id == 0)
    self->cut_id = g_timeout_add (CUT_MS, start_cutting, self);
}

/* A size that was chosen means just that; the model's own goes by the typical cell as well. */
static void
on_size_moved (PelCutView *self)
{
  if (!self->updating)
    self->min_share = 0.0;
  on_slider_moved (self);
}

/* A prediction that did not come from the sliders sets them, and what they were about is over. */
static void
on_prediction_changed (PelCutView *self)
{
  if (pel_cut_view_get_busy (self) &&
      pel_image_document_get_probability (self->document) != self->cut_of)
    drop_cut (self);
  if (!pel_cut_view_get_busy (self))
    reset_sliders (self);
  else
    update_state (self);
}

/* Buttons */

static void
on_reset (PelCutView *self)
{
  PelCutOptions proposal;

  if (!get_proposal (self, &proposal))
    return;
  show_options (self, &proposal);
  on_slider_moved (self);
}

static void
on_all (PelCutView *self)
{
  PelCutOptions options = get_options (self);

  drop_cut (self);
  pel_workspace_cut_all (self->workspace, &options);
}

static void
on_own (PelCutView *self)
{
  const PelPredictionSettings *settings =
      pel_image_document_get_prediction_settings (self->document);
  double magnification = settings != NULL ? settings->magnification : 1.0;
  PelCutOptions options = get_options (self);

  /* The model counts in pixels as it knows them. */
  options.min_size = (guint)floor (options.min_size / (magnification * magnification) + 0.5);
  pel_workspace_set_model_cut (self->workspace, &options);
}

/* Following */

static void
leave_document (PelCutView *self)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  drop_cut (self);
  g_clear_object (&self->document);
}

static void
on_document_changed (PelCutView *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);

  leave_document (self);
  g_set_object (&self->document, document);
  if (document != NULL)
    g_signal_connect_object (document, "prediction-changed", G_CALLBACK (on_prediction_changed),
                             self, G_CONNECT_SWAPPED);
  reset_sliders (self);
}

static void
pel_cut_view_dispose (GObject *object)
{
  PelCutView *self = PEL_CUT_VIEW (object);

  leave_document (self);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (
          pel_job_runner_get_jobs (pel_workspace_get_runner (self->workspace)), self);
      g_signal_handlers_disconnect_by_data (self->workspace, self);
    }
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_cut_view_parent_class)->dispose (object);
}

static void
pel_cut_view_class_init (PelCutViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_cut_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-cut-view.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelCutView, name)
  BIND (box);
  BIND (threshold);
  BIND (min_size);
  BIND (separation);
  BIND (separation_label);
  BIND (state);
  BIND (reset);
  BIND (all);
  BIND (own);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_reset);
  gtk_widget_class_bind_template_callback (widget_class, on_all);
  gtk_widget_class_bind_template_callback (widget_class, on_own);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_cut_view_init (PelCutView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->threshold, "value-changed", G_CALLBACK (on_slider_moved), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->min_size, "value-changed", G_CALLBACK (on_size_moved), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->separation, "value-changed", G_CALLBACK (on_slider_moved), self,
                           G_CONNECT_SWAPPED);
}

void
pel_cut_view_set_workspace (PelCutView *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_CUT_VIEW (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::model", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  /* Whether there is something to wait for is known to the workspace by then. */
  g_signal_connect_object (pel_job_runner_get_jobs (pel_workspace_get_runner (workspace)),
                           "items-changed", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  on_document_changed (self);
}

gboolean
pel_cut_view_get_busy (PelCutView *self)
{
  g_return_val_if_fail (PEL_IS_CUT_VIEW (self), FALSE);

  return self->cut_id != 0 || self->cutting != NULL;
}
