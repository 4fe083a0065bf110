"""A real HTTP/1.1 server on loopback whose every answer is scripted, with a log of its own.

```python
with WebServer() as web:
    news, mirror = web.site(), web.site("127.0.0.2")
    news.page("/a", b"<p>A bridge opens.</p>", headers={"ETag": '"1"'})
    mirror.run("/slow", [b"HTTP/1.1 200 OK\r\n", 5.0, RESET])
    ...
    assert [exchange.target for exchange in web.log] == ["/robots.txt", "/a"]
```
"""

from tests.flows.webserver.names import NamedNetwork
from tests.flows.webserver.server import CLOSE, RESET, Exchange, Part, Request, Site, WebServer

__all__ = ["CLOSE", "RESET", "Exchange", "NamedNetwork", "Part", "Request", "Site", "WebServer"]
