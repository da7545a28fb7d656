"""Plain torch.nn: attention."""
import torch
from torch import nn
from torch.nn import functional

from network import Floats, Ids, Network, image


class Encoder(nn.Module):
    """Tokens, two layers of nn.TransformerEncoder, their mean."""

    def __init__(self, is_batch_first):
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=is_batch_first, activation="gelu")
        self.e = nn.Embedding(100, 32)
        self.t = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.o = nn.Linear(32, 5)
        self.is_batch_first = is_batch_first

    def forward(self, x):
        x = self.e(x)
        x = self.t(x if self.is_batch_first else x.transpose(0, 1))
        return self.o(x.mean(1 if self.is_batch_first else 0))


class Alone(nn.Module):
    """nn.MultiheadAttention of a sequence to itself, and its weights, averaged over the heads."""

    def __init__(self):
        super().__init__()
        self.a = nn.MultiheadAttention(32, 4)

    def forward(self, x):
        return self.a(x, x, x)


class Crossed(nn.Module):
    """nn.MultiheadAttention from one sequence to another, whose entries are of another width."""

    def __init__(self):
        super().__init__()
        self.a = nn.MultiheadAttention(32, 4, batch_first=True, kdim=24, vdim=24)
        self.o = nn.Linear(32, 5)

    def forward(self, x, m):
        return self.o(self.a(x, m, m, need_weights=False)[0].mean(1))


class Decoder(nn.Module):
    """nn.TransformerDecoder with a causal mask, over what an encoder gave."""

    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(90, 32)
        self.p = nn.Parameter(torch.randn(1, 10, 32))
        layer = nn.TransformerDecoderLayer(32, 4, 64, batch_first=True, norm_first=True)
        self.t = nn.TransformerDecoder(layer, 2)
        self.o = nn.Linear(32, 90)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(10))

    def forward(self, x, memory):
        return self.o(self.t(self.e(x) + self.p, memory, tgt_mask=self.mask, tgt_is_causal=True))


class Whole(nn.Module):
    """nn.Transformer, the sequences first and the batch second."""

    def __init__(self):
        super().__init__()
        self.t = nn.Transformer(32, 4, 1, 1, 64)
        self.o = nn.Linear(32, 5)

    def forward(self, x, z):
        return self.o(self.t(x, z))


class Masked(nn.Module):
    """An encoder that leaves out padding, which is token 0, and takes the mean of the rest."""

    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)
        self.e = nn.Embedding(90, 32, padding_idx=0)
        self.t = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.o = nn.Linear(32, 5)

    def forward(self, x):
        padding = x == 0
        y = self.t(self.e(x), src_key_padding_mask=padding)
        kept = (~padding).unsqueeze(-1).float()
        return self.o((y * kept).sum(1) / kept.sum(1))


class AttentionPooling(nn.Module):
    """A learnt query that reads the features of an image."""

    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 32, 8, 8)
        self.q = nn.Parameter(torch.randn(1, 1, 32))
        self.a = nn.MultiheadAttention(32, 4, batch_first=True)
        self.n = nn.LayerNorm(32)
        self.o = nn.Linear(32, 5)

    def forward(self, x):
        x = self.c(x).flatten(2).transpose(1, 2)
        y, _ = self.a(self.q.expand(x.shape[0], -1, -1), x, x)
        return self.o(self.n(y[:, 0]))


class Rotated(nn.Module):
    """A block as in today's language models: nn.RMSNorm, rotary positions, causal attention of grouped heads, SwiGLU."""

    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(90, 32)
        self.n, self.m, self.f = nn.RMSNorm(32), nn.RMSNorm(32), nn.RMSNorm(32)
        self.q, self.k, self.v = nn.Linear(32, 32, False), nn.Linear(32, 16, False), nn.Linear(32, 16, False)
        self.p = nn.Linear(32, 32, False)
        self.gate, self.up, self.down = nn.Linear(32, 64, False), nn.Linear(32, 64, False), nn.Linear(64, 32, False)
        self.o = nn.Linear(32, 90, False)
        angles = torch.outer(torch.arange(12.0), 10000 ** (-torch.arange(0, 8, 2) / 8)).repeat(1, 2)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def rotated(self, x):
        a, b = x.chunk(2, -1)
        return x * self.cos + torch.cat([-b, a], -1) * self.sin

    def heads(self, x):
        return x.view(x.shape[0], x.shape[1], -1, 8).transpose(1, 2)

    def forward(self, x):
        x = self.e(x)
        n = self.n(x)
        q, k = self.rotated(self.heads(self.q(n))), self.rotated(self.heads(self.k(n)))
        k, v = k.repeat_interleave(2, 1), self.heads(self.v(n)).repeat_interleave(2, 1)
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.p(y.transpose(1, 2).flatten(2))
        n = self.m(x)
        x = x + self.down(functional.silu(self.gate(n)) * self.up(n))
        return self.o(self.f(x))


class Conformer(nn.Module):
    """A block of a Conformer: attention, then a gated depthwise convolution along the steps."""

    def __init__(self):
        super().__init__()
        self.i = nn.Linear(20, 32)
        self.n, self.m = nn.LayerNorm(32), nn.LayerNorm(32)
        self.a = nn.MultiheadAttention(32, 4, batch_first=True)
        self.c = nn.Sequential(nn.Conv1d(32, 64, 1), nn.GLU(1), nn.Conv1d(32, 32, 5, padding=2, groups=32), nn.BatchNorm1d(32), nn.SiLU(),
                               nn.Conv1d(32, 32, 1))
        self.o = nn.Linear(32, 5)

    def forward(self, x):
        x = self.i(x)
        n = self.n(x)
        x = x + self.a(n, n, n, need_weights=False)[0]
        x = x + self.c(self.m(x).transpose(1, 2)).transpose(1, 2)
        return self.o(x)


def networks():
    text = {"x": Ids((16,), 90)}
    yield Network("nn_transformer_batch_first", lambda: Encoder(True), text, set="first")
    yield Network("nn_transformer_seq_first", lambda: Encoder(False), text, set="first")

    first = {"x": Floats((10, 32), batch_axis=1)}
    yield Network("nn_mha", Alone, first, ("y", "w"), batch_second=("y",), metric="cosine")
    yield Network("nn_mha_cross", Crossed, {"x": Floats((6, 32)), "m": Floats((9, 24))})
    yield Network("nn_transformer_decoder", Decoder, {"x": Ids((10,)), "memory": Floats((7, 32))})
    both = {"x": Floats((9, 32), batch_axis=1), "z": Floats((6, 32), batch_axis=1)}
    yield Network("nn_transformer", Whole, both, batch_second=("y",))
    yield Network("nn_transformer_masked", Masked, {"x": Ids((12,), 4)})
    yield Network("nn_attention_pool", AttentionPooling, image(32))
    yield Network("nn_rotary_swiglu", Rotated, {"x": Ids((12,))})
    yield Network("nn_conformer", Conformer, {"x": Floats((16, 20))})
