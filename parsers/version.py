"""The parser's version, stored with every article: raised with each change of outcomes."""

PARSER_VERSION = "5"
