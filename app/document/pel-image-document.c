/* SPDX-License-Identifier: MIT */
#include "app/document/pel-image-document.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-channel-displays.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask-private.h"
#include "app/document/pel-review-private.h"
#include "app/document/pel-task.h"
#include "engine/image/pel-image.h"

G_DEFINE_FINAL_TYPE (PelImageDocument, pel_image_document, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_STATE,
  PROP_N_CELLS,
  PROP_VALIDATION,
  PROP_COMPLETE,
  PROP_REVIEWED,
  PROP_GROUP,
  PROP_LOADED,
  PROP_UM_X,
  PROP_UM_Y,
  PROP_HAS_PREDICTION,
  PROP_MODEL_NAME,
  PROP_DIRTY,
  PROP_MISSING,
  N_PROPS
};

enum
{
  SIGNAL_IMAGE_CHANGED,
  SIGNAL_MASK_REPLACED,
  SIGNAL_PREDICTION_CHANGED,
  SIGNAL_DISPLAY_CHANGED,
  SIGNAL_THUMBNAIL_CHANGED,
  SIGNAL_CALIBRATION_CHANGED,
  SIGNAL_SAVE_FAILED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
notify (PelImageDocument *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
pel_image_document_calibration_changed (PelImageDocument *self)
{
  notify (self, PROP_UM_X);
  notify (self, PROP_UM_Y);
  pel_image_document_update_scale (self);
  g_signal_emit (self, signals[SIGNAL_CALIBRATION_CHANGED], 0);
  if (self->host != NULL)
    self->host->calibrated (self->host->project, self);
}

void
pel_image_document_emit_display_changed (PelImageDocument *self)
{
  g_signal_emit (self, signals[SIGNAL_DISPLAY_CHANGED], 0);
}

void
pel_image_document_touched (PelImageDocument *self)
{
  if (self->host != NULL)
    self->host->touched (self->host->project, self);
}

void
pel_image_document_update_state (PelImageDocument *self)
{
  PelImageState state = pel_image_document_get_state (self);

  if (state == self->last_state)
    return;
  self->last_state = state;
  notify (self, PROP_STATE);
}

void
pel_image_document_emit_thumbnail_changed (PelImageDocument *self)
{
  g_signal_emit (self, signals[SIGNAL_THUMBNAIL_CHANGED], 0);
}

void
pel_image_document_emit_model_name (PelImageDocument *self)
{
  notify (self, PROP_MODEL_NAME);
}

void
pel_image_document_emit_dirty (PelImageDocument *self)
{
  notify (self, PROP_DIRTY);
}

void
pel_image_document_emit_save_failed (PelImageDocument *self, const char *message)
{
  g_signal_emit (self, signals[SIGNAL_SAVE_FAILED], 0, message);
  if (self->host != NULL)
    self->host->failed (self->host->project, message);
}

static void
pel_image_document_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelImageDocument *self = PEL_IMAGE_DOCUMENT (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_STATE:
      g_value_set_uint (value, pel_image_document_get_state (self));
      break;
    case PROP_N_CELLS:
      g_value_set_uint (value, self->n_cells);
      break;
    case PROP_VALIDATION:
      g_value_set_boolean (value, self->validation);
      break;
    case PROP_COMPLETE:
      g_value_set_boolean (value, self->complete);
      break;
    case PROP_REVIEWED:
      g_value_set_boolean (value, self->reviewed);
      break;
    case PROP_GROUP:
      g_value_set_string (value, self->group);
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_UM_X:
      g_value_set_double (value, pel_image_document_get_um_x (self));
      break;
    case PROP_UM_Y:
      g_value_set_double (value, pel_image_document_get_um_y (self));
      break;
    case PROP_HAS_PREDICTION:
      g_value_set_boolean (value, self->has_prediction);
      break;
    case PROP_MODEL_NAME:
      g_value_set_string (value, self->model_name);
      break;
    case PROP_DIRTY:
      g_value_set_boolean (value, pel_image_document_get_dirty (self));
      break;
    case PROP_MISSING:
      g_value_set_boolean (value, self->missing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_image_document_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PelImageDocument *self = PEL_IMAGE_DOCUMENT (object);

  switch (id)
    {
    case PROP_VALIDATION:
      pel_image_document_set_validation (self, g_value_get_boolean (value));
      break;
    case PROP_COMPLETE:
      pel_image_document_set_complete (self, g_value_get_boolean (value));
      break;
    case PROP_REVIEWED:
      pel_image_document_set_reviewed (self, g_value_get_boolean (value));
      break;
    case PROP_GROUP:
      pel_image_document_set_group (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_image_document_dispose (GObject *object)
{
  PelImageDocument *self = PEL_IMAGE_DOCUMENT (object);

  pel_image_document_stop_saving (self);
  pel_image_document_forget_external (self);
  if (self->undo != NULL)
    pel_undo_set_store (self->undo, NULL, NULL);
  if (self->review != NULL)
    pel_review_detach (self->review);
  g_clear_object (&self->review);
  g_clear_object (&self->cells);
  g_clear_object (&self->prediction_cells);
  g_clear_object (&self->undo);
  g_clear_object (&self->mask);
  G_OBJECT_CLASS (pel_image_document_parent_class)->dispose (object);
}

static void
pel_image_document_finalize (GObject *object)
{
  PelImageDocument *self = PEL_IMAGE_DOCUMENT (object);

  g_clear_pointer (&self->json, json_object_unref);
  g_free (self->name);
  g_free (self->path);
  g_free (self->stored_path);
  g_free (self->group);
  g_free (self->foreign_mask);
  g_free (self->file_calibration);
  g_free (self->model_name);
  g_array_unref (self->regions);
  g_array_unref (self->displays);
  g_ptr_array_unref (self->load_tasks);
  g_clear_pointer (&self->image, pel_image_unref);
  g_clear_pointer (&self->prediction, pel_labels_unref);
  g_clear_pointer (&self->probability, pel_image_unref);
  g_clear_pointer (&self->thumbnail, g_bytes_unref);
  G_OBJECT_CLASS (pel_image_document_parent_class)->finalize (object);
}

static guint
add_signal (PelImageDocumentClass *klass, const char *name, GType argument)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, argument != G_TYPE_NONE ? 1 : 0, argument);
}

static void
pel_image_document_class_init (PelImageDocumentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = pel_image_document_get_property;
  object_class->set_property = pel_image_document_set_property;
  object_class->dispose = pel_image_document_dispose;
  object_class->finalize = pel_image_document_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, ro);
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, PEL_IMAGE_STATE_REVIEWED, 0, ro);
  props[PROP_N_CELLS] = g_param_spec_uint ("n-cells", NULL, NULL, 0, G_MAXUINT, 0, ro);
  props[PROP_VALIDATION] = g_param_spec_boolean ("validation", NULL, NULL, FALSE, rw);
  props[PROP_COMPLETE] = g_param_spec_boolean ("complete", NULL, NULL, FALSE, rw);
  props[PROP_REVIEWED] = g_param_spec_boolean ("reviewed", NULL, NULL, FALSE, rw);
  props[PROP_GROUP] = g_param_spec_string ("group", NULL, NULL, NULL, rw);
  props[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, ro);
  props[PROP_UM_X] = g_param_spec_double ("um-x", NULL, NULL, 0, G_MAXDOUBLE, 0, ro);
  props[PROP_UM_Y] = g_param_spec_double ("um-y", NULL, NULL, 0, G_MAXDOUBLE, 0, ro);
  props[PROP_HAS_PREDICTION] = g_param_spec_boolean ("has-prediction", NULL, NULL, FALSE, ro);
  props[PROP_MODEL_NAME] = g_param_spec_string ("model-name", NULL, NULL, NULL, ro);
  props[PROP_DIRTY] = g_param_spec_boolean ("dirty", NULL, NULL, FALSE, ro);
  props[PROP_MISSING] = g_param_spec_boolean ("missing", NULL, NULL, FALSE, ro);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_IMAGE_CHANGED] = add_signal (klass, "image-changed", G_TYPE_NONE);
  signals[SIGNAL_MASK_REPLACED] = add_signal (klass, "mask-replaced", G_TYPE_NONE);
  signals[SIGNAL_PREDICTION_CHANGED] = add_signal (klass, "prediction-changed", G_TYPE_NONE);
  signals[SIGNAL_DISPLAY_CHANGED] = add_signal (klass, "display-changed", G_TYPE_NONE);
  signals[SIGNAL_THUMBNAIL_CHANGED] = add_signal (klass, "thumbnail-changed", G_TYPE_NONE);
  signals[SIGNAL_CALIBRATION_CHANGED] = add_signal (klass, "calibration-changed", G_TYPE_NONE);
  signals[SIGNAL_SAVE_FAILED] = add_signal (klass, "save-failed", G_TYPE_STRING);
}

static void
pel_image_document_init (PelImageDocument *self)
{
  self->regions = g_array_new (FALSE, FALSE, sizeof (PelRect));
  self->displays = pel_channel_displays_new ();
  self->load_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  self->prediction_threshold = 0.5;
  self->error_scale = (PelErrorScale)PEL_ERROR_SCALE_NONE;
  self->cells = pel_cell_list_new ();
  self->prediction_cells = pel_cell_list_new ();
  self->review = pel_review_new (self);
  g_queue_init (&self->failed);
}

PelImageDocument *
pel_image_document_new (PelDocumentHost *host,
                        const char *name,
                        const char *path,
                        guint page,
                        JsonObject *json)
{
  PelImageDocument *self = g_object_new (PEL_TYPE_IMAGE_DOCUMENT, NULL);

  self->host = host;
  self->name = g_strdup (name);
  self->path = g_strdup (path);
  self->page = page;
  pel_cell_list_set_worker (self->cells, host->measurer);
  pel_cell_list_set_worker (self->prediction_cells, host->measurer);
  self->json = json != NULL ? json_object_ref (json) : json_object_new ();
  return self;
}

void
pel_image_document_detach (PelImageDocument *self)
{
  pel_image_document_stop_saving (self);
  if (self->undo != NULL)
    pel_undo_set_store (self->undo, NULL, NULL);
  pel_cell_list_set_worker (self->cells, NULL);
  pel_cell_list_set_worker (self->prediction_cells, NULL);
  pel_review_detach (self->review);
  self->host = NULL;
}

/* What it is */

const char *
pel_image_document_get_name (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->name;
}

const char *
pel_image_document_get_path (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->path;
}

guint
pel_image_document_get_page (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0);

