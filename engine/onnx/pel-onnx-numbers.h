/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/onnx/pel-onnx-file.h"

/* Sizes are not known before a picture is. Where a network computes with them, it is tried out with
 * as many sizes of pictures as this. */
#define PEL_ONNX_TRIALS 2
#define PEL_ONNX_MAX_NUMBERS 64

/**
 * PelOnnxNumbers:
 * @rank: 0 for a single number, 1 for a row, 2 for a table
 * @dims: the sizes of the axes; those after @rank are 1
 * @n: how many numbers: the product of @dims
 * @whole: whether they are whole numbers, which are divided as such
 * @values: the numbers, for each of the sizes tried
 *
 * A few numbers that a network computes with beside its pictures: sizes, places, factors.
 */
typedef struct
{
  guint rank;
  guint dims[2];
  guint n;
  gboolean whole;
  double values[PEL_ONNX_TRIALS][PEL_ONNX_MAX_NUMBERS];
} PelOnnxNumbers;

/* (transfer full) (nullable): the numbers in a tensor, NULL where it is no small table of them */
PelOnnxNumbers *pel_onnx_numbers_new (const PelOnnxTensor *tensor) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_onnx_numbers_run:
 * @node: what to compute
 * @inputs: (array length=n_inputs): what it takes; `NULL` where something is left out
 * @n_inputs: how many
 *
 * Returns: (transfer full) (nullable): the result, or `NULL` where the node is none that computes
 *   with sizes, or its result is no small table of finite numbers
 */
PelOnnxNumbers *pel_onnx_numbers_run (const PelOnnxNode *node,
                                      const PelOnnxNumbers *const *inputs,
                                      guint n_inputs) G_GNUC_WARN_UNUSED_RESULT;
