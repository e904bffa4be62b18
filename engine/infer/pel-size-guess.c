/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-size-guess.h"

#include <math.h>
#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/infer/pel-cut.h"
#include "engine/infer/pel-zoom.h"
#include "engine/segment/pel-cell-form.h"

void
pel_size_tally_clear (PelSizeTally *tally)
{
  g_clear_pointer (&tally->diameters, g_array_unref);
  tally->confidences = tally->spreads = 0.0;
  tally->n_formed = 0;
}

gboolean
pel_size_tally_add (PelSizeTally *tally,
                    const PelLabels *labels,
                    const float *foreground,
                    GError **error)
{
  g_return_val_if_fail (tally != NULL && labels != NULL && foreground != NULL, FALSE);
  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels);
  guint32 n = pel_labels_get_max (labels);

  if (tally->diameters == NULL)
    tally->diameters = g_array_new (FALSE, FALSE, sizeof (double));
  if (n == 0)
    return TRUE;
  guint32 *row = pel_try_alloc (width, sizeof *row, error);
  double *sums = row != NULL ? pel_try_alloc (n, 2 * sizeof *sums, error) : NULL;
  if (sums == NULL)
    {
      pel_aligned_free (row);
      return FALSE;
    }
  double *areas = sums + n;
  memset (sums, 0, 2 * n * sizeof *sums);
  for (guint y = 0; y < height; y++)
    {
      PelRect line = { 0, (gint)y, (gint)width, 1 };

      pel_labels_read (labels, &line, row, width);
      for (guint x = 0; x < width; x++)
        if (row[x] != 0)
          {
            areas[row[x] - 1] += 1.0;
            sums[row[x] - 1] += (double)foreground[(gsize)y * width + x];
          }
    }
  for (guint32 i = 0; i < n; i++)
    if (areas[i] > 0.0)
      {
        double diameter = 2.0 * sqrt (areas[i] / G_PI);

        g_array_append_val (tally->diameters, diameter);
        tally->confidences += sums[i] / areas[i];
      }
  pel_aligned_free (sums);
  pel_aligned_free (row);
  return TRUE;
}

gboolean
pel_size_tally_add_form (PelSizeTally *tally, const PelLabels *labels, GError **error)
{
  g_return_val_if_fail (tally != NULL && labels != NULL, FALSE);
  guint n = pel_labels_get_max (labels);
  double spread;

  if (!pel_cell_form_measure (labels, &spread, error))
    return FALSE;
  tally->spreads += n * spread;
  tally->n_formed += n;
  return TRUE;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  double p = *(const double *)a, q = *(const double *)b;

  return p < q ? -1 : p > q;
}

PelSizeProbe
pel_size_tally_finish (const PelSizeTally *tally, double octaves)
{
  g_return_val_if_fail (tally != NULL, ((PelSizeProbe){ 0 }));
  PelSizeProbe probe = { .octaves = octaves };

  probe.n_cells = tally->diameters != NULL ? tally->diameters->len : 0;
  if (probe.n_cells == 0)
    return probe;
  g_array_sort (tally->diameters, compare);
  const double *sorted = (const double *)(const void *)tally->diameters->data;
  probe.diameter = 0.5 * (sorted[(probe.n_cells - 1) / 2] + sorted[probe.n_cells / 2]);
  probe.confidence = tally->confidences / probe.n_cells;
  probe.spread = tally->n_formed > 0 ? tally->spreads / tally->n_formed : 0.0;
  return probe;
}

/* Choosing */

/* Chosen on training images and on the same made smaller and larger; see tests/bench/results.md. */
#define SIZE_SLACK 0.25  /* octaves from the known size that do no harm */
#define SIZE_WEIGHT 0.16 /* of the square of what is beyond */
#define AGREE_WEIGHT 0.08
#define AGREE_MOST 1.2 /* octaves */
#define MARGIN 0.01    /* an image is not brought to another size for less */
/* And not to a larger one, which takes four times as long, without this besides. */
#define MARGIN_LARGER 0.02
#define FEWEST_CELLS 3
/* What is found less surely than this is no reason for a change, nor than the second where the
 * image as it is shows nothing: smooth noise, shown large enough, looks like cells up to 0.94. */
