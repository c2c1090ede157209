"""Sentences of the command line, `python -m core`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "command.exported": ("Written: {file}", "저장했어요: {file}"),
    "command.stage.read": ("reading", "읽는 중"),
    "command.stage.look": ("looking at the pictures", "사진을 보는 중"),
    "command.stage.learn": ("learning", "학습하는 중"),
    "command.stage.vary": ("varying the pictures", "사진을 바꿔 보는 중"),
    "command.stage.train": ("training the network", "네트워크를 학습하는 중"),
    "command.stage.test": ("testing", "시험하는 중"),
    "command.stage.save": ("saving", "저장하는 중"),
    "command.epoch": (
        "Epoch {number}: loss {loss}, {learned} right; on held-out pictures {held_out_loss}, {held_out} right",
        "{number}번째 에포크: 손실 {loss}, 정답 {learned}. 남겨 둔 사진에서는 손실 {held_out_loss}, 정답 {held_out}",
    ),
    "command.epoch_untested": (
        "Epoch {number}: loss {loss}, {learned} right",
        "{number}번째 에포크: 손실 {loss}, 정답 {learned}",
    ),
    "command.left": ("about {seconds} s left", "약 {seconds}초 남음"),
    "command.found": (
        "Found: {pictures} pictures, {classes} classes.",
        "찾은 것: 사진 {pictures}장, 클래스 {classes}개.",
    ),
    "command.more_skipped": ("… and {count} more were left out.", "… 그 밖에 {count}개를 더 뺐어요."),
    "command.unread": (
        "Left out because they could not be read: {count} pictures.",
        "읽을 수 없어서 뺀 사진: {count}장.",
    ),
    "command.ready": ("Ready to be taught.", "바로 학습할 수 있어요."),
    "command.taught": (
        "Taught {classes} classes in {seconds} s: {file}",
        "클래스 {classes}개를 {seconds}초 만에 학습했어요: {file}",
    ),
    "command.private": (
        "It keeps no names and no small pictures, so it cannot be put right or taught more. To tell what is like nothing "
        "it was taught, it still keeps numbers that describe the pictures.",
        "사진 이름과 작은 사진을 남기지 않아서 바로잡거나 더 학습할 수 없어요. 배운 적 없는 것을 알아보려고 사진의 특징을 나타내는 "
        "숫자는 남겨 두어요.",
    ),
    "command.score": (
        "It got {right} of {total} pictures right that it had not seen: {share}, likely between {low} and {high}.",
        "처음 보는 사진 {total}장 중 {right}장을 맞혔어요: {share}, 실제로는 {low}~{high} 사이일 가능성이 커요.",
    ),
    "command.evaluated": (
        "It gets {right} of these {total} pictures right: {share}. Unless it was taught on them, others like them it gets "
        "right likely between {low} and {high} of the time.",
        "이 사진 {total}장 중 {right}장을 맞혔어요: {share}. 학습에 쓰지 않은 사진이라면, 비슷한 사진에서는 {low}~{high} 사이일 가능성이 "
        "커요.",
    ),
    "command.untested": (
        "How well it does is not known: there was no picture left to test it on that did not resemble the others.",
        "얼마나 잘하는지는 알 수 없어요. 사진이 서로 너무 비슷해서 시험할 사진이 없었어요.",
    ),
    "command.class_score": ("  {label}: {right} of {total}", "  {label}: {total}장 중 {right}장"),
    "command.mixed_up": (
        "Took {label} for {answer}: {count} times.",
        "{label:을/를} {answer:으로/로} 잘못 봄: {count}번.",
    ),
    "command.advice": ("→ {advice}", "→ {advice}"),
    "command.unknown_labels": (
        "Left out, because the model was not taught them: {labels}.",
        "모델이 배우지 않아서 뺀 클래스: {labels}.",
    ),
    "command.answer": ("{picture}: {answers}", "{picture}: {answers}"),
    "command.not_sure": ("{picture}: not sure ({answers})", "{picture}: 잘 모르겠어요 ({answers})"),
    "command.strange": (
        "{picture}: not sure, it is like nothing that was taught ({answers})",
        "{picture}: 잘 모르겠어요. 배운 것 가운데 이런 건 없었어요 ({answers})",
    ),
    "command.unsure": ("Not sure", "잘 모르겠어요"),
    "command.class": ("  {label}: {count} pictures", "  {label}: 사진 {count}장"),
    "command.model": (
        "{title}, made {made} with {backbone}",
        "{title}, {made}에 만듦, {backbone} 사용",
    ),
    "command.opened": (
        "Opened {title}, with {count} classes: {file}",
        "{title:을/를} 열었어요. 클래스 {count}개: {file}",
    ),
    "command.elsewhere": (
        "It knows {count} classes and was made elsewhere: its score is not known here, and without the pictures it was "
        "taught on it cannot be put right or taught more.",
        "클래스 {count}개를 알아요. 다른 곳에서 만든 모델이라 여기에서 시험한 점수는 없고, 배운 사진이 들어 있지 않아서 바로잡거나 더 "
        "학습할 수는 없어요.",
    ),
    "command.by_others": (
        "Knows {count} things. Others taught it, on the photographs of ImageNet; it was not tested here.",
        "{count}가지를 알아요. 다른 사람들이 ImageNet 사진으로 미리 학습시킨 모델이라, 여기에서 시험한 점수는 없어요.",
    ),
    "command.backbone": (
        "{name}: {title}, {size} px, {licence}. {source}",
        "{name}: {title}, {size}픽셀, {licence}. {source}",
    ),
    "command.backbone_here": ("    ready, fetched once: {size} MB", "    준비됨, 내려받은 크기: {size} MB"),
    "command.backbone_away": (
        "    not here yet: {size} MB are fetched once, with `backbones fetch`",
        "    아직 없음: `backbones fetch`로 {size} MB를 한 번 내려받아요",
    ),
    "command.backbone_costs": (
        "    about {seconds} s a picture on two cores; memory: recognising {recognising} MB, teaching {teaching} MB, preparing it once {preparing} MB",
        "    사진 한 장에 코어 2개로 약 {seconds}초; 메모리: 인식 {recognising} MB, 학습 {teaching} MB, 처음 한 번 준비 {preparing} MB",
    ),
    "command.backbone_missing": ("    not installed", "    설치되어 있지 않음"),
    "command.fetching.wait": ("waiting: another process fetches it", "다른 프로그램이 받는 중이라 기다리는 중"),
    "command.fetching.fetch": ("fetching", "받는 중"),
    "command.fetching.convert": ("preparing it, once: up to a minute", "한 번만 하는 준비 작업 중: 길어야 1분쯤"),
    "command.fetched": (
        "{title} is ready, with or without a network: teach with --backbone {name}",
        "{title:을/를} 이제 인터넷 없이도 쓸 수 있어요: --backbone {name:으로/로} 학습해 보세요",
    ),
    "command.improved": (
        "Improved: the network's last blocks learned too.",
        "더 다듬었어요. 네트워크의 마지막 부분도 함께 배웠어요.",
    ),
    "command.not_improved": (
        "Improving found nothing better; the quick model stays.",
        "더 다듬어 봤지만 나아지지 않아서, 빠른 모델을 그대로 두었어요.",
    ),
    "command.joined": (
        "{file} was put right: {added} joined, it knows {count} pictures now. Back with --undo.",
        "{file} 모델을 바로잡았어요. {added}장을 더해 이제 사진 {count}장을 알아요. --undo로 되돌릴 수 있어요.",
    ),
    "command.taken_back": (
        "Taken back: {file} knows {count} pictures.",
        "되돌렸어요. {file} 모델은 사진 {count}장을 알아요.",
    ),
    "command.nothing_read": (
        "None of these could be read as a picture.",
        "사진으로 읽을 수 있는 것이 하나도 없어요.",
    ),
    "command.is_folder": (
        "{file} is a folder. Give the name of a file to write.",
        "{file:은/는} 폴더예요. 저장할 파일 이름을 정해 주세요.",
    ),
    "command.no_place": (
        "{file} cannot be written, because nothing can be written to {folder}. Choose another place.",
        "{folder}에 쓸 수 없어서 {file} 파일을 만들 수 없어요. 다른 곳을 골라 주세요.",
    ),
    "command.system": (
        "The system refused: {reason}. {file}",
        "시스템이 허락하지 않았어요: {reason}. {file}",
    ),
    "command.interrupted": (
        "Interrupted. Nothing half-written is left.",
        "중단했어요. 쓰다 만 파일은 남지 않았어요.",
    ),
    "command.bug": (
        "Something went wrong on our side. The lines above say where; please report them.",
        "프로그램에 문제가 생겼어요. 위에 나온 내용을 알려 주세요.",
    ),
}
