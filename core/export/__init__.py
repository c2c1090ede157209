"""Takes a model away: into the forms in which people use it elsewhere, each proved equal before it is offered.

Read `network` first: a model as operations. `formats/` holds a module a format, `proof` opens what was written with its
usual runtime, `package` makes the zip, and `exporting` does one after the other.
"""

# The names of the formats, in the order in which they are offered; what each is stands in its module in `formats/`.
FORMATS = (
    "web-page",
    "teachable-machine",
    "python",
    "litert",
    "litert-float16",
    "litert-uint8",
    "litert-int8",
    "frigate",
    "onnx",
    "keras",
    "saved-model",
)
