/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-workspace-private.h"

#include <glib/gi18n-lib.h>

/* Pixels of so many images are kept in memory; others are read again when they are shown. */
#define KEEP_LOADED 3

enum
{
  PROP_PROJECT = 1,
  PROP_DOCUMENT,
  PROP_DISPLAY,
  PROP_RUNNER,
  PROP_MODEL,
  PROP_NEXT_STEP,
  PROP_N_CHOSEN,
  N_PROPS,
};

enum
{
  TOAST,
  FAILURE,
  SHOW_CELL,
  SHOW_PART,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PelWorkspace, pel_workspace, G_TYPE_OBJECT)

static gboolean
has_models (PelWorkspace *self)
{
  return self->project != NULL &&
         g_list_model_get_n_items (pel_project_get_models (self->project)) > 0;
}

/* Enough painted cells, or an image that is said to be complete. */
static gboolean
has_enough_to_learn (PelWorkspace *self)
{
  guint n = pel_project_get_n_images (self->project);

  for (guint i = 0; i < n; i++)
    if (pel_image_document_get_complete (pel_project_get_image (self->project, i)))
      return TRUE;
  return pel_workspace_count_cells (self, NULL) >= PEL_ENOUGH_CELLS;
}

/* About as many cells in the mask as in the prediction. */
static gboolean
is_mostly_accepted (PelImageDocument *document)
{
  PelCellList *predicted = pel_image_document_get_prediction_cells (document);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (predicted));

  return n > 0 && 2 * pel_image_document_get_n_cells (document) >= n;
}

static PelNextStep
find_next_step (PelWorkspace *self)
{
  if (self->project == NULL || pel_project_get_n_images (self->project) == 0)
    return PEL_NEXT_STEP_IMPORT;
  if (!has_models (self))
    return has_enough_to_learn (self) ? PEL_NEXT_STEP_TRAIN : PEL_NEXT_STEP_PAINT;
  if (self->document == NULL)
    return PEL_NEXT_STEP_PREDICT;
  if (pel_image_document_get_reviewed (self->document))
    return PEL_NEXT_STEP_MEASURE;
  if (pel_image_document_get_has_prediction (self->document))
    return is_mostly_accepted (self->document) ? PEL_NEXT_STEP_MEASURE : PEL_NEXT_STEP_REVIEW;
  if (pel_image_document_get_complete (self->document))
    return PEL_NEXT_STEP_MEASURE;
  return PEL_NEXT_STEP_PREDICT;
}

static gboolean
update_next_step (gpointer data)
{
  PelWorkspace *self = data;
  PelNextStep next = find_next_step (self);

  self->update_id = 0;
  if (next != self->next_step)
    {
      self->next_step = next;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEXT_STEP]);
    }
  return G_SOURCE_REMOVE;
}

/* Many things may change at once; the hint follows once, before the next frame. */
void
pel_workspace_queue_update (PelWorkspace *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_next_step, self, NULL);
}

/* (transfer full) (nullable): what is used where nothing else was chosen */
static PelModelEntry *
find_newest_usable (PelWorkspace *self)
{
  GListModel *models = pel_project_get_models (self->project);

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      if (pel_model_entry_get_problem (entry) == NULL)
        return g_steal_pointer (&entry);
    }
  return NULL;
}

/* Kept with the project where it is not the newest one anyway. */
static void
remember_model (PelWorkspace *self)
{
  g_autoptr (PelModelEntry) newest = NULL;

  if (self->project == NULL || pel_project_get_read_only (self->project) || self->model == NULL ||
      self->preferred != NULL)
    return;
  newest = find_newest_usable (self);
  pel_project_set_setting (self->project, "model-in-use",
                           self->model != newest ? pel_model_entry_get_name (self->model) : NULL);
}

