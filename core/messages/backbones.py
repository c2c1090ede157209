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
    "layers.damaged": (
        "The network in model.json is damaged, or not put together as TeachLens knows it, so it was not opened. Download "
        "the model once more from where it was made.",
        "model.json에 있는 네트워크가 손상되었거나 TeachLens가 모르는 구조라서 열지 않았어요. 만든 곳에서 모델을 다시 내려받아 "
        "주세요.",
    ),
    "layers.graph_model": (
        "This is a TensorFlow.js graph-model, whose layers cannot be read. Export it as a layers-model, as Teachable "
        "Machine does.",
        "TensorFlow.js의 graph-model 형식이라 층을 읽을 수 없어요. 티처블 머신처럼 layers-model 형식으로 내보내 주세요.",
    ),
    "layers.unknown_kind": (
        "This model has a layer of the kind “{kind}” ({layer}), which TeachLens can't run. Open a model that "
        "recognises pictures, such as Teachable Machine's image models.",
        "이 모델에는 TeachLens가 실행할 수 없는 ‘{kind}’ 층({layer})이 있어요. 티처블 머신의 이미지 모델처럼 사진을 인식하는 모델을 "
        "열어 주세요.",
    ),
    "layers.unknown_option": (
        "The layer {layer} has {option} = {value}, which TeachLens can't run, so the model was not opened.",
        "{layer} 층의 설정({option} = {value})을 TeachLens가 실행할 수 없어서 열지 않았어요.",
    ),
    "layers.ends": (
        "This model has several inputs or outputs. TeachLens runs models with one picture and one answer.",
        "입력이나 출력이 여러 개인 모델이에요. TeachLens는 사진 하나를 받아 답 하나를 내는 모델을 실행해요.",
    ),
    "layers.shared": (
        "The layer {layer} is used in several places, which TeachLens can't run, so the model was not opened.",
        "{layer} 층이 여러 곳에서 함께 쓰여요. TeachLens가 실행할 수 없어서 열지 않았어요.",
    ),
    "layers.grey": (
        "This model was taught on grey pictures, and TeachLens shows a model colours. Teach it again in Teachable "
        "Machine as a standard image model.",
        "흑백 사진으로 학습한 모델이에요. TeachLens는 컬러 사진으로 인식해요. 티처블 머신에서 표준 이미지 모델로 다시 학습해 "
        "주세요.",
    ),
    "layers.no_picture": (
        "This model does not take colour pictures, so TeachLens can't run it. Open an image model.",
        "컬러 사진을 입력으로 받는 모델이 아니라서 실행할 수 없어요. 이미지 모델을 열어 주세요.",
    ),
    "layers.size": (
        "This model takes pictures of {height} × {width} pixels. TeachLens runs models with squares of {least} to {most}.",
        "{height} × {width}픽셀 사진을 받는 모델이에요. TeachLens는 한 변이 {least}~{most}픽셀인 정사각형을 받는 모델을 실행해요.",
    ),
    "layers.no_head": (
        "This model ends in a layer of the kind “{kind}”. TeachLens runs models that end in a dense layer with softmax.",
        "‘{kind}’ 층으로 끝나는 모델이에요. TeachLens는 softmax가 있는 Dense 층으로 끝나는 모델을 실행해요.",
    ),
    "layers.dense_map": (
        "The dense layer {layer} stands before the picture has become a vector, which TeachLens can't run.",
        "Dense 층 {layer:이/가} 사진이 벡터가 되기 전에 있어요. TeachLens가 실행할 수 없는 구조예요.",
    ),
    "layers.no_weight": (
        "The weights {weight} are missing in model.json, so the model was not opened. Download it once more.",
        "model.json에 가중치 {weight:이/가} 없어서 열지 않았어요. 모델을 다시 내려받아 주세요.",
    ),
    "layers.unused": (
        "The weights {weight} belong to no layer of the model, so it was not opened. Download it once more.",
        "가중치 {weight:은/는} 모델의 어느 층에도 속하지 않아서 열지 않았어요. 모델을 다시 내려받아 주세요.",
    ),
    "layers.other_size": (
        "{file} has {size} bytes and should have {expected}: it was cut off, or belongs to another model. Download the "
        "model once more.",
        "{file} 파일이 {size}바이트인데 {expected}바이트여야 해요. 잘렸거나 다른 모델의 파일이에요. 모델을 다시 내려받아 주세요.",
    ),
    "layers.too_large": (
        "This network is larger than TeachLens runs: it would take too much memory or time for every picture.",
        "TeachLens가 실행하기에는 너무 큰 네트워크예요. 사진 한 장마다 메모리나 시간이 너무 많이 들어요.",
    ),
    "layers.not_finite": (
        "Some weights of this model are no numbers, or far too large, so it was not opened. Teach it again where it was "
        "made.",
        "이 모델의 가중치 가운데 숫자가 아니거나 지나치게 큰 것이 있어서 열지 않았어요. 만든 곳에서 다시 학습해 주세요.",
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
