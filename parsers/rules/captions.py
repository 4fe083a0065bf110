"""Captions and credits of pictures, where no markup says so."""

from parsers.rules.rule import Rule, pattern, words

_CREDIT = (
    r"(?:picture|pictures|image|images|photo|photos|photograph|photographs|pic|pics|credit|"
    r"credits|photo credit|image credit|picture credit|photographer|copyright|foto|fotos|bild|"
    r"bilder|crédit(?: photo)?|créditos?|llun|file photo|file image|video|graphic|illustration)"
)

CAPTIONS = (
    Rule(
        "caption.trailing_credit",
        "caption",
        pattern(
            rf"(?:^|[.!?)”\"'] |[-–—(\[|/] ?){_CREDIT}(?: by| credit|"
            rf" courtesy(?: of)?)? ?[:：/] ?[^.:]{{2,80}}[)\]]?\.?$"
            r"|\((?:afp|ap|dpa|epa|reuters|ansa|imago|getty images) ?/ ?[^()]{3,60}\)\.?$"
        ),
        words(
            "picture pictures image images photo photos photograph photographs pic pics credit "
            "credits photographer copyright foto fotos bild bilder crédit créditos crédito llun "
            "video graphic illustration afp ap dpa epa reuters ansa imago getty"
        ),
        "Stacks of files at the hearing centre - Credit: Ann Example",
        "The panel gave the officer no credit for the late admission.",
        longest=420,
    ),
    Rule(
        "caption.stated",
        "caption",
        pattern(
            r"^(?:image (?:source|caption)|media caption|figure caption|picture caption|"
            r"photo caption|caption|bildunterschrift|image copyright|media source)\s?[,:：] ?\S.*$|"
            r"^(?:image|photo|picture) by .{3,80}$|^photos? (?:courtesy|by|via|from)\b.{3,80}$"
            r"|^(?:©|\(c\)) ?(?!.*\b(?:19|20)\d\d\b|.*\breserved\b).{2,60}$|^.{0,60}/ ?(?:getty images|reuters|afp|ap|epa|shutterstock|"
            r"alamy|pa|pa wire|dpa|picture alliance|imago|istock)(?: images)?$"
            r"|^(?:file (?:photo|picture|image|pic)|stock (?:image|photo|picture)|"
            r"library (?:image|picture))\b.{0,120}$"
        ),
        words(
            "image media figure picture photo photos caption bildunterschrift © c file stock "
            "library getty reuters afp ap epa shutterstock alamy pa dpa imago istock"
        ),
        "Image source, Example Agency",
        "The image was taken by a neighbour who called the station at once.",
        longest=420,
    ),
    Rule(
        "caption.agency_alone",
        "caption",
        pattern(
            r"^[(\[]?(?:getty(?: images)?|alamy(?: stock photo)?|archant|pa(?: media| wire|"
            r" archive| images)?|press association(?: images)?|reuters|shutterstock|epa|afp|"
            r"rex(?: features)?|swns|google(?: maps| street ?view)?|"
            r"local democracy reporting service|ldrs|istock(?:photo)?|adobe stock|unsplash|pexels|"
            r"pixabay|submitted|supplied|contributed|handout|ap photo|ap)[)\]]?\.?$"
        ),
        words(
            "getty alamy archant pa press reuters shutterstock epa afp rex swns google local ldrs "
            "istock istockphoto adobe unsplash pexels pixabay submitted supplied contributed "
            "handout ap"
        ),
        "Getty Images",
        "Google said it would answer the letter.",
        longest=40,
    ),
)
