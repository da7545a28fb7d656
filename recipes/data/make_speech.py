#!/usr/bin/env python3
"""Makes recordings with and without speech, cut as a voice detector gets them.

    make_speech.py OUTPUT.npz [--frames 32] [--samples 3000] [--seed 1]

Sentences of the licenses that every Debian and Ubuntu system has are spoken by espeak-ng in many voices, with pauses, at many
volumes, in noise of many kinds and volumes. Needs espeak-ng and Python 3 with numpy.

Arrays: train_x (two thirds of the samples), validation_x and test_x (a sixth each), int16 [n, frames, 576]: sound of 16 kHz, in frames
of 512 values that follow each other, each behind the last 64 of the frame before.
"""
import argparse
import glob
import io
import re
import subprocess
import wave

import numpy as np

RATE, FRAME, CONTEXT = 16000, 512, 64
TEXTS = "/usr/share/common-licenses/*"
LANGUAGES = ["en-us", "en-gb", "de", "fr-fr", "es", "it", "pl", "ru", "tr", "hi"]
VARIANTS = ["", "+m1", "+m3", "+m5", "+m7", "+f1", "+f2", "+f3", "+f4", "+croak", "+whisper"]


def sentences():
    text = " ".join(open(path, errors="ignore").read() for path in sorted(glob.glob(TEXTS)))
    found = [sentence for sentence in re.split(r"[.;:!?]\s", re.sub(r"\s+", " ", text)) if 3 <= len(sentence.split()) <= 30]
    if not found:
        raise SystemExit(f"there is no text in {TEXTS}")
    return found


def resampled(sound, rate):
    """Brought to RATE by its spectrum."""
    count = round(len(sound) * RATE / rate)
    spectrum = np.fft.rfft(sound)
    wanted = np.zeros(count // 2 + 1, complex)
    shared = min(len(spectrum), len(wanted))
    wanted[:shared] = spectrum[:shared]
    return np.fft.irfft(wanted, count) * (count / len(sound))


def spoken(random, text):
    voice = LANGUAGES[random.integers(len(LANGUAGES))] + VARIANTS[random.integers(len(VARIANTS))]
    command = ["espeak-ng", "--stdout", "-v", voice, "-s", str(random.integers(110, 230)), "-p", str(random.integers(20, 80)), text]
    with wave.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)) as file:
        # The header of a stream does not know its length.
        sound = np.frombuffer(file.readframes(1 << 30), np.int16).astype(float) / 32768
        return resampled(sound, file.getframerate())


def noise(random, count):
    """White, pink or brown, or a hum."""
    kind = random.integers(4)
    if kind == 3:
        time = np.arange(count) / RATE
        pitch = random.uniform(50, 400)
        return sum(np.sin(2 * np.pi * pitch * k * time + random.uniform(0, 6)) / k for k in range(1, 6)) / 3
    spectrum = np.fft.rfft(random.normal(0, 1, count))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** (kind / 2)
    sound = np.fft.irfft(spectrum, count)
    return sound / (np.abs(sound).max() + 1e-9)


def recording(random, texts):
    """A sentence between pauses, in noise."""
    text = texts[random.integers(len(texts))]
    speech = spoken(random, text)
    sound = np.concatenate([np.zeros(random.integers(0, 2 * RATE)), speech, np.zeros(random.integers(0, 2 * RATE))])
    sound *= 10 ** random.uniform(-1.5, 0)
    sound += noise(random, len(sound)) * 10 ** random.uniform(-4, -1)
    return sound


def stream(random, texts, count):
    parts, length = [], 0
    while length < count:
        parts.append(recording(random, texts))
        length += len(parts[-1])
    return np.concatenate(parts)[:count]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--frames", type=int, default=32)
    parser.add_argument("--samples", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    length = options.frames * FRAME
    sound = stream(random, sentences(), CONTEXT + options.samples * length)
    sound = np.clip(np.rint(sound * 32767), -32768, 32767).astype(np.int16)
    places = np.arange(options.samples * options.frames)[:, None] * FRAME + np.arange(CONTEXT + FRAME)
    x = sound[places].reshape(options.samples, options.frames, CONTEXT + FRAME)
    x = x[random.permutation(options.samples)]
    sixth = options.samples // 6
    np.savez_compressed(
        options.output, train_x=x[2 * sixth:], validation_x=x[:sixth], test_x=x[sixth:2 * sixth])
    print(f"{options.output}: {len(x)} recordings of {length / RATE:.2f} s")


if __name__ == "__main__":
    main()
