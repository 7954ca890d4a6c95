#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/haproxies.sh FOLDER: brings the HAProxies of Debian's releases into
# FOLDER/VERSION/haproxy, each with all that it depends on, loader included.
#
# Nothing of the machine is changed: apt works on a state of its own below
# FOLDER/.apt, from the mirror that the machine's own apt uses, and needs no
# root.  What is there already stays; what the mirror does not have is named.
set -u
shopt -s nullglob

# The loader of bullseye knows no --argv0; its programs run with a later libc,
# so that bookworm comes first.
suites='bookworm bullseye trixie sid'

# These are needed to install haproxy, and not to run it.
only_installed='adduser base-passwd debconf dpkg init-system-helpers lsb-base media-types
mount passwd perl perl-base procps rsyslog sysvinit-utils tar usrmerge util-linux'

folder=$(realpath -m "${1:?folder}")
state=$folder/.apt

give_up() { # SENTENCE
	echo "haproxies: $1" >&2
	exit 1
}

# The mirror from which this machine gets a release of Debian, whatever format
# its sources have.
find_mirror() {
	apt-get --print-uris update 2>/dev/null |
		sed -nE "s#^'(.*)/dists/([a-z]+)/InRelease'.*#\1 \2#p" |
		awk '$2 ~ /^(bullseye|bookworm|trixie|forky|sid|(old)*stable|testing|unstable)$/ {
			print $1; exit }'
}

# What verifies the mirror: the machine's keys of Debian, and those that a
# release verified with them has brought: trixie's may be younger than the machine.
list_keys() {
	local keys=(/usr/share/keyrings/debian-archive-keyring.gpg
		"$state"/keys/usr/share/keyrings/debian-archive-keyring.*)
	local IFS=,

	printf '%s' "${keys[*]}"
}

write_state() { # SUITE
	local own=$state/$1 package

	mkdir -p "$own/lists/partial" "$own/cache/archives/partial" || return 1
	printf 'deb [signed-by=%s] %s %s main\n' "$(list_keys)" "$mirror" "$1" >"$own/sources.list"
	for package in $only_installed; do
		printf 'Package: %s\nStatus: install ok installed\nVersion: 999999\n' "$package"
		printf 'Architecture: %s\nMulti-Arch: foreign\n\n' "$architecture"
	done >"$own/status"
	# The machine's proxies and passwords hold here too, its hooks do not.
	cat >"$own/apt.conf" <<-END
		Dir::State "$own";
		Dir::State::lists "lists";
		Dir::State::status "$own/status";
		Dir::Cache "$own/cache";
		Dir::Etc::sourcelist "$own/sources.list";
		Dir::Etc::sourceparts "-";
		Dir::Etc::preferences "-";
		Dir::Etc::preferencesparts "-";
		APT::Architecture "$architecture";
		#clear APT::Architectures;
		APT::Install-Recommends "false";
		APT::Sandbox::User "$(id -un)";
		APT::Update::Error-Mode "any";
		Acquire::AllowInsecureRepositories "false";
		Acquire::Languages "none";
		#clear Acquire::IndexTargets::deb::DEP-11;
		#clear Acquire::IndexTargets::deb::DEP-11-icons-small;
		#clear Acquire::IndexTargets::deb::DEP-11-icons;
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear DPkg::Pre-Install-Pkgs;
		#clear DPkg::Post-Invoke;
	END
}

apt_of() { # SUITE ARGUMENT...
	local own=$state/$1

	shift
	(cd "$own/cache" && timeout 300 apt-get -qq -c "$own/apt.conf" "$@") >>"$own/log" 2>&1 </dev/null
}

