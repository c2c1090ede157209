"""Sentences of `core.review`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "review.good": (
        "It tells your classes apart well. Try it on pictures from another day or another place.",
        "클래스를 잘 구별해요. 다른 날, 다른 곳에서 찍은 사진으로도 시험해 보세요.",
    ),
    "review.low": (
        "It still gets many wrong. Check that every picture is in the right class, and add more and clearer ones.",
        "아직 많이 틀려요. 사진이 맞는 클래스에 들어 있는지 확인하고, 더 다양하고 선명한 사진을 더해 보세요.",
    ),
    "review.small": (
        "Few pictures were tested, so the number is rough. With more pictures it becomes clearer.",
        "시험해 본 사진이 적어서 대강의 숫자예요. 사진이 많을수록 정확해져요.",
    ),
    "review.untested.one": (
        "“{labels}” could not be tested: its pictures are nearly the same. Add different ones.",
        "‘{labels}’ 클래스는 사진이 거의 똑같아서 시험하지 못했어요. 서로 다른 사진을 더해 주세요.",
    ),
    "review.untested.many": (
        "{count} classes ({labels}) could not be tested: their pictures are nearly the same. Add different ones.",
        "클래스 {count}개({labels})는 사진이 거의 똑같아서 시험하지 못했어요. 서로 다른 사진을 더해 주세요.",
    ),
    "review.mixed.one": (
        "It mixes up “{one}” and “{other}” most, {count} time. Pictures that show how they differ help most.",
        "‘{one}’ 클래스와 ‘{other}’ 클래스를 가장 많이 헷갈려요({count}번). 둘의 차이가 잘 보이는 사진을 더하면 좋아요.",
    ),
    "review.mixed.many": (
        "It mixes up “{one}” and “{other}” most, {count} times. Pictures that show how they differ help most.",
        "‘{one}’ 클래스와 ‘{other}’ 클래스를 가장 많이 헷갈려요({count}번). 둘의 차이가 잘 보이는 사진을 더하면 좋아요.",
    ),
    "review.weak": (
        "“{label}” is its weakest class. More and more varied pictures of it will help.",
        "‘{label}’ 클래스를 가장 어려워해요. 더 다양한 사진을 더하면 나아져요.",
    ),
    "review.few.one": (
        "“{labels}” has fewer than {wanted} pictures. Add more of it first.",
        "‘{labels}’ 사진이 {wanted}장보다 적어요. 이 사진부터 더해 보세요.",
    ),
    "review.few.many": (
        "{count} classes ({labels}) have fewer than {wanted} pictures. Add more of these first.",
        "클래스 {count}개({labels})의 사진이 {wanted}장보다 적어요. 이 사진들부터 더해 보세요.",
    ),
    "review.uneven": (
        "“{most}” has {times} times as many pictures as “{least}”. That was evened out, but more of the latter help.",
        "‘{most}’ 사진이 ‘{least}’ 사진의 {times}배예요. 균형은 맞춰 학습했지만, 적은 쪽을 더하면 더 좋아요.",
    ),
    "review.alike.one": (
        "{count} picture is nearly the same as another. Different ones teach more.",
        "거의 똑같은 사진이 {count}장 있어요. 서로 다른 사진일수록 배울 것이 많아요.",
    ),
    "review.alike.many": (
        "{count} pictures are nearly the same as others. Different ones teach more.",
        "거의 똑같은 사진이 {count}장 있어요. 서로 다른 사진일수록 배울 것이 많아요.",
    ),
    "review.shown_once.one": (
        "“{labels}” was shown in one go, so I could not test myself on it. Show it again from another side.",
        "‘{labels}’ 클래스는 한 번에 보여 준 사진뿐이라 시험해 보지 못했어요. 다른 쪽에서 한 번 더 보여 주세요.",
    ),
    "review.shown_once.many": (
        "{count} classes ({labels}) were each shown in one go, so I could not test myself on them. Show them again from "
        "another side.",
        "클래스 {count}개({labels})는 한 번에 보여 준 사진뿐이라 시험해 보지 못했어요. 다른 쪽에서 한 번 더 보여 주세요.",
    ),
}
