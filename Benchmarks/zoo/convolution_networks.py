"""Plain torch.nn: convolutions, normalizations and what stands around them."""
import torch
from torch import nn
from torch.nn import functional

from network import Floats, Ids, Network, image


def normalized(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU())


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.d = normalized(3, 8), normalized(8, 16), normalized(16, 8)
        self.u = nn.ConvTranspose2d(16, 8, 2, 2)
        self.o = nn.Conv2d(8, 2, 1)
        self.p = nn.MaxPool2d(2)

    def forward(self, x):
        a = self.a(x)
        b = self.b(self.p(a))
        return self.o(self.d(torch.cat([self.u(b), a], 1)))


class VolumeUNet(nn.Module):
    """A U-Net of volumes, with nn.ConvTranspose3d and nn.InstanceNorm3d."""

    def __init__(self):
        super().__init__()
        self.a = nn.Sequential(nn.Conv3d(1, 8, 3, padding=1), nn.InstanceNorm3d(8, affine=True), nn.LeakyReLU(0.01))
        self.b = nn.Sequential(nn.Conv3d(8, 16, 3, 2, 1), nn.InstanceNorm3d(16, affine=True), nn.LeakyReLU(0.01))
        self.u = nn.ConvTranspose3d(16, 8, 2, 2)
        self.o = nn.Conv3d(16, 2, 1)

    def forward(self, x):
        a = self.a(x)
        return self.o(torch.cat([self.u(self.b(a)), a], 1))


class Residual(nn.Module):
    """A block of a temporal convolutional network: causal, dilated convolutions."""

    def __init__(self, inputs, outputs, dilation):
        super().__init__()
        self.p = 2 * dilation
        self.a = nn.utils.parametrizations.weight_norm(nn.Conv1d(inputs, outputs, 3, padding=self.p, dilation=dilation))
        self.b = nn.Conv1d(outputs, outputs, 3, padding=self.p, dilation=dilation)
        self.s = nn.Conv1d(inputs, outputs, 1)

    def forward(self, x):
        y = functional.relu(self.a(x)[:, :, :-self.p])
        return functional.relu(self.b(y)[:, :, :-self.p] + self.s(x))


class Temporal(nn.Module):
    def __init__(self):
        super().__init__()
        self.t = nn.Sequential(Residual(6, 16, 1), Residual(16, 16, 2), Residual(16, 16, 4))
        self.o = nn.Linear(16, 5)

    def forward(self, x):
        return self.o(self.t(x)[:, :, -1])


class SuperResolution(nn.Module):
    """PReLU, nn.PixelShuffle, and the image itself, made larger."""

    def __init__(self):
        super().__init__()
        self.a = nn.Sequential(
            nn.Conv2d(3, 16, 5, padding=2), nn.PReLU(16), nn.Conv2d(16, 16, 3, padding=1), nn.PReLU(), nn.Conv2d(16, 12, 3, padding=1))
        self.s = nn.PixelShuffle(2)

    def forward(self, x):
        larger = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.s(self.a(x)) + larger


class Shuffled(nn.Module):
    """A unit of ShuffleNetV2: half of the channels pass, and the halves are shuffled."""

    def __init__(self, channels):
        super().__init__()
        half = channels // 2
        self.b = nn.Sequential(
            nn.Conv2d(half, half, 1), nn.BatchNorm2d(half), nn.ReLU(),
            nn.Conv2d(half, half, 3, padding=1, groups=half), nn.BatchNorm2d(half),
            nn.Conv2d(half, half, 1), nn.BatchNorm2d(half), nn.ReLU())

    def forward(self, x):
        a, b = x.chunk(2, 1)
        x = torch.cat([a, self.b(b)], 1)
        n, c, h, w = x.shape
        return x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


