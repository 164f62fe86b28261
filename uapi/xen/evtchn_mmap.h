/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The mappable port ring of /dev/xen/evtchn: what a client maps, what it may
 * write there, and the order in which both sides must touch it.
 *
 * The classic interface (read, write, ioctl, poll, fasync) is the one of
 * <xen/evtchn.h> and needs nothing from this file.
 *
 *
 * Who may run with whom
 * =====================
 * Publishers are interrupt handlers on any number of CPUs. The consumer is one
 * thread at a time per file: whoever mapped the consumer's page. Rearm (write())
 * and NOTIFY may be called by any thread at any time.
 *
 *
 * The ordering argument
 * =====================
 * Every place in the driver and in the library that orders memory carries one
 * of these letters and says only "A, matches B".
 *
 *     publisher (interrupt)               consumer (user space, or read())
 *     ---------------------               --------------------------------
 *                                         store wake
 *                                         smp_mb                        (D)
 *     cmpxchg slot: free -> filled  (A)   load-acquire slot             (B)
 *     cmpxchg prod: pos -> pos + 1  (C)   load-acquire prod             (E)
 *     load wake, any waiter?        (A)   sleep unless filled
 *                                         read the port, use it
 *     cmpxchg port: idle -> masked  (G)   cmpxchg port: masked -> idle  (F)
 *
 *     who takes commands                  who stores them (user space)
 *     ------------------                  ----------------------------
 *     load-acquire command_tail     (P)   store-release command_tail    (O)
 *     cmpxchg command_head          (Q)   load-acquire command_head     (R)
 *
 *     poller                              who stores commands
 *     ------                              -------------------
 *     store header.poller                 store command_tail
 *     smp_mb                        (T)   smp_mb                        (S)
 *     sleep unless there are commands     load header.poller
 *
 *     interrupt, early EOI                consumer (user space)
 *     --------------------                ---------------------
 *     load-acquire cons             (V)   read the slot
 *     cmpxchg slot                        store-release cons            (U)
 *
 *     grow                                publisher, or a consumer
 *     ----                                ------------------------
 *     initialise the new segment          load-acquire slot: CLOSED     (B)
 *     store-release old->next       (H)   load-acquire old->next        (I)
 *     cmpxchg slot: free -> CLOSED  (A)   cmpxchg newest: old -> next   (J)
 *                                         cmpxchg prod: past CLOSED     (K)
 *     both then do J and K themselves     load-acquire prod, then newest (L)
 *
 * A, matches B: tag and port are one word, so B sees both or neither. It sees
 *   as well all that came before A, which is G: otherwise a port could be given
 *   back by a taker to whom it is not masked yet. That would do nothing, and the
 *   port would stay masked for ever.
 * A, matches D: the same compare-and-swap stands between "filled" and "does
 *   anybody sleep?"; D stands between "I sleep" and "is it filled?". Without a
 *   full barrier on both sides each could miss the other's store, and a
 *   consumer would sleep on a ring that holds an event.
 * C, matches E: prod moves past a slot only after that slot was seen filled.
 *   Without it the consumer could take a span up to prod and read a slot below
 *   it that is not there yet. (A consumer may also leave prod alone and go by
 *   the tags, as libevtmmap does: B is then all it needs.)
 * F, matches G: rearm is a fully ordered compare-and-swap after the last read
 *   of the slot; the handler's own, of the same word, comes before it fills the
 *   next one. Without the pair a slot could be used again while its taker still
 *   reads it: this, not cons, is what gives a slot back ("credit").
 * H, matches I: whoever meets CLOSED goes on in old->next and must find its
 *   base and slots initialised. A failed compare-and-swap orders nothing, so
 *   the load has an acquire of its own.
 * J and K, match L: the newest segment, and its generation in the header, move
 *   before prod moves past CLOSED, and are read after prod. The other way round
 *   a publisher could pair a position of the new segment with the old one's
 *   slots, where it looks free, and its event would be lost behind CLOSED.
 * M, matches N: inside the driver, unbind marks a port gone before it looks
 *   whether anybody uses it; whoever found the port says so before they look
 *   whether it is gone. Both are atomics of one word, so one of them sees the
 *   other. A use ends with a release, which unbind's last look acquires: the EOI
 *   or the event it was for is out before the interrupt and the number go.
 * O, matches P: the command is there before the tail says so. Otherwise an old
 *   command would be done a second time, and the new one never.
 * Q, matches R: commands are loaded before the head says that their places are
 *   free. Otherwise one could be stored over before it was taken.
 * S, matches T: each says what it has to say, and looks then. Otherwise both could
 *   miss it: the poller sleeps, and a command waits.
 * U, matches V: without a rearm it is cons that says that a slot was read; with
 *   both it is used again only after that.
 */
