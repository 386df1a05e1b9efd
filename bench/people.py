"""Records of invented customers with the truth beside them: who is one person is known, what was typed is spoilt on purpose.

Two corpora, both from a seed. `customers` is built like the one of facts/insight.md 1.2: four silos (CRM, shop, community, care), typos, nicknames,
initials, swapped names, second e-mails, moves, households with shared phones and e-mails, junk values. `persian` writes the same kind of people
with Persian names, each record in Persian or in a transliteration, with swapped ye and kaf, half-spaces, titles and Persian digits (docs/resolving.md).
"""

import argparse
import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

COLUMNS = (
    "id",
    "given_name",
    "family_name",
    "birth_date",
    "phone",
    "email",
    "street",
    "house_number",
    "city",
    "postcode",
    "source",
)
GIVEN = """james:jim,jimmy john:johnny,jack robert:bob,rob,bobby michael:mike,mick william:bill,will,billy david:dave richard:rick,dick joseph:joe thomas:tom,tommy charles:charlie,chuck
christopher:chris daniel:dan,danny matthew:matt anthony:tony donald:don mark steven:steve paul andrew:andy,drew joshua:josh kenneth:ken kevin brian george timothy:tim ronald:ron jason edward:ed,ted,eddie
jeffrey:jeff ryan jacob:jake gary nicholas:nick eric jonathan:jon stephen:steve larry justin scott brandon benjamin:ben samuel:sam gregory:greg alexander:alex,sandy patrick:pat frank raymond:ray
jack dennis jerry tyler aaron jose adam nathan henry:harry zachary:zach douglas:doug peter:pete kyle noah ethan jeremy walter:walt christian keith austin roger terry sean gerald carl dylan harold
mary:molly,polly patricia:pat,patty,trish jennifer:jen,jenny linda elizabeth:liz,beth,betty,eliza barbara:barb susan:sue,susie jessica:jess sarah:sally karen lisa nancy sandra:sandy ashley emily:em kimberly:kim
margaret:maggie,peggy,meg donna michelle carol amanda:mandy melissa:mel deborah:deb,debbie stephanie:steph rebecca:becky,becca laura helen sharon cynthia:cindy kathleen:kathy,kate amy angela:angie shirley
anna:annie ruth brenda pamela:pam nicole:nikki katherine:kate,kathy,katie virginia:ginny catherine:cathy,kate christine:chris,tina samantha:sam debra:deb janet rachel carolyn emma maria heather diane
julie joyce evelyn joan victoria:vicky kelly christina:tina,chris lauren frances:fran martha judith:judy cheryl megan andrea olivia ann jean alice jacqueline:jackie hannah doris kathryn:kathy gloria teresa:terry
sara janice marie julia grace judy theresa:terry madison beverly:bev denise marilyn amber danielle brittany diana abigail:abby jane natalie lori tiffany alexis kayla fatima ali omar yusuf aisha chen wei""".split()
NICK = {one.partition(":")[0]: [nick for nick in one.partition(":")[2].split(",") if nick] for one in GIVEN}
STEMS = "ash bar beck black brad brook burn carl chad clay cole cook crow dal dun east ed fair farn field ford fox glen gold grant gray green hal ham hart hay hill holl hunt king lang lin love marsh mead mill mor nor oak park pen pres ram red rich ridge ross row sand sea shaw shel sher south stan stone sut thorn tur wal war wat web wells west whit wil win wood wor york".split()
ENDS = "er ers field ford ham hurst ing land ley low man mann more ner ridge son ston ton well wick wood worth by dale den dock gate".split()
STREETS = "oak maple cedar elm pine church park high mill station victoria albert king queen bridge river lake hill spring garden chapel school north south east west market castle abbey forest meadow orchard rose lily beech willow ash birch".split()
KINDS = "street road avenue lane drive close court crescent place terrace".split()
DOMAINS = "gmail.com gmail.com gmail.com yahoo.com hotmail.com outlook.com icloud.com mail.com proton.me web.example post.example".split()
CITIES = [
    a + b
    for a in "ash brad carl dun ex glas hart kings lan mar nor ox ports read shef stoke sun tam wal wor".split()
    for b in "ford ton bury mouth ham wick pool field".split()
]
JUNK_PHONES = ("+15550000000", "+15551234567", "+15559999999", "+15551111111")
JUNK_EMAILS = ("test@test.com", "noemail@none.com", "info@shop.com", "na@na.com", "customer@example.com")
FA_JUNK_PHONES = ("۰۹۱۲۰۰۰۰۰۰۰", "09121111111", "09123456789")

