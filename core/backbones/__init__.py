"""Networks trained elsewhere: which there are, reading and verifying their weights, writing and running LiteRT files.

Read card, networks/, catalogue (which there are); architecture, walk, shapes, weights (what they are made of);
checkpoint, litert, litert_files, run (from a checkpoint to feature vectors); transformer, transformer_litert (the same
for vision transformers); weights_manifest, layers_model, layer_graph, layer_graph_litert (those that a model brings
along); download, downloadable, convert (those that are fetched); keras_network, keras_classic, resnet, pretrained (what
lessons train).
"""

from core.backbones.catalogue import card, cards
from core.backbones.litert_files import ensure
from core.backbones.run import Backbone

__all__ = ["Backbone", "card", "cards", "ensure"]
