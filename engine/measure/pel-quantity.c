/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-quantity.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#include "engine/measure/pel-cell-figures.h"
#include "engine/measure/pel-quantity-private.h"

typedef double (*Compute) (const PelCellFigures *figures);

/* Half of the difference between the two edges of the blur. */
static double
half_difference (const PelCellFigures *f, Compute compute)
{
  return f->wide && f->narrow ? fabs (compute (f->wide) - compute (f->narrow)) / 2 : (double)NAN;
}

static double
ratio (double a, double b)
{
  return b > 0 ? a / b : (double)NAN;
}

/* Half the distance between the eigenvalues of the second moments. */
static double
moment_spread (const PelCellFigures *f)
{
  return hypot ((f->xx - f->yy) / 2, f->xy);
}

static double
compute_centroid_x (const PelCellFigures *f)
{
  return f->x - 0.5;
}

static double
compute_centroid_y (const PelCellFigures *f)
{
  return f->y - 0.5;
}

static double
compute_area (const PelCellFigures *f)
{
  return f->area;
}

static double
compute_perimeter (const PelCellFigures *f)
{
  return f->perimeter;
}

static double
compute_equivalent_diameter (const PelCellFigures *f)
{
  return 2 * sqrt (f->area / G_PI);
}

static double
compute_equivalent_diameter_err (const PelCellFigures *f)
{
  return half_difference (f, compute_equivalent_diameter);
}

static double
compute_major_axis (const PelCellFigures *f)
{
  return 4 * sqrt ((f->xx + f->yy) / 2 + moment_spread (f));
}

static double
compute_major_axis_err (const PelCellFigures *f)
{
  return half_difference (f, compute_major_axis);
}

static double
compute_minor_axis (const PelCellFigures *f)
{
  return 4 * sqrt (MAX (0, (f->xx + f->yy) / 2 - moment_spread (f)));
}

static double
compute_minor_axis_err (const PelCellFigures *f)
{
  return half_difference (f, compute_minor_axis);
}

static double
compute_orientation (const PelCellFigures *f)
{
  double half = atan2 (2 * f->xy, f->xx - f->yy) / 2;
  double angle = pel_angle_seen (cos (half), sin (half));

  /* From upright, above -90 degrees. */
  if (f->definitions == PEL_DEFINITIONS_CELLPROFILER)
    return angle > 0 ? angle - 90 : 90;
  return angle;
}

static double
compute_max_feret (const PelCellFigures *f)
{
  return f->feret.max;
}

static double
compute_max_feret_err (const PelCellFigures *f)
{
  return half_difference (f, compute_max_feret);
}

static double
compute_max_feret_angle (const PelCellFigures *f)
{
  return f->feret.max_angle;
}

static double
compute_min_feret (const PelCellFigures *f)
{
  return f->feret.min;
}

static double
compute_min_feret_err (const PelCellFigures *f)
{
  return half_difference (f, compute_min_feret);
}

static double
compute_min_feret_angle (const PelCellFigures *f)
{
  return f->feret.min_angle;
}

static double
compute_stretch (const PelCellFigures *f)
{
  return ratio (f->feret.max, f->feret.min);
}

static double
compute_aspect_ratio (const PelCellFigures *f)
{
  return ratio (compute_major_axis (f), compute_minor_axis (f));
}

static double
compute_circularity (const PelCellFigures *f)
{
  double value = ratio (4 * G_PI * f->area, f->perimeter * f->perimeter);

  return f->definitions == PEL_DEFINITIONS_IMAGEJ ? MIN (value, 1) : value;
}

static double
compute_eccentricity (const PelCellFigures *f)
{
  double major = compute_major_axis (f), minor = compute_minor_axis (f);

  return major > 0 ? sqrt (MAX (0, 1 - (minor / major) * (minor / major))) : 0;
}

static double
compute_convex_area (const PelCellFigures *f)
{
  return f->feret.area;
}

static double
compute_solidity (const PelCellFigures *f)
{
  return ratio (f->area, f->feret.area);
}

static double
compute_mean_intensity (const PelCellFigures *f)
{
  return f->intensity_mean;
}

static double
compute_sd_intensity (const PelCellFigures *f)
{
  return f->intensity_sd;
}

static double
compute_min_intensity (const PelCellFigures *f)
{
  return f->intensity_min;
}

static double
compute_max_intensity (const PelCellFigures *f)
{
  return f->intensity_max;
}

static double
compute_touches_border (const PelCellFigures *f)
{
  return f->touches_border ? 1 : 0;
}

static double
compute_edge_confidence (const PelCellFigures *f)
{
  return f->edge_confidence;
}

static double
compute_pieces (const PelCellFigures *f)
{
  return f->n_pieces;
}

static double
compute_skeleton_length (const PelCellFigures *f)
{
  return f->medial.length;
}

static double
compute_mean_width (const PelCellFigures *f)
{
  return f->medial.mean_width;
}

static double
compute_max_width (const PelCellFigures *f)
{
  return f->medial.max_width;
}

