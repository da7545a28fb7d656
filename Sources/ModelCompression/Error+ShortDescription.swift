import Datasets
import Foundation
import ONNX

extension Error {
    /// What to tell a person about a file whose name stands before it: the error's own words without the file's name,
    /// or the system's reason without its trimmings.
    var shortDescription: String {
        switch self as any Error {
        case ONNXError.unreadable(_, let fault): "cannot be read: \(fault)"
        case ONNXError.unwritable(_, let fault): "cannot be written: \(fault)"
        case let error as ONNXError: "not a valid .onnx file: \(error)"
        case DatasetError.unreadable(_, let reason): "cannot be read: \(reason)"
        case let error as CocoaError: error.reason
        default: String(describing: self)
        }
    }
}

extension CocoaError {
    fileprivate var reason: String {
        guard let system = userInfo[NSUnderlyingErrorKey] as? POSIXError else { return localizedDescription }
        return String(cString: strerror(system.code.rawValue))
    }
}
