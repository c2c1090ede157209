"""Texts around every page: navigation, language, errors."""

TEXTS: dict[str, tuple[str, str]] = {
    "shell.name": ("TeachLens", "TeachLens"),
    "shell.start": ("Start", "시작"),
    "shell.teach": ("Teach", "학습"),
    "shell.recognise": ("Recognise", "인식"),
    "shell.models": ("Models", "모델"),
    # Words of Streamlit's own widgets, which speak English only: the style sheet shows these in their place.
    "shell.choose": ("Choose files", "파일 고르기"),
    "shell.drop": ("or drop them here", "여기에 끌어다 놓아도 돼요"),
    "shell.unexpected": (
        "Something went wrong here that should not have. Your models are safe.",
        "예상하지 못한 문제가 생겼어요. 모델은 그대로 있으니 걱정하지 마세요.",
    ),
    "shell.start_again": ("Start again", "다시 시작하기"),
}
