/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelTiffText:
 * @is_imagej: the description is ImageJ's
 * @is_ome: the description is OME-XML
 * @images: planes that ImageJ says there are, at least 1
 * @n_channels: channels, at least 1
 * @n_slices: z planes, at least 1
 * @n_frames: time points, at least 1
 * @um_x: width of a pixel in µm; 0 where it is not known
 * @um_y: height of a pixel in µm; 0 where it is not known
 * @z_step_um: distance of z planes in µm; 0 where it is not known
 * @planes: (nullable): OME only, `n_channels * n_slices * n_frames` directory numbers, c fastest,
 * then z, then t; -1 where a plane is not in this file
 * @n_series: OME only, the number of image series in the file
 *
 * What the ImageDescription tag of a TIFF file says about its pages and pixel size.
 */
typedef struct
{
  gboolean is_imagej, is_ome;
  guint images;
  guint n_channels, n_slices, n_frames;
  double um_x, um_y, z_step_um;
  gint *planes;
  guint n_series;
} PelTiffText;

/**
 * PelTiffResolution:
 * @x: pixels per unit across; 0 if the tag is missing or no positive number
 * @y: pixels per unit down
 * @unit: the ResolutionUnit tag: 1 none, 2 inch, 3 centimetre
 */
typedef struct
{
  double x, y;
  guint unit;
} PelTiffResolution;

/**
 * pel_tiff_text_parse:
 * @text: (out caller-allocates): what was understood; clear with pel_tiff_text_clear()
 * @description: (nullable): the tag, of any content
 * @resolution: the resolution tags, in which ImageJ hides the pixel size
 * @samples_per_pixel: of the first page: OME counts the samples of a colour page as channels
 * @n_directories: the pages in the file
 * @file_name: the file's own name, which OME-XML may mention among others
 */
void pel_tiff_text_parse (PelTiffText *text,
                          const char *description,
                          const PelTiffResolution *resolution,
                          guint samples_per_pixel,
                          guint n_directories,
                          const char *file_name);

/**
 * pel_tiff_text_clear:
 * @text: filled by pel_tiff_text_parse(), or zeros
 */
void pel_tiff_text_clear (PelTiffText *text);

/**
 * pel_unit_to_um:
 * @unit: a unit of length as programs write it: `um`, `micron`, `\u00B5m`, `nm`, …
 *
 * Returns: its length in µm; 0 for what is no length, such as `pixel`
 */
double pel_unit_to_um (const char *unit);
