/* SPDX-License-Identifier: MIT */
#include "app/document/pel-project.h"

#include <string.h>
#include <unistd.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-channel-displays.h"
#include "app/document/pel-project-private.h"

/* Pixels kept of images that are not looked at just now. */
#define PIXEL_BUDGET ((gsize)512 * 1024 * 1024)
#define N_KEPT 3

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PelProject,
                               pel_project,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_0,
  PROP_NAME,
  PROP_READ_ONLY,
  PROP_SAVING,
  PROP_N_IMAGES,
  PROP_CURRENT_MODEL,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint failed_signal;
static guint calibration_changed_signal;

char *
pel_project_build_path (PelProject *self, const char *first, ...)
{
  GString *path = g_string_new (self->path);
  va_list args;

  va_start (args, first);
  for (const char *part = first; part != NULL; part = va_arg (args, const char *))
    {
      g_string_append_c (path, G_DIR_SEPARATOR);
      g_string_append (path, part);
    }
  va_end (args);
  return g_string_free (path, FALSE);
}

static char *
build_file (PelProject *self, const char *folder, const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return pel_project_build_path (self, folder, file, NULL);
}

/* What documents ask of their project */

static void
host_fill_paths (gpointer project, PelImageDocument *document, PelDocumentPaths *paths)
{
  PelProject *self = project;
  const char *name = document->name;

  *paths = (PelDocumentPaths){ .image = g_strdup (document->path), .page = document->page };
  paths->mask = build_file (self, self->masks_folder, name, ".tif");
  paths->infos = build_file (self, self->masks_folder, name, ".json");
  paths->journal = build_file (self, ".pellicle/journal", name, ".journal");
  if (document->foreign_mask != NULL)
    paths->foreign_mask = g_canonicalize_filename (document->foreign_mask, self->path);
  if (document->model_name != NULL)
    {
      g_autofree char *folder = g_build_filename ("predictions", document->model_name, NULL);

      paths->prediction = build_file (self, folder, name, ".tif");
    }
}

static char *
host_thumbnail_path (gpointer project, PelImageDocument *document)
{
  return build_file (project, ".pellicle/thumbs", document->name, ".thumb");
}

static void
host_touched (gpointer project, PelImageDocument *document)
{
  pel_project_schedule_write (project);
}

static void
host_calibrated (gpointer project, PelImageDocument *document)
{
  g_signal_emit (project, calibration_changed_signal, 0);
}

void
pel_project_update_saving (PelProject *self)
{
  gboolean saving = pel_project_get_saving (self);

  if (saving == self->last_saving)
    return;
  self->last_saving = saving;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SAVING]);
}

static void
host_saving_changed (gpointer project, PelImageDocument *document)
{
  pel_project_update_saving (project);
}

/* Lets go of the pixels of images that were loaded longest ago. */
static void
host_loaded (gpointer project, PelImageDocument *document)
{
  PelProject *self = project;
  gsize bytes = 0;
  guint kept = 0;

  g_object_ref (document);
  g_object_set_data (G_OBJECT (document), "pel-loaded-at",
                     GSIZE_TO_POINTER ((gsize)g_get_monotonic_time ()));
  for (;;)
    {
      PelImageDocument *oldest = NULL;

      bytes = 0;
      kept = 0;
      for (guint i = 0; i < self->images->len; i++)
        {
          PelImageDocument *image = g_ptr_array_index (self->images, i);

          if (image->image == NULL)
            continue;
          bytes += pel_image_get_n_bytes (image->image);
          kept++;
          if (image == document)
            continue;
          if (oldest == NULL ||
              GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (image), "pel-loaded-at")) <
                  GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (oldest), "pel-loaded-at")))
            oldest = image;
        }
      if (oldest == NULL || kept <= N_KEPT || bytes <= PIXEL_BUDGET)
        break;
      pel_image_document_release_pixels (oldest);
    }
  g_object_unref (document);
}

void
pel_project_report_failure (PelProject *self, const char *message)
{
  g_free (self->last_error);
  self->last_error = g_strdup (message);
  g_signal_emit (self, failed_signal, 0, message);
}

static void
host_failed (gpointer project, const char *message)
{
  pel_project_report_failure (project, message);
}

/* GListModel */

static GType
get_item_type (GListModel *model)
{
  return PEL_TYPE_IMAGE_DOCUMENT;
}

