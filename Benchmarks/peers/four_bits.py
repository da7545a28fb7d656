"""ONNX Runtime's 4 bits for weights of MatMul, in blocks with a scale each, and for tables of Gather besides."""
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from half_floats import copied
from layers import layers
from peer import Made, Peer, Unsuited

AXES = (("MatMul", 0), ("Gather", 1))


def made(task, block, operators):
    found = [layer.node for layer in layers(task.model) if layer.node.op_type in operators]
    missing = [operator for operator in operators if operator not in {node.op_type for node in found}]
    if missing:
        raise Unsuited(f"no {' and no '.join(missing)} with constant weights")
    known = {node.output[0] for node in found}
    model = copied(task.model)
    others = []
    for index, node in enumerate(model.graph.node):
        node.name = node.name or f"node{index}"
        if node.op_type in operators and node.output[0] not in known:
            others.append(node.name)
    quantizer = MatMulNBitsQuantizer(model, bits=4, block_size=block, nodes_to_exclude=others, op_types_to_quantize=operators,
                                     quant_axes=AXES)
    quantizer.process()
    data = quantizer.model.model.SerializeToString()
    return Made(data, data)


PEERS = [
    Peer("ONNX Runtime 4 bits", "MatMulNBits, blocks of 32", lambda task: made(task, 32, ("MatMul",))),
    Peer("ONNX Runtime 4 bits", "MatMulNBits, tables too, blocks of 32", lambda task: made(task, 32, ("MatMul", "Gather"))),
]
