/* SPDX-License-Identifier: MIT */

/* Part of pel-blocked-body.h: Winograd's transforms for F(4x4, 3x3) at the points 0, 1, -1, 2, -2
 * and infinity. VL lanes are transformed at a time; NV such vectors make a block of 16. */

/* Six values in a line with @s between them: B^T d. */
#define TRANSFORM_INPUT(d, i, s)                                                                   \
  do                                                                                               \
    {                                                                                              \
      V d0 = d[i], d1 = d[i + s], d2 = d[i + 2 * s];                                               \
      V d3 = d[i + 3 * s], d4 = d[i + 4 * s], d5 = d[i + 5 * s];                                   \
      V even = d4 - 4.0f * d2, odd = d3 - 4.0f * d1;                                               \
      V even2 = d4 - d2, odd2 = d3 - d1;                                                           \
                                                                                                   \
      d[i] = (d4 - 5.0f * d2) + 4.0f * d0;                                                         \
      d[i + s] = even + odd;                                                                       \
      d[i + 2 * s] = even - odd;                                                                   \
      d[i + 3 * s] = even2 + 2.0f * odd2;                                                          \
      d[i + 4 * s] = even2 - 2.0f * odd2;                                                          \
      d[i + 5 * s] = (d5 - 5.0f * d3) + 4.0f * d1;                                                 \
    }                                                                                              \
  while (0)

/* Six values to four: A^T m. */
#define TRANSFORM_OUTPUT(d, i, s, o, j, q)                                                         \
  do                                                                                               \
    {                                                                                              \
      V sum1 = d[i + s] + d[i + 2 * s], difference1 = d[i + s] - d[i + 2 * s];                     \
      V sum2 = d[i + 3 * s] + d[i + 4 * s], difference2 = d[i + 3 * s] - d[i + 4 * s];             \
                                                                                                   \
      o[j] = d[i] + sum1 + sum2;                                                                   \
      o[j + q] = difference1 + 2.0f * difference2;                                                 \
      o[j + 2 * q] = sum1 + 4.0f * sum2;                                                           \
      o[j + 3 * q] = (difference1 + d[i + 5 * s]) + 8.0f * difference2;                            \
    }                                                                                              \
  while (0)

/* Four values to six: A g. */
#define TRANSFORM_GRADIENT(g, i, s, o, j, q)                                                       \
  do                                                                                               \
    {                                                                                              \
      V g0 = g[i], g1 = g[i + s], g2 = g[i + 2 * s], g3 = g[i + 3 * s];                            \
      V even = g0 + g2, odd = g1 + g3;                                                             \
      V even2 = g0 + 4.0f * g2, odd2 = g1 + 4.0f * g3;                                             \
                                                                                                   \
      o[j] = g0;                                                                                   \
      o[j + q] = even + odd;                                                                       \
      o[j + 2 * q] = even - odd;                                                                   \
      o[j + 3 * q] = even2 + 2.0f * odd2;                                                          \
      o[j + 4 * q] = even2 - 2.0f * odd2;                                                          \
      o[j + 5 * q] = g3;                                                                           \
    }                                                                                              \
  while (0)

/* Three values to six: G w. */
#define TRANSFORM_WEIGHT(w, i, s, o, j, q)                                                         \
  do                                                                                               \
    {                                                                                              \
      V w0 = w[i], w1 = w[i + s], w2 = w[i + 2 * s];                                               \
      V outer = (w0 + w2) * (-1.0f / 6.0f), inner = w1 * (-1.0f / 6.0f);                           \
      V outer2 = w0 * (1.0f / 24.0f) + w2 * (1.0f / 6.0f), inner2 = w1 * (1.0f / 12.0f);           \
                                                                                                   \
      o[j] = w0 * 0.25f;                                                                           \
      o[j + q] = outer + inner;                                                                    \
      o[j + 2 * q] = outer - inner;                                                                \
      o[j + 3 * q] = outer2 + inner2;                                                              \
      o[j + 4 * q] = outer2 - inner2;                                                              \
      o[j + 5 * q] = w2;                                                                           \
    }                                                                                              \
  while (0)

