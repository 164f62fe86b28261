# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# One gate_NAME each, run at the top of a tree, printing what is wrong; and
# bad_NAME, which makes a tree that the gate must reject. Sourced by run.sh.

STATIC=$ROOT/tests/static

c_files() { all_files | grep -E '\.[ch]$'; }

scripts() {
	local f first
	all_files | while read -r f; do
		read -r first <"$f" || true
		case $f:$first in
		*.sh:* | *:'#!'*sh*) echo "$f" ;;
		esac
	done 2>/dev/null
}

# What a tree's files must say in their first two lines.
licence_of() { # FILE
	case $1 in
	uapi/*) echo "GPL-2.0 WITH Linux-syscall-note" ;;
	lib/* | examples/*) echo "MIT" ;;
	*) echo "GPL-2.0" ;;
	esac
}

gate_spdx() {
	local f id
	all_files | while read -r f; do
		case $f in
		*.md | *.txt | LICENSE* | *.gitignore | debian/* | vm/guest/motd | bench/results/*.json | docs/plots/*.svg) continue ;;
		esac
		id=$(sed -nE '1,4s/.*SPDX-License-Identifier: ([^*]*[^* ]).*/\1/p' "$f" | head -n 1)
		[ "$id" = "$(licence_of "$f")" ] ||
			echo "$f:1: SPDX '$id', not '$(licence_of "$f")'"
	done
}

bad_spdx() {
	echo 'int x;' >kernel/none.c
	echo '// SPDX-License-Identifier: GPL-2.0' >lib/libevtmmap/gpl.c
	echo '/* SPDX-License-Identifier: GPL-2.0 */' >uapi/xen/plain.h
	printf '%s\n' kernel/none.c: lib/libevtmmap/gpl.c: uapi/xen/plain.h: >expect
}

# file pattern, types, why. All but these must not be there.
checkpatch_ignored() {
	case $1 in
	kernel/compat.h)	# an out-of-tree module is for several versions
		echo LINUX_VERSION_CODE,CONSTANT_COMPARISON ;;
	kernel/ioctl.c)		# what the in-tree driver says to unknown commands
		echo ENOSYS ;;
	kernel/table.h)		# an iterator, as all of the kernel's are
		echo MACRO_ARG_REUSE ;;
	esac
	# BIT() is not for uapi, and a number of slots is no bit.
	echo BIT_MACRO
	# The comment of a lock is in the kernel-doc of its structure.
	echo UNCOMMENTED_DEFINITION
}

# It leaves a cache where it is run, so that is in build/.
gate_checkpatch() {
	local dir tree=$PWD f types
	dir=$(cached checkpatch)
	for f in kernel/*.[ch] uapi/xen/*.h; do
		[ -f "$f" ] || continue
		types=$(checkpatch_ignored "$f" | paste -sd,)
		( cd "$BUILD/static" && perl "$dir/checkpatch.pl" --strict --no-tree \
			--terse --show-types --ignore "$types" -f "$tree/$f" ) |
			grep -v '^total: ' | sed "s|^$tree/||" || true
	done
}

bad_checkpatch() {
	printf '%s\n' '// SPDX-License-Identifier: GPL-2.0' 'int f(void)' '{' \
		'    if(1){ return 0 ; }' '}' >kernel/bad.c
	echo 'kernel/bad.c:4:' >expect
}

gate_shellcheck() {
	local -a list
	mapfile -t list < <(scripts)
	[ ${#list[@]} = 0 ] || shellcheck -x -f gcc "${list[@]}" || true
}

bad_shellcheck() {
	# shellcheck disable=SC2016 # the sample is what must not expand
	printf '%s\n' '#!/bin/bash' 'rm -rf $1/*' >bad.sh
	echo 'bad.sh:2:' >expect
}

gate_version_code() {
	c_files | grep -vE '^kernel/compat\.h$|^tests/unit/shim/' |
		xargs -r grep -nE '\bLINUX_VERSION_CODE\b[^.]*$|\bKERNEL_VERSION\(' /dev/null |
		grep -vE ':[0-9]+:[[:space:]]*/?\*' || true
}

bad_version_code() {
	echo '#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)' >kernel/port.c
	echo 'kernel/port.c:1:' >expect
}

gate_ordering() {
	"$ROOT/tools/ordering.py" . || [ $? = 1 ]
}

bad_ordering() {
	cat >uapi/xen/evtchn_mmap.h <<-'H'
	 * A, matches B: because.
	 * M, matches N: nobody does.
	H
	cat >kernel/ring.c <<-'C'
	smp_store_release(p, 1);	/* A, matches B */
	if (smp_load_acquire(q))	/* C, matches D */
		x = 1;
	y = cmpxchg(r, 0, 1);

	cmpxchg(r, 0, 1);		/* D, matches C */
	C
	echo 'smp_mb(); /* A, matches B */' >kernel/port.c
	cat >expect <<-'X'
	A, matches B: no site says B, matches A
	kernel/ring.c:2: C, matches D: uapi
	kernel/ring.c:4: cmpxchg: no letter
	kernel/port.c:1: smp_mb: ordering belongs
	M, matches N: no such site
	X
}

# Files that may be longer, or whose functions may, and why.
may_be_long() {
	cat <<-'X'
	X
}

gate_length() {
	local -a list
	mapfile -t list < <({ c_files; scripts; } | grep -vxFf <(may_be_long; echo /))
	"$STATIC/functions.py" 400 40 "${list[@]}"
}

bad_length() {
	{ printf 'int long_one(void)\n{\n'; seq 41; printf '}\n'; seq 400; } >kernel/bad.c
	printf '%s\n' 'kernel/bad.c:2: long_one() has 41' 'kernel/bad.c: 444 lines' >expect
}

# Reserved fields need no words.
gate_kernel_doc() {
	local tool
	tool=$(kernel_headers 6.12)/scripts/kernel-doc
	c_files | grep -E '^(kernel|uapi|lib)/' | xargs -r perl "$tool" -none -Wall 2>&1 |
		grep -vE "member 'reserved[0-9]*' not described" || true
}

bad_kernel_doc() {
	cat >kernel/bad.c <<-'C'
	/**
	 * f() - does
	 * @a: one
	 *
	 * Return: it
	 */
	int f(int a, int b)
	{
		return a + b;
	}
	C
	echo "'b' not described" >expect
}

# No path of one machine, no host that packages come from.
gate_no_machine() {
	all_files | xargs -r -d '\n' grep -InE \
		-e '(^|[^[:alnum:]_.$}/-])/(work|root|home)/' \
		-e '(deb|security|ftp|snapshot)\.debian\.org|pypi\.org|[[:alnum:]]\.(internal|local)\b' \
		-e 'https?://[^/ ]*(mirror|registry|proxy|artifact|nexus)' \
		-e '\b(10|127|172|192)\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\b' /dev/null |
		grep -v '^tests/static/gates\.sh:' || true
}

bad_no_machine() {
	printf '%s\n' 'cd /home/me/x' 'curl http://mirror.example/x' 'x=10.1.2.3' >bad.sh
	printf '%s\n' bad.sh:1: bad.sh:2: bad.sh:3: >expect
}

gate_claims() {
	"$ROOT/tools/proof.py" --check . || [ $? = 1 ]
}

bad_claims() {
	mkdir -p tests
	echo 'one | check | 1 | true' >tests/stages
	printf '%s\n' 'claim | it works' 'check | true' 'figure | two' '' \
		'claim | so does this' 'check | true' >tests/claims
	printf '%s\n' 'no such stage: two' 'no figure in' >expect
}
