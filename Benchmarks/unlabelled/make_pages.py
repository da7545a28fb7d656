#!/usr/bin/env python3
"""Makes pictures with text in them as a detector of text gets them.

    make_pages.py PACKAGES OUTPUT.npz [--side 256] [--samples 900] [--seed 1]

PACKAGES is a folder that packages.py has filled. Needs Python 3 with numpy and Pillow. A sample is a part of a page or of a photograph
with blocks of text in several fonts, sizes, colours and slants; one in ten has none.

Arrays: train_x (500 of the samples' 900, or as large a share), validation_x (150), test_x (250), uint8 [n, 3, side, side], channels blue,
green, red. No photograph and no text is in two parts.
"""
import argparse

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import photographs
import texts
from make_photographs import part

FONTS = ["debian/usr/share/fonts/truetype/dejavu/*.ttf", "debian/usr/share/fonts/truetype/liberation*/*.ttf"]


def colour(random, unlike=None):
    """A colour, and one that can be read on another."""
    while True:
        found = random.integers(0, 256, 3)
        if unlike is None or abs(float(found.mean()) - float(np.mean(unlike))) > 80:
            return tuple(int(value) for value in found)


def lines(random, sentences, font, width):
    """The words of a few sentences in lines that are not wider than that."""
    start = random.integers(len(sentences) - 3)
    found = [""]
    for word in " ".join(sentences[start:start + random.integers(1, 4)]).split():
        if found[-1] and font.getlength(f"{found[-1]} {word}") > width:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found[:random.integers(1, 9)]


def block(random, sentences, fonts, side, paper):
    """Text on a transparent ground, a little slanted."""
    size = int(np.exp(random.uniform(np.log(9), np.log(40))))
    font = ImageFont.truetype(fonts[random.integers(len(fonts))], size)
    text = "\n".join(lines(random, sentences, font, random.uniform(0.4, 1) * side))
    measure = ImageDraw.Draw(Image.new("L", (1, 1)))
    spacing = size * random.uniform(0.1, 0.6)
    left, top, right, bottom = measure.multiline_textbbox((0, 0), text, font, spacing=spacing)
    image = Image.new("RGBA", (int(right - left) + 4, int(bottom - top) + 4), paper + (0,))
    ImageDraw.Draw(image).multiline_text((2 - left, 2 - top), text, colour(random, paper), font, spacing=spacing)
    return image.rotate(random.normal(0, 4), Image.Resampling.BICUBIC, expand=True)


def page(random, sentences, images, fonts, side):
    if random.random() < 0.4:
        result = part(random, images[random.integers(len(images))], side, 0.2)
    else:
        result = Image.new("RGB", (side, side), colour(random))
    if random.random() < 0.1:
        return result
    height = random.integers(-10, side // 3)
    while height < side - 12:
        paper = tuple(int(value) for value in np.asarray(result).mean((0, 1)))
        text = block(random, sentences, fonts, side, paper)
        result.paste(text, (int(random.integers(-10, side // 3)), int(height)), text)
        height += text.height + random.integers(4, side // 3)
    return result


def samples(random, sentences, images, fonts, side, count):
    result = np.empty((count, 3, side, side), np.uint8)
    for index in range(count):
        image = page(random, sentences, images, fonts, side)
        if random.random() < 0.5:
            image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 1)))
        pixels = np.asarray(image, np.float32) + random.normal(0, random.uniform(0, 8), (side, side, 3))
        result[index] = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)[:, :, ::-1].transpose(2, 0, 1)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages")
    parser.add_argument("output")
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--samples", type=int, default=900)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    shares = (10 / 18, 3 / 18, 5 / 18)
    fonts = photographs.paths(options.packages, FONTS)
    images = photographs.parts(photographs.photographs(options.packages), random, shares)
    sentences = photographs.parts([text for kind in texts.kinds(options.packages) for text in kind[:2000]], random, shares)
    arrays = {}
    for name, of_texts, of_images, share in zip(["train_x", "validation_x", "test_x"], sentences, images, [10, 3, 5]):
        arrays[name] = samples(random, of_texts, of_images, fonts, options.side, options.samples * share // 18)
    np.savez_compressed(options.output, **arrays)
    print(f"{options.output}: {options.samples} pictures of {options.side}×{options.side}")


if __name__ == "__main__":
    main()
