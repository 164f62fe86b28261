#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Boots Xen and a dom0 in QEMU, runs one job in it, and reports.
set -euo pipefail
# shellcheck source=vm/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=vm/initramfs.sh
. "$ROOT/vm/initramfs.sh"
# shellcheck source=vm/klog.sh
. "$ROOT/vm/klog.sh"

usage() {
	cat <<-TEXT
	usage: vm/boot.sh [options] JOB [ARGS...]
	  JOB       shell script, run by busybox in the guest; TAP on its stdout
	  -k 6.12|6.1         kernel of dom0 (6.12), or one that 'make kernel' made:
	                      kcsan, kasan
	  -d ours|stock|none  which driver init loads (ours)
	  -D                  ours as built for tests (make module DEBUG=1)
	  -m FILE.ko          this build instead of ours
	  -c N                vCPUs (2; 1 with -a icount)
	  -a mt|icount|turns  icount: one vCPU, one nanosecond per instruction (mt);
	                      turns: vCPUs take turns, 16 ns per instruction, so
	                      time does not depend on what else the machine does
	  -x                  with Debian's Xen tools and a PV guest in /domu
	  -p FILE[:DEST]      one more file for the guest (/t/), again and again
	  -t SECONDS          time for the job (300)
	  -n NAME             results go to build/run/NAME
	  -K ARGS             more for dom0's kernel command line
	  -i                  interactive: a shell on this terminal instead of a job
	exit status: 0 passed, 1 failed, 2 usage, 3 the guest never reached /init
	TEXT
	exit "${1:-2}"
}

KERNEL=6.12 DRIVER=ours MODULE='' VCPUS='' ACCEL=mt XEN='' LIMIT=300 NAME='' KARGS=''
INTERACTIVE='' DEBUG='' EXTRA=()
# Time for Xen and dom0's kernel to reach /init: 7 s alone, minutes on a
# machine with much else to do.  So the processor time counts first: a guest
# that spins in a corner is given up after CPU_LIMIT of it.
BOOT_LIMIT=${EVTMMAP_BOOT_LIMIT:-240}
CPU_LIMIT=120
ATTEMPTS=3

is_number() { [[ $1 =~ ^[1-9][0-9]{0,5}$ && $1 -le ${2:-$1} ]]; } # TEXT [MOST]

one_of() { # VALUE CHOICE...
	local choice value=$1
	shift
	for choice; do
		[ "$choice" != "$value" ] || return 0
	done
	return 1
}

# One line for what is wrong, before anything is made.
check_options() {
	local f
	one_of "$KERNEL" "${KERNELS[@]}" "${SANITIZERS[@]}" ||
		die "-k $KERNEL: there are ${KERNELS[*]}, and those 'make kernel' makes: ${SANITIZERS[*]}"
	one_of "$DRIVER" ours stock none || die "-d $DRIVER: it is ours, stock or none"
	one_of "$ACCEL" mt icount turns || die "-a $ACCEL: it is mt, icount or turns"
	is_number "$LIMIT" || die "-t $LIMIT: not a number of seconds"
	is_number "$VCPUS" 64 || die "-c $VCPUS: not a number of vCPUs"
	[ "$DRIVER" != ours ] || [ -r "$MODULE" ] || die "no $MODULE: run 'make module'"
	for f in "${EXTRA[@]}"; do
		[ -f "${f%%:*}" ] || die "-p ${f%%:*}: no such file"
	done
	[ -n "$INTERACTIVE" ] || [ -r "$JOB" ] || die "no such job: $JOB"
	[ -n "$INTERACTIVE" ] || ! grep -q '/t/' "$JOB" || [ -d "$BUILD/tests/bin" ] ||
		die "$JOB runs test programs, and none is built: run 'make tests'"
}

parse() {
	local o
	while getopts k:d:Dm:c:a:xp:t:n:K:ih o; do
		case $o in
		k) KERNEL=$OPTARG ;;
		d) DRIVER=$OPTARG ;;
		D) DEBUG=-debug ;;
		m) MODULE=$OPTARG ;;
		c) VCPUS=$OPTARG ;;
		a) ACCEL=$OPTARG ;;
		x) XEN=1 ;;
		p) EXTRA+=("$OPTARG") ;;
		t) LIMIT=$OPTARG ;;
		n) NAME=$OPTARG ;;
		K) KARGS=$OPTARG ;;
		i) INTERACTIVE=1 ;;
		h) usage 0 ;;
		*) usage ;;
		esac
	done
	shift $((OPTIND - 1))
	if [ -n "$INTERACTIVE" ]; then
		JOB='' ARGS=()
	else
		[ $# -ge 1 ] || usage
		JOB=$1 ARGS=("${@:2}")
	fi
	[ "$ACCEL" != icount ] || VCPUS=1
	VCPUS=${VCPUS:-2}
	NAME=${NAME:-${EVTMMAP_NAME:-$(basename "${JOB:-shell}" .sh)-$KERNEL-$DRIVER}}
	[ -n "$MODULE" ] || ! one_of "$KERNEL" "${KERNELS[@]}" "${SANITIZERS[@]}" ||
		MODULE=$(our_module "$KERNEL" "$DEBUG")
	check_options
}

