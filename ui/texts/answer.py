"""Texts of an answer."""

TEXTS: dict[str, tuple[str, str]] = {
    "answer.unsure": ("Not sure", "잘 모르겠어요"),
    "answer.strange": (
        "This looks like nothing I was taught. Closest: {first}.",
        "배운 것 가운데 이런 건 없었어요. 그나마 {first:과/와} 가장 비슷해요.",
    ),
    "answer.perhaps": (
        "It may be {first} or {second}, or something this model was never taught.",
        "{first} 아니면 {second}일지도 모르지만, 배운 적 없는 것일 수도 있어요.",
    ),
    "answer.others.one": ("and {count} more: {share}", "그 밖에 {count}가지: {share}"),
    "answer.others.many": ("and {count} more, {share} together", "그 밖에 {count}가지, 모두 합쳐 {share}"),
    "answer.seen_alt": ("The picture as the model sees it", "모델이 보는 사진"),
    "answer.seen": (
        "This is all the model sees: {side} × {side} dots.",
        "모델은 이렇게 {side} × {side} 점으로 봐요.",
    ),
    "answer.seen_cut": (
        "The model sees only the bright square, as {side} × {side} dots.",
        "모델은 밝은 정사각형만 {side} × {side} 점으로 봐요.",
    ),
}
