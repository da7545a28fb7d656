"""Networks of ultralytics, as its own `export` prepares them."""
from network import Network, Output, image


def yolo(name):
    from ultralytics import YOLO
    network = YOLO(name + ".yaml").model
    for module in network.modules():
        if hasattr(module, "export"):
            module.export, module.format = True, "onnx"
    network.fuse(verbose=False)
    return First(network)


class First(Output):
    """The predictions of a network that gives these alone or together with the values of its scales."""

    def __init__(self, network):
        super().__init__(network, 0)

    def forward(self, x):
        outputs = self.m(x)
        return outputs[0] if isinstance(outputs, (tuple, list)) else outputs


def networks():
    for name, which in (("yolov8n", "first"), ("yolo11n", "first"), ("yolov5nu", "second"), ("yolov10n", "second"),
                        ("yolov8n-seg", "second"), ("yolov8n-cls", "second"), ("yolo12n", "second")):
        metric = "agreement" if name.endswith("cls") else "cosine"
        yield Network("ul_" + name.replace("-", "_"), lambda name=name: yolo(name), image(96), metric=metric, set=which)
