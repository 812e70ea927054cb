"""What a runner tells: frozen values, posted from its threads and passed to the window's thread by one bridge."""

from dataclasses import dataclass

from embexplorer.base.progress import Outcome, Step


@dataclass(frozen=True)
class Done:
    """The work ran to its end."""

    outcome: Outcome


@dataclass(frozen=True)
class WasCancelled:
    """The user stopped the work, or a newer request outdated it. What it had committed before stays."""


@dataclass(frozen=True)
class Failed:
    """text, hint: for people. traceback: "" for a failure of the world, else where in our code it happened."""

    text: str
    hint: str = ""
    traceback: str = ""


Ending = Done | WasCancelled | Failed


@dataclass(frozen=True)
class JobStarted:
    job_id: int


@dataclass(frozen=True)
class JobMoved:
    """fraction: 0 to 1, None where the total is unknown. left_s: seconds left, None until it can be told."""

    job_id: int
    step: Step
    fraction: float | None
    left_s: float | None


@dataclass(frozen=True)
class JobEnded:
    """The last event of a job, exactly one for each; a job that is cancelled while it waits never started."""

    job_id: int
    ending: Ending


Event = JobStarted | JobMoved | JobEnded
