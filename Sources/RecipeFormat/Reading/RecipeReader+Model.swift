extension RecipeReader {
    /// The file's name, or a mapping that also says how the network is called.
    mutating func model(_ node: YAMLNode?) -> (file: Located<String>?, interface: Recipe.Interface) {
        var interface = Recipe.Interface(batch: .axis0, constants: [])
        guard let node, case .mapping = node.content else { return (text(node), interface) }
        let fields = fields(node, allowed: ["file", "batch", "open_axes", "constants"], required: ["file"])
        interface.batch = word(fields["batch"], default: .axis0)
        interface.openAxes = word(fields["open_axes"], default: .standard(interface.batch))
        interface.constants = constants(fields["constants"])
        return (text(fields["file"]), interface)
    }

    private mutating func constants(_ node: YAMLNode?) -> [Recipe.Constant] {
        guard let node else { return [] }
        guard case .mapping(let entries) = node.content else {
            refuse(node, .mapping)
            return []
        }
        return entries.compactMap { entry in
            constant(entry.value).map { Recipe.Constant(input: Located(entry.key, at: entry.value.place), value: $0) }
        }
    }

    /// A number, or 1 and 0 for true and false.
    private mutating func constant(_ node: YAMLNode) -> Double? {
        if case .scalar(let text, isQuoted: false) = node.content, let truth = ScalarGrammar.boolean(text) { return truth ? 1 : 0 }
        return number(node, .any)
    }
}
