"""The examiner: a process that holds the tests, and asks the learner's kernel for what they need.

Values cross, objects do not. ``answering`` runs in the learner's kernel, ``examiner`` in a process
that the learner's code never shares; ``codec`` is the closed list of what may pass between them.
"""
