/* SPDX-License-Identifier: MIT */

/* Part of pel-blocked-body.h: what goes over pixels one by one, and the first and last layers. */

static void
affine (float *dst, const float *src, size_t n, const float *scale, const float *shift)
{
  for (int l = 0; l < PEL_LANES; l += VL)
    {
      V a = scale != NULL ? LOAD (scale + l) : (V){ 0 } + 1.0f;
      V b = shift != NULL ? LOAD (shift + l) : (V){ 0 };

      for (size_t i = 0; i < n; i++)
        STORE (dst + i * PEL_LANES + l, LOAD (src + i * PEL_LANES + l) * a + b);
    }
}

static void
norm_relu_backward (const float *d,
                    float *r,
                    size_t n,
                    const float *a,
                    const float *b,
                    const float *c,
                    float sums[16])
{
  V factor[NV], slope[NV], offset[NV], sum[NV];

  for (int q = 0; q < NV; q++)
    {
      factor[q] = LOAD (a + q * VL);
      slope[q] = LOAD (b + q * VL);
      offset[q] = LOAD (c + q * VL);
      sum[q] = LOAD (sums + q * VL);
    }
  for (size_t i = 0; i < n; i++)
    UNROLL (4)
  for (int q = 0; q < NV; q++)
    {
      V x = LOAD (r + i * PEL_LANES + q * VL);
      V value = WHERE (x > 0.0f,
                       factor[q] * LOAD (d + i * PEL_LANES + q * VL) + (slope[q] * x + offset[q]));

      STORE (r + i * PEL_LANES + q * VL, value);
      sum[q] += value;
    }
  for (int q = 0; q < NV; q++)
    STORE (sums + q * VL, sum[q]);
}

static void
max_pool (float *dst,
          const float *row0,
          const float *row1,
          size_t n,
          const float *scale,
          const float *shift)
{
  for (int l = 0; l < PEL_LANES; l += VL)
    {
      V s = scale != NULL ? LOAD (scale + l) : (V){ 0 } + 1.0f;
      V b = shift != NULL ? LOAD (shift + l) : (V){ 0 };

      for (size_t i = 0; i < n; i++)
        {
          size_t at = 2 * i * PEL_LANES + l;
          V p00 = LOAD (row0 + at) * s + b, p01 = LOAD (row0 + at + PEL_LANES) * s + b;
          V p10 = LOAD (row1 + at) * s + b, p11 = LOAD (row1 + at + PEL_LANES) * s + b;

          p00 = LARGER (p00, p01);
          p10 = LARGER (p10, p11);
          STORE (dst + i * PEL_LANES + l, LARGER (p00, p10));
        }
    }
}

static void
max_pool_backward (float *d0,
                   float *d1,
                   const float *d_pool,
                   const float *row0,
                   const float *row1,
                   size_t n,
                   const float *scale,
                   const float *shift)
{
  for (int l = 0; l < PEL_LANES; l += VL)
    {
      V s = scale != NULL ? LOAD (scale + l) : (V){ 0 } + 1.0f;
      V b = shift != NULL ? LOAD (shift + l) : (V){ 0 };

      for (size_t i = 0; i < n; i++)
        {
          size_t at = 2 * i * PEL_LANES + l;
          V p00 = LOAD (row0 + at) * s + b, p01 = LOAD (row0 + at + PEL_LANES) * s + b;
          V p10 = LOAD (row1 + at) * s + b, p11 = LOAD (row1 + at + PEL_LANES) * s + b;
          V g = LOAD (d_pool + i * PEL_LANES + l);
          MASK right0 = p01 > p00, right1 = p11 > p10;
          MASK below = LARGER (p10, p11) > LARGER (p00, p01);
          V g0 = WHERE (~below, g), g1 = WHERE (below, g);

          STORE (d0 + at, LOAD (d0 + at) + WHERE (~right0, g0));
          STORE (d0 + at + PEL_LANES, LOAD (d0 + at + PEL_LANES) + WHERE (right0, g0));
          STORE (d1 + at, LOAD (d1 + at) + WHERE (~right1, g1));
          STORE (d1 + at + PEL_LANES, LOAD (d1 + at + PEL_LANES) + WHERE (right1, g1));
        }
    }
}

static void
sums_with (const float *d, const float *r, size_t n, float sums[32])
{
  for (int l = 0; l < PEL_LANES; l += VL)
    {
      V sum = LOAD (sums + l), products = LOAD (sums + PEL_LANES + l);

      for (size_t i = 0; i < n; i++)
        {
          V value = LOAD (d + i * PEL_LANES + l);

          sum += value;
          products += value * LOAD (r + i * PEL_LANES + l);
        }
      STORE (sums + l, sum);
      STORE (sums + PEL_LANES + l, products);
    }
}

