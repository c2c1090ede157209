"""Sentences of `core.pictures`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "picture.empty": ("This file is empty.", "빈 파일이에요."),
    "picture.broken": (
        "This picture is damaged or was cut off. Copy it once more from where it was taken.",
        "사진이 손상되었거나 중간에 잘렸어요. 찍은 기기에서 다시 복사해 주세요.",
    ),
    "picture.too_large": (
        "This picture claims {width} × {height} pixels; up to {limit} million are read. Make it smaller and try again.",
        "이 사진은 {width} × {height}픽셀이라고 되어 있어요. {limit}메가픽셀(MP)까지 읽을 수 있어요. 크기를 줄여 다시 "
        "올려 주세요.",
    ),
    "picture.too_many_pixels": (
        "This picture claims more than {limit} million pixels. Make it smaller and try again.",
        "이 사진은 {limit}메가픽셀(MP)이 넘는다고 되어 있어요. 크기를 줄여 다시 올려 주세요.",
    ),
    "picture.too_thin": (
        "This picture is {width} × {height} pixels: one side is more than {limit} times as long as the other. Cut out the "
        "part that matters and try again.",
        "이 사진은 {width} × {height}픽셀이라 한 변이 다른 변의 {limit}배가 넘어요. 필요한 부분만 잘라서 다시 올려 주세요.",
    ),
    "picture.heic": (
        "This is an iPhone picture (HEIC), which cannot be read here. On the iPhone, choose Settings › Camera › Formats › "
        "Most Compatible, or send the picture as JPEG.",
        "아이폰 사진(HEIC)이라 여기서는 읽을 수 없어요. 아이폰의 설정 › 카메라 › 포맷에서 ‘높은 호환성’을 고르거나 "
        "JPEG로 보내 주세요.",
    ),
    "picture.raw": (
        "This is a raw camera picture. Export it as JPEG first.",
        "카메라 원본(RAW) 사진이에요. JPEG로 저장해서 올려 주세요.",
    ),
    "picture.video": ("This is a video, not a picture.", "사진이 아니라 동영상이에요."),
    "picture.svg": (
        "This is a drawing in SVG. Save it as PNG or JPEG first.",
        "SVG 그림이에요. PNG나 JPEG로 저장해서 올려 주세요.",
    ),
    "picture.html": (
        "This is a web page that was saved under a picture's name. Save the picture itself.",
        "사진 이름으로 저장된 웹페이지예요. 사진 자체를 저장해 주세요.",
    ),
    "picture.pdf": (
        "This is a PDF. Save its pictures as JPEG or PNG first.",
        "PDF 파일이에요. 안의 사진을 JPEG나 PNG로 저장해서 올려 주세요.",
    ),
    "picture.unknown": (
        "This is no picture that can be read. JPEG, PNG, WebP, BMP, GIF, TIFF and AVIF can.",
        "읽을 수 있는 사진이 아니에요. JPEG, PNG, WebP, BMP, GIF, TIFF, AVIF를 읽을 수 있어요.",
    ),
    "archive.gone": (
        "{archive} cannot be found. Choose it once more.",
        "{archive:을/를} 찾을 수 없어요. 다시 골라 주세요.",
    ),
    "archive.no_zip": (
        "{archive} is not a zip that can be opened. Pack your folders as a zip (not rar, 7z or alz) and try again.",
        "{archive:은/는} 열 수 있는 zip 파일이 아니에요. 폴더를 zip으로 압축해서(rar, 7z, alz는 안 돼요) 다시 올려 "
        "주세요.",
    ),
    "archive.cut_off": (
        "{archive} is incomplete: it was cut off while copying or downloading. Copy or pack it once more.",
        "{archive} 파일이 끝까지 들어 있지 않아요. 복사하거나 내려받다가 잘린 것 같으니 다시 압축하거나 복사해 주세요.",
    ),
    "archive.too_many": (
        "{archive} holds {count} files; up to {limit} are read. Split it into smaller ones.",
        "{archive}에는 파일이 {count}개 들어 있어요. {limit}개까지 읽을 수 있으니 나눠서 올려 주세요.",
    ),
    "archive.too_large": (
        "{archive} would unpack to {size} GB; up to {limit} GB are read. Make the pictures smaller or fewer.",
        "{archive:은/는} 풀면 {size}GB가 돼요. {limit}GB까지 읽을 수 있으니 사진을 줄여서 올려 주세요.",
    ),
    "archive.bomb": (
        "{archive} was not opened: {entry} claims to unpack to {size} MB, which no picture does. Pack your pictures "
        "yourself and try again.",
        "{archive:을/를} 열지 않았어요. {entry} 항목이 풀면 {size}MB가 된다고 하는데, 사진은 그렇지 않아요. 사진을 직접 "
        "압축해서 다시 올려 주세요.",
    ),
    "archive.outside": (
        "{archive} was not opened: {entry} points outside the archive. Pack your folders once more.",
        "{archive:을/를} 열지 않았어요. {entry} 항목이 압축 파일 밖을 가리켜요. 폴더를 다시 압축해 주세요.",
    ),
    "archive.link": (
        "{archive} was not opened: {entry} is a link to another file. Pack the pictures themselves.",
        "{archive:을/를} 열지 않았어요. {entry} 항목이 다른 파일로 가는 링크예요. 사진 자체를 압축해 주세요.",
    ),
    "archive.encrypted": (
        "{archive} is locked with a password ({entry}). Pack it without one.",
        "{archive}에 암호가 걸려 있어요({entry}). 암호 없이 다시 압축해 주세요.",
    ),
    "archive.part": (
        "{archive} is one part of several. Pack the folder as a single zip.",
        "{archive:은/는} 여러 개로 나눈 압축 파일의 하나예요. 나누지 말고 zip 하나로 압축해 주세요.",
    ),
    "archive.overlap": (
        "{archive} was not opened: its entries lie over one another, which no honest zip has. Pack your folders once more.",
        "{archive:을/를} 열지 않았어요. 안의 항목들이 서로 겹쳐 있어서 정상적인 zip이 아니에요. 폴더를 다시 압축해 주세요.",
    ),
    "archive.changed": (
        "{archive} has changed since it was looked through. Choose it once more.",
        "{archive} 파일이 그사이 바뀌었어요. 다시 골라 주세요.",
    ),
    "archive.nested": (
        "This is another archive within. Unpack it, and put its folders beside the others.",
        "안에 또 압축 파일이 있어요. 풀어서 그 안의 폴더를 다른 폴더들 옆에 놓아 주세요.",
    ),
    "archive.method": (
        "{entry} is packed in a way that cannot be read. Pack the folder as an ordinary zip.",
        "{entry} 항목은 읽을 수 없는 방식으로 압축되어 있어요. 보통 zip으로 다시 압축해 주세요.",
    ),
    "archive.entry_damaged": (
        "{entry} is damaged inside the archive, or cannot be read.",
        "{entry} 항목이 손상되었거나 읽을 수 없어요.",
    ),
    "archive.entry_large": (
        "{entry} is larger than {limit} MB. Make it smaller.",
        "{entry:은/는} {limit}MB보다 커요. 크기를 줄여 주세요.",
    ),
    "archive.entry_link": (
        "This is a link to another file. Put the picture itself there.",
        "다른 파일로 가는 링크예요. 사진 자체를 넣어 주세요.",
    ),
    "archive.entry_outside": (
        "Its name points outside the archive. Pack the folder once more.",
        "이름이 압축 파일 밖을 가리켜요. 폴더를 다시 압축해 주세요.",
    ),
    "archive.entry_encrypted": (
        "This is locked with a password. Pack it without one.",
        "암호가 걸려 있어요. 암호 없이 다시 압축해 주세요.",
    ),
    "archive.entry_bomb": (
        "This would unpack to {size} MB, far more than a picture that is packed so small. Save it as PNG or JPEG first.",
        "풀면 {size}MB가 된다고 하는데, 압축된 크기에 비해 너무 커요. PNG나 JPEG로 저장해서 올려 주세요.",
    ),
    "layout.no_picture": ("This is not a picture.", "사진이 아니에요."),
    "layout.outside": (
        "It lies outside the class folders. Put it into the folder of what it shows.",
        "클래스 폴더 밖에 있어요. 무엇인지 나타내는 폴더에 넣어 주세요.",
    ),
    "layout.not_in_table": (
        "labels.csv does not name it.",
        "labels.csv에 이 사진의 이름이 없어요.",
    ),
    "layout.not_there": (
        "This table names {count} that are not among the pictures, such as {name}.",
        "이 표에 있지만 사진이 없는 이름이 {count}개 있어요. 예: {name}",
    ),
    "layout.table_unread": (
        "No picture is named in this table, so the folders were used. It needs the columns filename and label.",
        "표에 사진 이름이 없어서 폴더 이름을 썼어요. filename과 label 열이 있어야 해요.",
    ),
    "layout.table_rows": (
        "This table has more than {limit} rows, so the folders were used. Keep those of the pictures that are there.",
        "표의 행이 {limit}개가 넘어서 폴더 이름을 썼어요. 있는 사진의 행만 남겨 주세요.",
    ),
    "layout.table_columns": (
        "This table has more than {limit} columns, so the folders were used. It needs only filename and label.",
        "표의 열이 {limit}개가 넘어서 폴더 이름을 썼어요. filename과 label 열만 있으면 돼요.",
    ),
    "layout.table_cells": (
        "This table has more than {limit} cells, so the folders were used. It needs only the columns filename and label.",
        "표의 칸이 {limit}개가 넘어서 폴더 이름을 썼어요. filename과 label 열만 있으면 돼요.",
    ),
    "layout.table_row_length": (
        "A row of this table is longer than {limit} characters, so the folders were used. Is a quotation mark missing?",
        "표에 {limit}자가 넘는 행이 있어서 폴더 이름을 썼어요. 따옴표가 빠지지 않았는지 확인해 주세요.",
    ),
    "layout.merged": (
        "“{spelling}” and “{label}” were taken as one class.",
        "‘{spelling}’, ‘{label}’ 두 이름을 한 클래스로 보았어요.",
    ),
    "dataset.nothing": (
        "No pictures with labels were found. Put the pictures of each thing into a folder with its name, and pack the folders "
        "as a zip.",
        "라벨이 있는 사진을 찾지 못했어요. 사진을 종류별 이름의 폴더에 나눠 담고 그 폴더들을 zip으로 압축해 주세요.",
    ),
    "dataset.one_class": (
        "There is only one class, “{label}”. To tell things apart, it takes at least two: add pictures of another.",
        "클래스가 ‘{label}’ 하나뿐이에요. 구별하려면 둘 이상 있어야 하니, 다른 것의 사진도 더해 주세요.",
    ),
    "dataset.too_few": (
        "“{label}” needs {missing} more.",
        "‘{label}’에 사진이 {missing}장 더 필요해요.",
    ),
    "dataset.too_many_classes": (
        "There are {count} classes; up to {limit} can be taught at once.",
        "클래스가 {count}개예요. 한 번에 {limit}개까지 학습할 수 있어요.",
    ),
}