unpack() { # FOLDER DEB...
	local into=$1 deb

	shift
	[ $# -gt 0 ] || return 1
	for deb; do
		dpkg-deb -x "$deb" "$into" || return 1
	done
}

# One package alone, into a folder.
bring_package() { # SUITE PACKAGE FOLDER
	local files

	rm -f "$state/$1/cache/$2"_*.deb
	apt_of "$1" download "$2" || return 1
	files=("$state/$1/cache/$2"_*.deb)
	unpack "$3" "${files[@]}"
}

find_loader() { # ROOT
	find "$1" -type f \( -name 'ld-linux*.so.*' -o -name 'ld64.so.*' -o -name 'ld-2.*.so' \) |
		sort | head -n 1
}

knows_argv0() { # LOADER
	"$1" --help 2>&1 | grep -q -e '--argv0'
}

# Starts HAProxy with the loader and the libraries beside it.  HAProxy executes
# argv[0] again when it reloads, so that has to be this script.
write_start() { # FILE LOADER, both below the same folder; the loader's path in it
	local triplet=${2%/*}

	triplet=${triplet##*/}
	cat >"$1" <<-END
		#!/bin/sh
		case \$0 in
		/*) me=\$0 ;;
		*) me=\$PWD/\$0 ;;
		esac
		root=\${me%/*}/root
		libraries=\$root/lib/$triplet:\$root/usr/lib/$triplet:\$root/lib:\$root/usr/lib
		exec "\$root/$2" --argv0 "\$me" --library-path "\$libraries" \\
		    "\$root/usr/sbin/haproxy" "\$@"
	END
	chmod +x "$1"
}

# Puts what apt has brought for a suite into a folder that can be started.
assemble() { # SUITE FOLDER
	local root=$2/root loader debs=("$state/$1"/cache/archives/*.deb)

	rm -rf "$2"
	mkdir -p "$root" && unpack "$root" "${debs[@]}" || return 1
	loader=$(find_loader "$root")
	if [ -n "$loader" ] && ! knows_argv0 "$loader"; then
		find "$root" -name "${loader##*/}" -exec rm -f {} +
		bring_package bookworm libc6 "$root" || return 1
		loader=$(find_loader "$root")
	fi
	[ -n "$loader" ] || return 1
	write_start "$2/haproxy" "${loader#"$root/"}"
}

# What is wrong with a suite, in one sentence.
say_why() { # SUITE WHAT
	local reason

	reason=$(grep -E '^(E|W): ' "$state/$1/log" | tail -n 1 | cut -c4-300)
	echo "haproxies: no HAProxy of $1: $2${reason:+: $reason}" >&2
	return 1
}

bring() { # SUITE
	local new=$folder/.new version

	write_state "$1" || return 1
	: >"$state/$1/log"
	apt_of "$1" update || say_why "$1" "'$mirror' does not give that release" || return 1
	bring_package "$1" debian-archive-keyring "$state/keys"
	apt_of "$1" --download-only --yes install haproxy ||
		say_why "$1" "its packages cannot be fetched" || return 1
	assemble "$1" "$new" 2>>"$state/$1/log" ||
		say_why "$1" "its packages cannot be unpacked" || return 1
	version=$("$new/haproxy" -v 2>>"$state/$1/log" |
		sed -nE '1s/^HA-?Proxy version ([0-9]+\.[0-9]+).*/\1/p')
	[ -n "$version" ] || say_why "$1" "it does not start here" || return 1
	rm -rf "${folder:?}/$version" && mv "$new" "$folder/$version" || return 1
	rm -rf "$state/$1/cache/archives"
	echo "$version" >"$state/$1/done"
	echo "haproxies: $("$folder/$version/haproxy" -v | sed -n '1s/ -.*//p') of $1"
}

is_there() { # SUITE
	local version

	version=$(cat "$state/$1/done" 2>/dev/null) && [ -x "$folder/$version/haproxy" ] &&
		"$folder/$version/haproxy" -v >/dev/null 2>&1
}

missing=
for suite in $suites; do
	is_there "$suite" || missing="$missing $suite"
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
	give_up "there is no apt here; name other HAProxies with HAPROXIES=path:path"
[ -r /usr/share/keyrings/debian-archive-keyring.gpg ] ||
	give_up "no keys to verify Debian's packages: install debian-archive-keyring"
mirror=$(find_mirror)
[ -n "$mirror" ] || give_up "the sources of this machine's apt name no mirror of Debian"
architecture=$(dpkg --print-architecture)

failed=0
for suite in $missing; do
	bring "$suite" || failed=1
done
exit "$failed"
