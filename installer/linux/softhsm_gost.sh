#!/usr/bin/env bash
# Builds SoftHSM2 with GOST, which Debian's package lacks, from Debian's source: once, in about a
# minute, into build/stand-ins. A token for tests that makes real GOST signatures of 256 bits.
. "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

version=2.6.1
sum=ac9ac1e3f4402f88bf3e626a18f070f8031c031947ed469c6e17482495ec72b6
target=$project/build/stand-ins/softhsm-gost.so

mkdir -p "$project/build"
exec 9>"$project/build/.softhsm-gost.lock"
flock 9 # who comes second waits for what the first one builds
[ -e "$target" ] && exit
system_packages g++ make libbotan-2-dev libssl-dev libsqlite3-dev
# The source lies beside the package, on whatever mirror this machine is set to.
beside() { apt-get download --print-uris softhsm2 2>/dev/null | sed -nE "s|^'([^']*/)[^/']*'.*|\\1|p" | head -n 1 || true; }
mirror=$(beside)
if [ -z "$mirror" ]; then
  as_root apt-get update -qq
  mirror=$(beside)
fi
[ -n "$mirror" ] || stop "apt knows of no package softhsm2"
source=${mirror}softhsm2_$version.orig.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "Building SoftHSM2 with GOST (about a minute)"
cd "$work"
/usr/lib/apt/apt-helper download-file "$source" source.tar.gz "SHA256:$sum" >/dev/null 2>&1 ||
  stop "The source of softhsm2 could not be fetched from $source"
tar xzf source.tar.gz
mkdir made
cd made
# Only the library, and unoptimised: it signs a few documents and is built more often than that.
CFLAGS="-O0 -w" CXXFLAGS="-O0 -w" "../softhsm2-$version/configure" --enable-gost \
  --with-crypto-backend=botan --disable-p11-kit --disable-static --disable-dependency-tracking \
  >log 2>&1 && make -j"$(nproc)" -C src/lib >>log 2>&1 || {
  tail -n 20 log >&2
  stop "SoftHSM2 could not be built"
}
mkdir -p "$(dirname "$target")"
cp src/lib/.libs/libsofthsm2.so "$target.new"
mv "$target.new" "$target"
