"""The benchmarked networks in PyTorch, BatchNormalization folded into the convolutions as it is in ours."""
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else nn.Conv2d(inputs, outputs, 1, stride)

    def forward(self, x):
        return functional.relu(self.second(functional.relu(self.first(x))) + self.shortcut(x))


def resnet_20():
    layers, inputs = [nn.Conv2d(1, 16, 3, 1, 1), nn.ReLU()], 16
    for outputs in (16, 32, 64):
        for index in range(3):
            layers.append(Block(inputs, outputs, 2 if index == 0 and outputs > 16 else 1))
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


def network(file_name):
    """The network of a file, by the beginning of its name."""
    for prefix, make in (("resnet-20", resnet_20), ("lenet-300-100", lenet_300_100), ("lenet-5", lenet_5),
                         ("digits-cnn", digits_cnn)):
        if file_name.startswith(prefix):
            return make()
    raise SystemExit(f"error: no PyTorch network for '{file_name}'")
