"""Sharing, comments, paywalls, adverts, navigation and the small labels of a site."""

from parsers.rules.rule import Rule, pattern, words

_NETWORKS = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|email|e-mail|messenger|reddit|pinterest|telegram|"
    r"bluesky|threads|tumblr|pocket|flipboard|instagram|tiktok|copy link|link copied!?|copy|link|"
    r"print|sms|mail|xing|line|viber|vk|weibo|mastodon|more|save|share|tweet|post)"
)

SHARING = (
    Rule(
        "sharing.buttons",
        "sharing",
        pattern(
            rf"^(?:(?:share|tweet|post|pin|print|email|save|send|copy|bookmark|like)(?: (?:this|"
            rf"it|on|via|to|by|with|the|page|article|story|post|link|full|with friends|friends|"
            rf"now|using|a|copy|of|url|us|at)| {_NETWORKS})*|"
            rf"(?:{_NETWORKS}[\s|,·•/]*)+|share(?: this)?(?: (?:article|story|page|post|news|"
            rf"content|video|on social media|via|close|selection|options|tools))?|shares?:?|"
            rf"\d+ shares?|link copied.{{0,30}}|copied to clipboard|"
            r"teilen(?: auf .{2,20}| per .{2,20})?|drucken|merken|partager(?: (?:sur|l'article|"
            r"cet article).{0,30})?|imprimer|compart(?:ir|e|ilhar|ilhe)(?: (?:en|no|esta|"
            r"por).{0,30})?|condividi(?: su .{2,20})?|delen|dela|del|rhannu(?: .{2,30})?|"
            r"поделиться|поділитися|udostępnij|compartilhar)[\s:.!]{0,3}$"
        ),
        frozenset(),  # the names of networks may run together
        "Share this article",
        "Share prices fell after the verdict.",
        longest=120,
    ),
)

COMMENTS = (
    Rule(
        "comments.invitation",
        "comments",
        pattern(
            r"^(?:(?:view |show |read |see |load |hide |all |leave |add |post |write |"
            r"join )*(?:a |the |your )*(?:\d+ )?comments?(?: \(?\d+\)?)?(?: (?:section|below|here|"
            r"policy|guidelines|are closed|on this (?:article|story)|loading))*|join (?:the|"
            r"in the) (?:conversation|discussion|debate).{0,60}|have your say.{0,60}|"
            r"leave a (?:reply|comment).{0,60}|be the first to comment.{0,40}|"
            r"no comments(?: yet)?|comments (?:are|have been) (?:closed|disabled|"
            r"turned off).{0,80}|what do you think\?.{0,80}(?:comments?|below|know).{0,40}|"
            r"report this comment.{0,60}|reply|log in to comment|"
            r"(?:our|please read our) comments? (?:policy|guidelines|rules).{0,80}|"
            r"your email address will not be published\..{0,60}|required fields are marked.{0,20}|"
            r"kommentare?(?: .{0,30})?|commentaires?(?: .{0,20})?|(?:dejar? un |"
            r"deja tu )?comentarios?(?: .{0,20})?|reacties)[\s:.!*]{0,3}$"
        ),
        words(
            "comment comments report first reply join have leave think published required kommentar kommentare "
            "commentaire commentaires comentario comentarios reacties"
        ),
        "Leave a comment",
        "Comments made by the officer in the message group were read to the panel.",
        longest=200,
    ),
)