# What this run adds to the guest: the job, its settings, the module.
stage_run() { # STAGE
	local to=$1 f dest limit=$LIMIT
	mkdir -p "$to"/{etc,t,lib/evtmmap}
	# In icount mode the guest's seconds are not ours; QEMU's time-out acts.
	[ "$ACCEL" = mt ] || limit=0
	cat >"$to/etc/lab.env" <<-ENV
		NAME='$NAME' KERNEL='$KERNEL' DRIVER='$DRIVER' VCPUS='$VCPUS' ACCEL='$ACCEL'
		TIMEOUT='$limit' MODE='${INTERACTIVE:+shell}'
	ENV
	if [ -n "$INTERACTIVE" ]; then
		cp "$ROOT/vm/guest/motd" "$to/etc/motd"
		# A serial line has no size of its own.
		stty size 2>/dev/null | { read -r rows cols && echo "ROWS=$rows COLS=$cols"; } \
			>>"$to/etc/lab.env" || true
	else
		cp "$JOB" "$to/job"
		{ printf 'set --'; printf ' %q' "${ARGS[@]}"; echo; } >"$to/etc/job.args"
		[ ${#ARGS[@]} -gt 0 ] || echo 'set --' >"$to/etc/job.args"
	fi
	[ ! -r "$MODULE" ] || cp "$MODULE" "$to/lib/evtmmap/ours.ko"
	for f in "${EXTRA[@]}"; do
		dest=$to/t/$(basename "${f%%:*}")
		[[ $f != *:* ]] || dest=$to/${f#*:}
		mkdir -p "$(dirname "$dest")"
		cp -L "${f%%:*}" "$dest"
	done
}

make_initrd() {
	local stage parts=()
	mkdir -p "$LAYERS"
	parts+=("$(base_layer "$KERNEL")" "$(tests_layer)")
	[ -z "$XEN" ] || parts+=("$(xen_layer)")
	stage=$(mktemp -d "$LAYERS/.run.XXXXXX")
	stage_run "$stage"
	{ cat "${parts[@]}"; pack "$stage"; } >"$OUT/initrd"
	rm -rf "$stage"
}

start_qemu() { # SERIAL_ARGS...
	local xen kernel vmlinux cpus machine=(-cpu 'max,-smap,-smep' -m 1536)
	# Left to itself, Xen restores a domain's vector registers when it first uses
	# them. Under QEMU's TCG a process of a PV domain then goes on with another
	# domain's now and then, and dies. Beside a busy guest 9 of 1,500 processes
	# started in dom0 did; with this option none of 3,000.
	local fpu=spec-ctrl=eager-fpu
	local dom0="dom0=pv dom0_mem=1000M" outer=() more=()
	# For bench/where.py, which listens in.
	read -ra more <<<"${EVTMMAP_QEMU:-}"
	xen=$(cached xen)
	kernel=$(kernel_dir "$KERNEL")
	vmlinux="$kernel/vmlinux console=hvc0 rdinit=/init quiet log_buf_len=1M panic=1 $KARGS"
	case $ACCEL in
	mt) cpus=(-accel 'tcg,thread=multi' -smp "$VCPUS") ;;
	icount) cpus=(-accel 'tcg,thread=single' -icount 'shift=0,sleep=off' -smp 1) ;;
	turns) cpus=(-accel 'tcg,thread=single' -icount 'shift=4,sleep=off' -smp "$VCPUS") ;;
	esac
	# Should this script be killed, its guest must not run on for ever.
	[ -n "$INTERACTIVE" ] || outer=(timeout -k 5 $((BOOT_LIMIT + LIMIT + 120)))
	# KASAN's shadow is nothing that a PV guest could set up; PVH wants an IOMMU.
	# With a TSC that Xen trusts, reading it is no intercept: cheaper, and see
	# emulator_lost_guest().
	if [[ $KERNEL == kasan* ]]; then
		machine=(-M q35 -device intel-iommu -cpu 'max,-smap,-smep,-rdtscp,-xsave,+invtsc,x-force-features=on' -m 2560)
		dom0="dom0=pvh dom0_mem=1536M"
	fi
	# With SMAP or SMEP a PV dom0 dies at once under TCG.  A comma inside a
	# multiboot module's text has to be doubled.
	exec "${outer[@]}" qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
		"${cpus[@]}" "${machine[@]}" "$@" -kernel "$xen/xen.elf" \
		"${more[@]}" -append "console=com1 com1=115200,8n1 $fpu $dom0" \
		-initrd "${vmlinux//,/,,},${OUT//,/,,}/initrd"
}

