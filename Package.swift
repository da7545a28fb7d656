// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "compress-model",
    platforms: [.macOS(.v13)],
    products: [
        .executable(name: "compress-model", targets: ["compress-model"]),
        .plugin(name: "CompressModelPlugin", targets: ["CompressModelPlugin"]),
        .library(name: "CompressedModel", targets: ["CompressedModel"]),
        .library(name: "ModelCompression", targets: ["ModelCompression"]),
        .library(name: "ONNX", targets: ["ONNX"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        // System libraries and kernels.
        .systemLibrary(
            name: "CLibYAML", pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "CKernels"),
        .target(name: "CThreadTeam"),

        // Formats.
        .target(name: "RecipeFormat", dependencies: ["CLibYAML"]),
        .target(name: "ONNX"),
        .target(name: "Datasets", dependencies: ["CZlib"]),
        .target(name: "EntropyCoding"),
        .target(
            name: "CompressedModel", dependencies: ["ONNX", "EntropyCoding"], exclude: ["FORMAT.md"]),

        // The engine.
        .target(name: "NeuralGraph", dependencies: ["ONNX", "CKernels"]),
        .target(name: "Execution", dependencies: ["NeuralGraph", "CKernels", "CThreadTeam"]),
        .target(name: "Training", dependencies: ["Datasets", "Execution", "NeuralGraph", "CKernels"]),
        .target(name: "Pruning", dependencies: ["Training", "Execution", "NeuralGraph", "CKernels"]),
        .target(
            name: "Quantization",
            dependencies: [
                "Pruning", "Training", "Execution", "NeuralGraph", "CompressedModel", "ONNX", "CKernels",
            ]),
        .target(
            name: "ModelCompression",
            dependencies: [
                "RecipeFormat", "ONNX", "Datasets", "NeuralGraph", "Execution", "Training",
                "Pruning", "Quantization", "CompressedModel", "CKernels",
            ]),

        // The command and its plugin.
        .executableTarget(
            name: "compress-model",
            dependencies: [
                "ModelCompression",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .plugin(
            name: "CompressModelPlugin",
            capability: .command(
                intent: .custom(
                    verb: "compress-model",
                    description: "Compress a trained ONNX network as its YAML recipe says."),
                permissions: [
                    .writeToPackageDirectory(
                        reason: "to write the compressed network and its report beside the recipe")
                ])),

        // Tests, by module.
        .testTarget(name: "CKernelsTests", dependencies: ["CKernels"]),
        .testTarget(
            name: "RecipeFormatTests", dependencies: ["RecipeFormat"], exclude: ["Cases"]),
        .testTarget(name: "ONNXTests", dependencies: ["ONNX"], exclude: ["Fixtures"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets"], exclude: ["Fixtures"]),
        .testTarget(name: "EntropyCodingTests", dependencies: ["EntropyCoding"]),
        .testTarget(name: "CompressedModelTests", dependencies: ["CompressedModel", "NeuralGraph", "ONNX"]),
        .testTarget(
            name: "NeuralGraphTests", dependencies: ["NeuralGraph", "ONNX"], exclude: ["Fixtures"]),
        .testTarget(
            name: "ExecutionTests", dependencies: ["Execution", "NeuralGraph", "ONNX", "CKernels"],
            exclude: ["Fixtures"]),
        .testTarget(name: "ConformanceTests", dependencies: ["Execution", "NeuralGraph", "ONNX", "CKernels"]),
        .target(
            name: "TestNetworks", dependencies: ["Training", "Datasets", "Execution", "NeuralGraph", "ONNX"],
            path: "Tests/TestNetworks"),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(
            name: "MalformedFileTests",
            dependencies: ["RecipeFormat", "ONNX", "NeuralGraph", "Datasets", "CompressedModel"], path: "Tests/Malformed",
            exclude: ["recipe", "onnx", "onnx-external", "idx", "npy", "npz", "csv", "cmdl", "make_files.py"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "AllocationCounter", "TestNetworks", "Training", "Datasets", "Execution", "NeuralGraph", "ONNX", "CKernels",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "PruningTests",
            dependencies: ["TestNetworks", "Pruning", "Training", "Datasets", "Execution", "NeuralGraph", "ONNX"]),
        .testTarget(
            name: "QuantizationTests",
            dependencies: [
                "TestNetworks", "Quantization", "Pruning", "Training", "Datasets", "Execution", "NeuralGraph",
                "CompressedModel", "ONNX", "CKernels",
            ]),
        .testTarget(
            name: "ModelCompressionTests",
            dependencies: ["ModelCompression", "CompressedModel", "Datasets", "ONNX", "CKernels"]),
    ],
    swiftLanguageModes: [.v6]
)
