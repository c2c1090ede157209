// The page: a picture or the camera on one side, the answer on the other.

import { decide, dot, icon, inShort, make, openBoard, put } from './answer.js';
import { openCamera } from './camera.js';
import { openPicture, squareOf } from './pictures.js';
import { openRecogniser } from './recogniser.js';
import { count, language, say, speak } from './words.js';

const CHIPS = 12; // labels shown at the top
const MEGABYTE = 1e6;
const byId = (id) => document.getElementById(id);

let model = null; // recognise.json
let recogniser = null;
let panel = { name: 'loading', words: 'loading', bytes: null }; // what stands where the answer will
const empty = matchMedia('(hover: none)').matches ? 'empty_touch' : 'empty'; // nobody drops files on a phone
let door = empty; // the words on the empty stage
let notice = null; // what is in the camera's way
let cameras = { list: [], current: '' };
let keeping = null; // whether the next visit needs no network
let pictures = []; // of the last choice: { name, picture, answer, failed }
let chosen = null; // the one on the stage
let choice = 0; // which choice of pictures counts
let asked = 0; // pictures of it that were looked at
let ready = deferred();
let fresh = false; // a frame came that was not looked at
let busy = false; // a frame is being looked at

const counted = { answers: 0, last: null }; // for whoever measures
window.teachlens = counted;

const board = openBoard(byId('answer'), byId('heard'));
const camera = openCamera(byId('video'), {
  started({ mirrored }) {
    byId('stage').classList.toggle('mirrored', mirrored);
    show('camera');
    if (matchMedia('(max-width: 720px)').matches) byId('stage').scrollIntoView({ block: 'start' });
  },
  stopped() {
    cameras = { list: [], current: '' };
    fresh = false;
    board.forget();
    show('empty');
  },
  failed(problem) {
    notice = problem;
    show('empty');
  },
  frame() {
    fresh = true;
    follow();
  },
  offered(list, current) {
    cameras = { list, current };
    translate();
  },
});

function deferred() {
  const promise = {};
  promise.done = new Promise((resolve) => {
    promise.resolve = resolve;
  });
  return promise;
}

// --- The model ------------------------------------------------------------------------------------------------------

async function describe() {
  const file = 'recognise.json';
  let response;
  try {
    response = await fetch(file, { cache: 'no-cache' });
  } catch {
    throw { why: 'network', file };
  }
  if (!response.ok) throw { why: response.status === 404 ? 'missing' : 'network', file };
  const described = await response.json().catch(() => null);
  if (!described?.labels?.length || !described.inputs?.length) throw { why: 'broken', file };
  return described;
}

async function load() {
  tell({ name: 'loading', words: 'loading', bytes: null });
  try {
    model = await describe();
    board.use(model);
    translate();
    recogniser = await openRecogniser(model, {
      progress: (done, total) => tell({ name: 'loading', words: 'loading', bytes: { done, total } }),
      starting: () => tell({ name: 'loading', words: 'starting', bytes: null }),
    });
  } catch (problem) {
    fail(problem);
    return;
  }
  tell({ name: 'waiting' });
  ready.resolve();
  const page = await registered;
  keeping = page && recogniser.kept;
  translate();
  follow();
}

function fail({ why, file }) {
  if (recogniser) ready = deferred();
  recogniser = null;
  tell({ name: 'failed', why: why ?? 'broken', file: file ?? 'page.js' });
}

// Keeps the page itself, where the browser can. Resolves to whether it does.
async function keepPage() {
  if (!navigator.serviceWorker) return false;
  try {
    const registration = await navigator.serviceWorker.register('service-worker.js', { updateViaCache: 'none' });
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    while (worker.state !== 'activated' && worker.state !== 'redundant') {
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    }
    return worker.state === 'activated';
  } catch {
    return false;
  }
}

// What the model says of a square picture; counted.
async function look(pixels) {
  const said = await recogniser.look(pixels);
  const { order, ...answer } = decide(model, said);
  counted.answers += 1;
  counted.last = answer;
  return { said, answer: { ...answer, order } };
}

// --- The camera -----------------------------------------------------------------------------------------------------