QEMU=''
stop_qemu() {
	[ -n "$QEMU" ] || return 0
	kill "$QEMU" 2>/dev/null || true
	wait "$QEMU" 2>/dev/null || true
	QEMU=''
}

said() { grep -qaF "@@ $1" "$OUT/serial" 2>/dev/null; }

cpu_seconds() { # of QEMU, which is the only child of its `timeout`
	local child='' stat
	# The file does not end in a newline, which read takes for a failure.
	read -r child _ <"/proc/$QEMU/task/$QEMU/children" || [ -n "$child" ] || return 0
	read -ra stat <"/proc/$child/stat" || return 0
	echo $(((stat[13] + stat[14]) / 100))
} 2>/dev/null

# Waits until the guest has said something on its verdict line, is gone, or
# the time is over.
await() { # WHAT SECONDS CPU_SECONDS
	local end=$((SECONDS + $2)) cpu
	until said "$1"; do
		kill -0 "$QEMU" 2>/dev/null || break
		[ $SECONDS -lt $end ] || break
		cpu=$(cpu_seconds)
		[ "${cpu:-0}" -lt "$3" ] || break
		sleep 0.2
	done
	said "$1"
}

boot() {
	local attempt
	for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
		: >"$OUT/serial"
		( start_qemu -serial "file:$OUT/console" -serial "file:$OUT/serial" \
			</dev/null >"$OUT/qemu" 2>&1 ) &
		QEMU=$!
		await init "$BOOT_LIMIT" "$CPU_LIMIT" && return 0
		stop_qemu
		mv "$OUT/console" "$OUT/console.$attempt" 2>/dev/null || true
		say "$NAME: guest did not reach /init (attempt $attempt of $ATTEMPTS)"
	done
	cat "$OUT/qemu" >&2
	return 1
}

# QEMU's emulated SVM now and then mixes up the states of a PVH dom0 and of Xen
# when an intercept and an interrupt meet. A triple fault is believed the second
# time.
emulator_lost_guest() {
	grep -qE 'd0v[0-9]+ Triple fault' "$OUT/console"
}

run_to_end() {
	boot || exit 3
	# The guest's own watchdog comes first; this one is for a guest that hangs.
	await end $((LIMIT + 60)) 1000000 || true
	stop_qemu
}

report() {
	local status line bad=0
	sed -e 's/\r//g' "$OUT/serial" >"$OUT/lines"
	status=$(sed -n 's/^@@ status //p' "$OUT/lines" | tail -n 1)
	sed -e '1,/^@@ init/d' -e '/^@@ status/,$d' "$OUT/lines" | grep -v '^$' >"$OUT/verdict" || true
	sed -e '1,/^@@ dmesg/d' -e '/^@@ end/,$d' "$OUT/lines" >"$OUT/dmesg"
	sed -i 's/\r//g' "$OUT/console"
	echo "${status:-none}" >"$OUT/status"
	if [ -z "$status" ]; then
		echo "not ok - guest died or job hung: no exit status within $LIMIT s"
	elif [ "$status" != 0 ]; then
		echo "not ok - job's exit status is 0: it is $status"
	fi >>"$OUT/verdict"
	while read -r line; do
		echo "not ok - kernel log clean: $line"
		bad=1
	done < <(klog_complaints "$OUT/dmesg" "$OUT/console") >>"$OUT/verdict"
	[ $bad = 1 ] || echo "ok - kernel log clean ($NAME)" >>"$OUT/verdict"
	cat "$OUT/verdict"
	! grep -q '^not ok' "$OUT/verdict"
}

main() {
	parse "$@"
	OUT=$BUILD/run/$NAME
	mkdir -p "$OUT"
	exec 8>"$OUT/lock"
	flock -n 8 || die "a guest named $NAME is running already (choose another -n)"
	find "$OUT" -mindepth 1 ! -name lock -delete
	make_initrd
	if [ -n "$INTERACTIVE" ]; then
		start_qemu -serial mon:stdio -serial "file:$OUT/serial"
	fi
	trap stop_qemu EXIT
	trap 'exit 130' INT TERM
	run_to_end
	if emulator_lost_guest; then
		say "$NAME: QEMU lost the guest's state; once more"
		mv "$OUT/console" "$OUT/console.lost"
		run_to_end
	fi
	report || exit 1
}

main "$@"
