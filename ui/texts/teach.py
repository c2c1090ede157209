"""Texts of the page "Teach"."""

TEXTS: dict[str, tuple[str, str]] = {
    "teach.title": ("Teach", "학습"),
    "teach.lead": (
        "Show it pictures of each thing, and it learns to tell them apart.",
        "종류별로 사진을 보여 주면 서로 구별하는 법을 배워요.",
    ),
    "teach.steps": ("Steps", "단계"),
    "teach.step_pictures": ("Pictures", "사진"),
    "teach.step_learning": ("Learning", "학습"),
    "teach.step_result": ("Result", "결과"),
    "teach.undo": ("Undo", "되돌리기"),
    "teach.close": ("Close", "닫기"),
    # --- Before anything is there
    "teach.layouts": ("Sort them like this", "사진은 이렇게 나눠 주세요"),
    "teach.example_zip": ("fruit.zip", "과일.zip"),
    "teach.example_one": ("apple", "사과"),
    "teach.example_two": ("pear", "배"),
    "teach.rule_1": (
        "A folder for each thing, named after it, all of them in one folder or one zip.",
        "종류마다 그 이름으로 폴더를 만들고, 모두 한 폴더나 zip 하나에 모아 주세요.",
    ),
    "teach.rule_2": (
        "At least {least} pictures of each thing; with 20 or more it gets good.",
        "종류마다 사진 {least}장이면 시작할 수 있고, 20장이 넘으면 잘 알아봐요.",
    ),
    "teach.rule_3": (
        "Photos just as phones and cameras make them, or JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF.",
        "휴대폰이나 카메라로 찍은 그대로면 돼요. JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF를 읽어요.",
    ),
    "teach.rule_4": (
        "Folders called train, validation and test, or a labels.csv (filename, label), are understood too.",
        "train, validation, test 폴더나 labels.csv(filename, label)도 알아들어요.",
    ),
    "teach.rule_5": (
        "Up to {classes} classes, 50,000 pictures and {size} at a time.",
        "한 번에 클래스 {classes}개, 사진 5만 장, {size}까지 올릴 수 있어요.",
    ),
    "teach.upload": ("Bring your pictures", "사진을 가져오세요"),
    "teach.drop": (
        "or drop a folder, a zip or photos of one thing",
        "폴더, zip, 한 종류의 사진들을 끌어다 놓아도 돼요",
    ),
    "teach.upload_more": ("Add more pictures", "사진 더하기"),
    "teach.upload_note": (
        "A zip brings its classes along; single pictures become a new class.",
        "zip은 안의 클래스가 그대로 더해지고, 낱장 사진은 새 클래스가 돼요.",
    ),
    "teach.upload_to": ("Add pictures of {label}", "{label} 사진 더하기"),
    "teach.reading": ("Reading what is inside …", "안에 무엇이 있는지 읽는 중이에요…"),
    "teach.reading_of": ("Reading {done} of {total} …", "{total}개 중 {done}개째 읽는 중이에요…"),
    "teach.more_refused.one": ("{count} more file could not be used.", "파일 {count}개도 쓰지 못했어요."),
    "teach.more_refused.many": ("{count} more files could not be used.", "파일 {count}개도 쓰지 못했어요."),
    "teach.folder_choose": ("Choose a folder", "폴더 고르기"),
    "teach.folder_packing": ("Packing {done} of {total} …", "{total}개 중 {done}개째 담는 중이에요…"),
    "teach.folder_empty": ("There is no file in this folder.", "폴더에 파일이 없어요."),
    "teach.folder_large": (
        "This folder is too large to send at once. Choose its parts one after the other.",
        "폴더가 너무 커서 한 번에 올릴 수 없어요. 안의 폴더를 나눠서 올려 주세요.",
    ),
    "teach.folder_name": ("Pictures", "사진"),
    "teach.new_class": ("New class {number}", "새 클래스 {number}"),
    "teach.no_pictures": ("No pictures at hand?", "마땅한 사진이 없나요?"),
    "teach.samples_note": (
        "Take 144 drawings of six things and see how it goes.",
        "여섯 가지를 그린 그림 144장으로 먼저 해 보세요.",
    ),
    "teach.use_samples": ("Use the sample drawings", "예시 그림으로 해 보기"),
    "teach.samples_name": ("Drawings", "그림"),
    "teach.drawing": ("Drawing …", "그리는 중이에요…"),
    "teach.was_set_aside": ("An empty page, to begin anew.", "빈 화면에서 새로 시작해요."),
    "teach.bring_draft_back": ("Bring back what was here before", "조금 전 사진 되돌리기"),
    # --- What was found
    "teach.pictures.one": ("{count} picture", "사진 {count}장"),
    "teach.pictures.many": ("{count} pictures", "사진 {count}장"),
    "teach.found_classes.one": ("Found {count} class, {pictures}", "클래스 {count}개, {pictures}을 찾았어요"),
    "teach.found_classes.many": ("Found {count} classes, {pictures}", "클래스 {count}개, {pictures}을 찾았어요"),
    "teach.found_note": (
        "Is every picture where it belongs? You can rename classes, merge them or leave them out.",
        "사진이 모두 제자리에 있나요? 클래스 이름을 바꾸거나, 합치거나, 뺄 수 있어요.",
    ),
    "teach.unreadable": ("A picture that cannot be read", "읽을 수 없는 사진"),
    "teach.what_is_it": ("What do these pictures show?", "무엇을 찍은 사진인가요?"),
    "teach.change": ("Change", "바꾸기"),
    "teach.class_name": ("Name of the class", "클래스 이름"),
    "teach.save_name": ("Save", "저장"),
    "teach.merge": ("Make it one with another class", "다른 클래스와 합치기"),
    "teach.merge_choose": ("Choose a class", "클래스 고르기"),
    "teach.merge_note": (
        "Giving two classes the same name does the same.",
        "두 클래스에 같은 이름을 붙여도 하나로 합쳐져요.",
    ),
    "teach.leave_out": ("Leave this class out", "이 클래스 빼기"),
    "teach.renamed": ("“{old}” is now called “{new}”.", "‘{old}’의 이름을 ‘{new:으로/로}’ 바꿨어요."),
    "teach.merged": ("“{old}” and “{new}” are one class now.", "‘{old}’ 클래스를 ‘{new}’ 클래스와 합쳤어요."),
    "teach.left_out": ("“{label}” is left out.", "‘{label}’ 클래스를 뺐어요."),
    "teach.bring_back": ("Bring back “{label}”", "‘{label}’ 다시 넣기"),
    "teach.undo_changes": ("Undo all changes", "바꾼 것 모두 되돌리기"),
    "teach.undid": ("The classes are as they were found.", "클래스를 처음 찾은 대로 되돌렸어요."),
    "teach.from": ("Where they come from", "어디에서 왔는지"),
    "teach.take_away": ("Take these pictures away", "이 사진들 빼기"),
    "teach.took_away": ("“{name}” was taken away.", "‘{name}’의 사진을 뺐어요."),
    "teach.more_classes.one": ("Show {count} more class", "클래스 {count}개 더 보기"),
    "teach.more_classes.many": ("Show {count} more classes", "클래스 {count}개 더 보기"),
    "teach.skipped.one": ("{count} file was left out", "파일 {count}개를 뺐어요"),
    "teach.skipped.many": ("{count} files were left out", "파일 {count}개를 뺐어요"),
    "teach.and_more": (", and {count} more", " 외 {count}개"),
    "teach.classes_lack.one": ("{count} class needs more pictures.", "클래스 {count}개에 사진이 더 필요해요."),
    "teach.classes_lack.many": (
        "{count} classes need more pictures; they stand first above.",
        "클래스 {count}개에 사진이 더 필요해요. 위에서 맨 앞에 있어요.",
    ),
    "teach.few.one": (
        "{labels} has fewer than {wanted} pictures: it works, but more make it surer.",
        "{labels} 사진이 {wanted}장보다 적어요. 학습은 되지만 많을수록 정확해요.",
    ),
    "teach.few.many": (
        "{count} classes ({labels}) have fewer than {wanted} pictures: it works, but more make it surer.",
        "클래스 {count}개({labels})의 사진이 {wanted}장보다 적어요. 학습은 되지만 많을수록 정확해요.",
    ),
    "teach.all_there.one": ("{count} class, {pictures}", "클래스 {count}개, {pictures}"),
    "teach.all_there.many": ("{count} classes, {pictures}", "클래스 {count}개, {pictures}"),
    "teach.start_over": ("Start over", "처음부터"),
    # --- Ready
    "teach.model_name": ("Name of the model", "모델 이름"),
    "teach.unnamed_model": ("My model", "내 모델"),
    "teach.settings": ("Settings (fine as they are)", "설정 (그대로 두면 돼요)"),
    "teach.settings_note": (
        "The network has seen more than a million photographs before; your model learns on top of it.",
        "네트워크는 사진 백만 장 이상을 미리 본 눈이에요. 모델은 그 눈으로 본 것을 배워요.",
    ),
    "teach.tier": ("How closely it looks", "얼마나 꼼꼼히 볼까요?"),
    "teach.tier_quick": ("Quick · 1 ×", "빠르게 · 1배"),
    "teach.tier_quick_note": (
        "One network takes one look. The fastest, and right already.",
        "네트워크 하나가 한 번씩 봐요. 가장 빠르고, 이것만으로도 잘 맞혀요.",
    ),
    "teach.tier_balanced": ("Balanced · 4 ×", "균형 있게 · 4배"),
    "teach.tier_balanced_note": (
        "Two networks look more closely. Of ten mistakes, one fewer; a picture takes 4 times as long.",
        "네트워크 둘이 더 꼼꼼히 봐요. 실수가 열에 하나쯤 줄고, 사진 한 장에 네 배 걸려요.",
    ),
    "teach.tier_strong": ("Strong · 7 ×", "정확하게 · 7배"),
    "teach.tier_strong_note": (
        "Three networks look more closely. Of ten mistakes, two fewer; a picture takes 7 times as long.",
        "네트워크 셋이 더 꼼꼼히 봐요. 실수가 열에 둘쯤 줄고, 사진 한 장에 일곱 배 걸려요.",
    ),
    "teach.improving_note": (
        "Your model can be used already. This goes on behind it, and takes over only if it is better.",
        "모델은 벌써 쓸 수 있어요. 뒤에서 더 다듬고, 더 나아졌을 때만 바꿀게요.",
    ),
    "teach.improve_stop": ("Stop here, keep what it has", "여기까지만 하고 남기기"),
    "teach.improve_forgo": ("Don't improve", "다듬지 않기"),
    "teach.improve_ended": (
        "Improving was ended before it was done; the model is as it was.",
        "다듬기를 도중에 끝냈어요. 모델은 그대로예요.",
    ),
    "teach.improve_same": (
        "Improving found nothing better, so the model is as it was.",
        "더 다듬어 봤지만 나아지지 않아서, 모델은 그대로 두었어요.",
    ),
    "teach.improve_better.one": (
        "Improved. It had {before} right before of the picture held back for this test, and {after} now.",
        "더 다듬었어요. 이번 시험에 남겨 둔 사진 {count}장 가운데 전에는 {before}장, 이제는 {after}장을 맞혀요.",
    ),
    "teach.improve_better.many": (
        "Improved. Of the {count} pictures held back for this test, {before} were right before and {after} are now. The "
        "score before was of all pictures, so it cannot be compared with this one.",
        "더 다듬었어요. 이번 시험에 남겨 둔 사진 {count}장 가운데 전에는 {before}장, 이제는 {after}장을 맞혀요. 다듬기 전 점수는 "
        "사진 전체로 낸 것이라 지금 점수와 바로 견줄 수는 없어요.",
    ),
    "teach.improve_surer.one": (
        "Improved: the pictures that decided it are known better now, though the picture of the test is wrong.",
        "더 다듬었어요. 나아졌는지 가리려고 남겨 둔 사진들을 이제 더 잘 알아봐요. 다만 시험에 쓴 사진 한 장은 틀렸어요.",
    ),
    "teach.improve_surer.many": (
        "Improved: the pictures that decided it are known better now. Of the {count} pictures of the test, which had no "
        "say in it, {before} were right before and {after} are now; so small a difference may be chance. The score before "
        "was of all pictures, so it cannot be compared with this one.",
        "더 다듬었어요. 나아졌는지 가리려고 남겨 둔 사진들을 이제 더 잘 알아봐요. 시험에만 쓴 사진 {count}장 가운데 전에는 {before}장, "
        "이제는 {after}장을 맞혔는데, 이만한 차이는 우연일 수 있어요. 다듬기 전 점수는 사진 전체로 낸 것이라 지금 점수와 바로 "
        "견줄 수는 없어요.",
    ),
    "teach.private": ("Leave my pictures out of the model", "모델에 내 사진 남기지 않기"),
    "teach.private_note": (
        "The model file then holds no names and no small pictures. It still holds numbers that describe them, to tell "
        "what is like nothing it was taught. It cannot be put right or taught more later, and does not show the pictures "
        "that it mixes up.",
        "모델 파일에 사진 이름과 작은 사진이 남지 않아요. 배운 적 없는 것을 알아보려고 사진의 특징을 나타내는 숫자는 남겨 두어요. "
        "대신 나중에 바로잡거나 더 학습할 수 없고, 헷갈린 사진도 볼 수 없어요.",
    ),
    "teach.private_unread.one": (
        "{count} picture could not be read and was left out.",
        "사진 {count}장을 읽을 수 없어서 뺐어요.",
    ),
    "teach.private_unread.many": (
        "{count} pictures could not be read and were left out.",
        "사진 {count}장을 읽을 수 없어서 뺐어요.",
    ),
    "teach.private_cell": (
        "This model was taught without keeping its pictures, so there are none to show.",
        "사진을 남기지 않고 학습한 모델이라 보여 줄 사진이 없어요.",
    ),
    "teach.seed": ("Shuffle number", "섞기 번호"),
    "teach.seed_note": (
        "Another number divides the pictures differently into those to learn from and those to test with.",
        "숫자를 바꾸면 배울 사진과 시험할 사진이 다르게 나뉘어요.",
    ),
    "teach.teach": ("Teach", "학습하기"),
    # --- While it learns
    "teach.teaching": ("Teaching “{title}”", "‘{title}’ 모델을 학습하는 중"),
    "teach.progress": ("Progress", "진행"),
    "teach.waiting.one": (
        "Waiting: one lesson is before yours",
        "차례를 기다리는 중이에요. 앞에 학습이 {count}개 있어요",
    ),
    "teach.waiting.many": (
        "Waiting: {count} lessons are before yours",
        "차례를 기다리는 중이에요. 앞에 학습이 {count}개 있어요",
    ),
    "teach.now_begin": ("Getting ready", "준비하고 있어요"),
    "teach.now_read": ("Reading the files", "파일을 읽고 있어요"),
    "teach.now_look": ("Looking at your pictures", "사진을 하나하나 보고 있어요"),
    "teach.now_learn": ("Learning what makes them different", "서로 어떻게 다른지 배우고 있어요"),
    "teach.now_vary": ("Looking at your pictures in other lights and cuts", "사진을 조금씩 바꿔 가며 보고 있어요"),
    "teach.now_train": ("The network itself is learning", "네트워크가 배우고 있어요"),
    "teach.now_test": ("Testing itself on pictures it has not seen", "처음 보는 사진으로 시험해 보고 있어요"),
    "teach.now_save": ("Saving the model", "모델을 저장하고 있어요"),
    "teach.stage_read": ("Read the files", "파일 읽기"),
    "teach.stage_look": ("Look at the pictures", "사진 보기"),
    "teach.stage_learn": ("Learn", "배우기"),
    "teach.stage_vary": ("Vary the pictures", "사진 바꿔 보기"),
    "teach.stage_train": ("Train the network", "네트워크 학습"),
    "teach.stage_test": ("Test", "시험하기"),
    "teach.stage_save": ("Save", "저장하기"),
    "teach.amount": ("{done} of {total}", "{total}장 중 {done}장"),
    "teach.left_unknown": ("Finding out how long it takes", "얼마나 걸릴지 살펴보는 중"),
    "teach.left_moment": ("A moment more", "거의 다 됐어요"),
    "teach.left_seconds": ("About {count} seconds left", "약 {count}초 남았어요"),
    "teach.left_minutes": ("About {count} minutes left", "약 {count}분 남았어요"),
    "teach.curve_accuracy": ("Right answers", "맞힌 비율"),
    "teach.curve_loss": ("Loss", "손실"),
    "teach.curve_learned": ("on pictures it learns from", "배우는 사진"),
    "teach.curve_held": ("on held-out pictures", "남겨 둔 사진"),
    "teach.curve_epochs.one": ("after {count} epoch", "{count}번째 에포크까지"),
    "teach.curve_epochs.many": ("after {count} epochs", "{count}번째 에포크까지"),
    "teach.cancel": ("Cancel", "그만두기"),
    "teach.running_note": (
        "You may look at other pages or close this one: it goes on, and you find it here again.",
        "다른 화면을 보거나 이 창을 닫아도 학습은 계속돼요. 다시 오면 여기에 그대로 있어요.",
    ),
    "teach.was_cancelled": (
        "You stopped the lesson. Your pictures are still here.",
        "학습을 그만두었어요. 사진은 그대로 있어요.",
    ),
    "teach.was_interrupted": (
        "The lesson was interrupted, because the app was restarted. Your pictures are still here: press Teach again.",
        "앱이 다시 시작되어 학습이 끊겼어요. 사진은 그대로 있으니 다시 ‘학습하기’를 눌러 주세요.",
    ),
    "teach.dismiss": ("All right", "알겠어요"),
    # --- The result
    "teach.done": ("“{title}” is ready", "‘{title}’ 모델이 준비됐어요"),
    "teach.done_note.one": (
        "{count} class, learned from {pictures} in {seconds} seconds",
        "클래스 {count}개, {pictures}, {seconds}초 만에 학습",
    ),
    "teach.done_note.many": (
        "{count} classes, learned from {pictures} in {seconds} seconds",
        "클래스 {count}개, {pictures}, {seconds}초 만에 학습",
    ),
    "teach.score.one": (
        "It got {right} of {count} picture right that it had not seen: {share}. On new pictures like these, likely "
        "between {low} and {high}.",
        "처음 보는 사진 {count}장 중 {right}장을 맞혔어요({share}). 비슷한 새 사진이라면 {low}에서 {high} 사이일 거예요.",
    ),
    "teach.score.many": (
        "It got {right} of {count} pictures right that it had not seen: {share}. On new pictures like these, likely "
        "between {low} and {high}.",
        "처음 보는 사진 {count}장 중 {right}장을 맞혔어요({share}). 비슷한 새 사진이라면 {low}에서 {high} 사이일 거예요.",
    ),
    "teach.untested": (
        "It has learned, but it could not be tested: the pictures of each class are nearly the same. Add different ones.",
        "학습은 했지만 시험해 보지 못했어요. 클래스마다 사진이 거의 똑같기 때문이에요. 서로 다른 사진을 더해 주세요.",
    ),
    "teach.how_tested": ("How was this tested?", "어떻게 시험했나요?"),
    "teach.how_cross_validation": (
        "The pictures were divided into five parts. Each part was set aside once, the model learned from the other four, "
        "and was then asked about the part it had not seen. Nearly equal pictures always stay together, so that it cannot "
        "know the answer by heart.",
        "사진을 다섯 묶음으로 나눴어요. 한 묶음씩 따로 두고 나머지 넷으로 배운 다음, 따로 둔 묶음을 맞혀 보게 했어요. 거의 "
        "똑같은 사진은 늘 같은 묶음에 두어서 답을 외워 맞힐 수 없게 했어요.",
    ),
    "teach.how_held_out": (
        "One in five pictures was set aside before learning, and the model was then asked about those. Nearly equal "
        "pictures always stay together, so that it cannot know the answer by heart.",
        "배우기 전에 다섯 장 중 한 장을 따로 두었다가, 배운 다음 그 사진들을 맞혀 보게 했어요. 거의 똑같은 사진은 늘 함께 "
        "두어서 답을 외워 맞힐 수 없게 했어요.",
    ),
    "teach.how_own_split": (
        "Your pictures have some for testing in a folder of their own. The model did not learn from them, and was asked "
        "about those.",
        "올린 사진에 시험용 폴더가 따로 있었어요. 그 사진으로는 배우지 않고, 배운 다음 맞혀 보게 했어요.",
    ),
    "teach.interval_means": (
        "The range says how far chance may have moved the number: tested on other pictures of the same kind, it would lie "
        "within it 95 times out of 100. More pictures make it narrower.",
        "범위는 우연 때문에 숫자가 얼마나 달라질 수 있는지 알려 줘요. 같은 종류의 다른 사진으로 시험하면 100번 중 95번은 이 "
        "안에 들어요. 사진이 많을수록 좁아져요.",
    ),
    "teach.use_it": ("Recognise with it", "이 모델로 인식하기"),
    "teach.download": ("Download", "내려받기"),
    "teach.again": ("Change and teach again", "사진을 바꿔 다시 학습"),
    "teach.something_else": ("Teach something else", "다른 것 학습하기"),
    "teach.to_result": ("Back to the result", "결과로 돌아가기"),
    "teach.try": ("Try it right here", "바로 시험해 보세요"),
    "teach.try_note": ("Show it a picture it does not know yet.", "아직 모르는 사진을 보여 주세요."),
    "teach.per_class": ("How well it knows each class", "클래스별로 얼마나 잘 아는지"),
    "teach.per_class_note": (
        "The hardest first. Tap one to see what it got wrong.",
        "어려워하는 것부터 보여요. 누르면 틀린 사진을 볼 수 있어요.",
    ),
    "teach.class_score": ("{right} of {total} right, {share}", "{total}장 중 {right}장, {share}"),
    "teach.class_untested": ("not tested", "시험하지 못함"),
    "teach.confusion": ("What it mixes up", "무엇을 헷갈리는지"),
    "teach.confusion_note": ("Tap a number or a line to see the pictures.", "숫자나 줄을 누르면 사진을 볼 수 있어요."),
    "teach.pair": ("{given} taken for {said}", "{given:을/를} {said:으로/로} 봄"),
    "teach.no_pair": ("It mixed up nothing in the test.", "시험에서 헷갈린 것이 없어요."),
    "teach.matrix_was": ("It was", "실제"),
    "teach.matrix_said": ("It said", "답"),
    "teach.matrix_caption": (
        "A row for what the pictures show, a column for what the model said.",
        "가로줄은 사진에 실제로 있는 것, 세로줄은 모델이 한 답이에요.",
    ),
    "teach.cell.one": ("{given}, taken for {said}: {count} picture", "{given:을/를} {said:으로/로} 본 사진 {count}장"),
    "teach.cell.many": (
        "{given}, taken for {said}: {count} pictures",
        "{given:을/를} {said:으로/로} 본 사진 {count}장",
    ),
    "teach.cell_right.one": ("{given}: {count} picture that it got right", "{given:을/를} 알아본 사진 {count}장"),
    "teach.cell_right.many": ("{given}: {count} pictures that it got right", "{given:을/를} 알아본 사진 {count}장"),
    "teach.row.one": ("{given}: {count} picture that it got wrong", "{given:을/를} 못 알아본 사진 {count}장"),
    "teach.row.many": ("{given}: {count} pictures that it got wrong", "{given:을/를} 못 알아본 사진 {count}장"),
    "teach.row_right": ("It knew every picture of {given}.", "{given} 사진은 모두 알아봤어요."),
    "teach.cell_note": (
        "Below each picture: how sure it was, and the name of the file.",
        "사진 아래에 얼마나 확신했는지와 파일 이름이 있어요.",
    ),
    "teach.more_pictures.one": ("Show {count} more", "{count}장 더 보기"),
    "teach.more_pictures.many": ("Show {count} more", "{count}장 더 보기"),
}
