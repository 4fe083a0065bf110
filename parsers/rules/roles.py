"""Lines written for the reader of this article: whom to call, where to read on about its subject."""

from parsers.rules.rule import RoleRule, pattern, words

_NUMBER = (
    r"(?:\b(?:101|999|111|112|911|18000|61016)\b|\b0\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}\b|"
    r"\b0\d{3,4} ?\d{2,3} ?\d{2,4}\b|\+\d{1,3}[ \d()-]{7,16}|\b116 ?\d{3}\b|"
    r"\b\(?\d{3}\)?[ -]\d{3}-\d{4}\b)"
)
_ADDRESS = r"(?:\bwww\.\w|\bhttps?://\w|\w@\w)"

ROLE_RULES = (
    RoleRule(
        "contact.reach",
        "contact",
        pattern(
            r"^(?=.*(?:\d{3}|www\.|@|https?:))(?:"
            rf".*\b(?:call(?:ing)?|ring(?:ing)?|phon(?:e|ing)|dial(?:ling)?|text(?:ing)?|telephone|"
            rf"contact(?:ing)?|e-?mail(?:ing)?|report|reach(?:ed)?|questions?|helpline|"
            rf"get in touch|in touch|speak to|talk to|visit(?:ing)?|message|quote|"
            rf"quoting)\b.{{0,200}}(?:{_NUMBER}|{_ADDRESS})"
            rf"|.*{_NUMBER}.{{0,80}}\b(?:quoting|to report|for (?:help|support|advice))\b)"
        ),
        words(
            "call calling ring ringing phone phoning dial dialling text texting telephone contact "
            "contacting email emailing mail mailing report reach reached question questions "
            "helpline touch speak talk visit visiting message quote quoting help support advice"
        ),
        "Anyone with information can call 101 or email appeals@example.org.",
        "He called the station twice that night and no one came.",
    ),
    RoleRule(
        "contact.support",
        "contact",
        pattern(
            r"\bif you(?:'ve| have)? been affected by\b.{0,160}|\b(?:help|support|"
            r"advice)(?: and (?:help|support|advice))? (?:is|are) available\b.{0,120}"
            r"|\bwould rather .{2,40}\bcan (?:contact|call|speak to|ring)\b"
        ),
        words("affected available rather"),
        "If you have been affected by this story, help is available.",
        "She said that no help was offered to the family.",
    ),
    RoleRule(
        "contact.charity",
        "contact",
        pattern(
            r"\b(?:can|could|should|please|may|always|alternatively,?|advised to|urged to|"
            r"asked to)\b.{0,40}\b(?:call|contact|ring|speak to|report|get in touch|visit|phone|"
            r"reach)\b.{0,80}\b(?:crimestoppers|samaritans|childline|refuge|victim support|"
            r"women's aid|helpline|hotline|the police|(?:call|contact|ring|tell|with) us|our team|"
            r"signpost|citizens advice|our website|the website|online)\b"
            r"|\b(?:crimestoppers|samaritans|childline)\b.{0,80}\b(?:on|anonymously|confidential|"
            r"online|call|contact)\b"
            r"|\balways (?:call|dial|ring) 999\b|\b(?:in|if it is|"
            r"if it's) an emergency,?.{0,60}\b999\b"
        ),
        words(
            "call contact ring speak report touch visit phone reach crimestoppers samaritans "
            "childline dial emergency"
        ),
        "You can also contact the charity Crimestoppers anonymously.",
        "Her sister told the inquest that the charity never wrote back.",
    ),
    RoleRule(
        "call_to_action.find_out_more",
        "call_to_action",
        pattern(
            r"^[\W_]{0,3}(?:(?:to )?(?:find out|learn|discover) (?:more|how|what|about|if|"
            r"whether)\b.{0,220}|(?:for|to get|to find|get) (?:more|further|full|"
            r"additional) (?:information|details?|advice|help|support|guidance)\b.{0,220}|(?:more|"
            r"further) (?:information|details?|advice|guidance) (?:is|are|can be|about|"
            r"on)\b.{0,220}|"
            r"(?:you can )?(?:read|download|view|see|visit|watch|access) (?:the|our|about|your|"
            r"a copy of) (?:full |final |complete |investigation |new |latest |whole |"
            r"original )*(?:report|findings|summary|statement|review|strategy|plan|guidance|"
            r"website|web ?page|page|policy|document|consultation|survey|letter|judgment|decision|"
            r"response|publication|inspection|recommendations?|campaign|leaflet|"
            r"details)\b.{0,180}|"
            r"read more about \w.{3,120}\.|(?:the |our )?(?:new |full )?\w[\w ,]{2,60} (?:is|are|"
            r"can be (?:found|seen|read)) (?:available )?on (?:our|the) web ?site\.?|"
            r"click here\b.{0,200}|visit (?:our|the) .{2,60}\b(?:page|website|web ?site|"
            r"site)\b.{0,120}|find (?:more |further |out )?(?:information|details|advice|help|"
            r"support)\b.{0,200}|(?:am|i gael|cewch) (?:ragor|fwy) o wybodaeth.{0,200})$"
        ),
        words(
            "find learn discover for further more read download view see visit watch access click "
            "information get to you website site ragor fwy"
        ),
        "Find out more about how we work with victims of abuse.",
        "Read the full story of the case and it is hard not to ask who knew.",
    ),
)