static guint
get_n_items (GListModel *model)
{
  return PEL_PROJECT (model)->images->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PelProject *self = PEL_PROJECT (model);

  return position < self->images->len ? g_object_ref (g_ptr_array_index (self->images, position))
                                      : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* GObject */

static void
pel_project_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelProject *self = PEL_PROJECT (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_READ_ONLY:
      g_value_set_boolean (value, self->host.read_only);
      break;
    case PROP_SAVING:
      g_value_set_boolean (value, pel_project_get_saving (self));
      break;
    case PROP_N_IMAGES:
      g_value_set_uint (value, self->images->len);
      break;
    case PROP_CURRENT_MODEL:
      g_value_set_string (value, self->current_model);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_project_dispose (GObject *object)
{
  PelProject *self = PEL_PROJECT (object);

  if (!self->closed && self->host.writer != NULL)
    {
      g_autoptr (GError) error = NULL;

      if (!pel_project_close (self, &error))
        g_warning ("%s", error->message);
    }
  for (guint i = 0; i < self->images->len; i++)
    pel_image_document_detach (g_ptr_array_index (self->images, i));
  g_clear_handle_id (&self->write_source, g_source_remove);
  g_clear_object (&self->masks_monitor);
  g_clear_pointer (&self->host.measurer, pel_worker_free);
  g_clear_pointer (&self->host.reader, pel_worker_free);
  g_clear_pointer (&self->host.writer, pel_worker_free);
  G_OBJECT_CLASS (pel_project_parent_class)->dispose (object);
}

static void
pel_project_finalize (GObject *object)
{
  PelProject *self = PEL_PROJECT (object);

  if (self->lock >= 0)
    close (self->lock);
  g_clear_object (&self->folder);
  g_clear_object (&self->models);
  g_clear_object (&self->unfinished);
  g_clear_pointer (&self->root, json_object_unref);
  g_ptr_array_unref (self->images);
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->settings);
  g_clear_pointer (&self->host.displays, g_array_unref);
  pel_rules_free (self->rules);
  g_free (self->path);
  g_free (self->name);
  g_free (self->masks_folder);
  g_free (self->current_model);
  g_free (self->read_only_reason);
  g_free (self->last_error);
  G_OBJECT_CLASS (pel_project_parent_class)->finalize (object);
}

static void
pel_project_class_init (PelProjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = pel_project_get_property;
  object_class->dispose = pel_project_dispose;
  object_class->finalize = pel_project_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_READ_ONLY] = g_param_spec_boolean ("read-only", NULL, NULL, FALSE, flags);
  props[PROP_SAVING] = g_param_spec_boolean ("saving", NULL, NULL, FALSE, flags);
  props[PROP_N_IMAGES] = g_param_spec_uint ("n-images", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_CURRENT_MODEL] = g_param_spec_string ("current-model", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  calibration_changed_signal =
      g_signal_new ("calibration-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 0);
  failed_signal = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pel_project_init (PelProject *self)
{
  self->lock = -1;
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->masks_folder = g_strdup ("masks");
  self->models = g_list_store_new (PEL_TYPE_MODEL_ENTRY);
  self->unfinished = g_list_store_new (PEL_TYPE_MODEL_ENTRY);
}

static void
make_folders (PelProject *self)
{
  g_autofree char *masks = pel_project_build_path (self, self->masks_folder, NULL);
  g_autofree char *journal = pel_project_build_path (self, ".pellicle", "journal", NULL);
  g_autofree char *thumbs = pel_project_build_path (self, ".pellicle", "thumbs", NULL);

  /* Where one cannot be made, writing into it will say so. */
  if (g_mkdir_with_parents (masks, 0777) != 0 || g_mkdir_with_parents (journal, 0777) != 0 ||
      g_mkdir_with_parents (thumbs, 0777) != 0)
    g_debug ("%s: not all folders could be made", self->path);
}

/* Another program writes into the masks folder. */
static void
masks_changed (GFileMonitor *monitor,
               GFile *file,
               GFile *other,
               GFileMonitorEvent event,
               PelProject *self)
{
  GFile *target = event == G_FILE_MONITOR_EVENT_RENAMED ? other : file;
  g_autofree char *base = NULL;
  PelImageDocument *image;

  if (event != G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT && event != G_FILE_MONITOR_EVENT_RENAMED &&
      event != G_FILE_MONITOR_EVENT_MOVED_IN)
    return;
  base = target != NULL ? g_file_get_basename (target) : NULL;
  if (base == NULL || !g_str_has_suffix (base, ".tif"))
    return;
  base[strlen (base) - strlen (".tif")] = '\0';
  image = g_hash_table_lookup (self->by_name, base);
  if (image != NULL)
    pel_image_document_check_external (image);
}

static void
watch_masks (PelProject *self)
{
  g_autofree char *path = pel_project_build_path (self, self->masks_folder, NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  /* Where the system cannot watch, the hash is compared when the mask is next written or read. */
  self->masks_monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->masks_monitor != NULL)
    g_signal_connect_object (self->masks_monitor, "changed", G_CALLBACK (masks_changed), self, 0);
}

PelProject *
pel_project_new_opened (PelProjectOpening *opening)
{
  PelProject *self = g_object_new (PEL_TYPE_PROJECT, NULL);

  self->path = g_strdup (opening->path);
  self->folder = g_file_new_for_path (opening->path);
  self->name = g_path_get_basename (opening->path);
  self->lock = opening->lock;
  opening->lock = -1;
  self->read_only_reason = g_steal_pointer (&opening->read_only_reason);
  self->root = json_object_ref (json_node_get_object (opening->root));
  self->host = (PelDocumentHost){ .project = self,
                                  .reader = pel_worker_new ("pel-reader"),
                                  .writer = pel_worker_new ("pel-writer"),
                                  .measurer = pel_worker_new_background ("pel-measurer"),
                                  .read_only = self->read_only_reason != NULL,
                                  .displays = pel_channel_displays_new (),
                                  .fill_paths = host_fill_paths,
                                  .thumbnail_path = host_thumbnail_path,
                                  .touched = host_touched,
                                  .saving_changed = host_saving_changed,
                                  .loaded = host_loaded,
                                  .calibrated = host_calibrated,
                                  .failed = host_failed };
  pel_project_read_json (self);
  if (!self->host.read_only)
    {
      make_folders (self);
      watch_masks (self);
    }
  return self;
}

/* Images */

static void
look_for_prediction (PelProject *self, PelImageDocument *image)
{
  PelDocumentPaths paths = { 0 };

  g_free (image->model_name);
  image->model_name = g_strdup (self->current_model);
  host_fill_paths (self, image, &paths);
  image->has_prediction =
      paths.prediction != NULL && g_file_test (paths.prediction, G_FILE_TEST_IS_REGULAR);
  pel_document_paths_clear (&paths);
}

static void
share_rules (PelProject *self, PelImageDocument *image)
{
  pel_cell_list_set_rules (image->cells, pel_project_get_rules (self));
  pel_cell_list_set_rules (image->prediction_cells, pel_project_get_rules (self));
}

const PelRules *
pel_project_get_rules (PelProject *self)
{
  const char *text;

  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  if (self->rules == NULL)
    {
      self->rules = pel_rules_new ();
      text = pel_project_get_setting (self, "rules");
      /* What cannot be read was written by a newer program: it stays until it is changed here. */
      if (text != NULL)
        pel_rules_parse (self->rules, text, NULL);
    }
  return self->rules;
}

void
pel_project_set_rules (PelProject *self, const PelRules *rules)
{
  g_autofree char *text = NULL;
  PelRules *copy;

  g_return_if_fail (PEL_IS_PROJECT (self));

  copy = pel_rules_copy (rules);
  pel_rules_free (self->rules);
  self->rules = copy;
  text = pel_rules_to_text (copy);
  pel_project_set_setting (self, "rules", text[0] != '\0' ? text : NULL);
  for (guint i = 0; i < self->images->len; i++)
    share_rules (self, g_ptr_array_index (self->images, i));
}

PelDefinitions
pel_project_get_definitions (PelProject *self)
{
  const char *name;
  PelDefinitions definitions;

  g_return_val_if_fail (PEL_IS_PROJECT (self), PEL_DEFINITIONS_PELLICLE);

  name = pel_project_get_setting (self, "definitions");
  /* One that is not known comes from a newer program. */
  return name != NULL && pel_definitions_find (name, &definitions) ? definitions
                                                                   : PEL_DEFINITIONS_PELLICLE;
}

static void
share_definitions (PelProject *self, PelImageDocument *image)
{
  PelDefinitions definitions = pel_project_get_definitions (self);

  pel_cell_list_set_definitions (image->cells, definitions);
  pel_cell_list_set_definitions (image->prediction_cells, definitions);
}

void
pel_project_set_definitions (PelProject *self, PelDefinitions definitions)
{
  g_return_if_fail (PEL_IS_PROJECT (self));

  pel_project_set_setting (
      self, "definitions",
      definitions != PEL_DEFINITIONS_PELLICLE ? pel_definitions_get_name (definitions) : NULL);
  for (guint i = 0; i < self->images->len; i++)
    share_definitions (self, g_ptr_array_index (self->images, i));
}

PelImageDocument *
pel_project_add_image (PelProject *self,
                       const char *name,
                       const char *stored_path,
                       guint page,
                       JsonObject *json)
{
  g_autofree char *path = g_canonicalize_filename (stored_path, self->path);
  PelImageDocument *image = pel_image_document_new (&self->host, name, path, page, json);

  image->stored_path = g_strdup (stored_path);
  pel_image_document_read_json (image);
  look_for_prediction (self, image);
  image->last_state = pel_image_document_get_state (image);
  g_ptr_array_add (self->images, image);
  share_rules (self, image);
  share_definitions (self, image);
  g_hash_table_insert (self->by_name, image->name, image);
  return image;
}

void
pel_project_add_items (PelProject *self, GPtrArray *items)
{
  guint before = self->images->len;

  for (guint i = 0; i < items->len; i++)
    {
      const PelImportItem *item = g_ptr_array_index (items, i);
      PelImageDocument *image =
          pel_project_add_image (self, item->name, item->stored_path, item->page, NULL);

      image->width = item->width;
      image->height = item->height;
      image->file_um_x = item->um_x;
      image->file_um_y = item->um_y;
      image->file_calibration = g_strdup (item->calibration);
      image->foreign_mask = g_strdup (item->foreign_mask);
      image->n_cells = item->n_cells;
      image->complete = item->has_mask;
      image->last_state = pel_image_document_get_state (image);
    }
  if (items->len == 0)
    return;
  g_list_model_items_changed (G_LIST_MODEL (self), before, 0, items->len);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_IMAGES]);
  pel_project_schedule_write (self);
}

GFile *
pel_project_get_folder (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return self->folder;
}

const char *
pel_project_get_name (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return self->name;
}

gboolean
pel_project_get_read_only (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), TRUE);

  return self->host.read_only;
}

