/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-tag-layout.h"

#include <math.h>
#include <stdlib.h>

/* A cell has room for its tag where it is this many times as wide and as high. */
#define ROOM_X 1.4
#define ROOM_Y 3.0

/* How far off a tag with a leader line stands, in heights of the tag. */
static const double distances[] = { 1.2, 2.6 };

/* Which tags are near a place: the picture in square bins, each with a list of the tags that reach
 * into it. Bins share lists, as many as there are tags a few times over, so that a picture of any
 * size costs the same; who shares one only looks at a few more. */
struct PelTagBoard
{
  double width, height, gap, bin;
  guint mask;    /* one less than the number of lists, a power of two */
  gint *first;   /* of a list; -1 where it is empty */
  GArray *links; /* Link */
};

typedef struct
{
  double x, y, width, height; /* of a tag */
  gint next;
} Link;

typedef struct
{
  const PelTag *tag;
  guint index;
} Turn;

static int
compare_turns (const void *a, const void *b)
{
  const Turn *p = a, *q = b;

  if (!p->tag->is_pinned != !q->tag->is_pinned)
    return p->tag->is_pinned ? -1 : 1;
  if (p->tag->priority != q->tag->priority)
    return p->tag->priority > q->tag->priority ? -1 : 1;
  return (p->index > q->index) - (p->index < q->index);
}

PelTagBoard *
pel_tag_board_new (double width, double height, double gap, double typical, guint n_expected)
{
  PelTagBoard *self = g_new0 (PelTagBoard, 1);
  gsize n_lists = 64;

  while (n_lists < 4 * (gsize)n_expected && n_lists < (1u << 24))
    n_lists *= 2;
  self->width = width;
  self->height = height;
  self->gap = MAX (gap, 0);
  self->bin = isfinite (typical) ? MAX (typical + self->gap, 16) : 16;
  self->mask = (guint)n_lists - 1;
  self->first = g_new (gint, n_lists);
  for (gsize i = 0; i < n_lists; i++)
    self->first[i] = -1;
  self->links = g_array_new (FALSE, FALSE, sizeof (Link));
  return self;
}

void
pel_tag_board_free (PelTagBoard *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->links);
  g_free (self->first);
  g_free (self);
}

static gint64
bin_of (const PelTagBoard *board, double at)
{
  return (gint64)floor (at / board->bin);
}

static gint *
get_list (const PelTagBoard *board, gint64 x, gint64 y)
{
  guint64 hash = (guint64)x * 0x9e3779b97f4a7c15u ^ (guint64)y * 0xc2b2ae3d27d4eb4fu;

  return &board->first[(guint)(hash >> 32) & board->mask];
}

static gboolean
overlap (const Link *tag, double x, double y, double w, double h, double gap)
{
  return x < tag->x + tag->width + gap && tag->x < x + w + gap && y < tag->y + tag->height + gap &&
         tag->y < y + h + gap;
}

static gboolean
board_is_free (const PelTagBoard *board, double x, double y, double w, double h)
{
  if (!(x >= 0 && y >= 0 && x + w <= board->width && y + h <= board->height))
    return FALSE;
  for (gint64 j = bin_of (board, y - board->gap); j <= bin_of (board, y + h + board->gap); j++)
    for (gint64 i = bin_of (board, x - board->gap); i <= bin_of (board, x + w + board->gap); i++)
      for (gint link = *get_list (board, i, j); link >= 0;)
        {
          const Link *l = &g_array_index (board->links, Link, link);

          if (overlap (l, x, y, w, h, board->gap))
            return FALSE;
          link = l->next;
        }
  return TRUE;
}

