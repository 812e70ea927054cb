"""What a job says about itself."""

import pytest

from embexplorer.app.jobview import JobView, progress_words


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (JobView("1", "Embedding", 0.639, 41), "63 % · 0:41 left"),
        (JobView("1", "Embedding", 0.5), "50 %"),
        (JobView("1", "Embedding", None, 41), "0:41 left"),
        (JobView("1", "Embedding"), "Working"),
        (JobView("1", "Embedding", 1.5), "100 %"),
        (JobView("1", "Embedding", 0.5, 41, state="paused"), "Paused · 50 %"),
        (JobView("1", "Embedding", state="waiting"), "Waiting"),
        (JobView("1", "Embedding", 0.5, 3, state="cancelled"), "Stopped"),
        (JobView("1", "Embedding", state="done"), "Finished"),
        (JobView("1", "Embedding", state="failed"), "Failed"),
    ],
)
def test_progress_words(job: JobView, words: str) -> None:
    assert progress_words(job) == words
    assert job.is_over == (job.state in ("done", "cancelled", "failed"))
