/* SPDX-License-Identifier: MIT */

/* Part of pel-blocked-body.h: weights between the plain layout, in which the nine taps of one
 * input and one output are neighbours, and Winograd's, in which 16 outputs (or, on the way back,
 * 16 inputs) are lanes. Blocks of 16 by 16 pass through a buffer of 144 lines. */

#define TAPS 9
#define BLOCK_TAPS (TAPS * PEL_LANES)
/* Rows of weights are too short for the processor to foresee: they are asked for this early. */
#define ROWS_AHEAD 8

/* Swaps lane l of a with bit S set with lane l without it of b. */
#if VL == 16
#define LANES_OF(S, KEEP)                                                                          \
  (MASK)                                                                                           \
  {                                                                                                \
    KEEP (0, S), KEEP (1, S), KEEP (2, S), KEEP (3, S), KEEP (4, S), KEEP (5, S), KEEP (6, S),     \
        KEEP (7, S), KEEP (8, S), KEEP (9, S), KEEP (10, S), KEEP (11, S), KEEP (12, S),           \
        KEEP (13, S), KEEP (14, S), KEEP (15, S)                                                   \
  }
#elif VL == 8
#define LANES_OF(S, KEEP)                                                                          \
  (MASK)                                                                                           \
  {                                                                                                \
    KEEP (0, S), KEEP (1, S), KEEP (2, S), KEEP (3, S), KEEP (4, S), KEEP (5, S), KEEP (6, S),     \
        KEEP (7, S)                                                                                \
  }
#else
#define LANES_OF(S, KEEP)                                                                          \
  (MASK) { KEEP (0, S), KEEP (1, S), KEEP (2, S), KEEP (3, S) }
#endif
#define UPPER(l, S) (((l) & (S)) != 0 ? VL + ((l) ^ (S)) : (l))
#define LOWER(l, S) (((l) & (S)) != 0 ? VL + (l) : ((l) | (S)))
#define SWAP_LANES(rows, S)                                                                        \
  UNROLL (16)                                                                                      \
  for (int i = 0; i < VL; i++)                                                                     \
    if ((i & S) == 0)                                                                              \
      {                                                                                            \
        V upper = __builtin_shuffle (rows[i], rows[i | S], LANES_OF (S, UPPER));                   \
        V lower = __builtin_shuffle (rows[i], rows[i | S], LANES_OF (S, LOWER));                   \
                                                                                                   \
        rows[i] = upper;                                                                           \
        rows[i | S] = lower;                                                                       \
      }

/* VL rows of VL values change places with their columns. */
static inline __attribute__ ((always_inline)) void
transpose_rows (const float *src, size_t src_row, V rows[VL])
{
  UNROLL (16)
  for (int i = 0; i < VL; i++)
    rows[i] = LOAD_ANY (src + i * src_row);
  SWAP_LANES (rows, 1)
  SWAP_LANES (rows, 2)
#if VL > 4
  SWAP_LANES (rows, 4)
#endif
#if VL > 8
  SWAP_LANES (rows, 8)
#endif
}

static inline __attribute__ ((always_inline)) void
transpose (const float *src, size_t src_row, float *dst, size_t dst_row, const int stream)
{
  V rows[VL];

  transpose_rows (src, src_row, rows);
  UNROLL (16)
  for (int i = 0; i < VL; i++)
    if (stream)
      STREAM (dst + i * dst_row, rows[i]);
    else
      STORE_ANY (dst + i * dst_row, rows[i]);
}

/* Asks for 144 values that are wanted soon. */
static inline void
prefetch_block (const float *weight)
{
  for (int i = 0; i < BLOCK_TAPS; i += 16)
    __builtin_prefetch (weight + i);
}

/* From 16 rows of 144 values to 144 lines of 16. The same rows go on behind, unless this is the
 * last block. */
static void
to_lines (const float *weight, size_t row, float *lines, int is_last)
{
  if (!is_last)
    for (int l = 0; l < PEL_LANES; l++)
      prefetch_block (weight + l * row + BLOCK_TAPS);
  for (int l = 0; l < PEL_LANES; l += VL)
    for (int i = 0; i < BLOCK_TAPS; i += VL)
      transpose (weight + l * row + i, row, lines + i * PEL_LANES + l, PEL_LANES, 0);
}

static void
from_lines (const float *lines, float *weight, size_t row)
{
  for (int l = 0; l < PEL_LANES; l += VL)
    for (int i = 0; i < BLOCK_TAPS; i += VL)
      transpose (lines + i * PEL_LANES + l, PEL_LANES, weight + l * row + i, row, 1);
}

#if VL == 16
/* Which of the nine vectors of 144 values holds, in its lane l, one whose place is t modulo 9; and
 * in which lane the value of number l stands: nine times anything odd passes through all lanes. */
#define TAP_VECTOR(t, l) ((((((l) - (t)) * 9) & 15) * 9 + (t)) / 16)
#define TAP_LANE(l, t) (((l)*9 + (t)) & 15)
#endif

/* From 144 values, of 16 lanes after each other nine taps, to nine lines: lane l, tap t is src[9·l
 * + t]. */
