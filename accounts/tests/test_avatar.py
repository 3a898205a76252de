import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts import avatars
from accounts.tests.support import bearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]
URL = "/api/user/avatar"
RED, BLUE = (255, 0, 0), (0, 0, 255)


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 300), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, RED if mode == "RGB" else 0).save(out, kind, **options)
    return out.getvalue()


def upload(client: Any, data: bytes, name: str = "me.png", kind: str = "image/png") -> Any:
    return client.post(URL, {"file": SimpleUploadedFile(name, data, kind)}, format="multipart")


def fetch(client: Any, url: str) -> Image.Image:
    response = client.get(url)
    assert response.status_code == 200
    return Image.open(BytesIO(response.content))


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is this large, and unpacks to nothing but zeros."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(min((width // 8 + 1) * height, 20_000_000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_it_works(alice: Any, alice_api: Any, kind: str) -> None:
    response = upload(alice_api, picture(kind))
    assert response.status_code == 200
    url = response.json()["avatar"]
    assert url == alice_api.get("/api/user/info").json()["avatar"]
    image = fetch(alice_api, url)
    assert (image.format, image.size) == ("WEBP", (256, 256))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_kinds_of_pixels(alice_api: Any, mode: str) -> None:
    assert upload(alice_api, picture(mode=mode)).status_code == 200


def test_what_is_transparent_stays_so(alice_api: Any) -> None:
    url = upload(alice_api, picture(mode="RGBA")).json()["avatar"]
    assert fetch(alice_api, url).convert("RGBA").getpixel((128, 128)) == (0, 0, 0, 0)


def test_headers_of_the_file(alice_api: Any) -> None:
    response = alice_api.get(upload(alice_api, picture()).json()["avatar"])
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == "inline"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"].startswith("private")


def test_who_may_see_it(alice: Any, alice_api: Any, bob_api: Any, api: Any) -> None:
    url = upload(alice_api, picture()).json()["avatar"]
    assert bob_api.get(url).status_code == 200
    assert bearer(alice).get(url).status_code == 200
    assert api.get(url).status_code == 401


def test_nobody(api: Any) -> None:
    assert upload(api, picture()).status_code == 401
    assert api.delete(URL).status_code == 401


@pytest.mark.parametrize(
    "name", ["00000000-0000-0000-0000-000000000000.webp", "x.webp", "..%2f..%2fkeys%2fsecret_key", "a.svg"]
)
def test_unknown_files(alice_api: Any, name: str) -> None:
    assert alice_api.get(f"/media/avatars/{name}").status_code == 404


def test_the_old_file_is_deleted(
    alice: Any, alice_api: Any, media_root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    for _try in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            upload(alice_api, picture())
        alice.refresh_from_db()
        assert [file.name for file in (media_root / "avatars").iterdir()] == [alice.avatar]


def test_remove(alice: Any, alice_api: Any, media_root: Path, django_capture_on_commit_callbacks: Any) -> None:
    url = upload(alice_api, picture()).json()["avatar"]
    with django_capture_on_commit_callbacks(execute=True):
        assert alice_api.delete(URL).json() == {"avatar": None}
    assert alice_api.get("/api/user/info").json()["avatar"] is None
    assert alice_api.get(url).status_code == 404
    assert not list((media_root / "avatars").iterdir())
    assert alice_api.delete(URL).status_code == 200


def test_only_ones_own(alice: Any, alice_api: Any, bob: Any) -> None:
    alice_api.post(
        URL, {"file": SimpleUploadedFile("a.png", picture()), "user": bob.pk, "id": bob.pk}, format="multipart"
    )
    bob.refresh_from_db()
    assert bob.avatar == ""


def test_it_is_cut_in_the_middle(alice_api: Any) -> None:
    image = Image.new("RGB", (600, 200), RED)
    ImageDraw.Draw(image).rectangle((200, 0, 400, 200), fill=BLUE)
    out = BytesIO()
    image.save(out, "PNG")
    result = fetch(alice_api, upload(alice_api, out.getvalue()).json()["avatar"]).convert("RGB")
    red, _green, blue = result.getpixel((10, 10))  # type: ignore[misc]  # an RGB pixel has three values
    assert blue > 200 > 50 > red


def test_photos_stand_upright_and_say_nothing_of_the_place(alice_api: Any) -> None:
    image = Image.new("RGB", (256, 256), RED)
    ImageDraw.Draw(image).rectangle((0, 0, 255, 127), fill=BLUE)
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    exif[0x010E] = "at home"
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"secret comment", icc_profile=b"secret profile")
    response = alice_api.get(upload(alice_api, out.getvalue()).json()["avatar"])
    result = Image.open(BytesIO(response.content)).convert("RGB")
    top, bottom = result.getpixel((128, 20)), result.getpixel((128, 236))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[0] > 200 and bottom[2] > 200
    assert b"at home" not in response.content and b"secret" not in response.content
    assert not result.getexif()