#define LEAST_CONFIDENCE 0.8
#define LEAST_ALONE 0.96
/* Diameters between these shares of the known one are left as they are. */
#define SMALLEST 0.7
#define LARGEST 1.8
/* Round cells that come out larger than this share are shown no larger than at it. */
#define LARGE_ENOUGH 0.9
/* Farthest that is gone beyond what was looked at, and at all. */
#define FARTHEST_STEP 1.0
#define LOWEST -4.0
#define HIGHEST 1.0

gboolean
pel_size_probe_is_usable (const PelSizeProbe *probe)
{
  g_return_val_if_fail (probe != NULL, FALSE);
  return probe->n_cells >= FEWEST_CELLS && probe->diameter > 0.0;
}

/* Octaves that the cells of the image measure. */
static double
get_size (const PelSizeProbe *probe)
{
  return log2 (probe->diameter) - probe->octaves;
}

/* How far the nearest other opinion on the size of the cells lies. */
static double
get_disagreement (const PelSizeProbe *probes, guint n_probes, guint index)
{
  double nearest = AGREE_MOST;

  for (guint i = 0; i < n_probes; i++)
    if (i != index && pel_size_probe_is_usable (&probes[i]))
      nearest = MIN (nearest, fabs (get_size (&probes[i]) - get_size (&probes[index])));
  return nearest;
}

/* Whether cells were found in the image as it is. */
static gboolean
has_unchanged (const PelSizeProbe *probes, guint n_probes)
{
  for (guint i = 0; i < n_probes; i++)
    if (probes[i].octaves == 0.0 && pel_size_probe_is_usable (&probes[i]))
      return TRUE;
  return FALSE;
}

/* Whether round cells came out larger than they need be. Of long ones the diameter says little of
 * how wide they are. */
static gboolean
is_larger_than_needed (const PelSizeProbe *probe, const PelKnownSizes *known)
{
  return probe->octaves > 0.0 && probe->diameter > LARGE_ENOUGH * known->typical &&
         probe->spread > 0.0 && probe->spread <= PEL_FAR_FROM_ROUND;
}

/* Octaves by which the cells are beyond the sizes known. */
static double
get_beyond (const PelSizeProbe *probe, const PelKnownSizes *known)
{
  return MAX (log2 (known->smallest / probe->diameter), log2 (probe->diameter / known->largest)) -
         SIZE_SLACK;
}

double
pel_size_choose (const PelSizeProbe *probes, guint n_probes, const PelKnownSizes *known)
{
  g_return_val_if_fail (probes != NULL && known != NULL && known->smallest > 0.0, 0.0);
  double lowest = MIN (SMALLEST * known->typical, exp2 (-SIZE_SLACK) * known->smallest);
  double highest_known = MAX (LARGEST * known->typical, exp2 (SIZE_SLACK) * known->largest);
  const PelSizeProbe *best = NULL;
  double highest = 0.0;

  for (guint i = 0; i < n_probes; i++)
    {
      if (!pel_size_probe_is_usable (&probes[i]))
        continue;
      double beyond = get_beyond (&probes[i], known);
      double score = probes[i].confidence - AGREE_WEIGHT * get_disagreement (probes, n_probes, i);

      if (beyond > 0.0)
        score -= SIZE_WEIGHT * beyond * beyond;
      if (probes[i].octaves != 0.0)
        score -= MARGIN;
      if (probes[i].octaves > 0.0)
        score -= MARGIN_LARGER;
      if (best == NULL || score > highest)
        {
          best = &probes[i];
          highest = score;
        }
    }
  if (best == NULL ||
      best->confidence < (has_unchanged (probes, n_probes) ? LEAST_CONFIDENCE : LEAST_ALONE))
    return 0.0;
  double octaves = best->octaves;
  if (is_larger_than_needed (best, known))
    {
      octaves -= log2 (best->diameter / (LARGE_ENOUGH * known->typical));
      return octaves < SIZE_SLACK ? 0.0 : octaves;
    }
  if (best->diameter < lowest || best->diameter > highest_known)
    octaves += CLAMP (log2 (known->typical / best->diameter), -FARTHEST_STEP, FARTHEST_STEP);
  return CLAMP (octaves, LOWEST, HIGHEST);
}

