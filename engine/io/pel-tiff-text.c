/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-tiff-text.h"

#include <math.h>
#include <string.h>

/* More planes than any file has; a bound on what a hostile text can make us reserve. */
#define MAX_PLANES (1u << 20)

/* ImageJ writes what is not ASCII as \uXXXX, in properties as in Java. */
static char *
unescape (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0';)
    {
      if (p[0] == '\\' && p[1] == 'u' && g_ascii_isxdigit (p[2]) && g_ascii_isxdigit (p[3]) &&
          g_ascii_isxdigit (p[4]) && g_ascii_isxdigit (p[5]))
        {
          gunichar c = 0;
          for (guint i = 2; i < 6; i++)
            c = c * 16 + (gunichar)g_ascii_xdigit_value (p[i]);
          if (c != 0 && g_unichar_validate (c))
            g_string_append_unichar (out, c);
          p += 6;
        }
      else
        g_string_append_c (out, *p++);
    }
  return g_string_free (out, FALSE);
}

double
pel_unit_to_um (const char *unit)
{
  static const struct
  {
    const char *name;
    double um;
  } units[] = {
    { "um", 1.0 },
    { "micron", 1.0 },
    { "microns", 1.0 },
    { "micrometer", 1.0 },
    { "micrometers", 1.0 },
    { "micrometre", 1.0 },
    { "micrometres", 1.0 },
    { "\302\265m", 1.0 }, /* U+00B5, the micro sign */
    { "\316\274m", 1.0 }, /* U+03BC, the Greek letter */
    { "\265m", 1.0 },     /* the micro sign in Latin-1 */
    { "nm", 1e-3 },
    { "nanometer", 1e-3 },
    { "nanometers", 1e-3 },
    { "nanometre", 1e-3 },
    { "pm", 1e-6 },
    { "\303\205", 1e-4 },     /* U+00C5, the letter that stands for the ångström */
    { "\342\204\253", 1e-4 }, /* U+212B, its own sign */
    { "angstrom", 1e-4 },
    { "mm", 1e3 },
    { "millimeter", 1e3 },
    { "millimeters", 1e3 },
    { "millimetre", 1e3 },
    { "cm", 1e4 },
    { "centimeter", 1e4 },
    { "centimetre", 1e4 },
    { "dm", 1e5 },
    { "m", 1e6 },
    { "meter", 1e6 },
    { "metre", 1e6 },
    { "inch", 25400.0 },
    { "inches", 25400.0 },
    { "in", 25400.0 },
  };

  if (unit == NULL)
    return 0.0;
  g_autofree char *plain = unescape (unit);
  g_strstrip (plain);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (plain, units[i].name) == 0)
      return units[i].um;
  return 0.0;
}

static double
usable (double um)
{
  return isfinite (um) && um > 0.0 ? um : 0.0;
}

static guint
parse_count (const char *value)
{
  guint64 n = g_ascii_strtoull (value, NULL, 10);
  return (guint)CLAMP (n, 1, G_MAXINT32);
}

/* ---- ImageJ: "ImageJ=1.54f", then one key=value per line ---- */