static inline __attribute__ ((always_inline)) void
split_taps (const float *src, V taps[NV][TAPS])
{
#if VL == 16
  V from[TAPS];

  UNROLL (9)
  for (int j = 0; j < TAPS; j++)
    from[j] = LOAD_ANY (src + j * 16);
  UNROLL (9)
  for (int t = 0; t < TAPS; t++)
    {
      V mixed = from[0];

      /* Lanes stay where they are until all 16 are together. */
      UNROLL (9)
      for (int j = 1; j < TAPS; j++)
        {
          MASK which;

          UNROLL (16)
          for (int l = 0; l < 16; l++)
            which[l] = TAP_VECTOR (t, l) == j ? 16 + l : l;
          mixed = __builtin_shuffle (mixed, from[j], which);
        }
      {
        MASK which;

        UNROLL (16)
        for (int l = 0; l < 16; l++)
          which[l] = TAP_LANE (l, t);
        taps[0][t] = __builtin_shuffle (mixed, which);
      }
    }
#else
  for (int q = 0; q < NV; q++)
    for (int t = 0; t < TAPS; t++)
      for (int l = 0; l < VL; l++)
        taps[q][t][l] = src[(q * VL + l) * TAPS + t];
#endif
}

/* Nine taps to 36 points. */
static inline __attribute__ ((always_inline)) void
transform_weight (const V g[TAPS], float *u, size_t point)
{
  V rows[18], d[36];

  UNROLL (3)
  for (int j = 0; j < 3; j++)
    TRANSFORM_WEIGHT (g, j, 3, rows, j, 3);
  UNROLL (6)
  for (int j = 0; j < 6; j++)
    TRANSFORM_WEIGHT (rows, j * 3, 1, d, j * 6, 1);
  UNROLL (36)
  for (int k = 0; k < 36; k++)
    STORE (u + k * point, d[k]);
}

static void
winograd_weight (const float *weight, size_t output, int n, float *u, size_t point)
{
  float lines[BLOCK_TAPS * PEL_LANES] __attribute__ ((aligned (64)));

  for (int first = 0; first < n; first += PEL_LANES)
    {
      to_lines (weight + first * TAPS, output, lines, first + PEL_LANES >= n);
      for (int i = 0; i < PEL_LANES; i++)
        for (int l = 0; l < PEL_LANES; l += VL)
          {
            V g[TAPS];

            UNROLL (9)
            for (int t = 0; t < TAPS; t++)
              g[t] = LOAD (lines + (i * TAPS + t) * PEL_LANES + l);
            transform_weight (g, u + (size_t)(first + i) * PEL_LANES + l, point);
          }
    }
}

static void
winograd_weight_flipped (const float *weight, size_t output, int n, float *u, size_t point)
{
  for (int i = 0; i < n; i++)
    {
      V taps[NV][TAPS];

      if (i + ROWS_AHEAD < n)
        prefetch_block (weight + (i + ROWS_AHEAD) * output);
      split_taps (weight + i * output, taps);
      for (int q = 0; q < NV; q++)
        {
          V g[TAPS];

          UNROLL (9)
          for (int t = 0; t < TAPS; t++)
            g[t] = taps[q][TAPS - 1 - t];
          transform_weight (g, u + (size_t)i * PEL_LANES + q * VL, point);
        }
    }
}

static void
winograd_weight_gradient (const float *du, size_t point, float *weight, size_t output, int n)
{
  float lines[BLOCK_TAPS * PEL_LANES] __attribute__ ((aligned (64)));

  for (int first = 0; first < n; first += PEL_LANES)
    {
      for (int i = 0; i < PEL_LANES; i++)
        for (int l = 0; l < PEL_LANES; l += VL)
          {
            V d[36], rows[18], g[9];

            UNROLL (36)
            for (int k = 0; k < 36; k++)
              d[k] = LOAD (du + k * point + (size_t)(first + i) * PEL_LANES + l);
            UNROLL (6)
            for (int j = 0; j < 6; j++)
              TRANSFORM_WEIGHT_GRADIENT (d, j * 6, 1, rows, j * 3, 1);
            UNROLL (3)
            for (int j = 0; j < 3; j++)
              TRANSFORM_WEIGHT_GRADIENT (rows, j, 3, g, j, 3);
            UNROLL (9)
            for (int t = 0; t < TAPS; t++)
              STORE (lines + (i * TAPS + t) * PEL_LANES + l, g[t]);
          }
      from_lines (lines, weight + first * TAPS, output);
    }
  STREAM_END ();
}

static void
corners_split (const float *weight, size_t input, int n, float *u, size_t corner)
{
  for (int c = 0; c < n; c++, weight += input, u += PEL_LANES)
    {
      const float *restrict src = weight;

      if (c + ROWS_AHEAD < n)
        for (int i = 0; i < 4 * PEL_LANES; i += 16)
          __builtin_prefetch (weight + ROWS_AHEAD * input + i);
      for (int q = 0; q < 4; q++)
        {
          float *restrict dst = u + q * corner;

          for (int l = 0; l < PEL_LANES; l++)
            dst[l] = src[l * 4 + q];
        }
    }
}

static void
corners_turn (const float *weight, size_t input, int n, float *u, size_t corner)
{
  for (int l = 0; l < PEL_LANES; l += VL)
    for (int i = 0; i < 4 * n; i += VL)
      {
        V rows[VL];

        transpose_rows (weight + l * input + i, input, rows);
        UNROLL (16)
        for (int k = 0; k < VL; k++)
          STORE (u + (k % 4) * corner + (size_t)((i + k) / 4) * PEL_LANES + l, rows[k]);
      }
}

static void
corners_join (const float *du, size_t corner, int n, float *weight, size_t input)
{
  for (int c = 0; c < n; c++, weight += input, du += PEL_LANES)
    {
      float *restrict dst = weight;
      const float *restrict q0 = du, *restrict q1 = du + corner;
      const float *restrict q2 = du + 2 * corner, *restrict q3 = du + 3 * corner;

      for (int l = 0; l < PEL_LANES; l++)
        {
          dst[l * 4] = q0[l];
          dst[l * 4 + 1] = q1[l];
          dst[l * 4 + 2] = q2[l];
          dst[l * 4 + 3] = q3[l];
        }
    }
}