async function follow() {
  if (!camera.isOn() || !recogniser || busy || !fresh) return;
  const video = byId('video');
  if (!video.videoWidth) return;
  busy = true;
  fresh = false;
  try {
    const { said } = await look(squareOf(video, video.videoWidth, video.videoHeight));
    if (camera.isOn()) {
      board.follow(said);
      tell({ name: 'answer' });
    }
  } catch (problem) {
    fail(problem);
    return;
  } finally {
    busy = false;
  }
  follow();
}

function useCamera(which) {
  forgetPictures();
  notice = null;
  door = 'camera_starting';
  show('empty');
  camera.start(which).then(() => {
    door = empty;
    translate();
  });
}

// --- Pictures -------------------------------------------------------------------------------------------------------

function forgetPictures() {
  choice += 1;
  for (const { picture } of pictures) if (picture) URL.revokeObjectURL(picture.preview);
  pictures = [];
  chosen = null;
  asked = 0;
}

async function take(files) {
  if (!files.length) return;
  camera.stop();
  forgetPictures();
  board.forget();
  const mine = choice;
  notice = null;
  pictures = files.map((file) => ({ name: file.name || say('pasted'), file, picture: null, answer: null, failed: false }));
  if (recogniser) tell({ name: 'waiting' });
  for (const entry of pictures) {
    let picture = null;
    try {
      picture = await openPicture(entry.file);
    } catch {
      entry.failed = true;
    }
    if (mine !== choice) return;
    entry.picture = picture;
    chosen ??= entry;
    if (chosen === entry) select(entry);
    await ready.done;
    if (mine !== choice) return;
    if (picture) {
      try {
        const shortest = Math.max(...model.inputs.map(({ size }) => size));
        ({ answer: entry.answer } = await look(picture.square(shortest)));
      } catch (problem) {
        fail(problem);
        return;
      }
      picture.square = null;
    }
    if (mine !== choice) return;
    asked += 1;
    if (chosen === entry) select(entry);
    translate();
  }
}

function select(entry) {
  chosen = entry;
  const { picture, answer, failed, name } = entry;
  const whole = byId('whole');
  whole.replaceChildren();
  if (picture) {
    const { width, height, preview } = picture;
    whole.append(make('img', { src: preview, alt: name, width, height }));
    whole.style.setProperty('--ratio', width / height);
    if (width !== height) {
      const side = Math.min(width, height);
      const inset = [height, width].map((length) => `${(((length - side) / 2 / length) * 100).toFixed(3)}%`).join(' ');
      const frame = make('span', { className: 'frame' });
      frame.style.inset = inset;
      whole.append(frame);
    }
  }
  show(picture ? 'picture' : 'empty');
  if (!recogniser) return;
  if (answer) board.show(answer);
  tell(failed ? { name: 'unreadable', file: name } : { name: answer ? 'answer' : 'waiting' });
}

// --- Drawing --------------------------------------------------------------------------------------------------------

function tell(next) {
  panel = next;
  drawPanel();
}

function show(state) {
  byId('stage').dataset.state = state;
  if (state !== 'picture') byId('whole').replaceChildren();
  if (state === 'empty' && recogniser && panel.name !== 'unreadable') tell({ name: 'waiting' });
  translate();
}

function drawPanel() {
  const { name } = panel;
  byId('loading').hidden = name !== 'loading';
  byId('failed').hidden = name !== 'failed' && name !== 'unreadable';
  byId('again').hidden = name !== 'failed';
  byId('waiting').hidden = name !== 'waiting';
  byId('answer').hidden = name !== 'answer';
  if (name === 'loading') {
    const { words, bytes } = panel;
    const total = bytes?.total ?? 0;
    const megabytes = (value) => (value / MEGABYTE).toFixed(1);
    put(byId('loading-words'), say(words));
    put(byId('loading-bytes'), total ? say('megabytes', { done: megabytes(bytes.done), total: megabytes(total) }) : '\u00a0');
    byId('loading-bar').style.width = total ? `${(bytes.done / total) * 100}%` : words === 'starting' ? '100%' : '0';
  } else if (name === 'failed') {
    put(byId('failed-words'), say(panel.why, { file: panel.file }));
  } else if (name === 'unreadable') {
    put(byId('failed-words'), `${panel.file}: ${say('unreadable')}`);
  } else if (name === 'waiting') {
    const total = pictures.length;
    put(byId('waiting'), total ? say('looking', { count: Math.min(asked + 1, total), total }) : say('waiting'));
  }
}

