"""Texts of the page "Start"."""

TEXTS: dict[str, tuple[str, str]] = {
    "start.title": (
        "Show it a few pictures. It learns to tell them apart.",
        "사진 몇 장이면 배워요. 보여 주면 알아봐요.",
    ),
    "start.lead": (
        "Leaves, spare parts, drawings, your two cats: TeachLens learns what you show it, in seconds. And when it is "
        "not sure, it says so.",
        "나뭇잎, 부품, 그림, 우리 집 고양이 두 마리. 보여 주는 대로 몇 초 만에 배워요. 잘 모를 때는 모른다고 말해요.",
    ),
    "start.art_alt": (
        "Hand-drawn pictures on paper, sorted by what they show, and a new one being recognised",
        "종이에 그린 그림들이 종류별로 모여 있고, 새 그림 하나를 알아보는 모습",
    ),
    "start.try_title": ("Try a sample", "예시로 해 보기"),
    "start.try_text": (
        "A small model is ready. Tap a picture and see what it says.",
        "작은 모델이 준비되어 있어요. 사진을 누르면 바로 답해요.",
    ),
    "start.try_button": ("Try it now", "지금 해 보기"),
    "start.teach_title": ("Teach my own", "내 사진으로 학습하기"),
    "start.teach_text": (
        "Put pictures into one folder per kind, zip them, drop the zip.",
        "종류마다 폴더에 사진을 나눠 담고, 압축해서 올리면 돼요.",
    ),
    "start.teach_button": ("Teach", "학습하기"),
    "start.open_title": ("Open a model", "모델 열기"),
    "start.open_text": (
        "Go on with a model you taught before or were given.",
        "전에 학습했거나 받은 모델 파일로 이어서 해요.",
    ),
    "start.open_button": ("Models", "모델 보기"),
    "start.everyday": (
        "Nothing to teach yet? It knows everyday things already.",
        "아직 학습할 것이 없나요? 일상에서 보는 것은 이미 알아요.",
    ),
    "start.everyday_button": ("Show it any picture", "아무 사진이나 보여 주기"),
    "start.private": (
        "Your pictures stay where TeachLens runs. Nothing is sent anywhere else.",
        "사진은 TeachLens가 돌아가는 곳에만 머물러요. 다른 곳으로 보내지 않아요.",
    ),
}
