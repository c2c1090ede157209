"""The page "teach"."""

from ui import page
from ui.texts import t

page.heading(t("shell.teach"), t("shell.tagline"))
