"""Networks taught elsewhere: which there are, reading and verifying their weights, writing and running LiteRT files."""

from core.backbones.catalogue import card, cards
from core.backbones.run import Backbone
from core.backbones.store import ensure

__all__ = ["Backbone", "card", "cards", "ensure"]