/* Six values to three: G^T u. */
#define TRANSFORM_WEIGHT_GRADIENT(u, i, s, o, j, q)                                                \
  do                                                                                               \
    {                                                                                              \
      V sum1 = u[i + s] + u[i + 2 * s], difference1 = u[i + s] - u[i + 2 * s];                     \
      V sum2 = u[i + 3 * s] + u[i + 4 * s], difference2 = u[i + 3 * s] - u[i + 4 * s];             \
                                                                                                   \
      o[j] = u[i] * 0.25f - sum1 * (1.0f / 6.0f) + sum2 * (1.0f / 24.0f);                          \
      o[j + q] = difference1 * (-1.0f / 6.0f) + difference2 * (1.0f / 12.0f);                      \
      o[j + 2 * q] = (sum2 - sum1) * (1.0f / 6.0f) + u[i + 5 * s];                                 \
    }                                                                                              \
  while (0)

typedef struct
{
  int x, y, per_row;
} TileWalk;

static inline TileWalk
tile_walk (int w, int first)
{
  int per_row = (w + 3) / 4;

  return (TileWalk){ first % per_row, first / per_row, per_row };
}

static inline void
tile_next (TileWalk *walk)
{
  if (++walk->x == walk->per_row)
    {
      walk->x = 0;
      walk->y++;
    }
}

static void
winograd_input (const float *plane,
                int h,
                int w,
                int first,
                int n,
                const float *scale,
                const float *shift,
                float *v,
                size_t point)
{
  TileWalk walk = tile_walk (w, first);

  for (int t = 0; t < n; t++, tile_next (&walk))
    {
      int y0 = walk.y * 4 - 1, x0 = walk.x * 4 - 1;
      int inside = y0 >= 0 && x0 >= 0 && y0 + 6 <= h && x0 + 6 <= w;

      for (int l = 0; l < PEL_LANES; l += VL)
        {
          V d[36];
          V a = scale != NULL ? LOAD (scale + l) : (V){ 0 } + 1.0f;
          V b = shift != NULL ? LOAD (shift + l) : (V){ 0 };
          float *out = v + (size_t)t * PEL_LANES + l;

          if (inside)
            {
              const float *src = plane + ((size_t)y0 * w + x0) * PEL_LANES + l;

              for (int i = 0; i < 6; i++)
                {
                  UNROLL (6)
                  for (int j = 0; j < 6; j++)
                    d[i * 6 + j] = LOAD (src + ((size_t)i * w + j) * PEL_LANES) * a + b;
                }
            }
          else
            {
              for (int i = 0; i < 6; i++)
                for (int j = 0; j < 6; j++)
                  {
                    int y = y0 + i, x = x0 + j;

                    d[i * 6 + j] = y >= 0 && x >= 0 && y < h && x < w
                                       ? LOAD (plane + ((size_t)y * w + x) * PEL_LANES + l) * a + b
                                       : (V){ 0 };
                  }
            }

          UNROLL (6)
          for (int i = 0; i < 6; i++)
            TRANSFORM_INPUT (d, i * 6, 1);
          UNROLL (6)
          for (int j = 0; j < 6; j++)
            TRANSFORM_INPUT (d, j, 6);
          UNROLL (36)
          for (int k = 0; k < 36; k++)
            STORE (out + k * point, d[k]);
        }
    }
}

