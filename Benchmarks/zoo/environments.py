"""Virtual environments with the packages that export, and with other tools that make networks small: one for PyTorch's exporters
and scikit-learn's, one each for tools that want others."""
import os
import subprocess
import sys
import venv

PYTORCH_PROCESSORS = "https://download.pytorch.org/whl/cpu"
# Name: (what must be importable, packages). ultralytics and NNCodec come without opencv-python, which wants libraries of a desktop.
PACKAGES = {
    "": ("torch, torchvision, timm, transformers, onnx, onnxscript, onnxruntime, torch_pruning, ultralytics, sklearn, skl2onnx, keras",
         ["torch", "torchvision", "timm", "transformers", "onnx", "onnxscript", "onnxruntime", "torch-pruning", "scikit-learn", "skl2onnx",
          "keras", "opencv-python-headless", "pyyaml", "psutil", "scipy", "tqdm", "polars", "ultralytics-thop", "ultralytics-platform",
          "requests", "matplotlib"]),
    "tensorflow": ("tensorflow, tf2onnx, keras", ["tensorflow-cpu", "tf2onnx", "keras"]),
    "paddle": ("paddle, paddle2onnx", ["paddlepaddle", "paddle2onnx", "packaging"]),
    "peers": ("torch, onnx, onnxruntime, onnxconverter_common, nncodec, pandas, cv2, sklearn, h5py, yaml",
              ["torch", "torchvision", "onnx", "onnx-ir", "onnxruntime", "onnxconverter-common", "ml-dtypes", "sympy", "pyyaml", "pandas",
               "scikit-learn", "h5py", "tqdm", "click", "ptflops", "torchmetrics", "opencv-python-headless"]),
}
ALONE = {"": ["ultralytics"], "peers": ["nncodec"]}


def python(folder, name=""):
    """The interpreter of the environment in FOLDER, or FOLDER-NAME, made or completed; None where a package does not install."""
    folder = folder + (f"-{name}" if name else "")
    interpreter = os.path.join(folder, "bin", "python3")
    imports, packages = PACKAGES[name]
    if not os.path.exists(interpreter):
        print(f"making the virtual environment {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
    if has(interpreter, imports):
        return interpreter
    install = [interpreter, "-m", "pip", "install", "--quiet"]
    # PyTorch for processors alone is a tenth of what PyPI has; where its index cannot be reached PyPI's does, too.
    if "torch" in packages and not has(interpreter, "torch"):
        subprocess.run(install + ["torch", "torchvision", "--index-url", PYTORCH_PROCESSORS], stderr=subprocess.DEVNULL)
    done = subprocess.run(install + packages).returncode == 0
    for package in ALONE.get(name, []):
        done &= subprocess.run(install + ["--no-deps", package]).returncode == 0
    return interpreter if done and has(interpreter, imports) else None


def has(interpreter, modules):
    code = f"import importlib.util as u; import sys; sys.exit(not all(u.find_spec(m.strip()) for m in {modules!r}.split(',')))"
    return subprocess.run([interpreter, "-c", code], capture_output=True).returncode == 0