/* Which channels are shown is kept with the project. */
static void
remember_channel (PelWorkspace *self)
{
  const gint channel = pel_display_get_channel (self->display);
  g_autofree char *text = NULL;

  if (self->project == NULL || pel_project_get_read_only (self->project))
    return;
  if (channel == PEL_DISPLAY_CHANNEL_ALL)
    text = g_strdup ("all");
  else if (channel >= 0)
    text = g_strdup_printf ("%d", channel + 1);
  pel_project_set_setting (self->project, "shown-channel", text);
}

static gint
recall_channel (PelProject *project)
{
  const char *text = pel_project_get_setting (project, "shown-channel");
  guint64 number;

  if (g_strcmp0 (text, "all") == 0)
    return PEL_DISPLAY_CHANNEL_ALL;
  return text != NULL && g_ascii_string_to_unsigned (text, 10, 1, 4096, &number, NULL)
             ? (gint)number - 1
             : PEL_DISPLAY_CHANNEL_AUTO;
}

static void
on_models_changed (PelWorkspace *self)
{
  GListModel *models = pel_project_get_models (self->project);
  PelModelEntry *preferred =
      self->preferred != NULL ? pel_project_find_model (self->project, self->preferred) : NULL;
  gboolean present = FALSE;

  if (preferred != NULL && pel_model_entry_get_problem (preferred) == NULL)
    {
      g_clear_pointer (&self->preferred, g_free);
      pel_workspace_set_model (self, preferred);
    }
  for (guint i = 0; self->model != NULL && i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      if (pel_model_entry_is_same (entry, self->model))
        {
          /* A file that was read again or renamed is another object. */
          pel_workspace_set_model (self, entry);
          present = TRUE;
        }
    }
  if (!present)
    {
      g_autoptr (PelModelEntry) newest = find_newest_usable (self);

      pel_workspace_set_model (self, newest);
    }
  pel_workspace_queue_update (self);
}

static void
on_images_changed (PelWorkspace *self)
{
  if (self->document != NULL && pel_workspace_get_position (self) < 0)
    pel_workspace_set_document (self, NULL);
  if (self->document == NULL && self->project != NULL &&
      pel_project_get_n_images (self->project) > 0)
    pel_workspace_set_document (self, pel_project_get_image (self->project, 0));
  pel_workspace_queue_update (self);
}