  return self->page;
}

PelImageState
pel_image_document_get_state (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), PEL_IMAGE_STATE_UNLABELLED);

  if (self->reviewed)
    return PEL_IMAGE_STATE_REVIEWED;
  if (self->complete)
    return PEL_IMAGE_STATE_LABELLED;
  if (self->n_cells > 0)
    return PEL_IMAGE_STATE_IN_WORK;
  return self->has_prediction ? PEL_IMAGE_STATE_PREDICTED : PEL_IMAGE_STATE_UNLABELLED;
}

const char *
pel_image_state_get_title (PelImageState state)
{
  switch (state)
    {
    case PEL_IMAGE_STATE_IN_WORK:
      return _ ("In Work");
    case PEL_IMAGE_STATE_LABELLED:
      return _ ("Labelled");
    case PEL_IMAGE_STATE_PREDICTED:
      return _ ("Predicted");
    case PEL_IMAGE_STATE_REVIEWED:
      return _ ("Reviewed");
    case PEL_IMAGE_STATE_UNLABELLED:
    default:
      return _ ("Unlabelled");
    }
}

guint
pel_image_document_get_n_cells (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0);

  return self->n_cells;
}

guint
pel_image_document_get_n_from_model (PelImageDocument *self)
{
  GHashTableIter iter;
  gpointer info;
  guint n = 0;

  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0);

  if (self->mask == NULL)
    return self->n_from_model;
  g_hash_table_iter_init (&iter, pel_mask_peek_infos (self->mask));
  while (g_hash_table_iter_next (&iter, NULL, &info))
    n += !pel_cell_info_is_users (info);
  return n;
}

