/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-training-panel.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/pel-curve-plots.h"
#include "ui/pages/pel-lessons-text.h"
#include "ui/window/pel-format.h"

struct _PelTrainingPanel
{
  GtkWidget parent_instance;

  PelTrainingJob *job;
  PelModelEntry *model;

  GtkWidget *content;
  GtkWidget *run_box;
  GtkLabel *run_title;
  GtkProgressBar *run_progress;
  GtkLabel *run_status;
  GtkLabel *run_details;
  GtkLabel *run_init;
  GtkWidget *news;
  GtkLabel *news_text;
  GtkWidget *curves_box;
  GtkWidget *model_box;
  GtkLabel *model_title;
  PelCurvePlots *curves;
};

G_DEFINE_FINAL_TYPE (PelTrainingPanel, pel_training_panel, GTK_TYPE_WIDGET)

PelTrainingJob *
pel_training_panel_get_running (PelTrainingPanel *self)
{
  g_return_val_if_fail (PEL_IS_TRAINING_PANEL (self), NULL);

  if (self->job == NULL || pel_job_get_is_finished (PEL_JOB (self->job)))
    return NULL;
  return self->job;
}

/* Curves */

/* Of a training under way, else of the model. */
static void
show_curves (PelTrainingPanel *self)
{
  PelTrainingJob *job = pel_training_panel_get_running (self);
  const PelCurvePoint *points = NULL;
  guint n = 0;

  if (job != NULL)
    points = pel_training_job_get_curve (job, &n);
  else if (self->model != NULL)
    points = pel_model_entry_get_curve (self->model, &n);
  pel_curve_plots_show (self->curves, points, n);
  gtk_label_set_text (self->model_title,
                      self->model != NULL ? pel_model_entry_get_name (self->model) : "");
  gtk_widget_set_visible (self->model_box, job == NULL);
  gtk_widget_set_visible (self->curves_box, n > 0 || job != NULL);
}

static void
on_point (PelTrainingJob *job, const PelCurvePoint *point, PelTrainingPanel *self)
{
  pel_curve_plots_append (self->curves, point);
}

/* Progress */

/* "Training · 3:12 left · epoch 4" */
static char *
describe_state (PelTrainingJob *job)
{
  GString *text = g_string_new (pel_job_get_message (PEL_JOB (job)));
  double left = pel_job_get_seconds_left (PEL_JOB (job));

  if (left >= 0.0)
    {
      g_autofree char *clock = pel_format_duration (left);

      g_string_append (text, text->len > 0 ? " · " : "");
      /* Translators: how long the work will still take, as minutes and seconds. */
      g_string_append_printf (text, _ ("%s left"), clock);
    }
  if (pel_training_job_get_epoch (job) > 0)
    {
      g_string_append (text, text->len > 0 ? " · " : "");
      /* Translators: how often the training went round so far. */
      g_string_append_printf (text, _ ("epoch %u"), pel_training_job_get_epoch (job));
    }
  return g_string_free (text, FALSE);
}

/* What it learns from, how fast, and what it takes. */
static char *
describe_details (PelTrainingJob *job)
{
  GString *text = g_string_new (NULL);
  double speed = pel_training_job_get_samples_per_second (job);
  double share = pel_training_job_get_val_share (job);
  guint64 bytes = pel_training_job_get_needed_bytes (job);

  if (pel_training_job_get_n_images (job) > 0)
    {
      g_autofree char *counts = pel_lessons_describe_counts (pel_training_job_get_n_cells (job),
                                                             pel_training_job_get_n_images (job));

      guint n_parts = pel_training_job_get_n_parts (job);

      if (n_parts == 0)
        g_string_append_printf (text,
                                /* Translators: "12 cells in 3 images", and the number of images
                                 * kept back to test the model with. */
                                _ ("%s, %u held out"), counts,
                                pel_training_job_get_n_validation_images (job));
      else if (n_parts == pel_training_job_get_n_images (job))
        /* Translators: "12 cells in 3 images", of each of which a part is kept back to test the
         * model with. */
        g_string_append_printf (text, _ ("%s, a quarter of each held out"), counts);
      else
        /* Translators: "12 cells in 3 images", and of how many of them a part is kept back to test
         * the model with. */
        g_string_append_printf (
            text,
            ngettext ("%s, a quarter of %u held out", "%s, a quarter of %u held out", n_parts),
            counts, n_parts);
    }
  if (speed > 0.0)
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      /* Translators: how fast the training is: patches of images per second. */
      g_string_append_printf (text, _ ("%.1f samples/s"), speed);
    }
  if (bytes > 0)
    {
      g_autofree char *size = g_format_size (bytes);

      g_string_append (text, speed > 0.0 ? " · " : text->len > 0 ? "\n" : "");
      /* Translators: how much memory a training uses, such as "300 MB". */
      g_string_append_printf (text, _ ("%s of memory"), size);
    }
  if (share < 0.995)
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      /* Translators: the scores during a training are of so many percent of what is held out. */
      g_string_append_printf (text, _ ("Scores meanwhile are of %.0f %% of what is held out"),
                              MAX (1.0, 100.0 * share));
    }
  return g_string_free (text, FALSE);
}

