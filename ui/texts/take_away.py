"""Texts of taking a model away."""

TEXTS: dict[str, tuple[str, str]] = {
    "take_away.open": ("Take it away", "내보내기"),
    "take_away.title": ("Take “{title}” away", "‘{title}’ 내보내기"),
    "take_away.lead": (
        "Use the model elsewhere, with the same answers. Each file is opened again and checked against the app before "
        "you get it.",
        "다른 곳에서도 똑같이 답하는 모델로 쓸 수 있어요. 파일마다 다시 열어 앱의 답과 맞는지 확인한 뒤에 드려요.",
    ),
    "take_away.choose": ("What for?", "어디에 쓰세요?"),
    "take_away.more": ("Show more forms", "다른 형식도 보기"),
    "take_away.web_page": ("For my own web page", "내 웹 페이지"),
    "take_away.web_page_note": (
        "One folder with camera and upload, for any web host. Works on phones, and offline after the first visit.",
        "카메라와 업로드가 되는 폴더 하나예요. 아무 웹 호스트에나 올리면 되고, 휴대폰에서도, 한 번 연 뒤에는 인터넷 없이도 돼요.",
    ),
    "take_away.teachable_machine": ("For Scratch, App Inventor, p5.js", "스크래치, 앱 인벤터, p5.js"),
    "take_away.teachable_machine_note": (
        "The three files of a Teachable Machine image model, for whatever opens those.",
        "티처블 머신 이미지 모델과 같은 파일 세 개예요. 티처블 머신 모델을 여는 곳이면 어디든 쓸 수 있어요.",
    ),
    "take_away.python": ("For a Raspberry Pi or my computer", "라즈베리 파이나 내 컴퓨터"),
    "take_away.python_note": (
        "A Python script with its model: pictures, folders or the camera.",
        "파이썬 스크립트와 모델이에요. 사진, 폴더, 카메라를 인식해요.",
    ),
    "take_away.litert": ("For a phone app", "휴대폰 앱"),
    "take_away.litert_note": (
        "LiteRT (.tflite), also known as TensorFlow Lite.",
        "LiteRT(.tflite), 예전 이름은 TensorFlow Lite예요.",
    ),
    "take_away.frigate": ("For Home Assistant and Frigate", "홈 어시스턴트와 Frigate"),
    "take_away.frigate_note": (
        "The folder that Frigate looks for, for cameras at home.",
        "집 카메라 프로그램 Frigate가 찾는 파일이에요.",
    ),
    "take_away.onnx": ("For other programs", "다른 프로그램"),
    "take_away.onnx_note": (
        "ONNX: OpenCV, OpenVINO, C#, Unity.",
        "ONNX 형식이에요. OpenCV, OpenVINO, C#, 유니티에서 열려요.",
    ),
    "take_away.litert_float16": ("For a phone app, half the size", "휴대폰 앱, 절반 크기"),
    "take_away.litert_float16_note": ("LiteRT with float16 weights.", "가중치가 float16인 LiteRT예요."),
    "take_away.litert_uint8": ("For ML Kit and MediaPipe", "ML Kit과 MediaPipe"),
    "take_away.litert_uint8_note": (
        "LiteRT that takes pictures as they are, with one output.",
        "사진을 그대로 받고 출력이 하나인 LiteRT예요.",
    ),
    "take_away.litert_int8": ("For Coral and small processors", "Coral과 작은 프로세서"),
    "take_away.litert_int8_note": (
        "LiteRT in whole numbers (int8): a quarter of the size, answers a little different. Takes a minute.",
        "정수(int8)로 계산하는 LiteRT예요. 크기가 4분의 1이고 답이 조금 달라요. 1분쯤 걸려요.",
    ),
    "take_away.keras": ("To go on in Python", "파이썬에서 이어서"),
    "take_away.keras_note": (
        "Keras 3 (.keras), under TensorFlow, PyTorch or JAX.",
        "Keras 3(.keras)예요. TensorFlow, PyTorch, JAX에서 열려요.",
    ),
    "take_away.saved_model": ("For a server", "서버"),
    "take_away.saved_model_note": (
        "SavedModel: TensorFlow Serving.",
        "SavedModel이에요. TensorFlow Serving에서 써요.",
    ),
    "take_away.make": ("Make it", "만들기"),
    "take_away.cancel": ("Stop", "멈추기"),
    "take_away.again": ("Try again", "다시 해 보기"),
    "take_away.close": ("Close", "닫기"),
    "take_away.progress": ("How far the export is", "내보내기 진행 상황"),
    "take_away.download": ("Download the zip ({size} MB)", "zip 내려받기 ({size} MB)"),
    "take_away.how": ("How to use it", "쓰는 법"),
    "take_away.limits": (
        "Not promised: microcontrollers with less than 4 MB (open the web page and send the label over USB), Core ML "
        "files (use the web page on an iPhone), and Entry, which has no place for a model's address.",
        "메모리가 4 MB보다 작은 마이크로컨트롤러(웹 페이지에서 인식하고 라벨을 USB로 보내세요), Core ML 파일(아이폰에서는 웹 페이지를 쓰세요), 모델 "
        "주소를 넣는 곳이 없는 엔트리에서는 쓸 수 없어요.",
    ),
    # A link for Scratch and friends.
    "take_away.link_title": ("Or by a link, without a web host", "웹 호스트 없이 링크로"),
    "take_away.link_note": (
        "Safest is to put the folder on a web host. For a quick try, this app can give the model out itself while it runs, "
        "until a day after it was last used. Whoever has the link can use the model.",
        "폴더를 웹 호스트에 올리는 방법이 가장 확실해요. 잠깐 써 볼 때는 이 앱이 켜져 있는 동안 모델을 직접 내줄 수 있고, 하루 동안 쓰지 않으면 꺼져요. 링크를 아는 "
        "사람은 누구나 모델을 쓸 수 있어요.",
    ),
    "take_away.link_start": ("Give it out by a link", "링크로 내주기"),
    "take_away.link_stop": ("End the link", "링크 끄기"),
    "take_away.link_local": (
        "This address works on this computer. When Scratch opens it, Chrome asks whether the page may reach devices on "
        "your network: choose “Allow”.",
        "이 주소는 이 컴퓨터에서만 열려요. 스크래치에서 열 때 크롬이 로컬 네트워크 기기에 접근해도 되는지 물으면 ‘허용’을 누르세요.",
    ),
    "take_away.link_code": ("QR code of the link", "링크의 QR 코드"),
}
