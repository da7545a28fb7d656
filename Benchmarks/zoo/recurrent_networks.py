"""Plain torch.nn: recurrent networks."""
import torch
from torch import nn

from network import Floats, Ids, Network

SEQUENCE = {"x": Floats((12, 20))}


class Tagged(nn.Module):
    """Two bidirectional layers, of whose outputs the last is classified; the recurrence runs over the first or second axis."""

    def __init__(self, kind, is_batch_first):
        super().__init__()
        self.r = kind(20, 24, num_layers=2, batch_first=is_batch_first, bidirectional=True)
        self.o = nn.Linear(48, 5)
        self.is_batch_first = is_batch_first

    def forward(self, x):
        if self.is_batch_first:
            return self.o(self.r(x)[0][:, -1])
        return self.o(self.r(x.transpose(0, 1))[0].transpose(0, 1)[:, -1])


class LastState(nn.Module):
    """An LSTM of which the last hidden state is classified."""

    def __init__(self):
        super().__init__()
        self.r = nn.LSTM(20, 24, batch_first=True)
        self.o = nn.Linear(24, 5)

    def forward(self, x):
        _, (h, _) = self.r(x)
        return self.o(h[-1])


class SequenceFirst(nn.Module):
    """A recurrence over the first axis of the input itself; the batch is the second."""

    def __init__(self, kind):
        super().__init__()
        self.r = kind(20, 24)
        self.o = nn.Linear(24, 5)

    def forward(self, x):
        return self.o(self.r(x)[0][-1])


class States(nn.Module):
    """An LSTM that gives a class for each step, and its states, whose batch is axis 1."""

    def __init__(self):
        super().__init__()
        self.r = nn.LSTM(20, 24, batch_first=True)
        self.o = nn.Linear(24, 5)

    def forward(self, x):
        y, (h, c) = self.r(x)
        return self.o(y), h, c


class GivenStates(nn.Module):
    """A GRU cell's layer whose initial state is an input of the network, for use step by step."""

    def __init__(self):
        super().__init__()
        self.r = nn.GRU(20, 24, batch_first=True)
        self.o = nn.Linear(24, 5)

    def forward(self, x, h):
        y, h = self.r(x, h)
        return self.o(y), h


class Reader(nn.Module):
    """A CRNN, as text in images is read: convolutions, columns as steps, a bidirectional LSTM, a class for each."""

    def __init__(self):
        super().__init__()
        self.c = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(),
            nn.MaxPool2d((2, 1)))
        self.r = nn.LSTM(16 * 4, 24, bidirectional=True)
        self.o = nn.Linear(48, 11)

    def forward(self, x):
        x = self.c(x)
        x = x.flatten(1, 2).permute(2, 0, 1)
        return self.o(self.r(x)[0]).permute(1, 0, 2)


class Translator(nn.Module):
    """A GRU reads, another one, which begins with its state, writes."""

    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(90, 16)
        self.a = nn.GRU(16, 24, batch_first=True)
        self.b = nn.GRU(16, 24, batch_first=True)
        self.o = nn.Linear(24, 90)

    def forward(self, x, z):
        _, h = self.a(self.e(x))
        return self.o(self.b(self.e(z), h)[0])


class Pooled(nn.Module):
    """An embedding and a GRU, whose steps are pooled by attention."""

    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(90, 16)
        self.r = nn.GRU(16, 24, num_layers=2, batch_first=True)
        self.p = nn.Linear(24, 1)
        self.o = nn.Linear(24, 5)

    def forward(self, x):
        y, _ = self.r(self.e(x))
        return self.o((torch.softmax(self.p(y), 1) * y).sum(1))


def networks():
    for kind in (nn.LSTM, nn.GRU, nn.RNN):
        for is_first in (True, False):
            name = f"nn_{kind.__name__.lower()}_{'bf' if is_first else 'sf'}"
            yield Network(name, lambda kind=kind, is_first=is_first: Tagged(kind, is_first), SEQUENCE, set="first")
    yield Network("nn_lstm_hn", LastState, SEQUENCE, set="first")

    for kind in (nn.LSTM, nn.GRU, nn.RNN):
        inputs = {"x": Floats((12, 20), batch_axis=1)}
        yield Network(f"nn_{kind.__name__.lower()}_steps_first", lambda kind=kind: SequenceFirst(kind), inputs)
    yield Network("nn_lstm_states", States, SEQUENCE, ("y", "h", "c"), batch_second=("h", "c"))
    given = {"x": Floats((6, 20)), "h": Floats((1, 24), batch_axis=1)}
    yield Network("nn_gru_given_state", GivenStates, given, ("y", "g"), batch_second=("g",))
    yield Network("nn_crnn", Reader, {"x": Floats((1, 16, 32))})
    yield Network("nn_seq2seq", Translator, {"x": Ids((8,)), "z": Ids((6,))})
    yield Network("nn_gru_attention_pool", Pooled, {"x": Ids((12,))})
