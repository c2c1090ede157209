"""Backbone + head + labels + card in one file, and the answers it gives.

Read `model`, then the file from the outside in: `file`, `container`, `members`, `description`, `corrections`; of
answering, `recognise` and `answer`; `store` keeps a visitor's models; `everyday` and `teachable_machine` make
those that others taught.
"""
