/* SPDX-License-Identifier: MIT */
#pragma once

/* Everything of the engine that the layers above may use. */
#include "engine/core/pel-arena.h"
#include "engine/core/pel-cpu.h"
#include "engine/core/pel-error.h"
#include "engine/core/pel-pool.h"
#include "engine/core/pel-random.h"
#include "engine/core/pel-rect.h"
#include "engine/core/pel-tensor.h"
#include "engine/nn/pel-checkpoint.h"
#include "engine/nn/pel-loss.h"
#include "engine/nn/pel-optimizer.h"
#include "engine/nn/pel-safetensors.h"
#include "engine/nn/pel-unet.h"
#include "engine/image/pel-image.h"
#include "engine/io/pel-csv.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"
#include "engine/io/pel-pairing.h"
