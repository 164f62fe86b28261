/* SPDX-License-Identifier: GPL-2.0 */
/* A port goes into the ring, is taken, and whoever sleeps is woken. */
#include "flow.inc"

init {
	atomic { start_flow() };
	atomic { timeout -> all_is_well() }
}
