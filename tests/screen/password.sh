# SPDX-License-Identifier: GPL-3.0-or-later
# A password is asked for without being shown, and is kept nowhere.
. tests/screen/lib.sh

ask_twice() { # FIRST SECOND
	cat <<-END
		sync
		create userlist ops
		press : a d d <Space> u s e r <Space> o p s <Space> z e d <Enter>
		press $1
		dump -
		press <Enter>
		press $2 <Enter>
		dump -
		view diff
		dump -
		press : <Up>
		dump -
	END
}

screen 80x24 < <(ask_twice 's e c r e t' 's e c r e t')
like "$shown" '^password:' "the password is asked for"
unlike "$shown" 'secret' "what is typed is not shown"
like "$shown" '\+ *user zed password \$6\$' "its hash is in the file"
like "$shown" '^:add user ops zed' "the history has the command without it"

screen 80x24 < <(ask_twice 's e c r e t' 's e c r e d')
like "$shown" 'the two passwords differ' "two that differ are refused"
unlike "$shown" 'user zed password' "and nothing is added"

screen 80x24 <<-'END'
	sync
	create userlist ops
	press : a d d <Space> u s e r <Space> o p s <Space> z e d <Space> s e c r e t <Enter>
	press : <Up>
	dump -
END
like "$shown" ':add user ops zed \*\*\*' "one that was typed is not kept"
done_testing
