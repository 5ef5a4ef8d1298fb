#!/bin/sh
# Records what this program writes to etcd, for tests of the versions to come. Run it once for each schema, before the next one begins; the
# recording is committed and never changed.
#
#     scripts/record-etcd-store.sh Tests/EtcdBackendTests/Fixtures/schema-1.txt
#
# What is written is in Tests/EtcdBackendTests/Recorded/RecordedContents.swift. It takes etcd, as the tests do.
set -eu
[ $# -eq 1 ] || { echo "usage: scripts/record-etcd-store.sh FILE" >&2; exit 64; }
case "$1" in /*) file=$1 ;; *) file=$PWD/$1 ;; esac
[ ! -e "$file" ] || { echo "$file is there already; a recording is never changed" >&2; exit 73; }
cd "$(dirname "$0")/.."

ROLLCALL_RECORD_ETCD_STORE="$file" swift test --disable-xctest --filter EtcdBackendTests.RecordedStoreTests/recording
[ -s "$file" ] || { echo "nothing was recorded" >&2; exit 70; }