guint
pel_image_document_get_width (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0);

  return self->width;
}

guint
pel_image_document_get_height (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0);

  return self->height;
}

gboolean
pel_image_document_get_missing (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  return self->missing;
}

void
pel_image_document_set_missing (PelImageDocument *self, gboolean missing)
{
  if (self->missing == missing)
    return;
  self->missing = missing;
  notify (self, PROP_MISSING);
}

void
pel_image_document_relink (PelImageDocument *self, const char *path)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));
  g_return_if_fail (path != NULL);

  g_free (self->path);
  self->path = g_strdup (path);
  g_clear_pointer (&self->stored_path, g_free);
  self->thumbnail_state = PEL_THUMBNAIL_NONE;
  pel_image_document_set_missing (self, FALSE);
  pel_image_document_release_pixels (self);
  pel_image_document_touched (self);
  g_signal_emit (self, signals[SIGNAL_THUMBNAIL_CHANGED], 0);
}

/* What is loaded */

gboolean
pel_image_document_get_loaded (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  return self->loaded;
}

PelImage *
pel_image_document_get_image (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->image;
}

PelMask *
pel_image_document_get_mask (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->mask;
}

PelUndo *
pel_image_document_get_undo (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->undo;
}

PelCellList *
pel_image_document_get_cells (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->cells;
}

