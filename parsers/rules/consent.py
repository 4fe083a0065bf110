"""Cookie banners and their states."""

from parsers.rules.rule import Rule, pattern, words

CONSENT = (
    Rule(
        "consent.cookie_text",
        "consent",
        pattern(
            r"^(?=.*\bcookies?\b)(?=.*(?:\bwe(?:'d| would)? (?:use|and our|set|like|also use|"
            r"store|need|rely)\b"
            r"|\bour (?:site|website|partners|cookies?|use of)\b|\bthis (?:web)?site (?:uses|"
            r"places|sets|stores)\b"
            r"|\bby (?:continuing|clicking|using|browsing|closing|accepting)\b"
            r"|\b(?:accept|reject|allow|manage|customi[sz]e|essential|necessary|non-essential|"
            r"optional|"
            r"analytics|functional|tracking|third.party|additional) (?:all |these |your |the |"
            r"any )*cookies\b"
            r"|\bcookies? (?:preferences|settings|policy|notice|consent|banner|statement|choices|"
            r"page|tool)\b"
            r"|\b(?:your|manage) (?:cookies?|consent|privacy) (?:choices|preferences|settings)\b))"
        ),
        words("cookie cookies"),
        "We use cookies to give you the best experience of this site.",
        "The court heard that a trail of stolen cookies led detectives to the bakery.",
        longest=900,
    ),
    Rule(
        "consent.choice_button",
        "consent",
        pattern(
            r"^(?:i )?(?:accept|reject|allow|agree|decline|deny|refuse|manage|"
            r"customi[sz]e)(?: (?:all|only|and|&|to|"
            r"essential|necessary|additional|optional|analytics|cookies?|preferences|options|"
            r"choices|"
            r"settings|consent|continue|close|proceed|selected))*\.?$"
        ),
        words("accept reject allow agree decline deny refuse manage customise customize"),
        "Accept all cookies",
        "Accept that it failed, the panel told the force.",
        longest=60,
    ),
    Rule(
        "consent.privacy_partners",
        "consent",
        pattern(
            r"\b(?:we|us) and our (?:\d+ )?(?:advertising |trusted |technology )?(?:partners|"
            r"vendors)\b.*\b(?:store|process|"
            r"access|use|data)\b|\b(?:withdraw|change|update) your (?:consent|privacy (?:choices|"
            r"settings|preferences))\b"
            r"|^(?:your privacy|we value your privacy|we care about your privacy|"
            r"your privacy(?: choices)?)$"
        ),
        words("partners vendors consent privacy"),
        "We and our partners store and access information on a device.",
        "The partners of the two officers asked the force to store the letters.",
        longest=900,
    ),
    Rule(
        "consent.in_other_languages",
        "consent",
        pattern(
            r"^(?=.*\b(?:cookies?|cwcis)\b).*\b(?:wir verwenden|diese (?:web)?seite verwendet|"
            r"akzeptieren|einwilligung|"
            r"nous utilisons|ce site utilise|accepter|utilizamos|este sitio|aceptar|utilizziamo|"
            r"questo sito|"
            r"accetta|wij gebruiken|we gebruiken|accepteren|utiliza|vi (?:bruger|använder|bruker)|"
            r"rydym (?:ni )?yn defnyddio)\b"
        ),
        words("cookie cookies cwcis"),
        "Wir verwenden Cookies, um unsere Webseite zu verbessern.",
        "Die Bäckerei verkauft Cookies auf dem Markt.",
        longest=900,
    ),
)
