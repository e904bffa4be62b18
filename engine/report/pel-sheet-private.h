/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/report/pel-sheet.h"

#include <cairo.h>

/* The numbers of a group's cells, all or those of one class. */
typedef struct
{
  char *group;      /* empty where the images have none */
  char *class_name; /* NULL for all cells */
  GArray *px, *um;  /* double */
  guint n_images;
  guint last_image; /* the serial of the image that was counted last */
} PelSheetBucket;

typedef struct
{
  char *name;
  cairo_surface_t *surface; /* the picture and its edges */
  double width, height;     /* of the surface */
} PelSheetPicture;

/* How an image was measured, for the words. */
typedef struct
{
  char *calibration, *model; /* nullable */
  double um_x, um_y;         /* 0 where not known */
  double threshold;
  gboolean is_predicted, is_given;
} PelSheetSource;

struct PelSheet
{
  char *title;
  PelQuantityId quantity;
  PelDefinitions definitions;
  PelRules *rules;
  guint n_expected, n_images;
  guint n_cells, n_at_border;
  GPtrArray *buckets;  /* PelSheetBucket */
  GPtrArray *pictures; /* PelSheetPicture */
  GPtrArray *sources;  /* PelSheetSource */
};

/* Whether all lengths are known in µm. */
gboolean pel_sheet_is_in_um (const PelSheet *self);
/* The bucket's values in the page's unit. */
const GArray *pel_sheet_get_values (const PelSheet *self, const PelSheetBucket *bucket);

/* (transfer full) (nullable): the image, or none, with the cells' edges and a scale bar, some @side
 * units wide or high at most. */
PelSheetPicture *pel_sheet_picture_new (const PelMeasuredImage *about,
                                        PelImage *image,
                                        const PelContourSet *contours,
                                        const PelCellTable *table,
                                        double side,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_sheet_picture_free (PelSheetPicture *self);

/* (transfer full): the words on the page. */
char *pel_sheet_describe_counts (const PelSheet *self) G_GNUC_WARN_UNUSED_RESULT;
char *pel_sheet_describe_scale (const PelSheet *self) G_GNUC_WARN_UNUSED_RESULT;
char *pel_sheet_describe_methods (const PelSheet *self) G_GNUC_WARN_UNUSED_RESULT;
char *pel_sheet_get_heading (const PelSheet *self) G_GNUC_WARN_UNUSED_RESULT;
/* A measured value with three digits. */
char *pel_sheet_format_value (double value) G_GNUC_WARN_UNUSED_RESULT;

/* Draws the page; lengths are points, 72 to the inch. */
void pel_sheet_draw (const PelSheet *self, cairo_t *cr, double width, double height);
