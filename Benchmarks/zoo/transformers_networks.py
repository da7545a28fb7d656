"""Networks of Hugging Face's transformers, in small configurations."""
import transformers

from network import Floats, Ids, Mask, MaskedOutput, Network, Output, image, tokens

TEXT = dict(vocab_size=200, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, num_labels=5)
DECODER = dict(vocab_size=200, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
               intermediate_size=64, max_position_embeddings=64, use_cache=False, pad_token_id=0, bos_token_id=1, eos_token_id=2)
SPEECH = dict(vocab_size=20, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
              conv_dim=(16, 16, 16), conv_kernel=(10, 3, 2), conv_stride=(5, 2, 2), num_conv_pos_embeddings=16,
              num_conv_pos_embedding_groups=4)
VISION = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, image_size=32, patch_size=8,
              num_labels=5)
DISTIL = dict(vocab_size=200, dim=32, n_layers=2, n_heads=4, hidden_dim=64, num_labels=5)
GPT2 = dict(vocab_size=200, n_embd=32, n_layer=2, n_head=4, n_positions=64, use_cache=False)
WAVE = {"x": Floats((4000,))}


def model(kind, key, attention="eager", configuration=None, wrapper=Output, **arguments):
    """A builder of the network `kind`, such as BertForSequenceClassification; `key` is its output that counts.

    The class of the configuration is that of the network, without what follows the family's name, unless it is given.
    """
    def build():
        network = getattr(transformers, kind)
        settings = (configuration or network.config_class)(**arguments)
        settings._attn_implementation = attention
        return wrapper(network(settings), key)

    return build


def text(family, **arguments):
    return model(family + "ForSequenceClassification", "logits", **{**TEXT, **arguments})


def decoder(family, **arguments):
    return model(family + "ForCausalLM", "logits", **{**DECODER, **arguments})


def encoder_of_whisper():
    settings = transformers.WhisperConfig(
        vocab_size=200, d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4,
        encoder_ffn_dim=64, decoder_ffn_dim=64, max_source_positions=50, pad_token_id=0, bos_token_id=1, eos_token_id=2,
        decoder_start_token_id=1)
    settings._attn_implementation = "eager"
    return Output(transformers.WhisperModel(settings).encoder, "last_hidden_state")


def detr():
    """DETR on a small ResNet: the scores of each query."""
    backbone = transformers.ResNetConfig(embedding_size=16, hidden_sizes=[16, 32], depths=[1, 1], layer_type="basic",
                                         out_features=["stage2"])
    settings = transformers.DetrConfig(
        use_timm_backbone=False, use_pretrained_backbone=False, backbone=None, backbone_config=backbone, num_queries=8,
        d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64,
        decoder_ffn_dim=64, num_labels=5)
    settings._attn_implementation = "eager"
    return Output(transformers.DetrForObjectDetection(settings), "logits")


def first():
    yield "bert", text("Bert"), tokens()
    yield "distilbert", model("DistilBertForSequenceClassification", "logits", **DISTIL), tokens()
    yield "roberta", text("Roberta"), tokens()
    yield "albert", text("Albert", embedding_size=16), tokens()
    yield "gpt2", model("GPT2LMHeadModel", "logits", **GPT2), tokens()
    yield "whisper_encoder", encoder_of_whisper, {"x": Floats((80, 100))}
    yield "wav2vec2", model("Wav2Vec2ForCTC", "logits", **SPEECH), WAVE
    yield "segformer", model(
        "SegformerForSemanticSegmentation", "logits", num_encoder_blocks=2, depths=[1, 1], sr_ratios=[4, 2], hidden_sizes=[16, 32],
        num_attention_heads=[1, 2], patch_sizes=[7, 3], strides=[4, 2], mlp_ratios=[2, 2], decoder_hidden_size=32, num_labels=5), image(64)


def texts():
    yield "electra", text("Electra", embedding_size=16), tokens()
    yield "xlm_roberta", text("XLMRoberta"), tokens()
    yield "mpnet", text("MPNet"), tokens()
    relative = dict(relative_attention=True, pos_att_type=["c2p", "p2c"], position_buckets=8)
    yield "deberta_v2", text("DebertaV2", pad_token_id=0, **relative), tokens()
    yield "mobilebert", text("MobileBert", embedding_size=32, true_hidden_size=32, intra_bottleneck_size=32), tokens()
    yield "squeezebert", text("SqueezeBert", embedding_size=32), tokens()
    yield "convbert", text("ConvBert", embedding_size=32, num_groups=1), tokens()
    yield "roformer", text("RoFormer", embedding_size=32), tokens()
    yield "fnet", text("FNet"), tokens()
    yield "modernbert", text("ModernBert", pad_token_id=0, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2), tokens()
    xlnet = dict(vocab_size=200, d_model=32, n_layer=2, n_head=4, d_inner=64, num_labels=5)
    yield "xlnet", model("XLNetForSequenceClassification", "logits", **xlnet), tokens()
    yield "bert_sdpa", model("BertForSequenceClassification", "logits", "sdpa", **TEXT), tokens()
    yield "bert_hidden", model("BertModel", "last_hidden_state", **TEXT), tokens()
    t5 = dict(vocab_size=200, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4)
    yield "t5_encoder", model("T5EncoderModel", "last_hidden_state", **t5), tokens()
    yield "bart", model(
        "BartModel", "last_hidden_state", vocab_size=200, d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=64, pad_token_id=0, bos_token_id=1,
        eos_token_id=2, decoder_start_token_id=2, use_cache=False), tokens()


