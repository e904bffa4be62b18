/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-channel-rows.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  GtkWidget *box;
  GtkCheckButton *check;
  GtkColorChooser *colour;
} Row;

struct _PelChannelRows
{
  GtkWidget parent_instance;

  PelImageDocument *document;
  GArray *rows; /* of Row, by channel */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (PelChannelRows, pel_channel_rows, GTK_TYPE_WIDGET)

static void
update_row (PelChannelRows *self, guint channel)
{
  const Row *row = &g_array_index (self->rows, Row, channel);
  PelChannelDisplay display;
  guint32 colour;

  pel_image_document_get_display (self->document, channel, &display);
  colour = display.colour != 0 ? display.colour : pel_channel_display_default_colour (channel);
  gtk_check_button_set_active (row->check, !display.hidden);
  gtk_color_chooser_set_rgba (row->colour, &(GdkRGBA){ (float)(colour >> 16 & 255) / 255.f,
                                                       (float)(colour >> 8 & 255) / 255.f,
                                                       (float)(colour & 255) / 255.f, 1 });
}

static void
update_rows (PelChannelRows *self)
{
  self->updating = TRUE;
  for (guint i = 0; i < self->rows->len; i++)
    update_row (self, i);
  self->updating = FALSE;
}

static guint
get_channel (gpointer control)
{
  return GPOINTER_TO_UINT (g_object_get_data (control, "pel-channel"));
}

static void
on_channel_shown (GtkCheckButton *check, GParamSpec *pspec, PelChannelRows *self)
{
  PelChannelDisplay display;

  if (self->updating || self->document == NULL)
    return;
  pel_image_document_get_display (self->document, get_channel (check), &display);
  display.hidden = !gtk_check_button_get_active (check);
  pel_image_document_set_display (self->document, get_channel (check), &display);
}

static void
on_channel_coloured (GtkColorButton *button, PelChannelRows *self)
{
  PelChannelDisplay display;
  GdkRGBA rgba;

  if (self->updating || self->document == NULL)
    return;
  gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (button), &rgba);
  pel_image_document_get_display (self->document, get_channel (button), &display);
  /* Black would be nothing at all, and stands for the usual colour. */
  display.colour = (guint32)lroundf (rgba.red * 255) << 16 |
                   (guint32)lroundf (rgba.green * 255) << 8 | (guint32)lroundf (rgba.blue * 255);
  pel_image_document_set_display (self->document, get_channel (button), &display);
}

static void
add_row (PelChannelRows *self)
{
  const guint channel = self->rows->len;
  g_autofree char *name = g_strdup_printf (_ ("Channel %u"), channel + 1);
  /* Translators: the colour in which a channel is shown; %u is its number. */
  g_autofree char *colour_name = g_strdup_printf (_ ("Colour of channel %u"), channel + 1);
  GtkWidget *check = gtk_check_button_new_with_label (name);
  GtkWidget *button = gtk_color_button_new ();
  Row row = { gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), GTK_CHECK_BUTTON (check),
              GTK_COLOR_CHOOSER (button) };

  gtk_widget_set_hexpand (check, TRUE);
  gtk_widget_set_tooltip_text (check, _ ("Whether this channel is among those shown together"));
  gtk_widget_set_tooltip_text (button, colour_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  colour_name, -1);
  g_object_set_data (G_OBJECT (check), "pel-channel", GUINT_TO_POINTER (channel));
  g_object_set_data (G_OBJECT (button), "pel-channel", GUINT_TO_POINTER (channel));
  g_signal_connect_object (check, "notify::active", G_CALLBACK (on_channel_shown), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (button, "color-set", G_CALLBACK (on_channel_coloured), self,
                           G_CONNECT_DEFAULT);
  gtk_box_append (GTK_BOX (row.box), check);
  gtk_box_append (GTK_BOX (row.box), button);
  gtk_widget_set_parent (row.box, GTK_WIDGET (self));
  g_array_append_val (self->rows, row);
}

static void
set_n_rows (PelChannelRows *self, guint n)
{
  while (self->rows->len > n)
    {
      gtk_widget_unparent (g_array_index (self->rows, Row, self->rows->len - 1).box);
      g_array_set_size (self->rows, self->rows->len - 1);
    }
  while (self->rows->len < n)
    add_row (self);
}

static void
pel_channel_rows_dispose (GObject *object)
{
  PelChannelRows *self = PEL_CHANNEL_ROWS (object);

  pel_channel_rows_set_document (self, NULL, 0);
  G_OBJECT_CLASS (pel_channel_rows_parent_class)->dispose (object);
}

static void
pel_channel_rows_finalize (GObject *object)
{
  g_array_unref (PEL_CHANNEL_ROWS (object)->rows);
  G_OBJECT_CLASS (pel_channel_rows_parent_class)->finalize (object);
}

static void
pel_channel_rows_class_init (PelChannelRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_channel_rows_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_channel_rows_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
pel_channel_rows_init (PelChannelRows *self)
{
  GtkBoxLayout *layout = GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));

  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (layout, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Channels shown together"), -1);
}

void
pel_channel_rows_set_document (PelChannelRows *self, PelImageDocument *document, guint n_channels)
{
  g_return_if_fail (PEL_IS_CHANNEL_ROWS (self));
  g_return_if_fail (document == NULL || PEL_IS_IMAGE_DOCUMENT (document));

  if (self->document != document)
    {
      if (self->document != NULL)
        g_signal_handlers_disconnect_by_func (self->document, update_rows, self);
      g_set_object (&self->document, document);
      if (document != NULL)
        g_signal_connect_object (document, "display-changed", G_CALLBACK (update_rows), self,
                                 G_CONNECT_SWAPPED);
    }
  set_n_rows (self, document != NULL ? n_channels : 0);
  update_rows (self);
}
