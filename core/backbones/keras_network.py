"""The same networks in Keras, trainable, for child processes: the app's own never calls this."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones.architecture import BATCH_NORM_EPSILON, Convolution, Residual, shapes
from core.backbones.catalogue import described, weights
from core.backbones.weights import TunedWeights, folded


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
    network.get_layer(f"{name}_convolution").set_weights([loaded[layer.weights].transpose(_order(layer))])
    parts = ("weight", "bias", "running_mean", "running_var")
    normalisation = network.get_layer(f"{name}_normalisation")
    normalisation.set_weights([loaded[f"{layer.normalisation}.{part}"] for part in parts])


def tail(name: str, first: int) -> tuple[Any, dict[int, Any]]:
    """The layers of the backbone `name` from number `first` on, batch normalisation folded, so that they learn as it is
    in inference: `keras.Model` from what goes into layer `first` to the mean vector (batch, features), and its
    convolutions by their numbers. `first` is the start of a block. Raises BackboneError."""
    import keras

    card, layers = described(name)
    loaded = weights(name)
    shape = shapes(layers, card.size)[first]
    flow = {first: keras.Input(shape, name="cut")}
    convolutions = {}
    for number, layer in enumerate(layers[first:], start=first):
        if isinstance(layer, Residual):
            flow[number + 1] = keras.layers.Add(name=f"layer{number}")([flow[layer.start], flow[number]])
            continue
        kind: Any = keras.layers.DepthwiseConv2D if layer.depthwise else keras.layers.Conv2D
        channels = () if layer.depthwise else (layer.channels,)
        convolutions[number] = kind(
            *channels, layer.kernel, strides=layer.stride, padding="same", name=f"layer{number}"
        )
        x = convolutions[number](flow[number])
        flow[number + 1] = keras.layers.ReLU(6.0, name=f"layer{number}_relu6")(x) if layer.relu6 else x
        kernel, bias = folded(layer, loaded)
        convolutions[number].set_weights([kernel.transpose(_order(layer)), bias])
    vector = keras.layers.GlobalAveragePooling2D(name="vector")(flow[len(layers)])
    return keras.Model(flow[first], vector, name=f"{name}-tail"), convolutions


def tuned_weights(name: str, convolutions: dict[int, Any]) -> TunedWeights:
    """Kernels and biases of a tail's convolutions as they are now, in the order of `folded`."""
    _, layers = described(name)
    found: dict[str, NDArray[np.float32]] = {}
    for number, convolution in convolutions.items():
        layer = layers[number]
        assert isinstance(layer, Convolution)
        kernel, bias = convolution.get_weights()
        back = np.argsort(_order(layer))
        found[f"{number}/kernel"] = np.ascontiguousarray(kernel.transpose(back), np.float32)
        found[f"{number}/bias"] = bias.astype(np.float32)
    return found


def _order(layer: Convolution) -> tuple[int, ...]:
    """From our kernels' axes to Keras': to (k, k, channels, 1) where depthwise, else to (k, k, in, out)."""
    return (2, 3, 0, 1) if layer.depthwise else (2, 3, 1, 0)
