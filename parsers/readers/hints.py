"""What names of classes and ids hint at: words of web trade, not of any site."""

from __future__ import annotations

import re
from functools import lru_cache

from parsers import document as d

# Words, and pairs of neighbouring words written with "-", that a name is split into.
# "relatedPosts", "related-posts" and "related_posts" are all: related, posts, related-posts.
_LEXICON: tuple[tuple[int, str], ...] = (
    (
        d.H_CONSENT,
        "cookie cookies cookiebar cookiebanner cookieconsent consent gdpr ccpa onetrust optanon "
        "cookiebot cybotcookiebot didomi usercentrics truste quantcast cmp qc-cmp sp-message "
        "privacy-banner privacy-notice privacy-bar privacy-popup cookielaw cc-window cc-banner",
    ),
    (
        d.H_RELATED,
        "related relatedposts relatedarticles relatedcontent relation recommended recommendation "
        "recommendations recommend most-read mostread most-popular most-viewed most-shared "
        "popular popularposts trending teaser teasers read-more readmore read-next read-also "
        "more-stories more-news more-articles more-from more-on more-posts more-like more-about "
        "more-in see-also also-read also-like you-may you-might outbrain taboola zergnet plista "
        "revcontent further-reading next-post next-article next-story prev-post previous-post "
        "prev-article post-navigation post-nav posts-navigation nav-links latest-news "
        "latest-stories "
        "latest-posts latest-articles carousel onward promo promos promoted up-next upnext "
        "suggested suggestions editors-picks editor-picks editors-choice top-stories topstories "
        "card-list cards similar dont-miss spotlight verwandt verwandte artikelliste weitere "
        "lire-aussi alire lees-ook leesook leia-tambem leia-mais relacionadas relacionados "
        "relacionado empfehlung empfehlungen empfohlen correlati correlate collegati readalso "
        "in-other stories-list story-list   post-list postlist news-list "
        "newslist headlines-list pagelist list-news inline-story inline-article rec-articles "
        "jp-relatedposts "
        "yarpp crp swiper slick slider blog-list listing listings feed-item teaserlist",
    ),
    (
        d.H_APPEAL,
        "newsletter newsletters subscribe subscription subscriptions subscriber sign-up signup "
        "donate donation donations support-us membership become-a registration mailing-list "
        "mailinglist opt-in optin mailchimp mc4wp app-promo app-banner app-download follow-us "
        "epic contribution contributions abo-box abobox aboteaser call-to ctabox cta convertkit "
        "patreon email-signup emailsignup lead-magnet hs-cta",
    ),
    (
        d.H_SHARING,
        "share shares sharing sharer sharebar sharebuttons sharetools sharedaddy sharethis social "
        "socials socialmedia social-media addthis a2a addtoany print-button printfriendly "
        "email-button email-this copy-link bookmark bookmarks save-article save-story whatsapp "
        "article-tools article-actions articletools toolbar post-actions shariff ssba heateor "
        "jssocials social-share socialshare sharing-tools listen listen-to audio-player "
        "like-button",
    ),
    (
        d.H_COMMENTS,
        "comment comments commentlist comment-list comment-form commentform disqus dsq respond "
        "viafoura coral livefyre spotim openweb kommentar kommentare commentaire commentaires "
        "comentarios reacties replies discussion comment-respond hyvor",
    ),
    (
        d.H_ADVERT,
        "ad ads adv advert adverts advertisement advertisements advertising advertise adsense "
        "adsbygoogle adslot adunit adbox adbanner adcontainer adwrapper ad-slot ad-unit dfp gpt "
        "googlead google-auto sponsor sponsored sponsors sponsorship leaderboard mpu affiliate "
        "affiliates werbung anzeige anzeigen publicite publicidad publicidade pubblicita reklame "
        "commercial banner-ad billboard skyscraper adhesion",
    ),
    (
        d.H_CAPTION,
        "caption captions credit credits figcaption img-desc image-desc imagecaption image-caption "
        "photo-caption photo-credit image-credit photocredit picture-caption legende "
        "bildunterschrift "
        "wp-caption media-caption copyright-holder photographer image-source cutline bildtext "
        "byline-photo image-info photo-info caption-text media-info foto-autor",
    ),
    (
        d.H_BYLINE,
        "byline bylines author authors authorname writer writers reporter journalist contributor "
        "contributors posted-by autor autoren auteur auteurs verfasser autore autora redactor "
        "posted-on post-meta entry-meta article-meta postmeta articlemeta meta-data metadata "
        "story-meta signature firma author-name by-author",
    ),
    (
        d.H_DATE,
        "date dates datetime time timestamp time-stamp published publish-date pub-date pubdate "
        "published-date post-date posted-on entry-date updated update-time dateline datum fecha "
        "data-hora publish-time publication-date date-published published-on",
    ),
    (
        d.H_BODY,
        "article-body articlebody article-content articlecontent article-text articletext "
        "article-copy article-main article-detail story-body storybody story-content storycontent "
        "story-text post-body postbody post-content postcontent post-text entry-content "
        "entrycontent "
        "entry-body entry-text body-text bodytext body-content body-copy bodycopy content-body "
        "contentbody main-content maincontent main-text news-body news-content news-text "
        "news-article "
        "news-detail newscontent rich-text richtext cms-content cmscontent prose wysiwyg "
        "single-content text-content textcontent paragraph paragraphs field-body hentry "
        "article-page article-wrapper article-paragraphs text-block text-module copy "
        "article-inner single-post the-content post-entry node-content content-article",
    ),
    (
        d.H_NAVIGATION,
        "nav navbar navigation navi menu menus submenu megamenu mega-menu breadcrumb breadcrumbs "
        "pagination pager paging skip-link skip-links skiplink skip-to skip sitemap site-map tabs "
        "tablist toc table-of dropdown page-links subnav sub-nav language-switcher lang-switcher "
        "langswitch search-form searchform search-box searchbox search-bar navlink quicklinks "
        "wp-pagenavi crumbs crumb toc-container ez-toc offcanvas hamburger",
    ),
    (
        d.H_PAYWALL,
        "paywall paywalled pay-wall regwall meter piano tp-container tp-modal unlock barrier "
        "locked "
        "premium-box premium-teaser subscriber-only subscribers-only paid-content gated",
    ),
    (
        d.H_FURNITURE,
        "footer foot masthead header siteheader sitefooter top-bar topbar sidebar side-bar "
        "sidecolumn side-column widget widgets wgt popup popups pop-up modal overlay lightbox "
        "toast "
        "tooltip colophon copyright disclaimer about-author author-bio authorbio author-box "
        "authorbox author-info author-card author-profile bio biography banner ticker weather rail "
        "rating ratings reactions reaction feedback poll quiz jetpack impressum contact-form "
        "back-to backtotop scrolltop publication-info about-us aboutauthor user-profile profile "
        "login signin account cart basket aside secondary widget-area sticky-bar eyebrow vcard",
    ),
    (
        d.H_TITLE,
        "headline headlines article-title articletitle story-title post-title posttitle "
        "entry-title "
        "entrytitle page-title pagetitle news-title main-title content-title h1 titulo titre title",
    ),
    (
        d.H_STANDFIRST,
        "standfirst stand-first lead lede intro introduction introtext intro-text dek deck subhead "
        "subheading sub-heading sub-headline subheadline subtitle sub-title subdeck summary "
        "abstract "
        "excerpt chapo vorspann sous-titre entradilla article-description article-summary sapo "
        "ingress synopsis article-intro article-lead post-excerpt bajada copete sommario occhiello",
    ),
    (
        d.H_TAGS,
        "tag tags taglist tag-list tagcloud tag-cloud tag-links tags-links topic topics keyword "
        "keywords category categories cat-links catlinks post-categories post-tags schlagworte",
    ),
    (
        d.H_NOTICE,
        "beta phase-banner alert-bar alert-banner notice "
        "notices announcement no-js nojs noscript browser-warning emergency-banner site-alert",
    ),
    (d.H_EXIT, "quick-exit quickexit exit-site leave-site exit-page escape-site safety-exit"),
    (
        d.H_LIVE,
        "liveblog live-blog live-post live-entry live-update live-updates live-feed livefeed "
        "timeline "
        "key-moments key-events live-event ticker-item",
    ),
)
_BITS: dict[str, int] = {}
for _bit, _words in _LEXICON:
    for _word in _words.split():
        _BITS[_word] = _BITS.get(_word, 0) | _bit
