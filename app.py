"""The entry of TeachLens: `streamlit run app.py`.

Streamlit finds `app` here by itself and serves it, with our response headers, start and stop around the pages. The
pages themselves are this same file, run as a script for every view. A host that knows scripts only runs just that.
"""

import streamlit as st
from starlette.middleware import Middleware

from server import headers, lifecycle, live, model_links
from ui import errors, shell, streamlit_compat

streamlit_compat.disable_pages_folder()
if __name__ == "__main__":
    lifecycle.start()
    shell.show()
else:
    app = st.App(
        __file__,
        lifespan=lifecycle.lifespan,
        routes=[*live.routes, *model_links.routes],
        middleware=[Middleware(headers.ResponseHeaders)],
        on_script_error=errors.apologise,
    )
