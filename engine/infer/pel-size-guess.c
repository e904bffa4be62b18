/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-size-guess.h"

#include <math.h>
#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/infer/pel-cut.h"
#include "engine/infer/pel-zoom.h"

void
pel_size_tally_clear (PelSizeTally *tally)
{
  g_clear_pointer (&tally->diameters, g_array_unref);
  tally->confidences = 0.0;
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
 * image as it is shows nothing. */
#define LEAST_CONFIDENCE 0.8
#define LEAST_ALONE 0.9
/* Diameters between these shares of the known one are left as they are. */
#define SMALLEST 0.7
#define LARGEST 1.8
/* Farthest that is gone beyond what was looked at, and at all. */
#define FARTHEST_STEP 1.0
#define LOWEST -4.0
#define HIGHEST 1.0

static gboolean
is_usable (const PelSizeProbe *probe)
{
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
    if (i != index && is_usable (&probes[i]))
      nearest = MIN (nearest, fabs (get_size (&probes[i]) - get_size (&probes[index])));
  return nearest;
}

/* Whether cells were found in the image as it is. */
static gboolean
has_unchanged (const PelSizeProbe *probes, guint n_probes)
{
  for (guint i = 0; i < n_probes; i++)
    if (probes[i].octaves == 0.0 && is_usable (&probes[i]))
      return TRUE;
  return FALSE;
}

double
pel_size_choose (const PelSizeProbe *probes, guint n_probes, double known)
{
  g_return_val_if_fail (probes != NULL && known > 0.0, 0.0);
  const PelSizeProbe *best = NULL;
  double highest = 0.0;

  for (guint i = 0; i < n_probes; i++)
    {
      if (!is_usable (&probes[i]))
        continue;
      double beyond = fabs (log2 (probes[i].diameter / known)) - SIZE_SLACK;
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
  if (best->diameter < SMALLEST * known || best->diameter > LARGEST * known)
    octaves += CLAMP (log2 (known / best->diameter), -FARTHEST_STEP, FARTHEST_STEP);
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
} fits[] = { { 0.93, 0.5, 1.45 }, { 0.955, 0.5, 2.75 } };
/* Cells that look larger than this are not shown larger still. */
#define NOT_LARGER 1.4
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
  double known;
  PelRect windows[N_WINDOWS];
  PelRect busy[N_WINDOWS]; /* the part of each where most was found: where it is shown larger */
  guint n_windows;
  PelSizeProbe probes[MOST_PROBES];
  PelSizeGuess views[MOST_PROBES]; /* with the probabilities of each that showed the whole image */
  guint n_probes;
} Search;

void
pel_size_guess_clear (PelSizeGuess *guess)
{
  g_clear_pointer (&guess->foreground, pel_aligned_free);
  guess->border = NULL;
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
  if ((double)width * height * self->zoom * self->zoom > MOST_PIXELS)
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

/* The half of a window, along each side, in which most pixels are foreground. */
static PelRect
find_busy (const PelRect *window, const float *foreground, guint width, guint height)
{
  const gint n_places = 5;
  PelRect busy = { window->x, window->y, (window->width + 1) / 2, (window->height + 1) / 2 };
  PelRect best = busy;
  gint most = -1;

  for (gint i = 0; i < n_places * n_places; i++)
    {
      gint px = i % n_places, py = i / n_places;
      guint x0 = (guint)px * (width / 2) / 4, y0 = (guint)py * (height / 2) / 4;
      gint n = 0;

      for (guint y = y0; y < y0 + height / 2; y++)
        for (guint x = x0; x < x0 + width / 2; x++)
          n += foreground[(gsize)y * width + x] >= 0.5f;
      if (n > most)
        {
          most = n;
          best = busy;
          best.x += (window->width - busy.width) * px / 4;
          best.y += (window->height - busy.height) * py / 4;
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
                        .separation = info->separation };
  PelSizeGuess view = { .octaves = octaves };

  view.foreground = pel_zoom_look (pel_model_get_unet (self->model), self->normalisation,
                                   self->image, window, self->zoom * exp2 (octaves), self->tile,
                                   self->pool, &view.width, &view.height, self->cancellable, error);
  if (view.foreground == NULL)
    return FALSE;
  if (pel_model_get_task (self->model) == PEL_TASK_CELLS)
    view.border = view.foreground + (gsize)view.width * view.height;
  g_autoptr (PelLabels) labels = pel_cut_cells (view.foreground, view.border, view.width,
                                                view.height, &cut, self->cancellable, error);
  gboolean good = labels != NULL && pel_size_tally_add (tally, labels, view.foreground, error);

  if (good && octaves == 0.0)
    self->busy[index] = find_busy (window, view.foreground, view.width, view.height);
  if (good && self->n_windows == 1 && octaves <= 0.0)
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
  for (guint i = 0; i < G_N_ELEMENTS (fits); i++)
    if (is_usable (first) && first->confidence >= fits[i].confidence &&
        first->diameter >= fits[i].smallest * self->known &&
        first->diameter <= fits[i].largest * self->known)
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
  gboolean large = is_usable (first) && first->diameter > NOT_LARGER * self->known;
  if ((can_probe (self, -1.0) && !probe (self, -1.0, error)) ||
      (!large && can_probe (self, 1.0) && !probe (self, 1.0, error)))
    return FALSE;
  *octaves = pel_size_choose (self->probes, self->n_probes, self->known);
  /* Still smaller views cost next to nothing. */
  while (*octaves < 0.0 && !is_seen (self, *octaves) && can_probe (self, *octaves))
    {
      if (!probe (self, *octaves, error))
        return FALSE;
      *octaves = pel_size_choose (self->probes, self->n_probes, self->known);
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
  double diameter = pel_model_get_info (model)->typical_diameter;
  Search self = { .model = model,
                  .normalisation = normalisation,
                  .image = image,
                  .tile = tile,
                  .pool = pool,
                  .cancellable = cancellable,
                  .func = func,
                  .data = data,
                  .zoom = zoom,
                  .known = zoom * diameter };
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
