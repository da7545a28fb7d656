import Operators

extension OperatorList {
    /// Whether nodes of this type are understood, if only among constants.
    package static func knows(_ name: String) -> Bool {
        type(named: name) != nil || ConstantFolding.names.contains(name) || FunctionExpansion.names.contains(name)
            || GraphImporter.bodyNames.contains(name)
    }
}