static void
on_project_failed (PelProject *project, const char *message, PelWorkspace *self)
{
  pel_workspace_fail (self, _ ("Saving did not work"),
                      _ ("What you painted is still in this window and will be written as soon as "
                         "that is possible. Make room on the disk, or check that the folder can be "
                         "written to."),
                      message);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelWorkspace) self = data;
  PelImageDocument *document = PEL_IMAGE_DOCUMENT (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *heading = NULL;

  pel_image_document_load_finish (document, result, &error);
  if (self->document != document || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  if (error == NULL)
    return;
  /* Translators: %s is the name of an image. */
  heading = g_strdup_printf (_ ("“%s” cannot be shown"), pel_image_document_get_name (document));
  pel_workspace_fail (self, heading,
                      _ ("Its mask and its measurements are kept. Check that the file is where it "
                         "was and can be read, then choose the image again."),
                      error->message);
}

static void
remember_shown (PelWorkspace *self, PelImageDocument *document)
{
  GList *link = g_queue_find (&self->shown, document);

  if (link != NULL)
    {
      g_queue_unlink (&self->shown, link);
      g_queue_push_head_link (&self->shown, link);
    }
  else
    g_queue_push_head (&self->shown, g_object_ref (document));
  while (self->shown.length > KEEP_LOADED)
    {
      g_autoptr (PelImageDocument) oldest = g_queue_pop_tail (&self->shown);

      pel_image_document_release_pixels (oldest);
    }
}

static void
forget_shown (PelWorkspace *self)
{
  g_queue_clear_full (&self->shown, g_object_unref);
}

static void
pel_workspace_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelWorkspace *self = PEL_WORKSPACE (object);

  switch (id)
    {
    case PROP_PROJECT:
      g_value_set_object (value, self->project);
      break;
    case PROP_DOCUMENT:
      g_value_set_object (value, self->document);
      break;
    case PROP_DISPLAY:
      g_value_set_object (value, self->display);
      break;
    case PROP_RUNNER:
      g_value_set_object (value, self->runner);
      break;
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_NEXT_STEP:
      g_value_set_int (value, (int)self->next_step);
      break;
    case PROP_N_CHOSEN:
      g_value_set_uint (value, self->chosen->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_workspace_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PelWorkspace *self = PEL_WORKSPACE (object);

  switch (id)
    {
    case PROP_PROJECT:
      pel_workspace_set_project (self, g_value_get_object (value));
      break;
    case PROP_DOCUMENT:
      pel_workspace_set_document (self, g_value_get_object (value));
      break;
    case PROP_MODEL:
      pel_workspace_set_model (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_workspace_dispose (GObject *object)
{
  PelWorkspace *self = PEL_WORKSPACE (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  forget_shown (self);
  g_clear_object (&self->predict_job);
  g_clear_object (&self->accept_job);
  pel_workspace_forget_cuts (self);
  g_ptr_array_set_size (self->chosen, 0);
  g_clear_object (&self->model);
  g_clear_pointer (&self->preferred, g_free);
  g_clear_object (&self->document);
  g_clear_object (&self->project);
  g_clear_object (&self->display);
  g_clear_object (&self->runner);
  G_OBJECT_CLASS (pel_workspace_parent_class)->dispose (object);
}

static void
pel_workspace_finalize (GObject *object)
{
  g_ptr_array_unref (PEL_WORKSPACE (object)->chosen);
  G_OBJECT_CLASS (pel_workspace_parent_class)->finalize (object);
}

static void
pel_workspace_class_init (PelWorkspaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags write = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = pel_workspace_dispose;
  object_class->finalize = pel_workspace_finalize;
  object_class->get_property = pel_workspace_get_property;
  object_class->set_property = pel_workspace_set_property;

  properties[PROP_PROJECT] = g_param_spec_object ("project", NULL, NULL, PEL_TYPE_PROJECT, write);
  properties[PROP_DOCUMENT] =
      g_param_spec_object ("document", NULL, NULL, PEL_TYPE_IMAGE_DOCUMENT, write);
  properties[PROP_DISPLAY] = g_param_spec_object ("display", NULL, NULL, PEL_TYPE_DISPLAY, read);
  properties[PROP_RUNNER] = g_param_spec_object ("runner", NULL, NULL, PEL_TYPE_JOB_RUNNER, read);
  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, PEL_TYPE_MODEL_ENTRY, write);
  properties[PROP_NEXT_STEP] = g_param_spec_int ("next-step", NULL, NULL, PEL_NEXT_STEP_IMPORT,
                                                 PEL_NEXT_STEP_MEASURE, 0, read);
  properties[PROP_N_CHOSEN] = g_param_spec_uint ("n-chosen", NULL, NULL, 0, G_MAXUINT, 0, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[TOAST] = g_signal_new ("toast", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, ADW_TYPE_TOAST);
  signals[FAILURE] =
      g_signal_new ("failure", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[SHOW_PART] =
      g_signal_new ("show-part", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, PEL_TYPE_RECT | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_BOOLEAN);
  signals[SHOW_CELL] = g_signal_new ("show-cell", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
pel_workspace_init (PelWorkspace *self)
{
  self->display = pel_display_new ();
  g_signal_connect_object (self->display, "notify::channel", G_CALLBACK (remember_channel), self,
                           G_CONNECT_SWAPPED);
  self->runner = pel_job_runner_new (0);
  self->chosen = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->shown);
}

PelWorkspace *
pel_workspace_new (void)
{
  return g_object_new (PEL_TYPE_WORKSPACE, NULL);
}

PelProject *
pel_workspace_get_project (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), NULL);

  return self->project;
}

void
pel_workspace_set_project (PelWorkspace *self, PelProject *project)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));
  g_return_if_fail (project == NULL || PEL_IS_PROJECT (project));

  if (self->project == project)
    return;
  pel_workspace_set_document (self, NULL);
  pel_workspace_set_model (self, NULL);
  g_clear_pointer (&self->preferred, g_free);
  pel_workspace_choose (self, NULL);
  pel_workspace_forget_cuts (self);
  forget_shown (self);
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (pel_project_get_models (self->project), self);
    }
  g_set_object (&self->project, project);
  if (project != NULL)
    {
      self->preferred = g_strdup (pel_project_get_setting (project, "model-in-use"));
      pel_display_set_channel (self->display, recall_channel (project));
      g_signal_connect_object (project, "failed", G_CALLBACK (on_project_failed), self,
                               G_CONNECT_DEFAULT);
      g_signal_connect_object (project, "items-changed", G_CALLBACK (on_images_changed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (pel_project_get_models (project), "items-changed",
                               G_CALLBACK (on_models_changed), self, G_CONNECT_SWAPPED);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROJECT]);
  if (project != NULL)
    {
      on_models_changed (self);
      on_images_changed (self);
    }
  pel_workspace_queue_update (self);
}

PelImageDocument *
pel_workspace_get_document (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), NULL);

  return self->document;
}

gboolean
pel_workspace_get_loading (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), FALSE);

  return self->loading != NULL;
}

