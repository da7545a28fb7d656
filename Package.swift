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
        .target(name: "PlainText"),
        .target(name: "RecipeFormat", dependencies: ["PlainText", "CLibYAML"]),
        .target(name: "ONNX", dependencies: ["PlainText"]),
        .target(name: "Datasets", dependencies: ["PlainText", "CZlib"]),
        .target(name: "EntropyCoding"),
        .target(
            name: "CompressedModel", dependencies: ["ONNX", "EntropyCoding", "PlainText", "CKernels"], exclude: ["FORMAT.md"]),

        // The engine.
        .target(name: "NeuralGraph", dependencies: ["ONNX", "PlainText", "CKernels"]),
        .target(name: "Operators", dependencies: ["NeuralGraph", "ONNX", "CKernels"]),
        .target(name: "DependencyGroups", dependencies: ["NeuralGraph"]),
        .target(name: "GraphRewriting", dependencies: ["Operators", "NeuralGraph"]),
        .target(name: "GraphConversion", dependencies: ["GraphRewriting", "Operators", "NeuralGraph", "ONNX", "CKernels"]),
        .target(name: "Execution", dependencies: ["NeuralGraph", "CKernels", "CThreadTeam"]),
        .target(name: "Training", dependencies: ["Datasets", "Execution", "DependencyGroups", "NeuralGraph", "CKernels"]),
        .target(name: "Pruning", dependencies: ["Training", "Execution", "DependencyGroups", "NeuralGraph", "CKernels"]),
        .target(
            name: "Quantization",
            dependencies: [
                "Pruning", "Training", "Execution", "GraphConversion", "GraphRewriting", "NeuralGraph", "CompressedModel", "ONNX",
                "CKernels",
            ]),
        .target(
            name: "ModelCompression",
            dependencies: [
                "RecipeFormat", "ONNX", "Datasets", "NeuralGraph", "GraphConversion", "GraphRewriting", "DependencyGroups", "Execution",
                "Training", "Pruning", "Quantization", "CompressedModel", "PlainText", "CKernels",
            ]),

        // The command and its plugin.
        .executableTarget(
            name: "compress-model",
            dependencies: [
                "ModelCompression", "PlainText",
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
        .testTarget(name: "PlainTextTests", dependencies: ["PlainText"]),
        .testTarget(
            name: "RecipeFormatTests", dependencies: ["RecipeFormat"], exclude: ["Cases"]),
        .testTarget(name: "ONNXTests", dependencies: ["ONNX"], exclude: ["Fixtures"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets"], exclude: ["Fixtures"]),
        .testTarget(name: "EntropyCodingTests", dependencies: ["EntropyCoding"]),
        .testTarget(
            name: "CompressedModelTests",
            dependencies: ["CompressedModel", "EntropyCoding", "GraphConversion", "NeuralGraph", "ONNX"]),
        .testTarget(name: "NeuralGraphTests", dependencies: ["NeuralGraph"]),
        .testTarget(
            name: "DependencyGroupsTests",
            dependencies: ["TestNetworks", "DependencyGroups", "GraphConversion", "Execution", "NeuralGraph", "ONNX"]),
        .testTarget(
            name: "GraphRewritingTests",
            dependencies: ["TestNetworks", "GraphRewriting", "GraphConversion", "NeuralGraph", "ONNX"]),
        .testTarget(
            name: "GraphConversionTests",
            dependencies: ["TestNetworks", "DependencyGroups", "GraphConversion", "GraphRewriting", "Operators", "NeuralGraph", "ONNX"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ExecutionTests",
            dependencies: [
                "TestNetworks", "Execution", "DependencyGroups", "GraphConversion", "GraphRewriting", "NeuralGraph", "ONNX", "CKernels",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["Execution", "GraphConversion", "Operators", "NeuralGraph", "ONNX", "CKernels"]),
        .target(
            name: "TestNetworks",
            dependencies: ["Training", "Datasets", "Execution", "DependencyGroups", "GraphConversion", "NeuralGraph", "ONNX"],
            path: "Tests/TestNetworks"),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(
            name: "MalformedFileTests",
            dependencies: ["RecipeFormat", "ONNX", "GraphConversion", "NeuralGraph", "Datasets", "CompressedModel"],
            path: "Tests/Malformed",
            exclude: ["recipe", "onnx", "onnx-external", "idx", "npy", "npz", "csv", "cmdl", "make_files.py"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "AllocationCounter", "TestNetworks", "Training", "Datasets", "Execution", "DependencyGroups", "GraphConversion",
                "NeuralGraph", "ONNX", "CKernels",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "PruningTests",
            dependencies: [
                "TestNetworks", "Pruning", "Training", "Datasets", "Execution", "DependencyGroups", "GraphConversion", "NeuralGraph", "ONNX",
            ]),
        .testTarget(
            name: "QuantizationTests",
            dependencies: [
                "TestNetworks", "Quantization", "Pruning", "Training", "Datasets", "Execution", "GraphRewriting", "NeuralGraph",
                "CompressedModel", "ONNX", "CKernels",
            ]),
        .testTarget(
            name: "ModelCompressionTests",
            dependencies: ["ModelCompression", "CompressedModel", "Datasets", "ONNX", "CKernels"]),
    ],
    swiftLanguageModes: [.v6]
)
