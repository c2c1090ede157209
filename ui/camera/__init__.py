"""The browser's camera on a page: `part` is common to both components, `live` shows answers frame after frame,
`recorder` takes bursts. Of the scripts read `camera.js`, then `line.js`, `board.js`, `live.js`; or `recorder.js`."""