void
pel_workspace_set_document (PelWorkspace *self, PelImageDocument *document)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));
  g_return_if_fail (document == NULL || PEL_IS_IMAGE_DOCUMENT (document));

  if (self->document == document)
    return;
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  if (self->document != NULL)
    {
      g_signal_handlers_disconnect_by_func (
          pel_image_document_get_prediction_cells (self->document), pel_workspace_queue_update,
          self);
      g_signal_handlers_disconnect_by_func (self->document, pel_workspace_queue_update, self);
    }
  g_set_object (&self->document, document);
  pel_display_set_selection (self->display, NULL, 0);
  pel_display_set_current_label (self->display, 0);
  if (document != NULL)
    {
      static const char *const watched[] = { "notify::n-cells", "notify::complete",
                                             "notify::reviewed", "notify::has-prediction" };

      for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
        g_signal_connect_object (document, watched[i], G_CALLBACK (pel_workspace_queue_update),
                                 self, G_CONNECT_SWAPPED);
      g_signal_connect_object (pel_image_document_get_prediction_cells (document), "items-changed",
                               G_CALLBACK (pel_workspace_queue_update), self, G_CONNECT_SWAPPED);
      remember_shown (self, document);
      self->loading = g_cancellable_new ();
      pel_image_document_load_async (document, self->loading, on_loaded, g_object_ref (self));
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOCUMENT]);
  pel_workspace_queue_update (self);
}

int
pel_workspace_get_position (PelWorkspace *self)
{
  guint n;

  g_return_val_if_fail (PEL_IS_WORKSPACE (self), -1);

  if (self->project == NULL || self->document == NULL)
    return -1;
  n = pel_project_get_n_images (self->project);
  for (guint i = 0; i < n; i++)
    if (pel_project_get_image (self->project, i) == self->document)
      return (int)i;
  return -1;
}

gboolean
pel_workspace_step (PelWorkspace *self, int by, gboolean unlabelled)
{
  int position;

  g_return_val_if_fail (PEL_IS_WORKSPACE (self), FALSE);
  g_return_val_if_fail (by == 1 || by == -1, FALSE);

  position = pel_workspace_get_position (self);
  if (position < 0)
    return FALSE;
  for (position += by; position >= 0 && position < (int)pel_project_get_n_images (self->project);
       position += by)
    {
      PelImageDocument *document = pel_project_get_image (self->project, (guint)position);

      if (unlabelled && pel_image_document_get_n_cells (document) > 0)
        continue;
      pel_workspace_set_document (self, document);
      return TRUE;
    }
  return FALSE;
}

