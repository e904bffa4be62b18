/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "app/document/pel-document.h"
#include "ui/canvas/pel-display.h"

G_BEGIN_DECLS

/**
 * PelNextStep:
 * @PEL_NEXT_STEP_IMPORT: there are no images
 * @PEL_NEXT_STEP_PAINT: images, but too few painted cells
 * @PEL_NEXT_STEP_TRAIN: enough is painted, and there is no model
 * @PEL_NEXT_STEP_PREDICT: a model, and no prediction for the image on show
 * @PEL_NEXT_STEP_REVIEW: a prediction waits to be looked at
 * @PEL_NEXT_STEP_MEASURE: the image is done
 *
 * The one thing the window suggests to do next.
 */
typedef enum
{
  PEL_NEXT_STEP_IMPORT,
  PEL_NEXT_STEP_PAINT,
  PEL_NEXT_STEP_TRAIN,
  PEL_NEXT_STEP_PREDICT,
  PEL_NEXT_STEP_REVIEW,
  PEL_NEXT_STEP_MEASURE,
} PelNextStep;

/**
 * PelPredictScope:
 * @PEL_PREDICT_THIS: the image on show
 * @PEL_PREDICT_CHOSEN: those chosen in the image list
 * @PEL_PREDICT_ALL: every image of the project
 */
typedef enum
{
  PEL_PREDICT_THIS,
  PEL_PREDICT_CHOSEN,
  PEL_PREDICT_ALL,
} PelPredictScope;

/* So many painted cells are worth a first training. */
#define PEL_ENOUGH_CELLS 5

/**
 * PelWorkspace:
 *
 * What the parts of one window share: the project, the image on show, how it is shown, the model in
 * use, and the jobs. The pages follow its properties; none of them knows another.
 *
 * Properties (all notify): `project`, `document`, `display`, `runner`, `model`, `next-step`,
 * `n-chosen`.
 * Signals: `toast` (AdwToast *), `failure` (const char *heading, const char *body, const char
 * *details), `show-cell` (guint label): bring it into view, `show-part` (const PelRect *part,
 * gboolean to_paint): the same for a part of the document, as soon as it is there.
 */
#define PEL_TYPE_WORKSPACE (pel_workspace_get_type ())
G_DECLARE_FINAL_TYPE (PelWorkspace, pel_workspace, PEL, WORKSPACE, GObject)

PelWorkspace *pel_workspace_new (void) G_GNUC_WARN_UNUSED_RESULT;

PelProject *pel_workspace_get_project (PelWorkspace *self);
/* Shows a project, or none; its first image becomes the document. */
void pel_workspace_set_project (PelWorkspace *self, PelProject *project);

PelImageDocument *pel_workspace_get_document (PelWorkspace *self);
/* Shows an image and starts to load it. Pixels of images not seen for a while are released. */
void pel_workspace_set_document (PelWorkspace *self, PelImageDocument *document);
/* Goes @by images on or back; with @unlabelled only to images without cells. FALSE at the end. */
gboolean pel_workspace_step (PelWorkspace *self, int by, gboolean unlabelled);
/* Whether the document's file is being read: FALSE also after that failed. */
gboolean pel_workspace_get_loading (PelWorkspace *self);
/* The place of the document in the project, or -1. */
int pel_workspace_get_position (PelWorkspace *self);

PelDisplay *pel_workspace_get_display (PelWorkspace *self);
PelJobRunner *pel_workspace_get_runner (PelWorkspace *self);

/* (nullable): the model that predicts */
PelModelEntry *pel_workspace_get_model (PelWorkspace *self);
void pel_workspace_set_model (PelWorkspace *self, PelModelEntry *model);
/* Chooses the project's model of that name, now or once its file has been read. */
void pel_workspace_prefer_model (PelWorkspace *self, const char *name);

/* How wide a typical cell is in these images, in pixels, or as in #PelPredictOptions; 0, as at
 * first, for what the model does by itself. */
