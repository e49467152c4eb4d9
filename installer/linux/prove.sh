#!/usr/bin/env bash
# Proves the Debian package and the portable folder in fresh Debian 12 and 13 systems, as an ordinary user.
# Usage (root): prove.sh FOLDER_WITH_PACKAGES [WORK_FOLDER] [suite…]
# Needs debootstrap, xvfb, imagemagick, x11-utils. The window is shown on this computer's Xvfb, so nothing is installed
# in the fresh systems but the package and what it asks for. The last line says whether all was proved.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
dist=$(realpath "$1")
work=$(realpath -m "${2:-$dist/../build/proof}")
shift $(($# < 2 ? $# : 2))
suites=("$@")
[ $# -gt 0 ] || suites=(bookworm trixie)
if [ "${ROSCHERK_PROOF:-}" != inside ]; then
  # A mount namespace of its own: whatever happens, no mount is left.
  export ROSCHERK_PROOF=inside
  exec unshare --mount --propagation private "$0" "$dist" "$work" "${suites[@]}"
fi
deb=$(echo "$dist"/roscherk_*_amd64.deb)
portable=$(echo "$dist"/roscherk-*-linux-x86_64.tar.xz)
display=:77
screens=$work/screens
mkdir -p "$work" "$screens"

say() { printf '\n== %s: %s\n' "${suite:-all}" "$*"; }
fail() {
  printf 'NOT PROVED (%s): %s\n' "${suite:-all}" "$*"
  exit 1
}
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
# An ordinary user's session: no root, no locale installed, a Russian system.
user() {
  ${before:-} chroot --userspec=anna:anna "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/home/anna USER=anna LANG=ru_RU.UTF-8 \
    DISPLAY="$display" XDG_RUNTIME_DIR=/run/anna sh -c "cd && $*"
}
# Every file with its size; for the files of others, the time too.
listing() {
  find "$root" -xdev \( -path "$root/proc" -o -path "$root/dev" -o -path "$root/sys" \) -prune -o \
    -printf "%P %y %s\n" | LC_ALL=C sort
}
contents_of() { (cd "$root$1" && find . -printf '%p %y %s %T@\n' | LC_ALL=C sort); }
window() { # NAME COMMAND…: open it, wait, do $meanwhile, photograph it, close it
  local name=$1 pid
  shift
  # No shell in between that would be killed in its place: the next start would find the window.
  before=exec user "exec $*" >"$work/window.log" 2>&1 &
  pid=$!
  for _ in $(seq 60); do
    xwininfo -display "$display" -root -tree 2>/dev/null | grep -q '"Росчерк\|Росчерк"\|roscherk' && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 1
  done
  sleep 8
  ${meanwhile:-}
  kill -0 "$pid" 2>/dev/null || { cat "$work/window.log"; fail "the window has gone ($name)"; }
  import -display "$display" -window root "$screens/$suite-$name.png"
  xwininfo -display "$display" -root -tree | grep -m1 roscherk || fail "no window of ours ($name)"
  kill "$pid"
  wait "$pid" 2>/dev/null || true
  [ "$(identify -format '%k' "$screens/$suite-$name.png")" -gt 50 ] || fail "an empty screen ($name)"
  if grep -v 'propagateSizeHints\|XDG_RUNTIME_DIR' "$work/window.log" | grep .; then fail "words on the error stream ($name)"; fi
  echo "window: $screens/$suite-$name.png"
}

prepare() {
  say "a fresh system"
  [ -d "$work/base-$suite" ] || debootstrap --variant=minbase "$suite" "$work/base-$suite" >"$work/debootstrap-$suite.log"
  root=$work/$suite
  rm -rf --one-file-system "$root"
  cp -a "$work/base-$suite" "$root"
  mount -t proc proc "$root/proc"
  mount --bind /dev "$root/dev"
  mkdir -p "$root/tmp/.X11-unix"
  mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # no services are started in a chroot
  chmod 755 "$root/usr/sbin/policy-rc.d"
  inside useradd --create-home --shell /bin/sh anna
  mkdir -p "$root/run/anna" && inside chown anna: /run/anna && chmod 700 "$root/run/anna"
  inside apt-get -qq update
  inside sh -c 'command -v python3' && fail "there is a Python already"
  cat "$root/etc/debian_version"
}

install_it() {
  cp "$deb" "$root/var/tmp/"
  listing >"$work/before.txt"
  local began=$SECONDS
  inside apt-get -qq -y install "/var/tmp/$(basename "$deb")" >"$work/apt-$suite.log" 2>&1 || { tail "$work/apt-$suite.log"; fail "apt could not install it"; }
  say "installed in $((SECONDS - began)) s, $(grep -c '^Setting up' "$work/apt-$suite.log") packages"
  inside dpkg -V roscherk || fail "files of the package differ"
  [ -z "$(inside find /usr/lib/roscherk -perm /022 -o ! -user root)" ] || fail "files that others may write"
}

main_job() {
  say "the main job as an ordinary user"
  user 'roscherk --version'
  user 'roscherk demo paper' >"$work/demo.log"
  tail -5 "$work/demo.log"
  user 'roscherk check --self' || fail "the program does not know its own files"
  local signed
  signed=$(cd "$root/home/anna/paper" && find . -name '*.pdf' | grep -m1 'УЧЕБНАЯ')
  user "roscherk --profile paper/profile verify --allow-practice 'paper/$signed'" >"$work/good.log" || fail "a good signature was not found good"
  head -2 "$work/good.log"
  user "cp 'paper/$signed' broken.pdf && printf x | dd of=broken.pdf bs=1 seek=900 conv=notrunc status=none"
  if user "roscherk --profile paper/profile verify --allow-practice broken.pdf" >"$work/broken.log"; then fail "a changed document was found good"; fi
  head -3 "$work/broken.log"
  window offscreen "env QT_QPA_PLATFORM=xcb roscherk --profile paper/profile 'paper/$signed'"
  window verify "roscherk --profile paper/profile --verify 'paper/$signed'"
  backup "paper/$signed"
  later="paper/$signed" meanwhile=others_come window later "roscherk --profile paper/profile"
}

backup() { # FILE: the profile in one file, put in the place of another one, which verifies FILE then
  say "a backup of the profile"
  printf 'Пароль копии 4711' >"$root/home/anna/password"
  user 'roscherk --profile paper/profile container create ключ --algorithm gost2012-256 --password-stdin <password >/dev/null'
  user 'roscherk --profile paper/profile profile backup copy --password-stdin <password'
  user 'roscherk profile check copy.roscherk --password-stdin <password'
  user 'roscherk --profile other profile restore copy.roscherk --yes --password-stdin <password >/dev/null'
  user 'roscherk --profile other profile check'
  user "roscherk --profile other verify --allow-practice '$1' >/dev/null" || fail "the restored profile lacks something"
  user 'roscherk --profile other container test container:ключ --password-stdin <password' || fail "the restored key does not open"
  printf 'wrong' | user 'roscherk --profile other profile restore copy.roscherk --yes --password-stdin' 2>/dev/null && fail "any password opens the backup"
  return 0
}

# While the window stands: its profile is not replaced, and a later start gives its file to it and ends.
others_come() {
  user 'roscherk --profile paper/profile profile restore copy.roscherk --yes --password-stdin <password' >"$work/busy.log" 2>&1 && fail "the profile of an open window was replaced"
  grep -q '^Профиль занят' "$work/busy.log" || { cat "$work/busy.log"; fail "refused for another reason"; }
  local began=$SECONDS
  user "timeout 60 roscherk --profile paper/profile --verify '$later'" || fail "a later start opened a window of its own"
  echo "a later start handed its file over and ended within $((SECONDS - began + 1)) s"
  sleep 10
}

# Everything that tells of the commands knows all of them; the guide is drawn with no network at all.
words() {
  say "manual, completion, help"
  local commands command page
  commands=$(user "/usr/lib/roscherk/bin/roscherk -c 'from app.cli.main import COMMANDS; print(*COMMANDS)'")
  for page in man1 ru/man1; do
    zcat "$root/usr/share/man/$page/roscherk.1.gz" | sed 's/\\-/-/g' >"$work/manual.txt"
    for command in $commands; do
      grep -qx "\.SS roscherk $command" "$work/manual.txt" || fail "$page lacks $command"
    done
    [ -f "$root$(grep -o '/usr/lib/.*/docs/[a-z-]*\.md' "$work/manual.txt")" ] || fail "$page leads to no file"
  done
  inside bash -c '. /usr/share/bash-completion/completions/roscherk; COMP_WORDS=(roscherk ""); COMP_CWORD=1
    _roscherk; printf "%s\n" "${COMPREPLY[@]}"' >"$work/completed.txt"
  for command in $commands; do
    grep -qx -- "$command" "$work/completed.txt" || fail "bash does not complete $command"
    grep -qF -- "\" $command\")" "$root/usr/share/zsh/vendor-completions/_roscherk" || fail "zsh does not complete $command"
  done
  echo "two manuals, bash and zsh know $(wc -w <<<"$commands") commands"
  cp "$here/../prove_help.py" "$root/var/tmp/"
  chmod 644 "$root/var/tmp/prove_help.py"
  before='unshare --net' user 'QT_QPA_PLATFORM=offscreen /usr/lib/roscherk/bin/roscherk /var/tmp/prove_help.py' || fail "the help"
  rm "$root/var/tmp/prove_help.py"
}

policy() {
  say "the administrator's settings"
  mkdir -p "$root/etc/roscherk" "$root/home/anna/.config/roscherk"
  printf '[interface]\nlanguage = "en"\n[network]\nonline = false\n[tokens]\nremember_pin = false\n' >"$root/etc/roscherk/policy.toml"
  printf '[interface]\nlanguage = "ru"\n[network]\nonline = true\n' >"$root/home/anna/.config/roscherk/settings.toml"
  chown -R "$(stat -c %u:%g "$root/home/anna")" "$root/home/anna/.config"
  user 'roscherk --help' | grep -q '^usage:' || fail "the locked language does not hold"
  user '/usr/lib/roscherk/bin/roscherk -c "
from app import settings
from app.errors import RoscherkError
from app.places import Places
own = settings.Settings.of(Places.of_user())
for setting, value, other in ((settings.LANGUAGE, \"en\", \"ru\"), (settings.NETWORK_ONLINE, False, True), (settings.REMEMBER_PIN, False, True)):
    assert own.locked(setting) and own.get(setting) == value, setting.key
    try:
        own.set(setting, other)
    except RoscherkError as error:
        print(setting.key, error.code)
    else:
        raise SystemExit(setting.key + \" was not locked\")
"' || fail "a locked setting can be changed"
  inside chown anna /etc/roscherk/policy.toml
  user 'roscherk --help' | grep -q '^вызов:' || fail "a policy that a user can write was heeded"
  rm -r "$root/etc/roscherk"
}

remove_it() {
  say "removed"
  inside apt-get -qq -y purge roscherk >"$work/purge-$suite.log" 2>&1 || { tail "$work/purge-$suite.log"; fail "apt could not remove it"; }
  rm "$root/var/tmp/$(basename "$deb")"
  inside sh -c 'cat /var/lib/dpkg/info/*.list' | sed -E 's#^/(bin|sbin|lib|lib64)(/|$)#/usr/\1\2#; s#^/##' | LC_ALL=C sort -u >"$work/owned.txt"
  listing >"$work/after.txt"
  # Files that are there now, were not before, and belong to no package that is still installed.
  LC_ALL=C comm -13 <(cut -d' ' -f1 "$work/before.txt" | LC_ALL=C sort -u) <(cut -d' ' -f1 "$work/after.txt" | LC_ALL=C sort -u) |
    LC_ALL=C comm -23 - "$work/owned.txt" >"$work/left-$suite.txt"
  echo "left behind by packages that were asked for, and by apt:"
  grep -v '^home/anna' "$work/left-$suite.txt" | cut -d/ -f1-3 | sort | uniq -c | sort -rn | head -20
  grep -i 'roscherk' "$work/left-$suite.txt" | grep -v '^home/anna' && fail "something of ours was left behind"
  echo "in the user's home: $(grep '^home/anna' "$work/left-$suite.txt" | cut -d/ -f3-5 | sort -u | tr '\n' ' ')"
}

portable() {
  say "the portable folder"
  mkdir -p "$root/media/stick"
  tar -xJf "$portable" -C "$root/media/stick" --no-same-owner
  inside chown -R anna: /media/stick
  local folder
  folder=$(basename "$portable" .tar.xz)
  contents_of /home/anna >"$work/home-before.txt"
  listing | grep -v '^media/stick' >"$work/system-before.txt"
  user "cd /media/stick/$folder && ./roscherk containers && ./roscherk certificate --help >/dev/null"
  user "cd /media/stick/$folder && ./roscherk demo --help >/dev/null && ./roscherk demo papers && ./roscherk check --self"
  window portable "/media/stick/$folder/roscherk"
  contents_of /home/anna >"$work/home-after.txt"
  listing | grep -v '^media/stick' >"$work/system-after.txt"
  diff "$work/home-before.txt" "$work/home-after.txt" || fail "the home folder was touched"
  diff "$work/system-before.txt" "$work/system-after.txt" || fail "something was left outside the folder"
  echo "the home folder and the rest of the system are untouched"
}

Xvfb "$display" -screen 0 1280x900x24 -nolisten tcp -ac >"$work/xvfb.log" 2>&1 &
xvfb=$!
trap 'kill "$xvfb"' EXIT
sleep 2
for suite in "${suites[@]}"; do
  prepare
  install_it
  main_job
  words
  policy
  remove_it
  portable
  printf '\nPROVED (%s): installed, did the main job, kept and restored a profile, one window, helped offline, obeyed the policy, went without a trace; portable folder too\n' "$suite"
done
suite=all
echo "ALL PROVED: ${suites[*]}, $(basename "$deb"), sha256 $(sha256sum "$deb" | cut -d' ' -f1)"
