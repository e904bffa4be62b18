/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-cell-pair-private.h"

#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"
#include "engine/core/pel-error.h"
#include "engine/measure/pel-overlaps.h"

static gboolean
check_sizes (const PelLabels *prediction, const PelLabels *truth, GError **error)
{
  guint width = pel_labels_get_width (prediction), height = pel_labels_get_height (prediction);

  if (width == pel_labels_get_width (truth) && height == pel_labels_get_height (truth))
    return TRUE;
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
               /* Translators: width and height of the prediction, then of the truth */
               _ ("the prediction has %u x %u pixels but the truth has %u x %u; compare labels of "
                  "the same image"),
               width, height, pel_labels_get_width (truth), pel_labels_get_height (truth));
  return FALSE;
}

static guint64 *
count_sizes (const guint32 *plane, gsize n_pixels, guint32 n_regions)
{
  guint64 *sizes = g_new0 (guint64, (gsize)n_regions + 1);

  for (gsize i = 0; i < n_pixels; i++)
    sizes[plane[i]]++;
  return sizes;
}

/* Takes what does not count out of both planes: pixels, and predicted cells that lie there by more
 * than half, since nobody said what is there. */
static void
leave_out (PelCellPair *pair)
{
  guint32 n_regions;

  pel_number_regions (pair->predicted, pair->n_pixels, &n_regions);
  g_autofree guint64 *all = count_sizes (pair->predicted, pair->n_pixels, n_regions);
  g_autofree guint64 *outside = g_new0 (guint64, (gsize)n_regions + 1);
  for (gsize i = 0; i < pair->n_pixels; i++)
    if (pair->known[i] == 0)
      outside[pair->predicted[i]]++;
  pair->n_known = 0;
  for (gsize i = 0; i < pair->n_pixels; i++)
    {
      guint32 p = pair->predicted[i];

      if (pair->known[i] == 0 || 2 * outside[p] > all[p])
        pair->predicted[i] = 0;
      if (pair->known[i] == 0)
        pair->truth[i] = 0;
      pair->n_known += pair->known[i] != 0;
    }
}

gboolean
pel_cell_pair_init (PelCellPair *pair,
                    const PelLabels *prediction,
                    const PelLabels *truth,
                    const guint8 *known,
                    GError **error)
{
  *pair = (PelCellPair){ .width = pel_labels_get_width (truth),
                         .height = pel_labels_get_height (truth),
                         .known = known };
  pair->n_pixels = pair->n_known = (gsize)pair->width * pair->height;
  if (!check_sizes (prediction, truth, error))
    return FALSE;
  pair->predicted = pel_try_alloc (pair->n_pixels, sizeof (guint32), error);
  pair->truth = pair->predicted ? pel_try_alloc (pair->n_pixels, sizeof (guint32), error) : NULL;
  if (!pair->truth)
    return FALSE;

  const PelRect all = { 0, 0, (gint)pair->width, (gint)pair->height };
  pel_labels_read (prediction, &all, pair->predicted, pair->width);
  pel_labels_read (truth, &all, pair->truth, pair->width);
  if (known)
    leave_out (pair);
  pel_number_regions (pair->predicted, pair->n_pixels, &pair->n_predicted);
  pel_number_regions (pair->truth, pair->n_pixels, &pair->n_truth);
  pair->predicted_sizes = count_sizes (pair->predicted, pair->n_pixels, pair->n_predicted);
  pair->truth_sizes = count_sizes (pair->truth, pair->n_pixels, pair->n_truth);
  pair->overlaps = pel_overlaps_count (pair->predicted, pair->truth, pair->n_pixels);
  return TRUE;
}

void
pel_cell_pair_clear (PelCellPair *pair)
{
  pel_aligned_free (pair->predicted);
  pel_aligned_free (pair->truth);
  g_free (pair->predicted_sizes);
  g_free (pair->truth_sizes);
  g_clear_pointer (&pair->overlaps, g_array_unref);
  *pair = (PelCellPair){ 0 };
}

guint32 *
pel_cell_pair_match (const PelCellPair *pair, guint percent, guint32 *n_matched)
{
  guint32 *partner = g_new (guint32, (gsize)pair->n_truth + 1);

  *n_matched = pel_overlaps_match (pair->overlaps, pair->predicted_sizes, pair->n_predicted,
                                   pair->truth_sizes, pair->n_truth, percent, partner);
  return partner;
}

/* ---- errors ---- */

/* What is known of a region while errors are looked for. */
typedef struct
{
  guint n_partners; /* a predicted one: true ones it covers; a true one: those that lie in it */
  gboolean is_matched;
  gboolean is_told; /* part of an error */
} Region;

typedef struct
{
  const PelCellPair *pair;
  const guint32 *partner;
  Region *predicted, *truth;
  GArray *findings;
} Search;

static gboolean
is_covered (const PelCellPair *pair, const PelOverlap *o)
{
  return 2 * o->n_pixels > pair->truth_sizes[o->truth];
}

static gboolean
is_inside (const PelCellPair *pair, const PelOverlap *o)
{
  return 2 * o->n_pixels > pair->predicted_sizes[o->predicted];
}

