/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/* The registry tells a tool under which entry it is listed. */
void pel_tool_set_info (PelTool *self, const PelToolInfo *info);

G_END_DECLS
