"""Failures and the exit codes of Parapet's programs."""

BAD_INPUT = 1
INPUT_OUTPUT = 3
UNUSABLE_FILE = 4


class Failure(Exception):
    """Something the user has to know about; ends the program with `code`."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