def decoders():
    yield "llama", decoder("Llama"), tokens()
    yield "llama_sdpa", model("LlamaForCausalLM", "logits", "sdpa", **DECODER), tokens()
    yield "mistral", decoder("Mistral"), tokens()
    yield "qwen2", decoder("Qwen2"), tokens()
    yield "qwen3", decoder("Qwen3", head_dim=8), tokens()
    yield "gemma", decoder("Gemma", head_dim=8), tokens()
    yield "gemma2", decoder("Gemma2", head_dim=8), tokens()
    yield "gemma3", decoder("Gemma3", head_dim=8, configuration=transformers.Gemma3TextConfig), tokens()
    yield "phi", decoder("Phi"), tokens()
    yield "gpt_neox", decoder("GPTNeoX"), tokens()
    yield "bloom", decoder("Bloom", n_layer=2, n_head=4), tokens()
    yield "opt", decoder("OPT", ffn_dim=64, word_embed_proj_dim=32), tokens()


def masked():
    """With a mask of the padding, as tokenizers give it."""
    inputs = {"x": Ids((16,)), "mask": Mask((16,))}
    yield "bert_masked", text("Bert", wrapper=MaskedOutput), inputs
    yield "distilbert_masked", model("DistilBertForSequenceClassification", "logits", "sdpa", wrapper=MaskedOutput, **DISTIL), inputs
    yield "gpt2_masked", model("GPT2LMHeadModel", "logits", wrapper=MaskedOutput, **GPT2), inputs
    yield "llama_masked", decoder("Llama", wrapper=MaskedOutput), inputs


def visions():
    yield "vit", model("ViTForImageClassification", "logits", **VISION), image(32)
    yield "vit_sdpa", model("ViTForImageClassification", "logits", "sdpa", **VISION), image(32)
    yield "dinov2", model("Dinov2ForImageClassification", "logits", mlp_ratio=2, **VISION), image(32)
    yield "beit", model("BeitForImageClassification", "logits", use_relative_position_bias=True, **VISION), image(32)
    yield "yolos", model("YolosForObjectDetection", "logits", num_detection_tokens=6, **{**VISION, "image_size": (32, 32)}), image(32)
    yield "clip_vision", model("CLIPVisionModel", "pooler_output", **VISION), image(32)
    yield "siglip_vision", model("SiglipVisionModel", "pooler_output", **VISION), image(32)
    yield "swin", model("SwinForImageClassification", "logits", image_size=32, patch_size=4, embed_dim=16, depths=[2, 2], num_heads=[2, 4],
                        window_size=4, num_labels=5), image(32)
    convnext = dict(hidden_sizes=[16, 32], depths=[1, 1], num_stages=2, num_labels=5)
    yield "convnext", model("ConvNextForImageClassification", "logits", **convnext), image(64)
    yield "dpt", model("DPTForDepthEstimation", "predicted_depth", **{**VISION, "num_hidden_layers": 4}, backbone_out_indices=[0, 1, 2, 3],
                       neck_hidden_sizes=[8, 16, 24, 32], fusion_hidden_size=16), image(32)
    yield "detr", detr, image(64)


def sounds():
    yield "hubert", model("HubertForCTC", "logits", **SPEECH), WAVE
    yield "wavlm", model("WavLMForCTC", "logits", num_buckets=32, max_bucket_distance=80, **SPEECH), WAVE
    ast = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, max_length=64, num_mel_bins=32,
               patch_size=16, num_labels=5)
    yield "ast", model("ASTForAudioClassification", "logits", **ast), {"x": Floats((64, 32))}


def networks():
    outputs = {"whisper_encoder": "cosine", "bert_hidden": "cosine", "t5_encoder": "cosine", "bart": "cosine", "clip_vision": "cosine",
               "clip_text": "cosine", "siglip_vision": "cosine", "dpt": "cosine"}
    for which, parts in (("first", (first,)), ("second", (texts, decoders, masked, visions, sounds))):
        for part in parts:
            for name, build, inputs in part():
                yield Network("hf_" + name, build, inputs, set=which, metric=outputs.get(name, "agreement"))
    clip = model(
        "CLIPTextModel", "pooler_output", vocab_size=90, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=16, pad_token_id=0, bos_token_id=1, eos_token_id=2)
    yield Network("hf_clip_text", clip, tokens(), metric="cosine")
