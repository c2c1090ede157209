"""Sentences of `core.export`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "export.unknown_format": (
        "There is no format called “{name}”. There are: {known}.",
        "{name:이라는/라는} 형식은 없어요. 고를 수 있는 형식: {known}.",
    ),
    "export.fetched_backbone": (
        "A model on {title}, a network that was fetched, can't be taken away yet. Teach it again with one of the built-in "
        "networks.",
        "내려받은 네트워크 {title}로 학습한 모델은 아직 내보낼 수 없어요. 내장 네트워크로 다시 학습해 주세요.",
    ),
    "export.made_elsewhere": (
        "This model was made elsewhere and opened here. Use the files that it came in: they are what others open.",
        "다른 곳에서 만들어 여기서 연 모델이에요. 처음에 받은 파일을 그대로 쓰세요. 다른 프로그램도 그 파일을 열어요.",
    ),
    "export.one_size": (
        "{format} gives a model one picture of one size, and this model looks at two sizes. Teach it as quick or balanced, "
        "or take another format.",
        "{format}에서는 모델에 한 가지 크기의 사진만 주는데, 이 모델은 두 가지 크기를 봐요. 빠르게 또는 균형 있게 다시 학습하거나 다른 "
        "형식을 골라 주세요.",
    ),
    "export.no_quick_head": (
        "This model's network can't be brought to 224 px, which this format asks for. Take another format.",
        "이 형식은 224 px 사진을 쓰는데, 이 모델의 네트워크는 거기에 맞출 수 없어요. 다른 형식을 골라 주세요.",
    ),
    "export.no_examples": (
        "This format needs the model's own small pictures, and this file was saved without them. Take another format, or "
        "teach again and keep the pictures.",
        "이 형식으로 내보내려면 모델에 담긴 작은 사진이 필요한데, 이 파일에는 없어요. 다른 형식을 고르거나, 사진을 함께 저장하도록 다시 학습해 주세요.",
    ),
    "export.int8_needs_examples": (
        "For int8, at least {count} of the model's own small pictures are needed, and this file has fewer. Take LiteRT "
        "with float16 instead: it is small too.",
        "int8로 만들려면 모델에 담긴 작은 사진이 {count}장은 있어야 하는데, 이 파일에는 그만큼 없어요. float16도 작으니 그걸 골라 주세요.",
    ),
    "export.needs": (
        "The format {format} needs packages that are not installed. Install them with: {command}",
        "{format} 형식에 필요한 패키지가 설치되어 있지 않아요. 이렇게 설치해 주세요: {command}",
    ),
    "export.memory": (
        "The format {format} takes {needed} GB of memory to write, and here are {here} GB. LiteRT and ONNX take far less.",
        "{format} 형식을 만들려면 메모리가 {needed} GB 필요한데 여기에는 {here} GB뿐이에요. LiteRT나 ONNX는 훨씬 적게 써요.",
    ),
    "export.own_score": (
        "Its own score: {share} of {total} pictures ({low} to {high}).",
        "이 네트워크의 점수: 사진 {total}장 가운데 {share} ({low}~{high}).",
    ),
    "export.stage.wait": ("waiting for another export to end", "다른 내보내기가 끝나기를 기다리는 중"),
    "export.differs": (
        "The {format} file was made, but it answers differently from the app (by {difference}), so you don't get it. "
        "Please report this.",
        "{format} 파일을 만들었지만 앱과 다르게 답해서({difference} 차이) 드리지 않았어요. 알려 주시면 고칠게요.",
    ),
    "export.failed": (
        "The model could not be taken away: something went wrong on our side. Nothing half-written is left; try again or "
        "take another format.",
        "모델을 내보내지 못했어요. 저희 쪽 문제예요. 쓰다 만 파일은 남지 않았으니 다시 해 보거나 다른 형식을 골라 주세요.",
    ),
    "export.killed": (
        "The computer ended it, probably for lack of memory. Close other programs, or take another format.",
        "컴퓨터가 작업을 끝냈어요. 메모리가 모자란 것 같아요. 다른 프로그램을 닫거나 다른 형식을 골라 주세요.",
    ),
    "export.stage.write": ("writing the model", "모델을 쓰는 중"),
    "export.stage.prove": ("checking that it answers as the app does", "앱과 똑같이 답하는지 확인하는 중"),
    "export.stage.pack": ("packing", "묶는 중"),
    # What is known of a package.
    "export.proved": (
        "Checked on {date} with {runtime}: on {count} pictures, hard ones among them, all probabilities are the app's, to "
        "within {largest}.",
        "{date}에 {runtime:으로/로} 확인했어요. 헷갈리는 사진을 포함한 {count}장에서 모든 확률이 앱과 {largest} 안에서 같아요.",
    ),
    "export.proved_on_noise": (
        "Checked on {date} with {runtime}: on {count} drawn pictures, as the model keeps none of its own, all "
        "probabilities are the app's, to within {largest}.",
        "{date}에 {runtime:으로/로} 확인했어요. 모델에 사진이 들어 있지 않아 그린 그림 {count}장으로 보니 모든 확률이 앱과 {largest} 안에서 같아요.",
    ),
    "export.compared": (
        "Checked on {date} with {runtime}: of {count} pictures that the model and this file were fitted on, {others} got "
        "another label than in the app; the largest difference of a probability is {largest}.",
        "{date}에 {runtime:으로/로} 확인했어요. 모델과 이 파일을 맞춘 사진 {count}장 가운데 {others}장이 앱과 다른 라벨을 받았고, 확률은 많게는 "
        "{largest}만큼 달라요.",
    ),
    "export.unproved": (
        "Not checked here: {runtime} is not installed. Install it ({command}) and take the model away again to have it "
        "proved.",
        "여기서는 확인하지 못했어요. {runtime:이/가} 설치되어 있지 않아요. 설치한 뒤({command}) 다시 내보내면 확인해 드려요.",
    ),
    "export.squashed": (
        "Scratch, ml5 and Frigate squash the whole picture into a square, where the app takes its middle. On {count} "
        "small, blurred copies of the pictures, with heads that had not learned from them, {squashed} were right when squashed and {cropped} when cropped.",
        "스크래치, ml5, Frigate는 사진 전체를 정사각형으로 눌러서 봐요. 앱은 가운데를 잘라서 보고요. 작고 흐린 사본 {count}장을, 그 사진으로 "
        "배우지 않은 모델로 재 보니 누르면 {squashed}, 자르면 {cropped}를 맞혔어요.",
    ),
    "export.note.quick_head": (
        "Programs that use this format know one network with 224 px, so this file has a quicker network than the model in "
        "the app, taught from the same pictures. Its score was tested with pictures at the app's larger size.",
        "이 형식을 쓰는 프로그램은 224 px 네트워크 하나만 알아요. 그래서 이 파일에는 같은 사진으로 가르친, 앱의 모델보다 빠른 네트워크가 들어 "
        "있어요. 점수는 앱에서 쓰는 더 큰 사진으로 시험한 거예요.",
    ),
    "export.note.int8": (
        "The networks compute with whole numbers (int8), for processors that can do nothing else. Answers are a little "
        "different from the app's.",
        "정수(int8)로 계산하는 프로세서를 위한 파일이에요. 답이 앱과 조금 다를 수 있어요.",
    ),
    # How each format is used.
    "export.use.web-page": (
        "Put this folder on any web host (GitHub Pages, Netlify, your school's), or look at it here with `python -m "
        "http.server` and the address http://localhost:8000. Camera and upload work in the browser; nothing is sent "
        "anywhere. After the first visit it works offline.",
        "이 폴더를 아무 웹 호스트(GitHub Pages, Netlify, 학교 서버)에 올리거나, `python -m http.server`를 실행하고 "
        "http://localhost:8000 을 열어 보세요. 카메라와 업로드는 브라우저 안에서만 쓰이고 아무 데도 보내지 않아요. 한 번 열면 인터넷 없이도 돼요.",
    ),
    "export.use.teachable-machine": (
        "Put the three files on any web host and give its address, ending in “/”, to whatever opens Teachable Machine "
        "image models: TM2Scratch or Stretch3 for Scratch, App Inventor's extension, p5.js, ml5, Node-RED. "
        "`example.html` shows it with Teachable Machine's own library. Entry has no place for a model's address.",
        "파일 세 개를 웹 호스트에 올리고, “/”로 끝나는 그 주소를 티처블 머신 이미지 모델을 여는 곳에 넣으세요. 스크래치의 TM2Scratch나 "
        "Stretch3, 앱 인벤터 확장, p5.js, ml5, Node-RED에서 열려요. `example.html`은 티처블 머신의 라이브러리로 여는 예시예요. 엔트리에는 모델 "
        "주소를 넣는 곳이 없어요.",
    ),
    "export.use.python": (
        "`pip install -r requirements.txt`, then `python recognise.py picture.jpg`, a folder, or `--camera`. It needs "
        "nothing of TeachLens.",
        "`pip install -r requirements.txt` 다음에 `python recognise.py 사진.jpg`를 실행하세요. 폴더나 `--camera`도 돼요. TeachLens가 없어도 돼요.",
    ),
    "export.use.litert": (
        "For phone apps and a Raspberry Pi: float32 RGB of 0 to 255 in, probabilities out; scaling and softmax are "
        "inside. `pip install ai-edge-litert numpy pillow`, then `python example.py picture.jpg`. Microcontrollers "
        "can't hold it; let a page answer and send the label over USB serial.",
        "휴대폰 앱과 라즈베리 파이용이에요. 0부터 255까지의 float32 RGB를 넣으면 확률이 나와요. 스케일링과 소프트맥스는 안에 들어 있어요. `pip "
        "install ai-edge-litert numpy pillow` 다음에 `python example.py 사진.jpg`를 실행하세요. 마이크로컨트롤러에는 "
        "들어가지 않아요. 웹 페이지가 답하고 라벨을 USB 시리얼로 보내는 방법이 있어요.",
    ),
    "export.use.litert-float16": (
        "As LiteRT, at half the size: weights are float16, and computed with in float32. `pip install ai-edge-litert "
        "numpy pillow`, then `python example.py picture.jpg`.",
        "LiteRT와 같고 크기가 절반이에요. 가중치는 float16이고 계산은 float32로 해요. `pip install ai-edge-litert numpy pillow` 다음에 `python "
        "example.py 사진.jpg`를 실행하세요.",
    ),
    "export.use.litert-uint8": (
        "As LiteRT, but pictures go in as they are, uint8 RGB, and there is one output: what ML Kit, MediaPipe and many "
        "camera programs expect. `pip install ai-edge-litert numpy pillow`, then `python example.py picture.jpg`.",
        "LiteRT와 같지만 사진을 uint8 RGB 그대로 넣고 출력이 하나예요. ML Kit, MediaPipe와 여러 카메라 프로그램이 이런 파일을 받아요. `pip "
        "install ai-edge-litert numpy pillow` 다음에 `python example.py 사진.jpg`를 실행하세요.",
    ),
    "export.use.litert-int8": (
        "For Coral and small processors: a quarter of the size. For Coral, run Google's `edgetpu_compiler model.tflite` "
        "on it. `pip install ai-edge-litert numpy pillow`, then `python example.py picture.jpg`.",
        "Coral과 작은 프로세서용이고 크기가 4분의 1이에요. Coral에서는 Google의 `edgetpu_compiler model.tflite`를 한 번 실행하세요. `pip install "
        "ai-edge-litert numpy pillow` 다음에 `python example.py 사진.jpg`를 실행하세요.",
    ),
    "export.use.frigate": (
        "Copy `model.tflite` and `labelmap.txt` into the folder of your custom classification model in Frigate "
        "(`/config/model_cache/<name>`), in place of what is there, and restart Frigate. With Home Assistant, the label "
        "arrives as a sensor.",
        "`model.tflite`와 `labelmap.txt`를 Frigate의 사용자 분류 모델 폴더(`/config/model_cache/<이름>`)에 넣어 있던 파일과 바꾸고 Frigate를 다시 "
        "시작하세요. 홈 어시스턴트에는 라벨이 센서로 나타나요.",
    ),
    "export.use.onnx": (
        "For ONNX Runtime, OpenCV, OpenVINO, C# and Unity: float32 RGB of 0 to 255, channels first. `pip install "
        "onnxruntime numpy pillow`, then `python example.py picture.jpg`.",
        "ONNX Runtime, OpenCV, OpenVINO, C#, 유니티용이에요. 0부터 255까지의 float32 RGB를 채널 먼저 넣어요. `pip install onnxruntime numpy "
        "pillow` 다음에 `python example.py 사진.jpg`를 실행하세요.",
    ),
    "export.use.keras": (
        "To go on in Python: plain Keras 3 layers, under TensorFlow, PyTorch or JAX. `pip install keras tensorflow numpy "
        "pillow`, then `python example.py picture.jpg`.",
        "파이썬에서 이어서 쓸 때 좋아요. 평범한 Keras 3 레이어라 TensorFlow, PyTorch, JAX에서 모두 열려요. `pip install keras tensorflow numpy "
        "pillow` 다음에 `python example.py 사진.jpg`를 실행하세요.",
    ),
    "export.use.saved-model": (
        "For TensorFlow Serving: the folder `saved_model`, signature `serving_default`. `pip install "
        "tensorflow numpy pillow`, then `python example.py picture.jpg`.",
        "TensorFlow Serving용이에요. `saved_model` 폴더의 `serving_default` 시그니처를 쓰세요. `pip install tensorflow numpy "
        "pillow` 다음에 `python example.py 사진.jpg`를 실행하세요.",
    ),
    # The README of a package.
    "export.readme.made": (
        "Taught with TeachLens {version} on {date}.",
        "TeachLens {version}에서 {date}에 학습했어요.",
    ),
    "export.readme.use": ("How to use it", "쓰는 법"),
    "export.readme.inputs": (
        "Pictures go in as squares: {names}. The app takes the middle of a picture and resizes it by the mean over areas; "
        "`prepare.py`, where it is here, does just that.",
        "사진은 정사각형으로 넣어요: {names}. 앱은 사진의 가운데를 잘라 넓이 평균으로 크기를 줄여요. `prepare.py`가 함께 있다면 똑같이 해 줘요.",
    ),
    "export.readme.not_sure": (
        "Below {threshold} the app says “not sure”. `recognise.json` has this threshold and, where the file gives a "
        "“similarity”, the least one: below it the picture is like nothing the model was taught.",
        "확률이 {threshold}보다 낮으면 앱은 “잘 모르겠어요”라고 해요. 이 기준은 `recognise.json`에 있어요. 파일이 “similarity”도 준다면 그 최솟값도 "
        "있는데, 그보다 낮은 사진은 배운 것과 닮지 않은 사진이에요.",
    ),
    "export.readme.limits": (
        "There is no Core ML file; on an iPhone, the web page and LiteRT work.",
        "Core ML 파일은 만들지 않아요. 아이폰에서는 웹 페이지나 LiteRT를 쓰세요.",
    ),
    "export.readme.proof": ("Is it the same?", "정말 같은가요?"),
    "export.readme.card": ("Model card", "모델 카드"),
    "export.readme.taught.one": (
        "It tells {classes} labels apart and was taught on 1 picture.",
        "라벨 {classes}개를 구별하고, 사진 1장으로 배웠어요.",
    ),
    "export.readme.taught.many": (
        "It tells {classes} labels apart and was taught on {count} pictures.",
        "라벨 {classes}개를 구별하고, 사진 {count}장으로 배웠어요.",
    ),
    "export.readme.score": (
        "Of {total} pictures that it had not learned from, {share} were right (95 % interval: {low} to {high}).",
        "배우지 않은 사진 {total}장 가운데 {share}를 맞혔어요(95% 구간: {low}~{high}).",
    ),
    "export.readme.untested": ("It was not tested here.", "여기서 시험하지 않은 모델이에요."),
    "export.readme.label": ("label", "라벨"),
    "export.readme.pictures": ("pictures", "사진"),
    "export.readme.right": ("right in the test", "시험에서 맞힌 수"),
    "export.readme.mixed": ("Mixed up most often:", "가장 자주 헷갈린 것:"),
    "export.readme.taken": ("{label} taken for {other}: {count}", "{label:을/를} {other:으로/로}: {count}번"),
    "export.readme.by_others": (
        "It tells {classes} labels apart. Others taught it, on the photographs of ImageNet.",
        "라벨 {classes}개를 구별해요. 다른 사람들이 ImageNet 사진으로 학습시킨 모델이에요.",
    ),
    "export.readme.same_collection": (
        "It was tested on pictures from the same collection that it was taught on, and on nothing else: other light, other "
        "cameras, other places may give other results.",
        "배운 사진과 같은 묶음의 사진으로만 시험했어요. 조명이나 카메라, 장소가 달라지면 결과도 달라질 수 있어요.",
    ),
    "export.readme.people": (
        "It is not made for decisions about people.",
        "사람에 대한 결정을 내리는 데 쓰지 마세요.",
    ),
    "export.readme.licence": ("Licences of the weights", "가중치의 라이선스"),
}
