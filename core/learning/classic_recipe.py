"""The classic recipe, whole, in plain Keras: folders of pictures in, a network that tells them apart out."""

import keras

FOLDER = "pictures"  # with a folder for each class
SIZE, BATCH, EPOCHS = 224, 32, 10
WEIGHTS = "imagenet"  # None: from scratch

# One picture in five is held out, to test with.
learned, held_out = keras.utils.image_dataset_from_directory(
    FOLDER, image_size=(SIZE, SIZE), batch_size=BATCH, validation_split=0.2, subset="both", seed=0
)
labels = learned.class_names

# ResNet50 without its own answers, then a hidden layer, then an answer for each class.
picture = keras.Input((SIZE, SIZE, 3))
scaled = keras.layers.Lambda(keras.applications.resnet.preprocess_input)(picture)
resnet = keras.applications.ResNet50(include_top=False, weights=WEIGHTS, input_tensor=scaled, pooling="avg")
hidden = keras.layers.Dense(1024, activation="relu")(resnet.output)
answer = keras.layers.Dense(len(labels), activation="softmax")(hidden)
network = keras.Model(picture, answer)

# All of it learns.
network.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
network.fit(learned, validation_data=held_out, epochs=EPOCHS)

# How well does it know the pictures that it has not seen?
loss, accuracy = network.evaluate(held_out, verbose=0)
print(f"{accuracy:.0%} of the held-out pictures right")
