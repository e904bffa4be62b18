/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-window-private.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-lessons.h"
#include "ui/pages/pel-model-menu.h"
#include "ui/window/pel-augment-window.h"
#include "ui/window/pel-learning-window.h"
#include "ui/window/pel-models-window.h"

/* Actions about trainings and their models. */

static void
activate_train (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;

  pel_window_set_mode (self, "train");
  adw_flap_set_reveal_flap (self->inspector_flap, TRUE);
  pel_train_page_toggle (self->train_page);
}

static void
activate_resume_training (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;

  pel_window_set_mode (self, "train");
  adw_flap_set_reveal_flap (self->inspector_flap, TRUE);
  pel_train_page_resume (self->train_page);
}

static void
activate_train_more (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;

  pel_window_set_mode (self, "train");
  pel_train_page_train_more (self->train_page);
}

/* The model that an action's parameter names, or NULL. */
static PelModelEntry *
find_named_model (PelWindow *self, GVariant *parameter)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  return project != NULL ? pel_project_find_model (project, g_variant_get_string (parameter, NULL))
                         : NULL;
}

static void
activate_train_further (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelModelEntry *model = find_named_model (self, parameter);

  if (model == NULL)
    return;
  pel_window_set_mode (self, "train");
  if (pel_train_page_get_can_start (self->train_page))
    pel_train_page_go_on (self->train_page, model);
  else
    pel_workspace_toast (self->workspace, _ ("One training at a time: wait, or stop it first"));
}

/* What was asked for there goes on in this window, which it lies before. */
static void
leave_models (PelWindow *self)
{
  if (self->models_window != NULL)
    gtk_window_close (self->models_window);
}

static void
activate_start_from (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelModelEntry *model = find_named_model (self, parameter);

  if (model == NULL)
    return;
  pel_window_set_mode (self, "train");
  pel_train_page_start_from (self->train_page, model);
  leave_models (self);
}

static void
activate_compare_with (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelModelEntry *model = find_named_model (self, parameter);

  if (model != NULL)
    {
      pel_comparer_start (self->comparer, model);
      gtk_widget_set_visible (self->hint, FALSE);
      leave_models (self);
    }
}

static void
activate_restore_model (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_model_menu_restore (PEL_WINDOW (data)->workspace);
}

static void
activate_compare_models (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelProject *project = pel_workspace_get_project (self->workspace);
  const char *names[2];
  PelModelEntry *models[2];

  if (project == NULL)
    return;
  g_variant_get (parameter, "(&s&s)", &names[0], &names[1]);
  for (guint i = 0; i < 2; i++)
    models[i] = pel_project_find_model (project, names[i]);
  if (models[0] != NULL && models[1] != NULL)
    {
      pel_comparer_start_pair (self->comparer, models[0], models[1]);
      gtk_widget_set_visible (self->hint, FALSE);
    }
}

/* Windows of their own */

static void
activate_models (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;

  if (self->models_window == NULL)
    g_set_weak_pointer (&self->models_window,
                        GTK_WINDOW (pel_models_window_new (self->workspace, GTK_WINDOW (self))));
  gtk_window_present (self->models_window);
}

/* What the Train page says; FALSE where it cannot be used, which is told. */
static gboolean
read_plan (PelWindow *self, PelTrainConfig *config, char **init_path)
{
  g_autoptr (GError) error = NULL;

  if (pel_train_page_read_plan (self->train_page, config, init_path, &error))
    return TRUE;
  pel_workspace_toast (self->workspace, error->message);
  return FALSE;
}

static void
activate_augmentation (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelTrainConfig config;
  g_autofree char *init_path = NULL;

  if (read_plan (self, &config, &init_path))
    gtk_window_present (GTK_WINDOW (
        pel_augment_window_new (self->workspace, &config, init_path,
                                pel_train_page_get_augment (self->train_page), GTK_WINDOW (self))));
}

static void
activate_learning_curve (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelTrainConfig config;
  g_autofree char *init_path = NULL;

  if (!read_plan (self, &config, &init_path))
    return;
  if (self->learning_window == NULL)
    g_set_weak_pointer (&self->learning_window,
                        GTK_WINDOW (pel_learning_window_new (self->workspace, GTK_WINDOW (self))));
  pel_learning_window_set_plan (PEL_LEARNING_WINDOW (self->learning_window), &config, init_path);
  gtk_window_present (self->learning_window);
}

static const GActionEntry entries[] = {
  { "train", activate_train },
  { "resume-training", activate_resume_training },
  { "train-more", activate_train_more },
  { "train-further", activate_train_further, "s" },
  { "start-from", activate_start_from, "s" },
  { "compare-with", activate_compare_with, "s" },
  { "compare-models", activate_compare_models, "(ss)" },
  { "restore-model", activate_restore_model },
  { "models", activate_models },
  { "augmentation", activate_augmentation },
  { "learning-curve", activate_learning_curve },
};

void
pel_window_add_training_actions (PelWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

static void
set_enabled (PelWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
pel_window_update_training_actions (PelWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  gboolean writable = project != NULL && !pel_project_get_read_only (project);
  gboolean has_model = pel_workspace_get_model (self->workspace) != NULL;
  gboolean training =
      pel_job_runner_get_training (pel_workspace_get_runner (self->workspace)) != NULL;
  gboolean can_teach = project != NULL && pel_project_get_can_teach (project);

  set_enabled (self, "train", writable);
  set_enabled (self, "resume-training", writable);
  set_enabled (self, "train-more", writable && (has_model || training));
  set_enabled (self, "models", project != NULL);
  set_enabled (self, "augmentation", can_teach);
  set_enabled (self, "learning-curve", can_teach);
}
