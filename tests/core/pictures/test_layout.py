"""Folders, wrapping folders, splits and tables: what lies where, and what that says of it."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import pytest
from drawn import corners, encoded, zipped

from core import settings
from core.errors import ArchiveError
from core.messages import say
from core.pictures import archive
from core.pictures.dataset import Dataset, Entry, lacks
from core.pictures.layout import one_spelling

PICTURE = encoded(corners(8, 8))


class Pack:
    """Packs empty-looking names as pictures, and finds what they are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *names: str, source: str = "source.zip", **tables: bytes) -> Dataset:
        files = dict.fromkeys(names, PICTURE)
        files |= {name.replace("__", "/").replace("_csv", ".csv"): table for name, table in tables.items()}
        return archive.find([zipped(self._folder / source, files)])


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(tmp_path)


def labelled(dataset: Dataset) -> dict[str, str]:
    return {entry.name: entry.label for entry in dataset.entries}


def splits(dataset: Dataset) -> dict[str, str | None]:
    return {entry.name: entry.split for entry in dataset.entries}


def skipped(dataset: Dataset) -> dict[str, str]:
    for one in dataset.skipped:
        assert say(one.key, "en", **one.values) and say(one.key, "ko", **one.values)
    return {one.name: one.key for one in dataset.skipped}


# --- Folders ----------------------------------------------------------------------------------------------------


def test_folders_are_classes(pack: Pack) -> None:
    dataset = pack("cat/1.png", "cat/2.png", "개/1.png")
    assert dataset.counts == {"cat": 2, "개": 1}
    assert not dataset.skipped and not any(splits(dataset).values())


@pytest.mark.parametrize("wrap", ["animals/", "a/b/c/", "내 사진/2026/", "train/", "images/train/"])
def test_wrapping_folders_are_stepped_over(pack: Pack, wrap: str) -> None:
    dataset = pack(f"{wrap}cat/1.png", f"{wrap}dog/1.png")
    assert dataset.counts == {"cat": 1, "dog": 1}


def test_pictures_deeper_in_a_class_folder_belong_to_it(pack: Pack) -> None:
    dataset = pack("cat/monday/1.png", "cat/tuesday/early/2.png", "cat/3.png", "dog/rex/1.png", "dog/2.png")
    assert dataset.counts == {"cat": 3, "dog": 2}


def test_what_systems_leave_behind_is_ignored(pack: Pack) -> None:
    junk = ("__MACOSX/cat/._1.png", "cat/._1.png", ".DS_Store", "cat/.DS_Store", "cat/Thumbs.db", "dog/desktop.ini")
    dataset = pack("cat/1.png", "dog/1.png", *junk, "cat/.hidden.png", ".git/objects/1.png", "dog/Icon\r")
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert not dataset.skipped


def test_what_is_no_picture_is_named(pack: Pack) -> None:
    dataset = pack("cat/1.png", "dog/1.png", "README.txt", "cat/notes.pdf", "dog/clip.MP4")
    assert skipped(dataset) == dict.fromkeys(("README.txt", "cat/notes.pdf", "dog/clip.MP4"), "layout.no_picture")


def test_a_file_without_an_ending_is_known_by_its_content(tmp_path: Path) -> None:
    files = {"cat/1": PICTURE, "dog/2.foto": PICTURE, "dog/3": b"just some words", "dog/4": b""}
    dataset = archive.find([zipped(tmp_path / "a.zip", files)])
    assert labelled(dataset) == {"cat/1": "cat", "dog/2.foto": "dog"}
    assert skipped(dataset) == dict.fromkeys(("dog/3", "dog/4"), "layout.no_picture")


def test_endings_may_be_of_any_case(pack: Pack) -> None:
    assert pack("cat/1.PNG", "dog/1.JpG").counts == {"cat": 1, "dog": 1}


def test_pictures_in_the_root_beside_class_folders_are_named(pack: Pack) -> None:
    dataset = pack("cat/1.png", "dog/1.png", "stray.png")
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"stray.png": "layout.outside"}


def test_pictures_in_the_root_alone_are_one_class_and_that_is_explained(pack: Pack) -> None:
    dataset = pack("1.png", "2.png", source="고양이.zip")
    assert dataset.counts == {"고양이": 2}
    (lack,) = lacks(dataset)
    assert lack.key == "dataset.one_class"
    assert "고양이" in say(lack.key, "ko", **lack.values) and "at least two" in say(lack.key, "en", **lack.values)


