/* SPDX-License-Identifier: MIT */
#pragma once

#include <tiffio.h>

#include "engine/io/pel-image-io-private.h"
#include "engine/io/pel-tiff-text.h"

/**
 * PelTiffHandle:
 * @tiff: libtiff's handle
 * @problem: what libtiff said first ; "" if nothing
 * @errsv: `errno` when it said so
 *
 * A TIFF file with its own error handler: libtiff's global one is not safe between threads.
 */
typedef struct
{
  TIFF *tiff;
  char problem[200];
  int errsv;
} PelTiffHandle;

/* @path or, when @fd is not -1, that descriptor, which is then the handle's. @memory bounds any
 * single allocation of libtiff's. Returns FALSE with the problem set. */
gboolean pel_tiff_handle_open (PelTiffHandle *handle,
                               const char *path,
                               int fd,
                               const char *mode,
                               guint64 memory);
/* The same for a file in memory, which must outlive the handle. */
gboolean pel_tiff_handle_open_memory (PelTiffHandle *handle, const void *data, gsize length);
void pel_tiff_handle_close (PelTiffHandle *handle);

/* The picture in one directory, as its tags tell. */
typedef struct
{
  guint32 width, height;
  guint16 samples, bits, format, photometric, planar, compression, subfile_is_reduced;
  guint16 n_extra;
  gboolean has_alpha;
  gboolean is_tiled;
  gboolean is_big_endian; /* the file; libtiff swaps samples of 16, 24, 32 and 64 bits only */
  PelSampleType type;
} PelTiffPage;

/* Reads the tags of the current directory and refuses what cannot be read. */
gboolean pel_tiff_page_read_tags (PelTiffPage *page, TIFF *tiff, guint64 file_size, GError **error);

/* Whether the strips of the current directory lie one behind the other, uncompressed; @offset is
 * where they begin. */
gboolean pel_tiff_page_is_contiguous (const PelTiffPage *page, TIFF *tiff, guint64 *offset);
guint64 pel_tiff_page_get_n_bytes (const PelTiffPage *page);

/* Decodes the current directory into planes @first_plane and following of @image. */
gboolean pel_tiff_page_decode (const PelTiffPage *page,
                               PelTiffHandle *handle,
                               const PelReadRequest *request,
                               PelImage *image,
                               guint first_plane,
                               GError **error);

/* The same from bytes at @offset of the file itself, for planes without a directory. */
gboolean pel_tiff_page_decode_raw (const PelTiffPage *page,
                                   const PelReadRequest *request,
                                   guint64 offset,
                                   gboolean swapped,
                                   PelImage *image,
                                   guint first_plane,
                                   GError **error);