FA_GIVEN = """محمد:mohammad,mohamad,muhammad علی:ali حسین:hossein,hosein,hussein حسن:hassan,hasan رضا:reza مهدی:mehdi,mahdi امیر:amir احمد:ahmad,ahmed محمود:mahmoud,mahmood عباس:abbas جواد:javad کاظم:kazem قاسم:ghasem,qasem
سعید:saeed,saeid حمید:hamid مجید:majid وحید:vahid نوید:navid فرید:farid امید:omid بهرام:bahram شهرام:shahram بهنام:behnam پرویز:parviz خسرو:khosro,khosrow داریوش:dariush,daryoush کوروش:kourosh,koorosh آرش:arash سیاوش:siavash
پیمان:peyman پژمان:pezhman کیوان:keyvan,kayvan آرمان:arman ایمان:iman احسان:ehsan عرفان:erfan یوسف:yousef,yusef ابراهیم:ebrahim,ibrahim اسماعیل:esmaeil,esmail مصطفی:mostafa مرتضی:morteza مجتبی:mojtaba یحیی:yahya موسی:mousa,moosa
محمدرضا:mohammadreza,mohamadreza علیرضا:alireza امیرحسین:amirhossein,amirhosein محمدعلی:mohammadali غلامرضا:gholamreza عبدالله:abdollah,abdullah روح‌الله:rohollah,ruhollah حمیدرضا:hamidreza محمدمهدی:mohammadmehdi,mohammadmahdi امیرعلی:amirali
فاطمه:fatemeh,fateme زهرا:zahra مریم:maryam,mariam زینب:zeynab,zeinab معصومه:masoumeh,masume لیلا:leila,leyla سارا:sara,sarah نرگس:narges نازنین:nazanin مهسا:mahsa الهام:elham الهه:elaheh,elahe سمیه:somayeh,somaye طاهره:tahereh
نیلوفر:niloufar,niloofar شقایق:shaghayegh شیرین:shirin ژیلا:zhila,jila شهلا:shahla سهیلا:soheila پریسا:parisa پروین:parvin رویا:roya ثریا:soraya هدیه:hedieh,hedyeh مینا:mina مونا:mona نگار:negar نگین:negin بهاره:bahareh,bahare
فرزانه:farzaneh,farzane ریحانه:reyhaneh,reihaneh حدیث:hadis سحر:sahar ساناز:sanaz الناز:elnaz مهناز:mahnaz فرناز:farnaz آزاده:azadeh,azade عاطفه:atefeh,atefe راضیه:razieh,raziyeh مرضیه:marzieh,marziyeh صدیقه:sedigheh خدیجه:khadijeh,khadije""".split()
FA_FAMILY = """محمدی:mohammadi,mohamadi حسینی:hosseini,hoseini احمدی:ahmadi رضایی:rezaei,rezaee,rezayi کریمی:karimi موسوی:mousavi,moosavi,musavi جعفری:jafari صادقی:sadeghi رحیمی:rahimi حیدری:heidari,heydari ابراهیمی:ebrahimi,ebrahimy هاشمی:hashemi
صالحی:salehi کاظمی:kazemi قاسمی:ghasemi,qasemi مرادی:moradi اکبری:akbari عباسی:abbasi شریفی:sharifi نوروزی:norouzi,nowruzi طاهری:taheri یوسفی:yousefi,yusefi امینی:amini زارعی:zarei,zareie سلیمانی:soleimani,soleymani اسدی:asadi فتحی:fathi
جلالی:jalali قربانی:ghorbani رستمی:rostami خلیلی:khalili میرزایی:mirzaei,mirzaee عزیزی:azizi باقری:bagheri شفیعی:shafiei,shafiee خسروی:khosravi بهرامی:bahrami نجفی:najafi حسن‌زاده:hassanzadeh,hasanzadeh علی‌زاده:alizadeh,alizade
کاظم‌زاده:kazemzadeh,kazem-zadeh رضاپور:rezapour,rezapoor علی‌پور:alipour,alipoor حسین‌پور:hosseinpour,hoseinpoor محمدپور:mohammadpour قلی‌زاده:gholizadeh شریف‌نیا:sharifnia پارسا:parsa کیانی:kiani,kiyani تهرانی:tehrani اصفهانی:esfahani شیرازی:shirazi
تبریزی:tabrizi کرمانی:kermani یزدانی:yazdani خواجوی:khajavi خادمی:khademi غفاری:ghaffari,ghafari فرهادی:farhadi فلاح:fallah,falah منصوری:mansouri,mansoori نیک‌پور:nikpour,nikpoor وکیلی:vakili توکلی:tavakoli,tavakkoli چراغی:cheraghi ژاله‌پور:zhalehpour
شمس‌الدین:shamsoddin,shamseddin بیات:bayat پناهی:panahi ترابی:torabi ثابتی:sabeti دهقان:dehghan,dehqan ذاکری:zakeri راد:rad سعادت:saadat صفری:safari ضیایی:ziaei,ziaee عطایی:ataei,ataee گودرزی:goudarzi,goodarzi لطفی:lotfi نادری:naderi همتی:hemmati""".split()
FA_STREETS = "ولیعصر انقلاب آزادی شریعتی بهشتی مطهری طالقانی فردوسی حافظ سعدی مولوی امام‌خمینی کشاورز جمهوری پاسداران میرداماد نیاوران گلستان بهار لاله نسترن یاس شقایق ارغوان صنوبر سرو چنار بوستان".split()
FA_CITIES = "تهران:tehran مشهد:mashhad اصفهان:isfahan شیراز:shiraz تبریز:tabriz کرج:karaj اهواز:ahvaz قم:qom رشت:rasht کرمان:kerman یزد:yazd همدان:hamedan".split()
KEYS = "qwertyuiop asdfghjkl zxcvbnm".split()
FA_KEYS = "ضصثقفغعهخحجچ شسیبلاتنمکگ ظطزرذدپو".split()
DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("یک", "يك")


