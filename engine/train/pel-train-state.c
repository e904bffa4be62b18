/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/nn/pel-checkpoint.h"
#include "engine/train/pel-model-private.h"

#define WEIGHTS_PREFIX "unet."
#define OPTIMIZER_PREFIX "optimizer."
#define AVERAGE_PREFIX "average."
/* So much time is always left to a training that was stopped: for a step and to judge its model. */
#define SHORTEST_REST_S 1.0

/* Numbers go to the metadata as text, one key each: exact, and without a nest of JSON. */
static void
add_double (PelSafetensorsWriter *writer, const char *key, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  pel_safetensors_writer_add_metadata (writer, key, g_ascii_dtostr (text, sizeof text, value));
}

static gboolean
read_double (const PelSafetensors *file, const char *key, double min, double max, double *value)
{
  const char *text = pel_safetensors_get_metadata (file, key);
  char *end = NULL;
  if (text == NULL || *text == '\0')
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  return *end == '\0' && *value >= min && *value <= max;
}

/* As read_double(), for figures that may not exist yet. */
static gboolean
read_figure (const PelSafetensors *file, const char *key, double *value)
{
  return read_double (file, key, -1e30, 1e30, value) || isnan (*value);
}

gboolean
pel_trainer_write_resume (PelTrainer *self, const char *path, GError **error)
{
  const PelTrainState *state = &self->state;
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (self->model, &n_rows);
  g_autofree char *config = pel_train_config_to_json (&self->config);
  g_autofree char *history = pel_history_to_json (rows, n_rows);
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, state->step);
  g_autoptr (PelSafetensorsWriter) writer = pel_safetensors_writer_new ();
  pel_model_add_header (writer, PEL_RESUME_FORMAT, &self->config);
  pel_safetensors_writer_add_metadata (writer, "config", config);
  pel_safetensors_writer_add_metadata (writer, "history", history);
  pel_safetensors_writer_add_metadata (writer, "step", step);
  pel_safetensors_writer_add_metadata (writer, "has_best", state->has_best ? "1" : "0");
  add_double (writer, "best_score", state->best_score);
  add_double (writer, "loss_sum", state->loss_sum);
  add_double (writer, "loss_count", state->loss_count);
  add_double (writer, "seconds", state->seconds);
  add_double (writer, "fraction", state->fraction);
  if (self->run != NULL && self->config.time_limit_s > 0.0)
    add_double (writer, "seconds_left", MAX (pel_trainer_get_seconds_left (self), 0.0));
  add_double (writer, "val_loss", state->val_loss);
  add_double (writer, "val_dice", state->val_dice);
  add_double (writer, "val_ap50", state->val_ap50);
  add_double (writer, "trend", state->trend);
  add_double (writer, "best_trend", state->best_trend);
  add_double (writer, "stalled", state->stalled);
  add_double (writer, "n_stalled", state->n_stalled);
  add_double (writer, "judged_at", state->judged_at);
  add_double (writer, "is_shortened", state->is_shortened ? 1.0 : 0.0);
  add_double (writer, "short_step", (double)state->short_step);
  add_double (writer, "last_step", (double)state->last_step);
  add_double (writer, "short_fraction", state->short_fraction);
  pel_unet_save_to (pel_model_get_unet (self->model), writer, WEIGHTS_PREFIX);
  if (self->average != NULL && pel_average_get_n_steps (self->average) > 0)
    pel_average_save_to (self->average, writer, AVERAGE_PREFIX);
  pel_optimizer_save_to (self->optimizer, writer, OPTIMIZER_PREFIX);
  return pel_safetensors_writer_write (writer, path, error);
}

static gboolean
damaged (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                       _ ("The state of the unfinished training is damaged; train anew, starting "
                          "from the best model."));
  return FALSE;
}

/* How long the score stood still. Earlier versions did not count that. */
static gboolean
read_stall (const PelSafetensors *file, PelTrainState *state)
{
  double n_stalled, is_shortened, short_step, last_step;
  if (pel_safetensors_get_metadata (file, "trend") == NULL)
    return TRUE;
  if (!read_double (file, "trend", 0, 1, &state->trend) ||
      !read_double (file, "best_trend", 0, 1, &state->best_trend) ||
      !read_double (file, "stalled", 0, 1e9, &state->stalled) ||
      !read_double (file, "n_stalled", 0, 1e9, &n_stalled) ||
      !read_double (file, "judged_at", 0, 1, &state->judged_at) ||
      !read_double (file, "is_shortened", 0, 1, &is_shortened) ||
      !read_double (file, "last_step", 0, G_MAXUINT, &last_step) ||
      !read_double (file, "short_step", 0, last_step, &short_step) ||
      !read_double (file, "short_fraction", 0, 1, &state->short_fraction))
    return FALSE;
  state->n_stalled = (guint)n_stalled;
  state->is_shortened = is_shortened > 0.0;
  state->short_step = (guint64)short_step;
  state->last_step = (guint64)last_step;
  return state->short_step <= state->step;
}

