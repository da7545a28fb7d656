"""Second moments of what the weights of layers are multiplied with, on training samples."""
import numpy
import onnx
from onnx import helper

import quality

SAMPLES = 256
# Positions of a sample at which a convolution's inputs are looked at.
POSITIONS = 64


def moments(task, found):
    """By weight, [groups, columns, columns] for each of the layers whose inputs are to be had."""
    sources = {layer.name: source for layer in found if (source := watched(layer))}
    values = sorted(set(sources.values()))
    model = onnx.ModelProto()
    model.CopyFrom(task.model)
    inputs = {input.name for input in model.graph.input}
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=value) for value in values if value not in inputs)
    opened = quality.session(model.SerializeToString())
    names = [output.name for output in opened.get_outputs()]
    random, sums = numpy.random.default_rng(0), {}
    for given in quality.Feeds(task.network, "train", opened.get_inputs(), SAMPLES):
        run = unpadded({**given, **dict(zip(names, opened.run(None, given)))}, given)
        for layer in found:
            if layer.name in sources:
                columns = vectors(layer, run[sources[layer.name]], random).astype(numpy.float64)
                sums[layer.name] = sums.get(layer.name, 0) + columns.transpose(0, 2, 1) @ columns
    return sums


def unpadded(values, given):
    """Of values that go with a mask of the network's inputs, [samples, steps, columns], the steps that it does not hide."""
    mask = next((array.astype(bool) for name, array in given.items() if "mask" in name), None)
    if mask is None:
        return values
    return {name: value[mask] if value.ndim == 3 and value.shape[:2] == mask.shape else value for name, value in values.items()}


def watched(layer):
    """The value whose numbers a weight is multiplied with; of a recurrent weight the layer's own outputs, a step before."""
    node = layer.node
    if node.op_type == "Gather":
        return None
    if node.op_type in ("LSTM", "GRU", "RNN") and layer.name == node.input[2]:
        return node.output[0] or None
    return node.input[0]


def vectors(layer, value, random):
    """[groups or directions, vectors, columns] of the inputs."""
    operator = layer.node.op_type
    if operator == "Conv":
        return patches(layer, value, random)
    if operator == "ConvTranspose":
        flat = value.reshape(*value.shape[:2], -1)
        flat = flat[:, :, random.integers(flat.shape[2], size=min(POSITIONS, flat.shape[2]))]
        return flat.transpose(1, 0, 2).reshape(layer.groups, -1, flat.shape[0] * flat.shape[2]).transpose(0, 2, 1)
    if operator in ("LSTM", "GRU", "RNN"):
        directions = len(layer.weight)
        if layer.name == layer.node.input[2]:  # [steps, directions, batch, columns]
            return value.transpose(1, 0, 2, 3).reshape(directions, -1, value.shape[3])
        return numpy.repeat(value.reshape(1, -1, value.shape[-1]), directions, 0)
    return value.reshape(1, -1, value.shape[-1])


def patches(layer, value, random):
    """What a convolution's filters see at some positions, the same for all samples and channels of a run."""
    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in layer.node.attribute}
    kernel, axes = layer.weight.shape[2:], layer.weight.ndim - 2
    strides, dilations = (attributes.get(name, [1] * axes) for name in ("strides", "dilations"))
    extents = [(length - 1) * dilation + 1 for length, dilation in zip(kernel, dilations)]
    padded = numpy.pad(value, [(0, 0), (0, 0), *padding(attributes, value.shape[2:], extents, strides)])
    places = [(length - extent) // stride + 1 for length, extent, stride in zip(padded.shape[2:], extents, strides)]
    count = min(POSITIONS, int(numpy.prod(places)))
    index = [random.integers(place, size=count)[:, None] * stride + numpy.arange(length)[None] * dilation
             for place, stride, length, dilation in zip(places, strides, kernel, dilations)]
    grid = [axis.reshape(count, *[-1 if at == which else 1 for at in range(axes)]) for which, axis in enumerate(index)]
    seen = padded[(slice(None), slice(None), *grid)]  # [samples, channels, positions, kernel …]
    samples, channels = seen.shape[:2]
    seen = seen.reshape(samples, layer.groups, channels // layer.groups, count, -1).transpose(1, 0, 3, 2, 4)
    return seen.reshape(layer.groups, samples * count, -1)


def padding(attributes, lengths, extents, strides):
    """Zeros before and after, by axis."""
    kind = attributes.get("auto_pad", b"NOTSET").decode()
    if kind.startswith("SAME"):
        sums = [max((-(-length // stride) - 1) * stride + extent - length, 0)
                for length, extent, stride in zip(lengths, extents, strides)]
        return [(total // 2, total - total // 2) if kind == "SAME_UPPER" else (total - total // 2, total // 2) for total in sums]
    pads = attributes.get("pads", [0] * 2 * len(lengths))
    return list(zip(pads[:len(lengths)], pads[len(lengths):]))
