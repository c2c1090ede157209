// What the model says, as words and bars; "not sure" and "like nothing it was taught" look different from an answer.

import { count, percent, say } from './words.js';

const SHOWN = 5; // bars
const SETTLE = 150; // milliseconds: how fast the bars follow a camera (time constant of their exponential smoothing)
const HEARD_AFTER = 1200; // milliseconds that a new answer of a camera must last before it is said aloud
const LESS_MOTION_EVERY = 500; // milliseconds between two answers for whoever wants less motion
// Light and dark: a label has the colour of its place, as in TeachLens.
const PALETTE = [
  ['#0e7a72', '#4fc3b6'],
  ['#b9552f', '#ec946f'],
  ['#4a5cad', '#96a6ef'],
  ['#97700d', '#d9b04e'],
  ['#8c4688', '#d494d0'],
  ['#55762a', '#a6c868'],
  ['#2b779f', '#76bce6'],
  ['#b8416a', '#ee8fac'],
  ['#5a6872', '#aab8c2'],
  ['#80583a', '#cea57d'],
];

export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

export const icon = (name) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
};

export const put = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

const paint = (element, position) => {
  const [light, dark] = PALETTE[position % PALETTE.length];
  element.style.setProperty('--light', light);
  element.style.setProperty('--dark', dark);
};

export const dot = (position) => {
  const element = make('span', { className: 'dot' });
  paint(element, position);
  return element;
};

// The answer by the model's own rules: { label, probability, sure, familiar, probabilities, order }; `order` are the
// positions of the labels, most probable first.
export function decide({ labels, threshold, min_similarity: least }, { probabilities, similarity }) {
  const order = [...labels.keys()].sort((a, b) => probabilities[b] - probabilities[a] || a - b);
  const probability = probabilities[order[0]];
  const familiar = typeof least !== 'number' || similarity === null || similarity >= least;
  return {
    label: labels[order[0]],
    probability,
    sure: familiar && probability >= threshold,
    familiar,
    probabilities,
    order,
  };
}

// The words of an answer that is none: a guess.
function guess({ labels }, { familiar, order }) {
  const [first, second] = order.map((position) => labels[position]);
  return say(familiar && second ? 'perhaps' : 'strange', { first, second });
}

// The answers in `panel`; `heard` is given what is to be said aloud.
export function openBoard(panel, heard) {
  const name = make('strong');
  const share = make('span', { className: 'percent' });
  const mark = make('span', { className: 'dot' });
  const doubt = icon('help');
  const note = make('p', { className: 'guess' });
  const bars = make('ul', { className: 'bars' });
  const rest = make('p', { className: 'quiet' });
  panel.append(make('p', { className: 'best' }, mark, doubt, name, share), note, bars, rest);
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let model = null;
  let shown = null; // the answer that is drawn: { answer, live }
  let smooth = null; // of a camera: { probabilities, similarity }
  let before = 0;
  let drawn = 0;
  let spoken = '';
  let speaking = 0;

  const aloud = (sentence, live) => {
    if (sentence === spoken) return;
    spoken = sentence;
    clearTimeout(speaking);
    speaking = setTimeout(() => put(heard, sentence), live ? HEARD_AFTER : 0);
  };

  function draw() {
    const { answer, live } = shown;
    const { sure, label, probability, probabilities, order } = answer;
    panel.classList.toggle('unsure', !sure);
    panel.classList.toggle('live', live);
    mark.hidden = share.hidden = !sure;
    doubt.toggleAttribute('hidden', sure);
    note.hidden = sure;
    paint(mark, order[0]);
    put(name, sure ? label : say('unsure'));
    put(share, percent(probability));
    put(note, sure ? '' : guess(model, answer));
    // Few labels keep their places before a camera, so that nothing jumps.
    const keepsPlaces = live && model.labels.length <= SHOWN;
    const positions = keepsPlaces ? [...model.labels.keys()] : order.slice(0, SHOWN);
    while (bars.children.length > positions.length) bars.lastChild.remove();
    while (bars.children.length < positions.length) {
      const track = make('span', { className: 'track' }, make('span'));
      bars.append(make('li', {}, make('span', { className: 'label' }), make('span', { className: 'percent' }), track));
    }
    positions.forEach((position, index) => {
      const [words, value, track] = bars.children[index].children;
      put(words, model.labels[position]);
      put(value, percent(probabilities[position]));
      track.firstChild.style.width = `${(probabilities[position] * 100).toFixed(1)}%`;
      paint(track.firstChild, position);
    });
    const others = order.slice(SHOWN);
    rest.hidden = !others.length;
    const together = others.reduce((sum, position) => sum + probabilities[position], 0);
    put(rest, others.length ? count('others', others.length, { share: percent(together) }) : '');
    const sentence = sure ? label : `${say('unsure')}. ${live ? '' : note.textContent}`;
    aloud(live || !sure ? sentence : `${label}, ${percent(probability)}`, live);
  }

  return {
    use(next) {
      model = next;
    },

    // Shows the answer to a picture.
    show(answer) {
      smooth = null;
      shown = { answer, live: false };
      draw();
    },

    // Shows what the worker says of a frame, without flicker.
    follow(said) {
      const now = performance.now();
      const part = smooth ? 1 - Math.exp(-(now - before) / SETTLE) : 1;
      before = now;
      const old = smooth ?? said;
      const towards = (from, to) => from + (to - from) * part;
      smooth = {
        probabilities: said.probabilities.map((value, position) => towards(old.probabilities[position], value)),
        similarity: said.similarity === null ? null : towards(old.similarity, said.similarity),
      };
      if (still.matches && now - drawn < LESS_MOTION_EVERY) return;
      drawn = now;
      shown = { answer: decide(model, smooth), live: true };
      draw();
    },

    forget() {
      smooth = shown = null;
      spoken = '';
      clearTimeout(speaking);
    },

    // In the language that was chosen just now.
    translate() {
      if (shown) draw();
    },
  };
}

// An answer in one line, for a list: "cat 97%", or "Not sure".
export function inShort({ sure, label, probability, order }) {
  if (!sure) return [icon('help'), make('span', { textContent: say('unsure') })];
  const share = make('span', { className: 'percent', textContent: percent(probability) });
  return [dot(order[0]), make('span', { className: 'label', textContent: label }), share];
}