/* Looking */

/* Of the network's pixels at each size; images of more are looked at in windows. */
#define MOST_PIXELS ((double)(1 << 20))
#define N_WINDOWS 5
#define WINDOW 448.0
/* Cells found as surely as this and of a size, beside the known one, between these are left as they
 * are, and nothing else is tried. */
static const struct
{
  double confidence, smallest, largest;
} fits[] = { { 0.92, 0.45, 1.0 }, { 0.93, 1.0, 1.45 }, { 0.955, 0.5, 2.75 } };
/* Cells that look larger than this share of the largest known are not shown larger still. */
#define NOT_LARGER 1.0
/* Windows of a large image are looked at until so many cells were found. */
#define ENOUGH_CELLS 60
/* And of a window so much is shown larger as is to have this many. */
#define BUSY_CELLS 20
/* Sides in the network's pixels below which there is nothing to see. */
#define SMALLEST_VIEW 24.0
#define MOST_PROBES 6

typedef struct
{
  PelModel *model;
  const PelNormalisation *normalisation;
  PelImage *image;
  guint tile;
  PelPool *pool;
  GCancellable *cancellable;
  PelProgressFunc func;
  gpointer data;
  double zoom; /* the network's pixels per pixel of the image without a guess */
  PelKnownSizes known;
  gboolean ranged; /* which sizes images have is known */
  double usual_confidence;
  PelRect windows[N_WINDOWS];
  PelRect busy[N_WINDOWS]; /* the part of each where most was found: where it is shown larger */
  guint n_windows;
  gboolean whole; /* the only window is all of the image */
  PelSizeProbe probes[MOST_PROBES];
  PelSizeGuess views[MOST_PROBES]; /* with the probabilities of each that showed the whole image */
  guint n_probes;
} Search;

void
pel_size_guess_clear (PelSizeGuess *guess)
{
  g_clear_pointer (&guess->foreground, pel_aligned_free);
  guess->parting = NULL;
  guess->width = guess->height = 0;
}

static void
list_windows (Search *self)
{
  /* Quarters of the room left beside a window: its middle, and four around it. */
  static const gint places[N_WINDOWS][2] = { { 2, 2 }, { 1, 1 }, { 3, 1 }, { 1, 3 }, { 3, 3 } };
  gint width = (gint)pel_image_get_width (self->image);
  gint height = (gint)pel_image_get_height (self->image);

  self->windows[0] = (PelRect){ 0, 0, width, height };
  self->n_windows = 1;
  self->whole = (double)width * height * self->zoom * self->zoom <= MOST_PIXELS;
  if (!self->whole)
    {
      gint side = (gint)ceil (WINDOW / self->zoom);

      self->n_windows = N_WINDOWS;
      for (guint i = 0; i < N_WINDOWS; i++)
        {
          PelRect *window = &self->windows[i];

          window->width = MIN (side, width);
          window->height = MIN (side, height);
          window->x = (width - window->width) * places[i][0] / 4;
          window->y = (height - window->height) * places[i][1] / 4;
        }
    }
  memcpy (self->busy, self->windows, sizeof self->busy);
}

/* The part of a window in which most pixels are foreground: half of it along each side, or as much
 * less as its cells allow. */
