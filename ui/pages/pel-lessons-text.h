/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-lessons.h"

G_BEGIN_DECLS

/* (transfer full): what is learnt from, in one sentence */
char *pel_lessons_describe (const PelLessons *lessons) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): such as "12 cells in 3 images" */
char *pel_lessons_describe_counts (guint cells, guint images) G_GNUC_WARN_UNUSED_RESULT;
/* What would teach more, in a sentence or two; empty where nothing needs to be said. */
const char *pel_lessons_advise (const PelLessons *lessons);

G_END_DECLS
