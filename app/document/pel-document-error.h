/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelDocumentError:
 * @PEL_DOCUMENT_ERROR_NOT_A_PROJECT: the folder holds neither a project nor images
 * @PEL_DOCUMENT_ERROR_BAD_PROJECT: project.json is damaged
 * @PEL_DOCUMENT_ERROR_NEWER_VERSION: the project was written by a newer Pellicle
 * @PEL_DOCUMENT_ERROR_READ_ONLY: the project is open elsewhere, or may not be written
 * @PEL_DOCUMENT_ERROR_EXISTS: a file or folder is in the way
 * @PEL_DOCUMENT_ERROR_NO_IMAGES: nothing that could be imported, trained on or exported
 * @PEL_DOCUMENT_ERROR_WRONG_SIZE: a mask or prediction whose size is not its image's
 * @PEL_DOCUMENT_ERROR_DAMAGED: a journal, an undo step or another own file that cannot be used
 *
 * What can go wrong with projects and documents. Messages are one translated sentence.
 */
typedef enum
{
  PEL_DOCUMENT_ERROR_NOT_A_PROJECT,
  PEL_DOCUMENT_ERROR_BAD_PROJECT,
  PEL_DOCUMENT_ERROR_NEWER_VERSION,
  PEL_DOCUMENT_ERROR_READ_ONLY,
  PEL_DOCUMENT_ERROR_EXISTS,
  PEL_DOCUMENT_ERROR_NO_IMAGES,
  PEL_DOCUMENT_ERROR_WRONG_SIZE,
  PEL_DOCUMENT_ERROR_DAMAGED,
} PelDocumentError;

#define PEL_DOCUMENT_ERROR (pel_document_error_quark ())
GQuark pel_document_error_quark (void);
