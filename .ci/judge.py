"""Judges a network with ONNX Runtime: python3 judge.py NETWORK.onnx DATA.npz REPORT.json baseline|result

Counts the correct answers on the test split of the digits and compares them with the report's accuracy; one sample
may differ, because ONNX Runtime adds up in another order.
"""

import json
import sys

import numpy
import onnxruntime

network, data, report, which = sys.argv[1:]
arrays = numpy.load(data)
inputs = (arrays["test_x"].astype(numpy.float32) / 16)[:, None, :, :]
labels = arrays["test_y"]

session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
(outputs,) = session.run(None, {session.get_inputs()[0].name: inputs})
correct = int((outputs.argmax(axis=1) == labels).sum())

with open(report) as file:
    reported = json.load(file)[which]["test"] * len(labels)
print(f"{network}: {correct} of {len(labels)} correct in ONNX Runtime, {reported:g} in the report")
sys.exit(abs(correct - reported) > 1.001)
