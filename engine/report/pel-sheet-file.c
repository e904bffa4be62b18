/* SPDX-License-Identifier: MIT */
#include "engine/report/pel-sheet-private.h"

#include <langinfo.h>
#include <stdint.h>
#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-file.h"

struct PelSheetFile
{
  PelAtomicFile *file;
  cairo_surface_t *surface;
  double width, height; /* points */
  GError *error;        /* the first failure */
};

PelPaper
pel_paper_get_default (void)
{
#ifdef _NL_PAPER_HEIGHT
  /* The number itself stands where a pointer would. */
  if ((int)(intptr_t)nl_langinfo (_NL_PAPER_HEIGHT) == 279)
    return PEL_PAPER_LETTER;
#endif
  return PEL_PAPER_A4;
}

static cairo_status_t
write_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  PelSheetFile *self = closure;

  if (self->error == NULL)
    pel_atomic_file_write (self->file, data, length, &self->error);
  return self->error == NULL ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

PelSheetFile *
pel_sheet_file_new (const char *path, const char *title, PelPaper paper, GError **error)
{
  PelAtomicFile *file = pel_atomic_file_new (path, error);
  PelSheetFile *self;

  if (file == NULL)
    return NULL;
  self = g_new0 (PelSheetFile, 1);
  self->file = file;
  self->width = paper == PEL_PAPER_LETTER ? 612 : 210 * 72 / 25.4;
  self->height = paper == PEL_PAPER_LETTER ? 792 : 297 * 72 / 25.4;
  self->surface =
      cairo_pdf_surface_create_for_stream (write_bytes, self, self->width, self->height);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATOR,
                                  "Pellicle " PEL_VERSION);
  return self;
}

void
pel_sheet_file_free (PelSheetFile *self)
{
  if (self == NULL)
    return;
  if (self->surface != NULL)
    {
      cairo_surface_finish (self->surface);
      cairo_surface_destroy (self->surface);
    }
  pel_atomic_file_free (self->file);
  g_clear_error (&self->error);
  g_free (self);
}

void
pel_sheet_file_add (PelSheetFile *self, const PelSheet *sheet)
{
  cairo_t *cr = cairo_create (self->surface);

  pel_sheet_draw (sheet, cr, self->width, self->height);
  cairo_show_page (cr);
  cairo_destroy (cr);
}

gboolean
pel_sheet_file_finish (PelSheetFile *self, GError **error)
{
  cairo_status_t status;

  cairo_surface_finish (self->surface);
  status = cairo_surface_status (self->surface);
  if (self->error == NULL && status != CAIRO_STATUS_SUCCESS)
    g_set_error (&self->error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                 /* Translators: a file, and why in the words of a library */
                 _ ("%s: the page cannot be drawn (%s); close other programs and try again"),
                 pel_atomic_file_get_path (self->file), cairo_status_to_string (status));
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  return pel_atomic_file_commit (self->file, error);
}
