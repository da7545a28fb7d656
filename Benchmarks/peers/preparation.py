"""What ONNX Runtime's documentation has people do before they quantize a network, once for all peers."""
import os
import tempfile

import onnx
from onnx import version_converter
from onnxruntime.quantization.shape_inference import quant_pre_process


# The first version of ONNX's operators that has scales for each channel.
PER_CHANNEL = 13


def prepared(path):
    """The network with its constants as initializers and normalizations folded, without what only describes it."""
    return bare(upgraded(optimized(path)))


def optimized(path):
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "prepared.onnx")
        try:
            quant_pre_process(path, output)
        except Exception:  # Shapes by symbols are beyond it for some networks; those that ONNX infers do then.
            quant_pre_process(path, output, skip_symbolic_shape=True)
        return onnx.load(output)


def upgraded(model):
    """In a version of operators that all peers can write in, if ONNX can convert it."""
    model = bare(model)
    if next(entry.version for entry in model.opset_import if not entry.domain) >= PER_CHANNEL:
        return model
    try:
        converted = version_converter.convert_version(model, PER_CHANNEL)
        onnx.checker.check_model(converted)
        return converted
    except Exception:  # The peers that need it then say so.
        return model


def bare(model):
    """Without texts, shapes between nodes, and versions of operators that no node has."""
    domains = {node.domain for node in model.graph.node} | {""}
    used = [entry for entry in model.opset_import if entry.domain in domains]
    del model.opset_import[:], model.metadata_props[:], model.graph.value_info[:]
    model.opset_import.extend(used)
    model.graph.doc_string = model.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
    return model
