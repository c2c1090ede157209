"""Settings that a person may want to change, each with its unit and its reason."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

# --- What is accepted -------------------------------------------------------------------------------------------

MAX_ENTRIES = 100_000  # entries in one archive: twice the largest dataset we promise, and still listed in seconds
MAX_TOTAL_BYTES = 20 * 2**30  # unpacked, all pictures of a dataset: 50,000 phone photos at 400 kB
MAX_ENTRY_BYTES = 64 * 2**20  # unpacked, one picture: a 60-megapixel PNG; larger is not a photograph
MAX_RATIO = 200  # unpacked to packed, one entry: pictures hardly shrink, bombs shrink a thousandfold
RATIO_FROM_BYTES = 8 * 2**20  # unpacked, one entry: below, a doodle on a plain BMP shrinks as much and does no harm
MAX_PIXELS = 120_000_000  # one picture: the largest phone sensors have 108 and 200 megapixels, the latter binned
MAX_WHOLE_PIXELS = 50_000_000  # one picture that must be decoded whole; JPEG comes reduced instead
MAX_DECODED_BYTES = 150_000_000  # large pictures while they are decoded, all copies, all threads: a 12-megapixel HEIC
MAX_HEIC_BYTES = (
    320_000_000  # the same for one HEIC, where that extra was installed: 24 megapixels, as phones write them
)
MAX_ASPECT_RATIO = 100  # longer to shorter side: long screenshots have 30; a model sees the centre square alone
MAX_TABLE_ROWS = 200_000  # of a labels.csv: twice as many as there can be pictures
MAX_TABLE_COLUMNS = 500  # empty ones at the end do not count: real tables have up to some hundred
MAX_TABLE_CELLS = 2_000_000  # 50,000 pictures with 40 columns: read in seconds, and little of it kept
MAX_TABLE_ROW_LENGTH = 2**16  # characters, quoted line breaks too
MAX_LABEL_LENGTH = 80  # characters of a class name
MAX_MODEL_BYTES = 500 * 2**20  # one model file: 50,000 examples, their features and thumbnails of 2 kB each

# --- The camera -------------------------------------------------------------------------------------------------

LIVE_FRAME_BYTES = 256 * 2**10  # one frame: a JPEG of 320 px has 20 kB, of noise at the best quality 200
LIVE_PIXELS = 640 * 640  # one frame: no backbone sees more, and decoding it takes under 5 ms
LIVE_RATE = 75  # frames a second, one camera: the fastest cameras of browsers give 60, not quite evenly
LIVE_CAMERAS = 8  # at once: at some 10 ms a frame on two cores, each of them still gets 12 answers a second
LIVE_WAIT_SECONDS = 0.25  # one frame may wait for its turn: an answer that comes later is of another moment
LIVE_SILENT_SECONDS = 30  # without a frame; then a camera gives its place to another, if all are taken
LIVE_TICKET_SECONDS = 600  # a ticket admits to the live route: long enough to look for the camera first

# --- Teaching ---------------------------------------------------------------------------------------------------

MIN_PICTURES = 2  # a class: one to learn from, one to test on
MIN_CLASSES = 2
MAX_CLASSES = 1_000
MAX_CACHE_BYTES = 2**30  # of cached features: some 130,000 pictures; above, those go that were not used for longest
MAX_CACHE_SECONDS = 3 * 24 * 3600  # cached features not used for so long go, as all that a visitor leaves here does


def tuning() -> bool:
    """Whether models may be improved for minutes after a quick lesson; `TEACHLENS_TUNING=off` spares a host that."""
    return os.environ.get("TEACHLENS_TUNING") != "off"


# --- Places -----------------------------------------------------------------------------------------------------


def models_folder() -> Path:
    """Where models live: sample models and, per visit, what was taught here. `TEACHLENS_HOME` moves it."""
    return Path(os.environ.get("TEACHLENS_HOME") or PROJECT / "models")


def cache_folder() -> Path:
    """The user's cache folder for what can be made again: LiteRT files, feature vectors. `TEACHLENS_CACHE` moves it."""
    if own := os.environ.get("TEACHLENS_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "TeachLens" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "TeachLens"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "teachlens"


def weights_folder() -> Path | None:
    """A folder with weight files, for machines without a network: where `TEACHLENS_WEIGHTS` says."""
    own = os.environ.get("TEACHLENS_WEIGHTS")
    return Path(own) if own else None
