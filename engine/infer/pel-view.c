/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-view.h"

/* Rows that a thread takes at a time. */
#define ROWS_PER_PIECE 16

typedef struct
{
  const PelTensor *from;
  PelTensor *to;
  guint view;
  gboolean back;
  float factor;
} Turn;

/* Where the values of row @y of @to are in a plane of @from: the first one, and from one to the
 * next. */
static void
find_row (const Turn *turn, gsize y, gssize *first, gssize *step)
{
  gssize w = turn->from->shape.w, h = turn->from->shape.h, row = (gssize)y;
  gboolean across = (turn->view & PEL_VIEW_ACROSS) != 0, down = (turn->view & PEL_VIEW_DOWN) != 0;

  if (!(turn->view & PEL_VIEW_SWAPPED))
    {
      *first = (down ? h - 1 - row : row) * w + (across ? w - 1 : 0);
      *step = across ? -1 : 1;
    }
  else if (!turn->back)
    {
      /* The view's row is a column of the image, its mirrors are those of the view. */
      *first = (across ? h - 1 : 0) * w + (down ? w - 1 - row : row);
      *step = across ? -w : w;
    }
  else
    {
      *first = (down ? h - 1 : 0) * w + (across ? w - 1 - row : row);
      *step = down ? -w : w;
    }
}

static void
turn_rows (guint item, guint worker, gpointer data)
{
  const Turn *turn = data;
  gsize w = turn->to->shape.w, n_rows = (gsize)turn->to->shape.c * turn->to->shape.h;
  gsize end = MIN (((gsize)item + 1) * ROWS_PER_PIECE, n_rows);

  for (gsize i = (gsize)item * ROWS_PER_PIECE; i < end; i++)
    {
      gsize channel = i / turn->to->shape.h;
      gssize first, step;

      find_row (turn, i % turn->to->shape.h, &first, &step);
      const float *in =
          turn->from->data + channel * turn->from->shape.h * turn->from->shape.w + first;
      float *out = turn->to->data + i * w;
      if (turn->back)
        for (gsize x = 0; x < w; x++, in += step)
          out[x] += turn->factor * *in;
      else
        for (gsize x = 0; x < w; x++, in += step)
          out[x] = *in;
    }
}

static void
run (Turn *turn, PelPool *pool)
{
  gboolean swapped = (turn->view & PEL_VIEW_SWAPPED) != 0;
  const PelShape *from = &turn->from->shape, *to = &turn->to->shape;

  g_return_if_fail (turn->view < PEL_N_VIEWS && from->n == 1 && to->n == 1 && from->c == to->c);
  g_return_if_fail (to->w == (swapped ? from->h : from->w) &&
                    to->h == (swapped ? from->w : from->h));
  gsize n_rows = (gsize)to->c * to->h;
  pel_pool_run (pool, (guint)((n_rows + ROWS_PER_PIECE - 1) / ROWS_PER_PIECE), turn_rows, turn,
                NULL);
}

void
pel_view_apply (guint view, const PelTensor *from, PelTensor *to, PelPool *pool)
{
  Turn turn = { .from = from, .to = to, .view = view };
  run (&turn, pool);
}

void
pel_view_add_back (guint view, const PelTensor *from, float factor, PelTensor *sums, PelPool *pool)
{
  Turn turn = { .from = from, .to = sums, .view = view, .back = TRUE, .factor = factor };
  run (&turn, pool);
}

void
pel_view_turn_flows (guint view, float *flows, gsize n)
{
  g_return_if_fail (view < PEL_N_VIEWS && flows != NULL);
  /* Mirrors are undone first: they are those of the view. */
  float down = view & PEL_VIEW_DOWN ? -1.0f : 1.0f, right = view & PEL_VIEW_ACROSS ? -1.0f : 1.0f;
  for (gsize i = 0; view != 0 && i < n; i++)
    {
      float y = down * flows[i], x = right * flows[n + i];
      flows[i] = view & PEL_VIEW_SWAPPED ? x : y;
      flows[n + i] = view & PEL_VIEW_SWAPPED ? y : x;
    }
}
