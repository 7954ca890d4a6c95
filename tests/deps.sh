#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing to build and test Penstock; says what.  Where there
# is no apt it names Debian's packages, for the reader to find their like.
set -eu

packages='gcc libc6-dev make pkg-config libncurses-dev libreadline-dev libjansson-dev
libuv1-dev libgit2-dev libssl-dev libcrypt-dev libpcre2-dev uthash-dev libcmocka-dev haproxy
tmux curl socat procps openssl debian-archive-keyring'

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "deps: no apt here; Penstock needs what Debian calls:" $packages
	exit 0
fi

missing=
for package in $packages; do
	case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
	*' installed') ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	if command -v sudo >/dev/null; then
		as_root=sudo
	else
		echo "deps: missing:$missing; install them as root" >&2
		exit 1
	fi
fi

echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# HAProxy is wanted as a program; a service that nobody asked for is not started.
policy=
if [ ! -e /usr/sbin/policy-rc.d ] && [ -z "$as_root" ]; then
	policy=/usr/sbin/policy-rc.d
	printf '#!/bin/sh\nexit 101\n' > $policy
	chmod +x $policy
	trap 'rm -f $policy' EXIT
fi
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
