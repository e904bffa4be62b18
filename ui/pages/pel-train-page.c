/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-train-page.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-training-follow.h"
#include "ui/keys/pel-key-tooltips.h"
#include "ui/pages/pel-augment-controls.h"
#include "ui/pages/pel-forecast-view.h"
#include "ui/pages/pel-lessons-text.h"
#include "ui/pages/pel-model-row.h"
#include "ui/pages/pel-resume.h"
#include "ui/pages/pel-training-buttons.h"
#include "ui/pages/pel-training-form.h"
#include "ui/pages/pel-training-news.h"
#include "ui/pages/pel-training-panel.h"

/* What "train more" adds. */
#define MORE_SECONDS 600.0

struct _PelTrainPage
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelProject *project;
  PelTrainingJob *job; /* the one under way, or the last one of this window; nullable */
  PelTrainingForm form;
  gboolean suggested;
  gboolean listing;          /* the models to start from are being listed anew */
  PelModelEntry *init_entry; /* (nullable): chosen to start from, as it was listed then */
  char *init_wanted;         /* (nullable): a name to be chosen as soon as it is listed */
  gboolean offered;          /* to go on with a training of an earlier time */
  gboolean loading;          /* a project's settings are being shown */
  double more;               /* seconds that the training to go on with gets on top */

  GtkWidget *content;
  PelTrainingPanel *panel;
  GtkWidget *setup_box;
  GtkLabel *data_summary;
  GtkLabel *data_advice;
  GtkDropDown *init;
  GtkEntry *name;
  GtkDropDown *strength;
  AdwBin *augment_values;
  PelForecastView *forecast;
  PelTrainingButtons *buttons;
  GtkWidget *start_box;
  GtkWidget *start;
  GtkLabel *start_problem;
  GtkWidget *resume_box;
  GtkLabel *resume_text;
  GtkWidget *models_section;
  GtkListBox *models;
};

G_DEFINE_FINAL_TYPE (PelTrainPage, pel_train_page, GTK_TYPE_WIDGET)

static PelTrainingJob *
get_running (PelTrainPage *self)
{
  return pel_training_panel_get_running (self->panel);
}

/* Data */

static void
update_data (PelTrainPage *self)
{
  PelLessons lessons = { 0 };
  g_autofree char *text = NULL;
  const char *reason, *advice;
  gboolean can_start;

  if (self->project != NULL)
    pel_project_count_lessons (self->project, &lessons);
  text = pel_lessons_describe (&lessons);
  /* Why nothing can be started comes before what would make it better. */
  reason = self->project != NULL ? pel_project_get_read_only_reason (self->project) : NULL;
  advice = reason != NULL ? reason : pel_lessons_advise (&lessons);
  gtk_label_set_text (self->data_summary, text);
  gtk_label_set_text (self->data_advice, advice);
  gtk_widget_set_visible (GTK_WIDGET (self->data_advice), *advice != '\0');
  can_start = pel_train_page_get_can_start (self);
  gtk_widget_set_sensitive (self->start, can_start);
  gtk_widget_set_sensitive (GTK_WIDGET (self->forecast), can_start);
}

/* Progress */

static void
update_run (PelTrainPage *self)
{
  gboolean running = get_running (self) != NULL;

  gtk_widget_set_visible (self->setup_box, !running);
  gtk_widget_set_visible (self->start_box, !running);
}

static void
update_model (PelTrainPage *self)
{
  pel_training_panel_set_model (self->panel, pel_workspace_get_model (self->workspace));
}

static void
on_model_saved (PelTrainPage *self)
{
  if (self->project != NULL)
    pel_project_refresh_models (self->project);
}

/* The name, numbered on until no model has it. */
static void
propose_name (PelTrainPage *self)
{
  for (guint i = 1; self->project != NULL; i++)
    {
      /* Translators: the name of a new model; %u is a number. */
      g_autofree char *name = g_strdup_printf (_ ("Model %u"), i);

      if (!pel_project_has_model_name (self->project, name))
        {
          gtk_editable_set_text (GTK_EDITABLE (self->name), name);
          return;
        }
    }
}

static void
on_finished (PelTrainingJob *job, PelTrainPage *self)
{
  on_model_saved (self);
  if (pel_training_job_get_has_model (job) && self->project != NULL)
    pel_workspace_prefer_model (self->workspace, pel_training_job_get_model_name (job));
  update_run (self);
  pel_training_news_tell (job, self->workspace, GTK_WIDGET (self));
  propose_name (self);
  update_data (self);
}

