/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-image-document-private.h"

/* What the user says about an image, and project.json stores. */

gboolean
pel_image_document_get_validation (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  return self->validation;
}

static void
set_flag (PelImageDocument *self, gboolean *flag, gboolean value, const char *property)
{
  value = value != FALSE;
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify (G_OBJECT (self), property);
  pel_image_document_update_state (self);
  pel_image_document_touched (self);
}

void
pel_image_document_set_validation (PelImageDocument *self, gboolean validation)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  set_flag (self, &self->validation, validation, "validation");
}

gboolean
pel_image_document_get_complete (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  return self->complete;
}

void
pel_image_document_set_complete (PelImageDocument *self, gboolean complete)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  set_flag (self, &self->complete, complete, "complete");
}

gboolean
pel_image_document_get_reviewed (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  return self->reviewed;
}

void
pel_image_document_set_reviewed (PelImageDocument *self, gboolean reviewed)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  set_flag (self, &self->reviewed, reviewed, "reviewed");
}

const char *
pel_image_document_get_group (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), "");

  return self->group != NULL ? self->group : "";
}

void
pel_image_document_set_group (PelImageDocument *self, const char *group)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  if (group != NULL && group[0] == '\0')
    group = NULL;
  if (g_strcmp0 (self->group, group) == 0)
    return;
  g_free (self->group);
  self->group = g_strdup (group);
  g_object_notify (G_OBJECT (self), "group");
  pel_image_document_touched (self);
}

const PelRect *
pel_image_document_get_complete_regions (PelImageDocument *self, guint *n_regions)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  *n_regions = self->regions->len;
  return (const PelRect *)self->regions->data;
}

void
pel_image_document_set_complete_regions (PelImageDocument *self,
                                         const PelRect *regions,
                                         guint n_regions)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  g_array_set_size (self->regions, 0);
  if (n_regions > 0)
    g_array_append_vals (self->regions, regions, n_regions);
  pel_image_document_touched (self);
}

double
pel_image_document_get_um_x (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0);

  return self->um_x > 0 ? self->um_x : self->file_um_x;
}

double
pel_image_document_get_um_y (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), 0);

  return self->um_x > 0 ? self->um_y : self->file_um_y;
}

double
pel_image_document_get_um (PelImageDocument *self)
{
  return sqrt (pel_image_document_get_um_x (self) * pel_image_document_get_um_y (self));
}

gboolean
pel_image_document_has_oblong_pixels (PelImageDocument *self)
{
  double um_x = pel_image_document_get_um_x (self), um_y = pel_image_document_get_um_y (self);

  return um_x > 0 && um_y > 0 && fabs (um_x - um_y) > 1e-3 * um_x;
}

const char *
pel_image_document_get_calibration (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), "");

  if (self->um_x > 0 && self->line_um > 0)
    {
      /* Translators: where a scale comes from: a line of known length in µm, and its length in px.
       */
      g_autofree char *text =
          g_strdup_printf (_ ("a drawn line: %.6g µm = %.1f px"), self->line_um, self->line_px);

      return g_intern_string (text);
    }
  if (self->um_x > 0)
    return _ ("typed in");
  return self->file_um_x > 0 && self->file_calibration != NULL ? self->file_calibration : "";
}

void
pel_image_document_update_scale (PelImageDocument *self)
{
  double um_x = pel_image_document_get_um_x (self);
  double um_y = pel_image_document_get_um_y (self);

  pel_cell_list_set_scale (self->cells, um_x, um_y);
  pel_cell_list_set_scale (self->prediction_cells, um_x, um_y);
}

void
pel_image_document_set_calibration (PelImageDocument *self, double um_x, double um_y)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  if (!(um_x > 0 && um_y > 0 && isfinite (um_x) && isfinite (um_y)))
    um_x = um_y = 0;
  if (self->um_x == um_x && self->um_y == um_y)
    return;
  self->um_x = um_x;
  self->um_y = um_y;
  self->line_um = self->line_px = 0;
  pel_image_document_calibration_changed (self);
  pel_image_document_touched (self);
}

void
pel_image_document_set_calibration_line (PelImageDocument *self, double um, double dx, double dy)
{
  double shape = 1, um_x;

  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));
  g_return_if_fail (um > 0 && hypot (dx, dy) > 0);

  if (pel_image_document_has_oblong_pixels (self))
    shape = pel_image_document_get_um_y (self) / pel_image_document_get_um_x (self);
  um_x = um / hypot (dx, dy * shape);
  pel_image_document_set_calibration (self, um_x, um_x * shape);
  self->line_um = um;
  self->line_px = hypot (dx, dy);
  pel_image_document_calibration_changed (self);
  pel_image_document_touched (self);
}
