"""Texts of teaching a model more."""

TEXTS: dict[str, tuple[str, str]] = {
    "more.title": ("Teach it more", "더 학습하기"),
    "more.lead": (
        "Show it one of its things from another side, or something new. It learns at once.",
        "아는 것을 다른 쪽에서 보여 주거나 새로운 것을 보여 주세요. 바로 배워요.",
    ),
    "more.open": ("Show it with the camera", "카메라로 보여 주기"),
    "more.done": ("Done", "다 했어요"),
    "more.which": ("What do you show?", "무엇을 보여 줄까요?"),
    "more.new": ("Something new", "새로운 것"),
    "more.name": ("What is it called?", "이름이 뭐예요?"),
    "more.joined.one": (
        "{count} picture of {label} joined the model.",
        "모델에 {label} 사진 {count}장을 더했어요.",
    ),
    "more.joined.many": (
        "{count} pictures of {label} joined the model.",
        "모델에 {label} 사진 {count}장을 더했어요.",
    ),
}
