/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-measure-report.h"
#include "engine/segment/pel-contour.h"

/**
 * PelSheet:
 *
 * What one page of a report says of one image or of many: the pictures with the cells' edges and a
 * scale bar, the distribution of a measurement, its count, median and quartiles by group and class,
 * where the scale comes from, and how all of it was measured. Cells that touch the border are left
 * out of the numbers. Holds pictures no larger than they are printed, and one number per cell. One
 * owner, one thread at a time, any thread.
 */
typedef struct PelSheet PelSheet;

/* So many pictures a page shows at most; of more images, as many at even distances. */
#define PEL_SHEET_MAX_PICTURES 30

/**
 * pel_sheet_new:
 * @title: what the page is about
 * @quantity: the measurement, a length
 * @rules: (nullable): classes of the cells that the user gave none; copied
 * @n_images: how many images will be added at most
 *
 * Returns: (transfer full): a page without images
 */
PelSheet *pel_sheet_new (const char *title,
                         PelQuantityId quantity,
                         const PelRules *rules,
                         guint n_images) G_GNUC_WARN_UNUSED_RESULT;

void pel_sheet_free (PelSheet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelSheet, pel_sheet_free)

/**
 * pel_sheet_add:
 * @self: a page
 * @own: (nullable): the image's own page beside it; both get the image, or neither
 * @about: where the cells come from
 * @picture: (nullable): the image; without one the cells are drawn alone, and @about tells its size
 * @contours: the cells' edges
 * @table: the cells; all tables of a page are measured by the same definitions
 * @error: return location for a `GError`
 *
 * Adds an image; nothing is kept of what is given.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_sheet_add (PelSheet *self,
                        PelSheet *own,
                        const PelMeasuredImage *about,
                        PelImage *picture,
                        const PelContourSet *contours,
                        const PelCellTable *table,
                        GError **error);

/* Images that were added. */
guint pel_sheet_get_n_images (const PelSheet *self);

/**
 * PelPaper:
 * @PEL_PAPER_A4: 210 x 297 mm
 * @PEL_PAPER_LETTER: 8.5 x 11 inches
 *
 * The size of a page.
 */
typedef enum
{
  PEL_PAPER_A4,
  PEL_PAPER_LETTER,
} PelPaper;

/* The size that the user's locale has. */
PelPaper pel_paper_get_default (void);

/**
 * PelSheetFile:
 *
 * A PDF file of pages, upright, with its fonts in it. It is there when it is finished, and not
 * before. One owner, one thread at a time.
 */
typedef struct PelSheetFile PelSheetFile;

/**
 * pel_sheet_file_new:
 * @path: (type filename): the file to create or replace when finished
 * @title: its title
 * @paper: size of its pages
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): a file without pages, or %NULL with a `G_IO_ERROR`
 */
PelSheetFile *pel_sheet_file_new (const char *path,
                                  const char *title,
                                  PelPaper paper,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Frees @self; without pel_sheet_file_finish() before it the file is left as it was. */
void pel_sheet_file_free (PelSheetFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelSheetFile, pel_sheet_file_free)

/* Adds a page. An error is kept, and told by pel_sheet_file_finish(). */
void pel_sheet_file_add (PelSheetFile *self, const PelSheet *sheet);

/**
 * pel_sheet_file_finish:
 * @self: a file
 * @error: return location for a `GError`
 *
 * Puts the file in place, in one step. To be called once.
 *
 * Returns: %FALSE with the first error met; the old file, if any, is then untouched
 */
gboolean pel_sheet_file_finish (PelSheetFile *self, GError **error);