static PelRect
find_busy (const PelRect *window, const float *foreground, guint width, guint height, guint n_cells)
{
  const gint n_places = 9;
  double share = n_cells > 0 ? CLAMP (sqrt ((double)BUSY_CELLS / n_cells), 0.25, 0.5) : 0.5;
  guint across = (guint)(share * width), down = (guint)(share * height);
  PelRect busy = { window->x, window->y, (gint)ceil (share * window->width),
                   (gint)ceil (share * window->height) };
  PelRect best = busy;
  gint most = -1;

  for (gint i = 0; i < n_places * n_places; i++)
    {
      gint px = i % n_places, py = i / n_places;
      guint x0 = (guint)px * (width - across) / 8, y0 = (guint)py * (height - down) / 8;
      gint n = 0;

      for (guint y = y0; y < y0 + down; y++)
        for (guint x = x0; x < x0 + across; x++)
          n += foreground[(gsize)y * width + x] >= 0.5f;
      if (n > most)
        {
          most = n;
          best = busy;
          best.x += (window->width - busy.width) * px / 8;
          best.y += (window->height - busy.height) * py / 8;
        }
    }
  return best;
}

/* What is found in one window, and the probabilities where it is the whole image. */
static gboolean
look (Search *self, guint index, double octaves, PelSizeTally *tally, GError **error)
{
  const PelModelInfo *info = pel_model_get_info (self->model);
  const PelRect *window = octaves > 0.0 ? &self->busy[index] : &self->windows[index];
  double known_zoom = pel_train_config_get_zoom (pel_model_get_config (self->model));
  PelCutOptions cut = { .threshold = info->threshold,
                        .min_size = (guint)floor (info->min_size * known_zoom * known_zoom + 0.5),
                        .min_share = info->min_share,
                        .separation = info->separation,
                        .apart = info->apart,
                        .separator = pel_model_get_config (self->model)->separator };
  PelTiler tiler = { .unet = pel_model_get_unet (self->model),
                     .normalisation = self->normalisation,
                     .separator = cut.separator,
                     .tile = self->tile,
                     .n_views = 1,
                     .pool = self->pool,
                     .cancellable = self->cancellable };
  PelSizeGuess view = { .octaves = octaves };

  view.foreground = pel_zoom_look (&tiler, self->image, window, self->zoom * exp2 (octaves),
                                   &view.width, &view.height, error);
  if (view.foreground == NULL)
    return FALSE;
  if (pel_model_get_task (self->model) == PEL_TASK_CELLS)
    view.parting = view.foreground + (gsize)view.width * view.height;
  g_autoptr (PelLabels) labels = pel_cut_cells (view.foreground, view.parting, view.width,
                                                view.height, &cut, self->cancellable, error);
  gboolean good = labels != NULL && pel_size_tally_add (tally, labels, view.foreground, error) &&
                  (octaves <= 0.0 || pel_size_tally_add_form (tally, labels, error));

  if (good && octaves == 0.0)
    self->busy[index] =
        find_busy (window, view.foreground, view.width, view.height, pel_labels_get_max (labels));
  if (good && self->whole && octaves <= 0.0)
    self->views[self->n_probes] = view;
  else
    pel_size_guess_clear (&view);
  return good;
}

/* Whether the image is large enough for @octaves to show anything. */
static gboolean
can_probe (const Search *self, double octaves)
{
  const PelRect *window = octaves > 0.0 ? &self->busy[0] : &self->windows[0];
  double side = MIN (window->width, window->height) * self->zoom * exp2 (octaves);

  return self->n_probes < MOST_PROBES && side >= SMALLEST_VIEW;
}

static gboolean
probe (Search *self, double octaves, GError **error)
{
  PelSizeTally tally = { 0 };
  gboolean good = TRUE;

  for (guint i = 0; good && i < self->n_windows; i++)
    {
      good = look (self, i, octaves, &tally, error);
      /* The first look decides how many windows the others take. */
      if (good && octaves == 0.0 && tally.diameters->len >= ENOUGH_CELLS)
        self->n_windows = i + 1;
      /* How many looks there will be is not known: three are usual. */
      if (good && self->func != NULL)
        self->func (MIN (1.0, (self->n_probes + (i + 1.0) / self->n_windows) / 3.0), self->data);
    }
  if (good)
    {
      const PelSizeProbe *found = &self->probes[self->n_probes];

      self->probes[self->n_probes++] = pel_size_tally_finish (&tally, octaves);
      g_debug ("shown %+.2f octaves larger: %u cells of %.1f pixels, confidence %.3f", octaves,
               found->n_cells, found->diameter, found->confidence);
    }
  pel_size_tally_clear (&tally);
  return good;
}

