/* SPDX-License-Identifier: MIT */
#pragma once

#include <cairo.h>

#include "engine/segment/pel-contour.h"
#include "ui/canvas/pel-tile-layer.h"

G_BEGIN_DECLS

/**
 * PelOutlines:
 *
 * The outlines of cells, which may be read on any thread for as long as they are held: the
 * measurement they come from may be gone by then. Immutable, atomically counted.
 */
typedef struct PelOutlines PelOutlines;

PelOutlines *pel_outlines_new (const PelContourSet *contours) G_GNUC_WARN_UNUSED_RESULT;
/* Outlines of a part of an image whose upper left corner is at @dx, @dy. */
PelOutlines *pel_outlines_new_at (const PelContourSet *contours, gint dx, gint dy)
    G_GNUC_WARN_UNUSED_RESULT;
PelOutlines *pel_outlines_ref (PelOutlines *self);
void pel_outlines_unref (PelOutlines *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelOutlines, pel_outlines_unref)

/* The box round a cell's outline as @matrix places it, from image pixels; FALSE where there is
 * none.
 */
gboolean pel_outlines_get_bounds (const PelOutlines *self,
                                  guint32 label,
                                  const cairo_matrix_t *matrix,
                                  graphene_rect_t *bounds);

/**
 * pel_outlines_add_to_path:
 * @label: a cell
 * @matrix: from image pixels to the path
 *
 * Adds a cell's rings to a path, without points too close to be told apart.
 */
void pel_outlines_add_to_path (const PelOutlines *self,
                               guint32 label,
                               const cairo_matrix_t *matrix,
                               cairo_t *cr);

/**
 * PelOutlineScene:
 *
 * All outlines of a prediction for a tile layer: dashed lines of one colour on a dark casing, so
 * that they cannot be taken for the user's own cells, which are solid and have many colours.
 */
typedef struct PelOutlineScene PelOutlineScene;

PelOutlineScene *pel_outline_scene_new (PelOutlines *outlines, gint device_scale)
    G_GNUC_WARN_UNUSED_RESULT;

/* Which colour a cell's edge has, as 0xRRGGBB; FALSE where it is not drawn. */
typedef gboolean (*PelOutlineColorFunc) (guint32 label, guint32 *color, gpointer data);

/* @func: asked once for every cell, here and now; @color holds the usual colour beforehand. */
PelOutlineScene *pel_outline_scene_new_colored (PelOutlines *outlines,
                                                gint device_scale,
                                                PelOutlineColorFunc func,
                                                gpointer data) G_GNUC_WARN_UNUSED_RESULT;
PelOutlineScene *pel_outline_scene_ref (PelOutlineScene *self);
void pel_outline_scene_unref (PelOutlineScene *self);

/* Draws over what @out holds; as a #PelTileDrawFunc otherwise. */
gboolean pel_outline_scene_draw_over (const PelOutlineScene *self,
                                      double scale,
                                      const PelRect *area,
                                      guint32 *out,
                                      gsize stride);

/* Device pixels that a line reaches beyond where it is. */
#define PEL_OUTLINE_SCENE_MARGIN 8

extern const PelTileSource pel_outline_tile_source;

G_END_DECLS
