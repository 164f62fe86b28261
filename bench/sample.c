// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "sample.h"

void sample_add(struct sample *s, double value)
{
	if (s->n < SAMPLE_MOST)
		s->value[s->n++] = value;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, unsigned int n)
{
	if (!n)
		return 0;
	qsort(v, n, sizeof(*v), by_value);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

double sample_median(const struct sample *s)
{
	double v[SAMPLE_MOST];

	memcpy(v, s->value, s->n * sizeof(*v));
	return median(v, s->n);
}

double sample_mad(const struct sample *s)
{
	double v[SAMPLE_MOST], middle = sample_median(s);
	unsigned int i;

	for (i = 0; i < s->n; i++)
		v[i] = s->value[i] > middle ? s->value[i] - middle : middle - s->value[i];
	return median(v, s->n);
}
