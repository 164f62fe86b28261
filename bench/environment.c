// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "environment.h"
#include "json.h"
#include "sanitizers.h"

bool first_line(const char *path, char *buf, unsigned int size)
{
	FILE *f = fopen(path, "r");

	buf[0] = 0;
	if (!f)
		return false;
	if (fgets(buf, size, f))
		buf[strcspn(buf, "\n")] = 0;
	fclose(f);
	return true;
}

static void read_cpu(struct environment *e)
{
	char line[256], *text;
	FILE *f = fopen("/proc/cpuinfo", "r");

	strcpy(e->cpu, "unknown");
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "model name", 10) && strncmp(line, "CPU part", 8))
			continue;
		text = strchr(line, ':');
		if (!text)
			continue;
		text[strcspn(text, "\n")] = 0;
		snprintf(e->cpu, sizeof(e->cpu), "%s", text + (text[1] ? 2 : 1));
		break;
	}
	if (f)
		fclose(f);
	e->vcpus = sysconf(_SC_NPROCESSORS_ONLN);
}

static void read_xen(struct environment *e)
{
	char type[16], major[16], minor[16], extra[16];

	if (!first_line("/sys/hypervisor/type", type, sizeof(type)) || strcmp(type, "xen"))
		return;
	first_line("/sys/hypervisor/version/major", major, sizeof(major));
	first_line("/sys/hypervisor/version/minor", minor, sizeof(minor));
	first_line("/sys/hypervisor/version/extra", extra, sizeof(extra));
	snprintf(e->xen, sizeof(e->xen), "%s.%s%s", major, minor, extra);
}

/* Who answers CPUID's leaf for hypervisors; a PV domain asks the CPU itself. */
static void hypervisor_name(char name[13])
{
	unsigned int a = 0, b = 0, c = 0, d = 0;

#if defined(__x86_64__)
	__cpuid(1, a, b, c, d);
	if (c & 1U << 31)
		__cpuid(0x40000000, a, b, c, d);
	else
		b = c = d = 0;
#endif
	memcpy(name, &b, 4);
	memcpy(name + 4, &c, 4);
	memcpy(name + 8, &d, 4);
	name[12] = 0;
	(void)a;
}

/* Below Xen, if there is Xen. It may answer CPUID itself: then DMI knows. */
static void read_machine(struct environment *e)
{
	char name[13], vendor[64];
	bool dmi = first_line("/sys/class/dmi/id/sys_vendor", vendor, sizeof(vendor));

	hypervisor_name(name);
	if (strstr(e->cpu, "TCG") || !strncmp(name, "TCG", 3))
		strcpy(e->machine, "TCG");
	else if (!strncmp(name, "KVM", 3))
		strcpy(e->machine, "KVM");
	else if (name[0] && strncmp(name, "XenVMM", 6))
		snprintf(e->machine, sizeof(e->machine), "%s", name);
	else if (dmi && vendor[0] && !strstr(vendor, "QEMU") && strcmp(vendor, "Xen"))
		strcpy(e->machine, "iron");
	else
		strcpy(e->machine, "unknown");
}

/* The in-tree driver has no version, and does not taint as one from outside. */
static void read_module(struct environment *e)
{
	char taint[16];

	if (access("/sys/module/xen_evtchn", F_OK))
		return;
	first_line("/sys/module/xen_evtchn/version", e->version, sizeof(e->version));
	first_line("/sys/module/xen_evtchn/srcversion", e->srcversion, sizeof(e->srcversion));
	first_line("/sys/module/xen_evtchn/taint", taint, sizeof(taint));
	strcpy(e->module, e->version[0] || strchr(taint, 'O') ? "ours" : "in-tree");
}

void environment_brief(struct environment *e)
{
	struct utsname uts;

	memset(e, 0, sizeof(*e));
	uname(&uts);
	snprintf(e->kernel, sizeof(e->kernel), "%s", uts.release);
	read_module(e);
}

void environment_read(struct environment *e)
{
	time_t now = time(NULL);

	environment_brief(e);
	read_cpu(e);
	read_xen(e);
	read_machine(e);
	e->icount = icount_detect();
	e->sanitizers_known = sanitizers_read(e->sanitizers, sizeof(e->sanitizers), e->kernel);
	strftime(e->date, sizeof(e->date), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

static void sanitizers_json(struct json *j, const struct environment *e)
{
	char list[sizeof(e->sanitizers)], *save, *name;

	if (!e->sanitizers_known) {
		json_null(j, "sanitizers");
		return;
	}
	strcpy(list, e->sanitizers);
	json_array(j, "sanitizers");
	for (name = strtok_r(list, " ", &save); name; name = strtok_r(NULL, " ", &save))
		json_text(j, NULL, name);
	json_array_end(j);
}

void environment_json(struct json *j, const char *name, const struct environment *e)
{
	json_object(j, name);
	json_text(j, "cpu", e->cpu);
	json_integer(j, "vcpus", e->vcpus);
	json_text(j, "kernel", e->kernel);
	json_text(j, "xen", or_null(e->xen));
	json_text(j, "machine", e->machine);
	json_integer(j, "icount", e->icount);
	sanitizers_json(j, e);
	if (e->module[0]) {
		json_object(j, "module");
		json_text(j, "name", "xen_evtchn");
		json_text(j, "origin", e->module);
		json_text(j, "version", or_null(e->version));
		json_text(j, "srcversion", or_null(e->srcversion));
		json_object_end(j);
	} else {
		json_null(j, "module");
	}
	json_text(j, "guest", or_null(e->guest));
	json_text(j, "date", e->date);
	json_object_end(j);
}
