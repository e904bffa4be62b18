/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-learning-window.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-learning-job.h"
#include "ui/keys/pel-shortcuts.h"
#include "ui/widgets/pel-axis.h"
#include "ui/widgets/pel-plot.h"
#include "ui/window/pel-format.h"

/* What is offered at first. */
#define USUAL_MINUTES 20

enum
{
  SERIES_DICE,
  SERIES_AP,
};

struct _PelLearningWindow
{
  AdwWindow parent_instance;

  PelWorkspace *workspace;
  PelTrainConfig config;
  char *init_path;
  PelLearningJob *job; /* the one under way, or NULL */
  guint n_points;
  double minutes; /* 0 for as many steps as the plan says */

  GtkStack *stack;
  GtkSpinButton *minutes_spin;
  AdwStatusPage *problem;
  GtkBox *plot_box;
  PelPlot *plot;
  GtkLabel *advice;
  GtkGrid *table;
  GtkWidget *running_box;
  GtkProgressBar *progress;
  GtkLabel *status;
  GtkWidget *again;
};

G_DEFINE_FINAL_TYPE (PelLearningWindow, pel_learning_window, ADW_TYPE_WINDOW)

/* The outcome */

static void
add_cell (PelLearningWindow *self, int column, int row, const char *text, gboolean heading)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0.0f : 1.0f);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "pel-number");
  if (heading)
    gtk_widget_add_css_class (label, "dim-label");
  gtk_grid_attach (self->table, label, column, row, 1, 1);
}

/* "0.62 ± 0.03", or without the spread where there was one training. */
static char *
format_spread (const PelSpread *spread, int digits, const char *unit)
{
  g_autofree char *mean = g_strdup_printf ("%.*f", digits, spread->mean);

  if (!isfinite (spread->mean))
    return g_strdup ("–");
  if (!isfinite (spread->sd))
    return g_strdup_printf ("%s%s", mean, unit);
  /* Translators: a mean, its standard deviation, and a unit that may be empty. */
  return g_strdup_printf (_ ("%s ± %.*f%s"), mean, digits, spread->sd, unit);
}

static void
fill_table (PelLearningWindow *self, const PelLearningPoint *points, guint n)
{
  const char *titles[] = { _ ("Images"), _ ("Cells"), _ ("AP"), _ ("Dice"),
                           _ ("Error of the diameter") };

  while (gtk_widget_get_first_child (GTK_WIDGET (self->table)) != NULL)
    gtk_grid_remove (self->table, gtk_widget_get_first_child (GTK_WIDGET (self->table)));
  for (guint i = 0; n > 0 && i < G_N_ELEMENTS (titles); i++)
    add_cell (self, (int)i, 0, titles[i], TRUE);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *images = g_strdup_printf ("%u", points[i].n_images);
      g_autofree char *cells = g_strdup_printf ("%.0f", points[i].n_cells);
      g_autofree char *ap = format_spread (&points[i].ap50, 2, "");
      g_autofree char *dice = format_spread (&points[i].dice, 2, "");
      g_autofree char *error = format_spread (&points[i].diameter_mape, 1, " %");
      const char *texts[] = { images, cells, ap, dice, error };

      for (guint k = 0; k < G_N_ELEMENTS (texts); k++)
        add_cell (self, (int)k, (int)i + 1, texts[k], FALSE);
    }
}

static void
show_news (PelLearningWindow *self)
{
  const PelLearningPoint *points = pel_learning_job_get_points (self->job, &self->n_points);

  pel_plot_clear (self->plot);
  for (guint i = 0; i < self->n_points; i++)
    {
      pel_plot_append (self->plot, SERIES_DICE, points[i].n_images, points[i].dice.mean);
      pel_plot_append (self->plot, SERIES_AP, points[i].n_images, points[i].ap50.mean);
    }
  gtk_label_set_text (self->advice, pel_learning_job_get_text (self->job));
  fill_table (self, points, self->n_points);
}

/* While it runs */

