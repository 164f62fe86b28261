// SPDX-License-Identifier: GPL-2.0
/*
 * T4b: a client maps the ring and takes ports out itself.
 *
 * Three kinds of pages, by who may write them: the header and the slots are the
 * kernel's and can only be read, by whatever way; the consumer's page is user
 * space's, and the kernel believes nothing it finds there. All pages are put in
 * place here and hold references of their own, so there is no fault to handle
 * and a mapping outlives the ring it shows.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "evtchn.h"

static vm_fault_t evtchn_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;	/* after MADV_DONTNEED, for one */
}

static const struct vm_operations_struct evtchn_vm_ops = {
	.fault = evtchn_fault,
};

static unsigned long evtchn_vma_size(const struct vm_area_struct *vma)
{
	return vma->vm_end - vma->vm_start;
}

/* Nobody writes these pages through a mapping, now or after mprotect(). */
static int evtchn_read_only(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	vm_flags_mod(vma, 0, VM_MAYWRITE);
	return 0;
}

static int evtchn_map_header(struct evtchn_file *file,
			     struct vm_area_struct *vma)
{
	int ret;

	if (evtchn_vma_size(vma) != PAGE_SIZE)
		return -EINVAL;
	ret = evtchn_read_only(vma);
	if (ret)
		return ret;
	return vm_insert_page(vma, vma->vm_start,
			      virt_to_page(file->ring.header));
}

/* What was queued for read() may have been moved from where it was put. */
static void evtchn_forget_places(struct evtchn_file *file)
{
	struct evtchn_port *port;
	u64 place;
	u32 i;

	evtchn_table_for_each(&file->ports, i, port) {
		if (!(atomic_read(&port->credit) & EVTCHN_QUEUED))
			continue;
		place = READ_ONCE(port->place);
		while (!try_cmpxchg_relaxed(&port->place, &place,
					    EVTCHN_PLACE(EVTCHN_ABOUT, place)))
			;
	}
}

/*
 * From now on the taker is user space. It goes on where read() stopped; whoever
 * sleeps in read() has to hear of it.
 */
static void evtchn_start_consumer(struct evtchn_file *file,
				  struct evtmmap_consumer *consumer)
{
	mutex_lock(&file->taker_lock);
	evtchn_forget_places(file);
	WRITE_ONCE(consumer->cons, file->ring.taker.pos);
	WRITE_ONCE(consumer->restores, file->ring.header->restores);
	rcu_assign_pointer(file->consumer, consumer);
	mutex_unlock(&file->taker_lock);
	wake_up_interruptible_all(&file->wait);
}

/* Made by the first who maps it; a mapping that fails leaves a classic file. */
static int evtchn_insert_consumer(struct evtchn_file *file,
				  struct vm_area_struct *vma)
{
	struct evtmmap_consumer *consumer = evtchn_consumer(file);
	bool first = !consumer;
	int ret;

	if (first)
		consumer = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!consumer)
		return -ENOMEM;
	ret = vm_insert_page(vma, vma->vm_start, virt_to_page(consumer));
	if (first && ret)
		free_page((unsigned long)consumer);
	else if (first)
		evtchn_start_consumer(file, consumer);
	return ret;
}

static int evtchn_map_consumer(struct evtchn_file *file,
			       struct vm_area_struct *vma)
{
	int ret;

	BUILD_BUG_ON(sizeof(struct evtmmap_consumer) > PAGE_SIZE);
	if (evtchn_vma_size(vma) != PAGE_SIZE)
		return -EINVAL;
	mutex_lock(&file->bind_lock);
	ret = evtchn_insert_consumer(file, vma);
	mutex_unlock(&file->bind_lock);
	return ret;
}

/* The same slots twice in a row, so that a span of them never wraps. */
static int evtchn_insert_slots(struct vm_area_struct *vma, u64 *slots)
{
	unsigned long size = evtchn_vma_size(vma), off;
	int ret = 0;

	for (off = 0; off < size && !ret; off += PAGE_SIZE)
		ret = vm_insert_page(vma, vma->vm_start + off,
				     vmalloc_to_page((void *)slots +
						     off % (size / 2)));
	return ret;
}

/*
 * Without bind_lock: a consumer that met CLOSED comes here before its next event,
 * and the bind that made the ring grow may take its time.
 */
static int evtchn_map_segment(struct evtchn_file *file,
			      struct vm_area_struct *vma, u32 index)
{
	struct evtchn_segment *seg;
	int ret;

	ret = evtchn_read_only(vma);
	if (ret)
		return ret;
	ret = -ENXIO;
	mutex_lock(&file->taker_lock);
	seg = evtchn_ring_segment(&file->ring, index);
	if (seg) {
		ret = -EINVAL;
		if (evtchn_vma_size(vma) == 2 * sizeof(u64) * seg->nslots)
			ret = evtchn_insert_slots(vma, seg->slots);
	}
	mutex_unlock(&file->taker_lock);
	return ret;
}

/**
 * evtchn_mmap() - map a part of the ring
 * @filp: the file
 * @vma: the mapping asked for; its offset says which part, see
 *	struct evtmmap_header
 *
 * Return: 0; EINVAL for MAP_PRIVATE and for a length that is not the part's,
 * EACCES for PROT_EXEC, and for PROT_WRITE where the kernel writes, ENXIO for
 * an offset where nothing is, ENOMEM.
 */
int evtchn_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct evtchn_file *file = filp->private_data;
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC)
		return -EACCES;
	/* Not inherited, not grown, not dumped, never executable. */
	vm_flags_mod(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP,
		     VM_MAYEXEC);
	vma->vm_ops = &evtchn_vm_ops;

	if (offset == EVTMMAP_OFF_HEADER)
		return evtchn_map_header(file, vma);
	if (offset == EVTMMAP_OFF_CONSUMER)
		return evtchn_map_consumer(file, vma);
	if (!lower_32_bits(offset) && upper_32_bits(offset) <= EVTMMAP_SEGMENTS)
		return evtchn_map_segment(file, vma, upper_32_bits(offset) - 1);
	return -ENXIO;
}
