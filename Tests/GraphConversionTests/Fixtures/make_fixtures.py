"""Makes the networks in this folder: one small network as PyTorch's exporter writes it, and rewritten in ways that
other exporters have.

    exported-opset17.onnx       by torch.onnx.export, also for opsets 9, 11 and 13
    fixed-batch.onnx            with a batch of 1 in the file
    constant-nodes.onnx         weights in Constant nodes instead of initializers
    named-twice.onnx            weights behind Identity nodes, initializers listed among the inputs (IR version 3)

Usage: python3 make_fixtures.py     (onnx 1.17, torch)
"""

import os

import onnx
import torch
from onnx import TensorProto, helper

HERE = os.path.dirname(os.path.abspath(__file__))


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 4, 3, padding=1, bias=False)
        self.norm = torch.nn.BatchNorm2d(4)
        self.drop = torch.nn.Dropout(0.5)
        self.fc1 = torch.nn.Linear(4 * 3 * 3, 5)
        self.fc2 = torch.nn.Linear(5, 2)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.norm(self.conv(x))), 2)
        x = self.drop(torch.flatten(x, 1))
        return torch.softmax(self.fc2(torch.relu(self.fc1(x))), 1)


def clean(model):
    """Without what differs from one run of the exporter to the next."""
    model.producer_version = ""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for item in list(model.graph.input) + list(model.graph.output) + list(model.graph.initializer):
        if item.HasField("doc_string"):
            item.doc_string = ""
        if hasattr(item, "metadata_props"):
            del item.metadata_props[:]
    return model


def save(model, name):
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(HERE, name))


def copy(model):
    result = onnx.ModelProto()
    result.CopyFrom(model)
    return result


def export(network, opset):
    name = f"exported-opset{opset}.onnx"
    path = os.path.join(HERE, name)
    torch.onnx.export(network, (torch.zeros(2, 1, 6, 6),), path, opset_version=opset, dynamo=False,
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
                      input_names=["image"], output_names=["probabilities"],
                      dynamic_axes={"image": {0: "batch"}, "probabilities": {0: "batch"}})
    model = clean(onnx.load(path))
    save(model, name)
    return model


def main():
    torch.manual_seed(1)
    network = Network()
    network(torch.randn(20, 1, 6, 6))
    network.eval()
    for opset in [9, 11, 13]:
        export(network, opset)
    exported = export(network, 17)

    fixed = copy(exported)
    for value in list(fixed.graph.input) + list(fixed.graph.output):
        value.type.tensor_type.shape.dim[0].Clear()
        value.type.tensor_type.shape.dim[0].dim_value = 1
    save(fixed, "fixed-batch.onnx")

    constants = copy(exported)
    nodes = [helper.make_node("Constant", [], [t.name], value=t) for t in exported.graph.initializer]
    nodes += list(exported.graph.node)
    del constants.graph.node[:], constants.graph.initializer[:]
    constants.graph.node.extend(nodes)
    save(constants, "constant-nodes.onnx")

    twice = copy(exported)
    for tensor in twice.graph.initializer:
        renamed = tensor.name + ".stored"
        node = helper.make_node("Identity", [renamed], [tensor.name])
        twice.graph.input.append(helper.make_tensor_value_info(renamed, tensor.data_type, tensor.dims))
        twice.graph.node.insert(0, node)
        tensor.name = renamed
    twice.ir_version = 3
    save(twice, "named-twice.onnx")


if __name__ == "__main__":
    main()
