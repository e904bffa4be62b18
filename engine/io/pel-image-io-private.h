/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/io/pel-image-io.h"

/* What the readers of the single formats share. Their messages do not name the file:
 * pel-image-io.c puts its name in front. */

/**
 * PelReadMode:
 * @PEL_READ_FACTS: headers only, no pixels
 * @PEL_READ_SHOWN: pixels as pel_image_load() gives them
 * @PEL_READ_STORED: pixels as they are in the file
 * @PEL_READ_FIRST_PAGE: as stored, the first page of the file even if it is a thumbnail
 */
typedef enum
{
  PEL_READ_FACTS,
  PEL_READ_SHOWN,
  PEL_READ_STORED,
  PEL_READ_FIRST_PAGE,
} PelReadMode;

typedef struct
{
  const char *path;
  PelReadMode mode;
  guint position;
  guint64 file_size;
  GCancellable *cancellable;
} PelReadRequest;

/* Each fills @info, which holds zeros before, and unless only facts are asked for returns the
 * image in @image. After a failure the caller clears both. */
gboolean pel_png_read (const PelReadRequest *request,
                       PelImageInfo *info,
                       PelImage **image,
                       GError **error);
gboolean pel_tiff_read (const PelReadRequest *request,
                        PelImageInfo *info,
                        PelImage **image,
                        GError **error);
gboolean pel_jpeg_read (const PelReadRequest *request,
                        PelImageInfo *info,
                        PelImage **image,
                        GError **error);
gboolean pel_bmp_read (const PelReadRequest *request,
                       PelImageInfo *info,
                       PelImage **image,
                       GError **error);
gboolean pel_pixbuf_read (const PelReadRequest *request,
                          PelImageInfo *info,
                          PelImage **image,
                          GError **error);

/* Loads through gdk-pixbuf. @n_channels 1 keeps one of three equal colours, 3 all without alpha,
 * 0 whatever there is. Nothing is turned. */
PelImage *pel_pixbuf_load (const PelReadRequest *request, guint n_channels, GError **error);

/* The four inks of a CMYK or YCCK JPEG, 0 for none; its size is in @info. */
PelImage *pel_jpeg_load_inks (const PelReadRequest *request,
                              const PelImageInfo *info,
                              gboolean is_ycck,
                              GError **error);

/* Whether the name is that of a microscope maker's own format, which must be exported first. */
gboolean pel_image_path_is_vendor (const char *path);
void pel_image_io_set_vendor (GError **error);

/* A file's bytes do not make an image: damaged, cut off, or of another kind. */
void pel_image_io_set_damaged (GError **error, const char *reason);

/* Whether @n_bytes of pixels can be in a file that takes no less than one byte for @most of them;
 * refuses it otherwise. Leaves room for what is small anyway. */
gboolean pel_image_io_check_expansion (const PelReadRequest *request,
                                       guint64 n_bytes,
                                       guint64 most,
                                       GError **error);

/* Whether @request is cancelled, with the error set. */
gboolean pel_image_io_is_cancelled (const PelReadRequest *request, GError **error);

/* The resolution tags as a suggestion, unless they are a print default or no microscope's. */
void pel_image_info_suggest_um (PelImageInfo *info, double um_x, double um_y);

/* Replaces palette indices by what they mean, by the rule in pel_image_load(). @palette holds
 * @n_colours times red, green, blue. Takes @indices, and returns it or a new image. */
PelImage *pel_image_apply_palette (PelImage *indices,
                                   const guint16 *palette,
                                   guint n_colours,
                                   GError **error);

/* Turns integers over within the @bits they were stored with; floats are left alone. */
void pel_image_invert_samples (PelImage *image, guint bits);

/* Cyan, magenta, yellow and black, 8 or 16 bits, to red, green and blue. Takes @cmyk. */
PelImage *pel_image_cmyk_to_rgb (PelImage *cmyk, GError **error);

/* Makes upright what EXIF says is stored as @orientation, 1 to 8. Takes @image. */
PelImage *pel_image_make_upright (PelImage *image, guint orientation, GError **error);
