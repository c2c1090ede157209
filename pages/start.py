"""The page "start"."""

from ui import page
from ui.texts import t

page.heading(t("shell.start"), t("shell.tagline"))
