/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-image.h"

G_BEGIN_DECLS

/**
 * PelDiameterKind:
 * @PEL_DIAMETER_EQUIVALENT: of the disc of the same area
 * @PEL_DIAMETER_MAX_FERET: the longest caliper width
 * @PEL_DIAMETER_MIN_FERET: the shortest caliper width
 * @PEL_DIAMETER_MAJOR_AXIS: of the ellipse with the same second moments
 * @PEL_DIAMETER_MINOR_AXIS: of the ellipse with the same second moments
 *
 * Which diameter is written beside the cells.
 */
typedef enum
{
  PEL_DIAMETER_EQUIVALENT,
  PEL_DIAMETER_MAX_FERET,
  PEL_DIAMETER_MIN_FERET,
  PEL_DIAMETER_MAJOR_AXIS,
  PEL_DIAMETER_MINOR_AXIS,
} PelDiameterKind;

#define PEL_TYPE_DIAMETER_KIND (pel_diameter_kind_get_type ())
GType pel_diameter_kind_get_type (void);

/**
 * PelLengthUnit:
 * @PEL_LENGTH_UNIT_UM: micrometres where the image is calibrated, else pixels
 * @PEL_LENGTH_UNIT_PX: always pixels
 *
 * How lengths are written on the picture.
 */
typedef enum
{
  PEL_LENGTH_UNIT_UM,
  PEL_LENGTH_UNIT_PX,
} PelLengthUnit;

#define PEL_TYPE_LENGTH_UNIT (pel_length_unit_get_type ())
GType pel_length_unit_get_type (void);

/**
 * PelColorBy:
 * @PEL_COLOR_BY_LABEL: each cell a colour of its own; predicted edges are all of one
 * @PEL_COLOR_BY_CLASS: the class that the user or a rule gave
 * @PEL_COLOR_BY_CONFIDENCE: how sure the model is of the edge
 * @PEL_COLOR_BY_SIZE: the equivalent diameter
 *
 * What the colours of cells tell.
 */
typedef enum
{
  PEL_COLOR_BY_LABEL,
  PEL_COLOR_BY_CLASS,
  PEL_COLOR_BY_CONFIDENCE,
  PEL_COLOR_BY_SIZE,
} PelColorBy;

#define PEL_TYPE_COLOR_BY (pel_color_by_get_type ())
GType pel_color_by_get_type (void);

/**
 * PelBrushMode:
 * @PEL_BRUSH_MODE_IMAGE: the size is in image pixels and zooms with the image
 * @PEL_BRUSH_MODE_SCREEN: the size is in screen pixels and stays the same at every zoom
 */
typedef enum
{
  PEL_BRUSH_MODE_IMAGE,
  PEL_BRUSH_MODE_SCREEN,
} PelBrushMode;

#define PEL_TYPE_BRUSH_MODE (pel_brush_mode_get_type ())
GType pel_brush_mode_get_type (void);

/* The whole image in its own colours, or the first channel of one that is not RGB. */
#define PEL_DISPLAY_CHANNEL_AUTO (-1)
/* All channels of an image that is not RGB, each in its colour, added up. */
#define PEL_DISPLAY_CHANNEL_ALL (-2)
#define PEL_DISPLAY_BRUSH_MIN 1.0
#define PEL_DISPLAY_BRUSH_MAX 1000.0

/**
 * PelDisplay:
 *
 * How the picture is shown and what the tools are set to: shared by the canvas, the pages and
 * the window, so that a switch in the inspector, a key on the canvas and a tool agree.
 *
 * Every item is a GObject property of the same name, with `notify`; the window binds its
 * widgets to them. The selection is the exception: a set of labels with the signal
 * "selection-changed" (no arguments). Main thread only.
 *
 * Properties: `show-outlines`, `show-fill`, `fill-opacity` (0–1), `labels-hidden`,
 * `only-selected`, `show-prediction`, `show-preview`, `show-uncertainty`, `show-diameters`,
 * `diameter-kind`, `unit`, `color-by`, `low`, `high` (in the image's own values), `gamma` (0.1–10),
 * `invert`, `channel`, `tone-channel`, `brush-size` (diameter), `brush-mode`, `protect`, `auto-new`
 * (a stroke that begins on empty ground away from the current cell begins a new cell),
 * `current-label` (0 = the next free one).
 */
#define PEL_TYPE_DISPLAY (pel_display_get_type ())
G_DECLARE_FINAL_TYPE (PelDisplay, pel_display, PEL, DISPLAY, GObject)

PelDisplay *pel_display_new (void) G_GNUC_WARN_UNUSED_RESULT;

