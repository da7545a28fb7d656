"""Measures PyTorch and ONNX Runtime. Reads one case per line (JSON), answers with images per second.

Stands alone in a process that keeps what it has loaded, so that rounds can alternate with another tool's.
"""
import json
import os
import statistics
import sys
import time

import numpy
import onnxruntime
import torch
from torch.nn import functional

from networks import network


def median_time(work, budget):
    """As in Stopwatch.swift: the median over measurements of at least 2 ms."""
    work()
    repeats = 1
    while True:
        seconds = elapsed(work, repeats)
        if seconds >= 0.002:
            break
        repeats *= 4 if seconds < 0.0005 else 2
    times, total = [], 0.0
    while total < budget or len(times) < 3:
        seconds = elapsed(work, repeats)
        total += seconds
        times.append(seconds / repeats)
    return statistics.median(times)


def elapsed(work, repeats):
    start = time.perf_counter()
    for _ in range(repeats):
        work()
    return time.perf_counter() - start


def training(case):
    """Steps with labels and a teacher, Adam in its fused form, samples picked from a tensor in memory."""
    torch.set_num_threads(case["threads"])
    batch, is_last = case["batch"], case["layout"].startswith("channels_last")
    model = network(os.path.basename(case["model"]), is_normalized=case["layout"].endswith("normalized"))
    if is_last:
        model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0001, betas=(0.9, 0.99), fused=True)
    size = 8 if "digits" in case["model"] else 28
    inputs = torch.rand(1024, 1, size, size)
    labels, teacher = torch.randint(0, 10, (1024,)), torch.softmax(torch.randn(1024, 10), 1)

    def step():
        samples = torch.randint(0, 1024, (batch,))
        x = inputs[samples]
        if is_last:
            x = x.contiguous(memory_format=torch.channels_last)
        z = model(x)
        loss = 0.3 * functional.cross_entropy(z, labels[samples]) + 0.7 * functional.cross_entropy(z, teacher[samples])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return batch / median_time(step, case["seconds"])


def inference(case):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = case["threads"]
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(case["model"], options, providers=["CPUExecutionProvider"])
    size = 8 if "digits" in case["model"] else 28
    feed = {session.get_inputs()[0].name: numpy.random.rand(case["batch"], 1, size, size).astype(numpy.float32)}
    return case["batch"] / median_time(lambda: session.run(None, feed), case["seconds"])


for line in sys.stdin:
    case = json.loads(line)
    print((training if case["kind"] == "training" else inference)(case), flush=True)
