// Shows what a model says of what the camera sees, frame after frame: over the live route, a WebSocket beside the page;
// where a host does not let that through, slower, as values of the component.

const OPEN_WITHIN = 2000; // milliseconds for the live route to be ready; then the slower way is taken
const ANSWER_WITHIN = 4000; // milliseconds for an answer; then the connection counts as lost
const AGAIN_AFTER = 3000; // milliseconds until a full server is asked again
const SETTLE = 150; // milliseconds: how fast the bars follow (time constant of their exponential smoothing)
const HEARD_AFTER = 1200; // milliseconds that a new answer must last before it is said aloud
const HEAT = 1; // bit of a frame's flags
const QUALITY = 0.85; // of the JPEG frames
const KEPT = { side: 640, quality: 0.9 }; // of a moment that is frozen: the largest that the live route takes
const CODES = { 4401: 'ticket', 4429: 'full', 4404: 'no_model' };

// Frames out, answers in: one at a time. `told(answer)`, `state(name)`: 'ready', 'slow', 'full', 'no_model'.
function line(fire, told, state) {
  let socket = null;
  let data = null;
  let open = false; // a camera wants answers
  let slow = false;
  let ready = false;
  let waiting = null; // the frame that is on its way: { turn, since }
  let turn = 0;
  let renewed = false; // a new ticket was asked for, and no connection has come about since
  let timer = 0;
  let watch = 0;

  const hang = () => {
    clearTimeout(timer);
    clearTimeout(watch);
    ready = false;
    waiting = null;
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
      socket = null;
    }
  };

  const slower = () => {
    hang();
    slow = true;
    ready = true;
    state('slow');
  };

  const refused = (code) => {
    const why = CODES[code];
    hang();
    if (why === 'ticket' && !renewed) {
      renewed = true;
      fire('renew', Date.now());
    } else if (why === 'full') {
      state('full');
      timer = setTimeout(connect, AGAIN_AFTER);
    } else if (why === 'no_model') {
      state(why);
    } else {
      slower();
    }
  };

  const heard = (answer) => {
    clearTimeout(watch);
    waiting = null;
    told(answer);
  };

  function connect() {
    hang();
    if (slow) return slower();
    let since = Infinity; // when it became ready
    const address = new URL('live', location.href);
    address.search = address.hash = '';
    address.protocol = address.protocol.replace('http', 'ws');
    timer = setTimeout(slower, OPEN_WITHIN);
    try {
      socket = new WebSocket(address);
    } catch {
      return slower();
    }
    socket.onopen = () => socket.send(JSON.stringify({ ticket: data.ticket }));
    // One that was cut begins again, but not one that is cut over and over.
    socket.onclose = ({ code }) => (code < 4000 && performance.now() - since > 1000 ? connect() : refused(code));
    socket.onmessage = (message) => {
      const said = JSON.parse(message.data);
      if (!said.ready) return heard(said);
      clearTimeout(timer);
      since = performance.now();
      ready = true;
      renewed = false;
      return state('ready');
    };
    return undefined;
  }

  return {
    free: () => ready && waiting === null,

    // A frame as base64 JPEG.
    send(jpeg, heat) {
      turn += 1;
      waiting = { turn };
      const bytes = `${String.fromCharCode(heat ? HEAT : 0)}${atob(jpeg)}`;
      watch = setTimeout(slow ? () => heard({ refused: 'late' }) : connect, ANSWER_WITHIN);
      if (slow) return fire('frame', { turn, frame: btoa(bytes) });
      return socket.send(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
    },

    update(next) {
      const other = data && next.ticket !== data.ticket;
      data = next;
      if (slow && waiting && data.answered?.turn === waiting.turn) heard(data.answered);
      if (other && open && !slow) connect();
    },

    start() {
      open = true;
      slow = false;
      connect();
    },

    stop() {
      open = false;
      hang();
    },
  };
}

const put = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

