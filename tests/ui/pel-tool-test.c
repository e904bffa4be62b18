/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-tool-test.h"

#include "ui/tools/pel-smart-edge-tool.h"
#include "ui/tools/pel-smart-fill-tool.h"
#include "ui/tools/pel-tool-util.h"

void
pel_tool_test_set_up_image (PelToolTest *self, const char *id, PelImage *image)
{
  self->test_document = pel_test_document_new (image, NULL);
  self->document = pel_test_document_get (self->test_document);
  self->mask = pel_image_document_get_mask (self->document);
  self->display = pel_display_new ();
  self->tool = pel_tool_new (id);
  g_assert_nonnull (self->tool);
  pel_tool_set_display (self->tool, self->display);
  pel_tool_set_document (self->tool, self->document);
}

void
pel_tool_test_set_up (PelToolTest *self,
                      const char *id,
                      guint width,
                      guint height,
                      guint8 (*pattern) (guint x, guint y))
{
  g_autoptr (PelImage) image = pel_test_image_new (width, height, pattern);

  pel_tool_test_set_up_image (self, id, image);
}

void
pel_tool_test_tear_down (PelToolTest *self)
{
  pel_tool_cancel (self->tool);
  pel_test_iterate (20);
  pel_tool_test_wait (self->tool);
  g_assert_finalize_object (self->tool);
  g_assert_finalize_object (self->display);
  pel_test_document_free (self->test_document);
}

PelToolEvent
pel_tool_test_at (double x, double y)
{
  return (PelToolEvent){ .x = x, .y = y, .pressure = 1, .n_press = 1 };
}

static gboolean
is_busy (PelTool *tool)
{
  if (PEL_IS_SMART_EDGE_TOOL (tool))
    return pel_smart_edge_tool_is_busy (PEL_SMART_EDGE_TOOL (tool));
  if (PEL_IS_SMART_FILL_TOOL (tool))
    return pel_smart_fill_tool_is_busy (PEL_SMART_FILL_TOOL (tool));
  return FALSE;
}

void
pel_tool_test_wait (PelTool *tool)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (is_busy (tool))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
}
