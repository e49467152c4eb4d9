# Sourced by ./demo and ./check: sets up everything the program needs, and nothing twice.
# Needs bash, apt and python3 (3.11 or newer); root, or an ordinary user with sudo.

set -euo pipefail

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
stop() {
  printf '%s\n' "$*" >&2
  exit 1
}

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# What Qt's own libraries link to, the GOST mathematics, and the time zone of local times.
run_packages=(
  ca-certificates libgcrypt20 libpcsclite1 tzdata
  libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libbrotli1
  libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0
  libwayland-cursor0 libgssapi-krb5-2
)
# The referees and stand-ins of the tests, and a compiler for the faulty module they build.
test_packages=(
  openssl libengine-gost-openssl poppler-utils softhsm2 opensc gcc libc6-dev git
  pcscd vsmartcard-vpcd
)

python_is_new_enough() {
  command -v python3 >/dev/null || stop "python3 was not found. Install it: apt-get install python3"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "Росчерк needs Python 3.11 or newer; this is $(python3 -V 2>&1). Debian 12, Ubuntu 24.04 and newer have it."
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    stop "System packages are missing and there is no sudo. As root run: apt-get install ${missing[*]}"
  fi
}

is_installed() {
  # Renamed packages (libglib2.0-0t64) provide the old name.
  dpkg-query -W -f '${Status} , ${Package} , ${Provides}\n' 2>/dev/null |
    grep -E "^install ok installed .* $1([ ,:]|$)" >/dev/null
}

system_packages() {
  command -v apt-get >/dev/null || stop "This set-up needs apt (Debian 12, Ubuntu 24.04 or newer)."
  missing=()
  local package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  # Wheels exist for these machines; elsewhere the PKCS#11 binding is compiled.
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) is_installed python3-dev || missing+=(gcc libc6-dev python3-dev) ;;
  esac
  [ ${#missing[@]} = 0 ] && return
  say "Installing system packages: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# A virtual environment inside the project; made anew when its Python or our dependencies change.
python_environment() {
  local group=$1 stamp wanted
  environment=$project/.venv
  stamp=$environment/.prepared-$group
  wanted=$(python3 -V; cat "$project/pyproject.toml" | cksum)
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && [ -x "$environment/bin/roscherk" ]; then
    return
  fi
  say "Setting up Python packages in .venv"
  "$environment/bin/python" -c '' 2>/dev/null || python3 -m venv --clear "$environment"
  "$environment/bin/python" -m pip install --quiet --upgrade 'pip>=25.1'
  if [ "$group" = dev ]; then
    "$environment/bin/python" -m pip install --quiet --group "$project/pyproject.toml:dev"
  fi
  "$environment/bin/python" -m pip install --quiet --editable "$project"
  printf '%s\n' "$wanted" >"$stamp"
}

# prepare GROUP [COMMAND…]: the command is begun once the system's packages are there, and not waited for.
prepare() {
  local group=$1
  shift
  python_is_new_enough
  if [ "$group" = dev ]; then
    system_packages "${run_packages[@]}" "${test_packages[@]}"
  else
    system_packages "${run_packages[@]}"
  fi
  if [ $# -gt 0 ]; then
    "$@" >/dev/null 2>&1 &
  fi
  python_environment "$group"
}
