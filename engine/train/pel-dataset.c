/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-dataset.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/core/pel-random.h"
#include "engine/core/pel-stop.h"
#include "engine/image/pel-rescale.h"

#define HOLD_OUT_STREAM 0x686f6c64u
/* Of an image, to tell how large they usually are; and the share of images that are left out at
 * either end. */
#define FEWEST_CELLS 3
#define OUTSIDE_SHARE 0.05
/* The cells below this share of all are not asked how small cells are: slips of the brush. */
#define SMALL_SHARE 0.02
/* Cells lie close where so many pixels are between them; so many such places are wanted, and so few
 * in them may touch, to say that they lie apart. */
#define WIDEST_GAP 4
#define FEWEST_CLOSE 100
#define TOUCHING_SHARE 0.01

struct PelDataset
{
  atomic_uint ref_count;
  GPtrArray *samples;
};

static void
sample_free (gpointer data)
{
  PelSample *sample = data;
  g_free (sample->name);
  g_clear_pointer (&sample->image, pel_image_unref);
  g_clear_pointer (&sample->labels, pel_labels_unref);
  g_free (sample->regions);
  g_free (sample->spots);
  g_free (sample);
}

static gint
compare_spots (gconstpointer a, gconstpointer b)
{
  const PelCellSpot *p = a, *q = b;
  return p->label < q->label ? -1 : p->label > q->label;
}

typedef struct
{
  PelCellSpot spot;
  gint x0, y0, x1, y1;
} SpotBox;

/* Adds a pixel run of one label, columns @x0 to @x1 - 1 of row @y. */
static void
add_run (GHashTable *boxes, GArray *list, guint32 label, gint y, gint x0, gint x1)
{
  gpointer found = g_hash_table_lookup (boxes, GUINT_TO_POINTER (label));
  guint index = GPOINTER_TO_UINT (found);
  if (index == 0)
    {
      SpotBox fresh = { { label, 0, 0, 0, FALSE }, x0, y, x1 - 1, y };
      g_array_append_val (list, fresh);
      index = list->len;
      g_hash_table_insert (boxes, GUINT_TO_POINTER (label), GUINT_TO_POINTER (index));
    }
  SpotBox *box = &g_array_index (list, SpotBox, index - 1);
  box->spot.area += (gsize)(x1 - x0);
  box->x0 = MIN (box->x0, x0);
  box->x1 = MAX (box->x1, x1 - 1);
  box->y0 = MIN (box->y0, y);
  box->y1 = MAX (box->y1, y);
}

/* Counts where pixels of two cells lie side by side, and where a few of the background are between
 * them along the row. */
static void
count_neighbours (PelSample *sample, const guint32 *above, const guint32 *row, gint width)
{
  gint last = -1; /* where a cell was, lately */
  for (gint x = 0; x < width; x++)
    {
      if (row[x] == 0)
        continue;
      gboolean differs = last >= 0 && row[last] != row[x];
      sample->n_touching += differs && x - last == 1;
      sample->n_close += differs && x - last > 1 && x - last <= WIDEST_GAP + 1;
      sample->n_touching += above[x] != 0 && above[x] != row[x];
      last = x;
    }
}

static void
find_spots (PelSample *sample)
{
  gint width = (gint)pel_labels_get_width (sample->labels);
  gint height = (gint)pel_labels_get_height (sample->labels);
  g_autoptr (GHashTable) boxes = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (SpotBox));
  g_autofree guint32 *row = g_new (guint32, (gsize)width);
  g_autofree guint32 *above = g_new0 (guint32, (gsize)width);
  for (gint y = 0; y < height; y++)
    {
      PelRect rect = { 0, y, width, 1 };
      pel_labels_read (sample->labels, &rect, row, (gsize)width);
      count_neighbours (sample, above, row, width);
      memcpy (above, row, (gsize)width * sizeof *row);
      for (gint x = 0; x < width;)
        {
          gint x0 = x;
          while (x < width && row[x] == row[x0])
            x++;
          if (row[x0] != 0)
            add_run (boxes, list, row[x0], y, x0, x);
        }
    }

  sample->n_cells = list->len;
  sample->spots = g_new0 (PelCellSpot, MAX (list->len, 1));
  for (guint i = 0; i < list->len; i++)
    {
      const SpotBox *box = &g_array_index (list, SpotBox, i);
      sample->spots[i] = box->spot;
      sample->spots[i].x = (box->x0 + box->x1) / 2;
      sample->spots[i].y = (box->y0 + box->y1) / 2;
      sample->spots[i].touches_edge =
          box->x0 == 0 || box->y0 == 0 || box->x1 == width - 1 || box->y1 == height - 1;
    }
  qsort (sample->spots, sample->n_cells, sizeof (PelCellSpot), compare_spots);
}

