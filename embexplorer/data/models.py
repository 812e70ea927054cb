"""Models as people see them: what is installed, and what is asked when one is added."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from embexplorer.base.settings import setting

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ModelChoices:
    """What a person may decide about a model that is added. Empty texts and 0 stand for what was found."""

    name: str = setting("", "Name", "How the model is called in embexplorer.")
    precision: str = setting("", "File", "Smaller files are faster and less exact.")
    output: str = setting("", "Vectors from", "Which layer of the model the vectors are taken from.")
    pooling: Literal["mean", "cls", "last", "max", "weighted", "none"] = setting(
        "none", "Pooling", "How the vectors of all parts of an input become one. The model's page says which is right."
    )
    query_prompt: str = setting("", "Put before a question", "Some models expect words such as “query: ”.")
    passage_prompt: str = setting("", "Put before an item", "Some models expect words such as “passage: ”.")
    dims: int = setting(
        0, "Dimensions", "Fewer save room where the model was trained for it (Matryoshka).", minimum=1, maximum=65_536
    )
    max_tokens: int = setting(
        0, "Longest text", "In tokens, some four letters each; longer texts are cut.", minimum=8, maximum=32_768
    )
    metric: Literal["cosine", "ip", "l2"] = setting("cosine", "Compared by", "How near two vectors are.")


@dataclass(frozen=True)
class TrialLine:
    """One thing that a trial run showed. good: None where it is a plain fact."""

    text: str
    good: bool | None = None


@dataclass(frozen=True)
class ModelProposal:
    """What was found in a folder. facts: (name, value). options: for fields of the choices that have a few values.
    offered: the fields that can be chosen. asked: those of them that the files do not answer. trial: of a run on
    samples, () before there was one. warnings: sentences. error: why it cannot be added, "" where it can."""

    folder: Path
    choices: ModelChoices = ModelChoices()
    facts: tuple[tuple[str, str], ...] = ()
    options: dict[str, Choices] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    trial: tuple[TrialLine, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class ModelView:
    """An installed model. kind: "text", "image" or "pair". speed: measured on this computer, "" before. removable: the
    user added it. problem: why it cannot be used, with what to do, "" where it can."""

    id: str
    name: str
    kind: str
    dims: int = 0
    licence: str = ""
    languages: tuple[str, ...] = ()
    source: str = ""
    bytes: int = 0
    precisions: tuple[str, ...] = ()
    speed: str = ""
    removable: bool = False
    problem: str = ""
    folder: Path = Path()
