/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-image-document.h"
#include "app/document/pel-mask.h"
#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"
#include "ui/canvas/pel-canvas.h"

G_BEGIN_DECLS

/* What tests of the user interface share: documents in memory, and pixels of widgets. */

typedef struct PelTestDocument PelTestDocument;

/* A loaded document without files. @image and @labels: (transfer none), @labels may be NULL for an
 * empty mask. */
PelTestDocument *pel_test_document_new (PelImage *image, PelLabels *labels)
    G_GNUC_WARN_UNUSED_RESULT;
PelImageDocument *pel_test_document_get (PelTestDocument *self);
/* Frees it and asserts that nobody holds the document any more. */
void pel_test_document_free (PelTestDocument *self);

/* 8-bit images: pixel x, y is the value of @f. */
PelImage *pel_test_image_new (guint width, guint height, guint8 (*f) (guint x, guint y))
    G_GNUC_WARN_UNUSED_RESULT;

/* Runs the main loop until @canvas shows all at its final sharpness. Aborts after ten seconds. */
void pel_test_settle (PelCanvas *canvas);
void pel_test_iterate (guint milliseconds);

/* What a widget draws now, by the software renderer: 0xAARRGGBB, row by row, its own size. */
guint32 *pel_test_render (GtkWidget *widget, int *width, int *height) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
