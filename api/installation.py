"""The store of an installation, opened for use: its tables are there and fit, or somebody is told what to do."""

from sqlalchemy.exc import SQLAlchemyError

from api.settings import BadSettings, Settings
from storage import schema
from storage.errors import StoreUnavailable
from storage.failures import code_of
from storage.store import Store


def prepared_store(settings: Settings) -> Store:
    """The store, with its tables: created in an empty database, checked in any other.

    Raises UnknownDatabase, SchemaError or StoreUnavailable.
    """
    if not settings.database_url.get_secret_value():
        try:
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            fault = f"DATA ({settings.data}) cannot be made: {error.strerror}. Name a folder that you may write."
            raise BadSettings(faults=[fault]) from None
    store = Store.open(settings.database)
    try:
        schema.prepare(store.engine)
    except SQLAlchemyError as error:
        store.close()
        cause = code_of(getattr(error, "orig", None) or error)
    except BaseException:
        store.close()
        raise
    else:
        return store
    # Outside the except block: a driver's message may quote the address, and with it a password.
    raise StoreUnavailable(cause=f"{cause}; see to WERKSTEM_DATABASE_URL, or run `werkstem doctor`")