static void
parse_imagej (PelTiffText *text, const char *description, const PelTiffResolution *resolution)
{
  g_auto (GStrv) lines = g_strsplit_set (description, "\r\n", 4096);
  const char *unit = NULL, *unit_z = NULL;
  double spacing = 0.0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *value = strchr (lines[i], '=');
      if (value == NULL)
        continue;
      *value++ = '\0';
      const char *key = g_strstrip (lines[i]);
      if (g_str_equal (key, "images"))
        text->images = parse_count (value);
      else if (g_str_equal (key, "channels"))
        text->n_channels = parse_count (value);
      else if (g_str_equal (key, "slices"))
        text->n_slices = parse_count (value);
      else if (g_str_equal (key, "frames"))
        text->n_frames = parse_count (value);
      else if (g_str_equal (key, "unit"))
        unit = value;
      else if (g_str_equal (key, "zunit"))
        unit_z = value;
      else if (g_str_equal (key, "spacing"))
        spacing = g_ascii_strtod (value, NULL);
    }

  /* The unit counts for y too: what little writes a yunit of its own does not agree on what the
   * resolution tag then holds. */
  double um = pel_unit_to_um (unit);
  double z = unit_z != NULL ? pel_unit_to_um (unit_z) : um;
  /* Some writers put pixels per centimetre in the tag and "um" in the text; ImageJ mends it too. */
  double mend = resolution->unit == 3 && um == 1.0 ? 1e4 : 1.0;
  double per_y = resolution->y > 0.0 ? resolution->y : resolution->x;
  gboolean is_print = resolution->unit == 2 && resolution->x == 72.0 && per_y == 72.0;
  if (resolution->x > 0.0 && !is_print)
    {
      text->um_x = usable (um * mend / resolution->x);
      text->um_y = usable (um * mend / per_y);
    }
  /* ImageJ always writes a spacing of 1 for one plane; only a stack's means something. */
  text->z_step_um = text->n_slices > 1 ? usable (z * fabs (spacing)) : 0.0;
}

/* ---- OME-XML ---- */

typedef struct
{
  guint first_c, first_z, first_t;
  gint64 directory; /* -1: not given */
  gint64 count;     /* -1: not given */
  char *file_name;
} PelOmeBlock;

typedef struct
{
  PelTiffText *text;
  guint n_images, n_pixels;
  gboolean in_first;
  char order[6];
  double x, y, z;
  char *unit_x, *unit_y, *unit_z;
  GArray *blocks;
  gboolean in_block;
} PelOmeParser;

static void
clear_block (gpointer data)
{
  PelOmeBlock *block = data;
  g_free (block->file_name);
}

static const char *
local_name (const char *name)
{
  const char *colon = strrchr (name, ':');
  return colon != NULL ? colon + 1 : name;
}

static const char *
find_attribute (const char **names, const char **values, const char *wanted)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], wanted))
      return values[i];
  return NULL;
}

static guint
find_count (const char **names, const char **values, const char *wanted)
{
  const char *value = find_attribute (names, values, wanted);
  return value != NULL ? parse_count (value) : 1;
}

static guint
find_index (const char **names, const char **values, const char *wanted)
{
  const char *value = find_attribute (names, values, wanted);
  guint64 n = value != NULL ? g_ascii_strtoull (value, NULL, 10) : 0;
  return (guint)MIN (n, G_MAXINT32);
}

static double
find_number (const char **names, const char **values, const char *wanted)
{
  const char *value = find_attribute (names, values, wanted);
  return value != NULL ? g_ascii_strtod (value, NULL) : 0.0;
}

static void
start_pixels (PelOmeParser *self, const char **names, const char **values)
{
  const char *order = find_attribute (names, values, "DimensionOrder");

  self->text->n_channels = find_count (names, values, "SizeC");
  self->text->n_slices = find_count (names, values, "SizeZ");
  self->text->n_frames = find_count (names, values, "SizeT");
  g_strlcpy (self->order, order != NULL ? order : "XYCZT", sizeof self->order);
  self->x = find_number (names, values, "PhysicalSizeX");
  self->y = find_number (names, values, "PhysicalSizeY");
  self->z = find_number (names, values, "PhysicalSizeZ");
  self->unit_x = g_strdup (find_attribute (names, values, "PhysicalSizeXUnit"));
  self->unit_y = g_strdup (find_attribute (names, values, "PhysicalSizeYUnit"));
  self->unit_z = g_strdup (find_attribute (names, values, "PhysicalSizeZUnit"));
}

static void
start_block (PelOmeParser *self, const char **names, const char **values)
{
  PelOmeBlock block = {
    .first_c = find_index (names, values, "FirstC"),
    .first_z = find_index (names, values, "FirstZ"),
    .first_t = find_index (names, values, "FirstT"),
    .directory = -1,
    .count = -1,
  };
  if (find_attribute (names, values, "IFD") != NULL)
    block.directory = find_index (names, values, "IFD");
  if (find_attribute (names, values, "PlaneCount") != NULL)
    block.count = find_index (names, values, "PlaneCount");
  if (self->blocks->len < MAX_PLANES)
    g_array_append_val (self->blocks, block);
  self->in_block = TRUE;
}

