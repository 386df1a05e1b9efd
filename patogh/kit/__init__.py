"""The bottom stair: text, calendar, money, ids, pages, errors and hooks. No models live here."""
