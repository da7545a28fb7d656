"""Makes the networks in this folder: small ones as exporters write them, and numbers that ONNX Runtime gives for them.

    NAME.EXPORTER.onnx      as exported, but for the properties that PyTorch's exporter leaves in nodes (stack traces with paths of the
                            machine, classes of modules), which are most of a file
    NAME.EXPORTER.numbers   an ONNX file that has initializers alone: for each input and each output three samples, as floats,
                            the first axis counting samples wherever the network has its batch; outputs are named "expected.OUTPUT"

Usage: python3 make_exports.py [WORD …]     (in the environment of Benchmarks/network-zoo, whose classes these networks are made of;
torch 2.15, torchvision 0.29, transformers 5.24, skl2onnx 1.20, onnxruntime 1.32)
"""
import os
import sys
import warnings

import numpy
import onnx
import torch
from onnx import helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..", "..")
sys.path.insert(0, os.path.join(ROOT, "Benchmarks", "zoo"))
import convolution_networks  # noqa: E402
import exporters  # noqa: E402
import recurrent_networks  # noqa: E402
import reference  # noqa: E402
import transformers_networks  # noqa: E402
from export import network_in_torch  # noqa: E402
from network import Floats, Ids, Mask, MaskedOutput, Network, image  # noqa: E402

SAMPLES = 3
MOST_BYTES = 50_000
TEXT = dict(vocab_size=40, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24, num_labels=3,
            max_position_embeddings=16)
DECODER = dict(vocab_size=40, hidden_size=16, num_hidden_layers=1, num_attention_heads=4, num_key_value_heads=2, intermediate_size=24,
               max_position_embeddings=16, use_cache=False, pad_token_id=0, bos_token_id=1, eos_token_id=2)
GPT2 = dict(vocab_size=40, n_embd=16, n_layer=1, n_head=2, n_positions=16, use_cache=False, bos_token_id=1, eos_token_id=2)
TOKENS = {"x": Ids((6,), 40)}


class Encoder(torch.nn.Module):
    """nn.TransformerEncoder over a sequence, first or second."""

    def __init__(self, is_batch_first):
        super().__init__()
        layer = torch.nn.TransformerEncoderLayer(16, 2, 24, batch_first=is_batch_first)
        self.t = torch.nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.o = torch.nn.Linear(16, 3)
        self.is_batch_first = is_batch_first

    def forward(self, x):
        return self.o(self.t(x).mean(1 if self.is_batch_first else 0))


def vision_transformer():
    from torchvision.models import VisionTransformer
    return VisionTransformer(16, 8, 1, 2, 16, 24, num_classes=3)


def swin():
    from torchvision.models import SwinTransformer
    return SwinTransformer([2, 2], 8, [2], [2], [2, 2], num_classes=3)


def networks():
    sequence = {"x": Floats((5, 20), batch_axis=1)}
    masked = {"x": Ids((6,), 40), "mask": Mask((6,))}
    yield Network("lstm-last-state", recurrent_networks.LastState, {"x": Floats((5, 20))}, exporters=("dynamo",))
    yield Network("gru-steps-first", lambda: recurrent_networks.SequenceFirst(torch.nn.GRU), sequence, exporters=("dynamo",))
    yield Network("encoder-batch-first", lambda: Encoder(True), {"x": Floats((5, 16))}, exporters=("legacy",))
    yield Network("encoder-steps-first", lambda: Encoder(False), {"x": Floats((5, 16), batch_axis=1)}, exporters=("dynamo",))
    yield Network("vit", vision_transformer, image(16), exporters=("dynamo",))
    yield Network("swin", swin, image(16), exporters=("dynamo",))
    yield Network("bert", transformers_networks.text("Bert", **TEXT), TOKENS, exporters=("legacy",))
    yield Network("bert-masked", transformers_networks.text("Bert", wrapper=MaskedOutput, **TEXT), masked, exporters=("dynamo",))
    yield Network("gpt2", transformers_networks.model("GPT2LMHeadModel", "logits", **GPT2), TOKENS, exporters=("dynamo",))
    yield Network("llama", transformers_networks.model("LlamaForCausalLM", "logits", "sdpa", **DECODER), TOKENS, exporters=("opset23",))
    yield Network("shuffled", convolution_networks.shuffled, image(8), exporters=("legacy",))


def samples(network):
    random = numpy.random.RandomState(0)
    return {name: of.samples(random, SAMPLES) for name, of in network.inputs.items()}


def exported(network, exporter):
    path = os.path.join(HERE, f"{network.name}.{exporter}.onnx")
    arrays = samples(network)
    axes = {name: of.batch_axis for name, of in network.inputs.items()}
    two = {name: torch.from_numpy(numpy.moveaxis(array[:2], 0, axes[name]).copy()) for name, array in arrays.items()}
    exporters.EXPORTERS[exporter](network_in_torch(network), network, two, path)
    strip_properties(path)
    if os.path.getsize(path) > MOST_BYTES:
        raise SystemExit(f"{path} is too large for a fixture")
    write_numbers(path, arrays, axes, lambda output: 1 if output in network.batch_second else 0)


def strip_properties(path):
    model = onnx.load(path)
    for node in list(model.graph.node) + [node for function in model.functions for node in function.node]:
        del node.metadata_props[:]
    onnx.save(model, path)


def write_numbers(path, arrays, axes, batch_axis):
    outputs = reference.outputs(path, arrays, axes, batch_axis)
    numbers = {**arrays, **{"expected." + name: array for name, array in outputs.items() if array.dtype.kind in "fi"}}
    tensors = [numpy_helper.from_array(numpy.ascontiguousarray(array, numpy.float32), name) for name, array in numbers.items()]
    model = helper.make_model(helper.make_graph([], "numbers", [], [], tensors))
    onnx.save(model, path[:-len(".onnx")] + ".numbers")


def classifier(with_maps):
    """scikit-learn's MLPClassifier of labels that are words, whose probabilities are a tensor or maps."""
    from skl2onnx import to_onnx
    from sklearn.neural_network import MLPClassifier
    x = numpy.random.RandomState(0).randn(24, 8).astype(numpy.float32)
    network = MLPClassifier(hidden_layer_sizes=(12,), max_iter=5, random_state=0).fit(x, numpy.array(["a", "b", "c"])[numpy.arange(24) % 3])
    model = to_onnx(network, x[:1], options=None if with_maps else {id(network): {"zipmap": False}})
    path = os.path.join(HERE, f"classifier{'-maps' if with_maps else ''}.skl2onnx.onnx")
    onnx.save(model, path)
    write_numbers(path, {"X": x[:SAMPLES]}, {}, lambda output: 0)


def main():
    warnings.filterwarnings("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    words = sys.argv[1:]
    for network in networks():
        if not words or any(word in network.name for word in words):
            for exporter in network.exporters:
                exported(network, exporter)
    if not words or any(word in "classifier" for word in words):
        classifier(False)
        classifier(True)


main()
