"""The site: `python -m sphinx -W --keep-going -b html docs docs/_build/html`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import sampviz

project = "sampviz"
author = "the sampviz developers"
version = release = sampviz.__version__
language = "en"

extensions = ["sphinx.ext.autodoc", "numpydoc", "myst_nb", "site_pages"]
exclude_patterns = ["_build", "site_pages"]
default_role = "literal"
html_theme = "pydata_sphinx_theme"
html_title = "sampviz"
html_static_path = ["_static"]
html_css_files = ["site.css"]
# A page opened from disk may fetch nothing, so results of a search have no excerpts.
html_show_search_summary = False
html_copy_source = False
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars: dict[str, list[str]] = {
    name: [] for name in ("index", "glossary", "changelog", "gallery/**")
}
project_copyright = "the sampviz developers, under the MIT licence"

autodoc_typehints = "none"
autodoc_member_order = "bysource"
smartquotes = False
numpydoc_show_class_members = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