PelCellList *
pel_image_document_get_prediction_cells (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->prediction_cells;
}

PelReview *
pel_image_document_get_review (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->review;
}

void
pel_image_document_release_pixels (PelImageDocument *self)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  if (!self->loaded)
    return;
  pel_task_let_go ((GDestroyNotify)pel_image_unref, g_steal_pointer (&self->image));
  pel_task_let_go ((GDestroyNotify)pel_image_unref, g_steal_pointer (&self->probability));
  pel_cell_list_drop_image (self->cells);
  pel_cell_list_drop_image (self->prediction_cells);
  self->loaded = FALSE;
  notify (self, PROP_LOADED);
  g_signal_emit (self, signals[SIGNAL_IMAGE_CHANGED], 0);
}

gboolean
pel_image_document_get_has_prediction (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  return self->has_prediction;
}

const char *
pel_image_document_get_model_name (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->model_name;
}

PelLabels *
pel_image_document_get_prediction_labels (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->prediction;
}

PelImage *
pel_image_document_get_probability (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->probability;
}

double
pel_image_document_get_prediction_threshold (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0.5);

  return self->prediction_threshold;
}

void
pel_image_document_set_has_prediction (PelImageDocument *self, gboolean has)
{
  if (self->has_prediction != has)
    {
      self->has_prediction = has;
      notify (self, PROP_HAS_PREDICTION);
    }
  pel_image_document_update_state (self);
}

void
pel_image_document_set_error_scale (PelImageDocument *self, const PelErrorScale *scale)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  self->error_scale = *scale;
}

const PelErrorScale *
pel_image_document_get_error_scale (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return &self->error_scale;
}

void
pel_image_document_set_prediction (PelImageDocument *self,
                                   PelLabels *labels,
                                   PelImage *probability,
                                   double threshold,
                                   const char *model_name)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  if (labels != NULL)
    pel_labels_ref (labels);
  if (probability != NULL)
    pel_image_ref (probability);
  pel_task_let_go ((GDestroyNotify)pel_labels_unref, self->prediction);
  pel_task_let_go ((GDestroyNotify)pel_image_unref, self->probability);
  self->prediction = labels;
  self->probability = probability;
  self->prediction_threshold = threshold;
  if (labels == NULL)
    self->has_settings = FALSE;
  if (g_strcmp0 (self->model_name, model_name) != 0)
    {
      g_free (self->model_name);
      self->model_name = g_strdup (model_name);
      notify (self, PROP_MODEL_NAME);
    }
  pel_cell_list_set_source (self->prediction_cells, NULL, self->prediction, self->image,
                            probability, threshold);
  pel_review_source_changed (self->review);
  pel_cell_list_set_error_scale (self->prediction_cells, &self->error_scale);
  /* Cells that were accepted as they are keep the edge that the map tells. */
  pel_cell_list_set_map (self->cells, probability, threshold);
  pel_cell_list_set_error_scale (self->cells, &self->error_scale);
  pel_image_document_set_has_prediction (self, labels != NULL);
  g_signal_emit (self, signals[SIGNAL_PREDICTION_CHANGED], 0);
}

