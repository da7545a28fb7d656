// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "compress-model",
    platforms: [.macOS(.v13)],
    products: [
    ],
    targets: [
        .target(name: "CKernels"),

        // Tests, by module.
        .testTarget(name: "CKernelsTests", dependencies: ["CKernels"]),
    ],
    swiftLanguageModes: [.v6]
)