static void
drop_job (PelTrainPage *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  if (self->content != NULL)
    {
      pel_training_panel_set_job (self->panel, NULL);
      pel_training_buttons_set_job (self->buttons, NULL);
    }
}

/* Takes the reference. */
static void
run_job (PelTrainPage *self, PelTrainingJob *job)
{
  drop_job (self);
  pel_forecast_view_stop (self->forecast);
  /* The project has marked what is held out. */
  pel_training_job_set_hold_out (job, 0);
  self->job = job;
  g_signal_connect_object (job, "model-saved", G_CALLBACK (on_model_saved), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "finished", G_CALLBACK (on_finished), self, G_CONNECT_DEFAULT);
  pel_training_job_follow (job, self->project);
  pel_training_panel_set_job (self->panel, job);
  pel_training_buttons_set_job (self->buttons, job);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (job));
  update_run (self);
}

/* Starting */

static void
set_problem (PelTrainPage *self, const char *text)
{
  gtk_label_set_text (self->start_problem, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->start_problem), text != NULL);
}

/* (transfer full) (nullable) */
static PelModelEntry *
get_init (PelTrainPage *self)
{
  guint row = gtk_drop_down_get_selected (self->init);

  if (self->project == NULL || row == 0 || row == GTK_INVALID_LIST_POSITION)
    return NULL;
  return g_list_model_get_item (pel_project_get_models (self->project), row - 1);
}

PelAugmentChoice *
pel_train_page_get_augment (PelTrainPage *self)
{
  g_return_val_if_fail (PEL_IS_TRAIN_PAGE (self), NULL);

  return self->form.augment;
}

gboolean
pel_train_page_read_plan (PelTrainPage *self,
                          PelTrainConfig *config,
                          char **init_path,
                          GError **error)
{
  g_autoptr (PelModelEntry) init = NULL;

  g_return_val_if_fail (PEL_IS_TRAIN_PAGE (self), FALSE);
  g_return_val_if_fail (config != NULL && init_path != NULL, FALSE);

  *init_path = NULL;
  if (!pel_training_form_read (&self->form, config, error))
    return FALSE;
  init = get_init (self);
  if (init != NULL)
    *init_path = g_strdup (pel_model_entry_get_path (init));
  return TRUE;
}

static void
on_start (PelTrainPage *self)
{
  PelTrainConfig config;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autofree char *minutes = NULL;
  g_autofree char *init_path = NULL;

  if (!pel_train_page_get_can_start (self))
    return;
  name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
  if (*name == '\0' || strpbrk (name, "/\\") != NULL || *name == '.')
    {
      set_problem (self, _ ("Give the model a name without slashes."));
      gtk_widget_grab_focus (GTK_WIDGET (self->name));
      return;
    }
  if (!pel_train_page_read_plan (self, &config, &init_path, &error))
    {
      set_problem (self, error->message);
      return;
    }
  set_problem (self, NULL);

  if (pel_train_config_holds_out (&config))
    pel_project_hold_some_out (self->project, config.seed);
  items = pel_project_list_training_items (self->project);
  path = pel_project_new_model_path (self->project, name);
  minutes = g_strdup_printf ("%d", gtk_spin_button_get_value_as_int (self->form.minutes));
  pel_project_set_setting (self->project, "training-minutes", minutes);
  run_job (self, pel_training_job_new (&config, items, path, init_path, FALSE));
}

/* What may be expected */

static void
on_forecast_wanted (PelTrainPage *self)
{
  PelTrainConfig config;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autofree char *init_path = NULL;

  if (!pel_train_page_get_can_start (self))
    return;
  if (!pel_train_page_read_plan (self, &config, &init_path, &error))
    {
      set_problem (self, error->message);
      return;
    }
  set_problem (self, NULL);
  items = pel_project_list_training_items (self->project);
  pel_forecast_view_start (self->forecast, &config, items, init_path);
}

static void
on_minutes_changed (PelTrainPage *self)
{
  pel_forecast_view_set_limit (self->forecast,
                               60.0 * gtk_spin_button_get_value (self->form.minutes));
}

/* Kept with the project, for the next training as well. */
static void
on_augment_changed (PelTrainPage *self)
{
  g_autofree char *text = NULL;

  if (self->loading || self->project == NULL || pel_project_get_read_only (self->project))
    return;
  text = pel_augment_choice_to_text (self->form.augment);
  pel_project_set_setting (self->project, "random-changes", text);
}

