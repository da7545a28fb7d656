#!/usr/bin/env python3
"""Writes the malformed files of this folder, byte by byte. What reading each says stands beside it, in NAME.expected."""

import pathlib
import struct
import zlib

FOLDER = pathlib.Path(__file__).parent


def write(name, content):
    path = FOLDER / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


# Recipes.

RECIPE = """recipe: 1
model: m.onnx
data:
  train: {npz: {file: d.npz, inputs: x, labels: y}}
  validation: {npz: {file: d.npz, inputs: x, labels: y}}
constraints:
  accuracy: {floor: 0.9}
  size: {target: 12 KiB}
"""


def recipes():
    write("recipe/not-utf-8.yaml", RECIPE.encode().replace(b"m.onnx", b"m\xff.onnx"))
    write("recipe/alias-bomb.yaml", RECIPE + "rules: [&a [1], &b [*a, *a], &c [*b, *b], *c]\n")
    write("recipe/nested-without-end.yaml", "[" * 5000)
    write("recipe/number-beyond-64-bits.yaml", RECIPE + "seed: 18446744073709551616\n")
    write("recipe/number-beyond-single-precision.yaml", RECIPE + "prune: {noise: 1e400}\n")
    write("recipe/not-a-number.yaml", RECIPE.replace("0.9", ".nan"))
    write("recipe/cut-in-a-quote.yaml", RECIPE + "output: {directory: 'bui")
    write("recipe/regular-expression-without-end.yaml", RECIPE + "rules: [{match: {regex: '(?<n>[a-z'}, prune: none}]\n")
    write("recipe/repeated-key.yaml", RECIPE + "seed: 1\nseed: 2\n")
    write("recipe/null-character.yaml", RECIPE.replace("m.onnx", "m\0.onnx"))
    write("recipe/second-document.yaml", RECIPE + "---\n" + RECIPE)


# Networks in ONNX.

def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, *parts):
    payload = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return varint(field << 3 | 2) + varint(len(payload)) + payload


def tensor(field, name, kind, dimensions, *content):
    return data(field, b"".join(number(1, d) for d in dimensions), number(2, kind), data(8, name), *content)


def node(kind, inputs, output, *attributes):
    return data(1, *[data(1, name) for name in inputs], data(2, output), data(4, kind), *attributes)


def integer_attribute(name, value):
    return data(5, data(1, name), number(3, value), number(20, 2))


def model(*graph, opset=17):
    return number(1, 8) + data(7, *graph) + data(8, number(2, opset))


def network(*parts, shape=(4,), opset=17):
    """A model from samples x of a shape to y."""
    sizes = [data(1, data(2, "N"))] + [data(1, number(1, size)) for size in shape]
    x = data(11, data(1, "x"), data(2, data(1, number(1, 1), data(2, *sizes))))
    return model(*parts, x, data(12, data(1, "y")), opset=opset)


def floats(*values):
    return data(9, struct.pack(f"<{len(values)}f", *values))


