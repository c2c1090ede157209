// Shows what a model says of what the camera sees, frame after frame.

const QUALITY = 0.85; // of the JPEG frames
const CALLBACK_WITHIN = 500; // milliseconds for the first video frame callback; then each repaint is looked at
const KEPT = { side: 640, quality: 0.9 }; // of a moment that is frozen: the largest that the live route takes

function live(root, first, fireFirst) {
  let data = first;
  let fire = fireFirst;
  let frozen = null; // the moment that was frozen, as base64 JPEG
  let fresh = false; // a frame came that was not sent, since another was on its way
  let sent = false; // whether the frozen moment was sent
  let callback = 0; // the callback of the next frame
  let callbacks = 'requestVideoFrameCallback' in HTMLVideoElement.prototype; // the browser says that a frame came,
  let called = false; // and has done so
  let doubt = 0;
  let before = 0; // where in the video the last frame stood
  let pausedUntil = 0; // milliseconds; until then nothing is sent: the server asked for fewer
  const words = data.words;

  const heat = make('canvas', { className: 'tl-camera-heat', width: 224, height: 224 });
  heat.ariaHidden = 'true';
  const view = openCamera(words, {
    rate: 60,
    started: (focused) => {
      go();
      answers.start();
      watch();
      if (focused) freeze.focus({ preventScroll: true });
    },
    stopped: () => {
      answers.stop();
      verdict.forget();
      go();
      refresh();
      notify('');
    },
    paused: (hidden) => (hidden ? answers.stop() : answers.start()),
  });
  view.view.querySelector('video').after(heat);
  const heard = make('span', { className: 'tl-heard' });
  heard.role = 'status';
  const verdict = board(words, (sentence) => {
    put(heard, sentence);
  });
  const note = make('p', { className: 'tl-note' });
  note.role = 'status';
  const notify = (sentence) => put(note, sentence);

  const freeze = button('pause', words.freeze, () => stay());
  const goOn = button('play_arrow', words.go_on, () => {
    go();
    freeze.focus({ preventScroll: true });
  });
  const keep = button('bookmark_add', words.keep, () => {
    answers.keep(frozen);
    notify(words.kept);
  });
  // Without freezing first: the answer below is of this moment, the camera goes on.
  const right = button('edit', words.right, () => {
    answers.keep(moment());
    notify(words.kept);
  });
  const load = button('download', words.download, () =>
    make('a', { href: `data:image/jpeg;base64,${frozen}`, download: `${words.file}.jpg` }).click(),
  );
  freeze.className = keep.className = 'tl-camera-main';
  const where = button('local_fire_department', words.where, () => {
    where.ariaPressed = String(where.ariaPressed !== 'true');
    warmth(heat, {});
    sent = false;
    again();
  });
  where.ariaPressed = 'false';

  const empty = make('div', { className: 'tl-camera-empty' }, symbol('image_search'));
  empty.append(make('p', { textContent: words.waiting }));
  const tools = make('div', { className: 'tl-camera-tools' }, freeze, right, keep, goOn, load, where, view.picker);
  root.classList.add('tl-camera-live');
  root.append(
    make('div', {}, view.view, tools),
    make('div', { className: 'tl-camera-beside' }, empty, verdict.panel, note, heard),
  );

  const answers = line(
    (name, value) => fire(name, value),
    (answer) => {
      if (answer.refused) return refusal(answer.refused);
      if (!view.isOn() || (frozen && !sent)) return again(); // of a moment before the one that was frozen
      verdict.show(answer, frozen !== null);
      if (!empty.hidden) settle();
      if (where.ariaPressed === 'true') warmth(heat, answer);
      return again();
    },
    (name) => {
      notify(name === 'ready' ? '' : words[name]);
      sent = false;
      again();
    },
  );

  // The first answer: on a phone, camera and answer now fit the screen together.
  function settle() {
    empty.hidden = true;
    if (matchMedia('(max-width: 720px)').matches) view.view.scrollIntoView({ block: 'start' });
  }

  function refusal(reason) {
    if (reason === 'model_gone') return notify(words.no_model);
    if (frozen && reason === 'too_large') frozen = jpegOf(view.square(320), QUALITY);
    pausedUntil = performance.now() + (reason === 'late' ? 0 : 150);
    sent = false;
    setTimeout(again, pausedUntil - performance.now());
    return undefined;
  }

  // Sends the moment that is frozen, or the newest frame if one came meanwhile.
  function again() {
    if (!view.isOn() || !answers.free() || document.hidden || performance.now() < pausedUntil) return;
    if (frozen ? sent : !fresh) return;
    sent = frozen !== null;
    fresh = false;
    // A frozen moment just as it may be kept, so that it is answered alike wherever it is asked about.
    answers.send(frozen ?? jpegOf(view.square(data.side), QUALITY), where.ariaPressed === 'true');
  }

  // Waits for the next frame: some browsers tell of a camera's frames, some promise to and never do.
  function watch() {
    const { video } = view;
    rest();
    const next = () => {
      clearTimeout(doubt);
      called ||= callbacks;
      fresh ||= callbacks || video.currentTime !== before;
      before = video.currentTime;
      if (!frozen) again();
      watch();
    };
    if (callbacks) {
      callback = video.requestVideoFrameCallback(next);
      if (!called) {
        doubt = setTimeout(() => {
          rest();
          callbacks = false;
          watch();
        }, CALLBACK_WITHIN);
      }
    } else {
      callback = view.isOn() ? requestAnimationFrame(next) : 0;
    }
  }

  function rest() {
    clearTimeout(doubt);
    if (callbacks) view.video.cancelVideoFrameCallback(callback);
    else cancelAnimationFrame(callback);
  }

  function moment() {
    return jpegOf(view.square(Math.min(KEPT.side, view.video.videoWidth, view.video.videoHeight)), KEPT.quality);
  }

  function stay() {
    view.video.pause();
    frozen = moment();
    sent = false;
    refresh();
    keep.focus({ preventScroll: true });
    again();
  }

  function go() {
    if (frozen && view.isOn()) view.video.play();
    if (frozen) notify('');
    frozen = null;
    warmth(heat, {});
    refresh();
  }

  function refresh() {
    const on = view.isOn();
    for (const one of [freeze, right]) one.hidden = !on || frozen !== null;
    for (const one of [keep, goOn, load]) one.hidden = !on || frozen === null;
    where.hidden = !on;
    view.picker.disabled = frozen !== null;
    empty.hidden = on && !verdict.panel.hidden;
    root.classList.toggle('tl-frozen', frozen !== null);
  }

  verdict.forget();
  verdict.update(data);
  answers.update(data);
  refresh();

  return {
    update(next, fireNext) {
      data = next;
      fire = fireNext;
      verdict.update(data);
      answers.update(data);
      again();
    },
    close() {
      rest();
      view.close();
      answers.close();
    },
  };
}

export default function (component) {
  return mounted(component, live);
}
