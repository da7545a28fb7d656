"""Networks of Keras 3 by its own `export(format="onnx")`: `export_keras.py FOLDER [WORD …]`. The backend is Keras's, by KERAS_BACKEND."""
import os
import sys

import keras

import keras_networks
import sidecar


def exported(name):
    def make(path):
        network = keras_networks.network(name)
        samples = {"x": sidecar.normal(*network.input_shape[1:])}
        network(samples["x"][:2])
        network.export(path, format="onnx", verbose=False)
        sidecar.write(os.path.dirname(path), name, samples, metric=keras_networks.METRICS.get(name, "agreement"))

    return make


sidecar.each(sys.argv[1:], {f"{name}.keras-{keras.backend.backend()}": exported(name) for name in keras_networks.NETWORKS})
