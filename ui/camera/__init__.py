"""The browser's camera on a page: live answers (`live`) and bursts of pictures (`recorder`), over one camera part."""
