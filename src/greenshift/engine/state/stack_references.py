"""``StackReference``: the outputs of another local stack, read from its state beside this one's."""

from __future__ import annotations

from greenshift.engine import urn
from greenshift.engine.properties.values import Value, has_secret
from greenshift.engine.state.statefile import StateFile
from greenshift.errors import EngineError

TYPE = "pulumi:pulumi:StackReference"


class StackReferences:
    """``organization/project/stack``, or ``stack`` alone; what counts is the stack."""

    def __init__(self, state: StateFile, instance: str, passphrase: str) -> None:
        self._state = state
        self._instance = instance
        self._passphrase = passphrase

    def outputs(self, name: str) -> dict[str, Value]:
        """What the SDK expects of one: its outputs, and which of them are secret."""
        stack = name.rsplit("/", 1)[-1]
        snapshot = StateFile(self._state.path.with_name(f"{stack}.json")).read(
            self._instance, self._passphrase
        )
        root = next((each for each in snapshot.resources.values() if each.type == urn.STACK_TYPE), None)
        if root is None:
            raise EngineError(
                f"StackReference ({name}): there is no local stack {stack!r} on this twin",
                hint="deploy it here first, or take the value from the stack's configuration",
            )
        secret: list[Value] = [key for key, value in sorted(root.outputs.items()) if has_secret(value)]
        return {"name": name, "outputs": dict(root.outputs), "secretOutputNames": secret}
