/* SPDX-License-Identifier: MIT */
#include "app/document/pel-edit-job.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-image-document-private.h"
#include "app/document/pel-job-private.h"

/* Earlier there is nothing to reckon from. */
#define RECKON_US 1000000

struct _PelEditJob
{
  PelJob parent_instance;

  PelImageDocument *image;
  char *name;
  PelMaskEditFunc func;
  gpointer data;
  GDestroyNotify destroy;
  gint64 begin;
  guint count; /* written in the thread, read after it */
  gboolean changed;
};

G_DEFINE_FINAL_TYPE (PelEditJob, pel_edit_job, PEL_TYPE_JOB)

/* In the thread */

static void
report (double fraction, gpointer data)
{
  PelEditJob *self = data;
  const double past = (double)(g_get_monotonic_time () - self->begin);
  const gboolean known = past > RECKON_US && fraction > 0;

  pel_job_context_report (pel_job_get_context (PEL_JOB (self)), fraction,
                          known ? past / G_USEC_PER_SEC * (1 - fraction) / fraction : -1, NULL);
}

static gboolean
edit (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  PelEditJob *self = data;

  self->begin = g_get_monotonic_time ();
  pel_mask_draft_watch (draft, report, self);
  if (!self->func (draft, self->data, cancellable, error))
    return FALSE;
  self->count = pel_mask_draft_get_count (draft);
  return TRUE;
}

/* On the main thread */

static void
on_edited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelEditJob) self = data;
  GError *error = NULL;

  self->changed = pel_image_document_edit_finish (self->image, result, &error);
  if (!self->changed && error == NULL && !pel_image_document_is_writable (self->image))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         _ ("The project was closed meanwhile."));
  pel_job_settled (PEL_JOB (self), error);
}

static gboolean
pel_edit_job_prepare (PelJob *job, GError **error)
{
  PelEditJob *self = PEL_EDIT_JOB (job);

  if (pel_image_document_is_writable (self->image) && self->image->mask != NULL)
    return TRUE;
  g_set_error_literal (
      error, G_IO_ERROR, G_IO_ERROR_READ_ONLY,
      self->image->host == NULL
          ? _ ("The project was closed meanwhile.")
          : _ ("The project can only be looked at; open it where it may be written."));
  return FALSE;
}

static gboolean
pel_edit_job_settle (PelJob *job)
{
  PelEditJob *self = PEL_EDIT_JOB (job);

  pel_image_document_edit_async (self->image, self->name, edit, self, NULL,
                                 pel_job_get_context (job)->cancellable, on_edited,
                                 g_object_ref (self));
  return TRUE;
}

static void
pel_edit_job_finalize (GObject *object)
{
  PelEditJob *self = PEL_EDIT_JOB (object);

  if (self->destroy != NULL)
    self->destroy (self->data);
  g_object_unref (self->image);
  g_free (self->name);
  G_OBJECT_CLASS (pel_edit_job_parent_class)->finalize (object);
}

static void
pel_edit_job_class_init (PelEditJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_edit_job_finalize;
  job_class->prepare = pel_edit_job_prepare;
  job_class->settle = pel_edit_job_settle;
}

static void
pel_edit_job_init (PelEditJob *self)
{
}

PelEditJob *
pel_edit_job_new (PelImageDocument *image,
                  const char *title,
                  const char *name,
                  PelMaskEditFunc func,
                  gpointer data,
                  GDestroyNotify destroy)
{
  PelEditJob *self;

  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (image), NULL);
  g_return_val_if_fail (func != NULL, NULL);

  self = g_object_new (PEL_TYPE_EDIT_JOB, NULL);
  self->image = g_object_ref (image);
  self->name = g_strdup (name);
  self->func = func;
  self->data = data;
  self->destroy = destroy;
  pel_job_set_title (PEL_JOB (self), title);
  return self;
}

PelImageDocument *
pel_edit_job_get_image (PelEditJob *self)
{
  g_return_val_if_fail (PEL_IS_EDIT_JOB (self), NULL);

  return self->image;
}

gboolean
pel_edit_job_get_changed (PelEditJob *self)
{
  g_return_val_if_fail (PEL_IS_EDIT_JOB (self), FALSE);

  return self->changed;
}

guint
pel_edit_job_get_count (PelEditJob *self)
{
  g_return_val_if_fail (PEL_IS_EDIT_JOB (self), 0);

  return self->changed ? self->count : 0;
}
