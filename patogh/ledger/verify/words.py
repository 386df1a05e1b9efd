"""The sentences of the verifier in English and Persian; it runs where there is no gettext catalogue."""

from typing import Any, Final

LANGUAGES: Final = ("en", "fa")
_PERSIAN_DIGITS: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

WORDS: Final[dict[str, tuple[str, str]]] = {
    # the frame
    "head": ("{subject}: {size} entries, root {root}", "{subject}: {size} سطر، ریشه {root}"),
    "title.proved": ("Proved:", "ثابت شد:"),
    "title.wrong": ("WRONG:", "نادرست:"),
    "title.unproved": ("Not proved by this:", "این وارسی ثابت نمی‌کند:"),
    "more": ("and {count} more findings of the same kinds", "و {count} یافتهٔ دیگر از همین گونه‌ها"),
    "verdict.0": ("Verdict: everything listed above as proved holds.", "حکم: هر چه بالا ثابت‌شده آمده، درست است."),
    "verdict.1": (
        "Verdict: SOMETHING IS WRONG. Keep this folder and these checkpoints; show them to the witnesses.",
        "حکم: چیزی نادرست است. این پوشه و مُهرها را نگه دارید و به گواه‌ها نشان دهید.",
    ),
    "verdict.3": (
        "Verdict: consistent with itself, but too few witnesses have seen it; do not rely on it yet.",
        "حکم: با خودش سازگار است، ولی گواه‌های کافی آن را ندیده‌اند؛ هنوز بر آن تکیه نکنید.",
    ),
    # what cannot be read (status 2)
    "source.missing": ("there is no log at {where}.", "در {where} دفتری نیست."),
    "source.refused": ("{where} cannot be opened: {why}.", "{where} باز نمی‌شود: {why}."),
    "source.too_large": ("{where} is larger than {limit} bytes.", "{where} از {limit} بایت بزرگ‌تر است."),
    "checkpoint.missing": ("there is no checkpoint at {where}.", "در {where} مُهری نیست."),
    "vkey.bad": ("the verifier key cannot be used: {why}", "کلید وارسی به کار نمی‌آید: {why}"),
    "policy.bad": ("the policy cannot be used: {why}", "سیاههٔ اعتماد به کار نمی‌آید: {why}"),
    "state.bad": (
        "the state file {where} is not ours or is damaged; move it away to begin anew.",
        "پروندهٔ حالت {where} از ما نیست یا آسیب دیده است؛ کنارش بگذارید تا از نو آغاز شود.",
    ),
    "file.missing": ("there is no file {where}.", "پروندهٔ {where} نیست."),
    "entry.needed": (
        "the proof does not carry its entry; give the entry's bytes with --entry FILE.",
        "گواهی‌نامه خود سطر را همراه ندارد؛ بایت‌های سطر را با ‎--entry FILE بدهید.",
    ),
    "receipt.bad": ("this is no receipt of patogh-receipt/v1: {why}.", "این رسید patogh-receipt/v1 نیست: {why}."),
    "trust.needed": (
        "give --vkey KEY or a --policy FILE that names the log; without a key nothing can be proved.",
        "‎--vkey KEY یا یک ‎--policy FILE که دفتر را نام ببرد بدهید؛ بی‌کلید چیزی ثابت نمی‌شود.",
    ),
    # proved
    "ok.signature": ("the checkpoint is signed by {name}", "مُهر را {name} امضا کرده است"),
    "ok.root": (
        "the root was recomputed from {count} entries in {bundles} bundles and is the signed one",
        "ریشه از {count} سطر در {bundles} بسته از نو حساب شد و همان ریشهٔ امضاشده است",
    ),
    "ok.tiles": (
        "{count} hash tiles, partial ones too, agree with the entries",
        "{count} کاشی، نیمه‌کاره‌ها هم، با سطرها می‌خوانند",
    ),
    "ok.quorum": (
        "{seen} of {listed} witnesses of the policy cosigned it (asked: {needed}); last {when}",
        "{seen} گواه از {listed} گواه سیاههٔ اعتماد آن را امضا کرده‌اند (خواسته: {needed})؛ آخرین {when}",
    ),
    "ok.no_quorum_asked": ("the policy asks for no witnesses", "سیاههٔ اعتماد گواهی نخواسته است"),
    "ok.consistent": (
        "it continues the checkpoint of {size} entries that you kept ({when})",
        "دنبالهٔ مُهر {size} سطری است که نگه داشته بودید ({when})",
    ),
    "ok.schemas": (
        "{count} entries of known types keep their closed schemas and are canonical bytes",
        "{count} سطر از گونه‌های شناخته در قالب بستهٔ خود و با بایت‌های یکتایند",
    ),
    "ok.ids": ("{count} entry ids are unique", "{count} شناسهٔ سطر یکتا هستند"),
    "ok.money": (
        "{count} transfers each sum to zero; {balances} trial balances equal the replayed totals",
        "{count} جابه‌جایی هر یک جمع صفر دارد؛ {balances} تراز آزمایشی با جمع بازخوانی‌شده برابر است",
    ),
    "ok.polls": (
        "{count} polls were recounted from {ballots} ballots: {opened} opened, {sealed} left sealed",
        "{count} نظرسنجی از روی {ballots} برگه بازشماری شد: {opened} بازشده، {sealed} بسته مانده",
    ),
    "ok.supports": (
        "{count} supports stand behind {ideas} ideas, no person twice behind one; {back} were taken back",
        "{count} حمایت پشت {ideas} ایده ایستاده است و هیچ‌کس دو بار پشت یکی نیست؛ {back} حمایت پس گرفته شد",
    ),
    "ok.inclusion": (
        "the entry is line {index} of {size} of {origin}",
        "این سطر، سطر {index} از {size} سطر {origin} است",
    ),
    "ok.opening": ("the field {field} opens to the value told", "میدان {field} به همان مقدار گفته‌شده باز می‌شود"),
    "ok.entry": ("the entry keeps the schema of {kind}", "سطر در قالب {kind} است"),
    # not proved
    "limit.truth": (
        "that what was entered is true, or that nothing was left out before it was entered",
        "این‌که نوشته‌ها راست باشند، یا چیزی پیش از نوشتن کنار گذاشته نشده باشد",
    ),
    "limit.view": (
        "that everyone is shown this same log: compare the root with someone else's, or give a --policy with witnesses",
        "این‌که به همه همین دفتر نشان داده شود: ریشه را با دیگری بسنجید یا ‎--policy با گواه بدهید",
    ),
    "limit.quorum": (
        "that enough witnesses have seen it: {seen} of {listed} did, {needed} are asked",
        "این‌که گواه‌های کافی دیده باشندش: {seen} از {listed} دیده‌اند و {needed} خواسته شده",
    ),
    "limit.witnesses": (
        "that the witnesses are independent of each other and of the brand",
        "این‌که گواه‌ها از هم و از برند مستقل باشند",
    ),
    "limit.history": (
        "that this continues what you saw before: keep a checkpoint with --state FILE",
        "این‌که دنبالهٔ دیدهٔ پیشین شما باشد: با ‎--state FILE مُهری نگه دارید",
    ),
    "limit.members": (
        "single members' balances: their accounts are commitments, each member opens their own",
        "ماندهٔ تک‌تک عضوها: حساب‌شان تعهد است و هر عضو خودش بازش می‌کند",
    ),
    "limit.brought": (
        "the balances that an earlier log left: verify that log too, up to the size that this one's first line names",
        "مانده‌هایی که از دفتر پیشین آمده‌اند: آن دفتر را هم تا اندازه‌ای که سطر اول این دفتر می‌گوید بررسی کنید",
    ),
    "limit.polls": (
        "who the voters are: the brand made the roll and knows who voted; unopened ballots are not in the result",
        "این‌که رأی‌دهندگان که‌اند: فهرست را برند ساخته و می‌داند چه کسی رأی داده؛ برگه‌های بازنشده در نتیجه نیستند",
    ),
    "limit.supports": (
        "who the supporters are, and that each account is another person: the brand keeps the accounts and the key of the marks",
        "این‌که حامیان که‌اند و هر حساب یک نفر دیگر است: حساب‌ها و کلید نشان‌ها دست برند است",
    ),
    "limit.unknown": (
        "anything about {count} entries of unknown types: {kinds}",
        "چیزی دربارهٔ {count} سطر از گونه‌های ناشناخته: {kinds}",
    ),
    "limit.cosigner": (
        "that the log itself signed this: the key given is a cosigner's",
        "این‌که خود دفتر این را امضا کرده باشد: کلید داده‌شده از گواه است",
    ),
    "limit.openings": (
        "what the sealed fields say: no openings were given for {fields}",
        "مقدار میدان‌های بسته: گشایشی برای {fields} داده نشد",
    ),
}

