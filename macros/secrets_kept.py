"""Passwords and the addresses of robots: from the environment or the keyring of the person at this computer, never from a workbook."""

import os

SERVICE = "genjin"


def secret(variable: str, account: str) -> str:
    """Return what the environment variable (if one is named) holds, else what the keyring keeps for the account, "" where neither does.

    A keyring that is not installed or cannot be opened holds nothing: whoever uses the variable must not be stopped by it.
    """
    if found := os.environ.get(variable, "") if variable else "":
        return found
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, account) or ""
    except KeyringError:
        return ""
