"""Random values that stay in the state, as ``pulumi_random`` has them [pulumi-random: API docs].

They are made once, by the system's own source of randomness, and made anew when any input changes.
"""

from __future__ import annotations

import base64
import random
import secrets
import string
import uuid
from pathlib import Path

from greenshift.engine.local.kinds import Document, Local, Made, keys, words
from greenshift.errors import EngineError

_SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
_PETS = words(
    "badger beetle bison buck cod crab crane deer dove duck eel elk finch fox frog gnu goat "
    "goose gull hare hawk hen heron ibis kite koala lark lion llama lynx mole moose moth "
    "mouse mule newt otter owl ox panda perch pig pony puma quail ram raven seal shark sheep "
    "skunk sloth snail stork swan tiger toad trout viper wasp whale wolf wren yak zebra"
)
_WORDS = words(
    "able apt brave brief bright busy calm clean clear close cool crisp dear eager early easy "
    "equal exact fair fast fine firm fit fond free fresh full fun glad good grand happy keen "
    "kind large light live loyal merry mild modest neat new nice noble open patient plain "
    "proud quick quiet rapid ready rich right safe sharp sincere smart solid sound still "
    "strong sunny sure sweet swift tidy tough true warm well whole wise witty"
)
_generator = secrets.SystemRandom()


def _id(directory: Path, inputs: Document) -> Made:
    content = secrets.token_bytes(_whole(inputs, "byteLength"))
    prefix = inputs.get("prefix") or ""
    url = base64.urlsafe_b64encode(content).decode().rstrip("=")
    outputs = {
        "b64Url": prefix + url,
        "b64Std": prefix + base64.b64encode(content).decode(),
        "hex": prefix + content.hex(),
        "dec": prefix + str(int.from_bytes(content, "big")),
    }
    return url, outputs


def _bytes(directory: Path, inputs: Document) -> Made:
    content = secrets.token_bytes(_whole(inputs, "length"))
    text = base64.b64encode(content).decode()
    return text, {"base64": text, "hex": content.hex()}


def _string(directory: Path, inputs: Document) -> Made:
    text = _characters(inputs)
    return text, {"result": text}


def _password(directory: Path, inputs: Document) -> Made:
    """Its id is no part of it: an id is shown."""
    return "none", {"result": _characters(inputs)}


def _characters(inputs: Document) -> str:
    length = _whole(inputs, "length")
    special = inputs.get("overrideSpecial") or _SPECIAL
    classes = (
        ("lower", "minLower", string.ascii_lowercase),
        ("upper", "minUpper", string.ascii_uppercase),
        ("numeric", "minNumeric", string.digits),
        ("special", "minSpecial", special),
    )
    allowed = "".join(chars for key, _, chars in classes if inputs.get(key) is not False)
    needed = [
        _generator.choice(chars) for _, least, chars in classes for _ in range(int(inputs.get(least) or 0))
    ]
    if len(needed) > length:
        raise EngineError(f"length {length} is less than the characters it must have ({len(needed)})")
    if not allowed and len(needed) < length:
        raise EngineError("no kind of character is allowed: set one of lower, upper, numeric, special")
    text = needed + [_generator.choice(allowed) for _ in range(length - len(needed))]
    _generator.shuffle(text)
    return "".join(text)


def _integer(directory: Path, inputs: Document) -> Made:
    low, high = _whole(inputs, "min"), _whole(inputs, "max")
    if low > high:
        raise EngineError(f"min {low} is more than max {high}")
    number = _seeded(inputs).randint(low, high)
    return str(number), {"result": number}


def _pet(directory: Path, inputs: Document) -> Made:
    count = int(inputs.get("length") or 2)
    words = [*(_generator.choice(_WORDS) for _ in range(count - 1)), _generator.choice(_PETS)]
    prefix = [inputs["prefix"]] if inputs.get("prefix") else []
    return str(inputs.get("separator") or "-").join([*prefix, *words]), {}


def _shuffle(directory: Path, inputs: Document) -> Made:
    items = list(inputs["inputs"])
    _seeded(inputs).shuffle(items)
    count = inputs.get("resultCount")
    wanted = len(items) if count is None else int(count)
    return "-", {"results": (items * (wanted // max(len(items), 1) + 1))[:wanted] if items else []}


def _uuid(directory: Path, inputs: Document) -> Made:
    text = str(uuid.uuid4())
    return text, {"result": text}


def _seeded(inputs: Document) -> random.Random:
    return random.Random(inputs["seed"]) if inputs.get("seed") else _generator


def _whole(inputs: Document, key: str) -> int:
    if inputs.get(key) is None:
        raise EngineError(f"{key} is needed")
    return int(inputs[key])


_CHARACTERS = keys(
    "keepers length lower upper number numeric special minLower minUpper minNumeric "
    "minSpecial overrideSpecial"
)
KINDS = tuple(
    Local(f"random:index/{name[0].lower()}{name[1:]}:{name}", create, properties)
    for name, create, properties in (
        ("RandomId", _id, frozenset({"byteLength", "keepers", "prefix"})),
        ("RandomBytes", _bytes, frozenset({"length", "keepers"})),
        ("RandomString", _string, _CHARACTERS),
        ("RandomPassword", _password, _CHARACTERS),
        ("RandomInteger", _integer, frozenset({"min", "max", "seed", "keepers"})),
        ("RandomPet", _pet, frozenset({"length", "prefix", "separator", "keepers"})),
        ("RandomShuffle", _shuffle, frozenset({"inputs", "resultCount", "seed", "keepers"})),
        ("RandomUuid", _uuid, frozenset({"keepers"})),
    )
)
