// SPDX-License-Identifier: GPL-2.0
/* What evtbench makes of its measurements: statistics, histogram, JSON. */
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#include "histogram.h"
#include "json.h"
#include "sample.h"

static struct sample sample_of(unsigned int n, const double *v)
{
	struct sample s = { 0 };

	while (n--)
		sample_add(&s, *v++);
	return s;
}

CASE(median_is_the_middle_in_any_order)
{
	struct sample odd = sample_of(3, (double[]){ 9, 1, 4 });
	struct sample even = sample_of(4, (double[]){ 8, 1, 2, 3 });
	struct sample none = { 0 };

	CHECK(sample_median(&odd) == 4);
	CHECK(sample_median(&even) == 2.5);
	CHECK(sample_median(&none) == 0);
	/* Nor does asking sort what is kept. */
	CHECK(odd.value[0] == 9);
}

CASE(mad_is_not_moved_by_one_wild_sample)
{
	struct sample s = sample_of(5, (double[]){ 10, 11, 12, 13, 1e9 });

	CHECK(sample_median(&s) == 12);
	CHECK(sample_mad(&s) == 1);
}

CASE(samples_beyond_the_most_are_not_kept)
{
	struct sample s = { 0 };
	unsigned int i;

	for (i = 0; i < SAMPLE_MOST + 10; i++)
		sample_add(&s, i);
	CHECK_EQ(s.n, SAMPLE_MOST);
}

static struct histogram h;

/* Its one value comes back: never less, and at most 1/128 more. */
static void check_alone(uint64_t value)
{
	unsigned int cell;

	memset(&h, 0, sizeof(h));
	histogram_add(&h, value);
	for (cell = 0; !h.cell[cell]; cell++)
		;
	CHECK(histogram_cell_value(cell) >= value);
	CHECK(histogram_cell_value(cell) - value <= value / 128);
	CHECK(!cell || histogram_cell_value(cell - 1) < value);
}

CASE(histogram_knows_a_value_to_one_part_in_128)
{
	unsigned int bit;
	uint64_t v;

	for (v = 0; v < 100000; v++)
		check_alone(v);
	for (bit = 17; bit < 64; bit++) {
		check_alone(1ULL << bit);
		check_alone((1ULL << bit) - 1);
		check_alone((1ULL << bit) + 12345);
	}
	check_alone(UINT64_MAX);
}

CASE(histogram_cells_go_up_to_the_top)
{
	unsigned int i;

	for (i = 1; i < HISTOGRAM_CELLS; i++)
		CHECK(histogram_cell_value(i) > histogram_cell_value(i - 1));
	CHECK(histogram_cell_value(HISTOGRAM_CELLS - 1) == UINT64_MAX);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Against a sorted list, for values over six orders of magnitude. */
CASE(percentiles_agree_with_sorting)
{
	static const double percent[] = { 0.1, 10, 50, 90, 99, 99.9, 99.99, 100 };
	static uint64_t v[50000];
	unsigned int i, n = sizeof(v) / sizeof(v[0]);
	uint64_t x = 88172645463325252ULL, is, want;

	memset(&h, 0, sizeof(h));
	for (i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		v[i] = x >> (44 + x % 20);
		histogram_add(&h, v[i]);
	}
	qsort(v, n, sizeof(v[0]), by_value);
	for (i = 0; i < sizeof(percent) / sizeof(percent[0]); i++) {
		is = histogram_percentile(&h, percent[i]);
		want = v[(unsigned int)(n * percent[i] / 100 + 0.9999) - 1];
		CHECK(is >= want);
		CHECK(is <= want + want / 128);
	}
	CHECK_EQ(h.most, v[n - 1]);
}

CASE(merged_histograms_are_one)
{
	static struct histogram other;

	memset(&h, 0, sizeof(h));
	memset(&other, 0, sizeof(other));
	histogram_add(&h, 5);
	histogram_add(&other, 5);
	histogram_add(&other, 1000000);
	histogram_merge(&h, &other);
	CHECK_EQ(h.total, 3);
	CHECK_EQ(h.cell[5], 2);
	CHECK_EQ(h.most, 1000000);
}

CASE(json_quotes_nests_and_separates)
{
	char buf[256] = "";
	struct json j = { .to = fmemopen(buf, sizeof(buf), "w") };

	json_object(&j, NULL);
	json_text(&j, "a", "q\" b\\ \n");
	json_array(&j, "b");
	json_line(&j);
	json_integer(&j, NULL, -3);
	json_number(&j, NULL, 0.1);
	json_number(&j, NULL, 1.0 / 0.0);
	json_array_end(&j);
	json_array(&j, "c");
	json_array_end(&j);
	json_bool(&j, "d", true);
	json_text(&j, "e", NULL);
	json_object_end(&j);
	fclose(j.to);
	if (strcmp(buf, "{\"a\":\"q\\\" b\\\\ \\u000a\",\"b\":[\n-3,0.1,null],"
			"\"c\":[],\"d\":true,\"e\":null}"))
		tap_fail(__FILE__, __LINE__, "%s", buf);
}
