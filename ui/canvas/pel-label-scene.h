/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-labels.h"
#include "ui/canvas/pel-tile-layer.h"

G_BEGIN_DECLS

/* By how many device pixels an outline reaches beyond the pixels it belongs to. */
#define PEL_LABEL_SCENE_MARGIN 6

/**
 * PelLabelStyle:
 * @only_selected: whether the others are left out, where any is selected
 * @outlines: whether edges are drawn
 * @fill_opacity: 0 for none
 * @device_scale: device pixels per widget pixel; outlines get as much thicker
 * @selected: (nullable): ascending labels that are drawn emphasised
 * @n_selected: how many
 * @palette: (nullable): %PEL_LABEL_COLORS colours instead of the labels' own
 * @slots: (array length=n_slots): with @palette, the index of each label's colour
 * @n_slots: labels beyond have the last colour
 *
 * How labels are shown.
 */
typedef struct
{
  gboolean only_selected;
  gboolean outlines;
  double fill_opacity;
  gint device_scale;
  const guint32 *selected;
  guint n_selected;
  const guint32 *palette;
  const guint8 *slots;
  guint n_slots;
} PelLabelStyle;

/**
 * PelLabelScene:
 *
 * A frozen view of labels and how they are drawn, for a tile layer: each cell filled in its colour,
 * and along its inside a line of constant width on the screen with a dark casing. Edges follow the
 * pixels exactly. Immutable and atomically counted.
 */
typedef struct PelLabelScene PelLabelScene;

/* @labels: a reference is taken. @style: copied. */
PelLabelScene *pel_label_scene_new (PelLabels *labels, const PelLabelStyle *style)
    G_GNUC_WARN_UNUSED_RESULT;
/* The same style for other labels; cheap enough for every dab of a brush. */
PelLabelScene *pel_label_scene_new_like (const PelLabelScene *other, PelLabels *labels)
    G_GNUC_WARN_UNUSED_RESULT;
PelLabelScene *pel_label_scene_ref (PelLabelScene *self);
void pel_label_scene_unref (PelLabelScene *self);

/* The functions to give to pel_tile_layer_new(). */
extern const PelTileSource pel_label_tile_source;

G_END_DECLS
