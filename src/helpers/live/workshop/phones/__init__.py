"""The participants' side of a workshop: a small web application for phones, and its page.

One process serves all phones. It stands on the workshop's file alone: it may be killed at any moment, and the next one
answers at the same address. Who has the file open besides (the presenter's notebook, a watched folder) does not matter.

- ``serve``: the process; binds, writes ``server.json``, ends in order
- ``addresses``: where phones reach it
- ``application``, ``room``: the addresses that answer, what they answer, and what stands behind them
- ``guarding``, ``limits``, ``asked``: who may ask, how often, how much, and in what form
- ``writing``: one thread that keeps what phones hand in, many in one commit
- ``watching``: what the presenter does, told to all phones at once
- ``telling``: what a phone may know: never another's answer, nothing of a hidden round
- ``page``: the page itself, its words and its files
- ``qr``: the address as a code to scan
"""