gboolean pel_display_get_show_outlines (PelDisplay *self);
void pel_display_set_show_outlines (PelDisplay *self, gboolean show);
gboolean pel_display_get_show_fill (PelDisplay *self);
void pel_display_set_show_fill (PelDisplay *self, gboolean show);
double pel_display_get_fill_opacity (PelDisplay *self);
void pel_display_set_fill_opacity (PelDisplay *self, double opacity);
gboolean pel_display_get_labels_hidden (PelDisplay *self);
void pel_display_set_labels_hidden (PelDisplay *self, gboolean hidden);
/* Whether only the selected cells are drawn while there is a selection. */
gboolean pel_display_get_only_selected (PelDisplay *self);
void pel_display_set_only_selected (PelDisplay *self, gboolean only);
gboolean pel_display_get_show_prediction (PelDisplay *self);
void pel_display_set_show_prediction (PelDisplay *self, gboolean show);
/* Whether a training under way shows what it would predict by now. */
gboolean pel_display_get_show_preview (PelDisplay *self);
void pel_display_set_show_preview (PelDisplay *self, gboolean show);
gboolean pel_display_get_show_uncertainty (PelDisplay *self);
void pel_display_set_show_uncertainty (PelDisplay *self, gboolean show);
gboolean pel_display_get_show_diameters (PelDisplay *self);
void pel_display_set_show_diameters (PelDisplay *self, gboolean show);
PelDiameterKind pel_display_get_diameter_kind (PelDisplay *self);
void pel_display_set_diameter_kind (PelDisplay *self, PelDiameterKind kind);
PelLengthUnit pel_display_get_unit (PelDisplay *self);
void pel_display_set_unit (PelDisplay *self, PelLengthUnit unit);
PelColorBy pel_display_get_color_by (PelDisplay *self);
void pel_display_set_color_by (PelDisplay *self, PelColorBy by);

double pel_display_get_low (PelDisplay *self);
double pel_display_get_high (PelDisplay *self);
double pel_display_get_gamma (PelDisplay *self);
void pel_display_set_gamma (PelDisplay *self, double gamma);
gboolean pel_display_get_invert (PelDisplay *self);
void pel_display_set_invert (PelDisplay *self, gboolean invert);
gint pel_display_get_channel (PelDisplay *self);
void pel_display_set_channel (PelDisplay *self, gint channel);
/* Whether an image is one of several channels that can be shown together, each in a colour; and
 * whether it is shown so. @image: (nullable) */
gboolean pel_display_can_be_together (PelImage *image);
gboolean pel_display_shows_together (PelDisplay *self, PelImage *image);

/**
 * pel_display_set_levels:
 * @low: the value shown black
 * @high: the value shown white; kept above @low
 *
 * Sets both ends of the contrast window at once; one recomposition instead of two.
 */
void pel_display_set_levels (PelDisplay *self, double low, double high);

/* The channel whose contrast `low`, `high`, `gamma` and `invert` are: the one on show, or one of
 * those shown together. The canvas sees to that it is shown. */
guint pel_display_get_tone_channel (PelDisplay *self);
void pel_display_set_tone_channel (PelDisplay *self, guint channel);

/**
 * pel_display_set_auto_levels:
 * @channel: from 0; also for an image shown in its own colours
 *
 * Tells what "auto" means for a channel of the image on show: the canvas measures it in a worker
 * (the 0.2 and 99.8 percentiles of the channel; the full range of RGB) and tells it here.
 */
void pel_display_set_auto_levels (PelDisplay *self, guint channel, double low, double high);
/* Returns FALSE, and sets nothing, where the channel is not shown or not measured yet. */
gboolean pel_display_get_auto_levels (PelDisplay *self, guint channel, double *low, double *high);
/* There is another image. */
void pel_display_forget_auto_levels (PelDisplay *self);

/**
 * pel_display_auto_levels:
 *
 * Sets the contrast window of `tone-channel` to its auto levels, gamma to 1.
 */
void pel_display_auto_levels (PelDisplay *self);

double pel_display_get_brush_size (PelDisplay *self);
void pel_display_set_brush_size (PelDisplay *self, double diameter);

/**
 * pel_display_step_brush:
 * @steps: how many notches up (positive) or down
 *
 * Changes the brush's size by about a tenth a notch, at least one pixel.
 */
void pel_display_step_brush (PelDisplay *self, gint steps);
PelBrushMode pel_display_get_brush_mode (PelDisplay *self);
void pel_display_set_brush_mode (PelDisplay *self, PelBrushMode mode);
gboolean pel_display_get_protect (PelDisplay *self);
void pel_display_set_protect (PelDisplay *self, gboolean protect);
gboolean pel_display_get_auto_new (PelDisplay *self);
void pel_display_set_auto_new (PelDisplay *self, gboolean auto_new);
guint32 pel_display_get_current_label (PelDisplay *self);
void pel_display_set_current_label (PelDisplay *self, guint32 label);

gboolean pel_display_is_selected (PelDisplay *self, guint32 label);
guint pel_display_get_n_selected (PelDisplay *self);

/**
 * pel_display_get_selection:
 * @n: (out): how many labels
 *
 * Returns: (transfer none) (array length=n): the selected labels in ascending order, valid until
 *   the selection changes
 */
const guint32 *pel_display_get_selection (PelDisplay *self, guint *n);

/**
 * pel_display_set_selection:
 * @labels: (array length=n) (nullable): any order; 0 and repeats are ignored
 *
 * Replaces the selection; emits "selection-changed" if it differs.
 */
void pel_display_set_selection (PelDisplay *self, const guint32 *labels, guint n);
void pel_display_toggle_selected (PelDisplay *self, guint32 label);

/**
 * pel_display_get_predicted_selection:
 * @n: (out): how many
 *
 * The cells of the prediction have numbers of their own. Choosing some of them clears the
 * selection among the cells of the mask, and the other way round.
 *
 * Returns: (transfer none) (array length=n): the selected predicted cells in ascending order
 */
const guint32 *pel_display_get_predicted_selection (PelDisplay *self, guint *n);
void pel_display_set_predicted_selection (PelDisplay *self, const guint32 *labels, guint n);
gboolean pel_display_is_predicted_selected (PelDisplay *self, guint32 label);

G_END_DECLS
