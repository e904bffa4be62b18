/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-document-types.h"
#include "app/document/pel-prediction-files.h"

G_BEGIN_DECLS

/**
 * PelImageState:
 * @PEL_IMAGE_STATE_UNLABELLED: no cells yet
 * @PEL_IMAGE_STATE_IN_WORK: some cells are painted
 * @PEL_IMAGE_STATE_LABELLED: marked complete by the user
 * @PEL_IMAGE_STATE_PREDICTED: a prediction, and nothing of the user's
 * @PEL_IMAGE_STATE_REVIEWED: marked reviewed by the user
 *
 * How far the work on an image has come.
 */
typedef enum
{
  PEL_IMAGE_STATE_UNLABELLED,
  PEL_IMAGE_STATE_IN_WORK,
  PEL_IMAGE_STATE_LABELLED,
  PEL_IMAGE_STATE_PREDICTED,
  PEL_IMAGE_STATE_REVIEWED,
} PelImageState;

/**
 * PelChannelDisplay:
 * @low, @high: the sample values shown as black and white; equal where not yet chosen
 * @gamma: 1 for none
 * @invert: whether black and white change places
 * @colour: 0xRRGGBB that it has beside other channels; 0 for that of its number
 * @hidden: whether it is left out where several channels are shown together
 *
 * How one channel is shown. Never touches data.
 */
typedef struct
{
  double low, high;
  double gamma;
  gboolean invert;
  guint32 colour;
  gboolean hidden;
} PelChannelDisplay;

/* The colour of a channel that has none of its own: told apart by colour-blind eyes as well. */
guint32 pel_channel_display_default_colour (guint channel);

#define PEL_TYPE_IMAGE_DOCUMENT (pel_image_document_get_type ())
G_DECLARE_FINAL_TYPE (PelImageDocument, pel_image_document, PEL, IMAGE_DOCUMENT, GObject)

/**
 * PelImageDocument:
 *
 * One image of a project, or one position of a stack, with its mask, history and prediction.
 * Main thread only. Made by [class@Project]; pixels and mask are read by
 * pel_image_document_load_async().
 *
 * Properties (all notify): `name`, `state`, `n-cells`, `validation`, `complete`, `reviewed`,
 * `group`, `loaded`, `um-x`, `um-y`, `has-prediction`, `model-name`, `dirty`, `missing`. Signals:
 * `image-changed` after pixels were loaded or released, `mask-replaced` when get_mask() returns
 * another object, `prediction-changed`, `display-changed`, `thumbnail-changed`,
 * `calibration-changed`, `save-failed` (const char *message).
 */

/* Unique in the project: the stem of its mask file. */
const char *pel_image_document_get_name (PelImageDocument *self);
/* The absolute path of the image file. */
const char *pel_image_document_get_path (PelImageDocument *self);
/* The 0-based position within the file. */
guint pel_image_document_get_page (PelImageDocument *self);
PelImageState pel_image_document_get_state (PelImageDocument *self);
/* The state in a word, translated. */
const char *pel_image_state_get_title (PelImageState state);
/* Cells in the mask; known without loading. */
guint pel_image_document_get_n_cells (PelImageDocument *self);
/* Those of them that came with a whole prediction and nobody has looked at; known without loading.
 */
guint pel_image_document_get_n_from_model (PelImageDocument *self);
/* Image size; 0 until known. */
guint pel_image_document_get_width (PelImageDocument *self);
guint pel_image_document_get_height (PelImageDocument *self);
/* Whether the image file is not where it was; see pel_image_document_relink(). */
gboolean pel_image_document_get_missing (PelImageDocument *self);
/* Uses another file from now on. */
void pel_image_document_relink (PelImageDocument *self, const char *path);

gboolean pel_image_document_get_validation (PelImageDocument *self);
void pel_image_document_set_validation (PelImageDocument *self, gboolean validation);
/* Complete: what is unpainted is background. */
gboolean pel_image_document_get_complete (PelImageDocument *self);
void pel_image_document_set_complete (PelImageDocument *self, gboolean complete);
gboolean pel_image_document_get_reviewed (PelImageDocument *self);
void pel_image_document_set_reviewed (PelImageDocument *self, gboolean reviewed);
const char *pel_image_document_get_group (PelImageDocument *self);
void pel_image_document_set_group (PelImageDocument *self, const char *group);
/* (transfer none): boxes that count as complete */
const PelRect *pel_image_document_get_complete_regions (PelImageDocument *self, guint *n_regions);
void pel_image_document_set_complete_regions (PelImageDocument *self,
                                              const PelRect *regions,
                                              guint n_regions);

/* Micrometres per pixel; 0 where unknown. The user's own value goes before the file's. */
double pel_image_document_get_um_x (PelImageDocument *self);
double pel_image_document_get_um_y (PelImageDocument *self);
/* The side in µm of a square pixel of the same area, 0 where unknown: what an equivalent diameter
 * in pixels is multiplied with. */
double pel_image_document_get_um (PelImageDocument *self);
/* Whether a scale is known that is another one across than down; pixels that differ by less than a
 * thousandth are square. */
gboolean pel_image_document_has_oblong_pixels (PelImageDocument *self);
/* Where the scale comes from, for people: a tag of the file, "typed in", or the line. Empty where
 * none. */
const char *pel_image_document_get_calibration (PelImageDocument *self);
/* The scale from a line that is @um long and goes @dx and @dy pixels on the picture. Pixels stay as
 * oblong as they are known to be; without a scale they count as square. */
