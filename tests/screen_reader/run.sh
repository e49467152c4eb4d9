#!/usr/bin/env bash
# Runs the tests of this folder on a screen and a session bus of their own.
# Debian: apt-get install xvfb dbus at-spi2-core
set -euo pipefail
screen=$(mktemp -u)
mkfifo "$screen"
Xvfb -displayfd 3 -screen 0 1400x900x24 3> "$screen" 2> /dev/null &
server=$!
read -r number < "$screen"
rm "$screen"
trap 'kill "$server"' EXIT
DISPLAY=:$number dbus-run-session -- python -m pytest -q -n 0 -c tests/headless.ini --rootdir . tests/screen_reader "$@"
