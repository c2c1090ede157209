"""What pages share: navigation and language, texts, the visit, headers and cards, answers, errors."""
