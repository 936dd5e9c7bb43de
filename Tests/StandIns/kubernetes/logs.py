"""A container's output, as a kubelet gives it."""


def read(path, lines, limit):
    """The last `lines` lines, of which the first `limit` bytes."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return b""
    data = last(data, lines)
    return data if limit is None else data[:limit]


def last(data, lines):
    """The last `lines` lines; None: all."""
    if lines is None:
        return data
    pieces = data.splitlines(keepends=True)
    return b"".join(pieces[max(0, len(pieces) - lines):]) if lines else b""
