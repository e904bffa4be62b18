/* SPDX-License-Identifier: MIT */
#include "app/document/pel-channel-displays.h"
#include "app/document/pel-image-document-private.h"

/* Contrasts are an image's own, or else those that its project has for all. Which colour a channel
 * has and whether it is left out are the project's, and an image's own where that says nothing. */

guint32
pel_channel_display_default_colour (guint channel)
{
  static const guint32 colours[] = { 0x4a7dff, 0x2fd05a, 0xff5cc8, 0xf2c12e, 0x35d6e0, 0xffffff };

  return colours[channel % G_N_ELEMENTS (colours)];
}

static GArray *
get_common (PelImageDocument *self)
{
  return self->host != NULL ? self->host->displays : NULL;
}

void
pel_image_document_get_display (PelImageDocument *self, guint channel, PelChannelDisplay *display)
{
  const GArray *common;

  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));
  g_return_if_fail (display != NULL);

  common = get_common (self);
  *display = pel_channel_displays_get (self->displays, channel);
  if (common != NULL && channel < common->len)
    {
      const PelChannelDisplay *shared = &g_array_index (common, PelChannelDisplay, channel);

      if (!pel_channel_display_has_contrast (display))
        pel_channel_display_take_contrast (display, shared);
      display->colour = shared->colour;
      display->hidden = shared->hidden;
    }
}

void
pel_image_document_set_display (PelImageDocument *self,
                                guint channel,
                                const PelChannelDisplay *display)
{
  PelChannelDisplay before, own = *display;
  GArray *common;

  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));
  g_return_if_fail (display != NULL);

  common = get_common (self);
  pel_image_document_get_display (self, channel, &before);
  if (display->low == before.low && display->high == before.high &&
      display->gamma == before.gamma && display->invert == before.invert)
    {
      /* It follows the project where it did. */
      const PelChannelDisplay stored = pel_channel_displays_get (self->displays, channel);

      pel_channel_display_take_contrast (&own, &stored);
    }
  pel_channel_displays_set (self->displays, channel, &own);
  if (common != NULL && (display->colour != before.colour || display->hidden != before.hidden))
    {
      /* What was this image's alone until now goes along with it. */
      for (guint i = common->len; i < channel; i++)
        {
          PelChannelDisplay fresh = { .gamma = 1 };

          own = pel_channel_displays_get (self->displays, i);
          fresh.colour = own.colour;
          fresh.hidden = own.hidden;
          pel_channel_displays_set (common, i, &fresh);
        }
      before = pel_channel_displays_get (common, channel);
      before.colour = display->colour;
      before.hidden = display->hidden;
      pel_channel_displays_set (common, channel, &before);
    }
  pel_image_document_emit_display_changed (self);
  pel_image_document_touched (self);
}