def test_a_single_class_folder_is_explained(pack: Pack) -> None:
    dataset = pack("cat/1.png", "cat/2.png")
    assert dataset.counts == {"cat": 2}
    assert [lack.key for lack in lacks(dataset)] == ["dataset.one_class"]


def test_two_spellings_of_one_class_become_the_more_frequent_one(pack: Pack) -> None:
    dataset = pack("Cat/1.png", "cat/1.png", "cat/2.png", "hot  dog/1.png", "hot dog/2.png", "HOT DOG/3.png")
    assert dataset.counts == {"cat": 3, "hot dog": 3}
    assert skipped(dataset)["Cat"] == "layout.merged"


def test_composed_and_decomposed_hangul_are_one_class(pack: Pack) -> None:
    dataset = pack("고양이/1.png", unicodedata.normalize("NFD", "고양이") + "/2.png", "개/1.png")
    assert dataset.counts == {"개": 1, "고양이": 2}


def test_spellings_across_sources_become_one(tmp_path: Path) -> None:
    one = zipped(tmp_path / "one.zip", {"Cat/1.png": PICTURE, "Dog/1.png": PICTURE})
    other = zipped(tmp_path / "other.zip", {"cat/2.png": PICTURE, "cat/3.png": PICTURE, "dog/2.png": PICTURE})
    assert set(archive.find([one, other]).counts.values()) == {3, 2}


def test_an_endless_label_is_cut() -> None:
    assert one_spelling(["x" * 500]) == {"x" * 500: "x" * settings.MAX_LABEL_LENGTH}


def test_a_folder_whose_name_is_only_a_space_is_no_class(pack: Pack) -> None:
    dataset = pack("cat/1.png", "dog/1.png", " /1.png")
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {" /1.png": "layout.outside"}


def test_numbers_as_classes_stand_in_natural_order(pack: Pack) -> None:
    assert pack(*(f"{number}/1.png" for number in (10, 2, 1, 0))).labels == ("0", "1", "2", "10")


# --- Splits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ("train", "val", "test"),
        ("Train", "Valid", "TEST"),
        ("training", "validation", "testing"),
        ("훈련", "검증", "테스트"),
        ("학습", "검증용", "평가"),
    ],
)
@pytest.mark.parametrize("wrap", ["", "wrapped/"])
def test_a_split_above_the_classes_is_respected(pack: Pack, names: tuple[str, str, str], wrap: str) -> None:
    dataset = pack(*(f"{wrap}{name}/{label}/1.png" for name in names for label in ("cat", "dog")))
    assert dataset.counts == {"cat": 3, "dog": 3}
    expected = dict(zip(names, ("train", "validation", "test"), strict=True))
    for name, split in splits(dataset).items():
        assert split == expected[name.removeprefix(wrap).partition("/")[0]]


def test_a_split_below_the_classes_is_respected(pack: Pack) -> None:
    dataset = pack(*(f"{label}/{split}/1.png" for label in ("cat", "dog") for split in ("train", "test")))
    assert dataset.counts == {"cat": 2, "dog": 2}
    assert splits(dataset)["cat/test/1.png"] == "test" and splits(dataset)["dog/train/1.png"] == "train"


def test_train_and_test_without_classes_below_are_classes_by_those_names(pack: Pack) -> None:
    dataset = pack("train/1.png", "train/2.png", "test/1.png", "test/2.png")
    assert dataset.counts == {"test": 2, "train": 2}


def test_a_class_that_is_called_test_among_others_is_a_class(pack: Pack) -> None:
    dataset = pack("test/1.png", "cat/1.png", "dog/1.png")
    assert dataset.labels == ("cat", "dog", "test") and not any(splits(dataset).values())


def test_two_sets_of_the_same_classes_are_one(pack: Pack) -> None:
    dataset = pack(*(f"{group}/{label}/1.png" for group in ("1반", "2반", "3반") for label in ("가위", "바위", "보")))
    assert dataset.counts == {"가위": 3, "바위": 3, "보": 3}


def test_folders_of_days_below_every_class_are_not_taken_for_classes(pack: Pack) -> None:
    dataset = pack(*(f"{label}/{day}/1.png" for label in ("cat", "dog") for day in ("2026-01-01", "2026-01-02")))
    assert dataset.counts == {"cat": 2, "dog": 2}


