/* SPDX-License-Identifier: MIT */
#include "app/document/pel-model-cut.h"

#include "app/document/pel-task.h"
#include "engine/train/pel-model.h"

typedef struct
{
  char *path;
  PelCutOptions options, before;
} CutModel;

static void
cut_model_free (CutModel *work)
{
  g_free (work->path);
  g_free (work);
}

static gboolean
run (gpointer data, GCancellable *cancellable, GError **error)
{
  CutModel *work = data;
  g_autoptr (PelModel) model = pel_model_load (work->path, error);
  PelModelInfo info;

  if (g_cancellable_is_cancelled (cancellable))
    {
      g_clear_error (error);
      return !g_cancellable_set_error_if_cancelled (cancellable, error);
    }
  if (model != NULL)
    {
      info = *pel_model_get_info (model);
      work->before = (PelCutOptions){ .threshold = info.threshold,
                                      .min_size = info.min_size,
                                      .min_share = info.min_share,
                                      .separation = info.separation,
                                      .by_form = info.by_form };
      info.threshold = work->options.threshold;
      info.min_size = work->options.min_size;
      if (work->options.min_share >= 0.0)
        info.min_share = work->options.min_share;
      info.separation = work->options.separation;
      info.by_form = work->options.by_form;
      pel_model_set_info (model, &info);
    }
  if (model != NULL && pel_model_save (model, work->path, error))
    return TRUE;
  g_prefix_error (error, "%s: ", work->path);
  return FALSE;
}

void
pel_model_set_cut_async (const char *path,
                         const PelCutOptions *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  g_return_if_fail (path != NULL && options != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  CutModel *work = g_new0 (CutModel, 1);

  work->path = g_strdup (path);
  work->options = *options;
  g_task_set_task_data (task, work, (GDestroyNotify)cut_model_free);
  pel_task_run (task, run);
}

gboolean
pel_model_set_cut_finish (GAsyncResult *result, PelCutOptions *before, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (before != NULL)
    *before = ((CutModel *)g_task_get_task_data (G_TASK (result)))->before;
  return TRUE;
}
