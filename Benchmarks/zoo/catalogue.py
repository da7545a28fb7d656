"""All networks of the benchmark that are built in PyTorch."""
import dataclasses
import importlib

LIBRARIES = ["recurrent_networks", "attention_networks", "convolution_networks", "torchvision_networks", "transformers_networks",
             "timm_networks", "ultralytics_networks"]

# Those in which opset 23 has operators of its own: Attention, RMSNormalization, RotaryEmbedding.
NEWEST = """nn_rotary_swiglu nn_mha_cross nn_transformer_masked nn_transformer_decoder nn_conformer nn_group_norm hf_bert_sdpa hf_llama_sdpa
    hf_vit_sdpa hf_distilbert_masked timm_vit_tiny_patch16_224""".split()


def chosen(which=None, words=()):
    """The networks of one set, or of both, whose names contain one of the words, if there are any."""
    for library in LIBRARIES:
        for network in importlib.import_module(library).networks():
            if which in (None, network.set) and (not words or any(word in network.name for word in words)):
                newest = ("opset23",) if network.name in NEWEST else ()
                yield dataclasses.replace(network, exporters=network.exporters + newest)
