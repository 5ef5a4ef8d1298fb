// swift-tools-version: 6.2
import PackageDescription

// The parser, its tests' comparison with Foundation, and libFuzzer, which the toolchain has. The modules are linked here by
// their sources: coverage has to be compiled into them, and the product's build does not carry it.
let instrumented: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-sanitize=fuzzer"]),
]

let package = Package(
    name: "rollcall-fuzzing",
    platforms: [.macOS(.v15)],
    targets: [
        .systemLibrary(name: "LibFuzzer"),
        .target(name: "RegistryModel", swiftSettings: instrumented),
        .target(name: "RegistryJSON", dependencies: ["RegistryModel"], swiftSettings: instrumented),
        .executableTarget(
            name: "JSONFuzzer",
            dependencies: ["LibFuzzer", "RegistryJSON", "RegistryModel"],
            exclude: ["Differential/BodyDifferentialTests.swift", "Differential/DifferentialTests.swift"],
            swiftSettings: instrumented,
            // GNU gold fails on what the fuzzer's coverage adds; lld comes with the toolchain.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"], .when(platforms: [.linux]))]
        ),
    ]
)
