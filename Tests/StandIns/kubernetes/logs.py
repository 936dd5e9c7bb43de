"""A container's output, as a kubelet gives it."""


def read(path, lines, limit):
    """The last `lines` lines, of which the first `limit` bytes."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return b""
    if lines is not None:
        pieces = data.splitlines(keepends=True)
        data = b"".join(pieces[len(pieces) - lines:] if lines < len(pieces) else pieces) if lines else b""
    return data if limit is None else data[:limit]
