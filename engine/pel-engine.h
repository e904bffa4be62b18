/* SPDX-License-Identifier: MIT */
#pragma once

/* Everything of the engine that the layers above may use. */
#include "engine/core/pel-error.h"
#include "engine/core/pel-rect.h"