static void
board_add (PelTagBoard *board, const PelTag *tag)
{
  for (gint64 j = bin_of (board, tag->y); j <= bin_of (board, tag->y + tag->height); j++)
    for (gint64 i = bin_of (board, tag->x); i <= bin_of (board, tag->x + tag->width); i++)
      {
        gint *first = get_list (board, i, j);
        Link link = { tag->x, tag->y, tag->width, tag->height, *first };

        *first = (gint)board->links->len;
        g_array_append_val (board->links, link);
      }
}

static gboolean
try_place (const PelTagBoard *board, PelTag *tag, double x, double y, gboolean has_leader)
{
  if (!board_is_free (board, x, y, tag->width, tag->height))
    return FALSE;
  tag->x = x;
  tag->y = y;
  tag->is_placed = TRUE;
  tag->has_leader = has_leader;
  return TRUE;
}

/* Beside the cell, off by a distance: right, left, below, above, then the corners. */
static gboolean
try_around (const PelTagBoard *board, PelTag *tag, double off, gboolean has_leader)
{
  const double middle_x = (tag->cell[0] + tag->cell[2] - tag->width) / 2;
  const double middle_y = (tag->cell[1] + tag->cell[3] - tag->height) / 2;
  const double left = tag->cell[0] - off - tag->width, right = tag->cell[2] + off;
  const double above = tag->cell[1] - off - tag->height, below = tag->cell[3] + off;

  return try_place (board, tag, right, middle_y, has_leader) ||
         try_place (board, tag, left, middle_y, has_leader) ||
         try_place (board, tag, middle_x, below, has_leader) ||
         try_place (board, tag, middle_x, above, has_leader) ||
         try_place (board, tag, right, above, has_leader) ||
         try_place (board, tag, right, below, has_leader) ||
         try_place (board, tag, left, above, has_leader) ||
         try_place (board, tag, left, below, has_leader);
}

static void
place (const PelTagBoard *board, PelTag *tag)
{
  double cell_width = tag->cell[2] - tag->cell[0], cell_height = tag->cell[3] - tag->cell[1];

  if (!(tag->anchor_x >= 0 && tag->anchor_y >= 0 && tag->anchor_x <= board->width &&
        tag->anchor_y <= board->height))
    return;
  if (cell_width >= ROOM_X * tag->width && cell_height >= ROOM_Y * tag->height &&
      try_place (board, tag, tag->anchor_x - tag->width / 2, tag->anchor_y - tag->height / 2,
                 FALSE))
    return;
  if (try_around (board, tag, board->gap, FALSE))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (distances); i++)
    {
      if (try_around (board, tag, distances[i] * tag->height, TRUE))
        return;
    }
}

guint
pel_tag_board_place (PelTagBoard *self, PelTag *tags, guint n_tags)
{
  gboolean is_sane =
      self->width > 0 && self->height > 0 && isfinite (self->width) && isfinite (self->height);
  Turn *turns = g_new (Turn, MAX (n_tags, 1));
  guint n_placed = 0;

  for (guint i = 0; i < n_tags; i++)
    {
      tags[i].is_placed = tags[i].has_leader = FALSE;
      tags[i].x = tags[i].y = 0;
      turns[i] = (Turn){ &tags[i], i };
    }
  qsort (turns, n_tags, sizeof *turns, compare_turns);
  for (guint i = 0; is_sane && i < n_tags; i++)
    {
      PelTag *tag = &tags[turns[i].index];

      place (self, tag);
      if (tag->is_placed)
        {
          board_add (self, tag);
          n_placed++;
        }
    }
  g_free (turns);
  return n_placed;
}

guint
pel_tag_layout (PelTag *tags, guint n_tags, double width, double height, double gap)
{
  double largest = 16;
  PelTagBoard *board;
  guint n_placed;

  for (guint i = 0; i < n_tags; i++)
    largest = MAX (largest, MAX (tags[i].width, tags[i].height));
  board = pel_tag_board_new (width, height, gap, largest, n_tags);
  n_placed = pel_tag_board_place (board, tags, n_tags);
  pel_tag_board_free (board);
  return n_placed;
}
