#!/usr/bin/env python3
"""Makes sentences as a text encoder gets them: tokens and a mask.

    make_sentences.py PACKAGES OUTPUT.npz [--tokens 64] [--samples 1800] [--seed 1]

PACKAGES is a folder that packages.py has filled. Needs Python 3 with numpy and tokenizers; the tokenizer is that of all-MiniLM-L6-v2.
A sample is a sentence or two of one kind (quotations, definitions, examples of a word, slang, a manual, licenses), cut off at
--tokens.

Arrays: train_input_ids, train_attention_mask (1,000 of the samples' 1,800, or as large a share), validation_… (300), test_… (500),
int32 [n, tokens]. No sentence is in two parts.
"""
import argparse
import os
import zipfile

import numpy as np
from tokenizers import Tokenizer

import texts
from photographs import parts

# Of quotations, definitions, examples, slang, the manual and licenses.
SHARES = [0.34, 0.14, 0.2, 0.18, 0.07, 0.07]


def tokenizer(folder, tokens):
    with zipfile.ZipFile(os.path.join(folder, "python", "all_minilm_l6_v2", "model.zip")) as archive:
        result = Tokenizer.from_str(archive.read("tokenizer.json").decode())
    result.enable_truncation(tokens)
    result.enable_padding(length=tokens)
    return result


def sample(random, kinds):
    sentences = kinds[random.choice(len(kinds), p=SHARES)]
    start = random.integers(len(sentences) - 1)
    return " ".join(sentences[start:start + random.integers(1, 3)])


def samples(random, kinds, count):
    found = {}
    while len(found) < count:
        found[sample(random, kinds)] = None
    return list(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages")
    parser.add_argument("output")
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--samples", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    kinds = zip(*[parts(sentences, random, (10 / 18, 3 / 18, 5 / 18)) for sentences in texts.kinds(options.packages)])
    encode = tokenizer(options.packages, options.tokens).encode_batch
    arrays = {}
    for name, of_part, share in zip(["train", "validation", "test"], kinds, [10, 3, 5]):
        encoded = encode(samples(random, of_part, options.samples * share // 18))
        arrays[name + "_input_ids"] = np.array([text.ids for text in encoded], np.int32)
        arrays[name + "_attention_mask"] = np.array([text.attention_mask for text in encoded], np.int32)
    np.savez_compressed(options.output, **arrays)
    lengths = arrays["train_attention_mask"].sum(1)
    print(f"{options.output}: {options.samples} texts of {lengths.min()} to {lengths.max()} tokens, {lengths.mean():.0f} in the mean")


if __name__ == "__main__":
    main()