double pel_workspace_get_cell_diameter (PelWorkspace *self);
void pel_workspace_set_cell_diameter (PelWorkspace *self, double diameter);
/* Whether predictions average what the model says of an image mirrored and turned. */
gboolean pel_workspace_get_average_views (PelWorkspace *self);
void pel_workspace_set_average_views (PelWorkspace *self, gboolean average);

PelNextStep pel_workspace_get_next_step (PelWorkspace *self);

/**
 * pel_workspace_predict:
 * @self: a workspace
 * @scope: which images
 *
 * Predicts with the model in use, in the background; the image on show first.
 *
 * Returns: (transfer none) (nullable): the job, or %NULL where there is no model or no image, or
 *   where one is under way
 */
PelPredictJob *pel_workspace_predict (PelWorkspace *self, PelPredictScope scope);
/* The prediction under way, or NULL. */
PelPredictJob *pel_workspace_get_predict_job (PelWorkspace *self);

/**
 * pel_workspace_cut_all:
 * @self: a workspace
 * @options: how to cut; copied
 *
 * Cuts every prediction of the model that the document's prediction is of, in the background.
 *
 * Returns: (transfer none) (nullable): the job, or %NULL where there is nothing to cut, where the
 *   project cannot be written, or where a prediction or another cut is under way
 */
PelCutJob *pel_workspace_cut_all (PelWorkspace *self, const PelCutOptions *options);
/* The cut under way, or NULL. */
PelCutJob *pel_workspace_get_cut_job (PelWorkspace *self);

/**
 * pel_workspace_set_model_cut:
 * @self: a workspace
 * @options: how to cut, in pixels of the model's own magnification; copied
 *
 * Makes this the own way of the model that the document's prediction is of, in the background.
 */
void pel_workspace_set_model_cut (PelWorkspace *self, const PelCutOptions *options);
/* Takes back whichever of the two above was done last. */
void pel_workspace_undo_cut (PelWorkspace *self);

/**
 * pel_workspace_choose:
 * @self: a workspace
 * @images: (element-type PelImageDocument) (nullable): images of the project, copied
 *
 * What is chosen in the list, beside the one image that is on show.
 */
void pel_workspace_choose (PelWorkspace *self, GPtrArray *images);
guint pel_workspace_get_n_chosen (PelWorkspace *self);

/**
 * pel_workspace_accept:
 * @self: a workspace
 * @labels: (array length=n) (nullable): predicted cells, or %NULL for all
 * @n: how many
 *
 * Takes predicted cells into the mask, as one undo step for all of them, and tells how many.
 */
void pel_workspace_accept (PelWorkspace *self, const guint32 *labels, guint n);

/* Whether the document may be painted in. */
gboolean pel_workspace_get_editable (PelWorkspace *self);

/* (array zero-terminated): the painted cells of all images together, and in how many images. */
guint pel_workspace_count_cells (PelWorkspace *self, guint *n_images);

/* The action that takes the last step of the image in view back. */
#define PEL_WORKSPACE_UNDO "win.undo"
void pel_workspace_toast (PelWorkspace *self, const char *text);
/* A toast with a button for an action of the window. */
void pel_workspace_toast_action (PelWorkspace *self,
                                 const char *text,
                                 const char *button,
                                 const char *action);
/* What an edit of a whole mask did. Its button takes that back: the edit's image may not be the one
 * in view any more when the edit is done, and then there is no button. */
void pel_workspace_toast_edit (PelWorkspace *self, PelEditJob *job, const char *text);
/* A dialog: what happened, what is safe and what to do; @details can be copied. */
void pel_workspace_fail (PelWorkspace *self,
                         const char *heading,
                         const char *body,
                         const char *details);
void pel_workspace_show_cell (PelWorkspace *self, guint32 label);
/* In image pixels of the document. @to_paint: whether the user is to paint all of it */
void pel_workspace_show_part (PelWorkspace *self, const PelRect *part, gboolean to_paint);

G_END_DECLS
