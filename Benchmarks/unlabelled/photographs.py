"""Photographs out of packages of Debian and PyPI."""
import glob
import io
import os
import re

from PIL import Image

# Files as they are. Of stereo pairs and sizes of one picture only one is named.
FILES = [
    "debian/usr/share/backgrounds/*.jpg", "debian/usr/share/backgrounds/mate/nature/*.jpg",
    "debian/usr/share/backgrounds/mate/abstract/Elephants.jpg",
] + [f"debian/usr/share/doc/opencv-doc/examples/data/{name}" for name in [
    "aloeL.jpg", "apple.jpg", "baboon.jpg", "basketball1.png", "board.jpg", "box_in_scene.png", "building.jpg", "butterfly.jpg",
    "cards.png", "fruits.jpg", "home.jpg", "leuvenA.jpg", "messi5.jpg", "orange.jpg", "smarties.png", "squirrel_cls.jpg", "stuff.jpg",
]] + [f"python/skimage/data/{name}" for name in [
    "astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg"]]
# Archives of Qt, in which pictures stand as they are, one behind the other.
ARCHIVES = [f"debian/usr/share/gcompris-qt/rcc/{name}.rcc" for name in [
    "categorization", "erase", "explore_farm_animals", "explore_monuments", "explore_world_animals", "explore_world_music"]]
# Things that have been cut out of photographs, on a transparent ground.
STAMPS = [f"debian/usr/share/tuxpaint/stamps/{name}/**/*.png" for name in [
    "animals", "food", "hobbies", "household", "military", "plants", "vehicles"]]
LEAST = 160


def of_archive(path):
    with open(path, "rb") as file:
        content = file.read()
    for found in re.finditer(rb"RIFF(....)WEBP", content, re.DOTALL):
        image = Image.open(io.BytesIO(content[found.start():found.start() + 8 + int.from_bytes(found[1], "little")]))
        if image.mode == "RGB" and min(image.size) >= LEAST:
            yield image


def reduced(image, most=1024):
    """Large pictures take too much time and memory to cut from."""
    image.thumbnail((most, most), Image.Resampling.LANCZOS)
    return image


def paths(folder, patterns):
    found = [path for pattern in patterns for path in sorted(glob.glob(os.path.join(folder, pattern), recursive=True))]
    if not found:
        raise SystemExit(f"{folder} has none of {', '.join(patterns)}")
    return found


def photographs(folder):
    """All of them as RGB, in the order of the packages."""
    images = [reduced(Image.open(path).convert("RGB")) for path in paths(folder, FILES)]
    for path in paths(folder, ARCHIVES):
        images += [reduced(image.convert("RGB")) for image in of_archive(path)]
    return images


def stamps(folder):
    """All of them as RGBA: what is transparent belongs to no thing."""
    images = [Image.open(path) for path in paths(folder, STAMPS) if "cartoon" not in path]
    return [reduced(image.convert("RGBA"), 400) for image in images if max(image.size) >= LEAST]


def parts(items, random, shares):
    """Three lists without a common item, for training, validation and test."""
    order = random.permutation(len(items))
    ends = [round(len(items) * sum(shares[:count])) for count in range(4)]
    return [[items[index] for index in order[start:end]] for start, end in zip(ends, ends[1:])]
