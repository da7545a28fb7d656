"""ONNX Runtime's static quantization: weights and what is between layers of 8 bits, ranges measured on training samples."""
import os
import tempfile

from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

import quality
from half_floats import copied
from peer import Made, Peer

SAMPLES = 128
# The layers with weights. Among the rest are masks of attention, whose range leaves nothing of what they are added to.
OPERATORS = ["Conv", "ConvTranspose", "MatMul", "Gemm", "Gather", "LSTM"]


class Calibration(CalibrationDataReader):
    def __init__(self, task):
        inputs = quality.session(task.model.SerializeToString()).get_inputs()
        self.runs = iter(quality.Feeds(task.network, "train", inputs, SAMPLES))

    def get_next(self):
        return next(self.runs, None)


def made(task, per_channel):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "quantized.onnx")
        quantize_static(copied(task.model), path, Calibration(task), quant_format=QuantFormat.QDQ, per_channel=per_channel,
                        op_types_to_quantize=OPERATORS, activation_type=QuantType.QUInt8,
                        weight_type=QuantType.QInt8)
        with open(path, "rb") as file:
            data = file.read()
    return Made(data, data)


PEERS = [
    Peer("ONNX Runtime int8 static", "QDQ, per tensor", lambda task: made(task, False)),
    Peer("ONNX Runtime int8 static", "QDQ, per channel", lambda task: made(task, True)),
]
