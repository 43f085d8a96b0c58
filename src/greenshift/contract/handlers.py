"""The files that may hold a function's handler. Python 3.9's syntax: it runs in the build as well."""

from __future__ import annotations


def handler_files(runtime: str, handler: str) -> tuple[str, ...]:
    """The files of which one must be in the package, the usual ones first; none when that cannot be told.

    >>> handler_files("python3.13", "app.main.handler")
    ('app/main.py', 'app/main/__init__.py', 'app/main.pyc', 'app/main.so')
    """
    if handler.startswith(("/", "node_modules/")):  # a layer's, such as /opt/…, or a wrapper that it brings
        return ()
    if runtime.startswith("nodejs"):
        return _node_files(handler)
    if runtime.startswith("python"):
        module = handler.rpartition(".")[0].replace(".", "/")
        return (f"{module}.py", f"{module}/__init__.py", f"{module}.pyc", f"{module}.so")
    if runtime.startswith("ruby"):
        return (f"{handler.partition('.')[0]}.rb",)
    if runtime.startswith("provided"):
        return ("bootstrap",)
    return ()  # Java and .NET: the class may be in any jar or assembly


def named(files: tuple[str, ...]) -> str:
    """The files a person would make: `app.js, app.mjs or app.cjs`."""
    usual = [name for name in files if name.endswith((".js", ".mjs", ".cjs", ".py", ".rb", "bootstrap"))][:3]
    return usual[0] if len(usual) == 1 else ", ".join(usual[:-1]) + f" or {usual[-1]}"


def _node_files(handler: str) -> tuple[str, ...]:
    """The file part ends at the first dot of the last path segment: `src/app.api.get` is in src/app.

    Lambda requires that path itself when it exists, so a folder with an index.js will do
    [aws-lambda-nodejs-runtime-interface-client, UserFunction.js].
    """
    folder, _, last = handler.rpartition("/")
    stem = "/".join(part for part in (folder, last.partition(".")[0]) if part)
    return (f"{stem}.js", f"{stem}.mjs", f"{stem}.cjs", stem, f"{stem}/index.js")
