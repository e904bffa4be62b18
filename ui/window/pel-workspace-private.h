/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

struct _PelWorkspace
{
  GObject parent_instance;

  PelProject *project;
  PelImageDocument *document;
  PelDisplay *display;
  PelJobRunner *runner;
  PelModelEntry *model;
  double cell_diameter; /* as in #PelPredictOptions */
  gboolean average_views;
  char *preferred; /* (nullable) a model to choose as soon as it is listed */
  PelPredictJob *predict_job;
  PelEditJob *accept_job; /* of all cells, under way */
  GPtrArray *chosen;      /* of PelImageDocument, in the order of the list */
  PelCutJob *cut_job;     /* under way */
  PelCutJob *last_cut;    /* can be undone */
  char *cut_model;        /* (nullable) the model whose own cut was changed last */
  PelCutOptions own_cut;  /* what it had before */
  GCancellable *loading;
  GQueue shown; /* documents with pixels, the latest first; references */
  PelNextStep next_step;
  guint update_id;
};

/* The hint for what to do next follows a moment later. */
void pel_workspace_queue_update (PelWorkspace *self);

/* pel-workspace-predict.c: what to do about a failed prediction; @otherwise where the disk is not
 * full. */
const char *pel_workspace_advise (const GError *error, const char *otherwise);

/* pel-workspace-cut.c */
void pel_workspace_forget_cuts (PelWorkspace *self);

G_END_DECLS
