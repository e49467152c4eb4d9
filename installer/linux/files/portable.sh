#!/bin/sh
# Росчерк from this folder, with its profile in this folder: nothing is left elsewhere.
here=$(dirname "$(readlink -f "$0")")
# What Qt, fontconfig and Mesa keep for themselves stays here too.
XDG_CACHE_HOME=$here/profile/cache/libraries
export XDG_CACHE_HOME
umask 077
start='import sys; sys.argv[0] = sys.argv.pop(1); from app.__main__ import main; sys.exit(main())'
exec "$here/lib/bin/roscherk" -c "$start" "$here/roscherk" --profile "$here/profile" "$@"
