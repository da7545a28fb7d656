"""Networks of torchvision."""
from torchvision import models
from torchvision.models import resnet, segmentation, swin_transformer
from torchvision.models.segmentation import deeplabv3, fcn

from network import Floats, Network, Output, image

FIRST = """resnet18 resnet50 mobilenet_v2 mobilenet_v3_small efficientnet_b0 shufflenet_v2_x0_5 squeezenet1_1 densenet121
    googlenet mnasnet0_5 regnet_y_400mf convnext_tiny vgg11_bn alexnet""".split()
SECOND = "mobilenet_v3_large efficientnet_v2_s regnet_x_400mf shufflenet_v2_x1_0 efficientnet_b2 squeezenet1_0".split()
ARGUMENTS = {"googlenet": dict(aux_logits=False, init_weights=True)}
VIDEO = {"x": Floats((3, 4, 32, 32))}


def named(name, which):
    """A network that torchvision has a function for."""
    def build():
        return getattr(models, name)(weights=None, **ARGUMENTS.get(name, {}))

    return Network("tv_" + name, build, image(128 if name == "alexnet" else 96), set=which)


def vision_transformer():
    return models.VisionTransformer(64, 16, 2, 3, 96, 192, num_classes=10)


def swin(**arguments):
    return models.SwinTransformer([4, 4], 32, [2, 2], [2, 4], [4, 4], num_classes=10, **arguments)


def swin_v2():
    return swin(block=swin_transformer.SwinTransformerBlockV2, downsample_layer=swin_transformer.PatchMergingV2)


def maxvit():
    return models.MaxVit((64, 64), 16, 4, [16, 32], [1, 1], 8, 0.0, num_classes=10)


def bottlenecks(**arguments):
    """A ResNet with one block where ResNet-50 has three to six."""
    return resnet.ResNet(resnet.Bottleneck, [1, 1, 1, 1], **arguments)


def segmenting(name):
    """A segmentation network that torchvision has a function for."""
    return Output(getattr(segmentation, name)(weights=None, weights_backbone=None), "out")


def dilated():
    return bottlenecks(replace_stride_with_dilation=[False, True, True])


def networks():
    yield from (named(name, "first") for name in FIRST)
    yield Network("tv_vit_b_16", vision_transformer, image(64), set="first")
    yield Network("tv_swin_t", swin, image(64), set="first")
    yield Network("tv_fcn_seg", lambda: segmenting("lraspp_mobilenet_v3_large"), image(96), set="first")
    yield Network("tv_deeplab", lambda: segmenting("deeplabv3_mobilenet_v3_large"), image(96), set="first")
    yield Network("tv_r3d", lambda: models.video.r3d_18(weights=None), VIDEO, set="first")

    yield from (named(name, "second") for name in SECOND)
    yield Network("tv_resnext", lambda: bottlenecks(groups=32, width_per_group=4), image(96))
    yield Network("tv_inception_v3", lambda: models.Inception3(aux_logits=False, init_weights=False), image(96))
    yield Network("tv_maxvit", maxvit, image(64))
    yield Network("tv_swin_v2", swin_v2, image(64))
    yield Network("tv_mc3_18", lambda: models.video.mc3_18(weights=None), VIDEO)
    yield Network("tv_deeplab_resnet", lambda: Output(deeplabv3._deeplabv3_resnet(dilated(), 21, None), "out"), image(96))
    yield Network("tv_fcn_resnet", lambda: Output(fcn._fcn_resnet(dilated(), 21, None), "out"), image(96))