static void
winograd_gradient (const float *plane, int h, int w, int first, int n, float *v, size_t point)
{
  TileWalk walk = tile_walk (w, first);

  for (int t = 0; t < n; t++, tile_next (&walk))
    {
      int y0 = walk.y * 4, x0 = walk.x * 4;

      for (int l = 0; l < PEL_LANES; l += VL)
        {
          V g[16], rows[24], d[36];
          float *out = v + (size_t)t * PEL_LANES + l;

          for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
              g[i * 4 + j] = y0 + i < h && x0 + j < w
                                 ? LOAD (plane + ((size_t)(y0 + i) * w + x0 + j) * PEL_LANES + l)
                                 : (V){ 0 };
          UNROLL (4)
          for (int i = 0; i < 4; i++)
            TRANSFORM_GRADIENT (g, i * 4, 1, rows, i * 6, 1);
          UNROLL (6)
          for (int j = 0; j < 6; j++)
            TRANSFORM_GRADIENT (rows, j, 6, d, j, 6);
          UNROLL (36)
          for (int k = 0; k < 36; k++)
            STORE (out + k * point, d[k]);
        }
    }
}

/* The 4x4 outputs of one tile, VL lanes of them. */
static inline __attribute__ ((always_inline)) void
transform_output (const float *m, size_t point, V r[16])
{
  V d[36], rows[24];

  UNROLL (36)
  for (int k = 0; k < 36; k++)
    d[k] = LOAD (m + k * point);
  UNROLL (6)
  for (int i = 0; i < 6; i++)
    TRANSFORM_OUTPUT (d, i * 6, 1, rows, i * 4, 1);
  UNROLL (4)
  for (int j = 0; j < 4; j++)
    TRANSFORM_OUTPUT (rows, j, 4, r, j, 4);
}

static void
winograd_output (const float *m,
                 size_t point,
                 float *plane,
                 int h,
                 int w,
                 int first,
                 int n,
                 const float *bias,
                 float sums[32])
{
  for (int l = 0; l < PEL_LANES; l += VL)
    {
      TileWalk walk = tile_walk (w, first);
      V b = LOAD (bias + l), sum = LOAD (sums + l), squares = LOAD (sums + PEL_LANES + l);

      for (int t = 0; t < n; t++, tile_next (&walk))
        {
          int y0 = walk.y * 4, x0 = walk.x * 4;
          V r[16];

          transform_output (m + (size_t)t * PEL_LANES + l, point, r);
          for (int i = 0; i < 4 && y0 + i < h; i++)
            {
              float *row = plane + ((size_t)(y0 + i) * w + x0) * PEL_LANES + l;

              UNROLL (4)
              for (int j = 0; j < 4; j++)
                if (x0 + j < w)
                  {
                    V value = CLIP (r[i * 4 + j] + b);

                    STORE (row + j * PEL_LANES, value);
                    sum += value;
                    squares += value * value;
                  }
            }
        }
      STORE (sums + l, sum);
      STORE (sums + PEL_LANES + l, squares);
    }
}

static void
winograd_output_gradient (const float *m,
                          size_t point,
                          float *plane,
                          int h,
                          int w,
                          int first,
                          int n,
                          const float *r_plane,
                          float sums[32])
{
  for (int l = 0; l < PEL_LANES; l += VL)
    {
      TileWalk walk = tile_walk (w, first);
      V sum = LOAD (sums + l), products = LOAD (sums + PEL_LANES + l);

      for (int t = 0; t < n; t++, tile_next (&walk))
        {
          int y0 = walk.y * 4, x0 = walk.x * 4;
          V r[16];

          transform_output (m + (size_t)t * PEL_LANES + l, point, r);
          for (int i = 0; i < 4 && y0 + i < h; i++)
            {
              size_t offset = ((size_t)(y0 + i) * w + x0) * PEL_LANES + l;

              UNROLL (4)
              for (int j = 0; j < 4; j++)
                if (x0 + j < w)
                  {
                    V value = r[i * 4 + j];

                    STORE (plane + offset + j * PEL_LANES, value);
                    if (r_plane != NULL)
                      {
                        sum += value;
                        products += value * LOAD (r_plane + offset + j * PEL_LANES);
                      }
                  }
            }
        }
      STORE (sums + l, sum);
      STORE (sums + PEL_LANES + l, products);
    }
}
