/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-definitions.h"

#include <string.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  const char *name, *title, *description;
} Set;

static const Set sets[PEL_N_DEFINITIONS] = {
  [PEL_DEFINITIONS_PELLICLE] = { "pellicle", "Pellicle",
                                 N_ ("Pellicle’s own definitions: from the contour of the "
                                     "probability map where there is one, with "
                                     "uncertainties, else from the pixels of the labels.") },
  [PEL_DEFINITIONS_IMAGEJ] = { "imagej", "ImageJ",
                               N_ ("The definitions of ImageJ’s Analyze Particles, holes left out "
                                   "of the area: from the pixels of "
                                   "the labels, without probabilities or uncertainties. Perim. is "
                                   "perimeter, Circ. is circularity, "
                                   "AR is aspect_ratio, Angle is orientation_deg, Feret is "
                                   "max_feret, and X and Y are the centroid "
                                   "plus 0.5. ImageJ takes each piece of a label as a particle of "
                                   "its own. What ImageJ does not "
                                   "measure is measured as Pellicle does.") },
  [PEL_DEFINITIONS_CELLPROFILER] = { "cellprofiler", "CellProfiler",
                                     N_ ("The definitions of CellProfiler’s "
                                         "MeasureObjectSizeShape: from the pixels of the labels, "
                                         "without probabilities or uncertainties. FormFactor is "
                                         "circularity. They are those of regionprops "
                                         "of scikit-image too, but for its Feret diameter, which "
                                         "is about a pixel longer, and its "
                                         "orientation, which is in radians. What CellProfiler does "
                                         "not measure is measured as Pellicle "
                                         "does.") },
};

/* A quantity that a set defines in another way than Pellicle. */
typedef struct
{
  PelDefinitions definitions;
  PelQuantityId id;
  const char *description;
  const char *source;
} Other;

#define IMAGEJ "ImageJ 1.52i"
#define CELLPROFILER "CellProfiler 4; centrosome 1.3"
#define SCIKIT "CellProfiler 4; regionprops of scikit-image 0.19"

static const Other others[] = {
  { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_AREA, N_ ("Number of pixels."), IMAGEJ },
  { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_PERIMETER,
    N_ ("Length of the outer outline along the sides of the pixels, where pixels that touch at a "
        "corner "
        "belong together; at each step of a slanting edge the corner is cut, so that its two sides "
        "count "
        "as the square root of 2. Holes do not count."),
    IMAGEJ },
  { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_MAJOR_AXIS,
    N_ ("Long axis of the ellipse with the same area and the same ratio and direction of the "
        "second "
        "moments, each pixel counting with its own size (the term of 1/12)."),
    IMAGEJ },
  { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_MINOR_AXIS,
    N_ ("Short axis of the ellipse with the same area and the same ratio and direction of the "
        "second "
        "moments, each pixel counting with its own size (the term of 1/12)."),
    IMAGEJ },
  { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_CIRCULARITY,
    N_ ("4 pi area / perimeter²: 1 for a circle, less for any other shape; never above 1."),
    IMAGEJ },
  { PEL_DEFINITIONS_IMAGEJ, PEL_QUANTITY_SD_INTENSITY,
    N_ ("Standard deviation of the label's pixels about their mean, divided by their number less "
        "one."),
    IMAGEJ },
  { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_AREA, N_ ("Number of pixels."), SCIKIT },
  { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_PERIMETER,
    N_ ("Length of the line through the middles of the pixels at the edge, holes included: 1 for a "
        "step to "
        "the side, the square root of 2 for one to a corner. In µm only where pixels are square."),
    SCIKIT },
  { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_ORIENTATION,
    N_ ("Direction of the major axis, from -90 to 90 degrees: 0 upright, above 0 turned "
        "anticlockwise from "
        "there."),
    SCIKIT },
  { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_MAX_FERET,
    N_ ("Largest distance between two parallel lines that hold the middles of the cell's pixels, "
        "about one "
        "pixel less than with their corners."),
    CELLPROFILER },
  { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_MIN_FERET,
    N_ ("Smallest distance between two parallel lines that hold the middles of the cell's pixels, "
        "about "
        "one pixel less than with their corners."),
    CELLPROFILER },
  { PEL_DEFINITIONS_CELLPROFILER, PEL_QUANTITY_CONVEX_AREA,
    N_ ("Number of pixels whose middles lie in the convex hull of the middles of the pixels' "
        "sides."),
    SCIKIT },
};

const char *
pel_definitions_get_name (PelDefinitions definitions)
{
  g_return_val_if_fail ((guint)definitions < PEL_N_DEFINITIONS, NULL);
  return sets[definitions].name;
}

const char *
pel_definitions_get_title (PelDefinitions definitions)
{
  g_return_val_if_fail ((guint)definitions < PEL_N_DEFINITIONS, NULL);
  return sets[definitions].title;
}

gboolean
pel_definitions_find (const char *name, PelDefinitions *definitions)
{
  for (guint i = 0; i < PEL_N_DEFINITIONS; i++)
    {
      if (strcmp (sets[i].name, name) == 0)
        {
          *definitions = (PelDefinitions)i;
          return TRUE;
        }
    }
  return FALSE;
}

const char *
pel_definitions_describe (PelDefinitions definitions)
{
  g_return_val_if_fail ((guint)definitions < PEL_N_DEFINITIONS, NULL);
  return _ (sets[definitions].description);
}

const char *
pel_definitions_describe_quantity (PelDefinitions definitions,
                                   PelQuantityId id,
                                   const char **source)
{
  const PelQuantity *quantity = pel_quantity_get (id);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      if (others[i].definitions != definitions || others[i].id != id)
        continue;
      if (source)
        *source = others[i].source;
      return _ (others[i].description);
    }
  if (source)
    *source = quantity->source;
  return _ (quantity->description);
}
