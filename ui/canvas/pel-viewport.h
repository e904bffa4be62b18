/* SPDX-License-Identifier: MIT */
#pragma once

#include <graphene.h>

#include "engine/core/pel-rect.h"
#include "ui/canvas/pel-turn.h"

G_BEGIN_DECLS

#define PEL_VIEWPORT_ZOOM_MIN 0.005
#define PEL_VIEWPORT_ZOOM_MAX 64.0

/**
 * PelViewport:
 * @zoom: widget pixels per image pixel
 * @angle: by how many degrees the image is turned clockwise; above -180, up to 180
 * @x: where the picture's left edge lies in the widget; always on a whole device pixel
 * @y: where its upper edge lies
 * @fitted: the whole image is kept in view while sizes change
 * @inset: widget pixels at the left that something else lies on; a fitted image keeps clear of them
 * @device_scale: device pixels per widget pixel
 * @width: of the widget
 * @height: of the widget
 * @image_width: in image pixels; 0 while there is none
 * @image_height: in image pixels
 * @turn: how the image lies in the picture, in device pixels; follows from the others
 *
 * Which part of an image a widget shows. The picture is the image at its size in widget pixels,
 * turned, and as much beside it as makes a rectangle. A
 * value without behaviour of its own, so that all arithmetic between the two spaces can be tested
 * without a window. Only the functions below write it.
 */
typedef struct
{
  double zoom;
  double angle;
  double x, y;
  double inset;
  gboolean fitted;
  gint device_scale;
  double width, height;
  guint image_width, image_height;
  PelTurn turn;
} PelViewport;

/* An empty widget without an image, fitted and upright. */
void pel_viewport_init (PelViewport *self);

/* Another image: fitted. */
void pel_viewport_set_image_size (PelViewport *self, guint width, guint height);

/* No image, and the next one upright. */
void pel_viewport_forget_image (PelViewport *self);

/* The image of @memory again, as it lay there: what was in the middle of that widget is in the
 * middle of this one. */
void pel_viewport_restore (PelViewport *self, const PelViewport *memory);

/* Another allocation: what was in the middle stays there, or the image stays fitted. */
void pel_viewport_set_widget_size (PelViewport *self,
                                   double width,
                                   double height,
                                   gint device_scale);

/* Widget pixels at the left that are covered, of a widget that has many more; a fitted image moves
 * or shrinks. */
void pel_viewport_set_inset (PelViewport *self, double inset);

/* The zoom at which the whole image is seen with a little room around; never above 4. */
double pel_viewport_get_fit_zoom (const PelViewport *self);
void pel_viewport_fit (PelViewport *self);

/* The zoom times @factor, except that 100 % is never jumped over and what is within a hundredth of
 * it is exactly it. */
double pel_viewport_step_zoom (const PelViewport *self, double factor);

/* The image point at @fixed_x, @fixed_y in the widget stays there as far as the bounds allow. */
void pel_viewport_zoom_at (PelViewport *self, double zoom, double fixed_x, double fixed_y);

/* The angle with so many degrees more, or the next multiple of them in that direction. */
double pel_viewport_step_angle (const PelViewport *self, double degrees);

/**
 * pel_viewport_turn:
 * @degrees: the new angle
 * @image_x: an image point
 * @image_y: the same
 * @at_x: where in the widget it comes to lie, as far as the bounds allow
 * @at_y: the same
 *
 * Turns the image. One that is fitted stays so.
 */
void pel_viewport_turn (PelViewport *self,
                        double degrees,
                        double image_x,
                        double image_y,
                        double at_x,
                        double at_y);

/* Shows what is further right and down by widget pixels. */
void pel_viewport_scroll (PelViewport *self, double dx, double dy);

/* Puts an image point in the middle of the widget, at a zoom. */
void pel_viewport_center (PelViewport *self, double zoom, double image_x, double image_y);

/* The size of the picture in widget pixels. */
void pel_viewport_get_extent (const PelViewport *self, double *width, double *height);

void pel_viewport_to_image (const PelViewport *self,
                            double x,
                            double y,
                            double *image_x,
                            double *image_y);

void pel_viewport_from_image (const PelViewport *self,
                              double image_x,
                              double image_y,
                              double *x,
                              double *y);

/* From image to picture: as pel_viewport_from_image(), but without @x and @y. */
void pel_viewport_to_picture (const PelViewport *self,
                              double image_x,
                              double image_y,
                              double *x,
                              double *y);

/* A way in the widget, such as along an arrow, as a way in the image, and back. */
void pel_viewport_way_to_image (const PelViewport *self,
                                double dx,
                                double dy,
                                double *image_dx,
                                double *image_dy);
void pel_viewport_way_from_image (const PelViewport *self,
                                  double image_dx,
                                  double image_dy,
                                  double *dx,
                                  double *dy);

/* The smallest upright box in the widget round @area, which is in image pixels. */
void pel_viewport_get_bounds (const PelViewport *self,
                              const graphene_rect_t *area,
                              graphene_rect_t *bounds);

/* The widget in device pixels of the picture; reaches beyond it. */
PelRect pel_viewport_get_scaled_area (const PelViewport *self);

/* What can be seen, in image pixels: the widget, or the smallest upright box in the image round a
 * turned one. */
void pel_viewport_get_visible (const PelViewport *self, graphene_rect_t *visible);

/* Whether all of @area, which is in image pixels, can be seen; by half a widget pixel. */
gboolean pel_viewport_sees (const PelViewport *self, const graphene_rect_t *area);

G_END_DECLS