/* Kept with the project, by the name that the model has now. */
static void
remember_init (PelTrainPage *self)
{
  if (self->project == NULL || pel_project_get_read_only (self->project) ||
      self->init_wanted != NULL)
    return;
  pel_project_set_setting (self->project, "training-start",
                           self->init_entry != NULL ? pel_model_entry_get_name (self->init_entry)
                                                    : NULL);
}

/* A network that starts from a model has its shape. */
static void
on_init_chosen (PelTrainPage *self)
{
  g_autoptr (PelModelEntry) init = get_init (self);
  gboolean same = pel_model_entry_is_same (init, self->init_entry) || init == self->init_entry;

  if (self->listing)
    return;
  pel_training_form_set_init (&self->form, init);
  g_set_object (&self->init_entry, init);
  remember_init (self);
  if (!same)
    pel_forecast_view_reset (self->forecast);
}

static void
on_init_selected (PelTrainPage *self)
{
  if (!self->listing)
    g_clear_pointer (&self->init_wanted, g_free);
  on_init_chosen (self);
}

/* Going on with an unfinished training */

static void
update_resume (PelTrainPage *self)
{
  g_autoptr (PelModelEntry) entry = pel_resume_find (self->project);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->resume_box, entry != NULL);
  if (entry == NULL)
    return;
  /* Translators: %s is the name of a model. */
  text = g_strdup_printf (_ ("Training “%s” was interrupted and can go on."),
                          pel_model_entry_get_name (entry));
  gtk_label_set_text (self->resume_text, text);
  if (!self->offered && self->job == NULL)
    pel_workspace_toast_action (self->workspace, text, _ ("Continue"), "win.resume-training");
  self->offered = TRUE;
}

/* One that was closed meanwhile is not realized: nothing begins that nobody sees. */
static gboolean
is_in_window (PelTrainPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return root != NULL && gtk_widget_get_realized (GTK_WIDGET (root));
}

static void
on_resume_config (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelTrainPage) self = data;
  g_autoptr (GError) error = NULL;
  PelTrainConfig config;
  gboolean ok = pel_resume_read_finish (PEL_MODEL_ENTRY (source), result, &config, &error);
  g_autoptr (GPtrArray) items = NULL;

  if (self->workspace == NULL || self->project == NULL || !is_in_window (self) ||
      get_running (self) != NULL)
    return;
  if (!ok)
    {
      pel_workspace_fail (self->workspace, _ ("This training cannot go on"),
                          _ ("Its best model is kept. Train a new one that starts from it."),
                          error->message);
      return;
    }
  if (config.time_limit_s > 0.0)
    config.time_limit_s += self->more;
  items = pel_project_list_training_items (self->project);
  run_job (self,
           pel_training_job_new (&config, items,
                                 pel_model_entry_get_path (PEL_MODEL_ENTRY (source)), NULL, TRUE));
}

static void
resume (PelTrainPage *self, PelModelEntry *entry, double more)
{
  self->more = more;
  pel_resume_read_async (entry, on_resume_config, g_object_ref (self));
}

static void
on_resume (PelTrainPage *self)
{
  g_autoptr (PelModelEntry) entry = pel_resume_find (self->project);

  if (entry != NULL && get_running (self) == NULL)
    resume (self, entry, 0.0);
}

void
pel_train_page_go_on (PelTrainPage *self, PelModelEntry *entry)
{
  g_autoptr (GPtrArray) items = NULL;
  PelTrainConfig config;
  PelTrainingJob *job;

  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));
  g_return_if_fail (PEL_IS_MODEL_ENTRY (entry));

  if (!pel_train_page_get_can_start (self) || pel_model_entry_get_problem (entry) != NULL)
    return;
  if (pel_model_entry_get_resumable (entry))
    {
      resume (self, entry, MORE_SECONDS);
      return;
    }
  pel_train_config_init_preset (&config, PEL_PRESET_QUICK);
  items = pel_project_list_training_items (self->project);
  pel_train_config_set_time_limit (&config, MORE_SECONDS);
  job = pel_training_job_new (&config, items, pel_model_entry_get_path (entry), NULL, FALSE);
  pel_training_job_set_goes_on (job, TRUE);
  run_job (self, job);
}

void
pel_train_page_train_more (PelTrainPage *self)
{
  PelTrainingJob *job;
  PelModelEntry *model;

  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  job = get_running (self);
  model = self->workspace != NULL ? pel_workspace_get_model (self->workspace) : NULL;
  if (job != NULL)
    {
      pel_workspace_toast (
          self->workspace,
          pel_training_job_extend (job, MORE_SECONDS)
              ? _ ("10 minutes more")
              : _ ("This training is just ending; ask for more time as soon as it is done"));
    }
  else if (model != NULL)
    pel_train_page_go_on (self, model);
}

