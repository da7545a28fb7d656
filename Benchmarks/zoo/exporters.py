"""The exporters of PyTorch, each a function of the module, its description, two samples and the path."""
import torch


def legacy(module, network, two, path):
    """TorchScript's exporter at opset 17, traced with one sample; the batch is free."""
    one = tuple(values.narrow(network.inputs[name].batch_axis, 0, 1) for name, values in two.items())
    axes = {name: {network.inputs[name].batch_axis: "N"} for name in two}
    axes.update({name: {0: "N"} for name in network.outputs if name not in network.batch_second})
    axes.update({name: {1: "N"} for name in network.batch_second})
    torch.onnx.export(module, one, path, opset_version=17, dynamo=False, input_names=list(two), output_names=list(network.outputs),
                      dynamic_axes=axes)


def dynamo(module, network, two, path, opset=None):
    """The exporter that PyTorch uses by default, at its default opset; the batch is free."""
    batch = torch.export.Dim("N")
    shapes = tuple({network.inputs[name].batch_axis: batch} for name in two)
    torch.onnx.export(module, tuple(two.values()), path, opset_version=opset, dynamo=True, input_names=list(two),
                      output_names=list(network.outputs), dynamic_shapes=shapes, verbose=False, external_data=False)


def newest(module, network, two, path):
    """The default exporter at opset 23, which has Attention and RMSNormalization."""
    dynamo(module, network, two, path, opset=23)


EXPORTERS = {"legacy": legacy, "dynamo": dynamo, "opset23": newest}
