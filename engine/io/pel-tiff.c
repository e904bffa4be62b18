/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-tiff-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"

/* A TIFF file as a sequence of positions, each made of one page or of several gathered channels.
 *
 * Three kinds of file are told apart: an OME-TIFF, whose text says which directory is which plane;
 * an ImageJ stack, where channels run fastest, then z, then t, and where a stack beyond 4 GiB (or
 * one that was cut off before its other directories) has one directory and its planes one behind
 * the other; and any other file, where each page that is no thumbnail is a position. */
typedef struct
{
  const PelReadRequest *request;
  PelTiffHandle handle;
  PelTiffText text;
  PelTiffPage first; /* the tags of directory 0 */
  guint n_directories;
  guint n_virtual; /* planes without directory, by directory 0; 0 if there are none */
  guint64 virtual_offset;
  guint n_positions;
  guint n_gathered; /* channels from pages */
  guint *pages;     /* n_positions * n_gathered directories or virtual planes */
} PelTiffReader;

/* Allocations of libtiff's own are for tags and for compressed strips, both parts of the file. */
static guint64
memory_limit (guint64 file_size)
{
  return (guint64)64 * 1024 * 1024 + 4 * MIN (file_size, G_MAXINT64 / 8);
}

static gboolean
set_page (PelTiffReader *self, guint directory, PelTiffPage *page, GError **error)
{
  self->handle.problem[0] = '\0';
  if (!TIFFSetDirectory (self->handle.tiff, directory))
    {
      pel_image_io_set_damaged (error, self->handle.problem[0] != '\0'
                                           ? self->handle.problem
                                           : _ ("one of its pages could not be read"));
      return FALSE;
    }
  return pel_tiff_page_read_tags (page, self->handle.tiff, self->request->file_size, error);
}

