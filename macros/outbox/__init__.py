"""The outbox: what 消息 says of a text besides the text itself, and what becomes of it once it was sent."""

from macros.outbox.log_sent import log_sent as log_sent
