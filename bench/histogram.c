// SPDX-License-Identifier: GPL-2.0
#include "histogram.h"

/*
 * Values below twice the parts have a cell each. Above, a value is shifted
 * right until it is below that; the shift chooses a row of cells, and what is
 * left of the value the place in it.
 */
static unsigned int shift_of(uint64_t value)
{
	unsigned int bits = 64 - __builtin_clzll(value | 1);

	return bits > 8 ? bits - 8 : 0;
}

static unsigned int cell_of(uint64_t value)
{
	unsigned int shift = shift_of(value);

	return shift * HISTOGRAM_PARTS + (value >> shift);
}

uint64_t histogram_cell_value(unsigned int cell)
{
	unsigned int shift;

	if (cell < 2 * HISTOGRAM_PARTS)
		return cell;
	shift = cell / HISTOGRAM_PARTS - 1;
	/* One below the next cell's first; of the last cell that wraps to the top. */
	return ((uint64_t)(cell - shift * HISTOGRAM_PARTS + 1) << shift) - 1;
}

void histogram_add(struct histogram *h, uint64_t value)
{
	h->cell[cell_of(value)]++;
	h->total++;
	if (value > h->most)
		h->most = value;
}

void histogram_merge(struct histogram *to, const struct histogram *from)
{
	unsigned int i;

	for (i = 0; i < HISTOGRAM_CELLS; i++)
		to->cell[i] += from->cell[i];
	to->total += from->total;
	if (from->most > to->most)
		to->most = from->most;
}

uint64_t histogram_percentile(const struct histogram *h, double percent)
{
	double wanted = h->total * percent / 100;
	uint64_t seen = 0, value;
	unsigned int i;

	for (i = 0; i < HISTOGRAM_CELLS; i++) {
		seen += h->cell[i];
		if (!h->cell[i] || seen < wanted)
			continue;
		value = histogram_cell_value(i);
		return value < h->most ? value : h->most;
	}
	return h->most;
}
