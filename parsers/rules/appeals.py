"""What a publisher asks for itself: money, sign-ups, follows, apps."""

from parsers.rules.rule import Rule, pattern, words

APPEALS = (
    Rule(
        "appeal.support_journalism",
        "appeal",
        pattern(
            r"\b(?:asking for your (?:support|help)|(?:every|your|any|a) (?:contribution|"
            r"donation)\b.{0,60}\b(?:help|helps|support|make|fund|keep|allow|enable|power|goes|"
            r"continue)\b|your (?:support|subscription) (?:\w+ ){0,3}?(?:helps?|funds?|keeps?|"
            r"allows?|enables?|powers?|goes)\b"
            r"|support (?:our|local|independent|quality|good|us) ?(?:local |independent |"
            r"quality |investigative )?(?:journalism|newsroom|reporting|newspaper|work|"
            r"journalists|news|us)\b"
            r"|(?:help|helps) (?:us |to |fund |fund our |keep |sustain |support )*(?:produce|"
            r"continue|keep|fund|independent|our journalism|journalism)\b.{0,80}\b(?:journalism|"
            r"reporting|newsroom|free (?:for|to|of)|news)\b"
            r"|(?:if you (?:value|like|enjoy|appreciate)|do you value) (?:our|what we|"
            r"independent|quality|local|this (?:\w+ )?(?:article|story|post|newsletter|site|"
            r"podcast|piece|content|reporting|journalism))\b.{0,120}"
            r"|(?:donate|contribute|give) (?:today|now|here|to (?:us|support|our|keep|help)|"
            r"as little as|monthly|what you can)\b|(?:buy|shout) us a coffee)"
        ),
        words(
            "support contribution donation subscription journalism donate contribute value like "
            "enjoy "
            "appreciate coffee help helps give"
        ),
        "Every contribution will help us to go on reporting for our towns.",
        "Officers are asking for help to trace a man who ran from the scene.",
        longest=700,
    ),
    Rule(
        "appeal.for_the_paper",
        "appeal",
        pattern(
            r"^(?=.*\b(?:(?:local |this |our |the )?(?:newspapers?|paper|journalis(?:m|ts?)|newsroom|"
            r"reporters|titles?)\b|local news))"
            r"(?=.*\b(?:your (?:support|help|contribution|donation|generosity)|(?:asking|ask|"
            r"turn to|rely on|appeal to|need|invite) (?:\w+ ){0,2}(?:readers|you)\b|"
            r"grateful for (?:your|any)|"
            r"(?:any|every|each|a small|a few|whatever) (?:sum|contribution|donation|gift|pounds?|"
            r"pence|you (?:can )?(?:give|spare|afford))|help us|support us|fund us|back us))"
            r"(?=.*\b(?:we|us|our)\b)"
        ),
        words(
            "newspaper newspapers paper journalism journalist journalists newsroom reporters "
            "title titles news"
        ),
        "Times are hard for newspapers, and we would be grateful for your help.",
        "We told the paper that our help had been refused, the couple said.",
        longest=900,
    ),
    Rule(
        "appeal.button",
        "appeal",
        pattern(
            r"^[\W_]{0,4}(?:(?:please )?(?:become|be) an? (?:.{0,24} )?(?:supporter|member|"
            r"subscriber|patron|friend)|(?:donate|subscribe|register|join|sign ?up|contribute|"
            r"support us|support|follow us|follow)"
            r"(?: (?:now|today|here|us|for free|free|to [^.,;“”\"]{2,60}|for [^.,;“”\"]{2,60}|via [^.,;“”\"]{2,20}|"
            r"on [^.,;“”\"]{2,40}|us on [^.,;“”\"]{2,50}|our [^.,;“”\"]{2,40}))?|get (?:our|the) (?:free )?(?:app|newsletter|"
            r"[^.,;“”\"]{2,30} newsletter)|"
            r"(?:make|give) a (?:donation|contribution)|download (?:our|"
            r"the) (?:free )?(?:.{0,20} )?app[^.,;“”\"]{0,60}|(?:log|sign) ?in(?: (?:to|or|with) [^.,;“”\"]{2,40})?|"
            r"already (?:a )?(?:subscriber|member|registered|subscribed|have an account)[^.,;“”\"]{0,40}|"
            r"start (?:your )?free trial|try (?:it )?(?:free|for)[^.,;“”\"]{0,30}|"
            r"view (?:our )?subscription (?:offers|options)|subscribe (?:from|for) .{1,20}|"
            r"enter your email(?: address)?[^.,;“”\"]{0,30}|email address|your email(?: address)?|"
            r"newsletters?|our newsletters?|sign me up!?)[\s!:>»→*]{0,4}$"
        ),
        words(
            "become be donate subscribe register join sign signup signin contribute support follow get "
            "make give download log login already "
            "start try view enter email your newsletter newsletters our please"
        ),
        "Become a Supporter",
        "Support officers went door to door.",
        scope="pair",
        longest=110,
    ),
    Rule(
        "appeal.newsletter",
        "appeal",
        pattern(
            r"\b(?:(?:sign(?:ing)? up|subscrib(?:e|ing)|register|join|opt in|get|receive|"
            r"want (?:more|our|all|the|to (?:get|receive|stay)))\b.{0,100}"
            r"\b(?<!\ba )(?<!\btheir )(?<!\byour )(?:newsletters?|mailing list|e-?mail (?:alerts?|updates?|"
            r"bulletins?|list|notifications?)|bulletin|daily briefing|morning briefing|"
            r"breaking news alerts?|"
            r"(?:straight|delivered|direct|right|directly)(?: .{0,20})? to your (?:inbox|phone|"
            r"email|device)|news alerts|push notifications|(?:whatsapp|telegram) (?:channel|group|"
            r"community))"
            r"|(?:our|this|free|weekly|"
            r"daily) (?:.{0,40} )?newsletters?\b.{0,80}\b(?:sign up|(?<!\bi )subscribe|inbox|delivered|"
            r"register)\b"
            r"|you can unsubscribe\b|unsubscribe (?:at any time|anytime|here|by clicking)\b"
            r"|(?:get|receive|sent|delivered|straight|direct|directly|right)\b.{0,80}"
            r"\b(?:to|in|into) your inbox\b"
            r"|by (?:signing up|subscribing|registering|submitting|entering your email|"
            r"providing your email|clicking)\b.{0,120}\b(?:agree|privacy|terms|consent|policy|"
            r"receive)\b)"
        ),
        words(
            "newsletter newsletters sign signing subscribe subscribing register inbox unsubscribe "
            "bulletin briefing alert alerts list email mail channel group join submitting entering "
            "clicking phone device notifications registering providing whatsapp telegram"
        ),
        "Sign up to our free newsletter and get the news straight to your inbox.",
        "He signed on as a special and joined the force two years later.",
        longest=500,
    ),
    Rule(
        "appeal.follow",
        "appeal",
        pattern(
            r"\b(?:(?:(?:follow|like|find|join|connect with|subscribe to|add|visit|catch) (?:us|me|"
            r"our|@\w[\w.]{1,29})|(?:follow|find|join|add) (?:the .{2,30}|(?!you\b|them\b|him\b|"
            r"her\b|it\b|if\b)\w[\w.]{1,29}(?: \w+){0,3}))\b.{0,60}\b(?:on|at|via|"
            r"to our) (?:.{0,24} )?(?:facebook|twitter|instagram|x\b|tiktok|youtube|whatsapp|"
            r"linkedin|threads|bluesky|telegram|google news|social media|pinterest|flipboard|"
            r"apple news|spotify)\b"
            r"|follow us\b|(?:like|find) us (?:on|at|here|online)\b|as (?:a|your) (?:preferred|"
            r"trusted) source\b.{0,30}\bgoogle\b|get in touch with (?:our|the) (?:news ?desk|"
            r"news ?room|news team|reporter)\b"
            r"|do you (?:have|know) (?:a|any|of an?|anything|more)\b.{0,60}\b(?:story|tip|tips|"
            r"photos?)\b.{0,80}\b(?:email|e-mail|contact|call|get in touch|send|share|us)\b|"
            r"(?:got|have|have you got) (?:a|any) (?:story|tip|news tip)\b.{0,100}|"
            r"send (?:us )?your (?:stories|story ideas|photos|pictures|videos)\b"
            r"|follow (?:our|the) (?:.{0,30} )?(?:live ?blog|channel|page)\b|(?:use|download|"
            r"get) (?:our (?:.{0,30} )?|the (?:free |new |official )?)app\b.{0,100}|available (?:on|in|"
            r"from) the (?:app store|google play)|leave (?:us )?a (?:comment|"
            r"review)\b.{0,60}\b(?:below|know|thoughts)|let us know (?:what you think|"
            r"your thoughts|in the comments))"
        ),
        words(
            "follow like find join connect subscribe add visit catch facebook twitter instagram tiktok "
            "youtube whatsapp google story tip tips send app comment comments newsdesk newsroom "
            "reporter review thoughts think photo photos get"
        ),
        "Follow us on Facebook and X for the latest from your town.",
        "Two people follow the case on behalf of the family and were in court.",
        longest=320,
    ),
    Rule(
        "appeal.in_other_languages",
        "appeal",
        pattern(
            r"\b(?:newsletter|infolettre|boletín|boletim|nieuwsbrief|nyhetsbrev|nyhedsbrev|"
            r"uutiskirje|рассылк(?:а|и|е|у|ой)|розсил(?:ка|ку|ки|ці)|cylchlythyr)\b.{0,160}\b(?:abonnieren|anmelden|"
            r"bestellen|inscri\w+|abonne\w*|recev\w+|suscr\w+|recib\w+|iscri\w+|inscrev\w+|"
            r"assin\w+|aanmelden|schrijf|prenumerera|anmäl|tilmeld|meld|tilaa|zapisz|подпи\w+|"
            r"підпи\w+|cofrestru|tanysgrifi\w*|kostenlos|gratis|hier)\b"
            r"|\b(?:abonnieren sie|jetzt abonnieren|jetzt anmelden|folgen sie uns|folge uns|"
            r"abonnez-vous|suivez[- ]nous|inscrivez-vous|suscríbete|suscríbase|síguenos|"
            r"sigue[- ]nos|siga[- ]nos|siga o|assine|iscriviti|seguici|abonneer|volg ons|följ oss|"
            r"følg oss|følg os|seuraa meitä|obserwuj nas|śledź nas|подписывайтесь|підписуйтес[ья]|"
            r"dilynwch ni|takip edin)\b"
        ),
        words(
            "newsletter infolettre boletín boletim nieuwsbrief nyhetsbrev nyhedsbrev uutiskirje "
            "рассылка рассылку рассылки рассылке рассылкой розсилка розсилку розсилки розсилці cylchlythyr abonnieren anmelden folgen "
            "folge abonnez suivez inscrivez suscríbete suscríbase síguenos sigue siga assine "
            "iscriviti seguici abonneer volg följ følg seuraa obserwuj śledź подписывайтесь "
            "підписуйтесь підписуйтеся dilynwch takip"
        ),
        "Jetzt abonnieren und keinen Beitrag verpassen!",
        "Die Polizei bat um Hinweise aus der Bevölkerung.",
        longest=360,
    ),
)
