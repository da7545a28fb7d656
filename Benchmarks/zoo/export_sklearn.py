"""Classifiers and regressors of scikit-learn, as skl2onnx writes them: `export_sklearn.py FOLDER [WORD …]`."""
import os
import sys

import numpy
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier, MLPRegressor

import sidecar


def fitted(network, labels):
    return network.fit(sidecar.normal(16), labels)


def classifier(names, zip_map):
    """Writes labels and, with `zip_map`, a sequence of maps in place of the tensor of probabilities."""
    def make(path):
        labels = names[numpy.arange(sidecar.SAMPLES) % 4]
        network = fitted(MLPClassifier(hidden_layer_sizes=(32, 16), max_iter=5, random_state=0), labels)
        judged = "output_probability" if zip_map else "probabilities"
        write(path, network, {} if zip_map else {id(network): {"zipmap": False}}, judged=judged)

    return make


def regressor(path):
    network = fitted(MLPRegressor(hidden_layer_sizes=(32,), max_iter=5, random_state=0), sidecar.normal(1).ravel())
    write(path, network, {}, metric="mse")


def write(path, network, options, **facts):
    model = to_onnx(network, sidecar.normal(16)[:1], options=options or None)
    with open(path, "wb") as file:
        file.write(model.SerializeToString())
    samples = {model.graph.input[0].name: sidecar.normal(16)}
    sidecar.write(os.path.dirname(path), os.path.basename(path).split(".")[0], samples, **facts)


integers, words = numpy.arange(4), numpy.array(["a", "b", "c", "d"])
sidecar.each(sys.argv[1:], {
    "sk_classifier.skl2onnx": classifier(integers, False),
    "sk_classifier_words.skl2onnx": classifier(words, False),
    "sk_classifier_zipmap.skl2onnx": classifier(words, True),
    "sk_regressor.skl2onnx": regressor,
})
