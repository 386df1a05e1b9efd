"""What each judge is asked, and when its answer is good enough."""

import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests import chromium
from tests.audit import api, tls, tools
from tests.browser.house import House, free_port, served
from tests.browser.pages import Place, places

WAPITI_MODULES = "xss,permanentxss,sql,timesql,ssrf,redirect,xxe,file,exec,crlf,csp,cookieflags,http_headers,csrf,htaccess,backup,methods"
LEAST = {"accessibility": 100, "best-practices": 95, "seo": 100, "performance": 95}
ZIP = urllib.parse.quote("زنجیر")


@dataclass
class Verdict:
    """One judge's answer: good or not, in a few words, with its findings."""

    judge: str
    good: bool
    words: str
    findings: list[str] = field(default_factory=list)


def html(house: House) -> list[Verdict]:
    """The Nu HTML checker on every kind of page in both languages: no error."""
    folder = tools.HOME / "pages"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.html"):
        old.unlink()
    kept = [keep(house, place, language, folder) for language in ("en", "fa") for place in places(house)]
    jar = tools.HOME / "node_modules/vnu-jar/build/dist/vnu.jar"
    done = tools.run(
        ["java", "-Xss4m", "-jar", jar, "--errors-only", "--format", "gnu", "--stdout", *filter(None, kept)]
    )
    errors = sorted({re.sub(r'^"?file:.*/pages/', "", line) for line in done.stdout.splitlines() if "error" in line})
    good = done.returncode == 0 and not errors
    return [
        Verdict(
            "Nu HTML checker",
            good,
            f"{len(errors)} errors on {len(kept)} pages",
            errors or [done.stderr[-500:]] * (not good),
        )
    ]