PelDataset *
pel_dataset_new (void)
{
  PelDataset *self = g_new0 (PelDataset, 1);
  atomic_init (&self->ref_count, 1);
  self->samples = g_ptr_array_new_with_free_func (sample_free);
  return self;
}

PelDataset *
pel_dataset_ref (PelDataset *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  return self;
}

void
pel_dataset_unref (PelDataset *self)
{
  if (self == NULL || atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) != 1)
    return;
  g_ptr_array_unref (self->samples);
  g_free (self);
}

gboolean
pel_dataset_add (PelDataset *self,
                 const char *name,
                 PelImage *image,
                 PelLabels *labels,
                 const PelRect *complete_regions,
                 guint n_regions,
                 gboolean complete,
                 gboolean validation,
                 GError **error)
{
  g_return_val_if_fail (self != NULL && image != NULL && labels != NULL, FALSE);
  guint width = pel_image_get_width (image), height = pel_image_get_height (image);
  if (pel_labels_get_width (labels) != width || pel_labels_get_height (labels) != height)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   /* Translators: a name, then width x height of labels and of the image. */
                   _ ("The labels of “%s” are %ux%u pixels, but the image is %ux%u; use "
                      "labels of the image's size."),
                   name != NULL ? name : "", pel_labels_get_width (labels),
                   pel_labels_get_height (labels), width, height);
      return FALSE;
    }
  if (pel_stop_asked (error))
    return FALSE;

  PelSample *sample = g_new0 (PelSample, 1);
  sample->name = g_strdup (name != NULL ? name : "");
  sample->image = pel_image_ref (image);
  sample->labels = pel_labels_ref (labels);
  sample->complete = complete;
  sample->validation = validation;
  sample->regions = g_new0 (PelRect, MAX (n_regions, 1));
  PelRect all = { 0, 0, (gint)width, (gint)height };
  for (guint i = 0; i < n_regions; i++)
    if (pel_rect_intersect (&complete_regions[i], &all, &sample->regions[sample->n_regions]))
      sample->n_regions++;
  find_spots (sample);
  g_ptr_array_add (self->samples, sample);
  return TRUE;
}

/* Draws the first @n_held of @samples, which are put there. */
static void
hold_out_of (GPtrArray *samples, guint n_held, PelRandom *random)
{
  for (guint i = 0; i < n_held; i++)
    {
      guint j = i + pel_random_below (random, samples->len - i);
      PelSample *chosen = g_ptr_array_index (samples, j);
      samples->pdata[j] = samples->pdata[i];
      samples->pdata[i] = chosen;
      chosen->validation = TRUE;
    }
}

void
pel_dataset_hold_out (PelDataset *self, double fraction, guint64 seed)
{
  g_return_if_fail (self != NULL);
  g_autoptr (GPtrArray) with_cells = g_ptr_array_new ();
  g_autoptr (GPtrArray) empty = g_ptr_array_new ();
  for (guint i = 0; i < self->samples->len; i++)
    {
      PelSample *sample = g_ptr_array_index (self->samples, i);
      if (sample->validation)
        return;
      if (pel_sample_counts (sample))
        g_ptr_array_add (sample->n_cells > 0 ? with_cells : empty, sample);
    }
  guint n = with_cells->len;
  if (!(fraction > 0.0) || n < 2)
    return;
  PelRandom random;
  pel_random_init (&random, seed, HOLD_OUT_STREAM);
  hold_out_of (with_cells, (guint)CLAMP (floor (fraction * n + 0.5), 1.0, (double)(n - 1)),
               &random);
  hold_out_of (empty, (guint)floor (MIN (fraction, 1.0) * empty->len + 0.5), &random);
}

