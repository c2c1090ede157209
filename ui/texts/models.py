"""Texts of the page "Models"."""

TEXTS: dict[str, tuple[str, str]] = {
    "models.title": ("Models", "모델"),
    "models.lead": (
        "What was taught here, each in one file that you can keep, share and open again.",
        "여기에서 학습한 모델이에요. 파일 하나로 내려받아 보관하고, 나누고, 다시 열 수 있어요.",
    ),
    "models.none": (
        "No model of your own yet. Teach one, or open a model file below.",
        "아직 내 모델이 없어요. 새로 학습하거나 아래에서 모델 파일을 열어 보세요.",
    ),
    "models.teach": ("Teach a model", "모델 학습하기"),
    "models.come_along": ("Ready to use", "바로 쓸 수 있는 모델"),
    "models.by_others": (
        "Knows {count} things, from dogs to umbrellas. Others taught it, on the photographs of ImageNet; it was not "
        "tested here.",
        "개부터 우산까지 {count}가지를 알아요. 다른 사람들이 ImageNet 사진으로 미리 학습시킨 모델이라, 여기에서 시험한 점수는 "
        "없어요.",
    ),
    "models.elsewhere": (
        "Made elsewhere, with Teachable Machine or the like. It recognises pictures; its score is not known here, and "
        "without the pictures it was taught on it cannot be put right or taught more.",
        "티처블 머신 같은 다른 곳에서 만든 모델이에요. 사진을 인식할 수 있지만 여기에서 시험한 점수는 없고, 배운 사진이 들어 있지 않아서 "
        "바로잡거나 더 학습할 수는 없어요.",
    ),
    "models.made": ("Taught on {date}", "{date}에 학습"),
    "models.score": (
        "Right on {share} of the {total} pictures it was tested on and had not learned from. On new pictures like these, "
        "expect between {low} and {high}.",
        "배우지 않은 사진 {total}장으로 시험해서 {share}를 맞혔어요. 이런 사진을 새로 보여 주면 {low}에서 {high} 사이를 맞힐 거예요.",
    ),
    "models.untested": ("Too few pictures to test it.", "시험해 볼 사진이 부족했어요."),
    "models.recognise": ("Recognise with it", "이 모델로 인식하기"),
    "models.download": ("Download", "내려받기"),
    "models.rename": ("Rename", "이름 바꾸기"),
    "models.new_name": ("New name", "새 이름"),
    "models.save_name": ("Save", "저장"),
    "models.delete": ("Delete", "삭제"),
    "models.unreadable": (
        "{name} cannot be opened: it is damaged, or no TeachLens model.",
        "{name} 파일을 열 수 없어요. 손상되었거나 TeachLens 모델이 아니에요.",
    ),
    "models.deleted": ("“{title}” was deleted.", "‘{title}’ 모델을 삭제했어요."),
    "models.use": ("Try it", "써 보기"),
    "models.close": ("Close", "닫기"),
    "models.undo": ("Undo", "되돌리기"),
    "models.open": ("Open a model file", "모델 파일 열기"),
    "models.open_note": (
        "A file that ends in .teachlens, downloaded here or given to you; or an image model of Teachable Machine: its "
        "zip, or model.json, metadata.json and weights.bin together. It is checked before it is opened; no code in it "
        "is run.",
        ".teachlens로 끝나는 파일, 또는 티처블 머신의 이미지 모델을 열 수 있어요. 티처블 머신 모델은 내려받은 zip 파일이나 model.json, "
        "metadata.json, weights.bin 세 파일을 함께 올려 주세요. 열기 전에 내용을 검사하고, 그 안의 어떤 코드도 실행하지 않아요.",
    ),
    "models.open_label": ("Model file", "모델 파일"),
    "models.link": ("Open a link of Teachable Machine", "티처블 머신 링크로 열기"),
    "models.link_label": ("Link", "링크"),
    "models.link_note": (
        "Teachable Machine shows it after “Export model”, “Upload my model”.",
        "티처블 머신에서 모델을 내보내고 업로드하면 보여 주는 주소예요.",
    ),
    "models.link_open": ("Open", "열기"),
    "models.link_fetching": ("Fetching the model…", "모델을 받는 중이에요…"),
    "models.opened": ("“{title}” is open.", "‘{title}’ 모델을 열었어요."),
    "models.date": ("{day} {month} {year}", "{year}년 {month}월 {day}일"),
    "models.months": (
        "January February March April May June July August September October November December",
        "1 2 3 4 5 6 7 8 9 10 11 12",
    ),
}
