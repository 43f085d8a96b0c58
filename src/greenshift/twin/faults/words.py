"""A fault in one line, for a person."""

from __future__ import annotations

from greenshift.twin.faults.model import ANY, Fault, FaultReport


def line_of(report: FaultReport) -> str:
    """`fault-1  throttle codedeploy CreateDeployment beyond 2 per second: met 3 of 12 calls`"""
    return f"{report.id}  {words_of(report.fault)}: met {report.fired} of {report.matched} calls"


def words_of(fault: Fault) -> str:
    parts: list[str] = [fault.kind]
    if fault.kind in ("delay", "timeout") and fault.seconds:
        parts.append(f"of {fault.seconds:g} s for")
    parts.append("every call" if fault.service == fault.operation == ANY else _call(fault))
    if fault.function != ANY:
        parts.append(f"from {fault.function}")
    if fault.principal != ANY:
        parts.append(f"by {fault.principal}")
    parts += [f"with {path}={glob}" for path, glob in fault.parameters]
    if fault.performed:
        parts.append("after it is performed")
    return " ".join(parts + _times(fault))


def _call(fault: Fault) -> str:
    return f"{fault.service} {fault.operation}"


def _times(fault: Fault) -> list[str]:
    told = []
    if fault.per_second is not None:
        told.append(f"beyond {fault.per_second:g} per second")
    if fault.probability < 1:
        told.append(f"with probability {fault.probability:g}")
    if fault.after:
        told.append(f"after {fault.after} calls")
    if fault.count is not None:
        told.append("once" if fault.count == 1 else f"{fault.count} times")
    return told
