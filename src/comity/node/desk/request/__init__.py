"""What an officer does with a request.

    asking      a request file is sent, or shown as a draft
    saying      every verb of the table `joint.request.verbs`, and the way of every act
    editing     another file in the place of that from which a draft was written
    words       what is said beside the codes: values, texts, attachments

Each gives `Sent` (it stands in the own log), `Waiting` (it lacks approvals) or
`Inadmissible` (a lawful no).  Nothing here waits for the other side.

Floor: node.
"""

from comity.node.desk.request.ask import draft, send
from comity.node.desk.request.edit_draft import edit, file_kind
from comity.node.desk.request.say import say
from comity.node.room.act_words import NOTHING, Attachment, Words

__all__ = ["NOTHING", "Attachment", "Words", "draft", "edit", "file_kind", "say", "send"]