/* What is kept of another model's weights, where it starts from one. */
static void
update_init (PelTrainingPanel *self, PelTrainingJob *job)
{
  const char *text = pel_training_job_get_init_text (job);

  gtk_label_set_text (self->run_init, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->run_init), text != NULL);
}

static void
update_news (PelTrainingPanel *self, PelTrainingJob *job)
{
  gboolean pending = pel_training_job_get_pending (job);
  gboolean joined = pel_training_job_get_n_renewals (job) > 0;
  gboolean shortened = pel_training_job_get_is_shortened (job);

  gtk_widget_set_visible (self->news, pending || joined || shortened);
  if (shortened)
    gtk_label_set_text (self->news_text,
                        _ ("The images held out have not become better for long; the training "
                           "comes to its end earlier."));
  else if (pending)
    gtk_label_set_text (self->news_text, _ ("Your new masks join at the next epoch."));
  else if (joined)
    gtk_label_set_text (self->news_text, _ ("Your new masks have joined."));
}

static void
update_run (PelTrainingPanel *self)
{
  PelTrainingJob *job = pel_training_panel_get_running (self);
  g_autofree char *title = NULL;
  g_autofree char *state = NULL;
  g_autofree char *details = NULL;
  gboolean paused;

  gtk_widget_set_visible (self->run_box, job != NULL);
  if (job == NULL)
    return;
  paused = pel_training_job_get_is_waiting (job);
  /* Translators: %s is the name of a model. */
  title = g_strdup_printf (paused ? _ ("Training “%s” is paused") : _ ("Training “%s”"),
                           pel_training_job_get_model_name (job));
  gtk_label_set_text (self->run_title, title);
  if (pel_job_get_fraction (PEL_JOB (job)) >= 0.0)
    gtk_progress_bar_set_fraction (self->run_progress,
                                   CLAMP (pel_job_get_fraction (PEL_JOB (job)), 0.0, 1.0));
  state = describe_state (job);
  gtk_label_set_text (self->run_status, state);
  details = describe_details (job);
  gtk_label_set_text (self->run_details, details);
  update_init (self, job);
  update_news (self, job);
}

static void
on_finished (PelTrainingPanel *self)
{
  update_run (self);
  show_curves (self);
}

void
pel_training_panel_set_job (PelTrainingPanel *self, PelTrainingJob *job)
{
  g_return_if_fail (PEL_IS_TRAINING_PANEL (self));

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job != NULL)
    {
      g_signal_connect_object (job, "progress", G_CALLBACK (update_run), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (job, "notify", G_CALLBACK (update_run), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (job, "point", G_CALLBACK (on_point), self, G_CONNECT_DEFAULT);
      g_signal_connect_object (job, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
    }
  update_run (self);
  show_curves (self);
}

void
pel_training_panel_set_model (PelTrainingPanel *self, PelModelEntry *model)
{
  g_return_if_fail (PEL_IS_TRAINING_PANEL (self));

  g_set_object (&self->model, model);
  if (pel_training_panel_get_running (self) == NULL)
    show_curves (self);
}

/* Life */

static void
pel_training_panel_dispose (GObject *object)
{
  PelTrainingPanel *self = PEL_TRAINING_PANEL (object);

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_object (&self->model);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_training_panel_parent_class)->dispose (object);
}

static void
pel_training_panel_class_init (PelTrainingPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_training_panel_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-training-panel.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelTrainingPanel, name)
  BIND (content);
  BIND (run_box);
  BIND (run_title);
  BIND (run_progress);
  BIND (run_status);
  BIND (run_details);
  BIND (run_init);
  BIND (news);
  BIND (news_text);
  BIND (curves_box);
  BIND (model_box);
  BIND (model_title);
#undef BIND
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_training_panel_init (PelTrainingPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->curves = PEL_CURVE_PLOTS (pel_curve_plots_new ());
  gtk_box_append (GTK_BOX (self->curves_box), GTK_WIDGET (self->curves));
}