PelDataset *
pel_dataset_new_subset (const PelDataset *self, const guint *indices, guint n_indices)
{
  g_return_val_if_fail (self != NULL && (indices != NULL || n_indices == 0), NULL);
  PelDataset *subset = pel_dataset_new ();
  for (guint i = 0; i < n_indices; i++)
    {
      g_return_val_if_fail (indices[i] < self->samples->len, subset);
      const PelSample *sample = g_ptr_array_index (self->samples, indices[i]);
      PelSample *copy = g_memdup2 (sample, sizeof *sample);
      copy->name = g_strdup (sample->name);
      pel_image_ref (copy->image);
      pel_labels_ref (copy->labels);
      /* Never an empty block: see pel_dataset_add() and find_spots(). */
      copy->regions = g_memdup2 (sample->regions, MAX (sample->n_regions, 1) * sizeof (PelRect));
      copy->spots = g_memdup2 (sample->spots, MAX (sample->n_cells, 1) * sizeof (PelCellSpot));
      copy->validation = FALSE;
      g_ptr_array_add (subset->samples, copy);
    }
  return subset;
}

static PelRect
rescale_rect (const PelRect *rect, double zoom_x, double zoom_y)
{
  gint x0 = (gint)ceil (rect->x * zoom_x), y0 = (gint)ceil (rect->y * zoom_y);
  gint x1 = (gint)floor ((rect->x + rect->width) * zoom_x);
  gint y1 = (gint)floor ((rect->y + rect->height) * zoom_y);
  return (PelRect){ x0, y0, MAX (x1 - x0, 0), MAX (y1 - y0, 0) };
}

static gboolean
add_rescaled (PelDataset *self, const PelSample *sample, double zoom, GError **error)
{
  guint old_width = pel_image_get_width (sample->image);
  guint old_height = pel_image_get_height (sample->image);
  guint width = pel_rescale_length (old_width, zoom);
  guint height = pel_rescale_length (old_height, zoom);
  PelImage *image = pel_rescale_image (sample->image, NULL, width, height, error);
  PelLabels *labels =
      image != NULL ? pel_rescale_labels (sample->labels, width, height, error) : NULL;
  gboolean good = labels != NULL;
  if (good)
    {
      g_autofree PelRect *regions = g_new (PelRect, MAX (sample->n_regions, 1));
      for (guint i = 0; i < sample->n_regions; i++)
        regions[i] = rescale_rect (&sample->regions[i], (double)width / old_width,
                                   (double)height / old_height);
      good = pel_dataset_add (self, sample->name, image, labels, regions, sample->n_regions,
                              sample->complete, sample->validation, error);
    }
  g_clear_pointer (&image, pel_image_unref);
  g_clear_pointer (&labels, pel_labels_unref);
  return good;
}

PelDataset *
pel_dataset_new_rescaled (const PelDataset *self, double zoom, GError **error)
{
  g_return_val_if_fail (self != NULL && zoom > 0.0, NULL);
  g_autoptr (PelDataset) result = pel_dataset_new ();
  for (guint i = 0; i < self->samples->len; i++)
    {
      const PelSample *sample = g_ptr_array_index (self->samples, i);
      gboolean good = zoom == 1.0
                          ? pel_dataset_add (result, sample->name, sample->image, sample->labels,
                                             sample->regions, sample->n_regions, sample->complete,
                                             sample->validation, error)
                          : add_rescaled (result, sample, zoom, error);
      if (!good)
        return NULL;
    }
  return g_steal_pointer (&result);
}

guint
pel_dataset_get_n_samples (const PelDataset *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->samples->len;
}

const PelSample *
pel_dataset_get_sample (const PelDataset *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->samples->len, NULL);
  return g_ptr_array_index (self->samples, index);
}

void
pel_dataset_get_counts (const PelDataset *self, PelDatasetCounts *counts)
{
  g_return_if_fail (self != NULL && counts != NULL);
  *counts = (PelDatasetCounts){ 0 };
  for (guint i = 0; i < self->samples->len; i++)
    {
      const PelSample *sample = g_ptr_array_index (self->samples, i);
      if (!pel_sample_counts (sample))
        continue;
      counts->images++;
      counts->images_with_cells += sample->n_cells > 0;
      if (sample->complete)
        counts->complete_images++;
      else
        counts->regions += sample->n_regions;
      if (sample->validation)
        {
          counts->validation_images++;
          counts->validation_cells += sample->n_cells;
        }
      else
        counts->cells += sample->n_cells;
    }
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double p = *(const double *)a, q = *(const double *)b;
  return p < q ? -1 : p > q;
}

