/* SPDX-License-Identifier: MIT */
#pragma once

#include <math.h>

#include "tests/ui/pel-canvas-test.h"

/* What the tests of a turned canvas share. */

static const double pel_turned_test_angles[] = { 15, 37.5, 90, -90, 180, -141 };

/* Where an image point is, by formulas of its own: round the middle of the image. */
static inline void
pel_turned_test_locate (PelCanvasTest *f, double x, double y, double *wx, double *wy)
{
  const PelViewport *view = &f->canvas->view;
  const double angle = view->angle * G_PI / 180;
  const double middle_x = view->image_width / 2.0, middle_y = view->image_height / 2.0;
  const double dx = (x - middle_x) * view->zoom, dy = (y - middle_y) * view->zoom;
  double cx, cy;

  pel_viewport_from_image (view, middle_x, middle_y, &cx, &cy);
  *wx = cx + cos (angle) * dx - sin (angle) * dy;
  *wy = cy + sin (angle) * dx + cos (angle) * dy;
}
