/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-unet.h"

/* The U-Net as the nodes of an ONNX graph, without its weights. */

/* Where a network interpolates, the factors by which a map grows: 1, 1, 2, 2. */
#define PEL_ONNX_SCALES "scales"

/* Where a network tells flows: factors of the channels, 1, 0, 0 of the probability and 0 and twice
 * the inverse of %PEL_FLOW_SCALE of the scores, which are added up. */
#define PEL_ONNX_CELL_PART "cell_part"
#define PEL_ONNX_FLOW_PART "flow_part"

/**
 * PelOnnxGraph:
 * @nodes: the `node` fields of a GraphProto, in the order of the work
 * @used: (element-type utf8): the names of the parameters that they take. Where the network
 *   interpolates, the weights on the way up are those of 1x1 convolutions: (out, in, 1, 1)
 *
 * One owner.
 */
typedef struct
{
  GByteArray *nodes;
  GHashTable *used;
} PelOnnxGraph;

/* @input and @output are what the graph's image and its results are called; @has_flows tells that
 * those after the first are flows. */
void pel_onnx_graph_init (PelOnnxGraph *self,
                          const PelUnetConfig *config,
                          gboolean has_flows,
                          const char *input,
                          const char *output);
void pel_onnx_graph_clear (PelOnnxGraph *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelOnnxGraph, pel_onnx_graph_clear)
