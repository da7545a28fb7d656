"""Writes the files beside it: small arrays in every format read, and damaged ones in `damaged/`.

Run as `python3 make_fixtures.py`; needs numpy. The same bytes come out every time.
"""
import gzip
import io
import pathlib
import struct
import zipfile

import numpy as np

HERE = pathlib.Path(__file__).parent
DAMAGED = HERE / "damaged"
DAMAGED.mkdir(exist_ok=True)


def idx(code, array):
    header = bytes([0, 0, code, array.ndim]) + b"".join(struct.pack(">I", n) for n in array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def gz(data):
    return gzip.compress(data, mtime=0)


def npy(array, version=None, fortran=False):
    out = io.BytesIO()
    if fortran:
        array = np.asfortranarray(array)
    np.lib.format.write_array(out, array, version=version, allow_pickle=True)
    return out.getvalue()


def raw_npy(header, data=b""):
    header = header.encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


class Unseekable(io.RawIOBase):
    """Makes zipfile write data descriptors."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def zipped(members, method, out=None):
    target = out or io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            # Zip64 sizes in the local header, as numpy.savez writes them.
            with archive.open(info, "w", force_zip64=True) as member:
                member.write(data)
    return target.data if out else target.getvalue()


def zip64_directory_sizes(archive):
    """Moves the sizes of the one member into a zip64 extra field of the directory."""
    at = archive.index(b"PK\x01\x02")
    end = archive.rindex(b"PK\x05\x06")
    entry = bytearray(archive[at:end])
    compressed, size = struct.unpack_from("<II", entry, 20)
    struct.pack_into("<II", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    name, extra = struct.unpack_from("<HH", entry, 28)
    field = b"\x99\x99\x01\x00\x00" + struct.pack("<HHQQ", 1, 16, size, compressed)
    struct.pack_into("<H", entry, 30, extra + len(field))
    entry[46 + name + extra:46 + name + extra] = field
    tail = bytearray(archive[end:])
    struct.pack_into("<I", tail, 12, len(entry))
    return archive[:at] + bytes(entry) + bytes(tail)


def write(name, data):
    (HERE / name).write_bytes(data)


def damaged(name, data):
    (DAMAGED / name).write_bytes(data)


def changed(data, at, new):
    return data[:at] + new + data[at + len(new):]


# Well-formed files. `ramp` counts 0, 1, 2, … so that order is easy to see.
def ramp(shape, dtype):
    return np.arange(np.prod(shape), dtype=np.int64).reshape(shape).astype(dtype)


images = (ramp((3, 2, 4), np.uint8) * 10).astype(np.uint8)
classes = np.array([2, 0, 1], np.uint8)
write("images.idx", idx(0x08, images))
write("images.idx.gz", gz(idx(0x08, images)))
write("labels.idx", idx(0x08, classes))
write("labels-named-plainly", gz(idx(0x08, classes)))
signed = np.array([-2, 0, 100])
write("int8.idx", idx(0x09, signed.astype(np.int8)))
write("int16.idx", idx(0x0B, (signed * 300).astype(np.int16)))
write("int32.idx", idx(0x0C, (signed * 70000).astype(np.int32)))
fractions = np.array([-1.5, 0.1, 3e38])
write("float32.idx", idx(0x0D, fractions.astype(np.float32)))
write("float64.idx", idx(0x0E, fractions))

for code in ["|b1", "|u1", "|i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", ">i4", "<i8", ">i8",
             "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
    order = {"<": "little", ">": "big", "|": "byte"}[code[0]]
    write(f"{order}-{code[1:]}.npy", npy(np.array([0, 1, 1, 100], np.dtype(code))))
write("half.npy", npy(np.array([1 / 3, -65504, 2 ** -24, -(2 ** -14), np.inf, 0.0, -0.0], np.float16)))
write("fortran.npy", npy(ramp((2, 3, 4), np.int32), fortran=True))
write("fortran-f8-big.npy", npy(ramp((3, 2), ">f8"), fortran=True))
write("version2.npy", npy(ramp((2, 3), np.float32), version=(2, 0)))
write("version3.npy", npy(ramp((2, 3), np.float32), version=(3, 0)))
write("scalar.npy", npy(np.array(7, np.int64)))
write("values.npy", npy(np.array([[0.5, -1], [2, 3], [4, 5]], np.float64)))
write("onehot.npy", npy(np.eye(3, dtype=np.uint8)))
write("infinite.npy", npy(np.array([[0, 1], [2, 3], [4, np.nan]], np.float32)))

members = {"x.npy": npy(images), "y.npy": npy(classes.astype(np.int64)), "README.txt": b"not an array"}
write("deflated.npz", zipped(members, zipfile.ZIP_DEFLATED))
write("stored.npz", zipped(members, zipfile.ZIP_STORED))
write("descriptors.npz", zipped(members, zipfile.ZIP_DEFLATED, Unseekable()))
one = {"x.npy": npy(images)}
write("zip64.npz", zip64_directory_sizes(zipped(one, zipfile.ZIP_DEFLATED)))

write("table.csv", b"a,class,b\r\n1,2,-0.5\r\n 2.5e1 ,0,.25\r\n3,1,7.\r\n")
write("quoted.csv", b'\xef\xbb\xbf"the ""a"", quoted",class\n"1",0\n"2",1')
write("plain.csv", b"1,2,3\n4,5,6\n")

# Damaged files.
x = idx(0x08, images)
damaged("empty.idx", b"")
damaged("magic.idx", changed(x, 0, b"PK"))
damaged("type.idx", changed(x, 2, b"\x0a"))
damaged("rank0.idx", changed(x, 3, b"\x00"))
damaged("cut-in-extents.idx", x[:10])
damaged("cut-in-data.idx", x[:-1])
damaged("trailing.idx", x + b"\x00")
damaged("huge.idx", changed(x, 4, b"\xff" * 12))
damaged("bomb.idx.gz", gz(changed(x, 4, b"\x00\x10\x00\x00")))
damaged("short-inside.idx.gz", gz(x[:-1]))
damaged("trailing-inside.idx.gz", gz(x + b"\x00"))
damaged("trailing-outside.idx.gz", gz(x) + b"\x00")
damaged("cut.idx.gz", gz(x)[:-12])
damaged("checksum.idx.gz", changed(gz(x), len(gz(x)) - 8, b"\x00\x00\x00\x00"))
damaged("deflate.idx.gz", changed(gz(x), 10, b"\xff"))

a = npy(ramp((2, 3), np.float32))
damaged("magic.npy", changed(a, 0, b"\x94"))
damaged("version.npy", changed(a, 6, b"\x04"))
damaged("cut-in-header.npy", a[:40])
damaged("cut-in-data.npy", a[:-2])
damaged("trailing.npy", a + b"\x00")
damaged("object.npy", npy(np.array([{}, None], object)))
damaged("records.npy", npy(np.zeros(2, [("a", "<f4")])))
damaged("complex.npy", npy(np.zeros(2, np.complex64)))
damaged("missing-shape.npy", raw_npy("{'descr': '<f4', 'fortran_order': False}\n"))
damaged("repeated-key.npy", raw_npy("{'descr': '<f4', 'descr': '<f4'}\n"))
damaged("code.npy", raw_npy("{'descr': '<f4', 'fortran_order': os.exit(), 'shape': (1,)}\n"))
damaged("number.npy", raw_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (6)}\n", bytes(24)))
damaged("negative.npy", raw_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}\n"))
damaged("overflow.npy", raw_npy(
    "{'descr': '<f4', 'fortran_order': True, 'shape': (0, 4611686018427387904, 4)}\n"))

z = zipped(one, zipfile.ZIP_DEFLATED)
directory = z.index(b"PK\x01\x02")
damaged("not-a-zip.npz", a)
damaged("cut.npz", z[:-30])
damaged("encrypted.npz", changed(z, directory + 8, b"\x01\x00"))
damaged("method.npz", changed(z, directory + 10, b"\x0c\x00"))
damaged("checksum.npz", changed(z, directory + 16, b"\x00\x00\x00\x00"))
damaged("expansion.npz", changed(z, directory + 24, b"\x00\x00\x10\x00"))
damaged("short.npz", changed(z, directory + 24, struct.pack("<I", len(npy(images)) - 1)))
damaged("local-name.npz", changed(z, 30, b"y"))
damaged("local-header.npz", changed(z, 0, b"XX"))
damaged("entry.npz", changed(z, directory, b"XX"))
damaged("count.npz", changed(z, len(z) - 14, b"\x02\x00\x02\x00"))
bad = zip64_directory_sizes(z)
field = bad.rindex(struct.pack("<HH", 1, 16))
damaged("zip64-size.npz", changed(bad, field + 4, b"\xff" * 8))
repeated = zipped({"x.npy": a, "y.npy": a}, zipfile.ZIP_STORED).replace(b"y.npy", b"x.npy")
damaged("repeated.npz", repeated)

damaged("empty.csv", b"")
damaged("number.csv", b"1,2,3\n4,x,6\n")
damaged("number-behind-umlaut.csv", '"1","ä\n",3\n'.encode())
damaged("blank.csv", b"1,2,3\n4,,6\n")
damaged("range.csv", b"1,2,3\n4,1e39,6\n")
damaged("hexadecimal.csv", b"1,2,3\n4,0x10,6\n")
damaged("exponent.csv", b"1,2,3\n4,1e,6\n")
damaged("short-row.csv", b"1,2,3\n4,5\n")
damaged("long-row.csv", b"1,2,3\r\n4,5,6,7\r\n")
damaged("blank-line.csv", b"1,2,3\n\n4,5,6\n")
damaged("unterminated.csv", b'1,2,3\n4,"5,6\n')
damaged("quote-inside.csv", b'1,2,3\n4,5"",6\n')
damaged("after-quote.csv", b'1,2,3\n4,"5"5,6\n')
