/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-validator.h"

#include <math.h>
#include "engine/core/pel-arena.h"
#include "engine/core/pel-error.h"
#include "engine/core/pel-random.h"
#include "engine/infer/pel-cut.h"
#include "engine/infer/pel-size-guess.h"
#include "engine/infer/pel-tiler.h"
#include "engine/measure/pel-rand-score.h"
#include "engine/nn/pel-flow-loss.h"
#include "engine/segment/pel-flow-field.h"
#include "engine/train/pel-targets.h"

#define ORDER_STREAM (G_GUINT64_CONSTANT (1) << 60)
/* Of an image larger than this, a part of this side is looked at. */
#define MAX_SIDE 1280
/* Pixels that ways of cutting are compared on, at most. */
#define MAX_TUNE_PIXELS 3000000
/* With fewer cells than this, or a smaller gain, another way of cutting says nothing. */
#define FEWEST_CELLS 20
#define WORTHWHILE 0.003

typedef struct
{
  const PelSample *sample;
  PelImageScale scale;
  PelRect area;
  PelFlowField *field; /* of the area, once it was needed */
} Item;

struct PelValidator
{
  PelDataset *dataset;
  PelTrainConfig config;
  PelNormalisation normalisation;
  GArray *items;
  gsize max_pixels;
};

/* Sums over all images of one validation. */
typedef struct
{
  double bce, weight;
  double apart, flow_weight; /* squared differences of flows' scores */
  double intersection[2], predicted[2], wanted[2];
  double dice;
  guint64 tp, fp, fn;
  double rand; /* sum over images */
  guint n_rand;
} Totals;

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double p = *(const double *)a, q = *(const double *)b;
  return p < q ? -1 : p > q;
}

static gsize
area_of (const PelRect *rect)
{
  return (gsize)rect->width * (gsize)rect->height;
}

/* The whole image, or a part of it around a cell. */
static PelRect
choose_area (const PelSample *sample)
{
  PelRect area = { 0, 0, (gint)pel_image_get_width (sample->image),
                   (gint)pel_image_get_height (sample->image) };
  gint x = area.width / 2, y = area.height / 2;
  if (sample->n_cells > 0)
    {
      x = sample->spots[sample->n_cells / 2].x;
      y = sample->spots[sample->n_cells / 2].y;
    }
  if (area.width > MAX_SIDE)
    {
      area.x = CLAMP (x - MAX_SIDE / 2, 0, area.width - MAX_SIDE);
      area.width = MAX_SIDE;
    }
  if (area.height > MAX_SIDE)
    {
      area.y = CLAMP (y - MAX_SIDE / 2, 0, area.height - MAX_SIDE);
      area.height = MAX_SIDE;
    }
  return area;
}

static void
swap_items (GArray *items, guint i, guint j)
{
  Item swapped = g_array_index (items, Item, i);
  g_array_index (items, Item, i) = g_array_index (items, Item, j);
  g_array_index (items, Item, j) = swapped;
}

PelValidator *
pel_validator_new (PelDataset *dataset,
                   const PelTrainConfig *config,
                   const PelNormalisation *normalisation,
                   GCancellable *cancellable,
                   GError **error)
{
  g_return_val_if_fail (dataset != NULL && config != NULL && normalisation != NULL, NULL);
  g_autoptr (PelValidator) self = g_new0 (PelValidator, 1);
  self->dataset = pel_dataset_ref (dataset);
  self->config = *config;
  self->normalisation = *normalisation;
  self->max_pixels = config->validation_pixels;
  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  gboolean has_cells = FALSE;
  for (guint i = 0; i < pel_dataset_get_n_samples (dataset); i++)
    {
      Item item = { .sample = pel_dataset_get_sample (dataset, i) };
      if (!item.sample->validation || !pel_sample_counts (item.sample))
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (!pel_normalisation_measure (normalisation, item.sample->image, &item.scale, error))
        {
          g_prefix_error (error, "%s: ", item.sample->name);
          return NULL;
        }
      item.area = choose_area (item.sample);
      g_array_append_val (self->items, item);
      has_cells |= item.sample->n_cells > 0;
    }
  /* Where there is no cell to find, whoever finds none would have the best score. */
  if (!has_cells)
    return NULL;

  PelRandom random;
  pel_random_init (&random, config->seed, ORDER_STREAM);
  for (guint i = self->items->len - 1; i > 0; i--)
    swap_items (self->items, i, pel_random_below (&random, i + 1));
  /* However few there is time for, one of them has cells. */
  for (guint i = 0; i < self->items->len; i++)
    if (g_array_index (self->items, Item, i).sample->n_cells > 0)
      {
        swap_items (self->items, 0, i);
        break;
      }
  return g_steal_pointer (&self);
}

