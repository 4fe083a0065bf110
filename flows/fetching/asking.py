"""One address asked for in its host's turn, and again while the trouble is temporary."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flows.fetching.clock import Clock
from flows.fetching.exchange import Answer, Exchanges, Question, Trouble
from flows.fetching.hosts import Host, NotNow, Pace
from flows.fetching.outcomes import Failure
from flows.fetching.retrying import asking_again, retry_at

_ASKS_FOR_PATIENCE = frozenset({429, 503})


class Asked(NamedTuple):
    """What came of asking, and how many requests it took."""

    outcome: Answer | Failure
    requests: int


class Asking:
    """Asks hosts in turn, again while the trouble may pass, and never before they want it."""

    def __init__(self, exchanges: Exchanges, clock: Clock, retries: int) -> None:
        self._exchanges = exchanges
        self._clock = clock
        self._retries = retries

    async def ask(self, host: Host, pace: Pace, question: Question) -> Asked:
        """Ask until there is an answer that stands. A temporary status that stays is ``busy``."""
        requests = 0

        async def once() -> Answer | Trouble:
            nonlocal requests
            async with host.turn(pace):
                requests += 1
                outcome = await self._exchanges.ask(question)
                if isinstance(outcome, Answer) and outcome.is_temporary:
                    self._note_retry_after(host, outcome)
            return outcome

        def ease_off(outcome: Answer | Trouble, wait: float) -> None:
            # All of a busy host's pages wait, not only the one that was told.
            if isinstance(outcome, Answer) and outcome.status in _ASKS_FOR_PATIENCE:
                host.pause_until(self._clock.now() + timedelta(seconds=wait))

        try:
            outcome: Answer | Trouble
            outcome = await asking_again(self._clock, self._retries, ease_off)(once)
        except NotNow as wait:
            return Asked(Failure("busy", str(wait), wait.retry_at), requests)
        host.note(isinstance(outcome, Answer) and outcome.status in _ASKS_FOR_PATIENCE)
        return Asked(self._final(outcome), requests)

    def _note_retry_after(self, host: Host, answer: Answer) -> None:
        if moment := retry_at(answer, self._clock.now()):
            host.pause_until(moment)

    def _final(self, outcome: Answer | Trouble) -> Answer | Failure:
        if isinstance(outcome, Trouble):
            return Failure(outcome.kind, outcome.detail)
        if outcome.is_temporary:
            moment = retry_at(outcome, self._clock.now())
            return Failure("busy", f"answered {outcome.status} each time", moment)
        return outcome
