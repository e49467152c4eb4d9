#!/usr/bin/env bash
# Sets up everything on Debian 12 and builds the Debian package and the portable folder into dist/.
# Usage: installer/linux/package.sh [--renew] [--parts DIR] [--output DIR]
. "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

prepare dev
system_packages binutils xz-utils tar git
cd "$project"
exec "$environment/bin/python" -m nox --sessions deb -- "$@"
