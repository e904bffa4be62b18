/* SPDX-License-Identifier: MIT */
#include "app/document/pel-cell-list.h"

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-document-files.h"
#include "app/document/pel-mask-private.h"
#include "app/document/pel-measure-work.h"
#include "app/document/pel-task.h"

/* Rest after the last change before it is measured anew, in milliseconds. */
#define SETTLE_MS 250
/* With more cells than this several threads measure. */
#define MANY_CELLS 1000

typedef struct
{
  PelCellList *list;
  guint serial;
  GCancellable *cancellable;
  PelMeasureInput input;
  PelCellTable *table;
  PelContourSet *contours;
} MeasureJob;

struct _PelCellList
{
  GObject parent_instance;

  PelWorker *worker;
  PelMask *mask;
  PelLabels *labels;
  PelImage *image;
  PelImage *probability;
  double threshold;
  PelErrorScale error_scale;
  double um_x, um_y;
  PelDefinitions definitions;
  PelRules *rules;

  PelCellData *data;
  gboolean wanted; /* somebody has looked */
  gboolean stale;
  guint settle_source;
  guint serial; /* of the newest measurement */
  GCancellable *running;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PelCellList,
                               pel_cell_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_0,
  PROP_UPDATING,
  PROP_N_CELLS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint classes_changed_signal;

static guint
count_cells (PelCellList *self)
{
  return self->data != NULL ? pel_cell_table_get_n_cells (self->data->table) : 0;
}

static void
take_data (PelCellList *self, PelCellData *data)
{
  guint before = count_cells (self);
  PelCellData *old = self->data;

  self->data = data;
  if (before > 0 || count_cells (self) > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, count_cells (self));
  pel_task_let_go ((GDestroyNotify)pel_cell_data_unref, old);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_CELLS]);
}

static void
measure_in_thread (gpointer data)
{
  MeasureJob *job = data;
  /* Threads that share the cells; a handful is measured sooner than they are woken. */
  PelPool *pool =
      pel_labels_get_max (job->input.labels) > MANY_CELLS ? pel_pool_new_background (0) : NULL;
  PelContourOptions options = { .level = (float)job->input.threshold };

  job->table = pel_measure_input_run (&job->input, pool, job->cancellable, NULL);
  /* A mask is outlined as it was painted. */
  if (job->table != NULL)
    job->contours = pel_contours_trace (job->input.labels,
                                        job->input.default_origin == PEL_CELL_ORIGIN_MODEL
                                            ? pel_measure_input_get_probability (&job->input)
                                            : NULL,
                                        &options, job->cancellable, NULL);
  if (pool != NULL)
    pel_pool_free (pool);
}

/* What is left once both were handed over. */
static void
job_free (gpointer data)
{
  MeasureJob *job = data;

  pel_measure_input_clear (&job->input);
  g_clear_pointer (&job->table, pel_cell_table_free);
  g_clear_pointer (&job->contours, pel_contour_set_unref);
  g_free (job);
}

static gboolean
has_class (gpointer label, gpointer info, gpointer data)
{
  return ((const PelCellInfo *)info)->class_name != NULL;
}

static void
measure_done (gpointer data)
{
  MeasureJob *job = data;
  PelCellList *self = job->list;

  if (job->serial == self->serial)
    {
      g_clear_object (&self->running);
      if (job->table != NULL && job->contours != NULL && self->worker != NULL)
        {
          PelCellData *fresh = g_atomic_rc_box_new0 (PelCellData);

          fresh->table = g_steal_pointer (&job->table);
          fresh->contours = g_steal_pointer (&job->contours);
          fresh->labels = pel_labels_ref (job->input.labels);
          fresh->infos = g_hash_table_ref (job->input.infos);
          fresh->has_classes = g_hash_table_find (fresh->infos, has_class, NULL) != NULL;
          pel_cell_data_set_rules (fresh, self->rules);
          take_data (self, fresh);
        }
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UPDATING]);
    }
  g_object_unref (job->cancellable);
  pel_task_let_go (job_free, job);
  g_object_unref (self);
}

static void
stop_running (PelCellList *self)
{
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  self->serial++;
}

