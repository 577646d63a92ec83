"""Decision files for tests, in as few words as they need."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"

#: A column: its expression or name, its type, and the allowed values.
Column = tuple[str, str, str]


def file(*parts: str, namespace: str = NAMESPACE, more: str = "") -> bytes:
    """A file of these parts."""
    head = f'<definitions xmlns="{namespace}" id="d" name="D" namespace="urn:d" {more}>'
    return f'<?xml version="1.0"?>\n{head}{"".join(parts)}</definitions>'.encode()


def given(name: str, kind: str = "") -> str:
    """Input data; its id is its name with underscores, after `i_`."""
    identity = quoteattr("i_" + name.replace(" ", "_"))
    return (
        f"<inputData id={identity} name={quoteattr(name)}>"
        f"<variable name={quoteattr(name)} typeRef={quoteattr(kind)}/></inputData>"
    )


def decision(name: str, logic: str, *requires: str, kind: str = "") -> str:
    """A decision; `requires` are ids, those of input data begin with `i_`."""
    arrows = "".join(
        "<informationRequirement><required"
        f"{'Input' if one.startswith('i_') else 'Decision'} href={quoteattr('#' + one)}"
        "/></informationRequirement>"
        for one in requires
    )
    identity = quoteattr(name.replace(" ", "_"))
    return (
        f"<decision id={identity} name={quoteattr(name)}>"
        f"<variable name={quoteattr(name)} typeRef={quoteattr(kind)}/>"
        f"{arrows}{logic}</decision>"
    )


def literal(text: str, more: str = "") -> str:
    """An expression."""
    return f"<literalExpression {more}>{_text(text)}</literalExpression>"


def table(
    policy: str,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    rules: Iterable[Sequence[str]],
    prefix: str = "",
) -> str:
    """A table; a policy may name an aggregation after a blank: `COLLECT SUM`.

    Its rules have the ids r1, r2 and so on, after the prefix.
    """
    name, _, aggregation = policy.partition(" ")
    if name != "COLLECT":
        name, aggregation = policy, ""
    columns = "".join(
        f"<input id='{prefix}c{place}'>"
        f"<inputExpression typeRef={quoteattr(kind)}>{_text(text)}</inputExpression>"
        f"{_values('inputValues', allowed)}</input>"
        for place, (text, kind, allowed) in enumerate(inputs)
    )
    columns += "".join(
        f"<output id='{prefix}o{place}' name={quoteattr(text)}"
        f" typeRef={quoteattr(kind)}>"
        f"{_values('outputValues', allowed)}</output>"
        for place, (text, kind, allowed) in enumerate(outputs)
    )
    rows = "".join(
        f"<rule id='{prefix}r{number}'>{_cells(cells, len(inputs))}</rule>"
        for number, cells in enumerate(rules, start=1)
    )
    how = f" aggregation={quoteattr(aggregation)}" if aggregation else ""
    head = f"<decisionTable hitPolicy={quoteattr(name)}{how}>"
    return f"{head}{columns}{rows}</decisionTable>"


def simple(policy: str, rules: Iterable[Sequence[str]], kind: str = "number") -> bytes:
    """A file with the decision `d` over one input `x`, with one output."""
    logic = table(policy, [("x", kind, "")], [("", "", "")], rules)
    return file(given("x", kind), decision("d", logic, "i_x"))


def _cells(cells: Sequence[str], inputs: int) -> str:
    return "".join(
        f"<{tag}>{_text(cell)}</{tag}>"
        for place, cell in enumerate(cells)
        for tag in ["inputEntry" if place < inputs else "outputEntry"]
    )


def _values(tag: str, text: str) -> str:
    return f"<{tag}>{_text(text)}</{tag}>" if text else ""


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"
