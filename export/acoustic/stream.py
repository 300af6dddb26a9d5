"""The streaming form: one step of features and the states in, logits and the next states out.

Built from weights whose normalization is folded in, with fixed shapes and batch 1, from ops
that the int8 kernels of both TFLite runtimes and the Edge TPU know.
"""

import keras
import numpy as np
from keras import layers

from device.audio.features import FEATURES
from export.acoustic.weights import Block, Dense, Network

FEATURES_INPUT = "features"


def state_input(number: int) -> str:
    """Name of the input that carries the state of a block."""
    return f"state_{number}"


def streaming_form(network: Network) -> keras.Model:
    """The network for one step at a time.

    Returns:
        A model from features (1, FEATURES) and a state (1, kernel steps - 1, channels) for each
        block, to logits (1, labels) and the states for the next step.
    """
    kept, channels = network.kernel_steps - 1, network.channels
    features = keras.Input(batch_shape=(1, FEATURES), name=FEATURES_INPUT)
    states = [
        keras.Input(batch_shape=(1, kept, channels), name=state_input(number))
        for number in range(len(network.blocks))
    ]
    hidden = _dense(network.enter, "enter")(features)
    following = []
    for number, (block, state) in enumerate(zip(network.blocks, states, strict=True)):
        newest = layers.Reshape((1, channels))(hidden)
        window = layers.Concatenate(axis=1)([state, newest])
        following.append(window[:, 1:])
        late = layers.Reshape((channels,))(window[:, kept - network.ahead : -network.ahead])
        branch = _depthwise(block, f"depthwise_{number}")(
            layers.Reshape((kept + 1, 1, channels))(window)
        )
        branch = layers.Reshape((channels,))(branch)
        branch = _dense(block.expand, f"expand_{number}", activation="relu")(branch)
        branch = _dense(block.squeeze, f"squeeze_{number}")(branch)
        hidden = layers.Add(name=f"add_{number}")([late, branch])
    logits = _dense(network.leave, "leave")(hidden)
    return keras.Model([features, *states], [logits, *following], name="acoustic_stream")


def _dense(dense: Dense, name: str, activation: str | None = None) -> layers.Layer:
    layer = layers.Dense(dense.kernel.shape[1], activation=activation, name=name)
    layer.build((1, dense.kernel.shape[0]))
    layer.set_weights([dense.kernel, dense.bias])
    return layer


def _depthwise(block: Block, name: str) -> layers.Layer:
    steps, channels = block.depthwise.shape
    layer = layers.DepthwiseConv2D((steps, 1), padding="valid", name=name)
    layer.build((1, steps, 1, channels))
    layer.set_weights([np.reshape(block.depthwise, (steps, 1, channels, 1)), block.depthwise_bias])
    return layer
