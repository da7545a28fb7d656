#!/usr/bin/env python3
"""Writes pytorch.txt beside this script: optimizer steps and losses as PyTorch computes them in double precision.

Each line is a name and numbers, as hexadecimal floats. Made with torch 2.x: python3 make_optimizer_steps.py
"""
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
lines = []


def record(name, tensor):
    """Numbers rounded to single precision, which is what the tests feed to the engine and compare with."""
    numbers = tensor.detach().to(torch.float32).to(torch.float64).flatten().tolist()
    lines.append(" ".join([name] + [number.hex() for number in numbers]))
    return torch.tensor(numbers).reshape(tensor.shape)


# Five steps of both optimizers with the same gradients.
start = record("weights", torch.randn(7))
gradients = [record(f"gradient{step}", torch.randn(7) * 10.0 ** (step - 3)) for step in range(5)]


def steps(name, make):
    weights = torch.nn.Parameter(start.clone())
    optimizer = make([weights])
    for gradient in gradients:
        weights.grad = gradient.clone()
        optimizer.step()
    record(name, weights)


steps("sgd", lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9))
steps("adam", lambda weights: torch.optim.Adam(weights, lr=0.02, betas=(0.9, 0.99), eps=1e-8))

# Losses of 6 samples of 5 outputs; gradients are those of the mean over the samples.
outputs = record("outputs", torch.randn(6, 5) * 3)
original = record("original", torch.randn(6, 5) * 3)
labels = torch.tensor([0, 4, 2, 2, 1, 3])
values = record("values", torch.randn(6, 5))


def loss(name, function):
    z = outputs.clone().requires_grad_()
    result = function(z)
    result.backward()
    record(f"{name}-loss", result)
    record(f"{name}-gradient", z.grad)


def cross_entropy(z, temperature):
    """Of the softened outputs with those of the original network: the divergence without the latter's entropy."""
    soft = F.softmax(original / temperature, dim=1)
    return temperature**2 * -(soft * F.log_softmax(z / temperature, dim=1)).sum(dim=1).mean()


loss("labels", lambda z: F.cross_entropy(z, labels))
loss("distilled", lambda z: cross_entropy(z, 2.5))
loss("both", lambda z: 0.3 * F.cross_entropy(z, labels) + 0.7 * cross_entropy(z, 4.0))
loss("values", lambda z: F.mse_loss(z, values))
loss("values-both", lambda z: 0.75 * F.mse_loss(z, values) + 0.25 * F.mse_loss(z, original))

pathlib.Path(__file__).with_name("pytorch.txt").write_text("\n".join(lines) + "\n")
