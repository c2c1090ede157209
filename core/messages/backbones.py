"""Sentences of `core.backbones`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "backbone.unknown": (
        "There is no network called {name}. There are: {known}.",
        "{name:이라는/라는} 네트워크는 없어요. 쓸 수 있는 네트워크: {known}.",
    ),
    "backbone.bare": (
        "The network {title} has learned nothing yet: it is taught whole, in the classic mode. Choose that, or another "
        "network.",
        "{title:은/는} 아직 아무것도 배우지 않은 네트워크예요. 클래식 모드에서 처음부터 끝까지 학습해요. 클래식 모드나 다른 "
        "네트워크를 골라 주세요.",
    ),
    "backbone.not_installed": (
        "The network {title} is not installed. Install it with: pip install {package}",
        "{title} 네트워크가 설치되어 있지 않아요. 이렇게 설치해 주세요: pip install {package}",
    ),
    "backbone.unreadable": (
        "The file {name} of the network cannot be read. Install the requirements once more.",
        "네트워크 파일 {name:을/를} 읽을 수 없어요. 필요한 패키지를 다시 설치해 주세요.",
    ),
    "backbone.other_hash": (
        "The file {name} of the network is not the one we know, so it was not used. Install the requirements once more.",
        "네트워크 파일 {name:이/가} 알려진 파일과 달라서 쓰지 않았어요. 필요한 패키지를 다시 설치해 주세요.",
    ),
    "backbone.damaged": (
        "The file {name} of the network is damaged. Install the requirements once more.",
        "네트워크 파일 {name:이/가} 손상되었어요. 필요한 패키지를 다시 설치해 주세요.",
    ),
    "backbone.no_cache": (
        "The network could not be prepared, because nothing can be written to {folder}. Make room there, or let "
        "TEACHLENS_CACHE name another folder.",
        "{folder} 폴더에 쓸 수 없어서 네트워크를 준비하지 못했어요. 공간을 비우거나 TEACHLENS_CACHE로 다른 폴더를 "
        "정해 주세요.",
    ),
}
