"""Sentences of `core.work`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "lesson.unknown": (
        "This lesson is no longer there. Start a new one.",
        "이 학습은 더 이상 없어요. 새로 시작해 주세요.",
    ),
    "lesson.killed": (
        "The computer ended the lesson, most likely because memory ran out. Close other programs, or teach with fewer "
        "pictures, and try again.",
        "컴퓨터가 학습을 끝냈어요. 메모리가 모자랐던 것 같아요. 다른 프로그램을 닫거나 사진 수를 줄여 다시 해 보세요.",
    ),
    "lesson.failed": (
        "Something went wrong on our side, and the lesson could not go on. Your pictures are still here: try again.",
        "프로그램에 문제가 생겨 학습을 마치지 못했어요. 사진은 그대로 있으니 다시 해 보세요.",
    ),
    "lesson.too_few": (
        "Your model stays as it is. With fewer than {least} pictures, nobody could tell whether improving made it better.",
        "모델을 그대로 뒀어요. 사진이 {least}장보다 적으면 더 다듬어도 나아졌는지 알 수 없어요.",
    ),
    "lesson.too_many": (
        "Your model stays as it is: improving is possible with up to {most} pictures.",
        "모델을 그대로 뒀어요. 더 다듬는 건 사진 {most}장까지만 할 수 있어요.",
    ),
    "lesson.put_right_meanwhile": (
        "Pictures joined the model while it was being improved, so it stays as you made it.",
        "다듬는 동안 모델에 사진이 더해져서, 지금 모델을 그대로 둘게요.",
    ),
    "lesson.no_room": (
        "The disk is full, so the lesson could not go on. Make room on it and try again: your pictures are still here.",
        "디스크가 가득 차서 학습을 계속할 수 없었어요. 공간을 비우고 다시 해 보세요. 사진은 그대로 있어요.",
    ),
}
