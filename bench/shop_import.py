"""A file of orders at size: rows a second into the shop, how much of it again when nothing changes, and the memory it takes.

Each order has one to three lines of forty products, one in five a buyer; digits are Persian, dates Jalali. The named reference is
Django's bulk_create of as many bare lines of one order, without reading, checking, buyers or counters.
"""

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.importing import Peak, command
from bench.machine import machine

TARGET_PER_S = 2_000
RSS_MB_MAX = 300
PRODUCTS = 40
ROOT = Path(__file__).resolve().parent.parent
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def main(argv: list[str]) -> int:
    """Write a file, read it twice, print the figures; 1 when they are below the target."""
    parser = argparse.ArgumentParser(prog="patogh bench shop_import", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000, help="rows of the file")
    parser.add_argument("--json", action="store_true", help="print one JSON object only")
    options = parser.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="patogh-shop-")).resolve()
    try:
        found = measured(folder, options.rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=None if options.json else 2))
    return 0 if found["per_s"] >= TARGET_PER_S and found["rss_mb"] <= RSS_MB_MAX else 1


def measured(folder: Path, rows: int) -> dict[str, object]:
    """Return the figures of two readings and of the reference."""
    write_products(folder / "products.csv")
    write_orders(folder / "orders.csv", rows)
    command("migrate", data=folder / "data")
    words = ("shop", "import")
    ends = ("--source", "bench", "--unit", "TOMAN", "--json")
    command(*words, "products", str(folder / "products.csv"), *ends, data=folder / "data")
    peak = Peak()
    first = command(*words, "orders", str(folder / "orders.csv"), *ends, data=folder / "data", peak=peak)
    again = command(*words, "orders", str(folder / "orders.csv"), *ends, data=folder / "data")
    reference = plain_rows(folder, rows)
    return {
        "machine": machine(), "rows": first["rows"], "new": first["new"], "refused": first["refused"], "seconds": round(first["seconds"], 1),
        "per_s": round(rows / first["seconds"]), "rss_mb": round(peak.bytes / 2**20), "again_new": again["new"], "again_changed": again["changed"],
        "again_per_s": round(rows / again["seconds"]), "target_per_s": TARGET_PER_S, "rss_mb_max": RSS_MB_MAX,
        "reference": {"name": "bulk_create of as many bare lines of one order", "per_s": round(rows / reference)},
        "ratio_to_reference": round(first["seconds"] / reference, 1), "load": os.getloadavg()[0],
    }  # fmt: skip


def write_products(path: Path) -> None:
    """Write the products of the file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["کد کالا", "نام کالا", "قیمت"])
        table.writerows([f"P{number}", f"کالای {number}", str(10_000 * (number + 1))] for number in range(PRODUCTS))


def write_orders(path: Path, rows: int) -> None:
    """Write the orders, the same ones each time."""
    chance, written, number = random.Random(57), 0, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["شماره سفارش", "ردیف", "کد کالا", "تعداد", "مبلغ خالص", "تاریخ", "وضعیت", "ایمیل"])
        while written < rows:
            number += 1
            day = f"1405/{chance.randrange(1, 8):02}/{chance.randrange(1, 31):02}".translate(PERSIAN)
            buyer = f"rider{chance.randrange(rows)}@example.org" if number % 5 == 0 else ""
            for line in range(min(chance.randrange(1, 4), rows - written)):
                product, pieces = chance.randrange(PRODUCTS), chance.randrange(1, 4)
                money = f"{pieces * 10_000 * (product + 1):,}".replace(",", "٬").translate(PERSIAN)
                table.writerow([f"A{number}", line + 1, f"P{product}", pieces, money, day, "پرداخت شده", buyer])
                written += 1


def plain_rows(folder: Path, rows: int) -> float:
    """Return how many seconds bulk_create takes for as many bare lines."""
    script = (
        "import django, time, datetime as dt; django.setup()\n"
        "from patogh.shop.models import Order, OrderLine, Product\n"
        "order, product, began, now = Order.objects.first(), Product.objects.first(), time.monotonic(), dt.datetime.now(dt.UTC)\n"
        f"for start in range(0, {rows}, 500):\n"
        "    OrderLine.objects.bulk_create([OrderLine(order=order, number=1_000_000 + start + at, product=product, quantity=1, net_minor=1, unit='IRR',\n"
        "        sold_at=now, recorded_at=now) for at in range(500)])\n"
        "print(time.monotonic() - began)"
    )
    env = {
        **os.environ,
        "PATOGH_DATA": str(folder / "data"),
        "PATOGH_DATABASE_URL": "",
        "PATOGH_DOOR": "inline",
        "PYTHONPATH": str(ROOT),
    }
    env["DJANGO_SETTINGS_MODULE"] = "patogh.conf.settings"
    done = subprocess.run([sys.executable, "-c", script], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.strip().splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
