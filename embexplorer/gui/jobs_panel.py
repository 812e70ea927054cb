"""What is being worked on: how far, how long still, what went wrong."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QWidget,
)

from embexplorer.app.jobview import JobView, progress_words
from embexplorer.base.wording import count
from embexplorer.gui.icons import dress
from embexplorer.gui.pieces import ElidedLabel, EmptyState, button, column, label, row, tool_button
from embexplorer.gui.tokens import GRID

_STEPS = 1000
_SHOWN_PROBLEMS = 500


class JobsPanel(QWidget):
    """cancel_requested, pause_requested (also to go on), dismissed: the id of a job."""

    cancel_requested = Signal(str)
    pause_requested = Signal(str)
    dismissed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.rows: dict[str, JobRow] = {}
        self._box = column(None, margin=GRID, spacing=GRID)
        page = QWidget()
        page.setLayout(self._box)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        area.setAccessibleName("Jobs")
        self._stack = QStackedLayout()
        self._stack.addWidget(
            EmptyState("job", "Nothing to do", "Imports, embedding and maps show their progress here.")
        )
        self._stack.addWidget(area)
        self.setLayout(self._stack)

    def set_jobs(self, jobs: tuple[JobView, ...]) -> None:
        """Show these jobs, in this order. Cheap when little changed: call it as often as you like."""
        for gone in set(self.rows) - {job.id for job in jobs}:
            line = self.rows.pop(gone)
            self._box.removeWidget(line)
            line.hide()
            line.deleteLater()
        for at, job in enumerate(jobs):
            line = self.rows.get(job.id) or self._add(job.id, at)
            line.set_job(job)
        self._stack.setCurrentIndex(1 if jobs else 0)

    def _add(self, job_id: str, at: int) -> "JobRow":
        line = JobRow()
        line.cancel_button.clicked.connect(lambda: self.cancel_requested.emit(job_id))
        line.pause_button.clicked.connect(lambda: self.pause_requested.emit(job_id))
        line.dismiss_button.clicked.connect(lambda: self.dismissed.emit(job_id))
        self.rows[job_id] = line
        self._box.insertWidget(at, line)
        return line


class JobRow(QFrame):
    """One job."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._job: JobView | None = None
        self._title = ElidedLabel("", "heading")
        self._words = label("", "small")
        self._note = ElidedLabel("", "small")
        self._summary = label("", "muted", wrap=True)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setRange(0, _STEPS)
        self.pause_button = tool_button("pause", "Pause")
        self.cancel_button = tool_button("close", "Stop")
        self.dismiss_button = tool_button("close", "Remove from the list")
        self.problems_button = button("", "link", "warning")
        self.problems_button.clicked.connect(self._on_problems_clicked)
        self.copy_button = button("Copy list", "link", "copy")
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.problem_list = QPlainTextEdit(readOnly=True)
        self.problem_list.setAccessibleName("What could not be used")
        self.problem_list.setFixedHeight(GRID * 16)
        self.problem_list.hide()
        self.copy_button.hide()
        top = row(spacing=GRID)
        top.addWidget(self._title, 1)
        for part in (self.pause_button, self.cancel_button, self.dismiss_button):
            top.addWidget(part)
        state = row()
        state.addWidget(self._note, 1)
        state.addWidget(self._words)
        foot = row(self.problems_button, None, self.copy_button)
        layout = column(top, self._bar, state, self._summary, foot, self.problem_list, spacing=4)
        layout.setContentsMargins(GRID * 2, GRID, GRID, 12)
        self.setLayout(layout)

    def set_job(self, job: JobView) -> None:
        if job == self._job:
            return
        if self._job is None or job.problems != self._job.problems:
            self._set_problems(job)
        self._job = job
        words = progress_words(job)
        self._title.setText(job.title)
        self._words.setText(words)
        self._note.setText("" if job.is_over else job.note)
        self._summary.setText(job.summary)
        self._summary.setVisible(bool(job.summary) and job.is_over)
        self._note.setVisible(not job.is_over)
        self._words.setVisible(not (job.is_over and job.summary))
        self._set_bar(job)
        self.pause_button.setVisible(job.state in ("running", "paused"))
        self.cancel_button.setVisible(not job.is_over)
        self.dismiss_button.setVisible(job.is_over)
        is_paused = job.state == "paused"
        dress(self.pause_button, "resume" if is_paused else "pause", "muted")
        self.pause_button.setToolTip("Go on" if is_paused else "Pause")
        for control, verb in (
            (self.pause_button, "Go on with" if is_paused else "Pause"),
            (self.cancel_button, "Stop"),
        ):
            control.setAccessibleName(f"{verb} {job.title}")
        self.setAccessibleName(f"{job.title}: {job.summary or words}")

    def _set_bar(self, job: JobView) -> None:
        self._bar.setVisible(not job.is_over)
        self._bar.setAccessibleName(f"Progress of {job.title}")
        if job.fraction is None and job.state == "running":
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, _STEPS)
            self._bar.setValue(round(_STEPS * (job.fraction or 0)))

    def _set_problems(self, job: JobView) -> None:
        number = len(job.problems)
        self.problems_button.setVisible(number > 0)
        self.problems_button.setText(f"{count(number, 'problem')}")
        lines = [str(problem) for problem in job.problems[:_SHOWN_PROBLEMS]]
        if number > _SHOWN_PROBLEMS:
            lines.append(f"and {number - _SHOWN_PROBLEMS:,} more; “Copy list” has them all.")
        self.problem_list.setPlainText("\n".join(lines))
        if not number:
            self.problem_list.hide()
            self.copy_button.hide()

    def _on_problems_clicked(self) -> None:
        is_open = not self.problem_list.isVisible()
        self.problem_list.setVisible(is_open)
        self.copy_button.setVisible(is_open)

    def _on_copy_clicked(self) -> None:
        if self._job is not None:
            QApplication.clipboard().setText("\n".join(str(problem) for problem in self._job.problems))


class JobChip(QPushButton):
    """The running job in a few words, for the status line."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "chip")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        dress(self, "job", "muted")
        self.set_jobs(())

    def set_jobs(self, jobs: tuple[JobView, ...]) -> None:
        """“Embedding · 63 % · 0:41 left · 2 more”; hidden when nothing runs and nothing went wrong."""
        active = [job for job in jobs if not job.is_over]
        failed = [job for job in jobs if job.state == "failed" or job.problems]
        if active:
            running = next((job for job in active if job.state == "running"), active[0])
            more = f" · {len(active) - 1} more" if len(active) > 1 else ""
            self.setText(f"{running.title} · {progress_words(running)}{more}")
        elif failed:
            last = failed[-1]
            self.setText(f"{last.title} · {progress_words(last)}{' with problems' if last.problems else ''}")
        else:
            self.setText("")
        self.setToolTip("Show the jobs")
        self.setAccessibleName(self.text() or "Jobs")
        self.setVisible(bool(active or failed))
