"""Texts of the networks that have to be fetched once, among the settings of Teach: key: (English, Korean)."""

TEXTS: dict[str, tuple[str, str]] = {
    "fetching.network": ("Another network", "다른 네트워크"),
    "fetching.none": ("None: as chosen above", "없음: 위에서 고른 대로"),
    "fetching.here": ("{title} (ready)", "{title} (준비됨)"),
    "fetching.away": ("{title} (fetched once, {size} MB)", "{title} (한 번 내려받기, {size} MB)"),
    "fetching.offer": (
        "{title} is not here yet. Its weights, {size} MB ({source}; {licence}), are fetched once from {host}; from then on it works without a network. Until it is here, lessons use what is chosen above.",
        "{title:은/는} 아직 없어요. 가중치 {size} MB({source}, {licence})를 {host}에서 한 번만 내려받으면 그다음부터는 인터넷 없이도 쓸 수 있어요. 준비될 때까지는 위에서 고른 것으로 학습해요.",
    ),
    "fetching.costs": (
        "A picture takes about {seconds} seconds on two cores. Memory: {recognising} MB for recognising, {teaching} MB for teaching, {preparing} MB for preparing the network once.",
        "사진 한 장에 코어 2개로 약 {seconds}초가 걸려요. 메모리는 인식할 때 {recognising} MB, 학습할 때 {teaching} MB, 처음 한 번 준비할 때 {preparing} MB가 필요해요.",
    ),
    "fetching.fetch": ("Fetch {size} MB", "{size} MB 받기"),
    "fetching.again": ("Try again", "다시 시도"),
    "fetching.cancel": ("Cancel", "취소"),
    "fetching.stays": ("Lessons use what is chosen above.", "위에서 고른 것으로 학습해요."),
    "fetching.now_wait": ("Waiting to begin", "시작을 기다리는 중"),
    "fetching.now_fetch": ("Fetching {title}", "{title} 받는 중"),
    "fetching.now_convert": (
        "Preparing {title}, once: up to a minute",
        "{title} 준비 중, 한 번만 하면 돼요: 길어야 1분쯤",
    ),
    "fetching.amount": ("{done} of {total} MB", "{total} MB 중 {done} MB"),
    "fetching.progress": ("Progress of fetching", "내려받기 진행률"),
    "fetching.frozen": (
        "{title} stays as it is: only the built-in networks can be improved.",
        "{title:은/는} 그대로만 쓸 수 있어요. 더 다듬는 것은 내장 네트워크만 할 수 있어요.",
    ),
}
