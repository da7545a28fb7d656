"""Networks of timm, those of the second set with fewer and narrower blocks than their names say."""
import timm
from timm.layers import GatedMlp, GroupNorm1, StdConv2d
from timm.models import convmixer, metaformer, mlp_mixer, resnetv2
from torch import nn

from network import Network, image

FIRST = "mobilenetv3_small_050 ghostnet_100 fastvit_t8 repvgg_a0 mobileone_s0 mobilenetv4_conv_small".split()
SIDE = dict(img_size=64)
NARROW = dict(depth=2, embed_dim=48, num_heads=4)
# name in timm: (side of the image, arguments)
SECOND = {
    "nfnet_l0": (96, dict(depths=(1, 1, 1, 1), channels=(256, 256, 512, 512))),
    "efficientnet_lite0": (96, {}),
    "convnextv2_atto": (96, dict(depths=(1, 1, 2, 1))),
    "deit_tiny_patch16_224": (64, {**SIDE, **NARROW}),
    "vit_tiny_patch16_224": (64, {**SIDE, **NARROW}),
    "deit_tiny_distilled_patch16_224": (64, {**SIDE, **NARROW}),
    "levit_128s": (64, dict(img_size=64, depth=(1, 1, 1), embed_dim=(64, 96, 128), num_heads=(4, 6, 8))),
    "edgenext_xx_small": (96, dict(depths=(1, 1, 2, 1))),
    "efficientformer_l1": (224, dict(depths=(1, 1, 1, 2), embed_dims=(16, 32, 48, 64))),
    "mobilevit_xxs": (64, {}),
    "mobilevitv2_050": (64, {}),
    "coat_lite_tiny": (64, dict(img_size=64, serial_depths=(1, 1, 1, 1), embed_dims=(32, 48, 64, 80))),
    "xcit_nano_12_p16_224": (64, {**SIDE, **NARROW}),
    "resnest14d": (64, {}),
    "hrnet_w18_small": (64, {}),
    "swin_tiny_patch4_window7_224": (56, dict(img_size=56, window_size=7, embed_dim=24, depths=(2, 2), num_heads=(2, 4))),
    "swinv2_tiny_window8_256": (64, dict(img_size=64, window_size=4, embed_dim=24, depths=(2, 2), num_heads=(2, 4))),
    "eva02_tiny_patch14_224": (56, dict(img_size=56, **NARROW)),
    "resnetv2_50": (64, dict(layers=(1, 1, 1, 1))),
    "res2net50_26w_4s": (64, dict(layers=[1, 1, 1, 1])),
    "seresnext26d_32x4d": (64, dict(layers=[1, 1, 1, 1])),
    "regnetz_b16": (64, {}),
    "lcnet_050": (64, {}),
    "cait_xxs24_224": (64, dict(img_size=64, depth=2, embed_dim=48, num_heads=4)),
    "pvt_v2_b0": (64, dict(depths=(1, 1, 1, 1))),
    "repvit_m0_9": (64, dict(depth=(1, 1, 2, 1))),
    "mambaout_femto": (64, dict(depths=(1, 1, 1, 1))),
    "davit_tiny": (64, dict(depths=(1, 1, 1, 1), embed_dims=(16, 32, 48, 64), num_heads=(1, 2, 3, 4))),
    "inception_next_tiny": (64, dict(depths=(1, 1, 1, 1), dims=(16, 32, 48, 64))),
    "twins_svt_small": (64, dict(img_size=64, depths=[1, 1, 1, 1], embed_dims=[16, 32, 48, 64])),
}


MIXER = dict(num_classes=10, img_size=64, num_blocks=2, embed_dim=48)
FORMER = dict(num_classes=10, depths=(1, 1, 1, 1), dims=(32, 32, 64, 96))


def residual_mlps():
    return mlp_mixer.MlpMixer(patch_size=16, mlp_ratio=4, block_layer=mlp_mixer.ResBlock, norm_layer=mlp_mixer.Affine, **MIXER)


def gated_mlps():
    return mlp_mixer.MlpMixer(patch_size=16, mlp_ratio=6, block_layer=mlp_mixer.SpatialGatingBlock, mlp_layer=GatedMlp, **MIXER)


def pool_former():
    return metaformer.MetaFormer(downsample_norm=None, mlp_act=nn.GELU, mlp_bias=True, norm_layers=GroupNorm1, layer_scale_init_values=1e-5,
                                 res_scale_init_values=None, use_mlp_head=False, **FORMER)


def convolutional_former():
    mixers = [metaformer.SepConv] * 2 + [metaformer.Attention] * 2
    norms = [metaformer.LayerNorm2dNoBias] * 2 + [metaformer.LayerNormNoBias] * 2
    return metaformer.MetaFormer(token_mixers=mixers, norm_layers=norms, **FORMER)


def standardized():
    """A ResNetV2 with standardized weights and GroupNorm, as BiT has them."""
    return resnetv2.ResNetV2(layers=(1, 1, 1, 1), num_classes=10, preact=True, conv_layer=StdConv2d, stem_type="fixed")


# Those whose functions in timm take no other sizes, by what they are there.
BUILT = {
    "mixer_s32_224": lambda: mlp_mixer.MlpMixer(patch_size=32, **MIXER),
    "resmlp_12_224": residual_mlps,
    "gmlp_ti16_224": gated_mlps,
    "poolformer_s12": pool_former,
    "caformer_s18": convolutional_former,
    "resnetv2_50x1_bit": standardized,
    "convmixer_768_32": lambda: convmixer.ConvMixer(dim=48, depth=2, kernel_size=7, patch_size=8, num_classes=10),
}


def named(name, which, side, arguments):
    def build():
        return timm.create_model(name, pretrained=False, num_classes=10, **arguments)

    return Network("timm_" + name, build, image(side), set=which)


def networks():
    yield from (named(name, "first", 96, {}) for name in FIRST)
    yield from (named(name, "second", *SECOND[name]) for name in SECOND)
    yield from (Network("timm_" + name, build, image(64)) for name, build in BUILT.items())
