"""Sentences of `core.model`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "model.everyday": ("Everyday things", "일상 사물"),
    "model.finer": ("{name}, most likely", "아마 {name}일 거예요"),
    "model.missing": (
        "The model {name} is no longer there. Choose another one.",
        "{name} 모델이 더 이상 없어요. 다른 모델을 골라 주세요.",
    ),
    "model.unreadable": (
        "{name} cannot be opened: it is not a TeachLens model, or it was cut off on the way. Download it once more "
        "from where it was made.",
        "{name} 파일을 열 수 없어요. TeachLens 모델이 아니거나 내려받다가 잘린 것 같아요. 만든 곳에서 다시 내려받아 "
        "주세요.",
    ),
    "model.too_large": (
        "{name} is larger than {limit} MB, which no TeachLens model is, so it was not opened.",
        "{name:은/는} {limit}MB보다 커요. TeachLens 모델은 이렇게 크지 않아서 열지 않았어요.",
    ),
    "model.sample": (
        "The sample models stay as they are. Teach a model of your own, or download the sample and open it again.",
        "예시 모델은 바꿀 수 없어요. 직접 모델을 만들거나, 예시를 내려받아 다시 열어 주세요.",
    ),
    "model.no_examples": (
        "This model was saved without its pictures, so no others can join them. Teach a model of your own that keeps "
        "them.",
        "이 모델에는 배운 사진이 들어 있지 않아서 사진을 더할 수 없어요. 사진을 간직하는 모델을 직접 만들어 주세요.",
    ),
    "model.label_empty": ("Give it a name first.", "먼저 이름을 적어 주세요."),
    "model.too_many_labels": (
        "A model can tell {most} classes apart, and this one has as many. Choose one that is there.",
        "모델 하나는 클래스를 {most}개까지 구분할 수 있는데 이미 꽉 찼어요. 있는 클래스 가운데 골라 주세요.",
    ),
    "model.too_many_corrected": (
        "A model takes in {most} pictures by being put right, and this one has as many. Teach it again with all of "
        "its pictures.",
        "모델을 바로잡으며 더할 수 있는 사진은 {most}장까지예요. 사진을 모두 모아 다시 학습해 주세요.",
    ),
    "model.nothing_joined": ("There is nothing to take back.", "되돌릴 것이 없어요."),
    "model.damaged": (
        "This model file is damaged or was changed by another program, so it was not opened. Download it once more "
        "from where it was made.",
        "모델 파일이 손상되었거나 다른 프로그램이 바꾼 것 같아서 열지 않았어요. 만든 곳에서 다시 내려받아 주세요.",
    ),
    "model.newer": (
        "This model was made by a newer TeachLens. Update TeachLens, then open it again.",
        "더 새로운 버전의 TeachLens에서 만든 모델이에요. TeachLens를 업데이트한 뒤 다시 열어 주세요.",
    ),
    "model.other_backbone": (
        "This model was taught with another edition of the network {backbone} than the one installed here. Teach it "
        "again from its pictures.",
        "이 모델은 여기 설치된 것과 다른 {backbone} 네트워크로 학습했어요. 같은 사진으로 다시 학습해 주세요.",
    ),
}
