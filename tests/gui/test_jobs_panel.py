"""The job panel and the chip in the status line."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from embexplorer.app.jobview import JobView
from embexplorer.base.progress import Problem
from embexplorer.gui.jobs_panel import JobChip, JobsPanel

EMBED = JobView("1", "Embedding", 0.63, 41, "reviews.csv")
LAYOUT = JobView("2", "Making the map")
PROBLEMS = (Problem("a.png", "The image is damaged.", "Replace it."), Problem("b.png", "The file is empty."))
DONE = JobView("3", "Importing", 1.0, state="done", summary="Added 12 images.", problems=PROBLEMS)


@pytest.fixture
def panel(qtbot: QtBot) -> JobsPanel:
    panel = JobsPanel()
    qtbot.addWidget(panel)
    panel.resize(360, 600)
    panel.set_jobs((EMBED, LAYOUT, DONE))
    panel.show()
    return panel


def test_buttons_name_their_job(panel: JobsPanel, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    panel.cancel_requested.connect(lambda id_: told.append(("cancel", id_)))
    panel.pause_requested.connect(lambda id_: told.append(("pause", id_)))
    panel.dismissed.connect(lambda id_: told.append(("dismiss", id_)))
    for button in (panel.rows["1"].pause_button, panel.rows["2"].cancel_button, panel.rows["3"].dismiss_button):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told == [("pause", "1"), ("cancel", "2"), ("dismiss", "3")]


def test_what_can_be_done_follows_the_state(panel: JobsPanel) -> None:
    running, over = panel.rows["1"], panel.rows["3"]
    assert (running.cancel_button.isVisible(), running.dismiss_button.isVisible()) == (True, False)
    assert (over.cancel_button.isVisible(), over.pause_button.isVisible()) == (False, False)
    assert over.dismiss_button.isVisible()
    panel.set_jobs((replace(EMBED, state="paused"), LAYOUT, DONE))
    assert panel.rows["1"] is running
    assert running.pause_button.accessibleName() == "Go on with Embedding"
    assert running.accessibleName() == "Embedding: Paused · 63 %"


def test_jobs_that_are_gone_leave_and_the_order_is_kept(panel: JobsPanel) -> None:
    new = JobView("4", "Checking", 0.1)
    panel.set_jobs((new, DONE))
    assert list(panel.rows) == ["3", "4"]
    assert panel._box.indexOf(panel.rows["4"]) == 0
    assert panel._box.indexOf(panel.rows["3"]) == 1
    panel.set_jobs(())
    assert panel._stack.currentIndex() == 0


def test_problems_open_and_can_be_copied(panel: JobsPanel, qtbot: QtBot, qapp: QApplication) -> None:
    line = panel.rows["3"]
    assert line.problems_button.text() == "2 problems"
    assert not line.problem_list.isVisible()
    qtbot.mouseClick(line.problems_button, Qt.MouseButton.LeftButton)
    assert line.problem_list.isVisible()
    qtbot.mouseClick(line.copy_button, Qt.MouseButton.LeftButton)
    assert qapp.clipboard().text() == "a.png: The image is damaged. Replace it.\nb.png: The file is empty."
    assert not panel.rows["1"].problems_button.isVisible()


def test_a_hundred_thousand_problems_stay_a_short_list(panel: JobsPanel) -> None:
    panel.set_jobs((replace(DONE, problems=PROBLEMS * 50_000),))
    text = panel.rows["3"].problem_list.toPlainText()
    assert text.count("\n") == 500
    assert "99,500 more" in text


@pytest.mark.parametrize(
    ("jobs", "text"),
    [
        ((EMBED,), "Embedding · 63 % · 0:41 left"),
        ((DONE, EMBED, LAYOUT), "Embedding · 63 % · 0:41 left · 1 more"),
        ((DONE,), "Importing · Finished with problems"),
        ((replace(EMBED, state="failed"),), "Embedding · Failed"),
        ((replace(DONE, problems=()),), ""),
        ((), ""),
    ],
)
def test_the_chip_says_the_least_that_matters(qtbot: QtBot, jobs: tuple[JobView, ...], text: str) -> None:
    chip = JobChip()
    qtbot.addWidget(chip)
    chip.set_jobs(jobs)
    assert (chip.text(), chip.isVisible()) == (text, bool(text))
