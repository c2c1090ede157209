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
    "backbone.not_fetched": (
        "The network {title} is not here yet: its weights, {size} MB, are fetched once. Do that in the settings on the "
        "Teach page, or with: python -m core backbones fetch {name}",
        "{title} 네트워크가 아직 없어요. 가중치 {size} MB를 한 번만 내려받으면 돼요. 학습 페이지의 설정에서 받거나 이렇게 "
        "받아 주세요: python -m core backbones fetch {name}",
    ),
    "backbone.stays_frozen": (
        "The network {title} can be taught on, but not be improved itself. Choose one of the built-in networks for that.",
        "{title:은/는} 그대로 쓸 수는 있지만 더 다듬을 수는 없어요. 다듬으려면 내장 네트워크를 골라 주세요.",
    ),
    "backbone.no_network": (
        "{host} cannot be reached. Check the connection to the internet; or get the file {file} on another machine, put "
        "it into a folder, and let TEACHLENS_WEIGHTS name that folder.",
        "{host}에 연결할 수 없어요. 인터넷 연결을 확인해 주세요. 다른 컴퓨터에서 {file} 파일을 받아 폴더에 넣고 "
        "TEACHLENS_WEIGHTS로 그 폴더를 알려 줘도 돼요.",
    ),
    "backbone.stalled": (
        "{host} stopped sending. Try again: it goes on where it stopped.",
        "{host}에서 더 이상 데이터가 오지 않아요. 다시 시도하면 멈춘 곳부터 이어서 받아요.",
    ),
    "backbone.cut": (
        "The connection to {host} was cut off. Try again: it goes on where it stopped.",
        "{host:과/와} 연결이 끊겼어요. 다시 시도하면 멈춘 곳부터 이어서 받아요.",
    ),
    "backbone.refused": (
        "{host} does not give the file (answer {status}). Try again later.",
        "{host}에서 파일을 주지 않아요(응답 {status}). 나중에 다시 시도해 주세요.",
    ),
    "backbone.proxy": (
        "The proxy between here and {host} does not let us through. Sign in to it, or ask whoever runs the network.",
        "프록시가 {host} 연결을 막고 있어요. 프록시에 로그인하거나 네트워크 관리자에게 물어봐 주세요.",
    ),
    "backbone.untrusted": (
        "The connection to {host} cannot be trusted: its certificate is not valid, so nothing was fetched. Often a proxy "
        "is the reason; ask whoever runs the network.",
        "{host:과/와} 안전하게 연결할 수 없어서 받지 않았어요. 인증서가 올바르지 않아요. 프록시 때문일 때가 많으니 네트워크 "
        "관리자에게 물어봐 주세요.",
    ),
    "backbone.web_page": (
        "A web page came instead of the file from {host}. Often the network wants you to sign in first: open any page in "
        "the browser, then try again.",
        "{host}에서 파일 대신 웹 페이지가 왔어요. 네트워크에 먼저 로그인해야 할 때가 많아요. 브라우저로 아무 페이지나 열어 본 "
        "뒤 다시 시도해 주세요.",
    ),
    "backbone.other_file": (
        "What came from {host} is not the file we know, so it was not kept. Try again later.",
        "{host}에서 온 파일이 알려진 파일과 달라서 버렸어요. 나중에 다시 시도해 주세요.",
    ),
    "backbone.too_large": (
        "What came from {host} is larger than the {size} MB of the file we know, so it was not kept. Try again later.",
        "{host}에서 온 것이 알려진 파일 크기 {size} MB보다 커서 버렸어요. 나중에 다시 시도해 주세요.",
    ),
    "backbone.no_room": (
        "There is too little room in {folder}: {size} MB are needed. Make room, or let TEACHLENS_CACHE name another folder.",
        "{folder}에 공간이 부족해요. {size} MB가 필요해요. 공간을 비우거나 TEACHLENS_CACHE로 다른 폴더를 정해 주세요.",
    ),
    "backbone.no_memory": (
        "Preparing {title} takes {needed} GB of memory, and here are {have} GB. Choose one of the built-in networks.",
        "{title:을/를} 준비하려면 메모리가 {needed} GB 필요한데 여기에는 {have} GB뿐이에요. 내장 네트워크를 골라 주세요.",
    ),
    "backbone.not_converted": (
        "{title} was fetched but could not be prepared. Close other programs, so that there is memory, and try again.",
        "{title:을/를} 받았지만 준비하지 못했어요. 다른 프로그램을 닫아 메모리를 비운 뒤 다시 시도해 주세요.",
    ),
    "backbone.other_weights": (
        "The file {file} is not the one we know, so it was not used. Put the right one there.",
        "{file} 파일이 알려진 파일과 달라서 쓰지 않았어요. 올바른 파일을 넣어 주세요.",
    ),
    "backbone.unreadable_weights": (
        "The file {file} cannot be read. Put it there once more.",
        "{file} 파일을 읽을 수 없어요. 다시 넣어 주세요.",
    ),
}
