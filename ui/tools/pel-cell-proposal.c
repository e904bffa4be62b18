/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-cell-proposal.h"

#include <math.h>
#include <string.h>

#include "app/document/pel-task.h"
#include "engine/segment/pel-cell-guess.h"
#include "engine/segment/pel-cell-likeness.h"
#include "engine/segment/pel-contour.h"
#include "engine/segment/pel-edge-map.h"
#include "ui/tools/pel-edge-search.h"
#include "ui/tools/pel-seen-image.h"
#include "ui/tools/pel-tool-util.h"

/* Samples on each side of the seed where the model is asked. */
#define MODEL_REACH 256
/* By how much a step changes the logit of the probability, and how far it may go. */
#define LOGIT_STEP 0.4
#define LOGIT_MAX 4.0

/* What proposals from one click share. */
typedef struct
{
  gatomicrefcount refs;
  gboolean is_model;
  double scale;
  PelRect area;         /* in samples */
  float *samples;       /* brightness, or the model's probabilities */
  float *probabilities; /* those, or what brightness makes likely; where not, an outline is used */
  guint8 *allowed;
  gint seed_x, seed_y;
} Ground;

struct PelCellProposal
{
  gatomicrefcount refs;
  Ground *ground;
  gboolean is_level;
  PelCellGuess guess; /* an outline of the image, where not */
  double logit;       /* of the level, where it is one */
  GArray *outline;    /* x and y (double), image pixels */
};

typedef struct
{
  PelSeenImage *seen; /* or NULL */
  PelImage *model;    /* probabilities, or NULL */
  double x, y, scale;
  double logit;
  guint32 label;
  PelLabels *mask;      /* nullable: whose other cells are protected */
  PelLabels *predicted; /* nullable */
  PelCellProposal *from;
  PelProposalStep step;
} Work;

static void
ground_unref (Ground *ground)
{
  if (!g_atomic_ref_count_dec (&ground->refs))
    return;
  if (ground->probabilities != ground->samples)
    g_free (ground->probabilities);
  g_free (ground->samples);
  g_free (ground->allowed);
  g_free (ground);
}

