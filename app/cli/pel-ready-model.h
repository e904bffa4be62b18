/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* What the model that comes with Pellicle is called, on the command line and in projects. */
#define PEL_READY_MODEL_NAME "ready-made"

/**
 * pel_ready_model_resolve:
 * @given: a model as the user named it
 *
 * Returns: (transfer full): the path of the model that comes with Pellicle where @given is its name
 *   and no file is called so; otherwise @given
 */
char *pel_ready_model_resolve (const char *given) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_ready_model_install:
 * @folder: a project's folder of models; made where it is missing
 * @error: return location for a `GError`
 *
 * Copies the model that comes with Pellicle there, in one piece; one that is there already is kept.
 * Blocks for the time of copying a few megabytes; any thread.
 *
 * Returns: %FALSE with @error set
 */
gboolean pel_ready_model_install (const char *folder, GError **error);