static void
update_progress (PelLearningWindow *self)
{
  double left = pel_job_get_seconds_left (PEL_JOB (self->job));
  g_autoptr (GString) text = g_string_new (pel_job_get_message (PEL_JOB (self->job)));

  if (pel_job_get_state (PEL_JOB (self->job)) == PEL_JOB_STATE_QUEUED)
    g_string_assign (text, _ ("Waits for the training under way"));
  else if (left >= 0.0)
    {
      g_autofree char *clock = pel_format_duration (left);

      g_string_append (text, text->len > 0 ? " · " : "");
      /* Translators: how long the work will still take, as minutes and seconds. */
      g_string_append_printf (text, _ ("%s left"), clock);
    }
  gtk_label_set_text (self->status, text->str);
  gtk_progress_bar_set_fraction (self->progress,
                                 CLAMP (pel_job_get_fraction (PEL_JOB (self->job)), 0.0, 1.0));
}

static void
update (PelLearningWindow *self)
{
  gboolean running = self->job != NULL;
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  gtk_widget_set_visible (self->running_box, running);
  gtk_widget_set_visible (self->again, !running && !g_str_equal (page, "start"));
}

static void
drop_job (PelLearningWindow *self)
{
  g_autoptr (PelLearningJob) job = g_steal_pointer (&self->job);

  if (job == NULL)
    return;
  g_signal_handlers_disconnect_by_data (job, self);
  pel_job_cancel (PEL_JOB (job));
}

static void
show_problem (PelLearningWindow *self, const char *message)
{
  g_autofree char *text = g_markup_escape_text (message, -1);

  adw_status_page_set_description (self->problem, text);
  gtk_stack_set_visible_child_name (self->stack, "problem");
}

static void
on_finished (PelLearningWindow *self)
{
  g_autoptr (PelLearningJob) job = NULL;
  PelJobState state = pel_job_get_state (PEL_JOB (self->job));

  if (pel_learning_job_get_n_done (self->job) > 0)
    show_news (self);
  job = g_steal_pointer (&self->job);
  if (state == PEL_JOB_STATE_FAILED)
    show_problem (self, pel_job_get_error (PEL_JOB (job))->message);
  else if (self->n_points == 0)
    /* Stopped before there was anything to tell. */
    gtk_stack_set_visible_child_name (self->stack, "start");
  update (self);
  if (!gtk_widget_get_visible (GTK_WIDGET (self)) && state != PEL_JOB_STATE_CANCELLED)
    pel_workspace_toast_action (self->workspace,
                                state == PEL_JOB_STATE_DONE ? _ ("The learning curve is ready")
                                                            : _ ("The learning curve has failed"),
                                _ ("Show"), "win.learning-curve");
}

void
pel_learning_window_start (PelLearningWindow *self)
{
  PelProject *project;
  g_autoptr (GPtrArray) items = NULL;

  g_return_if_fail (PEL_IS_LEARNING_WINDOW (self));

  project = pel_workspace_get_project (self->workspace);
  if (project == NULL)
    return;
  drop_job (self);
  self->n_points = 0;
  pel_plot_clear (self->plot);
  fill_table (self, NULL, 0);
  gtk_label_set_text (self->advice, _ ("The first training shows how far all images lead; then "
                                       "come trainings on fewer of them."));
  items = pel_project_list_training_items (project);
  self->job = pel_learning_job_new (&self->config, items, 60.0 * self->minutes, self->init_path);
  g_signal_connect_object (self->job, "notify", G_CALLBACK (update_progress), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "news", G_CALLBACK (show_news), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "finished", G_CALLBACK (on_finished), self,
                           G_CONNECT_SWAPPED);
  gtk_stack_set_visible_child_name (self->stack, "result");
  update (self);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (self->job));
  update_progress (self);
}

void
pel_learning_window_stop (PelLearningWindow *self)
{
  g_return_if_fail (PEL_IS_LEARNING_WINDOW (self));

  if (self->job != NULL)
    pel_job_cancel (PEL_JOB (self->job));
}

static void
on_again (PelLearningWindow *self)
{
  gtk_stack_set_visible_child_name (self->stack, "start");
  update (self);
}

