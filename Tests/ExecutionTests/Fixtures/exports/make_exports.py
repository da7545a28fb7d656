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
CLIP = dict(vocab_size=40, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24, max_position_embeddings=6,
            pad_token_id=0, bos_token_id=1, eos_token_id=2)
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


class Places(torch.nn.Module):
    """What stands at given places of a sequence, as BERT's masked language model takes it: of the sequences of all samples side by
    side, or by two indices."""

    def __init__(self, is_joined):
        super().__init__()
        self.f = torch.nn.Linear(6, 6)
        self.o = torch.nn.Linear(6, 4)
        self.is_joined = is_joined

    def forward(self, x, places):
        h = torch.relu(self.f(x))
        count, length, width = h.shape
        samples = torch.arange(count).reshape(-1, 1)
        if self.is_joined:
            return self.o(h.reshape(count * length, width)[(places + samples * length).reshape(-1)]).reshape(count, -1, 4)
        return self.o(h[samples, places])


class Windows(torch.nn.Module):
    """A recurrent layer over each of several windows of a sample, which are samples of its own to the layer."""

    def __init__(self, layer, gives_sequence):
        super().__init__()
        self.r = layer(4, 5, batch_first=True, bidirectional=gives_sequence)
        self.o = torch.nn.Linear(10 if gives_sequence else 5, 2)
        self.gives_sequence = gives_sequence

    def forward(self, x):
        count, windows, steps, width = x.shape
        sequence, state = self.r(x.reshape(count * windows, steps, width))
        if self.gives_sequence:
            return self.o(sequence.reshape(count, windows, steps, -1).mean(2))
        state = state[0] if isinstance(state, tuple) else state
        return self.o(state[-1].reshape(count, windows, -1))


class Pair(torch.nn.Module):
    """One encoder for two images, which it takes as one batch."""

    def __init__(self):
        super().__init__()
        self.c = torch.nn.Conv2d(1, 4, 3)
        self.f = torch.nn.Linear(4, 6)

    def forward(self, a, b):
        both = self.f(torch.relu(self.c(torch.cat([a, b]))).mean((2, 3)))
        first, second = both.chunk(2)
        return (first - second).abs()


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
    clip = transformers_networks.model("CLIPTextModel", "pooler_output", **CLIP)
    yield Network("clip-text", clip, TOKENS, exporters=("legacy", "dynamo"))
    places = {"x": Floats((5, 6)), "places": Ids((2,), 5)}
    yield Network("places", lambda: Places(False), places, exporters=("dynamo",))
    yield Network("places-joined", lambda: Places(True), places, exporters=("legacy",))
    windows = {"x": Floats((3, 5, 4))}
    yield Network("lstm-windows", lambda: Windows(torch.nn.LSTM, False), windows, exporters=("legacy", "dynamo"))
    yield Network("gru-windows", lambda: Windows(torch.nn.GRU, True), windows, exporters=("dynamo",))
    yield Network("pair", Pair, {"a": Floats((1, 6, 6)), "b": Floats((1, 6, 6))}, exporters=("legacy",))
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


def classical():
    """scikit-learn's scalers and linear models, which are operators of their own; labels are numbers or words."""
    from skl2onnx import to_onnx
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer, StandardScaler
    x = (numpy.random.RandomState(0).randn(24, 8) * 3 + 1).astype(numpy.float32)
    classes = numpy.arange(24) % 3
    words = numpy.array(["a", "b", "c"])
    mlp = MLPClassifier(hidden_layer_sizes=(12,), max_iter=5, random_state=0)
    for name, steps, y in [
        ("scaled", [StandardScaler(), mlp], classes), ("logistic", [LogisticRegression()], classes + 4),
        ("logistic-words", [LogisticRegression()], words[classes]), ("logistic-pair", [LogisticRegression()], classes > 0),
        ("normalized", [Normalizer("l1"), LinearRegression()], classes.astype(numpy.float32)),
        ("normalized-greatest", [Normalizer("max"), LinearRegression()], numpy.stack([classes, classes * 2], 1).astype(numpy.float32)),
    ]:
        path = os.path.join(HERE, f"{name}.skl2onnx.onnx")
        onnx.save(to_onnx(make_pipeline(*steps).fit(x, y), x[:1]), path)
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
    if not words or any(word in "classical" for word in words):
        classical()


main()
