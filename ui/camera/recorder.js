// Records what is held before the camera while a button is held, some frames a second, and hands them to Python in
// pieces. A short tap records hands-free until the next tap, for who needs both hands or cannot hold.

const RATE = 6; // frames a second
const SIDE = 320; // pixels
const PIECE = 60; // frames handed over at a time
const MOST = 300; // frames of one hold: 50 seconds
const TAP = 350; // milliseconds; what is held shorter is a tap

function recorder(root, first, fireFirst) {
  let data = first;
  let fire = fireFirst;
  let hold = null; // what is being recorded: { id, label, frames, count, since, until, timer, free }
  const waiting = []; // pieces that Python has not taken yet; the first of them is on its way
  const words = data.words;

  const view = openCamera(words, {
    rate: 30,
    started: (focused) => {
      refresh();
      if (focused) main.focus({ preventScroll: true });
    },
    stopped: () => finish(),
    paused: (hidden) => hidden && finish(),
  });
  const counter = make('span', { className: 'tl-camera-count', hidden: true });
  counter.ariaHidden = 'true';
  view.view.append(counter);
  const status = make('span', { className: 'tl-heard' });
  status.role = 'status';
  const main = button('radio_button_checked', words.hold);
  main.className = 'tl-camera-main tl-camera-record';
  const extra = button('wallpaper', '');
  const hint = make('p', { className: 'tl-note' });
  root.append(
    view.view,
    make('div', { className: 'tl-camera-tools' }, main, extra, view.picker),
    hint,
    status,
  );

  const id = () => Array.from(crypto.getRandomValues(new Uint8Array(6)), (n) => n.toString(16).padStart(2, '0')).join('');

  function refresh() {
    const on = view.isOn();
    main.disabled = !(on && (data.label || hold));
    extra.disabled = !on || hold !== null;
    extra.hidden = !data.extra;
    if (data.extra) extra.lastElementChild.textContent = data.extra.button;
    const automatic = hold?.until !== undefined;
    main.lastElementChild.textContent = hold ? (hold.free || automatic ? words.stop : words.recording) : words.hold;
    root.classList.toggle('tl-recording', hold !== null);
    counter.hidden = hold === null;
    hint.textContent = on && !data.label ? words.unnamed : on ? words.tap : '';
  }

  const pass = () => {
    if (waiting.length) fire('piece', waiting[0]);
  };

  function give(last) {
    waiting.push({ piece: id(), hold: hold.id, label: hold.label, frames: hold.frames, last });
    hold.frames = [];
    if (waiting.length === 1) pass();
  }

  function snap() {
    if (hold.until !== undefined && performance.now() >= hold.until) return finish();
    if (hold.frames.length >= PIECE) give(false); // not before there is another: no last piece is empty
    hold.frames.push(jpegOf(view.square(SIDE), 0.9));
    hold.count += 1;
    counter.textContent = hold.count;
    return hold.count >= MOST ? finish() : undefined;
  }

  function begin(label, seconds) {
    if (hold || !view.isOn() || !label) return;
    const since = performance.now();
    hold = { id: id(), label, frames: [], count: 0, since, until: seconds && since + seconds * 1000, free: false };
    hold.timer = setInterval(snap, 1000 / RATE);
    status.textContent = words.recording;
    refresh();
    snap();
  }

  function finish() {
    if (!hold) return;
    clearInterval(hold.timer);
    status.textContent = filled(words.recorded, { count: hold.count });
    give(true);
    hold = null;
    refresh();
  }

  const press = () => {
    if (hold) finish();
    else begin(data.label);
  };
  // Lets go: a tap goes on by itself until the next one, a real hold ends.
  const lift = () => {
    if (!hold || hold.free || hold.until !== undefined) return;
    if (performance.now() - hold.since > TAP) return finish();
    hold.free = true;
    return refresh();
  };
  let pressed = false; // by pointer or key: the click that follows is no second press
  main.onpointerdown = (event) => {
    if (event.button !== 0) return;
    main.setPointerCapture(event.pointerId);
    pressed = true;
    press();
  };
  main.onpointerup = lift;
  main.onpointercancel = lift;
  main.oncontextmenu = (event) => event.preventDefault(); // a long touch is no question for a menu
  main.onkeydown = (event) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    if (!event.repeat) press();
  };
  main.onkeyup = (event) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    lift();
  };
  main.onblur = () => {
    if (hold && !hold.free && hold.until === undefined) finish();
  };
  // Screen readers and switches click without pressing: a tap.
  main.onclick = () => {
    if (!pressed) {
      press();
      if (hold) hold.free = true;
      refresh();
    }
    pressed = false;
  };
  extra.onclick = () => begin(data.extra.label, data.extra.seconds);
  refresh();

  return {
    update(next, fireNext) {
      data = next;
      fire = fireNext;
      if (waiting.length && data.taken === waiting[0].piece) {
        waiting.shift();
        pass();
      }
      refresh();
    },
    close() {
      view.close();
    },
  };
}

export default function (component) {
  return mounted(component, recorder);
}
