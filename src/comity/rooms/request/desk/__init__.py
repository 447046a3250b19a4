"""What an officer does with a request.

    ask          a request file is sent, or shown as a draft
    say          every verb of the table `joint.request.verbs`
    edit_draft   another file in the place of that from which a draft was written

Each gives `Sent` (it stands in the own log), `Waiting` (it lacks approvals) or
`Inadmissible` (a refusal by rule).  Nothing here waits for the other side.

Floor: rooms.
"""

from comity.rooms.request.desk.ask import draft, send
from comity.rooms.request.desk.edit_draft import edit, file_kind
from comity.rooms.request.desk.say import do, say

__all__ = ["do", "draft", "edit", "file_kind", "say", "send"]
