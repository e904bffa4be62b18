/* SPDX-License-Identifier: MIT */
#include "app/document/pel-review.h"

#include <math.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-accept.h"
#include "app/document/pel-cell-list.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask-private.h"
#include "app/document/pel-review-private.h"
#include "app/document/pel-review-scan.h"

/* Rest after the last change before the cells are compared anew, in milliseconds. */
#define SETTLE_MS 80

typedef struct
{
  PelReview *review;
  guint serial;
  PelReviewScan scan;
} ScanJob;

struct _PelReview
{
  GObject parent_instance;

  PelImageDocument *document; /* NULL once detached */
  PelMask *mask;              /* the one that is followed */
  GArray *cells;              /* of PelReviewCell in order of doubt */
  GHashTable *hidden;         /* predicted labels */
  PelLabels *compared;        /* (nullable) the prediction that they are of */
  guint n_waiting;
  gint current;

  gboolean wanted;
  gboolean stale;
  guint settle_source;
  guint serial;
  GCancellable *running;

  char *other_path;
  gint64 other_time;
  PelLabels *other;
  char *other_model;
};

G_DEFINE_FINAL_TYPE (PelReview, pel_review, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CURRENT,
  PROP_UPDATING,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint changed_signal;

static PelReviewCell *
cell_at (PelReview *self, guint index)
{
  return &g_array_index (self->cells, PelReviewCell, index);
}

/* What follows from the cells' states. */
static void
count_states (PelReview *self)
{
  self->n_waiting = 0;
  g_hash_table_remove_all (self->hidden);
  for (guint i = 0; i < self->cells->len; i++)
    {
      const PelReviewCell *cell = cell_at (self, i);

      self->n_waiting += cell->state == PEL_REVIEW_STATE_WAITING;
      if (cell->predicted && (cell->covered || cell->state == PEL_REVIEW_STATE_REJECTED))
        g_hash_table_add (self->hidden, LABEL_KEY (cell->label));
    }
}

static gint
find_cell (GArray *cells, guint32 label, gboolean predicted)
{
  for (guint i = 0; i < cells->len; i++)
    {
      const PelReviewCell *cell = &g_array_index (cells, PelReviewCell, i);

      if (predicted ? cell->predicted && cell->label == label : cell->mask_label == label)
        return (gint)i;
    }
  return -1;
}

static gint
find_waiting (PelReview *self, gint from, int by)
{
  gint n = (gint)self->cells->len;

  for (gint i = 0; i < n; i++)
    {
      gint at = ((from + by * i) % n + n) % n;

      if (cell_at (self, (guint)at)->state == PEL_REVIEW_STATE_WAITING)
        return at;
    }
  return -1;
}

static void
set_current (PelReview *self, gint index)
{
  if (self->current == index)
    return;
  self->current = index;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT]);
}

/* A verdict that was undone is in question again: the cell that waits now and did not before. */
static gint
find_revived (GArray *old, GArray *fresh)
{
  g_autoptr (GHashTable) settled = g_hash_table_new (NULL, NULL);
  gint found = -1;

  for (guint i = 0; i < old->len; i++)
    {
      const PelReviewCell *cell = &g_array_index (old, PelReviewCell, i);

      if (cell->predicted && cell->state != PEL_REVIEW_STATE_WAITING)
        g_hash_table_add (settled, LABEL_KEY (cell->label));
    }
  for (guint i = 0; i < fresh->len; i++)
    {
      const PelReviewCell *cell = &g_array_index (fresh, PelReviewCell, i);

      if (!cell->predicted || cell->state != PEL_REVIEW_STATE_WAITING ||
          !g_hash_table_contains (settled, LABEL_KEY (cell->label)))
        continue;
      if (found >= 0)
        return -1; /* many at once are no single verdict */
      found = (gint)i;
    }
  return found;
}

/* @same: of the prediction that was there before, so that numbers mean the same cells. */
static void
take_cells (PelReview *self, GArray *fresh, gboolean same)
{
  g_autoptr (GArray) old = self->cells;
  gint current = -1, revived = same ? find_revived (old, fresh) : -1;
  gboolean moved;

  if (same && self->current >= 0)
    {
      const PelReviewCell *cell = &g_array_index (old, PelReviewCell, self->current);

      current = find_cell (fresh, cell->label, cell->predicted);
    }
  moved = revived >= 0 || (current >= 0) != (self->current >= 0);
  self->cells = fresh;
  count_states (self);
  self->current = revived >= 0 ? revived : current;
  g_signal_emit (self, changed_signal, 0);
  /* The same cell at another place of the list is no other cell. */
  if (moved)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT]);
}

