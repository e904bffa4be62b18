/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-fixed-picture.h"

struct _PelFixedPicture
{
  GtkWidget parent_instance;

  int size;
  GdkTexture *texture;
};

G_DEFINE_FINAL_TYPE (PelFixedPicture, pel_fixed_picture, GTK_TYPE_WIDGET)

static void
pel_fixed_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PelFixedPicture *self = PEL_FIXED_PICTURE (widget);
  double width, height, zoom;
  int across = gtk_widget_get_width (widget), down = gtk_widget_get_height (widget);

  if (self->texture == NULL)
    return;
  width = gdk_texture_get_width (self->texture);
  height = gdk_texture_get_height (self->texture);
  zoom = MIN (self->size / width, self->size / height);
  width *= zoom;
  height *= zoom;
  gtk_snapshot_append_texture (snapshot, self->texture,
                               &GRAPHENE_RECT_INIT ((float)(int)((across - width) / 2),
                                                    (float)(int)((down - height) / 2), (float)width,
                                                    (float)height));
}

static void
pel_fixed_picture_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  *minimum = *natural = PEL_FIXED_PICTURE (widget)->size;
  *minimum_baseline = *natural_baseline = -1;
}

static void
pel_fixed_picture_dispose (GObject *object)
{
  g_clear_object (&PEL_FIXED_PICTURE (object)->texture);
  G_OBJECT_CLASS (pel_fixed_picture_parent_class)->dispose (object);
}

static void
pel_fixed_picture_class_init (PelFixedPictureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_fixed_picture_dispose;
  widget_class->snapshot = pel_fixed_picture_snapshot;
  widget_class->measure = pel_fixed_picture_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
pel_fixed_picture_init (PelFixedPicture *self)
{
}

GtkWidget *
pel_fixed_picture_new (int size)
{
  PelFixedPicture *self = g_object_new (PEL_TYPE_FIXED_PICTURE, NULL);

  self->size = size;
  return GTK_WIDGET (self);
}

void
pel_fixed_picture_set_texture (PelFixedPicture *self, GdkTexture *texture)
{
  g_return_if_fail (PEL_IS_FIXED_PICTURE (self));

  if (g_set_object (&self->texture, texture))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

GdkTexture *
pel_fixed_picture_get_texture (PelFixedPicture *self)
{
  g_return_val_if_fail (PEL_IS_FIXED_PICTURE (self), NULL);

  return self->texture;
}