void
pel_validator_free (PelValidator *self)
{
  if (self == NULL)
    return;
  pel_dataset_unref (self->dataset);
  for (guint i = 0; i < self->items->len; i++)
    pel_flow_field_free (g_array_index (self->items, Item, i).field);
  g_array_unref (self->items);
  g_free (self);
}

void
pel_validator_set_max_pixels (PelValidator *self, gsize max_pixels)
{
  g_return_if_fail (self != NULL);
  self->max_pixels = max_pixels;
}

/* How many of the images a validation looks at. */
static guint
n_chosen (const PelValidator *self, gsize *n_pixels)
{
  guint n = 0;
  *n_pixels = 0;
  while (n < self->items->len)
    {
      gsize more = area_of (&g_array_index (self->items, Item, n).area);
      if (n > 0 && self->max_pixels > 0 && *n_pixels + more > self->max_pixels)
        break;
      *n_pixels += more;
      n++;
    }
  return n;
}

guint
pel_validator_get_n_images (const PelValidator *self)
{
  g_return_val_if_fail (self != NULL, 0);
  gsize n_pixels;
  return n_chosen (self, &n_pixels);
}

gsize
pel_validator_get_n_pixels (const PelValidator *self)
{
  g_return_val_if_fail (self != NULL, 0);
  gsize n_pixels;
  n_chosen (self, &n_pixels);
  return n_pixels;
}

double
pel_validator_get_share (const PelValidator *self)
{
  g_return_val_if_fail (self != NULL, 1.0);
  gsize n_pixels, all = 0;
  n_chosen (self, &n_pixels);
  for (guint i = 0; i < self->items->len; i++)
    all += area_of (&g_array_index (self->items, Item, i).area);
  return all > 0 ? (double)n_pixels / (double)all : 1.0;
}

/* Adds one output's part of the loss: as pel_loss(), from probabilities. */
static void
add_loss (Totals *totals, guint output, const float *p, const float *t, const float *w, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      double weight = (double)w[i], target = (double)t[i];
      double chance = CLAMP ((double)p[i], 1e-7, 1.0 - 1e-7);
      totals->bce -= weight * (target * log (chance) + (1.0 - target) * log (1.0 - chance));
      totals->weight += weight;
      totals->intersection[output] += weight * chance * target;
      totals->predicted[output] += weight * chance;
      totals->wanted[output] += weight * target;
    }
}

/* Of a component told. The cut goes by directions, so a few pixels with vectors far longer than any
 * true one, which a network without bounds may tell, are not to drown the rest of an image. */
#define LONGEST_FLOW 2.0f

/* Adds the flows' part of it: as pel_flow_loss(), but for what is longer than LONGEST_FLOW. */
static void
add_flow_loss (Totals *totals, const float *told, const float *true_flows, const float *w, gsize n)
{
  for (gsize i = 0; i < 2 * n; i++)
    {
      double weight = (double)w[i % n];
      float flow = CLAMP (told[i], -LONGEST_FLOW, LONGEST_FLOW);
      double apart = (double)PEL_FLOW_SCALE * ((double)flow - (double)true_flows[i]);
      totals->apart += weight * apart * apart;
      totals->flow_weight += weight;
    }
}

/* @n_outputs are those with probabilities. */
static double
total_loss (const Totals *totals, PelLossKind kind, guint n_outputs)
{
  double bce = totals->weight > 0.0 ? totals->bce / totals->weight : 0.0, dice = 0.0;
  for (guint c = 0; c < n_outputs; c++)
    dice += (1.0 - (2.0 * totals->intersection[c] + 1.0) /
                       (totals->predicted[c] + totals->wanted[c] + 1.0)) /
            n_outputs;
  double flows = totals->flow_weight > 0.0 ? 0.5 * totals->apart / totals->flow_weight : 0.0;
  return (kind != PEL_LOSS_DICE ? bce : 0.0) + (kind != PEL_LOSS_BCE ? dice : 0.0) + flows;
}

