/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-training-buttons.h"

#include <glib/gi18n-lib.h>

#include "ui/keys/pel-key-tooltips.h"

struct _PelTrainingButtons
{
  GtkWidget parent_instance;

  PelTrainingJob *job; /* (nullable): the one under way, or one that has finished */
  GtkWidget *content;
  GtkButton *pause;
};

G_DEFINE_FINAL_TYPE (PelTrainingButtons, pel_training_buttons, GTK_TYPE_WIDGET)

static gboolean
get_running (PelTrainingButtons *self)
{
  return self->job != NULL && !pel_job_get_is_finished (PEL_JOB (self->job));
}

/* A step, and a check of the model, are finished before the training waits. */
static void
update (PelTrainingButtons *self)
{
  gboolean running = get_running (self);

  gtk_widget_set_visible (GTK_WIDGET (self), running);
  if (!running)
    return;
  if (!pel_training_job_get_paused (self->job))
    gtk_button_set_label (self->pause, _ ("_Pause"));
  else if (pel_training_job_get_is_waiting (self->job))
    gtk_button_set_label (self->pause, _ ("_Resume"));
  else
    /* Translators: a button: the training will wait as soon as its present step is done. */
    gtk_button_set_label (self->pause, _ ("_Pausing…"));
}

void
pel_training_buttons_set_job (PelTrainingButtons *self, PelTrainingJob *job)
{
  g_return_if_fail (PEL_IS_TRAINING_BUTTONS (self));

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job != NULL)
    {
      g_signal_connect_object (job, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (job, "finished", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

void
pel_training_buttons_toggle_paused (PelTrainingButtons *self)
{
  g_return_if_fail (PEL_IS_TRAINING_BUTTONS (self));

  if (get_running (self))
    pel_training_job_set_paused (self->job, !pel_training_job_get_paused (self->job));
}

static void
on_stop (PelTrainingButtons *self)
{
  if (get_running (self))
    pel_job_cancel (PEL_JOB (self->job));
}

static void
pel_training_buttons_dispose (GObject *object)
{
  PelTrainingButtons *self = PEL_TRAINING_BUTTONS (object);

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_training_buttons_parent_class)->dispose (object);
}

static void
pel_training_buttons_class_init (PelTrainingButtonsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_training_buttons_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-training-buttons.ui");
  gtk_widget_class_bind_template_child (widget_class, PelTrainingButtons, content);
  gtk_widget_class_bind_template_child (widget_class, PelTrainingButtons, pause);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, pel_training_buttons_toggle_paused);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_training_buttons_init (PelTrainingButtons *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pel_key_tooltips_add (GTK_WIDGET (self->pause), pel_command_find ("train"));
}
