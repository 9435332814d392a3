"""Takes the pictures of README and manual from a demo that it builds for itself: `make images`, or `take.py NAME …`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from socket import socket

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import ARGUMENTS, CHROMIUM  # noqa: E402 (the project's own folder comes first)

SEED = "2309"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
LARGEST = 150_000
"""Bytes of a picture."""

Doors = dict[str, str]


@contextmanager
def demo() -> Iterator[Doors]:
    """A demo municipality of the same made-up people every time; gives the doors that it prints."""
    with socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        free.close()
        command = [sys.executable, "-m", "panel", "demo", "--data", folder, "--port", port, "--seed", SEED]
        settings = {name: value for name, value in os.environ.items() if not name.startswith("MEDBORGARPANEL_")}
        server = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True)  # noqa: S603 (our own program)
        try:
            assert server.stdout is not None
            lines = [server.stdout.readline() for _door in range(9)]
            yield dict(line.rstrip("\n").split(" ", 1) for line in lines)
        finally:
            server.terminate()
            server.wait()


class Camera:
    """A browser in the demo, and the file that its next picture goes to."""

    def __init__(self, browser: Browser, doors: Doors) -> None:
        self._browser, self.doors = browser, doors
        self.base = doors["public"].rstrip("/")

    def phone(self) -> Page:
        """A member's telephone."""
        return self._page(PHONE, 2)

    def desk(self, role: str) -> Page:
        """An official's or an elected's screen, signed in."""
        page = self._page(DESK, 1)
        address, password = self.doors[role].split(" ")
        page.goto(self.doors["login"])
        page.fill("input[type=email]", address)
        page.fill("input[type=password]", password)
        page.get_by_role("button", name="Logga in").click()
        return page

    def see(self, page: Page, path: str) -> None:
        """Go to a page of the demo, and wait until it is there."""
        answer = page.goto(f"{self.base}{path}", wait_until="networkidle")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def _page(self, viewport: dict[str, int], scale: int) -> Page:
        context = self._browser.new_context(viewport=viewport, device_scale_factor=scale, locale="sv-SE")  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{self.base}/", wait_until="networkidle")  # when the server is up, it answers
        return page


def keep(name: str, page: Page, height: int | None = None) -> None:
    """Save what the page shows, down to ``height`` if it is given, in few enough bytes."""
    size = page.viewport_size
    assert size is not None
    whole = int(page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(height or size["height"], whole)}
    taken = Image.open(BytesIO(page.screenshot(full_page=True, clip=clip)))  # type: ignore[arg-type]
    for colours in (256, 128, 64):
        few = taken.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        few.save(HERE / f"{name}.png", optimize=True)
        if (HERE / f"{name}.png").stat().st_size <= LARGEST:
            return
    raise SystemExit(f"{name}.png is larger than {LARGEST} bytes: show less of the page.")


def answer(page: Page) -> None:
    """Give the first answer to each question of the page, and go on."""
    radios = page.locator("main input[type=radio]")
    names = dict.fromkeys(str(radio.get_attribute("name")) for radio in radios.all())
    for name in names:
        page.locator(f"main input[name='{name}']").nth(2).check()
    page.get_by_role("button", name="Nästa", exact=True).click()


def begin(camera: Camera) -> Page:
    """A telephone on the first question of the open survey."""
    page = camera.phone()
    page.goto(camera.doors["answer"])
    page.locator("main .govuk-button").first.click()  # begin, or go on where another picture stopped
    return page


def medlem_ga_med(camera: Camera) -> None:
    """The form to join."""
    page = camera.phone()
    camera.see(page, "/ga-med")
    keep("medlem-ga-med", page)


def medlem_start(camera: Camera) -> None:
    """Before the first question."""
    page = camera.phone()
    page.goto(camera.doors["answer"])
    keep("medlem-start", page, 1250)


def medlem_fraga(camera: Camera) -> None:
    """A question with a hint."""
    page = begin(camera)
    while page.get_by_role("heading", name="biblioteket vara öppet").count() == 0:
        answer(page)
    keep("medlem-fraga", page)


def medlem_granska(camera: Camera) -> None:
    """What has been answered, before it is sent in."""
    page = begin(camera)
    while "granska" not in page.url:
        answer(page)
    keep("medlem-granska", page)


def medlem_min_sida(camera: Camera) -> None:
    """A member's own page, by a link that was mailed."""
    page = camera.phone()
    camera.see(page, "/min-sida")
    page.fill("[name=email]", "medlem0007@demo.example")
    page.locator("main button").click()
    letter = page.locator("main").get_by_role("link", name="Min sida")
    for _look in range(20):
        camera.see(page, "/utkorg")
        if letter.count():
            break
        page.wait_for_timeout(500)
    letter.first.click()
    page.locator("main section").get_by_role("link").first.click()
    page.locator("main input[type=radio]").first.check()
    page.locator("main button").first.click()
    keep("medlem-min-sida", page, 1100)


def processledare_saknas(camera: Camera) -> None:
    """What is missing in a new dialogue."""
    page = camera.desk("processledare")
    camera.see(page, "/dialogarbete/ny")
    page.fill("[name=title]", "Var ska den nya lekplatsen ligga?")
    page.get_by_role("button", name="Spara").click()
    keep("processledare-saknas", page, 1060)