// The answers as words and bars that follow without flicker. `told` words only when they change.
function board(words, heard) {
  const dot = make('span', { className: 'tl-dot' });
  const doubt = symbol('help');
  const name = make('strong', {});
  const chance = make('span', { className: 'tl-percent' });
  const best = make('p', { className: 'tl-best' }, dot, doubt, name, chance);
  const bars = make('ul', { className: 'tl-bars' });
  const note = make('p', { className: 'tl-guess' });
  const panel = make('div', { className: 'tl-verdict tl-camera-answer' }, best, bars, note);
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let data = null;
  let shares = new Map(); // smoothed probability by position of the label
  let sure = 0; // smoothed 0..1
  let familiar = 1;
  let shown = null; // position of the label that is said, and whether as an answer
  let before = 0;
  let ranked = { when: 0, order: [] };
  let drawn = 0;
  let spoken = '';
  let speaking = 0;

  const percent = (share) => {
    let whole = Math.round(share * 100);
    if (whole === 100 && share < 0.9995) whole = 99;
    return whole ? `${whole}%` : '<1%';
  };

  const colour = (position) => data.palette[position % data.palette.length];

  // All labels in their own order where they are few; of many, the best ones, put in order only twice a second,
  // or at once where the one that is said was not among them.
  const order = (now) => {
    if (data.labels.length <= data.most) return data.labels.map((_, position) => position);
    if (now - ranked.when > 500 || !ranked.order.includes(shown.position)) {
      const best = [...shares].sort((a, b) => b[1] - a[1]).slice(0, data.shown);
      ranked = { when: now, order: best.map(([position]) => position) };
    }
    return ranked.order;
  };

  const aloud = (sentence) => {
    if (sentence === spoken) return;
    spoken = sentence;
    clearTimeout(speaking);
    speaking = setTimeout(() => heard(sentence), HEARD_AFTER);
  };

  function draw(now, answer) {
    const ranking = [...shares].sort((a, b) => b[1] - a[1]).map(([position]) => position);
    const lead = ranking[0];
    // Another label takes over once it leads clearly; "sure" and "familiar" change clearly, too.
    const known = shown?.known ? familiar > 0.35 : familiar > 0.65;
    const certain = known && (shown?.certain ? sure > 0.35 : sure > 0.65);
    const keeps = shown && shares.has(shown.position) && shares.get(lead) - shares.get(shown.position) < 0.05;
    shown = { position: keeps ? shown.position : lead, certain, known };
    const first = data.labels[shown.position];
    const second = data.labels[ranking.find((position) => position !== shown.position)] ?? '';
    dot.hidden = chance.hidden = !certain;
    doubt.hidden = certain;
    dot.style.background = colour(shown.position);
    put(name, certain ? first : words.unsure);
    put(chance, percent(shares.get(shown.position)));
    panel.classList.toggle('tl-unsure', !certain);
    const finer = answer.best[0] === shown.position ? answer.finer : '';
    const guess = filled(known ? words.perhaps : words.strange, { first, second });
    put(note, certain ? finer && filled(words.finer, { name: finer }) : guess);
    note.className = certain ? 'tl-note' : 'tl-guess';
    aloud(certain ? first : words.unsure);

    const positions = order(now);
    while (bars.children.length > positions.length) bars.lastChild.remove();
    while (bars.children.length < positions.length) {
      const track = make('span', { className: 'tl-track' }, make('span', {}));
      bars.append(
        make('li', {}, make('span', { className: 'tl-label' }), make('span', { className: 'tl-share' }), track),
      );
    }
    positions.forEach((position, place) => {
      const [label, share, track] = bars.children[place].children;
      const value = shares.get(position) ?? 0;
      put(label, data.labels[position]);
      put(share, percent(value));
      track.firstChild.style.width = `${(value * 100).toFixed(1)}%`;
      track.firstChild.style.background = colour(position);
    });
    panel.hidden = false;
  }

  return {
    panel,
    // Takes an answer; `at once` where a single moment is asked about, and nothing came before it.
    tell(answer, atOnce) {
      if (answer.best.some((position) => position >= data.labels.length)) return; // of a newer model than the page's
      const now = performance.now();
      const part = atOnce || !shares.size ? 1 : 1 - Math.exp(-(now - before) / SETTLE);
      before = now;
      const next = new Map(answer.best.map((position, place) => [position, answer.probabilities[place]]));
      for (const position of new Set([...shares.keys(), ...next.keys()])) {
        const old = shares.get(position) ?? 0;
        const value = old + ((next.get(position) ?? 0) - old) * part;
        if (value < 0.0005 && !next.has(position)) shares.delete(position);
        else shares.set(position, value);
      }
      sure += (answer.sure - sure) * part;
      familiar += (answer.familiar - familiar) * part;
      if (atOnce) ranked.when = 0;
      if (!atOnce && still.matches && now - drawn < 500) return; // who wants less motion gets two a second
      drawn = now;
      draw(now, answer);
    },
    forget() {
      shares = new Map();
      shown = null;
      spoken = '';
      clearTimeout(speaking);
      panel.hidden = true;
    },
    update(next) {
      if (data && JSON.stringify(next.labels) !== JSON.stringify(data.labels)) this.forget();
      data = next;
    },
  };
}

