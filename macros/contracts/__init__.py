"""Contracts (R76): drafts out of templates, a register of numbers, review, archive, and the check of signed files."""