void pel_image_document_set_calibration_line (PelImageDocument *self,
                                              double um,
                                              double dx,
                                              double dy);
/* 0 goes back to what the file says. For all images see pel_project_set_calibration(). */
void pel_image_document_set_calibration (PelImageDocument *self, double um_x, double um_y);

/**
 * pel_image_document_get_display:
 * @self: an image
 * @channel: from 0
 * @display: (out): how it is shown
 *
 * The image's own contrast, or else the one that was chosen for all images of the project. Colour
 * and whether a channel is left out are the same in all of them.
 */
void pel_image_document_get_display (PelImageDocument *self,
                                     guint channel,
                                     PelChannelDisplay *display);
/* The contrast for this image; colour and whether it is left out for all of the project. Is kept in
 * project.json. */
void pel_image_document_set_display (PelImageDocument *self,
                                     guint channel,
                                     const PelChannelDisplay *display);

/**
 * pel_image_document_load_async:
 * @self: an image
 * @cancellable: (nullable): to give up waiting
 * @callback: called on the main thread
 * @data: for @callback
 *
 * Reads pixels, mask, history and prediction in a worker. At once where they are there. Several
 * callers share one reading. A mask that another program changed is taken in as an undo step; what
 * a crash had left in the journal is put back.
 */
void pel_image_document_load_async (PelImageDocument *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
gboolean pel_image_document_load_finish (PelImageDocument *self,
                                         GAsyncResult *result,
                                         GError **error);
/* The same while the caller waits: for the command line and tests. */
gboolean pel_image_document_load (PelImageDocument *self, GError **error);
gboolean pel_image_document_get_loaded (PelImageDocument *self);
/* Lets go of pixels and probabilities, which can be read again. Mask and history stay. */
void pel_image_document_release_pixels (PelImageDocument *self);

/* (transfer none) (nullable): NULL until loaded. The image may be NULL again after a release. */
PelImage *pel_image_document_get_image (PelImageDocument *self);
PelMask *pel_image_document_get_mask (PelImageDocument *self);
PelUndo *pel_image_document_get_undo (PelImageDocument *self);
/* (transfer none): lists that follow the mask and the prediction; empty until loaded */
PelCellList *pel_image_document_get_cells (PelImageDocument *self);
PelCellList *pel_image_document_get_prediction_cells (PelImageDocument *self);
/* (transfer none): the queue of cells that wait for the user's word */
PelReview *pel_image_document_get_review (PelImageDocument *self);

gboolean pel_image_document_get_has_prediction (PelImageDocument *self);
/* (nullable): the model whose prediction is shown */
const char *pel_image_document_get_model_name (PelImageDocument *self);
/* (transfer none) (nullable): the predicted labels, and the probability of cell as one float
 * channel */
PelLabels *pel_image_document_get_prediction_labels (PelImageDocument *self);
PelImage *pel_image_document_get_probability (PelImageDocument *self);
/* The probability at which the prediction's outlines were drawn. */
double pel_image_document_get_prediction_threshold (PelImageDocument *self);
/* How the blur of edges becomes the uncertainty of diameters, in the prediction shown. Set before
 * the prediction is. */
void pel_image_document_set_error_scale (PelImageDocument *self, const PelErrorScale *scale);
const PelErrorScale *pel_image_document_get_error_scale (PelImageDocument *self);

/**
 * pel_image_document_set_prediction_settings:
 * @self: an image
 * @settings: (nullable): what the prediction was cut with; %NULL where nobody knows
 *
 * To be called before the prediction that they belong to is set.
 */
void pel_image_document_set_prediction_settings (PelImageDocument *self,
                                                 const PelPredictionSettings *settings);
/* (transfer none) (nullable): of the prediction on show */
const PelPredictionSettings *pel_image_document_get_prediction_settings (PelImageDocument *self);

/**
 * pel_image_document_keep_prediction:
 * @self: an image
 *
 * Writes the predicted labels and their settings in the background, as after cutting the
 * probabilities in another way, so that they are there again next time: after a moment, in which
 * there may be another cut, or when the project is flushed. Does nothing where the project cannot
 * be written.
 */
void pel_image_document_keep_prediction (PelImageDocument *self);

/**
 * pel_image_document_set_prediction:
 * @self: an image
 * @labels: (nullable): predicted labels of the image's size, or %NULL to forget the prediction
 * @probability: (nullable): one float channel of the same size
 * @threshold: where its outlines are
 * @model_name: the model's name
 *
 * Shows a prediction. Never touches the mask, and writes no file: jobs do that.
 */
void pel_image_document_set_prediction (PelImageDocument *self,
                                        PelLabels *labels,
                                        PelImage *probability,
                                        double threshold,
                                        const char *model_name);

/**
 * pel_image_document_get_thumbnail:
 * @self: an image
 * @width: (out): its width in pixels
 * @height: (out): its height in pixels
 *
 * A small picture with stretched contrast: RGBA, 8 bits each, opaque, rows of 4 × @width bytes.
 * The first call starts making it in a worker and returns %NULL; `thumbnail-changed` tells when it
 * is there, or that the file cannot be read (%NULL again, and `missing` set).
 *
 * Returns: (transfer none) (nullable): the picture
 */
GBytes *pel_image_document_get_thumbnail (PelImageDocument *self, guint *width, guint *height);

/* Whether edits wait to be written to the mask file; they are in the journal within a second. */
gboolean pel_image_document_get_dirty (PelImageDocument *self);

G_END_DECLS
