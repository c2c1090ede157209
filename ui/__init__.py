"""What pages share. Read `shell` (what stands around each page), `page` (its pieces) and `language`; then `answering`
and `answer` (a picture and its answer as HTML), `try_it` (the panel that asks), `correcting` and `more`."""