def test_the_first_frame_of_a_film(alice_api: Any) -> None:
    frames = [Image.new("RGB", (64, 64), RED), Image.new("RGB", (64, 64), BLUE)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    result = fetch(alice_api, upload(alice_api, out.getvalue()).json()["avatar"])
    assert getattr(result, "n_frames", 1) == 1
    assert result.convert("RGB").getpixel((128, 128))[0] > 200  # type: ignore[index]  # an RGB pixel is a tuple


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
BAD: dict[str, bytes] = {
    "nothing": b"",
    "text": b"hello",
    "svg": SVG,
    "svg with a byte order mark": b"\xef\xbb\xbf" + SVG,
    "html": HTML,
    "html behind a PNG's first bytes": b"\x89PNG\r\n\x1a\n" + HTML,
    "html behind a GIF's first bytes": b"GIF89a" + HTML,
    "script behind a GIF's first bytes": b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)",
    "html behind a JPEG's first bytes": b"\xff\xd8\xff\xe0" + HTML,
    "html in a RIFF": b"RIFF\x40\0\0\0WEBPVP8 " + HTML,
    "PNG cut off": picture()[:-30],
    "PNG of a header only": picture()[:33],
    "JPEG cut off": picture("JPEG", (2000, 2000))[:-2000],
    "WebP cut off": picture("WEBP")[:-20],
    "GIF cut off": picture("GIF", (400, 300))[:40],
    "BMP": picture("BMP"),
    "TIFF": picture("TIFF"),
    "ICO": picture("ICO", (32, 32)),
    "PPM": picture("PPM"),
    "PDF": picture("PDF"),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "PNG of no width": png_of(0, 10),
    "PNG with a wrong sum": picture()[:60] + b"\xff\xff" + picture()[62:],
    "zeros": b"\0" * 1000,
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
@pytest.mark.parametrize(("name", "kind"), [("me.png", "image/png"), ("me.svg", "image/svg+xml")])
def test_what_is_no_picture(alice: Any, alice_api: Any, media_root: Path, data: bytes, name: str, kind: str) -> None:
    response = upload(alice_api, data, name, kind)
    assert (response.status_code, response.json()["code"]) == (400, "image_not_valid")
    alice.refresh_from_db()
    assert alice.avatar == ""
    assert not list(media_root.iterdir())


@pytest.mark.parametrize("size", [(60_000, 60_000), (20_000, 20_000), (5001, 5000), (100_000_000, 1)])
def test_bombs(alice_api: Any, size: tuple[int, int]) -> None:
    data = png_of(*size)
    assert len(data) < avatars.MAX_BYTES
    response = upload(alice_api, data)
    assert response.status_code in {400, 413}


def test_two_megabytes(alice_api: Any) -> None:
    data = picture()
    assert upload(alice_api, data + bytes(avatars.MAX_BYTES - len(data))).status_code == 200
    response = upload(alice_api, data + bytes(avatars.MAX_BYTES - len(data) + 1))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_second_file_behind_the_picture_is_left_behind(alice_api: Any) -> None:
    for data in (picture() + HTML, picture("GIF") + b"*/=alert(1)//", picture("JPEG") + b"PK\x03\x04<script>"):
        response = alice_api.get(upload(alice_api, data).json()["avatar"])
        assert b"alert" not in response.content and b"<script" not in response.content


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\x.png", "/abs.png", "a\r\nX-Evil: 1.png", "x" * 4000, ".htaccess", "a.svg", "con"],
)
def test_names_of_files_do_not_matter(alice: Any, alice_api: Any, media_root: Path, name: str) -> None:
    upload(alice_api, picture(), name)
    for file in media_root.rglob("*"):
        assert file.parent in {media_root, media_root / "avatars"}
        assert file.is_dir() or file.name.endswith(".webp") and len(file.name) == 41


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "multipart/form-data; boundary=x", 411),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 400),
        (
            b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\ntext\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            400,
        ),
        (b"anything", "multipart/form-data", 400),
        (b"anything", "multipart/form-data; boundary=" + "x" * 300, 415),
        (b'{"file": "data:image/png;base64,AAAA"}', "application/json", 415),
        (b"file=javascript:alert(1)", "application/x-www-form-urlencoded", 415),
    ],
)
def test_bad_bodies(alice_api: Any, body: bytes, kind: str, status: int) -> None:
    assert alice_api.generic("POST", URL, body, kind).status_code == status


def test_a_user_deleted_meanwhile_leaves_no_file(alice: Any, media_root: Path) -> None:
    type(alice).objects.all().delete()
    with pytest.raises(type(alice).DoesNotExist):
        avatars.store(alice, BytesIO(picture()))
    assert not list((media_root / "avatars").iterdir())
