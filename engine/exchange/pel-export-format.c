/* SPDX-License-Identifier: MIT */
#include "engine/exchange/pel-export-format.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* In the order of PelExportFormat. */
static const PelExportFormatInfo formats[PEL_N_EXPORT_FORMATS] = {
  { "tiff", N_ ("Label images, TIFF"),
    N_ ("16 or 32 bits, each cell its number; for ImageJ, CellProfiler, Python"), ".tif", NULL,
    FALSE, FALSE },
  { "png", N_ ("Label images, PNG"), N_ ("16 bits, each cell its number; up to 65535 cells"),
    ".png", NULL, FALSE, FALSE },
  { "roi", N_ ("ImageJ regions"), N_ ("A zip archive for each image, for ImageJ’s ROI Manager"),
    "_rois.zip", NULL, FALSE, FALSE },
  { "geojson", N_ ("GeoJSON"), N_ ("Outlines with their measurements, for QuPath"), ".geojson",
    NULL, FALSE, TRUE },
  { "coco", N_ ("COCO, polygons"), N_ ("One file for all images; cells with holes as run lengths"),
    ".json", "annotations.json", FALSE, FALSE },
  { "coco-rle", N_ ("COCO, run lengths"), N_ ("One file for all images, pixels as plain numbers"),
    ".json", "annotations.json", FALSE, FALSE },
  { "coco-compressed", N_ ("COCO, compressed run lengths"),
    N_ ("One file for all images, the smallest of the three"), ".json", "annotations.json", FALSE,
    FALSE },
  { "rle", N_ ("Kaggle run lengths"), N_ ("One table for all images: ImageId, EncodedPixels"),
    ".csv", "cells-rle.csv", FALSE, FALSE },
  { "npy", N_ ("Cellpose"), N_ ("NAME_seg.npy beside each image, for Cellpose’s window"),
    "_seg.npy", NULL, FALSE, FALSE },
  { "cp-masks", N_ ("Cellpose masks"), N_ ("NAME_cp_masks.png, for Cellpose’s command line"),
    "_cp_masks.png", NULL, FALSE, FALSE },
  { "overlay", N_ ("Pictures, PNG"), N_ ("Every edge and diameter drawn over the image"),
    ".overlay.png", NULL, TRUE, TRUE },
  { "svg", N_ ("Pictures, SVG"), N_ ("Edges and diameters as vectors, for figures"), ".overlay.svg",
    NULL, TRUE, TRUE },
};

const PelExportFormatInfo *
pel_export_format_get_info (PelExportFormat format)
{
  g_return_val_if_fail (format < PEL_N_EXPORT_FORMATS, NULL);

  return &formats[format];
}

gboolean
pel_export_format_find (const char *name, PelExportFormat *format)
{
  for (guint i = 0; i < PEL_N_EXPORT_FORMATS; i++)
    if (strcmp (formats[i].name, name) == 0)
      {
        *format = (PelExportFormat)i;
        return TRUE;
      }
  return FALSE;
}
