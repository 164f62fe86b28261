// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "bench.h"
#include "step.h"

#define TRAP_FLAG	0x100
#define NEVER		(~0U)

static struct step {
	const struct ring_ops *ops;
	void *ring;
	uint32_t port;
	unsigned int stop;

	/* The handler's. */
	unsigned int at;	/* number of the instruction that comes next */
	bool inside;
	greg_t back;		/* where publish returns to */

	pthread_t thread;
	sem_t stands;		/* stopped, or at its end */
	bool stopped;
	int release[2];		/* a pipe: to read from it is all a handler may */
} step;

static void stand_still(void)
{
	char byte;

	step.stopped = true;
	sem_post(&step.stands);
	while (read(step.release[0], &byte, 1) != 1)
		;
}

/* After each instruction of the thread. */
static void trapped(int sig, siginfo_t *info, void *context)
{
	greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)sig;
	(void)info;
	if (step.inside) {
		step.at++;
	} else if (reg[REG_RIP] == (greg_t)step.ops->publish) {
		step.inside = true;
		step.back = *(greg_t *)reg[REG_RSP];
	} else {
		return;
	}
	if (reg[REG_RIP] == step.back) {
		reg[REG_EFL] &= ~TRAP_FLAG;
	} else if (step.at == step.stop) {
		stand_still();
		reg[REG_EFL] &= ~TRAP_FLAG;
	}
}

static void publish(void)
{
	step.at = 0;
	step.inside = false;
	/* The handler reads them from the next instruction on. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() | TRAP_FLAG);
	step.ops->publish(step.ring, step.port);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static void *publisher(void *arg)
{
	(void)arg;
	publish();
	if (!step.stopped)
		sem_post(&step.stands);
	return NULL;
}

void step_setup(void)
{
	struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO };

	sigaction(SIGTRAP, &action, NULL);
	sem_init(&step.stands, 0, 0);
	if (pipe(step.release))
		fail("no pipe");
}

unsigned int step_count(const struct ring_ops *ops, void *ring, uint32_t port)
{
	step.ops = ops;
	step.ring = ring;
	step.port = port;
	step.stop = NEVER;
	publish();
	return step.at;
}

bool step_begin(const struct ring_ops *ops, void *ring, uint32_t port,
		unsigned int stop)
{
	step.ops = ops;
	step.ring = ring;
	step.port = port;
	step.stop = stop;
	step.stopped = false;
	if (pthread_create(&step.thread, NULL, publisher, NULL))
		fail("no more threads");
	while (sem_wait(&step.stands))
		;
	return step.stopped;
}

void step_release(void)
{
	if (step.stopped && write(step.release[1], "", 1) != 1)
		fail("a pipe that takes no byte");
}

bool step_ended(void)
{
	return !pthread_tryjoin_np(step.thread, NULL);
}
