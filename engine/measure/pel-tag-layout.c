/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-tag-layout.h"

#include <math.h>
#include <stdlib.h>

/* A cell has room for its tag where it is this many times as wide and as high. */
#define ROOM_X 1.4
#define ROOM_Y 3.0

/* How far off a tag with a leader line stands, in heights of the tag. */
static const double distances[] = { 1.2, 2.6 };

/* Which tags are near a place: the picture in square bins with a list of tags each. */
typedef struct
{
  double width, height, gap, bin;
  gint n_x, n_y;
  gint *first;   /* of a bin's list; -1 where it is empty */
  GArray *links; /* Link */
  PelTag *tags;
} Board;

typedef struct
{
  guint tag;
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

static void
board_init (Board *board, PelTag *tags, guint n_tags, double width, double height, double gap)
{
  double largest = 16;

  *board = (Board){ width, height, gap };
  for (guint i = 0; i < n_tags; i++)
    largest = MAX (largest, MAX (tags[i].width, tags[i].height) + gap);
  /* Never more bins than a small multiple of the tags: an empty picture costs nothing. */
  board->bin = MAX (largest, sqrt (width * height / (4.0 * n_tags + 64)));
  board->n_x = (gint)(width / board->bin) + 1;
  board->n_y = (gint)(height / board->bin) + 1;
  board->first = g_new (gint, (gsize)board->n_x * (gsize)board->n_y);
  for (gsize i = 0; i < (gsize)board->n_x * (gsize)board->n_y; i++)
    board->first[i] = -1;
  board->links = g_array_new (FALSE, FALSE, sizeof (Link));
  board->tags = tags;
}

static gint
bin_of (const Board *board, double at, gint n)
{
  return CLAMP ((gint)floor (at / board->bin), 0, n - 1);
}

static gboolean
overlap (const PelTag *tag, double x, double y, double w, double h, double gap)
{
  return x < tag->x + tag->width + gap && tag->x < x + w + gap && y < tag->y + tag->height + gap &&
         tag->y < y + h + gap;
}

static gboolean
board_is_free (const Board *board, double x, double y, double w, double h)
{
  if (!(x >= 0 && y >= 0 && x + w <= board->width && y + h <= board->height))
    return FALSE;
  for (gint j = bin_of (board, y - board->gap, board->n_y);
       j <= bin_of (board, y + h + board->gap, board->n_y); j++)
    {
      for (gint i = bin_of (board, x - board->gap, board->n_x);
           i <= bin_of (board, x + w + board->gap, board->n_x); i++)
        {
          for (gint link = board->first[(gsize)j * (gsize)board->n_x + (gsize)i]; link >= 0;)
            {
              const Link *l = &g_array_index (board->links, Link, link);

              if (overlap (&board->tags[l->tag], x, y, w, h, board->gap))
                return FALSE;
              link = l->next;
            }
        }
    }
  return TRUE;
}

static void
board_add (Board *board, guint index)
{
  const PelTag *tag = &board->tags[index];

  for (gint j = bin_of (board, tag->y, board->n_y);
       j <= bin_of (board, tag->y + tag->height, board->n_y); j++)
    {
      for (gint i = bin_of (board, tag->x, board->n_x);
           i <= bin_of (board, tag->x + tag->width, board->n_x); i++)
        {
          gint *first = &board->first[(gsize)j * (gsize)board->n_x + (gsize)i];
          Link link = { index, *first };

          *first = (gint)board->links->len;
          g_array_append_val (board->links, link);
        }
    }
}

static gboolean
try_place (const Board *board, PelTag *tag, double x, double y, gboolean has_leader)
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
try_around (const Board *board, PelTag *tag, double off, gboolean has_leader)
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
place (const Board *board, PelTag *tag)
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
pel_tag_layout (PelTag *tags, guint n_tags, double width, double height, double gap)
{
  Board board;
  guint n_placed = 0;

  for (guint i = 0; i < n_tags; i++)
    {
      tags[i].is_placed = tags[i].has_leader = FALSE;
      tags[i].x = tags[i].y = 0;
    }
  if (n_tags == 0 || !(width > 0 && height > 0 && isfinite (width) && isfinite (height)))
    return 0;

  Turn *turns = g_new (Turn, n_tags);
  for (guint i = 0; i < n_tags; i++)
    turns[i] = (Turn){ &tags[i], i };
  qsort (turns, n_tags, sizeof *turns, compare_turns);
  board_init (&board, tags, n_tags, width, height, MAX (gap, 0));
  for (guint i = 0; i < n_tags; i++)
    {
      PelTag *tag = &tags[turns[i].index];

      place (&board, tag);
      if (tag->is_placed)
        {
          board_add (&board, turns[i].index);
          n_placed++;
        }
    }
  g_array_unref (board.links);
  g_free (board.first);
  g_free (turns);
  return n_placed;
}
