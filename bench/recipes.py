"""The published recipes we compare with. This module alone of the bench imports TensorFlow: `python -m bench.recipes
classic|teachable|predict …`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.measure import seconds

EPOCHS, BATCH = 10, 32  # of the classic recipe


def classic(pictures: int, classes: int, batches: int) -> dict[str, float]:
    """The tutorial's recipe: ResNet50, global average pooling, Dense(1024, relu), softmax, all trained by Adam on
    sparse categorical cross-entropy, for ten epochs on four pictures of five. A few real batches are timed, the median
    taken times all that there are: reading pictures and testing come for nothing, and the weights it starts from do not
    change the time."""
    import keras

    base = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(224, 224, 3), pooling="avg")
    hidden = keras.layers.Dense(1024, activation="relu")(base.output)
    network = keras.Model(base.input, keras.layers.Dense(classes, activation="softmax")(hidden))
    network.compile("adam", "sparse_categorical_crossentropy")
    generator = np.random.default_rng(0)
    x = generator.random((BATCH, 224, 224, 3), np.float32)
    y = generator.integers(0, classes, BATCH)
    network.train_on_batch(x, y)  # builds the graph
    per_batch = median(seconds(lambda: network.train_on_batch(x, y)) for _ in range(batches))
    steps = EPOCHS * -(-int(pictures * 0.8) // BATCH)
    return {"seconds": per_batch * steps, "steps": steps}


def teachable_machine(data: Path) -> list[float]:
    """Teachable Machine's head and schedule on its own backbone's features: Dense(100, relu), softmax, Adam 1e-3, 50
    epochs, batches of 16. One accuracy for each split in `data` (vectors, targets, and `test`, a mask a row). It is
    given all training pictures, also the 15 % that it would hold out for its own display."""
    import keras

    loaded = np.load(data)
    vectors, targets, masks = loaded["vectors"], loaded["targets"], loaded["test"]
    accuracies = []
    for seed, test in enumerate(masks):
        keras.utils.set_random_seed(seed)
        layers = [keras.layers.Dense(100, "relu"), keras.layers.Dense(int(targets.max()) + 1, "softmax")]
        network = keras.Sequential([keras.Input((vectors.shape[1],)), *layers])
        loss = "sparse_categorical_crossentropy"
        network.compile(keras.optimizers.Adam(1e-3), loss, steps_per_execution=16)  # fewer round trips, the same steps
        network.fit(vectors[~test], targets[~test], epochs=50, batch_size=16, verbose=0)
        answers = network.predict(vectors[test], verbose=0).argmax(axis=1)
        accuracies.append(float((answers == targets[test]).mean()))
    return accuracies


def keras_predict(name: str, repeats: int) -> dict[str, float]:
    """Median seconds of Keras `predict` on one picture, with the backbone `name` built in Keras."""
    from core.backbones import card
    from core.backbones.keras_network import build

    network = build(name)
    size = card(name).size
    x = np.random.default_rng(0).random((1, size, size, 3), np.float32)
    network.predict(x, verbose=0)
    return {"seconds": median(seconds(lambda: network.predict(x, verbose=0)) for _ in range(repeats))}


def main(arguments: list[str]) -> None:
    """Print the result of one recipe as JSON."""
    result: Any
    match arguments:
        case ["classic", pictures, classes, batches]:
            result = classic(int(pictures), int(classes), int(batches))
        case ["teachable", data]:
            result = teachable_machine(Path(data))
        case ["predict", name, repeats]:
            result = keras_predict(name, int(repeats))
        case _:
            sys.exit(__doc__)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
