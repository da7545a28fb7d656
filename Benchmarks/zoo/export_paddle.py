"""Networks of PaddlePaddle by Paddle2ONNX: `export_paddle.py FOLDER [WORD …]`."""
import os
import sys

import paddle
from paddle import nn

import sidecar


class Block(nn.Layer):
    """A residual block with Hardswish, as networks of PP-OCR have them."""

    def __init__(self, channels):
        super().__init__()
        self.a = nn.Sequential(nn.Conv2D(channels, channels, 3, padding=1, groups=channels), nn.BatchNorm2D(channels), nn.Hardswish())
        self.b = nn.Sequential(nn.Conv2D(channels, channels, 1), nn.BatchNorm2D(channels))

    def forward(self, x):
        return x + self.b(self.a(x))


def images():
    return nn.Sequential(
        nn.Conv2D(3, 16, 3, 2, 1), nn.BatchNorm2D(16), nn.Hardswish(), Block(16), nn.MaxPool2D(2), nn.AdaptiveAvgPool2D(1), nn.Flatten(),
        nn.Linear(16, 5), nn.Softmax())


class Sequence(nn.Layer):
    def __init__(self):
        super().__init__()
        self.r = nn.LSTM(20, 16, direction="bidirect")
        self.o = nn.Linear(32, 5)

    def forward(self, x):
        return self.o(self.r(x)[0])


def transformer():
    return nn.Sequential(nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4, 64), 1), nn.Linear(32, 5))


def exported(network, shape):
    def make(path):
        paddle.seed(0)
        specification = [paddle.static.InputSpec([None, *shape], "float32", "x")]
        paddle.onnx.export(network(), path[:-len(".onnx")], input_spec=specification, opset_version=17)
        name = os.path.basename(path).split(".")[0]
        sidecar.write(os.path.dirname(path), name, {"x": sidecar.normal(*shape)})

    return make


sidecar.each(sys.argv[1:], {
    "paddle_images.paddle2onnx": exported(images, (3, 32, 32)),
    "paddle_lstm.paddle2onnx": exported(Sequence, (12, 20)),
    "paddle_transformer.paddle2onnx": exported(transformer, (10, 32)),
})