static void
start_measuring (PelCellList *self)
{
  MeasureJob *job;

  stop_running (self);
  self->stale = FALSE;
  if (self->mask == NULL && self->labels == NULL)
    {
      take_data (self, NULL);
      return;
    }
  job = g_new0 (MeasureJob, 1);
  job->list = g_object_ref (self);
  job->serial = self->serial;
  job->cancellable = g_cancellable_new ();
  job->input.labels =
      self->mask != NULL ? pel_mask_snapshot (self->mask) : pel_labels_ref (self->labels);
  job->input.image = self->image != NULL ? pel_image_ref (self->image) : NULL;
  job->input.probability = self->probability != NULL ? pel_image_ref (self->probability) : NULL;
  job->input.infos = self->mask != NULL ? pel_cell_infos_copy (pel_mask_peek_infos (self->mask))
                                        : g_hash_table_new_full (NULL, NULL, NULL, g_free);
  job->input.default_origin = self->mask != NULL ? PEL_CELL_ORIGIN_HAND : PEL_CELL_ORIGIN_MODEL;
  job->input.threshold = self->threshold;
  job->input.error_scale = self->error_scale;
  job->input.um_x = self->um_x;
  job->input.um_y = self->um_y;
  job->input.definitions = self->definitions;
  self->running = g_object_ref (job->cancellable);
  pel_worker_push (self->worker, measure_in_thread, measure_done, job);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UPDATING]);
}

static gboolean
settled (gpointer data)
{
  PelCellList *self = data;

  /* Not under a hand that draws. */
  if (self->mask != NULL && pel_mask_in_stroke (self->mask))
    return G_SOURCE_CONTINUE;
  self->settle_source = 0;
  if (self->worker != NULL)
    start_measuring (self);
  return G_SOURCE_REMOVE;
}

static void
mark_stale (PelCellList *self, guint delay_ms)
{
  self->stale = TRUE;
  if (!self->wanted || self->worker == NULL)
    return;
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (delay_ms, settled, self);
}

static void
want (PelCellList *self)
{
  if (self->wanted)
    return;
  self->wanted = TRUE;
  if (self->stale)
    mark_stale (self, 0);
}

static void
mask_changed (PelMask *mask, const PelRect *area, PelCellList *self)
{
  mark_stale (self, SETTLE_MS);
}

static void
mask_infos_changed (PelMask *mask, PelCellList *self)
{
  mark_stale (self, SETTLE_MS);
}

static void
set_mask (PelCellList *self, PelMask *mask)
{
  if (self->mask == mask)
    return;
  if (self->mask != NULL)
    g_signal_handlers_disconnect_by_data (self->mask, self);
  g_set_object (&self->mask, mask);
  if (mask == NULL)
    return;
  g_signal_connect (mask, "changed", G_CALLBACK (mask_changed), self);
  g_signal_connect (mask, "infos-changed", G_CALLBACK (mask_infos_changed), self);
}

static void
set_image (PelImage **place, PelImage *image)
{
  if (image != NULL)
    pel_image_ref (image);
  pel_task_let_go ((GDestroyNotify)pel_image_unref, *place);
  *place = image;
}

static GType
get_item_type (GListModel *model)
{
  return PEL_TYPE_CELL;
}

static guint
get_n_items (GListModel *model)
{
  PelCellList *self = PEL_CELL_LIST (model);

  want (self);
  return count_cells (self);
}

