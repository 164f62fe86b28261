# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The gates of run.sh, and that they can fail. Sourced by run.sh.

check_sites() {
	local found status=0
	found=$("$HERE/sites.py" -p "$ROOT") || status=$?
	comment <<<"$found"
	verdict "$status" "sites: every lettered site has its model, every letter its mistake, every pair its litmus tests"
}

# A search that was cut short must not pass for one that found nothing.
control_searches() {
	local dir=$OUT/control-search
	make_pan "$dir" publish holds
	search "$dir" holds
	verdict "$(judge "$dir" holds; echo $?)" "control: a whole search is one"
	search "$dir" holds -m100 || true
	verdict "$(! judge "$dir" holds; echo $?)" "control: a search that stopped at a depth is none"
	MEGABYTES=2 make_pan "$dir" publish holds -DNPORT=3
	search "$dir" holds -w10 || true
	verdict "$(! judge "$dir" holds; echo $?)" "control: a search that ran out of memory is none"
	make_pan "$dir" publish fails
	search "$dir" fails
	verdict "$(! judge "$dir" fails; echo $?)" "control: no mistake is none found"
	make_pan "$dir" publish holds
	( cd "$dir" && gcc -w -DBITSTATE -DSAFETY -DNOFAIR -o pan pan.c )
	search "$dir" holds || true
	verdict "$(! judge "$dir" holds; echo $?)" "control: a search that hashes states away is none"
	rm -rf "$dir"
}

# A tree whose models are one change behind, or ahead, is found out.
control_site() { # NAME FILE SED REGEX
	local tree=$OUT/control-sites found status=0
	rm -rf "$tree"
	mkdir -p "$tree/tests" "$tree/lib" "$tree/uapi/xen"
	cp -r "$ROOT/kernel" "$tree"
	cp -r "$ROOT/lib/libevtmmap" "$tree/lib"
	cp -r "$HERE" "$tree/tests"
	cp "$ROOT/uapi/xen/evtchn_mmap.h" "$tree/uapi/xen"
	sed -i -E "$3" "$tree/$2"
	if cmp -s "$tree/$2" "$ROOT/$2"; then
		verdict 1 "control sites: $1: its change still applies"
		return
	fi
	found=$("$HERE/sites.py" "$tree") || status=$?
	[ "$status" = 1 ] && grep -qE -- "$4" <<<"$found" && status=0 || status=1
	[ "$status" = 0 ] || comment <<<"$found"
	verdict "$status" "control sites: $1"
	rm -rf "$tree"
}

control_sites() {
	control_site "a model forgets a site" tests/models/unbind.pml \
		's/code: kernel.credit\.h evtchn_credit_end M//' 'M in evtchn_credit_end\(\) has no model'
	control_site "a new site without a model" kernel/wake.c \
		's/^bool evtchn_ready.*/bool evtchn_new(void)\n{\n\tsmp_mb();\t\/* D, matches A *\/\n}\n\n&/' \
		'D in evtchn_new\(\) has no model'
	control_site "a model of what is gone" kernel/ring.c \
		's/\bslot_forget\b/slot_bury/' 'there is no A in slot_forget\(\)'
	control_site "a letter no run does without" tests/models/runs \
		's/(\| fails \| )N  /\1   /; s/ M N / M /' 'no run fails without N'
	control_site "a switch with a typing error" tests/models/runs \
		's/-DMAPPED/-DMAPED/' 'no model knows -DMAPED'
	control_site "a pair whose litmus test never says Never" tests/models/litmus/FG.litmus \
		's/Result: Never/Result: Sometimes/' 'no test of F and G says Never'
	control_site "a litmus test that asks of no register" tests/models/litmus/AD.litmus \
		's/1:r2=0/1:r7=0/' 'P1 sets no r7'
}
