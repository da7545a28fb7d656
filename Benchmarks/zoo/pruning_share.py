"""The share of a network's weights that Torch-Pruning can remove.

Counted are the elements of weights: matrices and kernels of convolutions, linear, embedding and recurrent layers and of
nn.MultiheadAttention, and other parameters that are matrices; not biases, scales and positions. Left out, of both counts,
are layers from whose products an output follows with no other layer on the way: their units are the output's numbers. An
element counts as removable if it stands on a channel that is in one of Torch-Pruning's groups, be it as one that the layer
makes or one that it reads, and no layer left out makes channels of that group. That the pruned network still runs is not
tried: shares are at the most what Torch-Pruning can do. `network-probe` counts ours in the same way.
"""
import signal
import warnings

import numpy
from torch import nn

WHOLE = (nn.MultiheadAttention, nn.LSTM, nn.GRU, nn.RNN)
LAYERS = (nn.modules.conv._ConvNd, nn.Linear, nn.Embedding) + WHOLE


# Of the processor's time: on some networks it goes round in circles.
MOST_SECONDS = 30


def share(module, inputs):
    """The share for a module and a tuple of example inputs, or None where Torch-Pruning fails or does not end."""
    import torch_pruning
    signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graph = torch_pruning.DependencyGraph()
            graph.build_dependency(module, inputs, verbose=False)
            return Count(graph, module).share
    except Exception:  # It fails in many ways on networks that it does not know.
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def too_long(*_):
    raise TimeoutError


class Count:
    """The elements of the weights of a network, with what goes and what stays."""

    def __init__(self, graph, module):
        self.graph = graph
        self.last = layers_before_outputs(graph)
        self.kept = {}
        for layer in layers(graph, module):
            for weight in weights(layer) if layer not in self.last else []:
                self.kept[weight] = [numpy.ones(length, bool) for length in weight.shape]
        for group in self.groups():
            if not any(item.target.module in self.last and graph.is_out_channel_pruning_fn(item.handler) for item, _ in group):
                for item, channels in group:
                    self.remove(item.target.module, item.handler, channels)

    @property
    def share(self):
        every = sum(weight.numel() for weight in self.kept)
        kept = sum(numpy.prod([axis.sum() for axis in axes]) for axes in self.kept.values())
        return 1 - kept / every if every else None

    def groups(self):
        """All groups that a layer's channels are in, whole."""
        seen = set()
        for layer in list(self.graph.module2node):
            pruner = self.graph.get_pruner_of_module(layer)
            if layer in seen or pruner is None or not isinstance(layer, LAYERS):
                continue
            channels = self.graph.get_out_channels(layer)
            if channels is not None:
                group = self.graph.get_pruning_group(layer, pruner.prune_out_channels, list(range(channels)))
                seen.update(item.target.module for item, idxs in group
                            if self.graph.is_out_channel_pruning_fn(item.handler) and len(idxs) == channels)
                yield group

    def remove(self, layer, handler, channels):
        for weight in (weight for weight in weights(layer) if weight in self.kept):
            if isinstance(layer, WHOLE):
                self.kept[weight][0][:] = False
            else:
                axis = axis_of(layer, weight, self.graph.is_out_channel_pruning_fn(handler), self.graph)
                self.kept[weight][axis][numpy.array(channels) % weight.shape[axis]] = False


def layers(graph, module):
    """The layers and the matrices that are in none of them."""
    yield from (layer for layer in module.modules() if isinstance(layer, LAYERS) and not type(layer).__name__.startswith("NonDyn"))
    yield from (parameter for parameter, _ in graph.unwrapped_parameters)


def weights(layer):
    """The matrices and kernels of a layer."""
    if isinstance(layer, nn.Parameter):
        return [layer] if layer.ndim == 2 else []
    return [weight for weight in layer.parameters() if weight.ndim >= 2] if isinstance(layer, LAYERS) else []


def axis_of(layer, weight, is_output, graph):
    """The axis of a weight along which its channels stand."""
    if isinstance(layer, nn.Parameter):
        return graph.module2node[layer].pruning_dim
    if isinstance(layer, nn.Embedding):
        return 1
    is_transposed = isinstance(layer, nn.modules.conv._ConvTransposeNd)
    return 0 if is_output != is_transposed else 1


def layers_before_outputs(graph):
    """Layers that are followed by no other one on the way to an output."""
    nodes = graph.module2node.values()
    waiting = [node for node in nodes if not node.outputs]
    seen, last = set(), set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if weights(node.module):
            last.add(node.module)
        else:
            waiting.extend(node.inputs)
    return last
