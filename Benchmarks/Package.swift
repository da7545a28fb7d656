// swift-tools-version: 6.0
import PackageDescription

// The engine is internal to the package `compress-model`. Its modules are compiled here as part of this package, from the
// same sources (`Engine` is a link to `../Sources`), so that the benchmarks see what the tool sees and no one else builds
// them.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v13)],
    products: [
        // For `fuzz`, which links it with libFuzzer.
        .library(name: "FuzzTarget", type: .static, targets: ["FuzzTarget"])
    ],
    targets: [
        .systemLibrary(name: "CLibYAML", path: "Engine/CLibYAML", pkgConfig: "yaml-0.1"),
        .systemLibrary(name: "CZlib", path: "Engine/CZlib", pkgConfig: "zlib"),
        .target(name: "CKernels", path: "Engine/CKernels"),
        .target(name: "CThreadTeam", path: "Engine/CThreadTeam"),
        .target(name: "PlainText", path: "Engine/PlainText"),
        .target(name: "RecipeFormat", dependencies: ["PlainText", "CLibYAML"], path: "Engine/RecipeFormat"),
        .target(name: "ONNX", dependencies: ["PlainText"], path: "Engine/ONNX"),
        .target(name: "Datasets", dependencies: ["PlainText", "CZlib"], path: "Engine/Datasets"),
        .target(name: "NeuralGraph", dependencies: ["ONNX", "PlainText", "CKernels"], path: "Engine/NeuralGraph"),
        .target(name: "Operators", dependencies: ["NeuralGraph", "ONNX", "CKernels"], path: "Engine/Operators"),
        .target(name: "DependencyGroups", dependencies: ["NeuralGraph"], path: "Engine/DependencyGroups"),
        .target(name: "GraphRewriting", dependencies: ["Operators", "NeuralGraph"], path: "Engine/GraphRewriting"),
        .target(
            name: "GraphConversion", dependencies: ["GraphRewriting", "Operators", "NeuralGraph", "ONNX", "CKernels"],
            path: "Engine/GraphConversion"),
        .target(name: "Execution", dependencies: ["NeuralGraph", "CKernels", "CThreadTeam"], path: "Engine/Execution"),
        .target(
            name: "Training", dependencies: ["Datasets", "Execution", "DependencyGroups", "NeuralGraph", "CKernels"],
            path: "Engine/Training"),

        .target(name: "EntropyCoding", path: "Engine/EntropyCoding"),
        .target(
            name: "CompressedModel", dependencies: ["ONNX", "EntropyCoding", "PlainText", "CKernels"], path: "Engine/CompressedModel",
            exclude: ["FORMAT.md"]),
        .target(
            name: "Pruning", dependencies: ["Training", "Execution", "DependencyGroups", "NeuralGraph", "CKernels"],
            path: "Engine/Pruning"),
        .target(
            name: "Quantization",
            dependencies: [
                "Pruning", "Training", "Execution", "GraphConversion", "GraphRewriting", "NeuralGraph", "CompressedModel", "ONNX",
                "CKernels",
            ],
            path: "Engine/Quantization"),
        .target(
            name: "ModelCompression",
            dependencies: [
                "RecipeFormat", "ONNX", "Datasets", "NeuralGraph", "GraphConversion", "GraphRewriting", "DependencyGroups", "Execution",
                "Training", "Pruning", "Quantization", "CompressedModel", "CKernels",
            ],
            path: "Engine/ModelCompression"),

        .target(name: "CHeap"),
        .target(name: "CPeak"),
        .target(name: "Timing"),
        .executableTarget(
            name: "engine-benchmark",
            dependencies: [
                "Training", "Datasets", "Execution", "GraphConversion", "GraphRewriting", "Operators", "NeuralGraph", "ONNX", "CKernels",
                "CPeak", "Timing",
            ]),
        .executableTarget(
            name: "network-probe",
            dependencies: ["Execution", "DependencyGroups", "GraphConversion", "NeuralGraph", "ONNX", "Datasets", "CKernels"]),
        .executableTarget(
            name: "post-training-ablation", dependencies: ["ModelCompression", "Quantization", "Training", "Execution", "NeuralGraph"]),
        .executableTarget(name: "coder-benchmark", dependencies: ["CompressedModel", "Timing"]),
        .target(
            name: "FuzzedReaders",
            dependencies: [
                "RecipeFormat", "ONNX", "DependencyGroups", "GraphConversion", "GraphRewriting", "NeuralGraph", "Datasets",
                "CompressedModel", "Training", "CZlib",
            ]),
        .executableTarget(name: "fuzz-readers", dependencies: ["FuzzedReaders", "CHeap", "Timing"]),
        .target(name: "FuzzTarget", dependencies: ["FuzzedReaders"]),
    ],
    swiftLanguageModes: [.v6]
)
