# SPDX-License-Identifier: GPL-3.0-or-later
# Each command's example on the demo's load balancer: it may have nothing to do
# there, but it is never bad usage, and never a crash.
. tests/lib.sh
need_haproxy 2.6
[ -x "$BUILD/gen-docs" ] || skip_all "gen-docs was not built"
start_lb master
cp "$cfg" "$work/new.cfg"
printf '{ "key": "fresh", "bind": "127.0.0.1:1", "backend": "live", "mode": "http" }\n' >"$work/frontend.json"
cp "$top/doc/aqueduct.template" "$work/haproxy.template"
printf '# SPDX-License-Identifier: GPL-3.0-or-later\nset server live/app1 weight 3\n' >"$work/change.penstock"

cd "$work" || exit 1
while IFS= read -r example; do
	case $example in
	watch*) limit=2 ;; # it never ends by itself
	*) limit=30 ;;
	esac
	TRY_LIMIT=$limit try -f haproxy.cfg -s "$lb" --yes -c "$example"
	case $example in
	watch*) is "$status" 124 "$example" ;;
	'edit '*) is "$((status != 2 && status < 100))" 1 "$example" ;;
	attach* | 'kill session '*)
		is "$((status == 1 || status == 3))" 1 "$example" ;; # not there on the demo
	*' map '* | *' pattern '* | 'set cert '* | 'delete backend spare' | 'delete line '* | 'set line '* | 'set listen '* | 'set server-template '* | *' user '* | *' group '* | unset* | agent* | enable* | delete* | move* | include* | undo | redo | rename* | map* | unmap*)
		is "$((status == 0 || status == 1))" 1 "$example" ;;
	*) works "$example" ;;
	esac
done < <("$BUILD/gen-docs" examples)
done_testing
