import ONNX

extension NodeProto {
    /// The nodes of an `If` whose condition is known: those of the branch, which give the node's own outputs.
    func branch(whereTrue condition: Bool) -> [NodeProto]? {
        guard operatorType == "If", case .graph(let body)? = attribute(condition ? "then_branch" : "else_branch"),
            body.outputs.count == outputs.count
        else { return nil }
        let constants = body.initializers.map { tensor in
            NodeProto(
                operatorType: "Constant", inputs: [], outputs: [tensor.name],
                attributes: [AttributeProto("value", .tensor(tensor))])
        }
        let results = zip(body.outputs, outputs).map { result, output in
            NodeProto(operatorType: "Identity", inputs: [result.name], outputs: [output])
        }
        return constants + body.nodes + results
    }
}
