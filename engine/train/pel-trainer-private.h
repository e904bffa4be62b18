/* SPDX-License-Identifier: MIT */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include "engine/nn/pel-optimizer.h"
#include "engine/train/pel-average.h"
#include "engine/train/pel-feeder.h"
#include "engine/train/pel-sampler.h"
#include "engine/train/pel-schedule.h"
#include "engine/train/pel-trainer.h"
#include "engine/train/pel-validator.h"

/* Where a training stands, apart from weights and the optimiser: what a `.resume` file keeps. */
typedef struct
{
  guint64 step;
  double loss_sum; /* over the steps of the epoch so far */
  guint loss_count;
  double seconds; /* of training in all runs, pauses left out */
  double fraction;
  gboolean has_best;
  double best_score;
  double val_loss, val_dice, val_ap50; /* of the last validation; NaN before it */
  /* The scores' moving mean and the best it was; of the whole training, how much went by since;
   * validations in it; where the last one was. */
  double trend, best_trend;
  double stalled;
  guint n_stalled;
  double judged_at;
  gboolean is_shortened; /* the rest, as the score stood still */
  /* Where that was, and the step that now is the last; 0 while there is none. */
  guint64 short_step, last_step;
  double short_fraction;
} PelTrainState;

/* What became of a step or a part of the run. */
typedef enum
{
  PEL_TRAIN_DONE,
  PEL_TRAIN_CANCELLED,
  PEL_TRAIN_FAILED, /* with an error */
} PelTrainOutcome;

/* What judging the weights came to. */
typedef struct
{
  PelValidation result; /* NaN where they were not validated */
  gboolean validated;
  gboolean better; /* they are the best now */
  double score;
} PelTrainJudgement;

/* What a run holds and frees at its end. */
typedef struct
{
  PelSampler *sampler;
  PelSampler *statistics;
  PelFeeder *feeder;
  PelValidator *validator; /* NULL where no image is held out */
  PelBatch batch;          /* for statistics */
  PelTensor scores;
  PelTensor d_scores;
  const char *model_path;
  char *resume_path;
  GCancellable *cancellable;
  PelTrainFunc func;
  gpointer data;
  PelClock clock;
  double seconds_before; /* of training in earlier runs */
  double last_loss;      /* of the last epoch; NaN before it ends */
  double step_seconds;   /* a step's duration, lately; 0 before the first */
  double validate_seconds;
  double all_validate_seconds;
  double preview_seconds;
  gint64 previewed_us;
  guint previewed_serial;
  gint64 resume_written_us;
  gboolean limited;    /* validation is kept within its share of the time */
  gboolean judge_best; /* the best model's score is not one of the present validation */
  guint n_renewals;
  gboolean is_untuned; /* in the end there was no time for it */
} PelTrainRun;

struct PelTrainer
{
  PelTrainConfig config;
  PelDataset *dataset; /* as it was given */
  PelDataset *scaled;  /* as the network sees it */
  PelPool *pool;
  PelModel *model;     /* is trained; holds the history */
  PelModel *candidate; /* a copy for validation and previews */
  PelAverage *average; /* of the weights; NULL where that is not wanted */
  PelModel *best;
  PelOptimizer *optimizer;
  PelTrainMemory memory; /* of pel_trainer_plan_memory() */
  PelTrainState state;
  gboolean has_init;
  PelInitReport init;    /* where has_init */
  PelTrainRun *run;      /* while it runs */
  gboolean continues;    /* a finished model */
  double continued_loss; /* the last training loss of that model; 0 where unknown */
  gint64 resume_interval_us;
  atomic_bool paused;
  _Atomic (guint64) extension_ms; /* asked for and not yet given */

  PelTrainDataFunc data_func;
  gpointer data_data;

  PelPreviewFunc preview_func;
  gpointer preview_data;
  pthread_mutex_t preview_mutex; /* guards the four below */
  PelImage *preview_image;
  PelRect preview_rect;
  gboolean preview_whole;
  guint preview_serial;
};

/* pel-train-state.c: the `.resume` file. */
gboolean pel_trainer_write_resume (PelTrainer *self, const char *path, GError **error);

/* Seconds until everything must be done; infinite without a limit. */
double pel_trainer_get_seconds_left (const PelTrainer *self);
/* With a time limit: keeps validation within its share of it. */
void pel_trainer_limit_validation (PelTrainer *self);

/* pel-train-judge.c: judges the weights, and makes them the best model where they are. */
PelTrainOutcome pel_trainer_judge (PelTrainer *self,
                                   gboolean is_last,
                                   PelTrainJudgement *judgement,
                                   GError **error);
/* Whether the score has stood still for so long that training on as planned is in vain. */
gboolean pel_trainer_is_in_vain (const PelTrainer *self);
/* Copies the present weights into the candidate; FALSE where they do not fit. */
gboolean pel_trainer_take_candidate (PelTrainer *self);
/* Makes the candidate the best model, and writes the best one with the history up to now. */
gboolean pel_trainer_keep_candidate (PelTrainer *self, GError **error);
gboolean pel_trainer_write_best (PelTrainer *self, GError **error);
/* Seconds that one validation will take, and measuring the statistics before it. */
double pel_trainer_get_validation_seconds (const PelTrainer *self);
double pel_trainer_get_statistics_seconds (const PelTrainer *self);
PelTrainOutcome pel_trainer_set_diverged (GError **error);
/* What an error that was just set means. */
PelTrainOutcome pel_trainer_outcome_of (GError **error);

/* pel-trainer.c: writes into the model what it is trained on. */
void pel_trainer_describe_model (PelTrainer *self);

/* pel-train-continue.c: puts more time on top of the limit where that was asked for; whether it
 * did.
 */
gboolean pel_trainer_take_extension (PelTrainer *self);
/* What was asked for and is not given yet. */
double pel_trainer_get_asked_seconds (PelTrainer *self);
/* At its start a run takes wishes for more time, at its end no more; FALSE where one is to be met
 * before. */
void pel_trainer_open_extension (PelTrainer *self);
gboolean pel_trainer_close_extension (PelTrainer *self);
/* Moves the limit, @now seconds after the start; fractions are counted on from there. */
void pel_trainer_move_limit (PelTrainer *self, double now, double seconds);
/* Takes newer images and labels up where there are any; FALSE with an error set, which may be
 * that it was cancelled. */
gboolean pel_trainer_renew_data (PelTrainer *self, GError **error);
/* Judges the best model anew where its score is of other images; FALSE as above. */
gboolean pel_trainer_judge_best (PelTrainer *self, GError **error);

/* pel-train-preview.c: makes a preview where one is due. */
void pel_trainer_preview_if_due (PelTrainer *self);
