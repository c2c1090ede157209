"""Networks taught elsewhere: which there are, reading and verifying their weights, writing and running LiteRT files."""

from core.backbones.catalogue import card, cards
from core.backbones.litert_files import ensure
from core.backbones.run import Backbone

__all__ = ["Backbone", "card", "cards", "ensure"]
