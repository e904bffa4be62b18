/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Labels of cells in an array of guint32, ascending and each once. */

/* (transfer full): of @n labels in any order; 0 and repeats are left out */
GArray *pel_label_set_new (const guint32 *labels, guint n) G_GNUC_WARN_UNUSED_RESULT;

/* Whether it is one of them. @at: (out) (optional): where it is, or where it would be */
gboolean pel_label_set_find (const GArray *set, guint32 label, guint *at);

gboolean pel_label_set_equal (const GArray *a, const GArray *b);

G_END_DECLS
