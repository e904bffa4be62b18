/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/core/pel-rect.h"
#include "engine/image/pel-labels.h"

/**
 * PelCellErrorKind:
 * @PEL_CELL_ERROR_MISSED: a true cell where nothing was predicted
 * @PEL_CELL_ERROR_FALSE: a predicted cell where there is none
 * @PEL_CELL_ERROR_MERGED: one predicted cell that covers several true ones
 * @PEL_CELL_ERROR_SPLIT: one true cell that is cut into several predicted ones
 * @PEL_CELL_ERROR_INEXACT: a cell that was found, but whose outline is so far off that the two do
 *   not match
 *
 * What can be wrong with cells. See #PelCellErrors for the definitions.
 */
typedef enum
{
  PEL_CELL_ERROR_MISSED,
  PEL_CELL_ERROR_FALSE,
  PEL_CELL_ERROR_MERGED,
  PEL_CELL_ERROR_SPLIT,
  PEL_CELL_ERROR_INEXACT,
} PelCellErrorKind;

#define PEL_N_CELL_ERROR_KINDS 5

/**
 * PelCellError:
 * @kind: what is wrong
 * @truth: (array length=n_truth): labels of the true cells concerned, ascending
 * @n_truth: how many: one for missed, split and inexact, none for false, two or more for merged
 * @predicted: (array length=n_predicted): labels of the predicted cells concerned, ascending
 * @n_predicted: how many: none for missed, one for false, merged and inexact, two or more for split
 * @box: around all pixels of all these cells
 *
 * One thing that is wrong, and where. Labels are those of the label images that were compared.
 */
typedef struct
{
  PelCellErrorKind kind;
  const guint32 *truth;
  guint n_truth;
  const guint32 *predicted;
  guint n_predicted;
  PelRect box;
} PelCellError;

/**
 * PelCellErrors:
 *
 * What is wrong with predicted cells, one by one. With |A| the pixels of a cell:
 *
 * - a predicted and a true cell *match* when their intersection over union is at least one half,
 *   as in #PelEvaluation;
 * - a predicted cell P *covers* a true cell T when |P and T| > |T| / 2, and P *lies in* T when
 *   |P and T| > |P| / 2. The first is the detection test of the Cell Tracking Challenge (Matula et
 *   al., Cell tracking accuracy measurement based on comparison of acyclic oriented graphs, PLoS
 *   ONE 10(12), 2015), the second is the same with the roles exchanged;
 * - *merged*: a predicted cell that covers two or more true ones (that paper's vertex that needs
 *   splitting). One of them may match it all the same;
 * - *split*: a true cell in which two or more predicted ones lie. One may match it all the same;
 * - *inexact*: a true and a predicted cell, one of which covers or lies in the other, that do not
 *   match, where either is part of nothing above and matches nothing;
 * - *missed*: a true cell that matches nothing and is part of nothing above; *false*: the same for
 *   a predicted one.
 *
 * So every cell without a match is part of at least one error. Errors come in the order of their
 * kinds, and then of their first labels (the true one first where both are concerned). Immutable.
 */
typedef struct PelCellErrors PelCellErrors;

/**
 * pel_cell_errors_new:
 * @prediction: the predicted cells
 * @truth: the true ones, of the same size
 * @known: (nullable): width x height values row by row, 0 where it is not known whether there is a
 *   cell: such pixels are left out of both, and so are predicted cells that lie there by more than
 *   half. %NULL: all is known
 * @cancellable: (nullable): polled between the steps of the work
 * @error: return location for a `GError`
 *
 * Looks for errors. Any thread; takes some 30 ms for a million pixels.
 *
 * Returns: (transfer full) (nullable): what is wrong; free with pel_cell_errors_free(). Else %NULL
 *   with `PEL_ENGINE_ERROR_BAD_SHAPE`, `NO_MEMORY` or `G_IO_ERROR_CANCELLED` set
 */
PelCellErrors *pel_cell_errors_new (const PelLabels *prediction,
                                    const PelLabels *truth,
                                    const guint8 *known,
                                    GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_cell_errors_free (PelCellErrors *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCellErrors, pel_cell_errors_free)

guint pel_cell_errors_get_n_errors (const PelCellErrors *self);

/**
 * pel_cell_errors_get:
 * @self: errors
 * @index: from 0
 *
 * Returns: (transfer none): an error, valid as long as @self is
 */
const PelCellError *pel_cell_errors_get (const PelCellErrors *self, guint index);

/**
 * pel_cell_errors_get_n_of_kind:
 * @self: errors
 * @kind: which
 *
 * Returns: how many errors of this kind there are
 */
guint pel_cell_errors_get_n_of_kind (const PelCellErrors *self, PelCellErrorKind kind);

/**
 * pel_cell_error_kind_to_string:
 * @kind: a kind
 *
 * Returns: its name in files: `missed`, `false`, `merged`, `split` or `inexact`; not translated
 */
const char *pel_cell_error_kind_to_string (PelCellErrorKind kind);