PAYWALL = (
    Rule(
        "paywall.notice",
        "paywall",
        pattern(
            r"\b(?:to (?:continue|keep|carry on) reading|(?:continue|"
            r"keep) reading (?:this article|with|by|your)|read the full (?:story|article|"
            r"version).{0,30}\b(?:app|subscri|register|log in|sign)|this (?:article|content|story|"
            r"page) is (?:only )?(?:for|available to|exclusive to|"
            r"reserved for) (?:our )?(?:subscribers|members|premium|registered)|"
            r"(?:subscribe|register|log in|sign in|subscribers?) (?:now |today |here |"
            r"or \w+ )?to (?:continue|read|access|unlock|view|keep reading|get (?:full|"
            r"unlimited))\b|(?:you have|you've) (?:reached|read|used|"
            r"\d+).{0,40}\b(?:free articles?|(?:article|monthly|story|free) limit|free stories)\b|"
            r"unlock (?:this|the full|unlimited|all)(?: \w+){0,2} (?:articles?|stor(?:y|ies)|"
            r"posts?|pieces?|content|access|issues?)\b.{0,60}|"
            r"(?:full|unlimited|digital) (?:digital )?access\b.{0,60}(?:\bsubscri\w*|\bper (?:month|week|"
            r"year)|[£$€])|subscriber[- ]exclusive|exclusive (?:to|"
            r"for) (?:our )?(?:subscribers|members)|premium (?:content|article)|(?:for|to) premium subscribers|"
            r"already a subscriber\?|only on the .{2,30} app|"
            r"weiterlesen mit|jetzt weiterlesen|lesen sie (?:diesen|den) (?:artikel|"
            r"ganzen).{0,40}(?:plus|abo)|dieser (?:artikel|inhalt) ist (?:nur )?für (?:abonnenten|"
            r"kunden)|il vous reste .{1,20} (?:de cet article )?à lire|cet article est réservé|"
            r"article réservé|réservé aux abonnés|contenido exclusivo|"
            r"exclusivo para (?:suscriptores|assinantes)|contenuto riservato)\b"
        ),
        words(
            "reading read article content story page subscribe subscriber subscribers register "
            "log sign free limit unlock access exclusive premium app weiterlesen lesen artikel "
            "inhalt reste réservé exclusivo riservato"
        ),
        "To continue reading this article, subscribe or log in.",
        "She asked to read the full statement and the panel agreed.",
        longest=420,
    ),
)

ADVERTS = (
    Rule(
        "advert.label",
        "advert",
        pattern(
            r"^[\W_]{0,3}(?:advertisement|advertisements|advert|advertising|ads?|sponsored|"
            r"sponsored (?:content|post|links?|by [^.,]{2,40})|promoted|promoted by [^.,]{2,40}|"
            r"paid (?:post|partnership|for by [^.,]{2,30})|hide ad|skip ad(?:vertisement)?|"
            r"story continues (?:below|after).{0,40}|article continues (?:below|after).{0,40}|"
            r"continues? (?:below|after) (?:ad|the ad|advert).{0,20}|scroll (?:down )?(?:to|"
            r"for) (?:continue|more).{0,30}|continue reading(?: below| the main story)?|"
            r"remove ads?|why this ad\?|report (?:this )?ad|ad feature|advertorial|anzeige|"
            r"werbung|publicité|publicidad|publicidade|pubblicità|advertentie|annons|annonce|"
            r"reklame|reklama|mainos|реклама|hysbyseb|広告|广告|廣告|광고|إعلان|ilan|reklam)[\W_]{0,3}$"
        ),
        words(
            "ad ads advert advertisement advertisements advertising advertorial sponsored promoted "
            "paid continue continues scroll anzeige werbung publicité publicidad publicidade "
            "pubblicità advertentie annons annonce reklam reklama reklame mainos реклама hysbyseb "
            "広告 广告 廣告 광고 إعلان ilan"
        ),
        "Advertisement",
        "Advertising the post cost the force £4,000.",
        longest=80,
    ),
    Rule(
        "advert.affiliate",
        "advert",
        pattern(
            r"\b(?:we may (?:earn|receive|get|make) (?:an? |some )?(?:affiliate |"
            r"small )?(?:commission|revenue|money)|contains? affiliate links|"
            r"affiliate (?:commission|links? in this)|if you (?:buy|purchase|"
            r"click) .{0,60}\b(?:commission|we may earn))\b"
        ),
        words("commission affiliate revenue earn money"),
        "We may earn a commission if you buy through links on this page.",
        "The commission found that the chief constable had been told.",
        longest=500,
    ),
)

