/* SPDX-License-Identifier: GPL-2.0 */
/* No thread of the explorer is ever interrupted in its sleep. */
#define ERESTARTSYS		512
#define signal_pending(task)	false
