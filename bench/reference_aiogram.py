"""A plain aiogram bot: Dispatcher, webhook through SimpleRequestHandler, every default as it comes."""

import argparse

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from bench import statement_screen
from bench.reference_answers import Answers


def keyboard(index: int) -> InlineKeyboardMarkup:
    """The buttons of one statement."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=text, callback_data=data) for text, data in row]
            for row in statement_screen.rows(index)
        ]
    )


def dispatcher(answers: Answers, url: str, secret: str) -> Dispatcher:
    """The three handlers and what happens at start and end."""
    updates = Dispatcher()

    @updates.startup()
    async def start(bot: Bot) -> None:
        await answers.create()
        await bot.set_webhook(url, secret_token=secret)

    @updates.shutdown()
    async def stop() -> None:
        await answers.close()

    @updates.message(CommandStart())
    async def first(message: Message) -> None:
        await message.answer(statement_screen.text(0), reply_markup=keyboard(0))

    @updates.callback_query(F.data.startswith("a:"))
    async def answered(query: CallbackQuery) -> None:
        assert query.data is not None
        assert isinstance(query.message, Message)
        index, value = statement_screen.read_answer(query.data)
        await answers.keep(query.message.chat.id, index, value)
        await query.answer()
        await query.message.edit_text(statement_screen.text(index + 1), reply_markup=keyboard(index + 1))

    return updates


def main() -> None:
    """Serves the bot until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--api-base", "--token", "--secret", "--database"):
        parser.add_argument(name, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()

    bot = Bot(options.token, session=AiohttpSession(api=TelegramAPIServer.from_base(options.api_base)))
    updates = dispatcher(Answers(options.database), f"http://127.0.0.1:{options.port}/hook", options.secret)
    app = web.Application()
    SimpleRequestHandler(updates, bot, secret_token=options.secret).register(app, path="/hook")
    setup_application(app, updates, bot=bot)
    web.run_app(app, host="127.0.0.1", port=options.port)


if __name__ == "__main__":
    main()
