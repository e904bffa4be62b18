/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-channel-names.h"

#include <glib/gi18n-lib.h>

#include "ui/canvas/pel-display.h"

/* Of a coloured image the first row is the whole of it; of others that is a channel. */
static gint
get_first (PelImage *image)
{
  return image && pel_image_is_rgb (image) ? PEL_DISPLAY_CHANNEL_AUTO : 0;
}

GtkStringList *
pel_channel_names_new (PelImage *image)
{
  GtkStringList *names = gtk_string_list_new (NULL);
  const guint n = image ? pel_image_get_n_channels (image) : 1;
  const gboolean rgb = image && pel_image_is_rgb (image);

  if (rgb)
    gtk_string_list_append (names, _ ("Colour"));
  for (guint i = 0; i < n; i++)
    {
      static const char *const rgb_names[] = { N_ ("Red"), N_ ("Green"), N_ ("Blue") };
      g_autofree char *name = NULL;

      if (rgb && i < 3)
        name = g_strdup (_ (rgb_names[i]));
      else
        /* Translators: one channel of an image; %u is its number. */
        name = g_strdup_printf (_ ("Channel %u"), i + 1);
      gtk_string_list_append (names, name);
    }
  if (pel_display_can_be_together (image))
    gtk_string_list_append (names, _ ("All, in colours"));
  return names;
}

guint
pel_channel_names_find (PelImage *image, gint channel)
{
  const gint n = image ? (gint)pel_image_get_n_channels (image) : 1;

  if (channel == PEL_DISPLAY_CHANNEL_ALL)
    return pel_display_can_be_together (image) ? (guint)n : 0;
  return channel >= 0 && channel < n ? (guint)(channel - get_first (image)) : 0;
}

gint
pel_channel_names_get (PelImage *image, guint row)
{
  const gint n = image ? (gint)pel_image_get_n_channels (image) : 1;
  const gint channel = (gint)MIN (row, G_MAXINT - 1) + get_first (image);

  if (channel == n && pel_display_can_be_together (image))
    return PEL_DISPLAY_CHANNEL_ALL;
  return channel < n ? channel : PEL_DISPLAY_CHANNEL_AUTO;
}

static gboolean
has_names (GListModel *old, GtkStringList *names)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (names));

  if (old == NULL || g_list_model_get_n_items (old) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (old), i),
                      gtk_string_list_get_string (names, i)))
      return FALSE;
  return TRUE;
}

void
pel_channel_names_show (GtkDropDown *chooser, PelImage *image, gint channel)
{
  g_autoptr (GtkStringList) names = pel_channel_names_new (image);

  if (!has_names (gtk_drop_down_get_model (chooser), names))
    gtk_drop_down_set_model (chooser, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (chooser, pel_channel_names_find (image, channel));
}