#ifndef _UAPI_XEN_EVTCHN_MMAP_H
#define _UAPI_XEN_EVTCHN_MMAP_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define EVTMMAP_MAGIC		0x45764d6d	/* header.magic */
#define EVTMMAP_VERSION		1		/* header.version */

/* Offsets for mmap(); a segment's is in header.segment[]. */
#define EVTMMAP_OFF_HEADER	0x00000000ULL	/* one page, PROT_READ */
#define EVTMMAP_OFF_CONSUMER	0x00100000ULL	/* one page, PROT_READ|WRITE */

/* header.features */
#define EVTMMAP_FEAT_WAKE_AT	(1ULL << 0)	/* consumer.wake is honoured */
#define EVTMMAP_FEAT_RESYNC	(1ULL << 1)	/* EVTMMAP_IOC_RESYNC works */
#define EVTMMAP_FEAT_COMMANDS	(1ULL << 2)	/* EVTMMAP_IOC_ENTER works */
#define EVTMMAP_FEAT_POLLER	(1ULL << 3)	/* so does EVTMMAP_IOC_POLLER */
#define EVTMMAP_FEAT_EARLY_EOI	(1ULL << 4)	/* EVTMMAP_IOC_EARLY_EOI */
#define EVTMMAP_FEAT_AFFINITY	(1ULL << 5)	/* EVTMMAP_IOC_AFFINITY */
#define EVTMMAP_FEAT_PRIORITY	(1ULL << 6)	/* EVTMMAP_IOC_PRIORITY */
#define EVTMMAP_FEAT_VIRQ_VCPU	(1ULL << 7)	/* EVTMMAP_IOC_BIND_VIRQ */
#define EVTMMAP_FEAT_URING_CMD	(1ULL << 8)	/* IORING_OP_URING_CMD */
#define EVTMMAP_FEAT_URING_WAIT	(1ULL << 9)	/* EVTMMAP_URING_WAIT */
#define EVTMMAP_FEAT_RESTORES	(1ULL << 10)	/* header.restores counts */

/* header.flags */
#define EVTMMAP_F_OVERRUN	(1U << 0)	/* a slot was used again untaken */

/* header.poller */
#define EVTMMAP_P_NEED_WAKEUP	(1U << 0)	/* it sleeps: EVTMMAP_ENTER_WAKEUP */

/* consumer.flags, written by user space */
#define EVTMMAP_C_WAKE_AT	(1U << 0)	/* do not wake before consumer.wake */

/* A slot: the low half is the port, the high half its tag. */
#define EVTMMAP_SLOT(tag, port)	((__u64)(__u32)(tag) << 32 | (__u32)(port))
#define EVTMMAP_SLOT_PORT(slot)	((__u32)(slot))
#define EVTMMAP_SLOT_TAG(slot)	((__u32)((slot) >> 32))

/* In the port half, of a port with early EOI: it waits for its rearm. */
#define EVTMMAP_PORT_MASKED	0x00020000U

/* Values in the port half that are no ports. */
#define EVTMMAP_PORT_SPECIAL	0xfffffff0U	/* the first of them */
#define EVTMMAP_PORT_DEAD	0xfffffffeU	/* its port was unbound: skip */
#define EVTMMAP_PORT_CLOSED	0xffffffffU	/* go on in the next segment */

#define EVTMMAP_SEGMENTS	32		/* entries of header.segment[] */

#define EVTMMAP_COMMANDS	256		/* entries of consumer.command[] */

/**
 * struct evtmmap_segment - one generation of slots
 * @offset: where to mmap() it, PROT_READ, MAP_SHARED
 * @base: position of its first slot
 * @nslots: number of slots, a power of two; 0 for a segment that is gone
 *
 * The mapping is 2 * @nslots * 8 bytes long: the slots stand in it twice, one
 * after the other, so that a span of up to @nslots slots never wraps. The slot
 * of position p is number (p - @base) & (@nslots - 1); it is filled when its
 * tag is p - @base.
 */
struct evtmmap_segment {
	__u64 offset;
	__u32 base;
	__u32 nslots;
};