static void
count_pixels (GHashTable *table, guint64 key, gsize n)
{
  guint64 *count = g_hash_table_lookup (table, &key);
  if (count != NULL)
    count[1] += n;
  else
    {
      count = g_new (guint64, 2);
      count[0] = key;
      count[1] = n;
      g_hash_table_add (table, count);
    }
}

static guint64
lookup_count (GHashTable *table, guint64 key)
{
  const guint64 *count = g_hash_table_lookup (table, &key);
  return count != NULL ? count[1] : 0;
}

/* Counts cells that match at an IoU above one half, where a match is one to one by itself. */
static void
add_cells (Totals *totals, const guint32 *found, const guint32 *truth, gsize n)
{
  g_autoptr (GHashTable) areas = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) overlaps =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint64 both = 0, either = 0;
  /* Labels come in runs. */
  for (gsize i = 0, end; i < n; i = end)
    {
      for (end = i + 1; end < n && found[end] == found[i] && truth[end] == truth[i]; end++)
        ;
      if (truth[i] == PEL_LABEL_IGNORED)
        continue;
      if (found[i] != 0)
        count_pixels (areas, (guint64)found[i] << 32, end - i);
      if (truth[i] != 0)
        count_pixels (areas, truth[i], end - i);
      if (found[i] != 0 && truth[i] != 0)
        {
          count_pixels (overlaps, (guint64)found[i] << 32 | truth[i], end - i);
          both += end - i;
        }
      either += (end - i) * ((found[i] != 0) + (truth[i] != 0));
    }
  totals->dice += either > 0 ? 2.0 * (double)both / (double)either : 1.0;

  guint64 matched = 0, n_found = 0, n_truth = 0;
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, overlaps);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const guint64 *overlap = key;
      guint64 one = lookup_count (areas, overlap[0] & ~(guint64)G_MAXUINT32);
      guint64 other = lookup_count (areas, overlap[0] & G_MAXUINT32);
      matched += 2 * overlap[1] > one + other - overlap[1];
    }
  g_hash_table_iter_init (&iter, areas);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      gboolean is_found = (*(const guint64 *)key & G_MAXUINT32) == 0;
      n_found += is_found;
      n_truth += !is_found;
    }
  totals->tp += matched;
  totals->fp += n_found - matched;
  totals->fn += n_truth - matched;
}

/* Planes for one image; freed together. */
typedef struct
{
  float *foreground, *parting, *targets, *weights;
  guint32 *truth, *found;
} Planes;

static void
planes_clear (Planes *planes)
{
  pel_aligned_free (planes->foreground);
  pel_aligned_free (planes->parting);
  pel_aligned_free (planes->targets);
  pel_aligned_free (planes->weights);
  pel_aligned_free (planes->truth);
  pel_aligned_free (planes->found);
}

static gboolean
planes_init (Planes *planes, gsize n, guint n_outputs, GError **error)
{
  *planes = (Planes){ 0 };
  return (planes->foreground = pel_try_alloc (n, sizeof (float), error)) != NULL &&
         (n_outputs < 2 ||
          (planes->parting = pel_try_alloc (n, (n_outputs - 1) * sizeof (float), error)) != NULL) &&
         (planes->targets = pel_try_alloc (n, n_outputs * sizeof (float), error)) != NULL &&
         (planes->weights = pel_try_alloc (n, sizeof (float), error)) != NULL &&
         (planes->truth = pel_try_alloc (n, sizeof (guint32), error)) != NULL &&
         (planes->found = pel_try_alloc (n, sizeof (guint32), error)) != NULL;
}