#define ERROR_TEXT                                                                                 \
  N_ ("Half the width of the interval that holds the true value in 68 of 100 cells: half of the "  \
      "difference between the values at probability 0.25 and 0.75, times a factor found on the "   \
      "model's validation cells; without the factor where the model has none. Empty for cells "    \
      "measured from their label.")
#define ISO_FERET "ISO 9276-6:2008"
#define MEDIAL "Blum 1967"
#define MOMENTS "Hu 1962; as regionprops of scikit-image"

/* clang-format off */
#define PLAIN(ID, name, column, kind, title, description, source)                                  \
  [PEL_QUANTITY_##ID] = { PEL_QUANTITY_##ID, #name, column, NULL, PEL_QUANTITY_KIND_##kind,        \
                          title, description, source, PEL_QUANTITY_##ID, compute_##name }
#define LENGTH(ID, name, title, description, source)                                               \
  [PEL_QUANTITY_##ID] = { PEL_QUANTITY_##ID, #name, #name "_px", #name "_um",                      \
                          PEL_QUANTITY_KIND_LENGTH, title, description, source,                    \
                          PEL_QUANTITY_##ID, compute_##name }
#define LENGTH_ERR(ID, name, title)                                                                \
  [PEL_QUANTITY_##ID##_ERR] = { PEL_QUANTITY_##ID##_ERR, #name "_err", #name "_err_px",            \
                                #name "_err_um", PEL_QUANTITY_KIND_LENGTH, title, ERROR_TEXT,      \
                                NULL, PEL_QUANTITY_##ID, compute_##name##_err }

static const PelQuantity quantities[PEL_N_QUANTITIES] = {
  PLAIN (CENTROID_X, centroid_x, "centroid_x_px", POSITION, N_("Centroid x"),
         N_("Centre of mass, from 0 at the centre of the first pixel."), NULL),
  PLAIN (CENTROID_Y, centroid_y, "centroid_y_px", POSITION, N_("Centroid y"),
         N_("Centre of mass, from 0 at the centre of the first pixel, downwards."), NULL),
  [PEL_QUANTITY_AREA] = { PEL_QUANTITY_AREA, "area", "area_px", "area_um2",
                          PEL_QUANTITY_KIND_AREA, N_("Area"),
                          N_("Area within the contour of the probability map, or the number of "
                             "pixels where there is no map."),
                          NULL, PEL_QUANTITY_AREA, compute_area },
  LENGTH (PERIMETER, perimeter, N_("Perimeter"),
          N_("Length of the contour of the probability map, holes included, or the estimate by "
             "the Crofton formula in four directions (six for oblong pixels) where there is no "
             "map."),
          "Legland, Kieu and Devaux 2007"),
  LENGTH (EQUIVALENT_DIAMETER, equivalent_diameter, N_("Equivalent diameter"),
          N_("Diameter of the circle with the same area: 2 sqrt(area / pi)."), "ISO 9276-6:2008"),
  LENGTH_ERR (EQUIVALENT_DIAMETER, equivalent_diameter, N_("Equivalent diameter, uncertainty")),
  LENGTH (MAJOR_AXIS, major_axis, N_("Major axis"),
          N_("Long axis of the ellipse with the same second moments: 4 times the square root of "
             "their larger eigenvalue, without the term of 1/12 for the pixel's own size."),
          MOMENTS),
  LENGTH (MINOR_AXIS, minor_axis, N_("Minor axis"),
          N_("Short axis of the ellipse with the same second moments: 4 times the square root of "
             "their smaller eigenvalue."),
          MOMENTS),
  PLAIN (ORIENTATION, orientation, "orientation_deg", ANGLE, N_("Orientation"),
         N_("Direction of the major axis, from 0 to below 180 degrees, anticlockwise from the "
            "right."),
         MOMENTS),
  LENGTH (MAX_FERET, max_feret, N_("Maximum Feret diameter"),
          N_("Largest distance between two parallel lines that hold the cell, from the convex "
             "hull of its contour or of the corners of its pixels."),
          ISO_FERET),
  PLAIN (MAX_FERET_ANGLE, max_feret_angle, "max_feret_angle_deg", ANGLE,
         N_("Angle of the maximum Feret diameter"),
         N_("Direction in which the maximum Feret diameter is measured."), ISO_FERET),
  LENGTH (MIN_FERET, min_feret, N_("Minimum Feret diameter"),
          N_("Smallest distance between two parallel lines that hold the cell, from the convex "
             "hull of its contour or of the corners of its pixels."),
          ISO_FERET),
  PLAIN (STRETCH, stretch, "stretch", NUMBER, N_("Stretch"),
         N_("Maximum Feret diameter / minimum Feret diameter."), NULL),
  PLAIN (ASPECT_RATIO, aspect_ratio, "aspect_ratio", NUMBER, N_("Aspect ratio"),
         N_("Major axis / minor axis."), NULL),
  PLAIN (CIRCULARITY, circularity, "circularity", NUMBER, N_("Circularity"),
         N_("4 pi area / perimeter²: 1 for a circle, less for any other shape; not limited to 1 "
            "where a few pixels give more."),
         "Cox 1927"),
  PLAIN (ECCENTRICITY, eccentricity, "eccentricity", NUMBER, N_("Eccentricity"),
         N_("Of the ellipse with the same second moments: sqrt(1 - minor² / major²)."), MOMENTS),
  PLAIN (CONVEX_AREA, convex_area, "convex_area_px", AREA, N_("Convex area"),
         N_("Area of the convex hull."), NULL),
  PLAIN (SOLIDITY, solidity, "solidity", NUMBER, N_("Solidity"),
         N_("Area / convex area."), NULL),
  PLAIN (MEAN_INTENSITY, mean_intensity, "mean_intensity", INTENSITY, N_("Mean intensity"),
         N_("Mean of the label's pixels, in the units of the image."), NULL),
  PLAIN (SD_INTENSITY, sd_intensity, "sd_intensity", INTENSITY,
         N_("Standard deviation of the intensity"),
         N_("Standard deviation of the label's pixels about their mean, divided by their number."),
         NULL),
  PLAIN (MIN_INTENSITY, min_intensity, "min_intensity", INTENSITY, N_("Minimum intensity"),
         N_("Lowest of the label's pixels."), NULL),
  PLAIN (MAX_INTENSITY, max_intensity, "max_intensity", INTENSITY, N_("Maximum intensity"),
         N_("Highest of the label's pixels."), NULL),
  PLAIN (TOUCHES_BORDER, touches_border, "touches_border", FLAG, N_("Touches the border"),
         N_("1 where the label reaches the edge of the image, so that the cell may be cut."),
         NULL),
  PLAIN (EDGE_CONFIDENCE, edge_confidence, "edge_confidence", NUMBER, N_("Edge confidence"),
         N_("Mean of 1 - 2 min(p, 1 - p) of the probabilities p two pixels inside and two pixels "
            "outside of the contour: 1 where the model is sure of the edge."),
         NULL),
  PLAIN (MIN_FERET_ANGLE, min_feret_angle, "min_feret_angle_deg", ANGLE,
         N_("Angle of the minimum Feret diameter"),
         N_("Direction in which the minimum Feret diameter is measured."), ISO_FERET),
  LENGTH_ERR (MAJOR_AXIS, major_axis, N_("Major axis, uncertainty")),
  LENGTH_ERR (MINOR_AXIS, minor_axis, N_("Minor axis, uncertainty")),
  LENGTH_ERR (MAX_FERET, max_feret, N_("Maximum Feret diameter, uncertainty")),
  LENGTH_ERR (MIN_FERET, min_feret, N_("Minimum Feret diameter, uncertainty")),
  PLAIN (PIECES, pieces, "pieces", COUNT, N_("Pieces"),
         N_("Number of parts of the label that do not touch along an edge."), NULL),
  LENGTH (SKELETON_LENGTH, skeleton_length, N_("Length along the centre line"),
          N_("Length of the longest way along the medial axis, from tip to tip, also of a bent "
             "cell. Of the largest piece; holes do not count."),
          MEDIAL),
  LENGTH (MEAN_WIDTH, mean_width, N_("Mean width"),
          N_("Mean width across the centre line: twice the mean distance from the medial axis to "
             "the edge, rounded ends left out."),
          MEDIAL),
  LENGTH (MAX_WIDTH, max_width, N_("Maximum width"),
          N_("Diameter of the largest circle that fits into the cell; of a long cell measured from "
             "pixels without what their steps add."), MEDIAL),
};
/* clang-format on */

const PelQuantity *
pel_quantities_get (guint *n_quantities)
{
  if (n_quantities)
    *n_quantities = PEL_N_QUANTITIES;
  return quantities;
}

const PelQuantity *
pel_quantity_get (PelQuantityId id)
{
  g_return_val_if_fail (id < PEL_N_QUANTITIES, NULL);
  return &quantities[id];
}

const PelQuantity *
pel_quantity_find (const char *name)
{
  for (guint i = 0; i < PEL_N_QUANTITIES; i++)
    {
      if (strcmp (quantities[i].name, name) == 0)
        return &quantities[i];
    }
  return NULL;
}

gboolean
pel_quantity_follows_pixel_shape (PelQuantityId id)
{
  const PelQuantity *quantity = pel_quantity_get (id);

  /* The confidence is no ratio of lengths: a mean of probabilities. */
  return quantity->kind == PEL_QUANTITY_KIND_ANGLE ||
         (quantity->kind == PEL_QUANTITY_KIND_NUMBER && id != PEL_QUANTITY_EDGE_CONFIDENCE);
}

gboolean
pel_quantity_get_error (PelQuantityId id, PelQuantityId *error_id)
{
  for (guint i = 0; i < PEL_N_QUANTITIES; i++)
    {
      if (quantities[i].error_of == id && quantities[i].id != id)
        {
          *error_id = quantities[i].id;
          return TRUE;
        }
    }
  return FALSE;
}
