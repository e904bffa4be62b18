/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job-private.h"
#include "tests/document/pel-test-gate.h"

/* A job in front of others, for as long as its gate is closed. */
#define TEST_TYPE_BARRIER (test_barrier_get_type ())
G_DECLARE_FINAL_TYPE (TestBarrier, test_barrier, TEST, BARRIER, PelJob)

struct _TestBarrier
{
  PelJob parent_instance;
  TestGate gate;
};

G_DEFINE_FINAL_TYPE (TestBarrier, test_barrier, PEL_TYPE_JOB)

static void
barrier_work (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  test_gate_pass (data);
}

static void
test_barrier_finalize (GObject *object)
{
  test_gate_clear (&TEST_BARRIER (object)->gate);
  G_OBJECT_CLASS (test_barrier_parent_class)->finalize (object);
}

static void
test_barrier_class_init (TestBarrierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_barrier_finalize;
  PEL_JOB_CLASS (klass)->work = barrier_work;
}

static void
test_barrier_init (TestBarrier *self)
{
  test_gate_init (&self->gate);
  pel_job_set_work (PEL_JOB (self), &self->gate);
}
