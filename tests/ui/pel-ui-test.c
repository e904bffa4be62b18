/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-ui-test.h"

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-image-document-private.h"

struct PelTestDocument
{
  PelDocumentHost host;
  PelImageDocument *document;
};

static void
ignore_document (gpointer project, PelImageDocument *document)
{
}

static void
ignore_message (gpointer project, const char *message)
{
}

PelTestDocument *
pel_test_document_new (PelImage *image, PelLabels *labels)
{
  PelTestDocument *self = g_new0 (PelTestDocument, 1);
  PelImageDocument *document;

  self->host.measurer = pel_worker_new ("test");
  self->host.read_only = TRUE;
  self->host.touched = ignore_document;
  self->host.saving_changed = ignore_document;
  self->host.loaded = ignore_document;
  self->host.calibrated = ignore_document;
  self->host.failed = ignore_message;
  document = self->document = pel_image_document_new (&self->host, "test", "/nowhere", 0, NULL);
  document->image = pel_image_ref (image);
  document->mask = labels
                       ? pel_mask_new_from_labels (labels)
                       : pel_mask_new (pel_image_get_width (image), pel_image_get_height (image));
  document->undo = pel_undo_new (document->mask);
  document->width = pel_image_get_width (image);
  document->height = pel_image_get_height (image);
  document->loaded = TRUE;
  pel_cell_list_set_source (document->cells, document->mask, NULL, image, NULL, 0.5);
  return self;
}

PelImageDocument *
pel_test_document_get (PelTestDocument *self)
{
  return self->document;
}

void
pel_test_document_free (PelTestDocument *self)
{
  pel_worker_drain (self->host.measurer);
  pel_image_document_detach (self->document);
  g_assert_finalize_object (self->document);
  pel_worker_free (self->host.measurer);
  g_free (self);
}

PelImage *
pel_test_image_new (guint width, guint height, guint8 (*f) (guint x, guint y))
{
  g_autoptr (GError) error = NULL;
  PelImage *image = pel_image_new (width, height, 1, PEL_SAMPLE_U8, &error);
  guint8 *plane;

  g_assert_no_error (error);
  plane = pel_image_get_writable_plane (image, 0);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      plane[(gsize)y * width + x] = f (x, y);
  return image;
}

void
pel_test_iterate (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  do
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (500);
    }
  while (g_get_monotonic_time () < end);
}

void
pel_test_settle (PelCanvas *canvas)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  guint quiet = 0;

  /* On a busy machine a window takes a while to come up. */
  while (gtk_widget_get_width (GTK_WIDGET (canvas)) <= 0)
    {
      pel_test_iterate (2);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
  /* Settled for a few frames: the first may be that of before a change was noticed. */
  while (quiet < 3)
    {
      int width, height;

      g_free (pel_test_render (GTK_WIDGET (canvas), &width, &height));
      pel_test_iterate (2);
      quiet = pel_canvas_is_settled (canvas) ? quiet + 1 : 0;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
}

guint32 *
pel_test_render (GtkWidget *widget, int *width, int *height)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderer *renderer = gsk_cairo_renderer_new ();
  GskRenderNode *node;
  GdkTexture *texture;
  guint32 *pixels;

  *width = gtk_widget_get_width (widget);
  *height = gtk_widget_get_height (widget);
  pixels = g_new0 (guint32, (gsize)*width * *height);
  GTK_WIDGET_GET_CLASS (widget)->snapshot (widget, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node)
    {
      gsk_renderer_realize (renderer, NULL, NULL);
      texture = gsk_renderer_render_texture (
          renderer, node, &GRAPHENE_RECT_INIT (0, 0, (float)*width, (float)*height));
      gdk_texture_download (texture, (guchar *)pixels, (gsize)*width * 4);
      g_object_unref (texture);
      gsk_renderer_unrealize (renderer);
      gsk_render_node_unref (node);
    }
  g_object_unref (renderer);
  return pixels;
}