/* Fills the planes with what the model tells and what is true. */
static gboolean
predict_item (PelValidator *self,
              const Item *item,
              PelModel *model,
              PelPool *pool,
              Planes *planes,
              GCancellable *cancellable,
              GError **error)
{
  PelTiler tiler = { .unet = pel_model_get_unet (model),
                     .normalisation = &self->normalisation,
                     .separator = self->config.separator,
                     .tile = PEL_VALIDATION_TILE,
                     .n_views = 1,
                     .pool = pool,
                     .cancellable = cancellable };
  if (!pel_tiler_run (&tiler, item->sample->image, &item->scale, &item->area, planes->foreground,
                      planes->parting, error))
    return FALSE;
  pel_sample_read_labels (item->sample, &item->area, self->config.ring, planes->truth);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* The smallest cell in the network's pixels, which the samples are in. */
static guint
network_size (const PelValidator *self, const PelModelInfo *info)
{
  double zoom = pel_train_config_get_zoom (&self->config);
  return (guint)floor (info->min_size * zoom * zoom + 0.5);
}

/* Cuts what the model told into cells. */
static PelLabels *
cut_item (const PelValidator *self,
          const Item *item,
          const PelModelInfo *info,
          const Planes *planes,
          GCancellable *cancellable,
          GError **error)
{
  PelCutOptions cut = { .threshold = info->threshold,
                        .min_size = network_size (self, info),
                        .min_share = info->min_share,
                        .separation = info->separation,
                        .apart = info->apart,
                        .separator = self->config.separator };
  return pel_cut_cells (planes->foreground, planes->parting, (guint)item->area.width,
                        (guint)item->area.height, &cut, cancellable, error);
}

/* Counts the cells that are right. */
static gboolean
count_item (const PelValidator *self,
            const Item *item,
            const PelModelInfo *info,
            Planes *planes,
            Totals *totals,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (PelLabels) labels = cut_item (self, item, info, planes, cancellable, error);
  if (labels == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  PelRect all = { 0, 0, item->area.width, item->area.height };
  pel_labels_read (labels, &all, planes->found, (gsize)all.width);
  add_cells (totals, planes->found, planes->truth, area_of (&item->area));
  return TRUE;
}

/* The ways to the middles of an image's cells, kept from one validation to the next: two bytes a
 * pixel. A cell that the area cuts has its middle within it. */
static gboolean
find_flows (Item *item, const Planes *planes, GError **error)
{
  if (item->field == NULL)
    item->field = pel_flow_field_new (planes->truth, (guint)item->area.width,
                                      (guint)item->area.height, NULL, error);
  return item->field != NULL;
}

static gboolean
add_item_loss (const PelValidator *self, Item *item, Planes *planes, Totals *totals, GError **error)
{
  gsize n = area_of (&item->area);
  gboolean has_flows = pel_train_config_has_flows (&self->config);
  if (has_flows && !find_flows (item, planes, error))
    return FALSE;
  pel_targets_build (has_flows ? PEL_TASK_MASK : self->config.task, planes->truth,
                     (guint)item->area.width, (guint)item->area.height, self->config.border_reach,
                     self->config.border_weight, planes->targets, planes->weights);
  add_loss (totals, 0, planes->foreground, planes->targets, planes->weights, n);
  if (has_flows)
    {
      pel_flow_field_read_unit (item->field, planes->targets + n, planes->targets + 2 * n);
      add_flow_loss (totals, planes->parting, planes->targets + n, planes->weights, n);
    }
  else if (planes->parting != NULL)
    add_loss (totals, 1, planes->parting, planes->targets + n, planes->weights, n);
  return TRUE;
}

static PelValidation
summarise (const PelValidator *self, const Totals *totals, guint n_images, gsize n_pixels)
{
  guint n_outputs = pel_train_config_has_flows (&self->config)
                        ? 1
                        : pel_train_config_get_n_outputs (&self->config);
  guint64 cells = totals->tp + totals->fp + totals->fn;
  return (PelValidation){ .loss = total_loss (totals, self->config.loss, n_outputs),
                          .dice = totals->dice / n_images,
                          .ap50 = cells > 0 ? (double)totals->tp / (double)cells : 1.0,
                          .n_images = n_images,
                          .n_pixels = n_pixels };
}

gboolean
pel_validator_run (PelValidator *self,
                   PelModel *model,
                   PelPool *pool,
                   GCancellable *cancellable,
                   PelValidation *result,
                   GError **error)
{
  g_return_val_if_fail (self != NULL && model != NULL && result != NULL, FALSE);
  guint n_outputs = pel_train_config_get_n_outputs (&self->config);
  Totals totals = { 0 };
  gsize n_pixels;
  guint n = n_chosen (self, &n_pixels);
  for (guint i = 0; i < n; i++)
    {
      Item *item = &g_array_index (self->items, Item, i);
      Planes planes;
      gboolean good = planes_init (&planes, area_of (&item->area), n_outputs, error) &&
                      predict_item (self, item, model, pool, &planes, cancellable, error) &&
                      count_item (self, item, pel_model_get_info (model), &planes, &totals,
                                  cancellable, error) &&
                      add_item_loss (self, item, &planes, &totals, error);
      planes_clear (&planes);
      if (!good)
        return FALSE;
    }
  *result = summarise (self, &totals, n, n_pixels);
  return TRUE;
}

/* Adds how well an image is parted into regions, large ones counting for more. */
static gboolean
add_rand (Totals *totals, const Planes *planes, gsize n, GError **error)
{
  guint32 *known = pel_try_alloc (n, sizeof *known, error);
  if (known == NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    known[i] = planes->truth[i] != PEL_LABEL_IGNORED ? planes->truth[i] : 0;
  double score = pel_rand_score (planes->found, known, n);
  pel_aligned_free (known);
  if (isfinite (score))
    {
      totals->rand += score;
      totals->n_rand++;
    }
  return TRUE;
}

/* How good the cells are that one way of cutting gives; negative with an error. Where only walls
 * lie between cells, they fill the image, and a large one that is joined to its neighbour or cut
 * spoils more of it than a small one: there half of it is the Rand score. */
static double
judge_cut (PelValidator *self,
           const PelModelInfo *info,
           Planes *planes,
           guint n,
           GCancellable *cancellable,
           GError **error)
{
  Totals totals = { 0 };
  for (guint i = 0; i < n; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);
      if (!count_item (self, item, info, &planes[i], &totals, cancellable, error) ||
          (info->apart && !add_rand (&totals, &planes[i], area_of (&item->area), error)))
        return -1.0;
    }
  if (totals.tp + totals.fn < FEWEST_CELLS)
    return 0.0;
  PelValidation validation = summarise (self, &totals, n, 0);
  double score = pel_validation_get_score (&validation, self->config.task);
  return totals.n_rand > 0 ? 0.5 * (score + totals.rand / totals.n_rand) : score;
}

/* Takes another way of cutting where it is worth it. */
static gboolean
try_cut (PelValidator *self,
         const PelModelInfo *other,
         Planes *planes,
         guint n,
         PelModelInfo *info,
         double *best,
         GCancellable *cancellable,
         GError **error)
{
  double score = judge_cut (self, other, planes, n, cancellable, error);
  if (score > *best + WORTHWHILE)
    {
      *best = score;
      *info = *other;
    }
  return score >= 0.0;
}

static gboolean
tune_cut (PelValidator *self,
          PelModelInfo *info,
          Planes *planes,
          guint n,
          GCancellable *cancellable,
          GError **error)
{
  const double thresholds[] = { 0.5, 0.4, 0.6 };
  const double border_separations[] = { 0.5, 0.25, 0.75, 1.0 };
  const double flow_separations[] = { 0.5, 0.4, 0.3, 0.7 };
  gboolean has_flows = pel_train_config_has_flows (&self->config);
  const double *separations = has_flows ? flow_separations : border_separations;
  const double shares[] = { 0.0, 0.1, 0.2 };
  /* How readily cells are split depends on both, so the two are tried together. Thresholds far
   * from a half would split more, but move every outline, which is what is measured. */
  guint n_separations = pel_train_config_get_n_outputs (&self->config) > 1 ? 4 : 1;
  double best = judge_cut (self, info, planes, n, cancellable, error);
  gboolean good = best >= 0.0;
  for (guint k = 0; good && k < G_N_ELEMENTS (thresholds) * n_separations; k++)
    {
      PelModelInfo other = *info;
      other.threshold = thresholds[k / n_separations];
      other.separation = separations[k % n_separations];
      good = try_cut (self, &other, planes, n, info, &best, cancellable, error);
    }
  for (guint k = 0; good && k < G_N_ELEMENTS (shares); k++)
    {
      PelModelInfo other = *info;
      other.min_share = shares[k];
      good = try_cut (self, &other, planes, n, info, &best, cancellable, error);
    }
  return good;
}

/* How far the diameters are off that the chosen way of cutting gives. */
static gboolean
calibrate_errors (PelValidator *self,
                  PelModelInfo *info,
                  Planes *planes,
                  guint n,
                  PelPool *pool,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (PelErrorCalibration) calibration = pel_error_calibration_new ();
  for (guint i = 0; i < n; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);
      guint width = (guint)item->area.width, height = (guint)item->area.height;
      g_autoptr (PelLabels) found = cut_item (self, item, info, &planes[i], cancellable, error);
      if (found == NULL)
        return FALSE;
      for (gsize k = 0; k < area_of (&item->area); k++)
        if (planes[i].truth[k] == PEL_LABEL_IGNORED)
          planes[i].truth[k] = 0;
      g_autoptr (PelLabels) truth =
          pel_labels_new_from_data (width, height, planes[i].truth, width, error);
      if (truth == NULL ||
          !pel_error_calibration_add (calibration, found, planes[i].foreground, info->threshold,
                                      truth, pool, cancellable, error))
        return FALSE;
    }
  pel_error_calibration_finish (calibration, &info->error_scale);
  return TRUE;
}

/* How surely the cells of an image are found that the chosen way of cutting gives; nine of ten
 * images are above what is written down. */
static gboolean
measure_confidence (PelValidator *self,
                    PelModelInfo *info,
                    Planes *planes,
                    guint n,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GArray) confidences = g_array_new (FALSE, FALSE, sizeof (double));
  gboolean good = TRUE;
  for (guint i = 0; good && i < n; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);
      PelSizeTally tally = { 0 };
      g_autoptr (PelLabels) found = cut_item (self, item, info, &planes[i], cancellable, error);
      good = found != NULL && pel_size_tally_add (&tally, found, planes[i].foreground, error);
      if (good)
        {
          PelSizeProbe probe = pel_size_tally_finish (&tally, 0.0);
          if (pel_size_probe_is_usable (&probe))
            g_array_append_val (confidences, probe.confidence);
        }
      pel_size_tally_clear (&tally);
    }
  g_array_sort (confidences, compare_doubles);
  info->usual_confidence =
      confidences->len > 0 ? g_array_index (confidences, double, confidences->len / 10) : 0.0;
  return good;
}