_BEGINNINGS = frozenset(pair.split("-", 1)[0] for pair in _BITS if "-" in pair)

# Class names by which widely used style sheets take an element out of sight: those of what is
# for other eyes or for a moment, and those that a script takes away again.
_UNSEEN_CLASSES = frozenset(
    "visually-hidden visuallyhidden sr-only screen-reader screen-reader-text screen-reader-only "
    "screenreader screen-readers-only screenreader-only element-invisible a11y-hidden "
    "assistive-text offscreen off-screen govuk-visually-hidden taxonomy-tooltip tooltip "
    "tooltiptext tooltip-text tooltip-content tooltip-inner show-for-sr aural "
    "visually-hidden-focusable u-visually-hidden".split()
)
_HIDDEN_CLASSES = _UNSEEN_CLASSES | frozenset(
    "u-hidden is-hidden ishidden hidden hide d-none element-hidden invisible display-none "
    "print-only visible-print visible-print-block js-hidden".split()
)
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_HIDDEN_STYLE = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)")
_LONGEST_NAME = 400
_MOST_WORDS = 60
_LONGEST_STYLE = 2_000


@lru_cache(maxsize=65_536)
def hints_of(name: str) -> int:
    """Return the hint bits of a class and id string. Bounded: a name is read to 400 characters."""
    bits = 0
    name = name[:_LONGEST_NAME]
    for token in name.split():
        bits |= _hints_of_token(token)
    return bits


@lru_cache(maxsize=65_536)
def _hints_of_token(token: str) -> int:
    bits = d.HIDDEN if token.lower() in _HIDDEN_CLASSES else 0
    look_up = _BITS.get
    before = ""
    for word in _WORD.findall(token)[:_MOST_WORDS]:
        word = word.lower()
        bits |= look_up(word, 0)
        if before in _BEGINNINGS:
            bits |= look_up(f"{before}-{word}", 0)
        before = word
    return bits


def hidden_by_style(style: str) -> bool:
    """Tell whether an inline style takes the element out of sight."""
    style = style[:_LONGEST_STYLE].lower()
    return ("none" in style or "hidden" in style) and _HIDDEN_STYLE.search(style) is not None


def is_for_other_eyes(name: str) -> bool:
    """Tell whether a class and id string names what no reader is ever shown as text."""
    return not _UNSEEN_CLASSES.isdisjoint(name[:_LONGEST_NAME].lower().split())