static void
scan_in_thread (gpointer data)
{
  ScanJob *job = data;

  pel_review_scan_run (&job->scan);
}

static void
take_other (PelReview *self, PelReviewScan *scan)
{
  g_autofree char *folder = NULL;

  g_clear_pointer (&self->other, pel_labels_unref);
  g_clear_pointer (&self->other_path, g_free);
  g_clear_pointer (&self->other_model, g_free);
  self->other = g_steal_pointer (&scan->other);
  self->other_path = g_steal_pointer (&scan->other_path);
  self->other_time = scan->other_time;
  if (self->other == NULL)
    return;
  folder = g_path_get_dirname (self->other_path);
  self->other_model = g_path_get_basename (folder);
}

static void
scan_done (gpointer data)
{
  ScanJob *job = data;
  PelReview *self = job->review;

  if (job->serial == self->serial)
    {
      g_clear_object (&self->running);
      if (self->document != NULL && job->scan.cells != NULL)
        {
          gboolean same = job->scan.prediction == self->compared;

          g_clear_pointer (&self->compared, pel_labels_unref);
          self->compared = g_steal_pointer (&job->scan.prediction);
          take_other (self, &job->scan);
          take_cells (self, g_steal_pointer (&job->scan.cells), same);
        }
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UPDATING]);
    }
  pel_review_scan_clear (&job->scan);
  g_free (job);
  g_object_unref (self);
}

static void
stop_running (PelReview *self)
{
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  self->serial++;
}

static GArray *
copy_figures (PelReview *self)
{
  PelCellList *list = self->document->prediction_cells;
  const PelCellTable *table = pel_cell_list_get_table (list);
  GArray *figures;

  /* Only numbers that belong to this prediction. */
  if (table == NULL || pel_cell_list_get_labels (list) != self->document->prediction)
    return NULL;
  figures = g_array_new (FALSE, FALSE, sizeof (PelReviewFigures));
  for (guint i = 0; i < pel_cell_table_get_n_cells (table); i++)
    {
      PelReviewFigures entry = { .label = pel_cell_table_get_label (table, i) };

      pel_doubt_read (table, i, &entry.cell);
      g_array_append_val (figures, entry);
    }
  return figures;
}

static gboolean
fits (PelLabels *labels, PelMask *mask)
{
  return labels != NULL && pel_labels_get_width (labels) == pel_mask_get_width (mask) &&
         pel_labels_get_height (labels) == pel_mask_get_height (mask);
}

static void
start_scan (PelReview *self)
{
  PelImageDocument *document = self->document;
  PelDocumentPaths paths = { 0 };
  ScanJob *job;

  stop_running (self);
  self->stale = FALSE;
  if (document->mask == NULL)
    {
      if (self->cells->len > 0)
        take_cells (self, g_array_new (FALSE, FALSE, sizeof (PelReviewCell)), FALSE);
      return;
    }
  job = g_new0 (ScanJob, 1);
  job->review = g_object_ref (self);
  job->serial = self->serial;
  job->scan.mask = pel_mask_snapshot (document->mask);
  job->scan.infos = pel_cell_infos_copy (pel_mask_peek_infos (document->mask));
  if (fits (document->prediction, document->mask))
    {
      job->scan.prediction = pel_labels_ref (document->prediction);
      job->scan.figures = copy_figures (self);
      /* Without a project there are no files, and no other models. */
      if (document->host->fill_paths != NULL)
        document->host->fill_paths (document->host->project, document, &paths);
      job->scan.path = g_steal_pointer (&paths.prediction);
      pel_document_paths_clear (&paths);
    }
  job->scan.other_path = g_strdup (self->other_path);
  job->scan.other_time = self->other_time;
  job->scan.other = self->other != NULL ? pel_labels_ref (self->other) : NULL;
  job->scan.cancellable = g_cancellable_new ();
  self->running = g_object_ref (job->scan.cancellable);
  pel_worker_push (document->host->measurer, scan_in_thread, scan_done, job);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UPDATING]);
}

static gboolean
settled (gpointer data)
{
  PelReview *self = data;

  /* Not under a hand that draws. */
  if (self->document->mask != NULL && pel_mask_in_stroke (self->document->mask))
    return G_SOURCE_CONTINUE;
  self->settle_source = 0;
  if (self->document->host != NULL)
    start_scan (self);
  return G_SOURCE_REMOVE;
}

