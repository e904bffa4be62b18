/* SPDX-License-Identifier: MIT */
#include "app/document/pel-model-doors-job.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-job-private.h"
#include "engine/infer/pel-bioimageio.h"
#include "engine/infer/pel-onnx.h"
#include "engine/infer/pel-package-read.h"
#include "engine/io/pel-file.h"

typedef struct
{
  char *source, *target;
  gboolean import, package, copy;
  char *name, *description, *licence, **authors; /* of a package */
  char *outputs;
  GPtrArray *notes; /* written by the thread, read when it has ended */
} DoorsWork;

struct _PelModelDoorsJob
{
  PelJob parent_instance;

  DoorsWork work;
};

G_DEFINE_FINAL_TYPE (PelModelDoorsJob, pel_model_doors_job, PEL_TYPE_JOB)

/* In the thread */

static PelModel *
load (DoorsWork *work, PelPool *pool, GCancellable *cancellable, GError **error)
{
  PelOnnxReadOptions options = PEL_ONNX_READ_OPTIONS_DEFAULT;

  if (!work->import)
    return pel_model_load (work->source, error);
  options.outputs = work->outputs;
  return pel_model_import (work->source, &options, work->notes, pool, cancellable, error);
}

/* A project without models has no folder for them yet. */
static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0777) == 0)
    return TRUE;
  pel_file_set_error (error, folder, errno);
  return FALSE;
}

static gboolean
save (DoorsWork *work, PelModel *model, PelPool *pool, GCancellable *cancellable, GError **error)
{
  PelModelCard card = { .name = work->name,
                        .description = work->description,
                        .authors = (const char *const *)work->authors,
                        .licence = work->licence };

  if (work->import)
    return make_folder (work->target, error) && pel_model_save (model, work->target, error);
  if (work->package)
    return pel_bioimageio_write (model, &card, work->target, PEL_ONNX_DEFAULT_OPSET, pool,
                                 cancellable, error);
  return pel_onnx_write (model, work->target, PEL_ONNX_DEFAULT_OPSET, error);
}

/* A model is some tens of megabytes. */
#define COPIED_AT_ONCE (256 * 1024)

static gboolean
copy (DoorsWork *work, PelJobContext *context, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (work->source);
  g_autoptr (GFileInputStream) in = g_file_read (file, context->cancellable, error);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (PelAtomicFile) out = NULL;
  g_autofree char *buffer = g_malloc (COPIED_AT_ONCE);
  goffset size = 0, done = 0;
  gssize n;

  if (in == NULL)
    return FALSE;
  info = g_file_input_stream_query_info (in, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, NULL);
  if (info != NULL)
    size = g_file_info_get_size (info);
  out = pel_atomic_file_new (work->target, error);
  if (out == NULL)
    return FALSE;
  while ((n = g_input_stream_read (G_INPUT_STREAM (in), buffer, COPIED_AT_ONCE,
                                   context->cancellable, error)) > 0)
    {
      if (!pel_atomic_file_write (out, buffer, (gsize)n, error))
        return FALSE;
      done += n;
      if (size > 0)
        pel_job_context_report (context, MIN (1.0, (double)done / (double)size), -1, NULL);
    }
  return n == 0 && !g_cancellable_set_error_if_cancelled (context->cancellable, error) &&
         pel_atomic_file_commit (out, error);
}

static void
doors_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  DoorsWork *work = data;
  g_autofree char *name = g_filename_display_basename (work->source);
  g_autoptr (PelModel) model = NULL;

  pel_job_context_report (context, -1, -1, name);
  if (work->copy)
    {
      copy (work, context, error);
      return;
    }
  model = load (work, pool, context->cancellable, error);
  if (model == NULL)
    g_prefix_error (error, "%s: ", name);
  else if (!g_cancellable_set_error_if_cancelled (context->cancellable, error))
    save (work, model, pool, context->cancellable, error);
}

/* On the main thread */

static void
pel_model_doors_job_finalize (GObject *object)
{
  DoorsWork *work = &PEL_MODEL_DOORS_JOB (object)->work;

  g_free (work->source);
  g_free (work->target);
  g_free (work->name);
  g_free (work->description);
  g_free (work->licence);
  g_strfreev (work->authors);
  g_free (work->outputs);
  g_ptr_array_unref (work->notes);
  G_OBJECT_CLASS (pel_model_doors_job_parent_class)->finalize (object);
}

static void
pel_model_doors_job_class_init (PelModelDoorsJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_model_doors_job_finalize;
  PEL_JOB_CLASS (klass)->work = doors_in_thread;
  PEL_JOB_CLASS (klass)->leaves_nothing = TRUE;
}

static void
pel_model_doors_job_init (PelModelDoorsJob *self)
{
  self->work.notes = g_ptr_array_new_with_free_func (g_free);
  pel_job_set_work (PEL_JOB (self), &self->work);
}

PelModelDoorsJob *
pel_model_doors_job_new_export (const char *model, const char *path, const PelModelCard *card)
{
  g_return_val_if_fail (model != NULL && path != NULL, NULL);

  PelModelDoorsJob *self = g_object_new (PEL_TYPE_MODEL_DOORS_JOB, NULL);

  self->work.source = g_strdup (model);
  self->work.target = g_strdup (path);
  self->work.package = card != NULL;
  if (card != NULL)
    {
      self->work.name = g_strdup (card->name);
      self->work.description = g_strdup (card->description);
      self->work.licence = g_strdup (card->licence);
      self->work.authors = g_strdupv ((char **)card->authors);
    }
  pel_job_set_title (PEL_JOB (self), _ ("Exporting a model"));
  return self;
}

PelModelDoorsJob *
pel_model_doors_job_new_copy (const char *model, const char *path)
{
  g_return_val_if_fail (model != NULL && path != NULL, NULL);

  PelModelDoorsJob *self = g_object_new (PEL_TYPE_MODEL_DOORS_JOB, NULL);

  self->work.copy = TRUE;
  self->work.source = g_strdup (model);
  self->work.target = g_strdup (path);
  pel_job_set_title (PEL_JOB (self), _ ("Copying a model"));
  return self;
}

PelModelDoorsJob *
pel_model_doors_job_new_import (const char *path, const char *outputs, const char *model)
{
  g_return_val_if_fail (path != NULL && model != NULL, NULL);

  PelModelDoorsJob *self = g_object_new (PEL_TYPE_MODEL_DOORS_JOB, NULL);

  self->work.import = TRUE;
  self->work.source = g_strdup (path);
  self->work.target = g_strdup (model);
  self->work.outputs = g_strdup (outputs);
  pel_job_set_title (PEL_JOB (self), _ ("Importing a model"));
  return self;
}

const char *
pel_model_doors_job_get_source (PelModelDoorsJob *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_DOORS_JOB (self), NULL);

  return self->work.source;
}

const char *
pel_model_doors_job_get_target (PelModelDoorsJob *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_DOORS_JOB (self), NULL);

  return self->work.target;
}

GPtrArray *
pel_model_doors_job_get_notes (PelModelDoorsJob *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_DOORS_JOB (self), NULL);

  return self->work.notes;
}
