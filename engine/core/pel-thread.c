/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "engine/core/pel-thread.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void
pel_thread_give_way (int level)
{
#ifdef __linux__
  struct sched_param param = { .sched_priority = 0 };
  id_t thread = (id_t)syscall (SYS_gettid);

  /* There both belong to the thread. */
  if (getpriority (PRIO_PROCESS, thread) < level)
    setpriority (PRIO_PROCESS, thread, level);
  if (sched_getscheduler (0) == SCHED_OTHER)
    sched_setscheduler (0, SCHED_BATCH, &param);
#endif
}
