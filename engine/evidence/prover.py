"""Places of events with their paths to the newest signed heads, for a bundle."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from engine.domain.events import Sealed
from engine.errors import NotReadyError
from engine.evidence import bundle
from engine.evidence.around import Around
from engine.evidence.sequencer import Log, Place, Signed


class Prover:
    """Finds the places of events, and their paths to the newest signed heads."""

    def __init__(self, log: Log, tenant: UUID) -> None:
        self._log = log
        self._tenant = tenant
        self.heads: dict[int, Signed] = {}
        #: Of all events that were proved.
        self.places: set[Place] = set()

    def proved(self, events: Sequence[Sealed]) -> tuple[bundle.Proved, ...]:
        """Events of one stream with their proofs."""
        if not events:
            return ()
        stream = events[0].stream
        known = self._log.places(self._tenant, stream.id, stream.month)
        places = [self._signed(known.get(one.seq)) for one in events]
        self.places.update(places)
        paths: dict[Place, tuple[bytes, ...]] = {}
        for year in {one.year for one in places}:
            own = [one for one in places if one.year == year]
            found = self._log.inclusion(
                self._tenant, year, self.heads[year].size, [one.index for one in own]
            )
            paths.update(zip(own, map(tuple, found), strict=True))
        return tuple(
            bundle.Proved(
                event.body,
                bundle.Proof(
                    year=one.year,
                    index=one.index,
                    path=paths[one],
                    size=self.heads[one.year].size,
                ),
            )
            for event, one in zip(events, places, strict=True)
        )

    def again(self, proofs: Sequence[bundle.Proof]) -> list[bundle.Proof]:
        """Proofs as they are under the heads that were read meanwhile."""
        made = list(proofs)
        for year, head in self.heads.items():
            own = [at for at, one in enumerate(proofs) if one.year == year]
            indexes = [proofs[at].index for at in own]
            found = self._log.inclusion(self._tenant, year, head.size, indexes)
            for at, path in zip(own, found, strict=True):
                made[at] = replace(proofs[at], path=tuple(path), size=head.size)
        return made

    def grown(self, heads: Iterable[Around]) -> tuple[Around, ...]:
        """The heads around events with their growth to the heads that were read."""
        return tuple(
            replace(one, growth=self._growth(one.head))
            if one.head.year in self.heads
            else one
            for one in heads
        )

    def _growth(self, head: Signed) -> tuple[bytes, ...]:
        """The proof from a head; none of one that was altered to be no older."""
        size = self.heads[head.year].size
        if not 0 < head.size <= size:
            return ()
        return tuple(self._log.consistency(self._tenant, head.year, head.size, size))

    def _signed(self, place: Place | None) -> Place:
        """A place under a signed head."""
        if place is not None:
            if place.year not in self.heads:
                newest = self._log.newest(self._tenant, place.year)
                if newest is not None:
                    self.heads[place.year] = newest
            head = self.heads.get(place.year)
            if head is not None and place.index < head.size:
                return place
        raise NotReadyError(code="not-provable")
