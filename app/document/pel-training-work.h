/* SPDX-License-Identifier: MIT */
#pragma once

#include <pthread.h>

#include "app/document/pel-job-private.h"
#include "app/document/pel-training-job.h"
#include "engine/segment/pel-contour.h"
#include "engine/train/pel-trainer.h"

G_BEGIN_DECLS

/* A finished preview, or the request for one. */
typedef struct
{
  PelImage *image;
  PelRect area;
  PelLabels *labels;
  PelImage *probability;
  PelContourSet *outlines; /* from the upper left corner of the area */
  guint step;
  guint serial;
} PelTrainingPreview;

/* The training's plain data: the first block is set before it begins and then only read. */
typedef struct
{
  PelTrainConfig config;
  GPtrArray *items;
  char *model_path;
  char *init_path;
  gboolean resume;
  gboolean goes_on;
  double hold_out;

  /* Under the lock: */
  pthread_mutex_t lock;
  PelTrainer *trainer; /* while it runs */
  gboolean paused;
  double more_seconds;    /* asked for before there was a trainer */
  gboolean trained;       /* the trainer is at its end */
  GPtrArray *fresh_items; /* not yet taken up */
  guint64 needed_bytes;
  PelTrainProgress progress;
  gboolean has_progress;
  GArray *points; /* of PelCurvePoint: not yet taken by the main thread */
  gboolean model_saved;
  PelDatasetCounts counts;
  guint n_parts; /* images of which a part is held out */
  gboolean has_counts;
  guint n_skipped;
  char *skipped_reason;
  char *init_text;  /* what was kept of the model to start from */
  PelImage *wanted; /* the preview asked for */
  PelRect wanted_area;
  gboolean wanted_whole;
  guint wanted_serial; /* of the trainer's request; 0 before there is one */
  PelTrainingPreview preview;
  gboolean preview_fresh;
} PelTrainingWork;

PelTrainingWork *pel_training_work_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_training_work_free (PelTrainingWork *work);
/* The thread. */
void pel_training_work_run (PelJobContext *context, gpointer data, PelPool *pool, GError **error);
/* Main thread: */
void pel_training_work_set_paused (PelTrainingWork *work, gboolean paused);
/* FALSE where it is at its end. */
gboolean pel_training_work_extend (PelTrainingWork *work, double seconds);
void pel_training_work_offer (PelTrainingWork *work, GPtrArray *items);
void pel_training_work_request (PelTrainingWork *work, PelImage *image, const PelRect *area);
gboolean pel_training_work_is_wanted (PelTrainingWork *work, const PelTrainingPreview *preview);
void pel_training_preview_clear (PelTrainingPreview *preview);

G_END_DECLS
