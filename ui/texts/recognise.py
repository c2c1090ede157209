"""Texts of the page "Recognise"."""

TEXTS: dict[str, tuple[str, str]] = {
    "recognise.title": ("Recognise", "인식"),
    "recognise.lead": (
        "Show a model a new picture. It says what it sees, and how sure it is.",
        "모델에게 새 사진을 보여 주세요. 무엇인지, 얼마나 확실한지 답해요.",
    ),
    "recognise.model": ("Model", "모델"),
    "recognise.sample": ("{title} (sample)", "{title} (예시)"),
    "recognise.none": (
        "There is no model yet. Teach one from your pictures, it takes seconds.",
        "아직 모델이 없어요. 내 사진으로 학습해 보세요. 몇 초면 돼요.",
    ),
    "recognise.teach": ("Teach a model", "모델 학습하기"),
}
