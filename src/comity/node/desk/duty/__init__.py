"""The duty desk: what arrived, which agency has it, who works on it, and what they wrote.

    intake    what arrived and nobody routed           papers   notes, tasks, advice, inquiries
    routing   which agency, by rule or by hand         work     who has an agency's part
    shifts    hand-over between officers               keep     steps, files and their index
    reach     who may read and act                     change   one step, in one transaction

Nothing of this crosses.

Floor: node.
"""
