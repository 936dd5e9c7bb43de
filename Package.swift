// swift-tools-version: 6.2
import PackageDescription

/// CI sets WARNINGS_AS_ERRORS, so that a newer compiler's new warning does not stop a newcomer's build.
let strict: [SwiftSetting] =
    Context.environment["WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// `make fuzz` sets PMAN_FUZZING: the programs become modules that the fuzz targets can import, and what is ours is built
/// so that libFuzzer sees which of it an input reached.
let isFuzzing = Context.environment["PMAN_FUZZING"] != nil
let fuzzing: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : []

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + strict + fuzzing

/// One of the programs.
func program(
    _ name: String, dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
    let path = "Sources/\(name)"
    guard isFuzzing else {
        return .executableTarget(
            name: name, dependencies: dependencies, path: path, resources: resources, swiftSettings: settings)
    }
    let entry = ["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "\(name)_main"]
    return .target(
        name: name, dependencies: dependencies, path: path, resources: resources,
        swiftSettings: settings + [.unsafeFlags(entry)])
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")

/// The page at the gateway's `/`, compiled into it.
let page =
    ["index.html", "page.css"]
    + [
        "api", "connection", "dead", "dialogs", "dom", "filters", "graph", "job", "keyboard",
        "list", "main", "output", "presence", "problems", "queues", "store", "stream", "text", "timeline", "workers",
    ].map { "Modules/\($0).js" }

let fuzzTargets: [Target] = [
    .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzzing/CLibFuzzer"),
    .executableTarget(
        name: "Fuzzing",
        dependencies: [
            "Core", "AMQP", "CRabbitMQ", "HTTPClient", "Gateway", "Worker", "Pmanctl", "Program", "CLibFuzzer",
            .product(name: "HTTPTypes", package: "swift-http-types"),
        ],
        path: "Tests/Fuzzing", exclude: ["CLibFuzzer", "Corpora", "words.dict"], swiftSettings: settings,
        linkerSettings: [.linkedLibrary("stdc++")]),
]

let package = Package(
    name: "pman",
    products: isFuzzing
        ? []
        : [
            .executable(name: "pman-gateway", targets: ["Gateway"]),
            .executable(name: "pman-worker", targets: ["Worker"]),
            .executable(name: "pmanctl", targets: ["Pmanctl"]),
            // Only for tests, which load it into programs.
            .library(name: "TrueTimers", type: .dynamic, targets: ["TrueTimers"]),
        ],
    dependencies: [
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1",
            traits: ["ConfigurationSupport"]),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.5.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CRabbitMQ", path: "Sources/Shared/CRabbitMQ", pkgConfig: "librabbitmq",
            providers: [.apt(["librabbitmq-dev"])]),
        .systemLibrary(
            name: "CCurl", path: "Sources/Shared/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypt", path: "Sources/Shared/CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CLinux", path: "Sources/Shared/CLinux"),
        .target(name: "Threads", dependencies: ["CLinux"], path: "Sources/Shared/Threads", swiftSettings: settings),
        .target(name: "Core", path: "Sources/Shared/Core", swiftSettings: settings),
        .target(
            name: "AMQP", dependencies: ["CRabbitMQ", "Threads", logging], path: "Sources/Shared/AMQP",
            swiftSettings: settings),
        .target(
            name: "HTTPClient", dependencies: ["CCurl", "Threads", logging], path: "Sources/Shared/HTTPClient",
            swiftSettings: settings),
        .target(
            name: "Program",
            dependencies: [
                "Core", "AMQP", "Exposition", logging, lifecycle, signals, configuration,
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Sources/Shared/Program", swiftSettings: settings),
        .target(
            name: "Exposition",
            dependencies: ["Threads", metrics],
            path: "Sources/Shared/Exposition", swiftSettings: settings),
        program(
            "Gateway",
            dependencies: [
                "Exposition", "Core", "AMQP", "HTTPClient", "Threads", "Program", logging, lifecycle, metrics,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOCertificateReloading", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                "CCrypt",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            resources: [.embedInCode("API/V2/openapi.yaml")] + page.map { .embedInCode("Page/\($0)") }),
        program(
            "Worker",
            dependencies: [
                "Exposition", "Core", "AMQP", "HTTPClient", "Threads", "Program", logging, lifecycle, metrics,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Yams", package: "Yams"),
            ]),
        program(
            "Pmanctl",
            dependencies: [
                "Core", "HTTPClient", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .systemLibrary(name: "CNetworks", path: "Tests/CNetworks"),
        .target(
            name: "Support", dependencies: ["CNetworks", "Threads"], path: "Tests/Support", swiftSettings: settings),
        .target(name: "TrueTimers", path: "Tests/TrueTimers"),
        .executableTarget(
            name: "SimulatedEngine",
            dependencies: [
                "Threads", logging, .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/SimulatedEngine", swiftSettings: settings),
        .testTarget(
            name: "ExpositionTests",
            dependencies: ["Exposition", metrics],
            swiftSettings: settings),
        .testTarget(name: "CoreTests", dependencies: ["Core"], swiftSettings: settings),
        .testTarget(name: "AMQPTests", dependencies: ["AMQP", "Support"], swiftSettings: settings),
        .testTarget(
            name: "HTTPClientTests", dependencies: ["HTTPClient", "Threads", "Support"], swiftSettings: settings),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "Core", "Program", logging, .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ], swiftSettings: settings),
        .testTarget(
            name: "WorkerTests",
            dependencies: ["Worker", "Core", "HTTPClient", "Program", "Threads", "Support", logging],
            swiftSettings: settings),
        .testTarget(
            name: "PmanctlTests",
            dependencies: [
                "Pmanctl", "Core", "HTTPClient", "Threads", "Program",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: settings),
        .testTarget(name: "BackendConformance", dependencies: ["Support"], swiftSettings: settings),
        .testTarget(
            name: "Torture", dependencies: ["Support", "SimulatedEngine"], path: "Tests/Torture",
            exclude: ["Mutants"], swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests", dependencies: ["Core", "AMQP", "HTTPClient", "Support", "Threads", logging],
            swiftSettings: settings),
    ] + (isFuzzing ? fuzzTargets : [])
)

/// The modules without any of a backend or of the API: CI runs them under sanitizers, and need not build the rest for it.
if Context.environment["LIBRARIES_ONLY"] != nil {
    let kept: Set = [
        "CRabbitMQ", "CCurl", "CLinux", "CNetworks", "Threads", "Core", "AMQP", "HTTPClient", "Support", "CoreTests",
        "AMQPTests", "HTTPClientTests",
    ]
    package.targets.removeAll { !kept.contains($0.name) }
    package.products = []
}
