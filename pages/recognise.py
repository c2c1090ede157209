"""The page "recognise"."""

from ui import page
from ui.texts import t

page.heading(t("shell.recognise"), t("shell.tagline"))
