"""Phone numbers as counter systems hold them, and as a screen may show them."""

from __future__ import annotations


def plain_phone(written: str) -> str:
    """Digits only (a leading + for other countries): +86 and 0086 before a mobile number are dropped."""
    digits = "".join(character for character in written if character.isdigit())
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) == 11 and digits[len(prefix)] == "1":
            return digits[len(prefix) :]
    return "+" + digits if written.lstrip().startswith("+") else digits


def masked_phone(phone: str) -> str:
    """138****5678; of shorter numbers only the last digits, never more than the last four."""
    if len(phone) == 11 and phone.startswith("1"):
        return f"{phone[:3]}****{phone[-4:]}"
    return "****" + phone[-min(4, len(phone) // 2) :] if phone else ""
