"""How much of a file a form may carry: it stays in memory, and is never written down in the clear.

A file that is larger goes in ranges, by the script; where there is none it is left out, and the
form says so.

Floor: surfaces.
"""

from io import BytesIO
from typing import Any, Final, override

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

FORM_BYTES_MAX: Final = 8 << 20
"""Of all files of one form."""

LARGE: Final = "comity.upload.large"
"""Where the names of files that were left out stand in the environment of a request."""


class Bounded(FileUploadHandler):
    """Keeps the files of a form in memory, up to a number of bytes of all together."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._left = FORM_BYTES_MAX
        self._file = BytesIO()

    @override
    def new_file(self, *args: Any, **rest: Any) -> None:
        super().new_file(*args, **rest)
        self._file = BytesIO()

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._left -= len(raw_data)
        if self._left < 0:
            self._left += len(raw_data) + self._file.tell()
            if self.request is not None:
                self.request.META.setdefault(LARGE, []).append(self.file_name or "")
            raise SkipFile
        self._file.write(raw_data)

    @override
    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._file.seek(0)
        return InMemoryUploadedFile(
            self._file,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.charset,
            self.content_type_extra,
        )
