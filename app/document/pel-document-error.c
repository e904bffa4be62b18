/* SPDX-License-Identifier: MIT */
#include "app/document/pel-document-error.h"

G_DEFINE_QUARK (pel - document - error - quark, pel_document_error)