static void
on_start (GMarkupParseContext *context,
          const char *element,
          const char **names,
          const char **values,
          gpointer data,
          GError **error)
{
  PelOmeParser *self = data;
  const char *name = local_name (element);

  if (g_str_equal (name, "Image"))
    self->n_images++;
  else if (g_str_equal (name, "Pixels"))
    {
      self->in_first = ++self->n_pixels == 1;
      if (self->in_first)
        start_pixels (self, names, values);
    }
  else if (self->in_first && g_str_equal (name, "TiffData"))
    start_block (self, names, values);
  else if (self->in_block && g_str_equal (name, "UUID") && self->blocks->len > 0)
    {
      PelOmeBlock *block = &g_array_index (self->blocks, PelOmeBlock, self->blocks->len - 1);
      g_free (block->file_name);
      block->file_name = g_strdup (find_attribute (names, values, "FileName"));
    }
}

static void
on_end (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  PelOmeParser *self = data;
  const char *name = local_name (element);

  if (g_str_equal (name, "Pixels"))
    self->in_first = FALSE;
  else if (g_str_equal (name, "TiffData"))
    self->in_block = FALSE;
}

/* Whether @block speaks of this file: it names it, or no file, or the set has one file only, which
 * may have been renamed since. */
static gboolean
is_own_block (const PelOmeParser *self, const PelOmeBlock *block, const char *file_name)
{
  if (block->file_name == NULL || g_strcmp0 (block->file_name, file_name) == 0)
    return TRUE;
  for (guint i = 0; i < self->blocks->len; i++)
    {
      const PelOmeBlock *other = &g_array_index (self->blocks, PelOmeBlock, i);
      if (g_strcmp0 (other->file_name, block->file_name) != 0)
        return FALSE;
    }
  return TRUE;
}

/* Splits the running number of a plane by the order of dimensions, and returns its place in the
 * table, or -1 beyond its end. */
static gint64
place_of_plane (const PelOmeParser *self, guint64 number)
{
  const PelTiffText *text = self->text;
  guint64 c = 0, z = 0, t = 0;

  for (const char *p = self->order + 2; *p != '\0'; p++)
    if (*p == 'C')
      {
        c = number % text->n_channels;
        number /= text->n_channels;
      }
    else if (*p == 'Z')
      {
        z = number % text->n_slices;
        number /= text->n_slices;
      }
    else if (*p == 'T')
      {
        t = number % text->n_frames;
        number /= text->n_frames;
      }
  if (number > 0)
    return -1;
  return (gint64)(c + text->n_channels * (z + text->n_slices * t));
}

/* The running number of the plane at c, z, t: the reverse of the above. */
static guint64
number_of_plane (const PelOmeParser *self, guint c, guint z, guint t)
{
  const PelTiffText *text = self->text;
  guint64 number = 0, step = 1;

  for (const char *p = self->order + 2; *p != '\0'; p++)
    {
      guint size = *p == 'C' ? text->n_channels : *p == 'Z' ? text->n_slices : text->n_frames;
      number += step * (*p == 'C' ? c : *p == 'Z' ? z : t);
      step *= size;
    }
  return number;
}

static gboolean
is_valid_order (const char *order)
{
  return strlen (order) == 5 && strncmp (order, "XY", 2) == 0 && strchr (order, 'C') != NULL &&
         strchr (order, 'Z') != NULL && strchr (order, 'T') != NULL;
}

