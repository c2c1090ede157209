"""Labels of any length and number stand within a sentence."""

from core.messages.labels import listed, short


def test_a_long_label_is_cut_and_a_short_one_stays() -> None:
    assert short("가" * 28) == "가" * 28
    assert short("word " * 20, most=8) == "word wo…"
    assert short("word word", most=6) == "word…"  # no space before the sign


def test_of_many_labels_the_first_are_named() -> None:
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d"]) == "a, b, c …"
