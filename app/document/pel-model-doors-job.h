/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"
#include "engine/infer/pel-model-card.h"

G_BEGIN_DECLS

#define PEL_TYPE_MODEL_DOORS_JOB (pel_model_doors_job_get_type ())
G_DECLARE_FINAL_TYPE (PelModelDoorsJob, pel_model_doors_job, PEL, MODEL_DOORS_JOB, PelJob)

/**
 * PelModelDoorsJob:
 *
 * Writes a model for other programs, makes one of what they wrote, or copies one, in the
 * background.
 */

/**
 * pel_model_doors_job_new_export:
 * @model: (type filename): the model's file
 * @path: (type filename): the file to write
 * @card: (nullable): what is to be said about it in a BioImage.IO package; copied. %NULL writes the
 *   network alone, as ONNX
 *
 * Returns: (transfer full): the job
 */
PelModelDoorsJob *pel_model_doors_job_new_export (const char *model,
                                                  const char *path,
                                                  const PelModelCard *card)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_model_doors_job_new_copy:
 * @model: (type filename): the model's file
 * @path: (type filename): the file to write, whole or not at all
 *
 * Returns: (transfer full): the job
 */
PelModelDoorsJob *pel_model_doors_job_new_copy (const char *model, const char *path)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_model_doors_job_new_import:
 * @path: (type filename): an ONNX file, or a model of this program
 * @outputs: (nullable): what a network's results mean, as in #PelOnnxReadOptions
 * @model: (type filename): the model's file to write
 *
 * Returns: (transfer full): the job
 */
PelModelDoorsJob *pel_model_doors_job_new_import (const char *path,
                                                  const char *outputs,
                                                  const char *model) G_GNUC_WARN_UNUSED_RESULT;

/* The file that is read, and the one that is written. */
const char *pel_model_doors_job_get_source (PelModelDoorsJob *self);
const char *pel_model_doors_job_get_target (PelModelDoorsJob *self);
/* Once an import is done: (transfer none) (element-type utf8): what was taken for granted */
GPtrArray *pel_model_doors_job_get_notes (PelModelDoorsJob *self);

G_END_DECLS