static PelCellProposal *
proposal_new (Ground *ground)
{
  PelCellProposal *self = g_new0 (PelCellProposal, 1);

  g_atomic_ref_count_init (&self->refs);
  self->ground = ground;
  self->outline = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

void
pel_cell_proposal_unref (PelCellProposal *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  ground_unref (self->ground);
  g_array_unref (self->outline);
  g_free (self);
}

static void
work_free (Work *work)
{
  g_clear_pointer (&work->seen, pel_seen_image_free);
  g_clear_pointer (&work->model, pel_image_unref);
  g_clear_pointer (&work->mask, pel_labels_unref);
  g_clear_pointer (&work->predicted, pel_labels_unref);
  g_clear_pointer (&work->from, pel_cell_proposal_unref);
  g_free (work);
}

/* ---- in the thread ---- */

static void
add_point (PelCellProposal *self, double x, double y)
{
  const Ground *ground = self->ground;
  const double xy[2] = { (ground->area.x + x) * ground->scale,
                         (ground->area.y + y) * ground->scale };

  g_array_append_vals (self->outline, xy, 2);
}

static gboolean
outline_guess (PelCellProposal *self)
{
  for (guint i = 0; i < PEL_CELL_GUESS_RAYS; i++)
    add_point (self, self->guess.xy[2 * i], self->guess.xy[2 * i + 1]);
  return TRUE;
}

/* The region of the level around the seed, as the longest ring there is. */
static gboolean
outline_level (PelCellProposal *self, GError **error)
{
  const Ground *ground = self->ground;
  const guint width = (guint)ground->area.width, height = (guint)ground->area.height;
  const gsize n = (gsize)width * height;
  const float level = (float)(1 / (1 + exp (-self->logit)));
  g_autofree guint8 *inside = g_new (guint8, n);
  g_autofree guint32 *block = NULL;
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (PelContourSet) contours = NULL;
  PelContourOptions options = { .level = level, .label = 1 };
  const PelContourCell *cell;
  const PelContourRing *rings, *longest = NULL;
  const float *points;

  if (pel_cell_guess_from_probability (ground->probabilities, ground->allowed, width, height,
                                       (guint)ground->seed_x, (guint)ground->seed_y, level, inside,
                                       error) <= 0)
    return FALSE;
  block = g_new (guint32, n);
  for (gsize i = 0; i < n; i++)
    block[i] = inside[i];
  labels = pel_labels_new_from_data (width, height, block, width, error);
  contours = labels ? pel_contours_trace (labels, NULL, &options, NULL, error) : NULL;
  cell = contours ? pel_contour_set_find (contours, 1) : NULL;
  if (cell == NULL)
    return FALSE;
  rings = pel_contour_set_get_rings (contours) + cell->first_ring;
  points = pel_contour_set_get_points (contours);
  for (guint i = 0; i < cell->n_rings; i++)
    if (longest == NULL || rings[i].n_points > longest->n_points)
      longest = &rings[i];
  for (guint i = 0; longest != NULL && i < longest->n_points; i++)
    add_point (self, (double)points[2 * (longest->first_point + i)],
               (double)points[2 * (longest->first_point + i) + 1]);
  return longest != NULL;
}

/* Where the cell may go: not into protected cells, nor into what the model takes for another. */
static guint8 *
find_allowed (const Work *work, const Ground *ground)
{
  const PelRect *area = &ground->area;
  guint8 *allowed = g_new (guint8, (gsize)area->width * (gsize)area->height);
  guint32 own = 0;

  if (work->predicted)
    own = pel_labels_get (work->predicted, (gint)floor (work->x), (gint)floor (work->y));
  for (gint j = 0; j < area->height; j++)
    for (gint i = 0; i < area->width; i++)
      {
        gint x = (gint)floor ((area->x + i + 0.5) * ground->scale);
        gint y = (gint)floor ((area->y + j + 0.5) * ground->scale);
        guint32 label = work->mask ? pel_labels_get (work->mask, x, y) : 0;
        guint32 predicted = work->predicted ? pel_labels_get (work->predicted, x, y) : 0;

        allowed[(gsize)j * (gsize)area->width + (gsize)i] =
            (label == 0 || label == work->label) &&
            (own == 0 || predicted == 0 || predicted == own);
      }
  return allowed;
}

static Ground *
ground_new (const Work *work)
{
  Ground *ground = g_new0 (Ground, 1);
  const gint reach = work->model ? MODEL_REACH : PEL_CELL_GUESS_REACH;
  const gint x = (gint)floor (work->x / work->scale), y = (gint)floor (work->y / work->scale);

  g_atomic_ref_count_init (&ground->refs);
  ground->is_model = work->model != NULL;
  ground->scale = work->scale;
  ground->area = (PelRect){ x - reach, y - reach, 2 * reach + 1, 2 * reach + 1 };
  if (work->model)
    {
      /* The image ends where it ends: nothing outside it can be part of a cell. */
      PelRect all = { 0, 0, (gint)ceil (pel_image_get_width (work->model) / work->scale),
                      (gint)ceil (pel_image_get_height (work->model) / work->scale) };

      pel_rect_intersect (&ground->area, &all, &ground->area);
    }
  ground->allowed = find_allowed (work, ground);
  ground->seed_x = x - ground->area.x;
  ground->seed_y = y - ground->area.y;
  ground->samples = g_new (float, (gsize)ground->area.width *(gsize)ground->area.height);
  if (work->model)
    {
      pel_image_read_scaled (work->model, 0, work->scale, &ground->area, ground->samples);
      ground->probabilities = ground->samples;
    }
  else
    pel_seen_image_read_sum (work->seen, work->scale, &ground->area, ground->samples);
  return ground;
}

/* What brightness makes likely, or the strongest closed edge where the two mean the same cell. */
static gboolean
begin_from_image (PelCellProposal *self, GError **error)
{
  Ground *ground = self->ground;
  float *likeness = g_new (float, (gsize)ground->area.width *(gsize)ground->area.height);
  const gboolean has_outline = pel_cell_guess_from_image (ground->samples, &self->guess, error);

  if ((error && *error) || !pel_cell_likeness (ground->samples, likeness, error))
    {
      g_free (likeness);
      return has_outline && !(error && *error) && outline_guess (self);
    }
  ground->probabilities = likeness;
  if (!has_outline || !pel_cell_guess_agrees (&self->guess, likeness))
    {
      self->is_level = outline_level (self, error);
      if (self->is_level || (error && *error))
        return self->is_level;
    }
  return has_outline && outline_guess (self);
}

static PelCellProposal *
begin (const Work *work, GError **error)
{
  PelCellProposal *self = proposal_new (ground_new (work));
  gboolean good;

  self->logit = work->logit;
  self->is_level = work->model != NULL;
  if (work->model)
    good = outline_level (self, error);
  else
    good = begin_from_image (self, error);
  if (!good)
    g_clear_pointer (&self, pel_cell_proposal_unref);
  return self;
}

static PelCellProposal *
go_on (const Work *work, GError **error)
{
  PelCellProposal *from = work->from;
  gboolean larger = work->step == PEL_PROPOSAL_LARGER;
  PelCellProposal *self;
  gboolean good;

  g_atomic_ref_count_inc (&from->ground->refs);
  self = proposal_new (from->ground);
  self->guess = from->guess;
  self->is_level = from->is_level;
  self->logit = from->logit + (larger ? -LOGIT_STEP : LOGIT_STEP);
  if (self->is_level)
    good = fabs (self->logit) <= LOGIT_MAX && outline_level (self, error);
  else
    good = pel_cell_guess_resize (self->ground->samples, larger, &self->guess, error) &&
           outline_guess (self);
  if (!good)
    g_clear_pointer (&self, pel_cell_proposal_unref);
  return self;
}

static gpointer
propose_in_thread (gpointer data, GCancellable *cancellable, GError **error)
{
  const Work *work = data;

  return work->from ? go_on (work, error) : begin (work, error);
}

/* ---- on the main thread ---- */

static void
start (PelTool *tool, Work *work, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (tool, NULL, callback, data);

  g_task_set_task_data (task, work, (GDestroyNotify)work_free);
  pel_task_run_pointer (task, propose_in_thread, (GDestroyNotify)pel_cell_proposal_unref);
}

void
pel_cell_proposal_async (PelTool *tool,
                         double x,
                         double y,
                         guint32 label,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  PelImageDocument *document = pel_tool_get_document (tool);
  gboolean is_model = pel_edge_search_uses_model (tool);
  g_autoptr (PelSeenImage) seen = is_model ? NULL : pel_seen_image_new (tool);
  PelImage *image = is_model ? pel_image_document_get_probability (document)
                    : seen   ? pel_seen_image_get_image (seen)
                             : NULL;
  PelLabels *predicted = pel_image_document_get_prediction_labels (document);
  Work *work;

  if (image == NULL || x < 0 || y < 0 || x >= pel_image_get_width (image) ||
      y >= pel_image_get_height (image))
    {
      g_autoptr (GTask) task = g_task_new (tool, NULL, callback, data);

      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  work = g_new0 (Work, 1);
  work->model = is_model ? pel_image_ref (image) : NULL;
  work->seen = g_steal_pointer (&seen);
  work->x = x;
  work->y = y;
  work->scale = MAX (1 / pel_tool_get_zoom (tool), 1);
  work->label = label;
  if (pel_display_get_protect (pel_tool_get_display (tool)))
    work->mask = pel_mask_snapshot (pel_tool_get_mask (tool));
  if (is_model)
    {
      double level = CLAMP (pel_image_document_get_prediction_threshold (document), 0.05, 0.95);

      work->logit = log (level / (1 - level));
      if (predicted)
        work->predicted = pel_labels_ref (predicted);
    }
  start (tool, work, callback, data);
}

void
pel_cell_proposal_step_async (PelCellProposal *self,
                              PelTool *tool,
                              PelProposalStep step,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  Work *work = g_new0 (Work, 1);

  g_atomic_ref_count_inc (&self->refs);
  work->from = self;
  work->step = step;
  start (tool, work, callback, data);
}

PelCellProposal *
pel_cell_proposal_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

const double *
pel_cell_proposal_get_outline (PelCellProposal *self, guint *n)
{
  *n = self->outline->len / 2;
  return (const double *)(void *)self->outline->data;
}

gboolean
pel_cell_proposal_holds (PelCellProposal *self, double x, double y)
{
  guint n;
  const double *xy = pel_cell_proposal_get_outline (self, &n);
  gboolean inside = FALSE;

  for (guint i = 0, j = n - 1; i < n; j = i++)
    if ((xy[2 * i + 1] > y) != (xy[2 * j + 1] > y) &&
        x < (xy[2 * j] - xy[2 * i]) * (y - xy[2 * i + 1]) / (xy[2 * j + 1] - xy[2 * i + 1]) +
                xy[2 * i])
      inside = !inside;
  return inside;
}

gboolean
pel_cell_proposal_is_from_model (PelCellProposal *self)
{
  return self->ground->is_model;
}
