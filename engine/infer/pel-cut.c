/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-cut.h"

#include <stdlib.h>
#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/core/pel-stop.h"
#include "engine/segment/pel-cell-form.h"
#include "engine/segment/pel-cells-apart.h"
#include "engine/segment/pel-flow-cut.h"
#include "engine/segment/pel-segment.h"

#define FULL_SEPARATION 1.0
#define END_SHARE 0.2

static gint
compare_sizes (gconstpointer a, gconstpointer b)
{
  guint p = *(const guint *)a, q = *(const guint *)b;
  return p < q ? -1 : p > q;
}

/* The size of the cell that the median pixel of all cells lies in. */
static guint
typical_size (const guint *sizes, guint n)
{
  g_autofree guint *sorted = g_memdup2 (sizes, n * sizeof (guint));
  guint64 total = 0, sum = 0;
  for (guint i = 0; i < n; i++)
    total += sizes[i];
  qsort (sorted, n, sizeof (guint), compare_sizes);
  for (guint i = 0; i < n; i++)
    {
      sum += sorted[i];
      if (2 * sum >= total)
        return sorted[i];
    }
  return 0;
}

PelLabels *
pel_cut_drop_fragments (PelLabels *labels, double min_share, GError **error)
{
  g_return_val_if_fail (labels != NULL, NULL);
  guint32 n = pel_labels_get_max (labels);
  if (pel_stop_asked (error))
    return NULL;
  if (n < 2 || !(min_share > 0.0))
    return pel_labels_ref (labels);

  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels);
  gsize n_pixels = (gsize)width * height;
  guint32 *plane = pel_try_alloc (n_pixels, sizeof (guint32), error);
  guint32 *sizes = plane != NULL ? pel_try_alloc (n, sizeof (guint32), error) : NULL;
  PelLabels *kept = NULL;
  if (sizes != NULL)
    {
      PelRect all = { 0, 0, (gint)width, (gint)height };
      pel_labels_read (labels, &all, plane, width);
      if (pel_stop_asked (error))
        goto out;
      memset (sizes, 0, n * sizeof (guint32));
      for (gsize i = 0; i < n_pixels; i++)
        if (plane[i] != 0)
          sizes[plane[i] - 1]++;

      /* From here on @sizes holds each cell's new number. */
      double least = min_share * typical_size (sizes, n);
      guint32 number = 0;
      for (guint32 k = 0; k < n; k++)
        sizes[k] = sizes[k] > 0 && sizes[k] >= least ? ++number : 0;
      for (gsize i = 0; i < n_pixels; i++)
        if (plane[i] != 0)
          plane[i] = sizes[plane[i] - 1];
      if (pel_stop_asked (error))
        goto out;
      kept = number == n ? pel_labels_ref (labels)
                         : pel_labels_new_from_data (width, height, plane, width, error);
    }
out:
  pel_aligned_free (plane);
  pel_aligned_free (sizes);
  return kept;
}

PelLabels *
pel_cut_cells (const float *foreground,
               const float *parting,
               guint width,
               guint height,
               const PelCutOptions *options,
               GCancellable *cancellable,
               GError **error)
{
  g_return_val_if_fail (foreground != NULL && options != NULL, NULL);
  PelSegmentOptions cut = { .threshold = (float)options->threshold,
                            .min_size = options->min_size,
                            .separation = (float)options->separation };
  gboolean has_flows = parting != NULL && options->separator == PEL_SEPARATOR_FLOWS;
  g_autoptr (PelLabels) labels =
      has_flows ? pel_flow_cut_cells (foreground, parting, width, height, &cut, cancellable, error)
                : pel_segment_cells (foreground, parting, width, height, &cut, cancellable, error);
  g_autoptr (PelLabels) parted = NULL;
  if (labels != NULL)
    parted = options->apart ? pel_cells_set_apart (labels, error) : pel_labels_ref (labels);
  return parted != NULL ? pel_cut_drop_fragments (parted, options->min_share, error) : NULL;
}

void
pel_cut_options_stretch (PelCutOptions *options)
{
  g_return_if_fail (options != NULL);
  options->separation = MAX (options->separation, FULL_SEPARATION);
  /* No share at all is somebody's wish. */
  if (options->min_share > 0.0)
    options->min_share = MAX (options->min_share, END_SHARE);
}

PelLabels *
pel_cut_cells_by_form (const float *foreground,
                       const float *parting,
                       guint width,
                       guint height,
                       PelCutOptions *options,
                       GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (foreground != NULL && options != NULL, NULL);
  PelLabels *labels =
      pel_cut_cells (foreground, parting, width, height, options, cancellable, error);
  gboolean asked = options->by_form;
  double spread = 0.0;

  options->by_form = FALSE;
  if (labels == NULL || !asked || parting == NULL || options->separator != PEL_SEPARATOR_BORDER)
    return labels;
  if (!pel_cell_form_measure (labels, &spread, error))
    g_clear_pointer (&labels, pel_labels_unref);
  if (labels == NULL || spread <= PEL_FAR_FROM_ROUND)
    return labels;
  pel_labels_unref (labels);
  pel_cut_options_stretch (options);
  options->by_form = TRUE;
  return pel_cut_cells (foreground, parting, width, height, options, cancellable, error);
}
