/* SPDX-License-Identifier: MIT */

/* Part of pel-blocked-body.h: products of blocked matrices, held in registers: GROUP tiles by OB
 * blocks of outputs (by half a block where a block is two vectors). */

/* acc[i][o] += Σ over lanes of n_cb blocks, v[cb][i][c] · u[o][c]. */
static inline __attribute__ ((always_inline)) void
multiply (const float *v,
          size_t v_block,
          const float *u,
          size_t u_block,
          float *m,
          size_t m_block,
          int n_cb,
          int accumulate,
          const int group,
          const int n_vectors)
{
  V acc[PRODUCT_GROUP][4];

  UNROLL (12)
  for (int i = 0; i < group; i++)
    UNROLL (4)
  for (int o = 0; o < n_vectors; o++)
    acc[i][o] = accumulate ? LOAD (m + i * PEL_LANES + VECTOR (o, m_block)) : (V){ 0 };

  for (int cb = 0; cb < n_cb; cb++, v += v_block)
    for (int c = 0; c < PEL_LANES; c++, u += PEL_LANES)
      {
        V weights[4];

        UNROLL (4)
        for (int o = 0; o < n_vectors; o++)
          weights[o] = LOAD (u + VECTOR (o, u_block));
        UNROLL (12)
        for (int i = 0; i < group; i++)
          {
            V x = BROADCAST (v[i * PEL_LANES + c]);

            UNROLL (4)
            for (int o = 0; o < n_vectors; o++)
              acc[i][o] += x * weights[o];
          }
      }

  UNROLL (12)
  for (int i = 0; i < group; i++)
    UNROLL (4)
  for (int o = 0; o < n_vectors; o++)
    STORE (m + i * PEL_LANES + VECTOR (o, m_block), acc[i][o]);
}

/* How many of the tiles that are left, a multiple of four, the next group takes. */
static inline int
get_group (int left)
{
#if PRODUCT_GROUP == 12
  if (left >= 12 && left != 16)
    return 12;
  return left >= 8 ? 8 : 4;
#elif PRODUCT_GROUP == 6
  return left >= 6 && left != 8 ? 6 : 4;
#else
  return PRODUCT_GROUP;
#endif
}

static inline __attribute__ ((always_inline)) void
multiply_tiles (const float *v,
                size_t v_block,
                const float *u,
                size_t u_block,
                float *m,
                size_t m_block,
                int n_cb,
                int n_tiles,
                int accumulate,
                const int n_vectors)
{
  for (int t = 0, group; t < n_tiles; t += group, v += group * PEL_LANES, m += group * PEL_LANES)
    {
      group = get_group (n_tiles - t);
      if (group == PRODUCT_GROUP)
        multiply (v, v_block, u, u_block, m, m_block, n_cb, accumulate, PRODUCT_GROUP, n_vectors);
#if PRODUCT_GROUP > 8
      else if (group == 8)
        multiply (v, v_block, u, u_block, m, m_block, n_cb, accumulate, 8, n_vectors);
#endif
#if PRODUCT_GROUP > 4
      else
        multiply (v, v_block, u, u_block, m, m_block, n_cb, accumulate, 4, n_vectors);
#endif
    }
}

static void
product (const float *v,
         size_t v_block,
         const float *u,
         size_t u_block,
         float *m,
         size_t m_block,
         int n_cb,
         int n_ob,
         int n_tiles,
         int accumulate)
{
  int ob = 0;

  for (; ob + PRODUCT_BLOCKS <= n_ob; ob += PRODUCT_BLOCKS)
    multiply_tiles (v, v_block, u + ob * u_block, u_block, m + ob * m_block, m_block, n_cb, n_tiles,
                    accumulate, PRODUCT_BLOCKS * NV);
#if PRODUCT_BLOCKS > 1
  for (; ob < n_ob; ob++)
    multiply_tiles (v, v_block, u + ob * u_block, u_block, m + ob * m_block, m_block, n_cb, n_tiles,
                    accumulate, NV);
#endif
}

/* du[o][c] += Σ over tiles, v[t][c] · g[o][t], for OUTER_INPUTS lanes c. */
static inline __attribute__ ((always_inline)) void
multiply_outer (const float *v,
                const float *g,
                size_t g_block,
                float *du,
                size_t du_block,
                int n_tiles,
                const int n_vectors)
{
  V acc[OUTER_INPUTS][4];

  UNROLL (8)
  for (int c = 0; c < OUTER_INPUTS; c++)
    UNROLL (4)
  for (int o = 0; o < n_vectors; o++)
    acc[c][o] = LOAD (du + c * PEL_LANES + VECTOR (o, du_block));
  for (int t = 0; t < n_tiles; t++, v += PEL_LANES, g += PEL_LANES)
    {
      V gradients[4];

      UNROLL (4)
      for (int o = 0; o < n_vectors; o++)
        gradients[o] = LOAD (g + VECTOR (o, g_block));
      UNROLL (8)
      for (int c = 0; c < OUTER_INPUTS; c++)
        {
          V x = BROADCAST (v[c]);

          UNROLL (4)
          for (int o = 0; o < n_vectors; o++)
            acc[c][o] += x * gradients[o];
        }
    }
  UNROLL (8)
  for (int c = 0; c < OUTER_INPUTS; c++)
    UNROLL (4)
  for (int o = 0; o < n_vectors; o++)
    STORE (du + c * PEL_LANES + VECTOR (o, du_block), acc[c][o]);
}

static void
outer_product (const float *v,
               size_t v_block,
               const float *g,
               size_t g_block,
               float *du,
               size_t du_block,
               int n_cb,
               int n_ob,
               int n_tiles)
{
  int ob = 0;

  for (; ob + OUTER_BLOCKS <= n_ob; ob += OUTER_BLOCKS)
    for (int cb = 0; cb < n_cb; cb++)
      for (int c = 0; c < PEL_LANES; c += OUTER_INPUTS)
        multiply_outer (v + cb * v_block + c, g + ob * g_block, g_block,
                        du + ob * du_block + (size_t)(cb * PEL_LANES + c) * PEL_LANES, du_block,
                        n_tiles, OUTER_BLOCKS * NV);
  for (; ob < n_ob; ob++)
    for (int cb = 0; cb < n_cb; cb++)
      for (int c = 0; c < PEL_LANES; c += OUTER_INPUTS)
        multiply_outer (v + cb * v_block + c, g + ob * g_block, g_block,
                        du + ob * du_block + (size_t)(cb * PEL_LANES + c) * PEL_LANES, du_block,
                        n_tiles, NV);
}