def processledare_mottagare(camera: Camera) -> None:
    """How a reminder goes on its way: who gets it."""
    page = camera.desk("processledare")
    camera.see(page, "/utskick/2")
    page.get_by_role("button", name="påminnelse").click()
    keep("processledare-mottagare", page, 860)


def processledare_utskick(camera: Camera) -> None:
    """The response rate by group."""
    page = camera.desk("processledare")
    camera.see(page, "/utskick/1")
    keep("processledare-utskick", page, 960)


def analytiker_resultat(camera: Camera) -> None:
    """A scale by age group, as chart and table."""
    page = camera.desk("analytiker")
    camera.see(page, "/resultat/1?by=age_group")
    keep("analytiker-resultat", _from_section(page, "pleased"), 1080)


def analytiker_dolda(camera: Camera) -> None:
    """Cells that are hidden."""
    page = camera.desk("analytiker")
    camera.see(page, "/resultat/1?by=district")
    keep("analytiker-dolda", _from_section(page, "on_call"), 1480)


def analytiker_tillsammans(camera: Camera) -> None:
    """Steps of a scale that are told together."""
    page = camera.desk("analytiker")
    camera.see(page, "/resultat/1?by=district")
    keep("analytiker-tillsammans", _from_section(page, "pleased"), 1560)


def _from_section(page: Page, name: str) -> Page:
    """Leave on the page what stands above its questions and one of them."""
    page.evaluate(
        """name => {
            for (const part of document.querySelectorAll('main section.mp-result'))
                if (!part.querySelector('#' + name)) part.remove();
            for (const list of document.querySelectorAll('main ol.mp-contents')) list.parentElement.remove();
        }""",
        name,
    )
    return page


def analytiker_titta_narmare(camera: Camera) -> None:
    """One question by age group, with letters."""
    page = camera.desk("analytiker")
    camera.see(page, "/utforska/1/on_call?by=age_group&bokstaver=ja")
    keep("analytiker-titta-narmare", page, 1500)


def analytiker_over_tid(camera: Camera) -> None:
    """One question in two waves."""
    page = camera.desk("analytiker")
    camera.see(page, "/utforska/1/over-tid")
    keep("analytiker-over-tid", _from_section(page, "on_call"), 950)


def analytiker_oppna_svar(camera: Camera) -> None:
    """Themes of an open question."""
    page = camera.desk("analytiker")
    camera.see(page, "/oppna-svar/1/more")
    page.get_by_role("button", name="Leta efter teman").click()
    page.get_by_role("heading", name="Vad många skriver om").wait_for()
    keep("analytiker-oppna-svar", page, 1150)


def rapport(camera: Camera) -> None:
    """The first page of the report to the council, as the worker makes it."""
    page = camera.desk("presidium")
    for _look in range(60):
        camera.see(page, "/filer/1")
        ready = page.locator("main a[href$='/fil']", has_text="fullmäktige").filter(has_text="PDF")
        if ready.count():
            break
        page.wait_for_timeout(1000)
    with page.expect_download() as download:
        ready.first.click()
    size = ["-scale-to-x", "1280", "-scale-to-y", "-1"]
    command = ["pdftoppm", "-png", *size, "-f", "1", "-l", "1", "-singlefile", str(download.value.path())]
    content = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 (a fixed command)
    picture = Image.open(BytesIO(content)).convert("RGB")
    picture.quantize(64, dither=Image.Dither.NONE).save(HERE / "rapport.png", optimize=True)


def presidium_sida(camera: Camera) -> None:
    """The presidium's page."""
    page = camera.desk("presidium")
    camera.see(page, "/presidiet/1")
    keep("presidium-sida", page, 1180)


def administrator_import(camera: Camera) -> None:
    """A register file with faults, tried."""
    page = camera.desk("administrator")
    camera.see(page, "/panelen/import")
    rows = ("e-post;födelseår;kön;kommundel", "eva@demo.example;1987;kvinna;Ås", "ola@demo.example;1990-talet;man;Åss")
    page.set_input_files("input[type=file]", {"name": "panel.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()})
    page.get_by_role("button", name="Prova filen").click()
    keep("administrator-import", page, 760)


def administrator_sammansattning(camera: Camera) -> None:
    """The panel beside the inhabitants."""
    page = camera.desk("administrator")
    camera.see(page, "/panelen/sammansattning")
    keep("administrator-sammansattning", page, 1060)


PICTURES: tuple[Callable[[Camera], None], ...] = (
    medlem_ga_med,
    medlem_start,
    medlem_fraga,
    medlem_granska,
    medlem_min_sida,
    analytiker_resultat,
    analytiker_dolda,
    analytiker_tillsammans,
    analytiker_titta_narmare,
    analytiker_over_tid,
    analytiker_oppna_svar,
    rapport,
    presidium_sida,
    processledare_saknas,
    processledare_utskick,
    processledare_mottagare,
    administrator_import,
    administrator_sammansattning,
)


def main(wanted: list[str]) -> None:
    """Take all pictures, or those that are named."""
    known = {picture.__name__.replace("_", "-"): picture for picture in PICTURES}
    with demo() as doors, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        camera = Camera(browser, doors)
        for name in wanted or known:
            known[name](camera)
            print(f"{name}.png {(HERE / f'{name}.png').stat().st_size}")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