PelDisplay *
pel_workspace_get_display (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), NULL);

  return self->display;
}

PelJobRunner *
pel_workspace_get_runner (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), NULL);

  return self->runner;
}

PelModelEntry *
pel_workspace_get_model (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), NULL);

  return self->model;
}

void
pel_workspace_set_model (PelWorkspace *self, PelModelEntry *model)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));

  if (!g_set_object (&self->model, model))
    return;
  remember_model (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
  pel_workspace_queue_update (self);
}

void
pel_workspace_prefer_model (PelWorkspace *self, const char *name)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));
  g_return_if_fail (self->project != NULL);

  g_free (self->preferred);
  self->preferred = g_strdup (name);
  on_models_changed (self);
}

PelNextStep
pel_workspace_get_next_step (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), PEL_NEXT_STEP_IMPORT);

  /* Whoever asks is told of what is on show now, even where the news is still to come. */
  return self->update_id != 0 ? find_next_step (self) : self->next_step;
}

gboolean
pel_workspace_get_editable (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), FALSE);

  return self->document != NULL && pel_image_document_get_loaded (self->document) &&
         self->project != NULL && !pel_project_get_read_only (self->project);
}

guint
pel_workspace_count_cells (PelWorkspace *self, guint *n_images)
{
  guint cells = 0, images = 0;

  g_return_val_if_fail (PEL_IS_WORKSPACE (self), 0);

  for (guint i = 0; self->project != NULL && i < pel_project_get_n_images (self->project); i++)
    {
      guint n = pel_image_document_get_n_cells (pel_project_get_image (self->project, i));

      cells += n;
      images += n > 0;
    }
  if (n_images != NULL)
    *n_images = images;
  return cells;
}

void
pel_workspace_choose (PelWorkspace *self, GPtrArray *images)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));

  if ((images == NULL || images->len == 0) && self->chosen->len == 0)
    return;
  g_ptr_array_set_size (self->chosen, 0);
  for (guint i = 0; images != NULL && i < images->len; i++)
    g_ptr_array_add (self->chosen, g_object_ref (g_ptr_array_index (images, i)));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CHOSEN]);
}

guint
pel_workspace_get_n_chosen (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), 0);

  return self->chosen->len;
}

/* Telling */

void
pel_workspace_toast (PelWorkspace *self, const char *text)
{
  pel_workspace_toast_action (self, text, NULL, NULL);
}

void
pel_workspace_toast_action (PelWorkspace *self,
                            const char *text,
                            const char *button,
                            const char *action)
{
  g_autoptr (AdwToast) toast = NULL;
  g_autofree char *title = NULL;

  g_return_if_fail (PEL_IS_WORKSPACE (self));
  g_return_if_fail (text != NULL);

  /* Toasts read markup, and names of files may hold anything. */
  title = g_markup_escape_text (text, -1);
  toast = adw_toast_new (title);
  if (button != NULL)
    {
      adw_toast_set_button_label (toast, button);
      adw_toast_set_action_name (toast, action);
    }
  g_signal_emit (self, signals[TOAST], 0, toast);
}

void
pel_workspace_fail (PelWorkspace *self, const char *heading, const char *body, const char *details)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));

  g_signal_emit (self, signals[FAILURE], 0, heading, body, details);
}

void
pel_workspace_show_cell (PelWorkspace *self, guint32 label)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));

  g_signal_emit (self, signals[SHOW_CELL], 0, label);
}

void
pel_workspace_show_part (PelWorkspace *self, const PelRect *part, gboolean to_paint)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));
  g_return_if_fail (part != NULL);

  g_signal_emit (self, signals[SHOW_PART], 0, part, to_paint);
}
