"""Passwords in configs that fail, or cannot be read: nobody is told a value."""

from __future__ import annotations

import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from faults.case import Case
from faults.config_builds import error_of, nothing
from faults.config_parts import AT, nested
from registry_core import RegistryError, build_from_cfg
from registry_core.config import check_config, read_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.host import Host

SECRET = "hunter2"


def texts_of(error: RegistryError) -> list[str]:
    """All that an error, its causes and its fields say."""
    return [*traceback.format_exception(error), repr(error), repr(error.args), str(vars(error))]


def keeps_secrets(host: Host) -> None:
    """Nothing that anybody is told quotes a value of a config."""

    def fail(**_: object) -> NoReturn:
        raise ValueError("no login")

    def need(size: int, password: str) -> None: ...

    host.registry.register_module("Fails", module=fail)
    host.registry.register_module("Needs", module=need)
    parts: list[dict[Any, Any]] = [
        {"type": "Fails", "password": SECRET},
        {"type": "Own", "password": SECRET},
        {"type": "Needs", "password": SECRET},
        {"type": "Needs", "_args_": [1, 2, SECRET]},
        {"type": "Nothing", "password": SECRET},
        {"type": [SECRET]},
        {"type": SECRET.encode()},
        {"type": "Own", "_args_": SECRET},
        {"type": "Own", "_partial_": SECRET},
        {"type": "Own", "_scope_": [SECRET]},
        {"type": "Own", "_registry_": {"password": SECRET}},
        {"type": "Own", "child": {"type": "Fails", "password": [SECRET]}},
        {"type": "Own", 3: SECRET},
    ]
    for part in parts:
        cfg, texts = nested(part), []
        attempts: list[Callable[[], object]] = [
            partial(build_from_cfg, cfg, host.registry, recursive=True),
            lambda cfg=cfg: host.registry.plan(cfg, recursive=True)(),  # type: ignore[misc]
            partial(host.registry.build, cfg, SECRET),
        ]
        for error in map(error_of, attempts):
            host.told.append((type(error).__name__, str(error)))
            texts += texts_of(error)
        texts += [
            str(error) for error in check_config(cfg, host.registry, recursive=True, load=True)
        ]
        assert not any(SECRET in text for text in texts), (part, texts)
    host.works()


def keeps_secrets_of_files(host: Host) -> None:
    """Nothing that anybody is told quotes a value of a file that cannot be read."""
    texts = {
        "int.yaml": f"password: !!int {SECRET}",
        "float.yaml": f"password: !!float {SECRET}",
        "map.yaml": f"password: !!map {SECRET}",
        "open.yaml": f"password: '{SECRET}",
        "twice.yaml": f"password: {SECRET}\npassword: {SECRET}",
        "open.json": f'{{"password": "{SECRET}',
        "bare.json": f'{{"password": {SECRET}}}',
        "twice.json": f'{{"password": "{SECRET}", "password": "{SECRET}"}}',
        "bare.toml": f"password = {SECRET}",
        "open.toml": f'password = "{SECRET}',
        "twice.toml": f'password = "{SECRET}"\npassword = "{SECRET}"',
    }
    for name, text in texts.items():
        Path(name).write_text(text)
        error = error_of(lambda name=name: read_config(name))  # type: ignore[misc]
        host.told.append((type(error).__name__, str(error)))
        shown = "".join(texts_of(error))
        assert SECRET not in shown, (name, shown)
    host.works()


SECRETS = [
    Case(
        given="a password in a config that fails",
        install=nothing,
        host=keeps_secrets,
        guilty=f"{AT}: building 'Fails'",
        diagnosed=False,
    ),
    Case(
        given="a password in a config file that cannot be read",
        install=nothing,
        host=keeps_secrets_of_files,
        guilty="int.yaml:1:11",
        diagnosed=False,
    ),
]
