"""The benchmarked networks in PyTorch.

BatchNormalization is folded into the convolutions as it is in ours, or left as a layer that measures each batch, as
people train such networks in PyTorch.
"""
from torch import nn
from torch.nn import functional


def convolution(inputs, outputs, kernel, stride, is_normalized):
    layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=not is_normalized)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs)) if is_normalized else layer


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, is_normalized):
        super().__init__()
        self.first = convolution(inputs, outputs, 3, stride, is_normalized)
        self.second = convolution(outputs, outputs, 3, 1, is_normalized)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else convolution(inputs, outputs, 1, stride, is_normalized)

    def forward(self, x):
        return functional.relu(self.second(functional.relu(self.first(x))) + self.shortcut(x))


def resnet_20(is_normalized):
    layers, inputs = [convolution(1, 16, 3, 1, is_normalized), nn.ReLU()], 16
    for outputs in (16, 32, 64):
        for index in range(3):
            layers.append(Block(inputs, outputs, 2 if index == 0 and outputs > 16 else 1, is_normalized))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def lenet_300_100():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))


def lenet_5():
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))


def digits_cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, 1, 1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))


def network(file_name, is_normalized):
    """The network of a file, by the beginning of its name."""
    if file_name.startswith("resnet-20"):
        return resnet_20(is_normalized)
    for prefix, make in (("lenet-300-100", lenet_300_100), ("lenet-5", lenet_5), ("digits-cnn", digits_cnn)):
        if file_name.startswith(prefix):
            return make()
    raise SystemExit(f"error: no PyTorch network for '{file_name}'")
