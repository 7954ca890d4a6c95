#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/fuzz/long.sh [TARGET...] : libFuzzer on the targets (all of them), TIME
# seconds each (600), from the kept corpus and the shared one.  Some of what is new
# is added to the corpus; what breaks a law is left in build/fuzzing/TARGET.
# Built before by `make fuzz`, with clang.
set -u
cd "$(dirname "$0")/../.." || exit 1
shared=${SHARED:-../shared}
build=${BUILD:-build/fuzzing}
kept_files=60

# What stands in the shared corpus for a target.
shared_corpus() { # TARGET
	case $1 in
	document | lint | route | plan) [ ! -d "$shared/corpus/configs" ] || echo "$shared/corpus/configs" ;;
	json) [ ! -d "$shared/corpus/documents" ] || echo "$shared/corpus/documents" ;;
	esac
}

# Some of the inputs that reach what the kept ones do not: a corpus is read by
# `make check` each time, and by people.
keep() { # TARGET
	local target=$1 minimal=$build/$1/minimal corpus=tests/fuzz/corpus/$1 file

	rm -rf "$minimal" && mkdir -p "$minimal"
	"$build/fuzz/${target}_fuzz" -merge=1 -max_len=2000 "$minimal" "$build/$target/found" \
		>/dev/null 2>&1 || return
	for file in $(find "$minimal" -type f | sort | head -n $kept_files); do
		cp -n "$file" "$corpus/"
	done
}

run() { # TARGET
	local target=$1 log=$build/$1/log status

	mkdir -p "$build/$target/found"
	"$build/fuzz/${target}_fuzz" -max_total_time="${TIME:-600}" -timeout=20 -rss_limit_mb=2000 \
		-artifact_prefix="$build/$target/" "$build/$target/found" \
		"tests/fuzz/corpus/$target" $(shared_corpus "$target") >"$log" 2>&1
	status=$?
	printf '%-10s %s, %s\n' "$target" \
		"$(sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\) second.*/\1 runs in \2 s/p' "$log")" \
		"$([ $status = 0 ] && echo "no finding" || echo "A FINDING: see $log")"
	[ $status = 0 ] && keep "$target"
	return $status
}

failed=0
[ $# -gt 0 ] || set -- $(for file in tests/fuzz/*_fuzz.c; do basename "$file" _fuzz.c; done)
for target; do
	run "$target" || failed=1
done
exit $failed