def networks():
    relu = node("Relu", ["x"], "y")
    write("onnx/empty.onnx", b"")
    write("onnx/length-beyond-end.onnx", network(relu)[:2] + b"\x3a" + varint(1 << 63))
    write("onnx/varint-of-eleven-bytes.onnx", b"\x08" + b"\xff" * 10 + b"\x01")
    write("onnx/cut-in-the-graph.onnx", network(relu)[:20])
    nested = b""
    for _ in range(40):
        nested = data(1, data(5, data(6, nested), number(20, 5)))
    write("onnx/nested-too-deep.onnx", model(nested))
    write("onnx/dimensions-beyond-64-bits.onnx", model(tensor(5, "w", 1, [1 << 32, 1 << 32])))
    write("onnx/negative-dimension.onnx", model(tensor(5, "w", 1, [-4], floats(1))))
    places = tensor(2, "", 7, [2], data(9, b"\0" * 12))
    write("onnx/sparse-indices-cut-short.onnx", model(data(15, tensor(1, "w", 1, [2], floats(1, 2)), places, number(3, 9))))
    write("onnx/data-shorter-than-dimensions.onnx", model(tensor(5, "w", 1, [1000], floats(1, 2))))
    write("onnx/name-not-utf-8.onnx", network(node("Relu", [b"\xc0\x80"], "y")))
    write("onnx/circle.onnx", network(node("Add", ["x", "b"], "a"), node("Add", ["x", "a"], "b"), node("Relu", ["b"], "y")))
    huge = tensor(5, "n", 7, [1], data(9, struct.pack("<q", 1 << 40)))
    write("onnx/constant-of-a-terabyte.onnx", network(node("ConstantOfShape", ["n"], "c"), node("Add", ["x", "c"], "y"), huge))
    empty = tensor(5, "w", 1, [0, 1 << 40, 1 << 40]) + tensor(5, "i", 7, [0])
    write("onnx/empty-axis-beside-huge-ones.onnx", network(node("Gather", ["w", "i"], "g"), node("Add", ["x", "g"], "y"), empty))
    ones = data(5, data(1, b"\x01" * 3000), number(2, 1), data(8, "w"), floats(1))
    write("onnx/three-thousand-axes.onnx", network(node("Add", ["w", "w"], "c"), node("Add", ["x", "c"], "y"), ones))
    zero = tensor(5, "q", 6, [1], data(9, bytes(4)))
    write("onnx/division-by-zero.onnx", network(node("Div", ["q", "q"], "c"), node("Add", ["x", "c"], "y"), zero))
    thousand = tensor(5, "t", 1, [1024], data(9, bytes(4096)))
    product = data(5, data(1, "equation"), data(4, "a,b,c->"), number(20, 3))
    write("onnx/product-of-a-billion-terms.onnx", network(node("Einsum", ["t", "t", "t"], "c", product), node("Add", ["x", "c"], "y"), thousand))
    pads = tensor(5, "p", 7, [4], data(9, struct.pack("<4q", 0, -(1 << 63), 0, 0)))
    write("onnx/pads-of-minus-two-to-the-63rd.onnx", network(node("Pad", ["x", "p"], "y"), pads))
    write("onnx/axis-beyond-rank.onnx", network(node("Softmax", ["x"], "y", integer_attribute("axis", (1 << 63) - 1))))
    one = tensor(5, "q", 7, [1], data(9, bytes(8)))
    write("onnx/one-operand.onnx", network(node("Equal", ["q"], "c"), node("Where", ["c", "x", "x"], "y"), one))
    outside = tensor(5, "w", 1, [2], floats(1, 2)) + tensor(5, "i", 7, [1], data(9, struct.pack("<q", 2)))
    write("onnx/index-beyond-a-constant.onnx", network(node("GatherElements", ["w", "i"], "g"), node("Add", ["x", "g"], "y"), outside))
    begin = tensor(5, "w", 1, [0, 1 << 40, 1 << 40]) + tensor(5, "b", 7, [1], data(9, bytes(8))) + tensor(5, "e", 7, [1], data(9, struct.pack("<q", 4)))
    write("onnx/slice-of-nothing.onnx", network(node("Slice", ["w", "b", "e"], "s"), node("Add", ["x", "s"], "y"), begin))
    long = tensor(5, "w", 1, [(1 << 63) - 1, 0])
    beside = node("Concat", ["w", "w"], "c", integer_attribute("axis", 0))
    write("onnx/axes-beyond-64-bits-together.onnx", network(beside, node("Add", ["x", "c"], "y"), long))
    parts = node("Split", ["w"], "c", integer_attribute("axis", 0))
    write("onnx/split-of-nothing.onnx", network(parts, node("Add", ["x", "c"], "y"), tensor(5, "w", 1, [0])))
    nameless = tensor(5, "", 1, [2, 2, 1, 1], floats(1, 2, 3, 4))
    write("onnx/weight-without-a-name.onnx", network(node("Conv", ["x", ""], "y"), nameless, shape=(2, 2, 2)))


def external(name, *entries):
    places = [data(13, data(1, key), data(2, value)) for key, value in entries]
    write(f"onnx-external/{name}.onnx", model(tensor(5, "w", 1, [2], *places, number(14, 1))))


