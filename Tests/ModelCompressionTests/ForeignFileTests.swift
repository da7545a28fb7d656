import Foundation
import ModelCompression
import ONNX
import Testing

@Suite("Files that are no network") struct ForeignFileTests {
    /// What lies at the network's path, and what is said of it.
    static let files: [(name: String, content: [UInt8], text: String)] = [
        ("lfs", Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n".utf8),
            "a pointer of Git LFS; 'git lfs pull' fetches the file"),
        ("html", Array("\n<!DOCTYPE html>\n<HTML><body>404: nicht gefunden – not found</body></HTML>\n".utf8),
            "a web page; download the file that the page is about"),
        ("html without a type", Array("<html lang=\"en\"><head></head></html>".utf8),
            "a web page; download the file that the page is about"),
        ("json", Array("{\"error\": \"Repository not found\"}".utf8), "text"),
        ("PyTorch", zip(["archive/data.pkl", "archive/data/0"]),
            "a PyTorch file; 'torch.onnx.export' writes its network as .onnx"),
        ("TorchScript", zip(["net/code/__torch__.py", "net/constants.pkl"]),
            "a PyTorch file; 'torch.onnx.export' writes its network as .onnx"),
        ("older PyTorch", [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E, 0x80, 0x02],
            "a Python pickle; 'torch.onnx.export' writes a network of PyTorch as .onnx, 'skl2onnx' one of scikit-learn"),
        ("scikit-learn", [0x80, 0x04, 0x95, 0x20, 0, 0, 0, 0, 0, 0, 0, 0x8C, 0x1F],
            "a Python pickle; 'torch.onnx.export' writes a network of PyTorch as .onnx, 'skl2onnx' one of scikit-learn"),
        ("safetensors", [0x40, 1, 0, 0, 0, 0, 0, 0] + Array("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}".utf8),
            "a file of weights alone (safetensors); 'torch.onnx.export' or 'optimum-cli export onnx' writes network and weights as .onnx"),
        ("HDF5", [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0],
            "an HDF5 file, as Keras writes; 'model.export(\"model.onnx\", format=\"onnx\")' of Keras writes its network as .onnx"),
        ("Keras", zip(["metadata.json", "config.json", "model.weights.h5"]),
            "a Keras file; 'model.export(\"model.onnx\", format=\"onnx\")' of Keras writes its network as .onnx"),
        ("TensorFlow Lite", [0x1C, 0, 0, 0] + Array("TFL3".utf8) + [0x14, 0, 0x20, 0],
            "a TensorFlow Lite file; 'python -m tf2onnx.convert --tflite' writes its network as .onnx"),
        ("SavedModel", [0x08, 0x01, 0x12, 0x90, 0x03, 0x0A, 0x70, 0x12, 0x05, 0x0A, 0x03, 0x41, 0x64, 0x64],
            "a TensorFlow SavedModel; 'python -m tf2onnx.convert --saved-model' writes its network as .onnx"),
        ("frozen graph", [0x0A, 0x14, 0x0A, 0x01, 0x78, 0x12, 0x0B] + Array("Placeholder".utf8),
            "a TensorFlow graph; 'python -m tf2onnx.convert --graphdef' writes its network as .onnx"),
        ("Core ML", [0x08, 0x05, 0x12, 0x20, 0x0A, 0x10, 0x0A, 0x05] + Array("image".utf8) + [0x1A, 0x00],
            "a Core ML model; write the network that it was made from as .onnx"),
        ("ORT", [0x20, 0, 0, 0] + Array("ORTM".utf8) + [0, 0, 0, 0],
            "in the ORT format of ONNX Runtime; name the .onnx file that it was made from"),
        ("GGUF", Array("GGUF".utf8) + [3, 0, 0, 0], "a GGUF file of llama.cpp; write the network that it was made from as .onnx"),
        ("OpenVINO", Array("<?xml version=\"1.0\"?>\n<net name=\"torch_jit\" version=\"11\">\n</net>\n".utf8),
            "a description of an OpenVINO network; name the .onnx file that it was made from"),
        ("npz", zip(["x.npy", "y.npy"]), "a file of NumPy arrays"),
        ("npy", [0x93] + Array("NUMPY".utf8) + [1, 0, 0x76, 0], "a file of NumPy arrays"),
        ("gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], "packed (gzip); 'gunzip' unpacks it"),
        ("zip", zip(["model.onnx"]), "packed (zip); 'unzip' unpacks it"),
        ("7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4], "packed (7z); '7z x' unpacks it"),
        ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], "packed (xz); 'unxz' unpacks it"),
        ("zstd", [0x28, 0xB5, 0x2F, 0xFD, 0x24, 0], "packed (zstd); 'unzstd' unpacks it"),
        ("bzip2", Array("BZh91AY&SY".utf8), "packed (bzip2); 'bunzip2' unpacks it"),
        ("tar", [UInt8](repeating: 0x61, count: 257) + Array("ustar\u{0}00".utf8), "packed (tar); 'tar -xf' unpacks it"),
        ("empty", [], "empty"),
    ]

