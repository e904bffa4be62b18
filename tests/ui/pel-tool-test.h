/* SPDX-License-Identifier: MIT */
#pragma once

#include "tests/ui/pel-ui-test.h"
#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelToolTest:
 *
 * A tool without a window, with an image and an empty mask to work on.
 */
typedef struct
{
  PelTestDocument *test_document;
  PelImageDocument *document;
  PelMask *mask;
  PelDisplay *display;
  PelTool *tool;
} PelToolTest;

/* @id: the tool's */
void pel_tool_test_set_up (PelToolTest *self,
                           const char *id,
                           guint width,
                           guint height,
                           guint8 (*pattern) (guint x, guint y));
/* The same with an image of any kind, of which it takes a reference. */
void pel_tool_test_set_up_image (PelToolTest *self, const char *id, PelImage *image);
/* Lets the tool come to its end and asserts that it goes. */
void pel_tool_test_tear_down (PelToolTest *self);

/* The pointer pressed fully once at a place in the image. */
PelToolEvent pel_tool_test_at (double x, double y);

/* Until what @tool works out in threads is there. Aborts after half a minute. */
void pel_tool_test_wait (PelTool *tool);

G_END_DECLS
