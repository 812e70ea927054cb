"""Only the newest progress is delivered; ends, starts and problems always are."""

import threading

from embexplorer.app.mailbox import Mailbox, Notice
from embexplorer.base.progress import Outcome, Problem, Step
from embexplorer.work.events import Done, Event, JobEnded, JobMoved, JobStarted


def moved(job: int, done: float, *problems: Problem) -> JobMoved:
    return JobMoved(job, Step(done, 10, problems=problems), done / 10, None)


def test_of_progress_only_the_newest_arrives() -> None:
    mailbox = Mailbox()
    first = mailbox.put(moved(1, 1))
    assert first == Notice(1)
    assert mailbox.put(moved(1, 2)) is None and mailbox.put(moved(1, 3)) is None
    assert mailbox.put(moved(2, 5)) == Notice(2)
    assert mailbox.take(first) == moved(1, 3)
    assert mailbox.put(moved(1, 4)) == Notice(1)


def test_everything_else_arrives_whole() -> None:
    mailbox = Mailbox()
    whole: list[Event] = [JobStarted(1), moved(1, 2, Problem("row 3", "is empty")), JobEnded(1, Done(Outcome()))]
    mailbox.put(moved(1, 1))
    for event in whole:
        assert mailbox.put(event) is event
        assert mailbox.take(event) is event


def test_many_threads_leave_no_notice_without_an_event() -> None:
    mailbox, sent = Mailbox(), []

    def work(job: int) -> None:
        for step in range(2_000):
            notice = mailbox.put(moved(job % 3, step))
            if notice is not None:
                sent.append(mailbox.take(notice))

    threads = [threading.Thread(target=work, args=(job,)) for job in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(event, JobMoved) for event in sent) and len(sent) >= 3
    assert mailbox.put(moved(0, 1)) == Notice(0)
