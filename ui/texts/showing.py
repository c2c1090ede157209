"""Texts of teaching by showing: the camera on the page "Teach"."""

TEXTS: dict[str, tuple[str, str]] = {
    "showing.title": ("Show it to me", "카메라로 보여 주세요"),
    "showing.lead": (
        "Hold the button, and turn and move the thing while it records. Show each thing two or three times, from other "
        "sides: then I can learn from one time and test myself on another.",
        "버튼을 누르고 있는 동안 물건을 이리저리 돌려 가며 보여 주세요. 종류마다 두세 번, 다른 쪽에서도 보여 주세요. "
        "그래야 한 번은 배우고 다른 한 번으로 시험해 볼 수 있어요.",
    ),
    "showing.door_title": ("Or show it with your camera", "카메라로 보여 줘도 돼요"),
    "showing.door_note": (
        "Name a thing, hold it before the camera, and it takes the pictures itself. Only what you record is kept.",
        "이름을 정하고 카메라 앞에 보여 주면 사진이 저절로 모여요. 녹화한 것만 남아요.",
    ),
    "showing.open": ("Show it with the camera", "카메라로 보여 주기"),
    "showing.more": ("Show more of it with the camera", "카메라로 더 보여 주기"),
    "showing.which": ("What are you showing?", "무엇을 보여 주나요?"),
    "showing.new": ("Something new", "새로운 것"),
    "showing.name": ("What is it called?", "이름이 뭔가요?"),
    "showing.name_first": (
        "Give it a name, then show it.",
        "이름을 먼저 정하면 보여 줄 수 있어요.",
    ),
    "showing.none": ("none of these", "해당 없음"),
    "showing.kept.one": ("{label}: {count} picture kept.", "{label}: 사진 {count}장을 담았어요."),
    "showing.kept.many": ("{label}: {count} pictures kept.", "{label}: 사진 {count}장을 담았어요."),
    "showing.thinned.one": (
        "{count} more was nearly the same and was left out.",
        "거의 똑같은 {count}장은 뺐어요.",
    ),
    "showing.thinned.many": (
        "{count} more were nearly the same and were left out.",
        "거의 똑같은 {count}장은 뺐어요.",
    ),
    "showing.all_alike": (
        "Nothing new was in it: move or turn it while you record.",
        "새로운 모습이 없었어요. 움직이거나 돌리면서 다시 보여 주세요.",
    ),
    "showing.burst.one": ("Shown in one go: {count} picture", "한 번에 보여 준 사진 {count}장"),
    "showing.burst.many": ("Shown in one go: {count} pictures", "한 번에 보여 준 사진 {count}장"),
    "showing.tap": ("Tap a picture to take it out.", "빼고 싶은 사진은 누르면 빠져요."),
    "showing.take_out": ("Take this picture out", "이 사진 빼기"),
    "showing.take_burst": ("Take all of them out", "모두 빼기"),
    "showing.took_out.one": ("{count} picture was taken out.", "사진 {count}장을 뺐어요."),
    "showing.took_out.many": ("{count} pictures were taken out.", "사진 {count}장을 뺐어요."),
    "showing.again": (
        "Shown once so far. Show it again from another side, so that I can test myself.",
        "아직 한 번만 보여 줬어요. 다른 쪽에서 한 번 더 보여 주면 제대로 아는지 시험해 볼 수 있어요.",
    ),
    "showing.source": ("what you showed", "카메라로 보여 준 것"),
    "showing.download": ("Download what you showed", "보여 준 것 내려받기"),
    "showing.file": ("shown", "보여준것"),
    "showing.done": ("Done", "다 보여 줬어요"),
}
