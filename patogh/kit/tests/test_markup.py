import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.kit import limits
from patogh.kit.markup import TextTooLong, diff, excerpt, html_to_markdown, readable, render

MARKDOWNISH = st.text(alphabet="ab سلام*_[]()`>#-|\n\\!<&@:/1.~\"'", max_size=120)
TAGS = {
    "p", "br", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code", "em", "strong", "s", "a", "img",
    "hr", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"dir", "href", "rel", "class", "title", "src", "alt", "loading", "decoding", "start"}

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<a href="javascript:alert(1)">x</a>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<details open ontoggle=alert(1)>",
    "<template><script>alert(1)</script></template>",
    '<xmp><p title="</xmp><svg/onload=alert(1)>">',
    "<style>@import 'javascript:alert(1)'</style>",
    "<body onload=alert(1)>",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<object data="javascript:alert(1)"></object>',
    '<base href="javascript:/a/">',
    "<!--><img src=x onerror=alert(1)>-->",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x" onerror="alert(1)](/media/a.webp)',
    "![x](/media/../admin)",
    '[x](/ok "t\\" onclick=alert(1)")',
    "<javascript:alert(1)>",
    '```" onclick=alert(1)\nx\n```',
    '```js" class="x\nx\n```',
    "[x]: javascript:alert(1)\n\n[x]",
    'https://a.ir/"onmouseover=alert(1)',
    "[a](https://x'onclick=alert(1)//)",
    "|a|\n|-|\n|<img src=x onerror=alert(1)>|",
    '@abc"><script>alert(1)</script>',
]


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.seen = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def assert_harmless(html):
    for tag, attrs in Tags(html).seen:
        assert tag in TAGS
        assert set(attrs) <= ATTRIBUTES
        assert re.match(r"https?://|mailto:|/|#", attrs.get("href", "/"), re.IGNORECASE)
        assert attrs.get("src", "/media/").startswith("/media/")
        assert ".." not in attrs.get("src", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_become_harmless(text):
    assert_harmless(render(text).html)
    assert_harmless(render(f"> - {text}\n\nsecond {text}").html)


@settings(max_examples=300)
@given(MARKDOWNISH)
def test_any_text_becomes_harmless(text):
    assert_harmless(render(text).html)


@pytest.mark.parametrize("deep", [
    ">" * 50_000, "> " * 25_000, "[" * 50_000, "*" * 50_000, "- " * 25_000, "1. " * 16_000, "> - " * 12_000,
    "![" * 25_000, "`" * 50_000, "_" * 50_000, "\n".join(" " * 2 * n + "- x" for n in range(200)), "|-" * 25_000,
    "(http://a.ir" * 4_000, "<" * 50_000, "http://a" + ")" * 49_000, "\n" * 50_000, "a\n" * 25_000, "[a]: /b\n" * 6_000,
])  # fmt: skip
def test_deep_or_long_shapes_neither_recurse_nor_lose_text(deep):
    rendered = render(deep)
    assert_harmless(rendered.html)
    assert rendered.html.count("<blockquote") <= limits.NESTING_LEVELS_MAX


def test_a_list_deeper_than_the_parser_goes_keeps_its_last_line():
    assert "the end" in render("\n".join(" " * 2 * n + "- x" for n in range(80)) + " the end").html


def test_a_megabyte_is_refused_before_it_is_read():
    with pytest.raises(TextTooLong) as refused:
        render("a" * 1_000_000)
    assert refused.value.status == 413


def test_overrides_controls_and_surrogates_go():
    assert readable("a\u202eb\u2066c\x00d\ud800e\r\nf\u2028g") == "abcd\ufffde\nf\ng"


def test_paragraphs_decide_their_own_direction_and_holders_follow_their_first_letter():
    html = render("سلام\n\nhello\n\n> نقل\n\n- one\n- دو").html
    assert html.count('<p dir="auto">') == 3
    assert '<blockquote dir="rtl">' in html
    assert '<ul dir="ltr">\n<li dir="auto">one' in html


def test_headings_go_down_two_levels_and_code_stays_left_to_right():
    html = render("# یک\n\n###### شش\n\n```py\nx = 1\n```").html
    assert '<h3 dir="auto">یک</h3>' in html
    assert '<h6 dir="auto">شش</h6>' in html
    assert '<pre dir="ltr"><code class="language-py">x = 1' in html


def test_outside_links_are_marked_and_listed_and_inside_ones_are_not():
    rendered = render("[a](https://x.ir) [b](/t/1) <https://y.ir> https://z.ir/a_b_c، و (https://en.wiki/A_(b)).")
    assert rendered.links == ["https://x.ir", "https://y.ir", "https://z.ir/a_b_c", "https://en.wiki/A_(b)"]
    assert rendered.html.count('rel="nofollow ugc noopener"') == 4
    assert '<a href="/t/1">b</a>' in rendered.html


def test_our_pictures_are_shown_and_others_become_links():
    rendered = render("![دوچرخه](/media/p/1.webp) ![far](https://evil.example/t.gif)")
    assert rendered.pictures == ["/media/p/1.webp"]
    assert '<img src="/media/p/1.webp" alt="دوچرخه" loading="lazy"' in rendered.html
    assert '<a href="https://evil.example/t.gif" rel="nofollow ugc noopener">far</a>' in rendered.html


def test_mentions_are_found_outside_code_links_and_addresses():
    text = "@Maryam_s سلام @ali، `@code` [@link](/x) a@mail.ir @ab https://x.ir/@path\n\n    @block"
    rendered = render(text)
    assert rendered.mentions == ["maryam_s", "ali"]
    assert '<a class="mention" dir="ltr" href="/@maryam_s">@Maryam_s</a>' in rendered.html


def test_the_plain_text_says_what_the_page_says():
    rendered = render("**سلام** [دنیا](https://x.ir)\n\n- یک\n\n```\nx\n```\n\n![alt](/media/a.webp)")
    assert rendered.text == "سلام دنیا\nیک\nx\nalt"
    assert rendered.excerpt == "سلام دنیا یک x"


@given(st.text(max_size=400), st.integers(5, 80))
def test_an_excerpt_fits_and_stands_on_one_line(text, chars_max):
    cut = excerpt(text, chars_max)
    assert len(cut) <= chars_max + 1
    assert cut == " ".join(cut.split())


def test_an_excerpt_ends_after_a_whole_word():
    assert excerpt("سلام دنیای بزرگ ما", 12) == "سلام دنیای…"


def test_a_difference_marks_words():
    assert diff("سلام دنیا\nدو", "سلام جهان\nدو") == (
        '<p dir="auto">سلام <del>دنیا</del><ins>جهان</ins></p>\n<p dir="auto">دو</p>'
    )
    assert diff("a <b>", "a <b>") == '<p dir="auto">a &lt;b&gt;</p>'


@given(MARKDOWNISH, MARKDOWNISH)
def test_a_difference_holds_both_versions(old, new):
    html = diff(old, new)
    plain = re.sub(r"</?(?:p|ins|del)(?: dir=\"auto\")?>", "", html)
    assert "<" not in plain
    kept = re.sub(r"<del>.*?</del>", "", html)
    assert re.sub(r"\s|<[^>]*>", "", kept) == re.sub(
        r"\s", "", re.sub("<", "&lt;", re.sub(">", "&gt;", new.replace("&", "&amp;")))
    )


def test_a_difference_of_long_texts_is_bounded():
    old, new = "a b " * 12_000, "b a " * 12_000
    assert diff(old, new).count("<del>") == 1


@pytest.mark.parametrize(("html", "markdown"), [
    ("<p>a <b>b </b>c</p><p>d<br>e</p>", "a **b** c\n\nd\ne"),
    ("<p><a href='https://x.ir/a b(c)'>a*b</a></p>", "[a\\*b](https://x.ir/a%20b%28c%29)"),
    ("<a href='javascript:alert(1)'>x</a>", "x"),
        ("CO<sub>2</sub> is known<sup>1</sup>", "CO₂ is known¹"),
    ("<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", "> a\n>\n> b\n\nc"),
    ("<ul><li>a<ol start=3><li>b<li>c</ol></li><li>d</li></ul>", "- a\n  3. b\n  4. c\n- d"),
    ("<pre><code>x\n  ```\n</code></pre>", "````\nx\n  ```\n````"),
    ("<p>use <code>a`b</code></p>", "use ``a`b``"),
    ("<h2>T</h2><hr><p># no</p><p>1. no</p>", "## T\n\n---\n\n\\# no\n\n1\\. no"),
    ("<img src='https://x.ir/a.png' alt='pic'>", "[pic](https://x.ir/a.png)"),
    ("<script>bad()</script><style>x</style><custom>kept</custom>", "kept"),
    ("<p>&lt;script&gt; &amp; *x*</p>", "\\<script\\> & \\*x\\*"),
])  # fmt: skip
def test_foreign_html_becomes_markdown(html, markdown):
    assert html_to_markdown(html) == markdown


@given(st.text(alphabet="<>/abpliulquoe cd=\"'&;!-سلام\n", max_size=200))
def test_broken_html_never_raises_and_renders_harmless(html):
    assert_harmless(render(html_to_markdown(html)).html)


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_is_harmless_after_import(html):
    assert_harmless(render(html_to_markdown(html)).html)


@pytest.mark.parametrize(
    "deep",
    [
        "<blockquote>" * 20_000 + "x",
        "<ul><li>" * 20_000 + "x",
        "<b>" * 20_000 + "x",
        "<p" * 50_000,
        "<!--" * 20_000 + ">",
        "<a " * 30_000 + ">",
    ],
)
def test_deep_html_is_flattened(deep):
    assert len(html_to_markdown(deep)) < 200_000
