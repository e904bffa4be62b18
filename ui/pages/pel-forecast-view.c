/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-forecast-view.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/pel-forecast-text.h"

struct _PelForecastView
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelForecastJob *job; /* the one under way, or NULL */
  PelForecast forecast;
  gboolean known;
  double limit;

  GtkWidget *box;
  GtkLabel *summary;
  GtkLabel *expectation;
  GtkWidget *progress;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (PelForecastView, pel_forecast_view, GTK_TYPE_WIDGET)

enum
{
  WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_text (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static void
show_forecast (PelForecastView *self)
{
  PelProject *project =
      self->workspace != NULL ? pel_workspace_get_project (self->workspace) : NULL;
  GListModel *models = project != NULL ? pel_project_get_models (project) : NULL;
  g_autofree char *summary = pel_forecast_describe_steps (&self->forecast, self->limit);
  g_autofree char *expectation =
      pel_forecast_describe_quality (&self->forecast, self->limit, models);

  show_text (self->summary, summary);
  show_text (self->expectation, expectation);
}

static void
update (PelForecastView *self)
{
  gboolean running = self->job != NULL;

  gtk_widget_set_visible (self->progress, running);
  gtk_button_set_label (self->button, running       ? _ ("Stop the Trial")
                                      : self->known ? _ ("Tr_y Again")
                                                    : _ ("What Can I E_xpect?"));
  gtk_widget_set_tooltip_text (
      GTK_WIDGET (self->button),
      running ? _ ("Stop the trial; nothing is kept of it")
              : _ ("Makes steps for a few seconds, with these settings on your images"));
  if (running)
    {
      show_text (self->summary, pel_job_get_message (PEL_JOB (self->job)));
      show_text (self->expectation, "");
      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                     CLAMP (pel_job_get_fraction (PEL_JOB (self->job)), 0.0, 1.0));
    }
  else if (self->known)
    show_forecast (self);
  else
    {
      show_text (self->summary, "");
      show_text (self->expectation, "");
    }
}

static void
drop_job (PelForecastView *self)
{
  g_autoptr (PelForecastJob) job = g_steal_pointer (&self->job);

  if (job == NULL)
    return;
  g_signal_handlers_disconnect_by_data (job, self);
  pel_job_cancel (PEL_JOB (job));
}

static void
on_finished (PelForecastView *self)
{
  g_autoptr (PelForecastJob) job = g_steal_pointer (&self->job);
  PelJobState state = pel_job_get_state (PEL_JOB (job));

  if (pel_forecast_job_get_forecast (job, &self->forecast))
    self->known = TRUE;
  update (self);
  if (state == PEL_JOB_STATE_FAILED)
    {
      show_text (self->summary, pel_job_get_error (PEL_JOB (job))->message);
      show_text (self->expectation, "");
    }
}

static void
on_clicked (PelForecastView *self)
{
  if (self->job != NULL)
    pel_forecast_view_stop (self);
  else
    g_signal_emit (self, signals[WANTED], 0);
}

/* Life */

static void
pel_forecast_view_dispose (GObject *object)
{
  PelForecastView *self = PEL_FORECAST_VIEW (object);

  drop_job (self);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_forecast_view_parent_class)->dispose (object);
}

static void
pel_forecast_view_class_init (PelForecastViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_forecast_view_dispose;
  signals[WANTED] = g_signal_new ("wanted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkLabel *
add_label (PelForecastView *self)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_widget_add_css_class (label, "pel-number");
  gtk_box_append (GTK_BOX (self->box), label);
  return GTK_LABEL (label);
}

static void
pel_forecast_view_init (PelForecastView *self)
{
  self->limit = 300.0;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->summary = add_label (self);
  self->expectation = add_label (self);
  gtk_widget_add_css_class (GTK_WIDGET (self->expectation), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->expectation), "caption");
  self->progress = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress of the trial"), -1);
  gtk_box_append (GTK_BOX (self->box), self->progress);
  self->button = GTK_BUTTON (gtk_button_new_with_mnemonic (""));
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->button));
  update (self);
}

void
pel_forecast_view_set_workspace (PelForecastView *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_FORECAST_VIEW (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
}

void
pel_forecast_view_set_limit (PelForecastView *self, double seconds)
{
  g_return_if_fail (PEL_IS_FORECAST_VIEW (self));
  g_return_if_fail (seconds > 0.0);

  self->limit = seconds;
  if (self->known && self->job == NULL)
    show_forecast (self);
}

void
pel_forecast_view_start (PelForecastView *self,
                         const PelTrainConfig *config,
                         GPtrArray *items,
                         const char *init_path)
{
  g_return_if_fail (PEL_IS_FORECAST_VIEW (self));
  g_return_if_fail (self->workspace != NULL);

  pel_forecast_view_reset (self);
  self->job = pel_forecast_job_new (config, items, init_path);
  g_signal_connect_object (self->job, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "finished", G_CALLBACK (on_finished), self,
                           G_CONNECT_SWAPPED);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (self->job));
  update (self);
}

void
pel_forecast_view_reset (PelForecastView *self)
{
  g_return_if_fail (PEL_IS_FORECAST_VIEW (self));

  self->known = FALSE;
  drop_job (self);
  update (self);
}

void
pel_forecast_view_stop (PelForecastView *self)
{
  g_return_if_fail (PEL_IS_FORECAST_VIEW (self));

  drop_job (self);
  update (self);
}

gboolean
pel_forecast_view_get_running (PelForecastView *self)
{
  g_return_val_if_fail (PEL_IS_FORECAST_VIEW (self), FALSE);

  return self->job != NULL;
}

const char *
pel_forecast_view_get_summary (PelForecastView *self)
{
  g_return_val_if_fail (PEL_IS_FORECAST_VIEW (self), NULL);

  return gtk_label_get_text (self->summary);
}

const char *
pel_forecast_view_get_expectation (PelForecastView *self)
{
  g_return_val_if_fail (PEL_IS_FORECAST_VIEW (self), NULL);

  return gtk_label_get_text (self->expectation);
}
