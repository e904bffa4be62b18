/* SPDX-License-Identifier: MIT */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include "engine/nn/pel-optimizer.h"
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
} PelTrainState;

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
} PelTrainRun;

struct PelTrainer
{
  PelTrainConfig config;
  PelDataset *dataset;
  PelPool *pool;
  PelModel *model;     /* is trained; holds the history */
  PelModel *candidate; /* a copy for validation and previews */
  PelModel *best;
  PelOptimizer *optimizer;
  PelTrainState state;
  gboolean has_init;
  guint kept, left;
  PelTrainRun *run; /* while it runs */
  atomic_bool paused;

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

/* pel-train-preview.c: makes a preview where one is due. */
void pel_trainer_preview_if_due (PelTrainer *self);
