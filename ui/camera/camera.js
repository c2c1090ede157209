// One camera, politely: asks before the browser asks, says in words what is in the way, offers every camera there is,
// sees nothing while the tab is hidden, and lets go when its place on the page is gone.

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const symbol = (name) => {
  const element = make('span', { className: 'tl-symbol', textContent: name });
  element.ariaHidden = 'true';
  return element;
};

const button = (icon, words, onclick) =>
  make('button', { type: 'button', onclick }, symbol(icon), make('span', { textContent: words }));

const filled = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

const PROBLEMS = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
};

let wished = ''; // the camera that was chosen last, while the page is open

// The square view with the camera in it. `rate` frames a second are asked for; `started` is called when it shows
// something, with whether the keyboard's focus was here; `stopped` when it no longer does, `paused` with whether the tab is hidden.
function openCamera(words, { rate, started, stopped, paused }) {
  const video = make('video', { muted: true, playsInline: true, autoplay: true });
  video.setAttribute('playsinline', '');
  video.ariaLabel = words.view;
  const off = make('button', { type: 'button', className: 'tl-camera-off', title: words.off }, symbol('videocam_off'));
  off.ariaLabel = words.off;
  const door = make('div', { className: 'tl-camera-door' });
  const view = make('div', { className: 'tl-camera-view' }, video, off, door);
  const picker = make('select', { className: 'tl-camera-picker', hidden: true });
  picker.ariaLabel = words.which;
  const canvases = new Map();
  let stream = null;
  let attempt = 0; // which start counts: a camera that comes after one has left is let go of again

  const knock = (icon, sentence, label) => {
    view.dataset.state = 'door';
    const message = make('p', { textContent: sentence });
    door.replaceChildren(symbol(icon), message);
    if (label) door.append(make('button', { type: 'button', textContent: label, onclick: () => start() }));
    return message;
  };

  const release = () => {
    attempt += 1;
    const held = stream;
    stream = null;
    for (const track of held?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    video.srcObject = null;
    picker.hidden = true;
    if (held) stopped();
  };

  const fail = (problem) => {
    release();
    knock('videocam_off', words[problem], problem === 'insecure' ? '' : words.try).role = 'alert';
  };

  const request = async (device) => {
    const size = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: rate } };
    const which = device ? { deviceId: { exact: device } } : { facingMode: { ideal: 'environment' } };
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, ...which } });
    } catch (error) {
      if (!device || error.name !== 'OverconstrainedError') throw error;
      return request(''); // the camera that was chosen is no longer there
    }
  };

  async function start(device = wished) {
    if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return fail('insecure');
    release();
    const mine = attempt;
    const focused = view.contains(document.activeElement) || document.activeElement === picker;
    knock('photo_camera', words.starting);
    let coming;
    try {
      coming = await request(device);
      if (mine === attempt) {
        stream = coming;
        video.srcObject = stream;
        await video.play();
      }
    } catch (error) {
      if (mine === attempt) fail(PROBLEMS[error.name] ?? 'busy');
      return undefined;
    }
    if (mine !== attempt) {
      for (const track of coming.getTracks()) track.stop();
      return undefined;
    }
    const [track] = stream.getVideoTracks();
    track.onended = () => fail('gone');
    track.enabled = !document.hidden;
    const { deviceId, facingMode } = track.getSettings();
    const rear = facingMode === 'environment' || (!facingMode && /\b(back|rear)\b|후면/i.test(track.label));
    view.classList.toggle('tl-mirrored', !rear);
    view.dataset.state = 'on';
    started(focused);
    await offer(deviceId);
    return undefined;
  }

  // The names of cameras are known only once one may be used.
  async function offer(current) {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter(({ kind }) => kind === 'videoinput');
    const options = cameras.map(({ deviceId, label }, index) =>
      make('option', { value: deviceId, textContent: label || filled(words.number, { number: index + 1 }) }),
    );
    picker.replaceChildren(...options);
    picker.value = current;
    picker.hidden = !stream || cameras.length < 2;
  }

  const turned = () => {
    for (const track of stream?.getTracks() ?? []) track.enabled = !document.hidden;
    if (stream) paused(document.hidden);
  };

  const plugged = () => {
    if (stream) offer(stream.getVideoTracks()[0].getSettings().deviceId);
  };

  picker.onchange = () => {
    wished = picker.value;
    start();
  };
  const rest = () => {
    release();
    knock('photo_camera', words.promise, words.use);
  };
  off.onclick = () => {
    rest();
    door.querySelector('button').focus({ preventScroll: true });
  };
  document.addEventListener('visibilitychange', turned);
  navigator.mediaDevices?.addEventListener?.('devicechange', plugged);
  if (window.isSecureContext && navigator.mediaDevices) rest();
  else fail('insecure');

  return {
    view,
    video,
    picker,
    isOn: () => stream !== null && view.dataset.state === 'on',

    // The middle of what the camera sees, as it sees it (not mirrored), as a canvas that the next call draws over.
    square(side) {
      if (!canvases.has(side)) {
        const context = make('canvas', { width: side, height: side }).getContext('2d', { willReadFrequently: true });
        context.imageSmoothingQuality = 'medium';
        canvases.set(side, context);
      }
      const context = canvases.get(side);
      const { videoWidth: width, videoHeight: height } = video;
      const cut = Math.min(width, height);
      context.drawImage(video, (width - cut) / 2, (height - cut) / 2, cut, cut, 0, 0, side, side);
      return context.canvas;
    },

    close() {
      release();
      document.removeEventListener('visibilitychange', turned);
      navigator.mediaDevices?.removeEventListener?.('devicechange', plugged);
    },
  };
}

// base64 of a canvas as JPEG, at once: a blob would come only when the browser is idle
const jpegOf = (canvas, quality) => canvas.toDataURL('image/jpeg', quality).split(',', 2)[1];

const mounts = new WeakMap();

// Streamlit runs a component again whenever its data change, in the same place, and calls what the last run returned
// when the place goes; but also what a run returned that was overtaken by the next before it was done.
function mounted({ parentElement, data, setTriggerValue }, build) {
  const words = JSON.stringify(data.words);
  let mount = mounts.get(parentElement);
  if (mount && mount.words !== words) mount.part.close(); // another language: all anew
  if (mount?.words === words) {
    mount.part.update(data, setTriggerValue);
  } else {
    const root = parentElement.querySelector('.tl-camera');
    root.replaceChildren();
    mount = { words, runs: 0, part: build(root, data, setTriggerValue) };
    mounts.set(parentElement, mount);
  }
  mount.runs += 1;
  const run = mount.runs;
  return () => {
    if (mount.runs !== run) return;
    mount.part.close();
    if (mounts.get(parentElement) === mount) mounts.delete(parentElement);
  };
}
