"""TLS: certificates are verified, for the host's name."""

from __future__ import annotations

import ssl

import pytest
from pydantic import ValidationError

from flows.settings import Settings
from tests.flows.fetching.harness import GUARDED, PAGE, PUBLIC, failure, page
from tests.flows.webserver import NamedNetwork


def test_a_certificate_that_nobody_vouches_for_is_refused(web, secure_site):
    network = NamedNetwork({"news.example": [[PUBLIC]]}, secure_site)
    settings = GUARDED.model_copy(update={"retries": 2})
    why = failure("https://news.example/", settings, network=network)
    assert why.kind == "tls"
    assert "self-signed" in why.detail
    assert web.log == []
    assert network.connected == [PUBLIC]


def test_a_certificate_is_checked_for_the_host_not_for_the_address(secure_site, ca_file):
    secure_site.page("/", PAGE)
    network = NamedNetwork({"news.example": [[PUBLIC]]}, secure_site)
    settings = Settings(ca_file=ca_file)
    assert page("https://news.example/", settings, network=network).body == PAGE


def test_a_certificate_of_another_host_is_refused(web, secure_site, ca_file):
    network = NamedNetwork({"other.example": [[PUBLIC]]}, secure_site)
    why = failure("https://other.example/", Settings(ca_file=ca_file), network=network)
    assert why.kind == "tls"
    assert "Hostname mismatch" in why.detail
    assert web.log == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
def test_an_old_protocol_is_refused(web, ca_file):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, ca_file.with_suffix(".key"))
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    network = NamedNetwork({"news.example": [[PUBLIC]]}, web.site(tls=context))
    why = failure("https://news.example/", Settings(ca_file=ca_file, retries=0), network=network)
    assert why.kind == "tls"
    assert web.log == []


def test_a_server_that_speaks_no_tls_is_a_tls_failure(web, site):
    network = NamedNetwork({"news.example": [[PUBLIC]]}, site)
    site.send("/", b"")
    settings = GUARDED.model_copy(update={"deadline": 0.4})
    assert failure("https://news.example/", settings, network=network).kind in ("tls", "timeout")
    assert web.log == []


def test_a_ca_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(ValidationError, match=r"missing\.pem: No such file"):
        Settings(ca_file=tmp_path / "missing.pem")


def test_a_ca_file_that_holds_no_certificate_is_refused(tmp_path):
    file = tmp_path / "empty.pem"
    file.write_text("no certificate")
    with pytest.raises(ValidationError, match=r"empty\.pem"):
        Settings(ca_file=file)
