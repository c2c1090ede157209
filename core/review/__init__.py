"""What can be said of a dataset and of a lesson's report; pages and command line say the same.

Read `advice`. A new kind of advice is one function in its list of rules, and its sentence in `core.messages.review`.
"""
