"""Texts of putting an answer right."""

TEXTS: dict[str, tuple[str, str]] = {
    "correcting.right": ("Right", "맞아요"),
    "correcting.wrong": ("No, it is …", "아니에요, 이건 …"),
    "correcting.is": ("It is …", "이건 …"),
    "correcting.note": (
        "Say what it is, and the model learns it at once.",
        "무엇인지 알려 주면 모델이 바로 배워요.",
    ),
    "correcting.cannot": (
        "A model that you taught with pictures of your own can be put right here.",
        "내 사진으로 학습한 모델이라면 여기서 바로잡을 수 있어요.",
    ),
    "correcting.private": (
        "This model was taught without keeping its pictures, so it cannot be put right. Teach one that keeps them, and "
        "it can.",
        "사진을 남기지 않고 학습한 모델이라 바로잡을 수 없어요. 사진을 남겨 다시 학습하면 바로잡을 수 있어요.",
    ),
    "correcting.others": ("Other labels", "다른 라벨"),
    "correcting.choose": ("Choose or type", "고르거나 입력하세요"),
    "correcting.new": ("Something else", "여기 없는 것"),
    "correcting.teach": ("Teach it this", "이 이름으로 학습하기"),
    "correcting.kept": (
        "Thank you. It joined the pictures of {label}: {before} → {after}.",
        "고마워요. {label} 사진에 더했어요. {before} → {after}.",
    ),
    "correcting.done": (
        "Put right: {first} {before} → {label} {after}.",
        "바로잡았어요. {first} {before} → {label} {after}.",
    ),
    "correcting.not_yet": (
        "It joined the pictures of {label}, but still looks more like {first} ({after}). Show a few more of them.",
        "{label} 사진에 더했지만 아직은 {first:과/와} 더 닮아 보여요({after}). 비슷한 사진을 몇 장 더 알려 주세요.",
    ),
    "correcting.copied": (
        "Samples stay as they are, so this is a copy of your own.",
        "예시 모델은 그대로 두고, 내 모델로 복사했어요.",
    ),
    "correcting.undo": ("Undo", "되돌리기"),
    "correcting.close": ("Close", "닫기"),
    "correcting.since.one": (
        "{count} picture joined after the test, so the score does not count it yet.",
        "시험을 본 뒤에 사진 {count}장을 더했어요. 점수에는 아직 들어 있지 않아요.",
    ),
    "correcting.since.many": (
        "{count} pictures joined after the test, so the score does not count them yet.",
        "시험을 본 뒤에 사진 {count}장을 더했어요. 점수에는 아직 들어 있지 않아요.",
    ),
}