// Where it looked, over the view: the rest is dimmed, and what mattered most glows.
function warmth(canvas, answer) {
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!answer.heat) return;
  const [height, width] = answer.grid;
  const image = new ImageData(width, height);
  [...atob(answer.heat)].forEach((character, place) => {
    const heat = character.charCodeAt(0) / 255;
    const glow = Math.max(0, heat * 2 - 1);
    image.data.set([250 * glow + 12 * (1 - glow), 150 * glow + 18 * (1 - glow), 40 * glow + 30 * (1 - glow)], place * 4);
    image.data[place * 4 + 3] = 255 * (heat < 0.5 ? 0.62 * (1 - heat * 2) : 0.5 * glow);
  });
  const small = make('canvas', { width, height });
  small.getContext('2d').putImageData(image, 0, 0);
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

function live(root, first, fireFirst) {
  let data = first;
  let fire = fireFirst;
  let frozen = null; // the moment that was frozen, as base64 JPEG
  let fresh = false; // a frame came that was not sent, since another was on its way
  let asked = false; // whether the frozen moment was sent
  let looking = 0; // the callback of the next frame
  let held = 0; // until when nothing is sent: the server asked for fewer
  const words = data.words;

  const heat = make('canvas', { className: 'tl-camera-heat', width: 224, height: 224 });
  heat.ariaHidden = 'true';
  const view = openCamera(words, {
    rate: 60,
    started: (focused) => {
      go();
      answers.start();
      look();
      if (focused) freeze.focus({ preventScroll: true });
    },
    stopped: () => {
      answers.stop();
      said.forget();
      go();
      refresh();
      tell('');
    },
    paused: (hidden) => (hidden ? answers.stop() : answers.start()),
  });
  view.view.querySelector('video').after(heat);
  const heard = make('span', { className: 'tl-heard' });
  heard.role = 'status';
  const said = board(words, (sentence) => {
    put(heard, sentence);
  });
  const note = make('p', { className: 'tl-note' });
  note.role = 'status';
  const tell = (sentence) => put(note, sentence);

  const freeze = button('pause', words.freeze, () => stay());
  const goOn = button('play_arrow', words.go_on, () => {
    go();
    freeze.focus({ preventScroll: true });
  });
  const keep = button('bookmark_add', words.keep, () => {
    fire('kept', frozen);
    tell(words.kept);
  });
  const load = button('download', words.download, () =>
    make('a', { href: `data:image/jpeg;base64,${frozen}`, download: `${words.file}.jpg` }).click(),
  );
  freeze.className = keep.className = 'tl-camera-main';
  const where = button('local_fire_department', words.where, () => {
    where.ariaPressed = String(where.ariaPressed !== 'true');
    warmth(heat, {});
    asked = false;
    again();
  });
  where.ariaPressed = 'false';

  const empty = make('div', { className: 'tl-camera-empty' }, symbol('image_search'));
  empty.append(make('p', { textContent: words.waiting }));
  const tools = make('div', { className: 'tl-camera-tools' }, freeze, keep, goOn, load, where, view.picker);
  root.classList.add('tl-camera-live');
  root.append(
    make('div', {}, view.view, tools),
    make('div', { className: 'tl-camera-beside' }, empty, said.panel, note, heard),
  );

  const answers = line(
    (name, value) => fire(name, value),
    (answer) => {
      if (answer.refused) return refusal(answer.refused);
      if (!view.isOn() || (frozen && !asked)) return again(); // of a moment before the one that was frozen
      said.tell(answer, frozen !== null);
      if (!empty.hidden) settle();
      if (where.ariaPressed === 'true') warmth(heat, answer);
      return again();
    },
    (name) => {
      tell(name === 'ready' ? '' : words[name]);
      asked = false;
      again();
    },
  );

  // The first answer: on a phone, camera and answer now fit the screen together.
  function settle() {
    empty.hidden = true;
    if (matchMedia('(max-width: 720px)').matches) view.view.scrollIntoView({ block: 'start' });
  }

  function refusal(reason) {
    if (reason === 'model_gone') return tell(words.no_model);
    if (frozen && reason === 'too_large') frozen = jpegOf(view.square(320), QUALITY);
    held = performance.now() + (reason === 'late' ? 0 : 150);
    asked = false;
    setTimeout(again, held - performance.now());
    return undefined;
  }

  // Sends the moment that is frozen, or the newest frame if one came meanwhile.
  function again() {
    if (!view.isOn() || !answers.free() || document.hidden || performance.now() < held) return;
    if (frozen ? asked : !fresh) return;
    asked = frozen !== null;
    fresh = false;
    // A frozen moment just as it may be kept, so that it is answered alike wherever it is asked about.
    answers.send(frozen ?? jpegOf(view.square(data.side), QUALITY), where.ariaPressed === 'true');
  }

  function look() {
    const { video } = view;
    const next = () => {
      fresh = true;
      if (!frozen) again();
      look();
    };
    if (video.requestVideoFrameCallback) {
      video.cancelVideoFrameCallback(looking);
      looking = video.requestVideoFrameCallback(next);
    } else {
      cancelAnimationFrame(looking);
      looking = view.isOn() ? requestAnimationFrame(next) : 0;
    }
  }

  function stay() {
    view.video.pause();
    frozen = jpegOf(view.square(Math.min(KEPT.side, view.video.videoWidth, view.video.videoHeight)), KEPT.quality);
    asked = false;
    refresh();
    keep.focus({ preventScroll: true });
    again();
  }

  function go() {
    if (frozen && view.isOn()) view.video.play();
    if (frozen) tell('');
    frozen = null;
    warmth(heat, {});
    refresh();
  }

  function refresh() {
    const on = view.isOn();
    freeze.hidden = !on || frozen !== null;
    for (const one of [keep, goOn, load]) one.hidden = !on || frozen === null;
    where.hidden = !on;
    view.picker.disabled = frozen !== null;
    empty.hidden = on && !said.panel.hidden;
    root.classList.toggle('tl-frozen', frozen !== null);
  }

  said.forget();
  said.update(data);
  answers.update(data);
  refresh();

  return {
    update(next, fireNext) {
      data = next;
      fire = fireNext;
      said.update(data);
      answers.update(data);
      again();
    },
    close() {
      if (view.video.cancelVideoFrameCallback) view.video.cancelVideoFrameCallback(looking);
      else cancelAnimationFrame(looking);
      view.close();
      answers.stop();
    },
  };
}

export default function (component) {
  return mounted(component, live);
}
