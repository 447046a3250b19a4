"""Pages take turns, and none waits for ever."""

import threading

from comity.surfaces.web.turns import Turns


def test_pages_are_made_one_after_the_other() -> None:
    """However many are asked for at once, no two are made at once."""
    turns, made, most = Turns(patience_s=60), list[int](), list[int]()

    def make(number: int) -> None:
        with turns.taken():
            made.append(number)
            most.append(len(made))
            made.remove(number)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most == [1] * 20


def test_a_page_that_takes_long_keeps_no_other_waiting_for_ever() -> None:
    """Whoever waited long enough goes on beside it; and then turns are taken as before."""
    turns = Turns(patience_s=0.01)
    with turns.taken(), turns.taken():
        pass
    with turns.taken():
        pass
