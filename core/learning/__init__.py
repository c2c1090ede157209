"""From a dataset to a model and an honest report."""