def keep(house: House, place: Place, language: str, folder: Path) -> Path | None:
    """Write one page into the folder, as its reader gets it."""
    cookies = (
        "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in house.cookies(place.who)) if place.who else ""
    )
    if place.who:
        say_language(house, place.who, cookies, language)
    request = urllib.request.Request(address(house, place.path), headers={"Cookie": f"language={language}; {cookies}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
    except urllib.error.HTTPError as refusal:
        body = refusal.read()
    path = folder / f"{re.sub(r'[^a-z0-9]+', '-', place.name.lower())}-{language}.html"
    path.write_bytes(body)
    return path


_spoken: dict[str, str] = {}


def say_language(house: House, who: str, cookies: str, language: str) -> None:
    """Let a member read in a language from now on."""
    if _spoken.get(who) == language:
        return
    token = next(cookie["value"] for cookie in house.cookies(who) if "csrf" in cookie["name"])
    body = urllib.parse.urlencode({"language": language, "next": "/offline"}).encode()
    request = urllib.request.Request(house.base + "/choices/language", body, {"Cookie": cookies, "X-CSRFToken": token})
    urllib.request.urlopen(request, timeout=30).close()
    _spoken[who] = language


def address(house: House, path: str) -> str:
    """Return the whole address of a path, with its letters encoded."""
    return house.base + urllib.parse.quote(path, safe="/?&=%@+.")


def lighthouse(house: House) -> list[Verdict]:
    """Lighthouse's phone, on home, a topic and the search: the four figures."""
    topic = next(place.path for place in places(house) if place.name == "topic: question")
    return [_lit(house, name, path) for name, path in (("home", "/"), ("topic", topic), ("search", f"/search?q={ZIP}"))]


def _lit(house: House, name: str, path: str) -> Verdict:
    report = tools.HOME / f"lighthouse-{name}.json"
    flags = " ".join(["--headless=new", *chromium.FLAGS])
    command = [
        "node",
        "node_modules/lighthouse/cli/index.js",
        house.base + path,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
    ]
    command += [f"--only-categories={','.join(LEAST)}", f"--chrome-flags={flags}"]
    best: dict[str, int] = {}
    findings: list[str] = []
    for _turn in range(2):  # a busy machine is measured once more
        done = tools.run(command, CHROME_PATH=chromium.find())
        if done.returncode:
            return Verdict(f"Lighthouse, {name}", good=False, words=done.stderr[-200:])
        said = json.loads(report.read_text(encoding="utf-8"))
        scores = {key: round((value["score"] or 0) * 100) for key, value in said["categories"].items()}
        best = {key: max(score, best.get(key, 0)) for key, score in scores.items()}
        findings = [
            f"{audit['id']} ({audit['score']}): {audit.get('displayValue', '')} {audit['title']}"
            for audit in said["audits"].values()
            if audit.get("score") is not None and audit["score"] < 0.9
        ]
        if _enough(best):
            break
    return Verdict(
        f"Lighthouse, {name}",
        _enough(best),
        ", ".join(f"{key} {score}" for key, score in best.items()),
        [] if _enough(best) else findings,
    )


def _enough(scores: dict[str, int]) -> bool:
    return all(scores.get(key, 0) >= least for key, least in LEAST.items())


def observatory(_house: House) -> list[Verdict]:
    """MDN's HTTP Observatory over TLS: A+."""
    conf = tools.HOME / "node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json"
    if not conf.exists():
        conf.write_text("{}")
    cert, key = tls.certificate(tools.HOME)
    port = free_port()
    with (
        served(PATOGH_SITE_URL=f"https://127.0.0.1:{port}", PATOGH_BEHIND_PROXY="1") as secure,
        tls.door(port, secure.port, cert, key),
    ):
        command = ["node", "node_modules/@mdn/mdn-http-observatory/src/scan.js", f"127.0.0.1:{port}"]
        done = tools.run(command, NODE_EXTRA_CA_CERTS=str(cert))
    try:
        said = json.loads(done.stdout)
        scan, tests = said["scan"], said["tests"]
    except (ValueError, KeyError):
        return [Verdict("MDN HTTP Observatory", good=False, words=(done.stdout + done.stderr)[-200:])]
    failed = [
        f"{name}: {test.get('result')} ({test.get('scoreModifier')})"
        for name, test in tests.items()
        if not test.get("pass")
    ]
    return [Verdict("MDN HTTP Observatory", scan["grade"] == "A+", f"{scan['grade']}, {scan['score']} of 100", failed)]


def wapiti(house: House) -> list[Verdict]:
    """Wapiti as a stranger and as a member who may write: no vulnerability."""
    return [_scanned(house, "", "a stranger"), _scanned(house, "mina", "a member")]


def _scanned(house: House, who: str, words: str) -> Verdict:
    report = tools.HOME / f"wapiti-{who or 'stranger'}.json"
    command: list[object] = [
        tools.HOME / "py/bin/wapiti",
        "-u",
        house.base + "/",
        "--scope",
        "folder",
        "-m",
        WAPITI_MODULES,
        "--flush-session",
    ]
    command += [
        "--max-scan-time",
        "60",
        "--max-attack-time",
        "6",
        "--max-links-per-page",
        "40",
        "-f",
        "json",
        "-o",
        report,
        "--no-bugreport",
        "--tasks",
        "6",
    ]
    command += ["-x", f"{house.base}/account/logout/", "--store-session", tools.HOME / f"wapiti-{who or 'stranger'}"]
    if who:
        command += [
            "-H",
            "Cookie: " + "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in house.cookies(who)),
        ]
    done = tools.run(command, timeout_s=900)
    if not report.exists():
        return Verdict(f"wapiti as {words}", good=False, words=(done.stdout + done.stderr)[-200:])
    said = json.loads(report.read_text(encoding="utf-8"))
    rows = [(kind, one) for kind, ones in {**said["vulnerabilities"], **said["anomalies"]}.items() for one in ones]
    found = [
        f"{kind}: {one['method']} {one['path']} {one.get('parameter') or ''} {one['info']}"[:200]
        for kind, one in rows
        if not excused(kind, one)
    ]
    return Verdict(
        f"wapiti as {words}",
        not found,
        f"{len(found)} findings, {said['infos'].get('crawled_pages_nbr', '?')} pages",
        found,
    )


def excused(kind: str, one: dict[str, str]) -> bool:
    """Say whether a finding is known and meant to be so.

    Here there is no TLS, so no cookie is marked Secure; the Observatory sees them behind TLS. The choices of language and
    theme ask strangers for no token, since they change the asker's own cookie only. A stranger's reply is not taken:
    the answer is 401 with the text given back, token or not.
    """
    if kind.startswith("Secure Flag"):
        return True
    return kind.startswith("Cross Site Request Forgery") and one["path"].startswith(("/choices/", "/t/"))


def sqlmap(house: House) -> list[Verdict]:
    """Sqlmap on what takes words from the address: nothing to inject."""
    found: list[str] = []
    targets = [
        "/search?q=a&kind=topic",
        "/search/suggest?q=a",
        "/members?q=a&by=name",
        "/talk?by=active&after=a",
        "/similar?title=abc",
    ]
    for target in targets:
        done = tools.run(
            [
                "sqlmap",
                "-u",
                house.base + target,
                "--batch",
                "--level",
                "2",
                "--risk",
                "1",
                "--technique",
                "BEU",
                "--flush-session",
                "--threads",
                "4",
                "--disable-coloring",
            ]
        )
        if (
            "is vulnerable" in done.stdout
            or "identified the following injection" in done.stdout
            or "do not appear to be injectable" not in done.stdout
        ):
            found.append(f"{target}: {done.stdout.strip().splitlines()[-1:]}")
    return [Verdict("sqlmap", not found, f"{len(targets)} addresses, {len(found)} injectable", found)]


def deploy(_house: House) -> list[Verdict]:
    """Django's own check of a deployment over TLS: no warning."""
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    env = {
        "PATOGH_SITE_URL": "https://hangout.example.org",
        "PATOGH_BEHIND_PROXY": "1",
        "PATOGH_DATA": str(_house.data),
        "DJANGO_SETTINGS_MODULE": "patogh.conf.settings",
    }
    done = tools.run(command, **env, PYTHONPATH=os.pathsep.join([str(tools.ROOT)]))
    lines = [line for line in done.stderr.splitlines() if line.startswith("?:")]
    return [Verdict("check --deploy", done.returncode == 0, f"{len(lines)} warnings", lines)]


JUDGES: dict[str, Callable[[House], list[Verdict]]] = {
    "html": html, "lighthouse": lighthouse, "observatory": observatory, "wapiti": wapiti, "sqlmap": sqlmap, "deploy": deploy,
    "spectral": lambda house: [Verdict("spectral, OWASP ruleset", *api.spectral(house))],
    "schemathesis": lambda house: [Verdict("schemathesis", *api.schemathesis(house))],
    "forms": lambda house: [Verdict("every text in every field", *api.forms(house))],
}  # fmt: skip
