"""TeachLens as a library: pictures in, an honest model out. No Streamlit; TensorFlow only in child processes."""

VERSION = "0.1.0"
