// swift-tools-version: 6.2
import PackageDescription

// Every module of ours: Swift 6 mode, explicit imports, explicit existentials, and no warning left standing.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A module of the product, in the folder that says what it is: `Sources/<folder>/<name>`.
func module(_ name: String, in folder: String? = nil, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: folder.map { "Sources/\($0)/\(name)" } ?? "Sources/\(name)",
        swiftSettings: strict
    )
}

/// The tests of one module, in `Tests/<name>`.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", resources: resources, swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let collections: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let grpcCore: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcPosix: Target.Dependency = .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioHTTPCompression: Target.Dependency = .product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let swiftProtobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "rollcall",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "rollcall", targets: ["rollcall"]),
        .library(name: "RollcallClient", targets: ["RollcallClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: ["YAML", "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Core: decides; no socket, no database, no wall clock of its own.
        module("RegistryModel", in: "Core"),
        module("RegistryJSON", in: "Core", ["RegistryModel"]),
        module("RegistryCatalog", in: "Core", ["RegistryModel", collections, crypto, logging]),
        module("RegistryHealth", in: "Core", ["RegistryModel"]),
        module("RegistryTraffic", in: "Core", ["RegistryModel"]),
        module("RegistryCluster", in: "Core", ["RegistryModel", "RegistryCatalog", logging]),

        // Backends: what we talk to.
        module("SQLiteBackend", in: "Backends", ["RegistryModel", "RegistryCatalog", grdb, grdbSQLite]),
        module("Outbound", in: "Backends", ["RegistryModel", nioCore, nioPosix]),
        module("FileBackend", in: "Backends", ["RegistryCatalog"]),
        module(
            "RedisBackend", in: "Backends",
            ["Outbound", "RegistryModel", "RegistryCatalog", nioCore, nioPosix, nioSSL]),
        module(
            "Webhooks", in: "Backends",
            [
                "Outbound", "RegistryModel", "RegistryCatalog", collections, crypto, heap, logging, nioCore, nioHTTP1,
                nioPosix, nioSSL, serviceLifecycle,
            ]),
        module(
            "HealthProbes", in: "Backends",
            [
                "Outbound", "RegistryModel", "RegistryHealth", "RegistryJSON", nioCore, nioHPACK, nioHTTP1, nioHTTP2,
                nioPosix, nioSSL,
            ]),
        .target(
            name: "EtcdBackend",
            dependencies: [
                "Outbound", "RegistryModel", "RegistryCatalog", grpcCore, grpcPosix, grpcProtobuf, logging, nioCore,
                nioHTTP2, nioPosix, swiftProtobuf,
            ],
            path: "Sources/Backends/EtcdBackend",
            exclude: ["Protocol"],
            swiftSettings: strict
        ),

        // Frontends: who talks to us.
        module(
            "HTTPSupport", in: "Frontends",
            [
                "RegistryModel", "RegistryJSON", "RegistryCatalog", httpTypes, hummingbirdCore, logging, nioCore,
                nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1, nioPosix, serviceLifecycle,
            ]),
        module(
            "HTTPAPI", in: "Frontends",
            [
                "RegistryModel", "RegistryJSON", "RegistryCatalog", "RegistryCluster", "RegistryHealth",
                "RegistryTraffic", "HTTPSupport", httpTypes, hummingbirdCore, logging, nioCore, nioEmbedded, nioExtras,
                nioHTTP1, nioHTTPCompression,
                serviceLifecycle,
            ]),
        module(
            "MetricsAPI", in: "Frontends",
            [
                "RegistryModel", "RegistryCatalog", "RegistryCluster", "RegistryHealth", "HTTPSupport", httpTypes,
                hummingbirdCore, logging, nioCore, serviceLifecycle,
            ]),

        // Plugged together, linked, run.
        module(
            "RollcallServer",
            in: nil,
            [
                "RegistryModel", "RegistryJSON", "RegistryCatalog", "RegistryHealth", "RegistryTraffic",
                "EtcdBackend", "FileBackend", "RedisBackend", "RegistryCluster", "SQLiteBackend", "HealthProbes",
                "Webhooks",
                "HTTPSupport", "HTTPAPI", "MetricsAPI", configuration, logging, nioCore, nioPosix, serviceLifecycle,
                unixSignals,
            ]),
        module(
            "RollcallClient",
            in: nil,
            [
                "RegistryModel", "RegistryJSON", asyncHTTPClient, nioCore, nioHTTP1, nioPosix,
            ]),
        .executableTarget(
            name: "rollcall",
            dependencies: ["RollcallServer", "RollcallClient", argumentParser, nioCore, nioPosix, unixSignals],
            path: "Sources/rollcall",
            swiftSettings: strict
        ),

        // Tests mirror Sources; the kit is what they share.
        .target(
            name: "RegistryTestKit",
            dependencies: ["RegistryModel", "RegistryCatalog", logging],
            path: "Tests/RegistryTestKit",
            swiftSettings: strict
        ),
        .target(
            name: "ServerTestKit",
            dependencies: ["RollcallClient", subprocess, asyncHTTPClient, nioCore, nioHTTP1, nioPosix],
            path: "Tests/ServerTestKit",
            swiftSettings: strict
        ),
        tests("RegistryModelTests", ["RegistryModel", "RegistryTestKit"]),
        tests("RegistryJSONTests", ["RegistryJSON", "RegistryModel", "RegistryTestKit"]),
        tests("RegistryCatalogTests", ["RegistryCatalog", "RegistryModel", "RegistryTestKit"]),
        tests(
            "RegistryClusterTests",
            ["RegistryCluster", "RegistryCatalog", "RegistryModel", "RegistryTestKit"]),
        tests("RegistryHealthTests", ["RegistryHealth", "RegistryModel", "RegistryTestKit"]),
        tests(
            "SimulationTests",
            ["EtcdBackend", "RegistryCatalog", "RegistryCluster", "RegistryModel", "RegistryTestKit", "ServerTestKit"]),
        tests("RegistryTrafficTests", ["RegistryTraffic", "RegistryModel", "RegistryTestKit"]),
        tests(
            "SQLiteBackendTests",
            ["SQLiteBackend", "RegistryCatalog", "RegistryModel", "RegistryTestKit", grdb, grdbSQLite]),
        tests(
            "EtcdBackendTests",
            [
                "EtcdBackend", "RegistryCatalog", "RegistryModel", "RegistryTestKit", "ServerTestKit", grpcCore,
                nioCore, nioEmbedded, swiftProtobuf,
            ], resources: [.copy("Fixtures")]),
        tests("FileBackendTests", ["FileBackend", "RegistryCatalog", "RegistryModel", "RegistryTestKit"]),
        tests(
            "RedisBackendTests",
            [
                "RedisBackend", "Outbound", "RegistryCatalog", "RegistryModel", "RegistryTestKit", nioCore, nioEmbedded,
            ]),
        tests(
            "HTTPAPITests",
            [
                "HTTPAPI", "HTTPSupport", "MetricsAPI", "RegistryCatalog", "RegistryCluster", "RegistryHealth",
                "RegistryModel", "RegistryTestKit", "RegistryTraffic", httpTypes, logging, nioCore, nioEmbedded,
                nioHTTP1,
                nioHTTPCompression, nioPosix,
                serviceLifecycle,
            ]),
        tests("OutboundTests", ["Outbound", "RegistryModel", nioCore, nioPosix]),
        tests(
            "WebhooksTests",
            [
                "Webhooks", "Outbound", "RegistryCatalog", "RegistryModel", "RegistryTestKit", logging, nioCore,
                nioPosix, nioSSL, serviceLifecycle,
            ]),
        tests(
            "HealthProbesTests",
            [
                "HealthProbes", "Outbound", "RegistryHealth", "RegistryModel", "RegistryTestKit", nioCore, nioHPACK,
                nioHTTP1, nioHTTP2, nioPosix, nioSSL,
            ]),
        tests("RollcallClientTests", ["RollcallClient", "RegistryJSON", "RegistryModel", nioCore, nioPosix]),
        tests("rollcallTests", ["rollcall", "RollcallClient", argumentParser]),
        tests(
            "RollcallServerTests",
            [
                "RollcallServer", "HTTPSupport", "RegistryCatalog", "RegistryHealth", "RegistryModel",
                "RegistryTestKit", logging,
            ]),
        tests(
            "IntegrationTests",
            [
                "RegistryTestKit", "RollcallClient", "ServerTestKit", subprocess, asyncHTTPClient, nioCore, nioHTTP1,
                nioPosix,
            ]),
        tests(
            "ClusterTests",
            ["RegistryTestKit", "RollcallClient", "ServerTestKit", asyncHTTPClient, nioCore, nioHTTP1, nioPosix]),
    ]
)
