/* SPDX-License-Identifier: MIT */
#include "app/document/pel-project-display.h"

#include "app/document/pel-channel-displays.h"
#include "app/document/pel-project-private.h"

struct PelDisplayRecord
{
  GArray *common;
  GPtrArray *images;   /* of PelImageDocument */
  GPtrArray *displays; /* of GArray, one for each of them */
};

static void
unref_array (gpointer array)
{
  g_array_unref (array);
}

static PelDisplayRecord *
record_new (PelProject *project)
{
  PelDisplayRecord *self = g_new (PelDisplayRecord, 1);

  self->common = g_array_copy (project->host.displays);
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->displays = g_ptr_array_new_with_free_func (unref_array);
  for (guint i = 0; i < project->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (project->images, i);

      g_ptr_array_add (self->images, g_object_ref (image));
      g_ptr_array_add (self->displays, g_array_copy (image->displays));
    }
  return self;
}

void
pel_display_record_free (PelDisplayRecord *self)
{
  g_array_unref (self->common);
  g_ptr_array_unref (self->images);
  g_ptr_array_unref (self->displays);
  g_free (self);
}

static void
copy_displays (GArray *to, const GArray *from)
{
  g_array_set_size (to, 0);
  g_array_append_vals (to, from->data, from->len);
}

PelDisplayRecord *
pel_project_share_display (PelProject *self, const PelChannelDisplay *displays, guint n_channels)
{
  PelDisplayRecord *record;

  g_return_val_if_fail (PEL_IS_PROJECT (self), NULL);
  g_return_val_if_fail (displays != NULL && n_channels > 0, NULL);

  record = record_new (self);
  for (guint i = 0; i < n_channels; i++)
    pel_channel_displays_set (self->host.displays, i, &displays[i]);
  for (guint i = 0; i < self->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (self->images, i);

      for (guint c = 0; c < MIN (image->displays->len, n_channels); c++)
        {
          const PelChannelDisplay fresh = { .gamma = 1 };

          pel_channel_display_take_contrast (&g_array_index (image->displays, PelChannelDisplay, c),
                                             &fresh);
        }
      pel_image_document_emit_display_changed (image);
    }
  pel_project_schedule_write (self);
  return record;
}

void
pel_project_restore_display (PelProject *self, const PelDisplayRecord *record)
{
  g_return_if_fail (PEL_IS_PROJECT (self));
  g_return_if_fail (record != NULL);

  copy_displays (self->host.displays, record->common);
  for (guint i = 0; i < record->images->len; i++)
    {
      PelImageDocument *image = g_ptr_array_index (record->images, i);

      if (image->host != &self->host)
        continue;
      copy_displays (image->displays, g_ptr_array_index (record->displays, i));
      pel_image_document_emit_display_changed (image);
    }
  pel_project_schedule_write (self);
}
