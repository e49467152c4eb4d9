#!/usr/bin/env bash
# Sets up everything on Debian 12 and builds the setup for Windows into dist/.
# Usage: installer/windows/package.sh [--renew] [--parts DIR] [--output DIR]
. "$(dirname "${BASH_SOURCE[0]}")/../linux/prepare.sh"

prepare dev
system_packages nsis gcc-mingw-w64-x86-64 wine wine64 git
cd "$project"
exec "$environment/bin/python" -m nox --sessions windows -- "$@"
