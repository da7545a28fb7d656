#!/usr/bin/env python3
"""Makes images of lines of text, as a text recogniser gets them from a text detector.

    make_text_lines.py OUTPUT.npz [--width 192] [--samples 4000] [--turned 0.5] [--words 4] [--seed 1]

The words are those of the licenses that every Debian and Ubuntu system has, the fonts those of fonts-dejavu-core and
fonts-liberation (whatever is installed of them). Needs Python 3 with numpy and Pillow.

Arrays: train_x (half of the samples), validation_x and test_x (a quarter each), uint8 [n, 3, 48, width], channels blue, green,
red; behind a line that is shorter than the image the pixels are 128, and a longer one is squeezed. Lines have --words words at most,
and a share of --turned is turned upside down.
"""
import argparse
import glob
import re

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HEIGHT = 48
TEXTS = "/usr/share/common-licenses/*"
FONTS = ["/usr/share/fonts/truetype/dejavu/*.ttf", "/usr/share/fonts/truetype/liberation/*.ttf"]


def words():
    text = " ".join(open(path, errors="ignore").read() for path in sorted(glob.glob(TEXTS)))
    found = re.findall(r"[!-~]+", text)
    if not found:
        raise SystemExit(f"there is no text in {TEXTS}")
    return found


def fonts():
    found = [path for pattern in FONTS for path in sorted(glob.glob(pattern))]
    if not found:
        raise SystemExit("no fonts found: apt-get install fonts-dejavu-core")
    return found


def colours(random):
    """Paper and ink that can be told apart."""
    while True:
        paper, ink = random.integers(0, 256, (2, 3))
        if abs(int(paper.mean()) - int(ink.mean())) > 80:
            return tuple(int(c) for c in paper), tuple(int(c) for c in ink)


def line(random, words, fonts, most):
    """A picture of a few words, cut out tightly."""
    start = random.integers(0, len(words) - 6)
    text = " ".join(words[start:start + random.integers(1, most + 1)])
    font = ImageFont.truetype(fonts[random.integers(len(fonts))], int(random.integers(20, 48)))
    left, top, right, bottom = font.getbbox(text)
    margin = random.integers(1, 8, 4)
    paper, ink = colours(random)
    size = (int(right - left + margin[0] + margin[1]), int(bottom - top + margin[2] + margin[3]))
    image = Image.new("RGB", size, paper)
    ImageDraw.Draw(image).text((int(margin[0]) - left, int(margin[2]) - top), text, fill=ink, font=font)
    image = image.rotate(random.normal(0, 1), resample=Image.Resampling.BILINEAR, fillcolor=paper)
    if random.random() < 0.5:
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 1.2)))
    return image


def sample(random, words, fonts, width, turned, most):
    image = line(random, words, fonts, most)
    scaled = min(width, max(1, round(HEIGHT * image.width / image.height)))
    image = image.resize((scaled, HEIGHT), Image.Resampling.BILINEAR)
    if random.random() < turned:
        image = image.transpose(Image.Transpose.ROTATE_180)
    pixels = np.asarray(image, np.float32) + random.normal(0, random.uniform(0, 8), (HEIGHT, scaled, 3))
    result = np.full((3, HEIGHT, width), 128, np.uint8)
    result[:, :, :scaled] = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)[:, :, ::-1].transpose(2, 0, 1)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--samples", type=int, default=4000)
    parser.add_argument("--turned", type=float, default=0.5)
    parser.add_argument("--words", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    known = (words(), fonts())
    x = np.stack([sample(random, *known, options.width, options.turned, options.words) for _ in range(options.samples)])
    half, quarter = options.samples // 2, options.samples // 4
    np.savez_compressed(
        options.output, train_x=x[:half], validation_x=x[half:half + quarter], test_x=x[half + quarter:])
    print(f"{options.output}: {len(x)} lines of 48×{options.width}")


if __name__ == "__main__":
    main()