const char *
pel_project_get_read_only_reason (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return self->read_only_reason;
}

gboolean
pel_project_get_saving (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), FALSE);

  if (self->unwritten || self->n_writing > 0)
    return TRUE;
  for (guint i = 0; i < self->images->len; i++)
    {
      if (pel_image_document_get_dirty (g_ptr_array_index (self->images, i)))
        return TRUE;
    }
  return FALSE;
}

guint
pel_project_get_n_recovered (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), 0);

  return self->n_recovered;
}

guint
pel_project_get_n_images (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), 0);

  return self->images->len;
}

PelImageDocument *
pel_project_get_image (PelProject *self, guint index)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);
  g_return_val_if_fail (index < self->images->len, NULL);

  return g_ptr_array_index (self->images, index);
}

PelImageDocument *
pel_project_find_image (PelProject *self, const char *name)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return g_hash_table_lookup (self->by_name, name);
}

void
pel_project_remove_image (PelProject *self, PelImageDocument *image)
{
  g_return_if_fail (PEL_IS_PROJECT (self));

  guint index;

  if (!g_ptr_array_find (self->images, image, &index))
    return;
  /* What it still has to write is written first. */
  pel_image_document_save (image);
  pel_image_document_write_prediction (image);
  pel_worker_drain (self->host.writer);
  pel_image_document_detach (image);
  g_hash_table_remove (self->by_name, image->name);
  g_ptr_array_remove_index (self->images, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_IMAGES]);
  pel_project_schedule_write (self);
}

