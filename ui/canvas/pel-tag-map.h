/* SPDX-License-Identifier: MIT */
#pragma once

#include <graphene.h>

#include "engine/measure/pel-measure.h"
#include "engine/measure/pel-tag-layout.h"

G_BEGIN_DECLS

/**
 * PelPlacedTag:
 * @tag: where it stands in the picture, in widget pixels
 * @row: of the table
 * @place: what it covers, on whole pixels
 * @reach: the same with its line
 *
 * A tag that found room.
 */
typedef struct
{
  PelTag tag;
  guint row;
  graphene_rect_t place;
  graphene_rect_t reach;
} PelPlacedTag;

/* Tells what the tag of a row wants: all that pel_tag_layout() reads. FALSE where it has none. */
typedef gboolean (*PelTagMapFunc) (guint row, PelTag *tag, gpointer data);

/**
 * PelTagMap:
 *
 * The tags of a table's cells at one scale. They are laid out where they come into view, region by
 * region, and stay where they are until the scale is another one: however many cells an image has,
 * moving it costs only what is new. Few cells are laid out all at once. Main thread only.
 */
typedef struct PelTagMap PelTagMap;

/* @table: sorts its rows by where they are, and does not keep it */
PelTagMap *pel_tag_map_new (const PelCellTable *table) G_GNUC_WARN_UNUSED_RESULT;
void pel_tag_map_free (PelTagMap *self);

/* The longest side of any cell, in image pixels. */
gint pel_tag_map_get_max_side (const PelTagMap *self);

/**
 * pel_tag_map_begin:
 * @width: of the picture, in widget pixels
 * @height: of the picture
 * @gap: space kept between tags, and between a tag and its cell
 * @typical: width of most tags
 *
 * Forgets all places, for another scale or other texts.
 */
void pel_tag_map_begin (PelTagMap *self, double width, double height, double gap, double typical);

/**
 * pel_tag_map_show:
 * @area: in image pixels: what is in view
 * @func: called for each row that was not in view before
 * @shown: (element-type PelPlacedTag): the tags in @area and around it are added; they live until
 *   pel_tag_map_begin()
 *
 * Lays out what came into view, the middle first, but in one call no more than a frame has time
 * for. The tags come in the same order every time.
 *
 * Returns: whether that was all of it
 */
gboolean pel_tag_map_show (PelTagMap *self,
                           const graphene_rect_t *area,
                           PelTagMapFunc func,
                           gpointer data,
                           GPtrArray *shown);

/* Whether a line must tell whose tag it is: in a crowd one beside its cell would be anybody's. */
gboolean pel_placed_tag_needs_leader (const PelPlacedTag *self);

G_END_DECLS