void
pel_train_page_start_from (PelTrainPage *self, PelModelEntry *entry)
{
  GListModel *models;

  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  if (self->project == NULL)
    return;
  models = pel_project_get_models (self->project);
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PelModelEntry) other = g_list_model_get_item (models, i);

      if (other == entry)
        gtk_drop_down_set_selected (self->init, i + 1);
    }
  gtk_widget_grab_focus (self->start);
}

/* Models */

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  PelTrainPage *self = data;

  return pel_model_row_new (self->workspace, item);
}

static gboolean
is_init (PelTrainPage *self, PelModelEntry *entry)
{
  return self->init_wanted != NULL
             ? g_strcmp0 (pel_model_entry_get_name (entry), self->init_wanted) == 0
             : pel_model_entry_is_same (entry, self->init_entry);
}

static void
on_models_changed (PelTrainPage *self)
{
  GListModel *models = pel_project_get_models (self->project);
  guint n = g_list_model_get_n_items (models);
  guint chosen = 0;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _ ("New network"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      gtk_string_list_append (names, pel_model_entry_get_name (entry));
      /* The list has other places once there is a newer model. */
      if (is_init (self, entry))
        chosen = i + 1;
    }
  if (chosen > 0)
    g_clear_pointer (&self->init_wanted, g_free);
  self->listing = TRUE;
  gtk_drop_down_set_model (self->init, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->init, chosen);
  self->listing = FALSE;
  on_init_chosen (self);
  gtk_widget_set_visible (self->models_section, n > 0);
  update_resume (self);
  if (get_running (self) == NULL)
    propose_name (self);
}

static void
on_unfinished_changed (PelTrainPage *self)
{
  update_resume (self);
  if (get_running (self) == NULL)
    propose_name (self);
}

static void
leave_project (PelTrainPage *self)
{
  if (self->project == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->project, self);
  g_signal_handlers_disconnect_by_data (pel_project_get_models (self->project), self);
  g_signal_handlers_disconnect_by_data (pel_project_get_unfinished (self->project), self);
  gtk_list_box_bind_model (self->models, NULL, NULL, NULL, NULL);
  g_clear_object (&self->init_entry);
  g_clear_pointer (&self->init_wanted, g_free);
  g_clear_object (&self->project);
}

/* What the project remembers of its last training. */
static void
show_settings (PelTrainPage *self)
{
  const char *minutes = pel_project_get_setting (self->project, "training-minutes");

  if (minutes != NULL)
    gtk_spin_button_set_value (self->form.minutes, g_ascii_strtod (minutes, NULL));
  self->loading = TRUE;
  pel_augment_choice_set_text (self->form.augment,
                               pel_project_get_setting (self->project, "random-changes"));
  self->loading = FALSE;
}

