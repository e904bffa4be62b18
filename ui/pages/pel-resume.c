/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-resume.h"

#include "app/document/pel-task.h"
#include "engine/train/pel-trainer.h"

PelModelEntry *
pel_resume_find (PelProject *project)
{
  GListModel *models;

  if (project == NULL || pel_project_get_read_only (project))
    return NULL;
  models = pel_project_get_models (project);
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      if (pel_model_entry_get_resumable (entry))
        return g_steal_pointer (&entry);
    }
  return g_list_model_get_item (pel_project_get_unfinished (project), 0);
}

static gpointer
read_config (gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = pel_trainer_resume_path (data);
  g_autofree PelTrainConfig *config = g_new0 (PelTrainConfig, 1);

  if (!pel_trainer_read_resume_config (path, config, error))
    return NULL;
  return g_steal_pointer (&config);
}

void
pel_resume_read_async (PelModelEntry *entry, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PEL_IS_MODEL_ENTRY (entry));

  task = g_task_new (entry, NULL, callback, data);
  g_task_set_task_data (task, g_strdup (pel_model_entry_get_path (entry)), g_free);
  pel_task_run_pointer (task, read_config, g_free);
}

gboolean
pel_resume_read_finish (PelModelEntry *entry,
                        GAsyncResult *result,
                        PelTrainConfig *config,
                        GError **error)
{
  g_autofree PelTrainConfig *read = g_task_propagate_pointer (G_TASK (result), error);

  if (read == NULL)
    return FALSE;
  *config = *read;
  return TRUE;
}
