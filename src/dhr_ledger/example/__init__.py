"""The plan that ships: an action plan as first agreed in early 2013, and two years of what was recorded about it.

``plan/`` holds one CSV file a section, laid out as councils keep them.
``history.jsonl`` holds one batch a line: when it was recorded, by whom, and the commands.

It is fiction, built on the public facts of a published plan: its review reference, agencies, headings, target dates
and words for status are as printed there, and many of its numbers.  Every sentence, event and figure is invented.
Nothing here records what any agency did.  People appear as posts only.
"""
