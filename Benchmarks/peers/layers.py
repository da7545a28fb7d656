"""The constant weights of a network's layers, as matrices of a row for each unit."""
from dataclasses import dataclass

import numpy
from onnx import numpy_helper

# By operator, which inputs are weights.
WEIGHTS = {"Conv": [1], "ConvTranspose": [1], "Gemm": [1], "MatMul": [1], "LSTM": [1, 2], "GRU": [1, 2], "RNN": [1, 2], "Gather": [0]}
# Numbers of a constant from which it is coded with the weights: smaller ones are no weights, but bounds, exponents and the like.
LEAST = 16


@dataclass(frozen=True)
class Layer:
    """A weight and the node it belongs to."""

    node: object
    name: str
    weight: numpy.ndarray

    @property
    def groups(self):
        return next((attribute.i for attribute in self.node.attribute if attribute.name == "group"), 1)

    @property
    def is_transposed(self):
        """Whether units are on the second axis of a matrix."""
        operator = self.node.op_type
        return operator == "MatMul" or operator == "Gemm" and not any(a.name == "transB" and a.i for a in self.node.attribute)

    def matrices(self):
        """[groups or directions, rows, columns]: a row for the weights that one unit multiplies its inputs with."""
        weight, groups = self.weight, self.groups
        if self.node.op_type == "Conv":
            return weight.reshape(groups, len(weight) // groups, -1)
        if self.node.op_type == "ConvTranspose":
            return weight.reshape(groups, len(weight) // groups, -1).transpose(0, 2, 1)
        if self.is_transposed:
            return weight.T[None]
        return weight if weight.ndim == 3 else weight[None]

    def weight_of(self, matrices):
        """The weight in its own form, of such matrices."""
        if self.node.op_type == "ConvTranspose":
            matrices = matrices.transpose(0, 2, 1)
        elif self.is_transposed:
            matrices = matrices[0].T
        return numpy.ascontiguousarray(matrices, numpy.float32).reshape(self.weight.shape)


def constants(model):
    """All initializers of floats that are no single settings, by name."""
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    return {name: array for name, array in arrays.items() if array.dtype == numpy.float32 and array.size >= LEAST}


def layers(model):
    """The layers with constant weights of two axes or more, each weight once."""
    found, arrays = {}, constants(model)
    for node in model.graph.node:
        for index in WEIGHTS.get(node.op_type, []):
            name = node.input[index] if index < len(node.input) else ""
            weight = arrays.get(name)
            if weight is None or weight.ndim < 2 or node.op_type in ("MatMul", "Gemm", "Gather") and weight.ndim != 2:
                continue
            if name not in found:
                found[name] = Layer(node, name, weight)
    return list(found.values())


def with_constants(model, arrays):
    """A copy of the model in which some initializers have other numbers."""
    changed = type(model)()
    changed.CopyFrom(model)
    for tensor in changed.graph.initializer:
        if tensor.name in arrays:
            tensor.CopyFrom(numpy_helper.from_array(numpy.ascontiguousarray(arrays[tensor.name], numpy.float32), tensor.name))
    return changed


def skeleton(model, coded):
    """The bytes of the model without the numbers of some of its initializers, which a container has beside it."""
    rest = type(model)()
    rest.CopyFrom(model)
    for tensor in rest.graph.initializer:
        if tensor.name in coded:
            for field in ("raw_data", "float_data"):
                tensor.ClearField(field)
    return rest.SerializeToString()