static void
mark_stale (PelReview *self)
{
  self->stale = TRUE;
  /* What is being compared is out of date, and would take verdicts back. */
  stop_running (self);
  if (!self->wanted || self->document == NULL || self->document->host == NULL ||
      self->settle_source != 0)
    return;
  self->settle_source = g_timeout_add (SETTLE_MS, settled, self);
}

static void
want (PelReview *self)
{
  if (self->wanted)
    return;
  self->wanted = TRUE;
  mark_stale (self);
}

static void
follow_mask (PelReview *self, PelMask *mask)
{
  if (self->mask == mask)
    return;
  if (self->mask != NULL)
    g_signal_handlers_disconnect_by_data (self->mask, self);
  g_set_object (&self->mask, mask);
  if (mask == NULL)
    return;
  g_signal_connect_swapped (mask, "changed", G_CALLBACK (mark_stale), self);
  g_signal_connect_swapped (mask, "infos-changed", G_CALLBACK (mark_stale), self);
}

/* GObject */

static void
pel_review_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelReview *self = PEL_REVIEW (object);

  switch (id)
    {
    case PROP_CURRENT:
      g_value_set_int (value, self->current);
      break;
    case PROP_UPDATING:
      g_value_set_boolean (value, pel_review_get_updating (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_review_dispose (GObject *object)
{
  pel_review_detach (PEL_REVIEW (object));
  G_OBJECT_CLASS (pel_review_parent_class)->dispose (object);
}

static void
pel_review_finalize (GObject *object)
{
  PelReview *self = PEL_REVIEW (object);

  g_array_unref (self->cells);
  g_hash_table_unref (self->hidden);
  g_clear_pointer (&self->compared, pel_labels_unref);
  g_clear_pointer (&self->other, pel_labels_unref);
  g_free (self->other_path);
  g_free (self->other_model);
  G_OBJECT_CLASS (pel_review_parent_class)->finalize (object);
}

static void
pel_review_class_init (PelReviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = pel_review_get_property;
  object_class->dispose = pel_review_dispose;
  object_class->finalize = pel_review_finalize;
  props[PROP_CURRENT] = g_param_spec_int ("current", NULL, NULL, -1, G_MAXINT, -1, flags);
  props[PROP_UPDATING] = g_param_spec_boolean ("updating", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_review_init (PelReview *self)
{
  self->cells = g_array_new (FALSE, FALSE, sizeof (PelReviewCell));
  self->hidden = g_hash_table_new (NULL, NULL);
  self->current = -1;
}

/* For the document */

PelReview *
pel_review_new (PelImageDocument *document)
{
  PelReview *self = g_object_new (PEL_TYPE_REVIEW, NULL);

  self->document = document;
  g_signal_connect_object (document->prediction_cells, "items-changed", G_CALLBACK (mark_stale),
                           self, G_CONNECT_SWAPPED);
  return self;
}

void
pel_review_detach (PelReview *self)
{
  stop_running (self);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  follow_mask (self, NULL);
  self->document = NULL;
}

void
pel_review_source_changed (PelReview *self)
{
  follow_mask (self, self->document->mask);
  mark_stale (self);
}

/* Public */

guint
pel_review_get_n_cells (PelReview *self)
{
  g_return_val_if_fail (PEL_IS_REVIEW (self), 0);

  want (self);
  return self->cells->len;
}

guint
pel_review_get_n_waiting (PelReview *self)
{
  g_return_val_if_fail (PEL_IS_REVIEW (self), 0);

  want (self);
  return self->n_waiting;
}

const PelReviewCell *
pel_review_get_cell (PelReview *self, guint index)
{
  g_return_val_if_fail (PEL_IS_REVIEW (self), NULL);
  g_return_val_if_fail (index < self->cells->len, NULL);

  return cell_at (self, index);
}

gboolean
pel_review_get_updating (PelReview *self)
{
  g_return_val_if_fail (PEL_IS_REVIEW (self), FALSE);

  return self->running != NULL || self->settle_source != 0;
}

const char *
pel_review_get_other_model (PelReview *self)
{
  g_return_val_if_fail (PEL_IS_REVIEW (self), NULL);

  return self->other_model;
}

gint
pel_review_get_current (PelReview *self)
{
  g_return_val_if_fail (PEL_IS_REVIEW (self), -1);

  return self->current;
}

void
pel_review_set_current (PelReview *self, gint index)
{
  g_return_if_fail (PEL_IS_REVIEW (self));
  g_return_if_fail (index < (gint)self->cells->len);

  set_current (self, MAX (index, -1));
}

gboolean
pel_review_is_hidden (PelReview *self, guint32 predicted_label)
{
  g_return_val_if_fail (PEL_IS_REVIEW (self), FALSE);

  want (self);
  return g_hash_table_contains (self->hidden, LABEL_KEY (predicted_label));
}

gint
pel_review_find (PelReview *self, guint32 label, gboolean predicted)
{
  g_return_val_if_fail (PEL_IS_REVIEW (self), -1);

  want (self);
  return label != 0 ? find_cell (self->cells, label, predicted) : -1;
}

gboolean
pel_review_step (PelReview *self, int by)
{
  gint from, found;

  g_return_val_if_fail (PEL_IS_REVIEW (self), FALSE);
  g_return_val_if_fail (by == 1 || by == -1, FALSE);

  want (self);
  if (self->cells->len == 0)
    return FALSE;
  from = self->current < 0 ? (by > 0 ? 0 : -1) : self->current + by;
  found = find_waiting (self, from, by);
  if (found >= 0)
    set_current (self, found);
  return found >= 0;
}

/* The user's word counts at once; comparing follows. */
static void
settle_cell (PelReview *self, guint index, PelReviewState state, guint32 record)
{
  PelReviewCell *cell = cell_at (self, index);

  cell->state = state;
  cell->covered = state == PEL_REVIEW_STATE_ACCEPTED;
  cell->record = record;
  if (state == PEL_REVIEW_STATE_REJECTED)
    cell->mask_label = 0;
  count_states (self);
  g_signal_emit (self, changed_signal, 0);
}

static gboolean
may_judge (PelReview *self, guint index)
{
  return self->document != NULL && self->mask != NULL && index < self->cells->len &&
         self->document->host != NULL && !self->document->host->read_only &&
         !pel_mask_in_stroke (self->mask);
}

static gboolean
confirm (PelReview *self, guint32 label)
{
  PelCellInfo info;

  if (!pel_mask_has_label (self->mask, label))
    return FALSE;
  pel_mask_get_cell_info (self->mask, label, &info);
  if (info.reviewed)
    return FALSE;
  info.reviewed = TRUE;
  pel_mask_set_cell_info (self->mask, label, &info, _ ("Agree to Cell"), self->document->undo);
  return TRUE;
}

gboolean
pel_review_accept (PelReview *self, guint index)
{
  PelReviewCell cell;
  gboolean done = FALSE;

  g_return_val_if_fail (PEL_IS_REVIEW (self), FALSE);

  if (!may_judge (self, index))
    return FALSE;
  cell = *cell_at (self, index);
  if (cell.mask_label != 0 && (cell.covered || !cell.predicted))
    done = confirm (self, cell.mask_label);
  else if (cell.predicted)
    done = pel_image_document_accept_cell (self->document, cell.label, &cell.bounds);
  if (done)
    settle_cell (self, index, PEL_REVIEW_STATE_ACCEPTED, 0);
  return done;
}

gboolean
pel_review_reject (PelReview *self, guint index)
{
  PelReviewCell cell;
  PelCellInfo verdict, painted;
  guint32 target = 0, record;

  g_return_val_if_fail (PEL_IS_REVIEW (self), FALSE);

  if (!may_judge (self, index))
    return FALSE;
  cell = *cell_at (self, index);
  if (cell.state == PEL_REVIEW_STATE_REJECTED)
    return FALSE;
  if (cell.mask_label != 0 && (cell.covered || !cell.predicted) &&
      pel_mask_has_label (self->mask, cell.mask_label))
    {
      pel_mask_get_cell_info (self->mask, cell.mask_label, &painted);
      /* What was drawn by hand is deleted by hand, not by a verdict about a model. */
      if (painted.origin != PEL_CELL_ORIGIN_MODEL)
        return FALSE;
      target = cell.mask_label;
    }
  pel_cell_info_init (&verdict);
  verdict.origin = PEL_CELL_ORIGIN_MODEL;
  verdict.reviewed = TRUE;
  verdict.confidence = isfinite (cell.confidence) ? CLAMP (cell.confidence, 0.0, 1.0) : -1;
  verdict.rejected_x = cell.inner_x;
  verdict.rejected_y = cell.inner_y;
  verdict.rejected_size = cell.size;
  record = pel_mask_reject (self->mask, target, &verdict, _ ("Reject Predicted Cell"),
                            self->document->undo);
  settle_cell (self, index, PEL_REVIEW_STATE_REJECTED, record);
  return TRUE;
}
