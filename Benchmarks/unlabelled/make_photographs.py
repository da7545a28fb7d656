#!/usr/bin/env python3
"""Makes parts of photographs as a classifier of images gets them.

    make_photographs.py PACKAGES OUTPUT.npz [--side 224] [--samples 1800] [--seed 1]

PACKAGES is a folder that packages.py has filled. Needs Python 3 with numpy and Pillow. Half of the samples are parts of photographs, the
others things before a part of a photograph or a plain ground; many are mirrored, lighter or darker, paler or more colourful.

Arrays: train_x (1,000 of the samples' 1,800, or as large a share), validation_x (300), test_x (500), uint8 [n, 3, side, side],
channels red, green, blue. No photograph and no thing is in two parts.
"""
import argparse

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

import photographs


def part(random, image, side, least):
    """A part of `least` to all of the area, not far from square."""
    area = random.uniform(least, 1) * image.width * image.height
    proportion = np.exp(random.uniform(np.log(3 / 4), np.log(4 / 3)))
    width, height = min(image.width, round((area * proportion) ** 0.5)), min(image.height, round((area / proportion) ** 0.5))
    left, top = random.integers(image.width - width + 1), random.integers(image.height - height + 1)
    return image.resize((side, side), Image.Resampling.BICUBIC, (left, top, left + width, top + height))


def ground(random, images, side):
    if random.random() < 0.4:
        return Image.new("RGB", (side, side), tuple(int(value) for value in random.integers(0, 256, 3)))
    image = part(random, images[random.integers(len(images))], side, 0.1)
    return image.filter(ImageFilter.GaussianBlur(random.uniform(0, 4)))


def staged(random, thing, images, side):
    """A thing before a ground."""
    result = ground(random, images, side)
    scale = random.uniform(0.6, 1) * side / max(thing.size)
    thing = thing.resize((max(1, round(thing.width * scale)), max(1, round(thing.height * scale))), Image.Resampling.BICUBIC)
    place = tuple(int(random.integers(side - length + 1)) for length in thing.size)
    result.paste(thing, place, thing)
    return result


def changed(random, image):
    if random.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for change in [ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color]:
        image = change(image).enhance(random.uniform(0.7, 1.3))
    return image


def samples(random, images, things, side, count):
    result = np.empty((count, 3, side, side), np.uint8)
    for index in range(count):
        if random.random() < 0.5:
            image = part(random, images[random.integers(len(images))], side, 0.35)
        else:
            image = staged(random, things[random.integers(len(things))], images, side)
        result[index] = np.asarray(changed(random, image)).transpose(2, 0, 1)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages")
    parser.add_argument("output")
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--samples", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    shares = (10 / 18, 3 / 18, 5 / 18)
    images = photographs.parts(photographs.photographs(options.packages), random, shares)
    things = photographs.parts(photographs.stamps(options.packages), random, shares)
    arrays = {}
    for name, of_images, of_things, share in zip(["train_x", "validation_x", "test_x"], images, things, [10, 3, 5]):
        arrays[name] = samples(random, of_images, of_things, options.side, options.samples * share // 18)
    np.savez_compressed(options.output, **arrays)
    print(f"{options.output}: {options.samples} images from {sum(map(len, images))} photographs and {sum(map(len, things))} things")


if __name__ == "__main__":
    main()