/* Whether a size was looked at that is close to @octaves. */
static gboolean
is_seen (const Search *self, double octaves)
{
  for (guint i = 0; i < self->n_probes; i++)
    if (fabs (self->probes[i].octaves - octaves) < 0.4)
      return TRUE;
  return FALSE;
}

static gboolean
does_fit (const Search *self, const PelSizeProbe *first)
{
  double typical = self->known.typical;

  if (!pel_size_probe_is_usable (first))
    return FALSE;
  /* As in the images that the model was trained on. A training that ran out of time does not tell
   * how surely it found their cells. */
  if (self->ranged && self->usual_confidence > 0.0 &&
      get_beyond (first, &self->known) <= -SIZE_SLACK &&
      first->confidence >= self->usual_confidence)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (fits); i++)
    if (first->confidence >= fits[i].confidence && first->diameter >= fits[i].smallest * typical &&
        first->diameter <= fits[i].largest * typical)
      return TRUE;
  return FALSE;
}

static gboolean
search (Search *self, double *octaves, GError **error)
{
  if (!probe (self, 0.0, error))
    return FALSE;
  const PelSizeProbe *first = &self->probes[0];
  *octaves = 0.0;
  if (does_fit (self, first))
    return TRUE;
  gboolean large =
      pel_size_probe_is_usable (first) && first->diameter > NOT_LARGER * self->known.largest;
  if ((can_probe (self, -1.0) && !probe (self, -1.0, error)) ||
      (!large && can_probe (self, 1.0) && !probe (self, 1.0, error)))
    return FALSE;
  *octaves = pel_size_choose (self->probes, self->n_probes, &self->known);
  /* Still smaller views cost next to nothing. */
  while (*octaves < 0.0 && !is_seen (self, *octaves) && can_probe (self, *octaves))
    {
      if (!probe (self, *octaves, error))
        return FALSE;
      *octaves = pel_size_choose (self->probes, self->n_probes, &self->known);
    }
  return TRUE;
}

gboolean
pel_size_guess_run (PelSizeGuess *guess,
                    PelModel *model,
                    const PelNormalisation *normalisation,
                    PelImage *image,
                    guint tile,
                    PelPool *pool,
                    GCancellable *cancellable,
                    PelProgressFunc func,
                    gpointer data,
                    GError **error)
{
  g_return_val_if_fail (guess != NULL && model != NULL && image != NULL, FALSE);
  double zoom = pel_train_config_get_zoom (pel_model_get_config (model));
  const PelModelInfo *info = pel_model_get_info (model);
  double diameter = info->typical_diameter;
  gboolean ranged = info->smallest_diameter > 0.0 && info->largest_diameter > 0.0;
  Search self = { .model = model,
                  .normalisation = normalisation,
                  .image = image,
                  .tile = tile,
                  .pool = pool,
                  .cancellable = cancellable,
                  .func = func,
                  .data = data,
                  .zoom = zoom,
                  .ranged = ranged,
                  .usual_confidence = info->usual_confidence,
                  .known = { .typical = zoom * diameter,
                             .smallest = zoom * (ranged ? info->smallest_diameter : diameter),
                             .largest = zoom * (ranged ? info->largest_diameter : diameter) } };
  double octaves = 0.0;

  *guess = (PelSizeGuess){ 0 };
  if (!(diameter > 0.0))
    return TRUE;
  list_windows (&self);
  gboolean good = search (&self, &octaves, error);
  for (guint i = 0; i < G_N_ELEMENTS (self.views); i++)
    if (good && guess->foreground == NULL && self.views[i].octaves == octaves)
      *guess = self.views[i];
    else
      pel_size_guess_clear (&self.views[i]);
  guess->octaves = octaves;
  return good;
}