def external_data():
    write("onnx-external/weights.bin", bytes(8))
    for link, target in [("link-outside.bin", "../npy/objects.npy"), ("folder-outside", "../npy")]:
        path = FOLDER / "onnx-external" / link
        path.unlink(missing_ok=True)
        path.symlink_to(target)
    external("absolute-path", ("location", "/etc/hostname"))
    external("parent-folder", ("location", "../npy/objects.npy"))
    external("parent-folder-further-on", ("location", "folder-outside/../weights.bin"))
    external("link-out-of-the-folder", ("location", "link-outside.bin"))
    external("linked-folder-outside", ("location", "folder-outside/objects.npy"))
    external("folder-in-place-of-a-file", ("location", "."))
    external("missing-file", ("location", "missing.bin"))
    external("offset-beyond-end", ("location", "weights.bin"), ("offset", "9223372036854775807"), ("length", "8"))
    external("length-beyond-end", ("location", "weights.bin"), ("offset", "4"), ("length", "9223372036854775807"))
    external("negative-offset", ("location", "weights.bin"), ("offset", "-8"))
    external("no-location", ("offset", "0"))


# Arrays.

def idx(kind, *extents, content=b""):
    return bytes([0, 0, kind, len(extents)]) + struct.pack(f">{len(extents)}I", *extents) + content


def gzip(content, size=None):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = packer.compress(content) + packer.flush()
    trailer = struct.pack("<II", zlib.crc32(content), len(content) if size is None else size)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + stream + trailer


def idx_files():
    plain = idx(8, 2, 3, content=bytes(6))
    write("idx/empty.idx", b"")
    write("idx/wrong-magic.idx", b"GIF8" + plain[4:])
    write("idx/unknown-type.idx", idx(0x0A, 1, content=b"\0"))
    write("idx/no-axes.idx", idx(8))
    write("idx/axes-beyond-end.idx", b"\0\0\x08\xff" + bytes(8))
    write("idx/extents-beyond-64-bits.idx", idx(0x0E, *[0xFFFFFFFF] * 3))
    write("idx/shorter-than-its-shape.idx", plain[:-1])
    write("idx/bytes-behind-the-end.idx", plain + b"\0")
    write("idx/wrong-checksum.idx.gz", gzip(plain)[:-8] + bytes(8))
    write("idx/cut-stream.idx.gz", gzip(plain)[:14])
    write("idx/bomb.idx.gz", gzip(idx(8, 1 << 30)))
    write("idx/second-member.idx.gz", gzip(plain) + gzip(plain))


def npy(header, content=b"", version=1, length=None):
    size = len(header) if length is None else length
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", size) + header.encode() + content


