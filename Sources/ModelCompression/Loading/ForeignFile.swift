import Foundation

/// What lies in the place of a network and is none, as its first bytes tell.
enum ForeignFile: Error, Equatable {
    case empty
    case folder
    case lfsPointer
    case webPage
    case text
    case pyTorch
    case pickle
    case safetensors
    case hdf5
    case keras
    case tensorFlowLite
    case savedModel
    case frozenGraph
    case coreML
    case ort
    case gguf
    case openVINO
    case numpy
    case cmdl
    /// Compressed or an archive, of this kind; what unpacks it.
    case packed(String, with: String)
}

extension ForeignFile: CustomStringConvertible {
    var description: String { "not a valid .onnx file: it is \(words)" }

    /// What it is, and what may be done about it.
    fileprivate var words: String {
        switch self {
        case .empty: "empty"
        case .folder: "a folder; name the file in it"
        case .lfsPointer: "a pointer of Git LFS; 'git lfs pull' fetches the file"
        case .webPage: "a web page; download the file that the page is about"
        case .text: "text"
        case .pyTorch: "a PyTorch file; 'torch.onnx.export' writes its network as .onnx"
        case .pickle:
            "a Python pickle; 'torch.onnx.export' writes a network of PyTorch as .onnx, 'skl2onnx' one of scikit-learn"
        case .safetensors:
            "a file of weights alone (safetensors); 'torch.onnx.export' or 'optimum-cli export onnx' writes network and weights as .onnx"
        case .hdf5: "an HDF5 file, as Keras writes; 'model.export(\"model.onnx\", format=\"onnx\")' of Keras writes its network as .onnx"
        case .keras: "a Keras file; 'model.export(\"model.onnx\", format=\"onnx\")' of Keras writes its network as .onnx"
        case .tensorFlowLite: "a TensorFlow Lite file; 'python -m tf2onnx.convert --tflite' writes its network as .onnx"
        case .savedModel: "a TensorFlow SavedModel; 'python -m tf2onnx.convert --saved-model' writes its network as .onnx"
        case .frozenGraph: "a TensorFlow graph; 'python -m tf2onnx.convert --graphdef' writes its network as .onnx"
        case .coreML: "a Core ML model; write the network that it was made from as .onnx"
        case .ort: "in the ORT format of ONNX Runtime; name the .onnx file that it was made from"
        case .gguf: "a GGUF file of llama.cpp; write the network that it was made from as .onnx"
        case .openVINO: "a description of an OpenVINO network; name the .onnx file that it was made from"
        case .numpy: "a file of NumPy arrays"
        case .cmdl: "a .cmdl file, a result of this program; name the network that it was made from"
        case .packed(let kind, let tool): "packed (\(kind)); '\(tool)' unpacks it"
        }
    }
}

/// External data of a network that are none.
struct ForeignData: Error, CustomStringConvertible {
    /// As the network names the file.
    let location: String
    let kind: ForeignFile

    var description: String { "not a valid .onnx file: its data in '\(location)' are \(kind.words)" }
}
