"""Texts of the classic way, on the page "Teach"."""

TEXTS: dict[str, tuple[str, str]] = {
    "classic.happened": ("What happened here", "여기서 일어난 일"),
    "classic.happened_note": (
        "The classic recipe, from folders of pictures to a number, in plain Keras. Your lesson did the same with your "
        "pictures.",
        "사진 폴더에서 점수가 나오기까지, 클래식 방식을 Keras로 그대로 적었어요. 방금 한 학습도 이대로 했어요.",
    ),
    "classic.point_network": (
        "ResNet50 turns a picture into 2,048 numbers, the hidden layer makes 1,024 of them, and softmax makes of these a "
        "probability for each class.",
        "ResNet50은 사진 한 장을 숫자 2,048개로 바꾸고, 은닉층은 그것을 1,024개로 줄여요. 마지막으로 softmax가 클래스마다 "
        "확률을 내요.",
    ),
    "classic.point_adam": (
        "Adam looks at 32 pictures at a time and then moves all 25 million weights a little, so that the right answers "
        "become more probable. Once through all pictures is an epoch.",
        "Adam은 사진을 32장씩 보고, 정답의 확률이 높아지도록 가중치 2,500만 개를 조금씩 옮겨요. 모든 사진을 한 번 다 보면 "
        "한 에포크예요.",
    ),
    "classic.point_averages": (
        "Early on, held-out pictures may do far worse than those it learns from: batch normalisation tests with running "
        "averages, and these need some hundred batches to settle.",
        "처음에는 남겨 둔 사진에서 훨씬 많이 틀릴 수 있어요. 배치 정규화는 시험할 때 이동 평균을 쓰는데, 배치가 수백 번은 "
        "지나야 안정되거든요.",
    ),
    "classic.point_differs": (
        "Your lesson did two things more: nearly equal pictures stay together when one in five is held out, and what came "
        "of it runs in LiteRT, with the same answers.",
        "방금 한 학습에서 다른 점은 둘이에요. 다섯 장 중 한 장을 남겨 둘 때 거의 똑같은 사진은 함께 두었고, 결과는 답이 똑같은 "
        "LiteRT로 옮겨서 써요.",
    ),
}