class Attended(nn.Module):
    """Squeeze and excitation, and spatial attention of mean and maximum over the channels, as in CBAM."""

    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 16, 3, 2, 1)
        self.m = nn.Sequential(nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, 16))
        self.s = nn.Conv2d(2, 1, 7, padding=3)
        self.o = nn.Linear(16, 5)

    def forward(self, x):
        x = functional.hardswish(self.c(x))
        x = x * torch.sigmoid(self.m(x.mean((2, 3)))).unsqueeze(-1).unsqueeze(-1)
        both = torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)
        x = x * torch.sigmoid(self.s(both))
        return self.o(functional.adaptive_avg_pool2d(x, 1).flatten(1))


class Tabular(nn.Module):
    """A network for tables: columns with categories and columns with numbers, their products two by two."""

    def __init__(self):
        super().__init__()
        self.e = nn.ModuleList(nn.Embedding(10, 8) for _ in range(3))
        self.n = nn.Linear(6, 8)
        self.b = nn.BatchNorm1d(6)
        self.m = nn.Sequential(nn.Linear(8 + 6, 32), nn.ReLU(), nn.BatchNorm1d(32), nn.Dropout(0.1), nn.Linear(32, 1))
        self.register_buffer("pairs", torch.triu_indices(4, 4, 1))

    def forward(self, c, x):
        numbers = self.n(self.b(x))
        fields = torch.stack([e(c[:, i]) for i, e in enumerate(self.e)] + [numbers], 1)
        products = fields @ fields.transpose(1, 2)
        return self.m(torch.cat([numbers, products[:, self.pairs[0], self.pairs[1]]], 1)).squeeze(1)


class Twins(nn.Module):
    """Two images through the same layers, and how similar they are."""

    def __init__(self):
        super().__init__()
        self.n = nn.Sequential(nn.Conv2d(1, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 16, 3, 2), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 9, 24))

    def forward(self, x, z):
        return functional.cosine_similarity(self.n(x), self.n(z), 1)


def autoencoder():
    return nn.Sequential(
        nn.Sequential(nn.Conv1d(1, 8, 9, 2, 4), nn.ReLU(), nn.Conv1d(8, 16, 9, 2, 4), nn.ReLU()),
        nn.Sequential(nn.ConvTranspose1d(16, 8, 8, 2, 3), nn.ReLU(), nn.ConvTranspose1d(8, 1, 8, 2, 3)))


def volumes():
    return nn.Sequential(
        nn.Conv3d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool3d(2), nn.Conv3d(8, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool3d(1),
        nn.Flatten(), nn.Linear(16, 3))


def prelu():
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 2, 1), nn.PReLU(16), nn.Conv2d(16, 24, 3, 2, 1), nn.PReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 5))


def group_norm():
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 2, 1), nn.GroupNorm(4, 16), nn.SiLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.GroupNorm(8, 32), nn.SiLU(),
        nn.Conv2d(32, 32, 3, padding=1, groups=4), nn.GroupNorm(1, 32), nn.Mish(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, 5))


def shuffled():
    return nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), Shuffled(16), Shuffled(16), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5))


def networks():
    yield Network("nn_unet", UNet, image(32), set="first")
    yield Network("nn_conv1d_ae", autoencoder, {"x": Floats((1, 256))}, set="first", metric="mse")
    yield Network("nn_conv3d", volumes, {"x": Floats((1, 8, 16, 16))}, set="first")

    yield Network("nn_volume_unet", VolumeUNet, {"x": Floats((1, 8, 16, 16))})
    yield Network("nn_tcn", Temporal, {"x": Floats((6, 32))})
    yield Network("nn_prelu", prelu, image(32))
    yield Network("nn_group_norm", group_norm, image(32))
    yield Network("nn_shuffled", shuffled, image(32))
    yield Network("nn_super_resolution", SuperResolution, image(16), metric="mse")
    yield Network("nn_cbam", Attended, image(32))
    yield Network("nn_tabular", Tabular, {"c": Ids((3,), 10), "x": Floats((6,))})
    yield Network("nn_twins", Twins, {"x": Floats((1, 16, 16)), "z": Floats((1, 16, 16))}, metric="mse")