/* Follows the mask. */
static void
mask_infos_changed (PelMask *mask, PelImageDocument *self)
{
  guint n_cells = pel_mask_get_n_cells (mask);

  if (n_cells == self->n_cells)
    return;
  self->n_cells = n_cells;
  notify (self, PROP_N_CELLS);
  pel_image_document_update_state (self);
  pel_image_document_touched (self);
}

static void
take_mask (PelImageDocument *self, PelDocumentLoad *load)
{
  g_autoptr (GPtrArray) steps =
      g_ptr_array_new_with_free_func ((GDestroyNotify)pel_undo_step_unref);

  self->mask = pel_mask_new_counted (load->labels, g_steal_pointer (&load->counts),
                                     g_steal_pointer (&load->infos));
  self->undo = pel_undo_new (self->mask);
  self->has_hash = load->has_hash;
  memcpy (self->hash, load->hash, sizeof self->hash);
  self->journal_exists = load->entries != NULL;
  for (guint i = 0; load->entries != NULL && i < load->entries->len; i++)
    {
      const PelJournalEntry *entry = &g_array_index (load->entries, PelJournalEntry, i);

      g_ptr_array_add (steps,
                       pel_undo_step_new_on_disk (entry->name, entry->offset, entry->length));
    }
  pel_undo_restore (self->undo, steps, load->position, load->n_dropped, load->n_just_dropped);
  pel_undo_set_store (self->undo, &pel_image_document_undo_store, self);
  if (load->recovered)
    {
      self->edits++;
      pel_image_document_schedule_save (self);
    }
  g_signal_connect_object (self->mask, "infos-changed", G_CALLBACK (mask_infos_changed), self, 0);
  mask_infos_changed (self->mask, self);
  if (load->external != NULL)
    pel_image_document_take_external (self, load->external);
}

void
pel_image_document_take_load (PelImageDocument *self, PelDocumentLoad *load)
{
  gboolean calibrated;

  if (load->image == NULL)
    {
      if (g_error_matches (load->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        pel_image_document_set_missing (self, TRUE);
      return;
    }
  pel_image_document_set_missing (self, FALSE);
  g_clear_pointer (&self->image, pel_image_unref);
  self->image = pel_image_ref (load->image);
  self->width = pel_image_get_width (self->image);
  self->height = pel_image_get_height (self->image);
  calibrated = self->file_um_x != pel_image_get_um_x (self->image) ||
               self->file_um_y != pel_image_get_um_y (self->image);
  self->file_um_x = pel_image_get_um_x (self->image);
  self->file_um_y = pel_image_get_um_y (self->image);
  g_free (self->file_calibration);
  self->file_calibration = g_strdup (pel_image_get_calibration (self->image));
  if (self->mask == NULL && load->labels != NULL)
    {
      take_mask (self, load);
      pel_cell_list_set_source (self->cells, self->mask, NULL, self->image, self->probability,
                                self->prediction_threshold);
      pel_review_source_changed (self->review);
      g_signal_emit (self, signals[SIGNAL_MASK_REPLACED], 0);
    }
  else
    pel_cell_list_set_image (self->cells, self->image);
  /* One that was never written, as in a project that cannot be, is kept. */
  if (load->prediction != NULL || self->prediction == NULL)
    pel_image_document_take_prediction (self, load);
  if (calibrated)
    pel_image_document_calibration_changed (self);
  else
    pel_image_document_update_scale (self);
  self->loaded = TRUE;
  notify (self, PROP_LOADED);
  g_signal_emit (self, signals[SIGNAL_IMAGE_CHANGED], 0);
  if (load->warning != NULL)
    pel_image_document_emit_save_failed (self, load->warning);
}

gboolean
pel_image_document_get_dirty (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  return self->edits != self->saved_edits || self->n_appending > 0 || self->failed.length > 0 ||
         self->external != NULL;
}
