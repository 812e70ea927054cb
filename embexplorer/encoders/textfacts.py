"""What a folder says about its text encoder: words in, vectors out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.graph import Graph
from embexplorer.encoders.model import Padding, PadSide, Pooling, Role
from embexplorer.encoders.modelfolder import ModelFolder
from embexplorer.encoders.outputs import Output, roles_of, text_outputs

_USUAL_TOKENS, _MOST_TOKENS = 512, 2048  # beyond that, a single text takes minutes and gigabytes on a processor
_LARGEST_TOKENIZER = 100_000_000
_POOLINGS: dict[str, Pooling] = {
    "cls": "cls", "mean": "mean", "mean_sqrt_len": "mean", "max": "max", "lasttoken": "last",
    "weightedmean": "weighted",
}  # fmt: skip
# By the beginnings of names, as their authors' pages say; only proposed, and asked where no file says it.
_KNOWN_POOLINGS: tuple[tuple[tuple[str, ...], Pooling], ...] = (
    (("bge-m3", "bge-", "gte-base-en-v1.5", "gte-large-en-v1.5", "mxbai", "snowflake-arctic", "uae-"), "cls"),
    (("qwen", "e5-mistral", "sfr-embedding", "gte-qwen", "linq"), "last"),
)
_WRITING_MODELS = ("qwen2", "qwen3", "mistral", "llama", "gpt", "opt", "phi", "gemma2")
_KNOWN_PROMPTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("multilingual-e5", {"query": "query: ", "passage": "passage: "}),
    ("e5-", {"query": "query: ", "passage": "passage: "}),
    ("nomic-embed-text", {"query": "search_query: ", "passage": "search_document: "}),
    ("bge-small-en", {"query": "Represent this sentence for searching relevant passages: "}),
    ("bge-base-en", {"query": "Represent this sentence for searching relevant passages: "}),
    ("bge-large-en", {"query": "Represent this sentence for searching relevant passages: "}),
    ("mxbai-embed", {"query": "Represent this sentence for searching relevant passages: "}),
)
_METRICS = {"dot": "ip", "dot_product": "ip", "euclidean": "l2", "manhattan": "l2"}


@dataclass(frozen=True)
class TextFacts:
    """pooling: "none" where the graph pools by itself. asked: whether no file says how to pool. beyond: the file of a
    step after the graph that is not a part of it, "" where there is none."""

    roles: dict[str, Role]
    outputs: tuple[Output, ...]
    pooling: Pooling
    asked: bool
    prompts: dict[str, str]
    metric: str
    max_tokens: int
    most_tokens: int
    padding: Padding
    tokenizer: Path
    batch_rows: int
    dims: int  # as its files say, 0 where they do not
    beyond: str = ""


def text_facts(folder: ModelFolder, graph: Graph, *, is_pair: bool = False) -> TextFacts:
    """Raises EmbexError where the graph reads something else, or what it needs is missing."""
    roles = roles_of(graph)
    config = folder.config("config.json")
    own = config.get("text_config", config) if is_pair else config
    own = own if isinstance(own, dict) else {}
    kind = str(own.get("model_type") or config.get("model_type") or "")
    outputs = text_outputs(graph, *(("text_embeds", "pooler_output") if is_pair else ()))
    pooling, asked = _pooling(folder, kind)
    settings = folder.config("config_sentence_transformers.json")
    tokenizer = folder.tokenizer()
    most = _max_tokens(folder, own)
    fixed = next((value.size(1) for value in graph.inputs if roles[value.name] == "ids"), 0)
    if "siglip" in kind:  # was trained on texts of one length alone
        fixed = fixed or int(own.get("max_position_embeddings") or 64)
    most = min(most, fixed) if fixed else most
    return TextFacts(
        roles=roles,
        outputs=outputs,
        pooling=pooling,
        asked=asked,
        prompts=_prompts(folder, settings),
        metric=_METRICS.get(str(settings.get("similarity_fn_name")), "cosine"),
        max_tokens=min(most, _MOST_TOKENS),
        most_tokens=most,
        padding=Padding(_pad_token(folder, own, tokenizer), _pad_side(folder), fixed),
        tokenizer=tokenizer,
        batch_rows=next((value.size(0) for value in graph.inputs if roles[value.name] == "ids"), 0),
        dims=_whole(own, "projection_dim") if is_pair else _whole(own, "hidden_size", "d_model", "n_embd", "dim"),
        beyond=next((str(step.get("path")) for step in folder.modules() if _step(step) == "Dense"), ""),
    )


def _pooling(folder: ModelFolder, kind: str) -> tuple[Pooling, bool]:
    """How to pool, and whether a person has to say whether that is right."""
    where = next((str(step.get("path")) for step in folder.modules() if _step(step) == "Pooling"), "1_Pooling")
    config = folder.config(f"{where}/config.json", "1_Pooling/config.json")
    named = config.get("pooling_mode")
    modes = [named] if isinstance(named, str) else []
    modes = modes or [name.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token")
                      for name, on in config.items() if name.startswith("pooling_mode_") and on is True]  # fmt: skip
    if len(modes) > 1:
        raise EmbexError(
            f"The model joins several ways of pooling ({', '.join(modes)}), which embexplorer does not.",
            "Export it with sentence-transformers, so that the graph gives sentence_embedding.",
        )
    if modes and modes[0] in _POOLINGS:
        return _POOLINGS[modes[0]], False
    name = folder.name().lower()
    guess = next((pooling for starts, pooling in _KNOWN_POOLINGS if name.startswith(starts)), None)
    return guess or ("last" if kind.startswith(_WRITING_MODELS) else "mean"), True


def _prompts(folder: ModelFolder, settings: dict[str, Any]) -> dict[str, str]:
    given = settings.get("prompts")
    if isinstance(given, dict) and any(isinstance(text, str) and text for text in given.values()):
        by_role = {"query": ("query", "question", "s2p_query"), "passage": ("passage", "document", "corpus")}
        found = {role: next((given[n] for n in names if isinstance(given.get(n), str)), "")
                 for role, names in by_role.items()}  # fmt: skip
        return {role: text for role, text in found.items() if text}
    name = folder.name().lower()
    return dict(next((prompts for start, prompts in _KNOWN_PROMPTS if name.startswith(start)), {}))


def _max_tokens(folder: ModelFolder, config: dict[str, Any]) -> int:
    """The longest text in tokens, by what knows it best."""
    stated = _whole(folder.config("sentence_bert_config.json"), "max_seq_length")
    tokenizer = _whole(folder.config("tokenizer_config.json"), "model_max_length", "max_length")
    positions = _whole(config, "max_position_embeddings", "n_positions", "max_trained_positions")
    if positions and config.get("model_type") in ("roberta", "xlm-roberta", "camembert", "mpnet"):
        positions -= 2  # the first two stand for padding
    known = [number for number in (stated, tokenizer, positions) if 0 < number < 1_000_000]
    return stated if 0 < stated < 1_000_000 else min(known, default=_USUAL_TOKENS)


def _pad_side(folder: ModelFolder) -> PadSide:
    return "left" if folder.config("tokenizer_config.json").get("padding_side") == "left" else "right"


def _pad_token(folder: ModelFolder, config: dict[str, Any], tokenizer: Path) -> int:
    """The id that fills short texts, 0 where nobody says one."""
    if isinstance(config.get("pad_token_id"), int) and config["pad_token_id"] >= 0:
        return int(config["pad_token_id"])
    try:
        if tokenizer.stat().st_size > _LARGEST_TOKENIZER:
            return 0
        table = json.loads(tokenizer.read_text(encoding="utf-8"))
        if isinstance(table.get("padding"), dict):
            return int(table["padding"].get("pad_id", 0))
        token = folder.config("tokenizer_config.json").get("pad_token")
        token = token.get("content") if isinstance(token, dict) else token
        return next((int(t["id"]) for t in table.get("added_tokens", ()) if t.get("content") == token), 0)
    except (OSError, ValueError, AttributeError, TypeError, KeyError):  # the tokenizer says so itself when it is loaded
        return 0


def _step(step: dict[str, Any]) -> str:
    return str(step.get("type", "")).split(".")[-1]


def _whole(config: dict[str, Any], *names: str) -> int:
    return next((int(config[n]) for n in names if isinstance(config.get(n), (int, float)) and config[n] > 0), 0)
