"""The connectors' verbs, and their place on the pages of others."""

from __future__ import annotations

from patogh.activity import verb
from patogh.channels.connectors import tasks as connector_tasks  # noqa: F401 - the worker knows them by name

for _name, _type, _fa, _en in (
    ("message_received", "Create", "پیامی فرستاد", "wrote a message"),
    ("mention_found", "Announce", "دربارهٔ ما نوشت", "wrote about us"),
    ("message_written", "Create", "پیامی نوشت", "wrote a message to somebody"),
    ("message_sent", "Create", "پیامی فرستاد و رسید", "sent a message to somebody"),
    ("message_retried", "Update", "پیامی را دوباره فرستاد", "sent a message again"),
    ("setup_added", "Add", "راهی تازه افزود", "added a channel"),
    ("setup_edited", "Update", "تنظیم راهی را عوض کرد", "changed a channel"),
    ("setup_switched_off", "Update", "راهی را خاموش کرد", "switched a channel off"),
    ("setup_switched_on", "Undo", "راهی را روشن کرد", "switched a channel on"),
    ("setup_broke", "Update", "راهی از کار افتاد", "a channel stopped working"),
    ("setup_tried", "View", "راهی را آزمود", "tried a channel"),
    ("letter_replayed", "Create", "نامهٔ مانده‌ای را دوباره خواند", "replayed a dead letter"),
    ("letter_dropped", "Delete", "نامهٔ مانده‌ای را دور انداخت", "dropped a dead letter"),
    ("all_halted", "Update", "همهٔ راه‌ها را خاموش کرد", "stopped every channel"),
    ("all_resumed", "Undo", "راه‌ها را دوباره روشن کرد", "started the channels again"),
):
    verb(f"channels.{_name}", type=_type, fa=_fa, en=_en, visible="staff")
