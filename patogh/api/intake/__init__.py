"""Events from outside: the HTTP tracking API that Segment's and RudderStack's public clients speak, with an answer for each event.

`reading` opens a body, `events` checks each event, `clocks` mends its time, `gathering` lets waiting requests share one
commit, `views` answer programs and `pages` the team. docs/intake.md has the table of every outcome.
"""
