"""Words that page furniture is made of, by topic: what a label is about, in many languages."""

from __future__ import annotations

import re

_WORDS: dict[str, str] = {
    "appeal": (
        "newsletter newsletters subscribe subscribed subscriber subscribers subscription "
        "subscriptions signup sign register inbox donate donation donating membership support "
        "abonnieren abonnement abonnez abo anmelden suscríbete suscribirse suscripción assine "
        "iscriviti abbonati prenumerera abonneer whatsapp telegram download app podcast trial"
    ),
    "related": (
        "related more read also recommended recommend popular trending latest next previous "
        "continue see watch stories articles posts mehr auch lesen weitere weiterlesen artikel "
        "verwandte aussi lire articles suite también leer más relacionadas leia mais também "
        "leggi anche correlati lees ook meer läs mer les også læs czytaj również také číst "
        "читайте также далее más artículos noticias"
    ),
    "sharing": (
        "share tweet facebook twitter pinterest linkedin email e-mail print copy link whatsapp "
        "reddit teilen drucken merken partager imprimer compartir imprimir condividi stampa "
        "dela delen del compartilhar поделиться follow like likes bookmark save listen instagram "
        "youtube tiktok"
    ),
    "comments": (
        "comment comments reply replies commented kommentar kommentare kommentieren commentaire "
        "commentaires comentario comentarios commenti reacties kommentarer antworten logged"
    ),
    "picture": (
        "photo photos image images picture pictures credit photograph photographer courtesy getty "
        "reuters foto fotos bild bilder fotografía imagen photographie quelle afp ap pa "
        "shutterstock alamy unsplash figure video gallery fotograf screenshot"
    ),
    "person": (
        "author editor reporter correspondent journalist writer contributor writes biography "
        "author's columnist about autor autorin redakteur auteur autora redacción staff "
        "freelance covers über editorial bio"
    ),
    "rights": (
        "copyright rights reserved disclaimer terms conditions privacy policy cookies cookie "
        "consent license licensed permission datenschutz impressum agb droits réservés derechos "
        "reservados"
    ),
    "advert": (
        "advertisement advertisements advertising ad ads sponsored sponsor affiliate commission "
        "anzeige werbung publicité publicidad pubblicità reklama annons advertentie partner deals"
    ),
    "time": (
        "published updated posted minutes minute min ago edited modified today yesterday hours "
        "hour veröffentlicht aktualisiert uhr stand publié jour publicado actualizado pubblicato "
        "gepubliceerd bijgewerkt lesezeit january february march april june july august september "
        "october november december am pm gmt est bst utc"
    ),
    "filing": (
        "tags tag topics topic categories category filed under schlagworte themen schlagwörter "
        "mots-clés etiquetas temas tópicos argomenti keywords section sources source contents"
    ),
    "company": (
        "company companies boilerplate media contact contacts enquiries inquiries press investor "
        "investors notes editors information visit website www pressekontakt kontakt contacto "
        "headquartered founded unternehmen"
    ),
    "prompt": (
        "click here tap join enter your you subscribe now back top menu login log close skip "
        "continue learn find discover check hier klicken cliquez ici haga clic clique aqui"
    ),
}
TOPICS: tuple[str, ...] = tuple(_WORDS)
_BITS: dict[str, int] = {}
for _number, _words in enumerate(_WORDS.values()):
    for _word in _words.split():
        _BITS[_word] = _BITS.get(_word, 0) | 1 << _number
_KNOWN = frozenset(_BITS)
_TOKEN = re.compile(r"[^\W\d_][\w'-]*")


def topics_of(text: str) -> int:
    """Return the topics that a text's words belong to, as bits in the order of ``TOPICS``."""
    bits = 0
    for word in _KNOWN.intersection(_TOKEN.findall(text.lower())):
        bits |= _BITS[word]
    return bits
