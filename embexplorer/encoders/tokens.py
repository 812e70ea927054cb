"""Texts to token ids, with our own padding and truncation: tokenizer files bring settings of their own along."""

from collections.abc import Sequence
from dataclasses import dataclass

from embexplorer.base.errors import EmbexError
from embexplorer.encoders.model import ModelManifest
from embexplorer.encoders.registry import verified

# Characters read for each token that the model reads: far more than any language needs, and a novel in one cell
# costs no more than a page.
_CHARACTERS_PER_TOKEN = 128

EMPTY = "The text is empty."
UNKNOWN = "The model knows none of the words in this text."


@dataclass(frozen=True)
class Tokens:
    """ids: what the model reads. cut: the text was longer than that. failure: why it cannot be embedded, or ""."""

    ids: Sequence[int]
    cut: bool
    failure: str = ""


class TextTokenizer:
    """The tokenizer of a model. read() may be called from several threads."""

    def __init__(self, manifest: ModelManifest) -> None:
        """Raises EmbexError where the tokenizer's file is missing, damaged or not a tokenizer."""
        from tokenizers import Tokenizer

        if manifest.tokenizer is None:
            raise EmbexError(f"The model “{manifest.id}” names no tokenizer.", "Correct its model.json.")
        path = verified(manifest.tokenizer)
        try:
            self._tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
        except Exception as error:  # the library raises bare Exception
            raise EmbexError(
                f"{path.name} in {path.parent} is not a tokenizer that can be read ({str(error)[:200]}).",
                "Install the model again.",
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(manifest.max_tokens)
        self._most = manifest.max_tokens
        self._special = manifest.add_special_tokens
        self._dropped = self._tokenizer.token_to_id(manifest.drop_token) if manifest.drop_token else None
        self._wordless = self._ids_without_words()

    def read(self, texts: Sequence[str], prompt: str = "") -> list[Tokens]:
        """The tokens of each text, put after the prompt."""
        limit = self._most * _CHARACTERS_PER_TOKEN
        starts = [text.lstrip() for text in texts]
        # a lone surrogate, as broken imports leave behind, is no UTF-8 and would end the whole batch
        clean = [prompt + text[:limit].encode("utf-8", "replace").decode() for text in starts]
        encodings = self._tokenizer.encode_batch_fast(clean, add_special_tokens=self._special)
        of_prompt = self._known(self._tokenizer.encode(prompt, add_special_tokens=self._special).ids)
        return [
            self._judged(text, encoding.ids, len(text) > limit or len(encoding.overflowing) > 0, of_prompt)
            for text, encoding in zip(starts, encodings, strict=True)
        ]

    def _judged(self, text: str, ids: list[int], cut: bool, of_prompt: list[int]) -> Tokens:
        if not text:
            return Tokens((), False, EMPTY)
        if self._known(ids) == of_prompt:
            return Tokens((), False, UNKNOWN)
        if self._dropped is not None:
            ids = [token for token in ids if token != self._dropped]
        return Tokens(ids, cut)

    def _known(self, ids: list[int]) -> list[int]:
        return [token for token in ids if token not in self._wordless]

    def _ids_without_words(self) -> frozenset[int]:
        """The ids that every text has, and the one for what the model does not know."""
        ids = set(self._tokenizer.encode("", add_special_tokens=self._special).ids)
        unknown = getattr(self._tokenizer.model, "unk_token", None)
        token = None if unknown is None else self._tokenizer.token_to_id(unknown)
        if token is not None:
            ids.add(token)
        return frozenset(ids)
