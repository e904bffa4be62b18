/* SPDX-License-Identifier: MIT */

/* Included once by each pel-blocked-<set>.c, which defines TABLE, TABLE_NAME, VL (values in a
 * vector) and the shapes of the register blocks, and is compiled with the flags of its
 * instruction set. */

#include "engine/kernels/pel-blocked.h"
#if VL > 4
#include <immintrin.h>
#endif

#define NV (PEL_LANES / VL)

typedef float V __attribute__ ((vector_size (VL * 4)));
typedef float V_ANY __attribute__ ((vector_size (VL * 4), aligned (4)));
typedef int MASK __attribute__ ((vector_size (VL * 4)));

#define LOAD(p) (*(const V *)(const void *)(p))
#define STORE(p, v) (*(V *)(void *)(p) = (v))
/* Where nothing is aligned: plain layouts. */
#define LOAD_ANY(p) (*(const V_ANY *)(const void *)(p))
#define STORE_ANY(p, v) (*(V_ANY *)(void *)(p) = (v))
/* Past the caches: what is not read again soon. */
#if VL == 16
#define STREAM(p, v) _mm512_stream_ps (p, (__m512)(v))
#elif VL == 8
#define STREAM(p, v) _mm256_stream_ps (p, (__m256)(v))
#else
#define STREAM(p, v) STORE_ANY (p, v)
#endif
#if VL > 4
#define STREAM_END() _mm_sfence ()
#else
#define STREAM_END() ((void)0)
#endif
#define BROADCAST(x) ((x) - (V){ 0 })
/* The value where the mask is all ones, zero elsewhere. */
#define WHERE(mask, v) ((V)((MASK)(mask) & (MASK)(v)))
#define LARGER(a, b) ((V)(((MASK)((b) > (a)) & (MASK)(b)) | (~(MASK)((b) > (a)) & (MASK)(a))))
/* A NaN stays one, and the loss shows it: of two values the instruction takes the second. */
#if VL == 16
#define CLIP(v) ((V)_mm512_max_ps (_mm512_setzero_ps (), (__m512)(v)))
#elif VL == 8
#define CLIP(v) ((V)_mm256_max_ps (_mm256_setzero_ps (), (__m256)(v)))
#else
#define CLIP(v) ((V)(~(MASK)((v) < 0.0f) & (MASK)(v)))
#endif
/* Where vector o of a row of blocks stands. */
#define VECTOR(o, block) ((size_t)((o) / NV) * (block) + (size_t)((o) % NV) * VL)
#define PRAGMA(x) _Pragma (#x)
#define UNROLL(n) PRAGMA (GCC unroll n)

#include "engine/kernels/pel-blocked-winograd-body.h"
#include "engine/kernels/pel-blocked-weight-body.h"
#include "engine/kernels/pel-blocked-product-body.h"
#include "engine/kernels/pel-blocked-pointwise-body.h"

const PelBlockedKernels TABLE = {
  .name = TABLE_NAME,
  .winograd_input = winograd_input,
  .winograd_gradient = winograd_gradient,
  .winograd_output = winograd_output,
  .winograd_output_gradient = winograd_output_gradient,
  .winograd_weight = winograd_weight,
  .winograd_weight_flipped = winograd_weight_flipped,
  .winograd_weight_gradient = winograd_weight_gradient,
  .corners_split = corners_split,
  .corners_turn = corners_turn,
  .corners_join = corners_join,
  .product = product,
  .outer_product = outer_product,
  .affine = affine,
  .norm_relu_backward = norm_relu_backward,
  .max_pool = max_pool,
  .max_pool_backward = max_pool_backward,
  .sums_with = sums_with,
  .add = add,
  .add_bias = add_bias,
  .direct_forward = direct_forward,
  .direct_weight_gradient = direct_weight_gradient,
  .head_forward = head_forward,
  .head_backward = head_backward,
};
