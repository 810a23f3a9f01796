#!/bin/sh
# Builds the mediasoup worker from the npm package's source against this distribution's libraries. See README.md.
#
# usage: build.sh <folder of the npm package mediasoup> <path of the worker to write>
#
# Needs the Debian packages in packages.txt, a path to a Debian or Ubuntu mirror, and no privileges. Tells what it does
# on stdout, ninja's progress as lines that begin with "[done/all]". The worker appears at its path whole or not at all.
set -eu

# The oldest meson that can read the worker's meson.build.
meson_needed=1.1.0

# The worker's exit status when Node did not start it (src/main.cpp): proof that it loads and runs.
not_started_by_node=41

fail() {
  echo "build.sh: $*" >&2
  exit 1
}

[ $# -eq 2 ] || fail "usage: build.sh <folder of the npm package mediasoup> <path of the worker to write>"
recipe=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$1" && pwd)
mkdir -p "$(dirname "$2")"
output=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")

missing=
while read -r name; do
  dpkg-query --show --showformat='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' ||
    missing="$missing $name"
done <"$recipe/packages.txt"
[ -z "$missing" ] || fail "these Debian packages are missing:$missing"

# Beside the output, so that the last step is a rename, and because /tmp may be mounted noexec.
work=$(mktemp -d "$output.build.XXXXXX")
trap 'trap "" INT TERM HUP; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

subprojects=$work/native/subprojects
private_apt=$work/apt

# Points apt at lists and a cache of our own: no privileges are needed, and the system's lists stay as they are.
use_private_apt() {
  mkdir -p "$private_apt/lists/partial" "$private_apt/cache/archives/partial" "$private_apt/sources"
  cat >"$private_apt/apt.conf" <<CONF
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$private_apt/sources";
Dir::State::Lists "$private_apt/lists";
Dir::Cache "$private_apt/cache";
Acquire::Languages "none";
APT::Sandbox::User "$(id -un)";
CONF
  export APT_CONFIG="$private_apt/apt.conf"
}

# The distribution's own archives and no others, in whichever of apt's two formats this machine describes them.
distribution_archives_as_source() {
  for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/ubuntu.sources; do
    [ ! -f "$file" ] || sed 's/^Types:.*/Types: deb-src/' "$file" >"$private_apt/sources/$(basename "$file")"
  done
  [ ! -f /etc/apt/sources.list ] ||
    sed -n '/cdrom:/d; s/^deb[[:space:]]/deb-src /p' /etc/apt/sources.list >"$private_apt/sources/main.list"
}

# The backports suite of the same mirror. Only Debian 12 has need of it.
debian_backports() {
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
  if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    # The first stanza, with its suites replaced.
    sed -n '1,/^$/p' /etc/apt/sources.list.d/debian.sources |
      sed "s/^Types:.*/Types: deb/; s/^Suites:.*/Suites: $codename-backports/" >"$private_apt/sources/backports.sources"
  else
    sed -n "/^deb[[:space:]].*[[:space:]]$codename[[:space:]]/{s/[[:space:]]$codename[[:space:]]/ $codename-backports /p;q}" \
      /etc/apt/sources.list >"$private_apt/sources/backports.list"
  fi
}

meson_is_new_enough() {
  oldest=$(printf '%s\n' "$meson_needed" "$(meson --version)" | sort --version-sort | head -n 1)
  [ "$oldest" = "$meson_needed" ]
}

echo "Fetching the source of libsrtp"
use_private_apt
distribution_archives_as_source
meson_is_new_enough || debian_backports
apt-get update -qq || fail "apt could not read the source packages of the distribution's archives"
cp -R "$recipe/native" "$work/native"
(cd "$subprojects" && apt-get source -qq libsrtp2) || fail "apt could not fetch the source of libsrtp2"
mv "$subprojects"/libsrtp2-*/ "$subprojects/libsrtp2"
ln -s ../../libsrtp2/include "$subprojects/libsrtp3/include/srtp2"

if ! meson_is_new_enough; then
  echo "Fetching meson from backports"
  (cd "$private_apt" && apt-get download -qq meson && dpkg-deb --extract meson_*.deb meson) ||
    fail "apt could not fetch meson $meson_needed or newer from backports"
  meson_root=$private_apt/meson/usr
  meson() { PYTHONPATH=$meson_root/lib/python3/dist-packages python3 "$meson_root/bin/meson" "$@"; }
  meson_is_new_enough || fail "meson $meson_needed or newer is needed; backports has $(meson --version)"
fi
unset APT_CONFIG

echo "Configuring"
cp -R "$package/worker" "$subprojects/mediasoup-worker"
for patch in "$recipe"/patches/*.patch; do
  patch --silent --directory="$subprojects/mediasoup-worker" --strip=1 <"$patch" ||
    fail "$(basename "$patch") does not apply to this version of mediasoup"
done
build=$work/build
target=subprojects/mediasoup-worker/mediasoup-worker
# Named outright, so that meson does not put ccache before them: it cannot cache what uses a precompiled header.
CC=gcc CXX=g++ meson setup "$build" "$work/native" --wrap-mode=nodownload

echo "Precompiling the common headers"
mkdir "$build/precompiled"
cp "$work/native/precompiled.hpp" "$build/precompiled/worker.hpp"
ninja -C "$build" --quiet subprojects/mediasoup-worker/fbs/FBS/common.h
# A precompiled header is used only under the flags it was made with, so they are taken from one of the targets: all
# but the compiler's name, the -include of this header, the one definition which not all targets have, and what names
# that target's input and output.
flags=$(ninja -C "$build" -t commands "$target.p/src_lib.cpp.o" | tail -n 1 |
  sed -E 's/^[^ ]+ //; s/-include [^ ]+//; s/ -DMS_EXECUTABLE//; s/ -MD .*//')
# shellcheck disable=SC2086 # the flags are words
(cd "$build" && g++ $flags -x c++-header -o precompiled/worker.hpp.gch precompiled/worker.hpp)

echo "Compiling"
ninja -C "$build" "$target"
strip "$build/$target"

status=0
env -i "$build/$target" 2>/dev/null || status=$?
[ "$status" -eq "$not_started_by_node" ] || fail "the worker was built but does not start (exit status $status)"
mv "$build/$target" "$output"
echo "Built $output"
