"""How dates name the months, and times the hour, in the languages that pages are in most often."""

from __future__ import annotations

# The forms that dates take in the Unicode CLDR, from January on; "/" parts those of one month.
_NAMES = {
    "da": "januar/jan februar/feb marts/mar april/apr maj juni/jun juli/jul august/aug "
    "september/sep oktober/okt november/nov december/dec",
    "de": "januar/jan/jänner februar/feb/feber märz/mär/mrz april/apr mai juni/jun juli/jul "
    "august/aug september/sep/sept oktober/okt november/nov dezember/dez",
    "es": "enero/ene febrero/feb marzo/mar abril/abr mayo/may junio/jun julio/jul agosto/ago "
    "septiembre/setiembre/sept/sep/set octubre/oct noviembre/nov diciembre/dic",
    "fr": "janvier/janv/jan février/févr/fév mars avril/avr mai juin/jun juillet/juil/jul août/aoû "
    "septembre/sept/sep octobre/oct novembre/nov décembre/déc",
    "it": "gennaio/gen febbraio/feb marzo/mar aprile/apr maggio/mag giugno/giu luglio/lug "
    "agosto/ago settembre/set ottobre/ott novembre/nov dicembre/dic",
    "nb": "januar/jan februar/feb mars/mar april/apr mai juni/jun juli/jul august/aug "
    "september/sep oktober/okt november/nov desember/des",
    "nl": "januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/aug "
    "september/sep oktober/okt november/nov december/dec",
    "pl": "stycznia/sty lutego/lut marca/mar kwietnia/kwi maja/maj czerwca/cze lipca/lip "
    "sierpnia/sie września/wrz października/paź listopada/lis grudnia/gru",
    "pt": "janeiro/jan fevereiro/fev março/mar abril/abr maio/mai junho/jun julho/jul agosto/ago "
    "setembro/set outubro/out novembro/nov dezembro/dez",
    "sv": "januari/jan februari/feb mars april/apr maj juni/jun juli/jul augusti/aug "
    "september/sep/sept oktober/okt november/nov december/dec",
}
MONTHS_IN = {
    language: {
        name: number for number, forms in enumerate(names.split(), 1) for name in forms.split("/")
    }
    for language, names in _NAMES.items()
}
"""By language (ISO 639-1): the number of each month by its name and abbreviations."""

AT_IN = {
    "da": "kl", "de": "um", "es": "a las", "fr": "à", "it": "alle", "nb": "kl", "nl": "om",
    "pl": "o", "pt": "às", "sv": "om",
}  # fmt: skip
"""By language: what a time of day is announced by."""