class Family:
    """People who live together: one surname, one address, perhaps one phone or e-mail."""

    def __init__(self, chance: random.Random, make: "Customers") -> None:
        self.family, self.place = make.surname(chance), make.place(chance)
        self.phone = make.phone(chance) if chance.random() < 0.15 else ""
        self.names: set[str] = set()  # no two of one household are called the same
        self.email = make.email(chance, "family", self.family) if chance.random() < 0.08 else ""


class Customers:
    """The customer-like corpus in English."""

    def __init__(self) -> None:
        self.given = [one.partition(":")[0] for one in GIVEN]
        self.families = [a + b for a in STEMS for b in ENDS]
        self.weights = list(accumulate(1 / (rank + 8) for rank in range(len(self.families))))
        self.given_weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.given))))

    def surname(self, chance: random.Random) -> str:
        return chance.choices(self.families, cum_weights=self.weights)[0]

    def first(self, chance: random.Random) -> str:
        return chance.choices(self.given, cum_weights=self.given_weights)[0]

    def place(self, chance: random.Random) -> tuple[str, str, str, str]:
        city = int(chance.paretovariate(0.8)) % len(CITIES)
        street = f"{chance.choice(STREETS)} {chance.choice(KINDS)}"
        return street, str(chance.randint(1, 220)), CITIES[city], f"{(city * 37) % 90 + 10}{chance.randint(0, 399):03}"

    def phone(self, chance: random.Random) -> str:
        return f"+1{chance.randint(201, 989)}{chance.randint(200, 998)}{chance.randint(0, 9999):04}"

    def email(self, chance: random.Random, given: str, family: str) -> str:
        local = chance.choice(
            (f"{given}.{family}", f"{given[0]}{family}", f"{given}{family[0]}", f"{family}.{given}", f"{given}{family}")
        )
        return f"{local}{chance.randint(1, 9999) if chance.random() < 0.75 else ''}@{chance.choice(DOMAINS)}"

    def person(self, chance: random.Random, home: Family | None) -> dict[str, object]:
        family = home.family if home else self.surname(chance)
        given = self.first(chance)
        while home and given in home.names:
            given = self.first(chance)
        if home:
            home.names.add(given)
        return {
            "given": given, "family": family, "birth": date(1940, 1, 1) + timedelta(days=chance.randint(0, 24_000)), "place": home.place if home else self.place(chance),
            "phones": [home.phone if home and home.phone else self.phone(chance)],
            "emails": [home.email if home and home.email else self.email(chance, given, family)] + ([self.email(chance, given, family)] if chance.random() < 0.2 else []),
            "moved": self.place(chance) if chance.random() < 0.12 else None, "new_phone": self.phone(chance) if chance.random() < 0.12 else "",
        }  # fmt: skip

    def record(self, chance: random.Random, one: dict[str, object], source: str) -> list[str]:
        """Return what one silo knows of a person, spoilt: given, family, birth, phone, e-mail, street, house, city, postcode."""
        given, family = str(one["given"]), str(one["family"])
        if chance.random() < 0.1 and NICK.get(given):
            given = chance.choice(NICK[given])
        elif chance.random() < 0.04:
            given = given[0]
        given, family = (self.typo(chance, given, 0.06), self.typo(chance, family, 0.07))
        if chance.random() < 0.02:
            given, family = family, given
        birth = one["birth"] if source == "crm" else None
        place = one["moved"] if one["moved"] and chance.random() < 0.5 else one["place"]
        street, house, city, postcode = (
            place if source in {"crm", "shop"} else ("", "", place[2], "") if source == "care" else ("", "", "", "")
        )
        phone = (
            (one["new_phone"] if one["new_phone"] and chance.random() < 0.5 else one["phones"][0])
            if source in {"crm", "care"} or chance.random() < 0.5
            else ""
        )
        email = chance.choice(one["emails"]) if source in {"shop", "community"} or chance.random() < 0.6 else ""
        if chance.random() < 0.01:
            phone, email = (
                (chance.choice(JUNK_PHONES), email) if chance.random() < 0.5 else (phone, chance.choice(JUNK_EMAILS))
            )
        if source == "community" and chance.random() < 0.4:
            family = "" if chance.random() < 0.7 else family[:1]
        said = birth.isoformat() if birth else ""
        if said and chance.random() < 0.03:
            said = self.digit(chance, said)
        return [given, family, said, self.digit(chance, phone) if chance.random() < 0.02 else phone, self.typo(chance, email, 0.02) if email else "",
                self.typo(chance, street, 0.1), house, self.typo(chance, city, 0.05), self.digit(chance, postcode) if chance.random() < 0.03 else postcode]  # fmt: skip

    def typo(self, chance: random.Random, text: str, rate: float, keys: list[str] = KEYS) -> str:
        if len(text) < 3 or chance.random() >= rate:
            return text
        at = chance.randrange(len(text) - 1)
        row = next((row for row in keys if text[at] in row), keys[0])
        return chance.choice(
            (
                text[:at] + text[at + 1 :],
                text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                text[:at] + chance.choice(row) + text[at + 1 :],
                text[:at] + text[at] + text[at:],
            )
        )

    def digit(self, chance: random.Random, text: str) -> str:
        places = [at for at, sign in enumerate(text) if sign.isdigit() and at > 3]
        if not places:
            return text
        at = chance.choice(places)
        return text[:at] + str(chance.randint(0, 9)) + text[at + 1 :]