    /// The local headers of a zip archive's members, without content.
    static func zip(_ names: [String]) -> [UInt8] {
        names.flatMap { name in
            [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0] + Array(name.utf8)
        }
    }

    @Test("A file in the place of a network is told by what it is", arguments: files.indices) func check(index: Int) throws {
        let network = try SmallNetwork()
        let recipe = try network.write()
        let file = try network.folder.write("model.onnx", Self.files[index].content)
        let text = "not a valid .onnx file: it is \(Self.files[index].text)"
        let message = failure { _ = try Compression.check(recipe: recipe) }?.description ?? ""
        #expect(message.hasPrefix("\(recipe):2:15: error: 'model.onnx': \(text)\n"), "\(message)")
        #expect(failure { _ = try Compression.inspect(file: file) }?.description == "error: '\(file)': \(text)")
    }

    @Test("Evaluate tells a file by what it is, too") func evaluate() throws {
        let network = try SmallNetwork()
        let recipe = try network.write()
        let file = try network.folder.write("other.onnx", Self.files[0].content)
        let message = failure { _ = try Compression.evaluate(model: file, recipe: recipe, split: "validation", threads: 1) }
        #expect(message?.description == "error: '\(file)': not a valid .onnx file: it is \(Self.files[0].text)")
    }

    @Test("Folders are told by what is in them", arguments: [
        ("saved_model", "saved_model.pb", "a TensorFlow SavedModel; 'python -m tf2onnx.convert --saved-model' writes its network as .onnx"),
        ("net.mlpackage", "Manifest.json", "a Core ML model; write the network that it was made from as .onnx"),
        ("models", "model.onnx", "a folder; name the file in it"),
    ])
    func folders(name: String, content: String, text: String) throws {
        var network = try SmallNetwork()
        network.modelFile = name
        try network.folder.write("\(name)/\(content)", Data([8, 1]))
        #expect(try network.refusal() == "not a valid .onnx file: it is \(text)")
    }

    @Test("A result in the place of the original, whatever its name", arguments: ["model.onnx", "model.cmdl"])
    func ownFormat(name: String) throws {
        var network = try SmallNetwork()
        let recipe = try network.write()
        _ = try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1)) { _ in }
        let result = try network.folder.data("compressed/net.cmdl")
        network.modelFile = name
        _ = try network.write()
        try network.folder.write(name, result)
        let message = failure { _ = try Compression.check(recipe: recipe) }?.description
        #expect(
            message?.hasPrefix(
                "\(recipe):2:15: error: '\(name)': not a valid .onnx file: it is a .cmdl file, a result of this program; name the "
                    + "network that it was made from\n") == true)
        #expect(try Compression.inspect(file: network.folder.path(name)).hasPrefix("\(result.count) bytes\n"))
    }

    @Test("A damaged network is no other file", arguments: [1, 9, 17, 300]) func damaged(length: Int) throws {
        let network = try SmallNetwork()
        let recipe = try network.write()
        var model = network.model
        model.producerName = "pytorch"
        model.producerVersion = "2.0"
        try network.folder.write("model.onnx", model.encoded().prefix(length))
        let message = failure { _ = try Compression.check(recipe: recipe) }?.description ?? ""
        #expect(message.contains("error: 'model.onnx': not a valid .onnx file: ") && !message.contains("it is"), "\(message)")
    }
}
