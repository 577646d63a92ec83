"""What a check of the whole store can find, in the words of an official."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from engine.evidence.finding_words import WORDS

#: The parts of the check, in their order: what later ones rest on comes first.
LAYERS: Final = (
    *("log", "chains", "heads", "checkpoints", "signatures", "days"),
    *("records", "instants", "versions", "organisation", "procedures", "registers"),
    *("cases", "waiting", "signer", "kept", "stamps", "guards"),
)
#: Findings of one layer that are told; more are counted.
TOLD: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    layer: str
    code: str
    message_vi: str
    message_en: str
    #: The event that is wrong, `<kind>:<stream> <seq>`, where one is known.
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What became of one part of the check."""

    layer: str
    #: `PASS`, `FAIL` or `NOT CHECKED`.
    result: str
    message_vi: str
    message_en: str
    event: str = ""
    #: How many findings there are.
    count: int = 0
    #: Passes, and its words say something that a reader should know.
    noted: bool = False


@dataclass(slots=True)
class Findings:
    """What was found so far."""

    told: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, Finding] = field(default_factory=dict)
    noted: dict[str, Finding] = field(default_factory=dict)
    #: Layers that nobody asked for.
    hidden: set[str] = field(default_factory=set)

    def wrong(self, layer: str, code: str, **words: object) -> None:
        """Something is wrong."""
        self.counts[layer] = self.counts.get(layer, 0) + 1
        if self.counts[layer] <= TOLD:
            self.told.append(_finding(layer, code, words))

    def skip(self, layer: str, code: str, **words: object) -> None:
        """A layer could not be checked."""
        self.skipped[layer] = _finding(layer, code, words)

    def note(self, layer: str, code: str, **words: object) -> None:
        """Something is worth knowing of a layer, and not wrong."""
        self.noted[layer] = _finding(layer, code, words)

    def add(self, found: "Findings") -> None:
        """What another pass found is wrong."""
        self.told += found.told
        for layer, count in found.counts.items():
            self.counts[layer] = self.counts.get(layer, 0) + count

    def layers(self) -> tuple[Layer, ...]:
        """Every layer with its first finding."""
        return tuple(self._layer(name) for name in LAYERS if name not in self.hidden)

    def first(self) -> Finding | None:
        """The first wrong record, in the order of the layers."""
        ordered = sorted(self.told, key=lambda one: LAYERS.index(one.layer))
        return ordered[0] if ordered else None

    def _layer(self, name: str) -> Layer:
        found = next((one for one in self.told if one.layer == name), None)
        result = "FAIL"
        if found is None:
            found = self.skipped.get(name)
            result = "NOT CHECKED" if found else "PASS"
        noted = None if found else self.noted.get(name)
        told = found or noted or _finding(name, "ok", {})
        return Layer(
            layer=name,
            result=result,
            message_vi=told.message_vi,
            message_en=told.message_en,
            event=told.event,
            count=self.counts.get(name, 0),
            noted=noted is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check of the whole store found."""

    layers: tuple[Layer, ...]
    findings: tuple[Finding, ...]
    first: Finding | None
    events: int
    streams: int
    heads: int
    #: CPU seconds of the parts that were timed.
    seconds: dict[str, float]

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return self.first is None

    def as_json(self) -> dict[str, Any]:
        """The answer that `--json` prints."""
        return {"ok": self.ok, **asdict(self)}


def _finding(layer: str, code: str, words: dict[str, object]) -> Finding:
    vietnamese, english = (text.format(**words) for text in WORDS[code])
    return Finding(
        layer=layer,
        code=code,
        message_vi=vietnamese,
        message_en=english,
        event=str(words.get("event", "")),
    )