static PelTiffResolution
read_resolution (TIFF *tiff)
{
  float x = 0.0f, y = 0.0f;
  guint16 unit = RESUNIT_INCH;
  PelTiffResolution resolution = { 0 };

  TIFFGetFieldDefaulted (tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
  if (TIFFGetField (tiff, TIFFTAG_XRESOLUTION, &x) == 1 && x > 0.0f && x < 1e30f)
    resolution.x = (double)x;
  if (TIFFGetField (tiff, TIFFTAG_YRESOLUTION, &y) == 1 && y > 0.0f && y < 1e30f)
    resolution.y = (double)y;
  resolution.unit = unit;
  return resolution;
}

static void
read_calibration (PelTiffReader *self, const PelTiffResolution *resolution, PelImageInfo *info)
{
  info->um_x = self->text.um_x;
  info->um_y = self->text.um_y;
  info->z_step_um = self->text.z_step_um;
  gboolean has_tags = resolution->x > 0.0 && resolution->y > 0.0 &&
                      (resolution->unit == RESUNIT_INCH || resolution->unit == RESUNIT_CENTIMETER);

  if (self->text.is_imagej)
    info->calibration = "ImageJ description";
  else if (self->text.is_ome)
    info->calibration = "OME-XML";
  else if (has_tags)
    info->calibration = "resolution tags only";
  else
    info->calibration = "none";
  if (has_tags && info->um_x == 0.0)
    {
      double unit = resolution->unit == RESUNIT_INCH ? 25400.0 : 10000.0;
      pel_image_info_suggest_um (info, unit / resolution->x, unit / resolution->y);
    }
}

static void
set_positions (PelTiffReader *self, guint n_positions, guint n_gathered)
{
  self->n_positions = n_positions;
  self->n_gathered = n_gathered;
  self->pages = g_new (guint, (gsize)n_positions * n_gathered);
}

/* By ImageJ's counts; its planes may or may not have directories. */
static void
index_imagej (PelTiffReader *self, PelImageInfo *info)
{
  guint n_pages = self->n_directories;

  if (self->text.images > 1 && self->n_directories == 1 &&
      pel_tiff_page_is_contiguous (&self->first, self->handle.tiff, &self->virtual_offset) &&
      self->virtual_offset < self->request->file_size)
    {
      guint64 whole = (self->request->file_size - self->virtual_offset) /
                      pel_tiff_page_get_n_bytes (&self->first);
      self->n_virtual = (guint)MIN (whole, self->text.images);
      n_pages = MAX (self->n_virtual, 1);
    }
  if (n_pages < self->text.images)
    info->warning = g_strdup_printf (
        /* Translators: two numbers of images in a stack */
        _ ("the file is cut off: it holds %u of the %u images that it announces"), n_pages,
        self->text.images);

  guint channels = self->first.samples > 1 ? 1 : self->text.n_channels;
  gboolean fits =
      channels <= n_pages &&
      (guint64)channels * self->text.n_slices * self->text.n_frames == self->text.images;
  set_positions (self, fits ? n_pages / channels : n_pages, fits ? channels : 1);
  for (guint i = 0; i < self->n_positions * self->n_gathered; i++)
    self->pages[i] = i;
  info->pages = n_pages;
}

/* By the table of the OME-XML: the positions of which every channel is in this file. */
static gboolean
index_ome (PelTiffReader *self, PelImageInfo *info)
{
  guint channels = self->text.n_channels;
  guint total = self->text.n_slices * self->text.n_frames;
  guint n_complete = 0;

  if (self->text.planes == NULL)
    return FALSE;
  set_positions (self, total, channels);
  for (guint p = 0; p < total; p++)
    {
      gboolean complete = TRUE;
      for (guint c = 0; c < channels; c++)
        {
          gint directory = self->text.planes[p * channels + c];
          complete = complete && directory >= 0 && (guint)directory < self->n_directories;
          self->pages[n_complete * channels + c] = (guint)MAX (directory, 0);
        }
      if (complete)
        n_complete++;
    }
  if (n_complete == 0)
    {
      g_clear_pointer (&self->pages, g_free);
      return FALSE;
    }
  if (n_complete < total)
    info->warning = g_strdup_printf (
        /* Translators: two numbers of pictures in a stack */
        _ ("only %u of the %u pictures of this OME-TIFF set are in this file"), n_complete, total);
  else if (self->text.n_series > 1)
    info->warning = g_strdup_printf (
        /* Translators: the number of image series in a file */
        _ ("the file holds %u image series; only the first is opened"), self->text.n_series);
  self->n_positions = n_complete;
  return TRUE;
}

/* Page by page, without thumbnails and transparency masks. */
static void
index_pages (PelTiffReader *self, PelImageInfo *info)
{
  guint n = 0;

  set_positions (self, self->n_directories, 1);
  for (guint i = 0; i < self->n_directories; i++)
    {
      guint32 subfile = 0;
      if (!TIFFSetDirectory (self->handle.tiff, i))
        {
          info->warning = g_strdup_printf (
              /* Translators: two numbers of pages */
              _ ("the file is damaged: only the first %u of its %u pages can be read"), i,
              self->n_directories);
          break;
        }
      TIFFGetFieldDefaulted (self->handle.tiff, TIFFTAG_SUBFILETYPE, &subfile);
      if ((subfile & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0)
        self->pages[n++] = i;
    }
  if (n == 0)
    self->pages[n++] = 0;
  self->n_positions = n;
}

static void
fill_info (PelTiffReader *self, PelImageInfo *info)
{
  const PelTiffPage *page = &self->first;
  const char *software = NULL;

  info->format = "TIFF";
  info->width = page->width;
  info->height = page->height;
  info->pages = self->n_directories;
  info->channels = page->samples;
  info->bits = page->bits;
  info->sample_format = page->format == SAMPLEFORMAT_IEEEFP ? PEL_SAMPLE_FORMAT_FLOAT
                        : page->format == SAMPLEFORMAT_INT  ? PEL_SAMPLE_FORMAT_INT
                                                            : PEL_SAMPLE_FORMAT_UINT;
  info->is_palette = page->photometric == PHOTOMETRIC_PALETTE;
  info->is_rgb = page->photometric == PHOTOMETRIC_RGB;
  info->has_alpha = page->has_alpha;
  info->min_is_white = page->photometric == PHOTOMETRIC_MINISWHITE;
  info->is_lossy = page->compression == COMPRESSION_JPEG;
  info->orientation = 1;
  if (TIFFGetField (self->handle.tiff, TIFFTAG_SOFTWARE, &software) == 1 && software != NULL)
    info->is_labels =
        g_str_has_prefix (software, "Pellicle ") && g_str_has_suffix (software, " labels");
}

static gboolean
open_and_index (PelTiffReader *self, PelImageInfo *info, GError **error)
{
  const PelReadRequest *request = self->request;

  /* Not mapped into memory: a file that shrinks while it is read must not end the program. */
  if (!pel_tiff_handle_open (&self->handle, request->path, -1, "rm",
                             memory_limit (request->file_size)))
    {
      pel_image_io_set_damaged (error, self->handle.problem[0] != '\0'
                                           ? self->handle.problem
                                           : _ ("its header is cut off or broken"));
      return FALSE;
    }
  if (!pel_tiff_page_read_tags (&self->first, self->handle.tiff, request->file_size, error))
    return FALSE;

  TIFF *tiff = self->handle.tiff;
  char *description = NULL;
  TIFFGetField (tiff, TIFFTAG_IMAGEDESCRIPTION, &description);
  /* libtiff's copy goes with its directory. */
  g_autofree char *copy = g_strdup (description);
  PelTiffResolution resolution = read_resolution (tiff);
  g_autofree char *name = g_path_get_basename (request->path);

  self->n_directories = MAX (TIFFNumberOfDirectories (tiff), 1);
  fill_info (self, info);
  pel_tiff_text_parse (&self->text, copy, &resolution, self->first.samples, self->n_directories,
                       name);
  read_calibration (self, &resolution, info);
  if (self->text.is_imagej)
    index_imagej (self, info);
  else if (!index_ome (self, info))
    index_pages (self, info);
  info->positions = self->n_positions;
  info->position_channels = self->n_gathered;
  /* Only where none is missing does a position's number tell its place. */
  if ((guint64)self->text.n_slices * self->text.n_frames == self->n_positions &&
      self->n_positions > 1)
    {
      info->slices = self->text.n_slices;
      info->frames = self->text.n_frames;
    }
  return TRUE;
}

static PelImage *
apply_palette (PelTiffReader *self, const PelTiffPage *page, PelImage *image, GError **error)
{
  guint16 *red = NULL, *green = NULL, *blue = NULL;
  guint n = 1u << page->bits;

  if (TIFFGetField (self->handle.tiff, TIFFTAG_COLORMAP, &red, &green, &blue) != 1)
    return image;
  /* Some writers left 8-bit colours in the 16-bit table. */
  gboolean narrow = TRUE;
  for (guint i = 0; i < n && narrow; i++)
    narrow = red[i] < 256 && green[i] < 256 && blue[i] < 256;
  g_autofree guint16 *palette = g_new (guint16, 3 * (gsize)n);
  for (guint i = 0; i < n; i++)
    {
      palette[3 * i] = (guint16)(narrow ? red[i] << 8 : red[i]);
      palette[3 * i + 1] = (guint16)(narrow ? green[i] << 8 : green[i]);
      palette[3 * i + 2] = (guint16)(narrow ? blue[i] << 8 : blue[i]);
    }
  return pel_image_apply_palette (image, palette, n, error);
}

/* From stored samples to what is meant. */
static PelImage *
interpret (PelTiffReader *self, const PelTiffPage *page, PelImage *image, GError **error)
{
  if (page->photometric == PHOTOMETRIC_MINISWHITE)
    pel_image_invert_samples (image, page->bits);
  if (page->photometric == PHOTOMETRIC_PALETTE && self->n_gathered == 1)
    return apply_palette (self, page, image, error);
  if (page->photometric == PHOTOMETRIC_SEPARATED)
    return pel_image_cmyk_to_rgb (image, error);
  return image;
}

/* Reads the planes of one position; @pages are its channels. */
static PelImage *
load_pages (PelTiffReader *self,
            const guint *pages,
            guint n_pages,
            PelImageInfo *info,
            GError **error)
{
  const PelReadRequest *request = self->request;
  PelTiffPage page = { 0 };
  g_autoptr (PelImage) image = NULL;

  for (guint i = 0; i < n_pages; i++)
    {
      PelTiffPage next = self->first;
      if (self->n_virtual == 0 && !set_page (self, pages[i], &next, error))
        return NULL;
      if (image == NULL)
        {
          page = next;
          image = pel_image_new (page.width, page.height, page.samples * n_pages, page.type, error);
          if (image == NULL)
            return NULL;
          pel_image_set_bits (image, page.bits);
          pel_image_set_rgb (image, page.photometric == PHOTOMETRIC_RGB && n_pages == 1);
          pel_image_set_has_alpha (image, page.has_alpha && n_pages == 1);
        }
      else if (next.width != page.width || next.height != page.height || next.type != page.type ||
               next.samples != page.samples)
        {
          pel_image_io_set_damaged (error, _ ("the channels of the stack differ in size or type"));
          return NULL;
        }
      guint64 offset = self->virtual_offset + pel_tiff_page_get_n_bytes (&page) * (guint64)pages[i];
      guint plane = i * page.samples;
      gboolean ok = self->n_virtual > 0
                        ? pel_tiff_page_decode_raw (&next, request, offset,
                                                    TIFFIsByteSwapped (self->handle.tiff) != 0,
                                                    image, plane, error)
                        : pel_tiff_page_decode (&next, &self->handle, request, image, plane, error);
      if (!ok)
        return NULL;
    }
  pel_image_set_um (image, info->um_x, info->um_y, info->um_x > 0.0 ? info->calibration : "");
  if (request->mode == PEL_READ_SHOWN)
    return interpret (self, &page, g_steal_pointer (&image), error);
  return g_steal_pointer (&image);
}

gboolean
pel_tiff_read (const PelReadRequest *request, PelImageInfo *info, PelImage **image, GError **error)
{
  PelTiffReader self = { .request = request };
  static const guint first_page[] = { 0 };
  gboolean ok = open_and_index (&self, info, error);

  if (ok && request->mode == PEL_READ_FIRST_PAGE)
    {
      *image = load_pages (&self, first_page, 1, info, error);
      ok = *image != NULL;
    }
  else if (ok && request->mode != PEL_READ_FACTS)
    {
      if (request->position >= self.n_positions)
        {
          g_set_error (
              error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
              /* Translators: the number of a page that was asked for, and of those there */
              _ ("there is no page %u; the file has %u"), request->position + 1, self.n_positions);
          ok = FALSE;
        }
      else
        {
          *image = load_pages (&self, self.pages + (gsize)request->position * self.n_gathered,
                               self.n_gathered, info, error);
          ok = *image != NULL;
        }
    }
  pel_tiff_handle_close (&self.handle);
  pel_tiff_text_clear (&self.text);
  g_free (self.pages);
  return ok;
}
