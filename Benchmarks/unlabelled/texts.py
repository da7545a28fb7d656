"""English sentences of many kinds out of Debian's packages."""
import glob
import gzip
import os
import re

# Share of the samples: where the texts are. Jokes and quotations, words in examples and definitions, slang, a manual, licenses.
FORTUNES = "debian/usr/share/games/fortunes"
WORDNET = "debian/usr/share/wordnet/data.*"
JARGON = "debian/usr/share/doc/jargon-text/jargon.txt.gz"
MANUAL = "debian/usr/share/doc/debian/FAQ/debian-faq.en.txt.gz"
LICENSES = "/usr/share/common-licenses/*"


def read(path):
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        return file.read().decode("utf-8", "ignore")


def sentences(text):
    """Sentences of three words or more, without drawn lines and lists of other marks."""
    for paragraph in re.split(r"\n\s*\n|\n%\n", text):
        paragraph = re.sub(r"\s+", " ", paragraph).strip()
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z\"'(])", paragraph):
            letters = sum(character.isalpha() or character == " " for character in sentence)
            if len(sentence.split()) >= 3 and letters > 0.85 * len(sentence) and len(sentence) < 400:
                yield sentence.strip()


def fortunes(folder):
    for path in sorted(glob.glob(os.path.join(folder, FORTUNES, "*"))):
        if "." not in os.path.basename(path):
            yield from sentences(read(path))


def glosses(folder):
    """What WordNet says of a word: a definition, then examples in quotation marks."""
    for path in sorted(glob.glob(os.path.join(folder, WORDNET))):
        for line in read(path).splitlines():
            if " | " in line:
                yield line.split(" | ", 1)[1].strip()


def definitions(folder):
    return [gloss.split("; \"")[0] for gloss in glosses(folder) if len(gloss.split("; \"")[0].split()) >= 3]


def examples(folder):
    return [example for gloss in glosses(folder) for example in re.findall(r'"([^"]+)"', gloss) if len(example.split()) >= 3]


def licenses(folder):
    for path in sorted(set(os.path.realpath(path) for path in glob.glob(LICENSES))):
        yield from sentences(read(path))


def kinds(folder):
    """Texts of each kind, no text twice, in the order of the packages."""
    found = [
        fortunes(folder), definitions(folder), examples(folder), sentences(read(os.path.join(folder, JARGON))),
        sentences(read(os.path.join(folder, MANUAL))), licenses(folder),
    ]
    return [list(dict.fromkeys(texts)) for texts in found]
