/* SPDX-License-Identifier: GPL-2.0 */
#include <xen/interface/xen.h>