/* The areas of the painted cells in images that are trained on, the smallest first; those that
 * touch the image's edge only where there are no others. */
static GArray *
sort_areas (const PelDataset *self)
{
  GArray *areas = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint cut = 0; cut < 2 && areas->len == 0; cut++)
    for (guint i = 0; i < self->samples->len; i++)
      {
        const PelSample *sample = g_ptr_array_index (self->samples, i);
        if (sample->validation)
          continue;
        for (guint k = 0; k < sample->n_cells; k++)
          if (cut || !sample->spots[k].touches_edge)
            {
              double area = (double)sample->spots[k].area;
              g_array_append_val (areas, area);
            }
      }
  if (areas->len > 0)
    qsort (areas->data, areas->len, sizeof (double), compare_doubles);
  return areas;
}

static double
area_quantile (const PelDataset *self, double share)
{
  g_autoptr (GArray) areas = sort_areas (self);
  return areas->len > 0 ? g_array_index (areas, double, (guint)(share * (areas->len - 1))) : 0.0;
}

double
pel_dataset_get_typical_diameter (const PelDataset *self)
{
  g_return_val_if_fail (self != NULL, 0.0);
  return 2.0 * sqrt (area_quantile (self, 0.5) / G_PI);
}

gboolean
pel_dataset_cells_lie_apart (const PelDataset *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  guint64 n_touching = 0, n_close = 0;
  for (guint i = 0; i < self->samples->len; i++)
    {
      const PelSample *sample = g_ptr_array_index (self->samples, i);
      n_touching += sample->n_touching;
      n_close += sample->n_close;
    }
  return n_close >= FEWEST_CLOSE && (double)n_touching <= TOUCHING_SHARE * (double)n_close;
}

/* The median equivalent diameter of one image's cells; 0 where they are too few. */
static double
sample_diameter (const PelSample *sample)
{
  if (sample->n_cells < FEWEST_CELLS)
    return 0.0;
  g_autofree double *areas = g_new (double, sample->n_cells);
  for (guint k = 0; k < sample->n_cells; k++)
    areas[k] = (double)sample->spots[k].area;
  qsort (areas, sample->n_cells, sizeof (double), compare_doubles);
  return 2.0 * sqrt (areas[sample->n_cells / 2] / G_PI);
}

void
pel_dataset_get_diameter_range (const PelDataset *self, double *smallest, double *largest)
{
  g_return_if_fail (self != NULL && smallest != NULL && largest != NULL);
  g_autoptr (GArray) diameters = g_array_new (FALSE, FALSE, sizeof (double));
  *smallest = *largest = 0.0;
  for (guint i = 0; i < self->samples->len; i++)
    {
      double diameter = sample_diameter (g_ptr_array_index (self->samples, i));
      if (diameter > 0.0)
        g_array_append_val (diameters, diameter);
    }
  if (diameters->len == 0)
    return;
  qsort (diameters->data, diameters->len, sizeof (double), compare_doubles);
  guint outside = (guint)(OUTSIDE_SHARE * diameters->len);
  *smallest = g_array_index (diameters, double, outside);
  *largest = g_array_index (diameters, double, diameters->len - 1 - outside);
}

/* Counts the background of a line, and what of it lies in gaps of at most @width between cells. */
static void
count_gaps (const guint32 *line, gint n, gint width, gsize *thin, gsize *all)
{
  for (gint x = 0; x < n;)
    {
      gint x0 = x;
      while (x < n && line[x] == 0)
        x++;
      *all += (gsize)(x - x0);
      if (x0 > 0 && x < n && x - x0 <= width)
        *thin += (gsize)(x - x0);
      while (x < n && line[x] != 0)
        x++;
    }
}

double
pel_dataset_get_thin_share (const PelDataset *self, guint width)
{
  g_return_val_if_fail (self != NULL, 0.0);
  gsize thin = 0, all = 0;
  for (guint i = 0; i < self->samples->len; i++)
    {
      const PelSample *sample = g_ptr_array_index (self->samples, i);
      if (sample->validation || !sample->complete)
        continue;
      gint n = (gint)pel_labels_get_width (sample->labels);
      g_autofree guint32 *row = g_new (guint32, (gsize)n);
      for (gint y = 0; y < (gint)pel_labels_get_height (sample->labels); y++)
        {
          PelRect line = { 0, y, n, 1 };
          pel_labels_read (sample->labels, &line, row, (gsize)n);
          count_gaps (row, n, (gint)width, &thin, &all);
        }
    }
  return all > 0 ? (double)thin / (double)all : 0.0;
}

