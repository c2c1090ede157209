"""Sentences of `core.learning`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "recipe.thorough": ("Improve it afterwards", "학습이 끝난 뒤 더 다듬기"),
    "recipe.thorough_note": (
        "The model is ready within seconds. Behind it, the network itself goes on learning from your pictures for some "
        "minutes, and takes over only if pictures held back say so. Where we tried it, hand signs gained most; "
        "photographs of things came out better or worse, within chance.",
        "모델은 몇 초 만에 쓸 수 있어요. 그 뒤에서 네트워크가 몇 분 더 사진을 배우고, 따로 남겨 둔 사진으로 더 나아졌을 때만 바뀌어요. "
        "저희가 해 보니 손 모양에서 가장 많이 좋아졌고, 물건 사진은 우연의 범위에서 좋아지기도 나빠지기도 했어요.",
    ),
    "recipe.improve_memory": (
        "Models stay quick here: improving them takes {needed} GB of memory, and this machine lets us use {there}.",
        "여기서는 빠른 모델까지만 만들어요. 더 다듬으려면 메모리가 {needed} GB 필요한데, 쓸 수 있는 건 {there} GB예요.",
    ),
    "recipe.improve_off": (
        "Models stay quick here: whoever runs TeachLens has turned improving off (TEACHLENS_TUNING).",
        "여기서는 빠른 모델까지만 만들어요. TeachLens를 운영하는 사람이 다듬기를 꺼 두었어요(TEACHLENS_TUNING).",
    ),
    "recipe.classic": ("The classic way: as the tutorial does it", "클래식: 튜토리얼에서 하는 방식으로"),
    "recipe.classic_note": (
        "To see how it is done: the whole of a ResNet50 learns, ten times through all pictures. On two cores, 500 pictures "
        "take about half an hour, thousands take hours, and it needs 7 GB of memory. The other settings do better with "
        "few pictures.",
        "어떻게 하는지 보고 싶을 때 골라 보세요. ResNet50 전체가 모든 사진을 열 번씩 배워요. 코어 두 개로 500장이면 30분쯤, "
        "수천 장이면 몇 시간 걸리고 메모리도 7 GB 필요해요. 사진이 적다면 다른 설정이 더 정확해요.",
    ),
    "lesson.unknown_recipe": (
        "There is no way of teaching called “{name}”. There are: {known}.",
        "{name:이라는/라는} 학습 방식은 없어요. 고를 수 있는 방식: {known}.",
    ),
    "classic.memory": (
        "The classic way needs {needed} GB of memory, and this machine lets us use {there}. Teach in another way: it is "
        "faster, and with few pictures it is better too.",
        "클래식 방식에는 메모리가 {needed} GB 필요한데, 여기서 쓸 수 있는 건 {there} GB예요. 다른 방식으로 학습해 주세요. "
        "더 빠르고, 사진이 적을 때는 더 정확해요.",
    ),
    "classic.diverged": (
        "The network's numbers ran away, and it learned nothing. That happens in the classic way. Try another shuffle number, or "
        "teach in another way.",
        "네트워크의 숫자가 걷잡을 수 없이 커져서 아무것도 배우지 못했어요. 클래식 방식에서는 가끔 있는 일이에요. 섞기 번호를 바꾸거나 "
        "다른 방식으로 학습해 보세요.",
    ),
    "classic.from_imagenet": (
        "Taught in the classic way: a ResNet50 that began with what it knew from ImageNet, and all of which learned from "
        "your pictures.",
        "클래식 방식으로 학습했어요. ImageNet을 배운 ResNet50에서 시작해, 네트워크 전체가 이 사진들을 배웠어요.",
    ),
    "classic.from_scratch": (
        "Taught in the classic way, from scratch: ResNet50's ImageNet weights were not on this machine. Without them it "
        "takes many thousands of pictures to do well.",
        "클래식 방식으로 맨 처음부터 학습했어요. 이 컴퓨터에 ResNet50의 ImageNet 가중치가 없었거든요. 그 가중치 없이 잘하려면 "
        "사진이 수천 장은 있어야 해요.",
    ),
    "classic.will_scratch": (
        "ResNet50's ImageNet weights are not on this machine, so it will learn from scratch, which takes many thousands "
        "of pictures to do well. This fetches them, once: python -m core backbones fetch resnet50 (95 MB).",
        "이 컴퓨터에 ResNet50의 ImageNet 가중치가 없어서 맨 처음부터 배워요. 그렇게 잘하려면 사진이 수천 장은 있어야 해요. "
        "가중치는 이렇게 한 번만 내려받으면 돼요: python -m core backbones fetch resnet50 (95 MB)",
    ),
    "classic.will_imagenet": (
        "It will begin with what ResNet50 knows from ImageNet.",
        "ImageNet을 배운 ResNet50에서 시작해요.",
    ),
    "evaluate.no_known_label": (
        "None of the labels is known to this model. It knows: {labels}.",
        "이 모델이 아는 라벨이 하나도 없어요. 아는 라벨: {labels}.",
    ),
}