LABELS = (
    Rule(
        "label.icon",
        "label",
        pattern(
            r"^(?:author picture icon|author|logo|icon|image|video|photo|picture|gallery|"
            r"play(?: video)?|pause|mute|unmute|close|open|menu|search|expand(?: (?:image|"
            r"article))?|toggle .{2,30}|enlarge(?: image)?|click to (?:enlarge|expand|zoom|share|"
            r"play|print|email).{0,40}|view (?:gallery|image|photos?|all .{1,8} images|caption|"
            r"comments)|show caption|hide caption|open image in gallery|\(?image \d+ of \d+\)?|"
            r"\d{1,3} ?(?:/|of) ?\d{1,3}|fullscreen|full screen|slideshow|next|previous|prev|back|"
            r"more|live|breaking|exclusive|listen(?: (?:to (?:this )?article|now|"
            r"here))?(?: .{0,14})?|\d+ ?min(?:ute)?s?(?: read)?|"
            r"(?:estimated )?(?:read(?:ing)?) ?(?:time)?:? ?\d+ ?min(?:ute)?s?(?: read)?|x|×|"
            r"\W{1,6}|new|updated|opens in (?:a )?new (?:tab|window)|external(?: link)?|"
            r"text (?:size|resize).{0,20}|a[+-]|font size.{0,20}|go back|dismiss|skip|"
            r"key points?:?|tags?:?|topics?:?|filed under:?|categories:?|category:?|source:?|"
            r"sources:?|keywords:?)$"
        ),
        frozenset(),
        "Author Picture Icon",
        "Back came the answer within an hour.",
        longest=60,
    ),
    Rule(
        "label.tags",
        "label",
        pattern(
            r"^(?:tags?|topics?|filed under|posted in|categor(?:y|ies)|keywords?|more (?:on|"
            r"about)|schlagw(?:o|ö)rter|themen|mots[- ]clés|etiquetas|temas)\s?: ?\S.{0,200}$"
        ),
        words(
            "tag tags topic topics filed posted category categories keyword keywords more "
            "schlagwörter schlagworter themen mots etiquetas temas"
        ),
        "Tags: police, Norwich, courts",
        "More: he wanted more, the court was told.",
        longest=240,
    ),
)

NAVIGATION = (
    Rule(
        "navigation.skip",
        "navigation",
        pattern(
            r"^(?:skip (?:to|past|over) .{2,40}|jump to .{2,40}|(?:home|start)(?: ?[>»/|"
            r"›→] ?[\w &'-]{2,40})+.{0,200}|you are here:?.{0,160}|breadcrumbs?|main (?:menu|"
            r"navigation)|table of contents|contents|in this (?:article|section|page):?|"
            r"on this page:?|back to top|return to top|top of page|page \d+ of \d+|first|last|"
            r"zum inhalt(?: springen)?|aller au contenu.{0,20}|neidio i.{2,30})$"
        ),
        words(
            "skip jump home start you breadcrumb breadcrumbs main table contents in on back "
            "return top page first last zum aller neidio"
        ),
        "Skip to main content",
        "Home Office officials were told of the figures in May.",
        longest=220,
    ),
)

FURNITURE = (
    Rule(
        "furniture.copyright",
        "furniture",
        pattern(
            r"^(?:(?:©|&copy;|\(c\)|copyright ©)\W?.{0,200}|"
            r"copyright\W.{0,60}\b(?:19|20)\d\d\b.{0,120}|"
            r"terms (?:of use|and conditions|of service|& conditions)|privacy (?:policy|notice)|"
            r"accessibility(?: statement)?|contact us|about us|modern slavery statement|"
            r"freedom of information)$|"
            r"\b(?:all rights reserved|"
            r"registered (?:in england|office|charity)\b.{0,160}\b(?:no|number|company)|"
            r"this (?:material|article|content) may not be (?:published|reproduced|copied)|"
            r"(?:cannot|may not|must not) be (?:reproduced|republished|redistributed)|"
            r"regulated by ipso|"
            r"independent press standards organisation\b.{0,200}\bcomplaint|"
            r"complaint about the editorial content)\b"
        ),
        words(
            "© copyright copy c rights registered terms privacy accessibility contact about modern "
            "freedom material article reproduced published copied republished redistributed ipso complaint press"
        ),
        "© Example Media 2024. All rights reserved.",
        "He said the rights of the family had been ignored from the start.",
        longest=700,
    ),
    Rule(
        "furniture.page_use",
        "furniture",
        pattern(
            r"^(?:was this (?:page|article|information|content) (?:helpful|useful|"
            r"interesting)\??.{0,40}|is this page useful\??|(?:yes|no)(?: ?[/|] ?(?:yes|no))?|"
            r"report (?:a|an) (?:problem|issue|error|mistake)(?: (?:with|on) .{2,30})?|"
            r"give feedback.{0,40}|rate this.{0,40}|(?:page )?last (?:updated|reviewed|"
            r"modified)(?: on)?:?.{0,40}|print this page|download (?:as )?pdf|translate.{0,30}|"
            r"select language.{0,30})$"
        ),
        words("was is yes no report give rate page last print download translate select"),
        "Was this page helpful?",
        "No one was told.",
        longest=100,
    ),
)
