import struct Foundation.Data
import ONNX

extension TensorProto {
    /// Numbers as the engine holds them, in their type.
    package init(name: String, dimensions: [Int], dataType: DataType, numbers: [Float]) {
        switch dataType {
        case .float: self.init(name: name, dimensions: dimensions, floats: numbers)
        case .bool:
            self.init(name: name, dimensions: dimensions, dataType: .bool, content: Data(numbers.map { $0 == 0 ? 0 : 1 }))
        default: self.init(name: name, dimensions: dimensions, dataType: dataType, integers: numbers.map { Int($0) })
        }
    }
}
