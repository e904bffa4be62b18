/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-training-follow.h"
#include "tests/document/pel-test-util.h"

/* A project of four images with masks that is really trained on, and waiting as the program does:
 * without looking round all the time. */
void bench_run_for (double seconds);
/* @name: of its folder within @root */
char *bench_make_project (const char *root, const char *name);
/* Trains, past its first seconds. */
PelTrainingJob *bench_train (PelProject *project, PelJobRunner *runner, const char *name);
/* Ends it and lets it go. */
void bench_stop (PelTrainingJob *job, PelJobRunner *runner);