double
pel_dataset_get_small_area (const PelDataset *self)
{
  g_return_val_if_fail (self != NULL, 0.0);
  return area_quantile (self, SMALL_SHARE);
}

double
pel_dataset_get_smallest_share (const PelDataset *self)
{
  g_return_val_if_fail (self != NULL, 0.0);
  g_autoptr (GArray) areas = sort_areas (self);
  double all = 0.0, sum = 0.0;
  guint k = 0;
  if (areas->len == 0)
    return 0.0;
  for (guint i = 0; i < areas->len; i++)
    all += g_array_index (areas, double, i);
  while (2.0 * (sum += g_array_index (areas, double, k)) < all)
    k++;
  return g_array_index (areas, double, (guint)(SMALL_SHARE * (areas->len - 1))) /
         g_array_index (areas, double, k);
}

double
pel_dataset_get_um_per_px (const PelDataset *self)
{
  g_return_val_if_fail (self != NULL, 0.0);
  double low = G_MAXDOUBLE, high = 0.0;
  guint n_calibrated = 0;
  for (guint i = 0; i < self->samples->len; i++)
    {
      const PelSample *sample = g_ptr_array_index (self->samples, i);
      double um = pel_image_get_um_x (sample->image);
      if (!(um > 0.0))
        continue;
      n_calibrated++;
      low = MIN (low, um);
      high = MAX (high, um);
    }
  if (2 * n_calibrated < self->samples->len)
    return 0.0;
  return high > 0.0 && high <= 1.01 * low ? 0.5 * (low + high) : 0.0;
}

/* Whether cells are brighter than their surroundings: 1 if so, -1 if darker, 0 where it can't be
 * told. Looks at blocks around some of the cells only. */
static gint
measure_contrast (const PelSample *sample, const PelNormalisation *normalisation)
{
  enum
  {
    SIDE = 128,
    N_BLOCKS = 8
  };
  PelNormalisation plain = *normalisation;
  plain.polarity = PEL_POLARITY_KEEP;
  PelImageScale scale;
  if (sample->n_cells == 0 || !pel_normalisation_measure (&plain, sample->image, &scale, NULL))
    return 0;
  g_autofree guint32 *labels = g_new (guint32, SIDE * SIDE);
  g_autofree float *values = g_new (float, SIDE *SIDE);
  double sums[2] = { 0.0, 0.0 };
  gsize counts[2] = { 0, 0 };
  guint step = MAX (sample->n_cells / N_BLOCKS, 1);
  for (guint k = 0; k < sample->n_cells; k += step)
    {
      PelRect area = { sample->spots[k].x - SIDE / 2, sample->spots[k].y - SIDE / 2, SIDE, SIDE };
      pel_sample_read_labels (sample, &area, 4, labels);
      for (guint c = 0; c < plain.in_channels; c++)
        {
          pel_normalisation_read (&plain, sample->image, &scale, c, &area, values);
          for (gsize i = 0; i < SIDE * SIDE; i++)
            if (labels[i] != PEL_LABEL_IGNORED)
              {
                sums[labels[i] != 0] += (double)values[i];
                counts[labels[i] != 0]++;
              }
        }
    }
  if (counts[0] == 0 || counts[1] == 0)
    return 0;
  double difference = sums[1] / (double)counts[1] - sums[0] / (double)counts[0];
  return difference > 0.02 ? 1 : difference < -0.02 ? -1 : 0;
}

PelPolarity
pel_dataset_choose_polarity (const PelDataset *self,
                             const PelNormalisation *normalisation,
                             gboolean *mixed)
{
  if (mixed != NULL)
    *mixed = FALSE;
  g_return_val_if_fail (self != NULL && normalisation != NULL, PEL_POLARITY_KEEP);
  guint bright = 0, dark = 0, agree = 0;
  PelNormalisation judging = *normalisation;
  judging.polarity = PEL_POLARITY_AUTO;
  for (guint i = 0; i < self->samples->len; i++)
    {
      const PelSample *sample = g_ptr_array_index (self->samples, i);
      PelImageScale scale;
      gint contrast = sample->validation ? 0 : measure_contrast (sample, normalisation);
      if (contrast == 0 || !pel_normalisation_measure (&judging, sample->image, &scale, NULL))
        continue;
      bright += contrast > 0;
      dark += contrast < 0;
      agree += scale.turned == (contrast < 0);
    }
  guint n = bright + dark;
  if (10 * MAX (bright, dark) >= 9 * n)
    return PEL_POLARITY_KEEP;
  if (mixed != NULL)
    *mixed = TRUE;
  return 5 * agree >= 4 * n ? PEL_POLARITY_AUTO : PEL_POLARITY_KEEP;
}

