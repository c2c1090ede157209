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
    "open.no_file": (
        "There is no {file}. A Teachable Machine model is the zip that it downloads, or the three files in it, given "
        "together: model.json, metadata.json and weights.bin.",
        "{file} 파일이 없어요. 티처블 머신 모델은 내려받은 zip 파일 그대로, 또는 그 안의 model.json, metadata.json, weights.bin "
        "세 파일을 함께 주세요.",
    ),
    "open.other_export": (
        "This is Teachable Machine's export for other programs. Choose “Tensorflow.js” there when you export the model, "
        "then “Download my model”.",
        "다른 프로그램용으로 내보낸 티처블 머신 모델이에요. 티처블 머신에서 모델을 내보낼 때 ‘Tensorflow.js’를 고르고 내려받아 "
        "주세요.",
    ),
    "open.one_at_a_time": (
        "These are several models. Open one zip at a time.",
        "모델이 여러 개예요. zip 파일을 하나씩 열어 주세요.",
    ),
    "open.not_unpacked": (
        "{file} cannot be unpacked safely, so the model was not opened. Download it once more from where it was made.",
        "{file} 파일을 안전하게 풀 수 없어서 열지 않았어요. 만든 곳에서 다시 내려받아 주세요.",
    ),
    "open.too_large": (
        "{file} is larger than {limit} MB, which no model here may be, so it was not opened.",
        "{file} 크기가 {limit}MB를 넘어서 열지 않았어요.",
    ),
    "open.no_json": (
        "{file} is not what it should be: it cannot be read as JSON. Download the model once more from where it was made.",
        "{file} 파일을 JSON으로 읽을 수 없어요. 만든 곳에서 모델을 다시 내려받아 주세요.",
    ),
    "open.audio": (
        "This Teachable Machine model listens to sounds. TeachLens recognises pictures: open an image model.",
        "소리를 듣는 티처블 머신 모델이에요. TeachLens는 사진을 인식해요. 이미지 모델을 열어 주세요.",
    ),
    "open.pose": (
        "This Teachable Machine model recognises poses. TeachLens recognises whole pictures: open an image model.",
        "자세를 인식하는 티처블 머신 모델이에요. TeachLens는 사진 전체를 인식해요. 이미지 모델을 열어 주세요.",
    ),
    "open.no_labels": (
        "metadata.json does not say what the classes are called, so the model was not opened. Export it once more.",
        "metadata.json에 클래스 이름이 없어서 열지 않았어요. 모델을 다시 내보내 주세요.",
    ),
    "open.other_labels": (
        "metadata.json names {labels} classes and the model has {classes}: these files do not belong together.",
        "metadata.json에는 클래스가 {labels}개인데 모델에는 {classes}개예요. 서로 다른 모델의 파일인 것 같아요.",
    ),
    "open.private": (
        "This link leads into a private network, which this server does not open for its visitors. Download the model's "
        "files and open them here.",
        "이 링크는 사설 네트워크로 이어져서 이 서버에서는 열지 않아요. 모델 파일을 내려받아 여기에서 열어 주세요.",
    ),
    "open.no_link": (
        "This is not a link that can be opened. It begins with https:// and leads to the folder of the model, as "
        "Teachable Machine shows it after “Upload my model”.",
        "열 수 있는 링크가 아니에요. 링크는 https://로 시작하고 모델이 있는 폴더를 가리켜야 해요. 티처블 머신에서 모델을 업로드하면 "
        "보여 주는 링크예요.",
    ),
    "open.no_answer": (
        "{host} cannot be reached, or the connection broke off. Check the link and the connection to the internet.",
        "{host}에 연결할 수 없거나 연결이 끊겼어요. 링크와 인터넷 연결을 확인해 주세요.",
    ),
    "open.slow": (
        "{host} takes too long. Try again later, or download the model and open its zip.",
        "{host}의 응답이 너무 느려요. 나중에 다시 시도하거나, 모델을 내려받아 zip 파일을 열어 주세요.",
    ),
    "open.refused": (
        "{host} does not give the model (answer {status}). Check the link, or download the model and open its zip.",
        "{host}에서 모델을 주지 않아요(응답 {status}). 링크를 확인하거나, 모델을 내려받아 zip 파일을 열어 주세요.",
    ),
    "model.other_backbone": (
        "This model was taught with another edition of the network {backbone} than the one installed here. Teach it "
        "again from its pictures.",
        "이 모델은 여기 설치된 것과 다른 {backbone} 네트워크로 학습했어요. 같은 사진으로 다시 학습해 주세요.",
    ),
}
