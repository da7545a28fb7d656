"""The product's measure of quality without labels, with ONNX Runtime on one thread."""
import functools

import numpy
import onnxruntime

import reference

BATCH = 16
TYPES = {"tensor(float)": numpy.float32, "tensor(int64)": numpy.int64, "tensor(int32)": numpy.int32, "tensor(float16)": numpy.float16}


def session(model):
    """A session of a file, or of the bytes of one."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class Feeds:
    """What a network is given, run by run, for a split's samples.

    A sample with fewer axes than the input is one of a batch. One with as many is a whole input, which is a run by itself.
    """

    def __init__(self, network, split, inputs, count=None):
        samples = network.samples(split, count)
        first = inputs[0].name
        self.samples = {name or first: array for name, array in samples.items()}
        self.count = len(next(iter(self.samples.values())))
        self.inputs = {input.name: input for input in inputs}
        self.constants = network.constants
        some = self.inputs[next(iter(self.samples))]
        self.is_whole = self.samples[some.name].ndim > len(some.shape)
        batch = some.shape[0]
        self.batch = 1 if self.is_whole else batch if isinstance(batch, int) and batch > 0 else BATCH

    def __iter__(self):
        for start in range(0, self.count, self.batch):
            yield {name: self.given(input, start) for name, input in self.inputs.items()}

    def given(self, input, start):
        kind = TYPES[input.type]
        if input.name not in self.samples:
            shape = [length if isinstance(length, int) else 1 for length in input.shape]
            return numpy.full(shape, self.constants[input.name], kind)
        array = self.samples[input.name]
        batch = array[start] if self.is_whole else array[start:start + self.batch]
        return numpy.ascontiguousarray(batch, kind)


class Quality:
    """Compares networks with the original one on the splits of its recipe."""

    def __init__(self, network):
        self.network = network
        self.expected = functools.cache(lambda split: self.judged(network.path, split))

    def __call__(self, model, split):
        found, expected = self.judged(model, split), self.expected(split)
        if self.network.metric == "agreement":
            return float((found == expected).mean())
        lengths = numpy.linalg.norm(found, axis=1) * numpy.linalg.norm(expected, axis=1)
        return float(((found * expected).sum(1) / lengths).mean())

    def judged(self, model, split):
        """By sample: the answers, or the numbers of the output as a vector."""
        opened = session(model)
        feeds = Feeds(self.network, split, opened.get_inputs())
        output = self.network.judged or opened.get_outputs()[0].name
        runs = (opened.run([output], given)[0] for given in feeds)
        return numpy.concatenate([self.kept(run[None] if feeds.is_whole else run, feeds.is_whole) for run in runs])

    def kept(self, outputs, is_whole):
        if self.network.metric == "cosine":
            return outputs.reshape(len(outputs), -1).astype(numpy.float64)
        # The axis of the classes counts as in the file; of a whole run the samples' axis was put in front.
        return reference.answers(outputs, self.network.form, outputs.ndim if is_whole else 0).reshape(len(outputs), -1)
