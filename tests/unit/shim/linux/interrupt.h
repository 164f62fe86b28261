/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_INTERRUPT_H
#define SHIM_INTERRUPT_H

typedef enum { IRQ_NONE, IRQ_HANDLED } irqreturn_t;

#define IRQF_SHARED	0x80

#endif
