"""What mkdocs does beside the pages that are written: make those that follow from the data, and quote.

Rubrics, command line, reference, columns and glossary are made here whenever the site is built (``mkdocs.yml`` names
this file); nothing in them is typed by hand, and none is kept in the repository.
"""

import re
from pathlib import Path

from generators import columns, commands, fields, glossary, quoted, reference, rubrics
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
NOTHING_SAID = re.compile(r'\s*–\s*<div class="doc-md-description">\s*</div>')
FONT = ROOT / "voicecoach" / "report" / "vendor" / "voicecoach-sans-sc.otf"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and the font with Chinese in it that ships with the package."""
    for part in (rubrics, fields, commands, reference, columns, glossary):
        for path, content in part.pages().items():
            files.append(File.generated(config, path, content=content))
    files.append(File.generated(config, f"css/{FONT.name}", abs_src_path=str(FONT)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill in what a page quotes."""
    return quoted.filled(markdown, page.file.src_uri)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Leave out the dash before the meaning of a parameter whose name and type say all."""
    return NOTHING_SAID.sub("", html)
