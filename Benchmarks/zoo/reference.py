"""What ONNX Runtime gives for a network, and how two networks' outputs compare."""
import numpy
import onnxruntime


def outputs(path, samples, batch_axes, batch_axis):
    """The tensors of all outputs for all samples at once, by name, the first axis counting samples.

    `samples` and `batch_axes` are by input, `batch_axis` is a function of an output's name. A sequence of maps, which
    classifiers of scikit-learn give, becomes a tensor of its numbers.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    given = {}
    for input in session.get_inputs():
        array = samples[input.name]
        given[input.name] = numpy.ascontiguousarray(numpy.moveaxis(array, 0, batch_axes.get(input.name, 0)))
    results = zip(session.get_outputs(), session.run(None, given))
    return {output.name: numpy.moveaxis(tensor(value), batch_axis(output.name), 0) for output, value in results}


def tensor(value):
    if isinstance(value, list):
        return numpy.array([list(entry.values()) for entry in value])
    return numpy.asarray(value)


def difference(found, expected):
    """The greatest difference as a share of the range of what is expected."""
    found, expected = found.astype(numpy.float64).ravel(), expected.astype(numpy.float64).ravel()
    if found.shape != expected.shape or not numpy.isfinite(found).all():
        return float("inf")
    spread = expected.max() - expected.min() if expected.size else 0
    # A single number, or numbers that are all the same, have no range; then it is their size.
    return float(numpy.abs(found - expected).max(initial=0) / (spread or abs(expected).max(initial=0) or 1))


def score(metric, found, expected, form, batch_axis):
    """The metric of a recipe without labels, of one network's outputs against those of another, the batch in front."""
    if metric == "mse":
        return float(((found.astype(numpy.float64) - expected) ** 2).mean())
    if metric == "cosine":
        a, b = (array.reshape(len(array), -1).astype(numpy.float64) for array in (found, expected))
        lengths = numpy.linalg.norm(a, axis=1) * numpy.linalg.norm(b, axis=1)
        return float(((a * b).sum(1) / lengths).mean())
    return float((answers(found, form, batch_axis) == answers(expected, form, batch_axis)).mean())


def answers(outputs, form, batch_axis):
    """The largest of the classes on an axis, which is told as if the batch were where it is in the file; without one, yes or no of each."""
    axis, threshold = form
    return outputs > threshold if axis is None else outputs.argmax(axis if axis > batch_axis else axis + 1)