static gpointer
get_item (GListModel *model, guint position)
{
  PelCellList *self = PEL_CELL_LIST (model);

  return position < count_cells (self) ? pel_cell_new (self->data, position) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
pel_cell_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelCellList *self = PEL_CELL_LIST (object);

  switch (id)
    {
    case PROP_UPDATING:
      g_value_set_boolean (value, pel_cell_list_get_updating (self));
      break;
    case PROP_N_CELLS:
      g_value_set_uint (value, get_n_items (G_LIST_MODEL (self)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_cell_list_dispose (GObject *object)
{
  PelCellList *self = PEL_CELL_LIST (object);

  stop_running (self);
  self->worker = NULL;
  g_clear_handle_id (&self->settle_source, g_source_remove);
  set_mask (self, NULL);
  G_OBJECT_CLASS (pel_cell_list_parent_class)->dispose (object);
}

static void
pel_cell_list_finalize (GObject *object)
{
  PelCellList *self = PEL_CELL_LIST (object);

  g_clear_pointer (&self->labels, pel_labels_unref);
  g_clear_pointer (&self->image, pel_image_unref);
  g_clear_pointer (&self->probability, pel_image_unref);
  g_clear_pointer (&self->data, pel_cell_data_unref);
  g_clear_pointer (&self->rules, pel_rules_free);
  G_OBJECT_CLASS (pel_cell_list_parent_class)->finalize (object);
}

static void
pel_cell_list_class_init (PelCellListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = pel_cell_list_get_property;
  object_class->dispose = pel_cell_list_dispose;
  object_class->finalize = pel_cell_list_finalize;

  props[PROP_UPDATING] = g_param_spec_boolean ("updating", NULL, NULL, FALSE, flags);
  props[PROP_N_CELLS] = g_param_spec_uint ("n-cells", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  classes_changed_signal = g_signal_new ("classes-changed", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_cell_list_init (PelCellList *self)
{
  self->threshold = 0.5;
  self->error_scale = (PelErrorScale)PEL_ERROR_SCALE_NONE;
}

PelCellList *
pel_cell_list_new (void)
{
  return g_object_new (PEL_TYPE_CELL_LIST, NULL);
}

void
pel_cell_list_set_worker (PelCellList *self, PelWorker *worker)
{
  self->worker = worker;
  if (worker != NULL)
    return;
  stop_running (self);
  g_clear_handle_id (&self->settle_source, g_source_remove);
}

void
pel_cell_list_set_source (PelCellList *self,
                          PelMask *mask,
                          PelLabels *labels,
                          PelImage *image,
                          PelImage *probability,
                          double threshold)
{
  set_mask (self, mask);
  if (labels != NULL)
    pel_labels_ref (labels);
  pel_task_let_go ((GDestroyNotify)pel_labels_unref, self->labels);
  self->labels = labels;
  set_image (&self->image, image);
  set_image (&self->probability, probability);
  self->threshold = threshold;
  mark_stale (self, 0);
}

void
pel_cell_list_set_map (PelCellList *self, PelImage *probability, double threshold)
{
  if (self->probability == probability && self->threshold == threshold)
    return;
  set_image (&self->probability, probability);
  self->threshold = threshold;
  mark_stale (self, 0);
}

void
pel_cell_list_set_rules (PelCellList *self, const PelRules *rules)
{
  g_clear_pointer (&self->rules, pel_rules_free);
  self->rules = rules != NULL ? pel_rules_copy (rules) : NULL;
  if (self->data == NULL)
    return;
  pel_cell_data_set_rules (self->data, rules);
  g_signal_emit (self, classes_changed_signal, 0);
}

void
pel_cell_list_set_error_scale (PelCellList *self, const PelErrorScale *scale)
{
  if (pel_error_scale_equal (&self->error_scale, scale))
    return;
  self->error_scale = *scale;
  mark_stale (self, 0);
}

void
pel_cell_list_set_image (PelCellList *self, PelImage *image)
{
  set_image (&self->image, image);
  mark_stale (self, 0);
}

void
pel_cell_list_drop_image (PelCellList *self)
{
  set_image (&self->image, NULL);
  set_image (&self->probability, NULL);
}

void
pel_cell_list_set_scale (PelCellList *self, double um_x, double um_y)
{
  if (self->um_x == um_x && self->um_y == um_y)
    return;
  self->um_x = um_x;
  self->um_y = um_y;
  mark_stale (self, 0);
}

void
pel_cell_list_set_definitions (PelCellList *self, PelDefinitions definitions)
{
  if (self->definitions == definitions)
    return;
  self->definitions = definitions;
  mark_stale (self, 0);
}

PelDefinitions
pel_cell_list_get_definitions (PelCellList *self)
{
  g_return_val_if_fail (PEL_IS_CELL_LIST (self), PEL_DEFINITIONS_PELLICLE);

  return self->definitions;
}

const PelCellTable *
pel_cell_list_get_table (PelCellList *self)
{
  g_return_val_if_fail (PEL_IS_CELL_LIST (self), NULL);

  want (self);
  return self->data != NULL ? self->data->table : NULL;
}

const PelContourSet *
pel_cell_list_get_contours (PelCellList *self)
{
  g_return_val_if_fail (PEL_IS_CELL_LIST (self), NULL);

  want (self);
  return self->data != NULL ? self->data->contours : NULL;
}

PelLabels *
pel_cell_list_get_labels (PelCellList *self)
{
  g_return_val_if_fail (PEL_IS_CELL_LIST (self), NULL);

  want (self);
  return self->data != NULL ? self->data->labels : NULL;
}

gboolean
pel_cell_list_get_updating (PelCellList *self)
{
  g_return_val_if_fail (PEL_IS_CELL_LIST (self), FALSE);

  return self->running != NULL || self->settle_source != 0;
}

gint
pel_cell_list_find (PelCellList *self, guint32 label)
{
  g_return_val_if_fail (PEL_IS_CELL_LIST (self), -1);

  return self->data != NULL ? pel_cell_table_find (self->data->table, label) : -1;
}

const char *
pel_cell_list_get_class (PelCellList *self, guint row)
{
  g_return_val_if_fail (PEL_IS_CELL_LIST (self) && row < count_cells (self), NULL);

  return pel_cell_data_get_class (self->data, row);
}

double
pel_cell_list_get_confidence (PelCellList *self, guint row)
{
  g_return_val_if_fail (PEL_IS_CELL_LIST (self) && row < count_cells (self), -1);

  return pel_cell_data_get_confidence (self->data, row);
}

PelCellData *
pel_cell_list_ref_data (PelCellList *self)
{
  want (self);
  return self->data != NULL ? pel_cell_data_ref (self->data) : NULL;
}
