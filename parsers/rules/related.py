"""Other articles: labels over lists of them, and single lines that point to one."""

from parsers.rules.rule import Rule, pattern, words

_ENGLISH_LABELS = (
    r"(?:our |the |today's |this week's )?(?:most|more) (?:read|popular|viewed|shared|commented|"
    r"watched|recent|clicked)(?: (?:stories|articles|news|posts|now|today|this week|in .{2,30}|"
    r"on .{2,30}|with .{2,30}))?"
    r"|(?:read|discover|explore|see|view|show|find|watch|listen to) (?:more|next|also|all|"
    r"too)(?: (?:on|about|from|in|like|stories|articles|news|posts|of|related|latest|here|topics|"
    r"content).{0,60}| .{0,40} (?:news|stories|articles))?"
    r"|(?:related|recommended|suggested|similar|connected|associated|featured|popular|trending|"
    r"recent|other|further|additional)(?: (?:articles?|stor(?:y|ies)|content|news|posts?|reading|"
    r"links?|topics?|coverage|videos?|items?|pages?|reports?|for you|now|today|from .{2,40}|"
    r"on .{2,30}|in .{2,30}|information|headlines|reads|publications|documents|resources))+"
    r"|related|recommended|trending|popular"
    r"|more (?:on|from|in|about) (?:this|our|the|these)(?: .{2,40})?|more from .{2,40}|"
    r"more (?:stories|news|articles|headlines|posts|reading|like this|to explore|to read|"
    r"information|top stories|on this)(?: .{2,40})?"
    r"|more (?:latest |top |local |breaking |world |uk )+(?:news|stories|headlines)"
    r"|(?:the |today's |all )?latest(?: (?:news|stories|headlines|articles|posts|updates|videos|"
    r"from .{2,40}|in .{2,40}|on .{2,40}|stories from .{2,40}))"
    r"|you (?:may|might|could|will|may|would)(?: also)? (?:like|enjoy|be interested in|"
    r"want to (?:watch|read|see)|also like|have missed)(?: .{0,30})?"
    r"|(?:don't|do not) miss(?: (?:this|these|out|it|our .{2,30}))?|in case you missed it|icymi|"
    r"you(?:'ve)? (?:missed|may have missed)(?: .{0,20})?"
    r"|(?:top|other|must|local|big|breaking|key|hot|best|editor's|editors') (?:stories|news|"
    r"reads?|read stories|picks?|choice|headlines|topics|articles)(?: .{2,30})?"
    r"|see also|also read|also see|also of interest|read also|read next|read this next|"
    r"what to read next|what to know|up next|next up|watch next|next article|previous article|"
    r"next (?:story|post)|previous (?:story|post)|in other news|elsewhere on .{2,30}"
    r"|(?:from )?around the web|from our (?:partners|advertisers|network)|sponsored (?:content|"
    r"stories|links)|promoted (?:stories|content|links)|paid content|by taboola|"
    r"you may have missed"
    r"|explore more|keep reading|continue exploring|discover more|go deeper|dig deeper|"
    r"background reading|on this story|stories for you|picked for you|for you|"
    r"what others are reading|people also read|readers also liked|most read (?:in|on) .{2,40}|"
    r"news in pictures|in pictures"
)
_OTHER_LABELS = (
    r"lesen sie (?:auch|mehr|hier|weiter|dazu).{0,40}|mehr (?:zum thema|zu diesem thema|dazu|"
    r"aus .{2,30}|von .{2,30}|lesen|artikel|nachrichten|news|anzeigen).{0,20}|das könnte (?:sie|"
    r"dich|ihnen) (?:auch )?(?:interessieren|gefallen).{0,20}|auch interessant|"
    r"meistgelesen.{0,30}|meist ?gelesene.{0,30}|zum thema|weitere (?:artikel|nachrichten|news|"
    r"meldungen|themen|beiträge|informationen|infos).{0,40}|passend dazu|verwandte (?:artikel|"
    r"themen|beiträge)|ähnliche (?:artikel|beiträge|themen)|aktuelle(?:s| nachrichten| meldungen|"
    r" themen| beiträge)|empfohlen(?:e artikel| von der redaktion)?|unsere empfehlungen|"
    r"nächster (?:artikel|beitrag)|vorheriger (?:artikel|beitrag)"
    r"|(?:à |a )?lire (?:aussi|également|la suite|plus|ensuite).{0,40}|(?:sur|"
    r"dans) le même (?:sujet|thème)|articles? (?:similaires?|liés?|connexes?|associés?|"
    r"recommandés?|récents?)|les (?:plus|articles les plus) (?:lus|partagés|récents).{0,20}|"
    r"voir aussi|à découvrir.{0,20}|en savoir plus|plus d'articles.{0,20}|dernières (?:actualités|"
    r"nouvelles|infos)|à ne pas manquer|nos recommandations"
    r"|(?:lee|lea|leer|ver|vea|mira) (?:también|además|más).{0,30}|te (?:puede|podría|"
    r"recomendamos).{0,30}|(?:le|quizás te) puede interesar|más (?:información|noticias|sobre|"
    r"leídas?|leído|vistas?).{0,30}|noticias relacionadas|artículos? relacionados?|"
    r"lo más (?:leído|visto|popular).{0,20}|relacionad[oa]s?|contenido relacionado|"
    r"últimas noticias"
    r"|leggi anche.{0,40}|potrebbe(?:ro)? (?:anche )?interessart[ie].{0,20}|articoli (?:correlati|"
    r"recenti|simili)|i più letti|notizie correlate|ultime notizie|approfondisci"
    r"|(?:leia|veja|confira|saiba) (?:também|mais|ainda).{0,30}|(?:as )?mais lidas.{0,20}|"
    r"(?:notícias|artigos|matérias|conteúdo|posts) relacionad[oa]s?|últimas notícias|"
    r"você pode gostar.{0,20}|recomendado para você"
    r"|lees (?:ook|meer|verder).{0,40}|meest gelezen.{0,20}|gerelateerd(?:e (?:artikelen|"
    r"berichten))?|meer (?:over|nieuws|van|lezen).{0,30}|ander nieuws|laatste nieuws"
    r"|(?:läs|les|læs) (?:också|også|mer|mere|även|videre).{0,40}|(?:mest|siste|senaste|"
    r"seneste) (?:läst|lest|læst|nytt|nyheter|nyt)|relaterade? (?:artiklar|artikler|nyheter)|"
    r"lue (?:myös|lisää).{0,30}|luetuimmat|aiheesta lisää"
    r"|(?:czytaj|zobacz|przeczytaj|sprawdź) (?:też|także|również|więcej).{0,40}|powiązane.{0,20}|"
    r"najczęściej czytane|najnowsze|čtěte (?:také|více).{0,30}|mohlo by vás zajímat|"
    r"související.{0,20}|olvassa el.{0,30}|kapcsolódó.{0,20}|citește și.{0,30}|ilgili haberler|"
    r"son haberler|bunlar da ilginizi çekebilir"
    r"|читайте (?:также|еще|ещё|нас|в|також).{0,60}|по теме|похожие (?:новости|статьи|материалы)|"
    r"материалы по теме|популярное|последние новости|главные новости|(?:ще )?по темі|(?:останні|"
    r"головні) новини|новини за темою|дивіться також.{0,30}|смотрите также.{0,30}"
    r"|darllen(?:wch)? (?:mwy|hefyd).{0,40}|straeon (?:cysylltiedig|eraill).{0,20}|"
    r"(?:y )?newyddion diweddaraf|mwy o (?:newyddion|straeon|hanesion).{0,30}|mwyaf poblogaidd"
    r"|関連(?:記事|リンク|ニュース|キーワード)?|あわせて読みたい|おすすめ(?:記事)?|人気記事|相关(?:阅读|新闻|文章|报道|链接|推荐)|相關(?:新聞|文章|報導|"
    r"閱讀)|延伸閱讀|推荐阅读|热门(?:文章|新闻|推荐)|更多(?:新聞|新闻|文章|内容)|관련 ?기사|많이 본 뉴스|추천 ?기사|اقرأ (?:أيضا|أيضًا|"
    r"ايضا|المزيد).{0,40}|مواضيع ذات صلة|أخبار ذات صلة|الأكثر قراءة|קראו (?:גם|עוד).{0,30}|"
    r"संबंधित.{0,20}|यह भी पढ़ें.{0,30}"
)
_LABEL = rf"^(?!.*[.]$)[\W_]{{0,4}}(?:{_ENGLISH_LABELS}|{_OTHER_LABELS})[\s:>»→›…!?]{{0,4}}$"
# (Vowel signs part the words of Devanagari.)
_LABEL_WORDS = words(
    # English
    "most more next also all too related recommended suggested similar connected associated "
    "featured popular trending recent other further additional latest you miss icymi top must "
    "local big breaking key hot best editor editors see know up previous elsewhere around partners "
    "advertisers network sponsored promoted paid taboola keep continue deeper background story "
    "others pictures "
    # German, French, Spanish, Italian, Portuguese
    "lesen mehr könnte interessant meistgelesen meistgelesene meistgelesenen gelesene gelesenen "
    "thema weitere passend verwandte ähnliche aktuelle aktuelles empfohlen empfohlene empfehlungen "
    "nächster vorheriger lire même article articles les voir découvrir savoir plus dernières à "
    "recommandations lee lea leer ver vea mira te puede más noticias artículo artículos "
    "relacionada relacionadas relacionado relacionados contenido leggi potrebbe potrebbero "
    "articoli più notizie ultime approfondisci leia veja confira saiba mais últimas você "
    "recomendado "
    # Dutch, Nordic, Polish, Czech, Hungarian, Romanian, Turkish
    "lees meest gerelateerd gerelateerde meer nieuws läs læs mest siste senaste seneste "
    "relaterad relaterade lue luetuimmat aiheesta czytaj zobacz przeczytaj sprawdź powiązane "
    "najczęściej najnowsze čtěte mohlo související olvassa kapcsolódó citește haberler bunlar "
    # Ukrainian and Russian, Welsh
    "читайте теме похожие популярное последние главные темі останні головні темою дивіться "
    "смотрите darllen darllenwch straeon newyddion mwy mwyaf "
    # Written otherwise
    "関連 関連記事 関連リンク 関連ニュース 関連キーワード あわせて読みたい おすすめ おすすめ記事 人気記事 相关阅读 相关新闻 "
    "相关文章 相关报道 相关链接 相关推荐 相關新聞 相關文章 相關報導 相關閱讀 延伸閱讀 推荐阅读 热门文章 热门新闻 热门推荐 "
    "更多新聞 更多新闻 更多文章 更多内容 관련 관련기사 많이 추천 추천기사 اقرأ مواضيع أخبار الأكثر קראו ब यह"
)

