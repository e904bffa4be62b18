/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-cell-errors.h"

#include <stdlib.h>

#include "engine/measure/pel-cell-pair-private.h"

struct PelCellErrors
{
  GArray *errors; /* PelCellError; their labels lie in @labels */
  guint32 *labels;
  guint n_of_kind[PEL_N_CELL_ERROR_KINDS];
};

static const char *const kind_names[PEL_N_CELL_ERROR_KINDS] = { "missed", "false", "merged",
                                                                "split", "inexact" };

/* Where a region lies and what its label was. */
typedef struct
{
  guint32 label;
  gint x0, y0, x1, y1; /* last pixels included */
} Place;

static Place *
find_places (const PelCellPair *pair,
             const guint32 *regions,
             guint32 n_regions,
             const PelLabels *labels)
{
  Place *places = g_new (Place, (gsize)n_regions + 1);
  g_autofree guint32 *row = g_new (guint32, pair->width);

  for (guint32 i = 0; i <= n_regions; i++)
    places[i] = (Place){ 0, G_MAXINT, G_MAXINT, -1, -1 };
  for (gint y = 0; y < (gint)pair->height; y++)
    {
      const PelRect line = { 0, y, (gint)pair->width, 1 };
      const guint32 *at = regions + (gsize)y * pair->width;

      pel_labels_read (labels, &line, row, pair->width);
      for (gint x = 0; x < line.width; x++)
        {
          if (at[x] == 0)
            continue;
          Place *place = &places[at[x]];
          place->label = row[x];
          place->x0 = MIN (place->x0, x);
          place->x1 = MAX (place->x1, x);
          place->y0 = MIN (place->y0, y);
          place->y1 = MAX (place->y1, y);
        }
    }
  return places;
}

static void
add_to_box (PelRect *box, const Place *place)
{
  const PelRect more = { place->x0, place->y0, place->x1 - place->x0 + 1,
                         place->y1 - place->y0 + 1 };
  pel_rect_union (box, &more, box);
}

static gint
compare_labels (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

  return (x > y) - (x < y);
}

static guint32
first_label (const PelCellError *error)
{
  return error->n_truth > 0 ? error->truth[0] : error->predicted[0];
}

static gint
compare_errors (gconstpointer a, gconstpointer b)
{
  const PelCellError *x = a, *y = b;

  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  if (first_label (x) != first_label (y))
    return first_label (x) < first_label (y) ? -1 : 1;
  guint32 p = x->n_predicted > 0 ? x->predicted[0] : 0;
  guint32 q = y->n_predicted > 0 ? y->predicted[0] : 0;
  return (p > q) - (p < q);
}

/* Turns the findings from @first on that belong together into an error; returns how many. */
static guint
add_error (PelCellErrors *self,
           const PelCellFinding *first,
           guint n_left,
           const Place *predicted,
           const Place *truth,
           guint32 **labels)
{
  PelCellError error = { .kind = first->kind };
  guint n = 1;

  if (first->kind == PEL_CELL_ERROR_MERGED || first->kind == PEL_CELL_ERROR_SPLIT)
    while (n < n_left && first[n].kind == first->kind && first[n].group == first->group)
      n++;
  error.n_truth = first->kind == PEL_CELL_ERROR_MERGED ? n : first->truth != 0;
  error.n_predicted = first->kind == PEL_CELL_ERROR_SPLIT ? n : first->predicted != 0;
  for (guint i = 0; i < error.n_truth; i++)
    {
      (*labels)[i] = truth[first[i].truth].label;
      add_to_box (&error.box, &truth[first[i].truth]);
    }
  qsort (*labels, error.n_truth, sizeof (guint32), compare_labels);
  error.truth = *labels;
  *labels += error.n_truth;
  for (guint i = 0; i < error.n_predicted; i++)
    {
      (*labels)[i] = predicted[first[i].predicted].label;
      add_to_box (&error.box, &predicted[first[i].predicted]);
    }
  qsort (*labels, error.n_predicted, sizeof (guint32), compare_labels);
  error.predicted = *labels;
  *labels += error.n_predicted;
  g_array_append_val (self->errors, error);
  return n;
}

PelCellErrors *
pel_cell_errors_new (const PelLabels *prediction,
                     const PelLabels *truth,
                     const guint8 *known,
                     GCancellable *cancellable,
                     GError **error)
{
  g_auto (PelCellPair) pair = { 0 };
  g_autofree guint32 *partner = NULL;
  g_autofree Place *predicted_places = NULL;
  g_autofree Place *truth_places = NULL;
  guint32 n_matched;

  g_return_val_if_fail (prediction != NULL && truth != NULL, NULL);
  if (!pel_cell_pair_init (&pair, prediction, truth, known, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  partner = pel_cell_pair_match (&pair, 50, &n_matched);
  predicted_places = find_places (&pair, pair.predicted, pair.n_predicted, prediction);
  truth_places = find_places (&pair, pair.truth, pair.n_truth, truth);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  PelCellErrors *self = g_new0 (PelCellErrors, 1);
  g_autoptr (GArray) findings = pel_cell_pair_find (&pair, partner, self->n_of_kind);
  guint32 *labels = self->labels = g_new (guint32, 2 * (gsize)findings->len + 1);
  self->errors = g_array_new (FALSE, FALSE, sizeof (PelCellError));
  for (guint i = 0; i < findings->len;)
    i += add_error (self, &g_array_index (findings, PelCellFinding, i), findings->len - i,
                    predicted_places, truth_places, &labels);
  g_array_sort (self->errors, compare_errors);
  return self;
}

void
pel_cell_errors_free (PelCellErrors *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->errors);
  g_free (self->labels);
  g_free (self);
}

guint
pel_cell_errors_get_n_errors (const PelCellErrors *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->errors->len;
}

const PelCellError *
pel_cell_errors_get (const PelCellErrors *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->errors->len, NULL);
  return &g_array_index (self->errors, PelCellError, index);
}

guint
pel_cell_errors_get_n_of_kind (const PelCellErrors *self, PelCellErrorKind kind)
{
  g_return_val_if_fail (self != NULL && (guint)kind < PEL_N_CELL_ERROR_KINDS, 0);
  return self->n_of_kind[kind];
}

const char *
pel_cell_error_kind_to_string (PelCellErrorKind kind)
{
  g_return_val_if_fail ((guint)kind < PEL_N_CELL_ERROR_KINDS, NULL);
  return kind_names[kind];
}
