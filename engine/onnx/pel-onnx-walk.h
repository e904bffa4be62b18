/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/onnx/pel-onnx-steps.h"

/* Private to engine/onnx: what is known while a graph is walked through. */

/**
 * PelOnnxWalk:
 * @file: the graph
 * @steps: what has happened to the picture so far
 * @maps: (element-type utf8 PelOnnxStep): by the names of what they make
 * @constants: (element-type utf8 PelOnnxTensor): those that nodes make
 * @numbers: (element-type utf8 PelOnnxNumbers): sizes and what is computed from them
 */
typedef struct
{
  const PelOnnxFile *file;
  PelOnnxSteps *steps;
  GHashTable *maps, *constants, *numbers;
} PelOnnxWalk;

/* (nullable): what has become of the picture under this name */
const PelOnnxStep *pel_onnx_walk_get_map (const PelOnnxWalk *self, const char *name);
/* (nullable): a constant */
const PelOnnxTensor *pel_onnx_walk_get_tensor (const PelOnnxWalk *self, const char *name);
/* (nullable): a few numbers, constant or computed */
const PelOnnxNumbers *pel_onnx_walk_get_numbers (PelOnnxWalk *self, const char *name);

/* A step that makes what @node makes of @from, of the same size; NULL where there are too many. */
PelOnnxStep *pel_onnx_walk_add (PelOnnxWalk *self,
                                PelOnnxStepKind kind,
                                const PelOnnxNode *node,
                                const PelOnnxStep *from);

/* What @node makes is @map itself. */
gboolean pel_onnx_walk_alias (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map);

/* Takes a node that does something to @map. FALSE with @error set where that is not to be had. */
gboolean pel_onnx_walk_layer (PelOnnxWalk *self,
                              const PelOnnxNode *node,
                              const PelOnnxStep *map,
                              GError **error);
