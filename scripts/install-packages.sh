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

echo "Installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update --quiet >&2
# shellcheck disable=SC2086  # a list of names
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends $missing >&2
