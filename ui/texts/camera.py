"""Texts of the camera. What stands in braces is filled in the browser, so no Korean particle depends on it."""

TEXTS: dict[str, tuple[str, str]] = {
    "camera.use": ("Use the camera", "카메라 쓰기"),
    "camera.try": ("Try again", "다시 해 보기"),
    "camera.off": ("Turn the camera off", "카메라 끄기"),
    "camera.which": ("Which camera", "카메라 고르기"),
    "camera.number": ("Camera {number}", "카메라 {number}"),
    "camera.view": ("What the camera sees", "카메라에 보이는 모습"),
    "camera.starting": (
        "Your browser may ask whether this page may use the camera.",
        "브라우저가 이 화면에서 카메라를 써도 되는지 물어볼 수 있어요.",
    ),
    "camera.insecure": (
        "Browsers lend the camera only to secure pages. Open this page by an address that begins with https://, or on the computer it runs on.",
        "브라우저는 안전한 화면에서만 카메라를 쓰게 해 줘요. https://로 시작하는 주소로 열거나, 앱이 돌아가는 컴퓨터에서 열어 주세요.",
    ),
    "camera.refused": (
        "The browser was told not to let this page use the camera. Tap the sign beside the address, allow the camera, and try again.",
        "이 화면에서 카메라를 쓰지 않기로 되어 있어요. 주소 옆의 표시를 눌러 카메라를 허용한 뒤 다시 해 보세요.",
    ),
    "camera.none": (
        "No camera was found. Plug one in and try again, or use pictures instead.",
        "카메라를 찾지 못했어요. 카메라를 연결하고 다시 해 보거나, 사진을 올려 주세요.",
    ),
    "camera.busy": (
        "The camera does not start. Perhaps another app is using it: close that one and try again.",
        "카메라가 켜지지 않아요. 다른 앱이 쓰고 있을지도 몰라요. 그 앱을 닫고 다시 해 보세요.",
    ),
    "camera.gone": (
        "The camera has gone. Plug it in again and try once more.",
        "카메라 연결이 끊겼어요. 다시 연결하고 한 번 더 해 보세요.",
    ),
    "camera.promise": (
        "Nothing is kept but what you record.",
        "녹화한 것만 남고, 나머지는 남지 않아요.",
    ),
    "camera.hold": ("Hold to record", "누르고 있으면 녹화"),
    "camera.recording": ("Recording", "녹화 중"),
    "camera.stop": ("Stop recording", "녹화 멈추기"),
    "camera.recorded": ("{count} pictures recorded", "사진 {count}장을 녹화했어요"),
    "camera.tap": (
        "Need both hands? A short tap records until you tap again.",
        "두 손이 필요하면 짧게 누르세요. 다시 누를 때까지 녹화해요.",
    ),
    "camera.unnamed": ("Give it a name first, then record.", "이름을 먼저 정하면 녹화할 수 있어요."),
    "camera.automatic": (
        "Add “{label}”: {seconds} seconds of the background",
        "‘{label}’ 더하기: 배경 {seconds}초",
    ),
    "camera.promise_live": (
        "Hold something up and see the answer at once. The pictures are looked at and forgotten.",
        "무엇이든 보여 주면 바로 답해요. 사진은 보기만 하고 남기지 않아요.",
    ),
    "camera.waiting": ("Here it says what it sees.", "무엇이 보이는지 여기에 나타나요."),
    "camera.unsure": ("Not sure", "잘 모르겠어요"),
    "camera.perhaps": (
        "Perhaps {first} or {second}, or something this model was never taught.",
        "{first} 아니면 {second}일지도 모르지만, 배운 적 없는 것일 수도 있어요.",
    ),
    "camera.strange": (
        "This looks like nothing I was taught. Closest: {first}.",
        "배운 것 가운데 이런 건 없었어요. 그나마 가장 비슷한 것: {first}",
    ),
    "camera.finer": ("{name}, most likely", "아마 {name}일 거예요"),
    "camera.freeze": ("Freeze", "멈추기"),
    "camera.go_on": ("Go on", "계속 보기"),
    "camera.keep": ("Keep this picture", "이 사진 남기기"),
    "camera.right": ("Put it right", "바로잡기"),
    "camera.kept": ("Its answer stands below.", "이 사진의 답이 아래에 있어요."),
    "camera.download": ("Download", "내려받기"),
    "camera.file": ("moment", "찍은 사진"),
    "camera.where": ("Where it looked", "어디를 봤는지"),
    "camera.slow": (
        "The fast way is not open here, so the answers come more slowly.",
        "여기서는 빠른 길이 막혀 있어서 답이 조금 느리게 와요.",
    ),
    "camera.full": (
        "Many cameras are being watched just now. Yours is next as soon as one leaves.",
        "지금 카메라를 쓰는 사람이 많아요. 자리가 나면 바로 이어서 볼게요.",
    ),
    "camera.no_model": (
        "This model is no longer there. Choose another one above.",
        "이 모델이 더 이상 없어요. 위에서 다른 모델을 골라 주세요.",
    ),
}
