"""A sampler's PDF, and what a reader finds in it."""

from io import BytesIO

from pypdf import PdfReader

from course.authoring.sampler_pdf import sampler_pdf
from sequences.sequence import Brand, Sampler

BRAND = Brand("CNT", "#9C4A2F", "#E8A07F", "#FBF7F0", "#1B1816")


def printed(body: str, brand: Brand = BRAND) -> PdfReader:
    sampler = Sampler("A Sampler", "For tonight.", body, "sampler.md", 1)
    return PdfReader(BytesIO(sampler_pdf(sampler, brand, "A Course")))


def words(pdf: PdfReader) -> str:
    text = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(text.replace("\u2060", "").split())


def left_edge(pdf: PdfReader, words: str) -> float:
    """Where these words begin on the first page, in points."""
    found: list[float] = []

    def visit(text: str, page: list[float], line: list[float], *_: object) -> None:
        if text.strip() == words:
            found.append(page[4] + line[4])

    pdf.pages[0].extract_text(visitor_text=visit)
    return found[0]
