/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-image-document-private.h"
#include "engine/io/pel-image-io.h"

/* One reading: the document is only touched on the main thread. */
typedef struct
{
  PelImageDocument *document;
  PelDocumentLoad *load;
  guint width, height; /* for predictions alone */
} LoadWork;

static void
load_in_thread (gpointer data)
{
  LoadWork *work = data;

  pel_document_load_run (work->load);
}

static void
load_done (gpointer data)
{
  LoadWork *work = data;
  PelImageDocument *self = work->document;
  g_autoptr (GPtrArray) tasks = self->load_tasks;

  self->load_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->host != NULL)
    pel_image_document_take_load (self, work->load);
  if (self->host != NULL && self->loaded)
    self->host->loaded (self->host->project, self);
  for (guint i = 0; i < tasks->len; i++)
    {
      GTask *task = g_ptr_array_index (tasks, i);

      if (g_task_return_error_if_cancelled (task))
        continue;
      if (work->load->error != NULL)
        g_task_return_error (task, g_error_copy (work->load->error));
      else
        g_task_return_boolean (task, TRUE);
    }
  pel_document_load_free (work->load);
  g_free (work);
  g_object_unref (self);
}

PelDocumentLoad *
pel_image_document_prepare_load (PelImageDocument *self)
{
  PelDocumentLoad *load = g_new0 (PelDocumentLoad, 1);

  self->host->fill_paths (self->host->project, self, &load->paths);
  load->want_mask = self->mask == NULL;
  load->read_only = self->host->read_only;
  return load;
}

static gboolean
check_open (PelImageDocument *self, GError **error)
{
  if (self->host != NULL)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                       _ ("The project was closed meanwhile."));
  return FALSE;
}

void
pel_image_document_load_async (PelImageDocument *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  GTask *task = g_task_new (self, cancellable, callback, data);
  GError *error = NULL;
  LoadWork *work;

  g_task_set_source_tag (task, pel_image_document_load_async);
  if (self->loaded || !check_open (self, &error))
    {
      if (error != NULL)
        g_task_return_error (task, error);
      else
        g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_ptr_array_add (self->load_tasks, task);
  if (self->load_tasks->len > 1)
    return;
  work = g_new0 (LoadWork, 1);
  work->document = g_object_ref (self);
  work->load = pel_image_document_prepare_load (self);
  pel_worker_push_urgent (self->host->reader, load_in_thread, load_done, work);
}

gboolean
pel_image_document_load_finish (PelImageDocument *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
pel_image_document_load (PelImageDocument *self, GError **error)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  PelDocumentLoad *load;
  gboolean good;

  if (!check_open (self, error))
    return FALSE;
  if (self->load_tasks->len > 0)
    pel_worker_drain (self->host->reader);
  if (self->loaded)
    return TRUE;
  load = pel_image_document_prepare_load (self);
  pel_document_load_run (load);
  pel_image_document_take_load (self, load);
  pel_image_document_finish_external (self);
  good = load->error == NULL;
  if (!good)
    g_propagate_error (error, g_steal_pointer (&load->error));
  else
    self->host->loaded (self->host->project, self);
  pel_document_load_free (load);
  return good;
}

/* Predictions of another model */

static void
prediction_in_thread (gpointer data)
{
  LoadWork *work = data;

  pel_document_load_prediction (work->load, work->width, work->height);
}

static void
prediction_done (gpointer data)
{
  LoadWork *work = data;
  PelImageDocument *self = work->document;
  g_autoptr (PelImageDocument) owned = self;
  PelDocumentPaths now = { 0 };

  /* Another model may have been chosen meanwhile, or a job may have brought something newer. */
  if (self->host != NULL && self->prediction == NULL)
    {
      self->host->fill_paths (self->host->project, self, &now);
      if (g_strcmp0 (now.prediction, work->load->paths.prediction) == 0)
        {
          pel_image_document_take_prediction (self, work->load);
        }
      pel_document_paths_clear (&now);
    }
  pel_document_load_free (work->load);
  g_free (work);
}

void
pel_image_document_set_model (PelImageDocument *self, const char *name)
{
  PelDocumentLoad *load;
  gboolean has;

  if (self->host == NULL || g_strcmp0 (self->model_name, name) == 0)
    return;
  pel_image_document_write_prediction (self);
  g_free (self->model_name);
  self->model_name = g_strdup (name);
  pel_image_document_emit_model_name (self);
  load = pel_image_document_prepare_load (self);
  has = load->paths.prediction != NULL &&
        g_file_test (load->paths.prediction, G_FILE_TEST_IS_REGULAR);
  if (self->prediction != NULL)
    pel_image_document_set_prediction (self, NULL, NULL, 0.5, name);
  pel_image_document_set_has_prediction (self, has);
  if (has && self->mask != NULL)
    {
      LoadWork *work = g_new0 (LoadWork, 1);

      work->document = g_object_ref (self);
      work->load = load;
      work->width = self->width;
      work->height = self->height;
      pel_worker_push_urgent (self->host->reader, prediction_in_thread, prediction_done, work);
    }
  else
    pel_document_load_free (load);
}

/* Small pictures */

typedef struct
{
  PelImageDocument *document;
  char *path;
  guint page;
  char *cache; /* nullable */
  gboolean may_write;
  GBytes *pixels;
  guint width, height;
  gboolean missing;
} ThumbnailWork;

#define THUMBNAIL_MAGIC "PELTHMB1"

/* The cache holds: magic, the image file's time and size, width, height, then pixels. */
typedef struct
{
  char magic[8];
  gint64 time;
  gint64 size;
  guint32 width, height;
} ThumbnailHeader;

static gboolean
file_stamp (const char *path, gint64 *time, gint64 *size)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, "time::modified,standard::size", 0, NULL, NULL);

  if (info == NULL)
    return FALSE;
  *time = (gint64)g_file_info_get_attribute_uint64 (info, "time::modified");
  *size = g_file_info_get_size (info);
  return TRUE;
}