static void
place_planes (PelOmeParser *self, guint n_directories, const char *file_name)
{
  PelTiffText *text = self->text;
  guint64 total = (guint64)text->n_channels * text->n_slices;
  total = total > MAX_PLANES ? total : total * text->n_frames;

  if (total > MAX_PLANES || total > (guint64)n_directories * 64)
    {
      /* The text promises far more than the file can hold; its pages are taken one by one. */
      text->n_channels = text->n_slices = text->n_frames = 1;
      return;
    }
  if (!is_valid_order (self->order))
    g_strlcpy (self->order, "XYCZT", sizeof self->order);
  text->planes = g_new (gint, total);
  for (guint64 i = 0; i < total; i++)
    text->planes[i] = -1;

  gboolean any = FALSE;
  for (guint b = 0; b < self->blocks->len; b++)
    {
      const PelOmeBlock *block = &g_array_index (self->blocks, PelOmeBlock, b);
      if (!is_own_block (self, block, file_name) || block->first_c >= text->n_channels ||
          block->first_z >= text->n_slices || block->first_t >= text->n_frames)
        continue;
      guint64 first = number_of_plane (self, block->first_c, block->first_z, block->first_t);
      gint64 directory = MAX (block->directory, 0);
      gint64 count = block->count >= 0 ? block->count : block->directory >= 0 ? 1 : (gint64)total;
      for (gint64 i = 0; i < count && directory + i < n_directories; i++)
        {
          gint64 place = place_of_plane (self, first + (guint64)i);
          if (place < 0)
            break;
          text->planes[place] = (gint)(directory + i);
          any = TRUE;
        }
    }
  if (any)
    return;
  for (guint64 i = 0; i < total && i < n_directories; i++)
    text->planes[place_of_plane (self, i)] = (gint)i;
}

static void
parse_ome (PelTiffText *text,
           const char *description,
           guint samples_per_pixel,
           guint n_directories,
           const char *file_name)
{
  static const GMarkupParser callbacks = { .start_element = on_start, .end_element = on_end };
  PelOmeParser self = { .text = text, .order = "XYCZT" };

  self.blocks = g_array_new (FALSE, FALSE, sizeof (PelOmeBlock));
  g_array_set_clear_func (self.blocks, clear_block);
  GMarkupParseContext *context = g_markup_parse_context_new (&callbacks, 0, &self, NULL);
  /* What was read before a fault in the text is still worth having. */
  g_autofree char *valid = g_utf8_make_valid (description, -1);
  if (g_markup_parse_context_parse (context, valid, (gssize)strlen (valid), NULL))
    g_markup_parse_context_end_parse (context, NULL);
  g_markup_parse_context_free (context);

  text->n_series = self.n_images;
  if (samples_per_pixel > 1)
    text->n_channels = MAX (1, text->n_channels / samples_per_pixel);
  double x = self.unit_x != NULL ? pel_unit_to_um (self.unit_x) : 1.0;
  double y = self.unit_y != NULL ? pel_unit_to_um (self.unit_y) : 1.0;
  double z = self.unit_z != NULL ? pel_unit_to_um (self.unit_z) : 1.0;
  text->um_x = usable (self.x * x);
  text->um_y = usable (self.y * y);
  text->z_step_um = usable (self.z * z);
  if (text->um_y == 0.0)
    text->um_y = text->um_x;
  if (text->um_x == 0.0)
    text->um_x = text->um_y;
  place_planes (&self, n_directories, file_name);

  g_array_unref (self.blocks);
  g_free (self.unit_x);
  g_free (self.unit_y);
  g_free (self.unit_z);
}

void
pel_tiff_text_parse (PelTiffText *text,
                     const char *description,
                     const PelTiffResolution *resolution,
                     guint samples_per_pixel,
                     guint n_directories,
                     const char *file_name)
{
  *text = (PelTiffText){ .images = 1, .n_channels = 1, .n_slices = 1, .n_frames = 1 };
  if (description == NULL)
    return;
  if (g_str_has_prefix (description, "ImageJ="))
    {
      text->is_imagej = TRUE;
      parse_imagej (text, description, resolution);
    }
  else if (strstr (description, "<OME") != NULL || strstr (description, "<ome:OME") != NULL)
    {
      text->is_ome = TRUE;
      parse_ome (text, description, samples_per_pixel, n_directories, file_name);
    }
}

void
pel_tiff_text_clear (PelTiffText *text)
{
  g_clear_pointer (&text->planes, g_free);
}
