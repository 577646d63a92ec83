"""Words for side work: why an act beside a step is refused, and what was said."""

from typing import Final

from engine.domain.side_work import Stance

REFUSALS: Final = {
    "cosign-open": (
        "Co-signatures are missing: %(agreed)s of %(quorum)s have agreed. It waits for:"
        " %(missing)s. Wait, or take the round back."
    ),
    "cosign-refused": (
        "Somebody whose agreement is needed has disagreed. Take the round of"
        " co-signatures back and ask again, or return the work."
    ),
    "signed-it": "You have signed this step; somebody else must complete it.",
    "own-round": "You have asked for these signatures; somebody else must sign.",
    "own-step": "You have this step yourself; somebody else must sign.",
    "signed-already": "You have signed in this round already.",
    "no-stance": "Choose whether you agree.",
    "no-quorum": (
        "Say how many have to agree: at least one, at most all that are asked."
    ),
    "round-open": "There is a round of co-signatures already. Take it back first.",
    "no-performer": (
        "Nobody in this agency does such work now. Choose another position."
    ),
    "nothing-asked": "Nothing is asked any more that could be taken back.",
    "not-asker": "Only who asked, or who has the step now, takes a question back.",
    "side-row": "This is answered on its own page, not completed like a step.",
    "signers": "These are more signers than one round takes.",
    "side-work": "So much has been asked in this case that nothing more can be.",
}
STANCE: Final = {
    Stance.AGREE: "In agreement",
    Stance.DISAGREE: "Disagrees",
    Stance.NONE: "Neither agrees nor disagrees",
}