# --- Several sources --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inner", ["{label}/", "", "wrapped/{label}/"])
def test_several_zips_of_one_class_each(tmp_path: Path, inner: str) -> None:
    paths = []
    for label in ("cat", "dog", "고양이"):
        inside = inner.format(label=label)
        paths.append(zipped(tmp_path / f"{label}.zip", {f"{inside}{n}.png": PICTURE for n in range(3)}))
    dataset = archive.find(paths)
    assert dataset.counts == {"cat": 3, "dog": 3, "고양이": 3}
    assert all(isinstance(content, bytes) for _, content in archive.read(dataset.entries))


def test_a_refused_zip_among_good_ones_is_named(tmp_path: Path) -> None:
    good = zipped(tmp_path / "good.zip", {"cat/1.png": PICTURE, "dog/1.png": PICTURE})
    (tmp_path / "bad.zip").write_bytes(b"not a zip")
    dataset = archive.find([good, tmp_path / "bad.zip"])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"bad.zip": "archive.no_zip"}


def test_when_every_source_is_refused_the_first_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"not a zip")
    with pytest.raises(ArchiveError) as caught:
        archive.find([tmp_path / "bad.zip", tmp_path / "gone.zip"])
    assert caught.value.key == "archive.no_zip"


def test_a_folder_is_read_like_a_zip(tmp_path: Path) -> None:
    for name in ("고양이/1.png", "개/1.png", "개/.DS_Store", "개/deep/2.png"):
        file = tmp_path / "set" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(PICTURE)
    dataset = archive.find([tmp_path / "set"])
    assert dataset.counts == {"개": 2, "고양이": 1}
    assert [archive.read_one(entry) for entry in dataset.entries] == [PICTURE] * 3


def test_a_folder_with_decomposed_names_comes_composed_and_is_read(tmp_path: Path) -> None:
    for name in ("고양이", "개"):
        file = tmp_path / "set" / unicodedata.normalize("NFD", name) / "1.png"
        file.parent.mkdir(parents=True)
        file.write_bytes(PICTURE)
    dataset = archive.find([tmp_path / "set"])
    assert dataset.labels == ("개", "고양이")
    assert archive.read_one(dataset.entries[0]) == PICTURE


def test_loose_pictures_carry_the_name_of_their_folder(tmp_path: Path) -> None:
    paths = []
    for name in ("cat/1.png", "dog/1.png", "dog/2.png"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(PICTURE)
        paths.append(file)
    assert archive.find(paths).counts == {"cat": 1, "dog": 2}


def test_a_loose_picture_that_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large.png").write_bytes(PICTURE)
    entry = archive.find([tmp_path / "large.png"]).entries[0]
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", 10)
    with pytest.raises(ArchiveError) as caught:
        archive.read_one(entry)
    assert caught.value.key == "archive.entry_large"


def test_unlabelled_pictures_are_found_wherever_they_lie(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"1.png": PICTURE, "x/2.png": PICTURE, "x/labels.csv": b"", "x/n.txt": b"n"})
    dataset = archive.find_unlabelled(path)
    assert labelled(dataset) == {"1.png": "", "x/2.png": ""}
    assert set(skipped(dataset)) == {"x/labels.csv", "x/n.txt"}


def test_an_unknown_entry_of_an_archive_that_changed_is_an_error(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"cat/1.png": PICTURE})
    with pytest.raises(ArchiveError):
        archive.read_one(Entry(path, 7, "cat/8.png", "cat"))


# --- labels.csv -------------------------------------------------------------------------------------------------

