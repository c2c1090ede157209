"""The same networks in Keras, trainable, for child processes: the app's own never calls this."""

from __future__ import annotations

from typing import Any

from core.backbones.architecture import BATCH_NORM_EPSILON, Convolution, Residual
from core.backbones.catalogue import described, weights


def build(name: str) -> Any:
    """`keras.Model` of the backbone `name` with its trained weights: scaled float32 (batch, size, size, 3) to the
    feature map and its mean vector, batch normalisation not folded. Raises BackboneError."""
    import keras

    card, layers = described(name)
    loaded = weights(name)
    entrance = keras.Input((card.size, card.size, 3), name="picture")
    flow = [entrance]
    for number, layer in enumerate(layers):
        if isinstance(layer, Residual):
            flow.append(keras.layers.Add(name=f"layer{number}")([flow[layer.start], flow[-1]]))
        else:
            flow.append(_convolution(f"layer{number}", layer)(flow[-1]))
    vector = keras.layers.GlobalAveragePooling2D(name="vector")(flow[-1])
    network = keras.Model(entrance, [flow[-1], vector], name=name)
    for number, layer in enumerate(layers):
        if isinstance(layer, Convolution):
            _load(network, f"layer{number}", layer, loaded)
    return network


def _convolution(name: str, layer: Convolution) -> Any:
    import keras

    keep = {"strides": layer.stride, "padding": "same", "use_bias": False, "name": f"{name}_convolution"}
    convolution = (
        keras.layers.DepthwiseConv2D(layer.kernel, **keep)
        if layer.depthwise
        else keras.layers.Conv2D(layer.channels, layer.kernel, **keep)
    )
    normalisation = keras.layers.BatchNormalization(epsilon=BATCH_NORM_EPSILON, name=f"{name}_normalisation")
    activation = keras.layers.ReLU(6.0, name=f"{name}_relu6") if layer.relu6 else None

    def apply(x: Any) -> Any:
        x = normalisation(convolution(x))
        return activation(x) if activation else x

    return apply


def _load(network: Any, name: str, layer: Convolution, loaded: Any) -> None:
    order = (2, 3, 0, 1) if layer.depthwise else (2, 3, 1, 0)  # to (k, k, channels, 1) and (k, k, in, out)
    network.get_layer(f"{name}_convolution").set_weights([loaded[layer.weights].transpose(order)])
    parts = ("weight", "bias", "running_mean", "running_var")
    normalisation = network.get_layer(f"{name}_normalisation")
    normalisation.set_weights([loaded[f"{layer.normalisation}.{part}"] for part in parts])