function drawModel() {
  const title = model?.title || 'TeachLens';
  document.title = title;
  put(byId('title'), title);
  const labels = model?.labels ?? [];
  const chips = labels.slice(0, CHIPS).map((label, position) => make('li', {}, dot(position), label));
  if (labels.length > CHIPS) chips.push(make('li', { textContent: say('more', { count: labels.length - CHIPS }) }));
  byId('chips').replaceChildren(...chips);
  byId('chips').ariaLabel = say('taught');
}

function drawCameras() {
  const picker = byId('picker');
  picker.hidden = !camera.isOn() || cameras.list.length < 2;
  picker.ariaLabel = say('which');
  const options = cameras.list.map(({ value, facing, label }, index) =>
    make('option', { value, textContent: facing ? say(facing) : label || say('number', { number: index + 1 }) }),
  );
  picker.replaceChildren(...options);
  picker.value = cameras.current;
}

function drawList() {
  byId('seen').hidden = pictures.length < 2;
  const total = pictures.length;
  put(byId('seen-words'), asked < total ? say('looking', { count: asked + 1, total }) : count('seen', total));
  const lines = pictures.map((entry) => {
    const { name, picture, answer, failed } = entry;
    const thumb = picture ? make('img', { src: picture.preview, alt: '' }) : icon(failed ? 'warning' : 'pictures');
    const words = make('span', { className: answer && !answer.sure ? 'short unsure' : 'short' });
    if (answer) words.append(...inShort(answer));
    else if (failed) words.append(make('span', { className: 'wrong', textContent: say('unreadable') }));
    const text = make('span', { className: 'text' }, words, make('span', { className: 'quiet name', textContent: name }));
    const button = make('button', { type: 'button', onclick: () => pick(entry) }, thumb, text);
    button.ariaPressed = String(entry === chosen);
    button.disabled = !answer && !failed;
    return make('li', {}, button);
  });
  const focused = [...byId('list').children].findIndex((line) => line.contains(document.activeElement));
  byId('list').replaceChildren(...lines);
  lines[focused]?.firstChild.focus({ preventScroll: true });
}

function pick(entry) {
  select(entry);
  byId('stage').scrollIntoView({ block: 'nearest' });
}

// Says everything, in the language that is chosen.
function translate() {
  document.documentElement.lang = language();
  for (const element of document.querySelectorAll('[data-word]')) put(element, say(element.dataset.word));
  for (const button of byId('languages').children) button.ariaPressed = String(button.lang === language());
  byId('languages').ariaLabel = say('language');
  byId('video').ariaLabel = say('view');
  byId('use').hidden = camera.isOn();
  byId('off').hidden = !camera.isOn();
  put(byId('door'), say(door));
  byId('notice').hidden = !notice;
  put(byId('notice'), notice ? say(notice) : '');
  put(byId('keeping'), keeping === null ? '' : say(keeping ? 'kept' : 'not_kept'));
  drawModel();
  drawCameras();
  drawList();
  drawPanel();
  board.translate();
}

// --- What a person does ---------------------------------------------------------------------------------------------

for (const button of byId('languages').children) {
  button.onclick = () => {
    speak(button.lang);
    translate();
  };
}
byId('use').onclick = () => {
  useCamera();
};
byId('off').onclick = () => {
  camera.stop();
  byId('use').focus({ preventScroll: true });
};
byId('picker').onchange = () => useCamera(byId('picker').value);
byId('choose').onclick = () => byId('files').click();
byId('files').onchange = () => {
  take([...byId('files').files]);
  byId('files').value = ''; // so that the same ones can be chosen again
};
byId('again').onclick = () => load();

document.addEventListener('paste', ({ clipboardData }) => take([...clipboardData.files]));
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  byId('stage').classList.add('dropping');
});
document.addEventListener('dragleave', ({ relatedTarget }) => {
  if (!relatedTarget) byId('stage').classList.remove('dropping');
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  byId('stage').classList.remove('dropping');
  take([...event.dataTransfer.files]);
});

translate();
byId('page').hidden = false;
const registered = keepPage();
load();