TABLES = {
    "with a header": "filename,label\na.png,cat\nb.png,dog\n",
    "without a header": "a.png,cat\nb.png,dog\n",
    "columns the other way round": "label,filename\ncat,a.png\ndog,b.png\n",
    "other way round without a header": "cat,a.png\ndog,b.png\n",
    "a column more": "id,filename,width,label\n1,a.png,8,cat\n2,b.png,8,dog\n",
    "semicolons": "filename;label\na.png;cat\nb.png;dog\n",
    "tabs": "filename\tlabel\na.png\tcat\nb.png\tdog\n",
    "quotes": '"filename","label"\n"a.png","cat"\n"b.png","dog"\n',
    "no endings": "filename,label\na,cat\nb,dog\n",
    "capitals": "Filename,Label\nA.PNG,cat\nB.png,dog\n",
    "spaces and empty lines": "filename , label\n\n a.png , cat \nb.png, dog\n\n",
    "Windows lines": "filename,label\r\na.png,cat\r\nb.png,dog\r\n",
    "Korean header": "파일,라벨\na.png,cat\nb.png,dog\n",
    "a leading ./": "filename,label\n./a.png,cat\n./b.png,dog\n",
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_a_table_labels_the_pictures(pack: Pack, table: str) -> None:
    dataset = pack("a.png", "b.png", labels_csv=table.encode())
    assert labelled(dataset) == {"a.png": "cat", "b.png": "dog"}
    assert not dataset.skipped


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_korean_table_in_any_encoding(pack: Pack, encoding: str) -> None:
    table = "파일명,라벨\n사진 1.png,고양이\n사진 2.png,강아지\n".encode(encoding)
    assert labelled(pack("사진 1.png", "사진 2.png", labels_csv=table)) == {
        "사진 1.png": "고양이",
        "사진 2.png": "강아지",
    }


def test_a_table_that_names_folders_and_one_that_does_not(pack: Pack) -> None:
    for prefix in ("images/", ""):
        table = f"filename,label\n{prefix}a.png,cat\n{prefix}b.png,dog\n".encode()
        assert pack("images/a.png", "images/b.png", labels_csv=table).counts == {"cat": 1, "dog": 1}


def test_a_table_with_backslashes(pack: Pack) -> None:
    dataset = pack("images/a.png", "images/b.png", labels_csv=b"images\\a.png,cat\nimages\\b.png,dog\n")
    assert dataset.counts == {"cat": 1, "dog": 1}


def test_a_table_inside_a_wrapping_folder_names_files_from_where_it_lies(pack: Pack) -> None:
    table = b"filename,label\nx/1.png,cat\ny/1.png,dog\nx/2.png,dog\n"
    dataset = pack("set/x/1.png", "set/y/1.png", "set/x/2.png", set__labels_csv=table)
    assert labelled(dataset) == {"set/x/1.png": "cat", "set/y/1.png": "dog", "set/x/2.png": "dog"}


def test_a_whole_path_in_a_table_goes_before_a_bare_name(pack: Pack) -> None:
    dataset = pack("a.png", "x/a.png", labels_csv=b"filename,label\na.png,cat\nx/a.png,dog\n")
    assert labelled(dataset) == {"a.png": "cat", "x/a.png": "dog"}


def test_a_picture_that_the_table_does_not_name_is_named(pack: Pack) -> None:
    dataset = pack("a.png", "b.png", "c.png", labels_csv=b"filename,label\na.png,cat\nb.png,dog\ngone.png,dog\n")
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"c.png": "layout.not_in_table", "labels.csv": "layout.not_there"}
    (gone,) = (one for one in dataset.skipped if one.key == "layout.not_there")
    assert gone.values == {"count": 1, "name": "gone.png"}


@pytest.mark.parametrize("table", [b"", b"\xff\xfe\x00\x81", b"hello\nworld\n", b"filename,label\nz.png,cat\n", b"\0"])
def test_a_table_that_says_nothing_is_named_and_the_folders_are_used(pack: Pack, table: bytes) -> None:
    dataset = pack("cat/1.png", "dog/1.png", labels_csv=table)
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"labels.csv": "layout.table_unread"}


def test_a_table_that_would_not_fit_into_memory_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAX_TABLE_BYTES", 10)
    files = {"cat/1.png": PICTURE, "dog/1.png": PICTURE, "labels.csv": b"filename,label\ncat/1.png,dog\n"}
    dataset = archive.find([zipped(tmp_path / "a.zip", files)])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"labels.csv": "layout.table_unread"}


def test_a_damaged_table_is_no_reason_to_refuse_the_pictures(tmp_path: Path) -> None:
    files = {"cat/1.png": PICTURE, "dog/1.png": PICTURE, "labels.csv": b"filename,label\ncat/1.png,dog\n"}
    path = zipped(tmp_path / "a.zip", files)
    data = path.read_bytes().replace(b"filename,label\ncat", b"filename,label\nCAT")
    path.write_bytes(data)
    with zipfile.ZipFile(path) as packed, pytest.raises(zipfile.BadZipFile):
        packed.read("labels.csv")
    dataset = archive.find([path])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"labels.csv": "layout.table_unread"}
