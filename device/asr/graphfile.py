"""A compiled graph as bytes, so that the next start need not compile it again.

    magic | SHA-256 of the rest | key | compressed arrays

The key is a digest of everything that the graph was made of: the sentences, the home's names,
and the code and dictionaries that made them into sounds. Another key means another graph.
"""

import zlib
from dataclasses import fields
from hashlib import sha256
from io import BytesIO

import numpy as np

from device.asr.graph import Graph
from device.errors import GrammarError

_MAGIC = b"inglenook graph 1\n"
_DIGEST = sha256().digest_size
_LEVEL = 1
"""Of compression: more takes longer than writing more."""


def pack(graph: Graph, key: bytes) -> bytes:
    """A graph as bytes.

    Args:
        graph: What can be said.
        key: SHA-256 digest of what it was made of.
    """
    arrays = {one.name: getattr(graph, one.name) for one in fields(graph) if one.name != "words"}
    words = np.frombuffer("\n".join(graph.words).encode(), np.uint8)
    file = BytesIO()
    np.savez(file, words=words, **arrays)
    rest = key + zlib.compress(file.getvalue(), _LEVEL)
    return _MAGIC + sha256(rest).digest() + rest


def unpack(content: bytes, key: bytes) -> Graph | None:
    """The graph that was packed.

    Args:
        content: What `pack` gave.
        key: Of the graph that is wanted.

    Returns:
        The graph; None where it is one of another key.

    Raises:
        GrammarError: The bytes are damaged.
    """
    begin = len(_MAGIC) + _DIGEST
    digest, rest = content[len(_MAGIC) : begin], content[begin:]
    if not content.startswith(_MAGIC) or sha256(rest).digest() != digest:
        raise GrammarError("the kept graph of what can be said is damaged")
    if rest[:_DIGEST] != key:
        return None
    with np.load(BytesIO(zlib.decompress(rest[_DIGEST:])), allow_pickle=False) as found:
        arrays = {name: found[name] for name in found.files if name != "words"}
        words = tuple(found["words"].tobytes().decode().split("\n"))
    return Graph(words=words, **arrays)