_OBJECTIONS: Final[dict[str, tuple[str, str]]] = {
    "checkpoint.damaged": ("the checkpoint cannot be read: {why}", "مُهر خوانده نمی‌شود: {why}"),
    "checkpoint.unsigned": ("the checkpoint is not signed by {name}: {why}", "مُهر را {name} امضا نکرده است: {why}"),
    "checkpoint.origin": ("the checkpoint is of {found}, the key of {name}", "مُهر از {found} است و کلید از {name}"),
    "cosignature.forged": ("a cosignature of {name} does not verify: {why}", "امضای گواه {name} درست نیست: {why}"),
    "root.differs": (
        "the entries give the root {found}, but {wanted} is signed: entries were changed, dropped or added",
        "سطرها ریشهٔ {found} را می‌دهند، ولی {wanted} امضا شده است: سطری عوض، کم یا زیاد شده",
    ),
    "bundle.missing": ("the entry bundle {where} is missing", "بستهٔ {where} نیست"),
    "bundle.damaged": ("the entry bundle {where} cannot be read: {why}", "بستهٔ {where} خوانده نمی‌شود: {why}"),
    "tile.missing": ("the hash tile {where} is missing", "کاشی {where} نیست"),
    "tile.differs": (
        "the hash tile {where} does not follow from the entries (first at hash {index})",
        "کاشی {where} از سطرها برنمی‌آید (نخست در درهم‌سازهٔ {index})",
    ),
    "state.shrunk": (
        "the log has {size} entries, but the checkpoint you kept has {kept}: it shrank",
        "دفتر {size} سطر دارد، ولی مُهری که نگه داشتید {kept} سطر: کوچک شده است",
    ),
    "state.forked": (
        "at {kept} entries the root is {found}, but you kept {wanted}: the history was rewritten",
        "ریشه در سطر {kept} برابر {found} است، ولی شما {wanted} را نگه داشته‌اید: تاریخ بازنویسی شده",
    ),
    "state.origin": (
        "the checkpoint you kept is of {wanted}, this log is {found}",
        "مُهر نگه‌داشتهٔ شما از {wanted} است و این دفتر {found}",
    ),
    "entry.bad": ("entry {index} breaks its schema: {why}", "سطر {index} قالب خود را می‌شکند: {why}"),
    "entry.id_twice": (
        "entries {first} and {index} have the same id {id}",
        "سطرهای {first} و {index} شناسهٔ یکسان {id} دارند",
    ),
    "money.unbalanced": (
        "the transfer of entry {index} sums to {sum}, not to zero",
        "جمع جابه‌جایی سطر {index} برابر {sum} است، نه صفر",
    ),
    "money.balance": (
        "the trial balance of entry {index} says {told} for {name}, the transfers give {found}",
        "تراز آزمایشی سطر {index} برای {name} عدد {told} را می‌گوید، جابه‌جایی‌ها {found} را می‌دهند",
    ),
    "money.class_sum": (
        "the totals of unit {unit} sum to {sum}, not to zero",
        "جمع کل واحد {unit} برابر {sum} است، نه صفر",
    ),
    "poll.fault": ("poll {poll}: {why}", "نظرسنجی {poll}: {why}"),
    "poll.unopened": (
        "entry {index} ({kind}) is of poll {poll}, which the book never opened",
        "سطر {index} ({kind}) از نظرسنجی {poll} است که دفتر آن را باز نکرده",
    ),
    "support.twice": (
        "entries {first} and {index} are two supports of one person for idea {idea}, and both stand",
        "سطرهای {first} و {index} دو حمایت یک نفر از ایدهٔ {idea} است و هر دو برجاست",
    ),
    "support.unknown": (
        "entry {index} takes back a support of idea {idea} that does not stand",
        "سطر {index} حمایتی از ایدهٔ {idea} را پس می‌گیرد که برجا نیست",
    ),
    "support.count": (
        "entry {index} tells {told} supporters of idea {idea}, but {found} supports stand there",
        "سطر {index} برای ایدهٔ {idea} از {told} حامی می‌گوید، ولی آن‌جا {found} حمایت برجاست",
    ),
    "proof.damaged": ("the proof cannot be read: {why}", "گواهی‌نامه خوانده نمی‌شود: {why}"),
    "proof.wrong": ("the proof does not hold: {why}", "گواهی‌نامه برقرار نیست: {why}"),
    "proof.log": (
        "the checkpoint of the proof is not signed by a log of the policy",
        "مُهر گواهی‌نامه را هیچ دفتری از سیاههٔ اعتماد امضا نکرده است",
    ),
    "opening.differs": (
        "the opening of {field} does not fit the commitment in the entry",
        "گشایش {field} به تعهد درون سطر نمی‌خورد",
    ),
    "opening.stray": (
        "there is an opening for {field}, which is no sealed field of this entry",
        "گشایشی برای {field} هست که میدان بستهٔ این سطر نیست",
    ),
}


def sentence(code: str, lang: str = "en", **told: Any) -> str:
    """Return the sentence of a code; raises KeyError for a code that has none."""
    english, persian = WORDS.get(code) or _OBJECTIONS[code]
    if lang != "fa":
        return english.format(**told)
    return persian.format(**{name: _digits(value) for name, value in told.items()})


def _digits(value: Any) -> Any:
    """Return a number in Persian digits; times, hashes and names of logs stay as they are compared."""
    return str(value).translate(_PERSIAN_DIGITS) if isinstance(value, int) else value


def codes() -> list[str]:
    """Return every code there is a sentence for."""
    return [*WORDS, *_OBJECTIONS]