class Persians(Customers):
    """The labelled corruption set in Persian: the same lives, names in two scripts."""

    def __init__(self) -> None:
        self.latin = {
            one.partition(":")[0]: one.partition(":")[2].split(",") for one in (*FA_GIVEN, *FA_FAMILY, *FA_CITIES)
        }
        self.given = [one.partition(":")[0] for one in FA_GIVEN]
        simple = [one.partition(":")[0] for one in FA_FAMILY]
        # Iranian surnames are often two words; a hundred alone would make strangers of one name by the thousand.
        self.families = simple + [f"{one} {two}" for one in simple[:60] for two in simple[40:]]
        self.weights = list(accumulate(1 / (rank + 30) for rank in range(len(self.families))))
        self.given_weights = list(accumulate(1 / (rank + 15) for rank in range(len(self.given))))

    def place(self, chance: random.Random) -> tuple[str, str, str, str]:
        city = int(chance.paretovariate(0.9)) % len(FA_CITIES)
        street = f"خیابان {chance.choice(FA_STREETS)} کوچه {chance.choice(FA_STREETS)}"
        return (
            street,
            str(chance.randint(1, 220)),
            FA_CITIES[city].partition(":")[0],
            f"{(city * 7) % 89 + 10}{chance.randint(0, 9999):04}{chance.randint(1000, 9999)}",
        )

    def phone(self, chance: random.Random) -> str:
        return f"+989{chance.choice('123')}{chance.randint(0, 99_999_999):08}"

    def email(self, chance: random.Random, given: str, family: str) -> str:
        return super().email(
            chance,
            self.latin.get(given, ["home"])[0],
            "".join(self.latin[one][0] for one in family.split()).replace("-", ""),
        )

    def record(self, chance: random.Random, one: dict[str, object], source: str) -> list[str]:
        given, family, birth, phone, email, street, house, city, postcode = super().record(
            chance, {**one, "given": "گگ", "family": "ففف"}, source
        )
        is_swapped, is_short, given, family = (
            family.startswith("گ"),
            len(family) == 1,
            str(one["given"]),
            "" if not family else str(one["family"]),
        )
        if chance.random() < 0.3:
            given, family = (
                self.in_latin(chance, given),
                " ".join(self.in_latin(chance, word) for word in family.split()),
            )
            city = self.latin.get(city, [city])[0]
        else:
            given, family, street = (self.in_persian(chance, text) for text in (given, family, street))
        if is_short and family:
            family = family[0]
        if birth and chance.random() < 0.5:
            birth = self.jalali(birth)
        given, family = (family, given) if is_swapped and family else (given, family)
        return [
            given,
            family,
            birth,
            self.dialled(chance, phone),
            email,
            street,
            house.translate(DIGITS) if chance.random() < 0.4 else house,
            city,
            postcode,
        ]

    def in_latin(self, chance: random.Random, word: str) -> str:
        return self.typo(chance, chance.choice(self.latin.get(word, [word])), 0.05).capitalize()

    def in_persian(self, chance: random.Random, text: str) -> str:
        text = self.typo(chance, text, 0.05, FA_KEYS)
        if "\u200c" in text and chance.random() < 0.6:
            text = text.replace("\u200c", chance.choice(("", " ")))
        if chance.random() < 0.25:
            text = text.translate(ARABIC)
        if chance.random() < 0.03 and text:
            text = f"{chance.choice(('سید', 'دکتر', 'مهندس'))} {text}"
        return text

    def jalali(self, said: str) -> str:
        from patogh.kit.calendar import jalali

        try:
            year, month, day = jalali(date.fromisoformat(said))
        except ValueError:
            return said
        return f"{year}/{month:02}/{day:02}".translate(DIGITS)

    def dialled(self, chance: random.Random, phone: str) -> str:
        if not phone.startswith("+98"):
            return chance.choice(FA_JUNK_PHONES) if phone else ""
        local = phone[3:]
        said = chance.choice(
            (
                phone,
                f"0{local}",
                f"0098{local}",
                f"0{local[:3]} {local[3:6]} {local[6:]}",
                f"0{local[:3]}-{local[3:]}",
                f"98{local}",
            )
        )
        return said.translate(DIGITS) if chance.random() < 0.4 else said