static gboolean
read_cached (ThumbnailWork *work, gint64 time, gint64 size)
{
  g_autofree char *data = NULL;
  gsize length;
  ThumbnailHeader header;

  if (work->cache == NULL || !g_file_get_contents (work->cache, &data, &length, NULL) ||
      length < sizeof header)
    return FALSE;
  memcpy (&header, data, sizeof header);
  if (memcmp (header.magic, THUMBNAIL_MAGIC, 8) != 0 || header.time != time ||
      header.size != size || header.width == 0 || header.width > 1024 || header.height == 0 ||
      header.height > 1024 || length != sizeof header + (gsize)header.width * header.height * 4)
    return FALSE;
  work->width = header.width;
  work->height = header.height;
  work->pixels = g_bytes_new (data + sizeof header, length - sizeof header);
  return TRUE;
}

static void
write_cached (ThumbnailWork *work, gint64 time, gint64 size)
{
  ThumbnailHeader header = {
    .time = time, .size = size, .width = work->width, .height = work->height
  };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  memcpy (header.magic, THUMBNAIL_MAGIC, 8);
  g_byte_array_append (out, (const guint8 *)&header, sizeof header);
  g_byte_array_append (out, g_bytes_get_data (work->pixels, NULL),
                       (guint)g_bytes_get_size (work->pixels));
  /* A cache need not survive a pulled plug, so it is not synced; a half one is not read. */
  if (!g_file_set_contents_full (work->cache, (const char *)out->data, out->len,
                                 G_FILE_SET_CONTENTS_NONE, 0666, &error))
    g_debug ("%s", error->message);
}

static void
thumbnail_in_thread (gpointer data)
{
  ThumbnailWork *work = data;
  g_autoptr (PelImage) image = NULL;
  gint64 time, size;

  if (!file_stamp (work->path, &time, &size))
    {
      work->missing = TRUE;
      return;
    }
  if (read_cached (work, time, size))
    return;
  image = pel_image_load (work->path, work->page, NULL, NULL);
  if (image == NULL)
    return;
  work->pixels = pel_thumbnail_make (image, &work->width, &work->height);
  if (work->pixels != NULL && work->cache != NULL && work->may_write)
    write_cached (work, time, size);
}

static void
thumbnail_done (gpointer data)
{
  ThumbnailWork *work = data;
  PelImageDocument *self = work->document;

  if (g_strcmp0 (work->path, self->path) == 0)
    {
      g_clear_pointer (&self->thumbnail, g_bytes_unref);
      self->thumbnail = g_steal_pointer (&work->pixels);
      self->thumbnail_width = work->width;
      self->thumbnail_height = work->height;
      self->thumbnail_state = self->thumbnail != NULL ? PEL_THUMBNAIL_READY : PEL_THUMBNAIL_FAILED;
      if (work->missing)
        pel_image_document_set_missing (self, TRUE);
      pel_image_document_emit_thumbnail_changed (self);
    }
  g_clear_pointer (&work->pixels, g_bytes_unref);
  g_free (work->path);
  g_free (work->cache);
  g_free (work);
  g_object_unref (self);
}

GBytes *
pel_image_document_get_thumbnail (PelImageDocument *self, guint *width, guint *height)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  ThumbnailWork *work;

  if (width != NULL)
    *width = self->thumbnail_width;
  if (height != NULL)
    *height = self->thumbnail_height;
  if (self->thumbnail_state != PEL_THUMBNAIL_NONE || self->host == NULL)
    return self->thumbnail;
  self->thumbnail_state = PEL_THUMBNAIL_WAITING;
  work = g_new0 (ThumbnailWork, 1);
  work->document = g_object_ref (self);
  work->path = g_strdup (self->path);
  work->page = self->page;
  work->cache = self->host->thumbnail_path (self->host->project, self);
  work->may_write = !self->host->read_only;
  pel_worker_push (self->host->reader, thumbnail_in_thread, thumbnail_done, work);
  return self->thumbnail;
}