RELATED = (
    Rule(
        "related.label",
        "related",
        pattern(_LABEL),
        _LABEL_WORDS,
        "More Latest News",
        "Most read out their statements in tears.",
        scope="run",
        longest=90,
    ),
    Rule(
        "related.inline_link",
        "related",
        pattern(
            r"^[\W_]{0,4}(?:read (?:more|also|next|now|this|the full story|the story|our|"
            r"the related)(?: (?:about|on|here|from|in|at) .{2,40})?|related(?: (?:stor(?:y|ies)|"
            r"articles?|content|news|coverage|reading|video))?|"
            r"see (?:also|more)|also (?:read|see|on .{2,30})|watch(?: (?:more|now|also|this|live|"
            r"the .{2,20}))?|more (?:on this|on this story|from .{2,40}|news|about .{2,40}|"
            r"stories|here)|"
            r"(?:don't|do not) miss|must[- ]read|recommended|recommended reading|"
            r"listen(?: (?:here|now|to .{2,20}))?|explore more|in pictures|video|gallery|podcast|"
            r"up next|previously|trending|exclusive|top story|opinion|dig deeper|go deeper|"
            r"explained|analysis|further reading|"
            r"lesen sie (?:auch|mehr|hier)|lies auch|mehr (?:dazu|zum thema|zu diesem thema)|"
            r"auch interessant|passend dazu|(?:à |a )?lire(?: aussi| également)?|voir aussi|"
            r"lee (?:también|además|más)|lea también|te puede interesar|leggi anche|"
            r"leia (?:também|mais)|veja (?:também|mais)|lees (?:ook|meer)|"
            r"läs (?:också|mer|även)|les også|læs også|lue myös|czytaj (?:też|także|również|"
            r"więcej)|zobacz (?:też|także|również)|читайте (?:также|також)|darllen(?:wch)? (?:mwy|"
            r"hefyd)|یہ بھی پڑھیں|اقرأ (?:أيضا|أيضًا)|ऐसे भी)"
            r"\s?(?:[:：|»>→]|\s[–—-]\s)\s?\S.{3,220}$"
        ),
        words(
            "read related see also watch more miss must recommended listen explore pictures video "
            "gallery podcast up previously trending exclusive top opinion deeper explained analysis "
            "further lesen lies mehr auch passend lire voir lee lea te leggi leia veja lees läs les "
            "læs lue czytaj zobacz читайте darllen darllenwch یہ اقرأ ऐस"
        ),
        "Read more: Force apologises to family of missing man",
        "Read more than once, the letter still made no sense to the officers who found it.",
        longest=300,
    ),
    Rule(
        "related.pointer",
        "related",
        pattern(
            r"^[\W_]{0,4}(?:(?:click|tap|go|follow|head) (?:here|through|over)?.{0,20}(?:for|"
            r"to (?:read|see|view|get)) (?:more|the latest|all the latest|"
            r"other) (?:.{0,30} )?(?:news|stories|headlines|articles|updates)\b.{0,60}|"
            r"for (?:more|the latest|all the latest) (?:.{0,30} )?(?:news|stories|"
            r"headlines)\b.{0,120}(?:click|visit|follow|see|check|head|read|tap|go to)\b.{0,80}|"
            r"(?:see|view|show|load) (?:all|more)(?: .{0,50})?|back to (?:news|top|all|the top|"
            r"home|list|listing).{0,30}|all (?:news|stories|articles|posts)|(?:previous|"
            r"next)(?: (?:page|article|story|post))?)[\s.!:>»→]{0,4}$"
        ),
        words("click tap go follow head for see view show load back all previous next"),
        "Click here for more news from across the county",
        "For more than a year the news was kept from them, the family said.",
        longest=220,
    ),
)