static void
add (float *dst, const float *src, size_t n)
{
  for (size_t i = 0; i < n * PEL_LANES; i += VL)
    STORE (dst + i, LOAD (dst + i) + LOAD (src + i));
}

static void
add_bias (float *dst, const float *src, size_t n, size_t step, const float *bias)
{
  for (int l = 0; l < PEL_LANES; l += VL)
    {
      V b = LOAD (bias + l);

      for (size_t i = 0; i < n; i++)
        STORE (dst + i * step * PEL_LANES + l, LOAD (src + i * PEL_LANES + l) + b);
    }
}

/* A run of GROUP pixels of a row at a time keeps the sums of products in registers. */
#define DIRECT_GROUP 8

static inline __attribute__ ((always_inline)) void
direct_run (const float *const *rows,
            int n_in,
            const float *weight,
            V bias,
            float *dst,
            int x0,
            int n,
            V *sum,
            V *squares)
{
  V acc[DIRECT_GROUP];

  for (int i = 0; i < n; i++)
    acc[i] = bias;
  for (int c = 0; c < n_in; c++)
    for (int v = 0; v < 3; v++)
      {
        const float *row = rows[c * 3 + v] + x0;

        for (int u = 0; u < 3; u++)
          {
            V w = LOAD (weight + ((c * 3 + v) * 3 + u) * PEL_LANES);

            for (int i = 0; i < n; i++)
              acc[i] += BROADCAST (row[i + u]) * w;
          }
      }
  for (int i = 0; i < n; i++)
    {
      V value = CLIP (acc[i]);

      STORE (dst + (size_t)(x0 + i) * PEL_LANES, value);
      *sum += value;
      *squares += value * value;
    }
}

static void
direct_forward (const float *const *rows,
                int n_in,
                const float *weight,
                const float *bias,
                float *dst,
                int n,
                float sums[32])
{
  for (int l = 0; l < PEL_LANES; l += VL)
    {
      V b = LOAD (bias + l), sum = LOAD (sums + l), squares = LOAD (sums + PEL_LANES + l);
      int x = 0;

      for (; x + DIRECT_GROUP <= n; x += DIRECT_GROUP)
        direct_run (rows, n_in, weight + l, b, dst + l, x, DIRECT_GROUP, &sum, &squares);
      for (; x < n; x++)
        direct_run (rows, n_in, weight + l, b, dst + l, x, 1, &sum, &squares);
      STORE (sums + l, sum);
      STORE (sums + PEL_LANES + l, squares);
    }
}

static void
direct_weight_gradient (const float *const rows[3], const float *d, int n, float *dw)
{
  for (int l = 0; l < PEL_LANES; l += VL)
    {
      V acc[9];

      UNROLL (9)
      for (int t = 0; t < 9; t++)
        acc[t] = LOAD (dw + t * PEL_LANES + l);
      for (int i = 0; i < n; i++)
        {
          V g = LOAD (d + (size_t)i * PEL_LANES + l);

          UNROLL (9)
          for (int t = 0; t < 9; t++)
            acc[t] += g * BROADCAST (rows[t / 3][i + t % 3]);
        }
      UNROLL (9)
      for (int t = 0; t < 9; t++)
        STORE (dw + t * PEL_LANES + l, acc[t]);
    }
}

static void
head_forward (const float *x, const float *weight, float *score, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      V acc = { 0 };
      float sum = 0;

      UNROLL (4)
      for (int l = 0; l < PEL_LANES; l += VL)
        acc += LOAD (x + i * PEL_LANES + l) * LOAD (weight + l);
      UNROLL (16)
      for (int l = 0; l < VL; l++)
        sum += acc[l];
      score[i] += sum;
    }
}

static void
head_backward (const float *const *ds,
               int n_out,
               const float *weight,
               const float *r,
               float *d,
               size_t n,
               float *products)
{
  for (int o = 0; o < n_out; o++)
    for (int l = 0; l < PEL_LANES; l += VL)
      {
        V w = LOAD (weight + o * PEL_LANES + l), sum = LOAD (products + o * PEL_LANES + l);

        for (size_t i = 0; i < n; i++)
          {
            V g = BROADCAST (ds[o][i]);
            V value = g * w;

            if (o > 0)
              value += LOAD (d + i * PEL_LANES + l);
            STORE (d + i * PEL_LANES + l, value);
            sum += g * LOAD (r + i * PEL_LANES + l);
          }
        STORE (products + o * PEL_LANES + l, sum);
      }
}
