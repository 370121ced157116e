"""A plain python-telegram-bot: Application behind Starlette and uvicorn, as its custom-webhook example has it."""

import argparse
import asyncio
import secrets
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from bench import statement_screen
from bench.reference_answers import Answers

PlainApplication = Application[Any, Any, Any, Any, Any, Any]


def keyboard(index: int) -> InlineKeyboardMarkup:
    """The buttons of one statement."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in statement_screen.rows(index)]
    )


def add_handlers(application: PlainApplication, answers: Answers) -> None:
    """The two handlers of the bot."""

    async def first(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(statement_screen.text(0), reply_markup=keyboard(0))

    async def answered(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        assert query is not None
        assert query.data is not None
        assert query.message is not None
        index, value = statement_screen.read_answer(query.data)
        await answers.keep(query.message.chat.id, index, value)
        await query.answer()
        await query.edit_message_text(statement_screen.text(index + 1), reply_markup=keyboard(index + 1))

    application.add_handler(CommandHandler("start", first))
    application.add_handler(CallbackQueryHandler(answered, pattern="^a:"))


def web_application(application: PlainApplication, secret: str) -> Starlette:
    """The one page that Telegram posts to."""

    async def hook(request: Request) -> Response:
        if not secrets.compare_digest(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), secret):
            return Response(status_code=401)
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return Response()

    return Starlette(routes=[Route("/hook", hook, methods=["POST"])])


async def serve(options: argparse.Namespace) -> None:
    """Serves the bot until it is told to stop."""
    answers = Answers(options.database)
    await answers.create()
    builder = Application.builder().token(options.token).updater(None)
    application = builder.base_url(f"{options.api_base}/bot").build()
    add_handlers(application, answers)
    # Its access log would cost it CPU that has nothing to do with the bot.
    config = uvicorn.Config(
        web_application(application, options.secret), host="127.0.0.1", port=options.port, access_log=False
    )
    async with application:
        await application.start()
        await application.bot.set_webhook(f"http://127.0.0.1:{options.port}/hook", secret_token=options.secret)
        await uvicorn.Server(config).serve()
        await application.stop()
    await answers.close()


def main() -> None:
    """Reads the options and serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--api-base", "--token", "--secret", "--database"):
        parser.add_argument(name, required=True)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
