/* SPDX-License-Identifier: MIT */
#pragma once

/* Everything that outlives a window. */
#include "app/document/pel-batch-job.h"
#include "app/document/pel-cell-list.h"
#include "app/document/pel-cell.h"
#include "app/document/pel-compare-job.h"
#include "app/document/pel-document-error.h"
#include "app/document/pel-document-types.h"
#include "app/document/pel-export-job.h"
#include "app/document/pel-image-document.h"
#include "app/document/pel-job-runner.h"
#include "app/document/pel-job.h"
#include "app/document/pel-mask.h"
#include "app/document/pel-model-edit.h"
#include "app/document/pel-model-entry.h"
#include "app/document/pel-predict-job.h"
#include "app/document/pel-project.h"
#include "app/document/pel-rank-job.h"
#include "app/document/pel-review.h"
#include "app/document/pel-learning-job.h"
#include "app/document/pel-training-job.h"
#include "app/document/pel-undo.h"
