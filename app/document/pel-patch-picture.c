/* SPDX-License-Identifier: MIT */
#include "app/document/pel-patch-picture.h"

#include "engine/train/pel-dataset.h"

/* Patches up to this side are magnified, and pictures have this side at most. */
#define MAGNIFY_UP_TO 192
#define LARGEST 512
#define HATCH 8

static const guint8 outline_color[3] = { 0xff, 0xdb, 0x40 };

static guint
get_magnification (guint side)
{
  return side <= MAGNIFY_UP_TO ? 2 : 1;
}

static guint
get_reduction (guint side)
{
  return (side + LARGEST - 1) / LARGEST;
}

guint
pel_patch_picture_get_side (guint patch_side)
{
  guint side = patch_side * get_magnification (patch_side) / get_reduction (patch_side);

  return MAX (side, 1);
}

/* The mean colour of the pixels that one of the picture stands for. */
static void
read_color (const guint8 *pixels, guint side, guint x, guint y, guint reduction, guint8 *out)
{
  guint sums[3] = { 0 };

  for (guint j = 0; j < reduction; j++)
    for (guint i = 0; i < reduction; i++)
      for (guint k = 0; k < 3; k++)
        sums[k] += pixels[3 * ((gsize)(y + j) * side + x + i) + k];
  for (guint k = 0; k < 3; k++)
    out[k] = (guint8)(sums[k] / (reduction * reduction));
}

static gboolean
is_cell (guint32 label)
{
  return label != 0 && label != PEL_LABEL_IGNORED;
}

/* Whether there is another cell, or none, within so many pixels straight on. */
static gboolean
is_edge (const guint32 *labels, guint side, guint x, guint y, guint reach)
{
  guint32 label = labels[(gsize)y * side + x];

  for (guint d = 1; d <= reach; d++)
    if ((x >= d && labels[(gsize)y * side + x - d] != label) ||
        (x + d < side && labels[(gsize)y * side + x + d] != label) ||
        (y >= d && labels[(gsize)(y - d) * side + x] != label) ||
        (y + d < side && labels[(gsize)(y + d) * side + x] != label))
      return TRUE;
  return FALSE;
}

static void
shade (guint8 *pixel, double factor, guint8 add)
{
  for (guint k = 0; k < 3; k++)
    pixel[k] = (guint8)MIN (factor * pixel[k] + add, 255.0);
}

GBytes *
pel_patch_picture_new (const guint8 *pixels, const guint32 *labels, guint side)
{
  guint magnification = get_magnification (side), reduction = get_reduction (side);
  guint out = pel_patch_picture_get_side (side);
  g_autofree guint32 *seen = g_new (guint32, (gsize)out * out);
  guint8 *picture = g_malloc ((gsize)out * out * 3);

  for (guint y = 0; y < out; y++)
    for (guint x = 0; x < out; x++)
      {
        guint sx = x / magnification * reduction, sy = y / magnification * reduction;
        gsize at = (gsize)y * out + x;

        read_color (pixels, side, sx, sy, reduction, picture + 3 * at);
        seen[at] = labels[(gsize)(sy + reduction / 2) * side + sx + reduction / 2];
      }
  for (guint y = 0; y < out; y++)
    for (guint x = 0; x < out; x++)
      {
        gsize at = (gsize)y * out + x;

        if (seen[at] == PEL_LABEL_IGNORED)
          shade (picture + 3 * at, 0.5, (x + y) % HATCH == 0 ? 56 : 0);
        else if (!is_edge (seen, out, x, y, is_cell (seen[at]) ? magnification : 1))
          continue;
        else if (is_cell (seen[at]))
          for (guint k = 0; k < 3; k++)
            picture[3 * at + k] = outline_color[k];
        else
          /* A thin dark casing, so that the line shows on bright ground as well. */
          shade (picture + 3 * at, 0.4, 0);
      }
  return g_bytes_new_take (picture, (gsize)out * out * 3);
}
