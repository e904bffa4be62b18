/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-lessons-text.h"

#include <glib/gi18n-lib.h>

#include "ui/window/pel-workspace.h"

/* With so many images some are held out by themselves. */
#define HOLD_OUT_FROM 4

char *
pel_lessons_describe_counts (guint cells, guint images)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, ngettext ("%u cell", "%u cells", cells), cells);
  /* Translators: continues "12 cells". */
  g_string_append_printf (text, ngettext (" in %u image", " in %u images", images), images);
  return g_strdup (text->str);
}

char *
pel_lessons_describe (const PelLessons *lessons)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint images = lessons->images, cells = lessons->cells;

  if (images == 0)
    return g_strdup (_ ("Nothing is painted yet."));
  if (lessons->unread > 0)
    g_string_append_printf (
        text, ngettext ("%u image with its mask", "%u images with masks", images), images);
  else
    {
      g_autofree char *counts = pel_lessons_describe_counts (cells, images);

      g_string_append (text, counts);
    }
  if (lessons->complete > 0)
    /* Translators: continues "12 cells in 3 images": images in which every cell is painted. */
    g_string_append_printf (
        text, ngettext (", %u of them complete", ", %u of them complete", lessons->complete),
        lessons->complete);
  if (lessons->regions > 0)
    g_string_append_printf (
        text, ngettext (", %u complete region", ", %u complete regions", lessons->regions),
        lessons->regions);
  if (lessons->held_out > 0)
    /* Translators: images kept back to test the model with. */
    g_string_append_printf (
        text, ngettext ("; %u image held out", "; %u images held out", lessons->held_out),
        lessons->held_out);
  g_string_append_c (text, '.');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

const char *
pel_lessons_advise (const PelLessons *lessons)
{
  if (lessons->images == 0)
    return lessons->held_out > 0
               ? _ ("Every painted image is held out. Let at least one be learnt from.")
               : _ ("Paint a few cells first, or import images with their masks.");
  if (lessons->cells < PEL_ENOUGH_CELLS && lessons->unread == 0)
    return _ ("That is very little. A few more cells will help much.");
  if (lessons->complete == 0 && lessons->regions == 0)
    return _ ("Only painted cells and a ring around each count. Where every cell of an image "
              "is painted, say so on the Annotate page: background is then learnt too.");
  if (lessons->held_out == 0 && lessons->images - lessons->empty >= HOLD_OUT_FROM)
    return _ ("A fifth of the images will be held out, to test every model on them. You can "
              "choose which on the Annotate page.");
  if (lessons->held_out == 0 && lessons->complete > 0)
    return _ ("A quarter of each complete image will be held out, to test the model on it while it "
              "learns. From four images on whole ones are.");
  if (lessons->held_out == 0 && lessons->images > 1)
    return _ ("Hold out one painted image on the Annotate page, and the model is tested on "
              "it while it learns.");
  return "";
}