gboolean
pel_validator_tune (PelValidator *self,
                    PelModel *model,
                    double share,
                    PelPool *pool,
                    GCancellable *cancellable,
                    PelModelInfo *info,
                    GError **error)
{
  g_return_val_if_fail (self != NULL && model != NULL && info != NULL, FALSE);
  guint n_outputs = pel_train_config_get_n_outputs (&self->config);
  gsize n_pixels, used = 0;
  guint n = n_chosen (self, &n_pixels), done = 0;
  g_autofree Planes *planes = g_new0 (Planes, n);
  gsize affordable = (gsize)(CLAMP (share, 0.0, 1.0) * (double)n_pixels);
  gboolean good = TRUE;
  /* All images stay in memory until the end, so there are not too many of them. */
  while (good && done < n && used < MAX_TUNE_PIXELS)
    {
      const Item *item = &g_array_index (self->items, Item, done);
      if (done > 0 && used + area_of (&item->area) > affordable)
        break;
      used += area_of (&item->area);
      good = planes_init (&planes[done], area_of (&item->area), n_outputs, error);
      done++;
      good = good && predict_item (self, item, model, pool, &planes[done - 1], cancellable, error);
    }
  good = good && tune_cut (self, info, planes, done, cancellable, error) &&
         calibrate_errors (self, info, planes, done, pool, cancellable, error) &&
         measure_confidence (self, info, planes, done, cancellable, error);
  for (guint i = 0; i < done; i++)
    planes_clear (&planes[i]);
  return good;
}

double
pel_validation_get_score (const PelValidation *result, PelTask task)
{
  g_return_val_if_fail (result != NULL, 0.0);
  return task == PEL_TASK_MASK ? result->dice : 0.75 * result->ap50 + 0.25 * result->dice;
}