/**
 * struct evtmmap_header - the kernel's page: user space can only read it
 * @magic: EVTMMAP_MAGIC
 * @version: EVTMMAP_VERSION; grows when a field changes its meaning
 * @length: bytes of this structure that the running driver fills
 * @page_size: bytes of a page, the unit of all lengths for mmap()
 * @features: EVTMMAP_FEAT_*
 * @consumer_offset: where to mmap() struct evtmmap_consumer
 * @consumer_length: its length for mmap()
 * @command_offset: byte offset of the command ring in the consumer's page; 0
 *	for a driver that has none
 * @command_count: number of its 64-bit commands, a power of two, or 0
 * @prod: position after the last filled slot. Only goes up (modulo 2^32), and
 *	every slot below it is filled. Load with acquire (E).
 * @generation: the newest segment is segment[generation % EVTMMAP_SEGMENTS]
 * @flags: EVTMMAP_F_*
 * @spurious: upcalls of ports that were masked already: queued when given back
 * @overruns: slots used again before the consumer had taken them
 * @resyncs: how often EVTMMAP_IOC_RESYNC or RESET began a fresh segment; a
 *	consumer that sees it change by no call of its own has to RESYNC
 * @restores: how often the domain was saved and restored under the file's ports.
 *	They are gone then, as if each had been unbound: their entries are dead,
 *	NOTIFY says ENOTCONN, and a bind may get one of their numbers anew
 * @segment: the segments that can be mapped, by generation
 * @command_head: position of the next command the driver takes; those before it
 *	may be used again. Load with acquire (R).
 * @command_error: errno of the last command that could not be done
 * @command_errors: how many could not be done
 * @poller: EVTMMAP_P_*; 0 also without a poller
 *
 * Each group of fields with one kind of writer is on cache lines of its own.
 */
struct evtmmap_header {
	/* written once, at open */
	__u32 magic;
	__u32 version;
	__u32 length;
	__u32 page_size;
	__u64 features;
	__u64 consumer_offset;
	__u32 consumer_length;
	__u32 command_offset;
	__u32 command_count;
	__u32 reserved0[5];

	/* written by publishers */
	__u32 prod;
	__u32 reserved1[15];

	/* written when something out of the ordinary happens */
	__u32 generation;
	__u32 flags;
	__u64 spurious;
	__u64 overruns;
	__u64 resyncs;
	__u32 restores;
	__u32 reserved4;
	__u64 reserved2[3];

	struct evtmmap_segment segment[EVTMMAP_SEGMENTS];

	/* written by whoever takes commands */
	__u32 command_head;
	__u32 command_error;
	__u64 command_errors;
	__u32 poller;
	__u32 reserved3[11];
};

/**
 * struct evtmmap_consumer - the consumer's page: user space writes it
 * @cons: position of the next slot the consumer will take. The driver uses it
 *	to answer poll(), to send SIGIO and to flag an overrun, never to find
 *	room: a wrong value hurts its writer only. Who waits for SIGIO stores
 *	it, full barrier (D), looks at the slot again, and only then waits.
 * @wake: with EVTMMAP_C_WAKE_AT, wake nobody before the slot at this position
 *	is filled: poll() and the wait queue then look at @wake instead of
 *	@cons. A level: every publisher at or past it wakes. Must be within
 *	2^31 positions of prod. Store it, full barrier (D), look at the slot
 *	again, and only then sleep.
 * @flags: EVTMMAP_C_*; 0 means "always wake"
 * @restores: the header's @restores that the consumer knows of, which is what it
 *	was when this page was first mapped. While they differ nobody sleeps,
 *	since what was waited for may never come: poll() says POLLERR, and
 *	EVTMMAP_IOC_ENTER and EVTMMAP_URING_WAIT fail with ESTALE where they
 *	would wait. Store it once the ports are bound anew, or given up
 * @command_tail: position after the last command that was stored. Store it with
 *	release (O).
 * @command: the command ring: the command of position p is number
 *	p % %EVTMMAP_COMMANDS; see EVTMMAP_IOC_ENTER. One thread at a time stores
 *	commands, any number may have them taken.
 *
 * Mapping this page makes the file's taker a mapped one, for good: read() says
 * EBUSY from then on, and write() of a port gives its slot back. Take an entry
 * before you rearm its port. The page belongs to the file: it survives exec,
 * and whoever holds the descriptor finds @cons where it was left (and @wake and
 * @flags, which it should set anew).
 */
struct evtmmap_consumer {
	__u32 cons;
	__u32 reserved0[15];
	__u32 wake;
	__u32 flags;
	__u32 restores;
	__u32 reserved1[13];
	__u32 command_tail;
	__u32 reserved2[15];
	__u64 command[EVTMMAP_COMMANDS];
	__u64 reserved3[232];
};

/**
 * EVTMMAP_IOC_RESYNC - begin again after an overrun or a lost consumer
 *
 * Starts a fresh segment and queues every port in it that waits for its rearm,
 * taken or not, so that none stays masked for ever. Clears EVTMMAP_F_OVERRUN
 * and stores the fresh segment's base in consumer.cons. Segments before it are
 * gone (pages that are mapped stay readable).
 *
 * Returns 0; ENXIO if the consumer's page was never mapped, ENOMEM. Call it
 * from the consumer's thread only.
 */
#define EVTMMAP_IOC_RESYNC	_IOC(_IOC_NONE, 'E', 0x40, 0)

#endif