def maker(kind: str) -> Customers:
    """Return who makes the people of a corpus."""
    if kind.startswith("held-out"):
        from bench import held_out

        return held_out.KINDS[kind]()
    return Persians() if kind == "persian" else Customers()


def rows(records: int, *, kind: str = "customers", seed: int = 7) -> Iterator[tuple[int, list[str]]]:
    """Yield (person, cells in the order of COLUMNS) in a shuffled order; at least `records` of them."""
    chance, make = random.Random(seed), maker(kind)
    made: list[tuple[int, list[str]]] = []
    home, left, person = None, 0, 0
    while len(made) < records:
        if left == 0:
            is_home = chance.random() < 0.25 / 2.4
            home, left = (Family(chance, make), chance.choice((2, 2, 2, 3, 3, 4))) if is_home else (None, 1)
        one, left = make.person(chance, home), left - 1
        sources = [
            source
            for source, share in (("crm", 0.62), ("shop", 0.62), ("community", 0.45), ("care", 0.35))
            if chance.random() < share
        ] or ["shop"]
        if chance.random() < 0.15:
            sources.append(chance.choice(sources))
        made += [(person, [*make.record(chance, one, source), source]) for source in sources]
        person += 1
    chance.shuffle(made)
    for number, (who, cells) in enumerate(made[:records]):
        yield who, [f"r{number:07}", *cells]


def write(path: Path, records: int, *, kind: str = "customers", seed: int = 7) -> list[int]:
    """Write a corpus as CSV and return who each row is."""
    truth = []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for who, cells in rows(records, kind=kind, seed=seed):
            writer.writerow(cells)
            truth.append(who)
    return truth


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("path", type=Path)
    given.add_argument("--records", type=int, default=10_000)
    given.add_argument("--kind", choices=("customers", "persian"), default="customers")
    options = given.parse_args()
    write(options.path, options.records, kind=options.kind)
    sys.exit(0)
