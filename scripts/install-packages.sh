#!/bin/sh
# Installs the Debian packages named as arguments that are missing, and checks that Swift is there.
#
#     scripts/install-packages.sh libsqlite3-dev strace
set -eu

if ! command -v swift >/dev/null 2>&1; then
    echo "Swift is missing: install 6.2 or newer as https://www.swift.org/install says, and put it on the PATH." >&2
    exit 1
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "Not a Debian system: what is needed goes by these names there, install it yourself: $*" >&2
    exit 0
fi

missing=""
for package in "$@"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Missing packages:$missing. Install them as root: apt-get install$missing" >&2
        exit 1
    fi
    as_root="sudo"
fi

# Debian starts a daemon that it installs: nginx and etcd would listen for everybody, where only their programs are wanted.
# While packages are installed this policy forbids that; one that is there already has its own reasons and stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap '$as_root rm -f "$policy"' EXIT
    # Without these, the shell would end by a signal without its exit trap.
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
fi

echo "Installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update --quiet >&2
# shellcheck disable=SC2086  # a list of names
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends $missing >&2
