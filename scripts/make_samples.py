"""Draw the sample pictures, teach the sample models on them, and try each on pictures that it did not learn from.

Writes models/samples/doodles.<language>.teachlens, one for each language of the labels, and prints what came of it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from core.learning.settings import Settings  # noqa: E402
from core.learning.teach import teach  # noqa: E402
from core.messages import LANGUAGES, Language  # noqa: E402
from core.model.answer import Answer  # noqa: E402
from core.model.recognise import Recogniser  # noqa: E402
from core.pictures import archive  # noqa: E402
from doodles import samples  # noqa: E402

FOLDER = PROJECT / "models" / "samples"
TITLES: dict[Language, str] = {"en": "Doodles on paper", "ko": "종이에 그린 낙서"}
PICTURES_EACH = 48  # the file stays below 1.5 MB
TRIED_EACH = 50


def make(language: Language) -> Path:
    """Draw, teach, write; the model file's path."""
    target = FOLDER / f"doodles.{language}.teachlens"
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder) / "doodles.zip"
        samples.write_zip(pictures, language=language, pictures_each=PICTURES_EACH)
        settings = Settings(title=TITLES[language])
        model = teach(archive.find([pictures]), settings, target, lambda progress: None)
    score = model.report.score
    print(f"{target.relative_to(PROJECT)}: {target.stat().st_size / 1e6:.2f} MB")
    print(f"  {model.report.method}: {score.value:.3f} ({score.low:.3f} to {score.high:.3f}) of {score.total} pictures")
    return target


def try_out(path: Path, language: Language) -> None:
    """Print how the model answers pictures it did not learn from, and drawings of what it was never taught."""
    recogniser = Recogniser(path)
    called = samples.names(language)

    def answers(kind: str) -> list[Answer]:
        pictures = (samples.draw(kind, samples.HELD_OUT + number) for number in range(TRIED_EACH))
        return [recogniser.recognise(picture) for picture in pictures]

    known = [(called[kind], answer) for kind in samples.KINDS for answer in answers(kind)]
    right = sum(answer.labels[0] == label for label, answer in known)
    sure = [(label, answer) for label, answer in known if answer.sure]
    wrong = sum(answer.labels[0] != label for label, answer in sure)
    print(f"  held out: {right / len(known):.3f} right of {len(known)}; sure of {len(sure)}, of which {wrong} wrong")
    for kind in samples.STRANGERS:
        unsure = sum(not answer.sure for answer in answers(kind))
        print(f"  {called[kind]}, never taught: not sure of {unsure} of {TRIED_EACH}")
    for kind, seed in samples.TRY:
        answer = recogniser.recognise(samples.draw(kind, seed))
        sure_of = "" if answer.sure else ", not sure"
        print(f"  to try, {called[kind]}: {answer.labels[0]} {answer.probabilities[0]:.0%}{sure_of}")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for spoken in LANGUAGES:
        try_out(make(spoken), spoken)
