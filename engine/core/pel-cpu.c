/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-cpu.h"

#include <glib.h>

/* Fixed before threads start. */
static PelCpuFlags mask_in_force = PEL_CPU_ALL;

void
pel_cpu_set_mask (PelCpuFlags mask)
{
  mask_in_force = mask;
}

static PelCpuFlags
get_environment_mask (void)
{
  const char *name = g_getenv ("PELLICLE_CPU");

  if (g_strcmp0 (name, "c") == 0)
    return PEL_CPU_NONE;
  if (g_strcmp0 (name, "avx2") == 0)
    return PEL_CPU_AVX2;
  if (name != NULL && *name != '\0' && g_strcmp0 (name, "avx512") != 0)
    g_warning_once ("PELLICLE_CPU is neither c, avx2 nor avx512, and hides nothing");
  return PEL_CPU_ALL;
}

PelCpuFlags
pel_cpu_get_flags (void)
{
  guint flags = PEL_CPU_NONE;

#if defined(__x86_64__) || defined(__i386__)
  /* GCC's run-time library reads XCR0 too, so a set that the system does not save is not there. */
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    flags |= PEL_CPU_AVX2;
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
      __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl") &&
      (flags & PEL_CPU_AVX2) != 0)
    flags |= PEL_CPU_AVX512;
#endif
  return (PelCpuFlags)(flags & mask_in_force & get_environment_mask ());
}
