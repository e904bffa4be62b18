/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelTag:
 * @cell: left, top, right and bottom end of the cell that the tag belongs to
 * @anchor_x: the point that the leader line goes to, within the cell
 * @anchor_y: the same
 * @width: width of the tag
 * @height: height of the tag
 * @priority: tags of higher priority are placed first, such as those of larger cells
 * @is_pinned: placed before all others, such as that of the selected cell
 * @is_placed: (out): whether room was found
 * @has_leader: (out): whether the tag stands off its cell, so that a leader line helps
 * @x: (out): left end of the tag
 * @y: (out): upper end of the tag
 *
 * A small text beside a cell. All lengths are in the units of the picture that is
 * drawn, such as pixels of the screen.
 */
typedef struct
{
  double cell[4];
  double anchor_x, anchor_y;
  double width, height;
  double priority;
  gboolean is_pinned;
  gboolean is_placed, has_leader;
  double x, y;
} PelTag;

/**
 * PelTagBoard:
 *
 * The tags that stand on a picture already. More can be placed among them at any time, such as
 * those of cells that come into view.
 */
typedef struct PelTagBoard PelTagBoard;

/**
 * pel_tag_board_new:
 * @width: width of the picture; tags stay within it
 * @height: height of the picture
 * @gap: space kept between tags, and between a tag and its cell
 * @typical: the longer side of most tags; it only decides how fast places are found
 * @n_expected: how many tags there may be in the end; decides the same
 *
 * Returns: (transfer full): an empty board
 */
PelTagBoard *pel_tag_board_new (double width,
                                double height,
                                double gap,
                                double typical,
                                guint n_expected) G_GNUC_WARN_UNUSED_RESULT;
void pel_tag_board_free (PelTagBoard *self);

/**
 * pel_tag_board_place:
 * @tags: (inout) (array length=n_tags): the tags; cell, anchor, size and priority are read
 * @n_tags: number of tags
 *
 * Places more tags as pel_tag_layout() does, so that none overlaps another or one that was placed
 * before. Takes time in proportion to the number of these tags.
 *
 * Returns: the number of tags placed
 */
guint pel_tag_board_place (PelTagBoard *self, PelTag *tags, guint n_tags);

/**
 * pel_tag_layout:
 * @tags: (inout) (array length=n_tags): the tags; cell, anchor, size and priority are read
 * @n_tags: number of tags
 * @width: width of the picture; tags stay within it
 * @height: height of the picture
 * @gap: space kept between tags, and between a tag and its cell
 *
 * Places the tags so that none overlaps another: in the middle of a cell that has the room, else
 * close beside its cell, else further off with a leader line, else not at all. Tags
 * whose anchor is outside the picture are not placed. The same tags give the same places. Takes
 * time in proportion to the number of tags.
 *
 * Returns: the number of tags placed
 */
guint pel_tag_layout (PelTag *tags, guint n_tags, double width, double height, double gap);
