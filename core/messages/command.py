"""Sentences of the command line, `python -m core`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "command.stage.read": ("reading", "읽는 중"),
    "command.stage.look": ("looking at the pictures", "사진을 보는 중"),
    "command.stage.learn": ("learning", "학습하는 중"),
    "command.stage.test": ("testing", "시험하는 중"),
    "command.stage.save": ("saving", "저장하는 중"),
    "command.left": ("about {seconds} s left", "약 {seconds}초 남음"),
    "command.taught": (
        "Taught {classes} classes in {seconds} s: {file}",
        "클래스 {classes}개를 {seconds}초 만에 학습했어요: {file}",
    ),
    "command.score": (
        "It got {right} of {total} pictures right that it had not seen: {share}, likely between {low} and {high}.",
        "처음 보는 사진 {total}장 중 {right}장을 맞혔어요: {share}, 실제로는 {low}~{high} 사이일 가능성이 커요.",
    ),
    "command.class_score": ("  {label}: {right} of {total}", "  {label}: {total}장 중 {right}장"),
    "command.answer": ("{picture}: {answers}", "{picture}: {answers}"),
    "command.not_sure": ("{picture}: not sure ({answers})", "{picture}: 잘 모르겠어요 ({answers})"),
    "command.class": ("  {label}: {count} pictures", "  {label}: 사진 {count}장"),
    "command.model": (
        "{title}, made {made} with {backbone}",
        "{title}, {made}에 만듦, {backbone} 사용",
    ),
    "command.backbone": (
        "{name}: {title}, {size} px, {licence}. {source}",
        "{name}: {title}, {size}픽셀, {licence}. {source}",
    ),
}
