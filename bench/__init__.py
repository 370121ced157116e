"""What an answer costs: Werkstem beside a plain aiogram bot and a plain python-telegram-bot, on this machine.

``bot_api`` stands in for Telegram, ``people`` tap, ``reference_*`` are the two plain bots, ``ours`` prepares Werkstem,
``service`` measures a process, and ``__main__`` (`make bench`) runs the rounds and prints the table.
"""
