"""Addresses of trust: nouns."""

from django.urls import URLPattern, URLResolver, path, re_path

from patogh.trust.views import appealing, deciding, flagging, members, mine, places, public, queue, team  # noqa: F401 - places plugs in

HANDLE = r"^@(?P<handle>[a-zA-Z0-9_]{1,30})"

urlpatterns: list[URLPattern | URLResolver] = [
    path("flag/<str:kind>/<str:key>", flagging.flag, name="flag"),
    path("flags/<int:flag_id>", flagging.flag_row, name="flag_row"),
    path("review", queue.review, name="review"),
    path("review/of/<str:kind>/<str:key>", queue.review_of, name="review_of"),
    path("review/opinions", deciding.opinions, name="opinions"),
    path("review/opinions/<int:opinion_id>", deciding.opinion, name="opinion"),
    path("review/batches/<uuid:batch>", deciding.batch, name="review_batch"),
    path("review/<int:item_id>", queue.review_item, name="review_item"),
    path("review/<int:item_id>/decision", deciding.decision, name="review_decision"),
    path("review/<int:item_id>/claim", deciding.claim, name="review_claim"),
    path("review/appeals/<int:appeal_id>", appealing.appeal_answer, name="appeal_answer"),
    path("moderation", public.log, name="moderation_log"),
    path("moderation.csv", public.log_csv, name="moderation_log_csv"),
    path("me/moderation", mine.history, name="my_moderation"),
    path("me/moderation/decisions/<int:decision_id>/appeal", appealing.appeal, name="appeal"),
    path("me/held/<int:held_id>", mine.held, name="my_held"),
    path("me/settings/blocks", mine.blocks, name="settings_blocks"),
    path("me/settings/age", mine.age, name="settings_age"),
    path("suspended/<str:token>", appealing.suspended, name="suspended"),
    path("sanctions/<int:sanction_id>", members.sanction, name="sanction"),
    path("team/trust", team.terms, name="team_trust"),
    path("team/words", team.words, name="team_words"),
    path("team/words/<int:word_id>", team.word, name="team_word"),
    re_path(HANDLE + r"/block$", mine.block, name="member_block"),
    re_path(HANDLE + r"/sanctions$", members.sanctions, name="member_sanctions"),
    re_path(HANDLE + r"/level$", members.level, name="member_level"),
]
