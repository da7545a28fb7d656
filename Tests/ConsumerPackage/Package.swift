// swift-tools-version: 6.0
import PackageDescription

// A package as users have one: it depends on compress-model for the command plugin alone. `.ci/run` runs the command here.
let package = Package(
    name: "ConsumerPackage",
    platforms: [.macOS(.v13)],
    products: [.library(name: "Digits", targets: ["Digits"])],
    dependencies: [.package(path: "../..")],
    targets: [.target(name: "Digits")]
)
