// swift-tools-version: 6.2
import PackageDescription

// What pman is measured against. A package of its own, so that nobody who builds pman builds it.
let package = Package(
    name: "pman-benchmarks",
    dependencies: [.package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: [])],
    targets: [
        .executableTarget(
            name: "ConstantServer", dependencies: [.product(name: "Hummingbird", package: "hummingbird")])
    ])
