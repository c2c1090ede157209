"""The page "models"."""

from ui import page
from ui.texts import t

page.heading(t("shell.models"), t("shell.tagline"))
