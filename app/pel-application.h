/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PelApplication:
 *
 * The program with windows: what is not of one window alone, such as its keys, the appearance, the
 * sample project, and files given on the command line.
 */
#define PEL_TYPE_APPLICATION (pel_application_get_type ())
G_DECLARE_FINAL_TYPE (PelApplication, pel_application, PEL, APPLICATION, AdwApplication)

PelApplication *pel_application_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
