/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/core/pel-pool.h"
#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"
#include "engine/infer/pel-tiler.h"
#include "engine/train/pel-model.h"

/* How large the cells of an image are, as far as a model can tell: it looks at the image in several
 * sizes, and the one is taken in which it finds cells surely and as large as those that it was
 * trained on. */

/**
 * PelSizeProbe:
 * @octaves: how much larger the image was shown than it would be without a guess, as a power of
 *   two: -1 is half as large
 * @n_cells: cells found
 * @diameter: the median of their equivalent diameters, in pixels as the network saw them
 * @confidence: the foreground's probability, averaged over each cell and then over the cells
 * @spread: how far the cells are from round, as pel_cell_form_measure() tells; 0 where unknown
 *
 * What a model found in an image at one size.
 */
typedef struct
{
  double octaves;
  guint n_cells;
  double diameter;
  double confidence;
  double spread;
} PelSizeProbe;

/**
 * pel_size_probe_is_usable:
 * @probe: what was found
 *
 * Returns: whether these are cells enough to tell anything
 */
gboolean pel_size_probe_is_usable (const PelSizeProbe *probe);

/* Cells of several windows, for one #PelSizeProbe. Free with pel_size_tally_clear(). */
typedef struct
{
  GArray *diameters;  /* of double */
  double confidences; /* their sum */
  double spreads;     /* the sum of those whose form was measured */
  guint n_formed;     /* and how many these are */
} PelSizeTally;

void pel_size_tally_clear (PelSizeTally *tally);

/**
 * pel_size_tally_add:
 * @tally: at first all zero
 * @labels: cells found
 * @foreground: the probabilities that they were cut from, row by row
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
gboolean pel_size_tally_add (PelSizeTally *tally,
                             const PelLabels *labels,
                             const float *foreground,
                             GError **error);

/**
 * pel_size_tally_add_form:
 * @tally: cells
 * @labels: of which the form counts as well
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
gboolean pel_size_tally_add_form (PelSizeTally *tally, const PelLabels *labels, GError **error);

/**
 * pel_size_tally_finish:
 * @tally: cells
 * @octaves: what they were found at
 *
 * Returns: what they tell together
 */
PelSizeProbe pel_size_tally_finish (const PelSizeTally *tally, double octaves);

/**
 * PelKnownSizes:
 * @typical: diameter of the cells that the network was trained on, in its pixels
 * @smallest: the lower end of what is typical of single images, above 0; @typical where unknown
 * @largest: the upper end; @typical where unknown
 */
typedef struct
{
  double typical;
  double smallest;
  double largest;
} PelKnownSizes;

/**
 * pel_size_choose:
 * @probes: what was found, at sizes that all differ
 * @n_probes: how many
 * @known: how large the cells are that the network knows
 *
 * Chooses the probe whose cells were found surely, are about as large as those @known, and are as
 * large in the image as those of another probe. Where its cells are still far from @known, a size
 * beyond it is proposed, and where round ones came out larger than needed a size before it. Where
 * hardly anything was found nothing is changed.
 *
 * Returns: octaves by which the image is to be shown larger
 */
double pel_size_choose (const PelSizeProbe *probes, guint n_probes, const PelKnownSizes *known);

/**
 * PelSizeGuess:
 * @octaves: by which the image is to be shown larger
 * @width: of @foreground; 0 where there is none
 * @height: of @foreground
 * @foreground: (nullable): the probabilities of the whole image as the network saw it at that size,
 *   where they were computed on the way
 * @parting: (nullable): what parts cells there, as in #PelPrediction
 */
typedef struct
{
  double octaves;
  guint width, height;
  float *foreground;
  float *parting;
} PelSizeGuess;

void pel_size_guess_clear (PelSizeGuess *guess);

/**
 * pel_size_guess_run:
 * @guess: (out): what was found; clear with pel_size_guess_clear()
 * @model: a model that knows how large its cells are
 * @normalisation: how grey values reach it
 * @image: what to look at
 * @tile: largest side of a tile in the network's pixels; 0 chooses
 * @pool: threads to compute on
 * @cancellable: (nullable): stops the work
 * @func: (nullable): told about the progress
 * @data: for @func
 * @error: return location for a `GError`
 *
 * Looks at the image as it is first, and goes on only where that leaves a doubt: where cells are
 * neither as large as in the images trained on, nor surely found. Of a large image
 * windows are looked at, until enough cells were found: about a million of the network's pixels at
 * each size at most. To be shown larger, a part with some twenty cells is enough.
 *
 * Returns: %FALSE with an error of pel_zoom_look() or pel_cut_cells() set
 */
gboolean pel_size_guess_run (PelSizeGuess *guess,
                             PelModel *model,
                             const PelNormalisation *normalisation,
                             PelImage *image,
                             guint tile,
                             PelPool *pool,
                             GCancellable *cancellable,
                             PelProgressFunc func,
                             gpointer data,
                             GError **error);
