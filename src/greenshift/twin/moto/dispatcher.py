"""moto's own dispatcher, without what the twin does not offer; import it late, as it brings moto with it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from greenshift.twin.moto import additions
from greenshift.twin.moto.wsgi import NotServed

# moto's own API resets its part of the world and leaves ours; instance metadata are credentials for nobody.
# A bucket may begin with the name of either.
_NOT_OFFERED = ("moto_api", "instance_metadata")
_HOSTS = 256


class Dispatcher(DomainDispatcherApplication):
    """Finds the service a request is for; raises NotServed where moto has none, or cannot load it here."""

    def __init__(self) -> None:
        super().__init__(_application)
        # moto lists its folders each time; a host is asked for as long as its service is used.
        self._backend_of = lru_cache(_HOSTS)(super().get_backend_for_host)

    def get_backend_for_host(self, host: str | None) -> Any:
        return None if host in _NOT_OFFERED else self._backend_of(host)


def _application(service: Any) -> Any:
    if service is None:
        raise NotServed("moto has no such service")
    try:
        additions.add_to(service)
        return create_backend_app(service)
    except ImportError as error:
        raise NotServed(f"it needs {error.name}, which is not installed") from error
