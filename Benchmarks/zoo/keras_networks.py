"""Networks of Keras 3, for whatever backend is set: all with channels last, as is usual there."""
import keras
from keras import layers


def images():
    """Convolutions with normalization, depthwise ones, squeeze and excitation, a residual sum."""
    x = inputs = keras.Input((32, 32, 3), name="x")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    y = layers.DepthwiseConv2D(3, padding="same")(x)
    y = layers.Activation("swish")(layers.BatchNormalization()(y))
    s = layers.Dense(4, activation="relu")(layers.GlobalAveragePooling2D()(y))
    s = layers.Reshape((1, 1, 8))(layers.Dense(8, activation="sigmoid")(s))
    x = layers.Add()([x, layers.Conv2D(8, 1)(layers.Multiply()([y, s]))])
    x = layers.MaxPooling2D(2)(layers.SeparableConv2D(16, 3, padding="same", activation="relu")(x))
    x = layers.Dropout(0.1)(layers.Flatten()(x))
    return keras.Model(inputs, layers.Dense(5, activation="softmax")(x))


def decoder():
    """Upsampling, a transposed convolution and a concatenation of channels: a U-Net."""
    x = inputs = keras.Input((16, 16, 3), name="x")
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    b = layers.Conv2D(16, 3, padding="same", activation="relu")(layers.AveragePooling2D(2)(a))
    c = layers.Conv2DTranspose(8, 2, strides=2)(b)
    d = layers.UpSampling2D(2, interpolation="bilinear")(b)
    x = layers.Concatenate()([a, c, d])
    return keras.Model(inputs, layers.Conv2D(2, 1)(layers.LeakyReLU()(layers.Conv2D(8, 3, padding="same")(x))))


def recurrent():
    x = inputs = keras.Input((12, 20), name="x")
    x = layers.Bidirectional(layers.LSTM(16, return_sequences=True))(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax")(layers.GRU(12)(x)))


def attention():
    """A block of a Transformer over a sequence of vectors."""
    x = inputs = keras.Input((10, 32), name="x")
    x = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(4, 8)(x, x)]))
    y = layers.Dense(32)(layers.Dense(64, activation="silu")(x))
    x = layers.LayerNormalization()(layers.Add()([x, y]))
    return keras.Model(inputs, layers.Dense(5)(layers.GlobalAveragePooling1D()(x)))


NETWORKS = {"keras_images": images, "keras_unet": decoder, "keras_recurrent": recurrent, "keras_attention": attention}
METRICS = {"keras_unet": "cosine"}


def network(name):
    keras.utils.set_random_seed(0)
    return NETWORKS[name]()
