/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-close-question.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-batch-job.h"
#include "app/document/pel-export-job.h"
#include "app/document/pel-learning-job.h"
#include "app/document/pel-model-doors-job.h"
#include "app/document/pel-report-job.h"

typedef struct
{
  const char *heading, *body, *keep;
} Question;

static const Question training = {
  N_ ("Stop the Training?"),
  N_ ("A model is being trained. If you stop, the best model so far is kept, and the training can "
      "go "
      "on from where it stands the next time you open this project."),
  N_ ("_Keep Training"),
};

static const Question learning = {
  N_ ("Stop the Learning Curve?"),
  N_ ("Models are being trained to find out whether more images would help. If you stop, what was "
      "found so far is lost. Your images and models stay as they are."),
  N_ ("_Keep Training"),
};

static const Question batch = {
  N_ ("Stop the Batch?"),
  N_ ("Folders are being predicted and measured. If you stop, what is finished is kept, and the "
      "batch goes on from there when you start it again."),
  N_ ("_Keep Working"),
};

static const Question export = {
  N_ ("Stop the Export?"),
  N_ ("Files are being written. If you stop, what was begun is taken back, and you will have to "
      "export again."),
  N_ ("_Keep Exporting"),
};

static gboolean
is_at_work (PelJobRunner *runner, GType type)
{
  GListModel *jobs = pel_job_runner_get_jobs (runner);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (PelJob) job = g_list_model_get_item (jobs, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (job, type) && !pel_job_get_is_finished (job))
        return TRUE;
    }
  return FALSE;
}

static const Question *
find_question (PelJobRunner *runner)
{
  if (pel_job_runner_get_training (runner) != NULL)
    return &training;
  if (is_at_work (runner, PEL_TYPE_LEARNING_JOB))
    return &learning;
  if (is_at_work (runner, PEL_TYPE_EXPORT_JOB) || is_at_work (runner, PEL_TYPE_REPORT_JOB) ||
      is_at_work (runner, PEL_TYPE_MODEL_DOORS_JOB))
    return &export;
  return is_at_work (runner, PEL_TYPE_BATCH_JOB) ? &batch : NULL;
}

GtkWidget *
pel_close_question_new (GtkWindow *parent, PelJobRunner *runner)
{
  const Question *question;
  GtkWidget *dialog;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (PEL_IS_JOB_RUNNER (runner), NULL);

  question = find_question (runner);
  if (question == NULL)
    return NULL;
  dialog = adw_message_dialog_new (parent, _ (question->heading), _ (question->body));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ (question->keep), "stop",
                                    _ ("_Stop and Close"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  return dialog;
}