void
pel_project_set_calibration (PelProject *self, double um_x, double um_y)
{
  g_return_if_fail (PEL_IS_PROJECT (self));

  for (guint i = 0; i < self->images->len; i++)
    pel_image_document_set_calibration (g_ptr_array_index (self->images, i), um_x, um_y);
}

char *
pel_project_get_exports_path (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return pel_project_build_path (self, "exports", NULL);
}

char *
pel_project_get_models_path (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return pel_project_build_path (self, "models", NULL);
}

char *
pel_project_get_predictions_path (PelProject *self, const char *model)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return pel_project_build_path (self, "predictions", model, NULL);
}

const char *
pel_project_get_current_model (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return self->current_model;
}

void
pel_project_set_current_model (PelProject *self, const char *name)
{
  g_return_if_fail (PEL_IS_PROJECT (self));

  if (g_strcmp0 (self->current_model, name) == 0)
    return;
  g_free (self->current_model);
  self->current_model = g_strdup (name);
  for (guint i = 0; i < self->images->len; i++)
    pel_image_document_set_model (g_ptr_array_index (self->images, i), name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT_MODEL]);
  pel_project_schedule_write (self);
}

const char *
pel_project_get_setting (PelProject *self, const char *key)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);

  return g_hash_table_lookup (self->settings, key);
}

void
pel_project_set_setting (PelProject *self, const char *key, const char *value)
{
  g_return_if_fail (PEL_IS_PROJECT (self));

  if (g_strcmp0 (pel_project_get_setting (self, key), value) == 0)
    return;
  g_hash_table_insert (self->settings, g_strdup (key), g_strdup (value));
  pel_project_schedule_write (self);
}
