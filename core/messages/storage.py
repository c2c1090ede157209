"""Sentences of `core.storage`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "storage.busy": (
        "{name} is being changed by somebody else just now. Wait a moment and try again.",
        "지금 다른 곳에서 {name:을/를} 바꾸고 있어요. 잠시 뒤에 다시 해 보세요.",
    ),
    "storage.no_room": (
        "The disk is full, so this could not be kept. Make room on it and try again: what was there before is still "
        "there.",
        "디스크가 가득 차서 저장하지 못했어요. 공간을 비우고 다시 해 보세요. 전에 있던 건 그대로 있어요.",
    ),
}