static gboolean
read_state (const PelSafetensors *file, PelTrainState *state, GArray *history)
{
  const char *step = pel_safetensors_get_metadata (file, "step");
  const char *has_best = pel_safetensors_get_metadata (file, "has_best");
  const char *rows = pel_safetensors_get_metadata (file, "history");
  double count;
  if (step == NULL || has_best == NULL || rows == NULL ||
      !g_ascii_string_to_unsigned (step, 10, 0, G_MAXUINT, &state->step, NULL) ||
      !read_double (file, "best_score", -1e30, 1e30, &state->best_score) ||
      !read_double (file, "loss_sum", -1e30, 1e30, &state->loss_sum) ||
      !read_double (file, "loss_count", 0, 1e9, &count) ||
      !read_double (file, "seconds", 0, 1e12, &state->seconds) ||
      !read_double (file, "fraction", 0, 1, &state->fraction) ||
      !read_figure (file, "val_loss", &state->val_loss) ||
      !read_figure (file, "val_dice", &state->val_dice) ||
      !read_figure (file, "val_ap50", &state->val_ap50) || !read_stall (file, state) ||
      !pel_history_from_json (history, rows))
    return FALSE;
  state->has_best = strcmp (has_best, "1") == 0;
  state->loss_count = (guint)count;
  return TRUE;
}

gboolean
pel_trainer_read_resume_config (const char *path, PelTrainConfig *config, GError **error)
{
  g_return_val_if_fail (path != NULL && config != NULL, FALSE);
  g_autoptr (PelSafetensors) file = pel_safetensors_load (path, error);
  if (file == NULL || !pel_model_check_header (file, PEL_RESUME_FORMAT, error))
    return FALSE;
  const char *text = pel_safetensors_get_metadata (file, "config");
  if (text == NULL)
    return damaged (error);
  if (!pel_train_config_from_json (config, text, error))
    return FALSE;
  double fraction, left;
  if (!(config->time_limit_s > 0.0))
    return TRUE;
  if (!read_double (file, "fraction", 0, 1, &fraction))
    return damaged (error);
  /* Earlier versions did not tell. */
  if (!read_double (file, "seconds_left", 0, 1e9, &left))
    left = config->time_limit_s * (1.0 - fraction);
  config->time_limit_s = MAX (left, SHORTEST_REST_S);
  return TRUE;
}

/* Whether a state of the one configuration can be gone on with under the other. */
static gboolean
fits (const PelTrainConfig *a, const PelTrainConfig *b)
{
  return a->task == b->task && a->separator == b->separator && a->in_channels == b->in_channels &&
         a->base_channels == b->base_channels && a->depth == b->depth &&
         a->upsampling == b->upsampling && a->optimizer == b->optimizer;
}

gboolean
pel_trainer_resume_from (PelTrainer *self, const char *path, GError **error)
{
  g_return_val_if_fail (self != NULL && self->run == NULL && path != NULL, FALSE);
  g_autoptr (PelSafetensors) file = pel_safetensors_load (path, error);
  PelTrainConfig config;
  if (file == NULL || !pel_model_check_header (file, PEL_RESUME_FORMAT, error))
    return FALSE;
  const char *text = pel_safetensors_get_metadata (file, "config");
  if (text == NULL)
    return damaged (error);
  if (!pel_train_config_from_json (&config, text, error))
    return FALSE;
  if (!fits (&self->config, &config))
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                           _ ("The unfinished training had another task, network or optimiser; "
                              "use the same settings, or train anew."));
      return FALSE;
    }
  PelTrainState state = self->state;
  g_autoptr (GArray) history = g_array_new (FALSE, FALSE, sizeof (PelHistoryRow));
  if (!read_state (file, &state, history))
    return damaged (error);

  /* Each of the three leaves its object as it was when it fails; the weights go back by hand where
   * only a later one does. An average is there only where one was made. */
  PelModel *backup = pel_model_duplicate (self->model, error);
  if (backup == NULL)
    return FALSE;
  PelUnet *unet = pel_model_get_unet (self->model);
  gboolean good = pel_unet_load_from (unet, file, WEIGHTS_PREFIX, error);
  gboolean has_average =
      self->average != NULL && pel_safetensors_get_metadata (file, AVERAGE_PREFIX "steps") != NULL;
  if (good &&
      ((has_average && !pel_average_load_from (self->average, file, AVERAGE_PREFIX, error)) ||
       !pel_optimizer_load_from (self->optimizer, file, OPTIMIZER_PREFIX, error)))
    {
      pel_unet_copy_weights (unet, pel_model_get_unet (backup));
      good = FALSE;
    }
  pel_model_free (backup);
  if (!good)
    return FALSE;
  self->state = state;
  pel_model_clear_history (self->model);
  for (guint i = 0; i < history->len; i++)
    pel_model_add_history (self->model, &g_array_index (history, PelHistoryRow, i));
  return TRUE;
}
