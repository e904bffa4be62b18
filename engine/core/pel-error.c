/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-error.h"

G_DEFINE_QUARK (pel-engine-error-quark, pel_engine_error)
