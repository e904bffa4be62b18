/* SPDX-License-Identifier: MIT */
#include <glib/gi18n-lib.h>

#include "ui/tools/pel-brush-tool.h"
#include "ui/tools/pel-fill-tool.h"
#include "ui/tools/pel-lasso-tool.h"
#include "ui/tools/pel-measure-tool.h"
#include "ui/tools/pel-merge-tool.h"
#include "ui/tools/pel-pan-tool.h"
#include "ui/tools/pel-pick-tool.h"
#include "ui/tools/pel-polygon-tool.h"
#include "ui/tools/pel-region-tool.h"
#include "ui/tools/pel-select-tool.h"
#include "ui/tools/pel-smart-edge-tool.h"
#include "ui/tools/pel-smart-fill-tool.h"
#include "ui/tools/pel-split-tool.h"
#include "ui/tools/pel-tool-private.h"
#include "ui/tools/pel-wand-tool.h"

/* In the order of the palette. */
static const PelToolInfo infos[] = {
  { "select", "pellicle-tool-select-symbolic", N_ ("Select"),
    N_ ("Select cells by a click or a box, or draw round them with the right button; Shift adds"),
    FALSE, TRUE },
  { "brush", "pellicle-tool-brush-symbolic", N_ ("Brush"),
    N_ ("Paint a cell; the right button erases, Shift and the wheel change the size"), FALSE,
    FALSE },
  { "eraser", "pellicle-tool-eraser-symbolic", N_ ("Eraser"),
    N_ ("Erase; begin on a cell to erase from that cell only"), FALSE, FALSE },
  { "lasso", "pellicle-tool-lasso-symbolic", N_ ("Lasso"),
    N_ ("Click, move round a cell and back to the start; then move its corners, or press Enter"),
    FALSE, FALSE },
  { "polygon", "pellicle-tool-polygon-symbolic", N_ ("Polygon"),
    N_ ("Click the corners of a cell; drag corners and sides; Enter or a double click ends"), FALSE,
    FALSE },
  { "fill", "pellicle-tool-fill-symbolic", N_ ("Fill"),
    N_ ("Fill an enclosed gap, or the holes of a cell"), FALSE, FALSE },
  { "wand", "pellicle-tool-wand-symbolic", N_ ("Wand"),
    N_ ("Drag over what looks alike, as coarse as the zoom; with Ctrl, exactly the same value"),
    FALSE, TRUE },
  { "smart-edge", "pellicle-tool-smart-edge-symbolic", N_ ("Smart edge"),
    N_ ("Click along a cell: the outline keeps to the edge; Enter or a double click ends"), FALSE,
    FALSE },
  { "smart-fill", "pellicle-tool-smart-fill-symbolic", N_ ("Smart fill"),
    N_ ("Click inside a cell to have its outline proposed; + and - adjust it, Enter takes it"),
    FALSE, FALSE },
  { "split", "pellicle-tool-split-symbolic", N_ ("Split"),
    N_ ("Draw a line across cells to cut them; hold Shift for a straight line"), FALSE, FALSE },
  { "merge", "pellicle-tool-merge-symbolic", N_ ("Merge"),
    N_ ("Draw across cells to make them one; with several selected, the key merges those"), FALSE,
    FALSE },
  { "pick", "pellicle-tool-pick-symbolic", N_ ("Pick cell"),
    N_ ("Go on painting the cell under the pointer"), FALSE, FALSE },
  { "measure", "pellicle-tool-measure-symbolic", N_ ("Measure line"),
    N_ ("Drag a line to read its length; Enter and the arrow keys do so too"), FALSE, FALSE },
  { "region", "pellicle-tool-region-symbolic", N_ ("Complete region"),
    N_ ("Drag a box in which every cell is painted; the right button takes it away"), FALSE,
    FALSE },
  { "pan", "pellicle-tool-pan-symbolic", N_ ("Move view"),
    N_ ("Move the view; with any other tool, the middle button does so too"), TRUE, FALSE },
};

typedef PelTool *(*Make) (void);

static const Make makers[] = {
  pel_select_tool_new,     pel_brush_tool_new,  pel_brush_tool_new_eraser, pel_lasso_tool_new,
  pel_polygon_tool_new,    pel_fill_tool_new,   pel_wand_tool_new,         pel_smart_edge_tool_new,
  pel_smart_fill_tool_new, pel_split_tool_new,  pel_merge_tool_new,        pel_pick_tool_new,
  pel_measure_tool_new,    pel_region_tool_new, pel_pan_tool_new,
};

G_STATIC_ASSERT (G_N_ELEMENTS (makers) == G_N_ELEMENTS (infos));

const PelToolInfo *
pel_tool_get_infos (guint *n)
{
  *n = G_N_ELEMENTS (infos);
  return infos;
}

PelTool *
pel_tool_new (const char *id)
{
  g_return_val_if_fail (id, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (infos); i++)
    if (g_str_equal (infos[i].id, id))
      {
        PelTool *tool = makers[i]();

        pel_tool_set_info (tool, &infos[i]);
        return tool;
      }
  return NULL;
}
