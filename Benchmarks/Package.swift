// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product's build does not carry what only measuring needs. The settings are the product's.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")

let package = Package(
    name: "rollcall-benchmarks",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "rollcall-bench", targets: ["rollcall-bench"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // What figures mean and how they are shown: pure.
        module("BenchmarkFigures"),
        // Makes load and takes times: HTTP/1.1, event streams, etcd's put.
        module("LoadGeneration", ["BenchmarkFigures", histogram, nioCore, nioPosix]),
        // Starts, measures and stops what is compared; one of them is ours, the bare server.
        module("Peers", [nioCore, nioHTTP1, nioPosix]),
        .executableTarget(
            name: "rollcall-bench",
            dependencies: [
                "BenchmarkFigures", "LoadGeneration", "Peers", argumentParser, histogram, nioCore, nioPosix,
            ],
            swiftSettings: strict
        ),
        tests("BenchmarkFiguresTests", ["BenchmarkFigures"]),
        tests("PeersTests", ["Peers"]),
        tests("LoadGenerationTests", ["LoadGeneration", histogram, nioCore, nioPosix]),
    ]
)
