"""Networks of Keras by tf2onnx: `export_tf2onnx.py FOLDER [WORD …]`.

It leaves channels last and puts Transposes around operators that want them first.
"""
import os
import sys

import tensorflow
import tf2onnx

import keras_networks
import sidecar


def exported(name):
    def make(path):
        network = keras_networks.network(name)
        shape = network.input_shape
        signature = [tensorflow.TensorSpec(shape, tensorflow.float32, name="x")]
        function = tensorflow.function(lambda x: network(x), input_signature=signature)
        tf2onnx.convert.from_function(function, signature, opset=17, output_path=path)
        sidecar.write(os.path.dirname(path), name, {"x": sidecar.normal(*shape[1:])}, keras_networks.METRICS.get(name, "agreement"))

    return make


sidecar.each(sys.argv[1:], {f"{name}.tf2onnx": exported(name) for name in keras_networks.NETWORKS})
