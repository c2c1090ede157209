"""Sentences of `core.learning`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "evaluate.no_known_label": (
        "None of the labels is known to this model. It knows: {labels}.",
        "이 모델이 아는 라벨이 하나도 없어요. 아는 라벨: {labels}.",
    ),
}