gboolean
pel_sample_counts (const PelSample *sample)
{
  g_return_val_if_fail (sample != NULL, FALSE);
  return sample->complete || sample->n_regions > 0 || sample->n_cells > 0;
}

/* Marks what counts around the painted cells of a block: @out becomes 1 within @ring pixels of a
 * label. Only a cell's outermost pixels need to reach out. */
static void
mark_ring (const guint32 *labels, gint width, gint height, gint ring, guint8 *out)
{
  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      {
        const guint32 *at = labels + (gsize)y * (gsize)width + (gsize)x;
        if (at[0] == 0)
          continue;
        out[at - labels] = 1;
        gboolean inner = x > 0 && at[-1] != 0 && x + 1 < width && at[1] != 0 && y > 0 &&
                         at[-width] != 0 && y + 1 < height && at[width] != 0;
        if (inner)
          continue;
        for (gint dy = MAX (-ring, -y); dy <= MIN (ring, height - 1 - y); dy++)
          for (gint dx = MAX (-ring, -x); dx <= MIN (ring, width - 1 - x); dx++)
            if (dx * dx + dy * dy <= ring * ring)
              out[(gsize)(y + dy) * (gsize)width + (gsize)(x + dx)] = 1;
      }
}

/* The range of indices of an image's side of @n that mirroring brings to @first .. @first +
 * @count - 1. */
static void
mirrored_range (gint first, gint count, gint n, gint *low, gint *high)
{
  *low = n - 1;
  *high = 0;
  for (gint i = first; i < first + count; i++)
    {
      gint m = pel_mirror (i, n);
      *low = MIN (*low, m);
      *high = MAX (*high, m);
    }
}

void
pel_sample_read_labels (const PelSample *sample, const PelRect *area, guint ring, guint32 *out)
{
  g_return_if_fail (sample != NULL && area != NULL && out != NULL);
  gint width = (gint)pel_labels_get_width (sample->labels);
  gint height = (gint)pel_labels_get_height (sample->labels);
  gint reach = sample->complete ? 0 : (gint)ring;
  gint x0, x1, y0, y1;
  mirrored_range (area->x, area->width, width, &x0, &x1);
  mirrored_range (area->y, area->height, height, &y0, &y1);
  x0 = MAX (x0 - reach, 0);
  y0 = MAX (y0 - reach, 0);
  x1 = MIN (x1 + reach, width - 1);
  y1 = MIN (y1 + reach, height - 1);
  PelRect block = { x0, y0, x1 - x0 + 1, y1 - y0 + 1 };
  gsize stride = (gsize)block.width, n = stride * (gsize)block.height;
  g_autofree guint32 *labels = g_new (guint32, n);
  pel_labels_read (sample->labels, &block, labels, stride);

  if (!sample->complete)
    {
      g_autofree guint8 *counts = g_new0 (guint8, n);
      mark_ring (labels, block.width, block.height, reach, counts);
      for (guint i = 0; i < sample->n_regions; i++)
        {
          PelRect part;
          if (pel_rect_intersect (&sample->regions[i], &block, &part))
            for (gint y = part.y; y < part.y + part.height; y++)
              memset (counts + (gsize)(y - y0) * stride + (gsize)(part.x - x0), 1,
                      (gsize)part.width);
        }
      for (gsize i = 0; i < n; i++)
        if (counts[i] == 0)
          labels[i] = PEL_LABEL_IGNORED;
    }

  for (gint y = 0; y < area->height; y++)
    {
      const guint32 *from = labels + (gsize)(pel_mirror (area->y + y, height) - y0) * stride;
      guint32 *row = out + (gsize)y * (gsize)area->width;
      for (gint x = 0; x < area->width; x++)
        row[x] = from[pel_mirror (area->x + x, width) - x0];
    }
}
