#!/bin/sh
# Generates Sources/Backends/EtcdBackend/Generated from Protocol/*.proto. The result is committed, so that neither a build nor
# a test needs protoc; run this after a change of a .proto file, and commit both.
#
#     scripts/generate-etcd.sh
#
# protoc is Debian's protobuf-compiler. Its plugin is built from the package that Package.resolved names.
set -eu
cd "$(dirname "$0")/.."

module=Sources/Backends/EtcdBackend
package=.build/checkouts/swift-protobuf
command -v protoc >/dev/null || { echo "protoc is missing: apt-get install protobuf-compiler" >&2; exit 1; }
[ -d "$package" ] || swift package resolve >&2

# Built beside the package's own build, for the checkout is not to be written.
build="$PWD/.build/protoc-gen-swift"
swift build --package-path "$package" --scratch-path "$build" --product protoc-gen-swift >&2
plugin="$(swift build --package-path "$package" --scratch-path "$build" --show-bin-path)/protoc-gen-swift"

mkdir -p "$module/Generated"
protoc --plugin=protoc-gen-swift="$plugin" --proto_path="$module/Protocol" \
    --swift_out="$module/Generated" --swift_opt=Visibility=Internal \
    "$module"/Protocol/*.proto