static void
on_minutes_changed (PelLearningWindow *self)
{
  self->minutes = gtk_spin_button_get_value (self->minutes_spin);
}

/* Another project has other images. */
static void
on_project_changed (PelLearningWindow *self)
{
  gtk_window_destroy (GTK_WINDOW (self));
}

/* Life */

static void
pel_learning_window_dispose (GObject *object)
{
  PelLearningWindow *self = PEL_LEARNING_WINDOW (object);

  drop_job (self);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_learning_window_parent_class)->dispose (object);
}

static void
pel_learning_window_finalize (GObject *object)
{
  g_free (PEL_LEARNING_WINDOW (object)->init_path);
  G_OBJECT_CLASS (pel_learning_window_parent_class)->finalize (object);
}

static void
pel_learning_window_class_init (PelLearningWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_learning_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_learning_window_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-learning-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelLearningWindow, name)
  BIND (stack);
  BIND (minutes_spin);
  BIND (problem);
  BIND (plot_box);
  BIND (advice);
  BIND (table);
  BIND (running_box);
  BIND (progress);
  BIND (status);
  BIND (again);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, pel_learning_window_start);
  gtk_widget_class_bind_template_callback (widget_class, pel_learning_window_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, on_minutes_changed);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pel_learning_window_init (PelLearningWindow *self)
{
  GtkWidget *plot;

  gtk_widget_init_template (GTK_WIDGET (self));
  pel_shortcuts_install_side (GTK_WINDOW (self));
  /* Translators: the title of a plot of scores over the number of images trained on. */
  plot = pel_plot_new (_ ("Score on held-out images"), _ ("images"));
  self->plot = PEL_PLOT (plot);
  pel_plot_set_y_range (self->plot, 0.0, 1.0);
  pel_plot_add_series (self->plot, _ ("Dice"), PEL_PLOT_POINTS);
  /* Translators: average precision, short. */
  pel_plot_add_series (self->plot, _ ("AP"), PEL_PLOT_POINTS);
  gtk_widget_set_vexpand (plot, TRUE);
  gtk_widget_set_hexpand (plot, TRUE);
  gtk_widget_set_size_request (plot, -1, 220);
  gtk_box_append (self->plot_box, plot);
  self->minutes = USUAL_MINUTES;
  gtk_spin_button_set_value (self->minutes_spin, USUAL_MINUTES);
  update (self);
}

GtkWidget *
pel_learning_window_new (PelWorkspace *workspace, GtkWindow *parent)
{
  PelLearningWindow *self = g_object_new (PEL_TYPE_LEARNING_WINDOW, "transient-for", parent, NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_project_changed), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
pel_learning_window_set_plan (PelLearningWindow *self,
                              const PelTrainConfig *config,
                              const char *init_path)
{
  g_return_if_fail (PEL_IS_LEARNING_WINDOW (self));
  g_return_if_fail (config != NULL);

  self->config = *config;
  g_free (self->init_path);
  self->init_path = g_strdup (init_path);
}

void
pel_learning_window_set_minutes (PelLearningWindow *self, double minutes)
{
  g_return_if_fail (PEL_IS_LEARNING_WINDOW (self));
  g_return_if_fail (minutes >= 0.0);

  self->minutes = minutes;
}

const char *
pel_learning_window_get_page (PelLearningWindow *self)
{
  g_return_val_if_fail (PEL_IS_LEARNING_WINDOW (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

gboolean
pel_learning_window_get_running (PelLearningWindow *self)
{
  g_return_val_if_fail (PEL_IS_LEARNING_WINDOW (self), FALSE);

  return self->job != NULL;
}

guint
pel_learning_window_get_n_points (PelLearningWindow *self)
{
  g_return_val_if_fail (PEL_IS_LEARNING_WINDOW (self), 0);

  return self->n_points;
}

const char *
pel_learning_window_get_advice (PelLearningWindow *self)
{
  g_return_val_if_fail (PEL_IS_LEARNING_WINDOW (self), NULL);

  return gtk_label_get_text (self->advice);
}