static void
tell (Search *search, PelCellErrorKind kind, guint32 group, guint32 truth, guint32 predicted)
{
  PelCellFinding finding = { kind, group, truth, predicted };

  g_array_append_val (search->findings, finding);
  if (truth != 0)
    search->truth[truth].is_told = TRUE;
  if (predicted != 0)
    search->predicted[predicted].is_told = TRUE;
}

static const PelOverlap *
get_overlap (const Search *search, guint index)
{
  const PelOverlap *o = &g_array_index (search->pair->overlaps, PelOverlap, index);

  return o->predicted != 0 && o->truth != 0 ? o : NULL;
}

static void
find_partners (Search *search)
{
  const PelCellPair *pair = search->pair;

  for (guint32 t = 1; t <= pair->n_truth; t++)
    if (search->partner[t] != 0)
      search->truth[t].is_matched = search->predicted[search->partner[t]].is_matched = TRUE;
  for (guint i = 0; i < pair->overlaps->len; i++)
    {
      const PelOverlap *o = get_overlap (search, i);

      if (o == NULL)
        continue;
      search->predicted[o->predicted].n_partners += is_covered (pair, o);
      search->truth[o->truth].n_partners += is_inside (pair, o);
    }
}

static void
find_merged_and_split (Search *search)
{
  for (guint i = 0; i < search->pair->overlaps->len; i++)
    {
      const PelOverlap *o = get_overlap (search, i);

      if (o == NULL)
        continue;
      if (is_covered (search->pair, o) && search->predicted[o->predicted].n_partners > 1)
        tell (search, PEL_CELL_ERROR_MERGED, o->predicted, o->truth, o->predicted);
      if (is_inside (search->pair, o) && search->truth[o->truth].n_partners > 1)
        tell (search, PEL_CELL_ERROR_SPLIT, o->truth, o->truth, o->predicted);
    }
}

/* Cells that belong together and yet do not match, where one of them would otherwise go untold.
 * What was told before this is looked at, so that the outcome does not hang on the order. */
static void
find_inexact (Search *search)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (PelOverlap));

  for (guint i = 0; i < search->pair->overlaps->len; i++)
    {
      const PelOverlap *o = get_overlap (search, i);

      if (o == NULL || search->partner[o->truth] == o->predicted ||
          !(is_covered (search->pair, o) || is_inside (search->pair, o)))
        continue;
      const Region *p = &search->predicted[o->predicted], *t = &search->truth[o->truth];
      if ((!p->is_matched && !p->is_told) || (!t->is_matched && !t->is_told))
        g_array_append_val (pairs, *o);
    }
  for (guint i = 0; i < pairs->len; i++)
    {
      const PelOverlap *o = &g_array_index (pairs, PelOverlap, i);
      tell (search, PEL_CELL_ERROR_INEXACT, o->truth, o->truth, o->predicted);
    }
}

static void
find_alone (Search *search)
{
  for (guint32 t = 1; t <= search->pair->n_truth; t++)
    if (!search->truth[t].is_matched && !search->truth[t].is_told)
      tell (search, PEL_CELL_ERROR_MISSED, t, t, 0);
  for (guint32 p = 1; p <= search->pair->n_predicted; p++)
    if (!search->predicted[p].is_matched && !search->predicted[p].is_told)
      tell (search, PEL_CELL_ERROR_FALSE, p, 0, p);
}

static gint
compare_findings (gconstpointer a, gconstpointer b)
{
  const PelCellFinding *x = a, *y = b;

  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  if (x->group != y->group)
    return x->group < y->group ? -1 : 1;
  if (x->truth != y->truth)
    return x->truth < y->truth ? -1 : 1;
  return (x->predicted > y->predicted) - (x->predicted < y->predicted);
}

/* Whether @finding goes on with the error that the one before it began. */
static gboolean
is_continued (const PelCellFinding *before, const PelCellFinding *finding)
{
  return before->kind == finding->kind && before->group == finding->group &&
         (finding->kind == PEL_CELL_ERROR_MERGED || finding->kind == PEL_CELL_ERROR_SPLIT);
}

GArray *
pel_cell_pair_find (const PelCellPair *pair,
                    const guint32 *partner,
                    guint n_of_kind[PEL_N_CELL_ERROR_KINDS])
{
  g_autofree Region *predicted = g_new0 (Region, (gsize)pair->n_predicted + 1);
  g_autofree Region *truth = g_new0 (Region, (gsize)pair->n_truth + 1);
  Search search = { pair, partner, predicted, truth,
                    g_array_new (FALSE, FALSE, sizeof (PelCellFinding)) };

  find_partners (&search);
  find_merged_and_split (&search);
  find_inexact (&search);
  find_alone (&search);
  g_array_sort (search.findings, compare_findings);
  for (guint i = 0; i < PEL_N_CELL_ERROR_KINDS; i++)
    n_of_kind[i] = 0;
  for (guint i = 0; i < search.findings->len; i++)
    {
      const PelCellFinding *finding = &g_array_index (search.findings, PelCellFinding, i);

      if (i == 0 || !is_continued (finding - 1, finding))
        n_of_kind[finding->kind]++;
    }
  return search.findings;
}