def header(descr="'<f4'", order="False", shape="(2,)"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


def npy_files():
    write("npy/wrong-magic.npy", b"PK\3\4NUMPY\1\0")
    write("npy/version-9.npy", npy(header(), bytes(8), version=9))
    write("npy/header-beyond-end.npy", npy(header(), bytes(8), length=5000))
    write("npy/header-of-four-gigabytes.npy", npy(header(), bytes(8), version=2, length=0xFFFFFFFF))
    write("npy/objects.npy", npy(header(descr="'|O'"), bytes(8)))
    write("npy/records.npy", npy(header(descr="[('a', '<f4')]"), bytes(8)))
    write("npy/negative-extent.npy", npy(header(shape="(-2,)"), bytes(8)))
    write("npy/extents-beyond-64-bits.npy", npy(header(shape="(4294967296, 4294967296)"), bytes(8)))
    write("npy/too-many-axes.npy", npy(header(order="True", shape="(2," + "1," * 64 + ")"), bytes(8)))
    write("npy/repeated-key.npy", npy("{'descr': '<f4', 'descr': '<f4', 'shape': ()}", bytes(8)))
    write("npy/shorter-than-its-shape.npy", npy(header(), bytes(7)))
    write("npy/string-without-end.npy", npy("{'descr': '<f4", bytes(8)))


def member(name, content, method=0, size=None, checksum=None, flags=0):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stored = packer.compress(content) + packer.flush() if method == 8 else content
    fields = struct.pack(
        "<HHHIIIIHH", 20, flags, method, 0, zlib.crc32(content) if checksum is None else checksum, len(stored),
        len(content) if size is None else size, len(name), 0)
    return fields, name.encode(), stored


def zip_file(*members, count=None, extra_size=0):
    out, directory = b"", b""
    for fields, name, stored in members:
        directory += b"PK\1\2" + struct.pack("<H", 20) + fields + bytes(10) + struct.pack("<I", len(out)) + name
        out += b"PK\3\4" + fields + name + stored
    total = len(members) if count is None else count
    end = struct.pack("<HHHHIIH", 0, 0, total, total, len(directory) + extra_size, len(out), 0)
    return out + directory + b"PK\5\6" + end


def npz_files():
    array = npy(header(), struct.pack("<2f", 1, 2))
    whole = zip_file(member("x.npy", array))
    write("npz/not-a-zip.npz", array)
    write("npz/cut-directory.npz", whole[:-30])
    write("npz/wrong-checksum.npz", zip_file(member("x.npy", array, checksum=1)))
    write("npz/other-array.npz", zip_file(member("z.npy", array)))
    write("npz/repeated-name.npz", zip_file(member("x.npy", array), member("x.npy", array)))
    write("npz/bomb.npz", zip_file(member("x.npy", array, method=8, size=1 << 30)))
    write("npz/size-too-small.npz", zip_file(member("x.npy", array, method=8, size=20)))
    write("npz/encrypted.npz", zip_file(member("x.npy", array, flags=1)))
    write("npz/unknown-method.npz", zip_file(member("x.npy", array, method=93)))
    write("npz/more-members-than-entries.npz", zip_file(member("x.npy", array), count=2))
    write("npz/directory-beyond-end.npz", zip_file(member("x.npy", array), extra_size=1000))
    write("npz/damaged-stream.npz", zip_file(member("x.npy", array, method=8)).replace(b"x.npy\x9b", b"x.npy\xff", 1))


def csv_files():
    write("csv/empty.csv", "")
    write("csv/header-alone.csv", "a,label\n")
    write("csv/no-label.csv", "a,b\n1,2\n")
    write("csv/label-twice.csv", "label,a,label\n1,2,3\n")
    write("csv/label-alone.csv", "label\n1\n")
    write("csv/short-row.csv", "a,b,label\n1,2,3\n1,2\n")
    write("csv/long-row.csv", "a,label\n1,2,3\n")
    write("csv/quote-without-end.csv", "a,label\n\"1,2\n3,4\n")
    write("csv/text-behind-a-quote.csv", "a,label\n\"1\"0,2\n")
    write("csv/beyond-single-precision.csv", "a,label\n1e39,2\n")
    write("csv/not-a-number.csv", "a,label\nnan,2\n")
    write("csv/null-character.csv", b"a,label\n1\x00,2\n")


# Networks in the .cmdl format, after FORMAT.md.

class Bit:
    def __init__(self):
        self.p, self.n = 1 << 21, 0

    def code(self, bit, coder):
        coder.code(bit, max(16, min(65520, self.p >> 6)))
        self.p += ((4194303 if bit else 0) - self.p) * (327680 // (5 * self.n + 8)) >> 16
        self.n = min(1023, self.n + 1)


class Coder:
    """Exact: the low end as one number of as many bits as it takes."""

    def __init__(self):
        self.low, self.range, self.bytes = 0, (1 << 32) - 1, 4

    def code(self, bit, probability):
        bound = self.range * probability >> 16
        if bit:
            self.range = bound
        else:
            self.low, self.range = self.low + bound, self.range - bound
        while self.range < 1 << 24:
            self.low, self.range, self.bytes = self.low << 8, self.range << 8, self.bytes + 1

    def finish(self):
        zeros = next(z for z in (32, 24, 16, 8, 0) if (self.low + (1 << z) - 1 >> z << z) < self.low + self.range)
        value = self.low + (1 << zeros) - 1 >> zeros << zeros
        return value.to_bytes(self.bytes, "big").rstrip(b"\0")


class Network:
    """Writes the fields of a network, right or wrong."""

    def __init__(self):
        self.coder, self.fields = Coder(), {}
        self.raw(0, 1)  # No names.
        self.signed("irVersion", 8).signed("modelVersion", 0).integer("textLength", 0)

    def raw(self, value, bits):
        for position in reversed(range(bits)):
            self.coder.code(value >> position & 1, 32768)
        return self

    def flag(self, name, bit):
        self.fields.setdefault(name, Bit()).code(bit, self.coder)
        return self

    def integer(self, name, value):
        if name not in self.fields:
            self.fields[name] = [Bit() for _ in range(64)], [[Bit() for _ in range(4)] for _ in range(65)]
        lengths, mantissas = self.fields[name]
        length = value.bit_length()
        for position in range(min(64, length + 1)):
            lengths[position].code(position < length, self.coder)
        top = 1
        for position in range(1, min(2, length - 1) + 1):
            bit = value >> length - 1 - position & 1
            mantissas[length][top].code(bit, self.coder)
            top = top << 1 | bit
        return self.raw(value, max(0, length - 3))

    def signed(self, name, value):
        return self.integer(name, value << 1 if value >= 0 else -value * 2 - 1)

    def symbol(self, name, value, bits):
        nodes, place = self.fields.setdefault(name, [Bit() for _ in range(1 << bits)]), 1
        for position in reversed(range(bits)):
            bit = value >> position & 1
            nodes[place].code(bit, self.coder)
            place = place << 1 | bit
        return self

    def half(self, exponent):
        return self.symbol("halfExponent", exponent, 5).raw(0, 6).flag("shortFraction", 1)

    def no_nodes(self):
        return self.integer("opsetCount", 0).integer("inputCount", 0).integer("nodeCount", 0)

    def tensor(self, kind, *dimensions):
        """The only initializer, which no node uses."""
        self.no_nodes().integer("unusedCount", 1).flag("isInput", 0).integer("dataType", kind).integer("rank", len(dimensions))
        for dimension in dimensions:
            self.integer("recentDimension", 0).integer("dimension", dimension & (1 << 64) - 1)
        return self

    def no_outputs(self):
        return self.integer("outputCount", 0)

    def codebook(self, *dimensions):
        return self.tensor(1, *dimensions).integer("encoding", 0).no_outputs()

    def empty_nodes(self, count):
        """Each of an operator that is spelled anew, with no letters."""
        self.integer("opsetCount", 0).integer("inputCount", 0).integer("nodeCount", count)
        for node in range(count):
            self.integer("operator", 0).integer("textLength", 0).flag("otherDomain", 0)
            self.integer("nodeInputs0" if node == 0 else "nodeInputs1", 0).integer("nodeOutputs", 0).integer("attributeCount", 0)
        return self

    def nodes_alike(self, count):
        self.integer("opsetCount", 0).integer("inputCount", 0).integer("nodeCount", count)
        for node in range(min(count, 1000)):
            self.integer("operator", 1).flag("otherDomain", 0).integer("nodeInputs0" if node == 0 else "nodeInputs1", 0)
            self.integer("nodeOutputs", 0).integer("attributeCount", 0)
        return self

    def twins(self, count, elements):
        """Nodes with the same tensor in an attribute, which is there once."""
        self.integer("opsetCount", 0).integer("inputCount", 0).integer("nodeCount", count)
        for node in range(count):
            self.integer("operator", 1).flag("otherDomain", 0).integer("nodeInputs0" if node == 0 else "nodeInputs1", 0)
            self.integer("nodeOutputs", 0).integer("attributeCount", 1)
            if node > 0:
                self.flag("sameAttribute", 1)
                continue
            self.integer("attribute", 19).flag("usualKind", 1).integer("dataType", 6).integer("rank", 1)
            self.integer("recentDimension", 0).integer("dimension", elements)
            for _ in range(elements):
                self.signed("element", 0)
        return self.integer("unusedCount", 0).no_outputs()

    def file(self, more=b"", version=2):
        payload = self.coder.finish() + more
        return b"CMDL" + bytes([version]) + struct.pack("<I", zlib.crc32(bytes([version]) + payload)) + payload


def cmdl_files():
    whole = Network().no_nodes().integer("unusedCount", 0).no_outputs().file()
    write("cmdl/cut-header.cmdl", whole[:7])
    write("cmdl/wrong-magic.cmdl", b"GMDL" + whole[4:])
    write("cmdl/version-1.cmdl", Network().file(version=1))
    write("cmdl/wrong-checksum.cmdl", whole[:5] + bytes(4) + whole[9:])
    empty = Network().no_nodes().integer("unusedCount", 0).no_outputs()
    write("cmdl/bytes-behind-the-end.cmdl", empty.file(more=b"\1\2\3\4\5"))
    write("cmdl/zero-at-the-end.cmdl", Network().file(more=b"\0"))
    write("cmdl/more-opsets-than-bytes.cmdl", Network().integer("opsetCount", 1 << 40).file())
    nodes = Network().empty_nodes(200_000).integer("unusedCount", 0).no_outputs()
    write("cmdl/two-hundred-thousand-operators.cmdl", nodes.file(more=bytes(800) + b"\1"))
    network = Network().integer("opsetCount", 1).integer("textLength", 0).signed("opsetVersion", 17)
    network.integer("inputCount", 0).integer("nodeCount", 0).integer("unusedCount", 1).flag("isInput", 0)
    network.integer("dataType", 1).integer("rank", 2)
    for dimension in (11 << 10, 1 << 10):
        network.integer("recentDimension", 0).integer("dimension", dimension)
    network.integer("encoding", 0).no_outputs().integer("levels", 1).half(15).integer("gridWidth", 0)
    # What comes behind the end reads as ones: all rows have elements.
    write("cmdl/too-many-positions.cmdl", network.file())
    write("cmdl/million-nodes.cmdl", Network().nodes_alike(1_000_000).file())
    write("cmdl/twin-tensors.cmdl", Network().twins(2_000, 10_000).file())
    write("cmdl/type-of-strings.cmdl", Network().tensor(8).file())
    write("cmdl/negative-dimension.cmdl", Network().tensor(1, -1).file())
    write("cmdl/dimensions-beyond-64-bits.cmdl", Network().tensor(6, 1 << 40, 1 << 41).no_outputs().file())
    write("cmdl/too-many-elements.cmdl", Network().tensor(6, 1 << 24).no_outputs().file())
    write("cmdl/unknown-encoding.cmdl", Network().tensor(1, 2).integer("encoding", 3).file())
    write("cmdl/no-levels.cmdl", Network().codebook(2).integer("levels", 0).file())
    write("cmdl/infinite-step.cmdl", Network().tensor(1, 2).integer("encoding", 1).no_outputs().half(31).file())
    wide = Network().codebook(1, 4).integer("levels", 1).half(15).integer("gridWidth", 5)
    write("cmdl/grid-wider-than-columns.cmdl", wide.file())
    largest = (1 << 63) - 1
    grid = Network().codebook(0, largest).integer("levels", 1).half(15)
    write("cmdl/grid-beyond-64-bits.cmdl", grid.integer("gridWidth", 1 << 33).integer("gridHeight", 1 << 40).file())
    output = Network().no_nodes().integer("unusedCount", 0).integer("outputCount", 1).integer("reference3", 3)
    write("cmdl/output-of-no-initializer.cmdl", output.integer("initializerDistance", 0).file())
    integer = Network().tensor(6, 1).no_outputs().signed("element", 1 << 40)
    write("cmdl/integer-beyond-32-bits.cmdl", integer.file())
    texts = Network().no_nodes().integer("unusedCount", 0).no_outputs().integer("textLength", 0)
    write("cmdl/more-metadata-than-bytes.cmdl", texts.integer("metadataCount", 1 << 40).file(version=3))
    write("cmdl/more-strings-than-bytes.cmdl", Network().tensor(8, 1 << 40).no_outputs().file(version=3))


if __name__ == "__main__":
    for files in (recipes, networks, external_data, idx_files, npy_files, npz_files, csv_files, cmdl_files):
        files()
