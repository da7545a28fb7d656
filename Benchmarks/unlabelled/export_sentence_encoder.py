#!/usr/bin/env python3
"""Exports all-MiniLM-L6-v2 (sentence-transformers, 2021) from the Python package that carries its weights.

    export_sentence_encoder.py PACKAGES OUTPUT.onnx

PACKAGES is a folder that packages.py has filled. Needs Python 3 with torch, transformers and onnx. Inputs are input_ids and
attention_mask, int64 [N, tokens], both axes open; the output is the mean of the tokens' vectors that the mask has, [N, 384].
"""
import os
import sys
import tempfile
import warnings
import zipfile

import torch
import transformers


class SentenceEncoder(torch.nn.Module):
    def __init__(self, folder):
        super().__init__()
        self.bert = transformers.BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")

    def forward(self, input_ids, attention_mask):
        vectors = self.bert(input_ids, attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(vectors.dtype)
        return (vectors * mask).sum(1) / mask.sum(1).clamp(min=1e-9)


def main():
    packages, output = sys.argv[1:]
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(os.path.join(packages, "python", "all_minilm_l6_v2", "model.zip")) as archive:
            archive.extractall(folder)
        network = SentenceEncoder(folder).eval()
    example = torch.randint(1000, 2000, (2, 16)), torch.ones(2, 16, dtype=torch.long)
    torch.onnx.export(
        network, example, output, dynamo=False, opset_version=17, input_names=["input_ids", "attention_mask"],
        output_names=["sentence_embedding"], dynamic_axes={
            "input_ids": {0: "batch", 1: "tokens"}, "attention_mask": {0: "batch", 1: "tokens"}, "sentence_embedding": {0: "batch"}})


if __name__ == "__main__":
    main()