static void
on_project_changed (PelTrainPage *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  leave_project (self);
  drop_job (self);
  pel_forecast_view_reset (self->forecast);
  self->offered = FALSE;
  g_set_object (&self->project, project);
  if (project != NULL)
    {
      g_signal_connect_object (project, "items-changed", G_CALLBACK (update_data), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (pel_project_get_models (project), "items-changed",
                               G_CALLBACK (on_models_changed), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (pel_project_get_unfinished (project), "items-changed",
                               G_CALLBACK (on_unfinished_changed), self, G_CONNECT_SWAPPED);
      gtk_list_box_bind_model (self->models, pel_project_get_models (project), make_row, self,
                               NULL);
      self->init_wanted = g_strdup (pel_project_get_setting (project, "training-start"));
      on_models_changed (self);
      show_settings (self);
    }
  set_problem (self, NULL);
  update_run (self);
  update_data (self);
}

static void
on_map (PelTrainPage *self)
{
  if (self->workspace != NULL)
    update_data (self);
}

/* Life */

static void
pel_train_page_dispose (GObject *object)
{
  PelTrainPage *self = PEL_TRAIN_PAGE (object);

  drop_job (self);
  if (self->content != NULL)
    leave_project (self);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_train_page_parent_class)->dispose (object);
}

static void
pel_train_page_finalize (GObject *object)
{
  g_clear_object (&PEL_TRAIN_PAGE (object)->form.augment);
  G_OBJECT_CLASS (pel_train_page_parent_class)->finalize (object);
}

static void
pel_train_page_class_init (PelTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_train_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_train_page_finalize;
  g_type_ensure (PEL_TYPE_TRAINING_BUTTONS);
  g_type_ensure (PEL_TYPE_TRAINING_PANEL);
  g_type_ensure (PEL_TYPE_FORECAST_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-train-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelTrainPage, name)
#define BIND_FORM(name)                                                                            \
  gtk_widget_class_bind_template_child_full (widget_class, #name, FALSE,                           \
                                             G_STRUCT_OFFSET (PelTrainPage, form.name))
  BIND (content);
  BIND (panel);
  BIND (setup_box);
  BIND (data_summary);
  BIND (data_advice);
  BIND (init);
  BIND (name);
  BIND (strength);
  BIND (augment_values);
  BIND (forecast);
  BIND (buttons);
  BIND (start_box);
  BIND (start);
  BIND (start_problem);
  BIND (resume_box);
  BIND (resume_text);
  BIND (models_section);
  BIND (models);
  BIND_FORM (minutes);
  BIND_FORM (preset);
  BIND_FORM (task);
  BIND_FORM (separator);
  BIND_FORM (base_channels);
  BIND_FORM (depth);
  BIND_FORM (patch);
  BIND_FORM (batch);
  BIND_FORM (rate);
  BIND_FORM (loss);
  BIND_FORM (optimizer);
  BIND_FORM (seed);
#undef BIND
#undef BIND_FORM
  gtk_widget_class_bind_template_callback (widget_class, on_start);
  gtk_widget_class_bind_template_callback (widget_class, on_forecast_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_minutes_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_resume);
  gtk_widget_class_bind_template_callback_full (widget_class, "on_auto_output",
                                                G_CALLBACK (pel_training_form_write_auto));
  gtk_widget_class_bind_template_callback_full (widget_class, "on_auto_input",
                                                G_CALLBACK (pel_training_form_read_auto));
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
on_preset_chosen (PelTrainPage *self)
{
  pel_training_form_load_preset (&self->form);
  on_init_chosen (self);
}

/* Only in sight: out of it GTK would wait for the end of what moves, and make frames for good. */
static void
update_glow (PelTrainPage *self)
{
  if (self->suggested && gtk_widget_get_mapped (self->start))
    gtk_widget_add_css_class (self->start, "pel-glow");
  else
    gtk_widget_remove_css_class (self->start, "pel-glow");
}

static void
pel_train_page_init (PelTrainPage *self)
{
  self->form.augment = pel_augment_choice_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  pel_key_tooltips_add (self->start, pel_command_find ("train"));
  pel_augment_strength_bind (self->strength, self->form.augment);
  adw_bin_set_child (self->augment_values, pel_augment_values_new (self->form.augment));
  pel_training_form_load_preset (&self->form);
  g_signal_connect_object (self->form.preset, "notify::selected", G_CALLBACK (on_preset_chosen),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->init, "notify::selected", G_CALLBACK (on_init_selected), self,
                           G_CONNECT_SWAPPED);
  pel_training_form_connect (&self->form, G_CALLBACK (pel_forecast_view_reset), self->forecast);
  g_signal_connect_object (self->form.augment, "changed", G_CALLBACK (on_augment_changed), self,
                           G_CONNECT_SWAPPED);
  on_minutes_changed (self);
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect_object (self->start, "map", G_CALLBACK (update_glow), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->start, "unmap", G_CALLBACK (update_glow), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

GtkWidget *
pel_train_page_new (void)
{
  return g_object_new (PEL_TYPE_TRAIN_PAGE, NULL);
}

void
pel_train_page_set_workspace (PelTrainPage *self, PelWorkspace *workspace)
{
  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  pel_forecast_view_set_workspace (self->forecast, workspace);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_project_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::next-step", G_CALLBACK (update_data), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::model", G_CALLBACK (update_model), self,
                           G_CONNECT_SWAPPED);
  on_project_changed (self);
}

gboolean
pel_train_page_get_can_start (PelTrainPage *self)
{
  g_return_val_if_fail (PEL_IS_TRAIN_PAGE (self), FALSE);

  return self->project != NULL && !pel_project_get_read_only (self->project) &&
         get_running (self) == NULL && pel_project_get_can_teach (self->project);
}

void
pel_train_page_toggle (PelTrainPage *self)
{
  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  if (get_running (self) != NULL)
    pel_training_buttons_toggle_paused (self->buttons);
  else
    on_start (self);
}

void
pel_train_page_resume (PelTrainPage *self)
{
  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  on_resume (self);
}

void
pel_train_page_set_suggested (PelTrainPage *self, gboolean suggested)
{
  g_return_if_fail (PEL_IS_TRAIN_PAGE (self));

  if (self->suggested == suggested)
    return;
  self->suggested = suggested;
  update_glow (self);
}
